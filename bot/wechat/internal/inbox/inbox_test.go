package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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

func never(t *testing.T) func(context.Context, Reply) {
	return func(context.Context, Reply) { t.Error("answered late") }
}

func TestInTimeAndLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(slowly(3*time.Second), 4*time.Second, slog.New(slog.DiscardHandler))
		if r, err := b.Take(t.Context(), in("a", "1"), never(t)); err != nil || r == nil || r.Answer.Text != "1" {
			t.Errorf("in time: %+v, %v", r, err)
		}
		b.handler = slowly(6 * time.Second)
		var late []string
		note := func(_ context.Context, r Reply) { late = append(late, r.Answer.Text) }
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
		b := New(slowly(2*time.Second), 4*time.Second, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		said := make(chan Reply, 1)
		if r, err := b.Take(ctx, in("a", "1"), func(_ context.Context, r Reply) { said <- r }); r != nil || err != nil {
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
		b := New(handler(func(context.Context, bot.Inbound) (bot.Answer, error) {
			if failures--; failures >= 0 {
				return bot.Answer{}, errors.New("full")
			}
			return bot.Answer{Text: "ok"}, nil
		}), time.Second, slog.New(slog.DiscardHandler))
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
		b := New(slowly(10*time.Second), time.Second, slog.New(slog.DiscardHandler))
		var wg sync.WaitGroup
		for i := range atOnce {
			wg.Go(func() {
				_, _ = b.Take(t.Context(), in(bot.PersonID(fmt.Sprint(i)), fmt.Sprint(i)), func(context.Context, Reply) {})
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
