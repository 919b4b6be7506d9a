package demo

import (
	"context"
	"sync"
	"time"
)

// A playClock stands still until it is told to go on, so that a month can be
// played as fast as the machine can follow. It implements [bot.Clock].
type playClock struct {
	mu       sync.Mutex
	now      time.Time
	sleepers map[*sleeper]struct{}
}

type sleeper struct {
	until time.Time
	woken chan struct{}
}

func newPlayClock(now time.Time) *playClock {
	return &playClock{now: now, sleepers: make(map[*sleeper]struct{})}
}

// Now implements [bot.Clock].
func (c *playClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep implements [bot.Clock].
func (c *playClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	c.mu.Lock()
	s := &sleeper{c.now.Add(d), make(chan struct{})}
	c.sleepers[s] = struct{}{}
	c.mu.Unlock()
	select {
	case <-s.woken:
		return nil
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.sleepers, s)
		c.mu.Unlock()
		return ctx.Err()
	}
}

// goOn moves the time to t, or to the first moment before t at which somebody
// wakes, and wakes him. It returns the time it has moved to.
func (c *playClock) goOn(t time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.sleepers {
		if s.until.Before(t) {
			t = s.until
		}
	}
	if t.After(c.now) {
		c.now = t
	}
	for s := range c.sleepers {
		if !s.until.After(c.now) {
			delete(c.sleepers, s)
			close(s.woken)
		}
	}
	return c.now
}

// sleeping returns how many sleep.
func (c *playClock) sleeping() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sleepers)
}
