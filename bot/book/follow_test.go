package book_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// A switched ledger is read by whoever follows; a test puts another one in its
// place.
type switched struct{ ledger.Ledger }

func follow(t testing.TB, l ledger.Ledger, key *ledger.Key) *book.Standby {
	t.Helper()
	s, err := book.Follow(t.Context(), options(l, key))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func options(l ledger.Ledger, key *ledger.Key) book.Options {
	return book.Options{Ledger: l, Key: key, Now: func() time.Time { return start }, Salt: rand.NewChaCha8([32]byte{2})}
}

func do(t testing.TB, b *book.Book, payloads ...bot.Payload) {
	t.Helper()
	if _, err := b.Do(t.Context(), say(payloads...)); err != nil {
		t.Fatal(err)
	}
}

// history appends entries to a new ledger, one for each payload, at one a
// second; the same payloads give the same entries.
func history(t testing.TB, key *ledger.Key, payloads ...bot.Payload) *ledgertest.Mem {
	t.Helper()
	m := ledgertest.NewMem()
	var tree ledger.Tree
	for i, p := range payloads {
		e, rec, err := ledger.Seal(int64(i), start.Add(time.Duration(i)*time.Second), p, rand.NewChaCha8([32]byte{byte(i)}))
		if err != nil {
			t.Fatal(err)
		}
		tree.Add(e.Hash)
		signed, err := key.Checkpoint(ledger.Checkpoint{Size: tree.Size(), Root: tree.Root()})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Append(t.Context(), int64(i), []ledger.Record{rec}, signed); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// dangers returns n payloads that tell the units a, b, … of.
func dangers(units string) []bot.Payload {
	var out []bot.Payload
	for _, u := range units {
		out = append(out, &bot.DangerRaised{Unit: bot.UnitID(u)})
	}
	return out
}

// A standby has, to the last unexported field, the state of the book that it
// follows, and that a new start would read.
func TestStandbyHasTheStateOfTheLeader(t *testing.T) {
	m, key := ledgertest.NewMem(), newKey(t)
	live := open(t, m, key)
	s := follow(t, m, key)
	rng, kinds := rand.New(rand.NewPCG(3, 1)), goldens(t)
	for range 8 {
		rng.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
		for _, p := range kinds {
			if p.Kind() != "checkpoint.witnessed" {
				do(t, live, p)
			}
			if rng.IntN(20) == 0 {
				if size, err := s.CatchUp(t.Context()); err != nil || size != live.Size() || s.Size() != size {
					t.Fatalf("CatchUp = %d, %v, want %d", size, err, live.Size())
				}
			}
		}
	}
	if _, err := s.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := live.View(t.Context(), func(a *book.State, _ time.Time) error {
		return s.View(t.Context(), func(b *book.State, _ time.Time) error {
			if a.Checkpoint() != b.Checkpoint() {
				t.Errorf("checkpoints are %v and %v", a.Checkpoint(), b.Checkpoint())
			}
			wantSame(t, a, b)
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
}

// Whoever leads goes on after the very last entry of the one before.
func TestLeadGoesOnWhereTheLeaderEnded(t *testing.T) {
	m, key := ledgertest.NewMem(), newKey(t)
	old := open(t, m, key)
	do(t, old, dangers("ab")...)
	s := follow(t, m, key)
	do(t, old, dangers("cd")...) // that the standby has not seen yet
	mine := m.Reopen()
	b, err := s.Lead(t.Context(), mine)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	entries, err := b.Do(t.Context(), say(dangers("e")...))
	if err != nil || entries[0].Seq != 4 || b.Size() != 5 {
		t.Errorf("Do = %v, %v", entries, err)
	}
	if _, err := old.Do(t.Context(), say(dangers("x")...)); !errors.Is(err, ledger.ErrFenced) {
		t.Errorf("the old leader's Do = %v, want ErrFenced", err)
	}
	if snap, err := b.Snapshot(t.Context()); err != nil || snap.Ledger != ledger.Ledger(mine) {
		t.Errorf("the book's ledger is %v, %v", snap.Ledger, err)
	}
	if _, err := ledger.Load(t.Context(), mine, key.Public(), func(ledger.Entry) error { return nil }); err != nil {
		t.Errorf("the ledger is not sound: %v", err)
	}

	_, caught := s.CatchUp(t.Context())
	_, led := s.Lead(t.Context(), mine)
	viewed := s.View(t.Context(), func(*book.State, time.Time) error { return nil })
	for what, err := range map[string]error{"CatchUp": caught, "Lead": led, "View": viewed} {
		if !errors.Is(err, book.ErrStopped) {
			t.Errorf("%s of a standby that leads = %v, want ErrStopped", what, err)
		}
	}
}

// A store that went back is not gone on with, nor is one that has since grown by
// another way; and when it has again what it lacked, all is well.
func TestStoreThatLostEntriesIsNotLed(t *testing.T) {
	key := newKey(t)
	true5 := history(t, key, dangers("abcde")...)
	for name, c := range map[string]struct {
		store *ledgertest.Mem
		want  book.BehindError
	}{
		"shorter": {history(t, key, dangers("abc")...), book.BehindError{Have: 5, Store: 3}},
		"empty":   {history(t, key), book.BehindError{Have: 5, Store: 0}},
		"as long": {history(t, key, dangers("abcdx")...), book.BehindError{Have: 5, Store: 5}},
		"longer":  {history(t, key, dangers("abcdxefg")...), book.BehindError{Have: 5, Store: 8}},
	} {
		at := &switched{true5}
		s := follow(t, at, key)
		at.Ledger = c.store
		_, caught := s.CatchUp(t.Context())
		b, led := s.Lead(t.Context(), c.store)
		if b != nil {
			t.Errorf("%s: a book was made", name)
		}
		for what, err := range map[string]error{"CatchUp": caught, "Lead": led} {
			if got, ok := errors.AsType[*book.BehindError](err); !ok || *got != c.want {
				t.Errorf("%s: %s = %v, want %v", name, what, err, &c.want)
			}
		}
		if head, err := c.store.Head(t.Context()); err != nil || head.Size != c.want.Store {
			t.Errorf("%s: the store has %d entries, %v", name, head.Size, err)
		}
		// What was followed can still be seen, and led from when it is back.
		if err := s.View(t.Context(), func(st *book.State, _ time.Time) error {
			if st.Size() != 5 || st.Attendance.Dangers() != 5 {
				t.Errorf("%s: the state has %d entries", name, st.Size())
			}
			return nil
		}); err != nil {
			t.Errorf("%s: View = %v", name, err)
		}
		b, err := s.Lead(t.Context(), history(t, key, dangers("abcdefg")...))
		if err != nil {
			t.Fatalf("%s: Lead of the true ledger = %v", name, err)
		}
		if b.Size() != 7 {
			t.Errorf("%s: the book has %d entries", name, b.Size())
		}
		b.Close()
	}
}

// What does not fit the signed head, or is damaged, ends the standby: nothing of
// it is shown any more, and nobody leads with it.
func TestUnsoundLedgerEndsTheStandby(t *testing.T) {
	key := newKey(t)
	sound := history(t, key, dangers("abc")...)
	for name, store := range map[string]ledger.Ledger{
		"an edited record":      &spoilt{history(t, key, dangers("abcde")...), 4},
		"the last known edited": &spoilt{history(t, key, dangers("abcde")...), 2},
		"a foreign key":         history(t, otherKey(t), dangers("abcde")...),
		"another entry early":   history(t, key, dangers("xbcde")...),
	} {
		at := &switched{sound}
		s := follow(t, at, key)
		at.Ledger = store
		_, err := s.CatchUp(t.Context())
		_, again := s.CatchUp(t.Context())
		_, led := s.Lead(t.Context(), sound)
		viewed := s.View(t.Context(), func(*book.State, time.Time) error { return nil })
		for what, err := range map[string]error{"CatchUp": err, "a second CatchUp": again, "Lead": led, "View": viewed} {
			if !errors.As(err, new(*ledger.CorruptError)) {
				t.Errorf("%s: %s = %v, want a CorruptError", name, what, err)
			}
		}
	}
}

// spoilt is a ledger one leaf of which somebody has edited.
type spoilt struct {
	ledger.Ledger
	seq int64
}

func (l *spoilt) Read(ctx context.Context, from, to int64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		seq := from
		for r, err := range l.Ledger.Read(ctx, from, to) {
			if seq == l.seq {
				r.Leaf[0] = '['
			}
			if !yield(r, err) {
				return
			}
			seq++
		}
	}
}

// A store that cannot be reached for a while costs nothing but time.
func TestStandbyOutlivesFaultsOfReading(t *testing.T) {
	key := newKey(t)
	closed := ledgertest.NewMem()
	closed.Close()
	at := &switched{history(t, key, dangers("abc")...)}
	s := follow(t, at, key)
	at.Ledger = closed
	if size, err := s.CatchUp(t.Context()); !errors.Is(err, ledger.ErrClosed) || size != 3 {
		t.Errorf("CatchUp = %d, %v", size, err)
	}
	if b, err := s.Lead(t.Context(), closed); !errors.Is(err, ledger.ErrClosed) || b != nil {
		t.Errorf("Lead = %v, %v", b, err)
	}
	at.Ledger = history(t, key, dangers("abcd")...)
	if size, err := s.CatchUp(t.Context()); err != nil || size != 4 {
		t.Errorf("CatchUp = %d, %v", size, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.View(gone, func(*book.State, time.Time) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("View for nobody = %v", err)
	}
}

// Private parts may be erased behind a standby's back.
func TestErasedEntryIsStillTheOneFollowed(t *testing.T) {
	m, key := ledgertest.NewMem(), newKey(t)
	b := open(t, m, key)
	do(t, b, &bot.MemberMet{Member: "m00001", Unit: "jiaoke", Private: bot.Actor{Person: "zhang"}})
	s := follow(t, m, key)
	if err := m.Erase(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	do(t, b, dangers("a")...)
	if size, err := s.CatchUp(t.Context()); err != nil || size != 2 {
		t.Errorf("CatchUp = %d, %v", size, err)
	}
}

// While it follows, anybody may look: at whole entries, and never backwards.
func TestViewsWhileCatchingUp(t *testing.T) {
	const calls = 200
	m, key := ledgertest.NewMem(), newKey(t)
	b := open(t, m, key)
	s := follow(t, m, key)
	var wg sync.WaitGroup
	var ended atomic.Bool
	wg.Go(func() {
		defer ended.Store(true)
		for range calls {
			do(t, b, dangers("abc")...)
		}
	})
	for range 2 {
		wg.Go(func() {
			for !ended.Load() {
				if _, err := s.CatchUp(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Go(func() {
		for before := int64(0); !ended.Load(); {
			if err := s.View(t.Context(), func(st *book.State, _ time.Time) error {
				if st.Size() < before || int64(st.Attendance.Dangers()) != st.Size() {
					t.Errorf("a view sees %d entries and %d of the ledger, after %d", st.Attendance.Dangers(), st.Size(), before)
				}
				before = st.Size()
				return nil
			}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	wg.Wait()
	led, err := s.Lead(t.Context(), m)
	if err != nil || led.Size() != 3*calls {
		t.Errorf("Lead = %v", err)
	}
	led.Close()
}

// BenchmarkLead wants -benchtime 1x: before each run a whole ledger is followed.
// lead-ms is how long a warm standby takes until it may write, with ten entries
// to catch up; catchup-ms is how long a thousand take.
func BenchmarkLead(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m, key := ledgertest.NewMem(), newKey(b)
			fill(b, m, key, n)
			for b.Loop() {
				s, leader := follow(b, m, key), open(b, m, key)
				do(b, leader, slices.Repeat(dangers("a"), 1000)...)
				began := time.Now()
				if _, err := s.CatchUp(b.Context()); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "catchup-ms")
				do(b, leader, slices.Repeat(dangers("a"), 10)...)
				began = time.Now()
				led, err := s.Lead(b.Context(), m)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "lead-ms")
				leader.Close()
				led.Close()
			}
		})
	}
}

// A head that has not changed costs no reading: a store has many standbys.
func TestCatchUpReadsNothingUnderTheSameHead(t *testing.T) {
	key := newKey(t)
	at := &counted{Ledger: history(t, key, dangers("abc")...)}
	s := follow(t, at, key)
	reads := at.reads
	if n, err := s.CatchUp(t.Context()); n != 3 || err != nil || at.reads != reads {
		t.Errorf("CatchUp = %d, %v, with %d reads", n, err, at.reads-reads)
	}
	at.Ledger = history(t, key, dangers("abcd")...)
	if n, err := s.CatchUp(t.Context()); n != 4 || err != nil {
		t.Errorf("CatchUp = %d, %v, want 4", n, err)
	}
}

// A counted ledger counts how often it is read.
type counted struct {
	ledger.Ledger
	reads int
}

func (c *counted) Read(ctx context.Context, from, to int64) iter.Seq2[ledger.Record, error] {
	c.reads++
	return c.Ledger.Read(ctx, from, to)
}
