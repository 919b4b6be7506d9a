package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"fanzha/bot/wechat/wechattest"
)

// announcement is the one line that is printed once the platform serves: where
// each interface is, and what a program must have in its configuration.
type announcement struct {
	WS      string `json:"ws"`
	Page    string `json:"page"`
	Web     string `json:"web"` // of the HTTP interfaces: web.url
	BotID   string `json:"botId"`
	Secret  string `json:"secret"`
	BotName string `json:"botName"`

	Robots   []robot   `json:"robots,omitempty"`
	App      *app      `json:"app,omitempty"`
	OA       *official `json:"oa,omitempty"`
	Callback *callback `json:"callback,omitempty"`
}

type robot struct {
	Group string `json:"group"`
	Key   string `json:"key"`
}

type app struct {
	CorpID  string `json:"corpId"`
	AgentID int    `json:"agentId"`
	Secret  string `json:"secret"`
	callback
}

type official struct {
	AppID  string `json:"appId"`
	Secret string `json:"secret"`
	callback
}

// callback is how callbacks are sealed.
type callback struct {
	Token  string `json:"token"`
	AESKey string `json:"aesKey"`
}

// patience is longer than the platform's own, which is five seconds.
const patience = 10 * time.Second

// doors opens what the flags ask for beside the long connection.
func (s settings) doors(p *wechattest.Platform) (*announcement, error) {
	for _, target := range []string{s.app, s.oa, s.callback} {
		if target != "" && !ownMachine(target) {
			return nil, fmt.Errorf("callback address %q is not loopback: the simulated platform is for this machine only", target)
		}
	}
	b := p.Bots()[0]
	a := &announcement{BotID: b.ID, Secret: b.Secret, BotName: b.Name}
	caller := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if s.robots {
		for _, c := range p.Chats() {
			a.Robots = append(a.Robots, robot{c.Name, p.AddRobot(c.ID, "群机器人")})
		}
	}
	if s.app != "" {
		w := p.AddApp(wechattest.WorkApp{Name: "反诈应用"})
		w.Connect(s.app, caller)
		a.App = &app{w.Corp, w.AgentID, w.Secret, callback{w.Token, w.AESKey}}
	}
	if s.oa != "" {
		o := p.AddOfficial(wechattest.Official{Name: "反诈公众号"})
		o.Connect(s.oa, caller)
		a.OA = &official{o.AppID, o.Secret, callback{o.Token, o.AESKey}}
	}
	if s.callback != "" {
		keys := p.CallBack(b.ID, s.callback, caller)
		a.Callback = &callback{keys.Token, keys.AESKey}
	}
	return a, nil
}

// at says where all is served.
func (a *announcement) at(at wechattest.Addresses) {
	a.WS, a.Page, a.Web = at.WS, at.Page, strings.TrimSuffix(at.Page, "/")
}

// ownMachine reports whether target is a web address of this machine.
func ownMachine(target string) bool {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return false
	}
	ip, err := netip.ParseAddr(strings.Trim(u.Hostname(), "[]"))
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}
