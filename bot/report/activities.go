package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/filing"
)

// ActivityQuery asks for public education activities that were filed.
type ActivityQuery struct {
	Span  Span
	Units []bot.UnitID
	Tag   string
	Act   string // a form or an occasion: 培训, 五进, 进学校 …
	Role  string // 组织, 参与, 联合
	Place string
}

// find returns those that count and those that do not.
func (q ActivityQuery) find(s *book.State) (found, rest []Activity) {
	for _, a := range q.Span.activities(s) {
		u := s.Directory.Unit(a.Unit)
		if len(q.Units) > 0 && !slices.Contains(q.Units, u.ID) || q.Tag != "" && !slices.Contains(u.Tags, q.Tag) || !q.fits(a) {
			continue
		}
		if a.Why == "" {
			found = append(found, a)
		} else {
			rest = append(rest, a)
		}
	}
	byDay := func(a, b Activity) int { return strings.Compare(a.Facts.On, b.Facts.On) }
	slices.SortStableFunc(found, byDay)
	slices.SortStableFunc(rest, byDay)
	return found, rest
}

// fits reports whether a is of the wanted form, role and place. What the unit
// wrote is looked at too: 赶集 is filed as 公开活动.
func (q ActivityQuery) fits(a Activity) bool {
	said := a.Private.Title + a.Private.Text + a.Private.Place
	five := q.Act == "五进" && (strings.HasPrefix(a.Facts.Act, "进") || a.Facts.Act == "五进")
	return (q.Act == "" || five || strings.Contains(a.Facts.Act, q.Act) || strings.Contains(said, q.Act)) &&
		(q.Role == "" || a.Facts.Role == q.Role || q.Role == "组织" && a.Facts.Role == "") &&
		(q.Place == "" || strings.Contains(said, q.Place))
}

// Places returns where the activities that fit q took place, as they were filed;
// those of fewer than two characters are left out.
func (q ActivityQuery) Places(s *book.State) (out []string) {
	found, _ := q.find(s)
	for _, x := range found {
		if p := x.Private.Place; utf8.RuneCountInString(p) >= 2 && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func (q ActivityQuery) subject(s *book.State) string {
	words := shorts(s, q.Units) + q.Tag + " " + q.Span.Chinese()
	if q.Place != "" {
		words += "在“" + q.Place + "”的"
	}
	what := q.Role + q.Act
	switch {
	case what == "":
		what = "教育活动"
	case !strings.HasSuffix(what, "活动"):
		what += "活动"
	}
	return strings.TrimSpace(words) + what
}

// times is how many activities a filing is of.
func times(f *filing.Filing) int {
	if f.Facts.Times != nil {
		return max(1, *f.Facts.Times)
	}
	return 1
}

// List is the answer to “进学校活动几场”.
func (q ActivityQuery) List(s *book.State) Answer {
	found, rest := q.find(s)
	n, people := 0, 0
	units := make(map[bot.UnitID]bool)
	a := Answer{Table: &Sheet{
		Name: strings.TrimPrefix(shorts(s, q.Units)+q.Tag+"-"+q.Span.file()+"-教育活动", "-"),
		Head: []string{"单位", "日期", "形式", "主题", "地点", "组织或参与", "场次", "应到", "实到", "受众", "资料份数", "上报编号", "是否计入"},
	}}
	for _, x := range found {
		n += times(x.Filing)
		people += audience(x.Filing)
		units[x.Unit] = true
		a.List = append(a.List, activityLine(s, x.Filing, len(q.Units) == 1))
	}
	for _, x := range append(slices.Clone(found), rest...) {
		a.Table.Rows = append(a.Table.Rows, activityRow(s, x))
	}
	if n == 0 {
		a.Head = []string{q.subject(s) + "：还没有登记"}
	} else {
		a.Head = []string{bold("%s：%d 场", q.subject(s), n)}
		if len(q.Units) != 1 {
			a.Head[0] += fmt.Sprintf("，%d 个单位", len(units))
		}
		if people > 0 {
			a.Head[0] += fmt.Sprintf("，%d 人次", people)
		}
	}
	if len(rest) > 0 {
		a.Tail = []string{fmt.Sprintf("另有 %d 件没有计入：%s", len(rest), whys(rest))}
	}
	return a
}

// whys says why filings do not count.
func whys(rest []Activity) string {
	var out []string
	for i, x := range rest {
		if i == 5 {
			return strings.Join(out, "，") + "等"
		}
		out = append(out, fmt.Sprintf("%s号%s", x.No(), x.Why))
	}
	return strings.Join(out, "，")
}

// audience is how many people a filed activity reached.
func audience(f *filing.Filing) int {
	if f.Facts.Audience != nil {
		return *f.Facts.Audience
	}
	return or0(f.Facts.Actual)
}

func or0(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// monthDay writes the day of an activity, or that it was not said.
func monthDay(on string) string {
	if len(on) != len("2006-01-02") {
		return "日期未报"
	}
	return on[len("2006-"):]
}

func activityLine(s *book.State, f *filing.Filing, oneUnit bool) string {
	parts := []string{monthDay(f.Facts.On)}
	if !oneUnit {
		parts = append(parts, s.Directory.Unit(f.Unit).Short)
	}
	what := f.Facts.Act
	if f.Private.Title != "" {
		what += "《" + f.Private.Title + "》"
	}
	parts = append(parts, what)
	if f.Facts.Role != "" {
		parts = append(parts, f.Facts.Role)
	}
	if n := times(f); n > 1 {
		parts = append(parts, fmt.Sprintf("%d 场", n))
	}
	if n := audience(f); n > 0 {
		parts = append(parts, fmt.Sprintf("%d 人", n))
	}
	return strings.Join(parts, " ") + "，上报" + f.No() + "号"
}

func activityRow(s *book.State, x Activity) []string {
	counted := "计入"
	if x.Why != "" {
		counted = "不计入：" + x.Why
	}
	return []string{
		s.Directory.Unit(x.Unit).Short, x.Facts.On, x.Facts.Act, x.Private.Title, x.Private.Place, x.Facts.Role, fmt.Sprint(times(x.Filing)),
		optional(x.Facts.Expected), optional(x.Facts.Actual), optional(x.Facts.Audience), optional(x.Facts.Leaflets), x.No(), counted,
	}
}

// One is the answer to “11.20那次培训多少人”: the activity of that day, form and
// place, or the nearest ones. metric: count, names or "".
func (q ActivityQuery) One(s *book.State, metric string, full bool) Answer {
	found, rest := q.find(s)
	if len(found) == 0 {
		a := Answer{Head: []string{q.subject(s) + "：没有登记"}}
		if len(rest) > 0 {
			a.Tail = []string{fmt.Sprintf("有 %d 件没有计入：%s", len(rest), whys(rest))}
		}
		near := ActivityQuery{Span: InMonth(q.Span.last()), Units: q.Units, Tag: q.Tag}
		if all, _ := near.find(s); len(all) > 0 {
			a.Head = append(a.Head, "当月登记的有：")
			for _, x := range all {
				a.List = append(a.List, activityLine(s, x.Filing, len(q.Units) == 1))
			}
		}
		return a
	}
	a := Answer{Table: &Sheet{
		Name: strings.TrimPrefix(shorts(s, q.Units)+"-"+q.Span.file()+"-活动名单", "-"), Head: []string{"单位", "日期", "形式", "姓名", "怎么到的", "上报编号"},
	}}
	people := 0
	for _, x := range found {
		people += audience(x.Filing)
		a.List = append(a.List, x.details(s)...)
		if metric == "names" {
			a.List = append(a.List, a.names(s, x.Filing, naming(full))...)
		}
	}
	head := fmt.Sprintf("%s：%d 件", q.subject(s), len(found))
	if metric == "count" || metric == "names" {
		head = fmt.Sprintf("%s：%d 人", q.subject(s), people)
	}
	a.Head = []string{"**" + head + "**"}
	if len(a.Table.Rows) == 0 {
		a.Table = nil
	}
	return a
}

// details are the lines of one activity.
func (x Activity) details(s *book.State) []string {
	lines := []string{activityLine(s, x.Filing, false)}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, name+"："+value)
		}
	}
	add("地点", x.Private.Place)
	if f := x.Facts; f.Expected != nil || f.Actual != nil || f.Leave != nil {
		add("人数", stated(Headcount{Expected: f.Expected, Actual: f.Actual, Leave: f.Leave}))
	}
	for _, c := range []struct {
		name, unit string
		n          *int
	}{{"受众", " 人", x.Facts.Audience}, {"资料", " 份", x.Facts.Leaflets}, {"短信", " 条", x.Facts.Sent}} {
		if c.n != nil {
			add(c.name, optional(c.n)+c.unit)
		}
	}
	return lines
}

// names lists those whom a filing names, and puts them into a's table.
func (a *Answer) names(s *book.State, f *filing.Filing, show naming) (lines []string) {
	for _, g := range []struct {
		how   string
		names []string
	}{{"参加", f.Private.Present}, {"代签", f.Private.Proxied}, {"请假", f.Private.OnLeave}} {
		var shown []string
		for _, n := range g.names {
			shown = append(shown, show.show(n))
			a.Table.Rows = append(a.Table.Rows, []string{s.Directory.Unit(f.Unit).Short, f.Facts.On, f.Facts.Act, show.show(n), g.how, f.No()})
		}
		if len(shown) > 0 {
			a.Named = true
			lines = append(lines, fmt.Sprintf("%s（%d）：%s", g.how, len(shown), strings.Join(shown, "、")))
		}
	}
	if lines == nil {
		return []string{"上报时没有附名单"}
	}
	return lines
}
