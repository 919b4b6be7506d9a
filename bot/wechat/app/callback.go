package app

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/internal/inbox"
	"fanzha/bot/wechat/internal/wire"
)

// patience is how long a callback may take to be answered in its own request.
// The platform waits for five seconds and then comes again (page 90238).
const patience = 4 * time.Second

// apology is said when the handler failed: nothing was recorded.
const apology = "系统忙，刚才的操作可能没有记录，请稍后再试。"

// Callback returns the endpoint for the address that the admin console has under
// 接收消息. What people do is handed to h. It is nil if the app has no Envelope.
// Callback is called once.
func (c *Channel) Callback(h bot.Handler) http.Handler {
	if c.cfg.Envelope == nil {
		return nil
	}
	c.inbox.Serve(h)
	return c.cfg.Envelope.Handler(c.cfg.Clock, c.cfg.Log, c.receive)
}

// Close takes no more callbacks and waits, until ctx ends at the latest, for
// those that are being handled and answered.
func (c *Channel) Close(ctx context.Context) error { return c.inbox.Close(ctx) }

// A deed is what a person did, with what it takes to answer it.
type deed struct {
	bot.Inbound
	// responseCode lets the pressed card be updated once within 72 hours.
	responseCode string
}

// receive has one callback handled and returns the reply, nil for none. Its
// error means that nothing was recorded and the platform is to come again.
func (c *Channel) receive(ctx context.Context, l envelope.Letter) (envelope.Reply, error) {
	doc, err := envelope.Scan(l.Text)
	if err != nil {
		c.cfg.Log.Warn("a signed callback cannot be read", "channel", c.cfg.Channel, "err", err)
		return nil, nil // it would be no better the next time
	}
	d, ok := c.deed(doc)
	if !ok {
		return nil, nil
	}
	reply, err := c.inbox.Take(ctx, d.Inbound, func(ctx context.Context, _ bot.Inbound, r inbox.Reply) { c.answerLate(ctx, d, r) })
	if err != nil || reply == nil || reply.Again {
		return nil, err
	}
	if reply.Err != nil && d.Text == "" {
		return nil, reply.Err // a click is repeated by the platform, unseen by the person
	}
	return envelope.ReplyOf(c.answer(ctx, d, *reply)), nil
}

// deed reads a callback; false if it is none that concerns us, such as another
// app's, or an event of a type that comes and goes with the platform's versions.
func (c *Channel) deed(doc envelope.Document) (deed, bool) {
	from, agent := doc.Text("FromUserName"), doc.Text("AgentID")
	if !userID.MatchString(from) || agent != "" && agent != strconv.Itoa(c.cfg.Agent) {
		return deed{}, false
	}
	d := deed{Inbound: bot.Inbound{From: bot.PersonID(from), At: c.cfg.Clock.Now(),
		Chat: bot.Chat{Channel: c.cfg.Channel, Kind: bot.PrivateChat, ID: from}}}
	if doc.Text("MsgType") != "event" {
		d.ID = eventID("msg", agent, doc.Text("MsgId"))
		d.Text = strings.TrimSpace(doc.Text("Content"))
		d.Mentioned = true // one to one, all is said to the bot
		return d, doc.Text("MsgId") != ""
	}
	created, task, key := doc.Text("CreateTime"), doc.Text("TaskId"), doc.Text("EventKey")
	switch doc.Text("Event") {
	case "template_card_event":
		d.Click = &bot.Click{Card: bot.CardID(task), Button: key}
		d.responseCode = doc.Text("ResponseCode")
		// Events have no id: the platform says to take person and time (page
		// 90238). One person can press two cards in a second.
		d.ID = eventID("click", agent, from, created, task, key)
		return d, wire.ValidTaskID(task) && key != ""
	case "enter_agent":
		// Comes each time; a smart bot's comes once a day, and so does ours.
		d.Entered = true
		d.ID = eventID("enter", agent, from, d.At.In(bot.Zone).Format(time.DateOnly))
		return d, true
	}
	return deed{}, false
}

// eventID is the id of what happened, on this channel.
func eventID(parts ...string) string { return "app:" + strings.Join(parts, ":") }
