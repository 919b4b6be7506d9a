package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/push"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/forward"
	"fanzha/bot/wechat/robot"
	"fanzha/handlers"
)

// This file is the ways out: which channels there are, how fast each may be used, and
// how the office names it. A new channel is one more line in [App.ways].

// pace is the bot's in the real world: 5 sends a second over the one connection.
// The platform documents no limit for a bot as a whole.
const pace = 200 * time.Millisecond

// atOnce is how many sends of the bot may be under way.
const atOnce = 8

// A Way is one channel as the program has it.
type Way struct {
	// ID is how entries name the channel. One that [bot.ChannelID.Chinese] has no
	// word for is shown as it is, so that a new one is best named in Chinese.
	ID bot.ChannelID
	// Channel is how the engine sends by it; without a Sender it does not.
	push.Channel
	// Doors are the kinds of doors on it that the office can give to groups.
	Doors []handlers.Door
	// CheckIn says how those check in who have such a door, where a message has no
	// button; empty if they cannot by this channel.
	CheckIn string
	// Mend tells a liaison what to do when the platform takes no more messages for
	// a door on it; empty means that the office adds it again.
	Mend string
	// Errands, if set, brings liaisons what they are asked to forward.
	Errands bot.Sender
}

// ways returns the channels that the configuration has.
func (a *App) ways(d *desk) ([]Way, error) {
	var out []Way
	for _, w := range []struct {
		on   bool
		make func() (Way, error)
	}{
		{true, a.viaBot},
		{len(a.cfg.Robots) > 0, a.viaRobots},
		{a.cfg.App.CorpID != "", a.viaWorkApp},
		{a.cfg.OA.AppID != "", a.viaAccount},
	} {
		if !w.on {
			continue
		}
		way, err := w.make()
		if err != nil {
			return nil, err
		}
		out = append(out, way)
	}
	out = append(out, a.deps.Ways...)
	last, err := a.viaForward(d, out)
	return append(out, last), err
}

// viaBot is the smart bot, whose doors are bound in the groups themselves.
func (a *App) viaBot() (Way, error) {
	sender, await := a.bot()
	if a.deps.Sender != nil {
		sender = a.deps.Sender(sender)
	}
	return Way{ID: bot.ViaBot, Channel: push.Channel{Sender: sender, Await: await, Pace: a.deps.Pace, AtOnce: a.deps.AtOnce},
		CheckIn: "在群里发“@" + a.cfg.WeCom.BotName + " 签到”", Errands: sender}, nil
}

// viaForward are people who forward, whom the bot and others reach.
func (a *App) viaForward(d *desk, others []Way) (Way, error) {
	via := make(map[bot.ChannelID]bot.Sender)
	for _, w := range others {
		if w.Errands != nil {
			via[w.ID] = w.Errands
		}
	}
	errands, err := forward.New(forward.Config{Via: via, Liaisons: d.liaisons})
	if err != nil {
		return Way{}, fmt.Errorf("setting up forwarding: %w", err)
	}
	_, await := a.bot()
	return Way{ID: bot.ViaForward, Channel: push.Channel{Sender: errands, Await: await, Pace: a.deps.Pace, AtOnce: 1},
		Doors: []handlers.Door{{Channel: bot.ViaForward, Word: bot.ViaForward.Chinese(), Sample: "微信群名", Read: readForward, Show: showForward}}}, nil
}

func readForward(u bot.UnitID, group string) (string, error) {
	if strings.ContainsAny(group, "/\n") {
		return "", bot.Refuse("微信群的名字里不能有“/”，也不能换行", "")
	}
	return forward.Chat(u, group).ID, nil
}

func showForward(id string) string {
	_, group, _ := strings.Cut(id, "/")
	return group
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

// viaRobots are the groups' webhooks.
func (a *App) viaRobots() (Way, error) {
	robots, err := a.robots()
	if err != nil {
		return Way{}, err
	}
	var names []string
	for _, r := range a.cfg.Robots {
		names = append(names, r.Name)
	}
	return Way{ID: bot.ViaRobot, Channel: push.Channel{Sender: robots, AtOnce: robotsAtOnce},
		Doors: []handlers.Door{{Channel: bot.ViaRobot, Word: bot.ViaRobot.Chinese(), Sample: "名字", Names: names}}}, nil
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
	private := []bot.ChannelID{bot.ViaBot}
	if a.WorkApp != nil {
		private = []bot.ChannelID{bot.ViaApp, bot.ViaBot}
	}
	d := &desk{book: a.Book, private: private, botName: a.cfg.WeCom.BotName, official: a.account != nil}
	for _, op := range a.cfg.Operators {
		if op.Has(bot.RoleManage) {
			d.managers = append(d.managers, op.Person)
		}
	}
	ways, err := a.ways(d)
	if err != nil {
		return err
	}
	d.ways = ways
	channels := make(map[bot.ChannelID]push.Channel)
	for _, w := range ways {
		a.Bot.Doors = append(a.Bot.Doors, w.Doors...)
		if w.Sender != nil {
			channels[w.ID] = w.Channel
		}
	}
	a.engine = &push.Engine{
		May: a.may(), Drain: a.drain(),
		Desk: d, Channels: channels, Rules: a.rules, Clock: a.deps.Clock, Log: a.deps.Log,
		Count: a.metrics.answered,
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
