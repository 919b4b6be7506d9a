package ledger_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// some returns a ledger of n entries, of which later ones have the same
// beginning.
func some(t *testing.T, key *ledger.Key, n int) *ledgertest.Mem {
	t.Helper()
	m := ledgertest.NewMem()
	fill(t, m, key, n, func(i int) bot.Payload {
		if i%3 == 0 {
			return checkIn(i)
		}
		return &bot.DangerRaised{}
	})
	return m
}

func wantCopied(t *testing.T, to, from ledger.Ledger, key *ledger.Key, cp ledger.Checkpoint) {
	t.Helper()
	want, err := from.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := to.Head(t.Context())
	if err != nil || !cmp.Equal(got, want) || cp.Size != want.Size {
		t.Errorf("the copy's head is %v, %v, want %v; told %d", got, err, want, cp.Size)
	}
	if !cmp.Equal(records(t, to), records(t, from)) {
		t.Error("the copy's records are others")
	}
	if _, err := ledger.Load(t.Context(), to, key.Public(), func(ledger.Entry) error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestCopyIsTheSameLedger(t *testing.T) {
	key := newKey(t)
	for _, n := range []int{0, 1, 999, 1000, 1001, 2500} {
		from, to := some(t, key, n), ledgertest.NewMem()
		cp, err := ledger.Copy(t.Context(), to, from, key.Public())
		if err != nil {
			t.Fatalf("%d entries: %v", n, err)
		}
		wantCopied(t, to, from, key, cp)
	}
}

// An interrupted copy is no ledger until it is gone on with.
func TestInterruptedCopyIsGoneOnWith(t *testing.T) {
	key, fault := newKey(t), errors.New("disk full")
	from, to := some(t, key, 3500), ledgertest.NewMem()
	to.FailAppend(func(at int64, _ []ledger.Record) error {
		if at >= 2000 {
			return fault
		}
		return nil
	})
	if _, err := ledger.Copy(t.Context(), to, from, key.Public()); !errors.Is(err, fault) {
		t.Fatalf("Copy = %v", err)
	}
	head, err := to.Head(t.Context())
	if err != nil || head.Size != 2000 || !head.Unfinished() {
		t.Errorf("the head is %v, %v", head, err)
	}
	_, err = ledger.Load(t.Context(), to, key.Public(), func(ledger.Entry) error { return nil })
	wantCorrupt(t, err, -1)
	if err == nil || !strings.Contains(err.Error(), "没有复制完") {
		t.Errorf("Load does not say what it is: %v", err)
	}
	to.FailAppend(nil)
	cp, err := ledger.Copy(t.Context(), to, from, key.Public())
	if err != nil {
		t.Fatal(err)
	}
	wantCopied(t, to, from, key, cp)
}

// A copy of yesterday gets what was appended and loses what was erased since.
func TestCopyIsBroughtUpToDate(t *testing.T) {
	key := newKey(t)
	to := some(t, key, 1000)
	from := some(t, key, 1500)
	if err := from.Erase(t.Context(), 3, 999, 1200); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to do
		cp, err := ledger.Copy(t.Context(), to, from, key.Public())
		if err != nil {
			t.Fatal(err)
		}
		wantCopied(t, to, from, key, cp)
	}
}

func TestCopyOntoSomethingElseIsRefused(t *testing.T) {
	key := newKey(t)
	other := ledgertest.NewMem()
	fill(t, other, key, 5, func(int) bot.Payload { return &bot.DangerRaised{Unit: "x"} })
	erased := some(t, key, 5)
	if err := erased.Erase(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]*ledgertest.Mem{
		"another ledger": other, "a longer one": some(t, key, 11), "one with less in it": erased,
	} {
		before := records(t, to)
		if _, err := ledger.Copy(t.Context(), to, some(t, key, 10), key.Public()); err == nil {
			t.Errorf("%s: Copy = nil", name)
		}
		if !cmp.Equal(records(t, to), before) {
			t.Errorf("%s: the target has changed", name)
		}
	}
}

func TestUnsoundSourceIsNotCopied(t *testing.T) {
	key := newKey(t)
	l, _ := newTampered(t, key)
	l.records = slices.Clone(l.records)
	l.reseal(t, 15, l.at(15), checkIn(99))
	to := ledgertest.NewMem()
	_, err := ledger.Copy(t.Context(), to, l, key.Public())
	wantCorrupt(t, err, -1)
	if head, err := to.Head(t.Context()); err != nil || head.Size != 0 {
		t.Errorf("%d entries were copied, %v", head.Size, err)
	}
	if _, err := ledger.Copy(t.Context(), to, some(t, key, 5), newKey(t, "other", "fanzha/test").Public()); err == nil {
		t.Error("a ledger of another key was copied")
	}
}

// A store that does not give back what it was given is found out.
func TestCopyIsReadBack(t *testing.T) {
	key := newKey(t)
	_, err := ledger.Copy(t.Context(), &forgetful{some(t, key, 0)}, some(t, key, 10), key.Public())
	wantCorrupt(t, err, 7)
}

// A forgetful ledger gives entry 7 back otherwise than it was.
type forgetful struct{ *ledgertest.Mem }

func (l *forgetful) Read(ctx context.Context, from, to int64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for r, err := range l.Mem.Read(ctx, from, to) {
			if from++; from == 8 {
				r.Leaf = r.Leaf[1:]
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
