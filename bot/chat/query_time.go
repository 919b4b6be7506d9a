package chat

import (
	"slices"
	"strconv"
	"time"

	"fanzha/bot"
)

// A span is the time that a query means; at most one of its fields is set.
type span struct {
	month  string
	months []string
	rng    []string // months, both ends
	date   string
	days   []string // days, both ends
	note   string
}

func (s span) fill(o *Question) {
	o.Month, o.Months, o.Range, o.Date, o.RangeDays = s.month, s.months, s.rng, s.date, s.days
}

// readSpan finds the time that the query names.
func (q *query) readSpan() (span, bool) {
	s, ok := q.wholeSpan()
	if s.month != "" {
		s = q.partOfMonth(s)
	} else if !ok {
		if p := q.partOfMonth(span{month: bot.MonthOf(q.now).String()}); p.days != nil {
			return p, true
		}
	}
	return s, ok
}

// partOfMonth reads 上旬, 下半月 and the like beside a month.
func (q *query) partOfMonth(s span) span {
	for _, p := range []struct {
		words    []string
		from, to int
	}{
		{[]string{"上旬"}, 1, 10}, {[]string{"中旬"}, 11, 20}, {[]string{"下旬"}, 21, 31},
		{[]string{"上半月", "前半月", "前半个月", "上半个月"}, 1, 15}, {[]string{"下半月", "后半月", "后半个月", "下半个月"}, 16, 31},
	} {
		if !q.hasText(p.words...) {
			continue
		}
		first, err := time.ParseInLocation("2006-01", s.month, bot.Zone)
		if err != nil {
			return s
		}
		last := first.AddDate(0, 1, -1).Day()
		a, b := first.AddDate(0, 0, p.from-1), first.AddDate(0, 0, min(p.to, last)-1)
		if b.After(q.now) && !a.After(q.now) {
			b = q.now
		}
		return span{days: []string{civil(a), civil(b)}, note: s.note}
	}
	return s
}

// wholeSpan is the time without what part of a month is meant.
func (q *query) wholeSpan() (span, bool) {
	if s, ok := q.lastN(); ok {
		return s, true
	}
	if s, ok := q.dates(); ok {
		return s, true
	}
	for _, t := range q.toks {
		if t.is(qTime) {
			return q.timeWord(t.val)
		}
	}
	return q.sinceHoliday()
}

// sinceHoliday reads 国庆以来, 元旦后, 五一期间. Only the holidays of a fixed
// date are known here.
func (q *query) sinceHoliday() (span, bool) {
	starts := map[string]calDate{"元旦": {month: 1, day: 1}, "五一": {month: 5, day: 1}, "国庆": {month: 10, day: 1}}
	for _, t := range q.toks {
		d, ok := starts[t.text]
		if !ok {
			continue
		}
		m, day := d.resolve(q.now)
		switch rest := string(q.text[t.hi:]); {
		case startsWith(rest, "以来", "后", "以后", "之后", "过后", "至今", "到现在", "到今天", "到目前", "节后", "节以来"):
			return span{rng: []string{m.String(), bot.MonthOf(q.now).String()}}, true
		case startsWith(rest, "期间", "假期", "节期间", "长假", "那几天"):
			first, _ := time.Parse(time.DateOnly, day)
			return span{days: []string{day, civil(first.AddDate(0, 0, holidayDays(d.month)-1))}}, true
		}
	}
	return span{}, false
}

// holidayDays is how long the holiday that begins on the first of month lasts.
func holidayDays(month int) int {
	switch month {
	case 10:
		return 7
	case 5:
		return 5
	}
	return 3
}

// ahead reports whether the query names a time to come by a word.
func (q *query) ahead() bool {
	return slices.ContainsFunc(q.toks, func(t token) bool {
		return t.is(qTime) && containsWord("y1 w1 d1 d2 d3 m1 k8 k9 k10 k11 k12 k13 k14", t.val)
	})
}

func (q *query) hasTime(val string) bool {
	for _, t := range q.toks {
		if t.is(qTime) && t.val == val {
			return true
		}
	}
	return false
}

// lastN reads 近7天, 最近3个月, 连续两个月.
func (q *query) lastN() (span, bool) {
	for i, t := range q.toks {
		if !t.is(cNum) || i+1 >= len(q.toks) {
			continue
		}
		before := ""
		if i > 0 {
			before = q.toks[i-1].text
		}
		if q.silentMonths(t) {
			before = "连续"
		}
		if before != "近" && before != "最近" && before != "过去" && before != "连续" && before != "这" && before != "前" && before != "近期" && before != "连着" {
			continue
		}
		rest := string(q.text[t.hi:min(len(q.text), t.hi+2)])
		switch {
		case rest != "" && []rune(rest)[0] == '天' || rest != "" && []rune(rest)[0] == '日':
			return q.lastDays(t.num), true
		case rest == "个月" || rest != "" && []rune(rest)[0] == '月':
			m := bot.MonthOf(q.now)
			if before == "前" { // those before the present one
				return span{rng: []string{m.Add(-t.num).String(), m.Add(-1).String()}}, true
			}
			return span{rng: []string{m.Add(1 - t.num).String(), m.String()}}, true
		case rest != "" && []rune(rest)[0] == '周' || rest == "星期" || rest == "个星":
			return q.lastDays(7 * t.num), true
		}
	}
	return span{}, false
}

// silentMonths reports whether the number t counts months of nothing:
// 两个月没动静.
func (q *query) silentMonths(t token) bool {
	return startsWith(string(q.text[t.hi:]), "个月没", "个月都没", "个月未", "个月无", "个月挂零", "个月零", "个月不")
}

func (q *query) lastDays(n int) span {
	return span{days: []string{civil(q.now.AddDate(0, 0, 1-n)), civil(q.now)}}
}

// timeWord reads 本月 (m0), 去年 (y-1), 三季度 (q3), 上周 (w-1), 昨天 (d-1),
// 周五 (k5; k-2 is last week's).
func (q *query) timeWord(val string) (span, bool) {
	n, err := strconv.Atoi(val[1:])
	if err != nil {
		return span{}, false
	}
	this := bot.MonthOf(q.now)
	y := q.now.Year()
	for _, t := range q.toks {
		switch {
		case t.is(qTime) && t.val == "y-1" && val[0] != 'y':
			y--
		case t.is(qTime) && t.val == "y1" && val[0] != 'y':
			y++
		case t.is(cDate) && t.when.month == 0 && t.when.day == 0:
			y = t.when.year // 2025年三季度
		}
	}
	switch val[0] {
	case 'm':
		return span{month: this.Add(n).String()}, true
	case 'y':
		if s, ok := q.partOfYear(y + n); ok {
			return s, true
		}
		if n > 0 {
			return q.monthsOf(y+n, 1, 12), true
		}
		return yearSpan(y+n, q.now), true
	case 'h':
		if n == 0 {
			n = (int(this.Month) + 5) / 6
		}
		return q.monthsOf(y, 6*n-5, 6*n), true
	case 'q':
		s := q.quarter(y, n)
		if last := q.lastTime('q'); n > 0 && last > n { // 一季度到三季度
			s = q.monthsOf(y, 3*n-2, 3*last)
		}
		return s, true
	case 'd':
		return span{date: civil(q.now.AddDate(0, 0, n))}, true
	case 'w':
		return q.week(n), true
	case 'k':
		day := q.now.AddDate(0, 0, n-1-(int(q.now.Weekday())+6)%7)
		if day.After(q.now) && n <= 7 && !q.has("cal", "") && !q.has("plan", "") {
			day = day.AddDate(0, 0, -7)
		}
		return span{date: civil(day)}, true
	case 'r':
		return q.lastDays(n), true
	case 's': // so many months, with the present one
		return span{rng: []string{this.Add(1 - n).String(), this.String()}}, true
	case 't':
		return q.monthsOf(y, 1, 3*n), true
	}
	return span{}, false
}

// lastTime is the number of the last time word of kind.
func (q *query) lastTime(kind byte) int {
	n := 0
	for _, t := range q.toks {
		if t.is(qTime) && t.val[0] == kind {
			n, _ = strconv.Atoi(t.val[1:])
		}
	}
	return n
}

// quarter is the n-th quarter of year y; 0 is the present one, -1 the last.
func (q *query) quarter(y, n int) span {
	k := (int(q.now.Month())-1)/3 + 1
	switch {
	case n > 0:
		k = n
	case n < 0 && k == 1:
		y, k = y-1, 4
	case n < 0:
		k--
	}
	return q.monthsOf(y, 3*k-2, 3*k)
}

// week is the week n weeks from now, the present one up to today.
func (q *query) week(n int) span {
	monday := q.now.AddDate(0, 0, 7*n-(int(q.now.Weekday())+6)%7)
	end := monday.AddDate(0, 0, 6)
	if n <= 0 && end.After(q.now) {
		end = q.now
	}
	return span{days: []string{civil(monday), civil(end)}}
}

// partOfYear reads the half or quarter that stands beside a year word.
func (q *query) partOfYear(y int) (span, bool) {
	for _, t := range q.toks {
		if !t.is(qTime) || t.val[0] != 'h' && t.val[0] != 'q' {
			continue
		}
		n, err := strconv.Atoi(t.val[1:])
		if err != nil || n < 1 {
			continue
		}
		if t.val[0] == 'h' {
			return q.monthsOf(y, 6*n-5, 6*n), true
		}
		return q.monthsOf(y, 3*n-2, 3*n), true
	}
	return span{}, false
}

// monthsOf is the range of months from..to of year y, not beyond the present
// month. One that lies wholly ahead is last year's.
func (q *query) monthsOf(y, from, to int) span {
	this := bot.MonthOf(q.now)
	a := bot.Month{Year: y, Month: time.Month(from)}
	b := bot.Month{Year: y, Month: time.Month(to)}
	var s span
	if y > this.Year { // the year was named
		return span{rng: []string{a.String(), b.String()}}
	}
	if a.Start().After(this.Start()) {
		a, b = a.Add(-12), b.Add(-12)
		s.note = "还没到，按" + a.Chinese() + "起查"
	}
	if b.Start().After(this.Start()) {
		b = this
	}
	s.rng = []string{a.String(), b.String()}
	return s
}

func yearSpan(y int, now time.Time) span {
	a := bot.Month{Year: y, Month: time.January}
	b := bot.Month{Year: y, Month: time.December}
	if this := bot.MonthOf(now); b.Start().After(this.Start()) {
		b = this
	}
	return span{rng: []string{a.String(), b.String()}}
}
