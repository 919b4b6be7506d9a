package app_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/evidence"
	"fanzha/bot/ledger"
	"fanzha/bot/report"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
)

var november = bot.Month{Year: 2026, Month: time.November}

// A tally is what the test itself has counted for one unit.
type tally struct{ Sent, Sessions, Present, CheckIns, Late int }

// A month is the county in November, and what the test has seen of it.
type month struct {
	*county
	dice    *rand.Rand
	topics  []string
	cards   map[string]map[bot.UnitID]string // by topic
	present map[bot.UnitID]map[string]bool
	tallies map[bot.UnitID]*tally
	done    map[string]bool // card and person
}

// November in 37 groups of 2,000 members: eight alerts, check-ins by card and by
// word, late ones and repeated ones. Each alert reaches each group once, nothing
// is said at night, the month's table is what the test has counted itself, the
// evidence can be verified, and no group reads who was absent.
func TestMonthOfTheCounty(t *testing.T) {
	t.Parallel()
	units := 37
	if raced {
		units = 7
	}
	inCountyOf(t, units, 54, wechattest.Options{Seed: 1}, func(c *county) {
		m := &month{
			county: c, dice: rand.New(rand.NewPCG(1, 1)), cards: make(map[string]map[bot.UnitID]string), done: make(map[string]bool),
			present: make(map[bot.UnitID]map[string]bool), tallies: make(map[bot.UnitID]*tally),
		}
		for _, u := range c.Units {
			m.present[u.ID], m.tallies[u.ID] = make(map[string]bool), new(tally)
		}
		c.cfg.Push.PerMonth = 16 // eight alerts and a summary for each
		c.open()
		for i := range 8 {
			c.approved(draft(fmt.Sprintf("骗术%d", i+1)))
		}
		for day := 2; day <= 29; day++ {
			m.day(day)
		}
		c.until("11-30 23:59:00")

		m.judgeTable()
		m.judgeMessages()
		m.judgeEvidence()
	})
}

// day plays one day: the push of the morning, if it is a workday, and what
// people do from then on until the evening.
func (m *month) day(day int) {
	m.Helper()
	m.until(fmt.Sprintf("11-%02d 09:40:00", day))
	if topic, cards := m.pushed(); topic != "" {
		m.topics = append(m.topics, topic)
		m.cards[topic] = cards
	}
	for hour := 10; hour < 20; hour++ {
		m.until(fmt.Sprintf("11-%02d %02d:00:00", day, hour))
		if len(m.topics) > 0 && day <= 12 {
			m.act(m.topics[len(m.topics)-1])
		}
	}
	if day == 13 {
		m.act(m.topics[2]) // past its time, not yet past its end
	}
}

// pushed returns the alert of this morning and its cards, "" if there was none.
func (m *month) pushed() (topic string, cards map[bot.UnitID]string) {
	for _, d := range m.Platform.Deliveries() {
		if d.TaskID == "" || time.Since(d.At) > 11*time.Minute {
			continue
		}
		if cards == nil {
			topic, cards = topicPattern.FindStringSubmatch(d.Content)[1], make(map[bot.UnitID]string)
		}
		for _, u := range m.Units {
			if m.Groups[u.ID] == d.Chat {
				cards[u.ID] = d.TaskID
				m.tallies[u.ID].Sent++
				m.tallies[u.ID].Sessions++
			}
		}
	}
	return topic, cards
}

// act has some people of every group check in for an alert: most by its card,
// some by word, some a second time.
func (m *month) act(topic string) {
	m.Helper()
	newest := topic == m.topics[len(m.topics)-1]
	for _, u := range m.Units {
		card := m.cards[topic][u.ID]
		for range m.dice.IntN(6) {
			p := m.People[u.ID][m.dice.IntN(len(m.People[u.ID]))]
			var err error
			if byWord := newest && !m.done[card+p.UserID] && m.dice.IntN(4) == 0; byWord {
				_, err = m.Say(u.ID, p, "签到")
			} else {
				_, err = m.Platform.Click(m.Groups[u.ID], p.UserID, card, bot.CheckInButton)
			}
			if err != nil {
				m.Fatal(err)
			}
			m.count(u.ID, card, p, !newest)
		}
	}
	m.pass(time.Minute)
}

func (m *month) count(u bot.UnitID, card string, p demo.Person, late bool) {
	if m.done[card+p.UserID] {
		return
	}
	m.done[card+p.UserID], m.present[u][p.UserID] = true, true
	t := m.tallies[u]
	t.CheckIns++
	t.Present = len(m.present[u])
	if late {
		t.Late++
	}
}

func (m *month) judgeTable() {
	m.Helper()
	var table report.Table
	m.look(func(s *book.State) { table = report.Month(s, november) })
	if len(m.topics) != 8 || len(m.done) < 150*len(m.Units) {
		m.Errorf("%d alerts were pushed and %d check-ins counted, want 8 and some thousands", len(m.topics), len(m.done))
	}
	for _, r := range table.Rows {
		counted := m.tallies[r.Unit.ID]
		if counted == nil {
			continue // a unit that this month is played without
		}
		got := tally{r.Sent, r.Sessions, r.Present, r.CheckIns, r.Late}
		if diff := cmp.Diff(*counted, got); diff != "" {
			m.Errorf("table of %s (-counted +reported):\n%s", r.Unit.Short, diff)
		}
		if r.Due != 8 || r.Expected != len(m.People[r.Unit.ID]) || r.Unknown != 0 {
			m.Errorf("table of %s: %+v", r.Unit.Short, r)
		}
	}
	u := m.Units[3]
	if answer := m.tell(demo.Approver, u.Short+" 11月"); !strings.Contains(answer, "应达 8，已达 8") {
		m.Errorf("%s in November: %s", u.Short, answer)
	}
}

// judgeMessages looks at every message of the bot in every group.
func (m *month) judgeMessages() {
	m.Helper()
	m.deliveredOnce()
	m.eachGroupGot(8)
	m.awake()
	if n := len(m.Platform.Deliveries()); n != len(m.Units)*(8+8) {
		m.Errorf("%d deliveries, want eight cards and eight summaries for each group", n)
	}
	var names []string
	for _, people := range m.People {
		for _, p := range people {
			names = append(names, p.Name)
		}
	}
	for _, d := range m.Platform.Deliveries() {
		if i := slices.IndexFunc(names, func(n string) bool { return strings.Contains(d.Content, n) }); i >= 0 {
			m.Errorf("a message to a group names %s: %s", names[i], d.Content)
		}
	}
	for _, u := range m.Units {
		for _, said := range m.Platform.Sent(m.Groups[u.ID]) {
			for _, p := range m.People[u.ID] {
				if !m.present[u.ID][p.UserID] && strings.Contains(said.Text, p.Name) {
					m.Errorf("%s, who was never there, is named in his group: %s", p.Name, said.Text)
				}
			}
			if at := said.At.In(bot.Zone); at.Hour() >= 21 || at.Hour() < 8 {
				m.Errorf("said at %s in a group: %s", at, said.Text)
			}
		}
	}
}

// judgeEvidence verifies the month's evidence as anyone can, against the first
// and the last checkpoint that the groups were shown.
func (m *month) judgeEvidence() {
	m.Helper()
	var shown []string
	for _, d := range m.Platform.Deliveries() {
		if w := witnessPattern.FindStringSubmatch(d.Content); w != nil && !slices.Contains(shown, w[1]) {
			shown = append(shown, w[1])
		}
	}
	if len(shown) != 8 {
		m.Fatalf("%d different witnesses were shown, want one for each alert", len(shown))
	}
	for _, masked := range []bool{false, true} {
		var file bytes.Buffer
		if _, err := m.app.Export(m.Context(), demo.Approver, app.Export{Month: november, Masked: masked, Reason: "月度考核"}, &file); err != nil {
			m.Fatal(err)
		}
		for _, line := range []string{shown[0], shown[7]} {
			witness, err := ledger.ParseWitness(line)
			if err != nil {
				m.Fatalf("witness %q: %v", line, err)
			}
			if _, err := evidence.Verify(bytes.NewReader(file.Bytes()), int64(file.Len()), m.key.Public(), &witness); err != nil {
				m.Errorf("evidence (masked %t) against the witness %s: %v", masked, line, err)
			}
		}
	}
}
