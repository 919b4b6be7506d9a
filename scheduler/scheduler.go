// Package scheduler is what the bot does when time comes: named jobs at civil
// times. It knows when, never what: the jobs are given to it.
//
// Times are cron lines in Asia/Shanghai, read by robfig/cron, or whatever a
// [Times] tells, for example by workdays; a job may also be woken early. Jobs run
// one after another, so none has to fear another one. The scheduler keeps no
// memory: whether a time that passed while the process was down is made up for is
// the job's to decide, which is run at the start for that ([Job].AtStart), looks
// at the state and does what is due then.
package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"fanzha/bot"
)

// Times tell when a job runs.
type Times interface {
	// Next returns the first time after t, the zero time if there is none.
	Next(t time.Time) time.Time
}

// A Job is one thing to do at its times.
type Job struct {
	Name string
	// Spec is a cron line of five fields in Asia/Shanghai.
	Spec string
	// Times, if not nil, are used instead of Spec.
	Times Times
	// AtStart runs the job before anything else when the scheduler begins, so
	// that it can make up for what was missed.
	AtStart bool
	// Wake, if not nil, runs the job early whenever it gets a token.
	Wake <-chan struct{}
	// Run does what is due at the present time. Its error is logged, and ends the
	// scheduler only if it is fatal: see [New].
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
	times Times
}

// New returns a scheduler of jobs. It fails if a cron line cannot be read. fatal
// tells errors after which no job makes sense.
func New(jobs []Job, clock bot.Clock, log *slog.Logger, fatal func(error) bool) (*Scheduler, error) {
	s := &Scheduler{clock: clock, log: log, fatal: fatal}
	for _, j := range jobs {
		times := j.Times
		if times == nil {
			line, err := cron.ParseStandard(j.Spec)
			if err != nil {
				return nil, fmt.Errorf("job %s: %w", j.Name, err)
			}
			times = line
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
// until one fails fatally. Of the times that passed while a job ran, each job
// makes up for one.
func (s *Scheduler) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var listeners sync.WaitGroup
	defer listeners.Wait()
	defer stop()
	woken := make(chan int)
	next := make([]time.Time, len(s.jobs))
	for i, j := range s.jobs {
		next[i] = j.times.Next(s.clock.Now().In(bot.Zone))
		if j.Wake != nil {
			listeners.Go(func() { listen(ctx, j.Wake, i, woken) })
		}
	}
	for _, j := range s.jobs {
		if j.AtStart && ctx.Err() == nil {
			if err := s.run(ctx, j); err != nil {
				return err
			}
		}
	}
	for ctx.Err() == nil {
		early := s.wait(ctx, next, woken)
		now := s.clock.Now().In(bot.Zone)
		for i, j := range s.jobs {
			due := !next[i].IsZero() && !now.Before(next[i])
			if due {
				next[i] = j.times.Next(now)
			}
			if !due && i != early {
				continue
			}
			if ctx.Err() != nil {
				return nil
			}
			if err := s.run(ctx, j); err != nil {
				return err
			}
		}
	}
	return nil
}

// run runs one job. Its error is fatal; another one is logged.
func (s *Scheduler) run(ctx context.Context, j entry) error {
	err := j.Run(ctx)
	switch {
	case err == nil:
	case s.fatal(err):
		return fmt.Errorf("job %s: %w", j.Name, err)
	case ctx.Err() == nil:
		s.log.ErrorContext(ctx, "job failed", "job", j.Name, "err", err)
	}
	return nil
}

// listen hands each token of wake on as the index of its job.
func listen(ctx context.Context, wake <-chan struct{}, job int, woken chan<- int) {
	for {
		select {
		case <-wake:
		case <-ctx.Done():
			return
		}
		select {
		case woken <- job:
		case <-ctx.Done():
			return
		}
	}
}

// wait returns when the first of next has come or ctx has ended: then -1; or
// when a job was woken: then its index.
func (s *Scheduler) wait(ctx context.Context, next []time.Time, woken <-chan int) int {
	sleeping, rouse := context.WithCancel(ctx)
	slept := make(chan struct{})
	go func() {
		defer close(slept)
		_ = s.clock.Sleep(sleeping, s.untilFirst(next)) // its error is ctx's, which Run looks at
	}()
	early := -1
	select {
	case early = <-woken:
	case <-slept:
	}
	rouse()
	<-slept
	return early
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
