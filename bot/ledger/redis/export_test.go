package redis

// Abandon ends a hold as the death of its process does: it renews no more, and
// its lease stays until it ends.
func Abandon(h *Hold) {
	h.stop()
	<-h.done
}

// ArchiveDir returns where a server's process has its archive files.
func (s *Server) ArchiveDir() string { return s.conf.ArchiveDir }

// Missed returns how many replicas are waited for, and whether some of them are
// not there or the master does not answer.
func (s *Server) Missed() (n int, fewer bool) {
	s.keepUp.mu.Lock()
	defer s.keepUp.mu.Unlock()
	for _, k := range s.keepUp.m {
		n, fewer = k.n, !k.fewer.IsZero()
	}
	return n, fewer
}
