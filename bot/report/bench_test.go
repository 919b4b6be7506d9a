package report

import (
	"fmt"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
)

// benchCounty is a county in the sizes of the design: 40 units of 750 people, who
// check in at six of a month's lessons. Of every unit with an even number a part
// is signed for by its liaison, if vouched.
func benchCounty(vouched bool) *book.State {
	const units, people, lessons = 40, 750, 6
	s := &script{State: book.NewState()}
	s.add(at(1, 8), &bot.CountyFounded{County: "乡宁县", Key: "k"}, &bot.ProcessStarted{FourEyes: true})
	for u := range units {
		unit, group := bot.UnitID(fmt.Sprintf("u%02d", u)), bot.GroupID(fmt.Sprintf("g%04d", u))
		roster := &bot.RosterImported{Unit: unit, Count: people}
		for i := range people {
			roster.Private.Lines = append(roster.Private.Lines, bot.RosterLine{Name: benchName(i), Person: bot.PersonID(fmt.Sprintf("p%02d-%03d", u, i))})
		}
		s.add(at(1, 8), &bot.UnitRegistered{Unit: bot.Unit{ID: unit, Short: string(unit)}}, roster,
			&bot.GroupBound{Group: group, Chat: bot.Chat{Kind: bot.GroupChat, ID: string(group)}, Unit: unit})
		for i := range people {
			who := bot.Actor{Person: bot.PersonID(fmt.Sprintf("p%02d-%03d", u, i))}
			if vouched && u%2 == 0 && i%10 == 0 {
				who = bot.Actor{Name: benchName(i)}
			}
			s.add(at(1, 9), &bot.MemberMet{Member: benchMember(u, i), Unit: unit, Private: who})
		}
	}
	for l := range lessons {
		when := at(2+l, 9)
		s.alert(when, l+1, "刷单返利")
		for u := range units {
			id := fmt.Sprintf("%02d%04d", l, u)
			s.card(when, id, fmt.Sprintf("P%04d", l+1), bot.GroupID(fmt.Sprintf("g%04d", u)), bot.UnitID(fmt.Sprintf("u%02d", u)), bot.Sent)
			for i := range people {
				c := &bot.CheckedIn{Session: bot.SessionID("S" + id), Member: benchMember(u, i), Unit: bot.UnitID(fmt.Sprintf("u%02d", u)), Via: bot.ViaCard}
				if vouched && u%2 == 0 && i%10 == 0 {
					c.Via, c.Filing = bot.ViaProxy, bot.FilingID(fmt.Sprintf("F%02d%04d", l, u))
				}
				s.add(when.Add(time.Hour), c)
			}
		}
	}
	return s.State
}

func benchMember(u, i int) bot.MemberID { return bot.MemberID(fmt.Sprintf("m%02d%03d", u, i)) }
func benchName(i int) string            { return fmt.Sprintf("张%c%c", '一'+rune(i%97), '丁'+rune(i/97)) }

func BenchmarkMonth(b *testing.B) {
	for name, vouched := range map[string]bool{"own": false, "vouched": true} {
		s := benchCounty(vouched)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Month(s, november)
			}
		})
	}
}
