// Package config is what the office writes down before the program starts: the
// configuration file and the county's units.
//
// It is not where behaviour lives: it reads, checks and explains values, and
// the packages that act on them each take their own small Config. So it
// imports the domain and a YAML reader only, and only cmd imports it.
//
// [Default] holds every value that has one, [Load] lays the file over it,
// fetches the secret, and refuses a file that [File.Validate] finds a fault
// in. All faults are told at once, in Chinese, each with its key and what to
// write instead. fanzha.example.yaml explains every key; tests keep it
// complete and true.
//
// Several counties are one main file and a directory with a file for each
// county, laid over it: see [LoadFleet].
package config

import (
	"log/slog"
	"path/filepath"
	"time"

	"fanzha/bot"
	"fanzha/bot/calendar"
)

// A File is the whole configuration. Keys are written in camelCase. The zero
// File is not usable; start from [Default]. A File is plain data: copies may
// be read concurrently.
type File struct {
	County County `yaml:"county"`
	WeCom  WeCom  `yaml:"wecom"`
	// Robots are the webhooks of groups (群机器人). Default none.
	Robots []Robot `yaml:"robots"`
	// App is the self-built WeCom app.
	App WorkApp `yaml:"app"`
	// OA is the official account, Callback where it and others are called back.
	OA       Official `yaml:"oa"`
	Callback Callback `yaml:"callback"`
	Web      Web      `yaml:"web"`
	Data     Data     `yaml:"data"`
	// Redis, Counties and Process are for two machines and for many counties.
	Redis Redis `yaml:"redis"`
	// Counties is the directory of the counties' files, see [LoadFleet]. Empty,
	// the default, means that this file is the only county's. A File that
	// LoadFleet returned for one of several counties has it too.
	Counties string  `yaml:"counties"`
	Process  Process `yaml:"process"`
	HTTP     HTTP    `yaml:"http"`
	// Operators (操作员) are the people of the office who may do more than
	// check in. No default: every Role needs somebody who holds it.
	Operators []bot.Operator `yaml:"operators"`
	// FourEyes demands that an alert is verified and approved by a person
	// other than its author. Default true. Only an office that has a single
	// operator may turn it off; the log says so at every start and every
	// report carries the remark.
	FourEyes bool     `yaml:"fourEyes"`
	Push     Push     `yaml:"push"`
	Schedule Schedule `yaml:"schedule"`
	Calendar Calendar `yaml:"calendar"`
	Binding  Binding  `yaml:"binding"`
	Log      Log      `yaml:"log"`
}

// County says whom the program serves.
type County struct {
	// ID names the county's ledger in Redis, and its callbacks where there are
	// several counties: small letters, digits and -. It is not changed later: the
	// ledger would not be found any more. Default xiangning.
	ID string `yaml:"id"`
	// Name stands in the head of reports. Default 乡宁县.
	Name string `yaml:"name"`
	// Units is the path of the units file. Empty, the default, means the
	// embedded list of 乡宁县, see [Units].
	Units string `yaml:"units"`
}

// WeCom is the long connection of the WeCom bot (智能机器人).
type WeCom struct {
	// BotID is shown in the admin console of WeCom, page 智能机器人. Required.
	BotID string `yaml:"botId"`
	// Secret belongs to BotID. One of Secret, SecretFile and the environment
	// variable FANZHA_WECOM_SECRET is required; the variable wins.
	Secret Secret `yaml:"secret"`
	// SecretFile is the path of a file that holds nothing but the secret.
	// Default empty: no file.
	SecretFile string `yaml:"secretFile"`
	// BotName is the name by which people mention the bot. It must be the one
	// set in WeCom. Default 反诈助手.
	BotName string `yaml:"botName"`
	// URL is the WebSocket endpoint. Default is that of the public platform; a
	// private deployment of WeCom has its own. Without TLS only the loopback
	// address is accepted.
	URL string `yaml:"url"`
	// Callback is for those who cannot hold a long connection: the bot hears
	// and answers, and nothing is pushed by it. It takes the place of BotID and
	// Secret. Default none.
	Callback BotCallback `yaml:"callback"`
}

// BotCallback is the smart bot's callback mode. Token and AESKey are those of the
// admin console, where the mode 设置接收消息回调地址 must be chosen. Each can
// stand in a file of its own instead.
type BotCallback struct {
	Token      Secret `yaml:"token"`
	TokenFile  string `yaml:"tokenFile"`
	AESKey     Secret `yaml:"aesKey"`
	AESKeyFile string `yaml:"aesKeyFile"`
}

// On reports whether the bot is in callback mode.
func (b BotCallback) On() bool {
	return !b.Token.IsZero() || !b.AESKey.IsZero() || b.TokenFile+b.AESKeyFile != ""
}

// A Robot is the webhook of one group: it only sends, and can call on people.
type Robot struct {
	// Name is how commands and entries name it, for example jiaoke: a small
	// letter, then small letters, digits and -. It stands in the ledger, so it
	// is not changed later.
	Name string `yaml:"name"`
	// Key is what stands after key= in the webhook's address. It is the whole
	// credential. One of Key and KeyFile is required.
	Key Secret `yaml:"key"`
	// KeyFile is the path of a file that holds nothing but the key.
	KeyFile string `yaml:"keyFile"`
}

// WorkApp is the self-built app (自建应用), by which liaisons get their private
// reminders and members can check in one to one.
type WorkApp struct {
	// CorpID is the corporation's. Empty, the default, means that there is no
	// app.
	CorpID string `yaml:"corpId"`
	// AgentID and Secret are those of the app's page. Required if there is a
	// CorpID.
	AgentID    int    `yaml:"agentId"`
	Secret     Secret `yaml:"secret"`
	SecretFile string `yaml:"secretFile"`
	// Token and AESKey (EncodingAESKey) are those of the app's page 接收消息.
	// Without them the app only sends texts: it hears nothing, and has no cards
	// to check in by. Each can stand in a file of its own instead.
	Token      Secret `yaml:"token"`
	TokenFile  string `yaml:"tokenFile"`
	AESKey     Secret `yaml:"aesKey"`
	AESKeyFile string `yaml:"aesKeyFile"`
}

// Hears reports whether the app is called back.
func (a WorkApp) Hears() bool { return !a.Token.IsZero() || a.TokenFile != "" }

// Official is the official account (公众号, a verified 服务号), by which members of
// WeChat groups check in one to one.
type Official struct {
	// AppID is the account's. Empty, the default, means that there is none.
	AppID string `yaml:"appId"`
	// Secret (AppSecret), Token and AESKey (EncodingAESKey) are those of the
	// page 基本配置, where 安全模式 must be chosen. Each can stand in a file of
	// its own instead. Required if there is an AppID.
	Secret     Secret `yaml:"secret"`
	SecretFile string `yaml:"secretFile"`
	Token      Secret `yaml:"token"`
	TokenFile  string `yaml:"tokenFile"`
	AESKey     Secret `yaml:"aesKey"`
	AESKeyFile string `yaml:"aesKeyFile"`
	// Menu says that the account's menu is to be made at each start. Default
	// true.
	Menu bool `yaml:"menu"`
	// Notice goes out where the platform allows no customer-service message.
	Notice Notice `yaml:"notice"`
}

// Notice is a template message or a subscribe message. Default none.
type Notice struct {
	// Template is its id.
	Template string `yaml:"template"`
	// Subscribe says that it is a subscribe message (订阅通知). Default false.
	Subscribe bool `yaml:"subscribe"`
	// Fields are its fields by name; {text}, {full} and {time} in them are
	// replaced.
	Fields map[string]string `yaml:"fields"`
}

// Callback is the port that platforms call.
type Callback struct {
	// Addr serves /callback/oa, /callback/app and /callback/aibot, of several
	// counties /callback/<county>/oa and so on, behind the office's reverse proxy. It is opened only if there is something to be
	// called back. Default 127.0.0.1:8081.
	Addr string `yaml:"addr"`
}

// Web says where the platforms' HTTP interfaces are.
type Web struct {
	// URL stands in the place of the platforms' hosts, for trying the program on
	// a simulated platform: http:// and this machine only, for every key and
	// token goes there. Default empty: the platforms' own hosts.
	URL string `yaml:"url"`
}

// Data says where the program keeps what must not be lost.
type Data struct {
	// Dir holds the ledger, unless it is in Redis, and its signing key; see
	// [Data.Ledger] and [Data.Key]. Of several counties each has a directory
	// County.ID in it, unless the county's own file says another one. Default
	// "data".
	Dir string `yaml:"dir"`
}

// Ledger returns the path of the ledger file.
func (d Data) Ledger() string { return filepath.Join(d.Dir, "ledger.db") }

// Key returns the path of the key that signs checkpoints.
func (d Data) Key() string { return filepath.Join(d.Dir, "checkpoint.key") }

// HTTP is the port for those who watch the machine.
type HTTP struct {
	// Addr serves /healthz, /readyz and /metrics. Default 127.0.0.1:8080,
	// which only this machine reaches. Empty means that nothing is served.
	Addr string `yaml:"addr"`
}

// Push says when groups get messages, and how many.
type Push struct {
	// Cron is when approved alerts go out: five fields (minute, hour, day,
	// month, weekday) in Asia/Shanghai. It stands for Schedule.Push.When, which
	// says more, and wins over its default. Default empty.
	Cron string `yaml:"cron"`
	// QuietHours are kept by everything that is not approved as urgent.
	QuietHours QuietHours `yaml:"quietHours"`
	// SessionDays is how many days a group can check in for a lesson after it
	// was pushed. 1 to 31, default 5.
	SessionDays int `yaml:"sessionDays"`
	// LateDays is how many days after that a check-in still counts, as made
	// up (补学). 0 to 31, 0 means none, default 10.
	LateDays int `yaml:"lateDays"`
	// PerMonth is how many messages the bot may send into one group in a
	// month of its own accord, summaries included; urgent alerts and
	// corrections go out beyond it. 1 to 31, default 8.
	PerMonth int `yaml:"perMonth"`
	// FallbackAfter is for how long a channel may take nothing before a group's
	// next one is tried. 1m to 24h, default 30m.
	FallbackAfter time.Duration `yaml:"fallbackAfter"`
	// ForwardWithin is how long a liaison has to forward what he was handed
	// before it counts as overdue. 1h to 240h, default 24h.
	ForwardWithin time.Duration `yaml:"forwardWithin"`
}

// QuietHours (免打扰) is a daily span in Asia/Shanghai, which may span
// midnight. From equal to To means that there is none.
type QuietHours struct {
	// From is the first minute at which nothing goes out, as 21:00. Default 21:00.
	From string `yaml:"from"`
	// To is the first minute at which messages go out again. Default 08:00.
	To string `yaml:"to"`
}

// Hours returns q as the domain has it. It is right for a q that
// [File.Validate] accepts; a time that cannot be read counts as midnight.
func (q QuietHours) Hours() bot.QuietHours {
	from, _ := clock(q.From)
	to, _ := clock(q.To)
	return bot.QuietHours{From: from, To: to}
}

// Schedule says when the scheduled jobs (定时任务) run, a Job each.
type Schedule struct {
	// Push sends the next approved alert.
	Push Job `yaml:"push"`
}

// A Job is when one job runs and what becomes of its runs that are missed
// because the program was down.
type Job struct {
	// When is a rule in words, or a cron line; see [calendar.ParseRule].
	When string `yaml:"when"`
	// Missed is the policy: skip, once or all. Default once.
	Missed string `yaml:"missed"`
	// Window is how old a missed run may be to be made up for, in Go's
	// notation. 1h to 744h, default 24h.
	Window time.Duration `yaml:"window"`
}

// Rule returns j's When as a rule. It is right for a j that [File.Validate]
// accepts; one that cannot be read never runs.
func (j Job) Rule() calendar.Rule {
	r, _ := calendar.ParseRule(j.When)
	return r
}

// Policy returns what becomes of j's missed runs.
func (j Job) Policy() calendar.Missed {
	return calendar.Missed{Policy: calendar.Policy(j.Missed), Window: j.Window}
}

// PushJob returns the job that sends the next approved alert, by whichever of its
// keys was used.
func (f File) PushJob() Job {
	j := f.Schedule.Push
	if f.Push.Cron != "" {
		j.When = f.Push.Cron
	}
	return j
}

// Calendar says where the office's holidays and working weekends stand.
type Calendar struct {
	// Dir holds a file <year>.yaml for each year that does not come with the
	// program; see [LoadCalendar]. Default empty: none.
	Dir string `yaml:"dir"`
}

// Binding says how groups are bound to units.
type Binding struct {
	// CodeLifetime is how long a binding code can be used, in Go's notation:
	// 72h, 90m. 10m to 720h, default 72h.
	CodeLifetime time.Duration `yaml:"codeLifetime"`
}

// Log says what is written to standard error.
type Log struct {
	// Level is the least important one written: debug, info, warn or error.
	// Default info.
	Level string `yaml:"level"`
}

// Slog returns the level as log/slog has it; one that cannot be read counts as
// info.
func (l Log) Slog() slog.Level {
	switch l.Level {
	case "debug":
		return slog.LevelDebug
	case "warn":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	}
	return slog.LevelInfo
}

// Default returns the File that an empty configuration file stands for. It
// lacks what has no default: the bot's id and secret, and the operators.
func Default() File {
	return File{
		County: County{ID: "xiangning", Name: "乡宁县"},
		// developer.work.weixin.qq.com/document/path/101463: no path, no query.
		WeCom:    WeCom{BotName: "反诈助手", URL: "wss://openws.work.weixin.qq.com"},
		Robots:   []Robot{},
		OA:       Official{Menu: true, Notice: Notice{Fields: map[string]string{}}},
		Callback: Callback{Addr: "127.0.0.1:8081"},
		Data:     Data{Dir: "data"},
		Redis:    Redis{Copies: 2, LeaseTTL: 6 * time.Second},
		HTTP:     HTTP{Addr: "127.0.0.1:8080"},
		FourEyes: true,
		Push: Push{
			QuietHours:  QuietHours{From: "21:00", To: "08:00"},
			SessionDays: 5,
			LateDays:    10,
			PerMonth:    8,

			FallbackAfter: 30 * time.Minute,
			ForwardWithin: 24 * time.Hour,
		},
		Schedule: Schedule{Push: Job{When: "每个工作日 09:30", Missed: string(calendar.Once), Window: 24 * time.Hour}},
		Binding:  Binding{CodeLifetime: 72 * time.Hour},
		Log:      Log{Level: "info"},
	}
}
