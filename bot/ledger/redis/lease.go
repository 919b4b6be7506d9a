package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"fanzha/bot/ledger"
)

// A Holder is a process that may lead a county.
type Holder struct {
	ID   string // unlike that of any other process, and not empty
	Addr string // where it is reached by the others, "" if nowhere
}

// A HeldError says who has the lease. It wraps [ledger.ErrLocked].
type HeldError struct {
	By  Holder
	For time.Duration // until the lease ends if it is not renewed
}

// Error implements error.
func (e *HeldError) Error() string { return "该县由进程 " + e.By.ID + " 主持，只许它写" }

// Unwrap returns [ledger.ErrLocked].
func (e *HeldError) Unwrap() error { return ledger.ErrLocked }

// A Hold is the right to append to a county's ledger and to act for it. It
// renews itself until it is released or lost, and is safe for concurrent use.
//
// It is lost when another has taken the lease, or when it could not be renewed
// in time by this machine's clock, whatever the server thinks: a process that
// was paused finds it lost at its first look.
type Hold struct {
	s      *Server
	county string
	k      keys
	by     Holder
	fence  string
	ttl    time.Duration

	life context.Context    // ends with the hold
	stop context.CancelFunc // ends it
	done chan struct{}      // closed by the end of renewing

	mu       sync.Mutex
	deadline time.Time
	released bool
}

// Acquire takes the lease of a county. It returns a *[HeldError] if another has
// it. A holder that dies keeps it for ttl, at least a second, which is also
// how long a holder acts that Redis cannot be reached from, less a fifth for
// clocks that run apart.
//
// ctx is for the taking alone.
func (s *Server) Acquire(ctx context.Context, county string, by Holder, ttl time.Duration) (*Hold, error) {
	if err := checkCounty(county); err != nil {
		return nil, err
	}
	if by.ID == "" || ttl < time.Second {
		return nil, fmt.Errorf("acquiring %s: a holder without a name, or a lease of %v", county, ttl)
	}
	h := &Hold{
		s: s, county: county, k: keysOf(county), by: by, ttl: ttl,
		done: make(chan struct{}),
	}
	// What replicas do not confirm is taken all the same, and would keep everybody
	// out until it ends: it is tried again under the same word.
	nonce, first := rand.Text(), time.Now()
	var began time.Time
	var reply []string
	var err error
	for tries := 0; tries == 0 || errors.Is(err, ErrUnconfirmed) && time.Since(first) < ttl/2 && ctx.Err() == nil; tries++ {
		began = time.Now()
		reply, err = s.run(ctx, "acquire", h.k, []string{h.k.lease, h.k.head}, by.ID, by.Addr, nonce, ttl.Milliseconds())
	}
	if err != nil {
		return nil, fmt.Errorf("acquiring the lease of %s: %w", county, err)
	}
	if reply[0] == "held" {
		left, _ := time.ParseDuration(reply[3] + "ms")
		return nil, &HeldError{By: Holder{ID: reply[1], Addr: reply[2]}, For: left}
	}
	h.fence = reply[1]
	h.extend(began)
	if !h.begin() {
		return nil, ledger.ErrClosed
	}
	return h, nil
}

// begin starts the renewing, unless the server is closed.
func (h *Hold) begin() bool {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	if h.s.closed() {
		return false
	}
	h.life, h.stop = context.WithCancel(h.s.life)
	h.s.holds.Go(func() { h.keep() })
	return true
}

// extend moves the deadline to what a renewal that was sent at began allows.
func (h *Hold) extend(began time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deadline = began.Add(h.ttl - h.ttl/5)
}

// Valid reports whether the holder may act, now.
func (h *Hold) Valid() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.life.Err() == nil && before(time.Now(), h.deadline)
}

// before compares both by the monotonic clock, which stands still while a
// machine sleeps, and by the civil one, which can be set.
func before(now, deadline time.Time) bool {
	return now.Before(deadline) && now.Round(0).Before(deadline.Round(0))
}

// Lost is closed when the hold has ended in whatever way, Release included.
func (h *Hold) Lost() <-chan struct{} { return h.life.Done() }

// By returns who holds.
func (h *Hold) By() Holder { return h.by }

// Fence returns by what right the holder writes: no two holds of a county have
// the same.
func (h *Hold) Fence() string { return h.fence }

// County returns what is held.
func (h *Hold) County() string { return h.county }

// left returns how long the hold is valid without another renewal.
func (h *Hold) left() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Until(h.deadline)
}

// keep renews the lease until the hold ends.
func (h *Hold) keep() {
	defer close(h.done)
	defer h.stop()
	for pause := h.ttl / 3; ; {
		t := time.NewTimer(min(pause, max(h.left(), 0)))
		select {
		case <-h.life.Done():
			t.Stop()
			return
		case <-t.C:
		}
		var held bool
		if pause, held = h.renew(); !held {
			if h.life.Err() == nil {
				h.s.conf.Log.Warn("lease lost", "county", h.county)
			}
			return
		}
	}
}

// renew tries once. It returns how long to wait before the next try, or false
// if the hold is lost.
func (h *Hold) renew() (time.Duration, bool) {
	if !h.Valid() {
		return 0, false
	}
	ctx, cancel := context.WithTimeout(h.life, min(h.ttl/4, h.left()))
	defer cancel()
	began := time.Now()
	reply, err := h.s.run(ctx, "renew", h.k, []string{h.k.lease, h.k.head}, h.fence, h.ttl.Milliseconds())
	switch {
	case err != nil:
		return h.ttl / 20, true // until the deadline
	case reply[0] != "ok":
		return 0, false
	}
	h.extend(began)
	return h.ttl / 3, true
}

// Release ends the hold and gives the lease back, so that the next one gets it
// at once. An error means that the lease ends by itself within its ttl. It is
// idempotent.
func (h *Hold) Release(ctx context.Context) error {
	h.mu.Lock()
	again := h.released
	h.released = true
	h.mu.Unlock()
	if again {
		return nil
	}
	h.stop()
	<-h.done
	if _, err := h.s.run(ctx, "release", h.k, []string{h.k.lease, h.k.head}, h.fence, h.k.bell); err != nil {
		return fmt.Errorf("releasing the lease of %s: %w", h.county, err)
	}
	return nil
}

// Leader returns who holds a county, false if nobody does.
func (s *Server) Leader(ctx context.Context, county string) (Holder, bool, error) {
	v, err := s.client.HMGet(ctx, keysOf(county).lease, "id", "addr").Result()
	if err != nil {
		return Holder{}, false, fmt.Errorf("asking who leads %s: %w", county, err)
	}
	id, ok := v[0].(string)
	addr, _ := v[1].(string)
	return Holder{ID: id, Addr: addr}, ok, nil
}

// Released returns a channel that is closed when the lease of a county is next given
// back. That is for haste alone: word of it can get lost with a connection, and
// nobody says when a lease ends by itself.
func (s *Server) Released(ctx context.Context, county string) <-chan struct{} {
	return s.bell.listen(ctx, keysOf(county).bell)
}
