package app

import (
	"context"

	"fanzha/bot"
	"fanzha/bot/shared"
)

// This file is what processes tell one another of the counties as it happens: the
// one that leads says what it has written, and all of them can show it.

// tell publishes what becomes durable in a county that is led here, the beginning of
// its term included.
func (h *Host) tell(a *App, county string) {
	h.events.Publish(shared.Event{County: county, Kind: (*bot.ProcessStarted)(nil).Kind(), Size: a.Book.Size()})
	a.Book.Watch(func(p bot.Payload) bool {
		h.events.Publish(shared.Event{County: county, Kind: p.Kind(), Size: a.Book.Size()})
		return false
	})
}

// hear notes what any process has written, until ctx ends.
func (h *Host) hear(ctx context.Context) error {
	for ev := range h.events.Subscribe(ctx) {
		for _, s := range h.seats {
			// The zero event: some may have been missed.
			if ev.County == s.id || ev == (shared.Event{}) {
				s.grown(ctx, ev.Size)
			}
		}
	}
	return nil
}

// grown notes that the county's ledger has got size entries; 0 means that nobody
// has said how many.
func (s *Seat) grown(ctx context.Context, size int64) {
	if size == 0 {
		l := s.host.server.Ledger(s.id, nil)
		defer l.Close()
		head, err := l.Head(ctx)
		if err != nil {
			return // the next event tells
		}
		size = head.Size
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size = max(s.size, size)
}
