package bot

import (
	"context"
	"fmt"
	"time"
)

// A Clock tells the time and waits. It is a port so that a month can be played
// in seconds; decisions never take a Clock, they take a time.
//
// Implementations are safe for concurrent use.
type Clock interface {
	// Now returns the present instant.
	Now() time.Time
	// Sleep waits for d, or until ctx ends, and then returns ctx's error.
	Sleep(ctx context.Context, d time.Duration) error
}

// SystemClock is the machine's clock. Inside a testing/synctest bubble it is
// the bubble's.
type SystemClock struct{}

// Now implements [Clock].
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep implements [Clock].
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Zone is the civil time of every date, cron line and text in the program:
// China Standard Time, UTC+8 all year. (The IANA zone Asia/Shanghai has had no
// other offset since 1991, so no zone data is needed.)
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// A Month is a civil month in [Zone]. The zero Month is no month.
type Month struct {
	Year  int
	Month time.Month
}

// MonthOf returns the civil month that contains t.
func MonthOf(t time.Time) Month {
	t = t.In(Zone)
	return Month{t.Year(), t.Month()}
}

// ParseMonth reads the form "2026-11".
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return Month{}, fmt.Errorf("月份“%s”应写成 2026-11 的样子", s)
	}
	return Month{t.Year(), t.Month()}, nil
}

// String returns the form "2026-11".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// Chinese returns the form "2026年11月".
func (m Month) Chinese() string { return fmt.Sprintf("%d年%d月", m.Year, int(m.Month)) }

// Start returns the first instant of m.
func (m Month) Start() time.Time { return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, Zone) }

// End returns the first instant after m.
func (m Month) End() time.Time { return m.Start().AddDate(0, 1, 0) }

// Contains reports whether t falls in m.
func (m Month) Contains(t time.Time) bool { return MonthOf(t) == m }

// Add returns the month n months after m.
func (m Month) Add(n int) Month { return MonthOf(m.Start().AddDate(0, n, 0)) }

// QuietHours (免打扰) are the civil times of day at which nothing goes out that
// is not urgent. From and To are offsets from midnight in [Zone]; From > To
// spans midnight. The zero value is no quiet hours.
type QuietHours struct {
	From, To time.Duration
}

// Next returns t itself if a message may go out at t, else the first instant
// after t at which it may.
func (q QuietHours) Next(t time.Time) time.Time {
	local := t.In(Zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, Zone)
	since := local.Sub(midnight)
	switch {
	case q.From == q.To:
		return t
	case q.From < q.To:
		if since >= q.From && since < q.To {
			return midnight.Add(q.To)
		}
	case since >= q.From:
		return midnight.AddDate(0, 0, 1).Add(q.To)
	case since < q.To:
		return midnight.Add(q.To)
	}
	return t
}
