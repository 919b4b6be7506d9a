package directory

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"fanzha/bot"
)

// TestLinksAreConsistent plays entries about few people and names in any order,
// also such as no decision would write, and looks at every link after each.
// Then it replays them: the same entries must give the same state.
func TestLinksAreConsistent(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		v := New()
		var played []bot.Payload
		for range 1 + dice.IntN(40) {
			p := anyEntry(dice, v)
			played = append(played, p)
			v.Apply(noon, p)
			if fault := fault(v); fault != "" {
				t.Fatalf("round %d, after %d entries, the last %s %+v: %s", round, len(played), p.Kind(), p, fault)
			}
		}
		again := New()
		for _, p := range played {
			again.Apply(noon, p)
		}
		for _, u := range units {
			same(t, "replay of "+string(u), dump(again, u), dump(v, u))
			same(t, "names of "+string(u), names(again, u), names(v, u))
		}
	}
}

var (
	units   = []bot.UnitID{"jiaoke", "gongan", "nonghang"}
	people4 = []bot.PersonID{"", "a", "b", "c", "d"}
	called  = []string{"张三", "李四", "王五"}
)

func anyEntry(dice *rand.Rand, v *View) bot.Payload {
	unit := units[dice.IntN(len(units))]
	member := bot.MemberID(fmt.Sprintf("m%05d", 1+dice.IntN(6)))
	switch dice.IntN(7) {
	case 6:
		return &bot.MemberMet{Member: v.nextMember(0), Unit: unit, Private: bot.Actor{Name: called[dice.IntN(len(called))]}}
	case 0, 1:
		p := &bot.RosterImported{Unit: unit}
		for range dice.IntN(5) {
			p.Private.Lines = append(p.Private.Lines, bot.RosterLine{
				Name: called[dice.IntN(len(called))], Person: people4[dice.IntN(len(people4))], Liaison: dice.IntN(3) == 0,
			})
		}
		p.Count = len(p.Private.Lines)
		return p
	case 2, 3:
		person := people4[dice.IntN(len(people4))]
		if m := v.Member(person); m != nil {
			return &bot.MemberNamed{Member: m.ID, Unit: m.Unit, Private: bot.Actor{Person: person, Name: called[dice.IntN(len(called))]}}
		}
		return &bot.MemberMet{Member: v.nextMember(0), Unit: unit, Private: bot.Actor{Person: person}}
	case 4:
		return &bot.MemberNamed{Member: member, Private: bot.Actor{Name: append(called, "")[dice.IntN(len(called)+1)]}}
	default:
		return &bot.MemberConfirmed{Member: member}
	}
}

// fault says what does not fit, "" if all does.
func fault(v *View) string {
	line := make(map[*Member]string)
	for u, p := range v.people {
		for i, place := range p.roster {
			m := place.Member
			if m == nil {
				continue
			}
			at := fmt.Sprintf("%s line %d", u, i)
			switch {
			case line[m] != "":
				return fmt.Sprintf("%s is on %s and %s", m.ID, line[m], at)
			case m.Unit != u:
				return fmt.Sprintf("%s of %s is on %s", m.ID, m.Unit, at)
			case m.Name != place.Name || !m.Sure || m.Liaison != (place.Liaison && place.Person != ""):
				return fmt.Sprintf("%s is %+v on %s, which says %+v", m.ID, *m, at, place.RosterLine)
			case place.Person != "" && place.Person != m.Person:
				return fmt.Sprintf("%s is %s on %s of %s", m.ID, m.Person, at, place.Person)
			}
			line[m] = at
		}
		for i, m := range p.members {
			if m.Unit != u || slices.Index(p.members, m) != i {
				return fmt.Sprintf("%s of %s is a member of %s at %d", m.ID, m.Unit, u, i)
			}
		}
	}
	members := 0
	for _, m := range v.byMember {
		if m.ByName {
			members++
			if m.Person != "" || line[m] != "" || v.Same(v.Same(m.ID)) != v.Same(m.ID) {
				return fmt.Sprintf("%s, known by name only, is %+v on line %q and the same as %s", m.ID, *m, line[m], v.Same(m.ID))
			}
			continue
		}
		if n := len(v.of(m.Unit).members); !slices.Contains(v.of(m.Unit).members, m) {
			return fmt.Sprintf("%s is not among the %d members of his unit %s", m.ID, n, m.Unit)
		}
		if m.Liaison && line[m] == "" {
			return fmt.Sprintf("%s is a liaison without a roster line", m.ID)
		}
		if ref, ok := v.lines[m.Person]; ok && v.byPerson[m.Person] == m && v.people[ref.unit].roster[ref.line].Member != m {
			return fmt.Sprintf("the roster has the platform id of %s, but not him", m.ID)
		}
	}
	for _, p := range v.people {
		members += len(p.members)
	}
	if members != len(v.byMember) {
		return fmt.Sprintf("%d members in the units, %d in all", members, len(v.byMember))
	}
	return ""
}
