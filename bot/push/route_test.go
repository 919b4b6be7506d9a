package push

import (
	"testing"
	"time"

	"fanzha/bot"
)

func TestDoor(t *testing.T) {
	all := []bot.ChannelID{"aibot", bot.ViaRobot, bot.ViaForward}
	for _, c := range []struct {
		rule  string
		d     Delivery
		doors []bot.ChannelID // nil for all
		down  []bot.ChannelID
		want  bot.ChannelID // "" for none
	}{
		{rule: "the first door first", want: "aibot"},
		{rule: "a channel that is down is passed over", down: all[:1], want: bot.ViaRobot},
		{rule: "if all are down, it waits at the first", down: all, want: "aibot"},
		{rule: "it stays where it was tried", d: Delivery{Channel: bot.ViaRobot, Attempts: 1, State: Retry, since: noon, tried: all[1:2]}, want: bot.ViaRobot},
		{rule: "but not for ever", d: Delivery{Channel: "aibot", Attempts: 9, State: Retry, since: noon.Add(-30 * time.Minute), tried: all[:1]}, want: bot.ViaRobot},
		{rule: "for ever, if part of it is out", d: Delivery{Channel: "aibot", Attempts: 9, State: Retry, Part: 1, since: noon.Add(-30 * time.Minute), tried: all[:1]}, want: "aibot"},
		{rule: "even if that door is down", d: Delivery{Channel: "aibot", Attempts: 9, State: Planned, Part: 1, tried: all[:1]}, down: all[:1], want: "aibot"},
		{rule: "and nowhere else, if that door is closed", d: Delivery{Channel: "aibot", Attempts: 1, State: Planned, Part: 1, tried: all[:1]}, doors: all[1:]},
		{rule: "a door that has been tried is not tried again", d: Delivery{Channel: bot.ViaRobot, Attempts: 2, State: Retry, since: noon.Add(-time.Hour), tried: all[:2]}, want: bot.ViaForward},
		{rule: "the last door keeps it", d: Delivery{Channel: bot.ViaForward, Attempts: 3, State: Retry, since: noon.Add(-time.Hour), tried: all}, want: bot.ViaForward},
		{rule: "the next door as answered", d: Delivery{Channel: bot.ViaForward, Attempts: 1, State: Planned, tried: all[:1]}, want: bot.ViaForward},
		{rule: "another, if that one is down by now", d: Delivery{Channel: bot.ViaRobot, Attempts: 1, State: Planned, tried: all[:1]}, down: all[1:2], want: bot.ViaForward},
		{rule: "its door was closed meanwhile", d: Delivery{Channel: "aibot", Attempts: 1, State: Retry, since: noon, tried: all[:1]}, doors: all[1:], want: bot.ViaRobot},
		{rule: "its door was closed, and others are down", d: Delivery{Channel: "aibot", Attempts: 1, State: Retry, since: noon, tried: all[:1]}, doors: all[1:], down: all[1:], want: bot.ViaRobot},
		{rule: "no door at all", doors: []bot.ChannelID{}},
		{rule: "begun when there was one channel only", d: Delivery{Attempts: 1, State: Retry, since: noon, tried: []bot.ChannelID{""}}, want: "aibot"},
	} {
		if c.doors == nil {
			c.doors = all
		}
		var doors []bot.Chat
		for _, id := range c.doors {
			doors = append(doors, bot.Chat{Channel: id, Kind: bot.GroupChat, ID: "g0001"})
		}
		usable := func(id bot.ChannelID) bool {
			for _, down := range c.down {
				if id == down {
					return false
				}
			}
			return true
		}
		r := rules()
		r.FallbackAfter = 30 * time.Minute
		got, ok := c.d.Door(doors, usable, noon, r)
		if ok != (c.want != "") || got.Channel != c.want {
			t.Errorf("%s: %s %t, want %s", c.rule, got.Channel, ok, c.want)
		}
	}
}

func TestRefusedAtOneDoor(t *testing.T) {
	rejected := Reply{Err: &bot.SendError{Outcome: bot.Rejected, Code: 93006, Reason: "不在群里"}, Next: bot.ViaRobot}
	t.Run("goes to the next", func(t *testing.T) {
		f := newOffice(t)
		d := f.pushed(content(), 1).Deliveries[0]
		f.must(f.intend(d))
		f.apply(f.Answer(d.ID, 1, rejected, f.now, f.rules)...)
		if d.State != Planned || d.Channel != bot.ViaRobot {
			t.Fatalf("delivery = %s by %s, want planned by the webhook", d.State, d.Channel)
		}
		f.must(f.Intend(d.ID, Handover{Channel: bot.ViaRobot, Parts: []bot.Message{bot.Markdown("x")}, Window: window}, f.now, f.rules))
		f.apply(f.Answer(d.ID, 2, Reply{}, f.now, f.rules)...)
		if d.State != Sent || d.Attempts != 2 || d.Channel != bot.ViaRobot {
			t.Errorf("delivery = %s after %d attempts by %s", d.State, d.Attempts, d.Channel)
		}
	})
	t.Run("ends if part of it is out", func(t *testing.T) {
		f := newOffice(t)
		d := f.pushed(longContent(), 1).Deliveries[0]
		f.send(d, nil)
		f.must(f.intend(d))
		f.apply(f.Answer(d.ID, 2, rejected, f.now, f.rules)...)
		if d.State != Rejected || d.Part != 1 {
			t.Errorf("delivery = %s, part %d, want it rejected", d.State, d.Part)
		}
	})
	t.Run("only a refusal moves it", func(t *testing.T) {
		for _, outcome := range []bot.Outcome{bot.Unknown, bot.RetryLater} {
			f := newOffice(t)
			d := f.pushed(content(), 1).Deliveries[0]
			f.must(f.intend(d))
			f.apply(f.Answer(d.ID, 1, Reply{Err: &bot.SendError{Outcome: outcome}, Next: bot.ViaRobot}, f.now, f.rules)...)
			if d.Channel != "aibot" {
				t.Errorf("%s: the delivery is at %s now", outcome, d.Channel)
			}
		}
	})
}
