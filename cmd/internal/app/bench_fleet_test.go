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

// A meter is what this process and a Redis had used at some moment.
type meter struct {
	node    *redistest.Node
	cpu     time.Duration // of this process
	redis   time.Duration
	in, out int64 // bytes, as Redis sees it
	scripts int64
}

func readMeter(b *testing.B, node *redistest.Node) meter {
	b.Helper()
	m := meter{node: node, cpu: cpuTime(b)}
	for _, field := range []string{"used_cpu_user", "used_cpu_sys"} {
		s, err := strconv.ParseFloat(node.Info(field), 64)
		if err != nil {
			b.Fatal(err)
		}
		m.redis += time.Duration(s * float64(time.Second))
	}
	m.in, _ = strconv.ParseInt(node.Info("total_net_input_bytes"), 10, 64)
	m.out, _ = strconv.ParseInt(node.Info("total_net_output_bytes"), 10, 64)
	calls, _, _ := strings.Cut(strings.TrimPrefix(node.Info("cmdstat_evalsha"), "calls="), ",")
	m.scripts, _ = strconv.ParseInt(calls, 10, 64)
	return m
}

// report reports what has been used since, for each operation.
func (m meter) report(b *testing.B) {
	b.Helper()
	now, n := readMeter(b, m.node), float64(b.N)
	b.ReportMetric(float64(now.cpu-m.cpu)/n, "cpu-ns/op")
	b.ReportMetric(float64(now.redis-m.redis)/n, "redis-ns/op")
	b.ReportMetric(float64(now.in-m.in+now.out-m.out)/n, "net-B/op")
	if batches := now.scripts - m.scripts; batches > 0 {
		b.ReportMetric(n/float64(batches), "entries/batch")
	}
}
