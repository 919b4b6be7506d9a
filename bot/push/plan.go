package push

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// Plan decides to push an approved alert at dueAt. Quiet hours move a push that
// is not urgent to their end.
func (o *Outbox) Plan(id bot.AlertID, dueAt time.Time, by bot.OperatorID, job string, r Rules) ([]bot.Payload, error) {
	a := o.alertBy[id]
	switch {
	case a == nil:
		return nil, noAlert(id)
	case a.State != bot.Approved:
		return nil, wrongState(a, "推送")
	}
	if !a.Urgent {
		dueAt = r.Quiet.Next(dueAt)
	}
	return []bot.Payload{&bot.PushPlanned{Push: o.nextPush(), Alert: id, Hash: a.Hash, DueAt: dueAt.UTC(), By: by, Job: job}}, nil
}

// PlanNext decides what the scheduled job pushes now: the alert that was
// approved first among those that wait. Nothing waits, nothing is pushed.
func (o *Outbox) PlanNext(now time.Time, job string, r Rules) ([]bot.Payload, error) {
	var next *Alert
	for _, a := range o.alerts {
		if a.State == bot.Approved && (next == nil || a.ApprovedAt.Before(next.ApprovedAt)) {
			next = a
		}
	}
	if next == nil {
		return nil, nil
	}
	return o.Plan(next.ID, now, "", job, r)
}

// A Target is a group that may get a push.
type Target struct {
	Group bot.GroupID
	Unit  bot.Unit
	// Disabled groups take no messages; they get no delivery until somebody
	// speaks to the bot there.
	Disabled bool
}

// stale is how old a push may be that has found no group yet. One bound later
// wants news, not everything that was ever said.
const stale = 7 * 24 * time.Hour

// Release decides what follows from the pushes that are due: for each group of a
// unit that fits the audience one delivery and one session. Several alerts that
// are due for a group at once become one message, a digest; an urgent one goes by
// itself. A push that finds no group waits for one, for a week. A group that has
// had its month's number of messages gets a delivery that is rejected at once,
// with the reason.
func (o *Outbox) Release(targets []Target, now time.Time, r Rules) []bot.Payload {
	var due []*Push
	for _, p := range o.pushes {
		if len(p.Deliveries) > 0 || p.Alert.State != bot.Pushed || now.Before(p.DueAt) || now.Sub(p.DueAt) > stale {
			continue
		}
		due = append(due, p)
	}
	var out []bot.Payload
	n := o.planned
	for _, t := range targets {
		if t.Disabled {
			continue
		}
		used := o.spoken(t.Group, now)
		for _, together := range digests(due, t) {
			n++
			full := r.full(used)
			out = append(out, release(together, t, n, now, r, full)...)
			if !full || together[0].Alert.Urgent {
				used++
			}
		}
	}
	return out
}

// maxDigest is how many alerts one message carries at most.
const maxDigest = 6

// digests puts together the pushes that go to t as one message each.
func digests(due []*Push, t Target) (out [][]*Push) {
	var calm []*Push
	for _, p := range due {
		switch {
		case !t.Unit.HasAnyTag(p.Content.Audience):
		case p.Alert.Urgent:
			out = append(out, []*Push{p})
		default:
			calm = append(calm, p)
		}
	}
	return slices.AppendSeq(out, slices.Chunk(calm, maxDigest))
}

// release plans the n-th delivery: pushes to t. If t's month is full it ends at
// once, unless it is urgent: then it says why it goes all the same. The delivery
// is due now, though the push was due earlier, before the program was up again: it
// counts for the month of its session.
func release(pushes []*Push, t Target, n int, now time.Time, r Rules, full bool) []bot.Payload {
	p := pushes[0]
	d := &bot.DeliveryPlanned{
		Delivery: bot.DeliveryID(fmt.Sprintf("D%06d", n)), Purpose: bot.ForAlert, Push: p.ID,
		Group: t.Group, Unit: t.Unit.ID, DueAt: now.UTC(), Urgent: p.Alert.Urgent,
	}
	for _, also := range pushes[1:] {
		d.Also = append(d.Also, also.ID)
	}
	switch {
	case full && d.Urgent:
		d.Note = r.limit() + "，因经审批的紧急预警照发"
	case full:
		return []bot.Payload{d, &bot.DeliveryAnswered{Delivery: d.Delivery, Unit: d.Unit, Outcome: bot.Rejected, Reason: r.limit()}}
	}
	d.Session = bot.SessionID(fmt.Sprintf("S%06d", n))
	due := now.Add(r.OnTime)
	return []bot.Payload{d, &bot.SessionOpened{
		Session: d.Session, Push: p.ID, Group: t.Group, Unit: t.Unit.ID, Title: topics(pushes),
		DueAt: due.UTC(), EndsAt: due.Add(r.Late).UTC(),
	}}
}

// A Handover is what would be handed to a channel: the parts of a delivery as
// that channel can carry them. Without parts there is nowhere to send it, and Why
// says why.
type Handover struct {
	Channel bot.ChannelID
	Parts   []bot.Message
	Window  Window
	Why     string
}

// Intend decides that the next of d's parts is handed to the channel now: the
// intent, to be durable before the act. No road leads around it: in quiet hours,
// when sending is stopped, or when d is not waiting, it refuses. It ends the
// delivery instead if an alert in it was withdrawn or is not what was approved, if
// there is nowhere to send it, if its group has had the month's number of messages,
// or if its session takes no check-ins any more.
func (o *Outbox) Intend(id bot.DeliveryID, h Handover, now time.Time, r Rules) ([]bot.Payload, error) {
	d := o.deliveryBy[id]
	switch {
	case d == nil:
		return nil, bot.Refuse(fmt.Sprintf("没有编号为 %s 的送达", id), "")
	case o.stop != nil:
		return nil, bot.Refuse("现在停发", "")
	case !d.due(now, r):
		return nil, bot.Refuse(fmt.Sprintf("送达 %s 现在%s，未到可发的时候", id, d.State.Chinese()), "")
	case slices.ContainsFunc(d.pushes(), func(p *Push) bool { return !p.allowed() }):
		return o.giveUp(d, "内容与审批的不一致或已撤回"), nil
	case len(h.Parts) == 0:
		return o.giveUp(d, cmp.Or(h.Why, "不知道要发到哪里")), nil
	case o.beyond(d, now, r):
		return o.giveUp(d, r.limit()), nil
	case d.Push != nil && now.After(h.Window.EndsAt):
		return o.giveUp(d, "签到已经截止，不再发送"), nil
	case d.Part >= len(h.Parts) || d.Part > 0 && d.Parts != len(h.Parts): // begun by a program that cut the text otherwise
		return o.giveUp(d, "内容的分条与先前不同，余下的不再发送"), nil
	}
	return []bot.Payload{&bot.DeliveryIntended{
		Delivery: id, Unit: d.Unit, Attempt: d.Attempts + 1, Part: d.Part, Parts: len(h.Parts), Digest: Digest(h.Parts[d.Part]), Channel: h.Channel,
	}}, nil
}

// due reports whether d may be sent at now.
func (d *Delivery) due(now time.Time, r Rules) bool { return !d.next(now, r).After(now) }

// next returns when, from now on, d may be sent; if it is in flight, at an end or
// unknown, a time later than every other one.
func (d *Delivery) next(now time.Time, r Rules) time.Time {
	at := d.DueAt
	switch d.State {
	case Planned:
	case Retry:
		at = d.RetryAt
	default:
		return never
	}
	if at.Before(now) {
		at = now
	}
	if !d.Urgent {
		at = r.Quiet.Next(at)
	}
	return at
}

// until returns when, after now, d may no longer be sent: at the next beginning
// of the quiet hours.
func (d *Delivery) until(now time.Time, r Rules) time.Time {
	if d.Urgent || r.Quiet.From == r.Quiet.To {
		return never
	}
	y, m, day := now.In(bot.Zone).Date()
	begin := time.Date(y, m, day, 0, 0, 0, 0, bot.Zone).Add(r.Quiet.From)
	if !begin.After(now) {
		begin = begin.AddDate(0, 0, 1)
	}
	return begin
}

// allowed reports whether what p would send is what was approved.
func (p *Push) allowed() bool {
	a := p.Alert
	return a.State == bot.Pushed && a.Approver != "" && a.Hash == p.Hash && p.Content.Hash() == p.Hash
}

// A Reply is how a channel answered.
type Reply struct {
	Err *bot.SendError // what Send returned
	Ref string         // the platform's name for the message, if it gave one
	// Next is the door to be tried if this one refuses; "" if there is none.
	Next bot.ChannelID
}

// Answer decides how the attempt in flight of d ended.
func (o *Outbox) Answer(id bot.DeliveryID, attempt int, reply Reply, now time.Time, r Rules) []bot.Payload {
	d := o.deliveryBy[id]
	if d == nil || d.State != InFlight || d.Attempts != attempt {
		return nil
	}
	a := &bot.DeliveryAnswered{Delivery: id, Unit: d.Unit, Attempt: attempt, Outcome: bot.Sent, Ref: reply.Ref}
	if err := reply.Err; err != nil {
		a.Outcome, a.Code, a.Reason, a.Ref = err.Outcome, err.Code, err.Reason, ""
		switch a.Outcome {
		case bot.Handed, bot.Rejected:
		case bot.RetryLater:
			d.retry(a, err, now)
		default: // also a channel that says nothing of use
			a.Outcome = bot.Unknown
		}
		if a.Outcome == bot.Rejected && d.Part == 0 {
			a.Next = reply.Next
		}
	}
	if !d.stays(a) {
		return []bot.Payload{a}
	}
	return o.numbered(append([]bot.Payload{a}, o.corrections(d, now, r)...))
}

// retry says in a when d is tried again, or that it has been tried often enough.
func (d *Delivery) retry(a *bot.DeliveryAnswered, e *bot.SendError, now time.Time) {
	again := 0
	if d.Code == e.Code {
		again = d.again
	}
	wait := backoff(again)
	switch {
	case e.Tries > 0 && again >= e.Tries:
		a.Outcome, a.Reason = bot.Rejected, fmt.Sprintf("%s，重试 %d 次仍然如此", e.Reason, e.Tries)
		return
	case e.Tries > 0:
		wait = spread(again)
	}
	a.RetryAt = now.Add(max(e.After, wait)).UTC()
}

// stays reports whether, after that answer, something of d may be in its group
// that cannot be taken back.
func (d *Delivery) stays(a *bot.DeliveryAnswered) bool {
	parts, refs := d.Part, len(d.refs)
	if a.Outcome == bot.Sent || a.Outcome == bot.Handed {
		parts++
	}
	if a.Ref != "" {
		refs++
	}
	if a.Outcome == bot.Unknown {
		return true
	}
	return parts > 0 && (!d.gone() || refs != parts || d.recall.failed)
}

// giveUp decides that d can never be sent.
func (o *Outbox) giveUp(d *Delivery, reason string) []bot.Payload {
	return []bot.Payload{&bot.DeliveryAnswered{Delivery: d.ID, Unit: d.Unit, Attempt: d.Attempts, Outcome: bot.Rejected, Reason: reason}}
}

// backoff is how long to wait at least before the (n+1)-th try in a row: 5 s, 10 s,
// 20 s, … 10 min.
func backoff(n int) time.Duration {
	return min(10*time.Minute, 5*time.Second<<min(n, 10))
}

// spread is how long to wait before the (n+1)-th of a few tries: 30 s, 2 min, 8 min.
func spread(n int) time.Duration { return 30 * time.Second << min(2*n, 10) }

// Recover decides, at start, on the attempts that an earlier process began and
// whose end it did not write: nobody knows whether they went out, or were taken
// back.
func (o *Outbox) Recover(now time.Time, r Rules) []bot.Payload {
	const reason = "发送途中程序中断，没有收到平台答复"
	var out []bot.Payload
	for _, d := range o.Pending(InFlight) {
		out = append(out, o.Answer(d.ID, d.Attempts, Reply{Err: &bot.SendError{Outcome: bot.Unknown, Reason: reason}}, now, r)...)
	}
	for _, d := range slices.SortedFunc(maps.Keys(o.recalls), byID) {
		out = append(out, o.AnswerRecall(d.ID, d.recall.attempts, &bot.SendError{Outcome: bot.Unknown, Reason: reason}, now, r)...)
	}
	return o.numbered(out)
}

// Resolve decides what became of an attempt whose fate was unknown, on the word
// of a person who looked into the group.
func (o *Outbox) Resolve(id bot.DeliveryID, seen bool, by bot.OperatorID) ([]bot.Payload, error) {
	d := o.deliveryBy[id]
	switch {
	case d == nil:
		return nil, bot.Refuse(fmt.Sprintf("没有编号为 %s 的送达", id), "发送“未知送达”可以看列表")
	case d.State != Unknown:
		return nil, bot.Refuse(fmt.Sprintf("送达 %s 现在%s，不需要人工确认", id, d.State.Chinese()), "")
	}
	return []bot.Payload{&bot.DeliveryResolved{Delivery: id, Unit: d.Unit, Attempt: d.Attempts, Seen: seen, By: by}}, nil
}

// Digest identifies a message as handed to a channel: hex SHA-256.
func Digest(m bot.Message) string {
	var b strings.Builder
	switch m := m.(type) {
	case bot.Markdown:
		fmt.Fprintf(&b, "markdown %q", string(m))
	case bot.Text:
		fmt.Fprintf(&b, "text %q %q %t", m.Content, m.Mention, m.All)
	case bot.Errand:
		fmt.Fprintf(&b, "errand %q %q", m.Delivery, m.Text)
	case bot.Card:
		fmt.Fprintf(&b, "card %q", []string{string(m.ID), m.Source, m.Title, m.Desc, m.Body})
		for _, f := range m.Fields {
			fmt.Fprintf(&b, " %q=%q", f.Name, f.Value)
		}
		for _, x := range m.Buttons {
			fmt.Fprintf(&b, " [%q %q]", x.Key, x.Text)
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}
