package recent

import "sync"

// IDs remembers the last ids, so that a callback that the platform delivers again
// (page 100719: it may) is neither handled nor answered twice. It is bounded and
// lives in memory only: what came before a restart, the handler recognises by
// [fanzha/bot.Inbound].ID.
//
// It is safe for concurrent use.
type IDs struct {
	mu   sync.Mutex
	slot map[string]int // id → its place in ring
	ring []string
	next int
}

// NewIDs returns an empty memory of the last size ids.
func NewIDs(size int) *IDs {
	return &IDs{slot: make(map[string]int), ring: make([]string, size)}
}

// Add reports whether id is new, and remembers it in the place of the oldest.
func (s *IDs) Add(id string) bool {
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

// Forget makes id new again: it was not handled after all, and a further
// delivery is welcome.
func (s *IDs) Forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.slot[id]; ok {
		s.ring[i] = ""
		delete(s.slot, id)
	}
}
