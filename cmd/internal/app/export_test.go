package app

// Leading returns the counties that h leads and would lead if it could choose.
func (h *Host) Leading() map[string]*App {
	out := make(map[string]*App)
	for _, s := range h.seats {
		s.mu.Lock()
		a := s.app
		s.mu.Unlock()
		if a != nil && h.prefers(s.id) {
			out[s.id] = a
		}
	}
	return out
}
