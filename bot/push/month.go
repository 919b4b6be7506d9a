package push

import (
	"fmt"
	"time"

	"fanzha/bot"
)

// This file is about how often the bot speaks in a group of its own accord: at
// most so many times in a month ([Rules.PerMonth]), summaries included. What it
// answers to people does not count.

type groupMonth struct {
	group bot.GroupID
	month bot.Month
}

// spoken is how many messages a group has had in the month of now, with those that
// wait to be sent.
func (o *Outbox) spoken(g bot.GroupID, now time.Time) int {
	return o.begun[groupMonth{g, bot.MonthOf(now)}] + o.waiting[g]
}

// beyond reports whether d would be one message too many. It is asked right before
// the first attempt, whatever was planned, so that what waits over the end of a
// month counts for the one in which the group reads it.
func (o *Outbox) beyond(d *Delivery, now time.Time, r Rules) bool {
	if d.Group == "" || d.Attempts > 0 || d.Urgent || d.Purpose == bot.ForCorrection {
		return false
	}
	return r.full(o.begun[groupMonth{d.Group, bot.MonthOf(now)}])
}

// full reports whether n messages are a month's number.
func (r Rules) full(n int) bool { return r.PerMonth > 0 && n >= r.PerMonth }

// limit says, in Chinese, that a group has had its month's number.
func (r Rules) limit() string {
	return fmt.Sprintf("本群本月的消息已达上限（%d 条）", r.PerMonth)
}
