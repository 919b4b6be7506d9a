package oa

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/internal/wire"
)

const (
	// answerWithin is how long an answer may take to be the reply itself. The
	// platform waits five seconds and then sends the message again.
	answerWithin = 4500 * time.Millisecond
	// lateWithin bounds what comes after that.
	lateWithin = time.Minute
)

// apology is what a person gets when a late answer came to nothing.
const apology = "抱歉，系统出了故障，刚才的话没有记下，请稍后再发一次。"

// noFile follows an answer whose file an account cannot send.
const noFile = "\n（公众号发不了附件，请到企业微信里再查一次。）"

// A Server is the account's callback endpoint, an http.Handler. It takes nothing
// but sealed callbacks of this account, each once: what the platform repeats
// waits for the first and gets the same answer. When the handler fails within
// the five seconds, nothing is acknowledged and the platform comes again.
type Server struct {
	http.Handler
	c     *Channel
	h     bot.Handler
	turns turns
	deeds deeds
	wg    sync.WaitGroup
	idle  chan work     // to those who wait for more
	quit  chan struct{} // closed by Close
}

// work is one deed to be handled.
type work struct {
	ctx context.Context
	d   *deed
	in  bot.Inbound
}

// Serve returns the endpoint that hands what people do to h.
func (c *Channel) Serve(h bot.Handler) *Server {
	s := &Server{c: c, h: h, idle: make(chan work), quit: make(chan struct{})}
	s.Handler = c.door.Handler(c.cfg.Clock, c.cfg.Log, s.receive)
	return s
}

// Close waits for what is still being handled. The caller has stopped the HTTP
// server before. It is called once.
func (s *Server) Close() {
	close(s.quit)
	s.wg.Wait()
}

// receive is an [envelope.Receiver].
func (s *Server) receive(ctx context.Context, l envelope.Letter) ([]byte, error) {
	doc, err := envelope.Scan(l.Text)
	if err != nil {
		// It was signed, so that coming again would not make it better.
		s.c.cfg.Log.Warn("a callback is not understood", "channel", s.c.cfg.Channel, "err", err)
		return nil, nil
	}
	now := s.c.cfg.Clock.Now()
	in, ok := s.read(doc, now)
	if !ok {
		return nil, nil
	}
	d, first := s.deeds.begin(in.ID)
	if first {
		s.begin(work{context.WithoutCancel(ctx), d, in})
	}
	patience := time.NewTimer(answerWithin)
	defer patience.Stop()
	select {
	case <-d.done:
	case <-patience.C:
		if d.giveUp() {
			return nil, nil
		}
	}
	text, err := d.answer()
	if err != nil || text == "" {
		return nil, err
	}
	return reply(doc, text, now), nil
}

// begin has w handled by somebody who is idle, or else by somebody new, who stays:
// a goroutine that is new must grow its stack, which costs as much as the rest of
// the callback's own work. There are never more than callbacks at once.
func (s *Server) begin(w work) {
	select {
	case s.idle <- w:
	default:
		s.wg.Go(func() { s.work(w) })
	}
}

// work handles w and what comes after it.
func (s *Server) work(w work) {
	for {
		s.handle(w.ctx, w.d, w.in)
		select {
		case w = <-s.idle:
		case <-s.quit:
			return
		}
	}
}

// handle has the person's deed handled and says its end to those who wait.
func (s *Server) handle(ctx context.Context, d *deed, in bot.Inbound) {
	text, err := s.ask(ctx, in)
	if err != nil {
		s.c.cfg.Log.Error("handling a message failed", "channel", s.c.cfg.Channel, "err", err)
		s.deeds.forget(in.ID)
	}
	if late := d.end(text, err); !late {
		return
	}
	if err != nil {
		text = apology
	}
	if text == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lateWithin)
	defer cancel()
	failed := s.c.inTurn(ctx, in.Chat.ID, func() *bot.SendError { return s.c.serve(ctx, in.Chat.ID, text) })
	if failed != nil {
		s.c.cfg.Log.Warn("late answer not sent", "channel", s.c.cfg.Channel, "outcome", failed.Outcome, "code", failed.Code)
	}
}

// ask hands in to the handler when it is the person's turn. A panic is an error
// like any other: it ends this deed only.
func (s *Server) ask(ctx context.Context, in bot.Inbound) (text string, err error) {
	s.turns.enter(in.Chat.ID)
	defer s.turns.leave(in.Chat.ID)
	defer func() {
		if p := recover(); p != nil {
			text, err = "", fmt.Errorf("the handler panicked (%T) at %s", p, debug.Stack())
		}
	}()
	a, err := s.h.Handle(ctx, in)
	if err != nil {
		return "", err
	}
	text = plain(a.Text)
	room := textBytes
	if a.File != nil {
		room -= len(noFile)
	}
	if text = strings.TrimSpace(wire.CutBytes(cleanText(text), room)); text != "" && a.File != nil {
		text += noFile
	}
	return text, nil
}

// read returns what a person did; false for what is of no concern.
func (s *Server) read(doc envelope.Document, now time.Time) (bot.Inbound, bool) {
	from := doc.Text("FromUserName")
	in := bot.Inbound{
		ID: "oa:" + doc.Text("MsgId"), At: now, From: bot.PersonID("oa:" + from),
		Chat: bot.Chat{Channel: s.c.cfg.Channel, Kind: bot.PrivateChat, ID: from},
	}
	wrote := false
	switch doc.Text("MsgType") {
	case "text":
		in.Text, wrote = strings.TrimSpace(doc.Text("Content")), true
	case "voice":
		in.Text, wrote = strings.TrimRight(strings.TrimSpace(doc.Text("Recognition")), "。"), true
	case "event":
		in.ID = eventID(doc)
		s.event(doc, &in)
	default:
		wrote = true
	}
	if from == "" || in.ID == "oa:" {
		return bot.Inbound{}, false
	}
	switch {
	case wrote:
		s.c.windows.open(from, now, spokeFor, spokeMost)
	case in.Entered || in.Text != "":
		s.c.windows.open(from, now, actedFor, actedMost)
	case doc.Text("Event") == "unsubscribe":
		s.c.windows.close(from)
	}
	return in, in.Entered || in.Text != ""
}

// event reads what is no message.
func (s *Server) event(doc envelope.Document, in *bot.Inbound) {
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

// reply is the answer to a message, each in a memory of its own.
func reply(doc envelope.Document, text string, now time.Time) []byte {
	out := make([]byte, 0, 256+len(text))
	out = append(out, "<xml>"...)
	out = envelope.AppendText(out, "ToUserName", doc.Text("FromUserName"))
	out = envelope.AppendText(out, "FromUserName", doc.Text("ToUserName"))
	out = envelope.AppendNumber(out, "CreateTime", now.Unix())
	out = envelope.AppendText(out, "MsgType", "text")
	out = envelope.AppendText(out, "Content", text)
	return append(out, "</xml>"...)
}

// errPending is a deed's answer before there is one.
var errPending = errors.New("not handled yet")

// A deed is one thing that a person did, however often the platform tells of it.
type deed struct {
	done chan struct{} // closed by end

	mu   sync.Mutex
	over bool
	late bool // nobody waits any more: the answer goes out by itself
	text string
	err  error
}

// end says what came of d, and reports whether that is too late for a reply.
func (d *deed) end(text string, err error) (late bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over, d.text, d.err = true, text, err
	close(d.done)
	return d.late
}

// giveUp says that a reply comes too late from now on; false if d is over.
func (d *deed) giveUp() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.late = d.late || !d.over
	return !d.over
}

// answer returns the reply, "" if it goes out by itself.
func (d *deed) answer() (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case !d.over:
		return "", errPending // unreachable: whoever waits asks afterwards
	case d.late:
		return "", nil
	}
	return d.text, d.err
}

// maxDeeds is how many deeds are remembered at least. The platform repeats one
// for 20 seconds at most.
const maxDeeds = 1 << 13

// deeds are those of late, in two generations: the older one is dropped as a
// whole when the newer one is full.
type deeds struct {
	mu            sync.Mutex
	newer, before map[string]*deed
}

// begin returns the deed with that id, and whether it is new.
func (t *deeds) begin(id string) (d *deed, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if d := t.newer[id]; d != nil {
		return d, false
	}
	if d := t.before[id]; d != nil {
		return d, false
	}
	if len(t.newer) >= maxDeeds || t.newer == nil {
		t.newer, t.before = make(map[string]*deed), t.newer
	}
	d = &deed{done: make(chan struct{})}
	t.newer[id] = d
	return d, true
}

// forget makes a deed new again: nothing came of it.
func (t *deeds) forget(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.newer, id)
	delete(t.before, id)
}
