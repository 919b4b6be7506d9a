package shared_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/bot/shared"
)

// patience is how long anything may take on a busy machine. A server that is
// waited for without a bound of ours holds its callers for longer.
const (
	patience = 30 * time.Second
	forever  = time.Hour
)

// dial returns a client of a process of its own.
func dial(t *testing.T, addrs ...string) goredis.UniversalClient {
	c := goredis.NewUniversalClient(&goredis.UniversalOptions{Addrs: addrs, ContextTimeoutEnabled: true, ReadTimeout: forever, WriteTimeout: forever,
		MaxRetries: -1, DialerRetries: 1, DisableIdentity: true})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// each plays story on one server and on a Cluster.
func each(t *testing.T, story func(t *testing.T, dial func(*testing.T) goredis.UniversalClient)) {
	t.Run("single", func(t *testing.T) {
		n := redistest.Single(t)
		story(t, func(t *testing.T) goredis.UniversalClient { return dial(t, n.Addr) })
	})
	t.Run("cluster", func(t *testing.T) {
		var addrs []string
		for _, n := range redistest.Cluster(t).Nodes {
			addrs = append(addrs, n.Addr)
		}
		story(t, func(t *testing.T) goredis.UniversalClient { return dial(t, addrs...) })
	})
}

// patient is a context that ends when something has certainly gone wrong.
func patient(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// A clock stands where a test puts it.
type clock struct {
	bot.SystemClock
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// A journal is a log that can be read.
type journal struct {
	mu sync.Mutex
	b  strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func (j *journal) log() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

func TestProcessesMeet(t *testing.T) {
	each(t, func(t *testing.T, dial func(*testing.T) goredis.UniversalClient) {
		ctx, c := patient(t), dial(t)
		a, b := shared.NewProcesses(c, "t"), shared.NewProcesses(dial(t), "t")
		meet := func(p *shared.Processes, id, want string) {
			t.Helper()
			if got, err := p.Meet(ctx, id); err != nil || fmt.Sprint(got) != want {
				t.Errorf("%s meets %v, %v, want %s", id, got, err, want)
			}
		}
		if err := c.ZAdd(ctx, "t:processes", goredis.Z{Score: 1, Member: "dead"}).Err(); err != nil {
			t.Fatal(err)
		}
		meet(a, "a", "[a]")
		meet(b, "b", "[a b]")
		meet(shared.NewProcesses(c, "u"), "c", "[c]")
		if err := a.Leave(ctx, "a"); err != nil {
			t.Error(err)
		}
		meet(b, "b", "[b]")
	})
}
