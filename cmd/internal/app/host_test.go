package app_test

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanzha/bot/ledger/redis/redistest"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

// A fleet is several processes, in one, that share counties through a real Redis,
// on the simulated platform. They run on the machine's time.
type fleet struct {
	*testing.T
	*demo.World
	url     string
	running map[string]*process
	dirs    map[string]string
}

// A process is one of them.
type process struct {
	*app.Host
	stop  context.CancelFunc
	ended chan error
}

func newFleet(t *testing.T, url string) *fleet {
	t.Helper()
	p := wechattest.New(wechattest.Options{Seed: 1})
	t.Cleanup(func() { p.Close() })
	w, err := demo.NewWorld(p, 37, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.Units = w.Units[:2]
	return &fleet{T: t, World: w, url: url, running: make(map[string]*process), dirs: make(map[string]string)}
}

// config is the configuration of the process id. All have the same key.
func (f *fleet) config(id string) config.File {
	f.Helper()
	dir := f.dirs[id]
	if dir == "" {
		dir = f.TempDir()
		f.dirs[id] = dir
	}
	cfg := f.World.Config("ws://openws.sim/", dir)
	cfg.Redis.URL, cfg.Redis.LeaseTTL, cfg.Redis.AcceptWeak = f.url, time.Second, true
	cfg.Process.ID = id
	cfg.Callback.Addr = ""
	return cfg
}

// start starts the process id.
func (f *fleet) start(id string, counties ...config.File) *process {
	f.Helper()
	if len(counties) == 0 {
		counties = []config.File{f.config(id)}
	}
	h, err := app.NewHost(f.Context(), counties, app.Deps{HTTPClient: f.Platform.HTTPClient(), Web: f.Platform.HTTPClient().Transport,
		Log: slog.New(slog.NewTextHandler(f.Output(), nil)).With("process", id)})
	if err != nil {
		f.Fatal(err)
	}
	ctx, stop := context.WithCancel(f.Context())
	p := &process{Host: h, stop: stop, ended: make(chan error, 1)}
	go func() { p.ended <- h.Run(ctx) }()
	f.running[id] = p
	f.Cleanup(func() { f.end(id) })
	return p
}

// end stops the process id in the orderly way.
func (f *fleet) end(id string) {
	f.Helper()
	p := f.running[id]
	if p == nil {
		return
	}
	delete(f.running, id)
	p.stop()
	if err := <-p.ended; err != nil {
		f.Errorf("%s ended with %v", id, err)
	}
	if err := p.Close(); err != nil {
		f.Errorf("closing %s: %v", id, err)
	}
}

// ready returns what a process says of itself.
func (p *process) ready() (status int, text string) {
	w := httptest.NewRecorder()
	p.Signals().ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
	b, _ := io.ReadAll(w.Body)
	return w.Code, string(b)
}

// says waits until a process says of itself that it is well, and what.
func (p *process) says(t *testing.T, what string) {
	t.Helper()
	redistest.Eventually(t, what, func() bool {
		status, text := p.ready()
		return status == 200 && strings.Contains(text, what)
	})
}

// Two processes share a county. One leads, the other follows. When the first one is
// stopped the other one leads, with all that was done, and the bot is its.
func TestAPairHandsOver(t *testing.T) {
	f := newFleet(t, redistest.Single(t).URL())
	first := f.start("one")
	first.says(t, "：主持")
	f.share("one", "two")
	second := f.start("two")
	second.says(t, "备用，随时可以接替，现由 one 主持")
	office := app.Dial(filepath.Join(f.dirs["one"], "control.sock"))
	if _, err := office.Tell(t.Context(), demo.Approver, "绑定码 "+f.Units[0].Short); err != nil {
		t.Fatal(err)
	}
	other := app.Dial(filepath.Join(f.dirs["two"], "control.sock"))
	if _, err := other.Tell(t.Context(), demo.Approver, "本月"); err == nil || !strings.Contains(err.Error(), "由进程 one 主持") {
		t.Errorf("a standby says %v", err)
	}
	f.end("one")
	second.says(t, "：主持")
	if _, err := other.Tell(t.Context(), demo.Approver, "本月"); err != nil {
		t.Errorf("the one that took over: %v", err)
	}
}

// share copies the signing key from one process to another, as the operator does.
func (f *fleet) share(from, to string) {
	f.Helper()
	f.config(to)
	copyFile(f.T, filepath.Join(f.dirs[from], "checkpoint.key"), filepath.Join(f.dirs[to], "checkpoint.key"))
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
