package report

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
)

// MissingUnits asks which units lack something.
type MissingUnits struct {
	Span Span
	// Status: no_activity, no_checkin, no_roster, no_liaison.
	Status string
	// Consecutive > 0: only those that lacked it in each month of Span.
	Consecutive     int
	Tag, ExcludeTag string
}

// Answer is the answer to “谁没搞活动” and “一个人都没签的单位”.
func (q MissingUnits) Answer(s *book.State) Answer {
	spans := []Span{q.Span}
	if q.Consecutive > 1 && !q.Span.days() {
		spans = nil
		for _, m := range q.Span.Months {
			spans = append(spans, InMonth(m))
		}
	}
	lacks := make([]int, len(s.Directory.Units()))
	var last []*tally
	for _, sp := range spans {
		last = tallies(s, sp)
		for i, t := range last {
			if t.lacks(q.Status) {
				lacks[i]++
			}
		}
	}
	var lines, unscored []string
	asked := 0
	for i, t := range last {
		if q.Tag != "" && !slices.Contains(t.Unit.Tags, q.Tag) || q.ExcludeTag != "" && slices.Contains(t.Unit.Tags, q.ExcludeTag) {
			continue
		}
		asked++
		switch {
		case lacks[i] < len(spans):
		case t.Unit.Unscored:
			unscored = append(unscored, t.Unit.Short)
		default:
			lines = append(lines, t.Unit.Short+t.whyMissing(q.Status))
		}
	}
	return q.say(lines, unscored, asked)
}

// has says that nothing is lacking.
func has(status string) string {
	switch status {
	case "no_roster":
		return "有名册"
	case "no_liaison":
		return "有联络员"
	case "no_checkin":
		return "有人签到"
	}
	return "登记了教育活动"
}

func (t *tally) lacks(status string) bool {
	switch status {
	case "no_roster":
		return t.Expected == 0
	case "no_liaison":
		return t.liaisons == 0
	case "no_checkin":
		return t.Present == 0
	}
	return t.Activities() == 0
}

// whyMissing is what is known of the reason, in brackets.
func (t *tally) whyMissing(status string) string {
	var why []string
	if t.Groups == 0 {
		why = append(why, "未建群")
	}
	waiting := 0
	for _, f := range t.pending {
		if status != "no_activity" || f.Form == bot.FilesActivity {
			waiting++
		}
	}
	switch {
	case status == "no_checkin" && t.Groups > 0 && t.Sent+t.Unknown == 0:
		why = append(why, "没有推送到")
	case status == "no_checkin" && t.Heads.Actual != nil:
		why = append(why, fmt.Sprintf("单位报数实到 %d", *t.Heads.Actual))
	}
	if waiting > 0 && status != "no_roster" && status != "no_liaison" {
		why = append(why, fmt.Sprintf("待确认 %d 件", waiting))
	}
	if why == nil {
		return ""
	}
	return "（" + strings.Join(why, "，") + "）"
}

func (q MissingUnits) say(lines, unscored []string, asked int) Answer {
	what := "没有登记教育活动"
	switch q.Status {
	case "no_checkin":
		what = "没有人签到"
	case "no_roster":
		what = "没有名册"
	case "no_liaison":
		what = "没有联络员"
	}
	when := q.Span.Chinese()
	if q.Status == "no_roster" || q.Status == "no_liaison" {
		when = "目前"
	}
	if q.Consecutive > 1 {
		when += fmt.Sprintf("连续 %d 个月", len(q.Span.Months))
	}
	scope := ""
	switch {
	case q.Tag != "":
		scope = q.Tag
	case q.ExcludeTag != "":
		scope = "除“" + q.ExcludeTag + "”外"
	}
	if asked == 0 {
		return sayf("没有带“%s”标签的单位。", q.Tag+q.ExcludeTag)
	}
	a := Answer{Head: []string{bold("%s%s%s的单位：%d 个", when, scope, what, len(lines))}, List: lines}
	if len(lines) == 0 {
		if q.ExcludeTag != "" {
			scope += "的"
		}
		a.Head = []string{fmt.Sprintf("%s%s单位都%s。", when, scope, has(q.Status))}
	}
	if len(unscored) > 0 {
		a.Tail = append(a.Tail, "另有不计分的："+strings.Join(unscored, "、"))
	}
	if q.Status == "no_activity" {
		a.Tail = append(a.Tail, "以在助手处登记为准；办了没报的，请联络员补报。")
	}
	return a
}

// MissingPeople is the answer to “谁没签到”: with a unit its people, else the
// number for each unit. It is for the office's private chat only.
func MissingPeople(s *book.State, u bot.UnitID, tag string, sp Span, full bool) Answer {
	if u != "" {
		return missingOf(s, of(tallies(s, sp, u), u), sp, naming(full))
	}
	all := tagged(tallies(s, sp), tag)
	a := Answer{}
	sum := 0
	var apart []string
	sh := &Sheet{Name: sp.file() + "-未签到人数", Head: []string{"单位", "时间", "名册人数", "已签到", "请假", "未签到"}}
	for _, t := range all {
		if !t.Comparable || t.Sessions == 0 {
			apart = append(apart, t.Unit.Short)
			continue
		}
		n := len(t.absent(s))
		sum += n
		a.List = append(a.List, fmt.Sprintf("%s：%d 人", t.Unit.Short, n))
		sh.Rows = append(sh.Rows, []string{t.Unit.Short, sp.file(), fmt.Sprint(t.Expected), fmt.Sprint(t.Listed), fmt.Sprint(t.Excused), fmt.Sprint(n)})
	}
	if len(a.List) == 0 {
		if !slices.ContainsFunc(all, func(t *tally) bool { return t.Comparable }) {
			return Say("还没有导入名册，比对不出谁没签到。")
		}
		return sayf("%s有名册的单位都没有签到场次，比对不出谁没签到。", sp.Chinese())
	}
	a.Head = []string{bold("%s未签到 %d 人", sp.Chinese(), sum)}
	if len(apart) > 0 {
		a.Tail = append(a.Tail, "没有名册或没有场次，未比对："+few(apart))
	}
	a.Tail = append(a.Tail, "看名单请写单位，例如：教科局谁没签到")
	a.Table = sh
	return a
}

func missingOf(s *book.State, t *tally, sp Span, show naming) Answer {
	if t == nil {
		return Say("没有这个单位。")
	}
	short := t.Unit.Short
	switch {
	case t.Expected == 0:
		return Say(short + "还没有导入名册，比对不出谁没签到。")
	case !t.Comparable:
		return Say(short + "的名册姓名已按期限删除，比对不出谁没签到。")
	case t.Sessions == 0:
		return sayf("%s%s没有签到场次。", short, sp.Chinese())
	}
	names := t.absent(s)
	if len(names) == 0 {
		return sayf("%s%s名册上的人都签到或请假了。", short, sp.Chinese())
	}
	a := Answer{
		Head: []string{bold("%s %s 未签到 %d 人", short, sp.Chinese(), len(names))}, Named: true,
		Table: &Sheet{Name: short + "-" + sp.file() + "-未签到", Head: []string{"序号", "单位", "姓名", "时间"}},
	}
	for i, name := range names {
		a.List = append(a.List, show.show(name))
		a.Table.Rows = append(a.Table.Rows, []string{fmt.Sprint(i + 1), short, show.show(name), sp.file()})
	}
	if t.Excused > 0 {
		a.Tail = append(a.Tail, fmt.Sprintf("请假 %d 人，不在其中", t.Excused))
	}
	outside := t.Doubtful + t.Nameless
	if outside > 0 {
		a.Tail = append(a.Tail, fmt.Sprintf("有 %d 人签了到但姓名未确认，可能在其中", outside))
	}
	a.Tail = append(a.Tail, "只供内部掌握，不得在群内公布。")
	return a
}

// Leave is the answer to “本月请假名单”: who was on leave and did not come after all.
func Leave(s *book.State, u bot.UnitID, sp Span, name string, full bool) Answer {
	return entries(s, u, sp, name, naming(full), "请假", func(sess *attendance.Session) (out []entry) {
		for _, l := range sess.Leaves() {
			if _, came := sess.CheckIn(l.Member); !came && sp.counts(l.At) {
				out = append(out, entry{member: l.Member, at: l.At, seq: l.Seq, filing: l.Filing, what: l.Reason})
			}
		}
		return out
	})
}

// Late is the answer to “11月补签记录”.
func Late(s *book.State, u bot.UnitID, sp Span, name string, full bool) Answer {
	return entries(s, u, sp, name, naming(full), "补签", func(sess *attendance.Session) (out []entry) {
		for _, c := range sess.Distinct(s.Directory.Same) {
			if c.Late && sp.counts(c.At) {
				out = append(out, entry{member: c.Member, at: c.At, seq: c.Seq, filing: c.Filing, what: c.Via.Chinese()})
			}
		}
		return out
	})
}

// Proxy is the answer to “代签的有哪些”: everybody for whom another spoke.
func Proxy(s *book.State, u bot.UnitID, sp Span, name string, full bool) Answer {
	return entries(s, u, sp, name, naming(full), "代签（含接龙、粘贴登记）", func(sess *attendance.Session) (out []entry) {
		for _, c := range sess.Distinct(s.Directory.Same) {
			if !c.Via.Own() && sp.counts(c.At) {
				out = append(out, entry{member: c.Member, at: c.At, seq: c.Seq, filing: c.Filing, what: c.Via.Chinese()})
			}
		}
		return out
	})
}
