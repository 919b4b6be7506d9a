package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/push"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/app"
	"fanzha/bot/wechat/corp"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/token"
	"fanzha/handlers"
	"fanzha/handlers/callback"
)

// This file is what the platforms call, and the two parts that live by it: the
// self-built app, and the bot where it cannot hold a long connection.

// Where the platforms call the app and the bot.
const (
	workAppPath  = "/callback/app"
	callbackPath = "/callback/aibot"
)

// workAppAtOnce is how many messages of the app may be under way, and
// workAppTimeout bounds one of them, the upload of a file included.
const (
	workAppAtOnce  = 16
	workAppTimeout = 30 * time.Second
)

// endpoints are what the platforms call, by path, and how each ends: what was
// taken in is handled and answered.
type endpoints struct {
	routes map[string]http.Handler
	ends   []func(context.Context) error
	mux    *callback.Mux
}

func (e *endpoints) add(path string, h http.Handler, end func(context.Context) error) {
	if e.routes == nil {
		e.routes = make(map[string]http.Handler)
	}
	e.routes[path] = h
	e.ends = append(e.ends, end)
}

// wireCallbacks puts the endpoints behind one server.
func (a *App) wireCallbacks() (err error) {
	if len(a.called.routes) == 0 {
		return nil
	}
	a.called.mux, err = callback.New(callback.Config{Routes: a.called.routes, Clock: a.deps.Clock, Log: a.deps.Log})
	if err != nil {
		return fmt.Errorf("setting up the callbacks: %w", err)
	}
	return nil
}

// Callbacks returns what the platforms call, nil if nothing is called.
func (a *App) Callbacks() http.Handler {
	if a.called.mux == nil {
		return nil
	}
	return a.called.mux
}

// runCallbacks serves what the platforms call until ctx ends and what they have
// called is handled. With an empty address somebody else serves
// [App.Callbacks].
func (a *App) runCallbacks(ctx context.Context) error {
	defer a.endCallbacks(context.WithoutCancel(ctx))
	a.makeMenu(ctx)
	if a.cfg.Callback.Addr == "" {
		<-ctx.Done()
		return nil
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", a.cfg.Callback.Addr)
	if err != nil {
		return fmt.Errorf("listening for callbacks: %w", err)
	}
	return a.called.mux.Serve(ctx, l)
}

// endCallbacks waits for what has been taken in.
func (a *App) endCallbacks(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for _, end := range a.called.ends {
		if err := end(ctx); err != nil {
			a.deps.Log.WarnContext(ctx, "a late answer was not waited for", "err", err)
		}
	}
}

// wireBot makes the bot in callback mode. It says at the start what it cannot do.
func (a *App) wireBot() error {
	c := a.cfg.WeCom.Callback
	sealed, err := envelope.New(envelope.Config{Token: wechat.Secret(c.Token.Reveal()), Key: wechat.Secret(c.AESKey.Reveal()), Format: envelope.JSON})
	if err != nil {
		return fmt.Errorf("setting up the bot's callbacks: %w", err)
	}
	client, err := a.web(wechat.ClientConfig{})
	if err != nil {
		return fmt.Errorf("setting up the bot's callbacks: %w", err)
	}
	a.onClose("bot's client", func() error { client.Close(); return nil })
	if a.Called, err = aibot.NewCallback(aibot.CallbackConfig{
		Name: a.cfg.WeCom.BotName, Envelope: sealed, Client: client, Channel: bot.ViaBot, Clock: a.deps.Clock, Log: a.deps.Log,
	}); err != nil {
		return fmt.Errorf("setting up the bot's callbacks: %w", err)
	}
	if a.deps.Offline {
		return nil
	}
	a.deps.Log.Warn("the bot is in callback mode and cannot push", "hint", aibot.NoPush+"；推送请另配群机器人（robots）或自建应用（app）")
	return nil
}

// wireWorkApp makes the self-built app, if there is one.
func (a *App) wireWorkApp() error {
	c := a.cfg.App
	if c.CorpID == "" || a.deps.Offline {
		return nil
	}
	client, err := a.web(wechat.ClientConfig{Timeout: workAppTimeout})
	if err != nil {
		return fmt.Errorf("setting up the app: %w", err)
	}
	a.onClose("app's client", func() error { client.Close(); return nil })
	secret := wechat.Secret(c.Secret.Reveal())
	tokens := token.New(token.Config{Name: fmt.Sprintf("%s/%d", c.CorpID, c.AgentID), On: wechat.WeCom, Source: token.WeCom(client, c.CorpID, secret),
		Store: a.deps.Tokens, Clock: a.deps.Clock, Log: a.deps.Log})
	a.onClose("app's token", func() error { tokens.Close(); return nil })
	a.workTokens = tokens
	var sealed *envelope.Envelope
	if c.Hears() {
		sealed, err = envelope.New(envelope.Config{Token: wechat.Secret(c.Token.Reveal()), Key: wechat.Secret(c.AESKey.Reveal()), ReceiveID: c.CorpID})
	}
	if err == nil {
		a.WorkApp, err = app.New(app.Config{Corp: c.CorpID, Agent: c.AgentID, Secret: secret, Client: client, Token: tokens, Envelope: sealed,
			Channel: bot.ViaApp, Shared: a.deps.Shared, Clock: a.deps.Clock, Log: a.deps.Log})
	}
	if err != nil {
		return fmt.Errorf("setting up the app: %w", err)
	}
	a.corp = corp.New(corp.Config{Client: client, Token: tokens, Secret: secret, Clock: a.deps.Clock})
	a.Bot.MakeGroup = a.makeGroup
	if h := a.WorkApp.Callback(a.metrics.timed(a.Bot)); h != nil {
		a.called.add(workAppPath, h, a.WorkApp.Close)
	}
	return nil
}

// viaWorkApp is the app, which reaches persons and groups that it has made.
func (a *App) viaWorkApp() (Way, error) {
	w := Way{ID: bot.ViaApp, Mend: "请联系反诈办公室核对应用的可见范围，或换一个渠道。", Doors: []handlers.Door{
		{Channel: bot.ViaApp, Word: "应用", Sample: "姓名或账号", Reach: onWeCom, Absent: "名册里要有此人的企业微信账号，或请他先在群里对机器人说句话"},
		{Channel: bot.ViaApp, Word: "应用群", Sample: "群编号", Read: readAppGroup},
	}}
	if a.cfg.App.Hears() {
		w.CheckIn = "在企业微信的应用里发“签到”"
	}
	if a.WorkApp != nil {
		w.Channel, w.Errands = push.Channel{Sender: a.WorkApp, AtOnce: workAppAtOnce}, a.WorkApp
	}
	return w, nil
}

// onWeCom is how the app reaches a person: by his account.
func onWeCom(p bot.PersonID) (string, bool) {
	return string(p), !strings.HasPrefix(string(p), officialPerson)
}

func readAppGroup(_ bot.UnitID, id string) (string, error) {
	if !app.IsGroup(id) {
		return "", bot.Refuse("应用群要写群编号（chatid），1 至 32 个字母和数字", "编号是建群时定的，只有这个应用自己建的群才发得到")
	}
	return id, nil
}

// heard is the handler of what the bot hears. A bot that no super administrator
// has made names people by encrypted ids; with an app of the same corporation
// they have their plain ones, so that a person is one member wherever he is.
func (a *App) heard() bot.Handler {
	h := a.metrics.timed(a.Bot)
	if a.corp == nil {
		return h
	}
	return plainly{h, a.corp}
}

type plainly struct {
	bot.Handler
	corp *corp.Corp
}

// Handle implements [bot.Handler].
func (p plainly) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	id, err := p.plain(ctx, in.From)
	if err != nil {
		return bot.Answer{}, err
	}
	in.From = id
	return p.Handler.Handle(ctx, in)
}

// plainWithin is how long who somebody is may take to find out: his card must
// be answered within five seconds.
const plainWithin = 3 * time.Second

// plain asks once a person and month; with an error nothing is recorded, lest he
// become two members.
func (p plainly) plain(ctx context.Context, id bot.PersonID) (bot.PersonID, error) {
	ctx, cancel := context.WithTimeout(ctx, plainWithin)
	defer cancel()
	return p.corp.Plain(ctx, id)
}

// trouble says, in Chinese, which channels can send nothing.
func (a *App) trouble() map[bot.ChannelID]string {
	out := a.engine.Trouble()
	if out == nil {
		out = make(map[bot.ChannelID]string)
	}
	if a.Called != nil {
		out[bot.ViaBot] = aibot.NoPush
	}
	for id, tokens := range map[bot.ChannelID]*token.Handle{bot.ViaApp: a.workTokens, bot.ViaAccount: a.accountTokens} {
		if tokens == nil {
			continue
		}
		if why := tokens.Fault(); why != "" {
			out[id] = why
		}
	}
	return out
}
