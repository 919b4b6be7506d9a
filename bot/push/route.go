package push

import (
	"slices"
	"time"

	"fanzha/bot"
)

// This file chooses the door by which a delivery goes.

// A Route is where a delivery may go, and what its text says of checking in.
type Route struct {
	// Doors take messages, in order of preference. Why says, in Chinese, why
	// there is none.
	Doors  []bot.Chat
	Why    string
	Window Window
}

// Usable reports whether a channel can send at present, or will soon be able to.
type Usable func(bot.ChannelID) bool

// Door returns the door by which d goes now; false if none is left. It stays at
// the one where it was tried as long as that will do: a part that is out, or may
// be, ties it there for good.
func (d *Delivery) Door(doors []bot.Chat, usable Usable, now time.Time, r Rules) (bot.Chat, bool) {
	present := slices.IndexFunc(doors, func(c bot.Chat) bool { return c.Channel == d.Channel })
	if d.Channel == "" && d.Attempts > 0 && len(doors) > 0 { // begun when there was one channel only
		present = 0
	}
	switch {
	case d.Part > 0 && present < 0:
		return bot.Chat{}, false
	case d.Part > 0, present >= 0 && usable(doors[present].Channel) && !d.tooLong(now, r):
		return doors[present], true
	}
	if next, ok := d.elsewhere(doors, usable); ok && (present < 0 || usable(next.Channel)) {
		return next, true
	}
	if present >= 0 {
		return doors[present], true
	}
	return bot.Chat{}, false
}

// tooLong reports whether the present door has taken nothing for so long that
// another one is worth trying.
func (d *Delivery) tooLong(now time.Time, r Rules) bool {
	return d.State == Retry && r.FallbackAfter > 0 && now.Sub(d.since) >= r.FallbackAfter
}

// elsewhere returns the door after those that d has tried: the first that is
// usable, or else the first at all.
func (d *Delivery) elsewhere(doors []bot.Chat, usable Usable) (bot.Chat, bool) {
	var first *bot.Chat
	for i, c := range doors {
		if c.Channel == d.Channel || slices.Contains(d.tried, c.Channel) {
			continue
		}
		if usable(c.Channel) {
			return c, true
		}
		if first == nil {
			first = &doors[i]
		}
	}
	if first == nil {
		return bot.Chat{}, false
	}
	return *first, true
}
