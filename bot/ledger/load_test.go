package ledger_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// A tampered ledger hands out whatever somebody made of its files.
type tampered struct {
	ledger.Ledger
	records []ledger.Record
	head    ledger.Head
}

func (l *tampered) Head(context.Context) (ledger.Head, error) { return l.head, nil }

func (l *tampered) Read(_ context.Context, from, to int64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		if to < 0 {
			to = int64(len(l.records))
		}
		for _, r := range l.records[from:to] {
			if !yield(r, nil) {
				return
			}
		}
	}
}

const size = 20

// entryAfter returns the next payload: entry 10 is a shown checkpoint, every
// third has a private part.
func entryAfter(t *ledger.Tree) bot.Payload {
	switch n := t.Size(); {
	case n == 10:
		return ledger.Checkpoint{Size: 10, Root: t.Root()}.Witnessed()
	case n%3 == 0:
		return checkIn(int(n))
	}
	return &bot.DangerRaised{}
}

// newTampered returns a sound ledger of size entries, and the checkpoints at
// every size.
func newTampered(t *testing.T, key *ledger.Key) (*tampered, [][]byte) {
	t.Helper()
	var tree ledger.Tree
	l := &tampered{}
	signed := [][]byte{nil}
	for i := range size {
		e, rec := mustSeal(t, int64(i), start.Add(time.Duration(i)*time.Second), entryAfter(&tree))
		tree.Add(e.Hash)
		l.records = append(l.records, rec)
		c, err := key.Checkpoint(ledger.Checkpoint{Size: tree.Size(), Root: tree.Root()})
		if err != nil {
			t.Fatal(err)
		}
		signed = append(signed, c)
	}
	l.head = ledger.Head{Size: size, Checkpoint: signed[size]}
	return l, signed
}

// reseal replaces entry seq by another one of just as good a form.
func (l *tampered) reseal(t *testing.T, seq int64, at time.Time, p bot.Payload) {
	t.Helper()
	_, l.records[seq] = mustSeal(t, seq, at, p)
}

func (l *tampered) at(seq int) time.Time { return start.Add(time.Duration(seq) * time.Second) }

func TestLoadNamesThePlaceOfEveryChange(t *testing.T) {
	key, foreign := newKey(t), newKey(t, "other", "fanzha/test")
	_, signed := newTampered(t, key)
	for _, c := range []struct {
		name   string
		place  int64 // -1 if only the whole does not fit
		tamper func(t *testing.T, l *tampered)
	}{
		{"a byte of a leaf", 10, func(t *testing.T, l *tampered) {
			l.records[4].Leaf = bytes.Replace(l.records[4].Leaf, []byte("01:06:04"), []byte("01:06:03"), 1)
		}},
		{"a byte that breaks the form", 4, func(t *testing.T, l *tampered) { l.records[4].Leaf[0] = '[' }},
		{"an entry written anew before what was shown outside", 10, func(t *testing.T, l *tampered) { l.reseal(t, 5, l.at(5), &bot.DangerRaised{Unit: "x"}) }},
		{"an entry written anew after it", -1, func(t *testing.T, l *tampered) { l.reseal(t, 15, l.at(15), checkIn(99)) }},
		{"the last entry written anew", -1, func(t *testing.T, l *tampered) {
			l.reseal(t, size-1, l.at(size-1), &bot.DangerRaised{Unit: "x"})
		}},
		{"the first entry deleted", 0, func(t *testing.T, l *tampered) { l.records = l.records[1:] }},
		{"an entry deleted", 7, func(t *testing.T, l *tampered) { l.records = slices.Delete(l.records, 7, 8) }},
		{"two entries swapped", 7, func(t *testing.T, l *tampered) { l.records[7], l.records[8] = l.records[8], l.records[7] }},
		{"an entry repeated", 8, func(t *testing.T, l *tampered) { l.records = slices.Insert(l.records, 8, l.records[7]) }},
		{"an entry added", size, func(t *testing.T, l *tampered) {
			_, rec := mustSeal(t, size, l.at(size), &bot.DangerRaised{})
			l.records = append(l.records, rec)
		}},
		{"two private parts swapped", 3, func(t *testing.T, l *tampered) {
			l.records[3].Private, l.records[6].Private = l.records[6].Private, l.records[3].Private
		}},
		{"a private part edited", 3, func(t *testing.T, l *tampered) {
			l.records[3].Private = bytes.Replace(l.records[3].Private, []byte("张三"), []byte("李四"), 1)
		}},
		{"a private part where there is none", 4, func(t *testing.T, l *tampered) { l.records[4].Private = l.records[3].Private }},
		{"the tail cut", size - 1, func(t *testing.T, l *tampered) { l.records = l.records[:size-1] }},
		{"the tail cut and the size with it", size - 2, func(t *testing.T, l *tampered) {
			l.records, l.head.Size = l.records[:size-2], size-2
		}},
		{"an old head", size - 3, func(t *testing.T, l *tampered) { l.head.Checkpoint = signed[size-3] }},
		{"the head cut to nothing", 0, func(t *testing.T, l *tampered) { l.head = ledger.Head{} }},
		{"everything deleted", 0, func(t *testing.T, l *tampered) { l.records = nil }},
		{"no head", -1, func(t *testing.T, l *tampered) { l.head.Checkpoint = nil }},
		{"a damaged head", -1, func(t *testing.T, l *tampered) {
			l.head.Checkpoint = bytes.Replace(l.head.Checkpoint, []byte("\n20\n"), []byte("\n21\n"), 1)
		}},
		{"a head of a foreign key", -1, func(t *testing.T, l *tampered) { l.head.Checkpoint = foreignHead(t, foreign, l) }},
		{"another ledger's head", -1, func(t *testing.T, l *tampered) {
			var err error
			if l.head.Checkpoint, err = key.Sign("fanzha/other\n20\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"); err != nil {
				t.Fatal(err)
			}
		}},
		{"time going back", 12, func(t *testing.T, l *tampered) { l.reseal(t, 12, l.at(11).Add(-time.Millisecond), &bot.DangerRaised{}) }},
		{"a shown checkpoint of another size", 10, func(t *testing.T, l *tampered) {
			root := base64.StdEncoding.EncodeToString(rootOf(l.records[:10])[:])
			l.reseal(t, 10, l.at(10), &bot.CheckpointWitnessed{Size: 9, Root: root})
		}},
		{"a shown checkpoint of another root", 10, func(t *testing.T, l *tampered) {
			l.reseal(t, 10, l.at(10), &bot.CheckpointWitnessed{Size: 10, Root: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="})
		}},
		{"all of it put together again without the key", -1, func(t *testing.T, l *tampered) {
			l.reseal(t, 15, l.at(15), checkIn(99))
			l.head.Checkpoint = foreignHead(t, foreign, l)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, _ := newTampered(t, key)
			c.tamper(t, l)
			_, err := ledger.Load(t.Context(), l, key.Public(), func(ledger.Entry) error { return nil })
			wantCorrupt(t, err, c.place)
			if err != nil && c.place >= 0 && !strings.Contains(err.Error(), fmt.Sprintf("第 %d 条", c.place)) {
				t.Errorf("the text does not name the place: %v", err)
			}
		})
	}
}

// foreignHead signs what l holds now with another key.
func foreignHead(t *testing.T, key *ledger.Key, l *tampered) []byte {
	t.Helper()
	signed, err := key.Checkpoint(ledger.Checkpoint{Size: int64(len(l.records)), Root: *rootOf(l.records)})
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func rootOf(records []ledger.Record) *tlog.Hash {
	var tree ledger.Tree
	for _, r := range records {
		tree.Add(tlog.RecordHash(r.Leaf))
	}
	root := tree.Root()
	return &root
}

// A ledger cut back to a state that was once signed is a true ledger; only a
// checkpoint that somebody has kept tells that it is an old one.
func TestRollbackShowsAgainstAKeptCheckpoint(t *testing.T) {
	key := newKey(t)
	l, signed := newTampered(t, key)
	kept, err := ledger.OpenCheckpoint(key.Public(), signed[size])
	if err != nil {
		t.Fatal(err)
	}
	l.records, l.head = l.records[:12], ledger.Head{Size: 12, Checkpoint: signed[12]}
	tree, err := ledger.Load(t.Context(), l, key.Public(), func(ledger.Entry) error { return nil })
	if err != nil {
		t.Fatalf("Load of an old but true ledger: %v", err)
	}
	if tree.Size() >= kept.Size {
		t.Errorf("Load tells of %d entries, the kept checkpoint of %d", tree.Size(), kept.Size)
	}
}

func TestLoadHandsOutEveryEntryInOrder(t *testing.T) {
	key := newKey(t)
	l, _ := newTampered(t, key)
	l.records[3].Private = nil // erased: every proof stays valid
	var next int64
	tree, err := ledger.Load(t.Context(), l, key.Public(), func(e ledger.Entry) error {
		if e.Seq != next || e.Erased != (next == 3) {
			t.Errorf("entry %d (erased %t) after %d", e.Seq, e.Erased, next-1)
		}
		next++
		return nil
	})
	if err != nil || tree.Size() != size || next != size {
		t.Fatalf("Load = %d entries, %v", next, err)
	}
	if got, err := ledger.OpenCheckpoint(key.Public(), l.head.Checkpoint); err != nil || got.Root != tree.Root() {
		t.Errorf("the tree does not fit the head: %v", err)
	}
}

func TestLoadOfNothingIsTheEmptyTree(t *testing.T) {
	tree, err := ledger.Load(t.Context(), ledgertest.NewMem(), newKey(t).Public(), nil)
	if err != nil || tree.Size() != 0 || tree.Root() != new(ledger.Tree).Root() {
		t.Errorf("Load of an empty ledger = %v, %v", tree, err)
	}
}

func TestLoadPassesErrorsOn(t *testing.T) {
	key := newKey(t)
	l, _ := newTampered(t, key)
	_, err := ledger.Load(t.Context(), l, key.Public(), func(e ledger.Entry) error {
		if e.Seq == 4 {
			return errors.New("boom")
		}
		return nil
	})
	wantCorrupt(t, err, 4)
	closed := ledgertest.NewMem()
	closed.Close()
	if _, err := ledger.Load(t.Context(), closed, key.Public(), nil); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("Load of a closed ledger = %v", err)
	}
}

// Whoever follows a ledger may ask at every size whether it is the signed one.
func TestCheckerFollowsFromHeadToHead(t *testing.T) {
	key := newKey(t)
	l, signed := newTampered(t, key)
	var c ledger.Checker
	for i, rec := range l.records {
		head := ledger.Head{Size: int64(i), Checkpoint: signed[i]}
		if err := c.Head(head, key.Public()); err != nil {
			t.Fatalf("at %d: %v", i, err)
		}
		for _, wrong := range []ledger.Head{
			{Size: int64(i) + 1, Checkpoint: signed[i+1]},
			{Size: int64(i) - 1, Checkpoint: signed[max(i-1, 0)]},
			{Size: int64(i + 1), Checkpoint: signed[i]},
		} {
			if err := c.Head(wrong, key.Public()); err == nil {
				t.Errorf("at %d a head of %d entries is taken", i, wrong.Size)
			}
		}
		// What does not fit changes nothing: the right one may still come.
		if _, err := c.Next(l.records[(i+1)%size]); err == nil {
			t.Errorf("at %d another record is taken", i)
		}
		if e, err := c.Next(rec); err != nil || e.Seq != int64(i) || c.Tree().Size() != int64(i)+1 {
			t.Fatalf("Next = entry %d, %v, want %d", e.Seq, err, i)
		}
	}
	if err := c.Head(l.head, key.Public()); err != nil {
		t.Error(err)
	}
}
