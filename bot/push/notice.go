package push

import (
	"fmt"
	"slices"
	"time"

	"fanzha/bot"
)

// notice is one text to one person, as far as it must not be repeated.
type notice struct {
	person bot.PersonID
	text   string
}

// Notify decides that each of the given people is told text one to one, unless
// he was told the same on the same civil day. Quiet hours put it off like
// everything else. Whether the platform lets the bot speak to him depends on his
// having spoken to it before; if not, the delivery ends as rejected.
func (o *Outbox) Notify(people []bot.PersonID, unit bot.UnitID, text string, now time.Time) []bot.Payload {
	return o.NotifyAfter(0, people, unit, text, now)
}

// NotifyAfter is Notify in a decision that has decided on so many notices before.
func (o *Outbox) NotifyAfter(before int, people []bot.PersonID, unit bot.UnitID, text string, now time.Time) []bot.Payload {
	var out []bot.Payload
	for _, p := range people {
		if last, ok := o.noticed[notice{p, text}]; ok && day(last) == day(now) {
			continue
		}
		out = append(out, &bot.DeliveryPlanned{
			Delivery: bot.DeliveryID(fmt.Sprintf("N%06d", o.notices+before+len(out)+1)), Purpose: bot.ForNotice, Unit: unit,
			DueAt: now.UTC(), Private: bot.NoticeContent{Person: p, Text: text},
		})
	}
	return out
}

// NotifyOnce is Notify, but for those who were ever told the same.
func (o *Outbox) NotifyOnce(people []bot.PersonID, unit bot.UnitID, text string, now time.Time) []bot.Payload {
	untold := slices.DeleteFunc(slices.Clone(people), func(p bot.PersonID) bool {
		_, told := o.noticed[notice{p, text}]
		return told
	})
	return o.Notify(untold, unit, text, now)
}

// day names the civil day of t.
func day(t time.Time) string { return t.In(bot.Zone).Format(time.DateOnly) }
