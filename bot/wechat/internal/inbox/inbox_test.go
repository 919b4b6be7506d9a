package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

type handler func(ctx context.Context, in bot.Inbound) (bot.Answer, error)

// Handle implements bot.Handler.
func (h handler) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) { return h(ctx, in) }

// slowly answers with the id after so long.
func slowly(d time.Duration) handler {
	return func(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
		return bot.Answer{Text: in.ID}, bot.SystemClock{}.Sleep(ctx, d)
	}
}

func in(person bot.PersonID, id string) bot.Inbound { return bot.Inbound{ID: id, From: person} }

func never(t *testing.T) Late {
	return func(context.Context, bot.Inbound, Reply) { t.Error("answered late") }
}

// open returns an inbox that is closed when the test has ended.
func open(t *testing.T, h bot.Handler, patience time.Duration) *Inbox {
	b := New(patience, slog.New(slog.DiscardHandler))
	b.Serve(h)
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	return b
}

func TestInTimeAndLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, slowly(3*time.Second), 4*time.Second)
		if r, err := b.Take(t.Context(), in("a", "1"), never(t)); err != nil || r == nil || r.Answer.Text != "1" {
			t.Errorf("in time: %+v, %v", r, err)
		}
		b.handler = slowly(6 * time.Second)
		var late []string
		note := func(_ context.Context, _ bot.Inbound, r Reply) { late = append(late, r.Answer.Text) }
		if r, err := b.Take(t.Context(), in("a", "2"), note); err != nil || r != nil {
			t.Errorf("late: %+v, %v", r, err)
		}
		if r, err := b.Take(t.Context(), in("a", "2"), never(t)); err != nil || r != nil {
			t.Errorf("repeated while it is handled: %+v, %v", r, err)
		}
		if err := b.Close(t.Context()); err != nil || len(late) != 1 || late[0] != "2" {
			t.Errorf("late answers %q, %v", late, err)
		}
		if _, err := b.Take(t.Context(), in("a", "3"), never(t)); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

// The platform hangs up: what was begun is handled all the same.
func TestACallerWhoLeavesDoesNotEndTheHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, slowly(2*time.Second), 4*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		said := make(chan Reply, 1)
		if r, err := b.Take(ctx, in("a", "1"), func(_ context.Context, _ bot.Inbound, r Reply) { said <- r }); r != nil || err != nil {
			t.Errorf("%+v, %v", r, err)
		}
		if r := <-said; r.Err != nil || r.Answer.Text != "1" {
			t.Errorf("%+v", r)
		}
	})
}

func TestAFailureMayComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failures := 1
		b := open(t, handler(func(context.Context, bot.Inbound) (bot.Answer, error) {
			if failures--; failures >= 0 {
				return bot.Answer{}, errors.New("full")
			}
			return bot.Answer{Text: "ok"}, nil
		}), time.Second)
		if r, err := b.Take(t.Context(), in("a", "1"), never(t)); err != nil || r == nil || r.Err == nil {
			t.Errorf("%+v, %v", r, err)
		}
		if r, err := b.Take(t.Context(), in("a", "1"), never(t)); err != nil || r == nil || r.Answer.Text != "ok" {
			t.Errorf("again: %+v, %v", r, err)
		}
	})
}

func TestAFloodIsRefusedAndMayComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, slowly(10*time.Second), time.Second)
		var wg sync.WaitGroup
		for i := range atOnce {
			wg.Go(func() {
				_, _ = b.Take(t.Context(), in(bot.PersonID(fmt.Sprint(i)), fmt.Sprint(i)), func(context.Context, bot.Inbound, Reply) {})
			})
		}
		synctest.Wait()
		if _, err := b.Take(t.Context(), in("x", "x"), never(t)); !errors.Is(err, ErrBusy) {
			t.Errorf("one too many: %v", err)
		}
		wg.Wait()
		time.Sleep(time.Hour)
		synctest.Wait()
		b.handler = slowly(0)
		if r, err := b.Take(t.Context(), in("x", "x"), never(t)); err != nil || r == nil {
			t.Errorf("afterwards: %+v, %v", r, err)
		}
	})
}

func TestARepeatGetsTheSameWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		b := open(t, handler(func(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
			calls++
			return bot.Answer{Text: in.ID, File: new(bot.File)}, bot.SystemClock{}.Sleep(ctx, 3*time.Second)
		}), 4*time.Second)
		take := func(again bool) {
			r, err := b.Take(t.Context(), in("a", "1"), never(t))
			if err != nil || r == nil || r.Answer.Text != "1" || r.Again != again || (r.Answer.File == nil) != again {
				t.Errorf("again %v: %+v, %v", again, r, err)
			}
		}
		var both sync.WaitGroup
		both.Go(func() { take(false) })
		synctest.Wait()
		both.Go(func() { take(true) }) // while it is handled
		both.Wait()
		take(true) // and afterwards
		if calls != 1 {
			t.Errorf("handled %d times", calls)
		}
	})
}

func TestOnePersonsDeedsAreHandledInTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		b := open(t, handler(func(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
			err := bot.SystemClock{}.Sleep(ctx, time.Second)
			order = append(order, in.ID)
			return bot.Answer{}, err
		}), 10*time.Second)
		began := time.Now()
		var all sync.WaitGroup
		for _, id := range []string{"1", "2", "3", "4"} {
			all.Go(func() { _, _ = b.Take(t.Context(), in("a", id), never(t)) })
			synctest.Wait()
		}
		all.Wait()
		if !slices.Equal(order, []string{"1", "2", "3", "4"}) || time.Since(began) != 4*time.Second {
			t.Errorf("%q after %v", order, time.Since(began))
		}
	})
}

// Two generations of deeds are remembered, whatever their number.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	var all deeds
	for i := range 5 * maxDeeds {
		all.add(fmt.Sprint(i))
	}
	if n := len(all.newer) + len(all.before); n > 2*maxDeeds {
		t.Errorf("%d are remembered", n)
	}
	if _, ok := all.find(fmt.Sprint(4*maxDeeds + 1)); !ok {
		t.Error("one of the last is forgotten")
	}
	if _, ok := all.find("0"); ok {
		t.Error("the first is remembered")
	}
}
