package directory

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"fanzha/bot"
)

// This file is about persons of whom others speak: a liaison who signs for
// somebody, a 接龙, a chat record. They are known by name, and become one with
// the person himself once he is met under that name. That is worked out anew
// each time, so a roster or a name that comes later puts right what was read
// wrong before. But who was found to be one stays one until another is found: that
// he goes to another unit, leaves the roster, or that a second one calls himself
// so, does not make two of him.

// Same returns the member that id is: himself, or, if he is known by name only
// and the person of that name has been met since, that one.
func (v *View) Same(id bot.MemberID) bot.MemberID {
	m := v.byMember[id]
	if m == nil || !m.ByName {
		return id
	}
	unit := v.at(m.Unit)
	if met := unit.met(m.Name); met != nil {
		return met.ID
	}
	first := unit.byName[m.Name]
	if first.is != nil && len(unit.named[m.Name]) != 1 { // one line that nobody is yet may be another
		return first.is.ID
	}
	return first.ID
}

// find notes who he is of whom others spoke by that name, if it is known now.
func (u *people) find(name string) {
	if m := u.byName[name]; m != nil {
		if met := u.met(name); met != nil {
			m.is = met
		}
	}
}

// findAgain is find for the name under which a member goes.
func (v *View) findAgain(id bot.MemberID) {
	if m := v.byMember[id]; m != nil {
		v.of(m.Unit).find(m.Name)
	}
}

// met returns the one member of the unit with that name who has been met; nil if
// there is none, or several.
func (u *people) met(name string) *Member {
	switch lines := u.named[name]; len(lines) {
	case 0:
		if who := u.claims[name]; len(who) == 1 && who[0].Name == name {
			return who[0]
		}
	case 1:
		return u.roster[lines[0]].Member
	}
	return nil
}

// Who returns the member that a line of u's roster is, met or known by name
// only; "" if neither.
func (v *View) Who(u bot.UnitID, p Place) bot.MemberID {
	if p.Member != nil {
		return p.Member.ID
	}
	unit := v.at(u)
	if m := unit.byName[p.Name]; m != nil && len(unit.named[p.Name]) == 1 {
		return m.ID
	}
	return ""
}

// NamedOnly returns the members of a unit who are known by name only, in the order
// of their ids; also those who have been met since (see [View.Same]).
func (v *View) NamedOnly(u bot.UnitID) []*Member {
	return slices.SortedFunc(maps.Values(v.at(u).byName), func(a, b *Member) int {
		return cmp.Or(len(a.ID)-len(b.ID), cmp.Compare(a.ID, b.ID))
	})
}

// Known reports whether a name stands on the roster of u.
func (v *View) Known(u bot.UnitID, name string) bool {
	return len(v.at(u).named[name]) > 0
}

// at returns the people of u for reading.
func (v *View) at(u bot.UnitID) *people {
	if p := v.people[u]; p != nil {
		return p
	}
	return new(people)
}

// A Found is a person of whom another spoke by name.
type Found struct {
	Member Member
	// OnRoster is false for a name that the unit's roster does not have, and
	// wherever there is no roster.
	OnRoster bool
}

// Find returns the persons of unit u that are meant by names, each once, with
// the payloads that make those known of whom nobody spoke before; doubts says,
// in words for people, which names may mean several persons or none. taken is
// how many members the same decision has made known already.
//
// A given name alone (建国) is taken for the one person on the roster who has
// it. A name that is not on the roster is a person outside it.
func (v *View) Find(u bot.UnitID, names []string, taken int) (found []Found, met []bot.Payload, doubts []string) {
	unit := v.at(u)
	seen := make(map[bot.MemberID]bool)
	fresh := make(map[string]bool)
	for _, name := range names {
		name, doubt := unit.fullName(name)
		switch {
		case doubt != "":
			doubts = append(doubts, doubt)
			continue
		case fresh[name]:
			continue
		}
		m := unit.met(name)
		if m == nil {
			m = unit.byName[name]
		}
		if m == nil {
			m = &Member{ID: v.nextMember(taken + len(met)), Unit: u, Name: name, ByName: true}
			met = append(met, &bot.MemberMet{Member: m.ID, Unit: u, Private: bot.Actor{Name: name}})
			fresh[name] = true
		}
		if !seen[m.ID] {
			seen[m.ID] = true
			found = append(found, Found{Member: *m, OnRoster: len(unit.named[name]) > 0})
		}
	}
	return found, met, doubts
}

// fullName returns the name that is meant, or what is doubtful about it.
func (u *people) fullName(name string) (full, doubt string) {
	clean, err := CleanName(name)
	if err != nil {
		return "", fmt.Sprintf("“%s”不像姓名", name)
	}
	switch n := len(u.named[clean]); {
	case n == 1:
		return clean, ""
	case n > 1:
		return "", fmt.Sprintf("名册里有 %d 位%s", n, clean)
	case len(u.claims[clean]) > 1:
		return "", fmt.Sprintf("有 %d 人自称%s", len(u.claims[clean]), clean)
	case utf8.RuneCountInString(clean) > 2 || len(u.claims[clean]) == 1:
		return clean, ""
	}
	var whole []string
	for n := range u.named {
		if strings.HasSuffix(n, clean) {
			whole = append(whole, n)
		}
	}
	slices.Sort(whole)
	switch {
	case len(whole) == 0:
		return clean, ""
	case len(whole) > 1 || len(u.named[whole[0]]) > 1:
		return "", fmt.Sprintf("“%s”可能是%s", clean, strings.Join(whole, "、"))
	}
	return whole[0], ""
}
