package wechattest

import (
	"bytes"
	"time"

	"github.com/coder/websocket"
)

// How long a callback may be answered.
const (
	clickWindow   = 5 * time.Second // card update and welcome
	messageWindow = 24 * time.Hour  // message reply
	streamWindow  = 6 * time.Minute // from the first frame of a stream to its end
	recentKept    = 1024            // callbacks kept for Redeliver, a bot
)

// callbackKind decides which command may answer.
type callbackKind int

const (
	messageCallback callbackKind = iota // aibot_respond_msg
	enterCallback                       // aibot_respond_welcome_msg
	clickCallback                       // aibot_respond_update_msg
)

// window returns how long a callback of this kind may be answered.
func (k callbackKind) window() time.Duration {
	if k == messageCallback {
		return messageWindow
	}
	return clickWindow
}

// emission is one callback, apart from its delivery: it may be delivered never,
// once or often.
type emission struct {
	kind  callbackKind
	cmd   string
	chat  *chat
	text  string // what faults look at
	card  *message
	msgID string
	body  []byte // JSON
}

// callback is one delivery of an emission; its req_id may be answered on the
// connection that carried it.
type callback struct {
	*emission
	reqID    string
	at       time.Time
	answered bool
	stream   *message // opened by the first frame of a stream
	streamID string
	openedAt time.Time
}

// emit delivers e to b, as the faults have it. p.mu is held.
func (p *Platform) emit(b *bot, e *emission) {
	if len(b.recent) < recentKept {
		b.recent = append(b.recent, e)
	} else {
		b.recent[b.next] = e
		b.next = (b.next + 1) % recentKept
	}
	p.notify()
	o := occasion{cmd: e.cmd, chat: e.chat.id, text: e.text}
	if p.faults.strike(LoseCallback, o) != nil {
		return
	}
	if f := p.faults.strike(DuplicateCallback, o); f != nil {
		defer p.deliverAfter(p.faults.delay(f), b, e, o)
	}
	if f := p.faults.strike(DelayCallback, o); f != nil {
		p.deliverAfter(p.faults.delay(f), b, e, o)
		return
	}
	p.deliver(b, e, o)
}

// deliverAfter delivers e after d to the connection that is there then. p.mu
// is held.
func (p *Platform) deliverAfter(d time.Duration, b *bot, e *emission, o occasion) {
	if d <= 0 {
		p.deliver(b, e, o)
		return
	}
	p.timers.after(d, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.deliver(b, e, o)
	})
}

// deliver puts e on b's connection. Without one it is lost: a replay after an
// outage is not documented. p.mu is held.
func (p *Platform) deliver(b *bot, e *emission, o occasion) {
	if b.callback != nil {
		p.call(b, e)
		return
	}
	c := b.conn
	if c == nil {
		return
	}
	cb := &callback{emission: e, reqID: p.mint("srv_"), at: p.opts.Now()}
	c.remember(cb)
	if p.faults.strike(Garbage, o) != nil {
		data, binary := p.faults.rubbish()
		typ := websocket.MessageText
		if binary {
			typ = websocket.MessageBinary
		}
		c.pushItem(item{typ: typ, data: data})
	}
	if p.faults.strike(Oversize, o) != nil {
		c.push(bytes.Repeat([]byte{'x'}, 2<<20))
	}
	frame := callbackFrame(e.cmd, cb.reqID, e.body)
	if p.faults.strike(Noise, o) != nil {
		frame = noisy(frame)
	}
	c.push(frame)
}

// remember keeps cb until its time to be answered is over. Platform.mu is held.
func (c *conn) remember(cb *callback) {
	list := &c.clicks
	if cb.kind == messageCallback {
		list = &c.messages
	}
	drop := 0
	for drop < len(*list) && expired((*list)[drop].at, cb.at, cb.kind.window()) {
		delete(c.callbacks, (*list)[drop].reqID)
		drop++
	}
	*list = append((*list)[drop:], cb)
	c.callbacks[cb.reqID] = cb
}

// answerable returns the callback reqID if a command for callbacks of this
// kind may answer it at now. An answered one is returned too. Platform.mu is
// held.
func (c *conn) answerable(reqID string, kind callbackKind, now time.Time) (*callback, *refusal) {
	cb := c.callbacks[reqID]
	if cb == nil || cb.kind != kind || expired(cb.at, now, kind.window()) {
		return nil, refuse(codeBadReqID, "invalid req_id")
	}
	return cb, nil
}

// Redeliver delivers one of the last 1024 callbacks of a bot again, on the
// present connection: a replay, maybe long after the first time. It reports
// whether the msgid was among them.
func (p *Platform) Redeliver(msgID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range p.bots {
		for _, e := range b.recent {
			if e.msgID == msgID {
				p.deliver(b, e, occasion{cmd: e.cmd, chat: e.chat.id, text: e.text})
				return true
			}
		}
	}
	return false
}

// body begins the callback of what userID did in c. p.mu is held.
func (p *Platform) body(b *bot, c *chat, userID, prefix string) wireCallback {
	w := wireCallback{MsgID: p.mint(prefix), CreateTime: p.opts.Now().Unix(), BotID: b.ID,
		From: &wireFrom{p.shownID(userID)}, ChatType: "single"}
	if c.private == nil {
		w.ChatID, w.ChatType = c.id, "group"
	}
	return w
}

// disconnectedFrame is the farewell to a connection that has been replaced; it
// has neither from nor chatid. p.mu is held.
func (p *Platform) disconnectedFrame(b *bot) []byte {
	body := wireCallback{MsgID: p.mint("EV_"), CreateTime: p.opts.Now().Unix(), BotID: b.ID,
		MsgType: "event", Event: &wireEvent{EventType: "disconnected_event"}}
	return callbackFrame(cmdEvent, p.mint("srv_"), appendJSON(nil, body))
}
