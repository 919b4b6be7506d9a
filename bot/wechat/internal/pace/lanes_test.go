package pace

import (
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func TestLanesAreForgottenWhenTheyAreEmptyAndUnused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewLanes[int](bot.SystemClock{}, 1)
		for i := range 100 {
			_, release := s.Get(i)
			release()
		}
		held, release := s.Get(0)
		time.Sleep(2 * forgotten)
		if again, back := s.Get(0); again != held {
			t.Error("a lane in use was forgotten")
		} else {
			back()
		}
		release()
		if n := len(s.lanes); n != 1 {
			t.Errorf("%d lanes are kept, want the one in use", n)
		}
	})
}
