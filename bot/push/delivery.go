package push

import (
	"slices"
	"time"

	"fanzha/bot"
)

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
	// Note is why it goes out beyond the month's number of messages.
	Note string
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

	declined  bool
	again     int             // how often the last answer was Code with RetryLater, one after another
	tried     []bot.ChannelID // doors for which an intent was written
	since     time.Time       // when the present door was first tried
	refs      []string        // the platform's names for the parts that are out
	recall    recall
	corrected map[bot.PushID]bool // the group was told that it is withdrawn
	ledger    string              // see Outbox
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
			o.spend(d, p, at)
			d.repeat(p)
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

// repeat counts the answers that came to the same.
func (d *Delivery) repeat(p *bot.DeliveryAnswered) {
	switch {
	case p.Outcome != bot.RetryLater:
		d.again = 0
	case p.Code == d.Code:
		d.again++
	default:
		d.again = 1
	}
}

func (o *Outbox) intended(d *Delivery, p *bot.DeliveryIntended, at time.Time) {
	if d.Attempts == 0 && d.Group != "" {
		o.waiting[d.Group]--
		o.begun[groupMonth{d.Group, bot.MonthOf(at)}]++
	}
	d.State, d.Attempts, d.Part, d.Parts, d.IntendedAt = InFlight, p.Attempt, p.Part, p.Parts, at
	if d.since.IsZero() || d.Channel != p.Channel || !slices.Contains(d.tried, p.Channel) {
		d.since = at
	}
	if d.Channel != p.Channel {
		d.again = 0
	}
	d.Channel = p.Channel
	if !slices.Contains(d.tried, p.Channel) {
		d.tried = append(d.tried, p.Channel)
	}
	o.served[d.chat()] = at
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
			o.waiting[d.Group]--
		}
		fallthrough
	case Sent, Forwarded, Recalled:
		delete(o.open, d)
	}
}
