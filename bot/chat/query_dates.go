package chat

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
)

// dates reads months and days written in numbers, and what joins two.
func (q *query) dates() (span, bool) {
	var ds []token
	year := 0
	for i, t := range q.toks {
		switch {
		case t.is(cDate):
			if t.when.month == 0 && t.when.day == 0 {
				year = t.when.year
				continue
			}
			if len(ds) == 0 && i >= 2 && strings.Contains("、-~到至和,/跟与", q.toks[i-1].text) && q.toks[i-2].is(cNum) && t.when.day == 0 && q.toks[i-2].num <= 12 && q.toks[i-2].num > 0 {
				first := q.toks[i-2]
				first.when = calDate{year: t.when.year, month: first.num}
				ds = append(ds, first)
			}
			ds = append(ds, t)
		case t.is(qTime) && t.val == "y-1":
			year = q.now.Year() - 1
		case t.is(qTime) && t.val == "y1":
			year = q.now.Year() + 1
		case t.is(qTime) && t.val == "y0" && year == 0:
			year = q.now.Year()
		}
	}
	if len(ds) == 0 {
		if slices.ContainsFunc(q.toks, func(t token) bool { return t.is(qTime) && (t.val[0] == 'h' || t.val[0] == 'q') }) {
			return span{}, false // 去年四季度
		}
		if year != 0 && (year != q.now.Year() || !q.hasTime("y0")) {
			if year > q.now.Year() {
				return q.monthsOf(year, 1, 12), true
			}
			return yearSpan(year, q.now), true
		}
		return span{}, false
	}
	if year != 0 {
		for i := range ds {
			if ds[i].when.year == 0 {
				ds[i].when.year = year
			}
		}
	}
	if len(ds) == 1 {
		if containsWord("以来 至今 到现在 到目前 起 以后 之后", q.wordAt(ds[0].hi)) {
			return q.since(ds[0].when), true
		}
		return q.oneDate(ds[0].when), true
	}
	return q.twoDates(ds), true
}

// oneDate is a single month or day. A month to come means last year's, unless
// the query speaks of plans.
func (q *query) oneDate(d calDate) span {
	planned := q.has("plan", "") || q.has("next", "") || q.toCome()
	if d.year == 0 && d.month >= int(q.now.Month()) && (planned && d.day == 0 || q.has("cal", "")) {
		d.year = q.now.Year()
	}
	m, day := d.resolve(q.now)
	s := span{month: m.String(), date: day}
	if day != "" {
		s.month = ""
	}
	if d.year == 0 && m.Year < q.now.Year() {
		s.note = fmt.Sprintf("%d月还没到，按%s查", m.Month, m.Chinese())
	}
	return s
}

// wordAt returns the word that begins at text[i].
func (q *query) wordAt(i int) string {
	for _, t := range q.toks {
		if t.lo == i {
			return t.text
		}
	}
	return ""
}

// since is the time from d to now.
func (q *query) since(d calDate) span {
	m, day := d.resolve(q.now)
	if day != "" {
		return span{days: []string{day, civil(q.now)}}
	}
	return span{rng: []string{m.String(), bot.MonthOf(q.now).String()}}
}

// twoDates are a range (9月到11月) or a choice of months (10月和11月).
func (q *query) twoDates(ds []token) span {
	a, b := ds[0], ds[len(ds)-1]
	if a.when.year == 0 {
		a.when.year = b.when.year
	}
	am, aday := a.when.resolve(q.now)
	bm, bday := b.when.resolve(q.now)
	joiner := string(q.text[a.hi:b.lo])
	switch {
	case aday != "" && bday != "":
		return span{days: []string{aday, bday}}
	case q.has("consec", "") && len(ds) > 1 || joiner == "到" || joiner == "至" || joiner == "-" || joiner == "~" || joiner == "--":
		if bm.Start().Before(am.Start()) {
			am = am.Add(-12)
		}
		return span{rng: []string{am.String(), bm.String()}}
	}
	var s span
	for _, d := range ds {
		m, _ := d.when.resolve(q.now)
		s.months = append(s.months, m.String())
	}
	return s
}
