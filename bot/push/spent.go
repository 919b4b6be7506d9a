package push

import (
	"context"
	"time"

	"fanzha/bot"
)

// spentFor is how long an attempt counts against a platform's limits, the longest
// of which are by the hour.
const spentFor = time.Hour

// spent is an attempt that the platform may have counted.
type spent struct {
	at      time.Time // when it ended, which is later than it was counted
	channel bot.ChannelID
	of      *Delivery
}

// spend notes how an attempt of d by its present door ended. One that certainly
// went out to nobody, and of which the platform said nothing, was not counted.
func (o *Outbox) spend(d *Delivery, p *bot.DeliveryAnswered, at time.Time) {
	over := 0
	for over < len(o.spent) && at.Sub(o.spent[over].at) >= spentFor {
		over++
	}
	o.spent = o.spent[over:]
	if p.Outcome != bot.RetryLater || p.Code != 0 {
		o.spent = append(o.spent, spent{at, d.Channel, d})
	}
}

// remember tells the channels what has lately gone out by them, each part of a
// message for itself: their budgets do not outlive a process, the platform's do.
func (e *Engine) remember(ctx context.Context) error {
	return e.Desk.View(ctx, func(o *Outbox, to Address, now time.Time) error {
		for _, s := range o.spent {
			sender, counts := e.Channels[s.channel].Sender.(bot.Budgeted)
			if !counts || now.Sub(s.at) >= spentFor {
				continue
			}
			for _, door := range to(s.of).Doors {
				if door.Channel == s.channel {
					sender.Spent(door, s.at, 1)
				}
			}
		}
		return nil
	})
}
