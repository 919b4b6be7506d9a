package chat

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
)

func (r *reply) currentMonth() string { return bot.MonthOf(r.ctx.Now).String() }

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
	case asked && r.negatedLeave():
		return false
	case asked || r.has(cCant):
	case reason != "" && len(r.names) > 0 && !r.has(cJoin|cHere|cCheck|cSign):
	case reason != "" && r.only(cReason|cFill|cParticle|cI|cNow|cHere|cUnit|cTime|cDeptEnd|cLight|cName|cGone|cNot|cOther|cDate|cNum|cCounter|cOf|cAnd) && !r.has(cPunch):
	default:
		return false
	}
	present, away := r.byStatus()
	if len(present) > 0 && len(away) > 0 {
		return false // 张三已到，王五请假 is a proxy check-in
	}
	o := &r.out
	o.Status, o.Reason, o.Names = "leave", reason, r.names
	if r.has(cFor|cProxy|cHe|cWe) && len(r.names) > 0 || len(r.names) > 1 {
		return r.say(LeaveProxy, No, ByProxy)
	}
	if r.term("madeup") || r.has(cLearn) && len(r.goods(cLearn)) > 0 {
		o.Status, o.Form = "leave_madeup", FormDoubt
		return r.say(Leave, IfAsked, BySelf)
	}
	return r.say(Leave, No, BySelf)
}

// doneApart reports whether a check-in stands in a clause without a word of
// class k (昨天请假了，今天来签到).
func (r *reply) doneApart(k class) bool {
	return slices.ContainsFunc(r.goods(cCheck|cLate|cSignDone), func(a act) bool {
		return !a.odd && !r.clauses[a.clause].any(k)
	})
}

// negatedLeave reports whether 请假 itself is denied.
func (r *reply) negatedLeave() bool {
	for _, c := range r.clauses {
		for k, t := range c.toks {
			if t.is(cLeave) && negated(c.toks[:k]) {
				return true
			}
		}
	}
	return false
}

// byStatus divides the names by what the nearest following word says of
// them.
func (r *reply) byStatus() (present, away []string) {
	var waiting []string
	for i, t := range r.toks {
		switch {
		case t.is(cName):
			waiting = append(waiting, t.text)
		case t.is(cLeave|cReason|cGone|cCant) && len(waiting) > 0:
			away = append(away, waiting...)
			waiting = nil
		case t.is(cCheck|cHere|cJoin|cLearn|cSignDone) && len(waiting) > 0 && !(i > 0 && r.toks[i-1].is(cNot)):
			present = append(present, waiting...)
			waiting = nil
		}
	}
	return present, away
}

// negation: has not, will not, cannot.
func (r *reply) negation() bool {
	if len(r.goods(cCheck|cLate|cSignDone|cSign|cPunch)) > 0 || r.makesUp() {
		return false
	}
	for _, a := range r.acts {
		if a.neg {
			return r.say(Negation, No, "")
		}
	}
	if r.has(cGone) && !r.asked() || r.missed() || r.onlyNot() {
		return r.say(Negation, No, "")
	}
	return false
}

// missed reports 忘签了, 没来得及签, with no check-in after it.
func (r *reply) missed() bool {
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
	if len(r.goods(cCheck|cLate|cSignDone|cPunch)) > 0 && !r.futureBefore() || r.makesUp() {
		return false
	}
	for _, a := range r.acts {
		if a.kind&(cCheck|cSign|cSignDone|cPunch|cLate|cLearn|cJoin|cHere|cRecord) != 0 && (a.future || r.futureBefore()) && !a.ask {
			return r.say(Promise, No, "")
		}
	}
	if r.has(cMakeUp) && r.has(cFuture) {
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
			if c.any(cFuture) && !c.any(cNow|cFill) && r.clauses[a.clause].toks[0].is(cFuture|cLight) {
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
	after := r.has(cLateCause) && r.clean(cCheck|cSignDone)
	past := r.has(cTime) && r.clean(cCheck) && makeUp
	after = after || hasAny(r.toks, "刚才", "刚刚才") && r.clean(cCheck) && !r.has(cLearn)
	if !r.clean(cLate) && !after && !past && !makeUp {
		return false
	}
	o.Status, o.Names = "late", r.names
	if makeUp || r.has(cDate) {
		r.month()
	}
	o.Act = r.lateAct()
	if slices.ContainsFunc(r.goods(cLate), func(a act) bool { return a.vague && !r.has(cTime) }) {
		o.Form, o.Ask = FormDoubt, "是现在补签吗？"
		return r.say(CheckInLate, IfAsked, BySelf)
	}
	if r.has(cProxy|cFor) && len(r.names) > 0 && !r.has(cI) || len(r.names) > 1 {
		return r.say(CheckInProxy, Yes, ByProxy)
	}
	if !r.has(cCheck | cSign | cLate | cTime | cDate | cLateCause | cName) {
		o.Form = FormBare // 补
		return r.say(CheckInLate, IfAsked, BySelf)
	}
	return r.say(CheckInLate, Yes, BySelf)
}

// makesUp reports 补 with what is made up: 补昨天的, 现在补上.
func (r *reply) makesUp() bool {
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
	if strings.Contains(string(r.n.runes), "培训") {
		return "培训"
	}
	return ""
}

// proxy: a check-in for somebody else, or for several.
func (r *reply) proxy() bool {
	o := &r.out
	names := r.names
	helped, forOther := r.helped()
	check := r.clean(cCheck | cSign | cSignDone | cLate)
	switch {
	case r.has(cProxy), forOther && r.has(cCheck|cSign|cSignDone|cRecord|cPunch):
		if helped != nil {
			names = helped
		}
	case len(names) > 1 && (check || r.clean(cHere|cJoin|cLearn) || r.arrived() || r.clean(cPunch)):
	case len(names) == 1 && r.heads() != nil && (check || r.clean(cJoin|cHere)):
	default:
		return false
	}
	if r.negatedAll() {
		return false
	}
	present, away := r.byStatus()
	o.Names = r.withoutHelper(names)
	if helped == nil && len(away) > 0 && len(present) > 0 {
		o.Names, o.OnLeave = present, away
	}
	o.Count = r.numberBefore("人", "名", "位", "个人", "名同志")
	o.Dept = r.dept
	r.say(CheckInProxy, Yes, ByProxy)
	switch {
	case len(o.Names) == 0:
		o.Counts, o.Form, o.Ask = IfAsked, FormDoubt, "替谁签到？请写出姓名"
	case o.Count != nil && *o.Count != len(o.Names):
		o.Counts, o.Form = IfAsked, FormDoubt
		o.Ask = fmt.Sprintf("写了%d人、%d个姓名，请核对", *o.Count, len(o.Names))
	}
	return true
}

// withoutHelper leaves out who did the signing: 王五（李四代签）.
func (r *reply) withoutHelper(names []string) []string {
	for i, c := range r.clauses {
		if i > 0 && r.clauses[i-1].end == '(' && len(c.toks) == 2 && c.toks[0].is(cName) && c.toks[1].is(cProxy) && len(names) > 1 {
			return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == c.toks[0].text })
		}
	}
	return names
}

// helped returns the names after 替, 帮, 代, and whether the deed is done for
// another at all. 帮我 and 给我 are not: that is the speaker himself.
func (r *reply) helped() (names []string, other bool) {
	for i, t := range r.toks {
		if !t.is(cFor) || i+1 == len(r.toks) {
			continue
		}
		next := r.toks[i+1]
		if next.is(cI) && (i+2 == len(r.toks) || r.toks[i+2].class&(cOther|cUnknown|cName) == 0 && r.toks[i+2].val != "kin") {
			continue
		}
		var after []string
		for _, u := range r.toks[i+1:] {
			if u.is(cName) && !slices.Contains(after, u.text) {
				after = append(after, u.text)
			}
		}
		kin := next.val == "kin" || i+2 < len(r.toks) && r.toks[i+2].val == "kin"
		person := after != nil || kin || next.is(cHe) || next.is(cWe) && t.text != "代表"
		if person {
			return after, true
		}
	}
	return nil, false
}

// negatedAll reports whether every check-in that is mentioned is denied.
func (r *reply) negatedAll() bool {
	n := 0
	for _, a := range r.acts {
		if a.kind&(cCheck|cSign|cSignDone|cLate) == 0 {
			continue
		}
		if !a.neg && !a.ask && !a.future {
			return false
		}
		n++
	}
	return n > 0
}

// checkin: I am here.
func (r *reply) checkin() bool {
	o := &r.out
	for _, a := range r.goods(cCheck | cSign | cSignDone | cPunch) {
		c := r.clauses[a.clause]
		o.Names, o.Dept = r.names, r.dept
		if a.vague || r.n.other && !a.self && len(r.names) == 0 {
			o.Form, o.Ask = FormDoubt, "是现在签到吗？"
			return r.say(CheckIn, IfAsked, BySelf)
		}
		if helpMe(c) && len(r.names) == 0 {
			o.Form, o.Ask = FormDoubt, "是您本人签到吗？"
			return r.say(CheckIn, IfAsked, BySelf)
		}
		if r.term("notunit") && r.unit == "" {
			o.Form, o.Ask = FormDoubt, "这个单位不在成员单位名单里，您是哪个单位的？"
			return r.say(CheckIn, IfAsked, BySelf)
		}
		strong := a.kind&(cCheck|cSignDone) != 0 || a.kind&cSign != 0 && (a.self || len(r.names) > 0) ||
			a.kind&cPunch != 0 && (len(r.names) > 0 || r.has(cTopic|cCheck))
		switch {
		case a.odd:
			o.Form, o.Ask = FormDoubt, "是签到吗？"
			return r.say(Unclear, IfAsked, "")
		case strong:
			r.checkinDate(c)
			if o.Month != "" && o.Month < r.currentMonth() {
				o.Form, o.Ask = FormDoubt, "是补签"+o.Month+"的吗？"
				return r.say(CheckIn, IfAsked, BySelf)
			}
			return r.say(CheckIn, Yes, BySelf)
		default:
			o.Form = FormBare
			return r.say(CheckIn, IfAsked, BySelf)
		}
	}
	return false
}

// helpMe reports 帮我, 替我 in c: it may be said to a colleague.
func helpMe(c clause) bool {
	for k := 1; k < len(c.toks); k++ {
		if c.toks[k].is(cI) && c.toks[k-1].is(cFor) && c.toks[k-1].text != "给" {
			return true
		}
	}
	return false
}

// checkinDate takes the month or day that the check-in is for.
func (r *reply) checkinDate(clause) {
	if r.has(cDate) || strings.Contains(string(r.n.runes), "今天") && r.has(cTopic) {
		r.month()
	}
}

// record: asks to be put down: 麻烦给俺记上 李四.
func (r *reply) record() bool {
	if len(r.goods(cRecord)) == 0 || !r.has(cRecord) {
		return false
	}
	r.out.Names = r.names
	if len(r.names) > 0 {
		return r.say(CheckIn, Yes, BySelf)
	}
	r.out.Form = FormBare
	return r.say(CheckIn, IfAsked, BySelf)
}

// nameOnly: a name, with or without a unit, and nothing else.
func (r *reply) nameOnly() bool {
	if len(r.names) == 0 || !r.only(cName|cUnit|cFill|cParticle|cDeptEnd|cHere|cJoin|cLearn|cI|cNow|cPunch|cOther|cOf|cAnd|cEmote) || r.has(cOther) && !r.has(cUnit) {
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
	for _, a := range r.goods(cHere | cJoin) {
		ok = ok || !a.odd
	}
	one := len(r.toks) > 0 && r.only(cNum|cEmote|cParticle) && r.toks[0].is(cNum) && r.toks[0].num == 1 || string(r.n.runes) == "+1"
	if !ok && !one || r.has(cAck) || r.has(cNot) {
		return false
	}
	if !r.only(around) {
		return false
	}
	r.out.Names, r.out.Form = r.names, FormBare
	return r.say(CheckIn, IfAsked, BySelf)
}

// ack: has read it. 收到 is a receipt, not attendance, unless the session's
// prompt says so.
func (r *reply) ack() bool {
	read := r.has(cAck)
	if !read && !r.opensWith(cOK|cForward|cLearn) {
		return false
	}
	learnt := len(r.goods(cLearn)) > 0
	if !read && !learnt && !r.has(cOK|cForward) || r.has(cNot) || r.asked() {
		return false
	}
	if !r.only(cAck | cOK | cForward | cFill | cParticle | cEmote | cLearn | cNow | cI | cTopic | cWe | cUnit | cDeptEnd | cName | cLight | cOther | cTerm | cFuture | cUrge | cOthers | cOf | cAll | cTime | cYou | cHere | cAnd) {
		if !read {
			return false
		}
	}
	r.out.Receipt = true
	if (read || learnt && !hasAny(r.toks, "学习了", "学了")) && !r.has(cForward) && r.only(cAck|cOK|cFill|cParticle|cEmote|cLearn|cNow|cI|cTopic|cName|cUnit|cLight|cTime|cAll|cWe|cHere|cAnd) {
		r.out.Form = FormReceipt
		return r.say(Ack, IfAsked, "")
	}
	return r.say(Ack, No, "")
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
