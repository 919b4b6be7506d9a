package redis

// Abandon ends a hold as the death of its process does: it renews no more, and
// its lease stays until it ends.
func Abandon(h *Hold) {
	h.stop()
	<-h.done
}

// ArchiveDir returns where a server's process has its archive files.
func (s *Server) ArchiveDir() string { return s.conf.ArchiveDir }
