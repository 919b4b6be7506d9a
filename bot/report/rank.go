package report

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
)

// A measure is a figure by which units are compared.
type measure struct {
	name, unit string
	best       string                          // 高 or 多
	of         func(t *tally) (n int, ok bool) // false: not to be compared
	why        string                          // of those that are not
}

func measureOf(metric string) measure {
	always := func(f func(*tally) int) func(*tally) (int, bool) {
		return func(t *tally) (int, bool) { return f(t), true }
	}
	switch metric {
	case "present", "names", "expected_actual":
		return measure{name: "签到人数", unit: " 人", best: "多", of: always(func(t *tally) int { return t.Present })}
	case "count", "person_times":
		return measure{name: "签到人次", unit: " 人次", best: "多", of: always(func(t *tally) int { return t.CheckIns })}
	case "activities":
		return measure{name: "教育活动", unit: " 场", best: "多", of: always(func(t *tally) int { return t.Activities() })}
	}
	return measure{name: "参与率", unit: "%", best: "高", of: func(t *tally) (int, bool) { return t.Rate() }, why: "没有名册或没有签到场次"}
}

// A place is one unit in an order; those with the same figure have the same rank.
type place struct {
	t       *tally
	n, rank int
	tied    bool
}

// order ranks units by m, the highest first, or the lowest. Equal units stay in
// the county's order.
func order(some []*tally, m measure, lowest bool) (places []place, apart []string) {
	for _, t := range some {
		if n, ok := m.of(t); ok {
			places = append(places, place{t: t, n: n})
		} else {
			apart = append(apart, t.Unit.Short)
		}
	}
	slices.SortStableFunc(places, func(a, b place) int {
		if lowest {
			return a.n - b.n
		}
		return b.n - a.n
	})
	for i := range places {
		places[i].rank = i + 1
		if i > 0 && places[i].n == places[i-1].n {
			places[i].rank, places[i].tied, places[i-1].tied = places[i-1].rank, true, true
		}
	}
	return places, apart
}

// Ranking is the answer to “参与率前五”: units in the order of a figure, for the
// office's own use. units, if any, are told
// their rank first. bottom > 0 asks for the last ones; top and bottom 0 for all.
func Ranking(s *book.State, sp Span, units []bot.UnitID, tag, metric string, top, bottom int) Answer {
	m := measureOf(metric)
	some := tagged(tallies(s, sp), tag)
	places, apart := order(some, m, bottom > 0)
	if len(places) == 0 {
		return sayf("%s排不出%s：%s。", sp.Chinese(), m.name, m.why)
	}
	want := max(top, bottom)
	shown := places
	if want > 0 && want < len(places) {
		shown = slices.Clone(places[:want])
		for _, p := range places[want:] {
			if p.n == shown[want-1].n {
				shown = append(shown, p)
			}
		}
	}
	if want == 0 {
		want = len(shown)
	}
	which, word := "", "第"
	switch {
	case top > 0:
		which = fmt.Sprintf("前 %d 名", top)
	case bottom > 0:
		which, word = fmt.Sprintf("后 %d 名", bottom), "倒数第"
	}
	a := Answer{Head: []string{bold("%s %s%s排名%s", sp.Chinese(), tag, m.name, which)}}
	if n := len(shown) - want; n > 0 {
		a.Head = append(a.Head, fmt.Sprintf("有并列，列出 %d 个", len(shown)))
	}
	a.Head = append(ranks(s, places, apart, units, m, bottom > 0), a.Head...)
	for _, p := range shown {
		tie, unscored := "", ""
		if p.tied {
			tie = "并列"
		}
		if p.t.Unit.Unscored {
			unscored = "（不计分）"
		}
		a.List = append(a.List, fmt.Sprintf("%s%s%d：%s %d%s%s", tie, word, p.rank, p.t.Unit.Short, p.n, m.unit, unscored))
	}
	if len(apart) > 0 {
		a.Tail = append(a.Tail, fmt.Sprintf("不参加排名（%s）：%s", m.why, few(apart)))
	}
	a.Tail = append(a.Tail, "只排单位，仅供办公室内部掌握，不在群里公布。")
	return a
}

// ranks says where units stand in the order.
func ranks(s *book.State, places []place, apart []string, units []bot.UnitID, m measure, lowest bool) (lines []string) {
	word := "第"
	if lowest {
		word = "倒数第"
	}
	for _, u := range units {
		short := s.Directory.Unit(u).Short
		for _, p := range places {
			if p.t.Unit.ID == u {
				tie := ""
				if p.tied {
					tie = "并列"
				}
				lines = append(lines, fmt.Sprintf("%s%s：%s%s %d（共 %d 个），%d%s", short, m.name, tie, word, p.rank, len(places), p.n, m.unit))
			}
		}
		if slices.Contains(apart, short) {
			lines = append(lines, fmt.Sprintf("%s不参加排名：%s", short, m.why))
		}
	}
	return lines
}

// Compare is the answer to “教科局、司法局 本月”: units beside each other.
func Compare(s *book.State, units []bot.UnitID, sp Span, metric string) Answer {
	all := tallies(s, sp, units...)
	var some []*tally
	for _, u := range units {
		if t := of(all, u); t != nil {
			some = append(some, t)
		}
	}
	if len(some) == 0 {
		return Say("没有这些单位。")
	}
	metrics := []string{"activities", "rate"}
	if metric != "" {
		metrics = []string{metric}
	}
	a := Answer{Head: []string{bold("%s对比", sp.Chinese())}, Tail: notes(s, sp, some)}
	for _, metric := range metrics {
		a.Head = append(a.Head, most(some, measureOf(metric)))
	}
	for _, t := range some {
		a.List = append(a.List, t.line(metric))
	}
	return a
}

// most says who has the highest figure.
func most(some []*tally, m measure) string {
	places, _ := order(some, m, false)
	switch {
	case len(places) == 0:
		return m.name + "：都算不出（" + m.why + "）"
	case len(places) > 1 && places[len(places)-1].rank == 1:
		return fmt.Sprintf("%s：%d 个单位一样，都是 %d%s", m.name, len(places), places[0].n, m.unit)
	case len(places) == 1:
		return fmt.Sprintf("%s：只有%s算得出，%d%s", m.name, places[0].t.Unit.Short, places[0].n, m.unit)
	}
	var best []string
	for _, p := range places {
		if p.rank == 1 {
			best = append(best, p.t.Unit.Short)
		}
	}
	return fmt.Sprintf("%s最%s：%s，%d%s", m.name, m.best, strings.Join(best, "、"), places[0].n, m.unit)
}
