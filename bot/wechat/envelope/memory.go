package envelope

import (
	"crypto/sha1"
	"sync"
	"time"
)

// remembered is how long an envelope can pass the window: from a timestamp that
// lies a Window ahead to one that lies a Window behind.
const remembered = 2 * Window

// A memory knows which envelopes were received. It keeps two generations: the
// present one, and the one before, which is dropped as a whole. So each
// envelope is known for as long as it could pass, and nothing has to be swept.
//
// The signature is the key, not the nonce: it is as long as it can be, whatever
// the request; and where bytes can be shifted between nonce and sealed text, as
// the platforms sign both without a mark between them, it stays the same.
type memory struct {
	limit int

	mu      sync.Mutex
	present map[[sha1.Size]byte]struct{}
	before  map[[sha1.Size]byte]struct{}
	since   time.Time // of the present generation
}

// note remembers key and reports whether it is new.
func (m *memory) note(key [sha1.Size]byte, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch age := now.Sub(m.since); {
	case age >= 2*remembered:
		m.present, m.before, m.since = nil, nil, now
	case age >= remembered || len(m.present) >= m.limit/2:
		clear(m.before) // its room is needed again
		m.present, m.before, m.since = m.before, m.present, now
	}
	if _, known := m.before[key]; known {
		return false
	}
	if m.present == nil {
		m.present = make(map[[sha1.Size]byte]struct{})
	}
	known := len(m.present)
	m.present[key] = struct{}{}
	return len(m.present) > known
}

// forget makes key new again.
func (m *memory) forget(key [sha1.Size]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.present, key)
	delete(m.before, key)
}
