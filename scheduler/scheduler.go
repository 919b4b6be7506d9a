// Package scheduler is what the bot does when time comes: named jobs at civil
// times. It knows when, never what: the jobs are given to it.
//
// Times are cron lines in Asia/Shanghai, read by robfig/cron; a job may also be
// woken early. Jobs run one after another, so none has to fear another one. A
// time that passed while the process was down is not made up for: each job looks
// at the state and does what is due then.
package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"fanzha/bot"
)

// A Job is one thing to do at its times.
type Job struct {
	Name string
	// Spec is a cron line of five fields in Asia/Shanghai.
	Spec string
	// Wake, if not nil, runs the job early whenever it gets a token.
	Wake <-chan struct{}
	// Run does what is due at the present time. Its error is logged; an error
	// that wraps the one given as Fatal ends the scheduler.
	Run func(ctx context.Context) error
}

// Scheduler runs jobs.
type Scheduler struct {
	jobs  []entry
	clock bot.Clock
	log   *slog.Logger
	fatal func(error) bool
}

type entry struct {
	Job
	times cron.Schedule
}

// New returns a scheduler of jobs. It fails if a cron line cannot be read. fatal
// tells errors after which no job makes sense.
func New(jobs []Job, clock bot.Clock, log *slog.Logger, fatal func(error) bool) (*Scheduler, error) {
	s := &Scheduler{clock: clock, log: log, fatal: fatal}
	for _, j := range jobs {
		times, err := cron.ParseStandard(j.Spec)
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", j.Name, err)
		}
		s.jobs = append(s.jobs, entry{j, times})
	}
	return s, nil
}

// Next returns when the named job runs next after t, the zero time if never or
// if there is no such job.
func (s *Scheduler) Next(name string, t time.Time) time.Time {
	for _, j := range s.jobs {
		if j.Name == name {
			return j.times.Next(t.In(bot.Zone))
		}
	}
	return time.Time{}
}

// Run runs the jobs at their times until ctx ends, and then returns nil; or
// until one fails fatally.
func (s *Scheduler) Run(ctx context.Context) error {
	next := make([]time.Time, len(s.jobs))
	for i, j := range s.jobs {
		next[i] = j.times.Next(s.clock.Now().In(bot.Zone))
	}
	for {
		woken, err := s.wait(ctx, next)
		if err != nil {
			return nil
		}
		now := s.clock.Now().In(bot.Zone)
		for i, j := range s.jobs {
			due := !next[i].IsZero() && !now.Before(next[i])
			if due {
				next[i] = j.times.Next(now)
			}
			if !due && i != woken {
				continue
			}
			if err := j.Run(ctx); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				if s.fatal(err) {
					return fmt.Errorf("job %s: %w", j.Name, err)
				}
				s.log.ErrorContext(ctx, "job failed", "job", j.Name, "err", err)
			}
		}
	}
}

// wait returns when the first of next has come, or a job was woken: then with
// its index, else -1.
func (s *Scheduler) wait(ctx context.Context, next []time.Time) (woken int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wakes := make(chan int, len(s.jobs))
	ended := make(chan struct{}, len(s.jobs))
	listeners := 0
	for i, j := range s.jobs {
		if j.Wake == nil {
			continue
		}
		listeners++
		go func() {
			select {
			case <-j.Wake:
				wakes <- i
				cancel()
			case <-ctx.Done():
			}
			ended <- struct{}{}
		}()
	}
	sleepErr := s.clock.Sleep(ctx, s.untilFirst(next))
	cancel()
	for range listeners {
		<-ended
	}
	select {
	case i := <-wakes:
		// Another one woken in the same instant keeps its turn: its token is
		// spent, so it runs with this one.
		return i, nil
	default:
		return -1, sleepErr
	}
}

func (s *Scheduler) untilFirst(next []time.Time) time.Duration {
	first := time.Duration(1<<62 - 1)
	now := s.clock.Now()
	for _, t := range next {
		if !t.IsZero() {
			first = min(first, t.Sub(now))
		}
	}
	return max(first, 0)
}
