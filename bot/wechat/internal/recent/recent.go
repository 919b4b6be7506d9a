// Package recent remembers for a while what there was. It deliberately keeps
// nothing across a restart, and forgets rather than grow without bound.
package recent

import (
	"sync"
	"time"

	"fanzha/bot"
)

// A Map remembers values for as long as each is good. It is safe for concurrent
// use.
type Map[K comparable, V any] struct {
	clock bot.Clock
	most  int

	mu sync.Mutex
	m  map[K]kept[V]
}

type kept[V any] struct {
	value V
	until time.Time
}

// New returns a Map of at most most values.
func New[K comparable, V any](clock bot.Clock, most int) *Map[K, V] {
	return &Map[K, V]{clock: clock, most: most, m: make(map[K]kept[V])}
}

// Get returns what is remembered under key; false if nothing is.
func (r *Map[K, V]) Get(key K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.m[key]
	return k.value, ok && r.clock.Now().Before(k.until)
}

// Put remembers value under key for life. In a full Map what is over makes room
// first, and then everything.
func (r *Map[K, V]) Put(key K, value V, life time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.Now()
	if len(r.m) >= r.most {
		for k, v := range r.m {
			if !now.Before(v.until) {
				delete(r.m, k)
			}
		}
	}
	if len(r.m) >= r.most {
		clear(r.m)
	}
	r.m[key] = kept[V]{value, now.Add(life)}
}
