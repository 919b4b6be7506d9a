package app_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
)

// BenchmarkTakeOver measures how long a warm process takes to lead a county of a
// long ledger, from asking for the lease to its first entry on disk; and beside
// it, how fast it had read the ledger before, the heap that its state keeps, and the
// memory of Redis.
// -benchtime 5x is enough.
func BenchmarkTakeOver(b *testing.B) {
	node := redistest.Single(b, "appendfsync everysec") // the ledger is there sooner
	for _, n := range []int{100_000, 1_000_000} {
		s, key := benchConnect(b, node), benchKey(b)
		before := redisMemory(b, node)
		fillCounty(b, s, key, n)
		perEntry := (redisMemory(b, node) - before) / float64(n)
		node.Do("config", "set", "appendfsync", "always")
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			benchTakeOver(b, s, key, n)
			b.ReportMetric(perEntry, "redis-B/entry")
		})
		node.Do("config", "set", "appendfsync", "everysec")
	}
}

func benchTakeOver(b *testing.B, s *redis.Server, key *ledger.Key, n int) {
	ctx := context.Background()
	var reading time.Duration
	for b.Loop() {
		b.StopTimer()
		before, began := heap(), time.Now()
		reader := s.Ledger("x", nil)
		standby, err := book.Follow(ctx, book.Options{Ledger: reader, Key: key, Now: time.Now, Salt: rand.Reader})
		if err != nil {
			b.Fatal(err)
		}
		reading += time.Since(began)
		b.ReportMetric(float64(heap()-before)/(1<<20)/float64(n)*100_000, "heap-MB/100k")
		b.StartTimer()
		bk, hold := takeOver(b, s, reader, standby)
		b.StopTimer()
		if err := bk.Close(); err != nil {
			b.Error(err)
		}
		if err := hold.Release(ctx); err != nil {
			b.Error(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(n)*float64(b.N)/reading.Seconds(), "read/s")
}

// takeOver does what a seat does from the moment at which nobody leads.
func takeOver(b *testing.B, s *redis.Server, reader *redis.Ledger, standby *book.Standby) (*book.Book, *redis.Hold) {
	ctx := context.Background()
	hold, err := s.Acquire(ctx, "x", redis.Holder{ID: "bench"}, time.Minute)
	if err != nil {
		b.Fatal(err)
	}
	l := reader.Lead(hold)
	if _, err := l.Reconcile(ctx); err != nil {
		b.Fatal(err)
	}
	bk, err := standby.Lead(ctx, l)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := bk.Do(ctx, func(*book.State, time.Time) ([]bot.Payload, error) {
		return []bot.Payload{&bot.ProcessStarted{Process: "bench"}}, nil
	}); err != nil {
		b.Fatal(err)
	}
	return bk, hold
}

func redisMemory(b *testing.B, node *redistest.Node) float64 {
	used, err := strconv.ParseFloat(node.Info("used_memory"), 64)
	if err != nil {
		b.Fatal(err)
	}
	return used
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// ofAYear is the i-th entry of a large county's year: 30,000 members, and
// sessions of 500 check-ins each.
func ofAYear(i int) bot.Payload {
	const members, people = 30_000, 500
	if i < members {
		return &bot.MemberMet{Member: memberOf(i), Unit: "jiaoke", Private: bot.Actor{Person: bot.PersonID(fmt.Sprintf("jiaoke-%06d", i))}}
	}
	session, n := bot.SessionID(fmt.Sprintf("S%06d", i/(people+1))), i%(people+1)
	if n == 0 {
		return &bot.SessionOpened{Session: session, Push: "P0001", Group: "g0001", Unit: "jiaoke", Title: "冒充客服退款", DueAt: firstOfYear, EndsAt: firstOfYear}
	}
	in := checkIn(int64(i))
	in.Session, in.Member = session, memberOf((i/(people+1)*people+n)%members)
	return in
}

var firstOfYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func memberOf(i int) bot.MemberID { return bot.MemberID(fmt.Sprintf("m%06d", i)) }

// fillCounty appends n entries of a year to the county x.
func fillCounty(b *testing.B, s *redis.Server, key *ledger.Key, n int) {
	b.Helper()
	hold, err := s.Acquire(b.Context(), "x", redis.Holder{ID: "bench"}, time.Minute)
	if err != nil {
		b.Fatal(err)
	}
	l := s.Ledger("x", hold)
	var tree ledger.Tree
	for at := 0; at < n; {
		first := at
		var batch []ledger.Record
		for ; at < min(first+1000, n); at++ {
			e, rec, err := ledger.Seal(int64(at), firstOfYear.Add(time.Duration(at)*15*time.Second), ofAYear(at), rand.Reader)
			if err != nil {
				b.Fatal(err)
			}
			tree.Add(e.Hash)
			batch = append(batch, rec)
		}
		signed, err := key.Checkpoint(ledger.Checkpoint{Size: tree.Size(), Root: tree.Root()})
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Append(b.Context(), int64(first), batch, signed); err != nil {
			b.Fatal(err)
		}
	}
	if err := hold.Release(b.Context()); err != nil {
		b.Fatal(err)
	}
}
