package archtest

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// A check finds what is wrong in a tree, one line for each fault.
type check func(tree) []string

func checks() map[string]check {
	return map[string]check{
		"layout": layout, "imports": imports, "length": length, "inits": inits,
		"clocks": clocks, "docs": docs, "globals": globals, "naps": naps,
	}
}

// moduleRoot is the module's root as seen from this package.
const moduleRoot = "../../.."

func TestProgramKeepsTheRules(t *testing.T) {
	tr := parse(t, os.DirFS(moduleRoot))
	if len(tr.files) < 100 {
		t.Fatalf("found %d files only: not the module's root?", len(tr.files))
	}
	for name, find := range checks() {
		t.Run(name, func(t *testing.T) {
			faults := find(tr)
			slices.Sort(faults)
			for _, f := range faults {
				t.Error(f)
			}
		})
	}
}

// Every rule must be about something, or it guards a package that has moved; and
// a library that is allowed but not used is a door left open.
func TestRulesNameWhatIsThere(t *testing.T) {
	dirs, libs := make(map[string]bool), make(map[string]bool)
	for _, f := range parse(t, os.DirFS(moduleRoot)).files {
		dirs[f.dir] = true
		for _, p := range f.libraries() {
			libs[f.dir+" "+p] = true
		}
	}
	for _, r := range rules() {
		if r.why == "" {
			t.Errorf("rule for %s gives no reason", r.pkg)
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(dirs)), func(d string) bool { return matches(r.pkg, d) }) {
			t.Errorf("rule for %s matches no package", r.pkg)
		}
		for _, lib := range slices.Concat(r.may, r.tests) {
			if used := func(l string) bool { return matches(r.pkg+" "+lib, l) }; foreign(lib) && !slices.ContainsFunc(slices.Collect(maps.Keys(libs)), used) {
				t.Errorf("rule for %s allows %s, which it does not use", r.pkg, lib)
			}
		}
	}
}

// The README says of each library why it is there, and of no other.
func TestReadmeSaysWhyEachLibrary(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(moduleRoot, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	faults := unexplained(parse(t, os.DirFS(moduleRoot)), string(readme))
	for _, f := range faults {
		t.Error(f)
	}
	planted := parse(t, fstest.MapFS{"bot/x.go": {Data: []byte("package bot\nimport _ \"example.org/a/b\"")}})
	for _, tt := range []struct{ readme, want string }{
		{"| example.org/a | it is good |", ""},
		{"| example.org/other | it is good |", "README.md: no line says why example.org/a/b is used"},
		{"| example.org/a/b | x |\n| example.org/other | x |", "README.md: names example.org/other, which nothing imports"},
	} {
		if got := strings.Join(unexplained(planted, tt.readme), "\n"); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("unexplained with %q = %q, want %q", tt.readme, got, tt.want)
		}
	}
}

// A check that cannot fail proves nothing: here each of them has to.
func TestRulesBite(t *testing.T) {
	pkg := func(name, body string) string {
		return "// Package " + name + " is planted.\npackage " + name + "\n" + body
	}
	for _, tt := range []struct {
		name, check, path, src, want string
	}{
		{"code at the root", "layout", "main.go", "package main", "main.go: code belongs in"},
		{"a new top-level folder", "layout", "pkg/util/util.go", pkg("util", ""), "code belongs in"},

		{"domain knows HTTP", "imports", "bot/x.go", pkg("bot", `import _ "net/http"`), "bot imports net/http: the domain is words"},
		{"domain knows files", "imports", "bot/x.go", pkg("bot", `import _ "os"`), "bot imports os"},
		{"domain knows a service", "imports", "bot/x.go", pkg("bot", `import _ "fanzha/bot/push"`), "bot imports fanzha/bot/push"},
		{"view knows a view", "imports", "bot/push/x.go", pkg("push", `import _ "fanzha/bot/directory"`), "a view is rebuilt from entries alone"},
		{"view knows the book", "imports", "bot/attendance/x.go", pkg("attendance", `import _ "fanzha/bot/book"`), "a view is rebuilt"},
		{"service knows a channel", "imports", "bot/push/x.go", pkg("push", `import _ "fanzha/bot/wechat/aibot"`), "bot/push imports fanzha/bot/wechat/aibot"},
		{"report knows a database", "imports", "bot/report/x.go", pkg("report", `import _ "database/sql"`), "so that it can be made again"},
		{"ledger knows a store", "imports", "bot/ledger/x.go", pkg("ledger", `import _ "fanzha/bot/ledger/sqlite"`), "whatever store they came from"},
		{"store knows the book", "imports", "bot/ledger/sqlite/x.go", pkg("sqlite", `import _ "fanzha/bot/book"`), "what they mean is not its concern"},
		{"channel knows a service", "imports", "bot/wechat/aibot/x.go", pkg("aibot", `import _ "fanzha/bot/push"`), "knows neither the other channels nor the services"},
		{"channel knows a channel", "imports", "bot/wechat/aibot/x.go", pkg("aibot", `import _ "fanzha/bot/wechat/robot"`), "knows neither"},
		{"simulator knows the bot", "imports", "bot/wechat/wechattest/x.go", pkg("wechattest", `import _ "fanzha/bot"`), "would share its mistakes"},
		{"handlers know a channel", "imports", "handlers/x.go", pkg("handlers", `import _ "fanzha/bot/wechat/aibot"`), "does not depend on the channel"},
		{"handlers know a store", "imports", "handlers/console/x.go", pkg("console", `import _ "fanzha/bot/ledger/sqlite"`), "does not depend on the channel"},
		{"scheduler knows what", "imports", "scheduler/x.go", pkg("scheduler", `import _ "fanzha/bot/push"`), "the scheduler knows when, never what"},
		{"a library nobody asked for", "imports", "handlers/x.go", pkg("handlers", `import _ "github.com/gin-gonic/gin"`), "handlers imports github.com/gin-gonic/gin"},
		{"the root of the WeChat library", "imports", "bot/wechat/x.go", pkg("wechat", `import _ "github.com/silenceper/wechat/v2"`), "import its subpackages"},
		{"config imported below cmd", "imports", "handlers/x.go", pkg("handlers", `import _ "fanzha/config"`), "its own small Config"},
		{"config imported by a test below cmd", "imports", "handlers/x_test.go", pkg("handlers", `import _ "fanzha/config"`), "its own small Config"},
		{"cmd imported", "imports", "scheduler/x.go", pkg("scheduler", `import _ "fanzha/cmd/internal/app"`), "nobody imports cmd"},
		{"test helper in the program", "imports", "cmd/internal/app/x.go", pkg("app", `import _ "fanzha/bot/wechat/wechattest"`), "test helpers are for tests"},
		{"testing in the program", "imports", "bot/push/x.go", pkg("push", `import _ "testing"`), "only tests and their helpers"},
		{"testify in a test", "imports", "bot/push/x_test.go", pkg("push", `import _ "github.com/stretchr/testify/assert"`), "standard library and go-cmp"},
		{"test of a view knows a view", "imports", "bot/push/x_test.go", pkg("push", `import _ "fanzha/bot/directory"`), "a view is rebuilt"},
		{"package without a rule", "imports", "bot/newthing/x.go", pkg("newthing", ""), "no rule says what package bot/newthing may import"},

		{"long file", "length", "bot/x.go", pkg("bot", strings.Repeat("\n", maxLines)), "702 lines; split it"},
		{"init", "inits", "bot/x.go", pkg("bot", "func init() {}"), "bot/x.go:3: init runs unasked"},

		{"decision reads the clock", "clocks", "bot/push/x.go", pkg("push", "import \"time\"\nfunc due() bool { return time.Now().Hour() > 8 }"), "bot/push.due uses time.Now"},
		{"clock under another name", "clocks", "bot/push/x.go", pkg("push", "import clock \"time\"\ntype T struct{}\nfunc (t *T) age(at clock.Time) any { return clock.Since(at) }"), "bot/push.T.age uses time.Since"},
		{"clock handed on", "clocks", "bot/push/x.go", pkg("push", "import \"time\"\nfunc f(func() time.Time)\nfunc g() { f(time.Now) }"), "bot/push.g uses time.Now"},
		{"machine's time zone", "clocks", "bot/push/x.go", pkg("push", "import \"time\"\nfunc f(t time.Time) time.Time { return t.In(time.Local) }"), "uses time.Local"},

		{"no package comment", "docs", "bot/x.go", "package bot", "bot: no package comment"},
		{"package comment about something else", "docs", "bot/x.go", "// The domain.\npackage bot", "bot: no package comment"},
		{"function", "docs", "bot/x.go", pkg("bot", "func Do() {}"), "exported Do has no comment"},
		{"method", "docs", "bot/x.go", pkg("bot", "type t struct{}\nfunc (*t) Fine() {}\n// T is.\ntype T struct{}\nfunc (*T) Do() {}"), "exported Do has no comment"},
		{"method of a generic type", "docs", "bot/x.go", pkg("bot", "// T is.\ntype T[E any] struct{}\nfunc (*T[E]) Do() {}"), "exported Do has no comment"},
		{"method of an interface, but long", "docs", "bot/x.go", pkg("bot", "type i interface{ Do() }\n// T is.\ntype T struct{}\nfunc (*T) Do() {\n}"), "exported Do has no comment"},
		{"type", "docs", "bot/x.go", pkg("bot", "type T struct{}"), "exported T has no comment"},
		{"constant", "docs", "bot/x.go", pkg("bot", "const (\n\tA = 1 // is said\n\tB = 2\n)"), "exported B has no comment"},

		{"uninitialised variable", "globals", "bot/push/x.go", pkg("push", "import \"sync\"\nvar mu sync.Mutex"), "bot/push.mu may hide state"},
		{"pointer", "globals", "bot/push/x.go", pkg("push", "var c = &struct{ n int }{}"), "bot/push.c may hide state"},
		{"result of a call", "globals", "bot/push/x.go", pkg("push", "var c = make(map[string]int)"), "bot/push.c may hide state"},
		{"exported table", "globals", "bot/push/x.go", pkg("push", "var Table = []int{1}"), "bot/push.Table may hide state"},
		{"table that is assigned to", "globals", "bot/push/x.go", pkg("push", "var table = []int{1}\nfunc f() { table[0] = 2 }"), "bot/push.table is written"},
		{"table that is added to", "globals", "bot/push/x.go", pkg("push", "var table = map[int]int{}\nfunc f() { delete(table, 1) }"), "bot/push.table is written"},
		{"table whose address is taken", "globals", "bot/push/x.go", pkg("push", "var table = []int{1}\nfunc f() *int { return &table[0] }"), "bot/push.table is written"},
		{"table that is sorted", "globals", "bot/push/x.go", pkg("push", "import \"slices\"\nvar table = []int{1}\nfunc f() { slices.Sort(table) }"), "bot/push.table is written"},

		{"program that sleeps", "naps", "bot/push/x.go", pkg("push", "import \"time\"\nfunc f() { time.Sleep(1) }"), "time.Sleep"},
		{"test that sleeps", "naps", "bot/push/x_test.go", pkg("push", "import \"time\"\nfunc f() { time.Sleep(1) }"), "bot/push/x_test.go:4: time.Sleep"},
	} {
		t.Run(tt.check+"/"+tt.name, func(t *testing.T) {
			faults := found(t, tt.check, fstest.MapFS{tt.path: {Data: []byte(tt.src)}})
			if len(faults) != 1 || !strings.Contains(faults[0], tt.want) {
				t.Errorf("%s of %s = %q, want one fault that says %q", tt.check, tt.path, faults, tt.want)
			}
		})
	}
}

// What is in order must not be complained of.
func TestRulesLetPass(t *testing.T) {
	good := fstest.MapFS{
		"bot/push/x.go": {Data: []byte(`// Package push is planted.
package push

import (
	"encoding/base32"
	"errors"
	"regexp"
	"time"

	"fanzha/bot"
)

// ErrX is one.
var ErrX = errors.New("x")

var (
	pattern = regexp.MustCompile("x")
	table   = map[string]int{"a": 1}
	order   = []string{"a"}
	runes   = []rune("ab")
	coding  = base32.NewEncoding("x").WithPadding(base32.NoPadding)
	never   = time.Unix(1<<40, 0)
	_       bot.Clock = nil
)

//go:embed x.txt
var text string

type doer interface{ Done() bool }

// T is a doer.
type T struct{}

func (T) Done() bool { return true }

// Do is a function; its locals share names with the tables.
func Do(now time.Time) int {
	order, table := 0, map[int]int{}
	order++
	table[1] = order
	_ = append(runes[:1:1], 'c')
	return len(pattern.String()) + now.Day()
}
`)},
		"bot/push/x_test.go": {Data: []byte(`package push_test

import (
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/push"
)

var update = false

func nap() { time.Sleep(time.Now().Sub(time.Time{})) }
`)},
		"bot/push/testdata/x.go":  {Data: []byte("package anything")},
		"handlers/console/x.go":   {Data: []byte("// Package console is planted.\npackage console\nimport (\n_ \"net/http\"\n_ \"fanzha/bot/book\"\n)")},
		"cmd/wxsim/main.go":       {Data: []byte("// Wxsim is planted.\npackage main\nimport _ \"fanzha/bot/wechat/wechattest\"")},
		".tools/x.go":             {Data: []byte("package tools")},
		"cmd/fanzha/main.go":      {Data: []byte("// Fanzha is planted.\npackage main\nimport _ \"fanzha/config\"")},
		"cmd/fanzha/main_test.go": {Data: []byte("package main\nimport (\n_ \"fanzha/bot/wechat/wechattest\"\n_ \"github.com/rogpeppe/go-internal/testscript\"\n)")},
	}
	for name := range checks() {
		if faults := found(t, name, good); len(faults) > 0 {
			t.Errorf("%s of a good tree = %q", name, faults)
		}
	}
}

// found runs one check. That a list's entries are not used is no fault of a
// planted tree.
func found(t *testing.T, name string, fsys fs.FS) []string {
	return slices.DeleteFunc(checks()[name](parse(t, fsys)), func(f string) bool { return strings.HasPrefix(f, "rules_test.go: ") })
}
