package aibot

import "time"

// budget counts what went into one conversation and says when more may. In no
// window of a minute there are more than perMinute, in no window of an hour
// more than perHour. The platform allows 30 and 1000 for replies and pushes
// together (page 101463, error 846607); we stay below, because our clock and
// the platform's do not cut time at the same places.
//
// It is pure: the time is passed in. It is not safe for concurrent use. It
// forgets at a restart; the distance to the platform's limit is for that too.
type budget struct {
	perMinute, perHour int
	// spent holds the instants of the last hour, oldest first; those before
	// head are over.
	spent  []time.Time
	head   int
	paused time.Time // nothing before this instant
}

// take spends one message at now and returns 0, or spends nothing and returns
// how long to wait before it is worth asking again.
func (b *budget) take(now time.Time) (wait time.Duration) {
	b.forget(now)
	if b.paused.After(now) {
		return b.paused.Sub(now)
	}
	live := b.spent[b.head:]
	if n := len(live) - b.perHour; n >= 0 {
		wait = max(wait, live[n].Add(time.Hour).Sub(now))
	}
	if n := len(live) - b.perMinute; n >= 0 {
		wait = max(wait, live[n].Add(time.Minute).Sub(now))
	}
	if wait > 0 {
		return wait
	}
	b.spent = append(b.spent, now)
	return 0
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

// forget drops what is older than an hour. If the clock has been set back,
// what lies ahead counts as spent just now: else a wrong hour would mute the
// conversation for that hour.
func (b *budget) forget(now time.Time) {
	for i := len(b.spent) - 1; i >= b.head && b.spent[i].After(now); i-- {
		b.spent[i] = now
	}
	for b.head < len(b.spent) && !b.spent[b.head].Add(time.Hour).After(now) {
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
