package app_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
)

// BenchmarkFleetAppend measures durable appends a second through the book and the
// ledger in a real Redis: the same callers on one county, and spread over twenty
// counties of one process, beside a floor: the same bytes by pipelined XADD, from
// one goroutine that commits for all who wait. It also reports what an append
// costs this process and Redis, in processor time and in bytes sent.
func BenchmarkFleetAppend(b *testing.B) {
	for _, fsync := range []string{"always", "everysec"} {
		node := redistest.Single(b, "appendfsync "+fsync)
		for _, callers := range []int{64, 1024} {
			for _, counties := range []int{1, 20} {
				b.Run(fmt.Sprintf("fsync=%s/callers=%d/counties=%d", fsync, callers, counties), func(b *testing.B) {
					benchCounties(b, node, callers, counties)
				})
			}
			b.Run(fmt.Sprintf("fsync=%s/callers=%d/raw", fsync, callers), func(b *testing.B) { benchRaw(b, node, callers) })
		}
		node.Kill()
	}
}

func benchCounties(b *testing.B, node *redistest.Node, callers, counties int) {
	books := openCounties(b, node, counties)
	meter := readMeter(b, node)
	share(b, callers, func(i int64) error {
		_, err := books[i%int64(counties)].Do(context.Background(), func(*book.State, time.Time) ([]bot.Payload, error) {
			return []bot.Payload{checkIn(i)}, nil
		})
		return err
	})
	meter.report(b)
}

// benchConnect empties a server and connects to it.
func benchConnect(b *testing.B, node *redistest.Node) *redis.Server {
	node.Do("flushall")
	s, err := redis.Connect(b.Context(), redis.Config{URL: node.URL(), AcceptWeak: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func benchKey(b *testing.B) *ledger.Key {
	key, err := ledger.OpenKey(filepath.Join(b.TempDir(), "key"), "fanzha/bench", rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	return key
}

// openCounties opens the books of so many counties, in one process.
func openCounties(b *testing.B, node *redistest.Node, n int) []*book.Book {
	s, key := benchConnect(b, node), benchKey(b)
	var books []*book.Book
	for i := range n {
		county := fmt.Sprintf("county-%d", i)
		hold, err := s.Acquire(b.Context(), county, redis.Holder{ID: "bench"}, time.Minute)
		if err != nil {
			b.Fatal(err)
		}
		bk, err := book.Open(b.Context(), book.Options{Ledger: s.Ledger(county, hold), Key: key, Now: time.Now, Salt: rand.Reader})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { bk.Close() })
		books = append(books, bk)
	}
	return books
}

func benchRaw(b *testing.B, node *redistest.Node, callers int) {
	client := benchConnect(b, node).Client()
	_, rec, err := ledger.Seal(1, time.Now(), checkIn(1), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	g := newCommitter(func(batch []ledger.Record) error {
		p := client.Pipeline()
		for _, r := range batch {
			p.Do(b.Context(), "xadd", "raw", "*", "l", r.Leaf, "p", r.Private)
		}
		_, err := p.Exec(b.Context())
		return err
	})
	defer g.stop()
	meter := readMeter(b, node)
	share(b, callers, func(int64) error { return g.append(rec) })
	meter.report(b)
}

// A meter is what this process and a Redis had used at some moment, or between
// two.
type meter struct {
	node       *redistest.Node
	cpu, redis time.Duration // of processors
	in, out    int64         // bytes, as Redis sees it
	commands   int64
	scripts    int64
}

func readMeter(b *testing.B, node *redistest.Node) meter {
	b.Helper()
	number := func(field string) float64 {
		text, _, _ := strings.Cut(strings.TrimPrefix(node.Info(field), "calls="), ",")
		if text == "" {
			return 0 // of a command that was never given
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			b.Fatal(err)
		}
		return f
	}
	return meter{
		node: node, cpu: cpuTime(b), redis: time.Duration((number("used_cpu_user") + number("used_cpu_sys")) * 1e9),
		in: int64(number("total_net_input_bytes")), out: int64(number("total_net_output_bytes")),
		commands: int64(number("total_commands_processed")), scripts: int64(number("cmdstat_evalsha")),
	}
}

// since returns what has been used since before.
func (m meter) since(before meter) meter {
	return meter{
		m.node, m.cpu - before.cpu, m.redis - before.redis, m.in - before.in, m.out - before.out,
		m.commands - before.commands, m.scripts - before.scripts,
	}
}

// report reports what has been used since, for each operation.
func (m meter) report(b *testing.B) {
	b.Helper()
	used, n := readMeter(b, m.node).since(m), float64(b.N)
	b.ReportMetric(float64(used.cpu)/n, "cpu-ns/op")
	b.ReportMetric(float64(used.redis)/n, "redis-ns/op")
	b.ReportMetric(float64(used.in+used.out)/n, "net-B/op")
	if used.scripts > 0 {
		b.ReportMetric(n/float64(used.scripts), "entries/batch")
	}
}
