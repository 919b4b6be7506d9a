package push

import (
	"cmp"
	"slices"
	"time"
)

// This file says whose turn it is.

// never is later than every other time.
var never = time.Unix(1<<40, 0)

// Due returns the deliveries that may be sent at now, in their turn, and the
// earliest time at which another one may; the zero time if none waits. Urgent
// ones come first. Of the others no chat waits behind another one's long queue:
// first comes one for each chat, and among these the chat that has waited longest
// since its last message. Within a chat they keep their order, also behind one
// that is to be tried again soon.
func (o *Outbox) Due(now time.Time, r Rules) (due []*Delivery, next time.Time) {
	due, waiting := o.queue(now, r)
	for _, w := range waiting {
		if next.IsZero() || w.at.Before(next) {
			next = w.at
		}
	}
	return due, next
}

// waiting is a delivery that may be sent from a later time on.
type waiting struct {
	*Delivery
	at time.Time
}

func (o *Outbox) queue(now time.Time, r Rules) (due []*Delivery, later []waiting) {
	if o.stop != nil {
		return nil, nil
	}
	type chat struct {
		taken int       // due so far
		hold  time.Time // nothing calm before this
	}
	type turn struct {
		*Delivery
		rank   int
		served time.Time
	}
	chats := make(map[string]*chat)
	var turns []turn
	for _, d := range o.Pending(Planned, Retry) {
		key := d.chat()
		c := chats[key]
		if c == nil {
			c = new(chat)
			chats[key] = c
		}
		at := d.next(now, r)
		if !d.Urgent && at.Before(c.hold) {
			at = c.hold
		}
		if at.After(now) {
			if d.State == Retry && now.Sub(d.since) < r.FallbackAfter {
				c.hold = at
			}
			later = append(later, waiting{d, at})
			continue
		}
		turns = append(turns, turn{d, c.taken, o.served[key]})
		c.taken++
	}
	slices.SortStableFunc(turns, func(a, b turn) int {
		switch {
		case a.Urgent != b.Urgent && a.Urgent:
			return -1
		case a.Urgent != b.Urgent:
			return 1
		}
		return cmp.Or(cmp.Compare(a.rank, b.rank), a.served.Compare(b.served))
	})
	for _, t := range turns {
		due = append(due, t.Delivery)
	}
	return due, later
}
