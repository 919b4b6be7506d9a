package redis

import (
	"testing"
	"time"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis/redistest"
)

// Somebody's name is erased while the archive files are being written, which may take
// long. Check-ins go on.
func TestAppendsDoNotWaitForArchiveFiles(t *testing.T) {
	s, err := Connect(t.Context(), Config{URL: redistest.Single(t).URL(), Process: "a", ArchiveDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	hold, err := s.Acquire(t.Context(), "x", Holder{ID: "a"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	l := s.Ledger("x", hold)
	batch := []ledger.Record{{Leaf: []byte("leaf"), Private: []byte("private")}}
	if err := l.Append(t.Context(), 0, batch, []byte("1")); err != nil {
		t.Fatal(err)
	}
	l.files.Lock()
	erased := make(chan error, 1)
	go func() { erased <- l.Erase(t.Context(), 0) }()
	redistest.Eventually(t, "it is gone from Redis", func() bool {
		n, err := s.Client().HLen(t.Context(), l.k.private).Result()
		return err == nil && n == 0
	})
	appended := make(chan error, 1)
	go func() { appended <- l.Append(t.Context(), 1, batch, []byte("2")) }()
	redistest.Eventually(t, "the next entry is in", func() bool { return len(appended) == 1 })
	if err := <-appended; err != nil {
		t.Error(err)
	}
	l.files.Unlock()
	if err := <-erased; err != nil {
		t.Error(err)
	}
}
