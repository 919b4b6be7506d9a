package wechattest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// errUnreachable is why a connection is not made while [Unreachable] strikes.
var errUnreachable = errors.New("connection refused")

// Addresses are where [Platform.Serve] serves.
type Addresses struct {
	WS   string // of the long connection, ws://127.0.0.1:PORT/
	Page string // of the page, http://127.0.0.1:PORT/
}

// Serve serves the long connection and the page on one listener until ctx
// ends or p is closed. addr is a host and port, the port 0 for any; Serve
// refuses an address that is not loopback. It returns once it listens.
func (p *Platform) Serve(ctx context.Context, addr string) (Addresses, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return Addresses{}, fmt.Errorf("address %q: %w", addr, err)
	}
	if !loopbackHost(host) {
		return Addresses{}, fmt.Errorf("address %q is not loopback: the simulated platform is for this machine only", addr)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return Addresses{}, fmt.Errorf("listening on %s: %w", addr, err)
	}
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		_ = l.Close()
		return Addresses{}, fmt.Errorf("address %q resolves to %s, which is not loopback", addr, l.Addr())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	srv := p.serveOn(l, p.both())
	context.AfterFunc(ctx, func() { _ = srv.Close() })
	return Addresses{WS: "ws://" + l.Addr().String() + "/", Page: "http://" + l.Addr().String() + "/"}, nil
}

// both serves upgrade requests with the long connection, requests to the
// platform's own hosts with its HTTP interfaces, and all else with the page.
func (p *Platform) both() http.Handler {
	socket, api, page := local(p.Handler()), p.WebAPI(), p.Page()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
			socket.ServeHTTP(w, r)
			return
		}
		if webHost(r.Host) {
			api.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})
}

// HTTPClient returns a client whose every request reaches p in process,
// whatever its address: give it to websocket.Dial with a URL such as
// "ws://openws.sim/", or to a client of the HTTP interfaces. Https is answered
// without TLS. No real I/O happens, so that it works in a synctest
// bubble if p was made inside it.
func (p *Platform) HTTPClient() *http.Client {
	s := p.pipeServer()
	return &http.Client{Transport: &http.Transport{
		DialContext: p.dial(s), DialTLSContext: p.dial(s),
		// Idle connections would be goroutines that outlive their test.
		DisableKeepAlives: true,
	}}
}

// pipeServer returns the in-process server, started when it is first needed.
func (p *Platform) pipeServer() *pipeServer {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pipes == nil {
		p.pipes = &pipeServer{conns: make(chan net.Conn), gone: make(chan struct{})}
		socket, api := p.Handler(), p.WebAPI()
		p.serveOn(p.pipes, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if webHost(r.Host) {
				api.ServeHTTP(w, r)
				return
			}
			socket.ServeHTTP(w, r)
		}))
	}
	return p.pipes
}

// dial connects to s, unless a fault prevents it.
func (p *Platform) dial(s *pipeServer) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		if p.faults.strike(Unreachable, occasion{}) != nil {
			return nil, errUnreachable
		}
		return s.dial(ctx, network, addr)
	}
}

// serveOn serves h on l until p is closed. p.mu is held.
func (p *Platform) serveOn(l net.Listener, h http.Handler) *http.Server {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	if p.closed {
		_ = l.Close()
		return srv
	}
	p.shutdown = append(p.shutdown, func() { _ = srv.Close() })
	p.wg.Go(func() { _ = srv.Serve(l) })
	return srv
}

// pipeServer is a listener of net.Pipe connections.
type pipeServer struct {
	conns chan net.Conn
	once  sync.Once
	gone  chan struct{}
}

// dial makes a connection and hands its other end to the server.
func (s *pipeServer) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case s.conns <- server:
		return client, nil
	case <-s.gone:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (s *pipeServer) Accept() (net.Conn, error) {
	select {
	case c := <-s.conns:
		return c, nil
	case <-s.gone:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (s *pipeServer) Close() error {
	s.once.Do(func() { close(s.gone) })
	return nil
}

// Addr implements net.Listener.
func (s *pipeServer) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }
