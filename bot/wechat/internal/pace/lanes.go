package pace

import (
	"sync"
	"time"

	"fanzha/bot"
)

// Lanes are lanes of their own for each key, of which there may be very many. A
// lane that nobody uses is forgotten when it remembers nothing that matters. It
// is safe for concurrent use.
type Lanes[K comparable] struct {
	clock bot.Clock
	lane  func(K) *Lane

	mu    sync.Mutex
	lanes map[K]*keyed
	swept time.Time
}

type keyed struct {
	*Lane
	users int
}

// sweepEvery is how often it is looked for lanes to forget.
const sweepEvery = 10 * time.Minute

// NewLanes returns Lanes that lane makes.
func NewLanes[K comparable](clock bot.Clock, lane func(K) *Lane) *Lanes[K] {
	return &Lanes[K]{clock: clock, lane: lane, lanes: make(map[K]*keyed)}
}

// Get returns key's lane; release is called when it is not used any more.
func (s *Lanes[K]) Get(key K) (lane *Lane, release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(s.clock.Now())
	k := s.lanes[key]
	if k == nil {
		k = &keyed{Lane: s.lane(key)}
		s.lanes[key] = k
	}
	k.users++
	return k.Lane, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		k.users--
	}
}

// sweep forgets, once in a while. s.mu is held.
func (s *Lanes[K]) sweep(now time.Time) {
	if age := now.Sub(s.swept); 0 <= age && age < sweepEvery {
		return
	}
	s.swept = now
	for key, k := range s.lanes {
		if k.users == 0 && k.Idle() {
			delete(s.lanes, key)
		}
	}
}
