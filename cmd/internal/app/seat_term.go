package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"fanzha/bot"
	"fanzha/bot/ledger/redis"
)

// This file is a seat's term: what it does while it leads its county.

// lead runs the county until ctx ends, the lease is lost, or the county is to go
// to the process that has room for it. When the store has gone back, the lease is
// kept: who has acknowledged what is missing is the one to put it back, and nobody
// who knows less may come first.
func (s *Seat) lead(ctx context.Context, hold *redis.Hold) error {
	release := sync.OnceFunc(func() { s.release(ctx, hold) })
	defer release()
	s.last, s.led = hold.By().ID, true
	for {
		back, err := s.serve(ctx, hold, release)
		if !back || !hold.Valid() || ctx.Err() != nil {
			return err
		}
	}
}

// release gives the lease back, and with it the right to act.
func (s *Seat) release(ctx context.Context, hold *redis.Hold) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
	defer cancel()
	if err := hold.Release(ctx); err != nil {
		s.host.log.WarnContext(ctx, "the lease was not given back and ends by itself", "county", s.id, "err", err)
	}
}

// resign takes the county's program away from those who ask this process for it.
func (s *Seat) resign() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app = nil
	if s.leader.ID == s.host.self.ID {
		s.leader = redis.Holder{}
	}
}

// serve is one run of the county's program under hold, which release ends. It
// reports whether it ended because the store had gone back.
func (s *Seat) serve(ctx context.Context, hold *redis.Hold, release func()) (back bool, err error) {
	term, end := context.WithCancel(ctx)
	defer end()
	defer onLost(hold, func() { s.resign(); end() })()
	leave := sync.OnceFunc(func() { time.AfterFunc(leaveWithin, release) })
	defer context.AfterFunc(ctx, leave)()

	a, l, err := s.begin(term, hold)
	if err != nil {
		if !hold.Valid() {
			return false, nil // another leads by now
		}
		return false, err
	}
	defer s.keep(l)
	s.mu.Lock()
	s.app, s.leader, s.warm = a, hold.By(), false
	s.mu.Unlock()
	s.host.tell(a, s.id)
	var beside sync.WaitGroup
	beside.Go(func() { s.giveWay(term, s.host.deps.Clock.Now(), func() { leave(); end() }) })
	beside.Go(func() {
		back = s.wentBack(term, a, l)
		end()
	})
	beside.Go(func() { s.archive(term, a, l, a.key) })

	err = a.Run(term)
	end()
	s.resign()
	beside.Wait()
	err = errors.Join(err, a.Close())
	if back || errors.As(err, new(*redis.RolledBackError)) {
		s.host.log.ErrorContext(ctx, "the store has gone back", "county", s.id, "acknowledged", a.Book.Size(), "err", err)
		return true, nil
	}
	if !hold.Valid() {
		s.host.log.WarnContext(ctx, "the term ended with something under way", "county", s.id, "err", err)
		return false, nil
	}
	return false, err
}

// wentBack waits until the store holds less than what this process has
// acknowledged, as it may after a failover, or until ctx ends.
func (s *Seat) wentBack(ctx context.Context, a *App, l *redis.Ledger) bool {
	for {
		_ = s.host.deps.Clock.Sleep(ctx, tick)
		acknowledged := a.Book.Size()
		look, cancel := context.WithTimeout(ctx, tick) // a black hole is not to delay the end
		head, err := l.Head(look)
		cancel()
		switch {
		case ctx.Err() != nil:
			return false
		case err == nil && head.Size < acknowledged:
			return true
		}
	}
}

// begin makes this process the one that writes.
func (s *Seat) begin(ctx context.Context, hold *redis.Hold) (*App, *redis.Ledger, error) {
	key, err := s.key(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	l, err := s.reconcile(ctx, hold)
	if err != nil {
		return nil, nil, err
	}
	deps := s.host.deps
	deps.Ledger, deps.Key, deps.Term, deps.Standby = l, key, hold, s.view
	deps.Started = bot.ProcessStarted{Process: hold.By().ID, Fence: hold.Fence(), Weak: s.host.server.Weakness()}
	deps.Restored = s.missed
	s.cool() // the standby is used up, whatever comes
	a, err := New(ctx, s.cfg, deps)
	if err != nil {
		s.keep(l)
		return nil, nil, err
	}
	s.missed = nil
	return a, l, nil
}

// reconcile opens the ledger to write, and puts back what the store has lost. What
// this process had only read, and the store went on without, was acknowledged to
// nobody: it is forgotten. What it had acknowledged itself is for people to decide.
func (s *Seat) reconcile(ctx context.Context, hold *redis.Hold) (*redis.Ledger, error) {
	l := s.reader.Lead(hold)
	found, err := l.Head(ctx)
	var lost int64
	if err == nil {
		lost, err = l.Reconcile(ctx)
	}
	if lost > 0 {
		s.host.log.ErrorContext(ctx, "the store had lost acknowledged entries", "county", s.id, "entries", lost)
		s.miss(bot.StoreRestored{Held: found.Size + lost, Found: found.Size})
	}
	var diverged *redis.DivergedError
	if errors.As(err, &diverged) && !diverged.Acknowledged {
		s.host.log.WarnContext(ctx, "what was followed is not what the store went on with, looking anew", "county", s.id, "err", err)
		_ = l.Close()
		s.cool()
		s.reader = s.host.server.Ledger(s.id, nil)
		return s.reader.Lead(hold), nil
	}
	if err != nil {
		s.keep(l)
		return nil, err
	}
	return l, nil
}

// miss notes that the store had lost entries, until the ledger says so. If not all
// of them could be put back the last time, it is still the same loss.
func (s *Seat) miss(r bot.StoreRestored) {
	i := slices.IndexFunc(s.missed, func(known bot.StoreRestored) bool { return known.Held == r.Held })
	if i < 0 {
		s.missed = append(s.missed, r)
		return
	}
	s.missed[i].Found = min(s.missed[i].Found, r.Found)
}

// keep ends l and goes on with a reader that remembers what l does.
func (s *Seat) keep(l *redis.Ledger) {
	s.reader = l.Lead(nil)
	_ = l.Close()
}
