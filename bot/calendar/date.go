package calendar

import (
	"cmp"
	"fmt"
	"time"

	"fanzha/bot"
)

// A Date is a civil day in [bot.Zone]. Dates can be compared with == if they
// are days that exist, as all that this package returns are. The zero Date is
// no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the civil day that contains t.
func DateOf(t time.Time) Date {
	y, m, d := t.In(bot.Zone).Date()
	return Date{y, m, d}
}

// ParseDate reads the form 2026-10-01.
func ParseDate(s string) (Date, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, bot.Zone)
	if err != nil {
		return Date{}, fmt.Errorf("“%s”不是日期，应写成 2026-10-01 的样子", s)
	}
	return DateOf(t), nil
}

// Start returns the first instant of d.
func (d Date) Start() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, bot.Zone) }

// Add returns the day n days after d.
func (d Date) Add(n int) Date { return DateOf(d.Start().AddDate(0, 0, n)) }

// Compare returns -1, 0 or 1 if d is before, the same as or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Weekday returns d's day of the week.
func (d Date) Weekday() time.Weekday { return d.Start().Weekday() }

// String returns the form 2026-10-01.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// Chinese returns the form 10月1日.
func (d Date) Chinese() string { return fmt.Sprintf("%d月%d日", int(d.Month), d.Day) }

// weekend reports a Saturday or Sunday.
func (d Date) weekend() bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// weekday returns the form 周六.
func weekday(d time.Weekday) string { return "周" + string([]rune("日一二三四五六")[d]) }

// days returns how many days m has.
func days(m bot.Month) int { return m.End().AddDate(0, 0, -1).Day() }
