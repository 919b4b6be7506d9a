package inbox

import "sync"

// seen remembers the last ids. It is bounded.
type seen struct {
	mu   sync.Mutex
	slot map[string]int // id → its place in ring
	ring []string
	next int
}

func newSeen(size int) *seen {
	return &seen{slot: make(map[string]int), ring: make([]string, size)}
}

// add reports whether id is new, and remembers it in the place of the oldest.
func (s *seen) add(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.slot[id]; ok {
		return false
	}
	delete(s.slot, s.ring[s.next])
	s.ring[s.next] = id
	s.slot[id] = s.next
	s.next = (s.next + 1) % len(s.ring)
	return true
}

// forget makes id new again: it was not handled after all.
func (s *seen) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.slot[id]; ok {
		s.ring[i] = ""
		delete(s.slot, id)
	}
}
