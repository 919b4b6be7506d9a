package aibot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
)

// What the platform lets us answer, and until when (page 101463).
const (
	// answerWindow is for card updates and welcomes.
	answerWindow = 5 * time.Second
	// replyWindow is for replies to a message.
	replyWindow = 24 * time.Hour
	// replyQueue is how many replies may wait in one conversation.
	replyQueue = 500
)

// apology is said when the handler failed or had no room: nothing was recorded.
const apology = "系统忙，刚才的操作可能没有记录，请稍后再试。"

// handle has one deed handled and answered. What the handler acknowledges is
// durable when it returns, so nothing is answered before.
func (c *Client) handle(ctx context.Context, h func(bot.Inbound) (bot.Answer, error), d *deed) {
	answer, err := h(d.in)
	if err != nil {
		c.n.handlerErrors.Add(1)
		c.seen.Forget(d.in.ID)
		c.log.Error("aibot handler failed, nothing was recorded", "err", c.hide(err))
		answer = bot.Answer{}
		if d.in.Click == nil && !d.in.Entered {
			answer.Text = apology
		}
	}
	switch {
	case d.in.Click != nil:
		c.answerClick(d, answer)
	case d.in.Entered:
		c.answerEntry(d, answer)
	default:
		c.answerMessage(ctx, d, answer)
	}
}

// answerClick updates the clicker's card. Only a card can answer a click
// (a reply on its req_id yields 846605), so a text has no way out, and a file
// none with it.
func (c *Client) answerClick(d *deed, a bot.Answer) {
	if a.Text != "" || a.File != nil {
		c.n.unanswerable.Add(1)
	}
	if a.Card == nil {
		return
	}
	c.respond(d, outcomes{&c.n.cards, &c.n.cardsSkipped, &c.n.cardsFailed}, func() ([]byte, error) {
		return updateFrame(d.reqID, d.in.From, d.in.Click.Card, *a.Card)
	})
}

// answerEntry welcomes who opened the private chat.
func (c *Client) answerEntry(d *deed, a bot.Answer) {
	if a.Card != nil || a.File != nil {
		c.n.unanswerable.Add(1)
	}
	if a.Text == "" {
		return
	}
	c.noteCut("welcome", a.Text, wire.WelcomeBytes)
	c.respond(d, outcomes{&c.n.welcomes, &c.n.welcomesFailed, &c.n.welcomesFailed}, func() ([]byte, error) {
		return welcomeFrame(d.reqID, a.Text)
	})
}

func (c *Client) answerMessage(ctx context.Context, d *deed, a bot.Answer) {
	if a.Card != nil {
		c.n.unanswerable.Add(1)
	}
	r := reply{reqID: d.reqID, text: a.Text, file: a.File, at: d.in.At}
	if r.file != nil {
		if err := c.takeFile(r.file); err != nil {
			c.n.filesFailed.Add(1)
			c.log.Error("aibot file cannot be sent", "err", err)
			// In front, where it is not cut off.
			r.text, r.file = strings.TrimSuffix(fileLost+"\n\n"+r.text, "\n\n"), nil
		}
	}
	if r.text != "" || r.file != nil {
		c.queueReply(ctx, d.in.Chat, r)
	}
}

// noteCut tells the operator of a text that the platform will not take whole;
// the person sees [wire.CutMark].
func (c *Client) noteCut(what, text string, limit int) {
	if len(text) > limit {
		c.n.cut.Add(1)
		c.log.Warn("aibot text cut", "what", what, "bytes", len(text), "limit", limit)
	}
}

// outcomes are where an answer is counted.
type outcomes struct{ confirmed, skipped, failed *atomic.Uint64 }

// respond sends an answer that is only good at once, or skips it: it is a
// courtesy, the deed is recorded. It waits for nothing, neither for budget nor
// for the platform's response, and repeats nothing.
func (c *Client) respond(d *deed, n outcomes, build func() ([]byte, error)) {
	l := c.current()
	if l == nil || time.Since(d.received) >= answerWindow || !c.may() || !c.spend(d.in.Chat) {
		n.skipped.Add(1)
		return
	}
	frame, err := build()
	if err != nil {
		c.n.unanswerable.Add(1)
		c.log.Error("aibot answer cannot be sent", "err", err)
		return
	}
	offered := l.offer(courtesy{d.reqID, frame, d.received.Add(answerWindow)}, func(a ack) {
		if c.judge(d.in.Chat, a) {
			n.confirmed.Add(1)
		} else {
			n.failed.Add(1)
		}
	})
	if !offered {
		n.skipped.Add(1)
	}
}

// spend takes one message of the chat's budget, if there is one to spare.
func (c *Client) spend(chat bot.Chat) bool {
	v := c.convs.get(chat)
	defer c.convs.release(v)
	return v.Try()
}

// judge reports whether the platform has taken an answer. If it asks for
// slowness, the conversation is paused.
func (c *Client) judge(chat bot.Chat, a ack) bool {
	if a.err != nil {
		return false
	}
	if a.code == 0 {
		return true
	}
	code := wechat.Explain(wechat.WeCom, a.code)
	switch code.Action {
	case wechat.Accept:
		return true
	case wechat.Retry:
		v := c.convs.get(chat)
		defer c.convs.release(v)
		c.pause(v.Lane, code)
	}
	c.log.Warn("aibot answer refused", "code", code.Code, "meaning", code.Meaning)
	return false
}

// pause keeps everything out of a conversation, or holds uploads up, for as
// long as code asks.
func (c *Client) pause(lane *pace.Lane, code wechat.Code) {
	lane.Rest(code.Wait)
	c.n.paused.Add(1)
	c.log.Warn("aibot paused", "code", code.Code, "wait", code.Wait)
}

// queueReply puts r into the conversation's queue, where it waits for budget.
// In a full queue the oldest reply goes: what it would have said is recorded,
// and the person can ask.
func (c *Client) queueReply(ctx context.Context, chat bot.Chat, r reply) {
	v := c.convs.get(chat)
	dropped, start := v.push(r, replyQueue)
	if dropped != nil {
		c.dropReply(*dropped)
	}
	if !start {
		c.convs.release(v)
		return
	}
	c.work.Go(func() {
		defer c.convs.release(v)
		for {
			r, ok := v.pop()
			if !ok {
				return
			}
			switch {
			case r.text != "" && !c.speak(ctx, v, r):
				c.dropReply(r)
			case r.file != nil:
				// Beside the queue: others wait there for a short answer.
				c.work.Go(func() { c.deliver(ctx, chat, r.file) })
			}
		}
	})
}

// dropReply lets go of a reply that is not sent.
func (c *Client) dropReply(r reply) {
	c.n.repliesDropped.Add(1)
	if r.file != nil {
		c.n.filesFailed.Add(1)
		c.dropFile(r.file)
	}
}

// speak sends the text of one reply, waiting for a link and for budget as long
// as ctx lives and the platform would take it; else it reports false. A reply
// whose fate is unknown is not repeated.
func (c *Client) speak(ctx context.Context, v *conversation, r reply) bool {
	c.noteCut("reply", r.text, wire.MarkdownBytes)
	frame, err := replyFrame(r.reqID, fmt.Sprintf("st_%08x", c.lastID.Add(1)), r.text)
	if err != nil {
		c.n.repliesFailed.Add(1)
		return true
	}
	var old *link
	for relinked := false; ; {
		l, err := c.awaitLink(ctx, old)
		if err == nil {
			err = c.pass(ctx, v)
		}
		if err != nil || c.clock.Now().Sub(r.at) >= replyWindow || !c.may() {
			return false
		}
		a, err := l.exchange(r.reqID, frame)
		if errors.Is(err, errBusyReqID) {
			c.n.repliesFailed.Add(1)
			return true
		}
		if err != nil {
			old = l // it ended before anything was written
			continue
		}
		switch next := c.afterReply(v, a, relinked); next {
		case settled:
			return true
		case onNewLink:
			old, relinked = l, true
		}
	}
}

// pass waits for budget as long as ctx lives; in a drain, soon only as long as it
// takes no waiting.
func (c *Client) pass(ctx context.Context, v *conversation) error {
	select {
	case <-c.hurry:
		if v.Try() {
			return nil
		}
		return errStopped
	default:
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-c.hurry:
			cancel()
		case <-ctx.Done():
		}
	}()
	return v.Pass(ctx)
}

// verdict is what becomes of a reply after a response.
type verdict int

const (
	settled   verdict = iota // no further attempt
	again                    // when the conversation may speak again
	onNewLink                // on another link
)

func (c *Client) afterReply(v *conversation, a ack, relinked bool) verdict {
	if a.err == nil && a.code == 0 {
		c.n.replies.Add(1)
		return settled
	}
	if a.err == nil {
		code := wechat.Explain(wechat.WeCom, a.code)
		switch {
		case code.Action == wechat.Accept:
			c.n.replies.Add(1)
			return settled
		case code.Action == wechat.Retry:
			c.pause(v.Lane, code)
			return again
		case code.Action == wechat.Relink && !relinked:
			return onNewLink
		}
		c.log.Warn("aibot reply refused", "code", code.Code, "meaning", code.Meaning)
	}
	c.n.repliesFailed.Add(1)
	return settled
}
