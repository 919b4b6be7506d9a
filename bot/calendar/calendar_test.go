package calendar

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

// on reads a day.
func on(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// holiday reads name, first day, last day, working weekend days.
func holiday(t testing.TB, line string) Holiday {
	t.Helper()
	f := strings.Fields(line)
	h := Holiday{Name: f[0], From: on(t, f[1]), To: on(t, f[2])}
	for _, w := range f[3:] {
		h.Work = append(h.Work, on(t, w))
	}
	return h
}

// year2026 is what the notice says.
func year2026(t testing.TB) Year {
	t.Helper()
	y := Year{Year: 2026, Source: "通知"}
	for _, line := range []string{
		"元旦 2026-01-01 2026-01-03 2026-01-04",
		"春节 2026-02-15 2026-02-23 2026-02-14 2026-02-28",
		"清明节 2026-04-04 2026-04-06",
		"劳动节 2026-05-01 2026-05-05 2026-05-09",
		"端午节 2026-06-19 2026-06-21",
		"中秋节 2026-09-25 2026-09-27",
		"国庆节 2026-10-01 2026-10-07 2026-09-20 2026-10-10",
	} {
		y.Holidays = append(y.Holidays, holiday(t, line))
	}
	return y
}

func calendar2026(t testing.TB, more ...Year) *Calendar {
	t.Helper()
	c, err := New(append(more, year2026(t))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWorkday(t *testing.T) {
	c := calendar2026(t)
	for _, x := range []struct {
		day   string
		works bool
		why   string
	}{
		{"2026-01-01", false, "元旦放假"},
		{"2026-01-03", false, "元旦放假"}, // a Saturday that the notice names
		{"2026-01-04", true, "元旦调休上班"},
		{"2026-01-05", true, ""},
		{"2026-01-10", false, "周六"},
		{"2026-01-11", false, "周日"},
		{"2026-02-14", true, "春节调休上班"},
		{"2026-02-15", false, "春节放假"},
		{"2026-02-23", false, "春节放假"},
		{"2026-02-24", true, ""},
		{"2026-02-28", true, "春节调休上班"},
		{"2026-09-20", true, "国庆节调休上班"},
		{"2026-10-10", true, "国庆节调休上班"},
		{"2025-10-01", true, ""}, // a year that is not known
		{"2027-01-01", true, ""}, // likewise
		{"2027-01-02", false, "周六"},
	} {
		if works, why := c.Workday(on(t, x.day)); works != x.works || why != x.why {
			t.Errorf("Workday(%s) = %t, %q, want %t, %q", x.day, works, why, x.works, x.why)
		}
	}
}

func TestNextAndPrev(t *testing.T) {
	c := calendar2026(t)
	for _, x := range []struct{ day, prev, next string }{
		{"2026-02-14", "2026-02-13", "2026-02-24"}, // over nine days off
		{"2026-02-24", "2026-02-14", "2026-02-25"},
		{"2026-10-03", "2026-09-30", "2026-10-08"},
		{"2026-10-09", "2026-10-08", "2026-10-10"}, // a working Saturday
		{"2026-12-31", "2026-12-30", "2027-01-01"}, // nobody knows yet
		{"2026-01-01", "2025-12-31", "2026-01-04"},
	} {
		d := on(t, x.day)
		if prev, next := c.Prev(d).String(), c.Next(d).String(); prev != x.prev || next != x.next {
			t.Errorf("around %s: %s, %s, want %s, %s", x.day, prev, next, x.prev, x.next)
		}
	}
}

func TestNthWorkday(t *testing.T) {
	c := calendar2026(t)
	for _, x := range []struct {
		month string
		n     int
		want  string
	}{
		{"2026-01", 1, "2026-01-04"},
		{"2026-02", 1, "2026-02-02"},
		{"2026-02", 16, "2026-02-28"},
		{"2026-02", 17, ""},
		{"2026-02", -1, "2026-02-28"},
		{"2026-02", -16, "2026-02-02"},
		{"2026-10", 1, "2026-10-08"},
		{"2026-10", 3, "2026-10-10"},
		{"2026-05", -1, "2026-05-29"},
		{"2027-02", -5, "2027-02-22"},
		{"2028-02", -1, "2028-02-29"}, // leap day, a Tuesday
		{"2026-03", 0, ""},
	} {
		m, err := bot.ParseMonth(x.month)
		if err != nil {
			t.Fatal(err)
		}
		d, ok := c.NthWorkday(m, x.n)
		if ok != (x.want != "") || ok && d.String() != x.want {
			t.Errorf("NthWorkday(%s, %d) = %s, %t, want %q", x.month, x.n, d, ok, x.want)
		}
	}
}

// The notice of 2027 may say that 31 December 2026 is off: the day belongs to the
// year that it leads into.
func TestDecemberStandsInTheNextYearsNotice(t *testing.T) {
	next := Year{Year: 2027, Source: "下一年的通知", Holidays: []Holiday{holiday(t, "元旦 2026-12-31 2027-01-03 2026-12-27")}}
	c := calendar2026(t, next)
	for day, want := range map[string]bool{"2026-12-30": true, "2026-12-31": false, "2027-01-01": false, "2026-12-27": true, "2026-12-26": false} {
		if works, _ := c.Workday(on(t, day)); works != want {
			t.Errorf("Workday(%s) = %t", day, works)
		}
	}
	if got := c.Years(); !slices.Equal(got, []int{2026, 2027}) || c.Source(2027) != "下一年的通知" {
		t.Errorf("Years() = %v, source %q", got, c.Source(2027))
	}
}

func TestNewRefuses(t *testing.T) {
	for _, x := range []struct {
		rule  string
		years []Year
		want  string
	}{
		{"one year twice", []Year{{Year: 2027}, {Year: 2027}}, "2027年的放假安排有两份"},
		{"a day both off and worked", []Year{
			{Year: 2026, Holidays: []Holiday{holiday(t, "年终 2026-12-26 2026-12-26")}},
			{Year: 2027, Holidays: []Holiday{holiday(t, "元旦 2027-01-01 2027-01-01 2026-12-26")}},
		}, "2026-12-26既写了放假又写了上班（年终、元旦）"},
		{"a weekday as make-up", []Year{{Year: 2027, Holidays: []Holiday{holiday(t, "元旦 2027-01-01 2027-01-01 2027-01-04")}}}, "2027-01-04是周一，本来就上班"},
		{"years of holiday", []Year{{Year: 2027, Holidays: []Holiday{holiday(t, "长假 2027-03-01 2028-03-01")}}}, "连续放假超过 31 天"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if _, err := New(x.years...); err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("New = %v, want %s", err, x.want)
			}
		})
	}
}

func TestWarning(t *testing.T) {
	c := calendar2026(t)
	for _, x := range []struct{ now, want string }{
		{"2026-11-30", ""},
		{"2026-12-01", "没有2027年的放假安排"},
		{"2027-03-01", "没有2027年的放假安排"},
		{"2025-11-30", "没有2025年的放假安排"},
	} {
		if got := c.Warning(on(t, x.now).Start()); (got == "") != (x.want == "") || !strings.HasPrefix(got, x.want) {
			t.Errorf("Warning(%s) = %q, want %q", x.now, got, x.want)
		}
	}
	if got := calendar2026(t, Year{Year: 2027}).Warning(on(t, "2026-12-31").Start().Add(23 * time.Hour)); got != "" {
		t.Errorf("Warning with both years known = %q", got)
	}
}

func TestZeroCalendarIsMondayToFriday(t *testing.T) {
	var c Calendar
	n := 0
	for d := on(t, "2026-01-01"); d.Year == 2026; d = d.Add(1) {
		if works, _ := c.Workday(d); works {
			n++
		}
	}
	if n != 261 || c.Known(2026) || c.Source(2026) != "" || len(c.Years()) != 0 {
		t.Errorf("%d workdays, known %t", n, c.Known(2026))
	}
}

func TestDates(t *testing.T) {
	d := on(t, "2028-02-28")
	if got := fmt.Sprint(d.Add(1), d.Add(2), d.Add(-59), " ", d.Chinese()); got != "2028-02-29 2028-03-01 2027-12-31 2月28日" {
		t.Errorf("days around a leap day: %s", got)
	}
	// Dates are those of Shanghai, wherever the instant was noted.
	if got := DateOf(time.Date(2026, 10, 1, 17, 0, 0, 0, time.UTC)); got != on(t, "2026-10-02") {
		t.Errorf("DateOf = %s", got)
	}
	for _, s := range []string{"", "2026-2-3", "2027-02-29", "2026年10月1日"} {
		if _, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) passes", s)
		}
	}
}
