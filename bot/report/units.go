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
	if t.ByHand > 0 {
		push += fmt.Sprintf("（其中人工代发 %d）", t.ByHand)
	}
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
		if s.Running.Conduct(m).SingleHanded {
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
