// Package pace keeps a client below a platform's limit of so many requests a
// minute and an hour, one request after another in the order of their callers.
//
// It deliberately knows no platform, and writes nothing down: who knows what an
// earlier process has spent says so ([Lane.Spent]), and what other processes
// spend is counted by a [bot.SharedBudget], if there is one. The lane's own
// count comes first, and is enough where one process sends.
package pace

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"fanzha/bot"
)

// A Rate is how many requests may be made in a minute and in an hour, however
// these are cut. An hour of 0 is not counted.
type Rate struct{ PerMinute, PerHour int }

// travel is how much longer than a minute a request counts where processes
// count together: the platform counts it when it arrives there.
const travel = 5 * time.Second

// A Lane is one narrow way to a platform. It is safe for concurrent use; Wait and
// Done are for the one who has entered.
type Lane struct {
	turn   chan struct{} // holds a token while somebody is in
	clock  bot.Clock
	shared bot.SharedBudget // nil if nobody else spends
	key    string
	last   time.Time // when Wait let somebody go; for the one who has entered

	mu      sync.Mutex
	budget  budget
	waiting bool // somebody waits for budget
}

// NewLane returns an empty lane.
func NewLane(clock bot.Clock, r Rate) *Lane {
	return &Lane{turn: make(chan struct{}, 1), clock: clock, budget: budget{Rate: r}}
}

// Share makes l keep to what other processes leave of PerMinute, who know the lane
// by the same key. A nil b changes nothing. It returns l and is called before all
// else.
func (l *Lane) Share(b bot.SharedBudget, key string) *Lane {
	l.shared, l.key = b, key
	return l
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

// A Full is the error of who would have to wait beyond his deadline.
type Full struct {
	// After is how long nothing may be sent.
	After time.Duration
}

// Error implements error.
func (e *Full) Error() string {
	return fmt.Sprintf("the budget is spent for another %v", e.After.Round(time.Second))
}

// Wait returns once a request may be made, which it counts; or ctx's error, and
// then none is counted. If ctx would end before, it does not wait for that and
// returns a [*Full].
func (l *Lane) Wait(ctx context.Context) error {
	defer l.await(false)
	for {
		// A free turn and an ended ctx may have come at once.
		if err := ctx.Err(); err != nil {
			return err
		}
		wait := l.take()
		if wait == 0 {
			if wait = l.ask(ctx); wait == 0 && ctx.Err() == nil {
				return nil
			}
			l.forgo()
		}
		if end, ok := ctx.Deadline(); ok && l.clock.Now().Add(wait).After(end) {
			return &Full{After: wait}
		}
		l.await(true)
		if err := l.clock.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// Pass is Enter, Wait and leave, for requests that may overtake each other on
// their way.
func (l *Lane) Pass(ctx context.Context) error {
	leave, err := l.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return l.Wait(ctx)
}

// Done says that the request is over that Wait has let go, and counts it as of
// now. Since the platform counted it earlier, or not at all, the next one is
// never too early there.
func (l *Lane) Done() {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.budget.drop(l.last)
	l.budget.put(now)
}

// Try counts a request and returns true if one may be made at once and nobody
// waits for that. It asks no other process.
func (l *Lane) Try() bool {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.waiting && l.budget.take(now) == 0
}

// Rest lets nothing through for after; a shorter rest does not end a longer one.
func (l *Lane) Rest(after time.Duration) {
	until := l.clock.Now().Add(after)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.budget.pause(until)
}

// Spent counts n requests that were made at that time.
func (l *Lane) Spent(at time.Time, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for range n {
		l.budget.put(at)
	}
}

// Idle reports whether l remembers nothing that matters any more.
func (l *Lane) Idle() bool {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.budget.idle(now)
}

// take counts a request and returns 0, or returns how long not to ask again.
func (l *Lane) take() time.Duration {
	l.last = l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.budget.take(l.last)
}

// forgo takes back what take has counted.
func (l *Lane) forgo() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.budget.drop(l.last)
}

// ask is take for all processes together. If they cannot be asked, l goes on
// alone.
func (l *Lane) ask(ctx context.Context) time.Duration {
	if l.shared == nil {
		return 0
	}
	wait, err := l.shared.Take(ctx, l.key, l.budget.PerMinute, time.Minute+travel)
	if err != nil {
		return 0
	}
	return max(wait, 0)
}

func (l *Lane) await(waits bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = waits
}

// Stopped is how a send ends whose Wait ended with err: nothing went out, and it
// is tried again when there is budget.
func Stopped(err error) *bot.SendError {
	failed := &bot.SendError{Outcome: bot.RetryLater, Reason: "等待发送额度时中止", Err: err}
	var full *Full
	if errors.As(err, &full) {
		failed.Reason, failed.After = "发送额度已用完，到时再发", full.After
	}
	return failed
}

// Jitter makes d longer by up to a quarter, so that those who were told the same
// do not come back at once.
func Jitter(d time.Duration) time.Duration { return d + rand.N(d/4+1) }
