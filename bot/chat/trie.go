package chat

import "fanzha/bot"

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
	nodes []node
	words []word
}

type node struct {
	next map[rune]int32
	word int32 // index+1 into words; 0 if no word ends here
}

func newTrie() *trie { return &trie{nodes: []node{{}}} }

// add enters s. Classes of a string entered twice are joined; the first value
// and the first unit stay.
func (t *trie) add(s string, w word) {
	at := int32(0)
	for _, r := range s {
		n := &t.nodes[at]
		if n.next == nil {
			n.next = make(map[rune]int32)
		}
		next, ok := n.next[r]
		if !ok {
			next = int32(len(t.nodes))
			n.next[r] = next
			t.nodes = append(t.nodes, node{})
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
		next, ok := t.nodes[at].next[r]
		if !ok {
			return false
		}
		at = next
	}
	return t.nodes[at].word != 0
}

// each calls f with the length and the word of every word that begins at
// text[i], shortest first.
func (t *trie) each(text []rune, i int, f func(n int, w *word)) {
	at := int32(0)
	for k := i; k < len(text); k++ {
		next, ok := t.nodes[at].next[text[k]]
		if !ok {
			return
		}
		at = next
		if w := t.nodes[at].word; w != 0 {
			f(k+1-i, &t.words[w-1])
		}
	}
}
