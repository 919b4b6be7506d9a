// Package report says what the book's state means for a month: the table of
// units that the office shows, and the short texts and files made of it. All of
// it is pure: the same state and month give the same bytes.
//
// It counts different persons, and keeps apart what weighs differently: who
// checked in himself; for whom another signed (代签, 接龙, 粘贴); how many a liaison
// said came (报数), which is never added to persons; and the public activities of
// the unit. Check-ins prove reading, not an activity; every report says so,
// because the county notice asks for both (二（一）2 and 3).
package report

import (
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/filing"
	"fanzha/bot/push"
	"fanzha/bot/running"
)

// A Table is one month of the county, one row a unit in the county's order.
type Table struct {
	County string
	Month  bot.Month
	Rows   []Row
	// Conduct is how the program ran in the month. Whoever reads the table is
	// told what of it was not as it should be.
	Conduct     running.Conduct
	Corrections int
}

// Month returns the table of month m.
func Month(s *book.State, m bot.Month) Table {
	c := counter{s: s, index: make(map[bot.UnitID]int), people: make(map[bot.UnitID]*people)}
	c.t = Table{County: s.Directory.County, Month: m, Conduct: s.Running.Conduct(m)}
	for _, u := range s.Directory.Units() {
		c.index[u.ID] = len(c.t.Rows)
		c.t.Rows = append(c.t.Rows, Row{Unit: u, Expected: s.Directory.Expected(u.ID), Comparable: len(s.Directory.Roster(u.ID)) > 0})
	}
	c.groups()
	c.deliveries()
	for _, sess := range s.Attendance.In(m) {
		c.session(sess)
	}
	c.filings()
	for i := range c.t.Rows {
		c.compare(&c.t.Rows[i])
	}
	return c.t
}

// A counter fills a table.
type counter struct {
	s      *book.State
	t      Table
	index  map[bot.UnitID]int
	people map[bot.UnitID]*people
}

// row returns the row of a unit.
func (c *counter) row(u bot.UnitID) *Row {
	if i, ok := c.index[u]; ok {
		return &c.t.Rows[i]
	}
	return new(Row) // a unit that these entries have not registered
}

func (c *counter) groups() {
	for _, g := range c.s.Directory.Groups() {
		r := c.row(g.Unit)
		r.Groups++
		if g.DisabledCode != 0 {
			r.Disabled++
		}
	}
}

func (c *counter) deliveries() {
	for _, d := range c.s.Outbox.Deliveries() {
		if d.Purpose != bot.ForAlert || d.State == push.Dropped || !c.t.Month.Contains(d.DueAt) {
			continue
		}
		r := c.row(d.Unit)
		r.Due++
		switch d.State {
		case push.Sent:
			r.Sent++
		case push.Forwarded:
			r.Sent, r.ByHand = r.Sent+1, r.ByHand+1
		case push.Unknown:
			r.Unknown++
		}
	}
}

// session adds one session to the row of its unit.
func (c *counter) session(sess *attendance.Session) {
	r := c.row(sess.Unit)
	if asked(c.s, sess) {
		r.Sessions++
	}
	c.t.Corrections += sess.Voided
	p := c.people[sess.Unit]
	if p == nil {
		p = newPeople(r.Expected)
		c.people[sess.Unit] = p
	}
	for _, in := range distinct(c.s, sess) {
		r.CheckIns++
		if in.Late {
			r.Late++
		}
		own, known := p.present[in.Member]
		if !known {
			r.Present++
			r.Vouched++
		}
		switch {
		case in.Via.Own() && !own:
			p.present[in.Member] = true
			r.Vouched--
			r.Own++
			c.name(r, in.Member)
		case !known:
			p.present[in.Member] = false
		}
	}
	p.excuse(c.s, sess)
}

// name counts a person who checked in himself by what is known of his name.
func (c *counter) name(r *Row, id bot.MemberID) {
	m := c.s.Directory.MemberByID(id)
	switch {
	case m == nil || m.Name == "":
		r.Nameless++
	case !m.Sure:
		r.Doubtful++
	}
}

// compare counts who of the roster came, and who was on leave.
func (c *counter) compare(r *Row) {
	p := c.people[r.Unit.ID]
	if p == nil {
		return
	}
	for m := range p.leave {
		if _, came := p.present[m]; !came {
			r.Excused++
		}
	}
	for _, place := range c.s.Directory.Roster(r.Unit.ID) {
		switch who := c.s.Directory.Who(r.Unit.ID, place); {
		case p.came(who):
			r.Listed++
		case p.leave[who]:
			r.ListedExcused++
		}
	}
}

// people are those of one unit of whom a month's sessions speak.
type people struct {
	present map[bot.MemberID]bool // value: he did it himself at least once
	leave   map[bot.MemberID]bool // also of those who came
}

// newPeople returns room for about n people.
func newPeople(n int) *people {
	return &people{present: make(map[bot.MemberID]bool, n), leave: make(map[bot.MemberID]bool)}
}

func (p *people) came(m bot.MemberID) bool {
	_, ok := p.present[m]
	return ok && m != ""
}

func (p *people) excuse(s *book.State, sess *attendance.Session) {
	for _, l := range sess.Leaves() {
		p.leave[s.Directory.Same(l.Member)] = true
	}
}

// distinct returns the check-ins of the different persons at sess.
func distinct(s *book.State, sess *attendance.Session) []attendance.CheckIn {
	all := sess.CheckIns()
	for _, c := range all {
		// Whoever checked in himself has an account, and is himself.
		if !c.Via.Own() && s.Directory.Same(c.Member) != c.Member {
			return sess.Distinct(s.Directory.Same)
		}
	}
	return all
}

// asked reports whether a session's group was asked to check in: its card has
// come, as far as one knows, or somebody answered it. Nobody is to be counted as
// missing at the others. One on paper took place if what says so still counts.
func asked(s *book.State, sess *attendance.Session) bool {
	switch {
	case sess.Present() > 0:
		return true
	case !sess.OnPaper():
		return s.Outbox.Asked(sess.ID)
	case len(sess.Leaves()) > 0:
		return true
	}
	return len(s.Filings.Of(sess.Unit, func(f *filing.Filing) bool { return f.Session == sess.ID && f.Standing == bot.Stands })) > 0
}

// Absent returns the lines of a unit's roster whose people have not checked in
// at any session of month m, also those on leave. It is for the office's private
// chat only.
func Absent(s *book.State, u bot.UnitID, m bot.Month) []string {
	p := newPeople(s.Directory.Expected(u))
	for _, sess := range s.Attendance.In(m) {
		if sess.Unit != u {
			continue
		}
		for _, c := range distinct(s, sess) {
			p.present[c.Member] = true
		}
	}
	var out []string
	for _, place := range s.Directory.Roster(u) {
		if !p.came(s.Directory.Who(u, place)) {
			out = append(out, place.Name)
		}
	}
	return out
}

// Remarks are the sentences that every report of t carries.
func (t Table) Remarks() []string {
	out := []string{"群内签到只证明本人阅读了推送，不等于单位组织或参与了公开教育活动。"}
	if t.Conduct.SingleHanded {
		out = append(out, "本月有时段关闭了“起草与审批分开”（fourEyes: false），预警可能由一人起草并审批。")
	}
	if weak := t.Conduct.Weak; len(weak) > 0 {
		out = append(out, "本月有时段台账存储的设置不足以保证已答复的记录不丢："+strings.Join(weak, "；")+"。")
	}
	for _, r := range t.Conduct.Restored {
		out = append(out, fmt.Sprintf("%s 台账存储发生过回退，少了 %d 条已答复的记录，已由程序原样补回。", r.At.In(bot.Zone).Format("1月2日 15:04"), r.Held-r.Found))
	}
	if t.Corrections > 0 {
		out = append(out, fmt.Sprintf("全县本月有 %d 条签到被更正作废，不计入。", t.Corrections))
	}
	return out
}

// Legend explains the columns of t that weigh differently from the others, as
// far as anything stands in them. Files and tables carry it after the remarks.
func (t Table) Legend() []string {
	var sum Row
	for _, r := range t.Rows {
		sum.Present += r.Present
		sum.Vouched += r.Vouched
		sum.Heads.Parts += r.Heads.Parts
		sum.Held += r.Activities()
		sum.ListedExcused += r.ListedExcused
		sum.Pending += r.Pending
		sum.ZeroDeclared = sum.ZeroDeclared || r.ZeroDeclared
	}
	var out []string
	say := func(there bool, format string, args ...any) {
		if there {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	say(sum.Vouched > 0, "签到 %d 人，其中代签、接龙、粘贴登记 %d 人：他们本人没有签到，由他人登记，证明力较低。", sum.Present, sum.Vouched)
	say(sum.ListedExcused > 0, "扣请假的参与率，是从名册人数中减去整月未到的请假人员后计算的。")
	say(sum.Heads.Parts > 0, "联络员报数是本月最近一场（或最近一天）的人数，只有数字没有姓名，不计入签到人数。")
	say(sum.Held > 0, "教育活动是各单位上报的公开活动、培训、座谈等，按活动日期归月；联合活动由上报的各单位分别计；短信等群发不算。")
	say(sum.ZeroDeclared, "零发案是单位自报，以公安机关核实为准。")
	say(sum.Pending > 0, "另有 %d 件上报待确认，未计入。", sum.Pending)
	return out
}

// clock is how a time is written in texts and files.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(bot.Zone).Format("2006-01-02 15:04:05")
}
