package oa

import "sync"

// turns let the deeds of one person be handled one after another, in the order in
// which they came. The zero value is ready for use.
type turns struct {
	mu sync.Mutex
	// of has each person whose deed is being handled, and those who wait behind
	// it: as a rule nobody.
	of map[string][]chan struct{}
}

// enter waits for the turn of one of who's deeds. It ends with leave.
func (t *turns) enter(who string) {
	t.mu.Lock()
	if t.of == nil {
		t.of = make(map[string][]chan struct{})
	}
	queue, busy := t.of[who]
	var mine chan struct{}
	if busy {
		mine = make(chan struct{})
		queue = append(queue, mine)
	}
	t.of[who] = queue
	t.mu.Unlock()
	if busy {
		<-mine
	}
}

// leave gives the turn to the next deed of who.
func (t *turns) leave(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	queue := t.of[who]
	if len(queue) == 0 {
		delete(t.of, who)
		return
	}
	close(queue[0])
	t.of[who] = queue[1:]
}
