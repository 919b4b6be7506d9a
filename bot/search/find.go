package search

import (
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// A Query asks for docs. Its zero value finds nothing.
type Query struct {
	// Words are parted by blanks or punctuation, and a hit has all of them. Only
	// the first 64 characters and the first eight words are read.
	Words string
	// Office is true only for an answer in the office's private chat. Without it,
	// only alerts that everybody may see are found.
	Office bool
	// Kinds are those wanted; none means all.
	Kinds []Kind
	// Unit, unless "", leaves out what belongs to other units; what belongs to the
	// county stays.
	Unit bot.UnitID
	// From and To bound At: not before From, before To; zero means no bound. A
	// person is of no time: for him they bound the check-ins that are counted.
	From, To time.Time
	// Limit is how many hits to return; [DefaultLimit] if it is not positive.
	Limit int
}

// DefaultLimit is how many hits a Query without a limit gets.
const DefaultLimit = 20

const (
	maxQuery = 64 // characters
	maxWords = 8
)

// A Result is the best hits, and how many there are in all.
type Result struct {
	Hits  []Hit
	Total int
}

// A Hit is one doc that was found.
type Hit struct {
	Kind Kind
	// ID is the doc's. That of a person is made of his unit and his name, and so
	// as personal as Title.
	ID   string
	Unit bot.UnitID
	// At is the doc's time, in UTC; a person's is that of his last check-in, zero
	// if there is none.
	At    time.Time
	Title string
	State bot.AlertState

	// Listed is how many lines of the unit's roster have the person's name, and
	// Members who bears it, in order of their ids. None of them is known to be in
	// more than one person's Hit.
	Listed  int
	Members []Presence

	// Sessions and CheckIns are a push's: in all, or those of the Query's unit.
	Sessions, CheckIns int
}

// Presence is how often a member checked in.
type Presence struct {
	Member   bot.MemberID
	CheckIns int       // within the Query's bounds
	LastAt   time.Time // of all, to the second; zero if there is none
}

// Find answers q: first docs with just that title (or id), then those with all
// words in the title, then the rest; among equals the newer first, then by kind
// and id. It changes nothing.
func (x *Index) Find(q Query) Result {
	words := q.words()
	if len(words) == 0 {
		return Result{}
	}
	found := x.match(words[0])
	for _, w := range words[1:] {
		if len(found.slots) == 0 {
			break
		}
		found.retain(x.match(w))
	}
	f, ok := x.filter(q)
	if !ok {
		return Result{}
	}
	best := best{x: x, limit: min(max(q.Limit, 0), len(found.slots))}
	if q.Limit <= 0 {
		best.limit = DefaultLimit
	}
	exact := exactly(words)
	total := 0
	for _, slot := range found.slots {
		h := &x.heads[slot]
		if !f.admits(h) {
			continue
		}
		total++
		best.offer(ranked{x.rank(slot, found.where[slot], exact), h.at, slot})
	}
	out := Result{Total: total}
	for _, r := range best.end() {
		out.Hits = append(out.Hits, x.hit(r.slot, q))
	}
	return out
}

// words returns the folded words of q.
func (q Query) words() []string {
	n := 0
	for i := range q.Words {
		if n++; n > maxQuery {
			q.Words = q.Words[:i]
			break
		}
	}
	words := strings.Fields(fold(q.Words))
	return words[:min(len(words), maxWords)]
}

// matches are the slots that have a word, in any order.
type matches struct {
	slots []uint32
	where []uint8 // of each slot, 0 if it is not among them
}

func (m *matches) add(slot uint32, where uint8) {
	if where == 0 {
		return
	}
	if m.where[slot] == 0 {
		m.slots = append(m.slots, slot)
	}
	m.where[slot] |= where
}

// retain leaves only what o has as well; a title has both words or it is none.
func (m *matches) retain(o matches) {
	m.slots = slices.DeleteFunc(m.slots, func(s uint32) bool { return o.where[s] == 0 })
	for _, s := range m.slots {
		m.where[s] = m.where[s] & o.where[s] & inTitle
	}
}

// match returns the docs that have the folded word w.
func (x *Index) match(w string) matches {
	m := matches{where: make([]uint8, len(x.docs))}
	if strings.ContainsFunc(w, isHan) {
		x.matchHan(w, &m)
		return m
	}
	if l := x.latin[prefixKey(w)]; l != nil {
		x.verify(l.list, w, len(w) > maxPrefix, &m)
	}
	if isSpelling(w) {
		x.matchSpelled(w, &m)
	}
	for k := range lastKind + 1 {
		for _, id := range []string{w, strings.ToUpper(w)} {
			if slot, ok := x.slots[key{k, id}]; ok && k != Person {
				m.add(slot, inTitle|isTitle)
			}
		}
	}
	return m
}

// matchHan adds the docs that have w, in which there is Chinese.
func (x *Index) matchHan(w string, m *matches) {
	r := []rune(w)
	if len(r) == 1 {
		x.verify(x.having(r[0]), w, false, m)
		return
	}
	if slices.ContainsFunc(r, func(r rune) bool { return !isHan(r) }) {
		rarest, _ := x.rarest(r)
		x.verify(rarest, w, true, m)
		return
	}
	for _, p := range x.phrase(r) {
		m.add(p.slot(), p.where())
	}
}

// rarest returns the docs that have the character of r that the fewest have.
func (x *Index) rarest(r []rune) (rarest []posting, ok bool) {
	for _, c := range r {
		if l := x.having(c); isHan(c) && (!ok || len(l) < len(rarest)) {
			rarest, ok = l, true
		}
	}
	return rarest, ok
}

// phrase returns a place in each run of text for each time that it has r, which
// is all Chinese.
func (x *Index) phrase(r []rune) []place {
	type part struct {
		at   int
		list []place
	}
	var parts []part
	for at := 0; at < len(r); at += 2 { // every character is in some pair
		at = min(at, len(r)-2)
		l := x.pairs[pair(r[at], r[at+1])]
		if l == nil {
			return nil
		}
		parts = append(parts, part{at, l.list})
	}
	slices.SortFunc(parts, func(a, b part) int { return len(a.list) - len(b.list) })
	found := parts[0].list
	for _, p := range parts[1:] {
		found = follow(found, p.list, p.at-parts[0].at)
	}
	return found
}

// verify adds those of list that have w. If doubtful is false, all of them do.
func (x *Index) verify(list []posting, w string, doubtful bool, m *matches) {
	for _, p := range list {
		where := p.where()
		if doubtful {
			d := &x.docs[p.slot()]
			if where&inTitle != 0 && !contains(d.title, w) {
				where &^= inTitle
			}
			if where&inText != 0 && !contains(d.text, w) {
				where &^= inText
			}
		}
		m.add(p.slot(), where)
	}
}

// matchSpelled adds the docs in whose titles w can be read as pinyin. In each
// way to read it, the first character takes some letters: all of w, or so many
// that the next begins the second character.
func (x *Index) matchSpelled(w string, m *matches) {
	for _, r := range x.sounds.by[w] {
		for _, p := range x.having(r) {
			if p.where()&inTitle == 0 {
				continue
			}
			where := inTitle
			if x.heads[p.slot()].runes == 1 {
				where |= isTitle
			}
			m.add(p.slot(), where)
		}
	}
	for i := 1; i < len(w) && len(x.sounds.by[w[:i]]) > 0; i++ {
		l := x.initials[[2]byte{w[0], w[i]}]
		if l == nil {
			continue
		}
		for _, p := range l.list {
			if len(w) == 2 { // no more to read
				where := inTitle
				if x.heads[p.slot()].runes == 2 {
					where |= isTitle
				}
				m.add(p.slot(), where)
				continue
			}
			if found, whole := x.sounds.spell(x.docs[p.slot()].title, w); whole {
				m.add(p.slot(), inTitle|isTitle)
			} else if found {
				m.add(p.slot(), inTitle)
			}
		}
	}
}

// having returns the docs that have the character r.
func (x *Index) having(r rune) []posting {
	if l := x.chars[r]; l != nil {
		return l.list
	}
	return nil
}

// hit shows the doc in slot as an answer to q.
func (x *Index) hit(slot uint32, q Query) Hit {
	d, h := &x.docs[slot], &x.heads[slot]
	out := Hit{Kind: h.kind, ID: d.id, Unit: d.unit, At: time.UnixMilli(h.at).UTC(), Title: d.shown, State: d.state}
	for _, n := range d.sessions {
		if s := &x.opened[n]; q.Unit == "" || s.unit == q.Unit {
			out.Sessions++
			out.CheckIns += int(s.checkIns)
		}
	}
	if d.who != nil {
		out.Listed = d.who.listed
		out.Members = x.people.presences(d.who, q.From, q.To)
	}
	return out
}
