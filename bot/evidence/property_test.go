package evidence

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/report"
)

// A randomCounty files, settles, takes back and checks in at random.
type randomCounty struct {
	*county
	rng      *rand.Rand
	sessions []bot.SessionID
	filings  int
}

// decide says what the state of the county leads to.
func (c *randomCounty) decide(f func(s *book.State) []bot.Payload) {
	var out []bot.Payload
	if err := c.book.View(c.t.Context(), func(s *book.State, _ time.Time) error {
		out = f(s)
		return nil
	}); err != nil {
		c.t.Fatal(err)
	}
	if out != nil {
		c.say(out...)
	}
}

func randomName(i int) string {
	return fmt.Sprintf("%c%c%c", '张'+rune(i), '一'+rune(i), '丁'+rune(i))
}

func (c *randomCounty) month() string {
	return []string{"", "2026-10", "2026-11", "2026-12"}[c.rng.IntN(4)]
}

func (c *randomCounty) session() bot.SessionID { return c.sessions[c.rng.IntN(len(c.sessions))] }

func (c *randomCounty) own(s *book.State) []bot.Payload {
	i := c.rng.IntN(10)
	sess := s.Attendance.Session(c.session())
	person := bot.PersonID(fmt.Sprintf("p%d", i))
	m, out := s.Directory.Meet(person, "jiaoke")
	if out != nil {
		out = append(out, &bot.MemberNamed{Member: m.ID, Unit: "jiaoke", Private: bot.Actor{Person: person, Name: randomName(i)}})
	}
	if in, err := sess.Record(m.ID, bot.ViaCard, bot.CheckInEvidence{Person: person, Name: randomName(i)}, c.now); err == nil && !sess.OnPaper() {
		out = append(out, in...)
	}
	return out
}

func (c *randomCounty) others(s *book.State) []bot.Payload {
	sess := s.Attendance.Session(c.session())
	f := s.Filings.File(c.newFiling([]bot.FilingForm{bot.FilesProxy, bot.FilesList, bot.FilesPaste, bot.FilesLeave}[c.rng.IntN(4)], ""))
	if c.rng.IntN(4) > 0 { // else what it led to alone says to which session it belongs
		f.Session = sess.ID
	}
	f.Standing = bot.Stands
	out := []bot.Payload{f}
	found, met, _ := s.Directory.Find("jiaoke", []string{randomName(c.rng.IntN(10))}, 0)
	out = append(out, met...)
	ev := bot.CheckInEvidence{Name: found[0].Member.Name}
	if f.Form == bot.FilesLeave {
		return append(out, sess.Excuse(found[0].Member.ID, "公出", f.Filing, ev)...)
	}
	return append(out, sess.RecordFor(found[0].Member.ID, bot.ViaProxy, f.Filing, false, ev)...)
}

func (c *randomCounty) newFiling(form bot.FilingForm, session bot.SessionID) bot.Filed {
	c.filings++
	f := bot.Filed{Form: form, Unit: "jiaoke", Session: session, Standing: bot.Stands, By: "m00001", Facts: bot.Facts{Month: c.month()}, Private: bot.FilingText{Text: "原话"}}
	if c.rng.IntN(4) == 0 {
		f.Standing = bot.Waits
	}
	if c.filings > 1 && c.rng.IntN(3) == 0 {
		f.Replaces = bot.FilingID(fmt.Sprintf("F%06d", 1+c.rng.IntN(c.filings-1)))
	}
	return f
}

func (c *randomCounty) figures(s *book.State) []bot.Payload {
	f := c.newFiling([]bot.FilingForm{bot.FilesHeadcount, bot.FilesActivity, bot.FilesZeroCase}[c.rng.IntN(3)], "")
	if c.rng.IntN(2) == 0 {
		f.Session = c.session()
	}
	f.Facts.Actual = new(c.rng.IntN(90))
	return []bot.Payload{s.Filings.File(f)}
}

func (c *randomCounty) settle(s *book.State) []bot.Payload {
	if c.filings == 0 {
		return nil
	}
	id := bot.FilingID(fmt.Sprintf("F%06d", 1+c.rng.IntN(c.filings)))
	switch f := s.Filings.Filing(id); {
	case f.Waiting():
		return []bot.Payload{&bot.FilingSettled{Filing: id, Unit: "jiaoke", Verdict: []bot.Standing{bot.Stands, bot.Refused}[c.rng.IntN(2)], Operator: "liu"}}
	case f.Standing == bot.Stands:
		return []bot.Payload{&bot.FilingVoided{Filing: id, Unit: "jiaoke", Operator: "liu"}}
	}
	return nil
}

func (c *randomCounty) step() {
	switch k := c.rng.IntN(12); {
	case k == 0 || c.sessions == nil:
		n := len(c.sessions) + 1
		c.sessions = append(c.sessions, bot.SessionID(fmt.Sprintf("S%04d", n)))
		c.push(n, time.Duration(1+c.rng.IntN(9))*24*time.Hour)
	case k == 1:
		id := bot.SessionID(fmt.Sprintf("B%06d", len(c.sessions)))
		c.sessions = append(c.sessions, id)
		c.paper(id, []string{"2026-10", "2026-11", "2026-12"}[c.rng.IntN(3)])
	case k < 5:
		c.decide(c.own)
	case k < 9:
		c.decide(c.others)
	case k < 11:
		c.decide(c.figures)
	default:
		c.decide(c.settle)
	}
}

// Whatever is filed, for whatever month and whenever it is settled or taken
// back: the month's file, which holds but a part of the ledger, verifies and has
// the table that the office sees.
func TestFileOfAnyLedgerSaysWhatTheOfficeSees(t *testing.T) {
	for seed := range uint64(25) {
		c := &randomCounty{county: newCounty(t), rng: rand.New(rand.NewPCG(seed, 8))}
		roster := bot.RosterLines{}
		for i := range 7 {
			roster.Lines = append(roster.Lines, bot.RosterLine{Name: randomName(i)})
		}
		c.say(&bot.CountyFounded{County: "乡宁县", Key: c.key.Public()}, &bot.ProcessStarted{FourEyes: true},
			&bot.UnitRegistered{Unit: bot.Unit{ID: "jiaoke", Name: "教育科技局", Short: "教科局"}},
			&bot.GroupBound{Group: "g0001", Chat: bot.Chat{Kind: bot.GroupChat, ID: "wr1"}, Unit: "jiaoke"},
			&bot.RosterImported{Unit: "jiaoke", Count: 7, By: "liu", Private: roster})
		for range 120 {
			c.at(c.now.Add(time.Duration(c.rng.IntN(40)) * time.Hour))
			c.step()
		}
		for _, m := range []bot.Month{october, november, december} {
			var live []byte
			c.decide(func(s *book.State) []bot.Payload {
				live = report.Month(s, m).CSV()
				return nil
			})
			file := c.exportWith(Options{Month: m})
			if _, err := c.verify(file, nil); err != nil {
				t.Fatalf("seed %d, %v: %v", seed, m, err)
			}
			if got := open(t, file).data[fileUnits]; !bytes.Equal(got, live) {
				t.Fatalf("seed %d, %v: the file has\n%s\nand the office sees\n%s", seed, m, got, live)
			}
		}
	}
}
