package inbox

import (
	"context"
	"slices"
	"time"

	"fanzha/bot"
)

// A deed is one thing that a person did, however often the platform tells of it.
// The inbox's mutex guards it until it is over; then it does not change any more.
type deed struct {
	over bool
	late bool // nobody waits, or has waited to the end: the answer is said by itself
	text string
	err  error
	// first waits since it began, more have come since; nil if they have left, or
	// it is over.
	first *waiter
	more  []*waiter
}

// end says what came of d to those who wait.
func (d *deed) end(a bot.Answer, err error) {
	// Who has hung up hears nothing.
	d.late = d.late || d.first.gone() && !slices.ContainsFunc(d.more, func(w *waiter) bool { return !w.gone() })
	d.over, d.text, d.err = true, a.Text, err
	if d.first != nil {
		d.first.answer = a
		d.first.done <- struct{}{}
	}
	for _, w := range d.more {
		w.done <- struct{}{}
	}
	d.first, d.more = nil, nil
}

// A waiter is a request of the platform's that waits for a deed. It is used again
// and again, as its timer and channel cost more than the waiting.
type waiter struct {
	ctx      context.Context
	answer   bot.Answer    // for the first who waits, set before done
	done     chan struct{} // has room for one
	patience *time.Timer
}

func newWaiter() *waiter {
	w := &waiter{done: make(chan struct{}, 1), patience: time.NewTimer(time.Hour)}
	w.patience.Stop()
	return w
}

// gone reports whether nobody reads what w would say.
func (w *waiter) gone() bool { return w == nil || w.ctx.Err() != nil }

// maxDeeds is how many deeds are remembered at least. A platform repeats one for
// 20 seconds at most; what was before, the handler knows.
const maxDeeds = 1 << 13

// deeds are those of late, in two generations: the older one is dropped as a
// whole when the newer one is full.
type deeds struct{ newer, before map[string]*deed }

func (t *deeds) find(id string) (*deed, bool) {
	if d := t.newer[id]; d != nil {
		return d, true
	}
	d := t.before[id]
	return d, d != nil
}

func (t *deeds) add(id string) *deed {
	if t.newer == nil {
		t.newer, t.before = make(map[string]*deed), make(map[string]*deed)
	}
	if len(t.newer) >= maxDeeds {
		clear(t.before) // its room is needed again
		t.newer, t.before = t.before, t.newer
	}
	d := new(deed)
	t.newer[id] = d
	return d
}

// forget makes a deed new again: nothing came of it.
func (t *deeds) forget(id string) {
	delete(t.newer, id)
	delete(t.before, id)
}
