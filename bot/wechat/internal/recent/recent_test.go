package recent

import (
	"fmt"
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

func TestIDs(t *testing.T) {
	s := NewIDs(3)
	add := func(id string, want bool) {
		t.Helper()
		if got := s.Add(id); got != want {
			t.Errorf("Add(%s) = %v, want %v", id, got, want)
		}
	}
	add("a", true)
	add("a", false)
	add("b", true)
	add("c", true)
	add("d", true) // in the place of a
	add("b", false)
	add("a", true) // in the place of b
	s.Forget("c")
	s.Forget("never seen")
	add("c", true) // in its own place
	add("d", false)
	add("a", false)
	add("c", false)
	if len(s.slot) != 3 {
		t.Errorf("remembers %d, want 3", len(s.slot))
	}
}

func TestTheMemoryIsBounded(t *testing.T) {
	s := NewIDs(3)
	for i := range 100 {
		if !s.Add(fmt.Sprint(i)) {
			t.Fatalf("%d was not new", i)
		}
	}
	if len(s.slot) != 3 || s.Add("99") || !s.Add("0") {
		t.Errorf("%d are remembered", len(s.slot))
	}
}
