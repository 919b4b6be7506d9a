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
)

// Times of the connection, on the machine's clock. The platform asks for a
// ping every 30 s; the official SDK gives a link up when two are unanswered,
// waits 5 s for a response (measured: 0.24 to 0.45 s) and connects again after
// 1, 2, 4 … 30 s.
const (
	dialTimeout    = 15 * time.Second
	ackTimeout     = 5 * time.Second
	pingEvery      = 30 * time.Second
	pingWrite      = 10 * time.Second
	missedPings    = 2
	longestBackoff = 30 * time.Second
	drainTimeout   = 5 * time.Second
)

// frameLimit is the largest frame that is read, in bytes. Texts of the platform
// end at 20480; what is larger is skipped.
const frameLimit = 1 << 20

// Why a link ended.
var (
	errStopped   = errors.New("stopped")
	errRotated   = errors.New("rotated on schedule")
	errDeaf      = errors.New("two pings unanswered")
	errStuck     = errors.New("socket takes no more bytes")
	errUnlinked  = errors.New("platform says not subscribed (846609)")
	errNoAck     = errors.New("no response in time")
	errBusyReqID = errors.New("req_id is in use")
	errUnwritten = errors.New("link ended before the frame was written")
)

// An ack is how a frame that we wrote was answered. If err is set there was no
// answer, and the frame may have been taken.
type ack struct {
	code int
	msg  string
	err  error
}

type waiter struct {
	until time.Time
	done  func(ack) // called once, without locks held
}

// A link is one connection. Its reader runs until the connection ends for
// whatever reason; then every frame that waits for a response gets errLost.
type link struct {
	conn *websocket.Conn
	done chan struct{} // closed when the reader has returned
	dead chan struct{} // closed when the link has ended

	missed atomic.Int32 // pings sent since the last response to one

	writing sync.Mutex // one frame at a time

	mu      sync.Mutex
	waiting map[string]waiter // by req_id
	idle    chan struct{}     // closed when waiting is empty, if not nil
	err     error             // why it ended
}

func newLink(conn *websocket.Conn) *link {
	return &link{conn: conn, done: make(chan struct{}), dead: make(chan struct{}), waiting: make(map[string]waiter)}
}

// expect registers done for the response to reqID. It fails if the link has
// ended, or reqID is waited for already; then nothing may be written.
func (l *link) expect(reqID string, done func(ack)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
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
	l.mu.Lock()
	w, ok := l.waiting[reqID]
	if ok {
		delete(l.waiting, reqID)
		if len(l.waiting) == 0 && l.idle != nil {
			close(l.idle)
			l.idle = nil
		}
	}
	l.mu.Unlock()
	if ok {
		w.done(a)
	}
	return ok
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

// settle waits until nothing waits for a response, for at most d.
func (l *link) settle(d time.Duration) {
	l.mu.Lock()
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
// errUnwritten, then nothing of the frame got out; else that is not known.
func (l *link) write(frame []byte) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.cause() != nil {
		return errUnwritten
	}
	// No deadline: if the socket is stuck, the next ping ends the link, which
	// ends this write.
	err := l.conn.Write(context.Background(), websocket.MessageText, frame)
	if err != nil {
		l.fail(fmt.Errorf("writing: %w", err))
	}
	return err
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
	hangUp()
	for _, w := range lost {
		w.done(ack{err: fmt.Errorf("link lost: %w", cause)})
	}
}

// cause returns why the link has ended.
func (l *link) cause() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// read takes frames off the link until it ends.
func (c *Client) read(ctx context.Context, l *link) {
	defer close(l.done)
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
