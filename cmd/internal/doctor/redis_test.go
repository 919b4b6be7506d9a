package doctor

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/config"
)

// shared returns the configuration of an office whose ledger is in the Redis at
// addr.
func shared(t *testing.T, addr string) config.File {
	f := office(t)
	f.Redis.URL = "redis://" + addr
	f.Redis.Password = config.NewSecret("s3cret")
	return f
}

// locked has a server demand a password.
func locked(n *redistest.Node) *redistest.Node {
	n.Do("CONFIG", "SET", "requirepass", "s3cret")
	return n
}

// lead has a process lead a county and write what a start does.
func lead(t *testing.T, f config.File) {
	t.Helper()
	s, err := redis.Connect(t.Context(), redis.Config{URL: f.Redis.URL, Password: redis.Secret(f.Redis.Password.Reveal()), AcceptWeak: true, Log: silent()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	hold, err := s.Acquire(t.Context(), f.County.ID, redis.Holder{ID: "fanzha-1"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	write(t, f, s.Ledger(f.County.ID, hold))
}

func TestReportsWithRedis(t *testing.T) {
	redistest.Need(t)
	var all strings.Builder
	tell := func(name string, d Deps, files ...config.File) {
		fmt.Fprintf(&all, "== %s\n%s", name, report(t, d, files...))
	}
	clock := func() Deps { // Redis has no other clock than the machine's
		d := sound()
		d.Now = time.Now
		d.Web = web{date: time.Now()}
		return d
	}

	good := locked(redistest.Single(t))
	f := shared(t, good.Addr)
	worked(t, f)
	tell("nothing in Redis yet, but in a file", clock(), f)
	f = shared(t, good.Addr)
	makeData(t, f)
	lead(t, f)
	tell("a process leads", clock(), f)
	elsewhere := f
	elsewhere.Data.Dir = filepath.Join(t.TempDir(), "data")
	tell("the second machine, whose key was not copied", clock(), elsewhere)
	wrong := f
	wrong.Redis.Password = config.NewSecret("s3cret-of-another")
	tell("another password", clock(), wrong)
	tell("a clock of its own", sound(), f)

	weak := locked(redistest.Single(t, "appendfsync everysec"))
	f = shared(t, weak.Addr)
	tell("a server that may lose entries", clock(), f)
	f.Redis.AcceptWeak = true
	tell("and is accepted", clock(), f)
	weak.Kill()
	tell("no server", clock(), f)

	var fleet []config.File
	for _, id := range []string{"anze", "daning"} {
		c := shared(t, good.Addr)
		c.County.ID, c.Counties = id, "counties"
		c.Data.Dir = filepath.Join(filepath.Dir(f.Data.Dir), id)
		fleet = append(fleet, c)
	}
	tell("several counties", clock(), fleet...)
	golden(t, "redis.golden", steady(all.String()))
}

// steady takes out of a report what depends on the day on which it is made.
func steady(text string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if i := strings.Index(line, "节假日："); i >= 0 {
			continue
		}
		if i := strings.Index(line, " 秒。"); strings.Contains(line, "时钟：本机比") && i >= 0 {
			line = line[:strings.Index(line, "约 ")] + "约 N" + line[i:]
			line = strings.NewReplacer("正常", "", "慢", "差", "快", "差").Replace(line)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}
