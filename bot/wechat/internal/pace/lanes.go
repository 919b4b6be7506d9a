package pace

import (
	"sync"
	"time"

	"fanzha/bot"
)

// Lanes are lanes of their own for each key, of which there may be very many. A
// lane that nobody has used for an hour is forgotten; by then it is empty. It is
// safe for concurrent use.
type Lanes[K comparable] struct {
	clock     bot.Clock
	perMinute int

	mu    sync.Mutex
	lanes map[K]*keyed
	swept time.Time
}

type keyed struct {
	*Lane
	users int
	last  time.Time // when it was given back
}

// forgotten is after how long a lane is.
const forgotten = time.Hour

// NewLanes returns Lanes of perMinute requests each.
func NewLanes[K comparable](clock bot.Clock, perMinute int) *Lanes[K] {
	return &Lanes[K]{clock: clock, perMinute: perMinute, lanes: make(map[K]*keyed)}
}

// Get returns key's lane; release is called when it is not used any more.
func (s *Lanes[K]) Get(key K) (lane *Lane, release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(s.clock.Now())
	k := s.lanes[key]
	if k == nil {
		k = &keyed{Lane: NewLane(s.clock, s.perMinute)}
		s.lanes[key] = k
	}
	k.users++
	return k.Lane, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		k.users--
		k.last = s.clock.Now()
	}
}

// sweep forgets, once in a while. s.mu is held.
func (s *Lanes[K]) sweep(now time.Time) {
	if age := now.Sub(s.swept); 0 <= age && age < forgotten/6 {
		return
	}
	s.swept = now
	for key, k := range s.lanes {
		if k.users == 0 && now.Sub(k.last) >= forgotten {
			delete(s.lanes, key)
		}
	}
}
