package book_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

var start = time.Date(2026, 11, 23, 1, 6, 0, 0, time.UTC)

func newKey(t testing.TB) *ledger.Key {
	t.Helper()
	k, err := ledger.OpenKey(filepath.Join(t.TempDir(), "key"), "fanzha/test", rand.NewChaCha8([32]byte{}))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// open opens a book over l at a clock that stands still. It is closed when the
// test ends.
func open(t testing.TB, l ledger.Ledger, key *ledger.Key) *book.Book {
	t.Helper()
	return openAt(t, l, key, func() time.Time { return start })
}

func openAt(t testing.TB, l ledger.Ledger, key *ledger.Key, now func() time.Time) *book.Book {
	t.Helper()
	b, err := book.Open(t.Context(), book.Options{Ledger: l, Key: key, Now: now, Salt: rand.NewChaCha8([32]byte{2})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// say returns a decision on the given payloads, whatever the state.
func say(payloads ...bot.Payload) book.Decide {
	return func(*book.State, time.Time) ([]bot.Payload, error) { return payloads, nil }
}

// A gate is a ledger that shows what is durable, and can make appends wait.
type gate struct {
	ledger.Ledger

	mu      sync.Mutex
	size    int64
	appends int
	closed  chan struct{} // while not nil, appends wait until it is closed
}

func newGate(m *ledgertest.Mem) *gate { return &gate{Ledger: m} }

func (g *gate) Append(ctx context.Context, at int64, batch []ledger.Record, checkpoint []byte) error {
	g.mu.Lock()
	wait := g.closed
	g.mu.Unlock()
	if wait != nil {
		<-wait
	}
	if err := g.Ledger.Append(ctx, at, batch, checkpoint); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.size, g.appends = at+int64(len(batch)), g.appends+1
	return nil
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = make(chan struct{})
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.closed)
	g.closed = nil
}

// durable returns the number of durable entries and of appends so far.
func (g *gate) durable() (size int64, appends int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.size, g.appends
}
