package redistest

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// A Proxy is a TCP connection to a server that can be cut and delayed. It is
// safe for concurrent use.
type Proxy struct {
	Addr string // where it listens

	target string
	listen net.Listener
	wg     sync.WaitGroup

	mu     sync.Mutex
	open   map[net.Conn]bool
	cut    bool
	delay  time.Duration
	normal chan struct{} // closed by Restore
	closed bool
}

// NewProxy listens on a free port of the loopback interface and passes on to
// target until the test ends.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	return NewProxyAt(t, "127.0.0.1:0", target)
}

// NewProxyAt is NewProxy at an address of the caller's choice.
func NewProxyAt(t testing.TB, addr, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Addr: l.Addr().String(), target: target, listen: l, open: map[net.Conn]bool{}, normal: make(chan struct{})}
	p.wg.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

// URL returns the proxy's address as the ledger's configuration wants it.
func (p *Proxy) URL() string { return "redis://" + p.Addr }

// Cut makes a black hole: connections stay open and new ones are accepted, but
// nothing passes in either direction. What was sent meanwhile arrives after
// [Proxy.Restore], as in a network that comes back.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
}

// Break ends all connections that are open.
func (p *Proxy) Break() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		c.Close()
	}
}

// Delay makes every piece that passes wait.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Restore ends Cut and Delay.
func (p *Proxy) Restore() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut, p.delay = false, 0
	close(p.normal)
	p.normal = make(chan struct{})
}

func (p *Proxy) close() {
	p.Restore()
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.listen.Close()
	p.Break()
	p.wg.Wait()
}

func (p *Proxy) accept() {
	for {
		c, err := p.listen.Accept()
		if err != nil {
			return
		}
		p.wg.Go(func() { p.serve(c) })
	}
}

func (p *Proxy) serve(c net.Conn) {
	defer c.Close()
	p.hold()
	up, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer up.Close()
	if !p.register(c, up) {
		return
	}
	defer p.forget(c, up)
	var wg sync.WaitGroup
	for _, way := range [][2]net.Conn{{c, up}, {up, c}} {
		wg.Go(func() {
			defer c.Close()
			defer up.Close()
			p.pass(way[0], way[1])
		})
	}
	wg.Wait()
}

// pass copies until either end is closed.
func (p *Proxy) pass(from, to net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		p.hold()
		if _, werr := to.Write(buf[:n]); errors.Join(err, werr) != nil {
			if err != io.EOF {
				from.Close()
			}
			return
		}
	}
}

// hold waits as long as the proxy is cut, and its delay.
func (p *Proxy) hold() {
	p.mu.Lock()
	cut, delay, normal := p.cut, p.delay, p.normal
	p.mu.Unlock()
	switch {
	case cut:
		<-normal
	case delay > 0:
		select {
		case <-time.After(delay):
		case <-normal:
		}
	}
}

func (p *Proxy) register(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.open[c] = true
	}
	return !p.closed
}

func (p *Proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.open, c)
	}
}
