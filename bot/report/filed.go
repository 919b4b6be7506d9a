package report

import (
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/filing"
)

// FiledMonth returns the month that a filing made at that time counts for: the
// one that it names (none if that is not one), else that of its activity, else
// that of its session, which session knows, else that in which it was made.
func FiledMonth(f *bot.Filed, at time.Time, session func(bot.SessionID) (bot.Month, bool)) bot.Month {
	if f.Facts.Month != "" {
		m, err := bot.ParseMonth(f.Facts.Month)
		if err != nil {
			return bot.Month{}
		}
		return m
	}
	if on, err := time.ParseInLocation(time.DateOnly, f.Facts.On, bot.Zone); err == nil {
		return bot.MonthOf(on)
	}
	if m, ok := session(f.Session); ok {
		return m
	}
	return bot.MonthOf(at)
}

// Filings returns the filings for month m in their order, whatever became of
// them.
func Filings(s *book.State, m bot.Month) []*filing.Filing {
	session := func(id bot.SessionID) (bot.Month, bool) {
		if sess := s.Attendance.Session(id); sess != nil {
			return sess.Month, true
		}
		return bot.Month{}, false
	}
	name := m.String()
	return s.Filings.Of("", func(f *filing.Filing) bool {
		if f.Facts.Month != "" {
			return f.Facts.Month == name // nearly all; FiledMonth would say the same, slowly
		}
		return FiledMonth(&f.Filed, f.At, session) == m
	})
}

// An Activity is a filed public education activity, or what was filed as one.
type Activity struct {
	*filing.Filing
	// Why is the reason for which it does not count; "" if it does.
	Why string
}

// Activities returns what was filed as a public education activity for month m.
// Two filings of a unit for one day with all the same figures are one activity;
// messages to many are a channel and no activity.
func Activities(s *book.State, m bot.Month) []Activity { return activities(Filings(s, m)) }

func activities(filings []*filing.Filing) []Activity {
	var out []Activity
	seen := make(map[activity]bool)
	for _, f := range filings {
		if f.Form != bot.FilesActivity {
			continue
		}
		a := newActivity(f)
		why := ""
		switch {
		case f.Standing != bot.Stands:
			why = f.Standing.Chinese()
		case f.Facts.Act == "短信":
			why = "群发不是公开教育活动"
		case f.Facts.On != "" && seen[a]:
			why = "与同日的另一件相同"
		default:
			seen[a] = true
		}
		out = append(out, Activity{f, why})
	}
	return out
}

// filings adds what was filed for the month to the rows of the units.
func (c *counter) filings() {
	heads := make(map[bot.UnitID][]*filing.Filing)
	filings := Filings(c.s, c.t.Month)
	for _, f := range filings {
		r := c.row(f.Unit)
		switch {
		case f.Waiting():
			r.Pending++
		case f.Standing != bot.Stands:
		case f.Form == bot.FilesHeadcount:
			heads[f.Unit] = append(heads[f.Unit], f)
		case f.Form == bot.FilesZeroCase:
			r.ZeroDeclared = true
		}
	}
	for u, parts := range heads {
		c.row(u).Heads = headcount(c.s, parts)
	}
	for _, a := range activities(filings) {
		if a.Why == "" {
			c.row(a.Unit).activity(a.Filing)
		}
	}
}

// activity counts one filing; it may say that there were several.
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

// An activity is what tells one filed activity of a unit from another.
type activity struct {
	unit          bot.UnitID
	on, act, role string
	figures       [4]int // −1 if not said
}

func newActivity(f *filing.Filing) activity {
	facts := f.Facts
	a := activity{unit: f.Unit, on: facts.On, act: facts.Act, role: facts.Role}
	for i, n := range []*int{facts.Audience, facts.Leaflets, facts.Sent, facts.Times} {
		a.figures[i] = -1
		if n != nil {
			a.figures[i] = *n
		}
	}
	return a
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
