package book_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// Many callers at once: every entry has a number of its own, without gaps, a
// call's entries stand together, nothing is told before it is durable, and no
// view sees half a call.
func TestDoIsOneStepForManyCallers(t *testing.T) {
	const callers, calls = 16, 50
	g := newGate(ledgertest.NewMem())
	key := newKey(t)
	b := open(t, g, key)
	var mu sync.Mutex
	var seqs []int64
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range calls {
				entries, err := b.Do(t.Context(), say(&bot.DangerRaised{}, &bot.DangerRaised{}))
				durable, _ := g.durable()
				if err != nil || len(entries) != 2 || entries[1].Seq != entries[0].Seq+1 || durable <= entries[1].Seq {
					t.Errorf("Do = %v, %v while %d entries are durable", entries, err, durable)
					return
				}
				mu.Lock()
				seqs = append(seqs, entries[0].Seq, entries[1].Seq)
				mu.Unlock()
			}
		})
		wg.Go(func() {
			for range calls {
				var size int64
				err := b.View(t.Context(), func(s *book.State, _ time.Time) error {
					if n := s.Attendance.Dangers(); n%2 != 0 || int64(n) != s.Size() {
						t.Errorf("a view sees %d entries and %d of the ledger", n, s.Size())
					}
					size = s.Size()
					return nil
				})
				if durable, _ := g.durable(); err != nil || durable < size {
					t.Errorf("View = %v: it saw %d entries while %d are durable", err, size, durable)
				}
			}
		})
	}
	wg.Wait()
	slices.Sort(seqs)
	for i, seq := range seqs {
		if int64(i) != seq {
			t.Fatalf("there is entry %d in place of %d", seq, i)
		}
	}
	size, appends := g.durable()
	if size != 2*callers*calls || b.Size() != size {
		t.Errorf("%d entries are durable, the book tells of %d, want %d", size, b.Size(), 2*callers*calls)
	}
	if appends > callers*calls {
		t.Errorf("%d calls took %d appends", callers*calls, appends)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Load(t.Context(), g, key.Public(), func(ledger.Entry) error { return nil }); err != nil {
		t.Errorf("the ledger is not sound: %v", err)
	}
}

// Those who come while an append is under way share the next one.
func TestCallersShareOneCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(ledgertest.NewMem())
		b := open(t, g, newKey(t))
		g.shut()
		var wg sync.WaitGroup
		do := func() {
			if _, err := b.Do(t.Context(), say(&bot.DangerRaised{})); err != nil {
				t.Error(err)
			}
		}
		wg.Go(do)
		synctest.Wait() // the first is being appended
		for range 50 {
			wg.Go(do)
		}
		synctest.Wait()
		if b.Size() != 0 {
			t.Errorf("Size() = %d before anything is durable", b.Size())
		}
		g.open()
		wg.Wait()
		if size, appends := g.durable(); size != 51 || appends != 2 {
			t.Errorf("51 calls made %d entries in %d appends", size, appends)
		}
		b.Close()
	})
}

// Whoever is told no, or shown something, is told on the ground of entries that
// a crash can no longer take back.
func TestAnswersWaitForWhatTheySaw(t *testing.T) {
	no := bot.Refuse("已经有了", "")
	calls := map[string]func(b *book.Book) error{
		"refusal": func(b *book.Book) error {
			_, err := b.Do(context.Background(), func(s *book.State, _ time.Time) ([]bot.Payload, error) { return nil, no })
			return err
		},
		"nothing to do": func(b *book.Book) error {
			_, err := b.Do(context.Background(), say())
			return errors.Join(err, no)
		},
		"view": func(b *book.Book) error {
			return b.View(context.Background(), func(*book.State, time.Time) error { return no })
		},
		"snapshot": func(b *book.Book) error {
			_, err := b.Snapshot(context.Background())
			return errors.Join(err, no)
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := ledgertest.NewMem()
				g := newGate(m)
				b := open(t, g, newKey(t))
				for _, fault := range []error{nil, errors.New("disk full")} {
					m.FailAppend(func(int64, []ledger.Record) error { return fault })
					g.shut()
					var wg sync.WaitGroup
					wg.Go(func() { b.Do(t.Context(), say(&bot.DangerRaised{})) })
					synctest.Wait()
					var got error
					told := false
					wg.Go(func() { got, told = call(b), true })
					synctest.Wait()
					if told {
						t.Error("it was told before what it saw was durable")
					}
					g.open()
					wg.Wait()
					want := no
					if fault != nil {
						want = book.ErrStopped
					}
					if !errors.Is(got, want) {
						t.Errorf("append fails with %v: it was told %v, want %v", fault, got, want)
					}
				}
			})
		})
	}
}

// A failed append, whether or not the batch got in, ends the book: it may not
// show what it has, and only a new start can tell what is there.
func TestFailedAppendStopsTheBook(t *testing.T) {
	fault := errors.New("disk full")
	for name, err := range map[string]error{"before the write": fault, "after the write": ledgertest.AfterWrite(fault)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, key := ledgertest.NewMem(), newKey(t)
				g := newGate(m)
				b := open(t, g, key)
				for range 3 {
					if _, err := b.Do(t.Context(), say(&bot.DangerRaised{})); err != nil {
						t.Fatal(err)
					}
				}
				m.FailAppend(func(int64, []ledger.Record) error { return err })
				g.shut()
				var wg sync.WaitGroup
				stopped := func(what string, err error) {
					if !errors.Is(err, book.ErrStopped) || !errors.Is(err, fault) {
						t.Errorf("%s: %v, want an error that wraps ErrStopped and the cause", what, err)
					}
				}
				do := func() {
					_, err := b.Do(t.Context(), say(&bot.DangerRaised{}))
					stopped("Do", err)
				}
				wg.Go(do)
				synctest.Wait() // in flight
				for range 10 {
					wg.Go(do)
					wg.Go(func() { stopped("View", b.View(t.Context(), func(*book.State, time.Time) error { return nil })) })
				}
				synctest.Wait()
				g.open()
				wg.Wait()

				do()
				stopped("View", b.View(t.Context(), func(*book.State, time.Time) error {
					t.Error("a stopped book shows its state")
					return nil
				}))
				_, serr := b.Snapshot(t.Context())
				stopped("Snapshot", serr)
				stopped("Err", b.Err())
				select {
				case <-b.Stopped():
				default:
					t.Error("Stopped is not closed")
				}
				stopped("Close", b.Close())
				stopped("second Close", b.Close())
				if b.Size() != 3 {
					t.Errorf("Size() = %d, but 3 are known to be durable", b.Size())
				}

				again := open(t, m.Reopen(), key)
				if again.Size() < 3 {
					t.Errorf("after a new start there are %d entries; 3 were acknowledged", again.Size())
				}
				if _, err := again.Do(t.Context(), say(&bot.DangerRaised{})); err != nil {
					t.Errorf("the new book: %v", err)
				}
				again.Close()
			})
		})
	}
}

func TestEntriesNeverGoBackInTime(t *testing.T) {
	m, key, now := ledgertest.NewMem(), newKey(t), start
	clock := func() time.Time { return now }
	b := openAt(t, m, key, clock)
	do := func(b *book.Book) time.Time {
		t.Helper()
		var decided time.Time
		entries, err := b.Do(t.Context(), func(_ *book.State, now time.Time) ([]bot.Payload, error) {
			decided = now
			return []bot.Payload{&bot.DangerRaised{}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if decided != entries[0].At {
			t.Errorf("decided at %v, entered at %v", decided, entries[0].At)
		}
		return entries[0].At
	}
	if got := do(b); got != start {
		t.Errorf("first entry at %v", got)
	}
	now = start.Add(-time.Hour)
	if got := do(b); got != start {
		t.Errorf("entry at %v although the last is at %v", got, start)
	}
	if err := b.View(t.Context(), func(_ *book.State, now time.Time) error {
		if now != start {
			t.Errorf("a view is at %v", now)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	b.Close()
	if got := do(openAt(t, m.Reopen(), key, clock)); got != start {
		t.Errorf("after a new start an entry at %v", got)
	}
	now = start.Add(time.Second + 1500*time.Microsecond)
	b = openAt(t, m.Reopen(), key, clock)
	if got, want := do(b), start.Add(time.Second+time.Millisecond); got != want {
		t.Errorf("entry at %v, want whole milliseconds: %v", got, want)
	}
}

func TestRefusalChangesNothing(t *testing.T) {
	b := open(t, ledgertest.NewMem(), newKey(t))
	for name, decide := range map[string]book.Decide{
		"refusal with payloads": func(*book.State, time.Time) ([]bot.Payload, error) {
			return []bot.Payload{&bot.DangerRaised{}}, bot.Refuse("不行", "")
		},
		"a checkpoint that never was": say(&bot.CheckpointWitnessed{Size: 4711}),
		"a checkpoint that is not the newest": func(s *book.State, _ time.Time) ([]bot.Payload, error) {
			return []bot.Payload{&bot.DangerRaised{}, s.Checkpoint().Witnessed()}, nil
		},
		"second payload cannot be sealed": say(&bot.DangerRaised{}, &bot.DangerRaised{Unit: "教科局"}),
	} {
		entries, err := b.Do(t.Context(), decide)
		if err == nil || errors.Is(err, book.ErrStopped) || entries != nil {
			t.Errorf("%s: Do = %v, %v", name, entries, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Do(ended, say(&bot.DangerRaised{})); !errors.Is(err, context.Canceled) {
		t.Errorf("Do under an ended context = %v", err)
	}
	if err := b.View(ended, func(*book.State, time.Time) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("View under an ended context = %v", err)
	}
	entries, err := b.Do(t.Context(), say(&bot.DangerRaised{}))
	if err != nil || entries[0].Seq != 0 {
		t.Errorf("the next entry is %v, %v, want number 0", entries, err)
	}
}

// A caller that panics and is caught further up must not hold the book for ever.
func TestPanickingCallerHoldsNothing(t *testing.T) {
	b := open(t, ledgertest.NewMem(), newKey(t))
	panics := func(call func()) {
		t.Helper()
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		call()
	}
	panics(func() {
		b.Do(t.Context(), func(*book.State, time.Time) ([]bot.Payload, error) { panic("decide") })
	})
	panics(func() { b.View(t.Context(), func(*book.State, time.Time) error { panic("read") }) })
	if _, err := b.Do(t.Context(), say(&bot.DangerRaised{})); err != nil {
		t.Errorf("Do after it: %v", err)
	}
}

func TestCloseMakesDurableWhatIsPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, key := ledgertest.NewMem(), newKey(t)
		g := newGate(m)
		b := open(t, g, key)
		g.shut()
		var wg sync.WaitGroup
		for range 2 { // the first in flight, the second pending
			wg.Go(func() {
				if _, err := b.Do(t.Context(), say(&bot.DangerRaised{})); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		for range 2 {
			wg.Go(func() {
				if err := b.Close(); err != nil {
					t.Errorf("Close = %v", err)
				}
			})
		}
		synctest.Wait()
		g.open()
		wg.Wait()
		if b.Size() != 2 {
			t.Errorf("%d entries are durable, want 2", b.Size())
		}
		if _, err := b.Do(t.Context(), say(&bot.DangerRaised{})); !errors.Is(err, book.ErrStopped) {
			t.Errorf("Do after Close = %v", err)
		}
		if err := b.View(t.Context(), nil); !errors.Is(err, book.ErrStopped) {
			t.Errorf("View after Close = %v", err)
		}
	})
}

// A Do that is not finished when the book closes is either durable or refused.
func TestCloseAmongManyCallers(t *testing.T) {
	for range 20 {
		m := ledgertest.NewMem()
		b := open(t, m, newKey(t))
		var mu sync.Mutex
		var wg sync.WaitGroup
		acknowledged := int64(0)
		for range 8 {
			wg.Go(func() {
				for {
					switch _, err := b.Do(t.Context(), say(&bot.DangerRaised{})); {
					case err == nil:
						mu.Lock()
						acknowledged++
						mu.Unlock()
					case errors.Is(err, book.ErrStopped):
						return
					default:
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Go(func() { b.Close() })
		wg.Wait()
		head, err := m.Head(t.Context())
		if err != nil || head.Size < acknowledged {
			t.Errorf("%d entries were acknowledged, %d are there: %v", acknowledged, head.Size, err)
		}
	}
}

func TestWatchTellsOfWhatIsWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(ledgertest.NewMem())
		b := open(t, g, newKey(t))
		closed := b.Watch(func(p bot.Payload) bool { _, ok := p.(*bot.SessionClosed); return ok })
		any := b.Watch(func(bot.Payload) bool { return true })
		want := func(what string, c <-chan struct{}, token bool) {
			t.Helper()
			select {
			case <-c:
				if !token {
					t.Errorf("%s: there is a token", what)
				}
			default:
				if token {
					t.Errorf("%s: there is no token", what)
				}
			}
		}
		do := func(p ...bot.Payload) {
			t.Helper()
			if _, err := b.Do(t.Context(), say(p...)); err != nil {
				t.Fatal(err)
			}
		}
		do()
		want("nothing decided", any, false)
		do(&bot.DangerRaised{})
		want("another kind", closed, false)
		want("any kind", any, true)
		do(&bot.DangerRaised{}, &bot.SessionClosed{Session: "S1"}, &bot.SessionClosed{Session: "S2"})
		do(&bot.SessionClosed{Session: "S3"})
		want("twice unread is one token", closed, true)
		want("no second token", closed, false)
		want("any kind", any, true)

		g.shut()
		go b.Do(t.Context(), say(&bot.SessionClosed{Session: "S4"}))
		synctest.Wait()
		want("not yet durable", closed, false)
		g.open()
		synctest.Wait()
		want("durable", closed, true)
		b.Close()
	})
}

func TestSnapshotIsOneDurableMoment(t *testing.T) {
	m, key := ledgertest.NewMem(), newKey(t)
	b := open(t, m, key)
	var before book.Snapshot
	for i := range 600 {
		if i == 300 {
			var err error
			if before, err = b.Snapshot(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.Do(t.Context(), say(&bot.DangerRaised{})); err != nil {
			t.Fatal(err)
		}
	}
	c, err := ledger.OpenCheckpoint(key.Public(), before.Checkpoint)
	if err != nil || c.Size != 300 || before.Tree.Size() != 300 || c.Root != before.Tree.Root() {
		t.Errorf("the snapshot is of %d entries, its checkpoint of %d: %v", before.Tree.Size(), c.Size, err)
	}
	var tree ledger.Tree
	for rec, err := range before.Ledger.Read(t.Context(), 0, 300) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := ledger.Open(tree.Size(), rec)
		if err != nil {
			t.Fatal(err)
		}
		tree.Add(e.Hash)
	}
	if tree.Root() != c.Root {
		t.Error("the ledger's entries are not those of the snapshot")
	}
}

func TestOpenRefusesADamagedLedger(t *testing.T) {
	m, key := ledgertest.NewMem(), newKey(t)
	b := open(t, m, key)
	if _, err := b.Do(t.Context(), say(&bot.DangerRaised{})); err != nil {
		t.Fatal(err)
	}
	b.Close()
	_, err := book.Open(t.Context(), book.Options{Ledger: m, Key: otherKey(t), Now: time.Now})
	var c *ledger.CorruptError
	if !errors.As(err, &c) {
		t.Errorf("Open under another key = %v, want a CorruptError", err)
	}
}

func otherKey(t *testing.T) *ledger.Key {
	t.Helper()
	k, err := ledger.OpenKey(fmt.Sprintf("%s/key", t.TempDir()), "fanzha/test", zeros{})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
