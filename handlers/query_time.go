package handlers

import (
	"time"

	"fanzha/bot"
	"fanzha/bot/chat"
	"fanzha/bot/report"
)

// hasTime reports whether q names a time.
func hasTime(q chat.Question) bool {
	return q.Month+q.Date != "" || len(q.Months)+len(q.Range)+len(q.RangeDays) > 0
}

// maxMonths is how many months one question may span.
const maxMonths = 36

// spanOf returns the time that q is about, the present month if it names none.
func spanOf(q chat.Question, now time.Time) report.Span {
	switch {
	case q.Date != "":
		return report.Days(q.Date, q.Date)
	case len(q.RangeDays) == 2:
		return report.Days(q.RangeDays[0], q.RangeDays[1])
	case len(q.Range) == 2:
		from, err1 := bot.ParseMonth(q.Range[0])
		to, err2 := bot.ParseMonth(q.Range[1])
		if err1 == nil && err2 == nil && !to.Start().Before(from.Start()) {
			var sp report.Span
			for m := from; !m.Start().After(to.Start()) && len(sp.Months) < maxMonths; m = m.Add(1) {
				sp.Months = append(sp.Months, m)
			}
			return sp
		}
	case len(q.Months) > 0:
		var sp report.Span
		for _, text := range q.Months {
			if m, err := bot.ParseMonth(text); err == nil {
				sp.Months = append(sp.Months, m)
			}
		}
		if sp.Months != nil {
			return sp
		}
	}
	return report.InMonth(monthOf(q, now))
}

// monthOf returns the month that q is about: that of its last day if it asks
// for a stretch of time, the present one if it names none.
func monthOf(q chat.Question, now time.Time) bot.Month {
	last := func(s []string) string {
		if len(s) == 0 {
			return ""
		}
		return s[len(s)-1]
	}
	for _, text := range []string{q.Month, last(q.Months), last(q.Range), q.Date, last(q.RangeDays)} {
		if len(text) >= len("2006-01") {
			if m, err := bot.ParseMonth(text[:len("2006-01")]); err == nil {
				return m
			}
		}
	}
	return bot.MonthOf(now)
}
