package app_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/app"
	"fanzha/bot/wechat/corp"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/token"
	"fanzha/bot/wechat/wechattest"
)

// A rig is a platform with an app, and a channel that is that app.
type rig struct {
	testing.TB
	p      *wechattest.Platform
	a      *wechattest.WorkAppAccount
	client *wechat.Client
	token  *token.Handle
	c      *app.Channel
	corp   *corp.Corp
	h      *handler
	http   http.Handler // the callback's endpoint
	logs   *bytes.Buffer
	log    *slog.Logger // one for all, for it guards logs
}

// newRig is called in a bubble.
func newRig(t testing.TB, change func(*wechattest.WorkApp)) *rig {
	t.Helper()
	r := &rig{TB: t, p: wechattest.New(wechattest.Options{Seed: 1}), logs: new(bytes.Buffer), h: &handler{}}
	for _, id := range []string{"zhangsan", "lisi", "jiaoke.wangwu"} {
		r.p.AddMember(wechattest.Member{UserID: id, Name: map[string]string{"zhangsan": "张三", "lisi": "李四"}[id]})
	}
	r.log = slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w := wechattest.WorkApp{Name: "反诈助手"}
	if change != nil {
		change(&w)
	}
	r.a = r.p.AddApp(w)
	var err error
	if r.client, err = wechat.NewClient(wechat.ClientConfig{Transport: r.p.HTTPClient().Transport}); err != nil {
		t.Fatal(err)
	}
	r.c = r.channel()
	r.corp = corp.New(corp.Config{Client: r.client, Token: r.token, Secret: wechat.Secret(r.a.Secret)})
	r.connect()
	return r
}

// channel makes one as a new process does.
func (r *rig) channel() *app.Channel {
	r.Helper()
	if r.token != nil {
		r.token.Close()
	}
	r.token = token.New(token.Config{Name: r.a.Corp, On: wechat.WeCom, Source: token.WeCom(r.client, r.a.Corp, wechat.Secret(r.a.Secret)),
		Clock: bot.SystemClock{}, Log: r.log})
	env, err := envelope.New(envelope.Config{Token: wechat.Secret(r.a.Token), Key: wechat.Secret(r.a.AESKey), ReceiveID: r.a.Corp})
	if err != nil {
		r.Fatal(err)
	}
	c, err := app.New(app.Config{Corp: r.a.Corp, Agent: r.a.AgentID, Secret: wechat.Secret(r.a.Secret), Client: r.client, Token: r.token,
		Envelope: env, Log: r.log})
	if err != nil {
		r.Fatal(err)
	}
	return c
}

// connect lets the platform call the channel.
func (r *rig) connect() {
	r.http = r.c.Callback(r.h)
	r.a.Connect("https://bot.example/wecom/app", wechattest.ToHandler(r.http))
}

func (r *rig) close() {
	if err := r.c.Close(context.Background()); err != nil {
		r.Error(err)
	}
	r.token.Close()
	r.client.Close()
	r.p.Close()
}

func private(userID string) bot.Chat {
	return bot.Chat{Channel: "app", Kind: bot.PrivateChat, ID: userID}
}

// seen are the app's messages that a person has before him.
func (r *rig) seen(userID string) (texts []string) {
	for _, m := range r.p.History(r.a.Chat(userID), userID) {
		if m.FromBot {
			texts = append(texts, m.Text+m.File)
		}
	}
	return texts
}

// say lets a person write and returns what he reads at once.
func (r *rig) say(userID, text string) string {
	r.Helper()
	reply, err := r.a.Say(r.Context(), userID, text)
	if err != nil {
		r.Fatal(err)
	}
	return reply.Text
}

// A handler answers as a test has it.
type handler struct {
	mu     sync.Mutex
	heard  []bot.Inbound
	answer func(bot.Inbound) (bot.Answer, error)
	takes  time.Duration
	order  map[bot.PersonID]int // how many are in Handle
}

// Handle implements bot.Handler.
func (h *handler) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	h.mu.Lock()
	h.heard = append(h.heard, in)
	answer, takes := h.answer, h.takes
	if h.order == nil {
		h.order = make(map[bot.PersonID]int)
	}
	if h.order[in.From]++; h.order[in.From] > 1 {
		panic(fmt.Sprintf("two deeds of one person at a time: %d", h.order[in.From]))
	}
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		h.order[in.From]--
		h.mu.Unlock()
	}()
	if takes > 0 {
		if err := (bot.SystemClock{}).Sleep(ctx, takes); err != nil {
			return bot.Answer{}, err
		}
	}
	if answer == nil {
		return bot.Answer{}, nil
	}
	return answer(in)
}

func (h *handler) all() []bot.Inbound {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]bot.Inbound(nil), h.heard...)
}

// take is all, and forgets it.
func (h *handler) take() []bot.Inbound {
	h.mu.Lock()
	defer h.mu.Unlock()
	heard := h.heard
	h.heard = nil
	return heard
}
