package pace

import (
	"math/rand/v2"
	"testing"
	"time"
)

var midnight = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func at(d time.Duration) time.Time { return midnight.Add(d) }

func newBudget() *budget { return &budget{Rate: Rate{PerMinute: 25, PerHour: 900}} }

func TestBudget(t *testing.T) {
	spend := func(n int, every time.Duration) func(*budget) {
		return func(b *budget) {
			for i := range n {
				b.take(at(time.Duration(i) * every))
			}
		}
	}
	tests := []struct {
		name   string
		before func(*budget)
		now    time.Duration
		want   time.Duration
	}{
		{"the first goes at once", spend(0, 0), 0, 0},
		{"so does the 25th", spend(24, 0), 0, 0},
		{"the 26th waits a minute", spend(25, 0), 0, time.Minute},
		{"a nanosecond early is early", spend(25, 0), time.Minute - 1, 1},
		{"after a minute the next goes", spend(25, 0), time.Minute, 0},
		{"each waits for the 25th before it", spend(25, time.Second), 30 * time.Second, 30 * time.Second},
		{"the 901st waits for the hour", spend(900, 3*time.Second), 50 * time.Minute, 10 * time.Minute},
		{"a pause holds", func(b *budget) { b.pause(at(time.Minute)) }, 20 * time.Second, 40 * time.Second},
		{"a shorter pause does not end a longer one",
			func(b *budget) { b.pause(at(time.Minute)); b.pause(at(time.Second)) }, 20 * time.Second, 40 * time.Second},
		{"a clock set back mutes for a minute, not for a day",
			func(b *budget) {
				for range 25 {
					b.take(at(24 * time.Hour))
				}
			}, 0, time.Minute},
		{"what was spent before counts, in whatever order it is told", func(b *budget) {
			for i := range 25 {
				b.put(at(time.Duration(i*7%25) * time.Second))
			}
		}, 30 * time.Second, 30 * time.Second},
		{"what was spent before may be too much", func(b *budget) {
			for range 60 {
				b.put(midnight)
			}
		}, 10 * time.Second, 50 * time.Second},
		{"what is taken back does not count", func(b *budget) {
			spend(25, time.Second)(b)
			b.drop(at(0))
		}, 30 * time.Second, 0},
		{"what never was is not taken back", func(b *budget) { spend(25, 0)(b); b.drop(at(1)) }, 0, time.Minute},
	}
	for _, tt := range tests {
		b := newBudget()
		tt.before(b)
		if got := b.take(at(tt.now)); got != tt.want {
			t.Errorf("%s: wait = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestBudgetRefusalSpendsNothing(t *testing.T) {
	b := newBudget()
	for range 1000 {
		b.take(midnight)
	}
	if len(b.spent) != 25 {
		t.Errorf("spent %d, want 25", len(b.spent))
	}
}

func TestBudgetIsIdleAfterAnHour(t *testing.T) {
	b := newBudget()
	b.take(midnight)
	b.pause(at(90 * time.Minute))
	for d, want := range map[time.Duration]bool{0: false, time.Hour: false, 90 * time.Minute: true} {
		if got := b.idle(at(d)); got != want {
			t.Errorf("idle after %v = %v, want %v", d, got, want)
		}
	}
}

// Whatever the rhythm of asking, no window of a minute holds more than 25 and
// no window of an hour more than 900; and who waits as told gets through.
func TestBudgetNeverExceeded(t *testing.T) {
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		b := newBudget()
		now := midnight
		var granted []time.Time
		for len(granted) < 3000 {
			if wait := b.take(now); wait == 0 {
				granted = append(granted, now)
			} else if wait < 0 || wait > time.Hour {
				t.Fatalf("seed %d: wait = %v", seed, wait)
			} else if rnd.IntN(2) == 0 {
				now = now.Add(wait)
				if b.take(now) != 0 {
					t.Fatalf("seed %d: refused after waiting as told", seed)
				}
				granted = append(granted, now)
			}
			now = now.Add(time.Duration(rnd.Int64N(int64(1+rnd.IntN(5)) * int64(time.Second))))
		}
		if got := most(granted, time.Minute); got > 25 {
			t.Errorf("seed %d: %d within a minute", seed, got)
		}
		if got := most(granted, time.Hour); got > 900 {
			t.Errorf("seed %d: %d within an hour", seed, got)
		}
		if len(b.spent) > 2*900+64 {
			t.Errorf("seed %d: remembers %d instants", seed, len(b.spent))
		}
	}
}

// most returns the largest number of ts in a half-open window.
func most(ts []time.Time, window time.Duration) int {
	top, from := 0, 0
	for to := range ts {
		for !ts[to].Before(ts[from].Add(window)) {
			from++
		}
		top = max(top, to-from+1)
	}
	return top
}
