package chat

import "strings"

// A division is the persons of a text by what it says of them.
type division struct {
	present, leave, absent []string
}

// divide divides the names by what the nearest following word says of them:
// 李四、王五已签到，张三还没签，赵六请假.
func (r *reply) divide() division {
	var d division
	var waiting []string
	give := func(to *[]string) {
		*to = append(*to, waiting...)
		waiting = nil
	}
	for i, c := range r.clauses {
		for k, t := range c.toks {
			switch {
			case t.is(cName):
				waiting = append(waiting, t.text)
			case len(waiting) == 0:
			case t.text == "在" && k+1 < len(c.toks) && !c.toks[k+1].is(cParticle|cEmote|cFill|cAnd):
				// 李四在库房值守 says where he is, not that he came
			case t.is(cLeave | cReason | cCant):
				give(&d.leave)
			case t.is(cGone), t.is(deeds) && (r.failed(i, k) || anyOf(c.toks[:k], cFuture)):
				give(&d.absent)
			case t.is(cAll) && strings.ContainsAny(t.text, "到来席勤") && anyOf(c.toks[:k], cFuture):
				give(&d.absent)
			case t.is(cAll) && strings.ContainsAny(t.text, "到来席勤"):
				give(&d.present) // 李四、王五都到了
			case t.is(cCheck | cHere | cJoin | cLearn | cSignDone | cSign | cProxy):
				give(&d.present)
			}
		}
	}
	return d
}

// failed reports whether the deed at token k of clause i is denied or put off.
func (r *reply) failed(i, k int) bool {
	for _, a := range r.acts {
		if a.clause == i && a.at == k {
			return a.neg || a.future
		}
	}
	return false
}

// roll: names behind labels: 今日签到：张三、李四；未签到：王五. A label that speaks
// of something else makes it no roll, and one label alone says what a title
// does, unless it names those who are missing.
func (r *reply) roll() bool {
	var d division
	var to *[]string
	labels, proxied := 0, false
	for lo := 0; lo < len(r.toks); {
		hi := lo
		for hi < len(r.toks) && !r.toks[hi].is(cSep) {
			hi++
		}
		run := r.toks[lo:hi]
		switch label := hi < len(r.toks) && r.toks[hi].text == ":"; {
		case len(run) == 0:
		case label:
			switch r.lex.subjectOf(runText(run)) {
			case attends:
				to = &d.present
			case onLeave:
				to = &d.leave
			case absent:
				to = &d.absent
			default:
				return false
			}
			labels, proxied = labels+1, proxied || anyOf(run, cProxy)
		case to == nil || !namesOnly(run):
			return false
		default:
			for _, t := range run {
				if t.is(cName) {
					*to = append(*to, t.text)
				}
			}
		}
		lo = hi + 1
	}
	if labels < 2 && len(d.absent) == 0 {
		return false
	}
	o := &r.out
	o.Names, o.OnLeave, o.Absent = d.present, d.leave, d.absent
	switch {
	case len(d.present) > 0 && proxied:
		return r.say(CheckInProxy, Yes, ByProxy)
	case len(d.present) > 0:
		return r.say(CheckInList, Yes, ByList)
	case len(d.leave) > 0:
		o.Status, o.Names, o.OnLeave = "leave", d.leave, nil
		return r.say(LeaveProxy, No, ByProxy)
	}
	return r.say(Hearsay, No, "")
}

// namesOnly reports whether toks are persons, with at most a reason or a mark
// beside them.
func namesOnly(toks []token) bool {
	for _, t := range toks {
		if !t.is(cName|cAnd|cReason|cEmote|cParticle) && !isSign(t) {
			return false
		}
	}
	return anyOf(toks, cName)
}
