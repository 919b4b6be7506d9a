package archive_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/archive"
	"fanzha/bot/ledger/ledgertest"
)

var update = flag.Bool("update", false, "write the golden file anew")

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 1100)
	for _, c := range []struct{ from, to int }{{0, 0}, {0, 1}, {0, 255}, {0, 256}, {0, 257}, {3, 8}, {500, 500}, {7, 1100}, {256, 1024}} {
		p := part(t, key, records, c.from, c.to)
		path := write(t, p)
		only(t, path)
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file has mode %v, %v", info.Mode(), err)
		}
		f := open(t, path)
		if f.From() != int64(c.from) || f.To() != int64(c.to) || !bytes.Equal(f.Checkpoint(), p.Checkpoint) {
			t.Errorf("%v: the file says %d to %d", c, f.From(), f.To())
		}
		if f.Begin() != p.Begin || f.End() != frontier(records[:c.to]) {
			t.Errorf("%v: the frontiers are others", c)
		}
		wantRead(t, f, f.From(), -1, records[c.from:c.to])
		if err := f.Check(t.Context()); err != nil {
			t.Errorf("%v: Check = %v", c, err)
		}
		if cp, err := f.Verify(t.Context(), key.Public()); err != nil || cp.Size != int64(c.to) {
			t.Errorf("%v: Verify = %v, %v", c, cp, err)
		}
	}
}

// The stores' suite has records of any bytes, with empty private parts too.
func TestAnyBytesAreKept(t *testing.T) {
	records := append(ledgertest.Records(0, 300), ledger.Record{Leaf: []byte{}, Private: []byte{}}, ledger.Record{Leaf: make([]byte, 3<<20), Private: make([]byte, 1<<20)})
	f := open(t, write(t, archive.Part{To: 302, Records: each(records), Checkpoint: ledgertest.Checkpoint(302)}))
	wantRead(t, f, 0, 302, records)
	if err := f.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := f.Verify(t.Context(), newKey(t, 1).Public()); err == nil {
		t.Error("noise was verified")
	}
}

func TestRangesAreReadExactly(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 900)
	f := open(t, write(t, part(t, key, records, 100, 900)))
	rng := rand.New(rand.NewPCG(1, 1))
	for range 100 {
		from := 100 + rng.IntN(801)
		to := from + rng.IntN(901-from)
		wantRead(t, f, int64(from), int64(to), records[from:to])
	}
	for _, c := range []struct{ from, to, yields int64 }{{-1, 5, 0}, {99, 101, 0}, {0, -1, 0}, {890, 901, 10}, {900, 901, 0}, {5000, 5001, 0}} {
		got, err := read(t, f, c.from, c.to)
		if !errors.Is(err, ledger.ErrNotFound) || int64(len(got)) != c.yields {
			t.Errorf("Read(%d, %d) = %d records, %v, want %d and ErrNotFound", c.from, c.to, len(got), err, c.yields)
		}
	}
	wantRead(t, f, 5, 5, nil)
	wantRead(t, f, 900, -1, nil)
	for range f.Read(t.Context(), 200, 400) {
		break // may be left early
	}
	f.Close()
	if _, err := read(t, f, 100, 200); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("Read of a closed file = %v", err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("second Close = %v", err)
	}
}

// Files that follow each other are chained by their frontiers.
func TestFilesFollowEachOther(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 700)
	var begin archive.Frontier
	for _, to := range []int{300, 301, 700} {
		p := part(t, key, records, int(begin.Size()), to)
		p.Begin = begin
		f := open(t, write(t, p))
		if _, err := f.Verify(t.Context(), key.Public()); err != nil {
			t.Fatalf("to %d: %v", to, err)
		}
		begin = f.End()
	}
}

func TestFrontierIsThatOfTheTree(t *testing.T) {
	var f archive.Frontier
	var tree ledger.Tree
	for i := range 1500 {
		if f.Root() != tree.Root() || f.Size() != tree.Size() {
			t.Fatalf("after %d leaves the roots differ", i)
		}
		before := f
		h := tlog.RecordHash([]byte{byte(i), byte(i >> 8)})
		f.Add(h)
		tree.Add(h)
		if before.Size() != int64(i) || before.Root() == f.Root() {
			t.Fatal("a copy has changed")
		}
	}
}

func TestOmittedPrivatePartsStayOut(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 30)
	p := part(t, key, records, 0, 30)
	p.Omit = func(seq int64) bool { return seq == 3 || seq == 4 }
	path := write(t, p)
	f := open(t, path)
	if got, err := read(t, f, 0, -1); err != nil || got[3].Private != nil || got[6].Private == nil {
		t.Errorf("entry 3 has %q, 6 has %q, %v", got[3].Private, got[6].Private, err)
	}
	if _, err := f.Verify(t.Context(), key.Public()); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(path); err != nil || bytes.Contains(b, []byte("zhang00003")) || !bytes.Contains(b, []byte("zhang00006")) {
		t.Errorf("the file's bytes hold what was left out: %v", err)
	}
}

func TestEraseTakesPrivatePartsOutOfTheFile(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 600)
	path := write(t, part(t, key, records, 10, 600))
	// A crash has left something behind, with what is now erased.
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), ".a.fzar-123"), []byte("zhang00012"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := archive.Erase(t.Context(), path, 12, 13, 300); err != nil {
			t.Fatal(err)
		}
		only(t, path)
	}
	b, err := os.ReadFile(path)
	if err != nil || bytes.Contains(b, []byte("zhang00012")) || bytes.Contains(b, []byte("zhang00300")) || !bytes.Contains(b, []byte("zhang00303")) {
		t.Errorf("the file's bytes hold what was erased: %v", err)
	}
	if _, err := open(t, path).Verify(t.Context(), key.Public()); err != nil {
		t.Error(err)
	}
	for _, seq := range []int64{-1, 9, 600} {
		if err := archive.Erase(t.Context(), path, 15, seq); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("Erase(15, %d) = %v", seq, err)
		}
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, b) {
		t.Error("a refused Erase has changed the file")
	}
}

// A write that fails leaves the former file and nothing else.
func TestFailedWriteLeavesTheFormerFile(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 20)
	good := part(t, key, records, 0, 20)
	path := write(t, good)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fault := errors.New("boom")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		part func(p archive.Part) archive.Part
		want error
	}{
		"reading fails": {part: func(p archive.Part) archive.Part { p.Records = failing(records, fault); return p }, want: fault},
		"too few":       {part: func(p archive.Part) archive.Part { p.To = 21; return p }, want: ledger.ErrNotFound},
		"too many":      {part: func(p archive.Part) archive.Part { p.To = 19; return p }},
		"backwards":     {part: func(p archive.Part) archive.Part { p.Begin = frontier(records); p.To = 3; return p }},
		"cancelled":     {ctx: cancelled, part: func(p archive.Part) archive.Part { return p }, want: context.Canceled},
		"too large": {part: func(p archive.Part) archive.Part {
			p.Records, p.To = each([]ledger.Record{{Leaf: make([]byte, 17<<20)}}), 1
			return p
		}},
	} {
		if c.ctx == nil {
			c.ctx = t.Context()
		}
		err := archive.Write(c.ctx, path, c.part(good))
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: Write = %v, want %v", name, err, c.want)
		}
		only(t, path)
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, before) {
			t.Errorf("%s: the former file has changed", name)
		}
	}
	if err := archive.Write(t.Context(), filepath.Join(path, "x", "y"), good); err == nil {
		t.Error("Write into a directory that is none = nil")
	}
}

func failing(records []ledger.Record, err error) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for _, r := range records[:3] {
			if !yield(r, nil) {
				return
			}
		}
		yield(ledger.Record{}, err)
	}
}

// The format of files that are in somebody's safe may not change.
func TestFormatIsTheGoldenOne(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 8)
	records[6].Private = nil
	path := write(t, part(t, key, records, 3, 8))
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/v1.fzar"
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the bytes are\n%s\nwant\n%s", hex.Dump(got), hex.Dump(want))
	}
	f := open(t, golden)
	wantRead(t, f, 3, -1, records[3:])
	if _, err := f.Verify(t.Context(), key.Public()); err != nil {
		t.Error(err)
	}
}

func TestNewerFormatIsNotCalledDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new")
	if err := os.WriteFile(path, []byte("fanzha archive 2\n whatever"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := archive.Open(path)
	if err == nil || errors.As(err, new(*ledger.CorruptError)) || !strings.Contains(err.Error(), "升级") {
		t.Errorf("Open = %v", err)
	}
	if _, err := archive.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Open of no file = %v", err)
	}
	_, err = archive.Open(t.TempDir())
	wantCorrupt(t, err, -1)
}
