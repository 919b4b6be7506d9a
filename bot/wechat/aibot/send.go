package aibot

import (
	"context"
	"errors"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
)

// Waits around a push.
const (
	// relinkWait is how long a push that came upon a dead link waits for the
	// next one.
	relinkWait = 20 * time.Second
	// downWait is when to try again if there is no link.
	downWait = 5 * time.Second
)

// errmsgRunes is how much of the platform's own words is kept of a refusal that
// somebody has to look into.
const errmsgRunes = 100

// Send implements [bot.Sender]. It waits for the conversation's budget as long
// as ctx lives; once the frame is written it waits for the platform's response
// whatever becomes of ctx, 5 seconds at most, because the fate of the message
// must be known. Without a link it returns RetryLater at once.
//
// The platform has no key against duplicates, so a frame that was written but
// not answered is Unknown. Only 846609, with which the platform says that it
// took nothing, makes Send try once more, on a new link.
func (c *Client) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	failed := c.push(ctx, to, m)
	if failed == nil {
		c.n.sent.Add(1)
		return nil
	}
	switch failed.Outcome {
	case bot.Rejected:
		c.n.rejected.Add(1)
	case bot.RetryLater:
		c.n.retried.Add(1)
	case bot.Unknown:
		c.n.unknown.Add(1)
	}
	return failed
}

func (c *Client) push(ctx context.Context, to bot.Chat, m bot.Message) *bot.SendError {
	to.Channel = c.cfg.Channel
	body, err := pushBody(to, m)
	if err != nil {
		return &bot.SendError{Outcome: bot.Rejected, Reason: err.Error()}
	}
	if text, ok := m.(bot.Markdown); ok {
		c.noteCut("push", string(text), wire.MarkdownBytes)
	}
	if _, failed := c.sendingLink(); failed != nil {
		return failed
	}
	v := c.convs.get(to)
	defer c.convs.release(v)
	leave, err := v.Enter(ctx)
	if err == nil {
		defer leave()
		err = v.Wait(ctx)
	}
	if err != nil {
		return pace.Stopped(err)
	}
	a, l, failed := c.attempt(body)
	if failed == nil && asksRelink(a.code) && c.relink(ctx, l) == nil {
		a, _, failed = c.attempt(body)
	}
	if failed != nil {
		return failed
	}
	return c.sendError(v.Lane, a)
}

// Spent implements [bot.Budgeted].
func (c *Client) Spent(to bot.Chat, at time.Time, n int) {
	to.Channel = c.cfg.Channel
	v := c.convs.get(to)
	defer c.convs.release(v)
	v.Lane.Spent(at, n)
}

// Await returns once there is a link to send over, or ctx's error.
func (c *Client) Await(ctx context.Context) error {
	_, err := c.awaitLink(ctx, nil)
	return err
}

// attempt writes the push once and waits for the response, which it returns
// with the link that it came over.
func (c *Client) attempt(body *wire.Push) (ack, *link, *bot.SendError) {
	l, failed := c.sendingLink()
	if failed != nil {
		return ack{}, nil, failed
	}
	a, failed := tell(c, l, wire.CmdSend, body)
	if failed != nil {
		return ack{}, nil, failed
	}
	return a, l, nil
}

// tell writes one command of ours on l and waits for the platform's response,
// whatever that says.
func tell[B any](c *Client, l *link, cmd string, body *B) (ack, *bot.SendError) {
	id := c.reqID(cmd)
	frame, err := encode(cmd, id, body)
	if err != nil {
		return ack{}, &bot.SendError{Outcome: bot.Rejected, Reason: "消息无法编码", Err: err}
	}
	a, err := l.exchange(id, frame)
	switch {
	case err != nil:
		return ack{}, linkDown("连接在发出前中断")
	case a.err != nil:
		return ack{}, &bot.SendError{Outcome: bot.Unknown, Reason: "已发出，未收到平台答复", Err: c.hide(a.err)}
	}
	return a, nil
}

// asksRelink reports whether code says that the link is dead and the frame was
// not taken.
func asksRelink(code int) bool {
	return code != 0 && wechat.Explain(wechat.WeCom, code).Action == wechat.Relink
}

// relink waits for the link after old.
func (c *Client) relink(ctx context.Context, old *link) error {
	ctx, cancel := context.WithTimeout(ctx, relinkWait)
	defer cancel()
	_, err := c.awaitLink(ctx, old)
	return err
}

// sendError turns the platform's response into the end of a push or of a step
// towards one; nil if it was taken. If it asks for slowness, lane rests.
func (c *Client) sendError(lane *pace.Lane, a ack) *bot.SendError {
	if a.code == 0 {
		return nil
	}
	code := wechat.Explain(wechat.WeCom, a.code)
	if code.Action == wechat.Retry {
		code.Wait = pace.Jitter(code.Wait)
		c.pause(lane, code)
	}
	failed := code.SendError()
	if failed != nil && failed.Hint != "" && a.msg != "" {
		failed.Err = errors.New(wire.CutRunes(wechat.HideText(a.msg, c.cfg.Secret), errmsgRunes))
	}
	return failed
}

// sendingLink returns the link for a push, or why none may be made now.
func (c *Client) sendingLink() (*link, *bot.SendError) {
	c.mu.Lock()
	l, stopping, reason := c.link, c.stopping, c.status.Reason
	c.mu.Unlock()
	switch {
	case stopping:
		return nil, linkDown("程序正在停止")
	case l == nil:
		return nil, linkDown("未连接：" + reason)
	case !c.may():
		return nil, linkDown("已由另一个进程接替")
	}
	return l, nil
}

func linkDown(reason string) *bot.SendError {
	return &bot.SendError{Outcome: bot.RetryLater, Reason: reason, After: downWait}
}
