package chat

import (
	"slices"

	"fanzha/bot"
)

// A class is what kinds of word a token is: a set, one bit each.
type class uint64

// A word is what the lexicon knows of one string.
type word struct {
	class class
	// val is the word's plain form or meaning, for example 公出 for 出差;
	// empty if the word itself will do.
	val  string
	unit bot.UnitID
	// note says which unit was taken where the name is not its own.
	note string
}

// A trie finds the words that begin at a place of a text. It is built once
// and then only read.
type trie struct {
	first [1 << 16]int32 // the node after a first character; 0 if there is none
	nodes []node
	words []word
}

type node struct {
	edges []edge // by their characters
	word  int32  // index+1 into words; 0 if no word ends here
}

type edge struct {
	r  rune
	to int32
}

func newTrie() *trie { return &trie{nodes: []node{{}}} }

// step returns the node that r leads to from node at, or 0.
func (t *trie) step(at int32, r rune) int32 {
	if at == 0 && r < 1<<16 {
		return t.first[r]
	}
	edges := t.nodes[at].edges
	lo, hi := 0, len(edges)
	for lo < hi {
		switch mid := (lo + hi) / 2; {
		case edges[mid].r == r:
			return edges[mid].to
		case edges[mid].r < r:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0
}

// grow makes a node that r leads to from node at.
func (t *trie) grow(at int32, r rune) int32 {
	to := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{})
	if at == 0 && r < 1<<16 {
		t.first[r] = to
		return to
	}
	n := &t.nodes[at]
	i, _ := slices.BinarySearchFunc(n.edges, r, func(e edge, r rune) int { return int(e.r - r) })
	n.edges = slices.Insert(n.edges, i, edge{r, to})
	return to
}

// add enters s. Classes of a string entered twice are joined; the first value
// and the first unit stay.
func (t *trie) add(s string, w word) {
	at := int32(0)
	for _, r := range s {
		next := t.step(at, r)
		if next == 0 {
			next = t.grow(at, r)
		}
		at = next
	}
	n := &t.nodes[at]
	if n.word == 0 {
		t.words = append(t.words, w)
		n.word = int32(len(t.words))
		return
	}
	old := &t.words[n.word-1]
	old.class |= w.class
	if old.val == "" {
		old.val = w.val
	}
	if old.unit == "" {
		old.unit, old.note = w.unit, w.note
	}
}

// has reports whether s is a word of t.
func (t *trie) has(s string) bool {
	at := int32(0)
	for _, r := range s {
		if at = t.step(at, r); at == 0 {
			return false
		}
	}
	return t.nodes[at].word != 0
}

// classes returns all classes of the words that stand anywhere in text.
func (t *trie) classes(text []rune) class {
	all := class(0)
	for i := range text {
		t.each(text, i, func(_ int, w *word) { all |= w.class })
	}
	return all
}

// each calls f with the length and the word of every word that begins at
// text[i], shortest first.
func (t *trie) each(text []rune, i int, f func(n int, w *word)) {
	at := int32(0)
	for k := i; k < len(text); k++ {
		if at = t.step(at, text[k]); at == 0 {
			return
		}
		if w := t.nodes[at].word; w != 0 {
			f(k+1-i, &t.words[w-1])
		}
	}
}
