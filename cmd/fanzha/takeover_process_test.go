package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/cmd/internal/app"
	"fanzha/config"
)

// A machine is where one process of the campaign runs: its configuration, its
// files, its ways to Redis and to the platform.
type machine struct {
	*testing.T
	name    string
	bin     string
	within  []string // the command that the program is started by, if any
	env     []string
	dir     string
	sockets map[string]string  // control sockets by county
	store   *redistest.Proxy   // to Redis, nil if it is reached directly
	lines   []*redistest.Proxy // to the platform

	proc   *exec.Cmd // nil while it does not run
	paused bool
}

func (m *machine) config() string { return filepath.Join(m.dir, "config.yaml") }

// start starts the program. What it says goes to a file.
func (m *machine) start() {
	m.Helper()
	log, err := os.OpenFile(filepath.Join(m.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		m.Fatal(err)
	}
	defer log.Close()
	args := append(m.within[:len(m.within):len(m.within)], m.bin, "serve", "-c", m.config())
	m.proc = exec.Command(args[0], args[1:]...)
	m.proc.Stderr, m.proc.Env = log, append(os.Environ(), m.env...)
	if err := m.proc.Start(); err != nil {
		m.Fatal(err)
	}
}

// kill kills the program as a power cut would, and waits until it is gone.
func (m *machine) kill() {
	if m.proc == nil {
		return
	}
	_ = m.proc.Process.Kill()
	var exit *exec.ExitError
	if err := m.proc.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		m.Errorf("%s had ended by itself: %v\n%s", m.name, err, m.said())
	}
	m.proc, m.paused = nil, false
}

// stop asks the program to end and waits until it has.
func (m *machine) stop() {
	m.Helper()
	m.signal(syscall.SIGTERM)
	if err := m.proc.Wait(); err != nil {
		m.Errorf("%s, asked to end: %v\n%s", m.name, err, m.said())
	}
	m.proc = nil
}

// pause lets the program stand still, resume go on.
func (m *machine) pause() {
	m.Helper()
	m.signal(syscall.SIGSTOP)
	m.paused = true
}

func (m *machine) resume() {
	m.Helper()
	m.signal(syscall.SIGCONT)
	m.paused = false
}

func (m *machine) signal(s syscall.Signal) {
	m.Helper()
	if err := m.proc.Process.Signal(s); err != nil {
		m.Fatalf("%s had ended by itself: %v\n%s", m.name, err, m.said())
	}
}

// said returns the end of what the program has written.
func (m *machine) said() string {
	b, _ := os.ReadFile(filepath.Join(m.dir, "log"))
	return string(b[max(len(b)-6000, 0):])
}

// office returns the machine's office of a county.
func (m *machine) office(county string) app.Office { return app.Dial(m.sockets[county]) }

// A site is how machines are set up: where they find Redis and the platform.
type site struct {
	url      string        // of Redis as the machines reach it; with a proxy each its own
	direct   string        // of Redis as the test reaches it
	proxied  bool          // each machine has a proxy of its own to Redis
	replicas int           // that confirm each batch
	lease    time.Duration // how long a lease lasts
	machines []string
	counties []string
}

var countyNames = map[string]string{"xiangning": "乡宁县", "shili": "示例县", "qingshan": "青山县"}

// machine makes a machine of a site, with the counties' keys, and starts nothing.
func (c *takeover) machine(s site, name string) *machine {
	c.Helper()
	m := &machine{T: c.T, name: name, bin: c.bin, dir: filepath.Join(c.dir, name), sockets: make(map[string]string)}
	url := s.url
	if s.proxied {
		m.store = redistest.NewProxy(c.T, strings.TrimPrefix(s.direct, "redis://"))
		url = m.store.URL()
	}
	urls := make(map[string]string)
	for _, k := range c.counties {
		line := redistest.NewProxy(c.T, serveAt(c.T, "127.0.0.1:0", k.relay.of(name)))
		m.lines = append(m.lines, line)
		urls[k.id] = "ws://" + line.Addr + "/"
	}
	c.configure(m, s, url, urls)
	return m
}

// configure writes the machine's configuration.
func (c *takeover) configure(m *machine, s site, url string, urls map[string]string) {
	c.Helper()
	shared := fmt.Sprintf(`http: {addr: ""}
data: {dir: data}
redis: {url: "%s", replicas: %d, leaseTTL: %s}
process: {id: %s}
push: {cron: "0 0 1 1 *", quietHours: {from: "00:00", to: "00:00"}, perMonth: 31}
`, url, s.replicas, s.lease, m.name)
	own := func(k *county, units string) string {
		b := k.Platform.Bots()[0]
		return fmt.Sprintf(`county: {id: %s, name: %s, units: "%s"}
wecom: {botId: %s, secret: %s, botName: %s, url: "%s"}
operators:
  - {id: lin, name: 林晓, person: op-lin, roles: [draft]}
  - {id: shi, name: 石磊, person: op-shi, roles: [verify]}
  - {id: ban, name: 班明, person: op-ban, roles: [approve, query, manage]}
`, k.id, k.name, units, b.ID, b.Secret, b.Name, urls[k.id])
	}
	data := filepath.Join(m.dir, "data")
	if len(c.counties) == 1 {
		k := c.counties[0]
		c.write(m.config(), shared+own(k, ""))
		c.write(filepath.Join(data, "checkpoint.key"), k.key)
		m.sockets[k.id] = filepath.Join(data, "control.sock")
		return
	}
	c.write(m.config(), shared+"counties: counties\n")
	units, err := filepath.Abs("../../config/county/xiangning.yaml")
	if err != nil {
		c.Fatal(err)
	}
	for _, k := range c.counties {
		c.write(filepath.Join(m.dir, "counties", k.id+".yaml"), own(k, units))
		c.write(filepath.Join(data, k.id, "checkpoint.key"), k.key)
		m.sockets[k.id] = filepath.Join(data, k.id, "control.sock")
	}
}

// write makes a file and the directories to it.
func (c *takeover) write(path, text string) {
	c.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		c.Fatal(err)
	}
}

// serveAt serves h at addr until the test ends, and returns where.
func serveAt(t *testing.T, addr string, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	serveOn(t, l, h)
	return l.Addr().String()
}

// serveOn serves h until the test ends.
func serveOn(t *testing.T, l net.Listener, h http.Handler) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	srv := &http.Server{Handler: h, BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() {
		cancel()
		_ = srv.Close()
	})
}

// keyOf makes the signing key of a county and returns its file's text.
func (c *takeover) keyOf(name string) (text, public string) {
	c.Helper()
	file := config.Data{Dir: c.dir}.Key()
	k, err := ledger.OpenKey(file, "fanzha/"+name, rand.Reader)
	if err != nil {
		c.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err := errors.Join(err, os.Remove(file)); err != nil {
		c.Fatal(err)
	}
	return string(b), k.Public()
}
