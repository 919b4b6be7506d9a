package ledger_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// A world is a ledger, its tree, and what tlog says of them.
type world struct {
	mem    *ledgertest.Mem
	tree   *ledger.Tree
	hashes []tlog.Hash // of the leaves
	want   storage
}

func newWorld(t *testing.T, n int) world {
	t.Helper()
	w := world{mem: ledgertest.NewMem(), tree: new(ledger.Tree)}
	fill(t, w.mem, newKey(t), n, func(int) bot.Payload { return &bot.DangerRaised{} })
	for i, r := range records(t, w.mem) {
		h := tlog.RecordHash(r.Leaf)
		w.hashes = append(w.hashes, h)
		w.tree.Add(h)
		w.want.add(t, int64(i), h)
	}
	return w
}

// upTo returns the world when it had n entries.
func (w world) upTo(n int) world {
	tree := new(ledger.Tree)
	for _, h := range w.hashes[:n] {
		tree.Add(h)
	}
	return world{w.mem, tree, w.hashes[:n], w.want}
}

func (w world) leaves(seqs []int64) []tlog.Hash {
	out := make([]tlog.Hash, len(seqs))
	for i, s := range seqs {
		out[i] = w.hashes[s]
	}
	return out
}

// subset returns some of the first n numbers: scattered ones and one stretch.
func subset(rng *rand.Rand, n int) []int64 {
	lo := rng.IntN(n + 1)
	hi := lo + rng.IntN(n-lo+1)
	var out []int64
	for i := range n {
		if i >= lo && i < hi || rng.IntN(1+n/8) == 0 {
			out = append(out, int64(i))
		}
	}
	return out
}

func TestProofGivesEveryRootBesideItsEntries(t *testing.T) {
	all := newWorld(t, 1200)
	rng := rand.New(rand.NewPCG(2, 1))
	for _, n := range []int{1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 600, 1200} {
		w := all.upTo(n)
		for range 6 {
			seqs := subset(rng, n)
			nodes, err := ledger.Prove(t.Context(), w.tree, w.mem, seqs)
			if err != nil {
				t.Fatal(err)
			}
			p, err := ledger.NewPartial(int64(n), seqs, w.leaves(seqs), nodes)
			if err != nil {
				t.Fatalf("%d of %d entries: %v", len(seqs), n, err)
			}
			sizes := []int64{0, int64(n)}
			for _, s := range seqs {
				sizes = append(sizes, s, s+1)
			}
			for _, size := range sizes {
				if got, err := p.Root(size); err != nil || got != w.want.root(t, size) {
					t.Fatalf("%d of %d entries: Root(%d) = %v, %v", len(seqs), n, size, got, err)
				}
			}
		}
	}
}

func TestPartialKnowsNoRootAwayFromItsEntries(t *testing.T) {
	w := newWorld(t, 600)
	seqs := []int64{300}
	nodes, err := ledger.Prove(t.Context(), w.tree, w.mem, seqs)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ledger.NewPartial(600, seqs, w.leaves(seqs), nodes)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{-1, 5, 299, 511, 601, 1 << 62} {
		if h, err := p.Root(size); err == nil {
			t.Errorf("Root(%d) = %v, want an error", size, h)
		}
	}
}

// Whoever drops, adds, alters or moves any hash of a proof, or any entry, does
// not arrive at the root.
func TestNoOtherProofIsTaken(t *testing.T) {
	w := newWorld(t, 300)
	rng := rand.New(rand.NewPCG(3, 1))
	for range 20 {
		seqs := subset(rng, 300)
		if len(seqs) == 0 || len(seqs) == 300 {
			continue
		}
		nodes, err := ledger.Prove(t.Context(), w.tree, w.mem, seqs)
		if err != nil {
			t.Fatal(err)
		}
		refused := func(what string, size int64, seqs []int64, leaves []tlog.Hash, nodes []ledger.Node) {
			t.Helper()
			p, err := ledger.NewPartial(size, seqs, leaves, nodes)
			if err != nil {
				var c *ledger.CorruptError
				if !errors.As(err, &c) {
					t.Errorf("%s: error is %T", what, err)
				}
				return
			}
			if root, err := p.Root(size); err == nil && root == w.want.root(t, 300) {
				t.Errorf("%s: the root still comes out", what)
			}
		}
		leaves := w.leaves(seqs)
		for i, n := range nodes {
			altered := slices.Clone(nodes)
			altered[i].Hash[rng.IntN(32)] ^= 1
			refused("altered node", 300, seqs, leaves, altered)
			altered[i] = ledger.Node{Level: n.Level, Index: n.Index ^ 1, Hash: n.Hash}
			refused("moved node", 300, seqs, leaves, altered)
			refused("dropped node", 300, seqs, leaves, slices.Delete(slices.Clone(nodes), i, i+1))
			refused("repeated node", 300, seqs, leaves, slices.Insert(slices.Clone(nodes), i, n))
		}
		for i := range seqs {
			altered := slices.Clone(leaves)
			altered[i][0] ^= 1
			refused("altered entry", 300, seqs, altered, nodes)
			refused("dropped entry", 300, slices.Delete(slices.Clone(seqs), i, i+1), slices.Delete(slices.Clone(leaves), i, i+1), nodes)
		}
		swapped := slices.Clone(leaves)
		if len(swapped) > 1 {
			swapped[0], swapped[1] = swapped[1], swapped[0]
			refused("swapped entries", 300, seqs, swapped, nodes)
		}
		refused("another size", 301, seqs, leaves, nodes)
		refused("no nodes", 300, seqs, leaves, nil)
		refused("a leaf too few", 300, seqs, leaves[1:], nodes)
	}
}

// The trap: with the hash of a subtree given as well, forged leaves below it
// would not change the root, and so would prove nothing.
func TestForgedEntryCannotHideBelowATrueSubtree(t *testing.T) {
	w := newWorld(t, 256)
	whole := []ledger.Node{{Level: 8, Index: 0, Hash: w.want.root(t, 256)}}
	seqs := []int64{7}
	_, err := ledger.NewPartial(256, seqs, []tlog.Hash{leafHash(666)}, whole)
	wantCorrupt(t, err, 0)
	nodes, err := ledger.Prove(t.Context(), w.tree, w.mem, seqs)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ledger.NewPartial(256, seqs, []tlog.Hash{leafHash(666)}, append(nodes, whole...))
	wantCorrupt(t, err, -1)
}

func TestProveRefusesWhatIsNoListOfEntries(t *testing.T) {
	w := newWorld(t, 10)
	for name, seqs := range map[string][]int64{
		"out of order": {3, 2}, "repeated": {3, 3}, "negative": {-1}, "beyond the end": {10},
	} {
		if _, err := ledger.Prove(t.Context(), w.tree, w.mem, seqs); err == nil {
			t.Errorf("%s: Prove(%v) = nil, want an error", name, seqs)
		}
		if _, err := ledger.NewPartial(10, seqs, make([]tlog.Hash, len(seqs)), nil); err == nil {
			t.Errorf("%s: NewPartial(%v) = nil, want an error", name, seqs)
		}
	}
}

func TestProveTellsThatTheLedgerCannotBeRead(t *testing.T) {
	w := newWorld(t, 300)
	w.mem.Close()
	if _, err := ledger.Prove(t.Context(), w.tree, w.mem, []int64{5}); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("Prove over a closed ledger = %v", err)
	}
}

// Sizes and places from a file may be anything.
func TestHugeProofsCostNothing(t *testing.T) {
	for _, size := range []int64{1, 1 << 40, 1<<62 + 5, 1<<63 - 1} {
		_, err := ledger.NewPartial(size, []int64{0}, make([]tlog.Hash, 1), []ledger.Node{{Level: 62, Index: 1 << 62}})
		if err == nil {
			t.Errorf("size %d: a proof of one strange node is taken", size)
		}
	}
}
