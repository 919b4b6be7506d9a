package push

import (
	"fmt"
	"slices"
	"time"

	"fanzha/bot"
)

// This file is about what went out and should not have: an alert that is
// withdrawn is taken back where the platform can, and put right by a message of
// fixed words where it cannot.

// recall is how far the taking back of a delivery has come.
type recall struct {
	attempts int // intents written so far
	done     int // parts that are gone
	inFlight bool
	failed   bool // it cannot be taken back
	at       time.Time
}

// maxRecalls is how often the platform is asked to take back one part, and
// recallPause how long to wait in between.
const (
	maxRecalls  = 3
	recallPause = time.Minute
)

// A Stop (停发) holds back everything that no platform has yet.
type Stop struct {
	At     time.Time
	By     bot.OperatorID
	Reason string
}

// Stopped returns why nothing is sent, nil if sending goes on.
func (o *Outbox) Stopped() *Stop { return o.stop }

// StopSending decides that nothing is handed to a platform any more, urgent or
// not. Stopping twice changes nothing.
func (o *Outbox) StopSending(reason string, by bot.OperatorID) []bot.Payload {
	if o.stop != nil {
		return nil
	}
	return []bot.Payload{&bot.SendingStopped{Reason: reason, By: by}}
}

// ResumeSending ends a [Stop]. What waited goes out, unless its session has ended.
func (o *Outbox) ResumeSending(by bot.OperatorID) ([]bot.Payload, error) {
	if o.stop == nil {
		return nil, bot.Refuse("现在没有停发", "")
	}
	return []bot.Payload{&bot.SendingResumed{By: by}}, nil
}

// Held returns those of ids that must not be handed to a platform any more,
// though their intent is written: sending was stopped, or what they carry was
// withdrawn.
func (o *Outbox) Held(ids []bot.DeliveryID) (out []bot.DeliveryID) {
	for _, id := range ids {
		d := o.deliveryBy[id]
		if d != nil && (o.stop != nil || slices.ContainsFunc(d.pushes(), withdrawn)) {
			out = append(out, id)
		}
	}
	return out
}

// Withdrawals counts the alerts that were withdrawn so far.
func (o *Outbox) Withdrawals() int { return o.withdrawn }

func withdrawn(p *Push) bool { return p.Alert.State == bot.Withdrawn }

// lose takes from d the alerts that are withdrawn, as far as nothing of it has
// gone out; a digest goes on with the others. What has gone out in part ends, and
// what can be taken back is marked for it.
func (o *Outbox) lose(d *Delivery) {
	if !slices.ContainsFunc(d.pushes(), withdrawn) {
		return
	}
	switch d.State {
	case Planned, Retry:
		if live := slices.DeleteFunc(d.pushes(), withdrawn); d.Part == 0 && len(live) > 0 {
			o.carry(d, live)
			return
		}
		o.settle(d, Dropped)
	case Handed:
		if d.gone() {
			o.settle(d, Dropped)
		}
	}
	if d.recallable() {
		o.recalls[d] = struct{}{}
	}
}

// carry makes live all that d carries.
func (o *Outbox) carry(d *Delivery, live []*Push) {
	for _, p := range d.pushes() {
		if !slices.Contains(live, p) {
			p.Deliveries = slices.DeleteFunc(p.Deliveries, func(other *Delivery) bool { return other == d })
		}
	}
	d.Push, d.Also = live[0], live[1:]
}

// gone reports whether everything that d carries is withdrawn.
func (d *Delivery) gone() bool {
	return d.Push != nil && !slices.ContainsFunc(d.pushes(), func(p *Push) bool { return !withdrawn(p) })
}

// recallable reports whether all that has gone out of d can be taken back, and
// should be.
func (d *Delivery) recallable() bool {
	return d.gone() && (d.State == Sent || d.State == Dropped || d.State == Rejected) && d.Part > 0 && len(d.refs) == d.Part && !d.recall.failed
}

// reached reports whether something of d may be in its group.
func (d *Delivery) reached() bool {
	return d.Part > 0 || d.State == Unknown
}

// Withdraw decides that an alert is taken out of use. What no platform has yet is
// not sent any more; what has gone out is taken back, or put right by a message.
func (o *Outbox) Withdraw(id bot.AlertID, reason string, by bot.OperatorID, now time.Time, r Rules) ([]bot.Payload, error) {
	a := o.alertBy[id]
	switch {
	case a == nil:
		return nil, noAlert(id)
	case a.State == bot.Withdrawn:
		return nil, nil
	case oneLine(reason) == "":
		return nil, bot.Refuse("撤回要写明理由", fmt.Sprintf("例如：撤回 %s 案情有误", id))
	}
	out := []bot.Payload{&bot.AlertWithdrawn{Alert: id, Reason: reason, By: by}}
	push := o.pushBy[a.Push]
	if push == nil {
		return out, nil
	}
	for _, d := range push.Deliveries {
		if d.State == InFlight || !d.reached() || d.canRecall(push) {
			continue // the first is seen to when its fate is known
		}
		out = append(out, o.correction(d, push, now, r))
	}
	return o.numbered(out), nil
}

// canRecall reports whether d could be taken back once p is withdrawn.
func (d *Delivery) canRecall(p *Push) bool {
	others := slices.ContainsFunc(d.pushes(), func(other *Push) bool { return other != p && !withdrawn(other) })
	return !others && d.State != Unknown && len(d.refs) == d.Part && !d.recall.failed
}

// correction tells the group of d that p is withdrawn. Its words are fixed:
// nothing goes out that nobody has approved, so not the reason either. It goes
// also to a group that has had its month's number of messages, and says so.
func (o *Outbox) correction(d *Delivery, p *Push, now time.Time, r Rules) bot.Payload {
	text := fmt.Sprintf("【更正说明】%s发出的预警《%s》（%s）已经撤回，请以后续通知为准，不要再转发。%s",
		d.IntendedAt.In(bot.Zone).Format("1月2日"), p.Content.Topic, p.Alert.ID, pledge)
	note := ""
	if r.full(o.spoken(d.Group, now)) {
		note = r.limit() + "，因是撤回预警的更正说明照发"
	}
	return &bot.DeliveryPlanned{
		Purpose: bot.ForCorrection, Push: p.ID, About: d.ID, Note: note,
		Group: d.Group, Unit: d.Unit, Text: text, DueAt: now.UTC(),
	}
}

// numbered gives the corrections of one decision their ids.
func (o *Outbox) numbered(out []bot.Payload) []bot.Payload {
	n := o.corrected
	for _, p := range out {
		if d, ok := p.(*bot.DeliveryPlanned); ok && d.Purpose == bot.ForCorrection {
			n++
			d.Delivery = bot.DeliveryID(fmt.Sprintf("X%06d", n))
		}
	}
	return out
}

// corrections are those that d still needs, now that it has reached its group and
// is not taken back.
func (o *Outbox) corrections(d *Delivery, now time.Time, r Rules) (out []bot.Payload) {
	for _, p := range d.pushes() {
		if withdrawn(p) && !d.corrected[p.ID] {
			out = append(out, o.correction(d, p, now, r))
		}
	}
	return out
}

// Recalls returns the deliveries that may be taken back at now, and the earliest
// time at which another one may; the zero time if none waits.
func (o *Outbox) Recalls(now time.Time) (due []*Delivery, next time.Time) {
	for d := range o.recalls {
		switch {
		case d.recall.inFlight:
		case !d.recall.at.After(now):
			due = append(due, d)
		case next.IsZero() || d.recall.at.Before(next):
			next = d.recall.at
		}
	}
	slices.SortFunc(due, byID)
	return due, next
}

// IntendRecall decides that the platform is asked now to take back the next part
// of a delivery.
func (o *Outbox) IntendRecall(id bot.DeliveryID) (*bot.RecallIntended, error) {
	d := o.deliveryBy[id]
	if _, wanted := o.recalls[d]; d == nil || !wanted || d.recall.inFlight {
		return nil, bot.Refuse(fmt.Sprintf("送达 %s 不需要收回", id), "")
	}
	return &bot.RecallIntended{Delivery: id, Unit: d.Unit, Attempt: d.recall.attempts + 1, Ref: d.refs[d.recall.done]}, nil
}

// AnswerRecall decides how the recall in flight of a delivery ended. err is what
// the channel's Recall returned. Where the message stays, a correction follows.
func (o *Outbox) AnswerRecall(id bot.DeliveryID, attempt int, err *bot.SendError, now time.Time, r Rules) []bot.Payload {
	d := o.deliveryBy[id]
	if d == nil || !d.recall.inFlight || d.recall.attempts != attempt {
		return nil
	}
	a := &bot.RecallAnswered{Delivery: id, Unit: d.Unit, Attempt: attempt, Outcome: bot.Sent}
	if err != nil {
		a.Outcome, a.Code, a.Reason = err.Outcome, err.Code, err.Reason
	}
	switch {
	case a.Outcome == bot.Sent && err == nil:
		return []bot.Payload{a}
	case a.Outcome == bot.RetryLater && attempt < maxRecalls*len(d.refs):
		return []bot.Payload{a}
	case a.Outcome == bot.RetryLater:
		a.Outcome = bot.Rejected
	case a.Outcome != bot.Rejected:
		a.Outcome = bot.Unknown
	}
	return o.numbered(append([]bot.Payload{a}, o.corrections(d, now, r)...))
}

func (o *Outbox) recalled(d *Delivery, p *bot.RecallAnswered, at time.Time) {
	d.recall.inFlight = false
	switch p.Outcome {
	case bot.Sent:
		d.recall.done++
		if d.recall.done == len(d.refs) {
			delete(o.recalls, d)
			o.settle(d, Recalled)
		}
	case bot.RetryLater:
		d.recall.at = at.Add(recallPause)
	default:
		d.recall.failed = true
		delete(o.recalls, d)
	}
}
