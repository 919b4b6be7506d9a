package calendar

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"fanzha/bot"
)

// A Rule is when a job runs: one or several timings. The zero Rule never runs.
// Rules are values, safe for concurrent use.
type Rule struct{ timings []timing }

// A timing is one recurring time.
type timing struct {
	kind  kind
	n     int           // of the workday (negative from the end), the day or the weekday
	clock time.Duration // since midnight; not of a cron line
	move  move
	line  string // cron
	times cron.Schedule
}

type kind int

const (
	byCron kind = iota
	byDay
	byWeek     // on weekday n
	byMonth    // on day n; on the last day of a shorter month
	byWorkday  // on every workday
	nthWorkday // on the n-th workday of the month
)

// A move is what happens to a run that would fall on a day off.
type move string

const (
	stay move = ""
	skip move = "遇假跳过"
	next move = "遇假顺延" // to the next workday
	prev move = "遇假提前" // to the workday before
)

// maxNth is the largest n of the n-th workday. No month has had fewer workdays
// (16: February 2026), so each month has its run.
const maxNth = 15

// Forms says in Chinese how a rule can be written.
const Forms = "每个工作日 09:30、每周一 09:00、每月首个工作日 09:00、每月第3个工作日 09:00、月末前5个工作日 09:00、" +
	"每月25日 09:00 遇假顺延（或 遇假提前、遇假跳过），几个时间用“；”隔开；也可写五段 cron：分 时 日 月 星期，如 30 9 * * 1-5"

// number is a number of at most two digits, in either script.
const number = `(\d{1,2}|[一二三四五六七八九十]{1,3})`

var (
	clockAtEnd  = regexp.MustCompile(`^(.*?)(\d{1,2}):(\d{2})$`)
	weekPhrase  = regexp.MustCompile(`^每(?:周|星期)([一二三四五六日天])$`)
	nthPhrase   = regexp.MustCompile(`^每月第` + number + `个工作日$`)
	lastPhrase  = regexp.MustCompile(`^(?:每月倒数第|每月末前|月末前|每月月末前)` + number + `个工作日$`)
	monthPhrase = regexp.MustCompile(`^每月` + number + `[日号]$`)
	folds       = strings.NewReplacer("：", ":", "（", " ", "）", " ", "(", " ", ")", " ", "，", " ", "　", " ")
)

// ParseRule reads a rule. The forms are those of [Forms]; spaces do not matter in
// words. 月末前5个工作日 is the fifth workday from the end, that day counted. The
// error says in Chinese what is wrong.
func ParseRule(text string) (Rule, error) {
	var r Rule
	for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == '；' || c == ';' || c == '\n' }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		t, err := parseTiming(part)
		if err != nil {
			return Rule{}, err
		}
		r.timings = append(r.timings, t)
	}
	if len(r.timings) == 0 {
		return Rule{}, errors.New("没有写时间，可以写：" + Forms)
	}
	return r, nil
}

func parseTiming(text string) (timing, error) {
	rest, m, err := takeMove(folds.Replace(text))
	if err != nil {
		return timing{}, err
	}
	fields := strings.Fields(rest)
	t := timing{move: m}
	if strings.Trim(rest, "0123456789*/,-? \t\r") == "" && len(fields) > 0 {
		return t, t.parseCron(fields)
	}
	parts := clockAtEnd.FindStringSubmatch(strings.Join(fields, ""))
	if parts == nil {
		return t, fmt.Errorf("“%s”末尾没有几点几分，可以写：%s", strings.TrimSpace(text), Forms)
	}
	hour, _ := strconv.Atoi(parts[2])
	minute, _ := strconv.Atoi(parts[3])
	if hour > 23 || minute > 59 {
		return t, fmt.Errorf("“%s:%s”不是时刻，应写成 09:00 的样子", parts[2], parts[3])
	}
	t.clock = time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	if !t.parsePhrase(parts[1]) {
		return t, fmt.Errorf("读不懂“%s”，可以写：%s", strings.TrimSpace(text), Forms)
	}
	return t, t.check()
}

// takeMove takes the words about days off out of text.
func takeMove(text string) (rest string, found move, err error) {
	for _, m := range []move{skip, next, prev} {
		before, after, ok := strings.Cut(text, string(m))
		if !ok {
			continue
		}
		if found != stay {
			return "", "", fmt.Errorf("%s和%s只能写一个", found, m)
		}
		text, found = before+" "+after, m
	}
	return text, found, nil
}

// parseCron reads a cron line. The library gives up after five years and returns
// the zero time: such a line has no run. Any start will do; this one is before a
// leap day.
func (t *timing) parseCron(fields []string) error {
	t.line = strings.Join(fields, " ")
	if len(fields) != 5 {
		return fmt.Errorf("“%s”不是五段：分 时 日 月 星期，如 30 9 * * 1-5", t.line)
	}
	var err error
	if t.times, err = cron.ParseStandard(t.line); err != nil {
		return fmt.Errorf("读不懂“%s”，应是五段：分 时 日 月 星期，如 30 9 * * 1-5", t.line)
	}
	if t.times.Next(time.Date(2027, 1, 1, 0, 0, 0, 0, bot.Zone)).IsZero() {
		return fmt.Errorf("“%s”这一天永远不会到来，请检查日和月", t.line)
	}
	return nil
}

// parsePhrase reads what stands before the time of day.
func (t *timing) parsePhrase(phrase string) bool {
	switch phrase {
	case "每天", "每日":
		t.kind = byDay
		return true
	case "每个工作日", "每工作日", "工作日":
		t.kind = byWorkday
		return true
	case "每月首个工作日":
		t.kind, t.n = nthWorkday, 1
		return true
	case "每月最后一个工作日", "每月最后1个工作日":
		t.kind, t.n = nthWorkday, -1
		return true
	case "每月最后一天", "每月最后1天":
		t.kind, t.n = byMonth, 31
		return true
	}
	if m := weekPhrase.FindStringSubmatch(phrase); m != nil {
		t.kind, t.n = byWeek, strings.Index("日一二三四五六", m[1])/len("日")
		if m[1] == "天" {
			t.n = 0
		}
		return true
	}
	for _, f := range []struct {
		pattern *regexp.Regexp
		kind    kind
		sign    int
	}{{nthPhrase, nthWorkday, 1}, {lastPhrase, nthWorkday, -1}, {monthPhrase, byMonth, 1}} {
		if m := f.pattern.FindStringSubmatch(phrase); m != nil {
			n, ok := parseNumber(m[1])
			t.kind, t.n = f.kind, f.sign*n
			return ok
		}
	}
	return false
}

// check refuses what can be read but makes no sense.
func (t *timing) check() error {
	n := max(t.n, -t.n)
	switch {
	case t.kind == nthWorkday && (n < 1 || n > maxNth):
		return fmt.Errorf("第 %d 个工作日不是每个月都有，应在 1 至 %d 之间", n, maxNth)
	case t.kind == byMonth && (n < 1 || n > 31):
		return fmt.Errorf("没有 %d 日，应在 1 至 31 之间", n)
	case t.move != stay && (t.kind == nthWorkday || t.kind == byWorkday):
		return fmt.Errorf("写了工作日，就不会遇上放假，请去掉“%s”", t.move)
	}
	return nil
}

// parseNumber reads 25 and 二十五, up to 99.
func parseNumber(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, true
	}
	tens, units, hasTen := strings.Cut(s, "十")
	if !hasTen {
		tens, units = "", s
	}
	digit := func(s string, missing int) (int, bool) {
		if s == "" {
			return missing, true
		}
		i := strings.Index("零一二三四五六七八九", s)
		return i / len("零"), i > 0 && len(s) == len("零")
	}
	ten, ok1 := digit(tens, 1)
	unit, ok2 := digit(units, 0)
	if !hasTen {
		ten = 0
	}
	return 10*ten + unit, ok1 && ok2
}

// String returns the rule in its customary form. Parsing that gives the same
// rule.
func (r Rule) String() string {
	parts := make([]string, len(r.timings))
	for i, t := range r.timings {
		parts[i] = t.String()
	}
	return strings.Join(parts, "；")
}

// String returns the timing in its customary form.
func (t timing) String() string {
	text := t.line
	if t.kind != byCron {
		text = t.phrase() + " " + clock(t.clock)
	}
	if t.move != stay {
		text += " " + string(t.move)
	}
	return text
}

func (t timing) phrase() string {
	switch t.kind {
	case byDay:
		return "每天"
	case byWeek:
		return "每" + weekday(time.Weekday(t.n))
	case byWorkday:
		return "每个工作日"
	case byMonth:
		return fmt.Sprintf("每月%d日", t.n)
	}
	switch {
	case t.n == 1:
		return "每月首个工作日"
	case t.n > 0:
		return fmt.Sprintf("每月第%d个工作日", t.n)
	case t.n == -1:
		return "每月最后一个工作日"
	}
	return fmt.Sprintf("月末前%d个工作日", -t.n)
}

// clock returns the form 09:30.
func clock(d time.Duration) string { return time.Time{}.Add(d).Format("15:04") }
