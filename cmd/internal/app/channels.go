package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fanzha/bot"
	"fanzha/bot/push"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/forward"
	"fanzha/bot/wechat/robot"
	"fanzha/config"
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
	sender, await := a.bot()
	if a.deps.Sender != nil {
		sender = a.deps.Sender(sender)
	}
	via := map[bot.ChannelID]bot.Sender{channelID: sender}
	if a.account != nil {
		via[officialChannel] = a.account.Whole()
	}
	if a.WorkApp != nil {
		via[workAppChannel] = a.WorkApp
	}
	errands, err := forward.New(forward.Config{Via: via, Liaisons: d.liaisons})
	if err != nil {
		return nil, fmt.Errorf("setting up forwarding: %w", err)
	}
	out := map[bot.ChannelID]push.Channel{
		channelID:      {Sender: sender, Await: await, Pace: a.deps.Pace, AtOnce: a.deps.AtOnce},
		bot.ViaForward: {Sender: errands, Await: await, Pace: a.deps.Pace, AtOnce: 1},
	}
	if a.account != nil {
		out[officialChannel] = push.Channel{Sender: a.account, AtOnce: officialAtOnce}
	}
	if a.WorkApp != nil {
		out[workAppChannel] = push.Channel{Sender: a.WorkApp, AtOnce: workAppAtOnce}
	}
	if len(a.cfg.Robots) > 0 {
		robots, err := a.robots()
		if err != nil {
			return nil, err
		}
		out[bot.ViaRobot] = push.Channel{Sender: robots, AtOnce: robotsAtOnce}
	}
	return out, nil
}

// bot returns the smart bot, and what waits until it can send.
func (a *App) bot() (bot.Sender, func(context.Context) error) {
	if a.Called != nil {
		return a.Called, nil
	}
	return a.Channel, a.Channel.Await
}

// robotsAtOnce is how many webhooks may be spoken to at once. Each keeps its own
// order and its own 18 messages a minute.
const robotsAtOnce = 200

// robotTimeout bounds one message of a webhook, the upload of a file included.
const robotTimeout = 30 * time.Second

// robotNames lists the webhooks as people call them.
func robotNames(cfg config.File) (names []string) {
	for _, r := range cfg.Robots {
		names = append(names, r.Name)
	}
	return names
}

// robots returns the channel of the groups' webhooks.
func (a *App) robots() (*robot.Channel, error) {
	client, err := a.web(wechat.ClientConfig{Timeout: robotTimeout, PerHost: robotsAtOnce})
	if err != nil {
		return nil, fmt.Errorf("setting up the webhooks: %w", err)
	}
	a.onClose("webhooks", func() error { client.Close(); return nil })
	keys := make(map[string]wechat.Secret)
	for _, r := range a.cfg.Robots {
		keys[r.Name] = wechat.Secret(r.Key.Reveal())
	}
	c, err := robot.New(robot.Config{Channel: bot.ViaRobot, Robots: keys, Client: client, Shared: a.deps.Shared, Clock: a.deps.Clock, Log: a.deps.Log})
	if err != nil {
		return nil, fmt.Errorf("setting up the webhooks: %w", err)
	}
	return c, nil
}

// web returns a way to the platforms' HTTP interfaces, or to the simulated platform
// in their place.
func (a *App) web(c wechat.ClientConfig) (*wechat.Client, error) {
	c.Transport, c.May = a.deps.Web, a.may()
	if u := a.cfg.Web.URL; u != "" {
		c.Redirect = map[string]string{wechat.HostWeCom: u, wechat.HostOfficial: u}
	}
	return wechat.NewClient(c)
}

// wireEngine makes the delivery engine.
func (a *App) wireEngine() error {
	if err := errors.Join(a.wireAccount(), a.wireWorkApp()); err != nil {
		return err
	}
	if a.Called != nil {
		a.called.add(callbackPath, a.Called.Handler(a.heard()), a.Called.Close)
	}
	if err := a.wireCallbacks(); err != nil {
		return err
	}
	// What is for one person's eyes goes by the app, which he need not have
	// spoken to before.
	private := []bot.ChannelID{channelID}
	if a.WorkApp != nil {
		private = []bot.ChannelID{workAppChannel, channelID}
	}
	d := &desk{book: a.Book, channel: channelID, private: private, botName: a.cfg.WeCom.BotName, official: a.account != nil}
	for _, op := range a.cfg.Operators {
		if op.Has(bot.RoleManage) {
			d.managers = append(d.managers, op.Person)
		}
	}
	channels, err := a.channels(d)
	if err != nil {
		return err
	}
	a.engine = &push.Engine{
		May: a.may(), Drain: a.drain(),
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
