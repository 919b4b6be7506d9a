package report

import (
	"fmt"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
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

// fileYears files n activities, of which the last hundredth is for November.
func fileYears(s *book.State, n int) {
	for i := range n {
		month := november.Add(-1 - i*36/n).String()
		if i >= n-n/100 {
			month = november.String()
		}
		s.Apply(ledger.Entry{Seq: int64(1_000_000 + i), At: at(20, 9), Payload: &bot.Filed{
			Filing: bot.FilingID(fmt.Sprintf("F%06d", i)), Form: bot.FilesActivity, Unit: "u01", Standing: bot.Stands,
			Facts: bot.Facts{Month: month, On: month + "-20", Act: "培训", Audience: new(i)},
		}})
	}
}

func benchMember(u, i int) bot.MemberID { return bot.MemberID(fmt.Sprintf("m%02d%03d", u, i)) }
func benchName(i int) string            { return fmt.Sprintf("张%c%c", '一'+rune(i%97), '丁'+rune(i/97)) }

func BenchmarkMonth(b *testing.B) {
	for _, c := range []struct {
		name    string
		vouched bool
		filings int
	}{{"own", false, 0}, {"vouched", true, 0}, {"filings", false, 100_000}} {
		s := benchCounty(c.vouched)
		fileYears(s, c.filings)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Month(s, november)
			}
		})
	}
}
