package directory

import (
	"slices"

	"fanzha/bot"
)

// This file keeps who is who: the members whom the platform knows, the names
// that they give, and the lines of the rosters.

func (v *View) of(u bot.UnitID) *people {
	p := v.people[u]
	if p == nil {
		p = &people{claims: make(map[string][]*Member), byName: make(map[string]*Member)}
		v.people[u] = p
	}
	return p
}

func (v *View) meet(p *bot.MemberMet) {
	m := &Member{ID: p.Member, Unit: p.Unit, Person: p.Private.Person}
	v.byMember[m.ID] = m
	unit := v.of(m.Unit)
	if m.Person == "" && p.Private.Name != "" {
		m.Name, m.ByName = p.Private.Name, true
		if unit.byName[m.Name] == nil { // one decision may speak of him twice
			unit.byName[m.Name] = m
		}
		return
	}
	unit.members = append(unit.members, m)
	if m.Person == "" {
		return
	}
	v.byPerson[m.Person] = m
	if ref, ok := v.lines[m.Person]; ok {
		if m.Unit != ref.unit {
			v.move(m, ref.unit)
		}
		v.people[ref.unit].roster[ref.line].hold(m)
	}
}

func (v *View) claim(id bot.MemberID, name string) {
	m := v.byMember[id]
	if m == nil || m.ByName {
		return
	}
	unit := v.of(m.Unit)
	old := m.claimed
	unit.claims[old] = slices.DeleteFunc(unit.claims[old], func(c *Member) bool { return c == m })
	m.claimed, m.vouched = name, false
	if !m.listed {
		m.Name, m.Sure, m.Liaison = name, false, false
	}
	if name != "" {
		unit.claims[name] = append(unit.claims[name], m)
	}
	unit.settle(old)
	unit.settle(name)
}

// replaceRoster makes the lines of p the roster of its unit. The newest roster
// with a person's platform id says where he belongs, also if he was met
// elsewhere before: people speak first wherever they happen to be.
func (v *View) replaceRoster(p *bot.RosterImported) {
	unit := v.of(p.Unit)
	for _, place := range unit.roster {
		if v.lines[place.Person].unit == p.Unit {
			delete(v.lines, place.Person)
		}
	}
	unit.count = p.Count
	unit.roster = make([]Place, len(p.Private.Lines))
	unit.open, unit.named = make(map[string][]int), make(map[string][]int)
	for _, m := range unit.members {
		m.Name, m.Sure, m.Liaison, m.listed = m.claimed, m.vouched, false, false
	}
	for i, line := range p.Private.Lines {
		unit.roster[i].RosterLine = line
		unit.named[line.Name] = append(unit.named[line.Name], i)
		if line.Person == "" {
			unit.open[line.Name] = append(unit.open[line.Name], i)
			continue
		}
		v.list(line.Person, lineRef{p.Unit, i})
	}
	for name := range unit.claims {
		unit.settle(name)
	}
}

// list makes ref the one roster line of person. If his id stands twice in one
// roster, its first line is his; if in two rosters, that of the newer one.
func (v *View) list(person bot.PersonID, ref lineRef) {
	old, twice := v.lines[person]
	if twice && old.unit == ref.unit {
		return
	}
	if twice {
		v.people[old.unit].roster[old.line].Member = nil
	}
	v.lines[person] = ref
	m := v.byPerson[person]
	if m == nil {
		return
	}
	if m.Unit != ref.unit {
		v.move(m, ref.unit)
	}
	v.people[ref.unit].roster[ref.line].hold(m)
}

// move takes m to another unit, with the name that he gave but not with what
// the old unit's liaison said of it.
func (v *View) move(m *Member, to bot.UnitID) {
	isM := func(other *Member) bool { return other == m }
	from, unit := v.of(m.Unit), v.of(to)
	from.members = slices.DeleteFunc(from.members, isM)
	from.claims[m.claimed] = slices.DeleteFunc(from.claims[m.claimed], isM)
	from.settle(m.claimed)
	m.Unit, m.vouched = to, false
	unit.members = append(unit.members, m)
	if m.claimed != "" {
		unit.claims[m.claimed] = append(unit.claims[m.claimed], m)
	}
}

// hold makes m the person of a roster line.
func (p *Place) hold(m *Member) {
	p.Member = m
	m.listed = p.Person != ""
	m.Name, m.Sure = p.Name, true
	// A liaison may vouch for others, so he is one by his account only: a name
	// can be claimed by whoever speaks first.
	m.Liaison = p.Liaison && m.listed
}

// settle decides anew who of a unit is which roster line of one name, among
// the lines without a platform id. If just one member gave the name and just
// one line has it, he is that line. Otherwise only those count whom the liaison
// or the office has confirmed, and they take the lines in their order.
func (u *people) settle(name string) {
	if name == "" {
		return
	}
	var who []*Member
	for _, m := range u.claims[name] {
		if !m.listed {
			m.Sure, m.Liaison = m.vouched, false
			who = append(who, m)
		}
	}
	lines := u.open[name]
	if len(who) > 1 || len(lines) > 1 {
		who = slices.DeleteFunc(who, func(m *Member) bool { return !m.vouched })
	}
	for i, line := range lines {
		u.roster[line].Member = nil
		if i < len(who) {
			u.roster[line].hold(who[i])
		}
	}
}
