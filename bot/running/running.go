// Package running is the view of how the program itself ran: under which rules
// its processes wrote, on what kind of store, and what befell the store. Reports
// say of a month what a reader must know of these to trust its figures.
//
// It also knows which checkpoints were shown outside, behind which nothing changes.
//
// It is not a log of starts and stops, nor of who leads now: that is the affair of
// the process. It keeps only what weakens or explains a report.
package running

import (
	"slices"
	"time"

	"fanzha/bot"
)

// View is what is known of the program's running. Use [New]. It is not safe for
// concurrent use.
type View struct {
	spans     []span
	restored  []Restored
	witnessed []witnessed
}

// A span begins when a process begins to write and lasts until the next one does.
type span struct {
	from     time.Time
	fourEyes bool
	weak     []string
}

// Restored is one time that the store had lost acknowledged entries and a process
// put them back.
type Restored struct {
	At time.Time
	bot.StoreRestored
}

// A witnessed checkpoint was shown outside at a time.
type witnessed struct {
	at time.Time
	bot.CheckpointWitnessed
}

// New returns the view of the empty ledger.
func New() *View { return new(View) }

// Apply changes the view by one entry's payload. Other kinds are passed over.
func (v *View) Apply(at time.Time, p bot.Payload) {
	switch p := p.(type) {
	case *bot.ProcessStarted:
		v.spans = append(v.spans, span{at, p.FourEyes, p.Weak})
	case *bot.StoreRestored:
		v.restored = append(v.restored, Restored{at, *p})
	case *bot.CheckpointWitnessed:
		v.witnessed = append(v.witnessed, witnessed{at, *p})
	}
}

// Conduct is how the program ran in a month. The zero Conduct is as it should be.
type Conduct struct {
	// SingleHanded: at some time a process wrote under the rule that one person
	// may write, verify and approve an alert.
	SingleHanded bool
	// Weak is what was accepted of a store that can lose acknowledged entries,
	// in Chinese, each once.
	Weak []string
	// Restored are the times that it did, and they were put back.
	Restored []Restored
}

// Conduct returns how the program ran in month m, what held at its start included.
func (v *View) Conduct(m bot.Month) Conduct {
	var c Conduct
	for i, s := range v.spans {
		over := i+1 < len(v.spans) && !v.spans[i+1].from.After(m.Start())
		if over || !s.from.Before(m.End()) {
			continue
		}
		c.SingleHanded = c.SingleHanded || !s.fourEyes
		for _, w := range s.weak {
			if !slices.Contains(c.Weak, w) {
				c.Weak = append(c.Weak, w)
			}
		}
	}
	for _, r := range v.restored {
		if !r.At.Before(m.Start()) && r.At.Before(m.End()) {
			c.Restored = append(c.Restored, r)
		}
	}
	return c
}

// Knows reports whether it is known that the store was restored that time: no two
// times have the same figures, for the first is written behind what it is about.
func (v *View) Knows(r bot.StoreRestored) bool {
	return slices.ContainsFunc(v.restored, func(known Restored) bool { return known.StoreRestored == r })
}

// Last returns the newest time that the store was restored, nil if it never was.
func (v *View) Last() *Restored {
	if len(v.restored) == 0 {
		return nil
	}
	return &v.restored[len(v.restored)-1]
}

// Closed returns the newest checkpoint that was shown before t: what it covers
// cannot change any more without a witness. It is nil if there is none.
func (v *View) Closed(t time.Time) *bot.CheckpointWitnessed {
	i, _ := slices.BinarySearchFunc(v.witnessed, t, func(w witnessed, t time.Time) int { return w.at.Compare(t) })
	if i == 0 {
		return nil
	}
	return &v.witnessed[i-1].CheckpointWitnessed
}
