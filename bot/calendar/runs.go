package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// A Run is one time at which a job is due.
type Run struct {
	// At is the instant, in [bot.Zone].
	At time.Time
	// Nominal is the day on which it would be if every week were Monday to
	// Friday and nothing moved.
	Nominal Date
	// Why says in Chinese why it is on another day than Nominal, or why there is
	// work on it though it is a weekend day; "" if neither.
	Why string
}

// distance is how far the run was moved.
func (r Run) distance() time.Duration { return r.At.Sub(r.Nominal.Start()).Abs() }

// horizon bounds the search for a next run: a leap day may be eight years off.
const horizon = 366 * 9

// Runs returns the runs of r later than after and not later than until, in
// order. No two are at the same instant.
func (r Rule) Runs(c *Calendar, after, until time.Time) []Run {
	var out []Run
	for d := DateOf(after); !d.Start().After(until); d = d.Add(1) {
		for _, run := range r.on(c, d) {
			if run.At.After(after) && !run.At.After(until) {
				out = append(out, run)
			}
		}
	}
	return out
}

// Next returns the first run of r later than after; ok is false if there is none
// in the next years.
func (r Rule) Next(c *Calendar, after time.Time) (run Run, ok bool) {
	d := DateOf(after)
	for range horizon {
		for _, run := range r.on(c, d) {
			if run.At.After(after) {
				return run, true
			}
		}
		d = d.Add(1)
	}
	return Run{}, false
}

// Times are when a rule runs by a calendar, as a scheduler takes them.
type Times struct {
	Rule     Rule
	Calendar *Calendar
}

// Next returns the first time after t, the zero time if there is none.
func (x Times) Next(t time.Time) time.Time {
	run, _ := x.Rule.Next(x.Calendar, t)
	return run.At
}

// keepsWorkdays reports whether every run of r falls on a workday.
func (r Rule) keepsWorkdays() bool {
	for _, t := range r.timings {
		if t.move == stay && t.kind != byWorkday && t.kind != nthWorkday {
			return false
		}
	}
	return true
}

// on returns the runs on d, in order.
func (r Rule) on(c *Calendar, d Date) []Run {
	var out []Run
	for _, t := range r.timings {
		out = append(out, t.on(c, d)...)
	}
	// Of several at one instant the one that was not moved stands for all, else
	// the one that was moved the least.
	slices.SortStableFunc(out, func(a, b Run) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.distance(), b.distance()))
	})
	return slices.CompactFunc(out, func(a, b Run) bool { return a.At.Equal(b.At) })
}

func (t timing) on(c *Calendar, d Date) []Run {
	works, why := c.Workday(d)
	switch {
	case !works && (t.move != stay || t.kind == byWorkday):
		return nil
	case t.kind == byWorkday:
		return []Run{{d.Start().Add(t.clock), d, why}}
	case t.kind == nthWorkday:
		return t.nth(c, d)
	}
	out := t.nominal(d)
	step := 0
	switch t.move {
	case next:
		step = -1
	case prev:
		step = 1
	default:
		return out
	}
	for from := d.Add(step); !c.works(from); from = from.Add(step) {
		for _, run := range t.nominal(from) {
			run.At = d.Start().Add(run.At.Sub(from.Start()))
			run.Why = sentence(run.Why, moved(c, from, d))
			out = append(out, run)
		}
	}
	return out
}

// moved says why a run is on d instead of on from.
func moved(c *Calendar, from, d Date) string {
	_, why := c.Workday(from)
	if from.Compare(d) < 0 {
		return fmt.Sprintf("%s%s，顺延到%s", from.Chinese(), why, d.Chinese())
	}
	return fmt.Sprintf("%s%s，提前到%s", from.Chinese(), why, d.Chinese())
}

func sentence(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "；")
}

// nominal returns the runs that d has by its date and weekday alone.
func (t timing) nominal(d Date) []Run {
	run := Run{At: d.Start().Add(t.clock), Nominal: d}
	switch t.kind {
	case byCron:
		return t.cronOn(d)
	case byWeek:
		if d.Weekday() != time.Weekday(t.n) {
			return nil
		}
	case byMonth:
		last := days(bot.Month{Year: d.Year, Month: d.Month})
		if d.Day != min(t.n, last) {
			return nil
		}
		if t.n > last && t.n < 31 { // 31 is also how the last day is written
			run.Why = fmt.Sprintf("%d月没有%d日，改在%s", int(d.Month), t.n, d.Chinese())
		}
	}
	return []Run{run}
}

// cronOn returns the times of the cron line on d.
func (t timing) cronOn(d Date) (out []Run) {
	at := d.Start().Add(-time.Nanosecond)
	for {
		if at = t.times.Next(at); at.IsZero() || DateOf(at) != d {
			return out
		}
		out = append(out, Run{At: at, Nominal: d})
	}
}

// nth returns the run if d is the n-th workday of its month.
func (t timing) nth(c *Calendar, d Date) []Run {
	m := bot.Month{Year: d.Year, Month: d.Month}
	if is, ok := c.NthWorkday(m, t.n); !ok || is != d {
		return nil
	}
	plain, _ := new(Calendar).NthWorkday(m, t.n)
	run := Run{At: d.Start().Add(t.clock), Nominal: plain}
	if plain == d {
		return []Run{run}
	}
	lo, hi := Date{m.Year, m.Month, 1}, d
	if t.n < 0 {
		lo, hi = d, Date{m.Year, m.Month, days(m)}
	}
	if plain.Compare(lo) < 0 {
		lo = plain
	}
	if plain.Compare(hi) > 0 {
		hi = plain
	}
	to := d.Chinese()
	if _, why := c.Workday(d); why != "" {
		to += "（" + why + "）"
	}
	run.Why = strings.TrimPrefix(strings.Join(append(c.exceptions(lo, hi, d), "改在"+to), "，"), "，")
	return []Run{run}
}

// exceptions names the days from lo to hi, but for one, that are not what their
// weekday says.
func (c *Calendar) exceptions(lo, hi, but Date) (out []string) {
	for d := lo; d.Compare(hi) <= 0; d = d.Add(1) {
		works, why := c.Workday(d)
		if works != d.weekend() || d == but {
			continue
		}
		end := d
		for e := d.Add(1); e.Compare(hi) <= 0; e = e.Add(1) {
			w, y := c.Workday(e)
			if w != works {
				break
			}
			if y == why && w == e.weekend() {
				end = e
			}
		}
		span := d.Chinese()
		if end != d {
			span += "至" + end.Chinese()
			if end.Month == d.Month {
				span = fmt.Sprintf("%s至%d日", d.Chinese(), end.Day)
			}
		}
		out = append(out, span+why)
		d = end
	}
	return out
}
