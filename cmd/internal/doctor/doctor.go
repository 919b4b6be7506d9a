// Package doctor examines an installation, running or not, and says for each thing
// whether it is as it should be and, if not, what to do.
//
// It mends nothing and is no monitor: it looks once, for a person, and what must
// be watched all the time stands in /readyz and /metrics. It takes no lock, sends
// no credentials to any platform, and shows no secret.
//
// [Examine] asks one thing after another. What was found out and what it means
// are kept apart: the judge functions are pure, and take what the rest has seen.
//
// # The clock
//
// The machine's clock is compared with Redis's and with the Date of a platform's
// answers, which has whole seconds. Up to 5 seconds are fine. Beyond them a push
// goes out visibly early or late, and two machines disagree about quiet hours;
// beyond a minute that is a fault, well before the five minutes at which the
// platforms' callbacks would be refused as stale and TLS certificates follow.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"

	"fanzha/bot/ledger/redis"
	"fanzha/config"
)

// A Grade says how something is.
type Grade int

// The grades.
const (
	Fine  Grade = iota // 正常
	Note               // 注意: works, but somebody should look at it
	Fault              // 故障: must be mended
)

// String returns the grade's Chinese word.
func (g Grade) String() string {
	switch g {
	case Note:
		return "注意"
	case Fault:
		return "故障"
	}
	return "正常"
}

// A Finding is one line of the report, in Chinese.
type Finding struct {
	Grade  Grade
	County string // its id, empty where there is one county or all are meant
	About  string
	Text   string
	Do     string // what to do, empty if nothing
}

// String returns the finding as one line.
func (f Finding) String() string {
	out := f.Grade.String() + " "
	if f.County != "" {
		out += "[" + f.County + "] "
	}
	out += f.About + "：" + f.Text
	if f.Do != "" {
		out += "。" + f.Do
	}
	return out
}

// Deps are what tests replace.
type Deps struct {
	Now func() time.Time
	// Web carries requests, which have no credentials; nil means the network.
	Web http.RoundTripper
	// Space returns how many bytes are free where dir is, and which file system
	// that is; nil asks the system.
	Space func(dir string) (free, device uint64, err error)
}

// patience is how long one thing may take to answer.
const patience = 5 * time.Second

// Examine looks at the installation of files, which [config.LoadFleet] has
// returned, and hands each finding to report as it comes.
func Examine(ctx context.Context, files []config.File, d Deps, report func(Finding)) {
	if d.Web == nil {
		d.Web = &http.Transport{Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: patience, DisableKeepAlives: true}
	}
	if d.Space == nil {
		d.Space = space
	}
	e := &examination{ctx: ctx, deps: d, main: files[0], fleet: files[0].Counties != "", out: report, seen: make(map[string]bool)}
	e.units(files)
	e.running()
	e.platforms(files)
	e.openRedis()
	if e.server != nil {
		defer e.server.Close()
	}
	e.clocks()
	for _, f := range files {
		e.county(f)
	}
}

// An examination is under way.
type examination struct {
	ctx    context.Context
	deps   Deps
	main   config.File // for what all counties share
	fleet  bool
	out    func(Finding)
	server *redis.Server   // nil if there is none, or it does not answer
	clock  []reading       // of others' clocks
	seen   map[string]bool // what several counties share is told once
}

// say reports one finding. county is empty for what all share.
func (e *examination) say(g Grade, county, about, text, do string) {
	if !e.fleet {
		county = ""
	}
	e.out(Finding{g, county, about, text, do})
}

// once reports whether key comes for the first time.
func (e *examination) once(key string) bool {
	if e.seen[key] {
		return false
	}
	e.seen[key] = true
	return true
}

// within returns a context for one thing.
func (e *examination) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(e.ctx, patience)
}

// units checks the configuration beyond what loading it has checked.
func (e *examination) units(files []config.File) {
	good := true
	for _, f := range files {
		_, err := config.LoadUnits(f.County.Units)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			e.say(Fault, f.County.ID, "单位名录", "找不到 "+f.County.Units, "请检查 county.units")
		case err != nil:
			e.say(Fault, f.County.ID, "单位名录", err.Error(), "请按提示修改这个文件")
		}
		good = good && err == nil
	}
	switch {
	case !good:
	case e.fleet:
		e.say(Fine, "", "配置", fmt.Sprintf("没有错误，共 %d 个县，单位名录都读得出", len(files)), "")
	default:
		e.say(Fine, "", "配置", "没有错误，单位名录读得出", "")
	}
	e.advertised()
}

// advertised compares where others are told to call with where calls are taken.
func (e *examination) advertised() {
	host, _, _ := net.SplitHostPort(e.main.Callback.Addr)
	ip := net.ParseIP(host)
	if e.main.Process.Advertise == "" || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return
	}
	e.say(Note, "", "回调", "process.advertise 写了地址，但 callback.addr 是 "+e.main.Callback.Addr+"，别的机器连不到",
		"请把 callback.addr 改成本机在内网的地址，并用防火墙限制来源；前面另有代理转到这里的不用改")
}

// running asks the program itself, if it runs here.
func (e *examination) running() {
	if e.main.HTTP.Addr == "" {
		return
	}
	ctx, cancel := e.within()
	defer cancel()
	ready, err := askReady(ctx, e.main.HTTP.Addr)
	f := judgeReady(ready, err)
	e.say(f.Grade, "", f.About, f.Text, f.Do)
}

// connect opens Redis, whatever its settings: these are judged afterwards.
func (e *examination) openRedis() {
	r := e.main.Redis
	if !r.On() {
		return
	}
	ctx, cancel := e.within()
	defer cancel()
	server, err := redis.Connect(ctx, redis.Config{
		URL: r.URL, Username: r.Username, Password: redis.Secret(r.Password.Reveal()), SentinelPassword: redis.Secret(r.SentinelPassword.Reveal()),
		Replicas: r.Replicas, AcceptWeak: true, ArchiveDir: r.ArchiveDir, Copies: r.Copies, Log: silent(),
	})
	if err != nil {
		e.say(Fault, "", "Redis", strings.TrimRight(err.Error(), "."), "请检查 redis.url、密码、网络和 Redis 是否在运行")
		return
	}
	e.server = server
	for _, f := range judgeWeakness(server.Weakness(), r.AcceptWeak) {
		e.say(f.Grade, "", f.About, f.Text, f.Do)
	}
	ctx, cancel = e.within()
	defer cancel()
	before := e.deps.Now()
	if theirs, err := server.Client().Time(ctx).Result(); err == nil {
		took := e.deps.Now().Sub(before)
		e.clock = append(e.clock, reading{"Redis", theirs.Sub(before.Add(took / 2))})
	}
}

// judgeWeakness judges what a server may lose.
func judgeWeakness(weak []string, accepted bool) (out []Finding) {
	for _, w := range weak {
		f := Finding{Grade: Fault, About: "Redis", Text: w, Do: "改好之前程序不肯启动"}
		if accepted {
			f.Grade, f.Do = Note, "配置里的 redis.acceptWeak 允许这样使用，断电或主库切换时可能丢失已经答复的签到"
		}
		out = append(out, f)
	}
	if len(weak) == 0 {
		out = append(out, Finding{About: "Redis", Text: "连得上，设置能保证已经答复的不丢"})
	}
	return out
}

// clocks compares the clock with others'.
func (e *examination) clocks() {
	for _, f := range judgeClocks(e.clock) {
		e.say(f.Grade, "", f.About, f.Text, f.Do)
	}
}

// reasonOf says in Chinese why a connection failed, in words of our own: the
// system's hold addresses and are in English.
func reasonOf(err error) string {
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &dns):
		return "域名解析不了"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("等了 %d 秒没有应答", int(patience.Seconds()))
	case refused(err):
		return "没有程序在那里接受连接"
	case untrusted(err):
		return "证书不对"
	}
	return "连接失败（" + innermost(err).Error() + "）"
}
