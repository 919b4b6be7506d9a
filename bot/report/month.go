// Package report says what the book's state means for a month: the table of
// units that the office shows, and the short texts and files made of it. All of
// it is pure: the same state and month give the same bytes.
//
// It counts group check-ins for pushed lessons. They prove reading, not a
// public activity of the unit; every report says so, because the county notice
// asks for both (二（一）2 and 3).
package report

import (
	"fmt"
	"time"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/push"
)

// A Table is one month of the county, one row a unit in the county's order.
type Table struct {
	County string
	Month  bot.Month
	Rows   []Row
	// SingleHanded: at some time in the month one person could write, verify
	// and approve an alert. Whoever reads the table is told.
	SingleHanded bool
	Corrections  int
}

// A Row is one unit in one month.
type Row struct {
	Unit     bot.Unit
	Groups   int // bound groups
	Disabled int // of which take no messages now
	Due      int // alert deliveries of the month, but for those withdrawn before they went out
	Sent     int // of which confirmed
	Unknown  int // of which nobody knows
	Sessions int // whose card came, or that somebody answered
	Expected int // people on the roster, 0 if there is none
	Present  int // different people who checked in at least once
	Listed   int // of which are on the roster
	Late     int // check-ins after the session's time
	Doubtful int // present, with a name that nobody has confirmed
	Nameless int // present, without a name
	CheckIns int
	// Comparable: the roster's names are known, so Listed means something. It
	// is false without a roster, and once its names are erased or masked.
	Comparable bool
}

// Rate returns Listed in percent of Expected: people who are not on the roster
// do not make up for those who are. It returns false if there is no roster to
// compare with, or nobody was asked.
func (r Row) Rate() (percent int, ok bool) {
	if !r.Comparable || r.Expected == 0 || r.Sessions == 0 {
		return 0, false
	}
	return r.Listed * 100 / r.Expected, true
}

// Month returns the table of month m.
func Month(s *book.State, m bot.Month) Table {
	t := Table{County: s.Directory.County, Month: m, SingleHanded: s.Outbox.SingleHanded(m)}
	index := make(map[bot.UnitID]int)
	for _, u := range s.Directory.Units() {
		index[u.ID] = len(t.Rows)
		t.Rows = append(t.Rows, Row{Unit: u, Expected: s.Directory.Expected(u.ID), Comparable: len(s.Directory.Roster(u.ID)) > 0})
	}
	row := func(u bot.UnitID) *Row {
		if i, ok := index[u]; ok {
			return &t.Rows[i]
		}
		return new(Row) // a unit that these entries have not registered
	}
	for _, g := range s.Directory.Groups() {
		r := row(g.Unit)
		r.Groups++
		if g.DisabledCode != 0 {
			r.Disabled++
		}
	}
	for _, d := range s.Outbox.Deliveries() {
		if d.Purpose != bot.ForAlert || d.State == push.Dropped || !m.Contains(d.DueAt) {
			continue
		}
		r := row(d.Unit)
		r.Due++
		switch d.State {
		case push.Sent:
			r.Sent++
		case push.Unknown:
			r.Unknown++
		}
	}
	present := make(map[bot.UnitID]map[bot.MemberID]bool)
	for _, sess := range s.Attendance.In(m) {
		r := row(sess.Unit)
		if asked(s, sess) {
			r.Sessions++
		}
		t.Corrections += sess.Voided
		countSession(s, sess, r, present)
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		for _, p := range s.Directory.Roster(r.Unit.ID) {
			if p.Member != nil && present[r.Unit.ID][p.Member.ID] {
				r.Listed++
			}
		}
	}
	return t
}

// asked reports whether a session's group was asked to check in: its card has
// come, as far as one knows, or somebody answered it. Nobody is to be counted as
// missing at the others.
func asked(s *book.State, sess *attendance.Session) bool {
	return sess.Present() > 0 || s.Outbox.Asked(sess.ID)
}

// countSession adds the check-ins of one session to the rows they belong to.
func countSession(s *book.State, sess *attendance.Session, r *Row, present map[bot.UnitID]map[bot.MemberID]bool) {
	seen := present[sess.Unit]
	if seen == nil {
		seen = make(map[bot.MemberID]bool)
		present[sess.Unit] = seen
	}
	for _, c := range sess.CheckIns() {
		r.CheckIns++
		if c.Late {
			r.Late++
		}
		if seen[c.Member] {
			continue
		}
		seen[c.Member] = true
		r.Present++
		m := s.Directory.MemberByID(c.Member)
		switch {
		case m == nil || m.Name == "":
			r.Nameless++
		case !m.Sure:
			r.Doubtful++
		}
	}
}

// Absent returns the lines of a unit's roster whose people have not checked in
// at any session of month m. It is for the office's private chat only.
func Absent(s *book.State, u bot.UnitID, m bot.Month) []string {
	present := make(map[bot.MemberID]bool)
	for _, sess := range s.Attendance.In(m) {
		if sess.Unit != u {
			continue
		}
		for _, c := range sess.CheckIns() {
			present[c.Member] = true
		}
	}
	var out []string
	for _, p := range s.Directory.Roster(u) {
		if p.Member == nil || !present[p.Member.ID] {
			out = append(out, p.Name)
		}
	}
	return out
}

// Remarks are the sentences that every report of t carries.
func (t Table) Remarks() []string {
	out := []string{"群内签到只证明本人阅读了推送，不等于单位组织或参与了公开教育活动。"}
	if t.SingleHanded {
		out = append(out, "本月有时段关闭了“起草与审批分开”（fourEyes: false），预警可能由一人起草并审批。")
	}
	if t.Corrections > 0 {
		out = append(out, fmt.Sprintf("全县本月有 %d 条签到被更正作废，不计入。", t.Corrections))
	}
	return out
}

// clock is how a time is written in texts and files.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(bot.Zone).Format("2006-01-02 15:04:05")
}
