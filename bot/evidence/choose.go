package evidence

import (
	"context"
	"fmt"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
)

// A selection is the entries of one month's file, in order.
type selection struct {
	items    []item
	from, to int64 // the unbroken range
	checkIns int   // at the month's sessions
}

// choose reads the ledger once and picks what the month's file holds: see the
// package comment.
func choose(ctx context.Context, snap book.Snapshot, m bot.Month) (selection, error) {
	c := chooser{month: m, sessions: make(map[bot.SessionID]bool), people: make(map[bot.MemberID]bool)}
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
		it := item{e, rec}
		switch {
		case e.At.Before(m.Start()):
			if before != nil && c.context(before.entry) {
				sel.items = append(sel.items, *before)
			}
			before = &it
			continue
		case sel.to < 0:
			if sel.from < 0 {
				sel.from = e.Seq
				if before != nil {
					sel.from = before.entry.Seq
					sel.items = append(sel.items, *before)
				}
			}
			sel.items = append(sel.items, it)
			c.note(e)
			if !e.At.Before(m.End()) && e.At.After(c.ends) {
				sel.to = e.Seq
			}
		case c.corrects(e):
			sel.items = append(sel.items, it)
		}
	}
	if sel.from < 0 {
		return selection{}, bot.Refuse(fmt.Sprintf("%s还没有任何记录", m.Chinese()), "请核对月份")
	}
	if sel.to < 0 {
		sel.to = snap.Tree.Size() - 1
	}
	return c.finish(sel)
}

// A chooser knows what the month's entries speak of.
type chooser struct {
	month    bot.Month
	sessions map[bot.SessionID]bool
	people   map[bot.MemberID]bool // who checked in at them
	checkIns int                   // at them
	ends     time.Time             // when the last of them took no more check-ins
}

// context reports whether an entry from before the month may be needed to read
// it. People are picked in finish, once it is known who checked in.
func (c *chooser) context(e ledger.Entry) bool {
	switch e.Payload.(type) {
	case *bot.CountyFounded, *bot.ProcessStarted, *bot.UnitRegistered, *bot.GroupBound, *bot.GroupDisabled, *bot.GroupSeen,
		*bot.AlertDrafted, *bot.AlertVerified, *bot.AlertApproved, *bot.AlertWithdrawn, *bot.PushPlanned,
		*bot.RosterImported, *bot.MemberMet, *bot.MemberNamed, *bot.MemberConfirmed:
		return true
	}
	return false
}

func (c *chooser) note(e ledger.Entry) {
	switch p := e.Payload.(type) {
	case *bot.SessionOpened:
		if c.month.Contains(e.At) {
			c.sessions[p.Session] = true
			if p.EndsAt.After(c.ends) {
				c.ends = p.EndsAt
			}
		}
	case *bot.CheckedIn:
		if c.sessions[p.Session] {
			c.people[p.Member] = true
			c.checkIns++
		}
	}
}

// corrects reports whether an entry from after the range takes back one of the
// month's check-ins.
func (c *chooser) corrects(e ledger.Entry) bool {
	p, ok := e.Payload.(*bot.Corrected)
	return ok && c.sessions[p.Session]
}

// finish drops the people of earlier months whom the month does not speak of,
// and masks every private part that it does not need.
func (c *chooser) finish(sel selection) (selection, error) {
	last := make(map[bot.UnitID]int64) // the newest roster of each unit
	for _, it := range sel.items {
		if p, ok := it.entry.Payload.(*bot.RosterImported); ok {
			last[p.Unit] = it.entry.Seq
		}
	}
	kept := sel.items[:0]
	for _, it := range sel.items {
		inRange := it.entry.Seq >= sel.from
		private := false
		switch p := it.entry.Payload.(type) {
		case *bot.MemberMet:
			private = c.people[p.Member]
		case *bot.MemberNamed:
			private = c.people[p.Member]
		case *bot.MemberConfirmed:
			private = c.people[p.Member]
		case *bot.RosterImported:
			private = last[p.Unit] == it.entry.Seq
		case *bot.CheckedIn:
			private = c.sessions[p.Session]
		default:
			private = !inRange // context without a person in it
		}
		if !inRange && !private {
			continue
		}
		if it.rec.Private != nil && (!private || isAct(it.entry.Payload)) {
			if err := it.mask(); err != nil {
				return selection{}, err
			}
		}
		kept = append(kept, it)
	}
	sel.items, sel.checkIns = kept, c.checkIns
	return sel, nil
}

// isAct reports a payload whose private part no table needs: who bound a group.
func isAct(p bot.Payload) bool {
	_, ok := p.(*bot.GroupBound)
	return ok
}
