package config

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/robfig/cron/v3"

	"fanzha/bot"
	"fanzha/bot/calendar"
)

// Validate returns one *[Fault] for everything that is wrong in f, joined, or
// nil. It reads no file and no clock: whether SecretFile and Calendar.Dir can be
// read is for [Load] to find out.
func (f File) Validate() error { return errors.Join(f.validateProcess(), f.validateCounty()) }

// validateProcess is Validate for what all counties of a process share.
func (f File) validateProcess() error {
	var fs faults
	f.Redis.validate(&fs)
	if f.Redis.ArchiveDir != "" && f.Process.ID == "" {
		fs.add("process.id", "用归档目录（redis.archiveDir）时要写，各台机器不同，重启也不变，如 fanzha-1；也可设环境变量 FANZHA_PROCESS_ID")
	}
	f.Process.validate(&fs)
	if f.Counties != "" && !f.Redis.On() {
		fs.add("counties", "几个县共用一个程序时，台账要放在 Redis 里，请填写 redis.url；只有一个县则去掉 counties")
	}
	f.HTTP.validate(&fs)
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, f.Log.Level) {
		fs.add("log.level", "只能写 debug、info、warn、error 之一")
	}
	return fs.err()
}

// validateCounty is Validate for the rest.
func (f File) validateCounty() error {
	var fs faults
	if !countyID.MatchString(f.County.ID) {
		fs.add("county.id", "只用小写字母、数字和 -，最多 32 个字符，如 xiangning")
	}
	if strings.TrimSpace(f.County.Name) == "" {
		fs.add("county.name", "不能为空，请写县名，如 乡宁县")
	}
	if f.Counties != "" && f.County.Units == "" && f.County.ID != Default().County.ID {
		fs.add("county.units", "未填写，内置的名录只有乡宁县的，请写本县单位名录文件的路径")
	}
	f.WeCom.validate(&fs)
	if f.WeCom.unauthorized() {
		by := "环境变量 " + SecretEnv + " 或 wecom.secretFile "
		if f.Counties != "" { // the variable speaks of an only county
			by = " wecom.secretFile "
		}
		fs.add("wecom.secret", "未填写，请用%s给出机器人的 Secret", by)
	}
	f.validateRobots(&fs)
	f.OA.validate(&fs)
	f.App.validate(&fs)
	if (f.OA.AppID != "" || f.App.Hears() || f.WeCom.Callback.On()) && !isAddr(f.Callback.Addr) {
		fs.add("callback.addr", "应写成 地址:端口，如 127.0.0.1:8081")
	}
	if f.Data.Dir == "" {
		fs.add("data.dir", "不能为空，请写存放台账的目录，如 /var/lib/fanzha")
	}
	f.Web.validate(&fs)
	f.validateOperators(&fs)
	f.Push.validate(&fs)
	f.Schedule.validate(&fs)
	if f.Push.Cron != "" && f.Schedule.Push.When != Default().Schedule.Push.When {
		fs.add("push.cron", "与 schedule.push.when 只能写一个，建议只留 schedule.push.when")
	}
	if l := f.Binding.CodeLifetime; l < 10*time.Minute || l > 720*time.Hour {
		fs.add("binding.codeLifetime", "绑定码有效期应在 10m 至 720h 之间，如 72h")
	}
	return fs.err()
}

// countyID is what a county may be called.
var countyID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// unauthorized reports whether the long connection lacks its secret.
func (w WeCom) unauthorized() bool {
	return !w.Callback.On() && w.Secret.IsZero() && w.SecretFile == ""
}

func (w WeCom) validate(fs *faults) {
	if w.Callback.On() {
		w.validateCallback(fs)
	} else if strings.TrimSpace(w.BotID) == "" {
		fs.add("wecom.botId", "未填写，请到企业微信管理后台“智能机器人”页抄录 Bot ID")
	}
	switch {
	case w.BotName == "":
		fs.add("wecom.botName", "不能为空，请写机器人在企业微信里的名字，如 反诈助手")
	case strings.ContainsFunc(w.BotName, func(r rune) bool { return unicode.IsSpace(r) || r == '@' }):
		fs.add("wecom.botName", "不要带空格或 @，只写名字，如 反诈助手")
	}
	u, err := url.Parse(w.URL)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "wss" && u.Scheme != "ws"):
		fs.add("wecom.url", "不是长连接地址，公有平台写 %s", Default().WeCom.URL)
	case u.Scheme == "ws" && !loopback(u.Hostname()):
		fs.add("wecom.url", "未加密的 ws:// 只准用于本机模拟平台，请改用 wss://")
	}
}

func (f File) validateRobots(fs *faults) {
	seen := make(map[string]bool)
	for i, r := range f.Robots {
		at := "robots[" + strconv.Itoa(i) + "]."
		switch {
		case !robotName.MatchString(r.Name):
			fs.add(at+"name", "应以小写字母开头，只用小写字母、数字和 -，最多 32 个字符，如 jiaoke")
		case seen[r.Name]:
			fs.add(at+"name", "“%s”重复，每个群机器人的名字应各不相同", r.Name)
		}
		seen[r.Name] = true
		if r.Key.IsZero() && r.KeyFile == "" {
			fs.add(at+"key", "未填写，请用 keyFile 给出群机器人地址里 key= 后面的部分")
		}
	}
}

// robotName is what a webhook may be called.
var robotName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// validateCallback is validate for callback mode, which the platform lets a bot
// have only in the place of the long connection.
func (w WeCom) validateCallback(fs *faults) {
	if w.BotID != "" || !w.Secret.IsZero() || w.SecretFile != "" {
		fs.add("wecom.callback", "长连接与回调模式只能选一种：能用长连接就去掉 callback，否则去掉 botId 和 secret")
	}
	needSecret(fs, "wecom.callback.token", "机器人回调配置里的 Token", w.Callback.Token, w.Callback.TokenFile)
	needSecret(fs, "wecom.callback.aesKey", "机器人回调配置里的 EncodingAESKey", w.Callback.AESKey, w.Callback.AESKeyFile)
	checkAESKey(fs, "wecom.callback.aesKey", w.Callback.AESKey)
}

func (a WorkApp) validate(fs *faults) {
	set := !a.Secret.IsZero() || !a.Token.IsZero() || !a.AESKey.IsZero() || a.SecretFile+a.TokenFile+a.AESKeyFile != "" || a.AgentID != 0
	switch {
	case a.CorpID == "" && set:
		fs.add("app.corpId", "未填写，请到企业微信管理后台“我的企业”页抄录企业 ID；不用自建应用就把 app 下的都留空")
		return
	case a.CorpID == "":
		return
	case a.AgentID <= 0:
		fs.add("app.agentId", "未填写，请到自建应用的详情页抄录 AgentId，是一个整数，如 1000002")
	}
	needSecret(fs, "app.secret", "自建应用的 Secret", a.Secret, a.SecretFile)
	if a.Hears() != (!a.AESKey.IsZero() || a.AESKeyFile != "") {
		fs.add("app.token", "token 和 aesKey 要么都写，要么都不写")
	}
	checkAESKey(fs, "app.aesKey", a.AESKey)
}

// needSecret demands a secret, in the file or in one of its own.
func needSecret(fs *faults, key, what string, s Secret, file string) {
	if s.IsZero() && file == "" {
		fs.add(key, "未填写，请用 %sFile 给出%s", key[strings.LastIndex(key, ".")+1:], what)
	}
}

func checkAESKey(fs *faults, key string, s Secret) {
	if !s.IsZero() && !aesKey.MatchString(s.Reveal()) {
		fs.add(key, "应是 43 个字母和数字，请到企业微信管理后台重新抄录")
	}
}

// loopback reports whether host is this machine.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (w Web) validate(fs *faults) {
	if w.URL == "" {
		return
	}
	u, err := url.Parse(w.URL)
	if err != nil || u.Scheme != "http" || !loopback(u.Hostname()) || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		fs.add("web.url", "只准填本机的模拟平台，如 http://127.0.0.1:8090；正式使用请留空")
	}
}

func (h HTTP) validate(fs *faults) {
	if h.Addr == "" {
		return
	}
	if !isAddr(h.Addr) {
		fs.add("http.addr", "应写成 地址:端口，如 127.0.0.1:8080；不需要则留空")
	}
}

// isAddr reports whether addr is a host and a port.
func isAddr(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	_, bad := strconv.ParseUint(port, 10, 16)
	return err == nil && bad == nil
}

// aesKey is what an EncodingAESKey looks like.
var aesKey = regexp.MustCompile(`^[0-9A-Za-z]{43}$`)

func (o Official) validate(fs *faults) {
	set := !o.Secret.IsZero() || !o.Token.IsZero() || !o.AESKey.IsZero() || o.SecretFile+o.TokenFile+o.AESKeyFile+o.Notice.Template != ""
	switch {
	case o.AppID == "" && set:
		fs.add("oa.appId", "未填写，请到公众平台“基本配置”页抄录 AppID；不用公众号就把 oa 下的都留空")
		return
	case o.AppID == "":
		return
	}
	for _, s := range []struct {
		key, what string
		secret    Secret
		file      string
	}{
		{"oa.secret", "公众号的 AppSecret", o.Secret, o.SecretFile}, {"oa.token", "服务器配置里的 Token", o.Token, o.TokenFile},
		{"oa.aesKey", "服务器配置里的 EncodingAESKey", o.AESKey, o.AESKeyFile},
	} {
		if s.secret.IsZero() && s.file == "" {
			fs.add(s.key, "未填写，请用 %sFile 给出%s", strings.TrimPrefix(s.key, "oa."), s.what)
		}
	}
	if !o.AESKey.IsZero() && !aesKey.MatchString(o.AESKey.Reveal()) {
		fs.add("oa.aesKey", "应是 43 个字母和数字，请到公众平台“服务器配置”页重新抄录")
	}
	if (o.Notice.Template == "") != (len(o.Notice.Fields) == 0) {
		fs.add("oa.notice", "template 和 fields 要么都写，要么都不写")
	}
}

func (p Push) validate(fs *faults) {
	if why := badCron(p.Cron); p.Cron != "" && why != "" {
		fs.add("push.cron", "%s", why)
	}
	for _, t := range []struct{ key, text string }{
		{"push.quietHours.from", p.QuietHours.From}, {"push.quietHours.to", p.QuietHours.To},
	} {
		if _, ok := clock(t.text); !ok {
			fs.add(t.key, "“%s”不是时刻，应写成 21:00、08:00 的样子", t.text)
		}
	}
	for _, n := range []struct {
		key      string
		n, least int
		unit     string
	}{
		{"push.sessionDays", p.SessionDays, 1, "天"},
		{"push.lateDays", p.LateDays, 0, "天"},
		{"push.perMonth", p.PerMonth, 1, "条"},
	} {
		if n.n < n.least || n.n > 31 {
			fs.add(n.key, "%d 超出范围，应在 %d 至 31 %s之间", n.n, n.least, n.unit)
		}
	}
	if d := p.FallbackAfter; d < time.Minute || d > 24*time.Hour {
		fs.add("push.fallbackAfter", "应在 1m 至 24h 之间，如 30m")
	}
	if d := p.ForwardWithin; d < time.Hour || d > 240*time.Hour {
		fs.add("push.forwardWithin", "应在 1h 至 240h 之间，如 24h")
	}
}

func (s Schedule) validate(fs *faults) { s.Push.validate("schedule.push", fs) }

func (j Job) validate(key string, fs *faults) {
	if _, err := calendar.ParseRule(j.When); err != nil {
		fs.add(key+".when", "%v", err)
	}
	if !slices.Contains(calendar.Policies(), calendar.Policy(j.Missed)) {
		fs.add(key+".missed", "只能写 skip（不补）、once（补一次）、all（逐次补）之一")
	}
	if j.Window < time.Hour || j.Window > 744*time.Hour {
		fs.add(key+".window", "应在 1h 至 744h（31 天）之间，如 24h")
	}
}

// clock reads a time of day as an offset from midnight.
func clock(s string) (time.Duration, bool) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

// badCron says in Chinese what is wrong with a cron line, or nothing.
func badCron(line string) string {
	if strings.Contains(line, "TZ=") {
		return "不要写时区，固定按北京时间"
	}
	if strings.HasPrefix(line, "@") || len(strings.Fields(line)) != 5 {
		return "应是五段：分 时 日 月 星期，如 30 9 * * 1-5 表示工作日 9:30"
	}
	s, err := cron.ParseStandard(line)
	if err != nil {
		return "读不懂“" + line + "”，应是五段：分 时 日 月 星期，如 30 9 * * 1-5"
	}
	// The library gives up after five years and returns the zero time. Any
	// start will do; this one is before a leap day.
	if s.Next(time.Date(2027, 1, 1, 0, 0, 0, 0, bot.Zone)).IsZero() {
		return "“" + line + "”这一天永远不会到来，请检查日和月"
	}
	return ""
}

// identifier is what an id of config looks like.
var identifier = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)
