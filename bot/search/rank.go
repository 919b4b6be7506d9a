package search

import (
	"cmp"
	"slices"
	"strings"
)

// A filter is what a Query asks for beside its words.
type filter struct {
	office   bool
	kinds    [lastKind + 1]bool
	byUnit   bool
	unit     uint32 // and the county's
	county   uint32
	from, to int64
}

// filter returns q's; ok is false if nothing can pass it.
func (x *Index) filter(q Query) (f filter, ok bool) {
	f = filter{office: q.Office, from: -1 << 63, to: 1<<63 - 1, unit: ^uint32(0), county: ^uint32(0)}
	for k := range f.kinds {
		f.kinds[k] = len(q.Kinds) == 0
	}
	for _, k := range q.Kinds {
		if k <= lastKind {
			f.kinds[k] = true
		}
	}
	if n, ok := x.units[""]; ok {
		f.county = n
	}
	if n, ok := x.units[q.Unit]; ok {
		f.unit = n
	}
	f.byUnit = q.Unit != ""
	if !q.From.IsZero() {
		f.from = q.From.UnixMilli()
	}
	if !q.To.IsZero() {
		f.to = q.To.UnixMilli()
	}
	return f, f.from < f.to
}

func (f *filter) admits(h *head) bool {
	return (f.office || h.open) && f.kinds[h.kind] &&
		(!f.byUnit || h.unit == f.unit || h.unit == f.county) &&
		(h.kind == Person || h.at >= f.from && h.at < f.to)
}

// Ranks, best first.
const (
	byName uint8 = iota
	byTitle
	byText
)

type ranked struct {
	rank uint8
	at   int64
	slot uint32
}

// best keeps the best of what it is offered. It sorts only now and then.
type best struct {
	x     *Index
	limit int
	kept  []ranked
	full  bool // kept[limit-1] is worse than limit-1 others
}

func (b *best) compare(p, q ranked) int {
	if c := cmp.Or(cmp.Compare(p.rank, q.rank), cmp.Compare(q.at, p.at)); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(b.x.heads[p.slot].kind, b.x.heads[q.slot].kind), cmp.Compare(b.x.docs[p.slot].id, b.x.docs[q.slot].id))
}

func (b *best) offer(r ranked) {
	if b.full && b.compare(r, b.kept[b.limit-1]) > 0 {
		return
	}
	if b.kept = append(b.kept, r); len(b.kept) >= 2*b.limit {
		b.end()
		b.full = true
	}
}

func (b *best) end() []ranked {
	slices.SortFunc(b.kept, b.compare)
	b.kept = b.kept[:min(len(b.kept), b.limit)]
	return b.kept
}

// A wording is the words of a query as one title.
type wording struct {
	whole, closed string // closed up, as names are
	runes         uint16
	one           bool // just one word
}

func exactly(words []string) wording {
	whole := strings.Join(words, " ")
	return wording{whole, closeUp(whole), runeCount(whole), len(words) == 1}
}

// rank says how good a hit the doc in slot is, in which the words stand where.
func (x *Index) rank(slot uint32, where uint8, w wording) uint8 {
	switch {
	case where&isTitle != 0 && w.one:
		return byName
	case where&inTitle == 0:
		return byText
	case x.heads[slot].runes > w.runes: // most are: their titles need not be read
		return byTitle
	}
	if title := x.docs[slot].title; title == w.whole || title == w.closed {
		return byName
	}
	return byTitle
}
