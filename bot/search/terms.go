package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Where a word stands in a doc. The first two are kept with each posting.
const (
	inTitle uint8 = 1 << iota
	inText
	isTitle // it is the whole title, or the doc's id
)

// A posting is a slot, and inTitle or inText or both in its lowest bits.
type posting uint32

func (p posting) slot() uint32 { return uint32(p >> 2) }
func (p posting) where() uint8 { return uint8(p & 3) }

// postings are in the order of their slots, each slot once.
type postings struct{ list []posting }

func (l *postings) find(slot uint32) (int, bool) {
	return slices.BinarySearchFunc(l.list, slot, func(p posting, s uint32) int { return int(p.slot()) - int(s) })
}

func (l *postings) add(slot uint32, where uint8) {
	p := posting(slot<<2) | posting(where)
	n := len(l.list)
	if n == 0 || l.list[n-1].slot() < slot { // most are new
		l.list = append(l.list, p)
		return
	}
	if i, ok := l.find(slot); ok {
		l.list[i] |= p
	} else {
		l.list = slices.Insert(l.list, i, p)
	}
}

// of returns the list of k, made if there is none.
func of[K comparable](m map[K]*postings, k K) *postings {
	l := m[k]
	if l == nil {
		l = new(postings)
		m[k] = l
	}
	return l
}

// drop takes slot out of the list of k.
func drop[K comparable](m map[K]*postings, k K, slot uint32) {
	l := m[k]
	if l == nil {
		return
	}
	if i, ok := l.find(slot); ok {
		l.list = slices.Delete(l.list, i, i+1)
	}
	if len(l.list) == 0 {
		delete(m, k)
	}
}

// A place is where two characters that follow each other stand: slot, inText or
// not, and the first one's position in runes.
type place uint64

func placeAt(slot uint32, text bool, pos int) place {
	p := place(slot)<<32 | place(pos)
	if text {
		p |= 1 << 31
	}
	return p
}

func (p place) slot() uint32 { return uint32(p >> 32) }

func (p place) where() uint8 {
	if p&(1<<31) != 0 {
		return inText
	}
	return inTitle
}

// places are in their order, each once.
type places struct{ list []place }

func (l *places) add(p place) {
	if n := len(l.list); n == 0 || l.list[n-1] < p { // most are new
		l.list = append(l.list, p)
		return
	}
	if i, ok := slices.BinarySearch(l.list, p); !ok {
		l.list = slices.Insert(l.list, i, p)
	}
}

// drop takes slot out and reports whether nothing is left.
func (l *places) drop(slot uint32) bool {
	from, _ := slices.BinarySearch(l.list, placeAt(slot, false, 0))
	to, _ := slices.BinarySearch(l.list, placeAt(slot+1, false, 0))
	l.list = slices.Delete(l.list, from, to)
	return len(l.list) == 0
}

func pair(a, b rune) uint64 { return uint64(a)<<32 | uint64(b) }

// pairs calls yield with each two Chinese characters of s that follow each other,
// and their position.
func pairs(s string, yield func(key uint64, pos int)) {
	var last rune
	pos := 0
	for _, r := range s {
		if !isHan(r) {
			r = 0
		}
		if r != 0 && last != 0 {
			yield(pair(last, r), pos-1)
		}
		last = r
		pos++
	}
}

// maxPrefix is the longest beginning of a Latin word that has a list of its own,
// in bytes.
const maxPrefix = 8

// prefixes calls yield with the key of each beginning of each Latin word in s.
func prefixes(s string, yield func(uint64)) {
	key, n := uint64(0), 0
	for i, r := range s {
		if r == ' ' || isHan(r) {
			key, n = 0, 0
			continue
		}
		for _, b := range []byte(s[i : i+utf8.RuneLen(r)]) {
			if n++; n <= maxPrefix {
				key = key<<8 | uint64(b)
				yield(key)
			}
		}
	}
}

// prefixKey is the key of the word w, cut to maxPrefix bytes.
func prefixKey(w string) (key uint64) {
	for i := range min(len(w), maxPrefix) {
		key = key<<8 | uint64(w[i])
	}
	return key
}

// list enters a doc's folded words.
func (x *Index) list(slot uint32, title, text string) {
	for i, s := range []string{title, text} {
		where := []uint8{inTitle, inText}[i]
		for _, r := range s {
			if isHan(r) {
				of(x.chars, r).add(slot, where)
			}
		}
		pairs(s, func(k uint64, pos int) {
			l := x.pairs[k]
			if l == nil {
				l = new(places)
				x.pairs[k] = l
			}
			l.add(placeAt(slot, where == inText, pos))
		})
		prefixes(s, func(k uint64) { of(x.latin, k).add(slot, where) })
	}
	x.learn(title)
	x.eachInitials(title, func(k [2]byte) { of(x.initials, k).add(slot, inTitle) })
}

// unlist takes out what list entered.
func (x *Index) unlist(slot uint32) {
	d := &x.docs[slot]
	for _, s := range []string{d.title, d.text} {
		for _, r := range s {
			drop(x.chars, r, slot)
		}
		pairs(s, func(k uint64, _ int) {
			if l := x.pairs[k]; l != nil && l.drop(slot) {
				delete(x.pairs, k)
			}
		})
		prefixes(s, func(k uint64) { drop(x.latin, k, slot) })
	}
	x.eachInitials(d.title, func(k [2]byte) { drop(x.initials, k, slot) })
}

// follow returns those places in a that stand by just as many runes before one
// in b. a is the shorter one.
func follow(a, b []place, by int) []place {
	out := make([]place, 0, len(a))
	for _, p := range a {
		want := place(int64(p) + int64(by))
		if len(b) > 16*len(a) {
			i, _ := slices.BinarySearch(b, want)
			b = b[i:]
		}
		for len(b) > 0 && b[0] < want {
			b = b[1:]
		}
		if len(b) == 0 {
			break
		}
		if b[0] == want {
			out = append(out, p)
		}
	}
	return out
}

// contains reports whether the folded s has w. A Latin word is found by its
// beginning only.
func contains(s, w string) bool {
	first, _ := utf8.DecodeRuneInString(w)
	for off := 0; ; {
		i := strings.Index(s[off:], w)
		if i < 0 {
			return false
		}
		off += i
		before, _ := utf8.DecodeLastRuneInString(s[:off])
		if isHan(first) || off == 0 || before == ' ' || isHan(before) {
			return true
		}
		off++
	}
}
