package sqlite_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/ledger/sqlite"
)

// Somebody may look at a ledger that is open, at one that is not, and at one whose
// process was killed; he changes nothing and is in nobody's way.
func TestPeekNeedsNoLock(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "ledger.db")
	l, err := sqlite.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	peek := func(want int64) {
		t.Helper()
		h, err := sqlite.Peek(ctx, path)
		if err != nil || h.Size != want || want > 0 && !bytes.Equal(h.Checkpoint, ledgertest.Checkpoint(want)) {
			t.Fatalf("Peek = %d, %q, %v, want size %d", h.Size, h.Checkpoint, err, want)
		}
	}
	peek(0)
	for at := int64(0); at < 40; at += 20 {
		if err := l.Append(ctx, at, ledgertest.Records(at, 20), ledgertest.Checkpoint(at+20)); err != nil {
			t.Fatal(err)
		}
		peek(at + 20)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	peek(40)
	if got, head, err := readAll(t, path); err != nil || len(got) != 40 || head.Size != 40 {
		t.Errorf("after it: %d of %d records, %v", len(got), head.Size, err)
	}
}

func TestPeekRefusesWhatIsNoLedger(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	none := filepath.Join(dir, "none.db")
	if _, err := sqlite.Peek(ctx, none); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("it made %v", files)
	}
	text, empty, cut := filepath.Join(dir, "text.db"), filepath.Join(dir, "empty.db"), mustMake(t, 30)
	for path, data := range map[string]string{text: "not a ledger, but as long as the header of one: 0123456789012345678901234567890123456789012345678901234567890123456789", empty: ""} {
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tamper(t, cut, `DELETE FROM records WHERE seq >= 20`)
	for _, path := range []string{text, empty, cut, dir} {
		_, err := sqlite.Peek(ctx, path)
		if _, ok := errors.AsType[*ledger.CorruptError](err); !ok {
			t.Errorf("of %s: %v", filepath.Base(path), err)
		}
	}
}
