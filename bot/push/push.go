// Package push is what goes out: alerts on their way from draft to approval,
// pushes of approved alerts, and the delivery of each to each group.
//
// [Outbox] is the view over the ledger's entries about it. The deciding
// functions (Draft, Approve, Release, Intend, …) are pure: they read the view
// and return payloads or a refusal. [Engine] acts on them: it writes the
// intent, calls the channel, writes the outcome. An attempt whose outcome is
// missing after a crash, or whose answer was lost, is unknown; it is never sent
// again by itself.
//
// A group may have several doors, each on a channel of its own. A delivery tries
// them in their order, each at most once, and leaves one only while nothing of
// it can be in the group: when the platform refuses it, or cannot take it for
// long. Behind the door of people who forward (人工代发) it waits for their word.
//
// The package knows no channel, only [bot.Sender].
package push

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"fanzha/bot"
)

// An Alert (预警) is one thing to be made known.
type Alert struct {
	ID       bot.AlertID
	Content  bot.Content
	Hash     string
	State    bot.AlertState
	Author   bot.OperatorID
	Verifier bot.OperatorID
	Approver bot.OperatorID
	// Urgent reports that it was approved to go out in quiet hours.
	Urgent     bool
	DraftedAt  time.Time
	VerifiedAt time.Time
	ApprovedAt time.Time
	Push       bot.PushID // set once planned
	Withdrawn  string     // reason
}

// A Push (推送) is one decision to send one Alert.
type Push struct {
	ID         bot.PushID
	Alert      *Alert
	Content    bot.Content // as approved, whatever is drafted later
	Hash       string
	DueAt      time.Time
	PlannedAt  time.Time
	By         bot.OperatorID
	Job        string
	Deliveries []*Delivery // empty until released
}

// A Delivery (送达) is one message to one chat, perhaps in several parts: an alert
// or a digest of several, a summary, a correction or a notice.
type Delivery struct {
	ID      bot.DeliveryID
	Purpose bot.Purpose
	Push    *Push // nil unless it carries an alert
	// Also are the further alerts of a digest. One that is withdrawn before
	// anything has gone out is taken from it.
	Also []*Push
	// About is what a correction puts right or a notice reminds of.
	About   bot.DeliveryID
	Session bot.SessionID
	Group   bot.GroupID
	Unit    bot.UnitID
	Text    string       // of a summary or a notice
	Person  bot.PersonID // whom a notice is for
	DueAt   time.Time
	Urgent  bool
	State   State
	// Channel is the door that was tried last, or is to be tried next; "" before
	// the first intent, and in ledgers that knew one channel only.
	Channel  bot.ChannelID
	Attempts int // intents written so far
	Part     int // next part to send, from 0
	Parts    int // number of parts, 0 until the first intent
	// Code and Reason are what the last answer said: the platform's, or a
	// person's if its fate was unknown.
	Code   int
	Reason string
	// RetryAt is when it may be tried again (State Retry).
	RetryAt time.Time
	// SentAt is when the last part was confirmed (State Sent or Forwarded).
	SentAt time.Time
	// IntendedAt is when the last attempt began.
	IntendedAt time.Time
	// HandedAt is when a person was given the last part to forward; zero if
	// none was.
	HandedAt time.Time
	// Reminded reports that he was reminded once. Remark is why he would not.
	Reminded bool
	Remark   string

	tried     []bot.ChannelID // doors for which an intent was written
	since     time.Time       // when the present door was first tried
	refs      []string        // the platform's names for the parts that are out
	recall    recall
	corrected map[bot.PushID]bool // the group was told that it is withdrawn
	plannedIn bot.Month
	ledger    string // see Outbox
}

// pushes returns every push that d carries.
func (d *Delivery) pushes() []*Push {
	if d.Push == nil {
		return nil
	}
	return append([]*Push{d.Push}, d.Also...)
}

// chat tells apart the conversations in which one message goes after another.
func (d *Delivery) chat() string { return string(d.Group) + "/" + string(d.Person) }

// State is how far a Delivery has come.
type State string

// States of a Delivery.
const (
	Planned  State = "planned"     // waits for its time
	InFlight State = "in_flight"   // intent written, no answer yet
	Sent     State = "sent"        // every part confirmed
	Rejected State = "rejected"    // refused for good
	Retry    State = "retry_later" // certainly not out, will be tried again
	Unknown  State = "unknown"     // may be out: a person must say
	Dropped  State = "dropped"     // withdrawn before it went out
	// Handed: a person has it and is to bring it to the group. Forwarded: he says
	// that he has.
	Handed    State = "handed"
	Forwarded State = "forwarded"
	Recalled  State = "recalled" // sent, and taken back
)

// States lists every state, those first in which a delivery has arrived.
func States() []State {
	return []State{Sent, Forwarded, Handed, Planned, InFlight, Retry, Unknown, Rejected, Dropped, Recalled}
}

// Arrived reports whether the message is in the chat, as far as anybody said.
func (s State) Arrived() bool { return s == Sent || s == Forwarded }

// Chinese returns the word that people read.
func (s State) Chinese() string {
	switch s {
	case Planned:
		return "待发"
	case InFlight:
		return "发送中"
	case Sent:
		return "已送达"
	case Rejected:
		return "被拒绝"
	case Retry:
		return "待重试"
	case Unknown:
		return "未知"
	case Dropped:
		return "已撤回"
	case Handed:
		return "待人工转发"
	case Forwarded:
		return "已人工转发"
	case Recalled:
		return "已收回"
	}
	return string(s)
}

// Outbox is the state. It is not safe for concurrent use.
type Outbox struct {
	ledger     string // tells this ledger's cards from those of another one
	alerts     []*Alert
	alertBy    map[bot.AlertID]*Alert
	byMessage  map[string]bot.AlertID
	pushes     []*Push
	pushBy     map[bot.PushID]*Push
	deliveries []*Delivery
	deliveryBy map[bot.DeliveryID]*Delivery
	cards      map[bot.SessionID]*Delivery // that ask for a session's check-ins
	open       map[*Delivery]struct{}      // not yet at an end
	planned    int                         // alert deliveries so far: numbers the next
	notices    int                         // so far: numbers the next
	corrected  int                         // corrections so far: numbers the next
	withdrawn  int                         // alerts so far
	recalls    map[*Delivery]struct{}      // to be taken back
	served     map[string]time.Time        // chat → when a message to it last began
	stop       *Stop                       // nil unless sending is stopped
	noticed    map[notice]time.Time        // when each was last planned
	started    map[groupMonth]int          // deliveries to a group, but for those that never began
	processes  []process
}

type groupMonth struct {
	group bot.GroupID
	month bot.Month
}

// A process began to write at a time, under the rule of four eyes or not.
type process struct {
	at       time.Time
	fourEyes bool
}

// New returns the view of the empty ledger.
func New() *Outbox {
	return &Outbox{
		alertBy: make(map[bot.AlertID]*Alert), byMessage: make(map[string]bot.AlertID),
		pushBy: make(map[bot.PushID]*Push), deliveryBy: make(map[bot.DeliveryID]*Delivery), cards: make(map[bot.SessionID]*Delivery),
		noticed: make(map[notice]time.Time), open: make(map[*Delivery]struct{}), started: make(map[groupMonth]int),
		recalls: make(map[*Delivery]struct{}), served: make(map[string]time.Time),
	}
}

// Apply changes the view by one entry's payload. Kinds that are not about the
// outbox are passed over.
func (o *Outbox) Apply(at time.Time, p bot.Payload) {
	switch p := p.(type) {
	case *bot.CountyFounded:
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", p.Key, at.UnixMilli()))
		o.ledger = hex.EncodeToString(sum[:4])
	case *bot.ProcessStarted:
		o.processes = append(o.processes, process{at, p.FourEyes})
	case *bot.AlertDrafted, *bot.AlertVerified, *bot.AlertApproved, *bot.AlertWithdrawn:
		o.applyAlert(at, p)
	case *bot.PushPlanned:
		a := o.alertBy[p.Alert]
		if a == nil {
			return
		}
		push := &Push{ID: p.Push, Alert: a, Content: a.Content, Hash: p.Hash, DueAt: p.DueAt, PlannedAt: at, By: p.By, Job: p.Job}
		a.State, a.Push = bot.Pushed, p.Push
		o.pushes = append(o.pushes, push)
		o.pushBy[push.ID] = push
	case *bot.SendingStopped:
		o.stop = &Stop{At: at, By: p.By, Reason: p.Reason}
	case *bot.SendingResumed:
		o.stop = nil
	case *bot.DeliveryPlanned:
		o.plan(at, p)
	default:
		o.applyDelivery(at, p)
	}
}

// applyDelivery changes one delivery that is planned already.
func (o *Outbox) applyDelivery(at time.Time, p bot.Payload) {
	of := func(id bot.DeliveryID) (*Delivery, bool) {
		d := o.deliveryBy[id]
		return d, d != nil
	}
	switch p := p.(type) {
	case *bot.DeliveryIntended:
		if d, ok := of(p.Delivery); ok {
			o.intended(d, p, at)
		}
	case *bot.DeliveryAnswered:
		if d, ok := of(p.Delivery); ok {
			d.Code, d.Reason, d.RetryAt = p.Code, p.Reason, p.RetryAt
			if p.Ref != "" {
				d.refs = append(d.refs, p.Ref)
			}
			if p.Next != "" {
				d.Channel = p.Next
			}
			o.end(d, p.Outcome, p.Next != "", at)
		}
	case *bot.DeliveryResolved:
		d, ok := of(p.Delivery)
		switch {
		case !ok:
		case p.Seen:
			d.Code, d.Reason = 0, "人工确认已送达"
			o.end(d, bot.Sent, false, at)
		default:
			d.Code, d.Reason, d.RetryAt = 0, "人工确认没有送达", at
			o.end(d, bot.RetryLater, false, at)
		}
	case *bot.DeliveryForwarded:
		if d, ok := of(p.Delivery); ok {
			o.forwarded(d, p, at)
		}
	case *bot.RecallIntended:
		if d, ok := of(p.Delivery); ok {
			d.recall.attempts, d.recall.inFlight = p.Attempt, true
		}
	case *bot.RecallAnswered:
		if d, ok := of(p.Delivery); ok {
			o.recalled(d, p, at)
		}
	}
}

func (o *Outbox) intended(d *Delivery, p *bot.DeliveryIntended, at time.Time) {
	d.State, d.Attempts, d.Part, d.Parts, d.IntendedAt = InFlight, p.Attempt, p.Part, p.Parts, at
	if d.since.IsZero() || d.Channel != p.Channel || !slices.Contains(d.tried, p.Channel) {
		d.since = at
	}
	d.Channel = p.Channel
	if !slices.Contains(d.tried, p.Channel) {
		d.tried = append(d.tried, p.Channel)
	}
	o.served[d.chat()] = at
}

func (o *Outbox) applyAlert(at time.Time, p bot.Payload) {
	switch p := p.(type) {
	case *bot.AlertDrafted:
		a := o.alertBy[p.Alert]
		if a == nil {
			a = &Alert{ID: p.Alert}
			o.alerts = append(o.alerts, a)
			o.alertBy[a.ID] = a
		}
		*a = Alert{ID: p.Alert, Content: p.Content, Hash: p.Hash, State: bot.Drafted, Author: p.By, DraftedAt: at}
		if p.Message != "" {
			o.byMessage[p.Message] = p.Alert
		}
	case *bot.AlertVerified:
		if a := o.alertBy[p.Alert]; a != nil && a.Hash == p.Hash {
			a.State, a.Verifier, a.VerifiedAt = bot.Verified, p.By, at
		}
	case *bot.AlertApproved:
		if a := o.alertBy[p.Alert]; a != nil && a.Hash == p.Hash {
			a.State, a.Approver, a.ApprovedAt, a.Urgent = bot.Approved, p.By, at, p.Urgent
		}
	case *bot.AlertWithdrawn:
		a := o.alertBy[p.Alert]
		if a == nil {
			return
		}
		a.State, a.Withdrawn = bot.Withdrawn, p.Reason
		o.withdrawn++
		if push := o.pushBy[a.Push]; push != nil {
			for _, d := range slices.Clone(push.Deliveries) {
				o.lose(d)
			}
		}
	}
}

func (o *Outbox) plan(at time.Time, p *bot.DeliveryPlanned) {
	d := &Delivery{
		ID: p.Delivery, Purpose: p.Purpose, Session: p.Session, Group: p.Group, Unit: p.Unit, About: p.About,
		Text: p.Text, DueAt: p.DueAt, Urgent: p.Urgent, State: Planned, plannedIn: bot.MonthOf(at), ledger: o.ledger,
	}
	switch p.Purpose {
	case bot.ForAlert:
		if d.Session != "" {
			o.cards[d.Session] = d
		}
		o.planned++
		d.Push = o.pushBy[p.Push]
		for _, id := range p.Also {
			if also := o.pushBy[id]; also != nil {
				d.Also = append(d.Also, also)
			}
		}
		for _, push := range d.pushes() {
			push.Deliveries = append(push.Deliveries, d)
		}
	case bot.ForNotice:
		o.notices++
		o.noticed[notice{p.Private.Person, p.Private.Text}] = at
		d.Text, d.Person = p.Private.Text, p.Private.Person
		if about := o.deliveryBy[p.About]; about != nil {
			about.Reminded = true
		}
	case bot.ForCorrection:
		o.corrected++
		if about := o.deliveryBy[p.About]; about != nil {
			if about.corrected == nil {
				about.corrected = make(map[bot.PushID]bool)
			}
			about.corrected[p.Push] = true
		}
	}
	if d.Group != "" {
		o.started[groupMonth{d.Group, d.plannedIn}]++
	}
	o.deliveries = append(o.deliveries, d)
	o.deliveryBy[d.ID] = d
	o.open[d] = struct{}{}
}

// end moves d on after an attempt. elsewhere says that another door is tried.
func (o *Outbox) end(d *Delivery, outcome bot.Outcome, elsewhere bool, at time.Time) {
	next := Unknown
	switch outcome {
	case bot.Sent:
		d.Part++
		next = Planned
		if d.Part >= d.Parts {
			next, d.SentAt = Sent, at
		}
	case bot.Handed:
		d.Part++
		next = Planned
		if d.Part >= d.Parts {
			next, d.HandedAt = Handed, at
		}
	case bot.Rejected:
		next = Rejected
		if elsewhere {
			next = Planned
		}
	case bot.RetryLater:
		next = Retry
	}
	o.settle(d, next)
	o.lose(d)
}

// settle gives d its next state.
func (o *Outbox) settle(d *Delivery, s State) {
	d.State = s
	switch s {
	case Rejected, Dropped:
		if d.Attempts == 0 && d.Group != "" { // nothing of it has reached the group
			o.started[groupMonth{d.Group, d.plannedIn}]--
		}
		fallthrough
	case Sent, Forwarded, Recalled:
		delete(o.open, d)
	}
}

// Alert returns one alert, nil if there is none.
func (o *Outbox) Alert(id bot.AlertID) *Alert { return o.alertBy[id] }

// Alerts returns all alerts in the order in which they were first drafted.
func (o *Outbox) Alerts() []*Alert { return o.alerts }

// Push returns one push, nil if there is none.
func (o *Outbox) Push(id bot.PushID) *Push { return o.pushBy[id] }

// Pushes returns all pushes in their order.
func (o *Outbox) Pushes() []*Push { return o.pushes }

// SessionOf returns the session that a card asks for, "" if it is not a card of
// this ledger.
func (o *Outbox) SessionOf(c bot.CardID) bot.SessionID {
	if s, ok := c.Session(o.ledger); ok {
		return s
	}
	return ""
}

// Asked reports whether the card that asks for a session's check-ins has come to
// its group, as far as one knows.
func (o *Outbox) Asked(s bot.SessionID) bool {
	d := o.cards[s]
	return d != nil && (d.State.Arrived() || d.State == Unknown)
}

// Delivery returns one delivery, nil if there is none.
func (o *Outbox) Delivery(id bot.DeliveryID) *Delivery { return o.deliveryBy[id] }

// Deliveries returns all deliveries in their order.
func (o *Outbox) Deliveries() []*Delivery { return o.deliveries }

// Pending returns the deliveries in one of the given states that are not at an
// end, in the order of their ids.
func (o *Outbox) Pending(states ...State) []*Delivery {
	var out []*Delivery
	for d := range o.open {
		if slices.Contains(states, d.State) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, byID)
	return out
}

func byID(a, b *Delivery) int { return cmpID(a.ID, b.ID) }

func cmpID(a, b bot.DeliveryID) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// SingleHanded reports whether, at some time in month m, a process wrote under
// the rule that one person may write, verify and approve an alert.
func (o *Outbox) SingleHanded(m bot.Month) bool {
	off := false
	for _, p := range o.processes {
		if !p.at.Before(m.End()) {
			break
		}
		if p.at.Before(m.Start()) {
			off = !p.fourEyes // the last one before the month rules at its start
			continue
		}
		off = off || !p.fourEyes
	}
	return off
}

// nextAlert returns the id for the next alert.
func (o *Outbox) nextAlert() bot.AlertID {
	return bot.AlertID(fmt.Sprintf("A%04d", len(o.alerts)+1))
}

func (o *Outbox) nextPush() bot.PushID { return bot.PushID(fmt.Sprintf("P%04d", len(o.pushes)+1)) }
