package app

import (
	"fmt"
	"time"

	"fanzha/bot"
	"fanzha/bot/push"
	"fanzha/bot/wechat/forward"
)

// This file is the ways out: which channels there are, and how fast each may be
// used. A new channel is one more entry of the map.

// channelID is the bot's own channel, as it stands in entries.
const channelID bot.ChannelID = "aibot"

// pace is the bot's in the real world: 5 sends a second over the one connection.
// The platform documents no limit for a bot as a whole.
const pace = 200 * time.Millisecond

// atOnce is how many sends of the bot may be under way.
const atOnce = 8

// channels returns the ways out.
func (a *App) channels(d *desk) (map[bot.ChannelID]push.Channel, error) {
	var sender bot.Sender = a.Channel
	if a.deps.Sender != nil {
		sender = a.deps.Sender(sender)
	}
	errands, err := forward.New(forward.Config{Via: map[bot.ChannelID]bot.Sender{channelID: sender}, Liaisons: d.liaisons})
	if err != nil {
		return nil, fmt.Errorf("setting up forwarding: %w", err)
	}
	return map[bot.ChannelID]push.Channel{
		channelID:      {Sender: sender, Await: a.Channel.Await, Pace: a.deps.Pace, AtOnce: a.deps.AtOnce},
		bot.ViaForward: {Sender: errands, Await: a.Channel.Await, Pace: a.deps.Pace, AtOnce: 1},
	}, nil
}

// wireEngine makes the delivery engine.
func (a *App) wireEngine() error {
	d := &desk{book: a.Book, channel: channelID, private: []bot.ChannelID{channelID}, botName: a.cfg.WeCom.BotName}
	channels, err := a.channels(d)
	if err != nil {
		return err
	}
	a.engine = &push.Engine{
		Desk: d, Channels: channels, Rules: a.rules, Clock: a.deps.Clock, Log: a.deps.Log,
		Wake: a.Book.Watch(func(p bot.Payload) bool {
			switch p.(type) {
			case *bot.DeliveryPlanned, *bot.DeliveryResolved, *bot.AlertWithdrawn, *bot.SendingStopped, *bot.SendingResumed, *bot.RouteAdded:
				return true
			}
			return false
		}),
	}
	return nil
}
