package scheduler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

// noon is when the tests begin: a Monday.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, bot.Zone)

var errFatal = errors.New("nothing makes sense any more")

// A diary notes which job began when. Jobs run one after another, so it needs no
// lock until the scheduler has ended.
type diary []string

func (d *diary) job(name, spec string, wake <-chan struct{}, takes time.Duration, answers ...error) Job {
	n := 0
	return Job{Name: name, Spec: spec, Wake: wake, Run: func(ctx context.Context) error {
		*d = append(*d, fmt.Sprintf("%s %s", time.Now().In(bot.Zone).Format("2 15:04:05"), name))
		if err := (bot.SystemClock{}).Sleep(ctx, takes); err != nil {
			return err
		}
		if n++; n <= len(answers) {
			return answers[n-1]
		}
		return nil
	}}
}

// play runs jobs from noon on, until during has returned, and returns what Run did.
func play(t *testing.T, log *bytes.Buffer, during func(), jobs ...Job) error {
	t.Helper()
	time.Sleep(time.Until(noon))
	s, err := New(jobs, bot.SystemClock{}, slog.New(slog.NewTextHandler(log, nil)), func(err error) bool { return errors.Is(err, errFatal) })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	during()
	cancel()
	return <-done
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		rule   string
		jobs   func(d *diary, wake chan struct{}) []Job
		during func(wake chan struct{})
		want   string
		fails  bool
		log    string // words that the log must have
	}{
		{
			rule:   "times are civil times in Shanghai",
			jobs:   func(d *diary, _ chan struct{}) []Job { return []Job{d.job("push", "30 9 * * 1-5", nil, 0)} },
			during: func(chan struct{}) { time.Sleep(5 * 24 * time.Hour) },
			want:   "24 09:30:00 push, 25 09:30:00 push, 26 09:30:00 push, 27 09:30:00 push",
		},
		{
			rule: "two due at once keep their order",
			jobs: func(d *diary, _ chan struct{}) []Job {
				return []Job{d.job("b", "*/30 * * * *", nil, time.Second), d.job("a", "*/30 * * * *", nil, 0)}
			},
			during: func(chan struct{}) { time.Sleep(time.Hour + time.Minute) },
			want:   "23 12:30:00 b, 23 12:30:01 a, 23 13:00:00 b, 23 13:00:01 a",
		},
		{
			rule: "a token runs a job early, and only that one",
			jobs: func(d *diary, wake chan struct{}) []Job {
				return []Job{d.job("other", "0 0 * * *", make(chan struct{}), 0), d.job("release", "0 0 * * *", wake, 0)}
			},
			during: func(wake chan struct{}) {
				for range 2 {
					time.Sleep(time.Minute)
					wake <- struct{}{}
				}
				time.Sleep(12 * time.Hour)
			},
			want: "23 12:01:00 release, 23 12:02:00 release, 24 00:00:00 other, 24 00:00:00 release",
		},
		{
			rule: "a token given while the job runs is not lost",
			jobs: func(d *diary, wake chan struct{}) []Job {
				return []Job{d.job("release", "0 0 * * *", wake, time.Minute)}
			},
			during: func(wake chan struct{}) {
				wake <- struct{}{}
				time.Sleep(time.Second)
				wake <- struct{}{}
				time.Sleep(time.Hour)
			},
			want: "23 12:00:00 release, 23 12:01:00 release",
		},
		{
			rule: "an error is logged and does not end anything",
			jobs: func(d *diary, _ chan struct{}) []Job {
				return []Job{d.job("push", "*/30 * * * *", nil, 0, errors.New("the group is gone"))}
			},
			during: func(chan struct{}) { time.Sleep(time.Hour + time.Minute) },
			want:   "23 12:30:00 push, 23 13:00:00 push",
			log:    "job=push err=\"the group is gone\"",
		},
		{
			rule: "a fatal error ends it",
			jobs: func(d *diary, _ chan struct{}) []Job {
				return []Job{d.job("push", "*/30 * * * *", nil, 0, fmt.Errorf("appending: %w", errFatal)), d.job("close", "*/30 * * * *", nil, 0)}
			},
			during: func(chan struct{}) { time.Sleep(time.Hour) },
			want:   "23 12:30:00 push",
			fails:  true,
		},
		{
			rule: "a job slower than its period makes up for one time",
			jobs: func(d *diary, _ chan struct{}) []Job {
				return []Job{d.job("slow", "* * * * *", nil, 3*time.Minute+30*time.Second), d.job("quick", "* * * * *", nil, 0)}
			},
			during: func(chan struct{}) { time.Sleep(9 * time.Minute) },
			want:   "23 12:01:00 slow, 23 12:04:30 quick, 23 12:04:30 slow, 23 12:08:00 quick, 23 12:08:00 slow",
		},
		{
			rule: "no job, no work",
			jobs: func(*diary, chan struct{}) []Job { return nil }, during: func(chan struct{}) { time.Sleep(time.Hour) },
		},
	} {
		t.Run(c.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d diary
				var log bytes.Buffer
				wake := make(chan struct{}, 1)
				err := play(t, &log, func() { c.during(wake) }, c.jobs(&d, wake)...)
				if got := strings.Join(d, ", "); got != c.want {
					t.Errorf("ran %s, want %s", got, c.want)
				}
				if errors.Is(err, errFatal) != c.fails || !c.fails && err != nil {
					t.Errorf("Run = %v, want fatal %t", err, c.fails)
				}
				if !strings.Contains(log.String(), c.log) || c.log == "" && log.Len() > 0 {
					t.Errorf("log = %q, want %q in it", log.String(), c.log)
				}
			})
		})
	}
}

// TestTwoWokenAtOnceBothRun: their order is nobody's.
func TestTwoWokenAtOnceBothRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		a, b := make(chan struct{}, 1), make(chan struct{}, 1)
		a <- struct{}{}
		b <- struct{}{}
		err := play(t, new(bytes.Buffer), func() { time.Sleep(time.Hour) }, d.job("a", "0 0 1 1 *", a, 0), d.job("b", "0 0 1 1 *", b, 0))
		slices.Sort(d)
		if err != nil || fmt.Sprint(d) != "[23 12:00:00 a 23 12:00:00 b]" {
			t.Errorf("Run = %v, ran %v, want both", err, d)
		}
	})
}

// TestRunEndsWithItsContext ends it while a job runs: that one is told, no other
// begins, and nothing is logged as failed.
func TestRunEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		var log bytes.Buffer
		err := play(t, &log, func() { time.Sleep(90 * time.Second) },
			d.job("slow", "* * * * *", nil, time.Hour), d.job("next", "* * * * *", nil, 0))
		if err != nil || fmt.Sprint(d) != "[23 12:01:00 slow]" || log.Len() > 0 || time.Since(noon) != 90*time.Second {
			t.Errorf("Run = %v, ran %v, logged %q", err, d, log.String())
		}
	})
}

// A weekly runs at its own times, not by cron.
type weekly struct{}

func (weekly) Next(t time.Time) time.Time {
	if t.Before(noon) {
		return noon
	}
	return noon.Add((t.Sub(noon)/(7*24*time.Hour) + 1) * 7 * 24 * time.Hour)
}

func TestJobsAtStartAndByTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		other := d.job("other", "0 13 * * *", nil, 0)
		settles := d.job("settles", "", nil, time.Minute, errors.New("no time yet"))
		settles.Times, settles.AtStart = weekly{}, true
		var log bytes.Buffer
		err := play(t, &log, func() { time.Sleep(8 * 24 * time.Hour) }, other, settles)
		got := strings.Join(d, ", ")
		if err != nil || !strings.HasPrefix(got, "23 12:00:00 settles, 23 13:00:00 other, 24 13:00:00 other, ") || !strings.Contains(got, ", 30 12:00:00 settles, 30 13:00:00 other") || strings.Count(got, "settles") != 2 {
			t.Errorf("Run = %v, ran %s", err, got)
		}
		if !strings.Contains(log.String(), "no time yet") {
			t.Error("what failed at the start was not logged")
		}
	})
}

func TestAFatalErrorAtTheStartEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		job := d.job("settles", "0 13 * * *", nil, 0, errFatal)
		job.AtStart = true
		if err := play(t, new(bytes.Buffer), func() { time.Sleep(time.Hour) }, job); !errors.Is(err, errFatal) || len(d) != 1 {
			t.Errorf("Run = %v after %v", err, d)
		}
	})
}

func TestNext(t *testing.T) {
	s, err := New([]Job{{Name: "push", Spec: "30 9 * * 1-5"}, {Name: "never", Spec: "0 0 30 2 *"}}, bot.SystemClock{}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	friday := time.Date(2026, 11, 27, 9, 30, 0, 0, bot.Zone)
	for name, want := range map[string]time.Time{"push": friday.Add(3 * 24 * time.Hour), "never": {}, "none": {}} {
		if got := s.Next(name, friday.UTC()); !got.Equal(want) {
			t.Errorf("Next(%s) = %v, want %v", name, got, want)
		}
	}
}

func TestNewRefusesABadLine(t *testing.T) {
	_, err := New([]Job{{Name: "push", Spec: "at noon"}}, bot.SystemClock{}, slog.New(slog.DiscardHandler), nil)
	if err == nil || !strings.Contains(err.Error(), "job push") {
		t.Errorf("New = %v, want an error that names the job", err)
	}
}
