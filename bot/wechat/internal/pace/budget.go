package pace

import (
	"slices"
	"time"
)

// budget counts requests and says when more may be made. In no window of a minute
// there are more than PerMinute, in no window of an hour more than PerHour.
//
// It is pure: the time is passed in. It is not safe for concurrent use.
type budget struct {
	Rate
	// spent holds the instants of the last minute or hour, oldest first; those
	// before head are over.
	spent  []time.Time
	head   int
	paused time.Time // nothing before this instant
}

// take spends one request at now and returns 0, or spends nothing and returns
// how long to wait before it is worth asking again.
func (b *budget) take(now time.Time) (wait time.Duration) {
	b.forget(now)
	if b.paused.After(now) {
		return b.paused.Sub(now)
	}
	live := b.spent[b.head:]
	if n := len(live) - b.PerHour; b.PerHour > 0 && n >= 0 {
		wait = live[n].Add(time.Hour).Sub(now)
	}
	if n := len(live) - b.PerMinute; n >= 0 {
		wait = max(wait, live[n].Add(time.Minute).Sub(now))
	}
	if wait > 0 {
		return wait
	}
	b.spent = append(b.spent, now)
	return 0
}

// put counts a request at that time, whatever the limits.
func (b *budget) put(at time.Time) {
	i := len(b.spent)
	for i > b.head && b.spent[i-1].After(at) {
		i--
	}
	b.spent = slices.Insert(b.spent, i, at)
}

// drop takes back the request that was counted last at that time, if it still
// counts.
func (b *budget) drop(at time.Time) {
	for i := len(b.spent) - 1; i >= b.head; i-- {
		if b.spent[i].Equal(at) {
			b.spent = slices.Delete(b.spent, i, i+1)
			return
		}
	}
}

// pause forbids everything before until; a shorter pause does not end a longer
// one.
func (b *budget) pause(until time.Time) {
	if until.After(b.paused) {
		b.paused = until
	}
}

// idle reports whether b remembers nothing that matters at now.
func (b *budget) idle(now time.Time) bool {
	b.forget(now)
	return b.head == len(b.spent) && !b.paused.After(now)
}

// forget drops what counts no more. If the clock has been set back, what lies
// ahead counts as spent just now: else a wrong hour would mute the lane for that
// hour.
func (b *budget) forget(now time.Time) {
	counts := time.Minute
	if b.PerHour > 0 {
		counts = time.Hour
	}
	for i := len(b.spent) - 1; i >= b.head && b.spent[i].After(now); i-- {
		b.spent[i] = now
	}
	for b.head < len(b.spent) && !b.spent[b.head].Add(counts).After(now) {
		b.head++
	}
	switch {
	case b.head == len(b.spent):
		b.spent, b.head = b.spent[:0], 0
	case b.head > 64 && b.head > len(b.spent)/2:
		b.spent = b.spent[:copy(b.spent, b.spent[b.head:])]
		b.head = 0
	}
}
