package ledgertest

import (
	"errors"
	"testing"

	"fanzha/bot/ledger"
)

func testReopen(t *testing.T, st Store) {
	size := int64(0)
	for _, n := range []int{0, 1, 5, 0, 90} {
		l := mustOpen(t, st)
		wantOwn(t, l, size)
		mustAppend(t, l, size, n)
		size += int64(n)
		wantOwn(t, l, size)
		mustClose(t, l)
	}
	wantOwn(t, mustOpen(t, st), size)
}

func testClosed(t *testing.T, st Store) {
	l := mustOpen(t, st)
	const size = 1500 // beyond what a store might have read already
	mustAppend(t, l, 0, size)
	var midway error
	n := 0
	for _, err := range l.Read(t.Context(), 0, -1) {
		midway = err
		if n++; n == 1 {
			mustClose(t, l)
		}
	}
	if midway != nil && !errors.Is(midway, ledger.ErrClosed) {
		t.Errorf("Read closed midway = %v, want ErrClosed or all records", midway)
	}
	if midway == nil && n != size {
		t.Errorf("Read closed midway ended silently after %d of %d records", n, size)
	}
	mustClose(t, l) // idempotent

	_, errHead := l.Head(t.Context())
	_, errRead := read(t.Context(), l, 0, -1)
	for name, err := range map[string]error{
		"Head":         errHead,
		"Read":         errRead,
		"Append":       l.Append(t.Context(), size, Records(size, 1), Checkpoint(size+1)),
		"Append empty": l.Append(t.Context(), size, nil, nil),
		"Erase":        l.Erase(t.Context(), 1),
		"Erase none":   l.Erase(t.Context()),
	} {
		if !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("%s after Close = %v, want ErrClosed", name, err)
		}
	}
	wantOwn(t, mustOpen(t, st), size)
}

// testCrash ends the process, as it were, after each append.
func testCrash(t *testing.T, st Store) {
	c, ok := st.(Crasher)
	if !ok {
		t.Skip("the store cannot crash")
	}
	size := int64(0)
	for i := range 12 {
		l := mustOpen(t, st)
		wantOwn(t, l, size)
		for range i % 3 { // some appends before the last, none read back
			mustAppend(t, l, size, 2)
			size += 2
		}
		mustAppend(t, l, size, 1+i*5)
		size += int64(1 + i*5)
		c.Crash(t)
	}
	wantOwn(t, mustOpen(t, st), size)
}

func testCrashErased(t *testing.T, st Store) {
	c, ok := st.(Crasher)
	if !ok {
		t.Skip("the store cannot crash")
	}
	l := mustOpen(t, st)
	mustAppend(t, l, 0, 9)
	if err := l.Erase(t.Context(), 2, 7); err != nil {
		t.Fatal(err)
	}
	c.Crash(t)
	wantRead(t, mustOpen(t, st), 0, -1, without(9, 2, 7))
}

func testContention(t *testing.T, st Store) {
	c, ok := st.(Contender)
	if !ok {
		t.Skip("the store does not defend itself against two writers")
	}
	first := mustOpen(t, st)
	mustAppend(t, first, 0, 2)
	switch want := c.Contention(); want {
	case ledger.ErrLocked:
		wantLocked(t, st, first)
	case ledger.ErrFenced:
		wantFenced(t, st, first)
	default:
		t.Fatalf("Contention() = %v, want ErrLocked or ErrFenced", want)
	}
}

// wantLocked checks that nobody else gets in while first is open.
func wantLocked(t *testing.T, st Store, first ledger.Ledger) {
	for range 2 {
		second, err := st.Open(t.Context())
		if !errors.Is(err, ledger.ErrLocked) {
			t.Fatalf("second Open = %v, %v, want ErrLocked", second, err)
		}
		mustAppend(t, first, mustSize(t, first), 1)
	}
	mustClose(t, first)
	wantOwn(t, mustOpen(t, st), 4)
}

// wantFenced checks that a second opening takes the right to append from first.
func wantFenced(t *testing.T, st Store, first ledger.Ledger) {
	second := mustOpen(t, st)
	for range 2 {
		err := first.Append(t.Context(), mustSize(t, second), []ledger.Record{{Leaf: []byte("late")}}, []byte("late"))
		if !errors.Is(err, ledger.ErrFenced) {
			t.Errorf("Append through the older handle = %v, want ErrFenced", err)
		}
		mustAppend(t, second, mustSize(t, second), 1)
	}
	wantOwn(t, second, 4)
}

func mustSize(t *testing.T, l ledger.Ledger) int64 {
	t.Helper()
	h, err := l.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h.Size
}
