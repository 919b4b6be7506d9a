package archtest

// A rule says what the packages that pkg matches may import beyond the standard
// library. The longest matching pattern counts. "x/..." matches x and
// everything below it; paths of this module are written without its name.
type rule struct {
	pkg   string
	may   []string
	never []string // wins over may, and bars parts of the standard library too
	tests []string // what its tests may import besides
	why   string
}

const (
	modLib    = "golang.org/x/mod/sumdb/..."
	socketLib = "github.com/coder/websocket/..."
	cronLib   = "github.com/robfig/cron/v3"
	redisLib  = "github.com/redis/go-redis/v9/..."
)

func rules() []rule {
	outside := []string{"net/...", "database/...", "html/...", "os/..."}
	const (
		view    = "a view is rebuilt from entries alone: it knows the words of the domain and no other view"
		channel = "a channel speaks to its platform and knows neither the other channels nor the services"
		store   = "a store keeps records; what they mean is not its concern"
	)
	return []rule{
		{pkg: "bot", never: outside,
			why: "the domain is words and rules: it must be readable, and testable, without the world around it"},
		{pkg: "bot/ledger", may: []string{"bot", modLib}, never: []string{"net/...", "database/...", "html/..."},
			why: "the ledger must be verifiable by anyone who has the files, whatever store they came from"},
		{pkg: "bot/ledger/sqlite", may: []string{"bot", "bot/ledger", "modernc.org/sqlite/..."}, why: store},
		{pkg: "bot/ledger/archive", may: []string{"bot/ledger", modLib}, never: []string{"net/...", "database/...", "html/..."}, tests: []string{"bot"}, why: store},
		{pkg: "bot/ledger/redis", may: []string{"bot", "bot/ledger", "bot/ledger/archive", redisLib}, tests: []string{modLib}, why: store},
		{pkg: "bot/ledger/redis/redistest", may: []string{redisLib}, why: "it starts servers; what is kept in them is the tests' affair"},
		{pkg: "bot/ledger/ledgertest", may: []string{"bot", "bot/ledger", "github.com/google/go-cmp/..."}, why: "the suite must fit every store"},

		{pkg: "bot/shared", may: []string{"bot", "bot/wechat", "bot/wechat/token", redisLib}, tests: []string{"bot/ledger/redis/redistest"},
			why: "what processes share beside the ledger must be lost without harm"},

		{pkg: "bot/attendance", may: []string{"bot"}, never: outside, why: view},
		{pkg: "bot/calendar", may: []string{"bot", cronLib}, never: outside, why: view},
		{pkg: "bot/directory", may: []string{"bot"}, never: outside, why: view},
		{pkg: "bot/filing", may: []string{"bot"}, never: outside, why: view},
		{pkg: "bot/push", may: []string{"bot"}, never: outside, why: view},
		{pkg: "bot/running", may: []string{"bot"}, never: outside, why: view},
		{pkg: "bot/search", may: []string{"bot", "github.com/mozillazg/go-pinyin"}, never: outside, why: view},
		{pkg: "bot/supervise", may: []string{"bot"}, never: outside, why: view},
		{pkg: "bot/chat", may: []string{"bot"}, never: outside, why: "reading Chinese is a pure function of the text"},
		{pkg: "bot/roster", may: []string{"bot", "golang.org/x/text/..."}, never: outside,
			tests: []string{"github.com/xuri/excelize/v2"}, why: "reading a name list is a pure function of its bytes"},
		{pkg: "bot/book", may: []string{"bot", "bot/ledger", "bot/attendance", "bot/calendar", "bot/directory", "bot/filing", "bot/push", "bot/running", "bot/search", "bot/supervise"}, never: outside,
			why: "the book brings ledger and views together and decides nothing itself"},
		{pkg: "bot/report", may: []string{"bot", "bot/book", "bot/attendance", "bot/directory", "bot/filing", "bot/push", "bot/running", "bot/search", "bot/supervise"}, never: outside,
			tests: []string{"bot/ledger"}, why: "a report is made of the book alone, so that it can be made again"},
		{pkg: "bot/evidence", may: []string{"bot", "bot/ledger", "bot/book", "bot/report", modLib}, never: outside,
			why: "whoever verifies must need nothing but the file and the key"},

		{pkg: "bot/wechat", may: []string{"bot"}, why: channel},
		{pkg: "bot/wechat/token", may: []string{"bot", "bot/wechat"}, never: []string{"net/http/..."}, tests: []string{"github.com/silenceper/wechat/v2/credential"},
			why: "a token is kept the same way whatever it is for, and fetched through the family's client alone"},
		{pkg: "bot/wechat/forward", may: []string{"bot"}, never: outside, tests: []string{"bot/wechat", "bot/wechat/robot"}, why: channel},
		{pkg: "bot/wechat/envelope", may: []string{"bot", "bot/wechat"},
			why: "what guards the door must be small enough to be read whole"},
		{pkg: "bot/wechat/internal/wire", may: []string{"bot", "github.com/silenceper/wechat/v2/work/robot"}, never: outside, why: "wire shapes only"},
		{pkg: "bot/wechat/internal/pace", may: []string{"bot"}, never: outside, why: "to keep a pace is a matter of time alone"},
		{pkg: "bot/wechat/robot", may: []string{"bot", "bot/wechat", "bot/wechat/internal/wire", "bot/wechat/internal/pace"}, why: channel},
		{pkg: "bot/wechat/oa", may: []string{"bot", "bot/wechat", "bot/wechat/envelope", "bot/wechat/token", "bot/wechat/internal/...", "github.com/silenceper/wechat/v2/officialaccount/message"}, why: channel},
		{pkg: "bot/wechat/channeltest", may: []string{"bot"}, never: outside, why: "the suite must fit every channel"},
		{pkg: "bot/wechat/screentest", may: []string{"bot", "bot/wechat/internal/wire", "bot/wechat/internal/pace"}, never: outside,
			why: "the example of a channel must be as small as one can be"},
		{pkg: "bot/wechat/aibot", may: []string{"bot", "bot/wechat", "bot/wechat/envelope", "bot/wechat/internal/inbox", "bot/wechat/internal/pace", "bot/wechat/internal/recent", "bot/wechat/internal/wire", socketLib}, why: channel},
		{pkg: "bot/wechat/internal/inbox", may: []string{"bot", "bot/wechat/internal/recent"}, never: outside, why: "callbacks are handled the same way whatever platform they come from"},
		{pkg: "bot/wechat/internal/recent", may: []string{"bot"}, never: outside, why: "to remember for a while is a matter of time alone"},
		{pkg: "bot/wechat/corp", may: []string{"bot", "bot/wechat", "bot/wechat/token", "bot/wechat/internal/recent",
			"github.com/silenceper/wechat/v2/work/addresslist"}, why: "a corporation is asked about people; what they did is not its affair"},
		{pkg: "bot/wechat/app", may: []string{"bot", "bot/wechat", "bot/wechat/envelope", "bot/wechat/token", "bot/wechat/internal/..."},
			tests: []string{"bot/wechat/corp"}, why: channel},
		{pkg: "bot/wechat/wechattest", may: []string{socketLib},
			why: "a simulator that shared code with the bot would share its mistakes about the platform"},

		{pkg: "handlers/...", may: []string{"bot/..."}, never: []string{"bot/wechat/...", "bot/ledger/sqlite", "bot/ledger/redis"},
			why: "what a person means does not depend on the channel it came by, nor on where it is kept"},
		{pkg: "handlers/callback", may: []string{"bot"},
			why: "the public endpoints are guarded the same way whatever is behind them"},
		{pkg: "scheduler", may: []string{"bot", cronLib}, tests: []string{"bot/calendar"}, why: "the scheduler knows when, never what"},
		{pkg: "config", may: []string{"bot", "bot/calendar", "go.yaml.in/yaml/v3", cronLib}, why: "the configuration is values; it knows nothing of who uses them"},

		{pkg: "cmd/internal/app", may: []string{"bot/...", "handlers/...", "scheduler", "config", "github.com/prometheus/client_golang/..."},
			tests: []string{"cmd/internal/demo", "golang.org/x/sys/unix", "github.com/silenceper/wechat/v2/..."}, why: "the wiring knows every part, and is known by main and the demo only"},
		{pkg: "cmd/internal/doctor", may: []string{"bot", "bot/calendar", "bot/ledger", "bot/ledger/sqlite", "bot/ledger/redis", "bot/wechat", "config"},
			why: "whoever examines the program must not be the program"},
		{pkg: "cmd/internal/demo", may: []string{"bot/...", "handlers/...", "config", "cmd/internal/app"}, why: "the demo plays the program as it is"},
		{pkg: "cmd/internal/archtest", why: "it reads files"},
		{pkg: "cmd/fanzha", may: []string{"bot/...", "handlers/...", "config", "cmd/internal/app", "cmd/internal/demo", "cmd/internal/doctor"},
			tests: []string{"github.com/rogpeppe/go-internal/testscript", socketLib, "golang.org/x/text/...", "github.com/xuri/excelize/v2"}, why: "main is flags; the wiring is app's"},
		{pkg: "cmd/wxsim", may: []string{"bot/wechat/wechattest"}, tests: []string{socketLib}, why: "the simulated platform knows nothing of the bot"},
	}
}

// testLibs are what every test may import.
func testLibs() []string {
	return []string{"github.com/google/go-cmp/...", "golang.org/x/tools/txtar"}
}

// A door says who alone may import the packages that pkg matches. Doors hold
// for tests as well.
type door struct {
	pkg string
	by  []string
	why string
}

func doors() []door {
	return []door{
		{pkg: "cmd/...", by: []string{"cmd/..."}, why: "nobody imports cmd: it stands at the top"},
		{pkg: "config", by: []string{"config", "cmd/..."}, why: "each package takes its own small Config, filled in by app"},
		{pkg: "github.com/silenceper/wechat/v2", why: "the root package pulls in every client and their caches; import its subpackages"},
		{pkg: "github.com/stretchr/testify/...", why: "tests use the standard library and go-cmp"},
	}
}

// helperUsers are the packages that may import a test helper (a package whose
// name ends in test) outside tests: they play, and nobody takes them for real.
func helperUsers() []string { return []string{"cmd/wxsim", "cmd/internal/demo"} }

// codeFolders are the only top-level folders of code.
func codeFolders() []string { return []string{"cmd", "bot", "handlers", "scheduler", "config"} }

// clockReaders are the functions, or whole packages, that may read the clock.
// Everything else is handed the time, so that it can be tested, and so that a
// report can be made again as of then.
func clockReaders() map[string]string {
	return map[string]string{
		"bot.SystemClock.Now":                        "the clock itself",
		"bot/ledger/sqlite.open":                     "the lock file says since when it is held, for people to read",
		"bot/ledger/redis/redistest.Set.Failover":    "tests against real servers wait by the real clock",
		"bot/ledger/redis":                           "a lease runs by the machine's clock; nothing about people is decided by it",
		"bot/wechat/aibot":                           "deadlines of the wire, which run by the machine's clock on both ends; nothing about people is decided by them",
		"bot/wechat/wechattest.Options.withDefaults": "the simulated platform has a clock of its own, which its maker may replace",
		"cmd/internal/app.App.openBook":              "measures how long the start takes, for the log",
		"cmd/internal/app.timedHandler.Handle":       "measures how long an answer takes, for the metrics",
		"cmd/internal/app.timedHandler.Begin":        "the same",
		"cmd/internal/app.metrics.note":              "the same",
		"cmd/fanzha.understand":                      "reads a text as of now if no other time is given",
		"cmd/internal/demo.Month":                    "measures how long the play takes, to boast of it",
	}
}

// variables are the package-level variables that are neither sentinel errors,
// regular expressions, embedded files nor tables, and why they do no harm.
func variables() map[string]string {
	return map[string]string{
		"bot.Zone":                 "the one civil time of the program; nothing can change a time.Location",
		"bot/ledger/redis.silence": "turns the library's own log off, which it has one of for all clients",
		"cmd/internal/demo.played": "a month as a constant, which Go does not have",
	}
}

// maxLines is how long a file may be.
const maxLines = 700
