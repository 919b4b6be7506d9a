package wechattest

import (
	"encoding/json"
	"time"
)

// A request is a command's body, read and found well-formed.
type request interface {
	// words returns what moderation reads.
	words() string
	// target returns the conversation that the request is about, or nil.
	// Platform.mu is held.
	target(c *conn, reqID string) *chat
	// perform carries the request out or refuses it. Platform.mu is held.
	perform(c *conn, reqID string, now time.Time) (answer any, no *refusal)
}

// parse reads the body of a command.
func parse(cmd string, body json.RawMessage) (request, *refusal) {
	switch cmd {
	case cmdSubscribe:
		return parseSubscribe(body)
	case cmdPing:
		return ping{}, nil
	case cmdSend:
		return parseSend(body)
	case cmdRespond:
		return parseRespond(body)
	case cmdWelcome:
		return parseWelcome(body)
	case cmdUpdate:
		return parseUpdate(body)
	case cmdUploadInit:
		return parseUploadInit(body)
	case cmdUploadChunk:
		return parseUploadChunk(body)
	case cmdUploadEnd:
		return parseUploadEnd(body)
	}
	return nil, bad("cmd", "unknown")
}

// handle answers one frame of the client; false means that the connection is
// to end.
func (c *conn) handle(data []byte) bool {
	f, reqID, no := parseFrame(strip(data))
	// What a connection may do is asked before what it says is read further.
	if f.Cmd != cmdSubscribe && !c.subscribed() {
		no = refuse(codeNotSubscribed, "not subscribed")
	}
	var r request
	if no == nil {
		r, no = parse(f.Cmd, f.Body)
	}
	return c.carryOut(f.Cmd, reqID, r, no)
}

func (c *conn) subscribed() bool {
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	return c.bot != nil
}

// carryOut performs r, unless it has been refused already, and answers, as the
// faults have it; false means that the connection is to end.
func (c *conn) carryOut(cmd, reqID string, r request, no *refusal) bool {
	p := c.p
	p.mu.Lock()
	defer p.mu.Unlock()
	o := occasion{cmd: cmd}
	if r != nil && p.faults.any() {
		o.text = r.words()
		if ch := r.target(c, reqID); ch != nil {
			o.chat = ch.id
		}
	}
	if p.faults.strike(LoseRequest, o) != nil {
		return false
	}
	if f := p.faults.strike(RefuseCommand, o); f != nil && no == nil {
		no = &refusal{f.Code, f.Msg}
	}
	before := len(p.sent)
	var answer any
	if no == nil {
		answer, no = r.perform(c, reqID, p.opts.Now())
	}
	if no != nil {
		p.log.Debug("refused", "cmd", cmd, "code", no.code, "reason", no.msg)
	}
	p.notify()
	if p.faults.strike(LoseAnswer, o) != nil {
		return false
	}
	if p.faults.strike(NoAnswer, o) != nil {
		return true
	}
	for i := before; i < len(p.sent); i++ {
		p.sent[i].Answered = true
	}
	c.answer(o, ackFrame(reqID, no, answer))
	return true
}

// answer queues frame, late if a fault says so. Platform.mu is held.
func (c *conn) answer(o occasion, frame []byte) {
	if f := c.p.faults.strike(DelayAnswer, o); f != nil {
		c.p.timers.after(c.p.faults.delay(f), func() { c.push(frame) })
		return
	}
	c.push(frame)
}

// ping is a heartbeat.
type ping struct{}

func (ping) words() string                                    { return "" }
func (ping) target(*conn, string) *chat                       { return nil }
func (ping) perform(*conn, string, time.Time) (any, *refusal) { return nil, nil }

// subscribe asks to become the bot's one connection.
type subscribe struct{ botID, secret string }

func parseSubscribe(body json.RawMessage) (request, *refusal) {
	var w wireSubscribe
	if no := decode("body", body, &w); no != nil {
		return nil, no
	}
	if w.BotID == "" {
		return nil, missing("bot_id")
	}
	if w.Secret == "" {
		return nil, missing("secret")
	}
	return subscribe{w.BotID, w.Secret}, nil
}

func (subscribe) words() string              { return "" }
func (subscribe) target(*conn, string) *chat { return nil }

// perform makes c the bot's connection. The former one is told and closed
// later. Bad credentials leave the connection open.
func (s subscribe) perform(c *conn, _ string, _ time.Time) (any, *refusal) {
	b := c.p.botByID[s.botID]
	if b == nil || b.Secret != s.secret {
		return nil, refuse(codeBadSecret, "invalid bot_id or secret")
	}
	if b.conn == c {
		return nil, nil
	}
	if c.bot != nil { // it was another bot's
		c.bot.conn = nil
	}
	if b.conn != nil {
		c.p.kick(b)
	}
	b.conn, c.bot = c, b
	return nil, nil
}
