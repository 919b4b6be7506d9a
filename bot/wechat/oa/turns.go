package oa

import (
	"context"
	"sync"
)

// turns let the deeds of one person be handled one after another, in the order in
// which they came.
type turns struct {
	mu sync.Mutex
	of map[string]*turn
}

// turn is one person's. in holds a token while somebody has it.
type turn struct {
	in      chan struct{}
	waiting int // those who have it or want it
}

// enter waits for the turn, or until ctx ends, and then returns its error.
func (t *turns) enter(ctx context.Context, who string) (leave func(), err error) {
	t.mu.Lock()
	if t.of == nil {
		t.of = make(map[string]*turn)
	}
	mine := t.of[who]
	if mine == nil {
		mine = &turn{in: make(chan struct{}, 1)}
		t.of[who] = mine
	}
	mine.waiting++
	t.mu.Unlock()
	select {
	case mine.in <- struct{}{}:
		return func() { <-mine.in; t.gone(who, mine) }, nil
	case <-ctx.Done():
		t.gone(who, mine)
		return nil, ctx.Err()
	}
}

func (t *turns) gone(who string, mine *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mine.waiting--; mine.waiting == 0 {
		delete(t.of, who)
	}
}
