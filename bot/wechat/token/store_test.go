package token

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A shelf is a Store in memory that can be down, or hang.
type shelf struct {
	mu    sync.Mutex
	kept  map[string]Token
	held  map[string]chan struct{}
	down  bool
	hangs bool
	calls int
}

func newShelf() *shelf {
	return &shelf{kept: make(map[string]Token), held: make(map[string]chan struct{})}
}

func (s *shelf) trouble(ctx context.Context) error {
	s.mu.Lock()
	s.calls++
	down, hangs := s.down, s.hangs
	s.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	if down {
		return errors.New("store down")
	}
	return nil
}

func (s *shelf) Get(ctx context.Context, name string) (Token, error) {
	if err := s.trouble(ctx); err != nil {
		return Token{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[name], nil
}

func (s *shelf) Set(ctx context.Context, name string, t Token) error {
	if err := s.trouble(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[name] = t
	return nil
}

func (s *shelf) Lock(ctx context.Context, name string, _ time.Duration) (func(), error) {
	if err := s.trouble(ctx); err != nil {
		return nil, err
	}
	for {
		s.mu.Lock()
		other, taken := s.held[name]
		if !taken {
			mine := make(chan struct{})
			s.held[name] = mine
			s.mu.Unlock()
			return func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				delete(s.held, name)
				close(mine)
			}, nil
		}
		s.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func sharing(s Store) func(*Config) { return func(c *Config) { c.Store = s } }

func TestEightColdProcessesFetchOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s := newPlatform(), newShelf()
		p.slow = time.Second
		var wg sync.WaitGroup
		for range 8 {
			h := newHandle(t, p, sharing(s))
			wg.Go(func() { mustGet(t, h, "T1") })
		}
		wg.Wait()
		if p.count() != 1 {
			t.Errorf("%d fetches", p.count())
		}
	})
}

func TestRefusedTokenIsRenewedOnceForAllProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s := newPlatform(), newShelf()
		a, b := newHandle(t, p, sharing(s)), newHandle(t, p, sharing(s))
		mustGet(t, a, "T1")
		mustGet(t, b, "T1")
		a.Invalidate("T1")
		mustGet(t, a, "T2")
		b.Invalidate("T1")
		mustGet(t, b, "T2")
		if p.count() != 2 {
			t.Errorf("%d fetches", p.count())
		}
	})
}

func TestStoreDown(t *testing.T) {
	for _, how := range []string{"down", "hangs"} {
		synctest.Test(t, func(t *testing.T) {
			p, s := newPlatform(), newShelf()
			s.down, s.hangs = how == "down", how == "hangs"
			h := newHandle(t, p, sharing(s))
			mustGet(t, h, "T1")
			asked := s.calls
			for range 9 {
				mustGet(t, h, "T1") // from memory
			}
			if p.count() != 1 || s.calls != asked {
				t.Errorf("%s: %d fetches, %d calls of the store", how, p.count(), s.calls)
			}
		})
	}
}

// A process that died with the lock in its hands costs five seconds, once.
func TestLockThatNobodyReleases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s := newPlatform(), newShelf()
		if _, err := s.Lock(t.Context(), "wwcorp/app", 0); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		mustGet(t, newHandle(t, p, sharing(s)), "T1")
		if took := time.Since(began); took != lockTimeout {
			t.Errorf("took %v", took)
		}
	})
}

func TestSharedTokenOfAWrongClockIsNotTaken(t *testing.T) {
	for name, left := range map[string]time.Duration{"ends in a year": 365 * 24 * time.Hour, "about to end": time.Minute, "ended": -time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			p, s := newPlatform(), newShelf()
			s.kept["wwcorp/app"] = Token{Value: "T0", ExpiresAt: time.Now().Add(left)}
			mustGet(t, newHandle(t, p, sharing(s)), "T1")
			if got := s.kept["wwcorp/app"].Value; got != "T1" {
				t.Errorf("%s: the store keeps %q", name, got.Reveal())
			}
		})
	}
}
