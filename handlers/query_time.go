package handlers

import (
	"fmt"
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

// calendar says what day it is. Holidays and the days worked instead are the State
// Council's to announce, and not known here.
func calendar(q chat.Question, now time.Time) report.Answer {
	const unknown = "没有计入法定节假日和调休，以国务院办公厅通知为准。"
	if q.Keyword != "" {
		return report.Say(fmt.Sprintf("%s放假安排助手查不到，请看国务院办公厅的放假通知。", q.Keyword))
	}
	if len(q.RangeDays) == 2 {
		from, err1 := time.Parse(time.DateOnly, q.RangeDays[0])
		to, err2 := time.Parse(time.DateOnly, q.RangeDays[1])
		if err1 == nil && err2 == nil {
			return report.Say(fmt.Sprintf("%s有 %d 个周一至周五的日子。", report.Days(q.RangeDays[0], q.RangeDays[1]).Chinese(), weekdays(from, to)), unknown)
		}
	}
	if q.Month != "" {
		if m, err := bot.ParseMonth(q.Month); err == nil {
			return report.Say(fmt.Sprintf("%s有 %d 个周一至周五的日子。", m.Chinese(), weekdays(m.Start(), m.End().AddDate(0, 0, -1))), unknown)
		}
	}
	date := q.Date
	if date == "" {
		date = today(now)
	}
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return report.Say("没有看懂日期，例如：11月20日是工作日吗")
	}
	verdict := "按周一至周五算是工作日"
	if isWeekend(day) {
		verdict = "是周末"
	}
	return report.Say(fmt.Sprintf("%s，%s，%s。", report.Days(date, date).Chinese(), weekday(day), verdict), unknown)
}

func isWeekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

func weekday(t time.Time) string {
	return "星期" + string([]rune("日一二三四五六")[t.Weekday()])
}

// weekdays counts Mondays to Fridays from..to.
func weekdays(from, to time.Time) int {
	n := 0
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		if !isWeekend(d) {
			n++
		}
	}
	return n
}
