package chat

import "slices"

// nameOnly: a name, with or without a unit, and nothing else.
func (r *reply) nameOnly() bool {
	const beside = cName | cUnit | cFill | cParticle | cDeptEnd | cHere | cJoin | cLearn | cI | cNow | cPunch | cOther | cOf | cAnd | cEmote
	if len(r.names) == 0 || r.has(cCheck|cSign|cSignDone|cLate) || slices.ContainsFunc(r.clauses, func(c clause) bool {
		return slices.ContainsFunc(c.toks, func(t token) bool { return !t.is(beside|cSep) && !isSign(t) })
	}) || r.has(cOther) && !r.has(cUnit) {
		return false
	}
	r.out.Names, r.out.Form, r.out.Dept = r.names, FormName, r.dept
	if len(r.names) > 1 {
		return r.say(CheckInProxy, IfAsked, ByProxy)
	}
	return r.say(CheckIn, IfAsked, BySelf)
}

// bare: 到, 在, 1, 🖐, 已参加 and nothing that says what for.
func (r *reply) bare() bool {
	ok := false
	for a := range r.goods(cHere | cJoin) {
		ok = ok || !a.odd
	}
	one := r.one()
	if !ok && !one || r.has(cNot) || slices.ContainsFunc(r.toks, func(t token) bool { return t.is(cAck) && isHan(firstRune(t.text)) }) {
		return false
	}
	if !one && !r.only(around) {
		return false
	}
	r.out.Names, r.out.Form = r.names, FormBare
	return r.say(CheckIn, IfAsked, BySelf)
}

// one reports 1, 111, +1, 加一.
func (r *reply) one() bool {
	if containsWord("+1 加一", r.text) {
		return true
	}
	return len(r.toks) > 0 && r.only(cNum|cEmote|cParticle) && r.toks[0].is(cNum) && (r.toks[0].num == 1 || containsWord("11 111 1111", r.toks[0].text))
}

// ack: has read it. 收到 is a receipt, not attendance, unless the session's
// prompt says so.
func (r *reply) ack() bool {
	read := r.has(cAck)
	if r.gotDelivery() {
		return r.say(Chitchat, No, "")
	}
	if r.gotThing() {
		return false
	}
	if r.agrees() || r.learntSomething() {
		r.out.Receipt = true
		return r.say(Ack, No, "")
	}
	if !read && !r.opensWith(cOK|cForward|cLearn) {
		return false
	}
	learnt := r.stands(cLearn)
	if !read && !learnt && !r.has(cOK|cForward) || r.has(cNot) || r.asked() {
		return false
	}
	if !r.only(cAck | cOK | cForward | cFill | cParticle | cEmote | cLearn | cNow | cI | cTopic | cWe | cUnit | cDeptEnd | cName | cLight | cOther | cTerm | cFuture | cUrge | cOthers | cOf | cAll | cTime | cYou | cHere | cAnd) {
		if !read && !hasAny(r.toks[:1], "已转发", "已转", "已传达", "已转达", "已通知") {
			return false
		}
	}
	r.out.Receipt = true
	if (read || learnt && !hasAny(r.toks, "学习了", "学了")) && !r.has(cForward) && r.only(cAck|cOK|cFill|cParticle|cEmote|cLearn|cNow|cI|cTopic|cName|cUnit|cDeptEnd|cLight|cTime|cAll|cWe|cHere|cAnd) {
		r.out.Form = FormReceipt
		return r.say(Ack, IfAsked, "")
	}
	return r.say(Ack, No, "")
}

// learntSomething reports 这个案例好，学习了: the last clause says no more than
// that.
func (r *reply) learntSomething() bool {
	if len(r.clauses) < 2 || r.has(cAck) || r.asked() || r.has(cCheck|cSign|cLate|cPunch) {
		return false
	}
	last := r.clauses[len(r.clauses)-1].toks
	for _, t := range last {
		if !t.is(cParticle|cEmote) && !containsWord("学习了 学到了 受教了 涨知识 涨知识了 长知识了 长见识了", t.text) {
			return false
		}
	}
	return true
}

// agrees reports 得嘞，这就传达到各班组: the first clause agrees, and what
// follows is no check-in and no question.
func (r *reply) agrees() bool {
	if len(r.clauses) < 2 || r.has(cAck) || len(r.acts) > 0 && !r.has(cForward) || r.asked() {
		return false
	}
	for _, t := range r.clauses[0].toks {
		if !t.is(cOK | cParticle) {
			return false
		}
	}
	return r.clauses[0].any(cOK) && r.has(cForward|cNow|cFuture)
}

// passesOn: 收到，组织职工签到: agrees, and will have others do it. 一会儿组织大家签到 says
// when.
func (r *reply) passesOn() bool {
	if r.organizes() {
		return r.say(Promise, No, "")
	}
	if len(r.clauses) < 2 || r.asked() || r.has(cNot) || r.n.quoted {
		return false
	}
	for _, t := range r.clauses[0].toks {
		if !t.is(cOK | cAck | cParticle | cFill) {
			return false
		}
	}
	if !r.clauses[0].any(cOK|cAck) || r.heads() != nil || r.has(cDate) {
		return false
	}
	for _, c := range r.clauses[1:] {
		k := slices.IndexFunc(c.toks, func(t token) bool {
			return containsWord("通知 让 安排 组织 督促 催 转告 叫 动员 提醒", t.text)
		})
		if k >= 0 && k+1 < len(c.toks) && anyOf(c.toks[k+1:], cCheck|cSign|cOthers|cHe|cLearn) && (k == 0 || c.toks[0].is(cI|cFuture|cNow|cWe|cLight)) {
			r.out.Receipt = true
			return r.say(Ack, No, "")
		}
	}
	return false
}

// organizes reports 一会儿组织大家签到, 我四点以前组织所里人签到: the writer will have his own
// people do it. Without a time and a subject it is an order.
func (r *reply) organizes() bool {
	if r.asked() || r.has(cNot|cUrge|cSay|cHear|cName) || r.n.all || !r.has(cCheck|cSign) {
		return false
	}
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return containsWord("组织 安排 招呼 带领", t.text) })
		if k < 1 || k+1 == len(c.toks) || c.toks[k+1].is(cCheck|cSign) || !anyOf(c.toks[k+1:], cCheck|cSign) || anyOf(c.toks[:k], cOthers|cYou|cHe) {
			return false
		}
		before := runText(c.toks[:k])
		return anyOf(c.toks[:k], cFuture) || anyOf(c.toks[:k], cI|cWe) && hasWord(before, "点 前 前头 之前 以前 后 以后 完")
	})
}

// opensWith reports whether the first word that is more than filling is of
// class k.
func (r *reply) opensWith(k class) bool {
	for _, t := range r.toks {
		switch {
		case t.is(k):
			return true
		case t.is(cSep | cFill | cI | cNow | cEmote | cUnit | cWe | cName):
		default:
			return false
		}
	}
	return false
}

// chitchat: nothing that concerns the ledger. A text that mentions checking
// in and fits no rule is unclear.
func (r *reply) chitchat() bool {
	return r.say(Chitchat, No, "")
}
