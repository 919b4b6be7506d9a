package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/push"
)

// channels are the doors by which messages go, in the order in which they are told.
// Others come after them.
var channels = []bot.ChannelID{bot.ViaBot, bot.ViaRobot, bot.ViaApp, bot.ViaAccount, bot.ViaForward}

// door names the door by which d went, or was last tried; "" while it was not.
func door(d *push.Delivery) string {
	if d.Attempts == 0 {
		return ""
	}
	return d.Channel.Chinese()
}

// stateWord is d's state. A delivery that a person was given and reminded of is
// late (逾期).
func stateWord(d *push.Delivery) string {
	if d.State == push.Handed && d.Reminded {
		return d.State.Chinese() + "，已逾期"
	}
	return d.State.Chinese()
}

// doors says by which doors messages came, if it was not the smart bot for all.
// What a person forwarded has a state of its own.
func doors(to []*push.Delivery) string {
	count := make(map[string]int)
	for _, d := range to {
		if d.State == push.Sent {
			count[door(d)]++
		}
	}
	bots := bot.ViaBot.Chinese()
	if len(count) == 0 || len(count) == 1 && count[bots] > 0 {
		return ""
	}
	var order []string
	for _, c := range channels {
		order = append(order, c.Chinese())
	}
	for _, word := range slices.Sorted(maps.Keys(count)) {
		if !slices.Contains(order, word) {
			order = append(order, word)
		}
	}
	var parts []string
	for _, word := range order {
		if n := count[word]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", word, n))
		}
	}
	return "（" + strings.Join(parts, "、") + "）"
}
