package report

import (
	"fmt"
	"slices"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/filing"
	"fanzha/bot/push"
)

// A tally is one unit over a Span: of one month its Row is the month table's, over
// several months or some days people are counted once.
type tally struct {
	Row
	people
	heads   []*filing.Filing
	pending []*filing.Filing
	voided  int // check-ins taken back
	// liaisons are those by whose account he can be known.
	liaisons int
}

// tallies counts units over sp, all of them if none is named.
func tallies(s *book.State, sp Span, units ...bot.UnitID) []*tally {
	var out []*tally
	index := make(map[bot.UnitID]*tally)
	for _, u := range s.Directory.Units() {
		if len(units) > 0 && !slices.Contains(units, u.ID) {
			continue
		}
		t := newTally(s.Directory.Expected(u.ID))
		t.Unit, t.Expected, t.Comparable = u, s.Directory.Expected(u.ID), len(s.Directory.Roster(u.ID)) > 0
		t.liaisons = len(s.Directory.LiaisonPersons(u.ID))
		index[u.ID] = t
		out = append(out, t)
	}
	for _, g := range s.Directory.Groups() {
		if t := index[g.Unit]; t != nil {
			t.group(g)
		}
	}
	for _, d := range s.Outbox.Deliveries() {
		if t := index[d.Unit]; t != nil && d.Purpose == bot.ForAlert && d.State != push.Dropped && sp.has(d.DueAt) {
			t.delivered(d)
		}
	}
	for _, sess := range sp.sessions(s) {
		if t := index[sess.Unit]; t != nil {
			t.session(s, sess, sp)
		}
	}
	for _, f := range sp.filings(s) {
		if t := index[f.Unit]; t != nil {
			t.file(f)
		}
	}
	for _, a := range sp.activities(s) {
		if t := index[a.Unit]; t != nil && a.Why == "" {
			t.activity(a.Filing)
		}
	}
	for _, t := range out {
		t.finish(s)
	}
	return out
}

// newTally returns one with room for about n people.
func newTally(n int) *tally { return &tally{people: *newPeople(n)} }

func (t *tally) group(g *directory.Group) {
	t.Groups++
	if g.DisabledCode != 0 {
		t.Disabled++
	}
}

func (t *tally) delivered(d *push.Delivery) {
	t.Due++
	switch d.State {
	case push.Sent:
		t.Sent++
	case push.Forwarded:
		t.Sent, t.ByHand = t.Sent+1, t.ByHand+1
	case push.Unknown:
		t.Unknown++
	}
}

func (t *tally) session(s *book.State, sess *attendance.Session, sp Span) {
	opened, came := sp.counts(sess.OpenedAt) && asked(s, sess), false
	t.voided += sess.Voided
	for _, in := range distinct(s, sess) {
		if !sp.counts(in.At) {
			continue
		}
		came = true
		t.CheckIns++
		if in.Late {
			t.Late++
		}
		t.present[in.Member] = t.present[in.Member] || in.Via.Own()
	}
	if opened || came {
		t.Sessions++
	}
	for _, l := range sess.Leaves() {
		if sp.counts(l.At) {
			t.leave[s.Directory.Same(l.Member)] = true
		}
	}
}

func (t *tally) file(f *filing.Filing) {
	switch {
	case f.Waiting():
		t.Pending++
		t.pending = append(t.pending, f)
	case f.Standing != bot.Stands:
	case f.Form == bot.FilesHeadcount:
		t.heads = append(t.heads, f)
	case f.Form == bot.FilesZeroCase:
		t.ZeroDeclared = true
	}
}

// finish counts people.
func (t *tally) finish(s *book.State) {
	t.Present = len(t.present)
	for id, own := range t.present {
		if !own {
			t.Vouched++
			continue
		}
		t.Own++
		switch m := s.Directory.MemberByID(id); {
		case m == nil || m.Name == "":
			t.Nameless++
		case !m.Sure:
			t.Doubtful++
		}
	}
	for id := range t.leave {
		if _, came := t.present[id]; !came {
			t.Excused++
		}
	}
	for _, p := range s.Directory.Roster(t.Unit.ID) {
		switch who := s.Directory.Who(t.Unit.ID, p); {
		case t.came(who):
			t.Listed++
		case t.leave[who]:
			t.ListedExcused++
		}
	}
	if len(t.heads) > 0 {
		t.Heads = headcount(s, t.heads)
	}
}

// absent returns the lines of the roster whose people neither came nor are on
// leave.
func (t *tally) absent(s *book.State) (names []string) {
	for _, p := range s.Directory.Roster(t.Unit.ID) {
		if who := s.Directory.Who(t.Unit.ID, p); !t.came(who) && !t.leave[who] {
			names = append(names, p.Name)
		}
	}
	return names
}

// of returns the tally of one unit, nil if there is none.
func of(all []*tally, u bot.UnitID) *tally {
	if i := slices.IndexFunc(all, func(t *tally) bool { return t.Unit.ID == u }); i >= 0 {
		return all[i]
	}
	return nil
}

// tagged returns those with a tag; "" means all.
func tagged(all []*tally, tag string) []*tally {
	if tag == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(t *tally) bool { return !slices.Contains(t.Unit.Tags, tag) })
}

// attended says how many came.
func (t *tally) attended() string {
	if percent, ok := t.Rate(); ok {
		outside := ""
		if n := t.Present - t.Listed; n > 0 {
			outside = fmt.Sprintf("，名册外 %d 人", n)
		}
		return fmt.Sprintf("%d/%d 人（%d%%）%s", t.Listed, t.Expected, percent, outside)
	}
	switch {
	case t.Sessions == 0 && t.Expected > 0:
		return fmt.Sprintf("0/%d 人（没有签到场次）", t.Expected)
	case t.Sessions == 0:
		return "没有签到场次"
	case t.Expected > 0:
		return fmt.Sprintf("%d 人（名册姓名已删除，不算比例）", t.Present)
	}
	return fmt.Sprintf("%d 人（没有名册，不算比例）", t.Present)
}
