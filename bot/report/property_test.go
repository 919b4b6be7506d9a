package report

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
)

// A record is what the model knows of one check-in: who it truly was.
type record struct {
	person int
	own    bool
	filing bot.FilingID
}

// A game is a unit in which things happen at random, and a model of what they
// come to that knows who everybody is.
type game struct {
	*book.State
	rng     *rand.Rand
	log     []ledger.Entry
	people  int // of whom the first listed are on the roster
	listed  int
	records map[bot.SessionID]map[bot.MemberID]record
	leave   map[bot.SessionID]map[bot.MemberID]record
	filings []bot.FilingID
}

const gameUnit = "jiaoke"

func (g *game) add(payloads ...bot.Payload) {
	for _, p := range payloads {
		seq := int64(len(g.log))
		e := ledger.Entry{Seq: seq, At: at(3+len(g.log)/200, 9).UTC(), Payload: p, Hash: [32]byte{byte(seq), byte(seq >> 8), 7}}
		g.log = append(g.log, e)
		g.Apply(e)
	}
}

func gameName(i int) string {
	return fmt.Sprintf("%c%c%c", '张'+rune(i), '一'+rune(i), '丁'+rune(i))
}
func gamePerson(i int) bot.PersonID { return bot.PersonID(fmt.Sprintf("p%d", i)) }

func newGame(seed uint64) *game {
	g := &game{State: book.NewState(), rng: rand.New(rand.NewPCG(seed, 3)), people: 12, listed: 8,
		records: make(map[bot.SessionID]map[bot.MemberID]record), leave: make(map[bot.SessionID]map[bot.MemberID]record)}
	roster := &bot.RosterImported{Unit: gameUnit, Count: g.listed}
	for i := range g.listed {
		line := bot.RosterLine{Name: gameName(i)}
		if i%2 == 0 {
			line.Person = gamePerson(i)
		}
		roster.Private.Lines = append(roster.Private.Lines, line)
	}
	g.add(&bot.UnitRegistered{Unit: bot.Unit{ID: gameUnit, Short: "教科局"}}, roster)
	for i := range 3 {
		open := &bot.SessionOpened{Session: bot.SessionID(fmt.Sprintf("S%d", i)), Group: "g1", Push: "P1", Unit: gameUnit, Title: "刷单返利", EndsAt: november.End()}
		if i == 2 {
			open.Group, open.Push, open.Month = "", "", "2026-11"
		}
		g.add(open)
		g.records[open.Session], g.leave[open.Session] = make(map[bot.MemberID]record), make(map[bot.MemberID]record)
	}
	return g
}

func (g *game) session() *attendance.Session {
	return g.Attendance.Session(bot.SessionID(fmt.Sprintf("S%d", g.rng.IntN(3))))
}

// own lets person i come himself, under his own name.
func (g *game) own(i int) {
	s := g.session()
	m, met := g.Directory.Meet(gamePerson(i), gameUnit)
	g.add(met...)
	if met != nil {
		g.add(&bot.MemberNamed{Member: m.ID, Unit: gameUnit, Private: bot.Actor{Name: gameName(i)}})
	}
	out, err := s.Record(m.ID, bot.ViaCard, bot.CheckInEvidence{}, at(3, 9))
	if err != nil || s.OnPaper() {
		return
	}
	g.add(out...)
	if out != nil {
		g.records[s.ID][m.ID] = record{i, true, ""}
	}
}

// others lets somebody speak for some persons.
func (g *game) others() {
	s, form := g.session(), []bot.FilingForm{bot.FilesProxy, bot.FilesList, bot.FilesPaste, bot.FilesLeave}[g.rng.IntN(4)]
	f := g.Filings.File(bot.Filed{Form: form, Unit: gameUnit, Session: s.ID, Standing: bot.Stands})
	g.add(f)
	g.filings = append(g.filings, f.Filing)
	for range 1 + g.rng.IntN(4) {
		i := g.rng.IntN(g.people)
		found, met, _ := g.Directory.Find(gameUnit, []string{gameName(i)}, 0)
		g.add(met...)
		if len(found) != 1 {
			panic("no doubt about " + gameName(i))
		}
		id, table := found[0].Member.ID, g.records
		out := s.RecordFor(id, bot.ViaProxy, f.Filing, false, bot.CheckInEvidence{})
		if form == bot.FilesLeave {
			table, out = g.leave, s.Excuse(id, "公出", f.Filing, bot.CheckInEvidence{})
		}
		g.add(out...)
		if out != nil {
			table[s.ID][id] = record{i, false, f.Filing}
		}
	}
}

func (g *game) void() {
	if len(g.filings) == 0 {
		return
	}
	id := g.filings[g.rng.IntN(len(g.filings))]
	g.add(&bot.FilingVoided{Filing: id, Unit: gameUnit})
	for _, table := range []map[bot.SessionID]map[bot.MemberID]record{g.records, g.leave} {
		for _, of := range table {
			for m, r := range of {
				if r.filing == id {
					delete(of, m)
				}
			}
		}
	}
}

// count is what the model says of the month.
func (g *game) count() (want Row) {
	own, present, away := make(map[int]bool), make(map[int]bool), make(map[int]bool)
	for _, of := range g.records {
		here := make(map[int]bool)
		for _, r := range of {
			here[r.person], present[r.person] = true, true
			own[r.person] = own[r.person] || r.own
		}
		want.CheckIns += len(here)
	}
	for _, of := range g.leave {
		for _, r := range of {
			if !present[r.person] {
				away[r.person] = true
			}
		}
	}
	for i := range present {
		if i < g.listed {
			want.Listed++
		}
		if own[i] {
			want.Own++
		}
	}
	for i := range away {
		if i < g.listed {
			want.ListedExcused++
		}
	}
	want.Present, want.Excused = len(present), len(away)
	want.Vouched = want.Present - want.Own
	return want
}

// Whatever people do and say, and in whatever order it becomes known who is who,
// each person counts once, as himself if he came himself.
func TestEveryPersonCountsOnce(t *testing.T) {
	for seed := range uint64(300) {
		g := newGame(seed)
		for step := range 40 {
			switch k := g.rng.IntN(10); {
			case k < 4:
				g.own(g.rng.IntN(g.people))
			case k < 9:
				g.others()
			default:
				g.void()
			}
			r := Month(g.State, november).Rows[0]
			got := Row{Present: r.Present, Own: r.Own, Vouched: r.Vouched, Listed: r.Listed, CheckIns: r.CheckIns, Excused: r.Excused, ListedExcused: r.ListedExcused}
			if want := g.count(); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("seed %d, step %d: %+v, want %+v", seed, step, got, want)
			}
			if absent := len(Absent(g.State, gameUnit, november)); r.Listed+absent != r.Expected || r.Own+r.Vouched != r.Present {
				t.Fatalf("seed %d, step %d: %d absent do not fit %+v", seed, step, absent, r)
			}
		}
		again := book.NewState()
		for _, e := range g.log {
			again.Apply(e)
		}
		a, b := Month(g.State, november), Month(again, november)
		if !bytes.Equal(a.CSV(), b.CSV()) || a.Text() != b.Text() {
			t.Fatalf("seed %d: a replay of the same entries gives another table", seed)
		}
	}
}
