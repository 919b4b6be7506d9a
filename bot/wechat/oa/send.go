package oa

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
	"fanzha/bot/wechat/token"
)

// Codes that say that no customer-service message may go to a person now, or that
// nothing ever will.
const (
	codeWindowClosed = 45015
	codeTooMany      = 45047
	codeNotFollowing = 43004
	codeNoSuchPerson = 40003
)

// shortest is how long to wait at least before another try: a token that was
// refused twice will not be better at once.
const shortest = 5 * time.Second

// Send implements [bot.Sender] for [bot.Markdown]. A person gets one message
// after another. Once the request is on its way Send waits for the answer
// whatever becomes of ctx.
func (c *Channel) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	text, failed := c.textOf(to, m)
	if failed == nil {
		failed = c.inTurn(ctx, to.ID, func() *bot.SendError { return c.write(ctx, to.ID, wire.CutBytes(text, textBytes)) })
	}
	if failed != nil {
		c.cfg.Log.Warn("message not sent", "channel", c.cfg.Channel, "outcome", failed.Outcome, "code", failed.Code)
		return failed
	}
	return nil
}

// Whole returns a [bot.Sender] that sends nothing but whole messages: none is cut,
// and no notice goes out in place of one. Errands need it.
func (c *Channel) Whole() bot.Sender { return whole{c} }

type whole struct{ *Channel }

// Send implements [bot.Sender].
func (w whole) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	text, failed := w.textOf(to, m)
	if len(text) > textBytes {
		failed = reject("消息过长，公众号放不下")
	}
	if failed == nil {
		failed = w.inTurn(ctx, to.ID, func() *bot.SendError { return w.serve(ctx, to.ID, text) })
	}
	if failed != nil {
		return failed
	}
	return nil
}

// textOf returns what m says, or why it cannot be sent.
func (c *Channel) textOf(to bot.Chat, m bot.Message) (string, *bot.SendError) {
	text, ok := m.(bot.Markdown)
	switch {
	case to.Channel != "" && to.Channel != c.cfg.Channel, to.Kind != bot.PrivateChat, to.ID == "":
		return "", reject("公众号只能一对一发给关注它的人")
	case !ok:
		return "", reject("公众号只能发文字")
	}
	clean := strings.ToValidUTF8(cleanText(plain(string(text))), "\uFFFD")
	if strings.TrimSpace(clean) == "" {
		return "", reject("消息内容为空")
	}
	return clean, nil
}

func reject(reason string) *bot.SendError {
	return &bot.SendError{Outcome: bot.Rejected, Reason: reason}
}

// cleanText leaves out control characters, which make ill-formed XML and look
// like nothing in JSON.
func cleanText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// inTurn calls f when it is the person's turn.
func (c *Channel) inTurn(ctx context.Context, openID string, f func() *bot.SendError) *bot.SendError {
	lane, release := c.lanes.Get(openID)
	defer release()
	leave, err := lane.Enter(ctx)
	if err == nil {
		defer leave()
		err = ctx.Err()
	}
	if err != nil {
		return &bot.SendError{Outcome: bot.RetryLater, Reason: "等待前一条消息发完时中止", Err: err}
	}
	return f()
}

// write sends a text in the way that is open.
func (c *Channel) write(ctx context.Context, openID, text string) *bot.SendError {
	failed := c.serve(ctx, openID, text)
	if failed == nil || failed.Code != codeWindowClosed && failed.Code != codeTooMany || c.cfg.Notice.Template == "" {
		return failed
	}
	return c.notice(ctx, openID, text)
}

// serve sends a customer-service message, if one may go to that person as far as
// is known. The library's own sender is not used: it takes no context, and its
// errors tell a code in words only, so that a spent token would not be known.
func (c *Channel) serve(ctx context.Context, openID, text string) *bot.SendError {
	if !c.windows.take(openID, c.cfg.Clock.Now()) {
		line := wechat.Explain(wechat.Official, codeTooMany)
		return line.SendError()
	}
	failed := c.post(ctx, "message/custom/send", message.NewCustomerTextMessage(openID, text))
	switch {
	case failed == nil:
	case failed.Code == codeTooMany:
		c.windows.exhaust(openID, c.cfg.Clock.Now())
	case failed.Code == codeWindowClosed:
		c.windows.close(openID)
	}
	return failed
}

// notice sends the configured template or subscribe message. The library's own
// structures are not used: they always name an empty mini program to jump to.
func (c *Channel) notice(ctx context.Context, openID, text string) *bot.SendError {
	type value struct {
		Value string `json:"value"`
	}
	body := struct {
		To       string           `json:"touser"`
		Template string           `json:"template_id"`
		Data     map[string]value `json:"data"`
	}{openID, c.cfg.Notice.Template, make(map[string]value)}
	fill := strings.NewReplacer("{text}", wire.CutRunes(strings.Join(strings.Fields(text), " "), 20), "{full}", text,
		"{time}", c.cfg.Clock.Now().In(bot.Zone).Format("2006年01月02日 15:04"))
	for name, field := range c.cfg.Notice.Fields {
		body.Data[name] = value{fill.Replace(field)}
	}
	api := "message/template/send"
	if c.cfg.Notice.Subscribe {
		api = "message/subscribe/bizsend"
	}
	return c.post(ctx, api, body)
}

// post makes one call about a message and says what came of it.
func (c *Channel) post(ctx context.Context, api string, body any) *bot.SendError {
	err := c.call(context.WithoutCancel(ctx), api, body)
	if err == nil {
		return nil
	}
	failed := wechat.Failure(wechat.Official, err)
	if failed == nil {
		return nil
	}
	switch failed.Code {
	case codeNotFollowing:
		failed.RouteDead, failed.Reason = true, "此人没有关注公众号"
	case codeNoSuchPerson:
		failed.RouteDead = true
	}
	if failed.Outcome == bot.RetryLater {
		failed.After = pace.Jitter(max(failed.After, shortest))
	}
	return failed
}

// call makes one call of the platform with the account's token, and once more if
// that was spent.
func (c *Channel) call(ctx context.Context, api string, body any) error {
	return token.Do(ctx, c.cfg.Tokens, func(token string) error {
		var answer struct {
			Code *int `json:"errcode"`
		}
		err := c.cfg.Client.PostJSON(ctx, "https://"+wechat.HostOfficial+"/cgi-bin/"+api+"?access_token="+url.QueryEscape(token), body, &answer)
		if err == nil && answer.Code == nil {
			return errors.New("the answer has no errcode")
		}
		if refused, ok := errors.AsType[*wechat.CodeError](err); ok {
			// The platform's words may quote anything, the message too.
			return &wechat.CodeError{API: api, Code: refused.Code, Message: "refused"}
		}
		return wechat.Hide(err, wechat.Secret(token))
	})
}
