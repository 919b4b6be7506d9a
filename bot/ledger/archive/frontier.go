package archive

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// levels is one more than the height of the largest tree of fewer than maxSize
// leaves.
const levels = 61

// A Frontier is what must be known of a Merkle tree to let it grow and to tell
// its root: the hash of each of the complete subtrees that it is made of, one
// for each 1-bit of its size. The zero Frontier is that of the empty tree.
//
// Frontiers are values: copies are independent, and equal ones are ==.
type Frontier struct {
	size int64
	// hashes[h] is that of the subtree of height h; zero if there is none.
	hashes [levels]tlog.Hash
}

// Size returns the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Add appends one leaf, given by its hash.
func (f *Frontier) Add(leafHash tlog.Hash) {
	level := 0
	for ; f.has(level); level++ {
		leafHash = tlog.NodeHash(f.hashes[level], leafHash)
		f.hashes[level] = tlog.Hash{}
	}
	f.hashes[level] = leafHash
	f.size++
}

// has reports whether there is a subtree of the given height.
func (f *Frontier) has(level int) bool { return f.size>>level&1 == 1 }

// Root returns the tree's root hash. That of the empty tree is the SHA-256 of
// nothing.
func (f *Frontier) Root() tlog.Hash {
	if f.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	level := bits.TrailingZeros64(uint64(f.size))
	root := f.hashes[level]
	for level++; level < levels; level++ {
		if f.has(level) {
			root = tlog.NodeHash(f.hashes[level], root)
		}
	}
	return root
}

// append appends the hashes to b, the highest subtree first.
func (f *Frontier) append(b []byte) []byte {
	for level := levels - 1; level >= 0; level-- {
		if f.has(level) {
			b = append(b, f.hashes[level][:]...)
		}
	}
	return b
}

// frontierBytes is how many bytes append appends for a tree of the given size.
func frontierBytes(size int64) int64 {
	return int64(bits.OnesCount64(uint64(size))) * tlog.HashSize
}

// readFrontier is the inverse of append; b has just the bytes for size.
func readFrontier(size int64, b []byte) Frontier {
	f := Frontier{size: size}
	for level := levels - 1; level >= 0; level-- {
		if f.has(level) {
			b = b[copy(f.hashes[level][:], b):]
		}
	}
	return f
}
