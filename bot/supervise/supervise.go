// Package supervise is the view of what the office asks of units besides
// check-ins, and of what came of it: the police's letters and who answered them
// (公安提示函), the steps of supervision (督办), and the monthly figures (数据通报:
// 判决, 起诉, 发案 …).
//
// A [View] is changed only by [View.Apply]. Its deciding functions read it and
// return payloads or a refusal, they change nothing; saying the same thing again
// is no error and writes nothing. It keeps books and judges nobody: it proposes
// no step, and knows none that the office has not taken. Which units there are,
// and what they are called, is package directory's.
package supervise

import (
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// A Source is who says something: a unit's liaison, or an operator.
type Source struct {
	Operator bot.OperatorID // "" for a liaison
	Member   bot.MemberID   // the liaison
	Unit     bot.UnitID     // whose liaison Member is
	Person   bot.PersonID   // by which the platform knows him; may be empty
	// Police: the operator is of the police, who alone may file [Cases].
	Police bool
}

// speaksFor reports whether s may speak for unit u.
func (s Source) speaksFor(u bot.UnitID) bool {
	return s.Operator != "" || s.Member != "" && s.Unit == u
}

// A Letter (公安提示函) is one document and the units that it is addressed to.
type Letter struct {
	Seq    int64 // of its entry
	ID     bot.LetterID
	Number string // of the document
	Title  string
	Units  []bot.UnitID // in the order of issue
	On     string       // civil day of issue
	DueOn  string       // civil day by which to answer, "" if none
	By     bot.OperatorID

	answers map[bot.UnitID]Answer
}

// An Answer is a unit's last word on a letter.
type Answer struct {
	Seq      int64 // of its entry
	State    bot.LetterState
	At       time.Time
	By       bot.MemberID   // the liaison, "" if the office wrote it down
	Operator bot.OperatorID // of the office, "" if the liaison said it
	Text     string         // "" if nothing was said, or once it is erased
}

// Answer returns a unit's word on l, if there is one.
func (l *Letter) Answer(u bot.UnitID) (Answer, bool) {
	a, ok := l.answers[u]
	return a, ok
}

// Unanswered returns the units that have said nothing on l.
func (l *Letter) Unanswered() []bot.UnitID { return l.In("") }

// In returns the units whose last word on l is state.
func (l *Letter) In(state bot.LetterState) []bot.UnitID {
	var out []bot.UnitID
	for _, u := range l.Units {
		if l.answers[u].State == state {
			out = append(out, u)
		}
	}
	return out
}

// Overdue reports whether l's day has passed on civil day today.
func (l *Letter) Overdue(today string) bool { return l.DueOn != "" && l.DueOn < today }

// A Step is one step of supervision that the office took.
type Step struct {
	Seq    int64 // of its entry
	Unit   bot.UnitID
	Step   bot.SupervisionStep
	On     string // civil day
	DueOn  string // civil day by which the unit is to act, "" if none
	Number string // of the document, "" if there is none
	By     bot.OperatorID
	Reason string // "" once erased
	// ClosedOn is the civil day of the 销号 that ended it, "" if none did.
	ClosedOn string
}

// Open reports whether s still waits for something: what has a deadline,
// 挂牌督办 and 整改 last until 销号; everything else is over once it is done.
func (s *Step) Open() bool {
	return s.ClosedOn == "" && s.Step != bot.StepClosed && (s.DueOn != "" || s.Step == bot.StepListed || s.Step == bot.StepRectify)
}

// PastDue reports whether s is open and its day has passed on civil day today.
func (s *Step) PastDue(today string) bool { return s.Open() && s.DueOn != "" && s.DueOn < today }

// Figures (数据通报) are what stands for a unit, a month and a topic.
type Figures struct {
	Seq      int64 // of the latest entry
	Unit     bot.UnitID
	Month    string // 2006-01
	Topic    string
	Figures  []bot.Figure
	At       time.Time
	By       bot.MemberID
	Operator bot.OperatorID
	Revision int // 1 for the first
}

type figuresKey struct {
	unit         bot.UnitID
	month, topic string
}

// View is the state. Its zero value is not usable; see [New]. It is not safe
// for concurrent use.
type View struct {
	letters []*Letter // in the order of the ledger
	byID    map[bot.LetterID]*Letter
	steps   []*Step                // in the order of the ledger
	byUnit  map[bot.UnitID][]*Step // in the order of their days
	figures map[figuresKey]*Figures
	filed   []*Figures // in the order of their first revisions
}

// New returns the view of the empty ledger.
func New() *View {
	return &View{byID: make(map[bot.LetterID]*Letter), byUnit: make(map[bot.UnitID][]*Step), figures: make(map[figuresKey]*Figures)}
}

// Apply changes the view by entry seq. Kinds that are not about supervision are
// passed over.
func (v *View) Apply(seq int64, at time.Time, p bot.Payload) {
	switch p := p.(type) {
	case *bot.LetterIssued:
		if v.byID[p.Letter] != nil {
			return // unreachable by IssueLetter; the first one stands
		}
		l := &Letter{Seq: seq, ID: p.Letter, Number: p.Number, Title: p.Title, Units: p.Units, On: p.On, DueOn: p.DueOn, By: p.By, answers: make(map[bot.UnitID]Answer)}
		v.letters = append(v.letters, l)
		v.byID[l.ID] = l
	case *bot.LetterAnswered:
		if l := v.byID[p.Letter]; l != nil && slices.Contains(l.Units, p.Unit) {
			l.answers[p.Unit] = Answer{Seq: seq, State: p.State, At: at, By: p.By, Operator: p.Operator, Text: p.Private.Text}
		}
	case *bot.SupervisionNoted:
		v.note(seq, p)
	case *bot.FiguresFiled:
		v.file(seq, at, p)
	}
}

func (v *View) note(seq int64, p *bot.SupervisionNoted) {
	s := &Step{Seq: seq, Unit: p.Unit, Step: p.Step, On: p.On, DueOn: p.DueOn, Number: p.Number, By: p.By, Reason: p.Private.Text}
	v.steps = append(v.steps, s)
	// An entry may come days after the step: the step's own day decides.
	all := v.byUnit[p.Unit]
	i := len(all)
	for i > 0 && all[i-1].On > s.On {
		i--
	}
	all = slices.Insert(all, i, s)
	v.byUnit[p.Unit] = all
	closed := ""
	for _, s := range slices.Backward(all) {
		if s.Step == bot.StepClosed {
			closed = s.On
			continue
		}
		s.ClosedOn = closed
	}
}

func (v *View) file(seq int64, at time.Time, p *bot.FiguresFiled) {
	key := figuresKey{p.Unit, p.Month, p.Topic}
	f := v.figures[key]
	if f == nil {
		f = &Figures{Unit: p.Unit, Month: p.Month, Topic: p.Topic}
		v.figures[key] = f
		v.filed = append(v.filed, f)
	}
	f.Seq, f.Figures, f.At, f.By, f.Operator = seq, p.Figures, at, p.By, p.Operator
	f.Revision++
}

// Letter returns one letter, nil if there is none.
func (v *View) Letter(id bot.LetterID) *Letter { return v.byID[id] }

// Letters returns all letters in the order in which they were entered.
func (v *View) Letters() []*Letter { return v.letters }

// LettersTo returns the letters that a unit got.
func (v *View) LettersTo(u bot.UnitID) []*Letter {
	return v.lettersWhere(func(l *Letter) bool { return slices.Contains(l.Units, u) })
}

// Overdue returns the letters whose day has passed on civil day today and that
// some unit has not answered.
func (v *View) Overdue(today string) []*Letter {
	return v.lettersWhere(func(l *Letter) bool { return l.Overdue(today) && len(l.Unanswered()) > 0 })
}

// FindLetters returns the letters that a person may mean by text: an id
// (L0003), a number (乡反诈函〔2026〕3号) or its end (3号, 第3号).
func (v *View) FindLetters(text string) []*Letter {
	id, number := bot.LetterID(strings.ToUpper(text)), numberForm(text)
	short := strings.TrimPrefix(number, "第")
	return v.lettersWhere(func(l *Letter) bool {
		// Behind the year's bracket, so that 3号 is not the end of 13号.
		end := strings.HasSuffix(short, "号") && (strings.HasSuffix(l.Number, "〕"+short) || strings.HasSuffix(l.Number, "〕第"+short))
		return l.ID == id || l.Number == number || end
	})
}

func (v *View) lettersWhere(want func(*Letter) bool) []*Letter {
	var out []*Letter
	for _, l := range v.letters {
		if want(l) {
			out = append(out, l)
		}
	}
	return out
}

// Steps returns a unit's steps in the order of their days.
func (v *View) Steps(u bot.UnitID) []*Step { return v.byUnit[u] }

// StepsIn returns the steps of all units taken from civil day from to civil day
// to, both included, in the order in which they were entered; "" is no bound.
func (v *View) StepsIn(from, to string) []*Step {
	return v.stepsWhere(func(s *Step) bool { return s.On >= from && (to == "" || s.On <= to) })
}

// OpenSteps returns the steps that still wait for something.
func (v *View) OpenSteps() []*Step { return v.stepsWhere((*Step).Open) }

// PastDue returns the open steps whose day has passed on civil day today.
func (v *View) PastDue(today string) []*Step {
	return v.stepsWhere(func(s *Step) bool { return s.PastDue(today) })
}

func (v *View) stepsWhere(want func(*Step) bool) []*Step {
	var out []*Step
	for _, s := range v.steps {
		if want(s) {
			out = append(out, s)
		}
	}
	return out
}

// Figures returns the latest figures of a unit on a topic for month m, nil if
// none were filed.
func (v *View) Figures(u bot.UnitID, m bot.Month, topic string) *Figures {
	return v.figures[figuresKey{u, m.String(), topic}]
}

// FiguresIn returns all figures for month m, the latest of each unit and topic,
// in the order in which they were first filed.
func (v *View) FiguresIn(m bot.Month) []*Figures {
	var out []*Figures
	for _, f := range v.filed {
		if f.Month == m.String() {
			out = append(out, f)
		}
	}
	return out
}

// An Owed is a topic on which a unit files figures each month.
type Owed struct {
	Unit  bot.UnitID
	Topic string
}

// Missing returns which of owed have not been filed for month m.
func (v *View) Missing(m bot.Month, owed []Owed) []Owed {
	var out []Owed
	for _, o := range owed {
		if v.Figures(o.Unit, m, o.Topic) == nil {
			out = append(out, o)
		}
	}
	return out
}

// CasesConfirmed returns how many cases the police have entered for a unit and
// month m; false if they have entered none, not even zero.
func (v *View) CasesConfirmed(m bot.Month, u bot.UnitID) (n int, ok bool) {
	f := v.Figures(u, m, Cases)
	if f == nil {
		return 0, false
	}
	return wholeNumber(f.Figures)
}
