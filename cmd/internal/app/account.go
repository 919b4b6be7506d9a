package app

import (
	"context"
	"fmt"
	"strings"

	"fanzha/bot"
	"fanzha/bot/push"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/oa"
	"fanzha/bot/wechat/token"
	"fanzha/handlers"
)

// This file is the official account and what it is made of.

// officialAtOnce is how many messages of the account may be under way.
const officialAtOnce = 8

// officialPath is where the platform calls the account.
const officialPath = "/callback/oa"

// wireAccount makes the official account, if there is one.
func (a *App) wireAccount() error {
	c := a.cfg.OA
	if c.AppID == "" || a.deps.Offline {
		return nil
	}
	client, err := a.web(wechat.ClientConfig{})
	if err != nil {
		return fmt.Errorf("setting up the official account: %w", err)
	}
	a.onClose("official account's client", func() error { client.Close(); return nil })
	tokens := token.New(token.Config{
		Name: c.AppID, Store: a.deps.Tokens, On: wechat.Official, Source: token.Official(client, c.AppID, wechat.Secret(c.Secret.Reveal())), Clock: a.deps.Clock, Log: a.deps.Log,
	})
	a.onClose("official account's token", func() error { tokens.Close(); return nil })
	a.accountTokens = tokens
	channel, err := oa.New(oa.Config{
		Channel: bot.ViaAccount, AppID: c.AppID, CallbackToken: wechat.Secret(c.Token.Reveal()), AESKey: wechat.Secret(c.AESKey.Reveal()),
		Client: client, Tokens: tokens, Notice: oa.Notice(c.Notice), Clock: a.deps.Clock, Log: a.deps.Log,
	})
	if err != nil {
		return fmt.Errorf("setting up the official account: %w", err)
	}
	a.called.add(officialPath, channel.Serve(a.metrics.timed(a.Bot)), channel.Close)
	a.account = channel
	return nil
}

// viaAccount is the official account, which reaches those who follow it.
func (a *App) viaAccount() (Way, error) {
	w := Way{ID: bot.ViaAccount, CheckIn: "给公众号发“签到”", Mend: "请收件人重新关注公众号，再请反诈办公室启用。",
		Doors: []handlers.Door{{Channel: bot.ViaAccount, Word: bot.ViaAccount.Chinese(), Sample: "姓名", Reach: onAccount,
			Absent: "请他先关注公众号，发一次：我是 单位 姓名"}}}
	if a.account != nil {
		w.Channel, w.Errands = push.Channel{Sender: a.account, AtOnce: officialAtOnce}, a.account.Whole()
	}
	return w, nil
}

// officialPerson begins the id of a person who is known by the account.
const officialPerson = "oa:"

// onAccount is how the account reaches a person.
func onAccount(p bot.PersonID) (string, bool) { return strings.CutPrefix(string(p), officialPerson) }

// makeMenu makes the account's menu, if there is an account that wants one.
func (a *App) makeMenu(ctx context.Context) {
	if a.account == nil || !a.cfg.OA.Menu {
		return
	}
	if err := a.account.SetMenu(ctx); err != nil {
		a.deps.Log.WarnContext(ctx, "the official account's menu was not made", "err", err)
	}
}
