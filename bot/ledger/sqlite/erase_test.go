package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/sqlite"
)

// grep counts text in all the files of the ledger at path.
func grep(t *testing.T, path, text string) int {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("Glob = %q, %v", files, err)
	}
	n := 0
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(data, []byte(text))
	}
	return n
}

// Erased private parts, short ones inside a page and long ones that have pages
// of their own, are in none of the files, while the ledger is open and after.
func TestEraseRemovesTheBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := mustOpen(t, path)
	const size = 300
	var batch []ledger.Record
	var seqs []int64
	for i := range size {
		part := "keepsake"
		if i%3 == 0 {
			part = "掩埋SECRET"
			seqs = append(seqs, int64(i))
		}
		text := fmt.Sprintf("%s-%04d-", part, i)
		batch = append(batch, ledger.Record{
			Leaf:    []byte(strings.Repeat("leaf", 10)),
			Private: []byte(strings.Repeat(text, 1+i%7*200*(i%2))),
		})
	}
	for at := range size { // one by one, so that pages are rewritten in the log
		if err := l.Append(t.Context(), int64(at), batch[at:at+1], []byte("c")); err != nil {
			t.Fatal(err)
		}
	}
	if grep(t, path, "SECRET") < len(seqs) {
		t.Fatal("the text is not in the files to begin with")
	}
	if err := l.Erase(t.Context(), seqs...); err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{"open", "closed"} {
		if n := grep(t, path, "SECRET"); n != 0 {
			t.Errorf("the erased text stands %d times in the files of the %s ledger", n, state)
		}
		if grep(t, path, "keepsake") < size-len(seqs) {
			t.Errorf("too much was erased")
		}
		l.Close()
	}
	if _, _, err := readAll(t, path); err != nil {
		t.Error(err)
	}
}

// A crash between erasing and emptying the log is made good by opening.
func TestOpenFinishesAnErase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := mustOpen(t, path)
	if err := l.Append(t.Context(), 0, []ledger.Record{{Private: []byte("SECRET")}}, []byte("c")); err != nil {
		t.Fatal(err)
	}
	there := filepath.Join(t.TempDir(), "ledger.db")
	copyLedger(t, path, there) // with the text in the log
	tamper(t, there, `PRAGMA wal_autocheckpoint = 0`)
	l2 := mustOpen(t, there)
	if info, err := os.Stat(there + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("after Open the log is %v, %v, want it empty", info, err)
	}
	l2.Close()
}

// While another program reads an older state, the log cannot be emptied: Erase
// says so, and succeeds when the reader is gone.
func TestEraseWaitsForOtherReaders(t *testing.T) {
	path := mustMake(t, 10)
	l := mustOpen(t, path)
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM records`).Scan(&n); err != nil || n != 10 {
		t.Fatal(n, err)
	}
	sqlite.SetBusyTimeout(t, l, 20)
	if err := l.Erase(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "另有程序正在读取") {
		t.Errorf("Erase beside a reader = %v, want a hint", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := l.Erase(t.Context(), 1); err != nil {
		t.Errorf("Erase again = %v", err)
	}
}

// Erasing computes a new checksum; it must not do so over damage.
func TestEraseDoesNotHideDamage(t *testing.T) {
	path := mustMake(t, 10)
	tamper(t, path, `UPDATE records SET leaf = x'00' WHERE seq = 4`)
	l := mustOpen(t, path)
	err := l.Erase(t.Context(), 1, 4)
	wantCorrupt(t, err, 4)
	if err := l.Erase(t.Context(), 10); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("Erase(10) = %v, want ErrNotFound", err)
	}
	for r, err := range l.Read(t.Context(), 1, 2) {
		if err != nil || r.Private == nil {
			t.Errorf("Read(1) = %v, %v, want it whole", r, err)
		}
	}
}
