package wechattest

import (
	"context"
	"fmt"
	"net/http"
)

// This file lets the page's people use what is no smart bot: self-built apps and
// 公众号, each a private chat of its own.

// pageDoor is an app or an account that a person can open.
type pageDoor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// doors are the apps and accounts. p.mu is held.
func (p *Platform) doors() []pageDoor {
	doors := []pageDoor{}
	for _, a := range p.apps {
		doors = append(doors, pageDoor{a.bot.ID, a.bot.Name})
	}
	for _, a := range p.officials {
		doors = append(doors, pageDoor{a.bot.ID, a.bot.Name})
	}
	return doors
}

// doorOf returns the app or the account of that id, if there is one.
func (p *Platform) doorOf(id string) (*WorkAppAccount, *OfficialAccount) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.apps {
		if a.bot.ID == id {
			return a, nil
		}
	}
	for _, a := range p.officials {
		if a.bot.ID == id {
			return nil, a
		}
	}
	return nil, nil
}

// withOf returns the id of the bot, app or account whose private chat this is, ""
// for a group.
func (p *Platform) withOf(chatID string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.chats[chatID]; c != nil && c.private != nil {
		return c.private.ID
	}
	return ""
}

// FollowerID is the openid under which a member of the corp is known to the
// account when he comes by the page.
func (a *OfficialAccount) FollowerID(userID string) string {
	return "o" + callbackSign("follower", a.AppID, userID)[:27]
}

// Chat returns the id under which a member's conversation with the account is known
// to this package's methods.
func (a *OfficialAccount) Chat(userID string) string { return a.p.PrivateChat(a.bot.ID, userID) }

// Visit is Say by a member of the corp, in a conversation that the page shows. With
// an empty text he follows the account, if he does not yet.
func (a *OfficialAccount) Visit(ctx context.Context, userID, text string) error {
	a.p.mu.Lock()
	m := a.p.members[userID]
	if m == nil {
		a.p.mu.Unlock()
		return fmt.Errorf("no member %q", userID)
	}
	id := a.FollowerID(userID)
	a.visitors[id] = m
	c := a.p.privateChat(a.bot, m)
	follows := a.person(id).follows
	if text != "" {
		c.add(&message{Message: Message{ID: a.p.mint("MSG_"), At: a.p.opts.Now(), From: userID, Type: "text", Text: clean(text)}}, a.p.opts.Keep)
	}
	a.p.notify()
	a.p.mu.Unlock()
	var r Reply
	var err error
	switch {
	case text != "":
		r, err = a.Say(ctx, id, text)
	case !follows:
		r, err = a.Follow(ctx, id)
	}
	if r.Broken {
		r.Text = "该公众号提供的服务出现故障，请稍后再试"
	}
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	if r.Text != "" {
		a.place(id, a.p.mint("OA_"), r.Text)
		a.p.notify()
	}
	return err
}

// place puts the account's words into a visitor's conversation. p.mu is held.
func (a *OfficialAccount) place(openID, id, text string) {
	if m := a.visitors[openID]; m != nil {
		a.p.privateChat(a.bot, m).add(&message{bot: a.bot, Message: Message{ID: id, At: a.p.opts.Now(),
			From: a.bot.ID, FromBot: true, Type: "text", Text: text}}, a.p.opts.Keep)
	}
}

// sayAt is what the page's person says, wherever he says it.
func (p *Platform) sayAt(ctx context.Context, chat, as, text, quote string) error {
	app, account := p.doorOf(p.withOf(chat))
	var err error
	switch {
	case app == nil && account == nil:
		_, err = p.say(chat, as, text, quote)
	case clean(text) == "":
		err = errSilent
	case app != nil:
		_, err = app.Say(ctx, as, text)
	default:
		err = account.Visit(ctx, as, text)
	}
	return err
}

// clickAt is what the page's person presses.
func (p *Platform) clickAt(ctx context.Context, chat, as, task, key string, selected []Selection) error {
	app, _ := p.doorOf(p.withOf(chat))
	var err error
	if app == nil {
		_, err = p.Click(chat, as, task, key, selected...)
	} else {
		_, err = app.Click(ctx, as, task, key)
	}
	return err
}

// serveEnter opens the private chat of a person with a bot, an app or an account,
// the first bot if none is named, and answers with its id.
func (p *Platform) serveEnter(w http.ResponseWriter, r *http.Request) {
	var req struct{ As, With string }
	if !readJSON(w, r, &req) {
		return
	}
	with := req.With
	if with == "" {
		with = p.bots[0].ID
	}
	if err := p.enterAt(r.Context(), with, req.As); err != nil {
		answerAct(w, err)
		return
	}
	writeJSON(w, map[string]string{"chat": p.PrivateChat(with, req.As)})
}

func (p *Platform) enterAt(ctx context.Context, with, as string) error {
	app, account := p.doorOf(with)
	switch {
	case account != nil:
		return account.Visit(ctx, as, "")
	case app == nil:
		return p.Enter(with, as)
	}
	p.mu.Lock()
	m := p.members[as]
	if m == nil {
		p.mu.Unlock()
		return fmt.Errorf("no member %q", as)
	}
	p.privateChat(app.bot, m)
	p.notify()
	p.mu.Unlock()
	_, err := app.Enter(ctx, as)
	return err
}
