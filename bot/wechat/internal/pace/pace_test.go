package pace

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func TestNoMinuteHasMoreThanItsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(bot.SystemClock{}, 3)
		var at []time.Time
		for i := range 20 {
			if err := l.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			at = append(at, time.Now())
			time.Sleep(time.Duration(i) * time.Second) // the request takes a while
			l.Done()
		}
		for i := 3; i < len(at); i++ {
			if d := at[i].Sub(at[i-3]); d < time.Minute {
				t.Errorf("request %d follows the third before it after %v", i, d)
			}
		}
	})
}

func TestThoseWhoWaitGoInTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(bot.SystemClock{}, 1)
		var order []int
		for i := range 5 {
			go func() {
				leave, err := l.Enter(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				defer leave()
				if err := l.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				order = append(order, i)
				l.Done()
			}()
			synctest.Wait()
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		for i, got := range order {
			if i != got || len(order) != 5 {
				t.Fatalf("order %v", order)
			}
		}
	})
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(bot.SystemClock{}, 1)
		l.Rest(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		leave, err := l.Enter(ctx)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if _, err := l.Enter(ctx); err == nil {
				t.Error("two are in")
			}
		}()
		if err := l.Wait(ctx); err == nil {
			t.Error("the lane did not rest")
		}
		synctest.Wait()
		leave()
		ended, end := context.WithCancel(t.Context())
		end()
		time.Sleep(time.Hour)
		if err := l.Wait(ended); err == nil {
			t.Error("a request may be made though its context has ended")
		}
	})
}

func TestAClockSetBackDoesNotMute(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	l := &Lane{perMinute: 1, spent: []time.Time{now.Add(8 * time.Hour)}}
	if got := l.wait(now); got != time.Minute {
		t.Errorf("wait %v, want a minute", got)
	}
}

func TestJitterOnlyLengthens(t *testing.T) {
	for range 100 {
		if got := Jitter(time.Minute); got < time.Minute || got > 75*time.Second {
			t.Fatalf("%v", got)
		}
	}
}
