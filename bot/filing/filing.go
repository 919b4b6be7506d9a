// Package filing is the view of what people stated about more than their own
// presence (上报): for whom they sign, how many came, what their unit held; and of
// what waits until somebody who may say so settles it (待办).
//
// A filing stands at once if the one who made it may make it, else it waits for
// the unit's liaison or the office, or for its own writer's answer to one
// question. Nothing is dropped: what is refused or taken back stays, with who did
// so. The deciding functions read the view and return payloads; only [View.Apply]
// changes it. What a filing leads to (check-ins, leave) is package attendance's.
package filing

import (
	"reflect"
	"slices"
	"time"

	"fanzha/bot"
)

// A Filing (上报) is one statement, and whether it counts.
type Filing struct {
	bot.Filed
	Seq int64 // of its entry
	At  time.Time
	// Standing is the present one; that of the entry is Filed.Standing.
	Standing bot.Standing
	// SettledBy and SettledByOperator are who ended its waiting; both are empty
	// while it waits, and if it stood from the first.
	SettledBy         bot.MemberID
	SettledByOperator bot.OperatorID
	SettledAt         time.Time
}

// Waiting reports whether somebody is to settle it.
func (f *Filing) Waiting() bool { return f.Standing == bot.Waits || f.Standing == bot.Asked }

// View is the state. It is not safe for concurrent use.
type View struct {
	all     []*Filing
	byID    map[bot.FilingID]*Filing
	byUnit  map[bot.UnitID][]*Filing
	digests map[pasted]*Filing
	// messages are the platform's ids of the messages that filed, settled or took
	// back something: a frame may come again.
	messages map[string]*Filing
}

// pasted is one text booked for one unit.
type pasted struct {
	unit   bot.UnitID
	digest string
}

// New returns the view of the empty ledger.
func New() *View {
	return &View{
		byID: make(map[bot.FilingID]*Filing), byUnit: make(map[bot.UnitID][]*Filing),
		digests: make(map[pasted]*Filing), messages: make(map[string]*Filing),
	}
}

// Apply changes the view by entry seq. Kinds that are not about filings are passed
// over.
func (v *View) Apply(seq int64, at time.Time, p bot.Payload) {
	switch p := p.(type) {
	case *bot.Filed:
		f := &Filing{Filed: *p, Seq: seq, At: at, Standing: p.Standing}
		v.all = append(v.all, f)
		v.byID[f.Filing] = f
		v.byUnit[f.Unit] = append(v.byUnit[f.Unit], f)
		if f.Digest != "" {
			v.digests[pasted{f.Unit, f.Digest}] = f
		}
		v.heard(f.Private.Message, f)
		if old := v.byID[f.Replaces]; old != nil && f.Standing == bot.Stands {
			old.Standing = bot.Replaced
		}
	case *bot.FilingSettled:
		f := v.byID[p.Filing]
		if f == nil {
			return
		}
		f.Standing, f.SettledBy, f.SettledByOperator, f.SettledAt = p.Verdict, p.By, p.Operator, at
		v.heard(p.Private.Message, f)
		if old := v.byID[f.Replaces]; old != nil && f.Standing == bot.Stands {
			old.Standing = bot.Replaced
		}
	case *bot.FilingVoided:
		if f := v.byID[p.Filing]; f != nil {
			f.Standing = bot.Voided
			v.heard(p.Private.Message, f)
		}
	}
}

func (v *View) heard(message string, f *Filing) {
	if message != "" {
		v.messages[message] = f
	}
}

// Filing returns one filing, nil if there is none.
func (v *View) Filing(id bot.FilingID) *Filing { return v.byID[id] }

// All returns every filing in its order.
func (v *View) All() []*Filing { return v.all }

// Of returns the filings of a unit for which want holds, in their order. The unit
// "" means all.
func (v *View) Of(u bot.UnitID, want func(*Filing) bool) []*Filing {
	list := v.byUnit[u]
	if u == "" {
		list = v.all
	}
	var out []*Filing
	for _, f := range list {
		if want(f) {
			out = append(out, f)
		}
	}
	return out
}

// Waiting returns what waits for a unit's liaison or the office, oldest first;
// for "", of all units.
func (v *View) Waiting(u bot.UnitID) []*Filing { return v.Of(u, (*Filing).Waiting) }

// Standing returns the filings of a unit ("" for all) of one form that count, for
// month m.
func (v *View) Standing(u bot.UnitID, form bot.FilingForm, m bot.Month) []*Filing {
	month := m.String()
	return v.Of(u, func(f *Filing) bool {
		return f.Form == form && f.Standing == bot.Stands && f.Facts.Month == month
	})
}

// Booked returns the filing that books the text with that digest for u, nil if
// there is none that counts.
func (v *View) Booked(u bot.UnitID, digest string) *Filing {
	if f := v.digests[pasted{u, digest}]; f != nil && f.Standing == bot.Stands {
		return f
	}
	return nil
}

// Repeated returns the filing that was made, settled or taken back by the message
// with that id, nil if there is none.
func (v *View) Repeated(message string) *Filing { return v.messages[message] }

// Headcount returns the head count of u that counts for a session, or, without
// one, for a month; dept is the part of the unit that it is about, "" for all of
// it. It is nil if there is none.
func (v *View) Headcount(u bot.UnitID, s bot.SessionID, month, dept string) *Filing {
	list := v.byUnit[u]
	for i := len(list) - 1; i >= 0; i-- {
		f := list[i]
		if f.Form == bot.FilesHeadcount && f.Standing == bot.Stands && f.Session == s && f.Facts.Month == month && f.Private.Dept == dept {
			return f
		}
	}
	return nil
}

// Recent returns how many filings of member m for unit u, made since then, others
// have to deal with: what waits, and clues.
func (v *View) Recent(u bot.UnitID, m bot.MemberID, since time.Time) (n int) {
	list := v.byUnit[u]
	for i := len(list) - 1; i >= 0 && list[i].At.After(since); i-- {
		if f := list[i]; f.By == m && (f.Waiting() || f.Form == bot.FilesClue) {
			n++
		}
	}
	return n
}

// Briefer returns the activity, which counts or waits, that f says anew and more
// fully: nothing that it says is otherwise in f, and it lacks the day, the place or
// the number of people, which f has. It is nil if there is none.
func (v *View) Briefer(f bot.Filed) *Filing {
	list := v.byUnit[f.Unit]
	for i := len(list) - 1; i >= 0; i-- {
		old := list[i]
		if old.Form != f.Form || old.Facts.Month != f.Facts.Month || old.Standing != bot.Stands && (!old.Waiting() || old.By != f.By) {
			continue
		}
		a, b := old.Filed, f
		fuller := a.Facts.On == "" && b.Facts.On != "" || a.Private.Place == "" && b.Private.Place != "" ||
			a.Facts.Audience == nil && b.Facts.Audience != nil
		if fuller && within(a.Facts.On, b.Facts.On) && within(a.Facts.Act, b.Facts.Act) && within(a.Facts.Role, b.Facts.Role) &&
			within(a.Private.Place, b.Private.Place) && within(a.Private.Title, b.Private.Title) && within(a.Private.Dept, b.Private.Dept) &&
			said(a.Facts.Audience, b.Facts.Audience) && said(a.Facts.Leaflets, b.Facts.Leaflets) &&
			said(a.Facts.Sent, b.Facts.Sent) && said(a.Facts.Times, b.Facts.Times) {
			return old
		}
	}
	return nil
}

func within(a, b string) bool { return a == "" || a == b }

func said(a, b *int) bool { return a == nil || b != nil && *a == *b }

// Twin returns a filing that says the same as f and counts or waits already, nil
// if there is none. What a person says of himself, a clue and a wish have a twin
// only in the same words of the same person.
func (v *View) Twin(f bot.Filed) *Filing {
	list := v.byUnit[f.Unit]
	for i := len(list) - 1; i >= 0; i-- {
		old := list[i]
		live := old.Standing == bot.Stands || old.Waiting() && f.Standing != bot.Stands && old.By == f.By
		if live && same(old.Filed, f) {
			return old
		}
	}
	return nil
}

func same(a, b bot.Filed) bool {
	switch a.Form {
	case bot.FilesCheckIn, bot.FilesClue, bot.FilesCorrection:
		if a.By != b.By || a.Private.Text != b.Private.Text {
			return false
		}
	}
	p, q := a.Private, b.Private
	return a.Form == b.Form && a.Session == b.Session && reflect.DeepEqual(a.Facts, b.Facts) &&
		p.Place == q.Place && p.Dept == q.Dept && p.Value == q.Value &&
		slices.Equal(p.Present, q.Present) && slices.Equal(p.Proxied, q.Proxied) && slices.Equal(p.OnLeave, q.OnLeave)
}

// patience is how long a question waits for its answer. After that a “是” may
// mean anything.
const patience = 30 * time.Minute

// Asked returns the question that member m has last been asked and not answered,
// nil if there is none or it is too old to be meant.
func (v *View) Asked(u bot.UnitID, m bot.MemberID, now time.Time) *Filing {
	list := v.byUnit[u]
	for i := len(list) - 1; i >= 0 && now.Sub(list[i].At) <= patience; i-- {
		if f := list[i]; f.By == m && f.Standing == bot.Asked {
			return f
		}
	}
	return nil
}

// Last returns the newest filing of member m, of one of the forms, that counts or
// waits; nil if there is none in the same civil month as now.
func (v *View) Last(u bot.UnitID, m bot.MemberID, now time.Time, forms ...bot.FilingForm) *Filing {
	list := v.byUnit[u]
	for i := len(list) - 1; i >= 0 && bot.MonthOf(list[i].At) == bot.MonthOf(now); i-- {
		f := list[i]
		if f.By != m || f.Standing != bot.Stands && !f.Waiting() {
			continue
		}
		for _, form := range forms {
			if f.Form == form {
				return f
			}
		}
	}
	return nil
}
