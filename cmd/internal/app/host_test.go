package app_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
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
	return newFleetOf(t, url, wechattest.Options{Seed: 1})
}

func newFleetOf(t *testing.T, url string, o wechattest.Options) *fleet {
	t.Helper()
	p := wechattest.New(o)
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
	h, err := app.NewHost(f.Context(), counties, app.Deps{HTTPClient: f.Platform.HTTPClient(), Web: f.Platform.HTTPClient().Transport, Archive: 200 * time.Millisecond,
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
	t.Parallel()
	server := redistest.Single(t)
	f := newFleet(t, server.URL())
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
	second.says(t, fmt.Sprintf("台账 %s 条", server.Do("HGET", "fanzha:{xiangning}:head", "size")))
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

// A process that Redis cannot be reached from stops leading by its own clock; the
// other one leads before long, and the first one, back again, follows it.
func TestTheOneThatIsCutOffStops(t *testing.T) {
	t.Parallel()
	server := redistest.Single(t)
	line := redistest.NewProxy(t, server.Addr)
	f := newFleet(t, server.URL())
	cut := f.config("one")
	cut.Redis.URL = line.URL()
	first := f.start("one", cut)
	first.says(t, "：主持")
	f.share("one", "two")
	second := f.start("two")
	second.says(t, "备用")
	line.Cut()
	second.says(t, "：主持")
	if status, text := first.ready(); status == http.StatusOK || strings.Contains(text, "：主持") {
		t.Errorf("cut off, it says %q", text)
	}
	office := app.Dial(filepath.Join(f.dirs["one"], "control.sock"))
	if _, err := office.Tell(t.Context(), demo.Approver, "本月"); err == nil {
		t.Error("cut off, it answers the office as if it led")
	}
	line.Restore()
	first.says(t, "备用，随时可以接替，现由 two 主持")
}

// The store has lost acknowledged entries. The process that knows them puts them
// back, writes that down and says so.
func TestAStoreThatWentBackIsRestored(t *testing.T) {
	t.Parallel()
	server := redistest.Single(t)
	f := newFleet(t, server.URL())
	p := f.start("one")
	p.says(t, "：主持")
	office := app.Dial(filepath.Join(f.dirs["one"], "control.sock"))
	ask := func(u int) {
		t.Helper()
		if _, err := office.Tell(t.Context(), demo.Approver, "绑定码 "+f.Units[u].Short); err != nil {
			t.Fatal(err)
		}
	}
	ask(0)
	before := server.Snapshot()
	ask(1)
	ask(1)
	server.Rewind(before)
	redistest.Eventually(t, "it leads again and says what befell the store", func() bool {
		_, text := p.ready()
		return strings.Contains(text, "：主持") && strings.Contains(text, "存储发生过回退，少了 ")
	})
	ask(0)
}

// A standby without the signing key says that it cannot lead, and can as soon as
// the key is there.
func TestAStandbyNeedsTheKey(t *testing.T) {
	t.Parallel()
	f := newFleet(t, redistest.Single(t).URL())
	f.start("one").says(t, "：主持")
	second := f.start("two")
	redistest.Eventually(t, "the standby misses the key", func() bool {
		status, text := second.ready()
		return status == http.StatusServiceUnavailable && strings.Contains(text, "签名密钥文件不见了")
	})
	f.share("one", "two")
	second.says(t, "备用，随时可以接替")
}

// counties are the configurations of several counties for one process. Each has a
// bot of its own.
func (f *fleet) counties(id string, n int) (out []config.File) {
	f.Helper()
	for i := range n {
		name := fmt.Sprintf("county%d", i)
		cfg := f.config(id)
		b := f.Platform.Bots()[i]
		cfg.County.ID, cfg.County.Name, cfg.Counties = name, "第"+name+"县", "counties"
		cfg.Data.Dir = filepath.Join(f.dirs[id], name)
		cfg.WeCom.BotID, cfg.WeCom.Secret, cfg.WeCom.BotName = b.ID, config.NewSecret(b.Secret), b.Name
		out = append(out, cfg)
	}
	return out
}

// leads counts the counties that a process leads.
func (p *process) leads() int {
	_, text := p.ready()
	return strings.Count(text, "：主持\n")
}

// Four counties move to where there is room: a second process takes half of them,
// and when the first one ends it has them all. One county, whose bot the platform
// refuses, fails alone.
func TestCountiesSpread(t *testing.T) {
	t.Parallel()
	bots := []wechattest.Bot{
		{ID: "b0", Secret: "s0", Name: "甲"}, {ID: "b1", Secret: "s1", Name: "乙"}, {ID: "b2", Secret: "s2", Name: "丙"}, {ID: "b3", Secret: "s3", Name: "丁"},
	}
	f := newFleetOf(t, redistest.Single(t).URL(), wechattest.Options{Seed: 1, Bots: bots})
	first := f.start("one", f.counties("one", 4)...)
	redistest.Eventually(t, "one leads all four", func() bool { return first.leads() == 4 })
	theirs := f.counties("two", 4)
	for i, cfg := range theirs {
		if err := os.MkdirAll(cfg.Data.Dir, 0o700); err != nil {
			t.Fatal(err)
		}
		copyFile(t, filepath.Join(f.dirs["one"], fmt.Sprint("county", i), "checkpoint.key"), cfg.Data.Key())
	}
	second := f.start("two", theirs...)
	redistest.Eventually(t, "each leads two", func() bool { return first.leads() == 2 && second.leads() == 2 })
	f.end("one")
	redistest.Eventually(t, "two leads all four", func() bool { return second.leads() == 4 })

	f.end("two")
	theirs[3].WeCom.Secret = config.NewSecret("wrong")
	again := f.start("two", theirs...)
	redistest.Eventually(t, "three lead though the fourth fails", func() bool {
		status, text := again.ready()
		return again.leads() == 3 && status == http.StatusServiceUnavailable && strings.Contains(text, "：主持，但企业微信长连接未就绪")
	})
}

// Two processes have been given one id. The second one says so, and leads nothing; it
// does when the first one is gone.
func TestATwinLeadsNothing(t *testing.T) {
	t.Parallel()
	f := newFleet(t, redistest.Single(t).URL())
	first := f.start("one")
	first.says(t, "：主持")
	f.share("one", "two")
	cfg := f.config("two")
	cfg.Process.ID = "one"
	second := f.start("two", cfg)
	redistest.Eventually(t, "the second one says so", func() bool {
		status, text := second.ready()
		return status == http.StatusServiceUnavailable && strings.Contains(text, "另有一个进程也叫 one")
	})
	first.says(t, "：主持")
	f.end("one")
	second.says(t, "：主持")
}

// The office cannot reach one county on this machine. The process leads the other
// ones, and says why it does not lead that one; it does when the place is right.
func TestACountyWithoutAPlaceFailsAlone(t *testing.T) {
	t.Parallel()
	bots := []wechattest.Bot{{ID: "b0", Secret: "s0", Name: "甲"}, {ID: "b1", Secret: "s1", Name: "乙"}, {ID: "b2", Secret: "s2", Name: "丙"}}
	f := newFleetOf(t, redistest.Single(t).URL(), wechattest.Options{Seed: 1, Bots: bots})
	counties := f.counties("one", 3)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	counties[0].Data.Dir = filepath.Join(file, "data")
	counties[1].Data.Dir = filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	p := f.start("one", counties...)
	redistest.Eventually(t, "one county is led, and it is said why two are not", func() bool {
		status, text := p.ready()
		return p.leads() == 1 && status == http.StatusServiceUnavailable && strings.Count(text, "不能主持") == 2 && strings.Contains(text, "数据目录的路径太长")
	})
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, "two are led", func() bool { return p.leads() == 2 })
}

// The platform calls a standby. What it says is passed to the process that leads,
// which answers; while nobody leads, the platform is told to come again.
func TestAStandbyPassesCallbacksOn(t *testing.T) {
	t.Parallel()
	f := newFleet(t, redistest.Single(t).URL())
	account := f.Platform.AddOfficial(wechattest.Official{})
	configure := func(id string) (config.File, *httptest.Server) {
		server := httptest.NewUnstartedServer(nil)
		cfg := f.config(id)
		cfg.Process.Advertise = "http://" + server.Listener.Addr().String()
		cfg.OA = config.Official{AppID: account.AppID, Secret: config.NewSecret(account.Secret), Token: config.NewSecret(account.Token),
			AESKey: config.NewSecret(account.AESKey)}
		return cfg, server
	}
	cfg, server := configure("one")
	first := f.start("one", cfg)
	server.Config.Handler = first.Callbacks()
	server.Start()
	defer server.Close()
	first.says(t, "：主持")
	f.share("one", "two")
	cfg, _ = configure("two")
	second := f.start("two", cfg)
	second.says(t, "备用，随时可以接替")
	account.Connect("https://fanzha.example/callback/oa", wechattest.ToHandler(second.Callbacks()))
	say := func() string {
		t.Helper()
		reply, err := account.Say(t.Context(), "oMember01", "我是 "+f.Units[0].Short+" 张三丰")
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(reply)
	}
	if got := say(); !strings.Contains(got, "张三丰") {
		t.Errorf("through the standby: %s", got)
	}
	f.end("one")
	second.says(t, "：主持")
	if got := say(); !strings.Contains(got, "张三丰") {
		t.Errorf("after the take-over: %s", got)
	}
}
