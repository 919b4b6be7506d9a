package chat

import (
	"iter"
	"slices"
	"strings"
)

// The rules below know surroundings that take nothing from a check-in: how the
// writer mistypes 我, how he ends a sentence, what he says of his message, of the
// tools and of those who press him.

// surroundings gives what is harmless the class of words that say nothing.
func (r *reply) surroundings() {
	if !anyOf(r.toks, cCheck|cSign|cSignDone|cLate) {
		return
	}
	var before []token
	for run := range r.runs() {
		switch {
		case anyOf(run, cCheck|cSign|cSignDone|cLate):
			typed := 0
			if run[0].text == "直接" && len(run) > 1 {
				typed = 1
			}
			if before != nil && containsWord("打字 手打", run[typed].text) && doing(run, typed+1) && unable(before) {
				set(run[:typed+1], cFill)
			}
			soundsLikeI(run)
			overThere(run)
			hastened(run, before)
			entitled(run)
			saluting(run)
			meanwhile(run, before)
			endsWith(run)
			splitDeed(run, before)
			micCheck(run)
		default:
			toils(run)
			micCheck(run)
			saluting(run)
			clumsy(run)
			broughtBy(run)
		}
		before = run
	}
	if anyOf(r.toks, cCheck) {
		r.section()
		r.slipped()
		r.hereToo()
	}
	r.nagged()
}

// runs yields what stands between two separators.
func (r *reply) runs() iter.Seq[[]token] {
	return func(yield func([]token) bool) {
		for lo := 0; lo < len(r.toks); {
			hi := lo
			for hi < len(r.toks) && !r.toks[hi].is(cSep) {
				hi++
			}
			if hi > lo && !yield(r.toks[lo:hi]) {
				return
			}
			lo = hi + 1
		}
	}
}

// misheard are characters that 我 and 俺 become under dictation and in jest. They are
// the writer only where they stand first, directly before the deed.
const misheard = "饿 鹅 窝 俄 藕 蛾 握 沃 涡 娥 偶 卧 案 埯 wo"

// soundsLikeI: 饿签到咧, 窝来签到 is 我签到.
func soundsLikeI(toks []token) {
	if containsWord(misheard, toks[0].text) && !toks[0].is(cName) && doing(toks, 1) {
		set(toks[:1], cI)
	}
}

// endings are particles of dialects and of chat, as they are heard or typed.
const endings = "辽 鸟 惹 喇 辣 吶 唷 嗳 嘎 咩 喵 汪 唔 囖 塞 咾 佬 呜 嘤 叭 啪 嘟 嘀 叮 唠 啰 呣 咔 喏 嗒 啧 涅 捏 勒 嘞 唻 噻 噶 噜 噜噜 撸 咕 呐 耶 呦 哒 嗨 呼 昂 嗷 le la lo lei ya o ha en"

// endsWith: 签到辽, 签到咧啵: unknown particles behind the deed up to the end say no more
// than 了 does.
func endsWith(toks []token) {
	k := len(toks)
	for k > 0 && (toks[k-1].is(cParticle|cEmote) || containsWord(endings, toks[k-1].text)) {
		k--
	}
	if k == len(toks) || k == 0 || !toks[k-1].is(cCheck|cSign|cSignDone|cLate) {
		return
	}
	for j := range toks[k:] {
		if t := &toks[k+j]; t.class&(cParticle|cEmote) == 0 {
			t.class = cParticle
		}
	}
}

// splitDeed: 到也签咧, 到都签上了 is 签到 with its object first. What else was done,
// 视频也看咧, says nothing against it.
func splitDeed(toks, before []token) {
	k := slices.IndexFunc(toks, func(t token) bool { return t.text == "到" })
	if k > 0 && k+1 < len(toks) && containsWord("把 将", toks[k-1].text) && toks[k+1].is(cSign|cSignDone) {
		takeUp(toks, k, before)
		return
	}
	if k < 0 || k+2 >= len(toks) || k > 0 && !toks[k-1].is(cI|cName|cFill|cNow|cParticle) {
		return
	}
	deed := k + 1
	for deed < len(toks) && containsWord("也 都 已 已经 也都 也已 还 倒 早 早就 给", toks[deed].text) {
		deed++
	}
	if deed == k+1 || deed == len(toks) || !toks[deed].is(cSign|cSignDone) || toks[deed].is(cAsk) {
		return
	}
	set(toks[k:k+1], cFill)
	toks[deed].class = cCheck
	for j := deed + 1; j+3 < len(toks); j++ {
		if toks[j].is(cTopic) && containsWord("也 都 也都", toks[j+1].text) && containsWord("看 学 听 读 瞧", toks[j+2].text) && toks[j+3].is(cParticle) {
			set(toks[j:j+4], cFill)
		}
	}
}

// takeUp makes one deed of 把到签了, with 到 at k, where it is told as done and by the
// writer, who has said before what he is at: 果园里忙着哩，先把到签了. To others it may be
// an order: 都把到签了.
func takeUp(toks []token, k int, before []token) {
	if anyOf(toks, cAsk|cAskEnd) || anyOf(toks[:k], cUrge|cOthers|cYou|cHe|cAll|cName) {
		return
	}
	if anyOf(toks[:k], cNot|cFuture) {
		set(toks[k-1:k+1], cLight) // 我还没把到签上
		return
	}
	news := k+2 < len(toks) && containsWord("咧 啦 嘞", toks[k+2].text)
	done := toks[k+1].is(cSignDone) || k+2 < len(toks) && toks[k+2].text == "了"
	if news || done && (anyOf(toks[:k], cI) || toks[0].text == "先" && ownState(before) || hasWord(runText(toks[:k]), "可算 总算 终于 好歹 好不容易")) {
		set(toks[k-1:k+1], cFill)
		toks[k+1].class = cCheck
	}
}

// ownState reports 在柜台上班呢, 果园里忙着哩: what somebody is at, and nothing about others,
// another time or what is to be done.
func ownState(toks []token) bool {
	return len(toks) > 1 && !anyOf(toks, cOthers|cYou|cHe|cUrge|cAsk|cAskEnd|cFuture|cTime|cName|cSay|cHear) && slices.ContainsFunc(toks, func(t token) bool { return containsWord("呢 哩 着 了 咧 嘞 着哩 着呢", t.text) })
}

// micCheck: 喂喂听得见不, 你们能听到我说话吧: asks whether he is heard, as one who dictates
// does. Somebody who is asked by name, or whether he heard something, is not meant.
func micCheck(toks []token) {
	for k, t := range toks {
		if !strings.HasPrefix(t.text, "听") || t.is(cLearn) && t.len() > 2 {
			continue
		}
		end := k + 1
		for end < len(toks) && containsWord("得 得到 的 见 到 清 楚 清楚 着 我 俺 额 说话 我说话 说 话", toks[end].text) {
			end++
		}
		ask := end < len(toks) && containsWord("吗 吧 不 没 么 没有 了没 了不 了吗 啵 不啊 哇 嘛", toks[end].text)
		if said := runText(toks[k:end]); !ask || !hasWord(said, "见 到 清 着") || hasWord(said, "听到说") {
			continue
		}
		end++
		if end < len(toks) && toks[end].is(cParticle) {
			end++
		}
		lo := k
		for lo > 0 && containsWord("能 可以 你们 你 机器人 助手 那边 那头 都 喂 喂喂 啊 哎", toks[lo-1].text) && !toks[lo-1].is(cParticle) {
			lo--
		}
		set(toks[lo:end], cFill)
		return
	}
}

// tools are what one checks in with; inept says that somebody cannot use them.
const (
	tools = "小程序 链接 网址 二维码 码 app 接龙 表格 按钮 系统 网页 界面 公众号 机器人"
	inept = "不会 不懂 不太会 不大会 弄不来 弄不了 用不来 用不了 整不了 整不来 打不开 点不开 点不动 点不了 扫不 进不去 进不了 登不上 登不了 没反应 闪退 卡死 坏了 加载不 刷不出 显示不 找不到 找不着 不好使 不好用"
)

// clumsy: 不会用小程序, 链接点不开 in a clause of its own tells why it is done here. It
// sells nothing.
func clumsy(toks []token) {
	if said := runText(toks); hasWord(said, tools) && hasWord(said, inept) && !anyOf(toks, deeds|cAsk|cOthers|cYou|cName) && !hasWord(said, "的扫 的点 的加 的领 的找 的联系 的私") {
		for i := range toks {
			if toks[i].is(cLink) {
				set(toks[i:i+1], cFill)
			}
		}
	}
}

// unable reports 嗓子哑了发不了语音, 不会弄接龙: what the writer cannot do, and so does it
// otherwise. 扫不了码的 are others.
func unable(toks []token) bool {
	said := runText(toks)
	return (hasWord(said, inept) || anyOf(toks, cCantTail)) && !strings.HasSuffix(said, "的") && !anyOf(toks, cOthers|cYou|cHe|cAsk|cUrge) && !hasWord(said, "的话 可以 就 如果 要是")
}

// broughtBy: 我是王老师让进来的, 俺是李主任推荐的: who brought him in does not sign.
func broughtBy(toks []token) {
	if len(toks) < 4 || !toks[0].is(cI) || toks[1].text != "是" || last(toks).text != "的" {
		return
	}
	if k := slices.IndexFunc(toks, func(t token) bool { return t.is(cName) }); k > 0 && k < 4 && hasWord(runText(toks[k+1:]), "让 叫 喊 拉 介绍 推荐 邀请 请 带 通知 安排 派") {
		set(toks, cFill)
	}
}

// slips are forms that a message takes by mistake.
const slips = "语音 语音条 表情 表情包 图 图片 空 空的 空白 空格 半句 一半 半截 乱码 句号 标点 符号 英文 拼音 字母 数字 错别字 错字 文字 视频 文件 动图 小视频 拍一拍"

// slipped: 手滑发成语音了, 手快按错成表情 in a clause of its own takes back what nobody
// could read, where a check-in follows in another. 撤回 and 签错 are of the record.
func (r *reply) slipped() {
	if !strings.ContainsAny(r.text, "成错") || hasWord(r.text, "撤 不算 作废 签错 取消 发错群 签重") {
		return
	}
	for run := range r.runs() {
		said := runText(run)
		if anyOf(run, cCheck) {
			return // what comes behind the deed may be said of it
		}
		if _, what, ok := strings.Cut(said, "成"); !ok {
			_, what, ok = strings.Cut(said, "错")
			if ok && hasWord(what, slips) {
				set(run, cFill)
			}
		} else if hasWord(what, slips) {
			set(run, cFill)
		}
	}
}

// nagged: 别再艾特我了, 甭催咧, 莫老点我名: he asks not to be pressed, for he has done it.
func (r *reply) nagged() {
	if !r.marked(mForbids) && !strings.ContainsAny(r.text, "勿休") {
		return
	}
	told := false
	for run := range r.runs() {
		if anyOf(run, deeds) {
			told = true
			continue
		}
		if said := runText(run); told && startsWith(said, "别", "甭", "莫", "不要", "不用", "勿", "请别", "请不要", "请勿", "求别", "可别", "休") &&
			hasWord(said, "催 艾特 @ 喊我 喊俺 喊了 叫我 叫俺 点我 点名 点俺 圈我 圈俺 cue 提醒我 提醒了 念叨 嚷 吼 盯我 盯着我 找我 骂我 通报我 扣我") && !anyOf(run, cName|cOthers|cHe) {
			set(run, cFill)
		}
	}
}

// hereToo: 大群签过了，这个群也签到, 会上签过到了，这里再签一下: what was done in another
// place is no check-in, and the one here is no second one that is put off.
func (r *reply) hereToo() {
	if !anyOf(r.toks, cSep) || !hasWord(r.text, "群 那边 那头 那里 那儿 会上 现场 系统 强国") {
		return
	}
	var there []token
	for run := range r.runs() {
		d := slices.IndexFunc(run, func(t token) bool { return t.is(cCheck | cSign | cSignDone | cPunch) })
		switch {
		case d < 0:
		case there != nil && !anyOf(run[:d], cNot|cAsk|cHe|cOthers|cYou|cUrge|cName):
			said := runText(run[:d])
			here := hasWord(said, "这群 这个群 本群 咱群 小群 大群 群里 这里 这儿 这边 这块 此处")
			if !here && !hasWord(said, "也 再") {
				continue
			}
			set(there, cFill)
			if slices.ContainsFunc(run[:d], func(t token) bool { return t.is(cFuture) && t.text != "再" }) {
				continue // 明天再签
			}
			for k := range run[:d] {
				if run[k].is(cFuture) && run[k].text == "再" || hasWord(run[k].text, "群 里") || hasWord(runText(run[:k+1]), "这群 这个群 本群 咱群") {
					set(run[:k+1], cFill)
				}
			}
		case (run[d].is(cSignDone) || d+1 < len(run) && run[d+1].is(cParticle)) && !anyOf(run, cNot|cAsk|cAskEnd|cName|cFuture):
			if said := runText(run[:d]); hasWord(said, "群 那边 那头 那里 那儿 会上 现场 系统 强国") && !hasWord(said, "这群 这个群 本群 咱群 我到 我在") {
				there = run
			}
		}
	}
}
