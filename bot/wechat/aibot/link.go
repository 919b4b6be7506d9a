package aibot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"fanzha/bot/wechat/internal/wire"
)

// Times of the connection, on the machine's clock. The platform asks for a
// ping every 30 s; the official SDK gives a link up when two are unanswered,
// waits 5 s for a response (measured: 0.24 to 0.45 s) and connects again after
// 1, 2, 4 … 30 s.
const (
	dialTimeout    = 15 * time.Second
	ackTimeout     = 5 * time.Second
	pingEvery      = 30 * time.Second
	writeTimeout   = 5 * time.Second
	missedPings    = 2
	longestBackoff = 30 * time.Second
	drainTimeout   = 5 * time.Second
	// replyDrain is how long replies wait for budget once Run is to end: what
	// they would say is recorded, and another process may wait for the bot.
	replyDrain = time.Second
)

// frameLimit is the largest frame that is read, in bytes. Texts of the platform
// end at 20480; what is larger is skipped.
const frameLimit = 1 << 20

// Why a link ended.
var (
	errStopped   = errors.New("stopped")
	errRotated   = errors.New("rotated on schedule")
	errDeaf      = errors.New("two pings unanswered")
	errStuck     = errors.New("socket takes no bytes")
	errUnlinked  = errors.New("platform says not subscribed (846609)")
	errNoAck     = errors.New("no response in time")
	errBusyReqID = errors.New("req_id is in use")
	errUnwritten = errors.New("link ended before the frame was written")
	errTooLate   = errors.New("too late to be of use")
)

// An ack is how a frame that we wrote was answered. If err is set there was no
// answer, and the frame may have been taken.
type ack struct {
	code     int
	msg      string
	uploaded wire.Uploaded
	err      error
}

type waiter struct {
	until time.Time
	done  func(ack) // called once, without locks held
}

// A courtesy is a frame that is only good at once.
type courtesy struct {
	reqID string
	frame []byte
	until time.Time
}

// outboxSize is how many courtesies may wait for the socket: those of one shared
// durable write come all at once.
const outboxSize = 2048

// A link is one connection. Its reader and its poster run until the connection
// ends for whatever reason; then every frame that waits for a response is told.
type link struct {
	conn *websocket.Conn
	runs sync.WaitGroup // reader and poster
	dead chan struct{}  // closed when the link has ended

	missed atomic.Int32 // pings sent since the last response to one
	outbox chan courtesy

	writing chan struct{} // holds one token while a frame is being written

	mu      sync.Mutex
	waiting map[string]waiter // by req_id
	retired bool              // takes no more frames that want a response
	idle    chan struct{}     // closed when waiting is empty, if not nil
	err     error             // why it ended
}

func newLink(conn *websocket.Conn) *link {
	return &link{
		conn: conn, dead: make(chan struct{}), writing: make(chan struct{}, 1),
		outbox: make(chan courtesy, outboxSize), waiting: make(map[string]waiter),
	}
}

// expect registers done for the response to reqID. It fails if the link has
// ended or is about to, or reqID is waited for already; then nothing may be
// written.
func (l *link) expect(reqID string, done func(ack)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil || l.retired {
		return errUnwritten
	}
	if _, busy := l.waiting[reqID]; busy {
		return errBusyReqID
	}
	l.waiting[reqID] = waiter{time.Now().Add(ackTimeout), done}
	return nil
}

// settleOne hands a to whoever waits for reqID, and reports whether anybody
// did.
func (l *link) settleOne(reqID string, a ack) bool {
	w, ok := l.forget(reqID)
	if ok {
		w.done(a)
	}
	return ok
}

// forget takes out who waits for reqID.
func (l *link) forget(reqID string) (waiter, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w, ok := l.waiting[reqID]
	if ok {
		delete(l.waiting, reqID)
		if len(l.waiting) == 0 && l.idle != nil {
			close(l.idle)
			l.idle = nil
		}
	}
	return w, ok
}

// sweep gives up on responses that are overdue and that nobody times himself.
func (l *link) sweep(now time.Time) {
	l.mu.Lock()
	var overdue []string
	for id, w := range l.waiting {
		if w.until.Before(now) {
			overdue = append(overdue, id)
		}
	}
	l.mu.Unlock()
	for _, id := range overdue {
		l.settleOne(id, ack{err: errNoAck})
	}
}

// settle takes no more frames that want a response, and waits until those
// written have theirs, for at most d.
func (l *link) settle(d time.Duration) {
	l.mu.Lock()
	l.retired = true
	if len(l.waiting) == 0 || l.err != nil {
		l.mu.Unlock()
		return
	}
	idle := make(chan struct{})
	l.idle = idle
	l.mu.Unlock()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-idle:
	case <-l.dead:
	case <-t.C:
	}
}

// write puts one frame on the wire. After an error the link has ended. If it is
// errUnwritten, then nothing of the frame got out; else that is not known. A
// socket that takes no bytes for writeTimeout ends the link.
func (l *link) write(frame []byte) error {
	select {
	case l.writing <- struct{}{}:
	case <-l.dead:
		return errUnwritten
	}
	defer func() { <-l.writing }()
	if l.cause() != nil {
		return errUnwritten
	}
	stuck := time.AfterFunc(writeTimeout, func() { l.fail(errStuck) })
	defer stuck.Stop()
	err := l.conn.Write(context.Background(), websocket.MessageText, frame)
	if err != nil {
		l.fail(fmt.Errorf("writing: %w", err))
	}
	return err
}

// offer leaves a courtesy to the poster and never waits: a socket that takes no
// more bytes must not keep workers from recording what people do. It reports
// false if done will not be called.
func (l *link) offer(p courtesy, done func(ack)) bool {
	if l.expect(p.reqID, done) != nil {
		return false
	}
	select {
	case l.outbox <- p:
		return true
	default:
	}
	// If it is gone, the link has ended and done has been told so.
	_, waits := l.forget(p.reqID)
	return !waits
}

// post writes the courtesies until the link ends.
func (l *link) post() {
	for {
		select {
		case <-l.dead:
			return
		case p := <-l.outbox:
			if !time.Now().Before(p.until) {
				l.settleOne(p.reqID, ack{err: errTooLate})
				continue
			}
			// A failed write ends the link, which settles all.
			_ = l.write(p.frame)
		}
	}
}

// exchange writes a frame and waits for its response. An error means that
// nothing was written; else ack tells the rest.
func (l *link) exchange(reqID string, frame []byte) (ack, error) {
	answered := make(chan ack, 1)
	if err := l.expect(reqID, func(a ack) { answered <- a }); err != nil {
		return ack{}, err
	}
	if err := l.write(frame); errors.Is(err, errUnwritten) {
		return ack{}, err
	}
	// Any other failure of the write has ended the link, which answers too.
	t := time.NewTimer(ackTimeout)
	defer t.Stop()
	select {
	case a := <-answered:
		return a, nil
	case <-t.C:
	}
	// Either this settles it, or somebody else just has.
	l.settleOne(reqID, ack{err: errNoAck})
	return <-answered, nil
}

// fail ends the link at once, for the first cause given.
func (l *link) fail(cause error) {
	l.end(cause, func() { _ = l.conn.CloseNow() })
}

// close ends the link with a proper goodbye.
func (l *link) close(cause error) {
	l.end(cause, func() { _ = l.conn.Close(websocket.StatusNormalClosure, "") })
}

func (l *link) end(cause error, hangUp func()) {
	l.mu.Lock()
	if l.err != nil {
		l.mu.Unlock()
		return
	}
	l.err = cause
	lost := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	close(l.dead)
	for _, w := range lost {
		w.done(ack{err: fmt.Errorf("link lost: %w", cause)})
	}
	hangUp()
}

// cause returns why the link has ended.
func (l *link) cause() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// read takes frames off the link until it ends.
func (c *Client) read(ctx context.Context, l *link) {
	buf := make([]byte, 0, 4096)
	for {
		typ, r, err := l.conn.Reader(context.Background())
		if err == nil {
			var whole bool
			buf, whole, err = readFrame(r, buf[:0])
			if err == nil {
				if whole && typ == websocket.MessageText {
					c.frame(ctx, l, buf)
				} else {
					c.n.badFrames.Add(1)
				}
			}
		}
		if err != nil {
			l.fail(fmt.Errorf("reading: %w", err))
			return
		}
	}
}

// readFrame appends all of r to buf, and reports whether it fit. The rest of
// what does not fit is read and thrown away.
func readFrame(r io.Reader, buf []byte) (_ []byte, whole bool, err error) {
	for {
		if len(buf) == cap(buf) {
			if len(buf) >= frameLimit {
				n, err := io.Copy(io.Discard, r)
				return buf, n == 0, err
			}
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, len(buf) <= frameLimit, nil
		}
		if err != nil {
			return buf, false, err
		}
	}
}
