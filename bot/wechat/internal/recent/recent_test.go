package recent

import (
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func TestWhatIsOverIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New[int, string](bot.SystemClock{}, 2)
		m.Put(1, "一", time.Minute)
		m.Put(2, "二", time.Hour)
		if v, ok := m.Get(1); !ok || v != "一" {
			t.Errorf("1 is %q, %v", v, ok)
		}
		time.Sleep(time.Minute)
		if _, ok := m.Get(1); ok {
			t.Error("1 is remembered after its time")
		}
		m.Put(3, "三", time.Hour)
		if _, ok := m.Get(2); !ok {
			t.Error("2 had to go though something was over")
		}
		m.Put(4, "四", time.Hour)
		if _, ok := m.Get(2); ok || len(m.m) != 1 {
			t.Errorf("a full map grew to %d", len(m.m))
		}
	})
}
