package scheduler

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/calendar"
)

// settling makes a scheduled job of j whose runs are settled in v, as the program
// does with its ledger; it notes what became of them.
func (d *diary) settling(j calendar.Job, c *calendar.Calendar, v *calendar.Jobs) Job {
	return Job{Name: j.Name, Times: calendar.Times{Rule: j.Rule, Calendar: c}, AtStart: true, Run: func(context.Context) error {
		now := time.Now()
		for e := j.Settle(c, v, now); e != nil; e = j.Settle(c, v, now) {
			v.Apply(now, e)
			switch {
			case e.Ran:
				*d = append(*d, fmt.Sprintf("%s for %s", now.In(bot.Zone).Format("2 15:04"), e.Until.In(bot.Zone).Format("2 15:04")))
			case e.Skipped == 0:
				*d = append(*d, now.In(bot.Zone).Format("2 15:04")+" begins")
			}
		}
		return nil
	}}
}

// The program runs from Monday noon to Tuesday noon, is down for three days, over
// three runs, and runs again from Friday noon to Monday noon.
func TestThreeDaysOfDowntime(t *testing.T) {
	for _, x := range []struct {
		missed               calendar.Missed
		made                 string // on Friday
		ran, madeUp, skipped int
	}{
		{calendar.Missed{Policy: calendar.Skip}, "", 2, 0, 3},
		{calendar.Missed{Policy: calendar.Once, Window: 24 * time.Hour}, "27 12:00 for 27 09:30, ", 3, 1, 2},
		{calendar.Missed{Policy: calendar.Once, Window: time.Hour}, "", 2, 0, 3},
		{calendar.Missed{Policy: calendar.All, Window: 48 * time.Hour}, "27 12:00 for 26 09:30, 27 12:00 for 27 09:30, ", 4, 2, 1},
		{calendar.Missed{Policy: calendar.All, Window: 744 * time.Hour}, "27 12:00 for 25 09:30, 27 12:00 for 26 09:30, 27 12:00 for 27 09:30, ", 5, 3, 0},
	} {
		t.Run(x.missed.Chinese(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rule, err := calendar.ParseRule("每个工作日 09:30")
				if err != nil {
					t.Fatal(err)
				}
				var d diary
				v := calendar.NewJobs()
				job := d.settling(calendar.Job{Name: "push", Rule: rule, Missed: x.missed}, new(calendar.Calendar), v)
				if err := play(t, new(bytes.Buffer), func() { time.Sleep(24 * time.Hour) }, job); err != nil {
					t.Fatal(err)
				}
				time.Sleep(3 * 24 * time.Hour)
				if err := play(t, new(bytes.Buffer), func() { time.Sleep(3 * 24 * time.Hour) }, job); err != nil {
					t.Fatal(err)
				}
				want := "23 12:00 begins, 24 09:30 for 24 09:30, " + x.made + "30 09:30 for 30 09:30"
				if got := strings.Join(d, ", "); got != want {
					t.Errorf("did   %s\nwant %s", got, want)
				}
				if s := v.Job("push"); s.Ran != x.ran || s.MadeUp != x.madeUp || s.Skipped != x.skipped {
					t.Errorf("counted %d ran, %d made up, %d skipped, want %d, %d, %d", s.Ran, s.MadeUp, s.Skipped, x.ran, x.madeUp, x.skipped)
				}
			})
		})
	}
}
