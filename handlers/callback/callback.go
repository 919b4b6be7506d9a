// Package callback serves the endpoints that platforms call, on the public
// network. It keeps each of them from what the network does to servers: bodies
// without end, peers that dribble, floods of connections, panics that show
// their stack.
//
// It deliberately knows no platform and reads no message: signatures, and what
// stands under them, are the business of the handlers that it is given, one a
// path. It ends no TLS; in front of it stands the office's reverse proxy. It
// writes down neither bodies nor queries, which hold what people wrote and what
// signs it, nor paths that it does not serve.
package callback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fanzha/bot"
)

// Limits of the server. Platforms send a few kilobytes at once, and wait five
// seconds for the answer.
const (
	// MaxBody is how many bytes a request's body has at most.
	MaxBody = 64 << 10

	maxHeader     = 16 << 10
	headerTimeout = 5 * time.Second
	readTimeout   = 10 * time.Second
	writeTimeout  = 15 * time.Second // from the end of the header: reading and handling count
	idleTimeout   = 60 * time.Second
	grace         = 5 * time.Second // for requests under way when the server stops
)

// Config is what a [Mux] needs. Clock and Log are required.
type Config struct {
	// Routes are the handlers by path, such as /callback/oa. A path is matched
	// as a whole.
	Routes map[string]http.Handler
	// MaxConns is how many connections are open at most, and MaxRequests how
	// many requests are handled at most; 0 means 1024 and 512. Beyond, a
	// connection waits and a request is told to come again.
	MaxConns, MaxRequests int
	Clock                 bot.Clock
	Log                   *slog.Logger
}

// A Mux hands requests to the handler of their path. It is safe for concurrent
// use.
type Mux struct {
	cfg   Config
	slots chan struct{} // one for each request that is handled

	panics atomic.Int64
	mu     sync.Mutex
	counts map[Served]int64
}

// Served is a kind of request, for counting.
type Served struct {
	Path   string // as registered; "other" for any that is not
	Status int
}

// New returns a Mux; an error if a path is not a clean absolute one.
func New(c Config) (*Mux, error) {
	for _, path := range slices.Sorted(maps.Keys(c.Routes)) {
		switch {
		case !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#% {}") || strings.Contains(path, "//") || strings.Contains(path, "/."):
			return nil, fmt.Errorf("callback path %q: not a path such as /callback/oa", path)
		case c.Routes[path] == nil:
			return nil, fmt.Errorf("callback path %q: no handler", path)
		}
	}
	c.Routes = maps.Clone(c.Routes)
	if c.MaxConns == 0 {
		c.MaxConns = 1024
	}
	if c.MaxRequests == 0 {
		c.MaxRequests = 512
	}
	return &Mux{cfg: c, slots: make(chan struct{}, c.MaxRequests), counts: make(map[Served]int64)}, nil
}

// Counts returns how many requests of each kind were served.
func (m *Mux) Counts() map[Served]int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.counts)
}

// Panics returns how often a handler has panicked.
func (m *Mux) Panics() int64 { return m.panics.Load() }

// ServeHTTP implements http.Handler.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := m.cfg.Clock.Now()
	path := r.URL.Path
	h, ok := m.cfg.Routes[path]
	if !ok {
		path = "other"
	}
	out := &recorder{ResponseWriter: w}
	// Even a panic that goes on up is counted.
	defer func() { m.note(Served{path, out.answered()}, m.cfg.Clock.Now().Sub(began)) }()
	switch {
	case !ok:
		out.WriteHeader(http.StatusNotFound)
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		out.Header().Set("Allow", "GET, POST")
		out.WriteHeader(http.StatusMethodNotAllowed)
	case r.ContentLength > MaxBody:
		out.Header().Set("Connection", "close")
		out.WriteHeader(http.StatusRequestEntityTooLarge)
	default:
		m.handle(out, r, path, h)
	}
}

// handle calls h, if there is room for one more.
func (m *Mux) handle(w *recorder, r *http.Request, path string, h http.Handler) {
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	default:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if r.ContentLength < 0 { // else it was looked at, and net/http gives no more
		// net/http's own writer closes the connection of who sends more.
		r.Body = http.MaxBytesReader(w.ResponseWriter, r.Body, MaxBody)
	}
	defer m.survive(w, path)
	h.ServeHTTP(w, r)
}

// survive makes a panic a status. If the answer has begun, it breaks off, lest a
// half be taken for the whole. The value of a panic may quote the message; its
// type and place do not.
func (m *Mux) survive(w *recorder, path string) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	m.panics.Add(1)
	m.cfg.Log.Error("a callback handler panicked", "path", path, "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	clear(w.Header())
	w.WriteHeader(http.StatusInternalServerError)
}

func (m *Mux) note(s Served, took time.Duration) {
	m.mu.Lock()
	m.counts[s]++
	m.mu.Unlock()
	if m.cfg.Log.Enabled(context.Background(), slog.LevelDebug) { // or the words alone cost something
		m.cfg.Log.Debug("callback", "path", s.Path, "status", s.Status, "took", took)
	}
}

// A recorder remembers the status.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController through.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// answered returns the status that the peer got.
func (r *recorder) answered() int {
	if r.status == 0 {
		return http.StatusOK // net/http writes it when the handler has returned
	}
	return r.status
}

// Serve serves on l, which it closes, until ctx ends and the requests under way
// are answered.
func (m *Mux) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           m,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		// A platform's callback is recorded to its end though the server stops.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		// What net/http has to say is about peers and their addresses.
		ErrorLog: slog.NewLogLogger(m.cfg.Log.Handler(), slog.LevelDebug),
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			_ = srv.Close()
		}
		close(ended)
	})
	err := srv.Serve(limit(l, m.cfg.MaxConns))
	if stop() {
		_ = srv.Close()
		return fmt.Errorf("serving callbacks: %w", err)
	}
	<-ended
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving callbacks: %w", err)
	}
	return nil
}
