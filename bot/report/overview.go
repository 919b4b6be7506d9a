package report

import (
	"fmt"
	"strconv"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
)

// Overview is the answer to “本月” and, with a tag, to “银行 本月”: totals, then a
// line a unit.
func Overview(s *book.State, sp Span, tag, metric string) Answer {
	all := tallies(s, sp)
	some := tagged(all, tag)
	if len(some) == 0 {
		return sayf("没有带“%s”标签的单位。", tag)
	}
	who := s.Directory.County
	if tag != "" {
		who = tag
	}
	a := Answer{Head: []string{bold("%s %s", who, sp.Chinese()) + " " + total(some, metric)}, Tail: notes(s, sp, some)}
	idle := 0
	for _, t := range some {
		if sp.days() && t.CheckIns == 0 && t.Activities() == 0 {
			idle++
			continue
		}
		a.List = append(a.List, t.line(metric))
	}
	if idle > 0 {
		a.Tail = append([]string{fmt.Sprintf("其余 %d 个单位这段时间没有记录", idle)}, a.Tail...)
	}
	return a
}

// line is one unit in a list.
func (t *tally) line(metric string) string {
	switch {
	case metric != "":
		return t.Unit.Short + "：" + t.figure(metric)
	case t.Groups == 0 && t.Activities() == 0 && t.Present == 0:
		return t.Unit.Short + "：未登记活动，未建群"
	}
	came := t.figure("")
	if percent, ok := t.Rate(); ok {
		came = strings.TrimSuffix(came, fmt.Sprintf("%d 人", t.Present)) + fmt.Sprintf("%d/%d（%d%%）", t.Listed, t.Expected, percent)
	}
	if t.Groups == 0 {
		came += "，未建群"
	}
	return t.Unit.Short + "：" + came
}

// total is the sum over units.
func total(some []*tally, metric string) string {
	var sum tally
	active, rated, ratedListed, ratedExpected, heads, expected, actual, groups := 0, 0, 0, 0, 0, 0, 0, 0
	for _, t := range some {
		sum.Present += t.Present
		sum.CheckIns += t.CheckIns
		sum.Held += t.Activities()
		if t.Activities() > 0 {
			active++
		}
		if t.Groups > 0 {
			groups++
		}
		if _, ok := t.Rate(); ok {
			rated++
			ratedListed += t.Listed
			ratedExpected += t.Expected
		}
		if t.Heads.Expected != nil && t.Heads.Actual != nil {
			heads++
			expected += *t.Heads.Expected
			actual += *t.Heads.Actual
		}
	}
	switch metric {
	case "rate":
		if rated == 0 {
			return "参与率算不出：没有既有名册又有签到场次的单位"
		}
		return fmt.Sprintf("参与率 %d%%（%d 个有名册的单位合计 %d/%d 人）", ratedListed*100/ratedExpected, rated, ratedListed, ratedExpected)
	case "present", "names":
		return fmt.Sprintf("签到 %d 人", sum.Present)
	case "count", "person_times":
		return fmt.Sprintf("签到 %d 人次", sum.CheckIns)
	case "activities":
		return fmt.Sprintf("教育活动 %d 场（%d 个单位）", sum.Held, active)
	case "expected_actual":
		if heads == 0 {
			return fmt.Sprintf("还没有单位报数；签到 %d 人", sum.Present)
		}
		return fmt.Sprintf("应到 %d，实到 %d（%d 个单位报数）；签到 %d 人", expected, actual, heads, sum.Present)
	}
	return fmt.Sprintf("登记活动的单位 %d 个，签到 %d 人；共 %d 个单位，已建群 %d 个", active, sum.Present, len(some), groups)
}

// Sheets is the table of the units over sp, for a file: of several months a line
// for each, and one for all. It names nobody.
func Sheets(s *book.State, sp Span, tag string) *Sheet {
	sh := &Sheet{
		Name: strings.TrimPrefix(tag+"-", "-") + sp.file() + "-汇总表",
		Head: []string{
			"序号", "单位", "时间", "教育活动", "组织", "参与", "联合", "签到场次", "名册人数", "签到人数", "其中本人签到", "其中他人代报", "名册内签到",
			"参与率", "签到人次", "补签人次", "请假人数", "单位报应到", "单位报实到", "单位报请假", "零发案自报", "待确认上报", "推送应达", "推送已达", "群", "备注",
		},
	}
	spans := []Span{sp}
	if len(sp.Months) > 1 {
		spans = nil
		for _, m := range sp.Months {
			spans = append(spans, InMonth(m))
		}
		spans = append(spans, sp)
	}
	rows := make(map[bot.UnitID][][]string)
	var units []bot.UnitID
	for i, part := range spans {
		when := part.file()
		if i > 0 && i == len(spans)-1 {
			when = "合计（人数不重复）"
		}
		for _, t := range tagged(tallies(s, part), tag) {
			if i == 0 {
				units = append(units, t.Unit.ID)
			}
			rows[t.Unit.ID] = append(rows[t.Unit.ID], t.row(when))
		}
	}
	for _, u := range units {
		for _, row := range rows[u] {
			sh.Rows = append(sh.Rows, append([]string{strconv.Itoa(len(sh.Rows) + 1)}, row...))
		}
	}
	return sh
}

// row is one line of the table, without its number.
func (t *tally) row(when string) []string {
	listed, rate := "—", "—"
	if percent, ok := t.Rate(); ok {
		listed, rate = strconv.Itoa(t.Listed), strconv.Itoa(percent)+"%"
	}
	row := []string{t.Unit.Short, when}
	for _, n := range []int{t.Activities(), t.Held, t.Joined, t.Joint, t.Sessions, t.Expected, t.Present, t.Own, t.Vouched} {
		row = append(row, strconv.Itoa(n))
	}
	row = append(row, listed, rate)
	for _, n := range []int{t.CheckIns, t.Late, t.Excused} {
		row = append(row, strconv.Itoa(n))
	}
	for _, n := range []*int{t.Heads.Expected, t.Heads.Actual, t.Heads.Leave} {
		row = append(row, optional(n))
	}
	zero, note := "", ""
	if t.ZeroDeclared {
		zero = "自报"
	}
	if t.Unit.Unscored {
		note = "不计分"
	}
	row = append(row, zero)
	for _, n := range []int{t.Pending, t.Due, t.Sent, t.Groups} {
		row = append(row, strconv.Itoa(n))
	}
	return append(row, note)
}

func optional(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// Rosters is the answer to “教科局应到多少人”, and for no unit in particular how
// many people each roster has.
func Rosters(s *book.State, u bot.UnitID) Answer {
	if u != "" {
		short := s.Directory.Unit(u).Short
		n := s.Directory.Expected(u)
		if n == 0 {
			return Say(short+"还没有导入名册，应到人数不知道。", "名册请交系统管理员导入。")
		}
		return sayf("%s名册上有 %d 人，应到人数按名册算。", short, n)
	}
	var without []string
	people := 0
	var a Answer
	for _, unit := range s.Directory.Units() {
		if n := s.Directory.Expected(unit.ID); n > 0 {
			people += n
			a.List = append(a.List, fmt.Sprintf("%s：%d 人", unit.Short, n))
		} else {
			without = append(without, unit.Short)
		}
	}
	a.Head = []string{fmt.Sprintf("名册共 %d 人：%d 个单位有名册，%d 个没有", people, len(a.List), len(without))}
	if len(without) > 0 {
		a.Tail = []string{"没有名册：" + strings.Join(without, "、")}
	}
	return a
}
