package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/report"
	"fanzha/bot/supervise"
)

// owed are the figures that units file each month: the county notice asks the
// court for verdicts (notice 37, 二（五）9) and the procuratorate for prosecutions
// (二（六）6).
func owed() []supervise.Owed {
	return []supervise.Owed{{Unit: "fayuan", Topic: "判决"}, {Unit: "jianchayuan", Topic: "起诉"}}
}

func today(now time.Time) string { return now.In(bot.Zone).Format(time.DateOnly) }

// scopeOf returns the units and days that q is about.
func scopeOf(q chat.Question) report.Scope {
	c := report.Scope{Units: q.Unit, Tag: q.Tag}
	months := func(from, to string) { c.From, c.To = from+"-01", to+"-31" }
	switch {
	case q.Month != "":
		months(q.Month, q.Month)
	case len(q.Months) > 0:
		months(q.Months[0], q.Months[len(q.Months)-1])
	case len(q.Range) == 2:
		months(q.Range[0], q.Range[1])
	case q.Date != "":
		c.From, c.To = q.Date, q.Date
	case len(q.RangeDays) == 2:
		c.From, c.To = q.RangeDays[0], q.RangeDays[1]
	}
	return c
}

// monthsOf returns the months that q is about, a year at most.
func monthsOf(q chat.Question, now time.Time) []bot.Month {
	last := monthOf(q, now)
	first := last
	for _, text := range [][]string{q.Months, q.Range} {
		if len(text) > 0 {
			if m, err := bot.ParseMonth(text[0]); err == nil {
				first = m
			}
		}
	}
	var out []bot.Month
	for m := first; !m.Start().After(last.Start()) && len(out) < 12; m = m.Add(1) {
		out = append(out, m)
	}
	return out
}

func eachMonth(q chat.Question, now time.Time, answer func(bot.Month) string) string {
	var parts []string
	for _, m := range monthsOf(q, now) {
		parts = append(parts, answer(m))
	}
	return strings.Join(parts, "\n")
}

// letterAnswer answers about letters. What units said to them may name persons.
func (*Bot) letterAnswer(s *book.State, q chat.Question, now time.Time) (text string, named bool) {
	c, name := scopeOf(q), ""
	if q.Keyword != "" {
		name = strings.TrimSuffix(strings.TrimPrefix(q.Keyword, "第"), "号") + "号"
	} else if day, err := time.Parse(time.DateOnly, q.Date); err == nil {
		name = fmt.Sprintf("%d号", day.Day()) // 3号 is a day, or the letter of that number
	}
	if q.Status == "missing" {
		return report.UnansweredLetters(s, c, name, today(now)), false
	}
	return report.Letters(s, c, name, today(now)), len(c.Units) > 0
}

// letterText shows one letter, and that it was shown.
func (b *Bot) letterText(ctx context.Context, op bot.Operator, name string) (text string, err error) {
	err = b.Book.View(ctx, func(s *book.State, now time.Time) error {
		l, err := oneLetter(s.Supervision.FindLetters(name), name)
		if err == nil {
			text = report.Letter(s, l, report.Scope{}, today(now))
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return text, b.logQuery(ctx, op, string(chat.ReceiptStatus), false, "提示函 "+name)
}

// stepAnswer answers about steps of supervision. Their reasons may name persons.
func (*Bot) stepAnswer(s *book.State, q chat.Question, now time.Time) (text string, named bool) {
	kind := q.Kind
	if strings.HasPrefix(q.Wording, "督") || q.Wording == "监督" {
		kind = "督办" // any step: only 挂牌督办 is the one step of that name
	}
	return report.Supervision(s, scopeOf(q), kind, today(now)), len(q.Unit) > 0
}

func (b *Bot) figuresAnswer(s *book.State, q chat.Question, now time.Time) string {
	topic := strings.TrimSuffix(q.Kind, "数据")
	if topic == supervise.Cases {
		return b.caseAnswer(s, q, now)
	}
	if q.Kind == "数据通报" {
		topic = ""
	}
	c := report.Scope{Units: q.Unit, Tag: q.Tag}
	return eachMonth(q, now, func(m bot.Month) string {
		if q.Status == "missing" {
			return report.MissingFigures(s, c, m, topic, owed())
		}
		return report.Figures(s, c, m, topic, owed(), today(now))
	})
}

func (*Bot) caseAnswer(s *book.State, q chat.Question, now time.Time) string {
	declared := func(u bot.UnitID, m bot.Month) bool { return len(s.Filings.Standing(u, bot.FilesZeroCase, m)) > 0 }
	return eachMonth(q, now, func(m bot.Month) string {
		return report.Cases(s, report.Scope{Units: q.Unit, Tag: q.Tag}, m, q.Status == "no_case", declared)
	})
}
