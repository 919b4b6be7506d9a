package oa

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/internal/inbox"
	"fanzha/bot/wechat/internal/wire"
)

// patience is how long an answer may take to be the reply itself. The platform
// waits five seconds and then sends the message again.
const patience = 4500 * time.Millisecond

// apology is what a person gets when a late answer came to nothing.
const apology = "抱歉，系统出了故障，刚才的话没有记下，请稍后再发一次。"

// noFile follows an answer whose file an account cannot send.
const noFile = "\n（公众号发不了附件，请到企业微信里再查一次。）"

// Serve returns the account's callback endpoint, which hands what people do to h.
// It takes nothing but sealed callbacks of this account, each once: what the
// platform repeats waits for the first and gets the same answer. When the handler
// fails within the five seconds, nothing is acknowledged and the platform comes
// again. Serve is called once.
func (c *Channel) Serve(h bot.Handler) http.Handler {
	c.inbox.Serve(h)
	return c.door.Handler(c.cfg.Clock, c.cfg.Log, c.receive)
}

// Close takes no more callbacks and waits, until ctx ends at the latest, for
// those that are being handled and answered.
func (c *Channel) Close(ctx context.Context) error { return c.inbox.Close(ctx) }

// receive is an [envelope.Receiver].
func (c *Channel) receive(ctx context.Context, l envelope.Letter) (envelope.Reply, error) {
	doc, err := envelope.Scan(l.Text)
	if err != nil {
		// It was signed, so that coming again would not make it better.
		c.cfg.Log.Warn("a callback is not understood", "channel", c.cfg.Channel, "err", err)
		return nil, nil
	}
	now := c.cfg.Clock.Now()
	in, ok := c.read(doc, now)
	if !ok {
		return nil, nil
	}
	r, err := c.inbox.Take(ctx, in, c.late)
	if err != nil || r == nil || r.Err != nil {
		if err == nil && r != nil {
			err = r.Err
		}
		return nil, err
	}
	if text := words(r.Answer); text != "" {
		return func(dst []byte) []byte { return reply(dst, doc, text, now) }, nil
	}
	return nil, nil
}

// words are what the person reads, as an account can show it; "" for nothing.
func words(a bot.Answer) string {
	room := textBytes
	if a.File != nil {
		room -= len(noFile)
	}
	text := strings.TrimSpace(wire.CutBytes(cleanText(plain(a.Text)), room))
	if text != "" && a.File != nil {
		text += noFile
	}
	return text
}

// late says what the platform did not wait for.
func (c *Channel) late(ctx context.Context, in bot.Inbound, r inbox.Reply) {
	text := apology
	if r.Err == nil {
		text = words(r.Answer)
	}
	if text == "" {
		return
	}
	failed := c.inTurn(ctx, in.Chat.ID, func() *bot.SendError { return c.serve(ctx, in.Chat.ID, text) })
	if failed != nil {
		c.cfg.Log.Warn("late answer not sent", "channel", c.cfg.Channel, "outcome", failed.Outcome, "code", failed.Code)
	}
}

// read returns what a person did; false for what is of no concern.
func (c *Channel) read(doc envelope.Document, now time.Time) (bot.Inbound, bool) {
	from := doc.Text("FromUserName")
	in := bot.Inbound{
		ID: "oa:" + doc.Text("MsgId"), At: now, From: bot.PersonID("oa:" + from),
		Chat: bot.Chat{Channel: c.cfg.Channel, Kind: bot.PrivateChat, ID: from},
	}
	wrote := false
	switch doc.Text("MsgType") {
	case "text":
		in.Text, wrote = strings.TrimSpace(doc.Text("Content")), true
	case "voice":
		in.Text, wrote = strings.TrimRight(strings.TrimSpace(doc.Text("Recognition")), "。"), true
	case "event":
		in.ID = eventID(doc)
		event(doc, &in)
	default:
		wrote = true
	}
	if from == "" || in.ID == "oa:" {
		return bot.Inbound{}, false
	}
	switch {
	case wrote:
		c.windows.open(from, now, spokeFor, spokeMost)
	case in.Entered || in.Text != "":
		c.windows.open(from, now, actedFor, actedMost)
	case doc.Text("Event") == "unsubscribe":
		c.windows.close(from)
	}
	return in, in.Entered || in.Text != ""
}

// event reads what is no message.
func event(doc envelope.Document, in *bot.Inbound) {
	switch doc.Text("Event") {
	case "subscribe", "SCAN":
		in.Entered = true
	case "CLICK":
		switch key := doc.Text("EventKey"); key {
		case keyCheckIn, keyRecord, keySearch:
			in.Text = key
		}
	}
}

// eventID tells events apart, which have no id of their own: by who did what
// when. It is a digest, so that it names nobody.
func eventID(doc envelope.Document) string {
	var b []byte
	for _, name := range []string{"FromUserName", "CreateTime", "Event", "EventKey"} {
		b = append(append(b, doc.Text(name)...), 0)
	}
	sum := sha256.Sum256(b)
	return "oa:e" + hex.EncodeToString(sum[:12])
}

// reply is the answer to a message.
func reply(out []byte, doc envelope.Document, text string, now time.Time) []byte {
	out = append(out, "<xml>"...)
	out = envelope.AppendText(out, "ToUserName", doc.Text("FromUserName"))
	out = envelope.AppendText(out, "FromUserName", doc.Text("ToUserName"))
	out = envelope.AppendNumber(out, "CreateTime", now.Unix())
	out = envelope.AppendText(out, "MsgType", "text")
	out = envelope.AppendText(out, "Content", text)
	return append(out, "</xml>"...)
}
