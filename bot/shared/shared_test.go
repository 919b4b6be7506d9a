package shared_test

import (
	"context"
	"errors"
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

// Those that live are known to each other, with what they want; who has not been
// heard of for long, or has left, is not. Of two with one id the first is on the list,
// and the second one is told.
func TestProcessesMeet(t *testing.T) {
	each(t, func(t *testing.T, dial func(*testing.T) goredis.UniversalClient) {
		ctx, c := patient(t), dial(t)
		a, b := shared.NewProcesses(c, "t"), shared.NewProcesses(dial(t), "t")
		meet := func(p *shared.Processes, id string, taken bool, want string, wants ...string) {
			t.Helper()
			got, err := p.Meet(ctx, shared.Process{ID: id, Wants: wants})
			if errors.Is(err, shared.ErrTaken) != taken || err != nil && !taken || fmt.Sprint(got) != want {
				t.Errorf("%s meets %v, %v, want %s; its id is taken: %t", id, got, err, want, taken)
			}
		}
		if err := c.HSet(ctx, "t:living", "dead", "1 nonce ", "odd", "?").Err(); err != nil {
			t.Fatal(err)
		}
		meet(a, "a", false, "[{a []}]")
		meet(b, "b", false, "[{a []} {b [x y]}]", "x", "y")
		meet(a, "a", false, "[{a []} {b [x y]}]")
		meet(shared.NewProcesses(c, "u"), "c", false, "[{c []}]")

		twin := shared.NewProcesses(dial(t), "t")
		meet(twin, "a", true, "[{a []} {b [x y]}]", "z")
		if err := twin.Leave(ctx, "a"); err != nil {
			t.Error(err)
		}
		meet(b, "b", false, "[{a []} {b []}]")
		if err := a.Leave(ctx, "a"); err != nil {
			t.Error(err)
		}
		meet(twin, "a", false, "[{a [z]} {b []}]", "z")
		meet(a, "a", true, "[{a [z]} {b []}]")
	})
}
