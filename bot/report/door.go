package report

import (
	"fmt"
	"strings"

	"fanzha/bot"
	"fanzha/bot/push"
)

// channels are the doors by which messages go, in the order in which they are told.
// Ledgers that knew one channel only do not name it.
var channels = []struct {
	id   bot.ChannelID
	word string
}{
	{"", "智能机器人"}, {"aibot", "智能机器人"}, {bot.ViaRobot, "群机器人"}, {"app", "自建应用"}, {"oa", "公众号"}, {bot.ViaForward, "人工代发"},
}

// door names the door by which d went, or was last tried; "" while it was not.
func door(d *push.Delivery) string {
	if d.Attempts == 0 {
		return ""
	}
	for _, c := range channels {
		if c.id == d.Channel {
			return c.word
		}
	}
	return string(d.Channel)
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
	var parts []string
	for i, c := range channels {
		if n := count[c.word]; n > 0 && i > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", c.word, n))
			delete(count, c.word)
		}
	}
	if len(parts) == 1 && strings.HasPrefix(parts[0], channels[0].word) || len(parts) == 0 {
		return ""
	}
	return "（" + strings.Join(parts, "、") + "）"
}
