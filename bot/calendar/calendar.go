// Package calendar says which days are workdays, when a job falls due by them,
// and what is to be done about the times that passed while nobody was there.
//
// It knows when, never what: it runs nothing, reads no clock and no file. The
// State Council announces each year's holidays (放假) and working weekends (调休)
// in the November before; one [Year] is what one notice says, and a [Calendar] is
// all the years that the office has typed in. A year that nobody has typed in is
// Monday to Friday, and [Calendar.Warning] says so: never silence.
//
// A [Rule] is read from the words that people use (每月首个工作日 09:00, 每月25日
// 09:00 遇假顺延) or from a cron line. It goes through the days one by one and asks
// what runs fall on each, so that moved runs need no look-ahead and come in
// order. Each [Run] says why it does not fall on the day that one would expect.
//
// A [Job] is a rule with a policy for missed runs ([Missed]). [Jobs] is the view
// that tells, from the ledger's entries, up to when a job's runs are settled;
// [Job.Settle] decides on the next one. The entry and what the run decides are
// written in one step, so a run that was made up for is never made up for twice.
package calendar

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"fanzha/bot"
)

// A Year is what one notice says of its year's holidays. It may also speak of
// days of the December before: a holiday of New Year that begins there is
// announced with the year that it leads into.
type Year struct {
	Year int
	// Source names the notice.
	Source   string
	Holidays []Holiday
}

// A Holiday (放假) is the days off around one festival.
type Holiday struct {
	Name     string // as the notice has it: 春节
	From, To Date   // first and last day off
	// Work are the weekend days on which work is done for it (调休上班).
	Work []Date
}

// longest is how many days in a row may be off. It is a check on typing errors,
// and the bound of every search for a workday. The longest so far were nine.
const longest = 31

// A Calendar tells workdays. It is never changed, and safe for concurrent use. The zero
// Calendar knows no year: every week is Monday to Friday.
type Calendar struct {
	years map[int]string // source by year
	days  map[Date]exception
}

// An exception is a day that is not what its weekday says.
type exception struct {
	off  bool
	name string // of the holiday
}

// New returns the calendar of years. It fails if two of them are for the same
// year or contradict each other, if a day is both off and worked, if a working
// day is no weekend day, or if more than a month in a row would be off.
func New(years ...Year) (*Calendar, error) {
	c := &Calendar{years: make(map[int]string), days: make(map[Date]exception)}
	for _, y := range years {
		if _, twice := c.years[y.Year]; twice {
			return nil, fmt.Errorf("%d年的放假安排有两份", y.Year)
		}
		c.years[y.Year] = y.Source
		for _, h := range y.Holidays {
			if err := c.add(h); err != nil {
				return nil, err
			}
		}
	}
	for d := range c.days {
		for n := 0; !c.works(d.Add(n)); n++ {
			if n == longest {
				return nil, fmt.Errorf("从%s起连续放假超过 %d 天，请核对日期", d, longest)
			}
		}
	}
	return c, nil
}

func (c *Calendar) add(h Holiday) error {
	put := func(d Date, e exception) error {
		if before, ok := c.days[d]; ok && before.off != e.off {
			return fmt.Errorf("%s既写了放假又写了上班（%s、%s）", d, before.name, e.name)
		}
		c.days[d] = e
		return nil
	}
	for d := h.From; d.Compare(h.To) <= 0; d = d.Add(1) {
		if err := put(d, exception{true, h.Name}); err != nil {
			return err
		}
	}
	for _, d := range h.Work {
		if !d.weekend() {
			return fmt.Errorf("%s是%s，本来就上班，不用写成调休上班", d, weekday(d.Weekday()))
		}
		if err := put(d, exception{false, h.Name}); err != nil {
			return err
		}
	}
	return nil
}

// Known reports whether year's holidays have been typed in. Of another year's
// days only weekends are off, but for the December days that the next year's
// notice may name.
func (c *Calendar) Known(year int) bool {
	_, ok := c.years[year]
	return ok
}

// Years lists the years that are known, in order.
func (c *Calendar) Years() []int { return slices.Sorted(maps.Keys(c.years)) }

// Source returns what names the notice for year, "" if it is not known.
func (c *Calendar) Source(year int) string { return c.years[year] }

// Workday reports whether d is a workday, and in Chinese why, unless it is just a
// day from Monday to Friday.
func (c *Calendar) Workday(d Date) (works bool, why string) {
	switch e, ok := c.days[d]; {
	case ok && e.off:
		return false, e.name + "放假"
	case ok:
		return true, e.name + "调休上班"
	case d.weekend():
		return false, weekday(d.Weekday())
	}
	return true, ""
}

func (c *Calendar) works(d Date) bool {
	works, _ := c.Workday(d)
	return works
}

// Next returns the first workday after d.
func (c *Calendar) Next(d Date) Date {
	for d = d.Add(1); !c.works(d); {
		d = d.Add(1)
	}
	return d
}

// Prev returns the last workday before d.
func (c *Calendar) Prev(d Date) Date {
	for d = d.Add(-1); !c.works(d); {
		d = d.Add(-1)
	}
	return d
}

// NthWorkday returns the n-th workday of m; if n is negative, counted from the
// end, -1 being the last. There is none if n is 0 or m has not as many.
func (c *Calendar) NthWorkday(m bot.Month, n int) (Date, bool) {
	first, step := Date{m.Year, m.Month, 1}, 1
	if n < 0 {
		first, step, n = Date{m.Year, m.Month, days(m)}, -1, -n
	}
	for d := first; d.Month == m.Month; d = d.Add(step) {
		if !c.works(d) {
			continue
		}
		if n--; n == 0 {
			return d, true
		}
	}
	return Date{}, false
}

// Warning says in Chinese which holidays must be typed in by now: those of the
// present year and, from December on, of the next, whose notice is out by then.
// It is "" if none is missing.
func (c *Calendar) Warning(now time.Time) string {
	today := DateOf(now)
	switch next := today.Year + 1; {
	case !c.Known(today.Year):
		return c.Remark(today.Year)
	case today.Month == time.December && !c.Known(next):
		return c.Remark(next)
	}
	return ""
}

// Remark says in Chinese what the calendar does not know of year, "" if it knows
// the year.
func (c *Calendar) Remark(year int) string {
	if c.Known(year) {
		return ""
	}
	return fmt.Sprintf("没有%d年的放假安排，一律按周一至周五上班推算，节假日和调休都没有计入；请按国务院办公厅的通知补一份 %d.yaml，放进配置 calendar.dir 指明的目录", year, year)
}
