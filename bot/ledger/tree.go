package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// chunkHeight is the height of the lowest level of hashes that a [Tree] keeps.
// A chunk is 256 entries: a million entries need 250 kB, and a proof re-reads
// at most 256 leaves for each entry proven.
const (
	chunkHeight = 8
	chunkSize   = 1 << chunkHeight
)

// A Tree is the Merkle tree over the leaves of a ledger. It keeps the hashes of
// whole chunks and above, and all those of the last, unfinished chunk.
// The zero Tree is the tree of the empty ledger.
//
// A Tree is not safe for concurrent use.
type Tree struct {
	size int64
	// levels[h][i] is the hash of the i-th complete subtree of height
	// chunkHeight+h.
	levels [][]tlog.Hash
	// tail[h][i] is that of the i-th complete subtree of height h in the
	// unfinished chunk, so that the root after each commit costs little.
	tail [chunkHeight][]tlog.Hash
}

// Size returns the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Add appends one leaf, given by its hash.
func (t *Tree) Add(leafHash tlog.Hash) {
	t.size++
	h := leafHash
	for level := range t.tail {
		if t.tail[level] == nil {
			t.tail[level] = make([]tlog.Hash, 0, chunkSize>>level)
		}
		t.tail[level] = append(t.tail[level], h)
		n := len(t.tail[level])
		if n%2 == 1 {
			return
		}
		h = tlog.NodeHash(t.tail[level][n-2], h)
	}
	for level := range t.tail {
		t.tail[level] = t.tail[level][:0]
	}
	for level := 0; ; level++ {
		if level == len(t.levels) {
			t.levels = append(t.levels, nil)
		}
		t.levels[level] = append(t.levels[level], h)
		n := len(t.levels[level])
		if n%2 == 1 {
			return
		}
		h = tlog.NodeHash(t.levels[level][n-2], h)
	}
}

// foldAll returns the root of a complete subtree, given its leaf hashes, whose
// number is a power of two.
func foldAll(leaves []tlog.Hash) tlog.Hash {
	h := append([]tlog.Hash(nil), leaves...)
	for len(h) > 1 {
		for i := range len(h) / 2 {
			h[i] = tlog.NodeHash(h[2*i], h[2*i+1])
		}
		h = h[:len(h)/2]
	}
	return h[0]
}

// Root returns the tree's root hash. That of the empty tree is the SHA-256 of
// nothing.
func (t *Tree) Root() tlog.Hash {
	if t.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	h, err := tlog.TreeHash(t.size, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			if level >= chunkHeight {
				out[i] = t.levels[level-chunkHeight][n]
				continue
			}
			out[i] = t.tail[level][n-(t.size&^(chunkSize-1))>>level]
		}
		return out, nil
	}))
	if err != nil {
		panic("unreachable: the root of a tree needs only hashes that it keeps: " + err.Error())
	}
	return h
}

// Clone returns a copy that does not change when t grows.
func (t *Tree) Clone() *Tree {
	c := &Tree{size: t.size, levels: make([][]tlog.Hash, len(t.levels))}
	for level, h := range t.tail {
		c.tail[level] = append(make([]tlog.Hash, 0, chunkSize>>level), h...)
	}
	for i, l := range t.levels {
		c.levels[i] = l[:len(l):len(l)] // complete levels are only appended to
	}
	return c
}

// hashes returns a reader of any hash of t, which re-reads leaves of l where t
// does not keep them.
func (t *Tree) hashes(ctx context.Context, l Ledger) tlog.HashReaderFunc {
	cache := make(map[int64][]tlog.Hash) // first entry of a chunk → leaf hashes
	chunk := func(first int64) ([]tlog.Hash, error) {
		if first == t.size&^(chunkSize-1) {
			return t.tail[0], nil
		}
		if h, ok := cache[first]; ok {
			return h, nil
		}
		h := make([]tlog.Hash, 0, chunkSize)
		for rec, err := range l.Read(ctx, first, min(first+chunkSize, t.size)) {
			if err != nil {
				return nil, fmt.Errorf("reading leaves for a proof: %w", err)
			}
			h = append(h, tlog.RecordHash(rec.Leaf))
		}
		if len(cache) >= 64 {
			clear(cache)
		}
		cache[first] = h
		return h, nil
	}
	return func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			if level >= chunkHeight {
				out[i] = t.levels[level-chunkHeight][n]
				continue
			}
			first := n << level
			leaves, err := chunk(first &^ (chunkSize - 1))
			if err != nil {
				return nil, err
			}
			first &= chunkSize - 1
			out[i] = foldAll(leaves[first : first+1<<level])
		}
		return out, nil
	}
}
