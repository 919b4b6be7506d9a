package calendar

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

// civil reads an instant: 2026-11-23 09:30.
func civil(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, bot.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// An office is a job, its ledger in short, and what it did.
type office struct {
	t   *testing.T
	job Job
	cal *Calendar
	v   *Jobs
	log []string
}

func open(t *testing.T, when string, m Missed) *office {
	t.Helper()
	return &office{t: t, job: Job{Name: "push", Title: "推送预警", Rule: rule(t, when), Missed: m}, cal: calendar2026(t), v: NewJobs()}
}

// at is the program, up at an instant: it settles what is due.
func (o *office) at(civilTime string) {
	o.t.Helper()
	now := civil(o.t, civilTime)
	for range 1000 {
		e := o.job.Settle(o.cal, o.v, now)
		if e == nil {
			return
		}
		o.v.Apply(now, e)
		line := "from now"
		switch {
		case e.MadeUp:
			line = "made up"
		case e.Ran:
			line = "ran"
		case e.Skipped > 0:
			line = "nothing"
		}
		if e.Skipped > 0 {
			line += fmt.Sprintf(", %d skipped", e.Skipped)
		}
		o.log = append(o.log, e.Until.In(bot.Zone).Format("2 15:04 ")+line)
	}
	o.t.Fatal("Settle never ends")
}

func (o *office) did(want string) {
	o.t.Helper()
	if got := strings.Join(o.log, "|"); got != want {
		o.t.Errorf("did %s\nwant %s", got, want)
	}
	o.log = nil
}

// The program is down from Friday evening, 20 November 2026, to Wednesday noon:
// three runs are missed.
func TestMissedRunsByPolicy(t *testing.T) {
	const when = "每个工作日 09:30"
	for _, x := range []struct {
		rule   string
		missed Missed
		want   string
	}{
		{"skip makes up for none", Missed{Skip, 24 * time.Hour}, "25 09:30 nothing, 3 skipped"},
		{"no policy is skip", Missed{}, "25 09:30 nothing, 3 skipped"},
		{"once makes up for the newest", Missed{Once, 24 * time.Hour}, "25 09:30 made up, 2 skipped"},
		{"once looks back no farther than the window", Missed{Once, 2 * time.Hour}, "25 09:30 nothing, 3 skipped"},
		{"all makes up for each within the window", Missed{All, 30 * time.Hour}, "24 09:30 made up, 1 skipped|25 09:30 made up"},
		{"all makes up for each", Missed{All, 7 * 24 * time.Hour}, "23 09:30 made up|24 09:30 made up|25 09:30 made up"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			o := open(t, when, x.missed)
			o.at("2026-11-20 08:00")
			o.at("2026-11-20 09:30")
			o.did("20 08:00 from now|20 09:30 ran")
			o.at("2026-11-25 12:00")
			o.did(x.want)
			o.at("2026-11-25 12:01") // another restart, and nothing is doubled
			o.did("")
			o.at("2026-11-26 09:30")
			o.did("26 09:30 ran")
		})
	}
}

func TestARunInTimeIsRunUnderEveryPolicy(t *testing.T) {
	for _, p := range Policies() {
		o := open(t, "每个工作日 09:30", Missed{Policy: p})
		o.at("2026-11-23 09:00")
		o.at("2026-11-23 09:40") // the job before took ten minutes
		o.did("23 09:00 from now|23 09:30 ran")
		o.at("2026-11-24 09:41")
		o.did("24 09:30 nothing, 1 skipped")
	}
}

func TestARunInTimeStandsForTheMissedOnes(t *testing.T) {
	o := open(t, "每个工作日 09:30", Missed{Once, 744 * time.Hour})
	o.at("2026-11-20 09:00")
	o.at("2026-11-24 09:31")
	o.did("20 09:00 from now|24 09:30 ran, 2 skipped")
}

func TestANewRuleHasMissedNothing(t *testing.T) {
	o := open(t, "每月首个工作日 09:30", Missed{All, 744 * time.Hour})
	o.at("2026-11-02 09:30")
	o.job.Rule = rule(t, "每天 08:00")
	o.at("2026-11-23 12:00")
	o.did("2 09:30 from now|23 12:00 from now")
	o.at("2026-11-24 08:00")
	o.did("24 08:00 ran")
	if s := o.v.Job("push"); s.Skipped != 0 || s.Ran != 1 {
		t.Errorf("settled %+v", s)
	}
}

// A push that was missed on the last workday before the holiday is not made up
// for on the holiday.
func TestMakingUpKeepsWorkdays(t *testing.T) {
	o := open(t, "每个工作日 09:30", Missed{Once, 14 * 24 * time.Hour})
	o.at("2026-09-29 09:30")
	o.at("2026-10-02 12:00")
	o.at("2026-10-08 08:00") // the first workday
	o.did("29 09:30 from now|30 09:30 made up")

	o = open(t, "每个工作日 09:30", Missed{Once, 24 * time.Hour})
	o.at("2026-09-29 09:30")
	o.at("2026-10-02 12:00")
	o.at("2026-10-08 08:00")
	o.did("29 09:30 from now|30 09:30 nothing, 1 skipped")

	o = open(t, "30 9 * * 1-5", Missed{Once, 24 * time.Hour}) // knows no holidays
	o.at("2026-09-29 09:30")
	o.at("2026-10-02 12:00")
	o.did("29 09:30 from now|2 09:30 made up, 2 skipped")
}

func TestAClockThatGoesBackRunsNothingTwice(t *testing.T) {
	o := open(t, "每天 09:30", Missed{All, 24 * time.Hour})
	o.at("2026-11-23 09:00")
	o.at("2026-11-23 09:30")
	o.at("2026-11-22 09:30")
	o.at("2026-11-23 09:30")
	o.did("23 09:00 from now|23 09:30 ran")
}

func TestJobsViewCounts(t *testing.T) {
	o := open(t, "每个工作日 09:30", Missed{All, 30 * time.Hour})
	o.v.Apply(civil(t, "2026-11-20 07:00"), &bot.ProcessStarted{})
	o.at("2026-11-20 08:00")
	o.at("2026-11-20 09:30")
	o.at("2026-11-25 12:00")
	want := Settled{
		When: "每个工作日 09:30", Until: civil(t, "2026-11-25 09:30").UTC(), Ran: 3, MadeUp: 2, Skipped: 1,
		MadeUpAt: civil(t, "2026-11-25 12:00"), SkippedAt: civil(t, "2026-11-25 12:00"),
	}
	if diff := cmp.Diff(want, o.v.Job("push")); diff != "" {
		t.Errorf("Job (-want +got):\n%s", diff)
	}
	o.at("2026-12-02 12:00") // down once more
	if s := o.v.Job("push"); s.Ran != 5 || s.MadeUp != 4 || s.Skipped != 4 {
		t.Errorf("after another downtime: %+v", s)
	}
	if got := o.v.Job("report"); got != (Settled{}) {
		t.Errorf("a job that never was: %+v", got)
	}
}

func TestText(t *testing.T) {
	o := open(t, "每月首个工作日 09:00；每月25日 09:00 遇假顺延", Missed{Once, 48 * time.Hour})
	got := Text(o.cal, []Job{o.job}, o.v, civil(t, "2026-09-24 12:00"))
	want := `定时任务
推送预警：每月首个工作日 09:00；每月25日 09:00 遇假顺延
下次：2026-09-28 周一 09:00，9月25日中秋节放假，顺延到9月28日
再下次：2026-10-08 周四 09:00，10月1日至7日国庆节放假，改在10月8日
停机错过的：2天内补一次`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	o.job.Rule, o.job.Missed = rule(t, "每个工作日 09:30"), Missed{All, 30 * time.Hour}
	o.at("2026-11-20 08:00")
	o.at("2026-11-25 12:00")
	got = Text(o.cal, []Job{o.job}, o.v, civil(t, "2026-12-30 12:00"))
	want = `定时任务
推送预警：每个工作日 09:30
下次：2026-12-31 周四 09:30
再下次：2027-01-01 周五 09:30
停机错过的：30小时内逐次补
至今运行 2 次，其中停机后补 2 次（最近 2026-11-25）；错过未补 2 次（最近 2026-11-25）
注意：没有2027年的放假安排，`
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPreview(t *testing.T) {
	c := calendar2026(t)
	jobs := []Job{
		{Name: "a", Title: "月初", Rule: rule(t, "每月首个工作日 09:00"), Missed: Missed{Once, 24 * time.Hour}},
		{Name: "b", Title: "月末", Rule: rule(t, "每月31日 08:30"), Missed: Missed{Policy: Skip}},
	}
	lines := strings.Split(Preview(c, jobs, 2026), "\n")
	for i, want := range []string{
		"2026年的工作日依据：通知。",
		"2027年的放假安排还没有录入，它若改动2026年12月的上班日，以下没有计入。",
		"月初：每月首个工作日 09:00，全年 12 次；停机错过的，24小时内补一次。",
		"月末：每月31日 08:30，全年 12 次；停机错过的，不补。",
		"2026-01-04  周日  09:00  月初  1月1日至2日元旦放假，改在1月4日（元旦调休上班）",
		"2026-01-31  周六  08:30  月末",
		"2026-02-02  周一  09:00  月初",
	} {
		if lines[i] != want {
			t.Errorf("line %d:\n got %s\nwant %s", i+1, lines[i], want)
		}
	}
	if last := lines[len(lines)-2]; last != "2026-12-31  周四  08:30  月末" || len(lines) != 4+24+1 {
		t.Errorf("%d lines, the last %s", len(lines), last)
	}
	if got := Preview(c, jobs, 2027); !strings.HasPrefix(got, "注意：没有2027年的放假安排，一律按周一至周五上班推算，") {
		t.Errorf("unknown year begins %s", got[:100])
	}
	both := calendar2026(t, Year{Year: 2027, Source: "下一年的通知"})
	if got := Preview(both, jobs, 2026); strings.Contains(got, "还没有录入") {
		t.Error("says that a year is missing that is there")
	}
}
