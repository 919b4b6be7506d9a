// Package pace keeps a client below a platform's limit of so many requests a
// minute, one request after another in the order of their callers.
//
// It deliberately knows no platform. It keeps nothing across a restart: who
// stays some way below the limit has room for that.
package pace

import (
	"context"
	"math/rand/v2"
	"time"

	"fanzha/bot"
)

// A Lane is one narrow way to a platform: in no minute, however it is cut, more
// than PerMinute requests arrive there. Its methods, but Enter, are for the one
// who has entered.
type Lane struct {
	turn      chan struct{} // holds a token while somebody is in
	clock     bot.Clock
	perMinute int
	spent     []time.Time // the ends of the last minute's requests, oldest first
	rests     time.Time   // nothing before this instant
}

// NewLane returns an empty lane.
func NewLane(clock bot.Clock, perMinute int) *Lane {
	return &Lane{turn: make(chan struct{}, 1), clock: clock, perMinute: perMinute}
}

// Enter waits for the caller's turn, or until ctx ends, and then returns its
// error. leave lets the next one in.
func (l *Lane) Enter(ctx context.Context) (leave func(), err error) {
	select {
	case l.turn <- struct{}{}:
		return func() { <-l.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Wait returns once a request may be made, or with ctx's error.
func (l *Lane) Wait(ctx context.Context) error {
	for {
		wait := l.wait(l.clock.Now())
		if wait == 0 {
			return ctx.Err()
		}
		if err := l.clock.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// Done counts a request that is over. Since the platform counted it earlier, or
// not at all, the next one that Wait lets go is never too early there.
func (l *Lane) Done() { l.spent = append(l.spent, l.clock.Now()) }

// Rest lets nothing through for after.
func (l *Lane) Rest(after time.Duration) { l.rests = l.clock.Now().Add(after) }

// wait returns 0 if a request may be made at now, else how long not to ask
// again. A clock that was set back does not mute the lane: what lies ahead
// counts as just spent.
func (l *Lane) wait(now time.Time) time.Duration {
	live := l.spent[:0]
	for _, at := range l.spent {
		if at.After(now) {
			at = now
		}
		if at.Add(time.Minute).After(now) {
			live = append(live, at)
		}
	}
	l.spent = live
	wait := l.rests.Sub(now)
	if n := len(live) - l.perMinute; n >= 0 {
		wait = max(wait, live[n].Add(time.Minute).Sub(now))
	}
	return max(wait, 0)
}

// Jitter makes d longer by up to a quarter, so that those who were told the same
// do not come back at once.
func Jitter(d time.Duration) time.Duration { return d + rand.N(d/4+1) }
