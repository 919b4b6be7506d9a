package shared_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/bot/shared"
)

func newBudgets(c goredis.UniversalClient) *shared.Budgets {
	return shared.NewBudgets(c, "t", bot.SystemClock{}, slog.New(slog.DiscardHandler))
}

func TestManyProcessesSpendNoMoreThanOneBudget(t *testing.T) {
	each(t, func(t *testing.T, dial func(*testing.T) goredis.UniversalClient) {
		ctx := patient(t)
		var granted atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			b := newBudgets(dial(t))
			for range 10 {
				wg.Go(func() {
					switch wait, err := b.Take(ctx, "robot/1", 18, time.Hour); {
					case err != nil:
						t.Error(err)
					case wait == 0:
						granted.Add(1)
					case wait < 0 || wait > time.Hour:
						t.Errorf("wait %v", wait)
					}
				})
			}
		}
		wg.Wait()
		if n := granted.Load(); n != 18 {
			t.Errorf("%d granted, want 18", n)
		}
		if wait, err := newBudgets(dial(t)).Take(ctx, "robot/2", 18, time.Hour); wait != 0 || err != nil {
			t.Errorf("another key: %v, %v", wait, err)
		}
	})
}

func TestAWindowSlides(t *testing.T) {
	ctx, b := patient(t), newBudgets(dial(t, redistest.Single(t).Addr))
	const limit, window = 3, 200 * time.Millisecond
	var granted []time.Time // after the server has counted
	for len(granted) < 12 {
		asked := time.Now()
		wait, err := b.Take(ctx, "k", limit, window)
		if err != nil {
			t.Fatal(err)
		}
		if wait > 0 {
			if err := (bot.SystemClock{}).Sleep(ctx, wait); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if n := len(granted) - limit; n >= 0 && time.Since(granted[n]) < window-2*time.Millisecond {
			t.Errorf("%d within %v", limit+1, asked.Sub(granted[n]))
		}
		granted = append(granted, asked)
	}
}

// The server's clock is set back, or another server with another clock takes
// over: what lies ahead mutes a sender for one window, not until then.
func TestAServersClockThatIsSetBack(t *testing.T) {
	ctx, c := patient(t), dial(t, redistest.Single(t).Addr)
	b := newBudgets(c)
	if _, err := b.Take(ctx, "k", 2, time.Hour); err != nil {
		t.Fatal(err)
	}
	key := c.Keys(ctx, "*").Val()[0]
	ahead := time.Now().Add(24 * time.Hour).UnixMilli()
	if err := c.RPush(ctx, key, ahead, ahead).Err(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if wait, err := b.Take(ctx, "k", 2, time.Minute); err != nil || wait <= 0 || wait > time.Minute {
			t.Errorf("wait %v, %v, want a minute", wait, err)
		}
	}
	if n := c.LLen(ctx, key).Val(); n != 2 {
		t.Errorf("%d are kept", n)
	}
}

func TestKeysShowNobody(t *testing.T) {
	ctx, c := patient(t), dial(t, redistest.Single(t).Addr)
	b := newBudgets(c)
	if _, err := b.Take(ctx, "aibot/zhangsan", 2, time.Hour); err != nil {
		t.Fatal(err)
	}
	keys := c.Keys(ctx, "*").Val()
	if len(keys) != 1 || !strings.HasPrefix(keys[0], "t:budget:") || strings.Contains(keys[0], "zhangsan") {
		t.Errorf("keys %q", keys)
	}
	if ttl := c.PTTL(ctx, keys[0]).Val(); ttl <= 0 || ttl > time.Hour {
		t.Errorf("it is kept for %v", ttl)
	}
}

// When Redis is gone or hangs, the one who asks is told so, and the next ones at
// once, until it is worth asking again.
func TestWithoutRedisNobodyWaitsForABudget(t *testing.T) {
	for name, away := range map[string]struct{ leave, back func(*redistest.Node) }{
		"gone":  {(*redistest.Node).Kill, (*redistest.Node).Start},
		"hangs": {(*redistest.Node).Stop, (*redistest.Node).Cont},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, n, j := patient(t), redistest.Single(t), new(journal)
			now := &clock{now: time.Now()}
			b := shared.NewBudgets(dial(t, n.Addr), "t", now, j.log())
			take := func() error {
				_, err := b.Take(ctx, "k", 1000, time.Hour)
				return err
			}
			if err := take(); err != nil {
				t.Fatal(err)
			}
			away.leave(n)
			for range 2 {
				if take() == nil {
					t.Error("somebody has answered")
				}
			}
			away.back(n)
			if err := take(); err == nil || !strings.Contains(err.Error(), "away") {
				t.Errorf("asked too soon: %v", err)
			}
			redistest.Eventually(t, "it is asked again", func() bool {
				now.pass(10 * time.Second)
				return take() == nil
			})
			if s := j.String(); strings.Count(s, "level=WARN") != 1 || strings.Count(s, "are back") != 1 {
				t.Errorf("log:\n%s", s)
			}
		})
	}
}

func TestACallerWhoLeavesDoesNotMakeRedisAway(t *testing.T) {
	ctx := patient(t)
	b := newBudgets(dial(t, redistest.Single(t).Addr))
	ended, end := context.WithCancel(ctx)
	end()
	if _, err := b.Take(ended, "k", 1, time.Hour); err == nil {
		t.Error("it was asked all the same")
	}
	if wait, err := b.Take(ctx, "k", 1, time.Hour); wait != 0 || err != nil {
		t.Errorf("then: %v, %v", wait, err)
	}
	if _, err := b.Take(ctx, "k", 0, time.Hour); err == nil {
		t.Error("one of none")
	}
}

func BenchmarkTake(b *testing.B) {
	n := redistest.Single(b, "appendfsync everysec")
	c := n.Client()
	defer c.Close()
	budgets := newBudgets(c)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := budgets.Take(b.Context(), "k", 1<<30, time.Minute); err != nil {
				b.Fatal(err)
			}
		}
	})
}
