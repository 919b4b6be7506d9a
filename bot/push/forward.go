package push

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// This file is about what a person forwards (人工代发): the bot has handed him the
// text, and the group has it once he says so.

// Overdue reports whether the person who was handed d has had his time.
func (d *Delivery) Overdue(now time.Time, r Rules) bool {
	return d.State == Handed && r.ForwardWithin > 0 && now.Sub(d.HandedAt) >= r.ForwardWithin
}

// Errands returns what the liaison of unit u has been handed and not answered,
// oldest first; for "", those of all units.
func (o *Outbox) Errands(u bot.UnitID) (out []*Delivery) {
	for _, d := range o.Pending(Handed) {
		if u == "" || d.Unit == u {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b *Delivery) int { return a.HandedAt.Compare(b.HandedAt) })
	return out
}

// Declined returns what liaisons would not forward, of those handed since that
// time, newest first.
func (o *Outbox) Declined(since time.Time) (out []*Delivery) {
	for _, d := range slices.Backward(o.deliveries) {
		if d.DueAt.Before(since) {
			break
		}
		if d.State == Rejected && d.declined {
			out = append(out, d)
		}
	}
	return out
}

// A Forwarder is who says what became of an errand: the liaison of a unit, or an
// operator.
type Forwarder struct {
	Member   bot.MemberID
	Unit     bot.UnitID // "" for an operator: he may speak for all
	Operator bot.OperatorID
	Person   bot.PersonID
}

// Forward decides on “已转发” and, if declined, on “不转发”. id may be empty if just
// one errand waits. why is what he said of it. Saying it again changes nothing.
func (o *Outbox) Forward(id bot.DeliveryID, declined bool, by Forwarder, why string) (*Delivery, []bot.Payload, error) {
	d, err := o.errand(id, by.Unit)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case d.State == Forwarded && !declined:
		return d, nil, nil
	case !d.answerable():
		return nil, nil, bot.Refuse(fmt.Sprintf("送达 %s 现在%s，不用再回复", d.ID, d.State.Chinese()), "")
	case declined && strings.TrimSpace(why) == "":
		return nil, nil, bot.Refuse("不转发请写明理由", fmt.Sprintf("例如：不转发 %s 群已解散", d.ID))
	}
	return d, []bot.Payload{&bot.DeliveryForwarded{
		Delivery: d.ID, Unit: d.Unit, Declined: declined, By: by.Member, Operator: by.Operator, Private: bot.Remark{Person: by.Person, Text: why},
	}}, nil
}

// answerable reports whether a person's word on d counts: he was handed it, or it
// was on the way to him and the platform's answer was lost. What was withdrawn
// since may still have been forwarded.
func (d *Delivery) answerable() bool {
	switch d.State {
	case Handed:
		return true
	case Unknown:
		return d.Channel == bot.ViaForward
	case Dropped:
		return !d.HandedAt.IsZero()
	}
	return false
}

func (o *Outbox) errand(id bot.DeliveryID, u bot.UnitID) (*Delivery, error) {
	if id != "" {
		d := o.deliveryBy[id]
		if d == nil || u != "" && d.Unit != u || !d.answerable() && d.State != Forwarded {
			return nil, bot.Refuse(fmt.Sprintf("没有等您转发的 %s", id), "请核对编号")
		}
		return d, nil
	}
	switch waiting := o.Errands(u); {
	case len(waiting) == 0:
		return nil, bot.Refuse("现在没有等您转发的消息", "")
	case len(waiting) > 1:
		var ids []string
		for _, d := range waiting {
			ids = append(ids, string(d.ID))
		}
		return nil, bot.Refuse("有几条等着转发："+strings.Join(ids, "、"), "请写明编号，例如：已转发 "+ids[0])
	default:
		return waiting[0], nil
	}
}

func (o *Outbox) forwarded(d *Delivery, p *bot.DeliveryForwarded, at time.Time) {
	if p.Declined {
		d.Code, d.Reason, d.Remark, d.declined = 0, "联络员不转发", p.Private.Text, true
		o.settle(d, Rejected)
		return
	}
	if d.SentAt.IsZero() {
		d.SentAt = at
	}
	d.Part = d.Parts
	o.settle(d, Forwarded)
}

// Remind decides that the liaisons of each unit whose errands are overdue are
// reminded, once for each errand.
func (o *Outbox) Remind(persons func(bot.UnitID) []bot.PersonID, now time.Time, r Rules) (out []bot.Payload) {
	for _, d := range o.Errands("") {
		if d.Reminded || !d.Overdue(now, r) {
			continue
		}
		text := fmt.Sprintf("%s交给您的消息（%s）还没有回复。转发到群里后请回复：已转发 %s；不能转发请回复：不转发 %s 理由",
			d.HandedAt.In(bot.Zone).Format("1月2日"), d.ID, d.ID, d.ID)
		for _, p := range persons(d.Unit) {
			out = append(out, &bot.DeliveryPlanned{
				Delivery: bot.DeliveryID(fmt.Sprintf("N%06d", o.notices+len(out)+1)), Purpose: bot.ForNotice, Unit: d.Unit,
				DueAt: now.UTC(), About: d.ID, Private: bot.NoticeContent{Person: p, Text: text},
			})
		}
	}
	return out
}
