package evidence

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/report"
)

// A selection is the entries of one month's file, in order.
type selection struct {
	items    []item
	from, to int64 // the unbroken range
	checkIns int   // at the month's sessions
	filings  int   // for the month, or that led to one of its check-ins
}

// choose reads the ledger once and picks what the month's file holds: see the
// package comment.
func choose(ctx context.Context, snap book.Snapshot, opt Options) (selection, error) {
	c := newChooser(opt)
	sel := selection{from: -1, to: -1}
	seq := int64(0)
	var before *item // the last entry before the month
	for rec, err := range snap.Ledger.Read(ctx, 0, snap.Tree.Size()) {
		if err != nil {
			return selection{}, err
		}
		e, err := ledger.Open(seq, rec)
		if err != nil {
			return selection{}, err
		}
		seq++
		c.note(e)
		it := item{e, rec}
		switch {
		case e.At.Before(opt.Month.Start()):
			if before != nil && c.context(before.entry) {
				sel.items = append(sel.items, *before)
			}
			before = &it
		case sel.to < 0:
			if sel.from < 0 {
				sel.from = e.Seq
				if before != nil {
					sel.from = before.entry.Seq
					sel.items = append(sel.items, *before)
				}
			}
			sel.items = append(sel.items, it)
			if !e.At.Before(opt.Month.End()) && e.At.After(c.ends) {
				sel.to = e.Seq
			}
		case c.later(e):
			sel.items = append(sel.items, it)
		}
	}
	if sel.from < 0 {
		return selection{}, bot.Refuse(fmt.Sprintf("%s还没有任何记录", opt.Month.Chinese()), "请核对月份")
	}
	if sel.to < 0 {
		sel.to = snap.Tree.Size() - 1
	}
	if err := c.fetch(ctx, snap, &sel); err != nil {
		return selection{}, err
	}
	return c.finish(sel)
}

// A chooser knows what the month's entries speak of.
type chooser struct {
	opt      Options
	sessions map[bot.SessionID]bool          // of the month
	people   map[bot.MemberID]bool           // who checked in or was on leave at them
	wanted   map[bot.FilingID]bool           // filings of the month, and those behind their check-ins
	opened   map[bot.SessionID]opened        // every session so far
	filed    map[bot.FilingID]*filed         // every filing so far
	replaced map[bot.FilingID][]bot.FilingID // filing → those that say it anew
	checkIns int                             // at the month's sessions
	ends     time.Time                       // when the last of those opened in it took no more check-ins
}

type opened struct {
	seq   int64
	month bot.Month
}

type filed struct {
	session bot.SessionID
	seqs    []int64 // of it, and of what ended or took it back
}

func newChooser(opt Options) *chooser {
	return &chooser{
		opt: opt, sessions: make(map[bot.SessionID]bool), people: make(map[bot.MemberID]bool), wanted: make(map[bot.FilingID]bool),
		opened: make(map[bot.SessionID]opened), filed: make(map[bot.FilingID]*filed), replaced: make(map[bot.FilingID][]bot.FilingID),
	}
}

// note takes in the next entry of the ledger.
func (c *chooser) note(e ledger.Entry) {
	switch p := e.Payload.(type) {
	case *bot.SessionOpened:
		c.open(e, p)
	case *bot.CheckedIn:
		if c.sessions[p.Session] {
			c.checkIns++
			c.person(p.Member, p.Filing)
		}
	case *bot.Excused:
		if c.sessions[p.Session] {
			c.person(p.Member, p.Filing)
		}
	case *bot.Filed:
		c.filed[p.Filing] = &filed{session: p.Session, seqs: []int64{e.Seq}}
		if p.Replaces != "" {
			c.replaced[p.Replaces] = append(c.replaced[p.Replaces], p.Filing)
		}
		if report.FiledMonth(p, e.At, c.month) == c.opt.Month {
			c.wanted[p.Filing] = true
		}
	case *bot.FilingSettled:
		c.about(p.Filing, e.Seq)
	case *bot.FilingVoided:
		c.about(p.Filing, e.Seq)
	}
}

func (c *chooser) open(e ledger.Entry, p *bot.SessionOpened) {
	in := c.opt.Month.Contains(e.At)
	o := opened{e.Seq, bot.MonthOf(e.At)}
	if m, err := bot.ParseMonth(p.Month); err == nil {
		o.month = m
	}
	c.opened[p.Session] = o
	if o.month == c.opt.Month {
		c.sessions[p.Session] = true
	}
	if in && p.EndsAt.After(c.ends) {
		c.ends = p.EndsAt
	}
}

func (c *chooser) month(s bot.SessionID) (bot.Month, bool) {
	o, ok := c.opened[s]
	return o.month, ok
}

func (c *chooser) person(m bot.MemberID, f bot.FilingID) {
	c.people[m] = true
	if f != "" {
		c.wanted[f] = true
	}
}

func (c *chooser) about(f bot.FilingID, seq int64) {
	if known := c.filed[f]; known != nil {
		known.seqs = append(known.seqs, seq)
	}
}

// context reports whether an entry from before the month may be needed to read
// it. People are picked in finish, once it is known who checked in.
func (c *chooser) context(e ledger.Entry) bool {
	switch e.Payload.(type) {
	case *bot.CountyFounded, *bot.ProcessStarted, *bot.StoreRestored, *bot.UnitRegistered, *bot.GroupBound, *bot.GroupDisabled, *bot.GroupSeen, *bot.RouteAdded, *bot.RouteRemoved,
		*bot.AlertDrafted, *bot.AlertVerified, *bot.AlertApproved, *bot.AlertWithdrawn, *bot.PushPlanned, *bot.RosterImported:
		return true
	}
	return c.later(e)
}

// later reports whether an entry from outside the range may be needed: who
// somebody is, and what took place at one of the month's sessions. A session on
// paper may be filed long after the month.
func (c *chooser) later(e ledger.Entry) bool {
	switch p := e.Payload.(type) {
	case *bot.MemberMet, *bot.MemberNamed, *bot.MemberConfirmed:
		return true
	case *bot.CheckedIn:
		return c.sessions[p.Session]
	case *bot.Excused:
		return c.sessions[p.Session]
	case *bot.Corrected:
		return c.sessions[p.Session]
	}
	return false
}

// fetch adds the filings and sessions from outside the range.
func (c *chooser) fetch(ctx context.Context, snap book.Snapshot, sel *selection) error {
	for _, seq := range c.outside(*sel) {
		for rec, err := range snap.Ledger.Read(ctx, seq, seq+1) {
			if err != nil {
				return err
			}
			e, err := ledger.Open(seq, rec)
			if err != nil {
				return err
			}
			sel.items = append(sel.items, item{e, rec})
		}
	}
	slices.SortFunc(sel.items, func(a, b item) int { return cmp.Compare(a.entry.Seq, b.entry.Seq) })
	return nil
}

// outside returns the entries outside the range that open a session or are about
// a filing: of the month; and, of those in the range and for another month, what
// says so.
func (c *chooser) outside(sel selection) []int64 {
	in := func(seq int64) bool { return seq >= sel.from && seq <= sel.to }
	seqs := make(map[int64]bool)
	session := func(id bot.SessionID) {
		if o, ok := c.opened[id]; ok && !in(o.seq) {
			seqs[o.seq] = true
		}
	}
	for id := range c.sessions {
		session(id)
	}
	for _, id := range slices.Collect(maps.Keys(c.wanted)) {
		c.anew(id)
	}
	for id, f := range c.filed {
		if !c.wanted[id] && !in(f.seqs[0]) {
			continue
		}
		session(f.session)
		for _, seq := range f.seqs {
			if c.wanted[id] && !in(seq) {
				seqs[seq] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seqs))
}

// anew wants those that say filing id anew: whether it stands hangs on them.
func (c *chooser) anew(id bot.FilingID) {
	for _, next := range c.replaced[id] {
		if !c.wanted[next] {
			c.wanted[next] = true
			c.anew(next)
		}
	}
}

// finish drops the people of other months whom the month does not speak of, and
// masks every private part that it does not need.
func (c *chooser) finish(sel selection) (selection, error) {
	last := make(map[bot.UnitID]int64) // the newest roster of each unit
	for _, it := range sel.items {
		if p, ok := it.entry.Payload.(*bot.RosterImported); ok {
			last[p.Unit] = it.entry.Seq
		}
	}
	kept := sel.items[:0]
	for _, it := range sel.items {
		inRange := it.entry.Seq >= sel.from && it.entry.Seq <= sel.to
		private, needless := c.private(it.entry, last)
		if !inRange && needless {
			continue
		}
		if it.rec.Private != nil && !private {
			if err := it.mask(); err != nil {
				return selection{}, err
			}
		}
		kept = append(kept, it)
	}
	sel.items, sel.checkIns, sel.filings = kept, c.checkIns, len(c.wanted)
	return sel, nil
}

// private reports whether the file needs the private part of an entry, and
// whether without it the entry is of no use outside the range.
func (c *chooser) private(e ledger.Entry, last map[bot.UnitID]int64) (private, needless bool) {
	switch p := e.Payload.(type) {
	case *bot.MemberMet:
		private = c.people[p.Member]
	case *bot.MemberNamed:
		private = c.people[p.Member]
	case *bot.MemberConfirmed:
		private = c.people[p.Member]
	case *bot.RosterImported:
		private = last[p.Unit] == e.Seq
	case *bot.CheckedIn:
		return c.sessions[p.Session], false
	case *bot.Excused:
		return c.sessions[p.Session], false
	case *bot.Filed:
		// An activity has its title and place there. Of the others the figures are
		// public, and the persons stand in entries of their own.
		return c.wanted[p.Filing] && (p.Form == bot.FilesActivity || c.opt.Texts && p.Digest != ""), false
	default:
		return false, false
	}
	return private, !private
}
