package wechattest

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// maxFrame is the largest frame that is read: an upload chunk of 512 KB in
// base64 and some room. The platform's own figure is not documented.
const maxFrame = 1 << 20

// maxQueue is how many frames wait for a client that does not read before it
// is cut off.
const maxQueue = 1 << 20

// conn is one WebSocket connection of a client.
type conn struct {
	p  *Platform
	ws *websocket.Conn

	// Guarded by Platform.mu.
	bot       *bot // subscribed to, nil before and after
	callbacks map[string]*callback
	clicks    []*callback // unanswered within 5 s, oldest first
	messages  []*callback // unanswered within 24 h, oldest first

	queue queue
}

// queue holds frames on their way to the client.
type queue struct {
	mu    sync.Mutex
	items []item
	wake  chan struct{} // holds one token while items may be waiting
}

// item is one frame, or the end of the connection if last is set.
type item struct {
	typ  websocket.MessageType
	data []byte
	last bool // cut the connection after this frame
}

// serveSocket upgrades r and serves the connection until it ends.
func (p *Platform) serveSocket(w http.ResponseWriter, r *http.Request) {
	if p.faults.strike(RefuseConnection, occasion{}) != nil {
		http.Error(w, "simulated outage", http.StatusServiceUnavailable)
		return
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		p.log.Debug("upgrade refused", "err", err)
		return
	}
	ws.SetReadLimit(maxFrame)
	c := &conn{p: p, ws: ws, callbacks: map[string]*callback{}}
	c.queue.wake = make(chan struct{}, 1)
	if !p.enlist(c) {
		c.cut()
		return
	}
	defer p.wg.Done()
	var writer sync.WaitGroup
	gone := make(chan struct{})
	writer.Go(func() { c.write(gone) })
	c.read()
	p.forget(c)
	c.cut()
	close(gone)
	writer.Wait()
}

// enlist counts c among the connections; false means the platform is closed.
func (p *Platform) enlist(c *conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.wg.Add(1) // until serveSocket returns
	p.conns[c] = struct{}{}
	return true
}

// forget strikes c off; callbacks of its bot are lost from now on.
func (p *Platform) forget(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
	if c.bot != nil && c.bot.conn == c {
		c.bot.conn = nil
	}
	c.bot = nil
	p.notify()
}

// read handles frames until the connection ends.
func (c *conn) read() {
	var buf bytes.Buffer
	for {
		// No deadline: CloseNow ends the read.
		typ, r, err := c.ws.Reader(context.Background())
		if err != nil {
			return
		}
		buf.Reset()
		if _, err := buf.ReadFrom(r); err != nil {
			return
		}
		if typ != websocket.MessageText {
			_ = c.ws.Close(websocket.StatusUnsupportedData, "text frames only")
			return
		}
		if !c.handle(buf.Bytes()) {
			return
		}
	}
}

// write sends what is queued until gone is closed or the connection fails.
func (c *conn) write(gone <-chan struct{}) {
	var batch []item
	for {
		select {
		case <-gone:
			return
		case <-c.queue.wake:
		}
		batch = c.queue.take(batch)
		for i, it := range batch {
			if it.data != nil {
				if err := c.ws.Write(context.Background(), it.typ, it.data); err != nil {
					c.cut()
					return
				}
			}
			if it.last {
				c.cut()
				return
			}
			batch[i] = item{} // let go of the bytes
		}
	}
}

// push queues a text frame.
func (c *conn) push(data []byte) { c.pushItem(item{typ: websocket.MessageText, data: data}) }

// pushItem queues it. A client that has let maxQueue frames pile up is cut off.
func (c *conn) pushItem(it item) {
	q := &c.queue
	q.mu.Lock()
	if len(q.items) >= maxQueue {
		it = item{last: true}
	}
	q.items = append(q.items, it)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// take returns all queued items and leaves the emptied old in their place.
func (q *queue) take(old []item) []item {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items = old[:0]
	return items
}

// cut ends the connection without a closing handshake. Platform.mu must not
// be held: the library waits for a reader to let go.
func (c *conn) cut() { _ = c.ws.CloseNow() }

// Connected reports whether a connection is subscribed to the bot.
func (p *Platform) Connected(botID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.botByID[botID]
	return b != nil && b.conn != nil
}

// Drop cuts the bot's connection off without a word, as a failing network
// does. It reports whether there was one.
func (p *Platform) Drop(botID string) bool {
	c := p.connOf(botID)
	if c == nil {
		return false
	}
	c.cut()
	return true
}

// Kick sends disconnected_event to the bot's connection, as if another process
// had subscribed, and closes it after [Options].KickDelay. It reports whether
// there was one.
func (p *Platform) Kick(botID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.botByID[botID]
	if b == nil || b.conn == nil {
		return false
	}
	p.kick(b)
	return true
}

// Unsubscribe makes the platform forget that the bot's connection has
// subscribed: all is answered 846609 until it subscribes again, on this
// connection or another, as was seen for a minute and more in the field. It
// reports whether there was one.
func (p *Platform) Unsubscribe(botID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.botByID[botID]
	if b == nil || b.conn == nil {
		return false
	}
	b.conn.bot, b.conn = nil, nil
	p.notify()
	return true
}

// SendRaw puts a frame of the caller's on the bot's connection: garbage,
// something oversized, a binary frame, an event of an unknown type. It reports
// whether there was a connection.
func (p *Platform) SendRaw(botID string, binary bool, data []byte) bool {
	c := p.connOf(botID)
	if c == nil {
		return false
	}
	typ := websocket.MessageText
	if binary {
		typ = websocket.MessageBinary
	}
	c.pushItem(item{typ: typ, data: data})
	return true
}

func (p *Platform) connOf(botID string) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.botByID[botID]; b != nil {
		return b.conn
	}
	return nil
}

// kick tells b's connection that it has been replaced and closes it later.
// p.mu is held.
func (p *Platform) kick(b *bot) {
	old := b.conn
	b.conn, old.bot = nil, nil
	frame := p.disconnectedFrame(b)
	p.log.Debug("kicking", "bot", b.ID)
	p.notify()
	if p.opts.KickDelay < 0 {
		old.pushItem(item{typ: websocket.MessageText, data: frame, last: true})
		return
	}
	old.push(frame)
	p.timers.after(p.opts.KickDelay, old.cut)
}

// expired reports whether more than window has passed between at and now.
func expired(at, now time.Time, window time.Duration) bool { return now.Sub(at) > window }
