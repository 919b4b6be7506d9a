package shared

import "testing"

func TestWhoDoesNotKeepUpLosesTheOldest(t *testing.T) {
	out := make(chan Event, 3)
	for i := range 10 {
		offer(out, Event{County: "xiangning", Size: int64(i)})
	}
	for want := int64(7); want < 10; want++ {
		if got := (<-out).Size; got != want {
			t.Errorf("%d, want %d", got, want)
		}
	}
}
