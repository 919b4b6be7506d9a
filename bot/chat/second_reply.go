package chat

import "strings"

// How probable an intent must be to be proposed where no rule decides, and how
// probable if that leads to a question. Chosen on the texts of authors whom the
// model had not seen: go test -run TestTrain -train logs how it does.
const (
	similarAt = 0.6
	askAt     = 0.7
)

// doubtAt is how probable it must be that a text does not count, going by similar
// ones, for what a rule would count to be asked about. Chosen in the same way, so
// that of ordinary check-ins hardly one in a thousand is.
const doubtAt = 0.9

// familiarAt is how improbable that must be for an unknown word to be passed over. Of
// 5,000 texts of 28 authors, left out in groups in turn, ten that count gain by it
// and none that does not.
const familiarAt = 0.05

// similar: what texts like this one are for. It is asked last, where only idle
// talk is left, and it makes nothing count: whatever would be entered in the books
// is asked about.
func (r *reply) similar() bool { return r.resembles(&secondReader().reply) }

func (r *reply) resembles(m *linear) bool {
	if len(r.n.runes) < 3 {
		return false // too little to go by
	}
	p := make([]float32, len(m.classes))
	all := view{r.symbols(), maxGram, false}
	m.score(p, all)
	softmax(p)
	best := 0
	for i := range p {
		if p[i] > p[best] {
			best = i
		}
	}
	if p[best] < similarAt || !r.propose(Intent(m.classes[best]), p[best]) {
		return false
	}
	r.out.Because = m.because(best, r.n.runes, r.words(), all)
	return true
}

// propose says what a text is for, with the little that can be told of it. It
// reports false for what only a rule can tell.
func (r *reply) propose(i Intent, p float32) bool {
	o := &r.out
	switch i {
	case Ack:
		o.Receipt = true
	case Evidence:
		o.Kind = evidenceKind(r.text)
	case Clue:
		o.Kind, o.Topic = clueKind(r.text), topicOf(r.text)
	case Correction:
		o.Op = "fix"
	case Asking, StatusQuery, Nudge, Hearsay, Sarcasm, Ad, Test, Promise, Negation, Privacy, OtherReport, OtherList, Quiz:
	default:
		// Leave would be entered unasked, danger has been decided before, and the
		// rest is told by its shape.
		return p >= askAt && r.proposeEntry(i)
	}
	return r.say(i, No, "")
}

// proposeEntry asks whether a text is what would be entered in the books.
func (r *reply) proposeEntry(i Intent) bool {
	var by By
	switch i {
	case CheckIn, CheckInLate:
		by = BySelf
	case CheckInProxy, LeaveProxy:
		by = ByProxy
	case CheckInList:
		by = ByList
	case CheckInCount, ActivityReport, ZeroCase:
		by = ByUnit
	case Unclear:
	default:
		return false
	}
	if by != ByUnit {
		r.out.Names = r.names
	}
	r.out.Form, r.out.Ask = FormDoubt, whether(i)
	return r.say(i, IfAsked, by)
}

// whether asks if that is what was meant.
func whether(i Intent) string {
	switch i {
	case CheckInLate:
		return "是补签吗？"
	case CheckInProxy:
		return "是替人签到吗？"
	case CheckInList:
		return "这是签到名单吗？"
	case CheckInCount:
		return "这是签到人数吗？"
	case LeaveProxy:
		return "是替人请假吗？"
	case ActivityReport:
		return "要登记为反诈教育活动吗？"
	case ZeroCase:
		return "是报零发案吗？"
	case Correction:
		return "要这样更正吗？"
	}
	return "是签到吗？"
}

// reconsider asks about what a rule would count, where texts like it do not: 哟，又到
// 签到大会了. A rule knows what is said; how it is meant shows in what it resembles.
func (r *reply) reconsider() {
	if r.only(cCheck | cName | cUnit | cDeptEnd | cParticle | cEmote | cI) {
		return // nothing beside it but who he is
	}
	p, m, all := r.doubt()
	if p < doubtAt {
		return
	}
	o := &r.out
	o.Counts, o.Form, o.Ask, o.Rule = IfAsked, FormDoubt, whether(o.Intent), "相近的话多不算，先问"
	o.Because = m.because(doubtful, r.n.runes, r.words(), all)
}

// familiar reports that texts like this one nearly always counted. It makes a
// check-in of nothing; but where a rule has read one and is held up by a word only
// that it does not know (一年级组刘彩霞签到), it may go on.
func (r *reply) familiar() bool {
	if r.clauses[len(r.clauses)-1].line > 0 {
		return false // a list
	}
	p, _, _ := r.doubt()
	return p <= familiarAt
}

// doubt returns how probable it is that the text does not count, by which model and
// view.
func (r *reply) doubt() (p float32, m *linear, all view) {
	m, all = &secondReader().doubt, view{r.symbols(), maxGram, false}
	z := make([]float32, len(m.classes))
	m.score(z, all)
	softmax(z)
	return z[doubtful], m, all
}

// doubtful is the class of what does not count.
const doubtful = 1

// symbols lays the reply out for the model: character by character, with names,
// units, days and numbers folded.
func (r *reply) symbols() []symbol {
	out := make([]symbol, 0, len(r.n.runes)+4)
	if r.n.mention {
		out = append(out, symbol{r: textMention})
	}
	if r.n.quoted {
		out = append(out, symbol{r: textQuote})
	}
	out = append(out, symbol{r: textStart})
	for _, t := range r.toks {
		at := symbol{0, int32(t.lo), int32(t.hi)}
		switch {
		case t.is(cName):
			at.r = folded
		case t.is(cUnit):
			at.r = folded + 1
		case t.is(cDate) && strings.ContainsAny(t.text, "0123456789"):
			at.r = folded + 2
		case t.is(cNum):
			at.r = '0'
		default:
			for k := at.lo; k < at.hi; k++ {
				out = append(out, symbol{r.n.runes[k], k, k + 1})
			}
			continue
		}
		out = append(out, at)
	}
	end := int32(len(r.n.runes))
	return append(out, symbol{textEnd, end, end})
}

// words are the places of the tokens.
func (r *reply) words() []symbol {
	out := make([]symbol, 0, len(r.toks))
	for _, t := range r.toks {
		out = append(out, symbol{lo: int32(t.lo), hi: int32(t.hi)})
	}
	return out
}
