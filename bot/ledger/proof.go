package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// A Node is the hash of one complete subtree: that of height Level whose first
// leaf is Index<<Level.
type Node struct {
	Level int
	Index int64
	Hash  tlog.Hash
}

// Prove returns the hashes with which a reader who has only the entries seqs
// (ascending, without repeats) can compute the root of t: those of the largest
// subtrees that hold none of them. l is the ledger that t was built over.
func Prove(ctx context.Context, t *Tree, l Ledger, seqs []int64) ([]Node, error) {
	if !slices.IsSorted(seqs) || len(seqs) > 0 && (seqs[0] < 0 || seqs[len(seqs)-1] >= t.Size()) {
		return nil, fmt.Errorf("proving entries against the first %d: out of order or range", t.Size())
	}
	var nodes []Node
	var indexes []int64
	for level, index := range subtrees(t.Size()) {
		cover(level, index, seqs, func(level int, index int64) {
			nodes = append(nodes, Node{Level: level, Index: index})
			indexes = append(indexes, tlog.StoredHashIndex(level, index))
		})
	}
	hashes, err := t.hashes(ctx, l)(indexes)
	if err != nil {
		return nil, err
	}
	for i := range nodes {
		nodes[i].Hash = hashes[i]
	}
	return nodes, nil
}

// subtrees yields the complete subtrees, from the left, that make up a tree of
// the given size.
func subtrees(size int64) func(yield func(level int, index int64) bool) {
	return func(yield func(int, int64) bool) {
		first := int64(0)
		for level := 62; level >= 0; level-- {
			if size&(1<<level) == 0 {
				continue
			}
			if !yield(level, first>>level) {
				return
			}
			first += 1 << level
		}
	}
}

// cover calls emit for the largest subtrees below (level, index) that hold none
// of seqs.
func cover(level int, index int64, seqs []int64, emit func(int, int64)) {
	lo, _ := slices.BinarySearch(seqs, index<<level)
	hi, _ := slices.BinarySearch(seqs, (index+1)<<level)
	seqs = seqs[lo:hi]
	switch {
	case len(seqs) == 0:
		emit(level, index)
	case len(seqs) < 1<<level: // else every leaf is known
		cover(level-1, 2*index, seqs, emit)
		cover(level-1, 2*index+1, seqs, emit)
	}
}

// A Partial is the tree as known to a reader of some of its entries and of
// the [Node]s of a proof.
type Partial struct {
	hashes map[int64]tlog.Hash // by stored hash index
}

// NewPartial computes all hashes that follow from the given leaves, by
// sequence number, and nodes. It fails if two of them contradict each other,
// naming the place with a *[CorruptError].
func NewPartial(leaves map[int64]tlog.Hash, nodes []Node) (*Partial, error) {
	p := &Partial{make(map[int64]tlog.Hash, 2*len(leaves)+2*len(nodes))}
	levels := make([][]int64, 63)
	for seq, h := range leaves {
		p.hashes[tlog.StoredHashIndex(0, seq)] = h
		levels[0] = append(levels[0], seq)
	}
	for _, n := range nodes {
		if n.Level < 0 || n.Level > 40 || n.Index < 0 || n.Index > 1<<40 {
			return nil, &CorruptError{-1, "证明材料中的位置超出范围"}
		}
		i := tlog.StoredHashIndex(n.Level, n.Index)
		if h, ok := p.hashes[i]; ok && h != n.Hash {
			return nil, &CorruptError{n.Index << n.Level, "证明材料与条目的摘要不符"}
		}
		p.hashes[i] = n.Hash
		levels[n.Level] = append(levels[n.Level], n.Index)
	}
	for level := range 62 {
		for _, index := range levels[level] {
			if index%2 == 1 {
				continue // its left sibling does the work
			}
			left := p.hashes[tlog.StoredHashIndex(level, index)]
			right, ok := p.hashes[tlog.StoredHashIndex(level, index+1)]
			if !ok {
				continue
			}
			up := tlog.StoredHashIndex(level+1, index/2)
			h := tlog.NodeHash(left, right)
			if given, ok := p.hashes[up]; ok {
				if given != h {
					return nil, &CorruptError{index << level, "证明材料自相矛盾"}
				}
				continue
			}
			p.hashes[up] = h
			levels[level+1] = append(levels[level+1], index/2)
		}
	}
	return p, nil
}

// errNotCovered means that a root cannot be computed from what is known.
var errNotCovered = errors.New("证明材料不足以算出该处的总摘要")

// Root returns the root of the first size entries, if it follows from what is
// known.
func (p *Partial) Root(size int64) (tlog.Hash, error) {
	return tlog.TreeHash(size, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			h, ok := p.hashes[index]
			if !ok {
				return nil, errNotCovered
			}
			out[i] = h
		}
		return out, nil
	}))
}
