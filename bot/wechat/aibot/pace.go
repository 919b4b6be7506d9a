package aibot

import (
	"context"
	"sync"
	"time"

	"fanzha/bot"
)

// A pace makes people wait for a [budget]. It is safe for concurrent use.
type pace struct {
	// turn holds one token: who has it may sleep for budget, the others queue
	// behind it in their order.
	turn chan struct{}

	spending sync.Mutex
	budget   budget
	sleeping bool // somebody waits for budget
}

func newPace(perMinute, perHour int) pace {
	return pace{turn: make(chan struct{}, 1), budget: budget{perMinute: perMinute, perHour: perHour}}
}

// acquire waits until one more may go. It returns ctx's error if ctx ends
// first; then nothing is spent.
func (p *pace) acquire(ctx context.Context, clock bot.Clock) error {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.turn }()
	for {
		// A free turn and an ended ctx may have come at once.
		if err := ctx.Err(); err != nil {
			return err
		}
		p.spending.Lock()
		wait := p.budget.take(clock.Now())
		p.sleeping = wait > 0
		p.spending.Unlock()
		if wait == 0 {
			return nil
		}
		if err := clock.Sleep(ctx, wait); err != nil {
			p.spending.Lock()
			p.sleeping = false
			p.spending.Unlock()
			return err
		}
	}
}

// tryAcquire spends one at now if there is budget that nobody waits for.
func (p *pace) tryAcquire(now time.Time) bool {
	p.spending.Lock()
	defer p.spending.Unlock()
	return !p.sleeping && p.budget.take(now) == 0
}

func (p *pace) pause(until time.Time) {
	p.spending.Lock()
	defer p.spending.Unlock()
	p.budget.pause(until)
}

// idle reports whether nothing is remembered that matters at now.
func (p *pace) idle(now time.Time) bool {
	p.spending.Lock()
	defer p.spending.Unlock()
	return p.budget.idle(now)
}
