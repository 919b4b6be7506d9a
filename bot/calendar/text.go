package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// Text says for people when the jobs run next, what is done about missed runs,
// and what became of the runs so far.
func Text(c *Calendar, jobs []Job, v *Jobs, now time.Time) string {
	var b strings.Builder
	b.WriteString("定时任务")
	for _, j := range jobs {
		fmt.Fprintf(&b, "\n%s：%s\n", j.Title, j.Rule)
		at := now
		for _, word := range []string{"下次", "再下次"} {
			run, ok := j.Rule.Next(c, at)
			if !ok {
				break
			}
			fmt.Fprintf(&b, "%s：%s\n", word, run.Chinese())
			at = run.At
		}
		fmt.Fprintf(&b, "停机错过的：%s", j.Missed.Chinese())
		if s := v.Job(j.Name); s.Ran+s.Skipped > 0 {
			fmt.Fprintf(&b, "\n至今运行 %d 次", s.Ran)
			if s.MadeUp > 0 {
				fmt.Fprintf(&b, "，其中停机后补 %d 次（最近 %s）", s.MadeUp, day(s.MadeUpAt))
			}
			if s.Skipped > 0 {
				fmt.Fprintf(&b, "；错过未补 %d 次（最近 %s）", s.Skipped, day(s.SkippedAt))
			}
		}
	}
	if w := c.Warning(now); w != "" {
		b.WriteString("\n注意：" + w + "。")
	}
	return b.String()
}

func day(t time.Time) string { return DateOf(t).String() }

// Chinese returns the form 2026-10-08 周四 09:00，10月1日国庆节放假，顺延到10月8日.
func (r Run) Chinese() string {
	text := r.At.In(bot.Zone).Format("2006-01-02 ") + weekday(DateOf(r.At).Weekday()) + r.At.In(bot.Zone).Format(" 15:04")
	if r.Why != "" {
		text += "，" + r.Why
	}
	return text
}

// Preview lists every run of the jobs in year, a line each, in order; first of all
// what the calendar does not know of it.
func Preview(c *Calendar, jobs []Job, year int) string {
	var b strings.Builder
	if remark := c.Remark(year); remark != "" {
		fmt.Fprintf(&b, "注意：%s。\n", remark)
	} else {
		fmt.Fprintf(&b, "%d年的工作日依据：%s。\n", year, c.Source(year))
		if !c.Known(year + 1) {
			fmt.Fprintf(&b, "%d年的放假安排还没有录入，它若改动%d年12月的上班日，以下没有计入。\n", year+1, year)
		}
	}
	type line struct {
		Run
		job Job
	}
	var lines []line
	start := time.Date(year, 1, 1, 0, 0, 0, 0, bot.Zone)
	for _, j := range jobs {
		runs := j.Rule.Runs(c, start.Add(-1), start.AddDate(1, 0, 0).Add(-1))
		fmt.Fprintf(&b, "%s：%s，全年 %d 次；停机错过的，%s。\n", j.Title, j.Rule, len(runs), j.Missed.Chinese())
		for _, run := range runs {
			lines = append(lines, line{run, j})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.At.Compare(b.At) })
	for _, l := range lines {
		fmt.Fprintf(&b, "%s  %s  %s  %s", day(l.At), weekday(DateOf(l.At).Weekday()), l.At.Format("15:04"), l.job.Title)
		if l.Why != "" {
			b.WriteString("  " + l.Why)
		}
		b.WriteString("\n")
	}
	return b.String()
}
