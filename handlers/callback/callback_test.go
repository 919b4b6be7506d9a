package callback

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

func newMux(t *testing.T, c Config) (*Mux, *logged) {
	t.Helper()
	log := &logged{}
	c.Clock = bot.SystemClock{}
	c.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return m, log
}

type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// oneRoute serves /cb with h.
func oneRoute(h http.HandlerFunc) Config { return Config{Routes: map[string]http.Handler{"/cb": h}} }

func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	_, _ = w.Write(body)
}

func TestMux(t *testing.T) {
	m, log := newMux(t, oneRoute(echo))
	for _, tt := range []struct {
		name, method, target string
		body                 io.Reader
		status               int
		answer               string
	}{
		{"post", "POST", "/cb?msg_signature=PLANTED", strings.NewReader("PLANTED"), 200, "PLANTED"},
		{"get", "GET", "/cb?echostr=PLANTED", nil, 200, ""},
		{"another path", "POST", "/PLANTED", nil, 404, ""},
		{"path below", "POST", "/cb/PLANTED", nil, 404, ""},
		{"another method", "DELETE", "/cb", nil, 405, ""},
		{"exactly 64 KiB", "POST", "/cb", strings.NewReader(strings.Repeat("x", MaxBody)), 200, strings.Repeat("x", MaxBody)},
		{"a byte more", "POST", "/cb", strings.NewReader(strings.Repeat("x", MaxBody+1)), 413, ""},
		{"a byte more, size not told", "POST", "/cb", struct{ io.Reader }{strings.NewReader(strings.Repeat("x", MaxBody+1))}, 413, ""},
	} {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest(tt.method, tt.target, tt.body))
		if w.Code != tt.status || w.Body.String() != tt.answer {
			t.Errorf("%s: status %d with %d bytes, want %d with %d", tt.name, w.Code, w.Body.Len(), tt.status, len(tt.answer))
		}
	}
	want := map[Served]int64{{"/cb", 200}: 3, {"other", 404}: 2, {"/cb", 405}: 1, {"/cb", 413}: 2}
	if diff := cmp.Diff(want, m.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if s := log.String(); strings.Contains(s, "PLANTED") || !strings.Contains(s, "path=/cb status=200") {
		t.Errorf("log: %s", s)
	}
}

func TestPanicShowsNothing(t *testing.T) {
	m, log := newMux(t, oneRoute(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Half", "done")
		panic(errors.New("PLANTED"))
	}))
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest("POST", "/cb", nil))
	if w.Code != 500 || w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("status %d, %q, %v", w.Code, w.Body, w.Header())
	}
	if s := log.String(); strings.Contains(s, "PLANTED") || !strings.Contains(s, "errorString") || !strings.Contains(s, "callback_test.go") {
		t.Errorf("log: %s", s)
	}
	if m.Panics() != 1 || m.Counts()[Served{"/cb", 500}] != 1 {
		t.Errorf("%d panics, counts %v", m.Panics(), m.Counts())
	}
}

func TestPanicInTheMiddleBreaksOff(t *testing.T) {
	m, _ := newMux(t, oneRoute(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("x")
	}))
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("panicked with %v", v)
		}
	}()
	m.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/cb", nil))
}

func TestFullHouseIsToldToComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leave := make(chan struct{})
		c := oneRoute(func(http.ResponseWriter, *http.Request) { <-leave })
		c.MaxRequests = 2
		m, _ := newMux(t, c)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { m.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/cb", nil)) })
		}
		synctest.Wait()
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest("POST", "/cb", nil))
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("status %d", w.Code)
		}
		close(leave)
		wg.Wait()
		w = httptest.NewRecorder()
		if m.ServeHTTP(w, httptest.NewRequest("POST", "/cb", nil)); w.Code != 200 {
			t.Errorf("afterwards: status %d", w.Code)
		}
	})
}

func TestNewRefuses(t *testing.T) {
	for _, path := range []string{"", "cb", "/cb?x", "/cb#x", "/a//b", "/a/../b", "/{x}", "GET /cb"} {
		if _, err := New(Config{Routes: map[string]http.Handler{path: http.NotFoundHandler()}}); err == nil {
			t.Errorf("path %q was taken", path)
		}
	}
	if _, err := New(Config{Routes: map[string]http.Handler{"/cb": nil}}); err == nil {
		t.Error("a path without a handler was taken")
	}
}

// A pipes is a listener in memory, for which time is the bubble's.
type pipes struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.IPAddr{} }

// serve runs m in the bubble and returns how to connect. The server ends with
// the test's context.
func serve(t *testing.T, m *Mux) (dial func() net.Conn, stop func() error) {
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.Serve(ctx, l) }()
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { _ = stop() })
	return func() net.Conn {
		ours, theirs := net.Pipe()
		l.conns <- theirs
		return ours
	}, stop
}

func TestDribblersAreCutOff(t *testing.T) {
	for name, tt := range map[string]struct {
		head string
		most time.Duration
	}{
		"header": {"", headerTimeout},
		"body":   {"POST /cb HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", readTimeout},
	} {
		synctest.Test(t, func(t *testing.T) {
			m, _ := newMux(t, oneRoute(echo))
			dial, _ := serve(t, m)
			conn := dial()
			go func() { _, _ = io.Copy(io.Discard, conn) }()
			began := time.Now()
			_, err := io.WriteString(conn, tt.head)
			for err == nil {
				time.Sleep(time.Second)
				_, err = io.WriteString(conn, "x")
			}
			if took := time.Since(began); took > tt.most+2*time.Second {
				t.Errorf("%s: cut off after %v", name, took)
			}
		})
	}
}

func TestPeerThatDoesNotListenIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		written := make(chan error, 1)
		m, _ := newMux(t, oneRoute(func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.Write(make([]byte, 1<<20))
			written <- err
		}))
		dial, _ := serve(t, m)
		conn := dial()
		if _, err := io.WriteString(conn, "GET /cb HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := <-written; err == nil || time.Since(began) > writeTimeout {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		_ = conn.Close()
	})
}

func TestNoMoreConnectionsThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := oneRoute(echo)
		c.MaxConns = 2
		m, _ := newMux(t, c)
		dial, _ := serve(t, m)
		first, second := dial(), dial()
		connected := make(chan net.Conn)
		go func() { connected <- dial() }()
		synctest.Wait()
		select {
		case <-connected:
			t.Error("a third connection was taken")
		default:
		}
		_ = first.Close()
		third := <-connected
		if got := get(t, third); got != 200 {
			t.Errorf("status %d", got)
		}
		_, _ = second.Close(), third.Close()
	})
}

func get(t *testing.T, conn net.Conn) int {
	t.Helper()
	if _, err := io.WriteString(conn, "GET /cb HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestStopLetsARequestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, leave := make(chan struct{}), make(chan struct{})
		m, _ := newMux(t, oneRoute(func(w http.ResponseWriter, r *http.Request) {
			close(began)
			<-leave
			_, _ = fmt.Fprint(w, r.Context().Err())
		}))
		dial, stop := serve(t, m)
		conn := dial()
		status := make(chan int)
		go func() { status <- get(t, conn) }()
		<-began
		stopped := make(chan error)
		go func() { stopped <- stop() }()
		synctest.Wait()
		close(leave)
		if got := <-status; got != 200 {
			t.Errorf("status %d", got)
		}
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		if m.Counts()[Served{"/cb", 200}] != 1 {
			t.Errorf("counts %v", m.Counts())
		}
		_ = conn.Close()
	})
}

func TestListenerThatFailsIsTold(t *testing.T) {
	m, _ := newMux(t, oneRoute(echo))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := m.Serve(t.Context(), l); err == nil {
		t.Error("served on a closed listener")
	}
}

func ExampleNew() {
	m, err := New(Config{
		Routes: map[string]http.Handler{"/callback/oa": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "success") })},
		Clock:  bot.SystemClock{},
		Log:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range []string{"/callback/oa", "/.git/config"} {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest("POST", path, nil))
		fmt.Println(path, w.Code, w.Body)
	}
	// Output:
	// /callback/oa 200 success
	// /.git/config 404
}
