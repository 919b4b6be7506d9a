package aibot_test

import (
	"context"
	"testing"
	"testing/synctest"

	"fanzha/bot"
	"fanzha/bot/wechat/channeltest"
	"fanzha/bot/wechat/wechattest"
)

func TestConformance(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) *channeltest.Door {
		r := newRig(t, wechattest.Options{Seed: 1})
		r.start()
		synctest.Wait()
		chats := &acquainted{rig: r}
		return &channeltest.Door{
			Sender: r.c, Chat: chats.chat, Seen: r.seen, Trouble: r.trouble, Calm: r.p.Faults().Clear,
			Restart: r.restart,
			Close: func() {
				r.p.Faults().Clear()
				_ = r.stop()
				r.p.Close()
			},
			Secrets: []string{r.bot.Secret, "url-credential"}, Logs: r.logs.String,
			Can: channeltest.Can{Card: true, Private: true},
		}
	})
}

// acquainted makes groups in which the bot has been spoken to.
type acquainted struct {
	*rig
	groups []string
}

func (a *acquainted) chat(n int) bot.Chat {
	for len(a.groups) <= n {
		id := a.p.AddGroup("反诈群", "zhangsan")
		if _, err := a.p.Say(id, "zhangsan", a.p.Mention(a.bot.ID)+"你好"); err != nil {
			a.t.Fatal(err)
		}
		synctest.Wait()
		a.groups = append(a.groups, id)
	}
	return bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: a.groups[n]}
}

// seen is what the bot has pushed into a chat. It calls on nobody, whatever a
// text says: this bot cannot.
func (r *rig) seen(c bot.Chat) (seen []channeltest.Message) {
	for _, d := range r.p.Deliveries() {
		if d.Chat == c.ID {
			seen = append(seen, channeltest.Message{Text: d.Content})
		}
	}
	return seen
}

// trouble strikes pushes; the long connection has no answers of HTTP.
func (r *rig) trouble(k channeltest.Trouble) bool {
	f := wechattest.Fault{Cmd: "aibot_send_msg", Chat: k.Chat.ID, Times: k.Times, Code: k.Code, Msg: k.Says, After: k.After}
	f.Kind = map[channeltest.Kind]wechattest.FaultKind{
		channeltest.Refuse: wechattest.RefuseCommand, channeltest.CutBefore: wechattest.LoseRequest,
		channeltest.CutAfter: wechattest.LoseAnswer, channeltest.Silent: wechattest.NoAnswer,
		channeltest.Late: wechattest.DelayAnswer, channeltest.Down: wechattest.RefuseConnection,
	}[k.Kind]
	if k.Kind == channeltest.Down {
		f.Cmd = ""
	}
	r.p.Faults().Inject(f)
	if k.Kind == channeltest.Down {
		r.p.Drop(r.bot.ID)
		synctest.Wait()
	}
	return f.Kind != ""
}

// restart replaces the client as a crash does.
func (r *rig) restart() bot.Sender {
	r.p.Drop(r.bot.ID)
	_ = r.stop()
	r.c, r.ended = r.client(), make(chan error, 1)
	r.start()
	ctx, cancel := context.WithCancel(r.t.Context())
	defer cancel()
	if err := r.c.Await(ctx); err != nil {
		r.t.Fatal(err)
	}
	return r.c
}
