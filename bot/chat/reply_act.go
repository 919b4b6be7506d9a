package chat

import (
	"slices"
	"strings"
)

// An act is one mention of a deed that could be a check-in, with what the
// words around it make of it. Negation is a relation: "没问题，签到" has a
// negating character and an act that is not negated.
type act struct {
	kind   class // cCheck, cSign, cSignDone, cPunch, cLate, cHere, cJoin, cLearn, cRecord
	clause int
	at     int  // its place in the clause
	neg    bool // 没签, 签不上
	ask    bool // 签吗, 怎么签
	future bool // 明天签
	noun   bool // 签到的人
	others bool // 请大家签, 他签了
	self   bool // 我签
	odd    bool // words around it that the reader does not know
	guess  bool // 应该签了吧
	vague  bool // 想签到, 昨天签到了, 签到×2: what is meant must be asked
	stands bool // it is good, and not taken back
}

// deeds are the classes that make an act.
const deeds = cProxy | cCheck | cSign | cSignDone | cPunch | cLate | cHere | cJoin | cLearn | cRecord

// around are the classes that may stand beside an act without changing it.
const around = cFill | cParticle | cLight | cNow | cI | cWe | cTopic | cTime | cEmote | cAck | cOK | cRecord | cAll |
	cLateCause | cReason | cName | cUnit | cNum | cDate | cSep | cSuffix | cDeptEnd | cOf | cFor | cAnd | cHere | cJoin |
	cLearn | cCheck | cSign | cSignDone | cPunch | cLate | cMakeUp | cProxy | cCounter | cNot | cUrge | cTerm | cCantTail | cFuture | cOthers | cHe | cYou |
	cAsk | cAskEnd | cOr | cGuess | cSay | cHear | cLeave | cCant | cGone

// good reports whether the act stands: it was done, by the speaker or those
// he names, and is told, not asked.
func (a act) good() bool {
	return !a.neg && !a.ask && !a.future && !a.noun && !a.others && !a.guess
}

// findActs reads every clause.
func (r *reply) findActs() {
	for i, c := range r.clauses {
		for k, t := range c.toks {
			if t.is(cCheck) && k > 0 && t.text == "签到" && c.toks[k-1].len() > 1 && signedPaper(c.toks[k-1]) && !c.toks[k-1].is(cCheckNoun) {
				c.toks[k].class = cOther // 合同签到明年了
				continue
			}
			if t.is(cCheck) && anotherMatter(c.toks, k) {
				c.toks[k].class = cOther
				continue
			}
			if t.class == cSign && k+1 < len(c.toks) && odd(c.toks[k+1]) || signsPaper(c.toks, k) {
				c.toks[k].class = cOther // 签劳动合同: some other signing
				continue
			}
			if t.is(deeds) && !(t.is(cHere|cJoin|cLearn) && k > 0 && t.is(cFill) && !arrives(c.toks, k)) {
				r.acts = append(r.acts, r.readAct(i, k))
			}
		}
	}
	r.settle()
	r.disown()
	for i, a := range r.acts {
		r.acts[i].stands = a.good() && !r.takenBack(a)
	}
}

// arrives reports that 到 at toks[k] is said of who stands before it, and of no
// place: 我也到, 李四、王五到.
func arrives(toks []token, k int) bool {
	for _, t := range toks[:k] {
		if !t.is(cI | cName | cUnit | cDeptEnd | cLight | cAnd | cSep | cAll) {
			return false
		}
	}
	for _, t := range toks[k+1:] {
		if !t.is(cParticle | cEmote) {
			return false
		}
	}
	return toks[k].text == "到"
}

// readAct judges token k of clause i.
func (r *reply) readAct(i, k int) act {
	c := r.clauses[i]
	before, after := c.toks[:k], c.toks[k+1:]
	a := act{kind: c.toks[k].class & deeds, clause: i, at: k}
	a.neg = negated(before) || tailCant(after) || len(before) == 0 && r.negatedAcross(i)
	a.ask = asks(c, k)
	a.noun = isNoun(after) || k > 1 && before[k-1].text == "的" && before[k-2].is(cI|cName) // 我的签到
	a.readBefore(before)
	a.vague = a.vague || doubted(before, after) && !(i > 0 && straight(before, after) && unable(r.clauses[i-1].toks))
	a.others = a.others || instructs(before, after) || a.kind&cJoin != 0 && assigned(before, after)
	a.vague = a.vague || i > 0 && (r.clauses[i-1].end == '?' || len(r.clauses[i-1].toks) == 2 && r.clauses[i-1].toks[1].text == "呢") && r.clauses[i-1].toks[0].is(cName) // 张三呢？签到
	a.vague = a.vague || c.end == ':' && i+1 < len(r.clauses) && anyText(r.clauses[i+1].toks, "会议室 大厅 楼 一楼 二楼 三楼 会场 礼堂")                                                 // 签到：三楼会议室
	a.vague = a.vague || k == 2 && before[0].is(cUnit) && before[1].text == "的"                                                                                          // 财政局的签到
	a.vague = a.vague || len(before) > 0 && i > 0 && r.clauses[i-1].end == '、' && onlyDept(before)                                                                       // 张三、信息中心签到
	a.vague = a.vague || !a.self && last(after).is(cOthers) && !anyOf(before, cI|cName)                                                                                  // 签到了各位
	a.vague = a.vague || containsWord("感谢 谢谢 多谢", last(before).text)                                                                                                     // 感谢签到: thanks for it
	a.future = a.future || i > 0 && waitFor(r.clauses[i-1])
	a.future = a.future && !(i > 0 && anyText(before, "抽空 有空") && anyText(r.clauses[i-1].toks, "刚 刚刚 总算 终于")) // 刚领完孙子，抽空签到
	a.vague = a.vague || strings.HasSuffix(runText(before), "又是") || len(after) > 0 && after[0].text == "耶" && hasWord(r.text, "意义 好玩 开心 激动 惊喜 感动")
	a.others = a.others || len(after) == 0 && i+1 < len(r.clauses) && ofTheWord(r.clauses[i+1].toks) || ofTheWord(after)
	a.readAfter(before, after)
	if t := last(before); t.is(cLateCause) && a.kind&cLate == 0 && startsWith(t.text, "没", "么", "未", "错过") {
		a.vague = true // 没看到签到
		a.neg = a.neg || len(r.clauses) == 1 && len(before) == 1 || strings.ContainsAny(t.text, "顾赶及")
	}
	if i+2 == len(r.clauses) && len(after) > 0 && !a.self && !anyOf(before, cName) {
		next := r.clauses[i+1].toks
		a.vague = a.vague || len(next) == 1 && next[0].is(cOthers) // 签到了啊，大家
	}
	a.neg = a.neg || last(before).text == "不好意思" && i > 0 && r.clauses[i-1].any(cGone) // 没学，不好意思签到
	if len(before) == 1 && strings.HasPrefix(before[0].text, "到") && len(after) == 0 && r.signed() {
		a.future = false // 樊大军 到单位签到
	}
	a.future = a.future || yetToCome(before, after, a.kind == cSign) && !(strings.HasPrefix(runText(before), "到") && r.signed()) || i > 0 && len(after) == 0 && anyOf(before, cLearn) && notYet(r.clauses[i-1])
	a.vague = a.vague || !a.self && (i > 0 && forbids(r.clauses[i-1]) || len(before) > 0 && containsWord("麻烦 拜托 劳驾", before[len(before)-1].text))
	a.future = a.future || i > 0 && len(before) > 0 && strings.HasSuffix(before[len(before)-1].text, "完") && anyText(r.clauses[i-1].toks, "先")
	a.future = a.future || i > 0 && len(after) == 0 && len(before) == 1 && before[0].is(cHere) && strings.HasSuffix(runText(r.clauses[i-1].toks), "见")                              // 会议室见，到了签到
	a.others = a.others || i > 0 && r.clauses[i-1].end == ':' && last(r.clauses[i-1].toks).is(cSay) && (r.clauses[i-1].any(cHe|cName|cYou) || r.clauses[i-1].toks[0].val == "post") // 他说：签到
	a.future = a.future || i > 0 && containsWord("完了 回来 回去 完事", runText(before)) && !r.back(i, a)                                                                                   // 手上有活，完了签到
	a.others = a.others || i > 0 && !a.self && turnsTo(r.clauses[i-1].toks)
	a.vague = a.vague || i > 0 && anyText(r.clauses[i-1].toks, "如果 要是 假如 若是 万一 倘若")
	return a
}

// turnsTo reports 该你了, 轮到你们: whose turn it is, and not the writer's.
func turnsTo(toks []token) bool {
	return len(toks) < 5 && anyOf(toks, cYou) && hasWord(runText(toks), "该 轮到 到你")
}

// waitFor reports 等我两分钟: the deed is yet to come.
func waitFor(c clause) bool {
	return startsWith(runText(c.toks), "等我", "等俺", "等额", "稍等我") && !c.any(deeds&^cHere) && !anyText(c.toks, "了 完 不用 别")
}

// ofTheWord reports 俩字, 两个字 behind 签到: the word is meant, not the deed.
func ofTheWord(after []token) bool {
	return startsWith(runText(after), "俩字", "两字", "两个字", "二字", "这俩字", "这两个字", "俩个字")
}

// forbids reports 别光看: a clause that tells others what not to do.
func forbids(c clause) bool {
	return containsWord("别 甭 莫 不要", c.toks[0].text) && !c.any(cI)
}

// readBefore judges by the words before the deed.
func (a *act) readBefore(before []token) {
	said := false
	for j, t := range before {
		switch {
		case t.text == "会" && j > 0 && !before[j-1].is(cI|cName|cHe|cLight):
			// 党员大会签到: a meeting, not the future
		case t.text == "记得" && j > 0 && before[j-1].is(cI):
			a.guess = true
		case t.is(cFuture) && j+1 < len(before) && before[j+1].text == "了" && strings.ContainsAny(t.text, "完罢"):
			// 开完会了过来签个到
		case t.is(cFuture) && j > 0 && before[j-1].is(cNot):
			// 不等了先签到
		case t.is(cFuture) && !anyOf(before[j:], cNow) && !t.is(cNow):
			a.future = true
		case t.is(cHe|cName) && j > 0 && before[j-1].is(cFor):
			// 替他签到 is done for him, not by him
		case t.text == "打字" && anyOf(before[:j], cI):
			// 我打字签到
		case t.val == "fill", t.text == "回复" && j == 0:
			a.vague = true // 回复签到: an order or the deed?
		case t.val == "isnot":
			a.neg = true // 我不是来签到的
		case bids(before[j:]):
			a.others = true
		case t.text == "们":
			a.others = true // 姐妹们签到了
		case t.is(cYou|cOthers|cFill) && j > 0 && containsWord("给 向 随 跟 跟着 陪", before[j-1].text):
			// 给你们签个到: before whom it is done
		case t.is(cSay) && j > 0 && before[j-1].is(cNot):
			a.neg = true // 我可没说我签到了
		case t.is(cSay) && forHimself(before[j:]):
			// 张三让我给他签到: asked by him whom it is done for
		case t.is(cSay|cHear) && !t.is(cLight|cFill|cAll):
			a.others, said = true, true
		case t.is(cYou) && a.kind&cRecord != 0 && anyOf(before[:j], cI|cLearn) && forMe(before[j+1:]):
			// 我听完了你给登记一下
		case t.is(cHe|cOthers|cYou) && !t.is(cLight|cFill|cAll):
			a.others = true
		case t.is(cUrge) && !t.is(cFill|cLight) || t.text == "请" && !t.is(cFill):
			a.others = a.others || !anyOf(before[j:], cI)
		case t.is(cI) && j > 1 && containsWord("提醒 催 督促 催促", before[j-1].text) && before[j-2].is(cName|cHe|cOthers):
			a.others = true // 小王提醒我签到
		case t.is(cI) && j+1 < len(before) && before[j+1].val == "kin" && !anyOf(before[:j], cFor):
			a.vague = true // 我儿子学校签到了
		case t.is(cI) && anyOf(before[:j], cYou) && anyOf(before[:j], cCheck|cSign) && !anyText(before[j:], "也 都"):
			a.vague = true // 你签到我签到，骗子笑哈哈
		case t.is(cI):
			// Whatever came before, 我签到 stands, unless somebody says it.
			a.self, a.odd, a.others, a.vague = true, false, said, false
		case t.is(cName) && j > 0 && before[j-1].text == "的":
			a.odd = said // 送报纸的张三: words that tell which 张三
		case t.is(cGuess):
			a.guess = true
		case t.text == "想", t.text == "要" && !anyOf(before[:j], cI), t.is(cTime) && a.kind&(cCheck|cSign|cSignDone) != 0:
			a.vague = true
		}
		a.odd = a.odd || odd(t) && !kin(before, j)
	}
	if k := slices.IndexFunc(before, func(t token) bool { return t.text == "的" }); k > 0 && before[k-1].is(cLearn|cJoin|cAck) && k == 1 && !anyOf(before, cI|cName) {
		a.others = true // 看完的签个到
	}
	a.vague = a.vague || elsewhere(before) || startsWith(runText(before), "只有我", "就我一") || len(before) > 0 && before[len(before)-1].text == "人员"
	a.neg = a.neg || notMyTurn(before)
	a.odd = a.odd || deemed(before, nil)
	if anyText(before, "该 该轮 轮到") || anyText(before, "必须 必须得") && !anyOf(before, cI|cName) {
		a.vague = true // 该我签了: done, or yet to do?
	}
}

// forMe reports 给, 帮我 and no other person: whom 登记 is asked for is the writer.
func forMe(toks []token) bool {
	return len(toks) > 0 && toks[0].is(cFor) && !anyOf(toks, ^(cFor|cI|cLight|cFill))
}

// elsewhere reports 去村委会, 到单位: where one goes to do it, or is to go.
func elsewhere(before []token) bool {
	if len(before) == 2 && before[0].text == "在" && before[1].is(cUnit) {
		return true // 在光华镇签到
	}
	for j := 0; j+1 < len(before); j++ {
		if containsWord("去 到", before[j].text) && (before[j+1].is(cDeptEnd|cUnit|cOther) || before[j+1].text == "单位") {
			return true
		}
	}
	return false
}

// bids reports 叫上老李, 让张三: somebody is told to.
func bids(after []token) bool {
	if len(after) < 2 || after[0].is(cFill) || !containsWord("叫 让 喊 催 带 带着 叫上 喊上 催催", after[0].text) {
		return false
	}
	if containsWord("上 着 一下", after[1].text) {
		after = after[1:]
	}
	return len(after) > 1 && after[1].is(cName|cHe|cOthers)
}

// forHimself reports 让我替他, 叫我帮着.
func forHimself(after []token) bool {
	if len(after) > 1 && containsWord("让我 叫我", after[0].text) {
		return after[1].is(cFor | cProxy)
	}
	return len(after) > 2 && containsWord("让 叫 请 托 求 喊", after[0].text) && after[1].is(cI) && after[2].is(cFor)
}

// readAfter judges by the words after the deed.
func (a *act) readAfter(before, after []token) {
	for _, t := range after {
		if containsWord("再 后 然后 回头", t.text) && anyText(before, "先") {
			break // 先签到再干活
		}
		a.odd = a.odd || odd(t) || containsWord("小时 分钟", t.text)
		a.guess = a.guess || t.is(cGuess)
	}
	if len(before) > 0 && containsWord("就是 尽是 净是 全是 光是", before[len(before)-1].text) && len(before) > 2 {
		a.odd = true // 我的命就是签到
	}
	if len(before) > 0 && a.kind == cSign && before[len(before)-1].is(cLearn|cHere) {
		a.future = true // 学完签, 到了签
	}
	if len(after) == 0 {
		return
	}
	if len(after) > 1 && containsWord("也 都 得 要 改", after[0].text) && after[1].is(cFuture) && !after[1].is(cNow) {
		a.future = true // 签到也下午
	}
	a.future = a.future || containsWord("马上 稍后 随后 一会 待会 马上来 等会", after[0].text) || putsOff(after) // 签到马上来
	a.neg = a.neg || hasWord(runText(after), "没记上 没显示 没记录 没成功") || startsWith(runText(after), "不是我", "不是俺", "不是本人", "可不是我", "真不是我")
	switch first, last := after[0], after[len(after)-1]; {
	case len(after) > 1 && strings.Contains("×x", first.text) && after[1].is(cNum),
		len(after) > 1 && first.is(cNum) && containsWord("次 遍 回", after[1].text):
		a.vague = true // 签到×2, 签到三次了
	case anyText(after, "知道了 知道 晓得了 明白了 懂了") && anyOf(after, cI):
		a.odd = true // 签到我知道了
	case last.text == "吧" && anyOf(before, cName):
		a.guess = true // 王五签到了吧
	case last.text == "吧" && len(after) > 1 && containsWord("了 咧 过", first.text) && anyText(before, "都 应该"):
		a.vague = true // 我都签了吧
	case a.kind == cHere && first.is(cNum) && len(after) > 1 && after[1].is(cCounter) && containsWord("人 名 个 位 口", after[1].text):
		// 到了19个
	case a.kind == cHere && (first.is(cAck|cOK) && !isHan(firstRune(first.text))):
		// 到👍
	case a.kind == cHere && !first.is(cParticle|cEmote|cHere|cRecord|cFor|cI|cAll|cAck|cOf|cAskEnd):
		a.odd = true // 我在开会
	}
}

// negated reports whether a negator reaches over the words in before to what
// follows them: only light words may stand between. "没信号，现在签到" has
// 现在 between, and a negator of another clause does not reach at all.
func negated(before []token) bool {
	for j := len(before) - 1; j >= 0; j-- {
		t := before[j]
		switch {
		case containsWord("不会弄 不会用 不会操作 不太会弄 不太会用 不咋会用 不太懂", t.text):
			return true
		case j == len(before)-1 && (t.is(cGone) && strings.HasSuffix(t.text, "组织") ||
			j > 0 && before[j-1].is(cNot) && containsWord("组织 安排 开展 进行 开始 搞", t.text)):
			return true // 还没组织签到
		case t.is(cNot | cCant), t.is(cLateCause) && strings.Contains(t.text, "忘"):
			return true
		case t.is(cLight | cI | cFor | cName | cAll | cOf | cParticle):
		default:
			return false
		}
	}
	return false
}

// negatedAcross reports whether the clause before is nothing but a negator
// and only a blank parts it from clause i.
func (r *reply) negatedAcross(i int) bool {
	if i == 0 || r.clauses[i-1].end != ' ' {
		return false
	}
	prev := r.clauses[i-1].toks
	return negated(prev) && len(prev) <= 2 && prev[len(prev)-1].is(cNot|cLight)
}

// tailCant reports whether 不了, 不上, 失败 … follows.
func tailCant(after []token) bool {
	for _, t := range after {
		switch {
		case t.is(cCantTail) || t.is(cLateCause) && strings.Contains(t.text, "忘") || containsWord("免了 算了 取消 作废 不用 不必 不要", t.text):
			return true
		case t.is(cLight|cI|cParticle) && !t.is(cNow), containsWord("总 老 老是 总是 提示 显示 出现 页面 界面 按钮 报 都", t.text):
		default:
			return false
		}
	}
	return false
}

// isNoun reports whether 的 and a thing or person follow.
func isNoun(after []token) bool {
	return len(after) > 0 && after[0].is(cOthers) && strings.HasPrefix(after[0].text, "的") || // 签到的同志
		len(after) > 1 && after[0].text == "的" && !after[1].is(cParticle|cName|cEmote) ||
		len(after) > 0 && after[0].is(cName) && startsWith(after[0].text, "时写", "时请", "时填", "时注", "时要", "时带", "时备", "时须") || // 签到时写清单位
		len(after) > 0 && after[0].val == "fix" && strings.HasPrefix(after[0].text, "写") || // 补签写错了
		len(after) > 0 && containsWord("那天 时候 期间 之前 之后 以前 以后", after[0].text)
}

// asks reports whether clause c, with the deed at k, is a question.
func asks(c clause, k int) bool {
	if c.end == '?' {
		return true
	}
	if n := len(c.toks); n > 2 && anyText(c.toks, "连") && containsWord("都 也", c.toks[n-2].text) && !c.toks[0].is(cAsk) {
		return false // 连签到的工夫都没
	}
	for j, t := range c.toks {
		if t.is(cAsk) && j+1 < len(c.toks) && containsWord("也 都", c.toks[j+1].text) && containsWord("咋 怎么 怎样 如何", t.text) {
			continue // 咋也签不上
		}
		if t.is(cAsk) && !t.is(cFill) || t.text == "还是" && (anyOf(c.toks[:j], deeds|cAck) || anyText(c.toks[:j], "接龙") || anyText(c.toks[:j], "吗")) {
			return true
		}
	}
	if n := len(c.toks); n > 2 && n-2 > k && c.toks[n-1].text == "吧" && containsWord("行 中 可以 对 成 是", c.toks[n-2].text) && anyOf(c.toks[:n-2], deeds) {
		return true // 明天补签行吧
	}
	for j := len(c.toks) - 1; j > k; j-- {
		t := c.toks[j]
		switch {
		case t.is(cAskEnd) && t.text != "吧" && t.text != "嘛":
			return true
		case t.is(cParticle | cFill | cEmote):
		default:
			return false
		}
	}
	return false
}

// kin reports whether before[j] is whom the deed is done for (替我爱人签到).
func kin(before []token, j int) bool { return j > 0 && anyOf(before[:j], cFor) }

// odd reports whether t is a word that has no business beside a check-in.
func odd(t token) bool {
	return (t.class&around == 0 || t.val == "audience" || t.val == "install") && !isSign(t)
}

func anyOf(toks []token, k class) bool {
	for i := range toks {
		if toks[i].is(k) {
			return true
		}
	}
	return false
}
