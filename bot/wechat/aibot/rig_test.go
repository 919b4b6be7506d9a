package aibot_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/wechattest"
)

const (
	taskID  = bot.CardID("al20260612_g17_r1")
	address = "ws://openws.sim/?token=url-credential"
)

// A handlerFunc is a bot.Handler.
type handlerFunc func(context.Context, bot.Inbound) (bot.Answer, error)

func (f handlerFunc) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	return f(ctx, in)
}

// A rig is a platform with one group of three, and a client on it, inside a
// synctest bubble.
type rig struct {
	t     *testing.T
	p     *wechattest.Platform
	bot   wechattest.Bot
	group string
	c     *aibot.Client
	logs  *bytes.Buffer
	log   *slog.Logger

	cancel context.CancelFunc
	ended  chan error

	mu sync.Mutex
	in []bot.Inbound
	// answer is what the handler says; nil is silence.
	answer func(context.Context, bot.Inbound) (bot.Answer, error)
}

// play runs story in a bubble with a connected client.
func play(t *testing.T, story func(*testing.T, *rig), change ...func(*aibot.Config)) {
	t.Helper()
	playOn(t, wechattest.Options{Seed: 1}, story, change...)
}

func playOn(t *testing.T, opts wechattest.Options, story func(*testing.T, *rig), change ...func(*aibot.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, opts, change...)
		r.start()
		synctest.Wait()
		story(t, r)
		r.stop()
		r.p.Close()
	})
}

func newRig(t *testing.T, opts wechattest.Options, change ...func(*aibot.Config)) *rig {
	r := &rig{t: t, p: wechattest.New(opts), logs: new(bytes.Buffer), ended: make(chan error, 1)}
	r.log = slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.bot = r.p.Bots()[0]
	for _, id := range []string{"zhangsan", "lisi", "wangwu"} {
		r.p.AddMember(wechattest.Member{UserID: id, Name: id})
	}
	r.group = r.p.AddGroup("教科局反诈群", "zhangsan", "lisi", "wangwu")
	r.c = r.client(change...)
	return r
}

func (r *rig) client(change ...func(*aibot.Config)) *aibot.Client {
	r.t.Helper()
	cfg := aibot.Config{
		BotID: r.bot.ID, Secret: aibot.Secret(r.bot.Secret), Name: r.bot.Name,
		URL: address, HTTPClient: r.p.HTTPClient(),
		Log: r.log,
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := aibot.New(cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) start() {
	ctx, cancel := context.WithCancel(r.t.Context())
	r.cancel = cancel
	go func() { r.ended <- r.c.Run(ctx, handlerFunc(r.handle)) }()
}

// stop ends the client and returns what Run returned.
func (r *rig) stop() error {
	r.cancel()
	select {
	case err := <-r.ended:
		r.ended <- err
		return err
	case <-time.After(time.Minute):
		r.t.Fatal("Run did not return")
		return nil
	}
}

func (r *rig) handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	r.mu.Lock()
	r.in = append(r.in, in)
	answer := r.answer
	r.mu.Unlock()
	if answer == nil {
		return bot.Answer{}, nil
	}
	return answer(ctx, in)
}

func (r *rig) answers(f func(context.Context, bot.Inbound) (bot.Answer, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

// heard returns what the handler was given so far.
func (r *rig) heard() []bot.Inbound {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]bot.Inbound(nil), r.in...)
}

// introduce lets a member speak to the bot, without which it may not push.
func (r *rig) introduce() {
	r.say("zhangsan", "你好")
	synctest.Wait()
}

func (r *rig) say(who, text string) string {
	r.t.Helper()
	id, err := r.p.Say(r.group, who, r.p.Mention(r.bot.ID)+text)
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

func (r *rig) click(who string) string {
	r.t.Helper()
	id, err := r.p.Click(r.group, who, string(taskID), "signin")
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

// sendCard pushes the sign-in card into the group.
func (r *rig) sendCard() {
	r.t.Helper()
	r.introduce()
	if err := r.c.Send(r.t.Context(), r.chat(), signinCard()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) chat() bot.Chat {
	return bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: r.group}
}

func (r *rig) send(text string) error {
	return r.c.Send(r.t.Context(), r.chat(), bot.Markdown(text))
}

func (r *rig) fault(f wechattest.Fault) (remove func()) { return r.p.Faults().Inject(f) }

// after lets d pass.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func signinCard() bot.Card {
	return bot.Card{
		ID: taskID, Source: "反诈中心", Title: "反诈预警 06-12", Desc: "冒充客服退款，请阅读后签到",
		Body:    "要点：不点陌生链接、不共享屏幕、不报验证码。",
		Fields:  []bot.Field{{Name: "截止", Value: "今日 18:00"}},
		Buttons: []bot.Button{{Key: "signin", Text: "我已阅读·签到", Style: bot.Primary}, {Key: "help", Text: "请联系我", Style: bot.Secondary}},
	}
}

func doneCard() *bot.Card {
	return &bot.Card{ID: taskID, Title: "反诈预警 06-12", Desc: "您已签到",
		Buttons: []bot.Button{{Key: "done", Text: "已签到", Style: bot.Done}}}
}

// signsIn answers every click with the done card.
func signsIn(_ context.Context, in bot.Inbound) (bot.Answer, error) {
	if in.Click == nil {
		return bot.Answer{}, nil
	}
	return bot.Answer{Card: doneCard()}, nil
}

// wantOutcome fails unless err is a SendError of this outcome, and returns it.
func wantOutcome(t *testing.T, err error, want bot.Outcome) *bot.SendError {
	t.Helper()
	e, ok := err.(*bot.SendError)
	if !ok {
		t.Fatalf("Send error = %v (%T), want a *bot.SendError", err, err)
	}
	if e.Outcome != want {
		t.Errorf("outcome = %s (%v), want %s", e.Outcome, e, want)
	}
	return e
}
