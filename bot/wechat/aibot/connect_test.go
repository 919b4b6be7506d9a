package aibot

import (
	"slices"
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	var got []time.Duration
	for attempt := range 8 {
		got = append(got, backoff(attempt, 0)/time.Second)
	}
	if want := []time.Duration{1, 2, 4, 8, 16, 30, 30, 30}; !slices.Equal(got, want) {
		t.Errorf("waits %d, want %d", got, want)
	}
	if got := backoff(5, 0.999999); got < 24*time.Second || got > 25*time.Second {
		t.Errorf("fully spread wait = %v, want a fifth less than 30 s", got)
	}
}

func TestUntilTimeOfDay(t *testing.T) {
	midnight := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		now  time.Duration // after 08:00 in bot.Zone
		at   time.Duration
		want time.Duration
	}{
		{0, 9 * time.Hour, time.Hour},
		{0, 4 * time.Hour, 20 * time.Hour},
		{0, 8 * time.Hour, 24 * time.Hour},
		{16*time.Hour - 1, time.Minute, time.Minute + 1},
	}
	for _, tt := range tests {
		if got := untilTimeOfDay(midnight.Add(tt.now), tt.at); got != tt.want {
			t.Errorf("untilTimeOfDay(+%v, %v) = %v, want %v", tt.now, tt.at, got, tt.want)
		}
	}
}
