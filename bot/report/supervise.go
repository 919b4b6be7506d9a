package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/supervise"
)

// A Scope says which units, and which civil days, a question about supervision
// is for. Its zero value is all of them.
type Scope struct {
	Units []bot.UnitID
	Tag   string // units that carry it
	// From and To are civil days, both included: either both are "", or none.
	// A whole month goes from its -01 to -31, however long it is.
	From, To string
}

// covers reports whether u is asked about.
func (c Scope) covers(u bot.Unit) bool {
	return (len(c.Units) == 0 || slices.Contains(c.Units, u.ID)) && (c.Tag == "" || slices.Contains(u.Tags, c.Tag))
}

func (c Scope) at(on string) bool { return c.From == "" || on >= c.From && on <= c.To }

// units returns the units of the county that are asked about, in its order.
func (c Scope) units(s *book.State) []bot.Unit {
	return slices.DeleteFunc(slices.Clone(s.Directory.Units()), func(u bot.Unit) bool { return !c.covers(u) })
}

// pick returns those of ids that are asked about.
func (c Scope) pick(s *book.State, ids []bot.UnitID) []bot.UnitID {
	return slices.DeleteFunc(slices.Clone(ids), func(u bot.UnitID) bool { return !c.covers(s.Directory.Unit(u)) })
}

// shorts joins the customary names of units.
func shorts(s *book.State, ids []bot.UnitID) string {
	names := make([]string, len(ids))
	for i, u := range ids {
		names[i] = s.Directory.Unit(u).Short
	}
	return strings.Join(names, "、")
}

// onDay writes a civil day as people say it, with the year if it is not today's.
func onDay(on, today string) string {
	t, err := time.Parse(time.DateOnly, on)
	switch {
	case err != nil:
		return on
	case strings.HasPrefix(today, on[:5]):
		return t.Format("1月2日")
	}
	return t.Format("2006年1月2日")
}

func civilDay(t time.Time) string { return t.In(bot.Zone).Format(time.DateOnly) }

func letterName(l *supervise.Letter) string { return fmt.Sprintf("%s《%s》", l.Number, l.Title) }

// due is the deadline as it stands in a line; late says whether to say that it
// has passed.
func due(on string, late bool, today string) string {
	switch {
	case on == "":
		return ""
	case late:
		return "，期限 " + onDay(on, today) + "，已逾期"
	}
	return "，期限 " + onDay(on, today)
}

// Letters is the answer to “提示函”: each letter and how many units have
// answered; of one unit, its word on each. name, if not empty, is a letter's id,
// number or its end, and adds those letters to the ones issued in the scope's days.
func Letters(s *book.State, c Scope, name, today string) string {
	found := letters(s, c, name)
	switch {
	case len(s.Supervision.Letters()) == 0:
		return "还没有登记过公安提示函。"
	case len(found) == 0:
		return "没有这样的公安提示函。发“提示函”可以看全部。"
	case len(c.Units) > 0:
		var parts []string
		for _, u := range c.Units {
			parts = append(parts, unitLetters(s, u, found, today))
		}
		return strings.Join(parts, "\n\n")
	case len(found) == 1 && name != "":
		return Letter(s, found[0], c, today)
	}
	var lines []string
	for _, l := range slices.Backward(found) {
		done, received, none := c.pick(s, l.In(bot.LetterDone)), c.pick(s, l.In(bot.LetterReceived)), c.pick(s, l.Unanswered())
		lines = append(lines, fmt.Sprintf("%s %s%s：发给 %d 个单位，已落实 %d，已收 %d，未回 %d", l.ID, letterName(l),
			due(l.DueOn, l.Overdue(today) && len(none) > 0, today), len(done)+len(received)+len(none), len(done), len(received), len(none)))
	}
	head := "公安提示函"
	if c.Tag != "" {
		head = c.Tag + "的公安提示函"
	}
	return fmt.Sprintf("**%s（%d）**\n%s\n看一份发：提示函 %s；看没回的发：提示函谁没回", head, len(found), list(lines), found[len(found)-1].ID)
}

// letters returns the letters that are asked about, in the order of entry.
func letters(s *book.State, c Scope, name string) []*supervise.Letter {
	var named []*supervise.Letter
	if name != "" {
		named = s.Supervision.FindLetters(name)
	}
	bounded := c.From != "" || name == ""
	return slices.DeleteFunc(slices.Clone(s.Supervision.Letters()), func(l *supervise.Letter) bool {
		asked := slices.Contains(named, l) || bounded && c.at(l.On)
		return !asked || len(c.pick(s, l.Units)) == 0
	})
}

// Letter is one letter with the units by their word on it.
func Letter(s *book.State, l *supervise.Letter, c Scope, today string) string {
	lines := []string{
		fmt.Sprintf("**%s**", letterName(l)),
		fmt.Sprintf("%s，%s发%s，发给 %d 个单位", l.ID, onDay(l.On, today), due(l.DueOn, l.Overdue(today) && len(l.Unanswered()) > 0, today), len(l.Units)),
	}
	for _, state := range []bot.LetterState{bot.LetterDone, bot.LetterReceived, ""} {
		if units := c.pick(s, l.In(state)); len(units) > 0 {
			lines = append(lines, fmt.Sprintf("%s（%d）：%s", supervise.LetterWord(state), len(units), shorts(s, units)))
		}
	}
	return strings.Join(lines, "\n")
}

// unitLetters are the letters that a unit got, newest first, and its words.
func unitLetters(s *book.State, u bot.UnitID, among []*supervise.Letter, today string) string {
	short := s.Directory.Unit(u).Short
	var lines []string
	for _, l := range slices.Backward(among) {
		if slices.Contains(l.Units, u) {
			lines = append(lines, fmt.Sprintf("%s %s", l.ID, letterLine(l, u, today)))
		}
	}
	if len(lines) == 0 {
		return "没有发给" + short + "的公安提示函。"
	}
	return fmt.Sprintf("**%s的公安提示函（%d）**\n%s", short, len(lines), list(lines))
}

// letterLine is a letter and one unit's word on it.
func letterLine(l *supervise.Letter, u bot.UnitID, today string) string {
	a, answered := l.Answer(u)
	line := letterName(l) + due(l.DueOn, l.Overdue(today) && !answered, today) + "：" + supervise.LetterWord(a.State)
	if answered {
		line += "（" + onDay(civilDay(a.At), today) + "）"
	}
	if a.Text != "" {
		line += "，说明：" + a.Text
	}
	return line
}

// OpenLetters is what a unit's liaison is shown: the letters that are not 已落实,
// newest first, "" if there are none.
func OpenLetters(s *book.State, u bot.UnitID, today string) string {
	var lines []string
	for _, l := range slices.Backward(s.Supervision.LettersTo(u)) {
		if a, _ := l.Answer(u); a.State != bot.LetterDone {
			lines = append(lines, fmt.Sprintf("%s %s", l.ID, letterLine(l, u, today)))
		}
	}
	return list(lines)
}

// UnansweredLetters is the answer to “提示函谁没回”: for each letter the units that
// have said nothing, and those that have it but are not done.
func UnansweredLetters(s *book.State, c Scope, name, today string) string {
	if len(s.Supervision.Letters()) == 0 {
		return "还没有登记过公安提示函。"
	}
	var lines []string
	for _, l := range slices.Backward(letters(s, c, name)) {
		none, received := c.pick(s, l.Unanswered()), c.pick(s, l.In(bot.LetterReceived))
		if len(none)+len(received) == 0 {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s %s%s", l.ID, letterName(l), due(l.DueOn, l.Overdue(today) && len(none) > 0, today)))
		if len(none) > 0 {
			lines = append(lines, fmt.Sprintf("未回（%d）：%s", len(none), shorts(s, none)))
		}
		if len(received) > 0 {
			lines = append(lines, fmt.Sprintf("已收、还没落实（%d）：%s", len(received), shorts(s, received)))
		}
	}
	if len(lines) == 0 {
		return "公安提示函都已落实，没有未回的。"
	}
	return "**公安提示函回执**\n" + list(lines)
}

// CaseDeclared says whether a unit has declared that it had no case in a month;
// nil knows of no declaration.
type CaseDeclared func(bot.UnitID, bot.Month) bool

func (d CaseDeclared) says(u bot.UnitID, m bot.Month) bool { return d != nil && d(u, m) }

// Cases is the answer to “哪些单位有发案” and, with none, to “零发案的单位”: what the
// police have entered, beside what units declare. It counts cases and tells
// nothing of them.
func Cases(s *book.State, c Scope, m bot.Month, none bool, declared CaseDeclared) string {
	if len(c.Units) > 0 {
		var lines []string
		for _, u := range c.units(s) {
			lines = append(lines, unitCases(s, u, m, declared))
		}
		return strings.Join(lines, "\n")
	}
	var with, zero, open, waiting, differs []string
	for _, u := range c.units(s) {
		n, ok := s.Supervision.CasesConfirmed(m, u.ID)
		says := declared.says(u.ID, m)
		switch {
		case ok && n > 0:
			with = append(with, fmt.Sprintf("%s：%d 件", u.Short, n))
			if says {
				differs = append(differs, u.Short)
			}
		case ok:
			zero = append(zero, u.Short)
		case says:
			waiting = append(waiting, u.Short)
		default:
			open = append(open, u.Short)
		}
	}
	lines := []string{fmt.Sprintf("**%s%s发案（公安登记）**：有发案 %d 个单位，零发案 %d 个，还没登记 %d 个", c.Tag, m.Chinese(), len(with), len(zero), len(waiting)+len(open))}
	add := func(label string, units []string) {
		if len(units) > 0 {
			lines = append(lines, fmt.Sprintf("%s（%d）：%s", label, len(units), strings.Join(units, "、")))
		}
	}
	if none {
		add("零发案", zero)
	} else if len(with) > 0 {
		lines = append(lines, list(with))
	}
	add("自报零发案，公安还没登记", waiting)
	add("自报零发案，与公安登记不符", differs)
	if none {
		add("没有登记也没有自报", open)
	}
	return strings.Join(lines, "\n")
}

func unitCases(s *book.State, u bot.Unit, m bot.Month, declared CaseDeclared) string {
	text := fmt.Sprintf("%s%s：", u.Short, m.Chinese())
	n, ok := s.Supervision.CasesConfirmed(m, u.ID)
	says := declared.says(u.ID, m)
	switch {
	case !ok:
		text += "公安还没有登记发案数"
	case n > 0:
		text += fmt.Sprintf("公安登记发案 %d 件", n)
	case says:
		return text + "公安登记零发案，与单位自报一致。"
	default:
		text += "公安登记零发案"
	}
	if says {
		text += "；单位自报零发案，以公安登记为准"
	}
	return text + "。"
}
