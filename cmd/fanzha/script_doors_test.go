package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"fanzha/bot/wechat/wechattest"
)

// doors gives the simulated platform a webhook in its group, a self-built app and
// a 公众号, and sets what a configuration needs for them. Callbacks go to CALLED.
func doors(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 0, "doors")
	c := ts.Value(corpKey{}).(*corp)
	called := freeAddr(ts)
	c.app, c.account = c.AddApp(wechattest.WorkApp{}), c.AddOfficial(wechattest.Official{})
	c.app.Connect("http://"+called+"/callback/app", http.DefaultClient)
	c.account.Connect("http://"+called+"/callback/oa", http.DefaultClient)
	for name, value := range map[string]string{
		"CALLED": called, "KEY": c.AddRobot(c.group, "群机器人"),
		"CORPID": c.app.Corp, "AGENT": strconv.Itoa(c.app.AgentID), "APPSECRET": c.app.Secret, "APPTOKEN": c.app.Token, "APPKEY": c.app.AESKey,
		"APPID": c.account.AppID, "OASECRET": c.account.Secret, "OATOKEN": c.account.Token, "OAKEY": c.account.AESKey,
	} {
		ts.Setenv(name, value)
	}
}

// visit app|oa USER TEXT has a member write to the app or the 公众号, and prints
// what he reads next. Without a text he follows the 公众号.
func visit(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 3, "visit app|oa USER TEXT")
	c := ts.Value(corpKey{}).(*corp)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	chat := c.app.Chat(args[1])
	if args[0] == "oa" {
		chat = c.account.Chat(args[1])
	}
	before := len(c.Sent(chat))
	var err error
	if args[0] == "oa" {
		err = c.account.Visit(ctx, args[1], args[2])
	} else {
		_, err = c.app.Say(ctx, args[1], args[2])
	}
	ts.Check(err)
	c.await(ts, "an answer", func() bool { return len(c.Sent(chat)) > before })
	fmt.Fprintln(ts.Stdout(), c.Sent(chat)[before].Text)
}

// kick throws the bot out of the group.
func kick(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 0, "kick")
	c := ts.Value(corpKey{}).(*corp)
	ts.Check(c.RemoveBot(c.group, c.bot.ID))
}

// heard TEXT waits until the group has heard that, whoever said it.
func heard(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 1, "heard TEXT")
	c := ts.Value(corpKey{}).(*corp)
	c.await(ts, args[0], func() bool {
		for _, m := range c.Sent(c.group) {
			if strings.Contains(m.Text, args[0]) {
				fmt.Fprintln(ts.Stdout(), m.Text)
				return true
			}
		}
		return false
	})
}
