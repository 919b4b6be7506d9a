package ledger_test

import (
	"math/rand/v2"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot/ledger"
)

// A storage is all the hashes of a tree as tlog itself stores them.
type storage []tlog.Hash

func (s *storage) add(t testing.TB, n int64, h tlog.Hash) {
	t.Helper()
	more, err := tlog.StoredHashesForRecordHash(n, h, s)
	if err != nil {
		t.Fatal(err)
	}
	*s = append(*s, more...)
}

func (s *storage) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = (*s)[x]
	}
	return out, nil
}

func (s *storage) root(t testing.TB, n int64) tlog.Hash {
	t.Helper()
	h, err := tlog.TreeHash(n, s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestTreeRootIsThatOfTlogAtEverySize(t *testing.T) {
	var tree ledger.Tree
	var want storage
	for n := int64(0); n <= 3000; n++ {
		// Every size around whole chunks, and a sample of the others.
		if m := n % 256; m < 3 || m > 253 || n%37 == 0 {
			if got := tree.Root(); got != want.root(t, n) {
				t.Fatalf("root of %d leaves is %v, want %v", n, got, want.root(t, n))
			}
		}
		if tree.Size() != n {
			t.Fatalf("Size() = %d, want %d", tree.Size(), n)
		}
		h := leafHash(n)
		tree.Add(h)
		want.add(t, n, h)
	}
}

func TestCloneStaysWhatItWas(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var tree ledger.Tree
	type copied struct {
		tree *ledger.Tree
		root tlog.Hash
		size int64
	}
	var clones []copied
	for n := range int64(3000) {
		tree.Add(leafHash(n))
		if rng.IntN(40) == 0 {
			clones = append(clones, copied{tree.Clone(), tree.Root(), tree.Size()})
		}
	}
	for _, c := range clones {
		if c.tree.Root() != c.root || c.tree.Size() != c.size {
			t.Errorf("the clone at %d has changed", c.size)
		}
	}
	// A clone may grow another way, which neither the tree nor others see.
	root := tree.Root()
	for _, c := range clones {
		for n := range int64(300) {
			c.tree.Add(leafHash(-n))
		}
	}
	if tree.Root() != root {
		t.Error("growing a clone changed the tree")
	}
}
