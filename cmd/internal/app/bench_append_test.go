package app_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/sqlite"
)

// BenchmarkAppend measures durable appends a second through the book and the
// embedded ledger, for several numbers of concurrent callers, beside a floor:
// the same bytes, written to a plain file by one goroutine that commits for all
// who wait with one fdatasync.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("callers=%d/ledger", callers), func(b *testing.B) { benchLedger(b, callers) })
		b.Run(fmt.Sprintf("callers=%d/floor", callers), func(b *testing.B) { benchFloor(b, callers) })
	}
}

// checkIn is the commonest entry, of common size.
func checkIn(i int64) *bot.CheckedIn {
	return &bot.CheckedIn{
		Session: "S000431", Member: bot.MemberID(fmt.Sprintf("m%06d", i)), Unit: "jiaoke", Via: bot.ViaCard,
		Private: bot.CheckInEvidence{Person: bot.PersonID(fmt.Sprintf("jiaoke-%06d", i)), Name: "张三", Message: fmt.Sprintf("EV_%012d", i)},
	}
}

func benchLedger(b *testing.B, callers int) {
	dir := b.TempDir()
	l, err := sqlite.Open(b.Context(), filepath.Join(dir, "ledger.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	key, err := ledger.OpenKey(filepath.Join(dir, "key"), "fanzha/bench", rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	bk, err := book.Open(b.Context(), book.Options{Ledger: l, Key: key, Now: time.Now, Salt: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	defer bk.Close()
	share(b, callers, func(i int64) error {
		_, err := bk.Do(context.Background(), func(*book.State, time.Time) ([]bot.Payload, error) {
			return []bot.Payload{checkIn(i)}, nil
		})
		return err
	})
}

// share has callers call do until b.N calls are done, and reports their rate.
func share(b *testing.B, callers int, do func(i int64) error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wg.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(b.N) {
					return
				}
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
}

func benchFloor(b *testing.B, callers int) {
	f, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	_, rec, err := ledger.Seal(1, time.Now(), checkIn(1), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	var rows []byte
	g := newCommitter(func(batch []ledger.Record) error {
		rows = rows[:0]
		for _, r := range batch {
			rows = append(append(rows, r.Leaf...), r.Private...)
		}
		if _, err := f.Write(rows); err != nil {
			return err
		}
		return unix.Fdatasync(int(f.Fd()))
	})
	defer g.stop()
	share(b, callers, func(int64) error { return g.append(rec) })
}

// A committer is the plainest group commit: one goroutine writes for all who wait.
type committer struct {
	write func([]ledger.Record) error
	wake  chan struct{}
	end   chan struct{}

	mu      sync.Mutex
	pending []ledger.Record
	waiting []chan error
}

func newCommitter(write func([]ledger.Record) error) *committer {
	g := &committer{write: write, wake: make(chan struct{}, 1), end: make(chan struct{})}
	go g.run()
	return g
}

func (g *committer) stop() { close(g.end) }

func (g *committer) append(r ledger.Record) error {
	done := make(chan error, 1)
	g.mu.Lock()
	g.pending = append(g.pending, r)
	g.waiting = append(g.waiting, done)
	g.mu.Unlock()
	select {
	case g.wake <- struct{}{}:
	default:
	}
	return <-done
}

func (g *committer) run() {
	for {
		select {
		case <-g.wake:
		case <-g.end:
			return
		}
		g.mu.Lock()
		batch, waiting := g.pending, g.waiting
		g.pending, g.waiting = nil, nil
		g.mu.Unlock()
		var err error
		if len(batch) > 0 {
			err = g.write(batch)
		}
		for _, w := range waiting {
			w <- err
		}
	}
}
