package app_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/app"
	"fanzha/bot/wechat/channeltest"
	"fanzha/bot/wechat/corp"
	"fanzha/bot/wechat/wechattest"
)

// The suite runs twice: in groups that the app has made, and in private chats,
// which stand in the place of the suite's groups.

func TestGroupsConform(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) *channeltest.Door {
		r := newRig(t, lasting)
		made := map[int]bool{}
		id := func(n int) string { return fmt.Sprintf("Unit%d", n) }
		return r.door(func(n int) bot.Chat {
			g := corp.Group{ID: id(n), Name: "反诈群"}
			for _, end := range "ab" {
				g.Members = append(g.Members, bot.PersonID(fmt.Sprintf("m%d%c", n, end)))
			}
			if !made[n] {
				made[n] = true
				for _, m := range g.Members {
					r.p.AddMember(wechattest.Member{UserID: string(m)})
				}
				if err := r.corp.CreateGroup(t.Context(), g); err != nil {
					t.Fatal(err)
				}
			}
			return bot.Chat{Channel: "app", Kind: bot.GroupChat, ID: g.ID}
		}, func(c bot.Chat) string { return c.ID }, func(c *app.Channel) bot.Sender { return inGroups{c} },
			channeltest.Can{Text: true, Image: true, File: true, Private: true})
	})
}

// inGroups is an app as far as its groups are concerned: they have no cards.
type inGroups struct{ *app.Channel }

func (s inGroups) Limits() bot.Limits {
	return bot.Limits{MarkdownBytes: s.Channel.Limits().MarkdownBytes}
}

func TestPrivateChatsConform(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) *channeltest.Door {
		r := newRig(t, lasting)
		made := map[int]bool{}
		return r.door(func(n int) bot.Chat {
			id := fmt.Sprintf("Person%d", n)
			if !made[n] {
				made[n] = true
				r.p.AddMember(wechattest.Member{UserID: id})
			}
			return bot.Chat{Channel: "app", Kind: bot.GroupChat, ID: id}
		}, func(c bot.Chat) string { return r.a.Chat(c.ID) }, func(c *app.Channel) bot.Sender { return oneToOne{c} },
			channeltest.Can{Card: true, Image: true, File: true})
	})
}

// oneToOne is an app as far as persons are concerned.
type oneToOne struct{ *app.Channel }

// Send implements bot.Sender.
func (s oneToOne) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	if to.Kind != bot.GroupChat {
		return &bot.SendError{Outcome: bot.Rejected, Reason: "没有这种会话"}
	}
	to.Kind = bot.PrivateChat
	return s.Channel.Send(ctx, to, m)
}

// lasting makes the platform give the same access token all day, so that it is
// the one that must not be seen.
func lasting(w *wechattest.WorkApp) { w.TokenLife = 24 * time.Hour }

func (r *rig) door(chat func(int) bot.Chat, place func(bot.Chat) string, as func(*app.Channel) bot.Sender, can channeltest.Can) *channeltest.Door {
	bearer, err := r.token.GetAccessToken()
	if err != nil {
		r.Fatal(err)
	}
	return &channeltest.Door{
		Sender: as(r.c), Chat: chat, Calm: r.p.Faults().Clear, Close: r.close, Logs: r.logs.String, Can: can,
		Seen: func(c bot.Chat) (seen []channeltest.Message) {
			for _, d := range r.p.Deliveries() {
				if d.Chat != place(c) {
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
		},
		Trouble: func(k channeltest.Trouble) bool { return r.trouble(k, place) },
		Restart: func() bot.Sender { r.c = r.channel(); r.connect(); return as(r.c) },
		Secrets: []string{bearer, r.a.Secret},
		Codes: []channeltest.Code{
			{Code: -1, Outcome: bot.RetryLater, Wait: time.Second},
			{Code: 40003, Outcome: bot.Rejected, Dead: can.Card},
			{Code: 40056, Outcome: bot.RetryLater, Wait: time.Minute},
			{Code: 40201, Outcome: bot.Rejected},
			{Code: 44004, Outcome: bot.Rejected},
			{Code: 45009, Outcome: bot.RetryLater, Wait: time.Minute},
			{Code: 48002, Outcome: bot.RetryLater, Wait: time.Minute},
			{Code: 50003, Outcome: bot.RetryLater, Wait: time.Minute},
			{Code: 60011, Outcome: bot.Rejected, Dead: can.Card},
			{Code: 60020, Outcome: bot.RetryLater, Wait: time.Minute},
			{Code: 81013, Outcome: bot.Rejected, Dead: can.Card},
			{Code: 86003, Outcome: bot.Rejected, Dead: true},
			{Code: 86008, Outcome: bot.Rejected, Dead: true},
			{Code: 301002, Outcome: bot.RetryLater, Wait: time.Minute},
			{Code: 999999, Outcome: bot.Rejected},
		},
	}
}

// trouble strikes the sending alone, not the fetching of tokens.
func (r *rig) trouble(k channeltest.Trouble, place func(bot.Chat) string) bool {
	kind := map[channeltest.Kind]wechattest.FaultKind{
		channeltest.Refuse: wechattest.RefuseCommand, channeltest.CutBefore: wechattest.LoseRequest,
		channeltest.CutAfter: wechattest.LoseAnswer, channeltest.Silent: wechattest.NoAnswer,
		channeltest.Late: wechattest.DelayAnswer, channeltest.FailBefore: wechattest.FailRequest,
		channeltest.FailAfter: wechattest.FailAnswer, channeltest.Garble: wechattest.GarbleAnswer,
		channeltest.Down: wechattest.Unreachable,
	}[k.Kind]
	f := wechattest.Fault{Kind: kind, Times: k.Times, Code: k.Code, Msg: k.Says, After: k.After}
	if k.Chat != (bot.Chat{}) {
		f.Chat = place(k.Chat)
	}
	if kind != wechattest.Unreachable {
		f.Cmd = "/cgi-bin/appchat/send"
		if place(bot.Chat{ID: "x"}) != "x" {
			f.Cmd = "/cgi-bin/message/send"
		}
	}
	r.p.Faults().Inject(f)
	return kind != ""
}
