package oa_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/oa"
	"fanzha/bot/wechat/token"
	"fanzha/bot/wechat/wechattest"
)

// A rig is an account on the simulated platform, with the channel and its server
// in the same process. It lives in a synctest bubble.
type rig struct {
	*testing.T
	p      *wechattest.Platform
	a      *wechattest.OfficialAccount
	client *wechat.Client
	tokens *token.Handle
	c      *oa.Channel
	server http.Handler
	logs   *logs
	people *people
	met    map[string]bool
}

// people is a handler that notes what it hears and says what it is told to.
type people struct {
	mu    sync.Mutex
	heard []bot.Inbound
	say   func(context.Context, bot.Inbound) (bot.Answer, error)
}

func (p *people) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	p.mu.Lock()
	p.heard = append(p.heard, in)
	say := p.say
	p.mu.Unlock()
	if say == nil {
		return bot.Answer{Text: "收到：" + in.Text}, nil
	}
	return say(ctx, in)
}

func (p *people) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.heard)
}

// logs is a log that can be read while it is written.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const address = "https://fanzha.example/callback/oa"

func newRig(t *testing.T, o wechattest.Official, change ...func(*oa.Config)) *rig {
	t.Helper()
	r := &rig{T: t, p: wechattest.New(wechattest.Options{Seed: 1}), logs: new(logs), people: new(people), met: map[string]bool{}}
	r.a = r.p.AddOfficial(o)
	var err error
	if r.client, err = wechat.NewClient(wechat.ClientConfig{Transport: r.p.HTTPClient().Transport}); err != nil {
		t.Fatal(err)
	}
	r.start(change...)
	return r
}

// start starts the program's side, as a process does that knows nothing.
func (r *rig) start(change ...func(*oa.Config)) {
	r.Helper()
	log := slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.tokens = token.New(token.Config{Name: r.a.AppID, On: wechat.Official, Clock: bot.SystemClock{}, Log: log,
		Source: token.Official(r.client, r.a.AppID, wechat.Secret(r.a.Secret))})
	cfg := oa.Config{AppID: r.a.AppID, CallbackToken: wechat.Secret(r.a.Token), AESKey: wechat.Secret(r.a.AESKey),
		Client: r.client, Tokens: r.tokens, Log: log}
	for _, f := range change {
		f(&cfg)
	}
	var err error
	if r.c, err = oa.New(cfg); err != nil {
		r.Fatal(err)
	}
	r.server = r.c.Serve(r.people)
	r.a.Connect(address, wechattest.ToHandler(r.server))
}

func (r *rig) stop() {
	if err := r.c.Close(context.Background()); err != nil {
		r.Error(err)
	}
	r.tokens.Close()
	r.client.Close()
}

func (r *rig) close() {
	r.p.Faults().Clear()
	r.stop()
	r.p.Close()
}

// person is the one to whom everything happens.
const person = "oZhangSan_0001"

func chat(openID string) bot.Chat {
	return bot.Chat{Channel: "oa", Kind: bot.PrivateChat, ID: openID}
}

// says lets the person write and wants him to read want.
func (r *rig) says(text, want string) {
	r.Helper()
	got, err := r.a.Say(r.Context(), person, text)
	if err != nil || got.Text != want || got.Broken {
		r.Errorf("%q is answered with %+v, %v, want %q", text, got, err, want)
	}
}

// pushed is what the account has sent to a person of its own accord.
func (r *rig) pushed(openID string) []string {
	texts := []string{}
	for _, d := range r.p.Deliveries() {
		if d.Chat == openID {
			texts = append(texts, d.Content)
		}
	}
	return texts
}

// post sends the server what a request of the platform's has become after
// change, and returns status and body.
func (r *rig) post(document string, change func(*http.Request)) (int, string) {
	r.Helper()
	req, err := r.a.Request(r.Context(), document)
	if err != nil {
		r.Fatal(err)
	}
	change(req)
	return r.send(req)
}

func (r *rig) send(req *http.Request) (int, string) {
	r.Helper()
	resp, err := wechattest.ToHandler(r.server).Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatal(err)
	}
	return resp.StatusCode, string(body)
}
