package search

import (
	"cmp"
	"slices"
	"time"

	"fanzha/bot"
)

// This file keeps who bears which name in which unit, and the check-ins. A
// person's doc is a name in a unit: whether the 张三 of the roster and the 张三
// who spoke are one is for package directory to say; here both are one hit, which
// tells how many lines and which members it stands for.

// people are all who were ever met or listed.
type people struct {
	members  byID[bot.MemberID, *member]
	byPerson map[bot.PersonID]*member
	lines    map[bot.PersonID]line // the one roster line with a platform id
	rosters  map[bot.UnitID][]bot.RosterLine
	records  [][]record // in blocks, so that growing copies nothing
}

func newPeople() people {
	return people{
		members: newByID[bot.MemberID, *member]('m', 5), byPerson: make(map[bot.PersonID]*member),
		lines: make(map[bot.PersonID]line), rosters: make(map[bot.UnitID][]bot.RosterLine),
	}
}

// A member has the name of the roster line with his platform id, or else the one
// that he gave.
type member struct {
	slot    uint32 // of his name's doc, and one; 0 while he has no name
	newest  uint32 // number of his last check-in's record, and one; 0 if there is none
	id      bot.MemberID
	unit    bot.UnitID
	person  bot.PersonID // "" if erased, or if only others spoke of him
	claimed string
	byName  bool // only others spoke of him
}

type line struct {
	unit bot.UnitID
	name string
}

// A namesake is what a person's doc stands for.
type namesake struct {
	listed  int
	members []*member
}

// A record is one check-in. Its number says where it stands among all.
type record struct {
	seq     uint32
	at      uint32 // Unix seconds, until 2106
	session uint32
	before  uint32 // number of the member's check-in before, and one; 0 if there is none
}

const block = 1 << 14

func (p *people) record(n uint32) *record { return &p.records[n/block][n%block] }

// add appends r and returns its number.
func (p *people) add(r record) uint32 {
	last := len(p.records) - 1
	if last < 0 || len(p.records[last]) == block {
		p.records = append(p.records, make([]record, 0, block))
		last++
	}
	p.records[last] = append(p.records[last], r)
	return uint32(last*block + len(p.records[last]) - 1)
}

// name returns the slot of a name in a unit, made if there is none.
func (x *Index) name(unit bot.UnitID, name string) uint32 {
	id := nameID(unit, name)
	slot, ok := x.slots[key{Person, id}]
	if !ok {
		slot = x.put(Doc{Kind: Person, ID: id, Unit: unit, Title: name})
	}
	if x.docs[slot].who == nil {
		x.docs[slot].who = new(namesake)
	}
	return slot
}

func nameID(unit bot.UnitID, name string) string { return string(unit) + "/" + name }

// forget takes a name out that nobody bears any more.
func (x *Index) forget(slot uint32) {
	if d := &x.docs[slot]; d.who.listed == 0 && len(d.who.members) == 0 {
		x.Remove(Person, d.id)
	}
}

func (x *Index) meet(p *bot.MemberMet) {
	if x.people.members.get(p.Member) != nil {
		return
	}
	m := &member{id: p.Member, unit: p.Unit, person: p.Private.Person}
	x.people.members.set(m.id, m)
	if m.person != "" {
		x.people.byPerson[m.person] = m
	} else if p.Private.Name != "" {
		m.claimed, m.byName = p.Private.Name, true
	}
	x.place(m)
}

// place puts m under the name that is now his.
func (x *Index) place(m *member) {
	name := m.claimed
	if l, ok := x.people.lines[m.person]; ok {
		m.unit, name = l.unit, l.name
	}
	if m.slot != 0 && x.docs[m.slot-1].id == nameID(m.unit, name) {
		return
	}
	x.leave(m)
	if name == "" {
		return
	}
	slot := x.name(m.unit, name)
	m.slot = slot + 1
	who := x.docs[slot].who
	who.members = append(who.members, m)
	x.date(slot)
}

// leave takes m from under his name.
func (x *Index) leave(m *member) {
	if m.slot == 0 {
		return
	}
	slot := m.slot - 1
	m.slot = 0
	who := x.docs[slot].who
	who.members = slices.DeleteFunc(who.members, func(o *member) bool { return o == m })
	x.date(slot)
	x.forget(slot)
}

// date makes the last check-in of those who bear a name its time.
func (x *Index) date(slot uint32) {
	at := time.Time{}.UnixMilli()
	for _, m := range x.docs[slot].who.members {
		if m.newest != 0 {
			at = max(at, x.people.record(m.newest-1).millis())
		}
	}
	x.heads[slot].at = at
}

func (r *record) millis() int64 { return int64(r.at) * 1000 }

// replaceRoster makes the lines of p the roster of its unit. The newest roster
// with a person's platform id says where he belongs; if it stands twice in one
// roster, the first line is his.
func (x *Index) replaceRoster(p *bot.RosterImported) {
	old := x.people.rosters[p.Unit]
	x.people.rosters[p.Unit] = p.Private.Lines
	for _, l := range old {
		if x.people.lines[l.Person].unit == p.Unit {
			delete(x.people.lines, l.Person)
		}
	}
	// The new lines come first, so that a name that stays is not taken out
	// between.
	for _, l := range p.Private.Lines {
		if l.Name != "" {
			x.docs[x.name(p.Unit, l.Name)].who.listed++
		}
		if have, twice := x.people.lines[l.Person]; l.Person != "" && (!twice || have.unit != p.Unit) {
			x.people.lines[l.Person] = line{p.Unit, l.Name}
		}
	}
	for _, lines := range [][]bot.RosterLine{p.Private.Lines, old} {
		for _, l := range lines {
			if m := x.people.byPerson[l.Person]; m != nil {
				x.place(m)
			}
		}
	}
	for _, l := range old {
		slot, ok := x.slots[key{Person, nameID(p.Unit, l.Name)}]
		if !ok || x.docs[slot].who == nil || x.docs[slot].who.listed == 0 {
			continue // no name, or removed
		}
		x.docs[slot].who.listed--
		x.forget(slot)
	}
}

func (x *Index) checkIn(seq int64, at time.Time, p *bot.CheckedIn) {
	m, s := x.people.members.get(p.Member), x.sessions.get(p.Session)
	if m == nil || s == 0 {
		return
	}
	r := record{seq: uint32(seq), at: uint32(at.Unix()), session: s - 1, before: m.newest}
	n := x.people.add(r)
	m.newest = n + 1
	x.opened[s-1].checkIns++
	if m.slot != 0 {
		h := &x.heads[m.slot-1]
		h.at = max(h.at, r.millis())
	}
	if p.Filing != "" {
		f := x.filings[p.Filing]
		if f == nil {
			f = new(filing)
			x.filings[p.Filing] = f
		}
		f.checkIns = append(f.checkIns, filedCheckIn{m, n})
	}
}

func (x *Index) correct(p *bot.Corrected) {
	m := x.people.members.get(p.Member)
	if m == nil {
		return
	}
	for n := m.newest; n != 0; n = x.people.record(n - 1).before {
		if x.people.record(n-1).seq == uint32(p.Seq) {
			x.void(m, n-1)
			return
		}
	}
}

// void takes record n out of m's chain, if it is still there.
func (x *Index) void(m *member, n uint32) {
	link := &m.newest
	for *link != n+1 {
		if *link == 0 {
			return
		}
		link = &x.people.record(*link - 1).before
	}
	r := x.people.record(n)
	*link = r.before
	x.opened[r.session].checkIns--
	if m.slot != 0 {
		x.date(m.slot - 1)
	}
}

// presences says how often those who bear a name checked in from from until to.
func (p *people) presences(who *namesake, from, to time.Time) []Presence {
	var out []Presence
	for _, m := range who.members {
		one := Presence{Member: m.id}
		if m.newest != 0 {
			one.LastAt = time.UnixMilli(p.record(m.newest - 1).millis()).UTC()
		}
		for n := m.newest; n != 0; {
			r := p.record(n - 1)
			at := time.UnixMilli(r.millis())
			if (from.IsZero() || !at.Before(from)) && (to.IsZero() || at.Before(to)) {
				one.CheckIns++
			}
			n = r.before
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b Presence) int { return cmp.Compare(a.Member, b.Member) })
	return out
}
