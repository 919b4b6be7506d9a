package report

import (
	"fmt"
	"strconv"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/filing"
)

// Unit is the answer to “教科局 11月”. metric is what was asked for before all
// else: present, rate, count, person_times, activities, expected_actual; "" for
// everything.
func Unit(s *book.State, u bot.UnitID, sp Span, metric string) Answer {
	t := of(tallies(s, sp, u), u)
	if t == nil {
		return Say("没有这个单位。")
	}
	name := t.Unit.Short + " " + sp.Chinese()
	a := Answer{Head: []string{"**" + name + "** " + t.figure(metric)}}
	a.Head = append(a.Head, t.details()...)
	if len(sp.Months) > 1 {
		empty := 0
		for _, m := range sp.Months {
			one := of(tallies(s, InMonth(m), u), u)
			if one.Activities()+one.Sessions == 0 {
				empty++
				continue
			}
			a.List = append(a.List, one.monthLine(m))
		}
		if empty > 0 {
			a.List = append(a.List, fmt.Sprintf("其余 %d 个月没有活动，也没有签到场次", empty))
		}
	}
	a.Tail = notes(s, sp, []*tally{t})
	return a
}

// monthLine is one month in a list.
func (t *tally) monthLine(m bot.Month) string {
	_, rest, _ := strings.Cut(t.line(""), "：")
	return m.Chinese() + "：" + rest
}

// figure is the one number that metric asks for, in words.
func (t *tally) figure(metric string) string {
	switch metric {
	case "present", "names":
		return fmt.Sprintf("签到 %d 人", t.Present)
	case "rate":
		if percent, ok := t.Rate(); ok {
			return fmt.Sprintf("参与率 %d%%（%d/%d 人）", percent, t.Listed, t.Expected)
		}
		return "参与率算不出：" + t.noRate()
	case "count", "person_times":
		return fmt.Sprintf("签到 %d 人次", t.CheckIns)
	case "activities":
		return fmt.Sprintf("教育活动 %d 场", t.Activities())
	case "expected_actual":
		if t.Heads.Parts > 0 {
			return stated(t.Heads)
		}
		if t.Expected == 0 {
			return fmt.Sprintf("没有名册，签到 %d 人", t.Present)
		}
		return fmt.Sprintf("名册 %d 人，签到 %d 人", t.Expected, t.Present)
	}
	figure := "未登记活动，"
	if n := t.Activities(); n > 0 {
		figure = fmt.Sprintf("活动 %d 场，", n)
	}
	if t.Sessions == 0 {
		return figure + "没有签到场次"
	}
	return figure + fmt.Sprintf("签到 %d 人", t.Present)
}

// noRate says why there is no rate.
func (t *tally) noRate() string {
	switch {
	case t.Expected == 0:
		return "没有导入名册"
	case !t.Comparable:
		return "名册姓名已按期限删除"
	}
	return "没有签到场次"
}

// details are the lines of one unit.
func (t *tally) details() []string {
	lines := []string{"教育活动：" + t.activityWords(), "签到：" + t.attended()}
	if t.Vouched > 0 {
		lines = append(lines, fmt.Sprintf("其中本人签到 %d 人，他人代报 %d 人", t.Own, t.Vouched))
	}
	if t.Late > 0 {
		lines = append(lines, fmt.Sprintf("其中补签 %d 人次", t.Late))
	}
	if t.Sessions > 0 {
		lines = append(lines, "签到场次："+strconv.Itoa(t.Sessions))
	}
	if t.Excused > 0 {
		lines = append(lines, fmt.Sprintf("请假：%d 人", t.Excused))
	}
	if t.Heads.Parts > 0 {
		lines = append(lines, "单位报数："+stated(t.Heads)+"，不加进签到人数")
	}
	if t.Doubtful > 0 {
		lines = append(lines, fmt.Sprintf("姓名待确认：%d 人", t.Doubtful))
	}
	if t.Nameless > 0 {
		lines = append(lines, fmt.Sprintf("没登记姓名：%d 人", t.Nameless))
	}
	if t.ZeroDeclared {
		lines = append(lines, "零发案：单位已申报，以公安核实为准")
	}
	if len(t.pending) > 0 {
		lines = append(lines, fmt.Sprintf("待确认的上报：%d 件（%s）", len(t.pending), numbers(t.pending)))
	}
	push := fmt.Sprintf("推送：应达 %d，已达 %d", t.Due, t.Sent)
	if t.Unknown > 0 {
		push += fmt.Sprintf("，未知 %d", t.Unknown)
	}
	return append(lines, push, "建群："+t.groupWords())
}

func (t *tally) groupWords() string {
	switch {
	case t.Groups == 0:
		return "还没有绑定反诈群"
	case t.Disabled > 0:
		return fmt.Sprintf("%d 个，其中 %d 个收不到推送", t.Groups, t.Disabled)
	}
	return fmt.Sprintf("%d 个", t.Groups)
}

func (t *tally) activityWords() string {
	if t.Activities() == 0 {
		return "还没有登记"
	}
	var parts []string
	for _, c := range []struct {
		word string
		n    int
	}{{"组织", t.Held}, {"参与", t.Joined}, {"联合", t.Joint}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", c.word, c.n))
		}
	}
	return fmt.Sprintf("%d 场（%s）", t.Activities(), strings.Join(parts, "，"))
}

// stated is what a unit stated of how many were there.
func stated(h Headcount) string {
	var parts []string
	for _, c := range []struct {
		word string
		n    *int
	}{{"应到", h.Expected}, {"实到", h.Actual}, {"请假", h.Leave}} {
		if c.n != nil {
			parts = append(parts, fmt.Sprintf("%s %d", c.word, *c.n))
		}
	}
	if parts == nil {
		return "各部分报的项不一样，合不拢"
	}
	return strings.Join(parts, "，")
}

// numbers lists filings by their numbers: 3、4号.
func numbers(list []*filing.Filing) string {
	var out []string
	for i, f := range list {
		if i == 5 {
			return strings.Join(out, "、") + "号等"
		}
		out = append(out, f.No())
	}
	return strings.Join(out, "、") + "号"
}

// notes are the remarks that end an answer with figures of attendance.
func notes(s *book.State, sp Span, all []*tally) []string {
	out := []string{"注：群内签到只证明读过推送，教育活动另计。"}
	for _, m := range sp.Months {
		if s.Outbox.SingleHanded(m) {
			out = append(out, "注：有时段关闭了“起草与审批分开”，预警可能由一人起草并审批。")
			break
		}
	}
	voided := 0
	for _, t := range all {
		voided += t.voided
	}
	if voided > 0 && !sp.days() {
		out = append(out, fmt.Sprintf("注：有 %d 条签到已更正作废，不计入。", voided))
	}
	return out
}

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
	a.Table = Sheets(s, sp, tag)
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

// Sheets is the table of the units over sp, for a file. It names nobody.
func Sheets(s *book.State, sp Span, tag string) *Sheet {
	sh := &Sheet{
		Name: strings.TrimPrefix(tag+"-", "-") + sp.file() + "-汇总表",
		Head: []string{
			"序号", "单位", "时间", "教育活动", "组织", "参与", "联合", "签到场次", "名册人数", "签到人数", "其中本人签到", "其中他人代报", "名册内签到",
			"参与率", "签到人次", "补签人次", "请假人数", "单位报应到", "单位报实到", "单位报请假", "零发案申报", "待确认上报", "推送应达", "推送已达", "群", "备注",
		},
	}
	for i, t := range tagged(tallies(s, sp), tag) {
		listed, rate := "—", "—"
		if percent, ok := t.Rate(); ok {
			listed, rate = strconv.Itoa(t.Listed), strconv.Itoa(percent)+"%"
		}
		row := []string{strconv.Itoa(i + 1), t.Unit.Short, sp.file()}
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
			zero = "已申报"
		}
		if t.Unit.Unscored {
			note = "不计分"
		}
		row = append(row, zero)
		for _, n := range []int{len(t.pending), t.Due, t.Sent, t.Groups} {
			row = append(row, strconv.Itoa(n))
		}
		sh.Rows = append(sh.Rows, append(row, note))
	}
	return sh
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
			return Say(short+"还没有导入名册，应到人数不知道。", "请在服务器上运行 fanzha roster 导入。")
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
