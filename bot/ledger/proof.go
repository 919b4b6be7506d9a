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
	if !ascending(seqs, t.Size()) {
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

// A Partial is the tree of a signed checkpoint as known to a reader of some of
// its entries and of the proof for just these. It is not safe for concurrent
// use.
type Partial struct {
	size   int64
	seqs   []int64
	leaves []tlog.Hash           // of seqs
	kept   map[subtree]tlog.Hash // the proof, and what was computed of chunks and above
}

type subtree struct {
	level int
	index int64
}

// NewPartial returns the tree of the given size of which the leaf hashes of
// some entries are known: those of seqs, ascending. nodes must be exactly what
// [Prove] returns for them, in its order. Were more allowed, a subtree's hash
// could be given beside forged leaves, which then would prove nothing; so every
// leaf is bound into every root. It returns a *[CorruptError] if nodes are not
// those, or seqs are no entries of the tree.
func NewPartial(size int64, seqs []int64, leaves []tlog.Hash, nodes []Node) (*Partial, error) {
	if !ascending(seqs, size) || len(leaves) != len(seqs) {
		return nil, &CorruptError{-1, fmt.Sprintf("条目的次序不对，或超出台账的 %d 条", size)}
	}
	p := &Partial{size: size, seqs: seqs, leaves: leaves, kept: make(map[subtree]tlog.Hash)}
	var bad error
	for level, index := range subtrees(size) {
		cover(level, index, seqs, func(level int, index int64) {
			switch {
			case bad != nil:
			case len(nodes) == 0 || nodes[0].Level != level || nodes[0].Index != index:
				bad = &CorruptError{index << level, "这里缺少条目，或缺少对它的证明"}
			default:
				p.kept[subtree{level, index}] = nodes[0].Hash
				nodes = nodes[1:]
			}
		})
	}
	if bad == nil && len(nodes) > 0 {
		bad = &CorruptError{-1, fmt.Sprintf("证明材料多出 %d 行", len(nodes))}
	}
	if bad != nil {
		return nil, bad
	}
	return p, nil
}

// ascending reports whether seqs are distinct entries of the first size ones,
// in order.
func ascending(seqs []int64, size int64) bool {
	last := int64(-1)
	for _, seq := range seqs {
		if seq <= last || seq >= size {
			return false
		}
		last = seq
	}
	return true
}

// errNotCovered means that a root cannot be computed from what is known.
var errNotCovered = errors.New("证明材料不足以算出该处的总摘要")

// Root returns the root of the first size entries. It is known for the whole
// tree, and for every size before or after one of the entries; else Root returns
// an error.
func (p *Partial) Root(size int64) (tlog.Hash, error) {
	if size < 0 || size > p.size {
		return tlog.Hash{}, errNotCovered
	}
	if size == 0 {
		return new(Tree).Root(), nil
	}
	var known []tlog.Hash
	for level, index := range subtrees(size) {
		h, ok := p.hash(level, index)
		if !ok {
			return tlog.Hash{}, errNotCovered
		}
		known = append(known, h)
	}
	root := known[len(known)-1]
	for _, h := range slices.Backward(known[:len(known)-1]) {
		root = tlog.NodeHash(h, root)
	}
	return root, nil
}

// hash returns the hash of one complete subtree, if it is known.
func (p *Partial) hash(level int, index int64) (tlog.Hash, bool) {
	s := subtree{level, index}
	if h, ok := p.kept[s]; ok {
		return h, true
	}
	if level == 0 {
		i, ok := slices.BinarySearch(p.seqs, index)
		if !ok {
			return tlog.Hash{}, false
		}
		return p.leaves[i], true
	}
	left, ok := p.hash(level-1, 2*index)
	if !ok {
		return tlog.Hash{}, false
	}
	right, ok := p.hash(level-1, 2*index+1)
	if !ok {
		return tlog.Hash{}, false
	}
	h := tlog.NodeHash(left, right)
	if level >= chunkHeight {
		p.kept[s] = h
	}
	return h, true
}
