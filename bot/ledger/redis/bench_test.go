package redis_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"

	goredis "github.com/redis/go-redis/v9"
)

// Sizes of a check-in, in bytes.
const (
	leafSize    = 300
	privateSize = 100
)

func checkin(seq int64) ledger.Record {
	r := ledger.Record{Leaf: make([]byte, leafSize), Private: make([]byte, privateSize)}
	for i := range r.Leaf {
		r.Leaf[i] = byte(seq*31 + int64(i)*7)
	}
	copy(r.Private, r.Leaf)
	return r
}

// A group lets callers share commits as the book does: while one batch is on
// its way, whoever comes waits for the next.
type group struct {
	write func(at int64, batch []ledger.Record) error

	mu      sync.Mutex
	pending []ledger.Record
	next    chan struct{} // closed when pending is durable
	wake    chan struct{}
	batches int
}

func (g *group) do(r ledger.Record) {
	g.mu.Lock()
	g.pending = append(g.pending, r)
	durable := g.next
	g.mu.Unlock()
	select {
	case g.wake <- struct{}{}:
	default:
	}
	<-durable
}

func (g *group) commit(b *testing.B) {
	at := int64(0)
	for range g.wake {
		g.mu.Lock()
		batch, durable := g.pending, g.next
		g.pending, g.next = nil, make(chan struct{})
		g.mu.Unlock()
		if len(batch) > 0 {
			if err := g.write(at, batch); err != nil {
				b.Error(err)
			}
			g.batches++
			at += int64(len(batch))
		}
		close(durable)
	}
}

// run lets callers add b.N records.
func (g *group) run(b *testing.B, callers int) {
	g.next, g.wake = make(chan struct{}), make(chan struct{}, 1)
	done := make(chan struct{})
	go func() { defer close(done); g.commit(b) }()
	jobs := make(chan int64, b.N)
	for i := range b.N {
		jobs <- int64(i)
	}
	close(jobs)
	b.ResetTimer()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for seq := range jobs {
				g.do(checkin(seq))
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	close(g.wake)
	<-done
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(b.N)/float64(g.batches), "entries/batch")
}

// BenchmarkAppend appends check-ins, for callers who wait and share commits,
// and beside it writes the same bytes by pipelined XADD, which checks nothing.
func BenchmarkAppend(b *testing.B) {
	checkpoint := make([]byte, 200)
	for _, fsync := range []string{"always", "everysec"} {
		node := redistest.Single(b, "appendfsync "+fsync)
		s := mustConnect(b, redis.Config{URL: node.URL(), AcceptWeak: true})
		for _, callers := range []int{64, 1024} {
			name := fmt.Sprintf("fsync=%s/callers=%d", fsync, callers)
			b.Run(name+"/ledger", func(b *testing.B) {
				node.Do("flushall")
				hold := mustAcquire(b, s, "x", "a", long)
				defer hold.Release(context.Background())
				l := s.Ledger("x", hold)
				g := group{write: func(at int64, batch []ledger.Record) error {
					return l.Append(b.Context(), at, batch, checkpoint)
				}}
				g.run(b, callers)
			})
			b.Run(name+"/raw", func(b *testing.B) {
				node.Do("flushall")
				g := group{write: func(_ int64, batch []ledger.Record) error { return raw(b.Context(), s.Client(), batch) }}
				g.run(b, callers)
			})
		}
		node.Kill()
	}
}

func raw(ctx context.Context, c goredis.UniversalClient, batch []ledger.Record) error {
	_, err := c.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for _, r := range batch {
			p.XAdd(ctx, &goredis.XAddArgs{Stream: "raw", ID: "*", Values: []any{"l", r.Leaf, "p", r.Private}})
		}
		return nil
	})
	return err
}

// BenchmarkRead reads a ledger of 100,000 entries, as a process does that
// starts.
func BenchmarkRead(b *testing.B) {
	node := redistest.Single(b)
	s := mustConnect(b, redis.Config{URL: node.URL()})
	l := s.Ledger("x", mustAcquire(b, s, "x", "a", long))
	const size, step = 100_000, 1000
	before := memory(b, node)
	for at := int64(0); at < size; at += step {
		var batch []ledger.Record
		for i := range int64(step) {
			batch = append(batch, checkin(at+i))
		}
		if err := l.Append(b.Context(), at, batch, nil); err != nil {
			b.Fatal(err)
		}
	}
	perEntry := float64(memory(b, node)-before) / size
	n := 0
	for b.Loop() {
		for _, err := range s.Ledger("x", nil).Read(b.Context(), 0, -1) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(perEntry, "B/entry")
}

func memory(b *testing.B, n *redistest.Node) int {
	b.Helper()
	used, err := strconv.Atoi(n.Info("used_memory"))
	if err != nil {
		b.Fatal(err)
	}
	return used
}
