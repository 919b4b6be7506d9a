package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/calendar"
	"fanzha/config"
	"fanzha/scheduler"
)

// Schedule returns the jobs that have times of their own, as cfg has them. What
// they do is settled by [New].
func Schedule(cfg config.File) []calendar.Job { return []calendar.Job{pushTimes(cfg), queueTimes()} }

func pushTimes(cfg config.File) calendar.Job {
	push := cfg.PushJob()
	return calendar.Job{Name: jobPush, Title: "推送预警", Rule: push.Rule(), Missed: push.Policy()}
}

// queueTimes is a reminder: missed, the next day's will do.
func queueTimes() calendar.Job {
	queue := config.Job{When: "每个工作日 09:00", Missed: string(calendar.Skip)}
	return calendar.Job{Name: jobQueue, Title: "待办提醒", Rule: queue.Rule(), Missed: queue.Policy()}
}

// timed makes a scheduled job of a decision that is to be taken once for each of
// j's runs. It settles all that are due: in time, or missed while the program was
// down. A run and the entry that settles it are one step, so a crash neither
// loses nor doubles it.
func (a *App) timed(j calendar.Job, run book.Decide) scheduler.Job {
	settle := func(ctx context.Context) error {
		for {
			var settled *bot.JobSettled
			if _, err := a.Book.Do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
				if settled = j.Settle(a.calendar, s.Jobs, now); settled == nil {
					return nil, nil
				}
				var out []bot.Payload
				if settled.Ran {
					var err error
					if out, err = run(s, now); err != nil {
						return nil, err
					}
				}
				return append(out, settled), nil
			}); err != nil || settled == nil {
				return err
			}
			if settled.MadeUp || settled.Skipped > 0 {
				a.deps.Log.WarnContext(ctx, "runs were missed while the program was down", "job", j.Name, "madeUp", settled.MadeUp, "skipped", settled.Skipped)
			}
		}
	}
	return scheduler.Job{Name: j.Name, Times: calendar.Times{Rule: j.Rule, Calendar: a.calendar}, AtStart: true, Run: settle}
}

// warnOfCalendar tells whoever reads the log that holidays are missing. It is
// told every day, and on /readyz all the time: a push on a holiday is a promise
// broken, and nothing else would show it before.
func (a *App) warnOfCalendar(ctx context.Context) {
	if w := a.calendar.Warning(a.deps.Clock.Now()); w != "" {
		a.deps.Log.WarnContext(ctx, "holidays are missing from the calendar", "hint", w)
	}
}

// SchedulePlan says for people when the scheduled jobs run next and what became of
// the runs so far.
func (a *App) SchedulePlan(ctx context.Context) (text string, err error) {
	err = a.Book.View(ctx, func(s *book.State, now time.Time) error {
		text = calendar.Text(a.calendar, Schedule(a.cfg), s.Jobs, now)
		return nil
	})
	return text, err
}

// jobCounters shows what became of the scheduled jobs' runs since the ledger
// began.
type jobCounters struct{ app *App }

func (c jobCounters) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(c, ch) }

func (c jobCounters) Collect(ch chan<- prometheus.Metric) {
	c.app.look(func(s *book.State) {
		for _, j := range Schedule(c.app.cfg) {
			settled := s.Jobs.Job(j.Name)
			for _, m := range []struct {
				name, help string
				n          int
			}{
				{"fanzha_job_runs_total", "Runs of a scheduled job.", settled.Ran},
				{"fanzha_job_made_up_total", "Runs that came late, after downtime.", settled.MadeUp},
				{"fanzha_job_skipped_total", "Runs that were missed and not made up for.", settled.Skipped},
			} {
				desc := prometheus.NewDesc(m.name, m.help, []string{"job"}, nil)
				ch <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(m.n), j.Name)
			}
		}
	})
}
