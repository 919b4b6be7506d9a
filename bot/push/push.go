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
	begun      map[groupMonth]int          // deliveries to a group, in the month of their first attempt
	waiting    map[bot.GroupID]int         // deliveries to a group before their first attempt
	spent      []spent                     // of the last hour, oldest first
}

// New returns the view of the empty ledger.
func New() *Outbox {
	return &Outbox{
		alertBy: make(map[bot.AlertID]*Alert), byMessage: make(map[string]bot.AlertID),
		pushBy: make(map[bot.PushID]*Push), deliveryBy: make(map[bot.DeliveryID]*Delivery), cards: make(map[bot.SessionID]*Delivery),
		noticed: make(map[notice]time.Time), open: make(map[*Delivery]struct{}), begun: make(map[groupMonth]int), waiting: make(map[bot.GroupID]int),
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
		ID: p.Delivery, Purpose: p.Purpose, Session: p.Session, Group: p.Group, Unit: p.Unit, About: p.About, Note: p.Note,
		Text: p.Text, DueAt: p.DueAt, Urgent: p.Urgent, State: Planned, ledger: o.ledger,
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
		o.waiting[d.Group]++
	}
	o.deliveries = append(o.deliveries, d)
	o.deliveryBy[d.ID] = d
	o.open[d] = struct{}{}
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

// nextAlert returns the id for the next alert.
func (o *Outbox) nextAlert() bot.AlertID {
	return bot.AlertID(fmt.Sprintf("A%04d", len(o.alerts)+1))
}

func (o *Outbox) nextPush() bot.PushID { return bot.PushID(fmt.Sprintf("P%04d", len(o.pushes)+1)) }
