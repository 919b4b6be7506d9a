package report

import (
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/filing"
)

// A Span is the time that a question is about: whole months, or days. Its zero
// value is no time.
type Span struct {
	Months []bot.Month // in order; nil if it is days
	// From and To are civil days, both included.
	From, To string
}

// InMonth is the span of one month.
func InMonth(m bot.Month) Span { return Span{Months: []bot.Month{m}} }

// Days is the span of the civil days from..to.
func Days(from, to string) Span { return Span{From: from, To: to} }

// days reports whether sp is days, not months.
func (sp Span) days() bool { return len(sp.Months) == 0 }

// first and last are the months in which sp begins and ends.
func (sp Span) first() bot.Month {
	if sp.days() {
		return monthOf(sp.From)
	}
	return sp.Months[0]
}

func (sp Span) last() bot.Month {
	if sp.days() {
		return monthOf(sp.To)
	}
	return sp.Months[len(sp.Months)-1]
}

// monthOf returns the month of a civil day, the zero Month of what is none.
func monthOf(day string) bot.Month {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return bot.Month{}
	}
	return bot.Month{Year: t.Year(), Month: t.Month()}
}

// running reports whether sp's months are more than two that follow one another.
func (sp Span) running() bool {
	for i, m := range sp.Months {
		if m != sp.Months[0].Add(i) {
			return false
		}
	}
	return len(sp.Months) > 1
}

// Chinese names sp: 2026年11月, 2026年9月至11月, 2026年11月17日至23日.
func (sp Span) Chinese() string {
	if sp.days() {
		if sp.From == sp.To {
			return chineseDay(sp.From)
		}
		return chineseDay(sp.From) + "至" + shorter(chineseDay(sp.From), chineseDay(sp.To))
	}
	first := sp.Months[0].Chinese()
	if sp.running() {
		return first + "至" + shorter(first, sp.last().Chinese())
	}
	out := []string{first}
	for _, m := range sp.Months[1:] {
		out = append(out, shorter(first, m.Chinese()))
	}
	return strings.Join(out, "、")
}

// shorter leaves out of a date what it has in common with the one before it.
func shorter(before, date string) string {
	for _, unit := range []string{"年", "月"} {
		a, _, _ := strings.Cut(before, unit)
		b, rest, ok := strings.Cut(date, unit)
		if !ok || a != b || rest == "" {
			return date
		}
		_, before, _ = strings.Cut(before, unit)
		date = rest
	}
	return date
}

// chineseDay writes the civil day 2026-11-23 as 2026年11月23日.
func chineseDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2006年1月2日")
}

// weekday is that of a single day, in brackets; "" for everything else.
func (sp Span) weekday() string {
	t, err := time.Parse(time.DateOnly, sp.From)
	if err != nil || sp.From != sp.To {
		return ""
	}
	return "（星期" + string([]rune("日一二三四五六")[t.Weekday()]) + "）"
}

// file names sp in the name of a file.
func (sp Span) file() string {
	switch {
	case sp.days() && sp.From == sp.To:
		return sp.From
	case sp.days():
		return sp.From + "至" + sp.To
	case sp.running():
		return sp.Months[0].String() + "至" + sp.last().String()
	}
	out := make([]string, len(sp.Months))
	for i, m := range sp.Months {
		out[i] = m.String()
	}
	return strings.Join(out, "、")
}

// has reports whether instant t lies in sp.
func (sp Span) has(t time.Time) bool {
	if sp.days() {
		d := day(t)
		return sp.From <= d && d <= sp.To
	}
	return slices.Contains(sp.Months, bot.MonthOf(t))
}

// filings returns what people filed for sp, whatever became of it; of days, what
// they filed on them.
func (sp Span) filings(s *book.State) (out []*filing.Filing) {
	for _, m := range sp.Months {
		out = append(out, Filings(s, m)...)
	}
	if sp.days() {
		out = s.Filings.Of("", func(f *filing.Filing) bool { return sp.has(f.At) })
	}
	return out
}

// activities returns what was filed as a public education activity of sp; of days,
// what took place on them.
func (sp Span) activities(s *book.State) (out []Activity) {
	months := sp.Months
	if sp.days() {
		for m := sp.first(); !m.Start().After(sp.last().Start()); m = m.Add(1) {
			months = append(months, m)
		}
	}
	for _, m := range months {
		for _, a := range Activities(s, m) {
			if !sp.days() || sp.From <= a.Facts.On && a.Facts.On <= sp.To {
				out = append(out, a)
			}
		}
	}
	return out
}

// sessions returns those that count for sp. Of sessions on paper only the month
// is known.
func (sp Span) sessions(s *book.State) []*attendance.Session {
	var out []*attendance.Session
	for _, m := range sp.Months {
		out = append(out, s.Attendance.In(m)...)
	}
	if !sp.days() {
		return out
	}
	for _, sess := range s.Attendance.Sessions() {
		if !sess.OnPaper() && day(sess.OpenedAt) <= sp.To && day(sess.EndsAt) >= sp.From {
			out = append(out, sess)
		}
	}
	return out
}

// counts reports whether a check-in at one of sp's sessions counts for sp: that of
// a month's session whenever it was made, for days that of those days.
func (sp Span) counts(t time.Time) bool { return !sp.days() || sp.has(t) }
