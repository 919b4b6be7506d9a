package search

import (
	"strings"
	"time"

	"fanzha/bot"
)

// Apply changes the index by entry seq. Kinds that nothing is found by are passed
// over, and so is what speaks of something that the index does not know.
func (x *Index) Apply(seq int64, at time.Time, p bot.Payload) {
	switch p := p.(type) {
	case *bot.CheckedIn: // first: nine in ten are
		x.checkIn(seq, at, p)
	case *bot.Corrected:
		x.correct(p)
	case *bot.AlertDrafted, *bot.AlertVerified, *bot.AlertApproved, *bot.AlertWithdrawn, *bot.PushPlanned:
		x.applyAlert(at, p)
	case *bot.SessionOpened:
		x.open(at, p)
	case *bot.RosterImported:
		x.replaceRoster(p)
	case *bot.MemberMet:
		x.meet(p)
	case *bot.MemberNamed:
		if m := x.people.members.get(p.Member); m != nil && !m.byName {
			m.claimed = p.Private.Name
			x.place(m)
		}
	case *bot.Filed:
		x.file(at, p)
	case *bot.FilingSettled:
		x.settle(p.Filing, p.Verdict)
	case *bot.FilingVoided:
		x.settle(p.Filing, bot.Voided)
	case *bot.LetterIssued:
		x.put(Doc{Kind: Letter, ID: string(p.Letter), At: onDay(p.On, at), Title: p.Title, Text: p.Number})
	}
}

// An alert is what the index must know of one beside its doc.
type alert struct {
	hash string
	push bot.PushID // "" until planned
}

func (x *Index) applyAlert(at time.Time, p bot.Payload) {
	switch p := p.(type) {
	case *bot.AlertDrafted:
		x.alerts[p.Alert] = &alert{hash: p.Hash}
		x.put(alertDoc(p, at))
	case *bot.AlertVerified:
		x.advance(p.Alert, p.Hash, bot.Verified)
	case *bot.AlertApproved:
		x.advance(p.Alert, p.Hash, bot.Approved)
	case *bot.AlertWithdrawn:
		if a := x.alerts[p.Alert]; a != nil {
			x.setState(Alert, string(p.Alert), bot.Withdrawn)
			x.setState(Push, string(a.push), bot.Withdrawn)
		}
	case *bot.PushPlanned:
		a := x.alerts[p.Alert]
		slot, ok := x.slots[key{Alert, string(p.Alert)}]
		if a == nil || !ok {
			return
		}
		a.push = p.Push
		x.setState(Alert, string(p.Alert), bot.Pushed)
		d := x.docs[slot] // its words are folded already; folding them again changes nothing
		push := x.put(Doc{Kind: Push, ID: string(p.Push), At: at, Title: d.shown, Text: d.text, State: bot.Pushed})
		x.docs[push].text = d.text // one copy for both
	}
}

// advance moves the alert on, if the text with that hash is its present one.
func (x *Index) advance(id bot.AlertID, hash string, s bot.AlertState) {
	if a := x.alerts[id]; a != nil && a.hash == hash {
		x.setState(Alert, string(id), s)
	}
}

func alertDoc(p *bot.AlertDrafted, at time.Time) Doc {
	c := p.Content
	text := append([]string{c.Category, c.Technique, c.Countermeasures, c.Source}, c.Audience...)
	return Doc{Kind: Alert, ID: string(p.Alert), At: at, Title: c.Topic, Text: strings.Join(text, "\n"), State: bot.Drafted}
}

// A session counts check-ins. It is a doc of its own only if it belongs to no
// push: forty groups asked for one push are one thing to find.
type session struct {
	unit     bot.UnitID
	checkIns uint32
}

func (x *Index) open(at time.Time, p *bot.SessionOpened) {
	if x.sessions.get(p.Session) != 0 {
		return
	}
	n := uint32(len(x.opened))
	x.opened = append(x.opened, session{unit: p.Unit})
	x.sessions.set(p.Session, n+1)
	slot, ok := x.slots[key{Push, string(p.Push)}]
	if !ok {
		slot = x.put(Doc{Kind: Session, ID: string(p.Session), Unit: p.Unit, At: at, Title: p.Title})
	}
	x.docs[slot].sessions = append(x.docs[slot].sessions, n)
}

// A filing is one about an activity, or one that check-ins came of.
type filing struct {
	activity *Doc // while it waits
	replaces bot.FilingID
	checkIns []filedCheckIn
}

type filedCheckIn struct {
	member *member
	record uint32
}

func (x *Index) file(at time.Time, p *bot.Filed) {
	if p.Form != bot.FilesActivity {
		return
	}
	f, s := p.Facts, p.Private
	title := s.Title
	if title == "" {
		title = f.Act
	}
	x.filings[p.Filing] = &filing{replaces: p.Replaces, activity: &Doc{
		Kind: Activity, ID: string(p.Filing), Unit: p.Unit, At: onDay(f.On, at), Title: title,
		Text: strings.Join([]string{f.Act, f.Role, s.Place, s.Dept, s.Text}, "\n"),
	}}
	x.settle(p.Filing, p.Standing)
}

// settle makes an activity findable that stands, and unfindable one that does not
// any more. Check-ins that came of a filing go with it only when it is taken back.
func (x *Index) settle(id bot.FilingID, s bot.Standing) {
	f := x.filings[id]
	if f == nil {
		return
	}
	switch s {
	case bot.Stands:
		if f.activity == nil {
			return
		}
		if f.replaces != "" {
			x.Remove(Activity, string(f.replaces))
		}
		x.put(*f.activity)
		f.activity = nil
	case bot.Voided:
		for _, c := range f.checkIns {
			x.void(c.member, c.record)
		}
		x.Remove(Activity, string(id))
		delete(x.filings, id)
	case bot.Refused, bot.Replaced:
		x.Remove(Activity, string(id))
		f.activity = nil
	}
}

// onDay returns the beginning of a civil day, or at if it is none.
func onDay(on string, at time.Time) time.Time {
	if t, err := time.ParseInLocation(time.DateOnly, on, bot.Zone); err == nil {
		return t
	}
	return at
}
