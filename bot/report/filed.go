package report

import (
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/filing"
)

// filedMonth returns the month that a filing counts for: the one that it names,
// else that of its activity, else that of its session, else that in which it was
// made.
func filedMonth(s *book.State, f *filing.Filing) bot.Month {
	if m, err := bot.ParseMonth(f.Facts.Month); err == nil {
		return m
	}
	if on, err := time.ParseInLocation(time.DateOnly, f.Facts.On, bot.Zone); err == nil {
		return bot.MonthOf(on)
	}
	if sess := s.Attendance.Session(f.Session); sess != nil {
		return sess.Month
	}
	return bot.MonthOf(f.At)
}

// filings adds what was filed for the month to the rows of the units.
func (c *counter) filings() {
	heads := make(map[bot.UnitID][]*filing.Filing)
	seen := make(map[activity]bool)
	for _, f := range c.s.Filings.All() {
		if filedMonth(c.s, f) != c.t.Month {
			continue
		}
		r := c.row(f.Unit)
		switch {
		case f.Waiting():
			r.Pending++
		case f.Standing != bot.Stands:
		case f.Form == bot.FilesHeadcount:
			heads[f.Unit] = append(heads[f.Unit], f)
		case f.Form == bot.FilesZeroCase:
			r.ZeroDeclared = true
		case f.Form == bot.FilesActivity:
			if a, ok := newActivity(f); ok && !seen[a] {
				seen[a] = true
				r.activity(f)
			}
		}
	}
	for u, parts := range heads {
		c.row(u).Heads = headcount(c.s, parts)
	}
}

func (r *Row) activity(f *filing.Filing) {
	n := 1
	if f.Facts.Times != nil {
		n = max(n, *f.Facts.Times)
	}
	switch f.Facts.Role {
	case "参与":
		r.Joined += n
	case "联合":
		r.Joint += n
	default:
		r.Held += n
	}
}

// An activity is what tells one filed activity of a unit from another. Two
// filings of one day with all the same figures are one activity; one without a
// day is itself alone.
type activity struct {
	unit      bot.UnitID
	on        string
	act, role string
	figures   [4]int // −1 if not said
	filing    bot.FilingID
}

// newActivity returns the activity that f files. It returns false for messages
// to many, which are a channel and no public activity.
func newActivity(f *filing.Filing) (activity, bool) {
	facts := f.Facts
	a := activity{unit: f.Unit, on: facts.On, act: facts.Act, role: facts.Role}
	for i, n := range []*int{facts.Audience, facts.Leaflets, facts.Sent, facts.Times} {
		a.figures[i] = -1
		if n != nil {
			a.figures[i] = *n
		}
	}
	if facts.On == "" {
		a.filing = f.Filing
	}
	return a, facts.Act != "短信"
}

// headcount sums the newest of a unit's filed head counts, those of one session
// or day. A count that says another one anew names it, so what stands is to be
// summed.
func headcount(s *book.State, parts []*filing.Filing) Headcount {
	newest, key := time.Time{}, ""
	for _, f := range parts {
		if at, k := counted(s, f); !at.Before(newest) {
			newest, key = at, k
		}
	}
	var h Headcount
	for _, f := range parts {
		if _, k := counted(s, f); k != key {
			continue
		}
		h.Parts++
		h.Expected = plus(h.Expected, f.Facts.Expected, h.Parts)
		h.Actual = plus(h.Actual, f.Facts.Actual, h.Parts)
		h.Leave = plus(h.Leave, f.Facts.Leave, h.Parts)
	}
	return h
}

// plus adds the n-th part to a sum; a sum that lacks one is none.
func plus(sum, part *int, n int) *int {
	if part == nil || sum == nil && n > 1 {
		return nil
	}
	total := *part
	if sum != nil {
		total += *sum
	}
	return &total
}

// counted returns when the heads of f were counted, and what of: a session, else
// a day.
func counted(s *book.State, f *filing.Filing) (at time.Time, what string) {
	at = f.At
	sess := s.Attendance.Session(f.Session)
	if sess != nil && !sess.OnPaper() {
		at = sess.OpenedAt
	}
	if on, err := time.ParseInLocation(time.DateOnly, f.Facts.On, bot.Zone); err == nil && (sess == nil || sess.OnPaper()) {
		at = on
	}
	if f.Session != "" {
		return at, string(f.Session)
	}
	return at, day(at)
}
