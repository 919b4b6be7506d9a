package app_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
)

// pushed lists on which days, and at what time, pushes were planned.
func (c *county) pushed() (out []string) {
	for _, e := range c.entries() {
		if p, ok := e.Payload.(*bot.PushPlanned); ok {
			out = append(out, p.DueAt.In(bot.Zone).Format("1-2 15:04"))
		}
	}
	return out
}

// signal returns a page of those who watch the machine.
func (c *county) signal(page string) string {
	w := httptest.NewRecorder()
	c.app.Signals().ServeHTTP(w, httptest.NewRequest("GET", page, nil))
	return w.Body.String()
}

// The program is down over three pushes: one of them is made up for when it is up
// again, once, however often it is started. It is counted and can be seen.
func TestMissedPushesAreMadeUpForOnce(t *testing.T) {
	inCounty(t, 2, 1, func(c *county) {
		c.open()
		for _, topic := range []string{"刷单返利", "冒充客服", "虚假贷款", "杀猪盘", "网购退款", "冒充领导"} {
			c.approved(draft(topic))
		}
		c.until("11-03 12:00:00")
		if err := c.stop(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * 24 * time.Hour)
		c.start()
		c.restart()
		c.restart()
		c.until("11-09 12:00:00")
		if got, want := c.pushed(), []string{"11-2 09:30", "11-3 09:30", "11-6 12:00", "11-9 09:30"}; !slices.Equal(got, want) {
			t.Errorf("pushed at %q, want %q", got, want)
		}
		c.look(func(s *book.State) {
			if j := s.Jobs.Job("push"); j.Ran != 4 || j.MadeUp != 1 || j.Skipped != 2 {
				t.Errorf("counted %+v", j)
			}
		})
		metrics := c.signal("/metrics")
		for _, want := range []string{
			`fanzha_job_runs_total{job="push"} 4`, `fanzha_job_made_up_total{job="push"} 1`, `fanzha_job_skipped_total{job="push"} 2`, "fanzha_calendar_incomplete 0",
		} {
			if !strings.Contains(metrics, want+"\n") {
				t.Errorf("/metrics lacks %s", want)
			}
		}
		plan, err := c.app.SchedulePlan(t.Context())
		if want := "至今运行 4 次，其中停机后补 1 次（最近 2026-11-06）；错过未补 2 次（最近 2026-11-06）\n待办提醒："; err != nil || !strings.Contains(plan, want) {
			t.Errorf("SchedulePlan = %s, %v, want %s in it", plan, err, want)
		}
	})
}

// Somebody's filing waits for the liaison. He is told, and reminded at nine on
// workdays; a morning on which the program was down is not made up for, but counted.
func TestMissedRemindersAreCounted(t *testing.T) {
	inCounty(t, 1, 3, func(c *county) {
		c.open()
		c.push(c.approved(draft("刷单返利")))
		u := c.Units[0].ID
		liaison := c.People[u][0].UserID
		if _, err := c.Platform.Tell(liaison, "待办"); err != nil { // or the bot may not write to him
			t.Fatal(err)
		}
		c.say(u, c.People[u][1], "替"+c.People[u][2].Name+"签到")
		reminded := func() (days []string) {
			for _, d := range c.Platform.Deliveries() {
				if strings.Contains(d.Content, "待办") {
					days = append(days, d.At.In(bot.Zone).Format("1-2 15:04"))
				}
			}
			return days
		}
		c.until("11-03 12:00:00")
		if err := c.stop(); err != nil {
			t.Fatal(err)
		}
		c.until("11-04 12:00:00")
		c.start()
		c.until("11-09 12:00:00") // over a weekend
		if got, want := reminded(), []string{"11-2 09:02", "11-3 09:00", "11-5 09:00", "11-6 09:00", "11-9 09:00"}; !slices.Equal(got, want) {
			t.Errorf("reminded at %q, want %q", got, want)
		}
		metrics := c.signal("/metrics")
		for _, want := range []string{`fanzha_job_runs_total{job="queue"} 4`, `fanzha_job_made_up_total{job="queue"} 0`, `fanzha_job_skipped_total{job="queue"} 1`} {
			if !strings.Contains(metrics, want+"\n") {
				t.Errorf("/metrics lacks %s", want)
			}
		}
	})
}

// A push that was missed before the quiet hours and is made up for in them waits
// for their end.
func TestMakingUpKeepsQuietHours(t *testing.T) {
	inCounty(t, 2, 1, func(c *county) {
		c.open()
		c.approved(draft("刷单返利"))
		if err := c.stop(); err != nil {
			t.Fatal(err)
		}
		c.until("11-02 23:00:00")
		c.start()
		c.until("11-03 09:00:00")
		if got := c.pushed(); !slices.Equal(got, []string{"11-3 08:00"}) {
			t.Errorf("pushed at %q", got)
		}
		c.eachGroupGot(1)
		c.awake()
	})
}

// In December the next year's holidays are due. Until they are typed in, the
// operator is told at every start, every morning, and on /readyz.
func TestMissingHolidaysAreToldOf(t *testing.T) {
	inCounty(t, 1, 1, func(c *county) {
		var log bytes.Buffer
		c.deps.Log = slog.New(slog.NewTextHandler(&log, nil))
		c.until("11-30 20:00:00") // before, nothing of it could be told
		c.start()
		c.until("11-30 23:59:00")
		const words = "holidays are missing from the calendar"
		if got := c.signal("/readyz"); got != "ok\n" || strings.Contains(log.String(), words) {
			t.Errorf("in November /readyz = %s", got)
		}
		c.until("12-03 09:00:00")
		if n := strings.Count(log.String(), words); n != 3 {
			t.Errorf("warned %d times on three mornings", n)
		}
		c.restart()
		if n := strings.Count(log.String(), words); n != 4 {
			t.Errorf("warned %d times with the new start", n)
		}
		if got := c.signal("/readyz"); !strings.HasPrefix(got, "ok\n注意：没有2027年的放假安排，") {
			t.Errorf("/readyz = %s", got)
		}
		if !strings.Contains(c.signal("/metrics"), "fanzha_calendar_incomplete 1\n") {
			t.Error("/metrics does not say that holidays are missing")
		}
	})
}
