package forward_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/channeltest"
	"fanzha/bot/wechat/forward"
	"fanzha/bot/wechat/robot"
	"fanzha/bot/wechat/wechattest"
)

// The suite stands for the engine: what it sends goes as an errand, and what it
// wants confirmed is handed to a liaison. He has what the suite's group has; a
// webhook plays the channel by which he is reached.
func TestConformance(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) *channeltest.Door {
		r := &rig{t: t, p: wechattest.New(wechattest.Options{Seed: 1}), keys: make(map[string]wechat.Secret), groups: make(map[string]string)}
		r.p.AddMember(wechattest.Member{UserID: "lisi", Name: "李四"})
		for i := range 100 {
			id := fmt.Sprintf("u%d", i)
			r.groups[id] = r.p.AddGroup("联络员 "+id, "lisi")
			r.keys[id] = wechat.Secret(r.p.AddRobot(r.groups[id], "通知"))
		}
		r.log = slog.New(slog.NewTextHandler(&r.logs, nil))
		var err error
		if r.client, err = wechat.NewClient(wechat.ClientConfig{Transport: r.p.HTTPClient().Transport}); err != nil {
			t.Fatal(err)
		}
		return r.door()
	})
}

type rig struct {
	t      *testing.T
	p      *wechattest.Platform
	client *wechat.Client
	keys   map[string]wechat.Secret // by unit
	groups map[string]string        // by unit
	logs   bytes.Buffer
	log    *slog.Logger
}

func (r *rig) door() *channeltest.Door {
	d := &channeltest.Door{
		Sender: r.sender(), Seen: r.seen, Trouble: r.trouble, Calm: r.p.Faults().Clear, Restart: r.sender, Logs: r.logs.String,
		Chat:  func(n int) bot.Chat { return forward.Chat(bot.UnitID(fmt.Sprintf("u%d", n)), "反诈群") },
		Close: func() { r.client.Close(); r.p.Close() },
		Can:   channeltest.Can{Lasting: true},
	}
	for i := range len(r.keys) {
		d.Secrets = append(d.Secrets, r.keys[fmt.Sprintf("u%d", i)].Reveal())
	}
	return d
}

// unit is whose group c is.
func unit(c bot.Chat) string {
	u, _, _ := strings.Cut(c.ID, "/")
	return u
}

func (r *rig) sender() bot.Sender {
	via, err := robot.New(robot.Config{Robots: r.keys, Client: r.client, Log: r.log})
	if err != nil {
		r.t.Fatal(err)
	}
	s, err := forward.New(forward.Config{Via: map[bot.ChannelID]bot.Sender{"robot": via},
		Liaisons: func(_ context.Context, u bot.UnitID) ([]bot.Chat, error) {
			if r.groups[string(u)] == "" {
				return nil, nil
			}
			return []bot.Chat{{Channel: "robot", Kind: bot.GroupChat, ID: string(u)}}, nil
		}})
	if err != nil {
		r.t.Fatal(err)
	}
	return errands{s}
}

// errands sends Markdown as errands and takes what was handed over for confirmed.
type errands struct{ *forward.Sender }

func (e errands) Limits() bot.Limits {
	return bot.Limits{MarkdownBytes: e.Sender.Limits().ErrandBytes}
}

func (e errands) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	if text, ok := m.(bot.Markdown); ok {
		m = bot.Errand{Delivery: "D000001", Text: string(text)}
	}
	err := e.Sender.Send(ctx, to, m)
	if failed, ok := errors.AsType[*bot.SendError](err); ok && failed.Outcome == bot.Handed {
		return nil
	}
	return err
}

// seen is what the liaison was to forward.
func (r *rig) seen(c bot.Chat) (seen []channeltest.Message) {
	for _, d := range r.p.Deliveries() {
		if d.Chat == r.groups[unit(c)] {
			_, text, _ := strings.Cut(d.Content, "————————\n")
			seen = append(seen, channeltest.Message{Text: text})
		}
	}
	return seen
}

func (r *rig) trouble(k channeltest.Trouble) bool {
	f := wechattest.Fault{Chat: r.groups[unit(k.Chat)], Times: k.Times, Code: k.Code, Msg: k.Says, After: k.After}
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
