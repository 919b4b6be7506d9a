package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/calendar"
	"fanzha/bot/chat"
	"fanzha/bot/report"
)

// An asked is one question of an operator.
type asked struct {
	chat.Question
	text string // as it was read
	span report.Span
	now  time.Time
	// full: names of persons are to be shown whole. He asked for it and may.
	full bool
	// file: he wants a file.
	file bool
}

// query answers what an operator asks. What package chat understands and the
// book cannot answer is said so, not guessed at.
func (b *Bot) query(ctx context.Context, op bot.Operator, text string) (bot.Answer, error) {
	var a report.Answer
	var file *bot.File
	var q asked
	understood := false
	err := b.Book.View(ctx, func(s *book.State, now time.Time) error {
		q = b.read(text, now)
		if !op.Has(bot.RoleQuery) && q.Intent != chat.Help {
			return bot.Refuse("您没有查询权限", "请联系系统管理员在配置里调整 operators")
		}
		wanted := q.full
		q.full = q.full && op.Has(bot.RoleManage)
		if a, understood = b.answer(s, q); !understood && q.Intent == chat.Export {
			a, file = report.Export(s, q.span, q.Unit, q.Tag, q.Kind, q.Format)
			understood = true
		}
		if a.Named && wanted && !q.full {
			a.Tail = append(a.Tail, "您没有看全名的权限，名字已遮去一部分。")
		}
		return nil
	})
	if err != nil {
		return bot.Answer{}, err
	}
	b.observe(q.Intent)
	if !understood {
		return bot.Answer{Text: b.operatorHelp(op)}, nil
	}
	said, cut := a.Text()
	if a.Table != nil && (cut || q.file) && file == nil {
		if a.Named {
			a.Table.Rows = append(a.Table.Rows, []string{"说明", fmt.Sprintf("%s %s 查询导出，只供内部掌握，不得在群内公布", op.Name, q.now.In(bot.Zone).Format("2006-01-02 15:04"))})
		}
		file = a.Table.File()
	}
	switch {
	case file != nil && q.Intent != chat.Export:
		said += "\n完整的见附件：" + file.Name
	case cut:
		said += "\n看其余的请写单位，或把时间写短些。"
	}
	if q.Note != "" {
		said = "（" + q.Note + "）\n" + said
	}
	return bot.Answer{Text: said, File: file}, b.logQuery(ctx, op, string(q.Intent), a.Named, text)
}

// fullNames are the words by which whole names are asked for, on purpose: a list
// is masked without them.
func fullNames() []string { return []string{"全名", "实名", "完整姓名", "不打码"} }

// givers are the words that ask for a file. Without them it is seen what of.
func givers() *strings.Replacer {
	var pairs []string
	for _, w := range []string{"导出", "下载", "发给我", "发我", "给我发", "发一份", "给我一份", "要一份", "出一份", "导一份", "传给我", "发一下", "打印", "excel", "Excel", "EXCEL", "xlsx", "csv", "CSV", "电子表格", "电子表", "表格"} {
		pairs = append(pairs, w, " ")
	}
	return strings.NewReplacer(pairs...)
}

// read understands text. A wish for a file of something that can be asked is that
// question; other exports stay what they are.
func (b *Bot) read(text string, now time.Time) asked {
	q := asked{text: text, now: now}
	for _, w := range fullNames() {
		if rest := strings.ReplaceAll(q.text, w, " "); rest != q.text {
			q.text, q.full = rest, true
		}
	}
	q.Question = b.lexicon.ReadQuery(q.text, now)
	if (q.Intent == chat.MissingUnits || q.Intent == chat.RosterCount && len(q.Unit) == 0) && strings.Contains(q.text, "没") && strings.Contains(q.text, "名册") {
		q.Intent, q.Status = chat.MissingUnits, "no_roster"
	}
	if q.Intent == chat.MissingUnits && strings.Contains(q.text, "联络员") {
		q.Status = "no_liaison"
	}
	if q.Intent == chat.Export && q.Kind == "" {
		inner := b.lexicon.ReadQuery(givers().Replace(q.text), now)
		switch inner.Intent {
		case chat.MissingPeople, chat.LeaveList, chat.LateList, chat.ProxyList, chat.ActivityList, chat.AskActivity, chat.ClueStats:
			q.Question, q.file = inner, true
		}
	}
	q.span = spanOf(q.Question, now)
	return q
}

// answer answers q; false if it was not understood, or if it is for a file.
func (b *Bot) answer(s *book.State, q asked) (report.Answer, bool) {
	if a, ok := b.answerPeople(s, q); ok {
		return a, true
	}
	if a, ok := b.answerWork(s, q); ok {
		return a, true
	}
	switch q.Intent {
	case chat.UnitMonth:
		return each(q.Unit, func(u bot.UnitID) report.Answer { return report.Unit(s, u, q.span, q.Metric) }), true
	case chat.Compare:
		return report.Compare(s, q.Unit, q.span, q.Metric), true
	case chat.TagMonth, chat.Overview:
		return report.Overview(s, q.span, q.Tag, q.Metric), true
	case chat.RosterCount:
		return each(q.Unit, func(u bot.UnitID) report.Answer { return report.Rosters(s, u) }), true
	case chat.Ranking:
		if q.Metric == "" && (strings.Contains(q.text, "最多") || strings.Contains(q.text, "最少")) {
			q.Metric = "present"
		}
		a := report.Ranking(s, q.span, q.Unit, q.Tag, q.Metric, q.Top, q.Bottom)
		if strings.Contains(q.text, "谁") || strings.Contains(q.text, "的人") {
			a.Head = append([]string{"个人不排名，只按单位排。"}, a.Head...)
		}
		return a, true
	case chat.MissingUnits:
		return report.MissingUnits{Span: q.span, Status: q.Status, Consecutive: q.Consecutive, Tag: q.Tag, ExcludeTag: q.ExcludeTag}.Answer(s), true
	case chat.Explain:
		return each(q.Unit, func(u bot.UnitID) report.Answer { return report.Explain(s, u, q.span) }), true
	case chat.GroupStatus:
		if len(q.Unit) > 0 {
			return each(q.Unit, func(u bot.UnitID) report.Answer { return report.UnitGroups(s, u) }), true
		}
		a := report.GroupStatus(s, q.Status, q.now)
		if strings.Contains(q.text, "群主") {
			a.Tail = append(a.Tail, "群主由各单位指定，助手不登记。")
		}
		return a, true
	case chat.Calendar:
		return b.calendarAnswer(q.Question, q.now), true
	case chat.Refuse:
		return report.Say(refusal(q.Why)), true
	case chat.UnknownUnit:
		return report.Say(fmt.Sprintf("“%s”不是领导小组成员单位，没有它的记录。", q.Raw), "成员单位以配置里的名录为准。"), true
	case chat.Clarify:
		return b.clarify(s, q), true
	case chat.Help:
		if q.Rule == "没有读懂" {
			return report.Find(s, q.text)
		}
	}
	return report.Answer{}, false
}

// answerPeople answers what is about persons.
func (b *Bot) answerPeople(s *book.State, q asked) (report.Answer, bool) {
	var one func(u bot.UnitID) report.Answer
	switch q.Intent {
	case chat.MissingPeople:
		one = func(u bot.UnitID) report.Answer { return report.MissingPeople(s, u, q.Tag, q.span, q.full) }
	case chat.AskPerson:
		one = func(u bot.UnitID) report.Answer { return person(s, q, u) }
	case chat.LeaveList:
		one = func(u bot.UnitID) report.Answer { return report.Leave(s, u, q.span, q.Name, q.full) }
	case chat.LateList:
		one = func(u bot.UnitID) report.Answer { return report.Late(s, u, q.span, q.Name, q.full) }
	case chat.ProxyList:
		one = func(u bot.UnitID) report.Answer { return report.Proxy(s, u, q.span, q.Name, q.full) }
	case chat.CorrectionList:
		one = func(u bot.UnitID) report.Answer { return report.Corrections(s, u, q.span) }
	default:
		return report.Answer{}, false
	}
	return each(q.Unit, one), true
}

func person(s *book.State, q asked, u bot.UnitID) report.Answer {
	if q.Name != "" {
		return report.Person(s, q.Name, u, q.span)
	}
	return report.People(s, fmt.Sprintf("姓名首字母是“%s”的", q.Initials), u, q.span, report.Initials(s, q.Initials))
}

// answerWork answers what is about activities, pushes, and the office's letters
// and steps.
func (b *Bot) answerWork(s *book.State, q asked) (report.Answer, bool) {
	activities := report.ActivityQuery{Span: q.span, Units: q.Unit, Tag: q.Tag, Act: q.Act, Role: q.Role}
	pushes := report.PushQuery{Units: q.Unit, Tag: q.Tag, Keyword: q.Keyword, Wording: q.Wording, Last: q.Last}
	var during *report.Span
	if hasTime(q.Question) {
		during = &q.span
	}
	pushes.Span = during
	if q.Intent == chat.AskActivity || q.Intent == chat.ActivityList {
		activities.Place = placeIn(s, activities, q.text)
	}
	switch q.Intent {
	case chat.AskActivity:
		return activities.One(s, q.Metric, q.full), true
	case chat.ActivityList:
		return activities.List(s), true
	case chat.EvidenceGap:
		return report.EvidenceGap(s, activities, q.Kind), true
	case chat.EvidenceList:
		return report.EvidenceList(s, activities, q.Kind), true
	case chat.PushStatus:
		if during == nil && pushes.Last == 0 {
			pushes.Last = 5
		}
		a := pushes.Status(s)
		a.Tail = append(a.Tail, b.troubles()...)
		return a, true
	case chat.PushList:
		if during == nil && pushes.Last == 0 && q.Keyword == "" {
			pushes.Last = 10
		}
		return pushes.List(s), true
	case chat.Schedule:
		a := report.Schedule(s, q.now, during)
		if len(b.Jobs) > 0 {
			a.Tail = append(a.Tail, calendar.Text(b.Calendar, b.Jobs, s.Jobs, q.now))
		}
		return a, true
	case chat.Technique:
		return technique(s, q.Question, 3), true
	case chat.ClueStats:
		return report.Clues(s, q.Unit, q.Tag, q.span, q.Kind), true
	case chat.ReceiptStatus:
		return plain(b.letterAnswer(s, q.Question, q.now)), true
	case chat.Supervise:
		return plain(b.stepAnswer(s, q.Question, q.now)), true
	case chat.DataNotice:
		return plain(b.figuresAnswer(s, q.Question, q.now), false), true
	case chat.AskZeroCase:
		return plain(b.caseAnswer(s, q.Question, q.now), false), true
	}
	return report.Answer{}, false
}

// placeIn returns the place of a filed activity that text names, "" if it names
// none.
func placeIn(s *book.State, among report.ActivityQuery, text string) string {
	for _, place := range among.Places(s) {
		if strings.Contains(text, place) {
			return place
		}
	}
	return ""
}

// plain is an answer that is text already.
func plain(text string, named bool) report.Answer {
	return report.Answer{Head: []string{text}, Named: named}
}

// each puts the answers about several units one below the other. No unit means
// all of them, the unit "".
func each(units []bot.UnitID, answer func(bot.UnitID) report.Answer) report.Answer {
	switch len(units) {
	case 0:
		return answer("")
	case 1:
		return answer(units[0])
	}
	answers := make([]report.Answer, len(units))
	for i, u := range units {
		answers[i] = answer(u)
	}
	return report.Join(answers)
}

func firstUnit(q chat.Question) bot.UnitID {
	if len(q.Unit) == 0 {
		return ""
	}
	return q.Unit[0]
}
