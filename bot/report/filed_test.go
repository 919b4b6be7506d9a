package report

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

// file makes filing n of a unit, for November unless change says otherwise.
func (s *script) file(when time.Time, n int, unit bot.UnitID, form bot.FilingForm, standing bot.Standing, change ...func(*bot.Filed)) bot.FilingID {
	f := &bot.Filed{
		Filing: bot.FilingID(fmt.Sprintf("F%06d", n)), Form: form, Unit: unit, Standing: standing, By: "m00009", Facts: bot.Facts{Month: "2026-11"},
	}
	for _, c := range change {
		c(f)
	}
	s.add(when, f)
	return f.Filing
}

func (s *script) byName(when time.Time, m bot.MemberID, unit bot.UnitID, name string) {
	s.add(when, &bot.MemberMet{Member: m, Unit: unit, Private: bot.Actor{Name: name}})
}

func (s *script) vouch(when time.Time, session bot.SessionID, m bot.MemberID, via bot.Via, f bot.FilingID) {
	s.add(when, &bot.CheckedIn{Session: session, Member: m, Unit: s.Attendance.Session(session).Unit, Via: via, Filing: f})
}

func heads(session bot.SessionID, expected, actual, leave int) func(*bot.Filed) {
	return func(f *bot.Filed) {
		f.Session = session
		f.Facts.Actual, f.Facts.Leave = new(actual), new(leave)
		if expected > 0 {
			f.Facts.Expected = new(expected)
		}
	}
}

func act(role, on, kind string, audience int) func(*bot.Filed) {
	return func(f *bot.Filed) {
		f.Facts.Role, f.Facts.On, f.Facts.Act, f.Facts.Audience = role, on, kind, new(audience)
	}
}

// filed2026 is a month in which units filed one of everything.
func filed2026() *script {
	s := &script{}
	*s = *november2026(true)
	const unit = "jiaoke"
	s.add(at(18, 9), &bot.RosterImported{Unit: unit, Count: 5, Private: bot.RosterLines{Lines: []bot.RosterLine{
		{Name: "张三", Person: "zhang"}, {Name: "李四"}, {Name: "欧阳小雨"}, {Name: "王小明"}, {Name: "赵老五"},
	}}})
	proxies := s.file(at(18, 10), 1, unit, bot.FilesProxy, bot.Stands)
	s.byName(at(18, 10), "m00011", unit, "李四") // who came himself
	s.byName(at(18, 10), "m00012", unit, "欧阳小雨")
	s.vouch(at(18, 10), "S000006", "m00011", bot.ViaProxy, proxies)
	s.vouch(at(18, 10), "S000006", "m00012", bot.ViaProxy, proxies)
	leave := s.file(at(18, 11), 2, unit, bot.FilesLeave, bot.Stands)
	s.byName(at(18, 11), "m00013", unit, "王小明")
	s.byName(at(18, 11), "m00014", unit, "过路人")
	for _, m := range []bot.MemberID{"m00012", "m00013", "m00014"} {
		s.add(at(18, 11), &bot.Excused{Session: "S000006", Member: m, Unit: unit, Reason: "公出", Filing: leave})
	}
	wrong := s.file(at(18, 12), 3, unit, bot.FilesList, bot.Stands)
	s.byName(at(18, 12), "m00015", unit, "赵老五")
	s.vouch(at(18, 12), "S000006", "m00015", bot.ViaList, wrong)
	s.add(at(18, 13), &bot.FilingVoided{Filing: wrong, Unit: unit, By: "m00009"})

	s.file(at(18, 9), 4, unit, bot.FilesHeadcount, bot.Stands, heads("S000001", 9, 9, 0)) // of an older session
	s.file(at(18, 9), 5, unit, bot.FilesHeadcount, bot.Stands, heads("S000006", 50, 40, 10))
	s.file(at(18, 9), 6, unit, bot.FilesHeadcount, bot.Stands, heads("S000006", 50, 48, 2), func(f *bot.Filed) { f.Replaces = "F000005" })
	s.file(at(18, 9), 7, unit, bot.FilesHeadcount, bot.Stands, heads("S000006", 30, 30, 0))
	s.file(at(18, 9), 8, unit, bot.FilesHeadcount, bot.Waits, heads("S000006", 70, 70, 0))
	s.file(at(19, 9), 9, "gongan", bot.FilesHeadcount, bot.Stands, heads("", 20, 19, 1))
	s.file(at(20, 9), 10, "gongan", bot.FilesHeadcount, bot.Stands, heads("", 20, 18, 2))
	s.file(at(20, 10), 11, "gongan", bot.FilesHeadcount, bot.Stands, heads("", 0, 5, 0)) // a part that did not say how many there are

	s.file(at(20, 9), 12, unit, bot.FilesActivity, bot.Stands, act("组织", "2026-11-20", "培训", 35))
	s.file(at(21, 9), 13, unit, bot.FilesActivity, bot.Stands, act("组织", "2026-11-20", "培训", 35)) // the same again
	s.file(at(21, 9), 14, unit, bot.FilesActivity, bot.Stands, act("联合", "2026-11-20", "进学校", 100))
	s.file(at(21, 9), 15, unit, bot.FilesActivity, bot.Stands, act("参与", "2026-11-21", "座谈", 8))
	s.add(at(22, 9), &bot.FilingVoided{Filing: "F000015", Unit: unit})
	s.file(at(21, 9), 16, "gongan", bot.FilesActivity, bot.Stands, act("联合", "2026-11-20", "进学校", 100)) // the same one, of the other unit
	s.file(at(21, 9), 17, "nonghang", bot.FilesActivity, bot.Stands, act("组织", "2026-11-22", "短信", 32000))
	s.file(at(21, 9), 18, "nonghang", bot.FilesActivity, bot.Waits, act("组织", "2026-11-22", "培训", 9))
	s.file(at(22, 9), 19, "jianhang", bot.FilesActivity, bot.Stands, act("", "", "培训", 24), func(f *bot.Filed) { f.Facts.Times = new(2) })
	s.file(at(30, 9), 20, unit, bot.FilesZeroCase, bot.Stands)

	december := at(30, 9).AddDate(0, 0, 5)
	paste := s.file(december, 21, "changning", bot.FilesPaste, bot.Stands, func(f *bot.Filed) { f.Session, f.Digest = "B000001", "00ff" })
	s.add(december, &bot.SessionOpened{Session: "B000001", Unit: "changning", Title: "微信群登记（11月20日）", DueAt: december, EndsAt: december, Month: "2026-11"})
	s.byName(december, "m00016", "changning", "孙悟空")
	s.vouch(december, "B000001", "m00016", bot.ViaPaste, paste)
	gone := s.file(december, 22, "changning", bot.FilesPaste, bot.Stands, func(f *bot.Filed) { f.Session = "B000002" })
	s.add(december, &bot.SessionOpened{Session: "B000002", Unit: "changning", Title: "微信群登记（11月21日）", DueAt: december, EndsAt: december, Month: "2026-11"})
	s.vouch(december, "B000002", "m00016", bot.ViaPaste, gone)
	s.add(december, &bot.FilingVoided{Filing: gone, Unit: "changning"})
	return s
}

func TestTablesOfWhatWasFiled(t *testing.T) {
	table := Month(filed2026().State, november)
	golden(t, "month_filed.csv", table.CSV())
	golden(t, "table_filed", []byte(table.Text()))
	golden(t, "table", []byte(Month(november2026(true).State, november).Text()))
}

func TestWhatWasFiledCounts(t *testing.T) {
	s := filed2026()
	rows := make(map[bot.UnitID]Row)
	for _, r := range Month(s.State, november).Rows {
		rows[r.Unit.ID] = r
	}
	for _, c := range []struct {
		rule      string
		got, want any
	}{
		{"who came himself and was signed for counts once, as himself", []int{rows["jiaoke"].Present, rows["jiaoke"].Own, rows["jiaoke"].Vouched}, []int{4, 3, 1}},
		{"who was signed for is on the roster by his name", rows["jiaoke"].Listed, 3},
		{"leave is of those who came to no session", []int{rows["jiaoke"].Excused, rows["jiaoke"].ListedExcused}, []int{2, 1}},
		{"who is on leave is absent, too", Absent(s.State, "jiaoke", november), []string{"王小明", "赵老五"}},
		{"parts of the newest session are summed, what was replaced is not", rows["jiaoke"].Heads, Headcount{2, new(80), new(78), new(2)}},
		{"without a session the newest day counts; a sum that lacks a part is none", rows["gongan"].Heads, Headcount{2, nil, new(23), new(2)}},
		{"the same activity twice is one; what was taken back is none", []int{rows["jiaoke"].Held, rows["jiaoke"].Joined, rows["jiaoke"].Joint}, []int{1, 0, 1}},
		{"a joint activity counts for each unit", []int{rows["gongan"].Joint, rows["gongan"].Activities()}, []int{1, 1}},
		{"messages to many are no activity, what waits is none", rows["nonghang"].HasPublic(), false},
		{"a filing may say that there were several", rows["jianhang"].Held, 2},
		{"the unit's own word on cases", []bool{rows["jiaoke"].ZeroDeclared, rows["gongan"].ZeroDeclared}, []bool{true, false}},
		{"what waits", []int{rows["jiaoke"].Pending, rows["nonghang"].Pending}, []int{1, 1}},
		{"a session on paper is one, unless it was taken back whole", rows["changning"].Sessions, 1},
		{"what was filed for the month later", []int{rows["changning"].Present, rows["changning"].Vouched}, []int{1, 1}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.rule, diff)
		}
	}
	if got := len(Filings(s.State, november.Add(1))); got != 0 {
		t.Errorf("%d filings count for the month in which they were made", got)
	}
}

func TestFiledMonth(t *testing.T) {
	october := november.Add(-1)
	session := func(id bot.SessionID) (bot.Month, bool) { return october.Add(-1), id == "S1" }
	for _, c := range []struct {
		rule string
		f    bot.Filed
		want bot.Month
	}{
		{"the month that it names", bot.Filed{Session: "S1", Facts: bot.Facts{Month: "2026-10", On: "2026-11-01"}}, october},
		{"none, if that is none", bot.Filed{Session: "S1", Facts: bot.Facts{Month: "2026-13", On: "2026-11-01"}}, bot.Month{}},
		{"that of its activity", bot.Filed{Session: "S1", Facts: bot.Facts{On: "2026-10-31"}}, october},
		{"that of its session", bot.Filed{Session: "S1"}, october.Add(-1)},
		{"that in which it was made", bot.Filed{Session: "S2", Facts: bot.Facts{On: "sometime"}}, november},
	} {
		if got := FiledMonth(&c.f, at(3, 9), session); got != c.want {
			t.Errorf("%s: %v, want %v", c.rule, got, c.want)
		}
	}
}

func TestRateWithoutLeave(t *testing.T) {
	for _, c := range []struct {
		rule    string
		row     Row
		percent int
		ok      bool
	}{
		{"leave is taken off the roster", Row{Sessions: 1, Expected: 5, Listed: 2, Excused: 3, ListedExcused: 1, Comparable: true}, 50, true},
		{"no leave", Row{Sessions: 1, Expected: 5, Listed: 2, Comparable: true}, 0, false},
		{"leave of others than those on the roster", Row{Sessions: 1, Expected: 5, Listed: 2, Excused: 1, Comparable: true}, 0, false},
		{"all are on leave", Row{Sessions: 1, Expected: 5, ListedExcused: 5, Comparable: true}, 0, false},
		{"nothing to compare with", Row{Sessions: 1, Expected: 5, Listed: 2, ListedExcused: 1}, 0, false},
	} {
		if percent, ok := c.row.RateWithoutLeave(); percent != c.percent || ok != c.ok {
			t.Errorf("%s: RateWithoutLeave = %d, %t, want %d, %t", c.rule, percent, ok, c.percent, c.ok)
		}
	}
}
