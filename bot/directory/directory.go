// Package directory is the view of who and where: units, the groups bound to
// them, the members met there, and the rosters of those who should be there.
//
// A [View] is changed only by [View.Apply]; the functions that decide (bind a
// group, name a member, …) read it and return payloads, they change nothing.
// It does not know what people did: that is packages attendance and push.
package directory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// A Group is a chat bound to a Unit.
type Group struct {
	ID bot.GroupID
	// Chat is the first door's; zero if the group has none any more.
	Chat bot.Chat
	// Doors are the ways into the group in order of preference, the first being
	// the chat by which it was bound. It has at most one on each channel.
	Doors   []Door
	Unit    bot.UnitID
	BoundAt time.Time
	// HeardAt is when somebody last spoke to the bot there, to the day.
	HeardAt time.Time
	// DeliveredAt is when a message was last confirmed there; zero if never.
	DeliveredAt time.Time
	// DisabledCode is the platform's code for the first door if no door takes
	// messages any more, else 0.
	DisabledCode int
}

// A Member is a person known by platform id, or by name only.
type Member struct {
	ID     bot.MemberID
	Unit   bot.UnitID
	Person bot.PersonID // "" once erased
	Name   string       // "" if never given, or erased
	// Sure reports that the name is the roster's or was confirmed by the
	// liaison or the office.
	Sure    bool
	Liaison bool
	// ByName: nobody has met him on a platform; others spoke of him by name.
	ByName  bool
	is      *Member // whom he of whom others spoke was last found to be; nil if nobody
	claimed string  // what he called himself
	vouched bool    // confirmed by the liaison or the office
	listed  bool    // a roster line has his platform id, and so his name
}

// View is the state. Its zero value is not usable; see [New]. It is not safe
// for concurrent use.
type View struct {
	County string
	Key    string

	units    []bot.Unit // in order of registration
	unitAt   map[bot.UnitID]int
	people   map[bot.UnitID]*people
	groups   []*Group
	groupsIn map[bot.UnitID][]*Group // in the same order
	groupOf  map[bot.Chat]*Group
	groupBy  map[bot.GroupID]*Group
	seen     map[bot.Chat]time.Time // unbound chats, last heard
	codes    map[string]*code       // by digest
	byPerson map[bot.PersonID]*Member
	byMember map[bot.MemberID]*Member
	lines    map[bot.PersonID]lineRef // the one roster line with a platform id
}

type code struct {
	unit    bot.UnitID
	expires time.Time
	group   *Group // that used it, nil while unused
}

// people are those of one unit: expected, met, or both.
type people struct {
	members []*Member            // in the order in which they were met
	claims  map[string][]*Member // by the name that they gave
	byName  map[string]*Member   // of whom only others spoke
	roster  []Place              // nil if there is none
	open    map[string][]int     // name → roster lines without a platform id
	named   map[string][]int     // name → all roster lines
	count   int                  // lines of the roster, also after erasure
}

type lineRef struct {
	unit bot.UnitID
	line int
}

// New returns the view of the empty ledger.
func New() *View {
	return &View{
		unitAt: make(map[bot.UnitID]int), people: make(map[bot.UnitID]*people),
		groupsIn: make(map[bot.UnitID][]*Group), groupOf: make(map[bot.Chat]*Group), groupBy: make(map[bot.GroupID]*Group),
		seen: make(map[bot.Chat]time.Time), codes: make(map[string]*code),
		byPerson: make(map[bot.PersonID]*Member), byMember: make(map[bot.MemberID]*Member),
		lines: make(map[bot.PersonID]lineRef),
	}
}

// Apply changes the view by one entry's payload. Kinds that are not about the
// directory are passed over.
func (v *View) Apply(at time.Time, p bot.Payload) {
	switch p := p.(type) {
	case *bot.CountyFounded:
		v.County, v.Key = p.County, p.Key
	case *bot.UnitRegistered:
		if i, ok := v.unitAt[p.Unit.ID]; ok {
			v.units[i] = p.Unit
			return
		}
		v.unitAt[p.Unit.ID] = len(v.units)
		v.units = append(v.units, p.Unit)
	case *bot.CodeIssued:
		v.codes[p.Digest] = &code{unit: p.Unit, expires: p.Expires}
	case *bot.GroupSeen:
		v.heard(p.Chat, at)
	case *bot.GroupBound:
		v.bind(at, p)
	case *bot.GroupDisabled:
		if g := v.groupBy[p.Group]; g != nil {
			g.disable(p.Channel, p.Code)
		}
	case *bot.RouteAdded:
		v.addDoor(p)
	case *bot.RouteRemoved:
		v.removeDoor(p)
	case *bot.RosterImported:
		v.replaceRoster(p)
		for name := range v.people[p.Unit].byName {
			v.people[p.Unit].find(name)
		}
	case *bot.MemberMet:
		v.meet(p)
		v.findAgain(p.Member)
	case *bot.MemberNamed:
		v.claim(p.Member, p.Private.Name)
		v.findAgain(p.Member)
	case *bot.MemberConfirmed:
		if m := v.byMember[p.Member]; m != nil {
			m.vouched = true
			v.of(m.Unit).settle(m.claimed)
		}
		v.findAgain(p.Member)
	}
}

// Delivered notes that a message was confirmed in a group.
func (v *View) Delivered(g bot.GroupID, at time.Time) {
	if group := v.groupBy[g]; group != nil {
		group.DeliveredAt = at
	}
}

func (v *View) heard(c bot.Chat, at time.Time) {
	g := v.groupOf[c]
	if g == nil {
		v.seen[c] = at
		return
	}
	g.HeardAt = at
	g.enable(c) // whoever is spoken to there is in the group again
}

func (v *View) bind(at time.Time, p *bot.GroupBound) {
	g := v.groupBy[p.Group]
	if g == nil {
		g = &Group{ID: p.Group, Chat: p.Chat, Doors: []Door{{Chat: p.Chat}}}
		v.groups = append(v.groups, g)
		v.groupBy[g.ID] = g
		v.groupOf[g.Chat] = g
	}
	if g.Unit != "" && g.Unit != p.Unit { // its other doors were the old unit's
		for _, d := range slices.Clone(g.Doors) {
			if d.Chat != p.Chat {
				v.removeDoor(&bot.RouteRemoved{Group: g.ID, Chat: d.Chat})
			}
		}
	}
	switch old := g.Unit; old {
	case p.Unit:
	case "": // the newest group
		g.Unit = p.Unit
		v.groupsIn[p.Unit] = append(v.groupsIn[p.Unit], g)
	default:
		g.Unit = p.Unit
		v.sortGroups(old)
		v.sortGroups(p.Unit)
	}
	g.BoundAt, g.HeardAt = at, at
	g.enable(p.Chat)
	delete(v.seen, p.Chat)
	if c := v.codes[p.Digest]; c != nil {
		c.group = g
	}
}

// sortGroups finds the groups of a unit anew.
func (v *View) sortGroups(u bot.UnitID) {
	var in []*Group
	for _, g := range v.groups {
		if g.Unit == u {
			in = append(in, g)
		}
	}
	v.groupsIn[u] = in
}

// Units returns all units in their order.
func (v *View) Units() []bot.Unit { return v.units }

// Unit returns one unit; the zero Unit if there is none.
func (v *View) Unit(id bot.UnitID) bot.Unit {
	if i, ok := v.unitAt[id]; ok {
		return v.units[i]
	}
	return bot.Unit{}
}

// Groups returns all groups in the order in which they were bound.
func (v *View) Groups() []*Group { return v.groups }

// Group returns the group bound to a chat in which person p speaks, nil if there is
// none. A private chat may be a group's door too, that of a unit of one; entries name
// such a door by his pseudonym.
func (v *View) Group(c bot.Chat, p bot.PersonID) *Group {
	if c.Kind == bot.PrivateChat {
		m := v.byPerson[p]
		if m == nil {
			return nil
		}
		c.ID = string(m.ID)
	}
	return v.groupOf[c]
}

// GroupByID returns one group, nil if there is none.
func (v *View) GroupByID(id bot.GroupID) *Group { return v.groupBy[id] }

// GroupsOf returns the groups of a unit in the order in which they were bound.
// They are the view's own and not to be changed.
func (v *View) GroupsOf(u bot.UnitID) []*Group { return v.groupsIn[u] }

// UnboundChats returns how many chats have spoken to the bot but belong to no
// unit.
func (v *View) UnboundChats() int { return len(v.seen) }

// Member returns the member whom a platform knows as p, nil if not met.
func (v *View) Member(p bot.PersonID) *Member { return v.byPerson[p] }

// MemberByID returns one member, nil if there is none.
func (v *View) MemberByID(id bot.MemberID) *Member { return v.byMember[id] }

// Since returns the members who became known after the first n, in that order.
func (v *View) Since(n int) []*Member {
	var out []*Member
	for ; n < len(v.byMember); n++ {
		if m := v.byMember[memberID(n)]; m != nil {
			out = append(out, m)
		}
	}
	return out
}

// Members returns all members of a unit in the order in which they were met. It
// leaves out those who are known by name only.
func (v *View) Members(u bot.UnitID) []*Member {
	return v.pick(u, func(*Member) bool { return true })
}

// Expected returns how many people the roster of a unit has, 0 if there is no
// roster.
func (v *View) Expected(u bot.UnitID) int {
	if p := v.people[u]; p != nil {
		return p.count
	}
	return 0
}

// A Place is one line of a roster and the member that it is, nil if not met.
type Place struct {
	bot.RosterLine
	Member *Member
}

// Roster returns the roster of a unit, nil if there is none. It is the view's
// own and not to be changed.
func (v *View) Roster(u bot.UnitID) []Place {
	if p := v.people[u]; p != nil {
		return p.roster
	}
	return nil
}

// Liaisons returns the members of a unit who are its liaisons.
func (v *View) Liaisons(u bot.UnitID) []*Member {
	return v.pick(u, func(m *Member) bool { return m.Liaison })
}

// LiaisonPersons returns the platform ids of a unit's liaisons, also of those on
// its roster who have not been met.
func (v *View) LiaisonPersons(u bot.UnitID) []bot.PersonID {
	var out []bot.PersonID
	for i, p := range v.Roster(u) {
		if p.Liaison && p.Member == nil && v.lines[p.Person] == (lineRef{u, i}) {
			out = append(out, p.Person)
		}
	}
	for _, m := range v.Liaisons(u) {
		if m.Person != "" {
			out = append(out, m.Person)
		}
	}
	return out
}

// Doubtful returns the members of a unit with a name that nobody has confirmed.
func (v *View) Doubtful(u bot.UnitID) []*Member {
	return v.pick(u, func(m *Member) bool { return m.Name != "" && !m.Sure })
}

func (v *View) pick(u bot.UnitID, want func(*Member) bool) []*Member {
	p := v.people[u]
	if p == nil {
		return nil
	}
	var out []*Member
	for _, m := range p.members {
		if want(m) {
			out = append(out, m)
		}
	}
	return out
}

// Mask hides part of a name as reports show it: 张*, 张*丰, 欧阳*雨.
func Mask(name string) string {
	r := []rune(name)
	switch n := len(r); {
	case n < 2:
		return name
	case n == 2:
		return string(r[0]) + "*"
	case n == 4:
		return string(r[:2]) + "*" + string(r[3])
	default:
		return string(r[0]) + strings.Repeat("*", n-2) + string(r[n-1])
	}
}

// nextGroup returns the id for the next group.
func (v *View) nextGroup() bot.GroupID { return bot.GroupID(fmt.Sprintf("g%04d", len(v.groups)+1)) }

// nextMember returns the id for the next member but n.
func (v *View) nextMember(n int) bot.MemberID { return memberID(len(v.byMember) + n) }

// memberID returns the id of the n-th member, counted from 0.
func memberID(n int) bot.MemberID { return bot.MemberID(fmt.Sprintf("m%05d", n+1)) }
