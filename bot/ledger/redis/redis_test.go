package redis_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
)

// county returns a name that is this test's alone, so that tests may share a
// server.
func county(t testing.TB) string {
	name := strings.ToLower(strings.Map(func(r rune) rune {
		if r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
			return r
		}
		return '-'
	}, t.Name()))
	return "t" + name[max(len(name)-60, 0):]
}

func mustConnect(t testing.TB, c redis.Config) *redis.Server {
	t.Helper()
	s, err := redis.Connect(t.Context(), c)
	if err != nil {
		t.Fatalf("Connect: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// store opens one county's ledger as a process that leads it.
type store struct {
	server *redis.Server
	county string
	open   []*handle
}

// A handle is a ledger together with the lease that it appends with.
type handle struct {
	*redis.Ledger
	hold *redis.Hold
}

func (h *handle) Close() error {
	return errors.Join(h.Ledger.Close(), h.hold.Release(context.Background()))
}

func (s *store) Open(ctx context.Context) (ledger.Ledger, error) {
	hold, err := s.server.Acquire(ctx, s.county, redis.Holder{ID: "test"}, 10*time.Second)
	if err != nil {
		return nil, err
	}
	h := &handle{s.server.Ledger(s.county, hold), hold}
	s.open = append(s.open, h)
	return h, nil
}

// Crash ends the renewing and lets the leases run out.
func (s *store) Crash(t *testing.T) {
	for _, h := range s.open {
		redis.Abandon(h.hold)
	}
	s.open = nil
	expire(t, s.server, s.county)
}

func (s *store) Contention() error { return ledger.ErrLocked }

// expire ends a lease as the passing of time does.
func expire(t testing.TB, s *redis.Server, county string) {
	t.Helper()
	if err := s.Client().Del(context.Background(), "fanzha:{"+county+"}:lease").Err(); err != nil {
		t.Fatal(err)
	}
}

func TestLedgerOnOneServer(t *testing.T) {
	s := mustConnect(t, redis.Config{URL: redistest.Single(t).URL()})
	ledgertest.Run(t, func(t *testing.T) ledgertest.Store { return &store{server: s, county: county(t)} })
}

func TestLedgerOnCluster(t *testing.T) {
	s := mustConnect(t, redis.Config{URL: redistest.Cluster(t).URL()})
	ledgertest.Run(t, func(t *testing.T) ledgertest.Store { return &store{server: s, county: county(t)} })
}

// mustAcquire takes the lease of a county for a process.
func mustAcquire(t testing.TB, s *redis.Server, county, id string, ttl time.Duration) *redis.Hold {
	t.Helper()
	hold, err := s.Acquire(t.Context(), county, redis.Holder{ID: id, Addr: id + ":80"}, ttl)
	if err != nil {
		t.Fatalf("Acquire(%s) for %s: %v", county, id, err)
	}
	t.Cleanup(func() { hold.Release(context.Background()) })
	return hold
}

// long outlives any test.
const long = 5 * time.Minute

// mustAppend appends n of the suite's records at at.
func mustAppend(t testing.TB, l *redis.Ledger, at int64, n int) {
	t.Helper()
	if err := offer(t, l, at, n); err != nil {
		t.Fatalf("Append(%d, %d records): %v", at, n, err)
	}
}

func offer(t testing.TB, l *redis.Ledger, at int64, n int) error {
	t.Helper()
	return l.Append(t.Context(), at, ledgertest.Records(at, n), ledgertest.Checkpoint(at+int64(n)))
}

// wantOwn checks that l holds the suite's records 0..size-1, but for private
// parts that were erased.
func wantOwn(t testing.TB, l *redis.Ledger, size int64, erased ...int64) {
	t.Helper()
	h, err := l.Head(t.Context())
	if err != nil || h.Size != size || size > 0 && !bytes.Equal(h.Checkpoint, ledgertest.Checkpoint(size)) {
		t.Fatalf("Head = %d %q, %v, want %d", h.Size, h.Checkpoint, err, size)
	}
	want := ledgertest.Records(0, int(size))
	for _, seq := range erased {
		want[seq].Private = nil
	}
	if got := mustRead(t, l); !same(got, want) {
		t.Fatalf("read %d records, which are not the %d that were appended", len(got), len(want))
	}
}

func mustRead(t testing.TB, l *redis.Ledger) (out []ledger.Record) {
	t.Helper()
	for r, err := range l.Read(t.Context(), 0, -1) {
		if err != nil {
			t.Fatalf("Read after %d records: %v", len(out), err)
		}
		out = append(out, r)
	}
	return out
}

// same compares records, and tells a private part that is empty from none.
func same(got, want []ledger.Record) bool {
	return slices.EqualFunc(got, want, func(a, b ledger.Record) bool {
		return bytes.Equal(a.Leaf, b.Leaf) && bytes.Equal(a.Private, b.Private) && (a.Private == nil) == (b.Private == nil)
	})
}
