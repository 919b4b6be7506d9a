package bot_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func civil(day, hour, min, sec int) time.Time {
	return time.Date(2026, 11, day, hour, min, sec, 0, bot.Zone)
}

func TestQuietHoursNext(t *testing.T) {
	night := bot.QuietHours{From: 21 * time.Hour, To: 8 * time.Hour}
	noon := bot.QuietHours{From: 12 * time.Hour, To: 14*time.Hour + 30*time.Minute}
	for _, c := range []struct {
		name    string
		q       bot.QuietHours
		t, want time.Time
	}{
		{"no quiet hours", bot.QuietHours{}, civil(23, 3, 0, 0), civil(23, 3, 0, 0)},
		{"from equals to is none", bot.QuietHours{From: time.Hour, To: time.Hour}, civil(23, 1, 0, 0), civil(23, 1, 0, 0)},
		{"by day", night, civil(23, 12, 0, 0), civil(23, 12, 0, 0)},
		{"just before it begins", night, civil(23, 20, 59, 59), civil(23, 20, 59, 59)},
		{"as it begins", night, civil(23, 21, 0, 0), civil(24, 8, 0, 0)},
		{"before midnight", night, civil(23, 23, 59, 59), civil(24, 8, 0, 0)},
		{"at midnight", night, civil(24, 0, 0, 0), civil(24, 8, 0, 0)},
		{"after midnight", night, civil(24, 7, 59, 59), civil(24, 8, 0, 0)},
		{"as it ends", night, civil(24, 8, 0, 0), civil(24, 8, 0, 0)},
		{"last night of the month", night, civil(30, 22, 0, 0), time.Date(2026, 12, 1, 8, 0, 0, 0, bot.Zone)},
		{"before noon", noon, civil(23, 11, 59, 59), civil(23, 11, 59, 59)},
		{"as noon begins", noon, civil(23, 12, 0, 0), civil(23, 14, 30, 0)},
		{"within noon", noon, civil(23, 14, 29, 59), civil(23, 14, 30, 0)},
		{"as noon ends", noon, civil(23, 14, 30, 0), civil(23, 14, 30, 0)},
		{"other zones are converted", night, civil(23, 22, 0, 0).UTC(), civil(24, 8, 0, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.q.Next(c.t); !got.Equal(c.want) {
				t.Errorf("%v.Next(%v) = %v, want %v", c.q, c.t, got, c.want)
			}
			if again := c.q.Next(c.want); !again.Equal(c.want) {
				t.Errorf("Next of what Next gave is %v", again)
			}
		})
	}
}

func TestMonth(t *testing.T) {
	nov := bot.Month{Year: 2026, Month: time.November}
	dec := bot.Month{Year: 2026, Month: time.December}
	first := time.Date(2026, 12, 1, 0, 0, 0, 0, bot.Zone)
	if got := bot.MonthOf(first.Add(-time.Nanosecond)); got != nov {
		t.Errorf("the last instant of November is in %v", got)
	}
	if got := bot.MonthOf(first.UTC()); got != dec { // still 30 November in UTC
		t.Errorf("the first instant of December is in %v", got)
	}
	if !nov.End().Equal(first) || !dec.Start().Equal(first) {
		t.Errorf("End of November %v, Start of December %v, want %v", nov.End(), dec.Start(), first)
	}
	if !dec.Contains(first) || nov.Contains(first) {
		t.Error("the first instant of December counts for November")
	}
	if got := dec.Add(1); got != (bot.Month{Year: 2027, Month: time.January}) {
		t.Errorf("the month after %v is %v", dec, got)
	}
	if got := dec.Add(-12); got != (bot.Month{Year: 2025, Month: time.December}) {
		t.Errorf("a year before %v is %v", dec, got)
	}
	if nov.String() != "2026-11" || nov.Chinese() != "2026年11月" {
		t.Errorf("%v is written %q and %q", nov, nov.String(), nov.Chinese())
	}
}

func TestParseMonth(t *testing.T) {
	for in, want := range map[string]bot.Month{
		"2026-11": {Year: 2026, Month: time.November},
		"2026-01": {Year: 2026, Month: time.January},
		"2026-13": {}, "2026-1": {}, "2026-11-01": {}, "": {}, "二〇二六": {}, " 2026-11": {},
	} {
		got, err := bot.ParseMonth(in)
		if got != want || (err == nil) != (want != bot.Month{}) {
			t.Errorf("ParseMonth(%q) = %v, %v", in, got, err)
		}
	}
}

func TestSystemClockSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, began := bot.SystemClock{}, time.Now()
		if err := clock.Sleep(t.Context(), time.Hour); err != nil || clock.Now().Sub(began) != time.Hour {
			t.Errorf("Sleep(1h) = %v after %v", err, clock.Now().Sub(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := clock.Sleep(ctx, time.Hour); err != context.DeadlineExceeded {
			t.Errorf("Sleep over the end of ctx = %v", err)
		}
		if err := clock.Sleep(ctx, -1); err != context.DeadlineExceeded {
			t.Errorf("Sleep of no time under an ended ctx = %v", err)
		}
	})
}
