package chat

import (
	"slices"
	"strings"
)

// leave: asks leave, or says that he cannot come.
func (r *reply) leave() bool {
	asked := r.has(cLeave)
	reason := ""
	for _, t := range r.toks {
		if t.is(cReason) && reason == "" {
			reason = t.val
		}
	}
	switch {
	case r.clean(cCheck|cLate|cSignDone) && !asked, asked && len(r.names) == 0 && r.doneApart(cLeave):
		return false
	case !asked && r.has(cCant) && slices.ContainsFunc(r.acts, func(a act) bool { return a.neg && a.kind&(cCheck|cSign|cSignDone) != 0 }):
		return false // 柜上走不开，还没签
	case !asked && r.has(cGone) && !r.has(cCant|cName|cHe) && hasWord(r.text, "没参加 没到 没去 没来 未参加 未到"):
		return false // 没参加，在外地
	case !asked && r.hasClock():
		return false // 3点开庭 says when, not that he is away
	case asked && r.negatedLeave(), r.signsForHim() && len(r.names) > 0, !asked && r.signsBecause():
		return false
	case asked || r.has(cCant) || r.excused():
	case reason != "" && len(r.names) > 0 && !r.has(cJoin|cHere|cCheck|cSign):
	case reason != "" && r.only(cReason|cFill|cParticle|cI|cNow|cHere|cUnit|cTime|cDeptEnd|cLight|cName|cGone|cNot|cOther|cDate|cNum|cCounter|cOf|cAnd) && !r.has(cPunch):
	default:
		return false
	}
	if d := r.divide(); len(d.present) > 0 && len(d.leave)+len(d.absent) > 0 {
		return false // 张三已到，王五请假 is a proxy check-in
	}
	o := &r.out
	o.Status, o.Reason, o.Names = "leave", reason, r.names
	if _, other := r.helped(); other || r.relaysLeave() || r.has(cFor|cProxy|cHe|cWe) && len(r.names) > 0 || len(r.names) > 1 {
		return r.say(LeaveProxy, No, ByProxy)
	}
	if r.madeUpSince() || r.has(cLearn) && r.stands(cLearn) {
		o.Status, o.Form = "leave_madeup", FormDoubt
		return r.say(Leave, IfAsked, BySelf)
	}
	return r.say(Leave, No, BySelf)
}

// madeUpSince reports 回来已补学, 回来后已把课补上, 学习内容已自行补完: told as done, in a
// clause of its own if it takes several words.
func (r *reply) madeUpSince() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		if slices.ContainsFunc(c.toks, func(t token) bool { return t.val == "madeup" }) {
			return !c.any(cFuture)
		}
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cMakeUp) })
		if k < 0 || c.any(cLeave|cFuture|cNot|cAsk|cAskEnd) {
			return false
		}
		done := anyText(c.toks[:k], "已 已经 都 刚") || k+1 < len(c.toks) && containsWord("了 过 完 完了 好了 咧", c.toks[k+1].text)
		return done && hasWord(runText(c.toks), "课 课件 内容 视频 学习 材料 资料 讲义")
	})
}

// hasClock reports an hour beside what else would be a reason: 3点开庭, 下午两点体检.
func (r *reply) hasClock() bool {
	if !r.has(cNum) || r.has(cCant|cName) {
		return false
	}
	for k, t := range r.toks[:len(r.toks)-1] {
		if t.is(cNum) && (strings.HasPrefix(r.toks[k+1].text, "点") || r.toks[k+1].text == ":" && k+2 < len(r.toks) && r.toks[k+2].is(cNum)) {
			return true
		}
	}
	return false
}

// doneApart reports whether a check-in stands in a clause without a word of
// class k (昨天请假了，今天来签到).
func (r *reply) doneApart(k class) bool {
	return r.anyGood(cCheck|cLate|cSignDone, func(a act) bool {
		return !a.odd && !r.clauses[a.clause].any(k)
	})
}

// negatedLeave reports whether 请假 itself is denied.
func (r *reply) negatedLeave() bool {
	for _, c := range r.clauses {
		for k, t := range c.toks {
			if t.is(cLeave|cGone) && (negated(c.toks[:k]) || strings.HasSuffix(runText(c.toks[:k]), "不算")) {
				return true
			}
		}
	}
	return false
}

// negation: has not, will not, cannot.
func (r *reply) negation() bool {
	if r.declines() {
		return r.say(Negation, No, "")
	}
	if r.stands(cCheck|cLate|cSignDone|cSign|cPunch) || r.makesUp() || r.makesUpLater() {
		return false
	}
	if d := r.divide(); len(d.present) > 0 && len(d.absent) > 0 {
		return false // 李四来了，王五没来
	}
	for _, a := range r.acts {
		if a.neg && (a.kind&^(cLearn|cJoin|cHere) != 0 || !r.willSign()) || r.takenBack(a) {
			return r.say(Negation, No, "")
		}
	}
	if r.has(cCantTail) && (r.has(cCheckNoun) && !r.term("thing") || r.only(cCantTail|cLight|cParticle|cI|cFill|cTerm)) || r.has(cGone) && !r.asked() && !r.willSign() || r.gotNothing() || r.noTimeEven() || r.missed() || r.onlyNot() {
		return r.say(Negation, No, "")
	}
	return false
}

// willSign reports 没看完，看完再签.
func (r *reply) willSign() bool {
	return slices.ContainsFunc(r.acts, func(a act) bool { return a.future && !a.neg && a.kind&(cCheck|cSign|cSignDone|cLate) != 0 })
}

// declines reports that whatever is said of a check-in is that it shall not be
// made: 我不在，别算我签到.
func (r *reply) declines() bool {
	if !r.marked(mForbids) {
		return false
	}
	found := false
	for part := range strings.FieldsFuncSeq(r.text, func(c rune) bool { return strings.ContainsRune(",.!?;:\n", c) }) {
		switch {
		case hasWord(part, "别算我 不要算我 不用算我 甭算我 莫算我 别给我 不要给我 不用给我 甭给我 别记我 不要记我 不用记我 别把我 不要把我 别帮我 不要帮我 不用帮我 别替我 不要替我 不用替我 别代我 不要代我"):
			found = found || hasWord(part, "签 到 记 算 登")
		case hasWord(part, "签 打卡 报到"):
			return false // 别给我记迟到，我签到
		}
	}
	return found
}

// gotNothing reports 没收到签到通知.
func (r *reply) gotNothing() bool {
	return r.has(cCheckNoun) && slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cAck) })
		return k > 0 && negated(c.toks[:k])
	})
}

// noTimeEven reports 连签到的工夫都没.
func (r *reply) noTimeEven() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		return c.any(deeds) && anyText(c.toks, "连") && c.toks[len(c.toks)-1].is(cNot|cParticle) && c.any(cNot)
	})
}

// onlyNow reports 我现在才签到: late, and said by himself of himself.
func (r *reply) onlyNow() bool {
	return !r.has(cAsk) && slices.ContainsFunc(r.clauses, func(c clause) bool {
		signs := slices.ContainsFunc(c.toks, func(t token) bool { return t.is(cLateCause) && containsWord("才签 才签到 这才签", t.text) })
		return signs && !slices.ContainsFunc(c.toks, func(t token) bool { return !t.is(cLateCause | cI | cNow | cFill | cLight | cParticle) })
	})
}

// missed reports 忘签了, 没来得及签, with no check-in after it.
func (r *reply) missed() bool {
	if r.onlyNow() {
		return false
	}
	for _, t := range r.toks {
		if t.is(cLateCause) && (r.has(cSign|cCheck) || strings.Contains(t.text, "签") || r.only(cLateCause|cFill|cParticle|cI|cNow|cLight) && strings.ContainsAny(t.text, "忘没么错")) {
			return true
		}
	}
	return false
}

// onlyNot reports whether the text is a bare 不, 没有, 没时间.
func (r *reply) onlyNot() bool {
	return r.has(cNot) && r.only(cNot|cParticle|cLight|cI|cFill|cNow)
}

// promise: will do it later.
func (r *reply) promise() bool {
	if r.newcomer() {
		return r.say(Chitchat, No, "")
	}
	if r.stands(cCheck|cLate|cSignDone|cPunch) && !r.futureBefore() || r.makesUp() {
		return false
	}
	for _, a := range r.acts {
		if a.kind&(cCheck|cSign|cSignDone|cPunch|cLate|cLearn|cJoin|cHere|cRecord) != 0 && (a.future || r.futureBefore()) && !a.ask {
			return r.say(Promise, No, "")
		}
	}
	if r.has(cMakeUp) && r.has(cFuture) || r.delaysMakeUp() {
		return r.say(Promise, No, "")
	}
	return false
}

// futureBefore reports whether a clause before the deed puts it off: 等我回单
// 位，再签到.
func (r *reply) futureBefore() bool {
	for i, a := range r.acts {
		if a.clause > 0 && a.kind&(cCheck|cSign|cLate) != 0 && i >= 0 {
			c := r.clauses[a.clause-1]
			if c.any(cFuture) && !c.any(cNow|cFill) && containsWord("再 就 才 然后 去 才能 便 统一", r.clauses[a.clause].toks[0].text) {
				return true
			}
		}
	}
	return false
}

// late: I do it now for an earlier time, or after the time.
func (r *reply) late() bool {
	o := &r.out
	makeUp := r.makesUp()
	after := r.has(cLateCause) && !r.noCause() && r.anyGood(cCheck|cSignDone, func(a act) bool { return !a.odd && !a.vague })
	past := r.has(cTime) && r.clean(cCheck) && makeUp
	after = after || r.missedJustNow() && r.clean(cCheck) && !r.has(cLearn)
	after = after || r.justNow() && r.clean(cCheck|cSignDone) || r.onlyNow()
	if !r.clean(cLate) && !after && !past && !makeUp {
		return false
	}
	o.Status, o.Names = "late", r.names
	if makeUp || r.has(cDate|cTime) {
		r.month()
	}
	o.Act = r.lateAct()
	if r.anyGood(cLate, func(a act) bool { return a.vague && !r.has(cTime) }) {
		o.Form, o.Ask = FormDoubt, "是现在补签吗？"
		return r.say(CheckInLate, IfAsked, BySelf)
	}
	if _, other := r.helped(); other && len(r.names) > 0 || r.has(cProxy) && len(r.names) > 0 && !r.has(cI) || len(r.names) > 1 {
		return r.say(CheckInProxy, Yes, ByProxy)
	}
	if !r.has(cCheck | cSign | cLate | cTime | cDate | cLateCause | cName) {
		o.Form = FormBare // 补
		return r.say(CheckInLate, IfAsked, BySelf)
	}
	return r.say(CheckInLate, Yes, BySelf)
}

// missedJustNow reports 刚才没签上, 刚才网卡了没发出去: the deed itself failed
// before. 刚才没网 alone says what kept him, not that he is late.
func (r *reply) missedJustNow() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return (t.text == "刚才" || t.text == "刚刚才") && t.class != cFill })
		return k >= 0 && hasWord(runText(c.toks[k:]), "签 忘回 忘发 没发出 没发上 没发成 没报上 发不出 发不上")
	})
}

// justNow reports 才下手术台, 这会才有网: a clause that excuses the hour. 刚散会
// tells no more than what he did before.
func (r *reply) justNow() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.text == "才" })
		return k >= 0 && k < 2 && len(c.toks) > k+1 && !c.any(deeds|cTopic|cNot) && slices.ContainsFunc(c.toks, open)
	})
}

// makesUp reports 补 with what is made up: 补昨天的, 现在补上.
func (r *reply) makesUp() bool {
	if !r.has(cMakeUp) || r.delaysMakeUp() {
		return false
	}
	if r.madeUpNow() || r.putsRight() {
		return true
	}
	if thoseMissed(r.text) && !r.has(cI|cName|cCheckNoun) {
		return false // 昨天没来的补一下签到
	}
	for _, c := range r.clauses {
		for k, t := range c.toks {
			later := anyOf(c.toks[k+1:], cTime|cDate|cCheck|cSign)
			alone := len(c.toks) == 1 || anyOf(c.toks[:k], cNow|cCheck) || r.has(cLateCause)
			if t.is(cMakeUp) && (later || alone) && !negated(c.toks[:k]) && !anyOf(c.toks[:k], cFuture) {
				return true
			}
		}
	}
	return false
}

func (r *reply) lateAct() string {
	for _, k := range []string{"培训", "座谈", "讲座", "演练"} {
		if strings.Contains(r.text, k) {
			return k
		}
	}
	return ""
}
