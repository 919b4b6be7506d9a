package handlers

import (
	"fmt"
	"strings"
	"time"

	"fanzha/bot/calendar"
	"fanzha/bot/chat"
	"fanzha/bot/report"
)

// calendarAnswer says which days are workdays, as far as the holidays are known.
func (b *Bot) calendarAnswer(q chat.Question, now time.Time) report.Answer {
	if q.Keyword != "" {
		return b.holiday(q.Keyword, now)
	}
	from, to, span := q.Date, q.Date, spanOf(q, now)
	switch {
	case len(q.RangeDays) == 2:
		from, to = q.RangeDays[0], q.RangeDays[1]
	case q.Month != "":
		m := monthOf(q, now)
		from, to = m.Start().Format(time.DateOnly), m.End().AddDate(0, 0, -1).Format(time.DateOnly)
	case q.Date == "":
		from, to = today(now), today(now)
	}
	first, err1 := calendar.ParseDate(from)
	last, err2 := calendar.ParseDate(to)
	if err1 != nil || err2 != nil {
		return report.Say("没有看懂日期，例如：11月20日是工作日吗")
	}
	if first == last {
		return saying(b.dayText(first), b.remarks(first, last))
	}
	days := 0
	var unusual []string
	for d := first; d.Compare(last) <= 0; d = d.Add(1) {
		works, why := b.Calendar.Workday(d)
		if works {
			days++
		}
		if why != "" && works != isWeekday(d) {
			unusual = append(unusual, d.Chinese()+why)
		}
	}
	a := saying(fmt.Sprintf("%s有 %d 个工作日。", span.Chinese(), days), b.remarks(first, last))
	a.List = unusual
	return a
}

// dayText says what one day is.
func (b *Bot) dayText(d calendar.Date) string {
	works, why := b.Calendar.Workday(d)
	verdict := "是工作日"
	if !works {
		verdict = "不上班"
	}
	text := fmt.Sprintf("%d年%s，星期%s，%s", d.Year, d.Chinese(), string([]rune("日一二三四五六")[d.Weekday()]), verdict)
	if why != "" && works != isWeekday(d) {
		text += "（" + why + "）"
	}
	return text + "。"
}

func isWeekday(d calendar.Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// holiday says when a festival's days off are: the next ones, or those of this
// year.
func (b *Bot) holiday(name string, now time.Time) report.Answer {
	first := calendar.DateOf(now)
	first.Month, first.Day = time.January, 1
	last := first
	last.Year++
	last.Month, last.Day = time.December, 31
	var days []string
	for d := first; d.Compare(last) <= 0; d = d.Add(1) {
		if works, why := b.Calendar.Workday(d); strings.Contains(why, name) && (!works || !isWeekday(d)) {
			word := "放假"
			if works {
				word = "上班"
			}
			days = append(days, fmt.Sprintf("%s %s", d, word))
		}
	}
	if days == nil {
		return report.Say(name + "的放假安排还没有录入，请看国务院办公厅的通知。")
	}
	a := report.Say(name + "放假安排：")
	a.List = days
	return a
}

// remarks say what is not known of the years from first to last.
func (b *Bot) remarks(first, last calendar.Date) (out []string) {
	for year := first.Year; year <= last.Year; year++ {
		if r := b.Calendar.Remark(year); r != "" {
			out = append(out, r)
		}
	}
	return out
}

// saying is one line with remarks below it.
func saying(line string, remarks []string) report.Answer {
	a := report.Say(line)
	a.Tail = remarks
	return a
}
