package running

import (
	"testing"
	"time"

	"fanzha/bot"

	"github.com/google/go-cmp/cmp"
)

func month(t *testing.T, s string) bot.Month {
	t.Helper()
	m, err := bot.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What a process wrote under holds until the next one starts, over months in
// which none does.
func TestConduct(t *testing.T) {
	tenth := func(s string) time.Time { return month(t, s).Start().AddDate(0, 0, 9) }
	v := New()
	v.Apply(tenth("2026-09"), &bot.ProcessStarted{FourEyes: true})
	v.Apply(tenth("2026-10"), &bot.ProcessStarted{FourEyes: false, Weak: []string{"每秒落盘"}})
	v.Apply(tenth("2026-10"), &bot.ProcessStarted{FourEyes: true, Weak: []string{"每秒落盘", "没有副本"}})
	v.Apply(tenth("2026-11"), &bot.ProcessStarted{FourEyes: true})
	lost := bot.StoreRestored{Held: 12, Found: 9}
	v.Apply(tenth("2026-11"), &lost)
	v.Apply(tenth("2026-12"), &bot.ProcessStarted{FourEyes: false})
	v.Apply(tenth("2026-12"), &bot.CountyFounded{})

	weak := []string{"每秒落盘", "没有副本"}
	for m, want := range map[string]Conduct{
		"2026-08": {},
		"2026-09": {},
		"2026-10": {SingleHanded: true, Weak: weak},
		"2026-11": {Weak: weak, Restored: []Restored{{tenth("2026-11"), lost}}},
		"2026-12": {SingleHanded: true},
		"2027-01": {SingleHanded: true},
	} {
		if diff := cmp.Diff(want, v.Conduct(month(t, m))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", m, diff)
		}
	}
	if !v.Knows(lost) || v.Knows(bot.StoreRestored{Held: 12, Found: 8}) {
		t.Error("it does not know what it was told, or knows something else")
	}
	if r := v.Last(); r == nil || r.StoreRestored != lost {
		t.Errorf("Last = %v", r)
	}
	if r := New().Last(); r != nil {
		t.Errorf("Last of nothing = %v", r)
	}
}

// A process that starts at the first instant of a month leaves nothing of the one
// before it to that month.
func TestConductAtTheTurn(t *testing.T) {
	m := month(t, "2026-11")
	v := New()
	v.Apply(m.Start().Add(-time.Hour), &bot.ProcessStarted{})
	v.Apply(m.Start(), &bot.ProcessStarted{FourEyes: true})
	v.Apply(m.End(), &bot.ProcessStarted{})
	if c := v.Conduct(m); c.SingleHanded {
		t.Error("the process before the month, or the one after it, is blamed on it")
	}
}

// What was shown before an instant is closed at it; what is shown at it is not.
func TestClosed(t *testing.T) {
	v := New()
	at := func(d int) time.Time { return month(t, "2026-11").Start().AddDate(0, 0, d-1) }
	v.Apply(at(3), &bot.CheckpointWitnessed{Size: 30})
	v.Apply(at(5), &bot.CheckpointWitnessed{Size: 50})
	v.Apply(at(5), &bot.CheckpointWitnessed{Size: 51})
	for d, want := range map[int]int64{2: 0, 3: 0, 4: 30, 5: 30, 6: 51} {
		got := int64(0)
		if c := v.Closed(at(d)); c != nil {
			got = c.Size
		}
		if got != want {
			t.Errorf("on the %dth %d entries are closed, want %d", d, got, want)
		}
	}
}
