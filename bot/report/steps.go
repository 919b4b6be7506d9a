package report

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/supervise"
)

// Supervision is the answer to “哪些单位在督办” and to “教科局被提醒过几次”. kind is
// the word for a step, or 督办 for any. It tells what the office has done, and
// proposes nothing.
func Supervision(s *book.State, c Scope, kind, today string) string {
	step, known := supervise.ParseStep(kind)
	switch {
	case kind == "一票否决":
		return "是否一票否决由县里按规定研究决定，本助手不登记，也不提出建议。"
	case kind != "督办" && kind != "" && !known:
		return fmt.Sprintf("督办台账里没有“%s”这一项。可以查的有：%s。", kind, supervise.StepWords)
	case len(c.Units) > 0:
		var parts []string
		for _, u := range c.Units {
			parts = append(parts, unitSteps(s, u, c, step, today))
		}
		return strings.Join(parts, "\n\n")
	case !known && c.From == "":
		return openSteps(s, c, today)
	}
	return stepsByUnit(s, c, step, today)
}

// unitSteps is what the office has done towards one unit: all of it, or one step.
func unitSteps(s *book.State, u bot.UnitID, c Scope, step bot.SupervisionStep, today string) string {
	short, word := s.Directory.Unit(u).Short, "督办"
	if step != "" {
		word = supervise.StepWord(step)
	}
	var lines []string
	for _, x := range s.Supervision.Steps(u) {
		if (step == "" || x.Step == step) && c.at(x.On) {
			line := stepLine(x, today)
			if x.Reason != "" {
				line += "。事由：" + x.Reason
			}
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return fmt.Sprintf("没有登记过对%s的%s。", short, word)
	}
	return fmt.Sprintf("**%s的%s记录（%d 次）**\n%s", short, word, len(lines), list(lines))
}

// stepLine is a step with its day, document, and how it stands.
func stepLine(x *supervise.Step, today string) string {
	line := onDay(x.On, today) + " " + supervise.StepWord(x.Step)
	if x.Number != "" {
		line += "，" + x.Number
	}
	return line + standing(x, today)
}

// standing is a step's deadline and whether it is still open; nothing for what
// was over when it was done.
func standing(x *supervise.Step, today string) string {
	text := due(x.DueOn, x.PastDue(today), today)
	switch {
	case x.Open():
		return text + "，未销号"
	case x.ClosedOn != "" && (x.DueOn != "" || x.Step == bot.StepListed || x.Step == bot.StepRectify):
		return text + "，" + onDay(x.ClosedOn, today) + "销号"
	}
	return text
}

// openSteps are the units with something that has not been closed.
func openSteps(s *book.State, c Scope, today string) string {
	var lines []string
	units := 0
	for _, u := range c.units(s) {
		open := slices.DeleteFunc(slices.Clone(s.Supervision.Steps(u.ID)), func(x *supervise.Step) bool { return !x.Open() })
		for _, x := range open {
			lines = append(lines, u.Short+"："+stepLine(x, today))
		}
		units += min(len(open), 1)
	}
	if units == 0 {
		return c.Tag + "现在没有在督办的单位（挂牌督办、整改或有期限、还没销号的）。"
	}
	return fmt.Sprintf("**%s在督办的单位（%d）**\n%s", c.Tag, units, list(lines))
}

// stepsByUnit are the units towards which a step was taken, or any in a stretch
// of days.
func stepsByUnit(s *book.State, c Scope, step bot.SupervisionStep, today string) string {
	var lines []string
	for _, u := range c.units(s) {
		var days []string
		for _, x := range s.Supervision.Steps(u.ID) {
			switch {
			case !c.at(x.On):
			case step == "":
				days = append(days, stepLine(x, today))
			case x.Step == step:
				days = append(days, onDay(x.On, today)+standing(x, today))
			}
		}
		if days != nil {
			lines = append(lines, fmt.Sprintf("%s（%d 次）：%s", u.Short, len(days), strings.Join(days, "；")))
		}
	}
	word := "有督办措施"
	if step != "" {
		word = supervise.StepWord(step) + "过"
	}
	when := stretch(c, today)
	if len(lines) == 0 {
		return fmt.Sprintf("%s没有%s的%s单位。", when, word, c.Tag)
	}
	return fmt.Sprintf("**%s%s的%s单位（%d）**\n%s", when, word, c.Tag, len(lines), list(lines))
}

// stretch names the days that are asked about.
func stretch(c Scope, today string) string {
	switch {
	case c.From == "":
		return ""
	case c.From == c.To:
		return onDay(c.From, today)
	case c.From[:7] == c.To[:7] && strings.HasSuffix(c.From, "-01") && strings.HasSuffix(c.To, "-31"):
		return strings.TrimSuffix(onDay(c.From, today), "1日")
	}
	return onDay(c.From, today) + "至" + onDay(c.To, today)
}

// Figures is the answer to “法院判决数据报了没”: what units have filed on topic for
// month m, "" for all but the police's cases, and who of owed has not.
func Figures(s *book.State, c Scope, m bot.Month, topic string, owed []supervise.Owed, today string) string {
	var lines []string
	wanted := func(u bot.UnitID, t string) bool {
		return (topic == "" && t != supervise.Cases || t == topic) && s.Directory.Unit(u).ID != "" && c.covers(s.Directory.Unit(u))
	}
	for _, f := range s.Supervision.FiguresIn(m) {
		if wanted(f.Unit, f.Topic) {
			lines = append(lines, figuresLine(s, f, today))
		}
	}
	for _, o := range s.Supervision.Missing(m, owed) {
		if wanted(o.Unit, o.Topic) {
			lines = append(lines, fmt.Sprintf("%s %s：还没有报", s.Directory.Unit(o.Unit).Short, o.Topic))
		}
	}
	if len(lines) == 0 {
		return fmt.Sprintf("%s没有登记过%s数据。", m.Chinese(), topic)
	}
	return fmt.Sprintf("**%s%s数据通报**\n%s", m.Chinese(), topic, list(lines))
}

func figuresLine(s *book.State, f *supervise.Figures, today string) string {
	parts := make([]string, len(f.Figures))
	for i, x := range f.Figures {
		parts[i] = strings.TrimSpace(x.Name + " " + x.Value + " " + x.Measure)
	}
	again := ""
	if f.Revision > 1 {
		again = fmt.Sprintf("，第 %d 次更新", f.Revision-1)
	}
	return fmt.Sprintf("%s %s：%s（%s报%s）", s.Directory.Unit(f.Unit).Short, f.Topic, strings.Join(parts, "，"), onDay(civilDay(f.At), today), again)
}

// MissingFigures is the answer to “判决数据谁没报”: who of owed has filed nothing on
// topic, "" for any, for month m.
func MissingFigures(s *book.State, c Scope, m bot.Month, topic string, owed []supervise.Owed) string {
	owed = slices.DeleteFunc(slices.Clone(owed), func(o supervise.Owed) bool {
		u := s.Directory.Unit(o.Unit)
		return u.ID == "" || !c.covers(u) || topic != "" && o.Topic != topic
	})
	var names []string
	for _, o := range s.Supervision.Missing(m, owed) {
		names = append(names, fmt.Sprintf("%s（%s）", s.Directory.Unit(o.Unit).Short, o.Topic))
	}
	switch {
	case len(owed) == 0:
		return "没有每月应报这项数据的单位。"
	case names == nil:
		return m.Chinese() + "应报的数据都报了。"
	}
	return fmt.Sprintf("%s还没有报数据的：%s。", m.Chinese(), strings.Join(names, "、"))
}
