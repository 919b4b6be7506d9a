package archive_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/archive"
)

var start = time.Date(2026, 11, 23, 1, 6, 0, 0, time.UTC)

func newKey(t testing.TB, seed byte) *ledger.Key {
	t.Helper()
	k, err := ledger.OpenKey(filepath.Join(t.TempDir(), "key"), "fanzha/test", rand.NewChaCha8([32]byte{seed}))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// entries returns n true records; every third has a private part.
func entries(t testing.TB, n int) []ledger.Record {
	t.Helper()
	salt := rand.NewChaCha8([32]byte{1})
	out := make([]ledger.Record, n)
	for i := range out {
		var p bot.Payload = &bot.DangerRaised{Unit: "jiaoke"}
		if i%3 == 0 {
			p = &bot.CheckedIn{
				Session: "S000001", Member: bot.MemberID(fmt.Sprintf("m%05d", i)), Unit: "jiaoke", Via: bot.ViaCard,
				Private: bot.CheckInEvidence{Person: bot.PersonID(fmt.Sprintf("zhang%05d", i)), Name: "张三"},
			}
		}
		_, r, err := ledger.Seal(int64(i), start.Add(time.Duration(i)*time.Second), p, salt)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = r
	}
	return out
}

// frontier returns the tree over the given records.
func frontier(records []ledger.Record) archive.Frontier {
	var f archive.Frontier
	for _, r := range records {
		f.Add(tlog.RecordHash(r.Leaf))
	}
	return f
}

// part returns the entries from..to-1 of records, signed.
func part(t testing.TB, key *ledger.Key, records []ledger.Record, from, to int) archive.Part {
	t.Helper()
	end := frontier(records[:to])
	signed, err := key.Checkpoint(ledger.Checkpoint{Size: int64(to), Root: end.Root()})
	if err != nil {
		t.Fatal(err)
	}
	return archive.Part{Begin: frontier(records[:from]), To: int64(to), Records: each(records[from:to]), Checkpoint: signed}
}

func each(records []ledger.Record) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// write writes p to a new file and returns its path.
func write(t testing.TB, p archive.Part) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.fzar")
	if err := archive.Write(t.Context(), path, p); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string) *archive.File {
	t.Helper()
	f, err := archive.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// read collects what Read yields before it ends or fails.
func read(t testing.TB, f *archive.File, from, to int64) ([]ledger.Record, error) {
	t.Helper()
	var got []ledger.Record
	for r, err := range f.Read(t.Context(), from, to) {
		if err != nil {
			return got, err
		}
		got = append(got, r)
	}
	return got, nil
}

func wantRead(t testing.TB, f *archive.File, from, to int64, want []ledger.Record) {
	t.Helper()
	got, err := read(t, f, from, to)
	if err != nil || !slices.EqualFunc(got, want, same) {
		t.Errorf("Read(%d, %d) = %d records, %v, want %d", from, to, len(got), err, len(want))
	}
}

func same(a, b ledger.Record) bool {
	return bytes.Equal(a.Leaf, b.Leaf) && bytes.Equal(a.Private, b.Private) && (a.Private == nil) == (b.Private == nil)
}

// wantCorrupt checks that err names the place, -1 if it is no single entry.
func wantCorrupt(t testing.TB, err error, seq int64) {
	t.Helper()
	c, ok := errors.AsType[*ledger.CorruptError](err)
	if !ok || c.Seq != seq {
		t.Errorf("error = %v, want a CorruptError at %d", err, seq)
	}
}

// only checks that path is the only file in its directory.
func only(t testing.TB, path string) {
	t.Helper()
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 || left[0].Name() != filepath.Base(path) {
		t.Errorf("there is %v, %v, want %s alone", left, err, filepath.Base(path))
	}
}
