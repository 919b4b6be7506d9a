package chat

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// A linear is a linear model of texts: for what each gram of a text speaks, and
// how strongly. It is learnt from labelled texts by a test (second_train_test.go)
// and only read here. Class 0 is the one that no weight speaks of: its score is
// 0, and the others are measured against it.
type linear struct {
	classes []string
	bias    []float32 // by class
	step    float32   // what one step of a weight is worth
	slots   []slot    // a hash table with open addressing, of 2^(64-shift) slots
	shift   uint
	weights []weight
}

// A slot holds a gram and where its weights stand. Key 0 is a free slot.
type slot struct {
	key    uint64
	lo, hi uint32
}

// A weight is for what class a gram speaks, and by how many steps.
type weight struct {
	class uint8
	steps int8
}

// A symbol is one character of a text, or what several were folded to, with the
// runes of the text that it stands for.
type symbol struct {
	r      rune
	lo, hi int32
}

// Symbols that are no characters.
const (
	textStart rune = 1 + iota
	textEnd
	textMention // somebody is mentioned
	textQuote   // something is quoted
)

// folded is the first of the symbols, beyond all runes, that words are folded to.
const folded rune = unicode.MaxRune + 1

// A view is a text as a model looks at it: all runs of up to n symbols are
// grams, or only those with a folded symbol.
type view struct {
	seq  []symbol
	n    int
	fold bool
}

// keyBits is how many bits of a gram's key a symbol takes: three fit.
const keyBits = 21

// eachGram calls f with the key of every gram, and with the runes it stands for.
func (v view) eachGram(f func(key uint64, lo, hi int32)) {
	for i := range v.seq {
		key, ok := uint64(0), !v.fold
		for j := i; j < min(i+v.n, len(v.seq)); j++ {
			key = key<<keyBits | uint64(v.seq[j].r)
			if ok = ok || v.seq[j].r >= folded; ok {
				f(key, v.seq[i].lo, v.seq[j].hi)
			}
		}
	}
}

// maxSlots bounds a model's table, so that what was seen of it fits the stack.
const maxSlots = 1 << 17

// find returns the slot of a gram, -1 if the gram is unknown.
func (m *linear) find(key uint64) int {
	for i := int(hash(key) >> m.shift); ; i = (i + 1) & (len(m.slots) - 1) {
		switch m.slots[i].key {
		case key:
			return i
		case 0:
			return -1
		}
	}
}

func hash(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 }

// score adds up in z what the grams of all views speak for, by class. A gram
// counts once, however often it occurs, and the sum is divided by the root of
// how many are known, so that a long text does not outweigh by its length.
func (m *linear) score(z []float32, views ...view) (known int) {
	var seen [maxSlots / 64]uint64
	for _, v := range views {
		v.eachGram(func(key uint64, _, _ int32) {
			i := m.find(key)
			if i < 0 || seen[i/64]>>(i%64)&1 != 0 {
				return
			}
			seen[i/64] |= 1 << (i % 64)
			known++
			for _, w := range m.weights[m.slots[i].lo:m.slots[i].hi] {
				z[w.class] += float32(w.steps)
			}
		})
	}
	norm := m.step / float32(math.Sqrt(float64(known+1)))
	for c := range z {
		z[c] = z[c]*norm + m.bias[c]
	}
	return known
}

// because returns the parts of a text that speak most strongly for a class, at
// most three, as they stand in it. A part is made of whole words.
func (m *linear) because(class int, text []rune, words []symbol, views ...view) []string {
	credit := make([]float32, len(text))
	for _, v := range views {
		v.eachGram(func(key uint64, lo, hi int32) {
			i := m.find(key)
			if i < 0 || lo >= hi {
				return
			}
			for _, w := range m.weights[m.slots[i].lo:m.slots[i].hi] {
				for k := lo; k < hi && int(w.class) == class; k++ {
					credit[k] += float32(w.steps) / float32(hi-lo)
				}
			}
		})
	}
	var parts []symbol
	for best := float32(0); len(parts) < 3; {
		p, sum := strongest(text, words, credit)
		if best = max(best, sum); sum <= best/4 {
			break
		}
		parts = append(parts, p)
		for k := p.lo; k < p.hi; k++ {
			credit[k] = float32(math.Inf(-1))
		}
	}
	slices.SortFunc(parts, func(a, b symbol) int { return int(a.lo - b.lo) })
	var out []string
	for _, p := range parts {
		out = append(out, string(text[p.lo:p.hi]))
	}
	return out
}

// strongest returns the run of words of one clause, two to ten runes long, that
// has the most credit.
func strongest(text []rune, words []symbol, credit []float32) (part symbol, most float32) {
	for i, first := range words {
		sum := float32(0)
		for _, w := range words[i:] {
			if w.lo >= w.hi || w.hi-first.lo > 10 || strings.ContainsRune(",。!?;:\n ", text[w.lo]) {
				break
			}
			for _, c := range credit[w.lo:w.hi] {
				sum += c
			}
			if w.hi-first.lo >= 2 && sum > most {
				part, most = symbol{lo: first.lo, hi: w.hi}, sum
			}
		}
	}
	return part, most
}

// secondTable is what the trainer wrote: a line that names what it was trained
// on, and the models.
//
//go:embed second.table
var secondTable string

// A second is the second reader: what it knows of danger, of what replies are for,
// and of those that do not count.
type second struct{ danger, reply, doubt linear }

// secondReader returns the second reader. Its table is read once.
var secondReader = sync.OnceValue(func() *second {
	_, body, _ := strings.Cut(secondTable, "\n")
	s := new(second)
	if rest := s.doubt.decode(s.reply.decode(s.danger.decode([]byte(body)))); len(rest) > 0 {
		panic(fmt.Sprintf("chat: %d bytes too many in the second reader's table", len(rest)))
	}
	return s
})

// decode reads what encode wrote: the classes with their biases, what a step is
// worth, and the grams in the order of their keys, each as its distance from the
// one before. It returns the bytes that follow.
func (m *linear) decode(b []byte) []byte {
	count := func() int {
		n, size := binary.Uvarint(b)
		b = b[size:]
		return int(n)
	}
	float := func() float32 {
		f := math.Float32frombits(binary.LittleEndian.Uint32(b))
		b = b[4:]
		return f
	}
	for range count() {
		n := count()
		m.classes = append(m.classes, string(b[:n]))
		b = b[n:]
		m.bias = append(m.bias, float())
	}
	m.step = float()
	grams, key := count(), uint64(0)
	m.grow(grams)
	for range grams {
		key += uint64(count())
		lo := len(m.weights)
		for range count() {
			m.weights = append(m.weights, weight{b[0], int8(b[1])})
			b = b[2:]
		}
		m.put(key, lo)
	}
	return b
}

// grow makes room for n grams.
func (m *linear) grow(n int) {
	m.shift = 63
	for 1<<(64-m.shift) < n*4/3 {
		m.shift--
	}
	m.slots = make([]slot, 1<<(64-m.shift))
}

// put enters a gram whose weights are those from lo on.
func (m *linear) put(key uint64, lo int) {
	i := int(hash(key) >> m.shift)
	for m.slots[i].key != 0 {
		i = (i + 1) & (len(m.slots) - 1)
	}
	m.slots[i] = slot{key, uint32(lo), uint32(len(m.weights))}
}

// softmax turns scores into probabilities.
func softmax(z []float32) {
	top, sum := slices.Max(z), float32(0)
	for i, v := range z {
		z[i] = float32(math.Exp(float64(v - top)))
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
}

// maxGram is how many symbols a gram has at most.
const maxGram = 64 / keyBits
