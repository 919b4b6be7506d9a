package chat

import (
	"slices"
	"strings"
)

// nudge: tells others to check in, to read, to report.
func (r *reply) nudge() bool {
	if r.commands() {
		return r.say(Nudge, No, "") // 一个个都给我签上
	}
	if r.heads() != nil && r.has(cAll) || r.ownHand() || r.relays() || r.heard() || r.excused() {
		return false
	}
	if r.firstHimself() || r.has(cExpect) && r.has(cActual) && r.labelled(cExpect) != nil && r.labelled(cActual) != nil {
		return false
	}
	told := r.has(cOthers) || r.n.all || r.n.others > 0
	if r.has(cUrge) && strings.HasPrefix(r.text, "接龙") && !r.has(cName|cNum|cNot) && !r.asked() {
		return r.say(Nudge, No, "") // 接龙往下接
	}
	about := r.has(deeds&^cHere|cCheckNoun|cActual|cExpect|cAck|cOthers|cTopic) || hasAny(r.toks, "请回复")
	if r.remaining() || r.template() || r.hails() || r.byMeans() || r.mustAll() || r.suffices() || r.announces() || r.sendsFor() || r.asksProxy() || r.forbidsRest() || r.hurries() || r.scheduled() || r.toThose() || r.tellsYou() && !r.done() || r.callsUpon() || r.delegates() || r.prods() {
		return r.say(Nudge, No, "")
	}
	notice := len(r.toks) > 1 && r.toks[0].text == "转" && r.toks[1].text == ":" || hasAny(r.toks[:min(1, len(r.toks))], "通知", "转发", "提醒", "公告", "温馨提示", "友情提醒", "友情提示", "提示")
	if notice && r.has(cCheck) && !r.has(cI|cName) && len(r.toks) > 1 && r.toks[1].text == ":" {
		return r.say(Nudge, No, "") // 友情提醒：今天签到
	}
	if !about || r.done() && !r.n.all && !notice && !r.has(cUrge) {
		return false
	}
	done := r.done()
	for _, c := range r.clauses {
		if done && careful(runText(c.toks)) {
			continue // 签到，大家都要提高警惕
		}
		if r.urges(c, told) && (!done || notice || c.any(cCheck|cSign|cLearn|cOthers|cAck)) {
			return r.say(Nudge, No, "")
		}
	}
	if r.told() {
		return false
	}
	if !done && (told || notice) && r.has(cCheck|cSign|cLate) && !r.has(cFor|cI) || r.n.all {
		return r.say(Nudge, No, "")
	}
	return false
}

// firstHimself reports 我先签到，大家抓紧啊: he sets an example.
func (r *reply) firstHimself() bool {
	if len(r.clauses) < 2 {
		return false
	}
	c := r.clauses[0].toks
	return c[0].is(cI) && last(c).is(cCheck|cParticle) && r.anyGood(cCheck, func(a act) bool { return a.clause == 0 && a.self && !a.odd && !a.vague })
}

// remaining reports 还有三位同志没签到，麻烦看一下手机: how many are missing, said to make
// them hurry.
func (r *reply) remaining() bool {
	if len(r.clauses) < 2 {
		return false
	}
	c := r.clauses[0]
	return hasWord(runText(c.toks), "还有 还差 就差 还剩 只剩") && c.any(cNot) && c.any(cCheck|cSign) && !c.any(cI|cName) &&
		hasWord(r.text, "动一动 动起来 抓紧 自觉 看一下手机 看看手机 看下手机 加把劲 别拖 快些 快点 利索 麻利 赶紧 赶快 尽快 速度")
}

// sendsFor reports 叫老王签到, 喊王芳签到: somebody is to be fetched.
func (r *reply) sendsFor() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		n := len(c.toks)
		return n > 2 && bids(c.toks) && !c.any(cI) && c.toks[n-1].is(cCheck|cSign) && !r.has(cFor|cProxy)
	})
}

// asksProxy reports 让张三代签, 请张三代签一下: another is to do it.
func (r *reply) asksProxy() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cProxy) })
		return k > 1 && c.toks[k-1].is(cName) && containsWord("让 请 叫 找 麻烦 喊 托 劳驾 拜托", c.toks[k-2].text)
	})
}

// forbidsRest reports 别光回收到，要回签到: what not to do, and what to do.
func (r *reply) forbidsRest() bool {
	for i := 1; i < len(r.clauses); i++ {
		before := r.clauses[i-1]
		if c := r.clauses[i]; (forbids(before) || before.any(cOthers) && anyText(before.toks, "别 甭 莫 不要 别光")) && containsWord("要 都 得 该 也", c.toks[0].text) && c.any(cCheck|cSign) && !c.any(cI) {
			return true
		}
	}
	return false
}

// hurries reports 签到签到，快点, 都签一下啊: an order with no name and no I in it.
func (r *reply) hurries() bool {
	if r.marked(mForbids) && !r.has(cI|cWe|cName) && r.has(cCheck|cSign) && slices.ContainsFunc(r.clauses[1:], func(c clause) bool {
		return containsWord("别拖 别拖拉 别磨蹭 别磨叽 别耽误 别落下 不要拖 莫拖 别迟到 不要迟到 别误了", runText(c.toks))
	}) {
		return true // 按通知要求签到，别拖
	}
	if !r.has(cCheck | cSign) {
		return false
	}
	if n := len(r.clauses); n > 1 && r.clauses[n-1].toks[0].text == "该" && len(r.clauses[n-1].toks) > 1 && r.clauses[n-1].toks[1].is(cCheck|cSign) && !r.has(cI|cName|cNot|cAsk) && hasWord(runText(r.clauses[n-2].toks), "都 赶紧 快 动弹 动起来 抓紧") {
		return true // 村里的都动弹动弹 该签到咧
	}
	if r.has(cI | cWe | cNot | cNum | cFuture) {
		return false
	}
	first := r.clauses[0].toks
	if said := runText(first); first[0].text == "都" && len(first) > 1 && first[1].is(cCheck|cSign) && !anyText(first, "了 咧 啦 过") && strings.ContainsAny(said[len(said)-len("下"):], "啊呀哈吧下") {
		return true
	}
	if containsWord("都来 都快来 都给我", runText(first[:min(2, len(first))])) && first[len(first)-1].is(cCheck) {
		return true
	}
	if n := len(first); n > 2 && first[n-1].is(cOthers) && first[0].is(cCheck) && first[1].is(cParticle) && !containsWord("了 咧 啦", first[1].text) {
		return true // 签到啊各位
	}
	for _, c := range r.clauses[1:] {
		if len(c.toks) == 1 && containsWord("快点 快 赶紧 抓紧 速度 赶快 尽快 快快 麻利点 搞快点", c.toks[0].text) {
			return true
		}
	}
	return false
}

// toThose reports 学完的签个到, 到会的签一下到: told to whoever has done so.
func (r *reply) toThose() bool {
	if r.has(cMakeUp|cLate) && thoseMissed(r.text) && !r.has(cI|cName|cHe|cHear|cSay|cNum) && !r.asked() {
		return true // 昨天没签的今天补上
	}
	for _, c := range r.clauses {
		if !c.any(cI|cName|cTime) && (thoseWho(c.toks) || onceSeen(c.toks)) {
			return true
		}
		if len(c.toks) > 1 && containsWord("在的 来的", c.toks[0].text) && c.toks[1].is(cCheck|cSign) || len(c.toks) > 2 && (c.toks[0].is(cLearn|cJoin|cHere|cAck) || c.toks[0].text == "来") && c.toks[1].text == "的" && c.toks[2].is(cCheck|cSign) && !c.any(cI|cName) {
			return true
		}
	}
	return false
}

// thoseWho reports 漏签的补一下, 看到消息的都回个签到, 在的都签个到: whoever it
// concerns is told what to do.
func thoseWho(toks []token) bool {
	k := slices.IndexFunc(toks, func(t token) bool {
		return t.text == "的" || (strings.HasSuffix(t.text, "的") || strings.HasPrefix(t.text, "的")) && t.is(cHere|cOthers) // 漏签的同志补上
	})
	who := cLearn | cJoin | cHere | cAck | cLateCause | cSign | cCheck | cTopic | cLight | cNot | cFill | cParticle | cAll
	if k < 0 || k+1 >= len(toks) || k == 0 && toks[k].text == "的" || slices.ContainsFunc(toks[:k], func(t token) bool {
		return (!t.is(who) || t.is(cLateCause) && strings.ContainsAny(t.text, "迟晚")) && !containsWord("看到 看见 见到 看 消息 通知 信息", t.text)
	}) {
		return false
	}
	does := false
	for _, t := range toks[k+1:] {
		switch {
		case t.is(cCheck | cSign | cSignDone | cLate | cMakeUp | cPunch):
			does = true
		case does && containsWord("了 咧 过", t.text):
			return false
		case containsWord("举手 举个手 吱一声 吱个声 冒泡 冒个泡 报数", t.text):
			does = true
		case t.is(cLight|cAll|cUrge|cFill|cParticle|cCounter|cEmote|cFor) || containsWord("回复 回个 接龙 一下", t.text):
		default:
			return false
		}
	}
	return does
}

// onceSeen reports 看到后签到, 看见后请回复签到: told to all who read it.
func onceSeen(toks []token) bool {
	if len(toks) < 3 || !containsWord("看到 看见 见到 收到 看", toks[0].text) || !containsWord("后 请", toks[1].text) {
		return false
	}
	last := toks[len(toks)-1]
	return last.is(cCheck|cSign) || last.is(cParticle) && toks[len(toks)-2].is(cCheck|cSign) && !containsWord("了 咧 啦", last.text)
}

// callsUpon reports @张三 @李四 签到: several are called, and nothing is said of
// the writer.
func (r *reply) callsUpon() bool {
	return r.n.others > 1 && r.has(cCheck|cSign|cLate) && r.only(cCheck|cSign|cLate|cLight|cParticle|cEmote|cFill|cUrge|cTopic|cTime)
}

// announces reports 签到开始了, 今天签到截止.
func (r *reply) announces() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		return c.any(cCheck|cCheckNoun) && !c.any(cI|cName|cAsk|cNot) && deadline(c.toks)
	}) || slices.ContainsFunc(r.clauses, func(c clause) bool {
		return c.any(cCheck|cCheckNoun) && !c.any(cI|cName|cAsk) && slices.ContainsFunc(c.toks, func(t token) bool { return t.val == "announce" })
	})
}

// deadline reports 5点前, 下班前 before a check-in.
func deadline(toks []token) bool {
	for k, t := range toks {
		if t.is(cCheck) {
			return false
		}
		if k > 0 && !t.is(cFuture) && containsWord("前 之前 以前", t.text) && (toks[k-1].is(cDate|cFuture) || containsWord("点 半 分 号 日", toks[k-1].text)) {
			return true
		}
	}
	return false
}

// careful reports that others are told to beware, and not to check in.
func careful(said string) bool {
	return hasWord(said, "警惕 注意 防骗 防诈 安全 小心 当心 擦亮 保重 上当 身体 保暖") && !hasWord(said, "签 打卡 接龙")
}

// tellsYou reports 你签到, 你还没签: said to somebody, and no question.
func (r *reply) tellsYou() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		for k, t := range c.toks {
			if t.is(cYou) && (k == 0 || !containsWord("给 向 对 跟", c.toks[k-1].text)) && soonDone(c.toks[k+1:]) || t.is(cYou) && k+1 < len(c.toks) && c.toks[k+1].is(cNot) && anyOf(c.toks[k+1:], cCheck|cSign|cLate) {
				return !asks(c, -1)
			}
		}
		return false
	})
}

// soonDone reports a deed with nothing but adverbs before it.
func soonDone(toks []token) bool {
	k := slices.IndexFunc(toks, func(t token) bool { return !t.is(cLight|cNow) && t.text != "俩" || t.is(deeds) })
	return k >= 0 && toks[k].is(cCheck|cSign|cLate)
}

// told reports 大家都签到了: it is told, not asked, of others.
func (r *reply) told() bool {
	for _, c := range r.clauses {
		for k, t := range c.toks {
			if t.is(cCheck|cSign) && k+1 < len(c.toks) && containsWord("了 咧 啦 过", c.toks[k+1].text) && anyOf(c.toks[:k], cAll) && anyOf(c.toks[:k], cOthers|cHe) {
				return true
			}
		}
	}
	return false
}

// done reports whether a check-in stands that nobody is told to make.
func (r *reply) done() bool {
	return r.anyGood(cCheck|cLate|cSignDone|cRecord|cProxy, func(a act) bool {
		return !a.odd && !r.urges(r.clauses[a.clause], false)
	})
}

// urges reports whether c asks something of others: 请, 记得, 别忘 with no 我
// or 给 after it.
func (r *reply) urges(c clause, told bool) bool {
	for k, t := range c.toks {
		if !t.is(cUrge) || t.is(cFill) && !told {
			continue
		}
		after := c.toks[k+1:]
		named := t.text == "请" && len(after) > 0 && after[0].is(cName) && c.any(cCheck|cSign)
		if !anyOf(after, cI|cFor|cName) && !anyText(after, "我 俺 额 咱") && !anyOf(c.toks[:k], cI) || named {
			return true
		}
	}
	return false
}

// hearsay: speaks of what others did, should do or say.
func (r *reply) hearsay() bool {
	if r.anyGood(cCheck|cSign|cSignDone|cLate, func(a act) bool { return a.self && !a.odd }) && !r.has(cHear|cGuess) {
		return false // 大家都签了，我也签到
	}
	if r.atLast() && !r.has(cFor|cProxy) {
		return false
	}
	if _, other := r.helped(); other && len(r.names) == 1 && r.has(cHe) && !r.has(cHear|cGuess|cSay|cNot|cFuture) && r.anyGood(cCheck|cSign|cSignDone, func(a act) bool { return r.clauses[a.clause].any(cFor) }) {
		return false // 村会计石秀英学习在会上听咧，替她签到
	}
	if r.tells() || r.heard() || r.relays() {
		return r.say(Hearsay, No, "")
	}
	for i, c := range r.clauses {
		if c.any(cHear|cSay) && c.any(cName|cHear) && c.toks[len(c.toks)-1].is(cSay) && r.has(cCheck|cSign) && !r.done() {
			return r.say(Hearsay, No, "")
		}
		if c.toks[0].is(cHe) && !c.any(cI) && !r.has(cFor|cProxy|cLeave) && !r.done() && strings.Contains(runText(c.toks), "报了") ||
			c.toks[0].is(cName) && len(c.toks) > 1 && c.toks[1].is(cGuess) && !c.toks[1].is(cLight) {
			return r.say(Hearsay, No, "")
		}
		if supposes(c.toks) || leftOut(c.toks) {
			return r.say(Hearsay, No, "")
		}
		if c.toks[0].is(cHear) && !c.any(cI) && strings.ContainsAny(runText(c.toks), "骗诈签") {
			return r.say(Hearsay, No, "")
		}
		if !c.any(deeds | cGone | cCant | cAll) {
			continue
		}
		if witnessed(c.toks) || i+1 < len(r.clauses) && c.toks[0].is(cName) && containsWord("我看见了 我看到了 我瞅见了 我瞧见了 我亲眼看见 我亲眼看到 我见了 我作证 我证明 我可以作证 我能作证 我看见的 我看到的", runText(r.clauses[i+1].toks)) {
			return r.say(Hearsay, No, "")
		}
		forHim := r.has(cFor | cProxy | cLeave)
		switch {
		case c.any(cHear), r.onlySaid(c),
			(c.any(cGuess) || strings.HasPrefix(runText(c.toks), "看来")) && (!c.any(cI) || onlyUnit(c)) && !r.done(), r.guesses(i) && !r.done(), r.told(),
			c.any(cHe) && !forHim && !r.done(),
			r.asksOfOthers(c),
			c.toks[0].is(cName) && !c.any(cI|cFor) && !r.done() && r.denies(c),
			r.heads() != nil && len(r.names) == 0 && !r.done() && r.denies(c) && !noneOfUs(c):
			return r.say(Hearsay, No, "")
		}
	}
	return false
}

// noneOfUs reports 我们站上一个人都没签上: of his own, and of all of them.
func noneOfUs(c clause) bool {
	return c.any(cWe|cI) && hasWord(runText(c.toks), "一个人都 一个都 一个也 一个人也 没一个")
}

// supposes reports 司法局都签完了吧: of all of them, and by guess.
func supposes(toks []token) bool {
	return len(toks) > 3 && last(toks).text == "吧" && containsWord("了 咧 完 好", toks[len(toks)-2].text) && anyOf(toks, cAll) &&
		anyOf(toks, cCheck|cSign|cSignDone|cPunch) && !anyOf(toks, cI|cName|cNum|cYou)
}

// heard reports 听说要补签, 听人说不算数: hearsay by its first word.
func (r *reply) heard() bool {
	return (startsWith(r.text, "听说", "听讲", "据说") || heardFrom(r.text)) && !r.asked() && hasWord(r.text, "签 补 打卡 算 扣 通报 取消 考核 报到") && !r.has(cI)
}

// tells reports 听我妹说她们银行也天天签, 我同学说他们单位不签到: how it is
// elsewhere, by somebody who is not of the group.
func (r *reply) tells() bool {
	for _, c := range r.clauses {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cSay) && strings.Contains(t.text, "说") })
		if k < 1 || !strings.ContainsAny(runText(c.toks[k:]), "签卡") {
			continue
		}
		who := c.toks[k-1]
		if (who.val == "kin" || strings.ContainsAny(who.text, "妹妈爸姐弟哥姨叔") && !who.is(cName)) && (c.any(cHear) || anyOf(c.toks[k+1:], cHe) || hasWord(runText(c.toks[k+1:]), "单位 学校 银行 公司 村里 那边")) && !anyOf(c.toks[k+1:], cFor|cI) {
			return true
		}
	}
	return false
}

// witnessed reports 我看见张三签到了.
func witnessed(toks []token) bool {
	for k, t := range toks {
		if containsWord("看见 看到 瞅见 瞧见 发现 见", t.text) && k+1 < len(toks) && toks[k+1].is(cName|cHe) && anyOf(toks[k+2:], cCheck|cSign) {
			return true
		}
	}
	return false
}

// guesses reports whether clause i only supposes a deed.
func (r *reply) guesses(i int) bool {
	return slices.ContainsFunc(r.acts, func(a act) bool { return a.clause == i && a.guess && !a.self })
}

// denies reports whether c says that its subject has not checked in.
func (r *reply) denies(c clause) bool {
	for k, t := range c.toks {
		if t.is(deeds) && negated(c.toks[:k]) || t.is(cGone) && len(r.clauses) == 1 {
			return true
		}
	}
	return false
}

// onlySaid reports whether c tells what somebody said (小助手说要签到).
func (r *reply) onlySaid(c clause) bool {
	for k, t := range c.toks {
		if t.is(cSay) && k > 0 && !negated(c.toks[:k]) && !forHimself(c.toks[k:]) && !anyOf(c.toks[:k], cFuture) && anyOf(c.toks[k+1:], cCheck|cSign) && !t.is(cUrge) {
			return true
		}
	}
	return false
}
