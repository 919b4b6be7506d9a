package app

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"fanzha/bot/wechat"
	"fanzha/bot/wechat/oa"
	"fanzha/bot/wechat/token"
	"fanzha/handlers/callback"
)

// This file is the official account: what it is made of, and the port at which the
// platform calls it.

// officialAtOnce is how many messages of the account may be under way.
const officialAtOnce = 8

// officialPath is where the platform calls the account.
const officialPath = "/callback/oa"

// An account is the official account with its endpoint.
type account struct {
	*oa.Channel
	server *oa.Server
	mux    *callback.Mux
}

// wireAccount makes the official account, if there is one.
func (a *App) wireAccount() error {
	c := a.cfg.OA
	if c.AppID == "" || a.deps.Offline {
		return nil
	}
	client, err := wechat.NewClient(wechat.ClientConfig{Transport: a.deps.Web})
	if err != nil {
		return fmt.Errorf("setting up the official account: %w", err)
	}
	a.onClose("official account's client", func() error { client.Close(); return nil })
	tokens := token.New(token.Config{
		Name: c.AppID, On: wechat.Official, Source: token.Official(client, c.AppID, wechat.Secret(c.Secret.Reveal())), Clock: a.deps.Clock, Log: a.deps.Log,
	})
	a.onClose("official account's token", func() error { tokens.Close(); return nil })
	channel, err := oa.New(oa.Config{
		Channel: officialChannel, AppID: c.AppID, CallbackToken: wechat.Secret(c.Token.Reveal()), AESKey: wechat.Secret(c.AESKey.Reveal()),
		Client: client, Tokens: tokens, Notice: oa.Notice(c.Notice), Clock: a.deps.Clock, Log: a.deps.Log,
	})
	if err != nil {
		return fmt.Errorf("setting up the official account: %w", err)
	}
	server := channel.Serve(a.metrics.timed(a.Bot))
	mux, err := callback.New(callback.Config{Routes: map[string]http.Handler{officialPath: server}, Clock: a.deps.Clock, Log: a.deps.Log})
	if err != nil {
		return fmt.Errorf("setting up the callbacks: %w", err)
	}
	a.account = &account{Channel: channel, server: server, mux: mux}
	return nil
}

// Callbacks returns what the platforms call, nil if nothing is called.
func (a *App) Callbacks() http.Handler {
	if a.account == nil {
		return nil
	}
	return a.account.mux
}

// runCallbacks serves what the platforms call until ctx ends and what they have
// called is handled. With an empty address somebody else serves
// [App.Callbacks].
func (a *App) runCallbacks(ctx context.Context) error {
	defer a.account.server.Close()
	if a.cfg.OA.Menu {
		if err := a.account.SetMenu(ctx); err != nil {
			a.deps.Log.WarnContext(ctx, "the official account's menu was not made", "err", err)
		}
	}
	if a.cfg.Callback.Addr == "" {
		<-ctx.Done()
		return nil
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", a.cfg.Callback.Addr)
	if err != nil {
		return fmt.Errorf("listening for callbacks: %w", err)
	}
	return a.account.mux.Serve(ctx, l)
}
