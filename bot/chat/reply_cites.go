package chat

import (
	"slices"
	"strings"
)

// unquote makes the deeds between quotation marks words that are spoken of, where
// what stands outside is more than who writes: 他说的是“我签到了”. “签到”财政局王芳 and
// 我回复“签到” are the writer's own.
func (r *reply) unquote() {
	if !strings.Contains(r.text, `"`) {
		return
	}
	outside, cited := r.outside()
	if len(cited) == 0 || ownWords(outside) {
		return
	}
	for _, i := range cited {
		r.acts[i].noun = true
	}
	r.cited = outside
}

// outside returns the tokens of the text outside quotation marks, and the acts within.
func (r *reply) outside() (toks []token, acts []int) {
	within := false
	span := make([]bool, len(r.n.runes)+1)
	for i, c := range r.n.runes {
		if c == '"' {
			within = !within
		}
		span[i] = within
	}
	for _, t := range r.toks {
		if !span[t.lo] && t.text != `"` {
			toks = append(toks, t)
		}
	}
	for i, a := range r.acts {
		if span[r.clauses[a.clause].toks[a.at].lo] {
			acts = append(acts, i)
		}
	}
	return toks, acts
}

// ownWords reports that toks say who writes, greet, or say that the writer says it.
func ownWords(toks []token) bool {
	for k, t := range toks {
		switch {
		case t.is(cSay) || containsWord("发 打 报 写 回", t.text):
			if k == 0 || !anyOf(toks[max(0, k-2):k], cI) {
				return false
			}
		case t.is(cHe|cYou|cOthers|cAsk|cAskEnd|cNot|cHear) && !t.is(cFill|cParticle), t.text == "的" && k > 0 && !toks[k-1].is(cI|cUnit|cDeptEnd):
			return false
		case t.is(around), isSign(t):
		default:
			return false
		}
	}
	return true
}

// wordsOf are how one tells whose the words between quotation marks are, or where they stand.
const wordsOf = "说 讲 道 原话 这话 那话 话术 念 喊 写 印 贴 挂 登 发 回 复制 原样 转 标语 口号 提到 微信我 内容 留言 语音"

// cites: a check-in between quotation marks that is another's, or that is only spoken of.
func (r *reply) cites() bool {
	if r.cited == nil || r.done() {
		return false
	}
	said := runText(r.cited)
	switch {
	case !slices.ContainsFunc(r.acts, func(a act) bool { return a.noun && a.kind&(cCheck|cSign|cSignDone|cLate|cPunch|cJoin|cHere) != 0 }):
		return false
	case hasWord(said, "不等于 不是一回事 不代表 不算 等于没") && hasWord(said, "请 重 要 须 得 必须 回复"):
		return r.say(Nudge, No, "")
	case hasWord(said, "区别 不一样 一样 啥意思 什么意思 不同") && (r.asked() || hasWord(said, "请教 请问 问")):
		return r.say(Asking, No, "")
	case r.asked() || hasWord(said, "请 务必 要求 记得 别忘 需 须 即可 就行 骗 诈") || anyOf(r.cited, cUrge|cI&^cFill) && !hasWord(said, "给我 跟我 我回 回我 不是我 对我 让我 叫我 我念"):
		return false
	case hasWord(said, wordsOf):
		return r.say(QuoteOnly, No, "")
	}
	return false
}
