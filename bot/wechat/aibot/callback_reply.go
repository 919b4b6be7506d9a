package aibot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/inbox"
	"fanzha/bot/wechat/internal/wire"
)

// fileless is said in the place of a file.
const fileless = "（回调模式发不了文件，请办公室在电脑上导出。）"

// reply returns what is said in the request itself. A conversation whose budget
// is spent is answered later.
func (c *Callback) reply(ctx context.Context, d called, r inbox.Reply) []byte {
	body := c.body(d, r)
	if body == nil {
		return nil
	}
	v := c.convs.get(d.Chat)
	defer c.convs.release(v)
	defer c.convs.sweep()
	if !v.Try() {
		if d.Click == nil && !d.Entered {
			c.inbox.Go(ctx, func(ctx context.Context) { c.late(ctx, d, r) })
		}
		return nil
	}
	return encoded(body)
}

// body is the answer in the platform's shape, nil for none.
func (c *Callback) body(d called, r inbox.Reply) any {
	a := c.said(d, r)
	switch {
	case d.Click != nil && a.Card != nil:
		card := *a.Card
		card.ID = d.Click.Card
		shape, err := wire.CardOf(card)
		if err != nil {
			c.cfg.Log.Error("aibot card cannot be shown", "err", err)
			return nil
		}
		return &wire.UpdateCard{ResponseType: "update_template_card", UserIDs: []string{string(d.From)}, Card: shape}
	case d.Click != nil || a.Text == "":
		return nil
	case d.Entered:
		return &wire.Welcome{MsgType: wire.TypeText, Text: wire.Text{Content: wire.CutBytes(a.Text, wire.WelcomeBytes)}}
	}
	id := fmt.Sprintf("st_%d_%x", d.At.UnixMilli(), c.streak.Add(1))
	return &wire.Reply{MsgType: wire.TypeStream,
		Stream: wire.Stream{ID: id, Finish: true, Content: wire.CutBytes(a.Text, wire.MarkdownBytes)}}
}

// said is the answer that may be given.
func (c *Callback) said(d called, r inbox.Reply) bot.Answer {
	a := r.Answer
	if r.Err != nil {
		a = bot.Answer{}
		if d.Click == nil && !d.Entered {
			a.Text = apology
		}
	}
	if a.File != nil {
		a.Text = strings.TrimSpace(a.Text + "\n\n" + fileless)
	}
	return a
}

// lateReply is the body of what goes to a response_url.
type lateReply struct {
	MsgType  string    `json:"msgtype"`
	Markdown wire.Text `json:"markdown"`
}

// late says what was not ready in time, once: the address takes one message and
// holds for an hour (page 101138). A click cannot be answered any more; it is
// recorded, and the card stays as it was.
func (c *Callback) late(ctx context.Context, d called, r inbox.Reply) {
	a := c.said(d, r)
	if a.Text == "" || d.Click != nil || d.Entered || !responseURL(d.url) {
		return
	}
	v := c.convs.get(d.Chat)
	defer c.convs.release(v)
	if err := v.Pass(ctx); err != nil {
		c.cfg.Log.Warn("a late answer was not said: the conversation is too busy")
		return
	}
	body := lateReply{wire.TypeMarkdown, wire.Text{Content: wire.CutBytes(a.Text, wire.MarkdownBytes)}}
	if err := c.cfg.Client.PostJSON(ctx, d.url, body, nil); err != nil {
		c.cfg.Log.Warn("a late answer did not arrive for certain", "code", wechat.CodeOf(err), "err", wechat.Hide(err))
	}
}

// responseURL reports whether text is the address of a late answer and of nothing
// else: it comes from outside, though signed.
func responseURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Host == wechat.HostWeCom && u.User == nil && u.Path == "/cgi-bin/aibot/response"
}

// encoded is body as JSON, its signs as they are.
func encoded(body any) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		panic("unreachable: strings and numbers always encode: " + err.Error())
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte{'\n'})
}
