package aibot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/wire"
)

// remembered is how many message ids are kept to recognise a repeated
// delivery. Repeats come within minutes; a county's busiest minute brings some
// thousand clicks.
const remembered = 1 << 15

// codeCredentials is the answer to a subscription with a wrong id or secret,
// and to anything once they have been changed in the console.
const codeCredentials = 853000

// roomWait is how long the reader waits for room in a full queue. Responses are
// read by the same reader, so it must be well below ackTimeout.
const roomWait = time.Second

// A deed is one thing that a person did, on its way to the handler.
type deed struct {
	in       bot.Inbound
	reqID    string    // an answer must carry it
	received time.Time // the machine's time; the platform's 5 s begin here
}

// frame takes one frame from the platform. Whatever it holds, it does no more
// harm than being counted.
func (c *Client) frame(ctx context.Context, l *link, raw []byte) {
	f, err := decode(raw)
	if err != nil {
		c.n.badFrames.Add(1)
		return
	}
	switch f.Cmd {
	case "":
		c.response(l, f)
	case wire.CmdMessage:
		c.message(ctx, f)
	case wire.CmdEvent:
		c.event(ctx, l, f)
	default:
		c.n.ignored.Add(1)
	}
}

// decode parses a frame. A callback in which some field has an unexpected type
// is decoded as far as it goes: a change in a field that hardly matters must
// not cost a check-in. A response must be right in full.
func decode(raw []byte) (*wire.Frame, error) {
	var f wire.Frame
	err := json.Unmarshal(stripControl(raw), &f)
	var odd *json.UnmarshalTypeError
	switch {
	case err != nil && !(errors.As(err, &odd) && f.Cmd != ""):
		return nil, fmt.Errorf("decoding frame: %w", err)
	case f.Cmd == "" && (f.ErrCode == nil || f.Headers.ReqID == ""):
		return nil, errors.New("decoding frame: neither command nor response")
	}
	return &f, nil
}

// stripControl removes, in place, the control bytes that the platform lets
// through from people's texts and that JSON does not allow. The official SDK
// does the same.
func stripControl(b []byte) []byte {
	control := func(x byte) bool { return x < ' ' && x != '\t' && x != '\n' }
	i := 0
	for i < len(b) && !control(b[i]) {
		i++
	}
	out := b[:i]
	for _, x := range b[i:] {
		if !control(x) {
			out = append(out, x)
		}
	}
	return out
}

// response settles the frame of ours that f answers.
func (c *Client) response(l *link, f *wire.Frame) {
	code := *f.ErrCode
	if isPing(f.Headers.ReqID) {
		l.missed.Store(0)
	} else if !l.settleOne(f.Headers.ReqID, ack{code: code, msg: f.ErrMsg, uploaded: f.Body.Uploaded}) {
		c.n.lateAcks.Add(1)
	}
	switch {
	case code == 0:
	case code == codeCredentials:
		l.fail(ErrCredentials)
	case asksRelink(code):
		l.fail(errUnlinked)
	}
}

// message takes in what a person wrote.
func (c *Client) message(ctx context.Context, f *wire.Frame) {
	in, ok := c.inbound(f)
	if !ok {
		c.n.badFrames.Add(1)
		return
	}
	group := in.Chat.Kind == bot.GroupChat
	in.Text, in.Mentioned = stripMention(words(&f.Body.Content), c.cfg.Name, group)
	in.Mentioned = in.Mentioned || group
	if f.Body.Quote != nil {
		in.Quote = strings.TrimSpace(words(f.Body.Quote))
	}
	if c.take(ctx, f, in) {
		c.n.messages.Add(1)
	}
}

// words returns the text of a message: what was written, the parts of a mixed
// message line by line, or the transcript of speech. Pictures and files have
// none.
func words(m *wire.Content) string {
	switch m.MsgType {
	case wire.TypeText:
		return m.Text.Content
	case wire.TypeVoice:
		return m.Voice.Content
	case wire.TypeMixed:
		var parts []string
		if m.Mixed != nil {
			for _, item := range m.Mixed.Items {
				if item.MsgType == wire.TypeText {
					parts = append(parts, item.Text.Content)
				}
			}
		}
		return strings.Join(parts, "\n")
	}
	return ""
}

// event takes in a click or the opening of a private chat. Types that we do not
// know come and go with the platform's versions; they are ignored quietly.
func (c *Client) event(ctx context.Context, l *link, f *wire.Frame) {
	e := f.Body.Event
	if e == nil {
		c.n.badFrames.Add(1)
		return
	}
	switch e.EventType {
	case wire.EventDisconnected:
		l.fail(ErrDisplaced)
	case wire.EventEnterChat:
		in, ok := c.inbound(f)
		if !ok {
			c.n.badFrames.Add(1)
			return
		}
		in.Entered = true
		if c.take(ctx, f, in) {
			c.n.entered.Add(1)
		}
	case wire.EventCard:
		in, ok := c.inbound(f)
		click, good := clickOf(e)
		if !ok || !good {
			c.n.badFrames.Add(1)
			return
		}
		in.Click = click
		if c.take(ctx, f, in) {
			c.n.clicks.Add(1)
		}
	default:
		c.n.ignored.Add(1)
	}
}

// clickOf reads the nested form of a click, which the platform sends, and else
// the flat one, which the official SDK describes.
func clickOf(e *wire.Event) (*bot.Click, bool) {
	data := e.CardEvent
	if e.Card != nil {
		data = *e.Card
	}
	if !wire.ValidTaskID(data.TaskID) || data.EventKey == "" {
		return nil, false
	}
	return &bot.Click{Card: bot.CardID(data.TaskID), Button: data.EventKey}, true
}

// inbound fills in who acted where. It reports false if that is not to be seen
// from the frame.
func (c *Client) inbound(f *wire.Frame) (bot.Inbound, bool) {
	b := &f.Body
	in := bot.Inbound{ID: b.MsgID, From: bot.PersonID(b.From.UserID), At: c.clock.Now()}
	if in.ID == "" && f.Headers.ReqID != "" {
		in.ID = "req:" + f.Headers.ReqID
	}
	in.Chat = bot.Chat{Channel: c.cfg.Channel, Kind: bot.PrivateChat, ID: b.From.UserID}
	if b.ChatType == wire.ChatGroup || b.ChatType == "" && b.ChatID != "" {
		in.Chat.Kind, in.Chat.ID = bot.GroupChat, b.ChatID
	}
	return in, in.ID != "" && in.From != "" && in.Chat.ID != ""
}

// take queues what a person did, in front of the worker that has all of this
// person's deeds. It reports whether it was taken.
//
// If the worker's queue is full, the handlers are far behind. The reader then
// waits for room, which makes the platform wait too; but for a second at most,
// and not again for a while, since pings and responses come through the same
// reader. A deed that finds no room even so is refused openly: it is counted
// and logged, its id is forgotten so that another delivery counts, who wrote is
// told that it was not recorded, and who clicked sees the card unchanged.
func (c *Client) take(ctx context.Context, f *wire.Frame, in bot.Inbound) bool {
	c.intake <- struct{}{}
	defer func() { <-c.intake }()
	if c.closed {
		c.n.dropped.Add(1)
		return false
	}
	if !c.seen.Add(in.ID) {
		c.n.duplicates.Add(1)
		return false
	}
	d := &deed{in: in, reqID: f.Headers.ReqID, received: time.Now()}
	q := c.queues[maphash.String(c.seed, string(in.From))%uint64(len(c.queues))]
	select {
	case q <- d:
		return true
	default:
	}
	if c.awaitRoom(ctx, q, d) {
		return true
	}
	c.seen.Forget(in.ID)
	c.n.dropped.Add(1)
	c.log.Error("aibot callback dropped: handlers do not keep up", "click", in.Click != nil)
	if in.Click == nil && !in.Entered {
		c.queueReply(ctx, d.in.Chat, reply{reqID: d.reqID, text: apology, at: d.in.At})
	}
	return false
}

// awaitRoom is the slow half of take; intake is held.
func (c *Client) awaitRoom(ctx context.Context, q chan<- *deed, d *deed) bool {
	if time.Since(c.stalled) < ackTimeout {
		return false
	}
	t := time.NewTimer(roomWait)
	defer t.Stop()
	select {
	case q <- d:
		return true
	case <-ctx.Done():
	case <-t.C:
		c.stalled = time.Now()
	}
	return false
}
