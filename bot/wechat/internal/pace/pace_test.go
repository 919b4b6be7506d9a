package pace

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func TestNoMinuteHasMoreThanItsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(bot.SystemClock{}, Rate{PerMinute: 3})
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
		l := NewLane(bot.SystemClock{}, Rate{PerMinute: 1})
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
		l := NewLane(bot.SystemClock{}, Rate{PerMinute: 1})
		l.Rest(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
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

func TestWhoWouldWaitTooLongIsToldHowLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(bot.SystemClock{}, Rate{PerMinute: 1})
		l.Rest(50 * time.Second)
		began := time.Now()
		pass := func(within time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			return l.Pass(ctx)
		}
		failed := Stopped(pass(49 * time.Second))
		if failed.Outcome != bot.RetryLater || failed.After != 50*time.Second || time.Since(began) != 0 {
			t.Errorf("%+v after %v", failed, time.Since(began))
		}
		if err := pass(51 * time.Second); err != nil || time.Since(began) != 50*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestJitterOnlyLengthens(t *testing.T) {
	for range 100 {
		if got := Jitter(time.Minute); got < time.Minute || got > 75*time.Second {
			t.Fatalf("%v", got)
		}
	}
}

func TestWhoTriesTakesNothingFromThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(bot.SystemClock{}, Rate{PerMinute: 2})
		for i, want := range []bool{true, true, false} {
			if got := l.Try(); got != want {
				t.Errorf("try %d = %t", i+1, got)
			}
		}
		passed := make(chan error)
		go func() { passed <- l.Pass(t.Context()) }()
		synctest.Wait()
		time.Sleep(time.Minute - 1)
		if l.Try() {
			t.Error("overtook the one who waits")
		}
		if err := <-passed; err != nil || !l.Try() || l.Try() {
			t.Errorf("Pass = %v; then one more may be made", err)
		}
	})
}

func TestAShorterRestDoesNotEndALongerOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(bot.SystemClock{}, Rate{PerMinute: 1})
		l.Rest(time.Minute)
		l.Rest(time.Second)
		began := time.Now()
		if err := l.Pass(t.Context()); err != nil || time.Since(began) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// A purse is a shared budget that says what the test wants.
type purse func(ctx context.Context, key string, limit int, window time.Duration) (time.Duration, error)

func (p purse) Take(ctx context.Context, key string, limit int, window time.Duration) (time.Duration, error) {
	return p(ctx, key, limit, window)
}

func TestALaneKeepsToWhatOthersLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, refused := time.Now(), 0
		l := NewLane(bot.SystemClock{}, Rate{PerMinute: 2}).Share(purse(func(_ context.Context, key string, limit int, window time.Duration) (time.Duration, error) {
			if key != "robot/1" || limit != 2 || window < time.Minute {
				t.Errorf("asked for %d in %v under %s", limit, window, key)
			}
			if time.Since(began) < 40*time.Second {
				refused++
				return 10 * time.Second, nil
			}
			return 0, nil
		}), "robot/1")
		if err := l.Pass(t.Context()); err != nil || time.Since(began) != 40*time.Second || refused != 4 {
			t.Errorf("%v after %v, refused %d times", err, time.Since(began), refused)
		}
		if !l.Try() || l.Try() {
			t.Error("what was refused has been counted")
		}
	})
}

func TestALaneGoesOnAloneWhenTheOthersAreNotKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(bot.SystemClock{}, Rate{PerMinute: 2}).Share(purse(func(context.Context, string, int, time.Duration) (time.Duration, error) {
			return time.Hour, errors.New("down")
		}), "robot/1")
		began := time.Now()
		for range 3 {
			if err := l.Pass(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if time.Since(began) != time.Minute {
			t.Errorf("three took %v, want a minute by its own count", time.Since(began))
		}
	})
}

func TestWhoGivesUpSpendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		l := NewLane(bot.SystemClock{}, Rate{PerMinute: 1}).Share(purse(func(context.Context, string, int, time.Duration) (time.Duration, error) {
			cancel()
			return 0, nil
		}), "robot/1")
		if err := l.Pass(ctx); !errors.Is(err, context.Canceled) || !l.Try() {
			t.Errorf("Pass = %v, or its request was counted", err)
		}
	})
}
