package ledgertest

import (
	"errors"
	"testing"

	"fanzha/bot/ledger"
)

// without returns the suite's first n records with the private parts of seqs
// taken out.
func without(n int, seqs ...int64) []ledger.Record {
	out := Records(0, n)
	for _, seq := range seqs {
		out[seq].Private = nil
	}
	return out
}

func testErase(t *testing.T, st Store) {
	l := mustOpen(t, st)
	mustAppend(t, l, 0, 20)
	erase := func(seqs ...int64) {
		t.Helper()
		if err := l.Erase(t.Context(), seqs...); err != nil {
			t.Fatalf("Erase(%v): %v", seqs, err)
		}
	}
	erase()
	wantRead(t, l, 0, -1, without(20))
	erase(4)
	wantRead(t, l, 0, -1, without(20, 4))
	erase(4) // again
	erase(3) // has no private part
	erase(19, 1, 1, 4, 10)
	want := without(20, 1, 4, 10, 19)
	wantRead(t, l, 0, -1, want)
	wantHead(t, l, 20)

	mustClose(t, l)
	l = mustOpen(t, st)
	wantRead(t, l, 0, -1, want)
	mustAppend(t, l, 20, 2)
	wantRead(t, l, 0, -1, without(22, 1, 4, 10, 19))
}

func testEraseMissing(t *testing.T, st Store) {
	l := mustOpen(t, st)
	if err := l.Erase(t.Context(), 0); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("Erase(0) of an empty ledger = %v, want ErrNotFound", err)
	}
	mustAppend(t, l, 0, 5)
	for _, seqs := range [][]int64{{5}, {-1}, {1, 2, 5}, {1 << 40, 4}} {
		if err := l.Erase(t.Context(), seqs...); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("Erase(%v) = %v, want ErrNotFound", seqs, err)
		}
		wantOwn(t, l, 5)
	}
}
