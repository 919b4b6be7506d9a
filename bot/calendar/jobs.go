package calendar

import (
	"time"

	"fanzha/bot"
)

// A Job (定时任务) is what is done at a rule's times.
type Job struct {
	Name  string // in entries, metrics and logs: push
	Title string // for people: 推送预警
	Rule  Rule
	Missed
}

// Settled is what became of a job's runs so far. The zero Settled is a job that
// was never seen.
type Settled struct {
	When string // the rule, as [Rule.String] has it
	// Until is up to when the runs are settled.
	Until time.Time
	// Ran counts the runs, MadeUp those among them that came late, after
	// downtime; Skipped those that were missed for good.
	Ran, MadeUp, Skipped int
	// MadeUpAt and SkippedAt are when that was last decided.
	MadeUpAt, SkippedAt time.Time
}

// Jobs is the view of what became of the jobs' runs. It is changed by Apply
// alone, and not safe for concurrent use. After a restart it is what it was: it
// follows from the entries.
type Jobs struct{ byName map[string]Settled }

// NewJobs returns the view of the empty ledger.
func NewJobs() *Jobs { return &Jobs{make(map[string]Settled)} }

// Apply changes the view by one entry.
func (v *Jobs) Apply(at time.Time, p bot.Payload) {
	e, ok := p.(*bot.JobSettled)
	if !ok {
		return
	}
	s := v.byName[e.Job]
	s.When, s.Until = e.When, e.Until
	if e.Ran {
		s.Ran++
	}
	if e.MadeUp {
		s.MadeUp++
		s.MadeUpAt = at
	}
	if e.Skipped > 0 {
		s.Skipped += e.Skipped
		s.SkippedAt = at
	}
	v.byName[e.Job] = s
}

// Job returns what became of the named job's runs.
func (v *Jobs) Job(name string) Settled { return v.byName[name] }

// Settle decides on the next of j's runs that are due at now. It returns the entry
// to be written, in one step with what the run itself decides if entry.Ran; nil if
// nothing is due. The caller goes on until nothing is.
//
// A job that is seen for the first time, or with another rule than before, has
// missed nothing: its runs count from now. A rule that keeps workdays is made up
// for on a workday, or not at all.
func (j Job) Settle(c *Calendar, v *Jobs, now time.Time) *bot.JobSettled {
	last := v.Job(j.Name)
	entry := &bot.JobSettled{Job: j.Name, When: j.Rule.String(), Until: now.UTC()}
	if last.When != entry.When {
		return entry
	}
	runs := j.Rule.Runs(c, last.Until, now)
	if len(runs) == 0 {
		return nil
	}
	due, skipped := j.Missed.Settle(runs, now)
	entry.Skipped, entry.Until = skipped, runs[len(runs)-1].At.UTC()
	if len(due) == 0 {
		return entry
	}
	entry.Ran, entry.Until = true, due[0].At.UTC()
	entry.MadeUp = now.Sub(due[0].At) > Grace
	if entry.MadeUp && j.Rule.keepsWorkdays() && !c.works(DateOf(now)) {
		return nil
	}
	return entry
}
