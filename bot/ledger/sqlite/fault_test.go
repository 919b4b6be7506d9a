package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"fanzha/bot/ledger"

	driver "modernc.org/sqlite"
)

// SetBusyTimeout shortens the wait of l for other programs.
func SetBusyTimeout(t *testing.T, l *Ledger, ms int) {
	t.Helper()
	l.mustPragma(t, fmt.Sprintf("busy_timeout = %d", ms))
}

func (l *Ledger) mustPragma(t *testing.T, pragma string) {
	t.Helper()
	if _, err := l.conn.ExecContext(t.Context(), "PRAGMA "+pragma); err != nil {
		t.Fatal(err)
	}
}

func mustOpen(t *testing.T) (l *Ledger, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "ledger.db")
	l, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, path
}

func wantSize(t *testing.T, l *Ledger, size int64) {
	t.Helper()
	if h, err := l.Head(t.Context()); err != nil || h.Size != size {
		t.Errorf("Head = %d, %v, want %d", h.Size, err, size)
	}
}

func batch(n, size int) []ledger.Record {
	out := make([]ledger.Record, n)
	for i := range out {
		out[i].Leaf = make([]byte, size)
	}
	return out
}

func TestFullDisk(t *testing.T) {
	l, _ := mustOpen(t)
	if err := l.Append(t.Context(), 0, batch(5, 100), []byte("c")); err != nil {
		t.Fatal(err)
	}
	l.mustPragma(t, "max_page_count = 20")
	if err := l.Append(t.Context(), 5, batch(300, 1000), []byte("full")); err == nil || errors.Is(err, ledger.ErrBehind) {
		t.Errorf("Append to a full disk = %v", err)
	}
	wantSize(t, l, 5)
	l.mustPragma(t, "max_page_count = 20000")
	if err := l.Append(t.Context(), 5, batch(300, 1000), []byte("c")); err != nil {
		t.Errorf("Append with room again = %v", err)
	}
	wantSize(t, l, 305)
}

// A commit fails once. The handle must not write again, for what the next
// fsync says is worth nothing; a new one may.
func TestFailedCommitEndsWriting(t *testing.T) {
	l, path := mustOpen(t)
	refuse := int32(1)
	err := l.conn.Raw(func(c any) error {
		c.(driver.HookRegisterer).RegisterCommitHook(func() int32 { return refuse })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time the commit itself would succeed
		if err := l.Append(t.Context(), 0, batch(1, 10), []byte("c")); err == nil || errors.Is(err, ledger.ErrBehind) {
			t.Errorf("Append = %v, want the failed commit", err)
		}
		refuse = 0
	}
	if err := l.Erase(t.Context(), 0); err == nil || errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("Erase = %v, want the failed commit", err)
	}
	wantSize(t, l, 0)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if l, err = Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Append(t.Context(), 0, batch(1, 10), []byte("c")); err != nil {
		t.Error(err)
	}
}

// Durability and erasing rest on these settings; SQLite ignores what it cannot
// do, so Open checks them and so does this test, each connection by itself.
func TestSettings(t *testing.T) {
	l, _ := mustOpen(t)
	if err := l.checkSettings(t.Context()); err != nil {
		t.Error(err)
	}
	for _, pragma := range []string{"synchronous = NORMAL", "secure_delete = OFF"} {
		l.mustPragma(t, pragma)
		if err := l.checkSettings(t.Context()); err == nil {
			t.Errorf("with %s: no complaint", pragma)
		}
	}
	if _, err := l.reader.ExecContext(t.Context(), `DELETE FROM head`); err == nil {
		t.Error("a reader's connection may write")
	}
}
