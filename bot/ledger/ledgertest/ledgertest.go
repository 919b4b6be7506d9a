// Package ledgertest holds the suite that every store of package ledger
// passes, and [Mem], a ledger in memory for the tests of other packages.
//
// The suite settles what the comments of [ledger.Ledger] leave to the reader:
// a range that ends beyond the head yields what there is and then
// [ledger.ErrNotFound]; "up to the head" means the head at the moment the
// iteration starts; a consumer may append and erase inside its loop; an empty
// private part is not the same as none.
//
// It is not a test of speed, nor of damage to a store's files: how those are
// spoilt is each store's own affair, and so are its tests of it.
//
// A store calls [Run] from one of its tests:
//
//	func TestLedger(t *testing.T) {
//		ledgertest.Run(t, func(t *testing.T) ledgertest.Store {
//			return &store{path: filepath.Join(t.TempDir(), "ledger.db")}
//		})
//	}
package ledgertest

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"fanzha/bot/ledger"

	"github.com/google/go-cmp/cmp"
)

// A Store is a place that can hold one ledger: a file, a key prefix.
type Store interface {
	// Open opens the ledger at the place, which is empty the first time and
	// later holds whatever earlier handles appended. The suite closes every
	// handle that it opens, except those that it abandons by Crash.
	Open(ctx context.Context) (ledger.Ledger, error)
}

// A Crasher is a [Store] that can end as a killed process ends. For stores
// without it the crash tests are skipped.
type Crasher interface {
	Store
	// Crash abandons every open handle without closing it; a later Open finds
	// what the killed process left. No call is running when it is called.
	Crash(t *testing.T)
}

// A Contender is a [Store] that defends itself against two writers. For stores
// without it those tests are skipped.
type Contender interface {
	Store
	// Contention returns [ledger.ErrLocked] if a second Open is refused while
	// the first handle is open, [ledger.ErrFenced] if the second Open takes
	// over and the first handle may append no more.
	Contention() error
}

// An Opener returns a new, empty store for one test.
type Opener func(t *testing.T) Store

// Run checks that the stores that open returns keep the contract of
// [ledger.Ledger]. Each property is a subtest with a store of its own.
func Run(t *testing.T, open Opener) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Store)
	}{
		{"a new ledger is empty", testEmpty},
		{"what is appended is read back", testAppend},
		{"an empty batch changes nothing", testEmptyBatch},
		{"any bytes are kept as they are", testBytes},
		{"an append elsewhere than at the head leaves nothing", testBehind},
		{"records are not shared with the caller", testAliasing},
		{"a range is read exactly", testRange},
		{"a range beyond the head is not found", testRangeBeyond},
		{"an iteration may be left early", testBreak},
		{"a loop body may append and erase", testWriteWhileReading},
		{"a cancelled context writes nothing", testCancelled},
		{"large records are kept", testLarge},
		{"many small records are kept", testMany},
		{"an erased private part is gone and its leaf stays", testErase},
		{"erasing what is not there erases nothing", testEraseMissing},
		{"of those who append at one head one wins", testOneWins},
		{"a reader never sees half a batch", testWholeBatches},
		{"everything survives closing", testReopen},
		{"a closed ledger refuses everything", testClosed},
		{"what was acknowledged survives a crash", testCrash},
		{"what was erased stays erased after a crash", testCrashErased},
		{"there is one writer", testContention},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// mustOpen opens st and closes the handle when the test ends.
func mustOpen(t *testing.T, st Store) ledger.Ledger {
	t.Helper()
	l, err := st.Open(t.Context())
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// mustClose closes l.
func mustClose(t *testing.T, l ledger.Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

// mustAppend appends n of the suite's records at at.
func mustAppend(t *testing.T, l ledger.Ledger, at int64, n int) {
	t.Helper()
	if err := l.Append(t.Context(), at, Records(at, n), Checkpoint(at+int64(n))); err != nil {
		t.Fatalf("Append(%d, %d records): %v", at, n, err)
	}
}

// read collects what Read yields before it ends or fails.
func read(ctx context.Context, l ledger.Ledger, from, to int64) ([]ledger.Record, error) {
	var got []ledger.Record
	for r, err := range l.Read(ctx, from, to) {
		if err != nil {
			return got, err
		}
		got = append(got, r)
	}
	return got, nil
}

// wantRead checks that Read(from, to) yields exactly want.
func wantRead(t *testing.T, l ledger.Ledger, from, to int64, want []ledger.Record) {
	t.Helper()
	got, err := read(t.Context(), l, from, to)
	if err != nil {
		t.Fatalf("Read(%d, %d): after %d records: %v", from, to, len(got), err)
	}
	if diff := diffRecords(got, want); diff != "" {
		t.Fatalf("Read(%d, %d): %s", from, to, diff)
	}
}

// wantHead checks the size of l and that its checkpoint is the suite's for it.
func wantHead(t *testing.T, l ledger.Ledger, size int64) {
	t.Helper()
	got, err := l.Head(t.Context())
	if err != nil {
		t.Fatalf("Head: %v", err)
	}
	want := ledger.Head{Size: size}
	if size > 0 {
		want.Checkpoint = Checkpoint(size)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("Head (-want +got):\n%s", diff)
	}
}

// wantOwn checks that l holds the suite's records 0..size-1 and nothing else.
func wantOwn(t *testing.T, l ledger.Ledger, size int64) {
	t.Helper()
	wantHead(t, l, size)
	wantRead(t, l, 0, -1, Records(0, int(size)))
}

// diffRecords names the first difference; a full diff of many records or of
// megabytes would help nobody.
func diffRecords(got, want []ledger.Record) string {
	for i := range min(len(got), len(want)) {
		if !bytes.Equal(got[i].Leaf, want[i].Leaf) || !same(got[i].Private, want[i].Private) {
			return fmt.Sprintf("record %d = %s, want %s", i, describe(got[i]), describe(want[i]))
		}
	}
	if len(got) != len(want) {
		return fmt.Sprintf("yielded %d records, want %d", len(got), len(want))
	}
	return ""
}

// same tells nil from empty, unlike bytes.Equal, and is quick with megabytes,
// unlike cmp.Equal.
func same(got, want []byte) bool {
	return bytes.Equal(got, want) && (got == nil) == (want == nil)
}

func describe(r ledger.Record) string {
	return fmt.Sprintf("{leaf %s, private %s}", describeBytes(r.Leaf), describeBytes(r.Private))
}

func describeBytes(b []byte) string {
	switch {
	case b == nil:
		return "nil"
	case len(b) <= 24:
		return fmt.Sprintf("%q", b)
	default:
		return fmt.Sprintf("%d bytes %q…", len(b), b[:24])
	}
}

// Records returns n records that depend on their sequence numbers alone,
// beginning with from: binary, of varied length, every third without a private
// part. Tests in other processes use it to know what must be there.
func Records(from int64, n int) []ledger.Record {
	out := make([]ledger.Record, n)
	for i := range out {
		seq := from + int64(i)
		out[i].Leaf = noise(seq, 'l', int(1+(seq*37)%120))
		if seq%3 != 0 {
			out[i].Private = noise(seq, 'p', int(1+(seq*53)%200))
		}
	}
	return out
}

// Checkpoint returns what the suite gives as the checkpoint at size. Stores do
// not look inside, so it is no signed note.
func Checkpoint(size int64) []byte {
	return fmt.Appendf(nil, "suite\n%d\n\x00\xff", size)
}

// noise returns size bytes determined by seq and part.
func noise(seq int64, part byte, size int) []byte {
	seed := [32]byte{part}
	binary.BigEndian.PutUint64(seed[1:], uint64(seq))
	out := make([]byte, size)
	rand.NewChaCha8(seed).Read(out) // never fails
	return out
}
