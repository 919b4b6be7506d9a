package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"fanzha/bot/ledger/ledgertest"
)

// wantPrefix checks that the ledger at path opens and holds the suite's
// records up to its head, but for private parts that were erased, which it
// returns.
func wantPrefix(t *testing.T, path string) (size int64, erased map[int64]bool) {
	t.Helper()
	got, head, err := readAll(t, path)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(got)) != head.Size || head.Size > 0 && !bytes.Equal(head.Checkpoint, ledgertest.Checkpoint(head.Size)) {
		t.Fatalf("%d records, head %d %q", len(got), head.Size, head.Checkpoint)
	}
	erased = map[int64]bool{}
	for i, want := range ledgertest.Records(0, len(got)) {
		if got[i].Private == nil {
			erased[int64(i)] = true
		} else if !bytes.Equal(got[i].Private, want.Private) {
			t.Fatalf("the private part of record %d is not what was appended", i)
		}
		if !bytes.Equal(got[i].Leaf, want.Leaf) {
			t.Fatalf("the leaf of record %d is not what was appended", i)
		}
	}
	return head.Size, erased
}

// A process that appends and erases is killed at one moment after another, in
// the middle of what it does. What it acknowledged must be there each time,
// and the lock must be free.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	for round := range 15 {
		c := startChild(t, path)
		var acked int64
		var erased []int64
		for i := 0; ; i++ {
			n, ok := c.next(t)
			switch {
			case !ok:
			case n < 0:
				erased = append(erased, -n)
			default:
				acked = n
			}
			if i == round*round {
				c.cmd.Process.Kill()
			}
			if !ok { // all that was said before the end has been heard
				break
			}
		}
		c.cmd.Wait()
		size, gone := wantPrefix(t, path)
		if size < acked {
			t.Fatalf("round %d: %d records after the kill, %d were acknowledged", round, size, acked)
		}
		for _, seq := range erased {
			if !gone[seq] {
				t.Fatalf("round %d: the private part of %d is back", round, seq)
			}
		}
	}
	if size, _ := wantPrefix(t, path); size == 0 {
		t.Error("nothing was ever appended")
	}
}

// Power fails in the middle of writing the log, which then ends anywhere, or
// ends in rubbish. The ledger must come back to the end of a batch.
func TestLogTornAnywhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := mustOpen(t, path)
	ends := map[int64]bool{0: true}
	for size, n := int64(0), 1; n <= 6; n++ {
		mustAppend(t, l, size, n*3)
		size += int64(n * 3)
		ends[size] = true
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int64]bool{}
	for cut := len(log); cut >= 0; cut -= 1013 {
		torn := log[:cut:cut]
		if cut%2 == 0 {
			torn = append(torn, bytes.Repeat([]byte{0xa5}, 3000)...)
		}
		there := filepath.Join(t.TempDir(), "ledger.db")
		copyLedger(t, path, there)
		if err := os.WriteFile(there+"-wal", torn, 0o600); err != nil {
			t.Fatal(err)
		}
		size, _ := wantPrefix(t, there)
		if !ends[size] {
			t.Fatalf("log cut at %d of %d: %d records, which is in the middle of a batch", cut, len(log), size)
		}
		seen[size] = true
	}
	if len(seen) != len(ends) {
		t.Errorf("saw ledgers of %d different sizes, want %d", len(seen), len(ends))
	}
}

// A crash while the file is made leaves another name behind, which must be in
// nobody's way.
func TestCrashWhileCreating(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	for _, suffix := range []string{".new", ".new-wal", ".new-journal", ".lock"} {
		if err := os.WriteFile(path+suffix, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l := mustOpen(t, path)
	mustAppend(t, l, 0, 1)
	if _, err := os.Stat(path + ".new"); err == nil {
		t.Error("the unfinished file is still there")
	}
}
