package chat

import (
	"slices"
	"strings"
)

// settle lets acts stand beside words that the reader does not know, where the
// writer puts his name to the text: 三楼会议室签到，财政局武建平. Such words tell the
// circumstances of his deed; without the name they may be anybody's, or an order.
func (r *reply) settle() {
	for i := range r.acts {
		a := &r.acts[i]
		if a.odd && !a.vague && a.kind&cCheck != 0 && a.good() && r.attested(*a) {
			a.odd = false
		}
	}
}

// attested reports that the text is signed by one person, that whatever is unknown
// stands before the deed, and that nobody else is spoken of.
func (r *reply) attested(a act) bool {
	c := r.clauses[a.clause]
	if !r.signed() || slices.ContainsFunc(c.toks[a.at+1:], odd) || elsewhereDone(c.toks) || anyOf(c.toks[:a.at], cNot|cCantTail) {
		return false
	}
	if hasWord(r.text, "联系人 联系电话 咨询 有事 找 负责 主持 酒店 宾馆 婚礼 婚宴 喜宴 酒席 机场 健身 比赛 运动会") {
		return false // 会议室签到，有事找财政局武建平
	}
	return !slices.ContainsFunc(r.toks, func(t token) bool {
		return t.is(cSay|cHear|cHe|cYou|cOthers|cUrge|cAsk|cAskEnd|cLink|cGone|cCheckNoun|cFor|cProxy) && !t.is(cFill|cLight|cParticle)
	})
}

// signed reports that one person puts his name to the text: with his unit, or alone
// at the end. A name at the head of a text, and no unit, may be of him who is called.
func (r *reply) signed() bool {
	if len(r.names) != 1 {
		return false
	}
	for i, c := range r.clauses {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cName) && t.text == r.names[0] })
		switch {
		case k < 0:
		case r.unit != "" && k > 0 && c.toks[k-1].is(cUnit|cSuffix|cDeptEnd):
			return true
		case !identity(c.toks):
		case r.unit != "", i == len(r.clauses)-1 && i > 0 && r.clauses[i-1].end != '、':
			return true
		}
	}
	return false
}

// identity reports that toks say who somebody is, and nothing else: 我是组长闫文军.
func identity(toks []token) bool {
	return !slices.ContainsFunc(toks, func(t token) bool {
		return !t.is(cName|cUnit|cSuffix|cDeptEnd|cI|cWe|cEmote) && t.class != cFill && t.val != "post" && !containsWord("是 单位 姓名 签到人 ( )", t.text)
	})
}

// asIf reports 签个到就能防诈骗, 签了就不被骗了?: as if checking in did it.
func (r *reply) asIf() bool {
	if !strings.Contains(r.text, "就") {
		return false
	}
	if hasWord(r.text, "签个到就能 签到就能 签了就能 签了就不 签到就不 签了到就能 签了到就不 签完就能 签完就不 签了钱就能 签个到就不 打个卡就能 打卡就能") && hasWord(r.text, "防 骗 诈 抓 追回") {
		return true
	}
	return hasWord(r.text, "骗子就怕 骗子就没 骗子就不 骗子就跑 骗子就绝 骗子就能") && strings.Contains(r.text, "签") && (r.asked() || strings.HasSuffix(r.text, "?"))
}

// madeUpNow reports 昨天没签，今天补上: what was missed before is made up in a clause
// of its own, now, by the writer. 明天补上 and 今天之内补齐 are yet to be done, and
// 没签的今天补上 is told to others.
func (r *reply) madeUpNow() bool {
	if r.has(cFuture|cHe|cYou|cOthers|cUrge|cHear&^cFill) || r.delaysMakeUp() || thoseMissed(r.text) {
		return false
	}
	for i, c := range r.clauses {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cMakeUp) })
		if k < 0 || i == 0 || negated(c.toks[:k]) || slices.ContainsFunc(c.toks[k+1:], odd) || anyOf(c.toks, cNot|cName|cCantTail) {
			continue
		}
		now := k == 0 || containsWord("今天 今儿 今日 今早 今晨 今儿个 今个 今晚上 现在 这会 这会儿 我 俺 额 咱 我今天 今天我 我现在 现 赶紧 来 今天来 先", runText(c.toks[:k]))
		if now && slices.ContainsFunc(r.acts, func(a act) bool { return a.clause < i && a.neg && a.kind&(cCheck|cSign|cSignDone|cPunch) != 0 }) && !r.clauses[0].toks[0].is(cName) {
			return true
		}
	}
	return false
}

// delaysMakeUp reports 这两天补齐, 下班前补上, 今天之内补: yet to be made up.
func (r *reply) delaysMakeUp() bool {
	return r.has(cMakeUp) && hasWord(r.text, "这两天补 这几天补 这周补 近日补 近期补 尽快补 抽空补 有空补 之内补 以内补 下班前补 天黑前补 之前补 今晚补 回去补 回来补 下来补 到了补")
}

// thoseMissed reports 没签的, 漏签的: whoever has not done it.
func thoseMissed(s string) bool {
	return hasWord(s, "没签的 漏签的 未签的 么签的 没签到的 漏签到的 未签到的 没打卡的 没来的 没到的 没参加的 没赶上的 缺席的")
}

// putsRight reports 上周五的补一下，财政局赵明: a day's check-in is made up by who puts his
// name to it, or says that it is for him.
func (r *reply) putsRight() bool {
	if thoseMissed(r.text) || r.delaysMakeUp() || r.has(cFuture|cHe|cYou|cOthers|cNot|cSay|cHear) || r.asked() || r.n.others > 0 || r.n.all {
		return false
	}
	for _, c := range r.clauses {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cMakeUp) })
		if k < 1 || !anyOf(c.toks[:k], cTime|cDate) || slices.ContainsFunc(c.toks[k+1:], func(t token) bool { return !t.is(cParticle | cLight | cFill | cName | cUnit | cEmote) }) {
			continue
		}
		rest := slices.ContainsFunc(c.toks[:k], func(t token) bool {
			return !t.is(cTime|cDate|cOf|cLight|cFill|cFor|cI|cTopic|cParticle) && !containsWord("把 将 给 那 那个 期", t.text)
		})
		forMe := anyOf(c.toks[:k], cI)
		if !rest && (len(r.names) == 1 && forMe || r.unit != "" && r.signed()) {
			return true
		}
	}
	return false
}

// countsHimself reports 加上我一共三个, 连我三个人: the number has the writer in it, the
// names have not.
func (r *reply) countsHimself() bool {
	return hasWord(r.text, "加上我 算上我 连我 连上我 加我 含我 包括我 加上俺 连俺 我、 我和 我跟 我与 加上本人 含本人")
}

// makesUpLater reports 昨天没签，明天补上: a promise, whatever was missed.
func (r *reply) makesUpLater() bool {
	n := len(r.clauses)
	return n > 1 && r.clauses[n-1].any(cMakeUp) && r.clauses[n-1].any(cFuture) && !r.clauses[n-1].any(cNot|cCantTail)
}

// noCause reports that what sounds like an excuse is none: 差点睡过头, 饭没顾上吃,
// 娃睡着了.
func (r *reply) noCause() bool {
	for k, t := range r.toks {
		if !t.is(cLateCause) {
			continue
		}
		near := k > 0 && containsWord("差点 差一点 险些 差点儿", r.toks[k-1].text)
		bus := strings.HasPrefix(t.text, "没赶上") && k > 0 && containsWord("公交 公交车 班车 车 火车 饭 早饭 午饭", r.toks[k-1].text)
		meal := k+1 < len(r.toks) && containsWord("吃 喝 吃饭 喝水 睡 洗脸", r.toks[k+1].text)
		other := strings.HasPrefix(t.text, "睡") && k > 0 && slices.ContainsFunc(r.toks[max(0, k-6):k], func(u token) bool { return u.val == "kin" || containsWord("娃 孩子 宝宝 怀", u.text) })
		means := k+1 < len(r.toks) && containsWord("接龙 二维码 链接 入口 小程序 按钮 签到码 码 名单 表格 接龙表", r.toks[k+1].text) // 没看见接龙，那我直接签到
		if !near && !bus && !meal && !other && !means {
			return false
		}
	}
	return true
}

// signsPaper reports that what is signed at toks[k] is a name or a paper:
// 签完字, 谁签的字.
func signsPaper(toks []token, k int) bool {
	if !toks[k].is(cSign|cSignDone) || toks[k].is(cCheck) {
		return false
	}
	const papers = "字 合同 协议 责任书 承诺书 单子 文件 协议书 告知书 保证书"
	if anyText(toks[:k], papers) {
		return true
	}
	for _, t := range toks[k+1 : min(k+4, len(toks))] {
		if containsWord(papers, t.text) {
			return true
		}
		if !t.is(cParticle | cOf | cLight | cCounter) {
			return false
		}
	}
	return false
}

// back reports 出警去了没签上，回来补签，公安局尤勇: who puts his name to it is back.
func (r *reply) back(i int, a act) bool {
	return a.kind&cLate != 0 && r.signed() && strings.Contains(runText(r.clauses[i-1].toks), "了")
}
