package calendar

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

func rule(t testing.TB, text string) Rule {
	t.Helper()
	r, err := ParseRule(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestParseRuleReadsHowPeopleWrite(t *testing.T) {
	for text, want := range map[string]string{
		"每个工作日 09:30":                   "每个工作日 09:30",
		"工作日9:30":                       "每个工作日 09:30",
		"每天 08:05":                      "每天 08:05",
		"每星期一 09:00":                    "每周一 09:00",
		"每周天9：00":                       "每周日 09:00",
		"每月首个工作日 09:00":                 "每月首个工作日 09:00",
		"每月第一个工作日 09:00":                "每月首个工作日 09:00",
		"每月 第 3 个工作日  09:00":            "每月第3个工作日 09:00",
		"每月第十五个工作日 09:00":               "每月第15个工作日 09:00",
		"月末前5个工作日 09:00":                "月末前5个工作日 09:00",
		"每月倒数第五个工作日 09:00":              "月末前5个工作日 09:00",
		"每月最后一个工作日 17:00":               "每月最后一个工作日 17:00",
		"每月25日 09:00 遇假顺延":              "每月25日 09:00 遇假顺延",
		"每月25日（遇假顺延） 09:00":             "每月25日 09:00 遇假顺延",
		"每月二十五号9:00，遇假提前":               "每月25日 09:00 遇假提前",
		"每月最后一天 20:00":                  "每月31日 20:00",
		"30 9 * * 1-5":                  "30 9 * * 1-5",
		"30  9 * * 1-5 遇假跳过":            "30 9 * * 1-5 遇假跳过",
		"*/30 8-20 1,15 * ? 遇假顺延":       "*/30 8-20 1,15 * ? 遇假顺延",
		"每月首个工作日 9:00；每月25日 9:00 遇假顺延；": "每月首个工作日 09:00；每月25日 09:00 遇假顺延",
	} {
		r, err := ParseRule(text)
		if err != nil || r.String() != want {
			t.Errorf("ParseRule(%q) = %q, %v, want %q", text, r, err, want)
		}
	}
}

func TestParseRuleSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                "没有写时间",
		"；":               "没有写时间",
		"每个工作日":           "末尾没有几点几分",
		"每个工作日 25:00":     "“25:00”不是时刻",
		"每个工作日 09:60":     "“09:60”不是时刻",
		"逢五 09:00":        "读不懂“逢五 09:00”",
		"每月第0个工作日 09:00":  "应在 1 至 15 之间",
		"每月第16个工作日 09:00": "第 16 个工作日不是每个月都有",
		"每月三二日 09:00":     "读不懂",
		"每月32日 09:00":     "没有 32 日",
		"每月首个工作日 09:00 遇假顺延":    "请去掉“遇假顺延”",
		"每个工作日 09:00 遇假跳过":      "请去掉“遇假跳过”",
		"每月25日 09:00 遇假顺延 遇假提前": "只能写一个",
		"30 9 * *":          "不是五段",
		"0 30 9 * * 1":      "不是五段",
		"30 25 * * *":       "读不懂“30 25 * * *”",
		"0 9 30 2 *":        "永远不会到来",
		"@daily":            "末尾没有几点几分",
		"TZ=UTC 30 9 * * *": "末尾没有几点几分",
		"每个工作日 09:30；每月32日 09:00": "没有 32 日",
	} {
		if r, err := ParseRule(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseRule(%q) = %q, %v, want %s", text, r, err, want)
		}
	}
}

// show writes runs as 10-08 09:00, with why behind them.
func show(runs []Run) (out []string) {
	for _, run := range runs {
		s := run.At.Format("01-02 15:04")
		if run.Why != "" {
			s += " " + run.Why
		}
		out = append(out, s)
	}
	return out
}

// during returns the runs on the days from first to last.
func (r Rule) during(t testing.TB, c *Calendar, first, last string) []Run {
	return r.Runs(c, on(t, first).Start().Add(-1), on(t, last).Add(1).Start().Add(-1))
}

func TestRunsAroundHolidays(t *testing.T) {
	c := calendar2026(t)
	for _, x := range []struct{ name, rule, first, last, want string }{
		{"workdays around Spring Festival", "每个工作日 09:30", "2026-02-12", "2026-03-02",
			"02-12 09:30|02-13 09:30|02-14 09:30 春节调休上班|02-24 09:30|02-25 09:30|02-26 09:30|02-27 09:30|02-28 09:30 春节调休上班|03-02 09:30"},
		{"workdays around National Day", "每个工作日 09:30", "2026-09-29", "2026-10-12",
			"09-29 09:30|09-30 09:30|10-08 09:30|10-09 09:30|10-10 09:30 国庆节调休上班|10-12 09:30"},
		{"a cron line alone knows no holidays", "30 9 * * 1-5", "2026-09-30", "2026-10-05", "09-30 09:30|10-01 09:30|10-02 09:30|10-05 09:30"},
		{"skip: holidays out, working Saturdays not in", "30 9 * * 1-5 遇假跳过", "2026-09-30", "2026-10-12", "09-30 09:30|10-08 09:30|10-09 09:30|10-12 09:30"},
		{"skip: every day, working Saturdays in", "每天 09:30 遇假跳过", "2026-10-09", "2026-10-12", "10-09 09:30|10-10 09:30 |10-12 09:30"},
		{"put off over National Day", "每月1日 09:00 遇假顺延", "2026-10-01", "2026-10-31", "10-08 09:00 10月1日国庆节放假，顺延到10月8日"},
		{"brought forward over National Day", "每月1日 09:00 遇假提前", "2026-09-29", "2026-10-31",
			"09-30 09:00 10月1日国庆节放假，提前到9月30日|10-30 09:00 11月1日周日，提前到10月30日"},
		{"put off over a plain weekend", "每月25日 09:00 遇假顺延", "2026-04-25", "2026-04-30", "04-27 09:00 4月25日周六，顺延到4月27日"},
		{"a working Saturday moves nothing", "每月14日 09:00 遇假顺延", "2026-02-01", "2026-02-28", "02-14 09:00"},
		{"a working Saturday ends the move", "每周六 09:00 遇假顺延", "2026-10-03", "2026-10-10",
			"10-08 09:00 10月3日国庆节放假，顺延到10月8日|10-10 09:00"},
		{"put off out of the month", "每月31日 09:00 遇假顺延", "2026-10-25", "2026-11-05", "11-02 09:00 10月31日周六，顺延到11月2日"},
		{"put off out of the year", "每月31日 09:00 遇假顺延", "2025-12-31", "2026-01-31", "12-31 09:00"},
		{"brought forward into the year before", "每月1日 09:00 遇假提前", "2025-12-31", "2026-01-31", "12-31 09:00 1月1日元旦放假，提前到12月31日|01-30 09:00 2月1日周日，提前到1月30日"},
		{"first workday after New Year is a Sunday", "每月首个工作日 09:00", "2026-01-01", "2026-01-31",
			"01-04 09:00 1月1日至2日元旦放假，改在1月4日（元旦调休上班）"},
		{"first workday of an ordinary month", "每月首个工作日 09:00", "2026-11-01", "2026-11-30", "11-02 09:00"},
		{"third workday falls on a make-up day", "每月第3个工作日 09:00", "2026-10-01", "2026-10-31",
			"10-10 09:00 10月1日至7日国庆节放假，改在10月10日（国庆节调休上班）"},
		{"fifth from the end, with a make-up Saturday", "月末前5个工作日 09:00", "2026-02-01", "2026-02-28",
			"02-24 09:00 2月23日春节放假，2月28日春节调休上班，改在2月24日"},
		{"last workday is a make-up Saturday", "每月最后一个工作日 17:00", "2026-02-01", "2026-02-28", "02-28 17:00 改在2月28日（春节调休上班）"},
		{"no 31st", "每月31日 20:00", "2026-02-01", "2026-04-30", "02-28 20:00|03-31 20:00|04-30 20:00"},
		{"no 30th in February", "每月30日 08:00 遇假跳过", "2026-02-01", "2026-02-28", "02-28 08:00 2月没有30日，改在2月28日"},
		{"no 30th, and put off", "每月30日 08:00 遇假顺延", "2027-02-02", "2027-03-02", "03-01 08:00 2月没有30日，改在2月28日；2月28日周日，顺延到3月1日"},
		{"leap day", "每月29日 08:00", "2028-02-01", "2028-02-29", "02-29 08:00"},
		{"leap day by cron", "0 8 29 2 *", "2026-01-01", "2028-12-31", "02-29 08:00"},
		{"several moved onto one run are one", "0 9 * * * 遇假顺延", "2026-09-30", "2026-10-09", "09-30 09:00|10-08 09:00|10-09 09:00"},
		{"of two moved ones the nearer stands", "0 9 * * 0,6 遇假顺延", "2026-11-21", "2026-11-24", "11-23 09:00 11月22日周日，顺延到11月23日"},
		{"several times of one job", "每月首个工作日 09:00；每月25日 10:00 遇假顺延；每月2日 09:00", "2026-11-01", "2026-11-30", "11-02 09:00|11-25 10:00"},
	} {
		t.Run(x.name, func(t *testing.T) {
			want := strings.ReplaceAll(x.want, " |", "|")
			if got := strings.Join(show(rule(t, x.rule).during(t, c, x.first, x.last)), "|"); got != want {
				t.Errorf("%s:\n got %s\nwant %s", x.rule, got, want)
			}
		})
	}
}

// The bounds are those of a ledger's note and the present: what was settled is
// not due again, what is due now is.
func TestRunsAreAfterAndUntil(t *testing.T) {
	at := on(t, "2026-11-23").Start().Add(9*time.Hour + 30*time.Minute)
	r := rule(t, "每天 09:30")
	for _, x := range []struct {
		after, until time.Time
		want         int
	}{{at.Add(-1), at, 1}, {at, at, 0}, {at, at.AddDate(0, 0, 1), 1}, {at, at.Add(24*time.Hour - 1), 0}, {at.Add(1), at, 0}} {
		if got := r.Runs(new(Calendar), x.after, x.until.UTC()); len(got) != x.want {
			t.Errorf("Runs(%s, %s) = %v, want %d", x.after, x.until, got, x.want)
		}
	}
}

func TestNextRun(t *testing.T) {
	c := calendar2026(t)
	now := on(t, "2026-09-30").Start().Add(12 * time.Hour)
	for text, want := range map[string]string{
		"每个工作日 09:30":     "2026-10-08 周四 09:30",
		"每月1日 09:00 遇假顺延": "2026-10-08 周四 09:00，10月1日国庆节放假，顺延到10月8日",
		"每月首个工作日 09:00":   "2026-10-08 周四 09:00，10月1日至7日国庆节放假，改在10月8日",
		"0 8 29 2 *":      "2028-02-29 周二 08:00",
		"0 9 1 10 * 遇假跳过": "2027-10-01 周五 09:00", // always off where the year is known
		"*/5 12 * * *":    "2026-09-30 周三 12:05",
	} {
		r := rule(t, text)
		run, ok := r.Next(c, now.UTC())
		if !ok || run.Chinese() != want {
			t.Errorf("%s: Next = %s, %t, want %s", text, run.Chinese(), ok, want)
		}
		if at := (Times{r, c}).Next(now); !at.Equal(run.At) {
			t.Errorf("%s: Times.Next = %s", text, at)
		}
	}
	if run, ok := (Rule{}).Next(c, now); ok || !(Times{Rule{}, c}).Next(now).IsZero() {
		t.Errorf("the zero rule runs at %s", run.At)
	}
}

// checkRuns says what must hold of any rule's runs.
func checkRuns(t *testing.T, c *Calendar, r Rule, after, until time.Time) []Run {
	t.Helper()
	runs := r.Runs(c, after, until)
	last := after
	for _, run := range runs {
		if !run.At.After(last) || run.At.After(until) {
			t.Fatalf("%s: run at %s after %s", r, run.At, last)
		}
		last = run.At
		if works, _ := c.Workday(DateOf(run.At)); r.keepsWorkdays() && !works {
			t.Fatalf("%s: runs at %s, a day off", r, run.At)
		}
		if works, _ := c.Workday(run.Nominal); r.keepsWorkdays() && run.Nominal != DateOf(run.At) && run.Why == "" {
			t.Fatalf("%s: moved from %s (workday %t) to %s without a word", r, run.Nominal, works, run.At)
		}
	}
	return runs
}

func TestRunsHoldTheirPromises(t *testing.T) {
	c := calendar2026(t)
	from, to := on(t, "2025-01-01"), on(t, "2029-01-01")
	monthly := []string{"每月首个工作日 09:00", "每月最后一个工作日 09:00"}
	for n := 1; n <= maxNth; n++ {
		monthly = append(monthly, fmt.Sprintf("每月第%d个工作日 09:00", n), fmt.Sprintf("月末前%d个工作日 09:00", n))
	}
	for _, text := range monthly {
		count := make(map[bot.Month]int)
		for _, run := range checkRuns(t, c, rule(t, text), from.Start().Add(-1), to.Start().Add(-1)) {
			count[bot.MonthOf(run.At)]++
		}
		if len(count) != 48 {
			t.Errorf("%s: runs in %d months of 48", text, len(count))
		}
		for m, n := range count {
			if n != 1 {
				t.Errorf("%s: %d runs in %s", text, n, m)
			}
		}
	}
	for n := 1; n <= 31; n++ { // moved or not, no month's run is lost
		for _, m := range []string{"", " 遇假顺延", " 遇假提前"} {
			r := rule(t, fmt.Sprintf("每月%d日 09:00%s", n, m))
			if got := len(checkRuns(t, c, r, from.Start().Add(-1), to.Start().Add(-1))); got < 47 || got > 49 {
				t.Errorf("%s: %d runs in 48 months", r, got)
			}
		}
	}
	for _, text := range []string{"每个工作日 09:30", "每周六 09:00 遇假顺延", "0,30 9 * * 0 遇假提前", "每天 00:00 遇假跳过"} {
		checkRuns(t, c, rule(t, text), from.Start(), to.Start())
	}
}

// A rule is one and the same however a span of time is cut.
func TestRunsDoNotDependOnTheSpan(t *testing.T) {
	c := calendar2026(t)
	for _, text := range []string{"每月1日 09:00 遇假提前", "每周日 09:00 遇假顺延", "月末前5个工作日 09:00", "每天 23:59 遇假顺延"} {
		r := rule(t, text)
		whole := show(r.during(t, c, "2026-01-01", "2026-12-31"))
		var parts []string
		for d := on(t, "2026-01-01"); d.Year == 2026; d = d.Add(1) {
			parts = append(parts, show(r.during(t, c, d.String(), d.String()))...)
		}
		if fmt.Sprint(whole) != fmt.Sprint(parts) {
			t.Errorf("%s: day by day %v, at once %v", text, parts, whole)
		}
	}
}

func FuzzParseRule(f *testing.F) {
	for _, s := range []string{
		"每个工作日 09:30", "每周一 09:00", "每月首个工作日 09:00", "每月第三个工作日 9:00", "月末前5个工作日 09:00；每天 1:00",
		"每月二十五日（遇假顺延）09:00", "30 9 * * 1-5 遇假跳过", "*/7 0-23/5 ? 1,2 0", "每月最后一天 23:59 遇假提前",
	} {
		f.Add(s)
	}
	c := calendar2026(f)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRule(text)
		if err != nil {
			return
		}
		again, err := ParseRule(r.String())
		if err != nil || again.String() != r.String() {
			t.Fatalf("ParseRule(%q) = %q, read again %q, %v", text, r, again, err)
		}
		checkRuns(t, c, r, on(t, "2026-09-24").Start(), on(t, "2026-10-12").Start())
	})
}
