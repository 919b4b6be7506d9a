package robot_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/channeltest"
	"fanzha/bot/wechat/robot"
	"fanzha/bot/wechat/wechattest"
)

func TestConformance(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) *channeltest.Door { return newRig(t, 100).door() })
}

// A rig is a platform with groups that have a webhook each, and a channel that
// knows them all.
type rig struct {
	t      testing.TB
	p      *wechattest.Platform
	keys   map[string]wechat.Secret // by webhook
	groups map[string]string        // by webhook
	client *wechat.Client
	c      *robot.Channel
	logs   *bytes.Buffer
	log    *slog.Logger // one for all, for it guards logs
}

func newRig(t testing.TB, groups int) *rig {
	r := &rig{t: t, p: wechattest.New(wechattest.Options{Seed: 1}), logs: new(bytes.Buffer),
		keys: make(map[string]wechat.Secret), groups: make(map[string]string)}
	r.log = slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, id := range []string{"zhangsan", "lisi"} {
		r.p.AddMember(wechattest.Member{UserID: id, Name: id})
	}
	for i := range groups {
		name := robotName(i)
		r.groups[name] = r.p.AddGroup(fmt.Sprintf("反诈群%d", i), "zhangsan", "lisi")
		r.keys[name] = wechat.Secret(r.p.AddRobot(r.groups[name], "反诈通知"))
	}
	r.over(wechat.ClientConfig{Transport: r.p.HTTPClient().Transport})
	return r
}

// over makes the channel speak to the platform over another client.
func (r *rig) over(cfg wechat.ClientConfig) {
	r.t.Helper()
	var err error
	if r.client, err = wechat.NewClient(cfg); err != nil {
		r.t.Fatal(err)
	}
	r.c = r.channel()
}

func robotName(i int) string { return fmt.Sprintf("Qun-%d", i) }

func (r *rig) channel() *robot.Channel {
	r.t.Helper()
	c, err := robot.New(robot.Config{Robots: r.keys, Client: r.client,
		Log: r.log})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) chat(i int) bot.Chat {
	return bot.Chat{Channel: "robot", Kind: bot.GroupChat, ID: robotName(i)}
}

func (r *rig) close() {
	r.client.Close()
	r.p.Close()
}

func (r *rig) door() *channeltest.Door {
	d := &channeltest.Door{
		Sender: r.c, Chat: r.chat, Seen: r.seen, Trouble: r.trouble, Calm: r.p.Faults().Clear,
		Restart: func() bot.Sender { return r.channel() },
		Close:   r.close, Logs: r.logs.String,
		Can: channeltest.Can{Text: true, Image: true, File: true},
	}
	for i := range len(r.keys) {
		d.Secrets = append(d.Secrets, r.keys[robotName(i)].Reveal())
	}
	return d
}

// seen is what the webhook's group has seen.
func (r *rig) seen(c bot.Chat) (seen []channeltest.Message) {
	for _, d := range r.p.Deliveries() {
		if d.Chat != r.groups[c.ID] {
			continue
		}
		m := channeltest.Message{Text: d.Content, All: slices.Contains(d.Mention, "@all")}
		m.Calls = slices.DeleteFunc(slices.Clone(d.Mention), func(id string) bool { return id == "@all" })
		if name, data, ok := r.p.Media(d.Content); ok {
			m = channeltest.Message{Name: name, Data: data}
		}
		seen = append(seen, m)
	}
	return seen
}

func (r *rig) trouble(k channeltest.Trouble) bool {
	f := wechattest.Fault{Chat: r.groups[k.Chat.ID], Times: k.Times, Code: k.Code, Msg: k.Says, After: k.After}
	f.Kind = map[channeltest.Kind]wechattest.FaultKind{
		channeltest.Refuse: wechattest.RefuseCommand, channeltest.CutBefore: wechattest.LoseRequest,
		channeltest.CutAfter: wechattest.LoseAnswer, channeltest.Silent: wechattest.NoAnswer,
		channeltest.Late: wechattest.DelayAnswer, channeltest.FailBefore: wechattest.FailRequest,
		channeltest.FailAfter: wechattest.FailAnswer, channeltest.Garble: wechattest.GarbleAnswer,
		channeltest.Down: wechattest.Unreachable,
	}[k.Kind]
	r.p.Faults().Inject(f)
	return f.Kind != ""
}
