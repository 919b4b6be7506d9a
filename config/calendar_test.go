package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/calendar"
)

// exceptions lists the days of year that are not what their weekday says.
func exceptions(c *calendar.Calendar, year int) string {
	var out []string
	first := calendar.DateOf(time.Date(year, 1, 1, 0, 0, 0, 0, bot.Zone))
	for d := first; d.Year == year; d = d.Add(1) {
		works, why := c.Workday(d)
		if weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday; works == weekend {
			out = append(out, d.Chinese()+why)
		}
	}
	return strings.Join(out, " ")
}

// What the notice says for 2026: the days off that are weekdays, and the weekend
// days on which work is done.
func TestYear2026IsAsTheNoticeHasIt(t *testing.T) {
	c, err := LoadCalendar("")
	if err != nil {
		t.Fatal(err)
	}
	want := "1月1日元旦放假 1月2日元旦放假 1月4日元旦调休上班 " +
		"2月14日春节调休上班 2月16日春节放假 2月17日春节放假 2月18日春节放假 2月19日春节放假 2月20日春节放假 2月23日春节放假 2月28日春节调休上班 " +
		"4月6日清明节放假 5月1日劳动节放假 5月4日劳动节放假 5月5日劳动节放假 5月9日劳动节调休上班 6月19日端午节放假 " +
		"9月20日国庆节调休上班 9月25日中秋节放假 " +
		"10月1日国庆节放假 10月2日国庆节放假 10月5日国庆节放假 10月6日国庆节放假 10月7日国庆节放假 10月10日国庆节调休上班"
	if got := exceptions(c, 2026); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := fmt.Sprint(c.Years()); got != "[2026]" || !strings.Contains(c.Source(2026), "国办发明电〔2025〕7号") {
		t.Errorf("years %s, source %s", got, c.Source(2026))
	}
}

func TestAnOfficeAddsAndCorrectsYears(t *testing.T) {
	c, err := LoadCalendar("testdata/years")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.Years()); got != "[2026 2027]" || c.Source(2026) != "更正后的通知" {
		t.Errorf("years %s, source %s", got, c.Source(2026))
	}
	for year, want := range map[int]string{
		2026: "10月1日国庆节放假 10月2日国庆节放假 10月5日国庆节放假 10月6日国庆节放假 10月7日国庆节放假 10月8日国庆节放假 12月27日元旦调休上班 12月31日元旦放假",
		2027: "1月1日元旦放假",
	} {
		if got := exceptions(c, year); got != want {
			t.Errorf("%d: got %s, want %s", year, got, want)
		}
	}
}

// All faults of all files are told at once, each with its file, line and key.
func TestEveryFaultOfCalendarsIsNamed(t *testing.T) {
	_, err := LoadCalendar("testdata/badcalendar")
	golden(t, "testdata/badcalendar.golden", said(t, err)+"\n")
}

// Years that are right alone may contradict each other.
func TestYearsThatContradictEachOther(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"2026.yaml": "year: 2026\nsource: 甲\nholidays: [{name: 年终, from: 2026-12-26, to: 2026-12-27}]\n",
		"2027.yaml": "year: 2027\nsource: 乙\nholidays: [{name: 元旦, from: 2027-01-01, to: 2027-01-01, work: [2026-12-27]}]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := LoadCalendar(dir); err == nil || !strings.Contains(err.Error(), "2026-12-27既写了放假又写了上班") {
		t.Errorf("LoadCalendar = %v", err)
	}
}

// The calendar's directory counts from the configuration file's own.
func TestCalendarDirIsRelativeToTheFile(t *testing.T) {
	path := write(t, sound+"calendar: {dir: years}\n")
	dir := filepath.Join(filepath.Dir(path), "years")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := Load(path, func(key string) string { return map[string]string{SecretEnv: "secret"}[key] })
	if err != nil || f.Calendar.Dir != dir {
		t.Errorf("Load = %v, dir %s, want %s", err, f.Calendar.Dir, dir)
	}
}

func TestPushJobIsThatOfTheKeyInUse(t *testing.T) {
	f := Default()
	if got := f.PushJob(); got.When != "每个工作日 09:30" || got.Rule().String() != got.When || got.Policy() != (calendar.Missed{Policy: calendar.Once, Window: 24 * time.Hour}) {
		t.Errorf("by default %+v", got)
	}
	f.Push.Cron = "*/5 * * * *"
	if got := f.PushJob(); got.When != f.Push.Cron || got.Missed != "once" {
		t.Errorf("with push.cron %+v", got)
	}
}
