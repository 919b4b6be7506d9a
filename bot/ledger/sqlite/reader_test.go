package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/ledger/sqlite"
)

// A backup reads beside the writer: what it sees is whole, and neither is in the
// other's way.
func TestReaderReadsBesideTheWriter(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "ledger.db")
	l, err := sqlite.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r, err := sqlite.OpenReader(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	const batches, each = 60, 50
	var wg sync.WaitGroup
	wg.Go(func() {
		for at := int64(0); at < batches*each; at += each {
			if err := l.Append(ctx, at, ledgertest.Records(at, each), ledgertest.Checkpoint(at+each)); err != nil {
				t.Error(err)
				return
			}
			if at%(10*each) == 0 {
				if err := l.Erase(ctx, at+1); err != nil { // has to write the log back
					t.Error(err)
					return
				}
			}
		}
	})
	for size := int64(0); size < batches*each && !t.Failed(); {
		h, err := r.Head(ctx)
		if err != nil || h.Size < size || h.Size%each != 0 || h.Size > 0 && !cmp.Equal(h.Checkpoint, ledgertest.Checkpoint(h.Size)) {
			t.Fatalf("Head = %v, %v, after %d", h, err, size)
		}
		size = h.Size
		want := ledgertest.Records(0, int(size))
		seq := 0
		for rec, err := range r.Read(ctx, 0, size) {
			if err != nil || !cmp.Equal(rec.Leaf, want[seq].Leaf) {
				t.Fatalf("record %d = %v, %v", seq, rec, err)
			}
			seq++
		}
		if int64(seq) != size {
			t.Fatalf("%d of %d records", seq, size)
		}
	}
	wg.Wait()
}

// What a killed process left in the log is read too, and the next start finds
// everything.
func TestReaderReadsWhatAKilledProcessLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	c := startChild(t, path)
	size := int64(0)
	for range 20 {
		n, ok := c.next(t)
		if !ok {
			t.Fatal("the child died early")
		}
		size = max(size, n)
	}
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for n, ok := c.next(t); ok; n, ok = c.next(t) {
		size = max(size, n)
	}
	c.cmd.Wait() // only then is the lock free for certain
	r, err := sqlite.OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := r.Head(t.Context())
	if err != nil || h.Size < size {
		t.Errorf("Head = %d, %v, acknowledged were %d", h.Size, err, size)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Error(err)
	}
	if _, err := r.Head(t.Context()); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("Head of a closed reader = %v", err)
	}
	if got, head, err := readAll(t, path); err != nil || int64(len(got)) != h.Size || head.Size != h.Size {
		t.Errorf("after it: %d records, %v", len(got), err)
	}
}

func TestReaderMakesNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := sqlite.OpenReader(t.Context(), filepath.Join(dir, "x", "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte("not a ledger"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, text} {
		if _, err := sqlite.OpenReader(t.Context(), path); !errors.As(err, new(*ledger.CorruptError)) {
			t.Errorf("of %s: %v", path, err)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("it made %v, %v", files, err)
	}
}
