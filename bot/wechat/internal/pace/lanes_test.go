package pace

import (
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func TestLanesAreForgottenWhenTheyAreEmptyAndUnused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewLanes(bot.SystemClock{}, func(int) *Lane { return NewLane(bot.SystemClock{}, Rate{PerMinute: 1, PerHour: 9}) })
		for i := range 100 {
			_, release := s.Get(i)
			release()
		}
		held, release := s.Get(0)
		spent, back := s.Get(1)
		back()
		time.Sleep(2 * sweepEvery)
		spent.Spent(time.Now(), 1)
		for i, lane := range []*Lane{held, spent} {
			if again, back := s.Get(i); again != lane {
				t.Errorf("lane %d was forgotten", i)
			} else {
				back()
			}
		}
		release()
		if n := len(s.lanes); n != 2 {
			t.Errorf("%d lanes are kept, want the one in use and the one that remembers", n)
		}
		time.Sleep(2 * time.Hour)
		_, release = s.Get(2)
		release()
		if n := len(s.lanes); n != 1 {
			t.Errorf("%d lanes are kept after hours", n)
		}
	})
}
