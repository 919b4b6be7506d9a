package calendar

import (
	"fmt"
	"time"
)

// A Policy says what becomes of runs that were missed: their time passed while
// the program was down.
type Policy string

// Policies. All but Skip look back no farther than the window.
const (
	Skip Policy = "skip" // none is made up for
	Once Policy = "once" // one run makes up for all of them
	All  Policy = "all"  // each is made up for
)

// Policies lists every Policy.
func Policies() []Policy { return []Policy{Skip, Once, All} }

// Missed is a job's policy for missed runs. The zero Missed is Skip.
type Missed struct {
	Policy Policy
	// Window is how old a missed run may be to be made up for.
	Window time.Duration
}

// Grace is how late a run may be and still count as in time: the job before it may
// take a while, and a restart is no downtime.
const Grace = 10 * time.Minute

// Settle decides what becomes at now of runs, which are all that are due and not
// settled, in order: due are to be run, one after another; the skipped ones before
// them are not. Runs in time are run under every policy; when several are due
// under Skip or Once, the newest stands for all.
func (m Missed) Settle(runs []Run, now time.Time) (due []Run, skipped int) {
	window := Grace
	if m.Policy == Once || m.Policy == All {
		window = max(m.Window, Grace)
	}
	for len(runs) > skipped && now.Sub(runs[skipped].At) > window {
		skipped++
	}
	if m.Policy != All && skipped < len(runs) {
		skipped = len(runs) - 1
	}
	return runs[skipped:], skipped
}

// Chinese says what the policy is.
func (m Missed) Chinese() string {
	switch m.Policy {
	case Once:
		return span(m.Window) + "内补一次"
	case All:
		return span(m.Window) + "内逐次补"
	}
	return "不补"
}

// span says a duration in days or hours.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day && d%day == 0:
		return fmt.Sprintf("%d天", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%d小时", d/time.Hour)
	}
	return fmt.Sprintf("%d分钟", d/time.Minute)
}
