package report

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/filing"
)

// maxSeqs is how many entries of one session are named.
const maxSeqs = 8

// Explain is the answer to “为什么农行没算上”: the figure, what it is made of, what
// was left out and why, each with the entries to look at.
func Explain(s *book.State, u bot.UnitID, sp Span) Answer {
	if u == "" {
		return Say("参与率 = 名册内签到人数 ÷ 名册人数，一人一月只算一次。",
			"不算进去的：名册外的人、待确认的上报、已更正作废的签到。", "单位报数和教育活动另列，不折算成签到。", "看某个单位怎么算的，请写单位，例如：教科局为什么是这个数")
	}
	t := of(tallies(s, sp, u), u)
	if t == nil {
		return Say("没有这个单位。")
	}
	a := Answer{Head: []string{t.formula(sp)}}
	a.List = append(a.List, t.why()...)
	a.List = append(a.List, evidence(s, u, sp)...)
	a.List = append(a.List, leftOut(s, t, sp)...)
	a.List = append(a.List, activitiesWhy(s, u, sp)...)
	return a
}

// formula is the figure with its numerator and denominator.
func (t *tally) formula(sp Span) string {
	who := t.Unit.Short + " " + sp.Chinese()
	percent, ok := t.Rate()
	if !ok {
		return fmt.Sprintf("**%s** 没有参与率：%s；签到 %d 人", who, t.noRate(), t.Present)
	}
	text := fmt.Sprintf("**%s** 参与率 %d%% = 名册内签到 %d 人 ÷ 名册 %d 人", who, percent, t.Listed, t.Expected)
	if without, ok := t.RateWithoutLeave(); ok {
		text += fmt.Sprintf("；除去请假 %d 人为 %d%%", t.ListedExcused, without)
	}
	return text
}

// why are the reasons that lie in the group and its pushes.
func (t *tally) why() (lines []string) {
	switch {
	case t.Groups == 0:
		lines = append(lines, "没有绑定反诈群，推送和签到都进不来")
	case t.Disabled == t.Groups:
		lines = append(lines, "反诈群收不到推送，请在群里重新添加助手")
	case t.Due == 0 && t.Sessions == 0:
		lines = append(lines, "这段时间没有推送到该单位，所以没有签到场次")
	case t.Due > t.Sent+t.Unknown:
		lines = append(lines, fmt.Sprintf("应达 %d 次推送，有 %d 次没有送到", t.Due, t.Due-t.Sent-t.Unknown))
	}
	return lines
}

// evidence names the entries that the figure is made of.
func evidence(s *book.State, u bot.UnitID, sp Span) (lines []string) {
	for _, sess := range sp.sessions(s) {
		if sess.Unit != u {
			continue
		}
		var seqs []string
		people := 0
		for _, c := range distinct(s, sess) {
			if !sp.counts(c.At) {
				continue
			}
			if people++; people <= maxSeqs {
				seqs = append(seqs, fmt.Sprint(c.Seq))
			}
		}
		if people == 0 {
			continue
		}
		more := ""
		if people > maxSeqs {
			more = "等"
		}
		lines = append(lines, fmt.Sprintf("依据：《%s》签到 %d 人，台账第 %s 条%s", sess.Title, people, strings.Join(seqs, "、"), more))
	}
	return lines
}

// leftOut says what does not count, and what to do about it.
func leftOut(s *book.State, t *tally, sp Span) (lines []string) {
	add := func(n int, form string) {
		if n > 0 {
			lines = append(lines, fmt.Sprintf(form, n))
		}
	}
	short := t.Unit.Short
	if t.Comparable && t.Sessions > 0 {
		add(len(t.absent(s)), "没签到 %d 人，看名单发“"+short+"谁没签到”")
		add(t.Present-t.Listed, "没算进比例：名册外签到 %d 人（只算人数）")
	}
	add(t.Doubtful, "姓名待确认 %d 人，发“待确认 "+short+"”处理")
	add(t.Nameless, "没登记姓名 %d 人，请他们发“我是 姓名”")
	add(t.Excused, "请假 %d 人，不算签到，也不从名册里减")
	add(t.voided, "已更正作废 %d 条签到，不算")
	add(t.Late, "补签 %d 人次，照算")
	add(t.Vouched, "他人代报 %d 人，照算，表里单列")
	if t.Heads.Parts > 0 {
		lines = append(lines, fmt.Sprintf("单位报数（%s，%s）没有姓名，不加进签到人数", stated(t.Heads), "上报"+numbers(t.heads)))
	}
	for _, f := range t.pending {
		if f.Form == bot.FilesActivity {
			continue // told with the activities
		}
		lines = append(lines, fmt.Sprintf("没算：%s号%s，%s", f.No(), named1(f), f.Standing.Chinese()))
	}
	var gone []*filing.Filing
	for _, f := range sp.filings(s) {
		if f.Unit == t.Unit.ID && f.Form != bot.FilesActivity && (f.Standing == bot.Refused || f.Standing == bot.Voided || f.Standing == bot.Replaced) {
			gone = append(gone, f)
		}
	}
	for _, f := range gone {
		lines = append(lines, fmt.Sprintf("没算：%s号%s，%s", f.No(), named1(f), f.Standing.Chinese()))
	}
	return lines
}

// named1 is what a filing is about and how many persons it names.
func named1(f *filing.Filing) string {
	if f.Names > 0 {
		return fmt.Sprintf("%s %d 人", f.Form.Chinese(), f.Names)
	}
	return f.Form.Chinese()
}

func activitiesWhy(s *book.State, u bot.UnitID, sp Span) (lines []string) {
	mine := slices.DeleteFunc(sp.activities(s), func(a Activity) bool { return a.Unit != u })
	if len(mine) == 0 {
		return []string{"教育活动：没有上报过"}
	}
	for _, a := range mine {
		state := "算"
		if a.Why != "" {
			state = "没算，" + a.Why
		}
		lines = append(lines, fmt.Sprintf("教育活动：%s号 %s %s，%s", a.No(), monthDay(a.Facts.On), a.Facts.Act, state))
	}
	return lines
}
