package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/report"
)

// query answers what an operator asks. What package chat understands and the
// book cannot answer is said so, not guessed at.
func (b *Bot) query(ctx context.Context, op bot.Operator, text string) (bot.Answer, error) {
	var answer string
	var q chat.Question
	named := false
	err := b.Book.View(ctx, func(s *book.State, now time.Time) error {
		q = b.lexicon.ReadQuery(text, now)
		if !op.Has(bot.RoleQuery) && q.Intent != chat.Help {
			return bot.Refuse("您没有查询权限", "请联系系统管理员在配置里调整 operators")
		}
		answer, named = b.answer(s, q, now)
		return nil
	})
	if err != nil {
		return bot.Answer{}, err
	}
	b.observe(q.Intent)
	if answer == "" {
		return bot.Answer{Text: b.operatorHelp(op)}, nil
	}
	if q.Note != "" {
		answer = "（" + q.Note + "）\n" + answer
	}
	return bot.Answer{Text: answer}, b.logQuery(ctx, op, string(q.Intent), named, text)
}

// answer returns the words for q, "" if it was not understood, and whether they
// hold names of persons.
func (b *Bot) answer(s *book.State, q chat.Question, now time.Time) (text string, named bool) {
	m := monthOf(q, now)
	switch q.Intent {
	case chat.UnitMonth, chat.Compare, chat.RosterCount:
		return b.units(s, q, m), false
	case chat.TagMonth:
		return report.Month(s, m).Tagged(q.Tag), false
	case chat.Overview:
		return report.Month(s, m).Overview(), false
	case chat.MissingPeople:
		return report.MissingPeople(s, m, firstUnit(q), strings.Contains(q.Metric, "names")), firstUnit(q) != ""
	case chat.MissingUnits:
		if q.Status == "no_checkin" {
			return report.Month(s, m).WithoutCheckIn(), false
		}
		return "公开教育活动的登记还没有启用，暂时只能查签到。查没有人签到的单位请发：一个人都没签的单位", false
	case chat.GroupStatus:
		if u := firstUnit(q); u != "" {
			return report.UnitGroups(s, u), false
		}
		return report.GroupStatus(s), false
	case chat.PushStatus, chat.PushList, chat.Schedule:
		if q.Keyword != "" {
			return report.Search(s, q.Keyword, q.Wording), false
		}
		return report.PushStatus(s, 10), false
	case chat.Technique:
		if topic := q.Topic + q.Keyword; topic != "" {
			return report.Search(s, topic, q.Wording), false
		}
		return report.PushStatus(s, 5), false
	case chat.AskPerson:
		if q.Name == "" {
			return "请写全名，例如：张三 11月", false
		}
		return report.Person(s, q.Name, firstUnit(q), m), true
	case chat.ReceiptStatus:
		return b.letterAnswer(s, q, now)
	case chat.Supervise:
		return b.stepAnswer(s, q, now)
	case chat.DataNotice:
		return b.figuresAnswer(s, q, now), false
	case chat.AskZeroCase:
		return b.caseAnswer(s, q, now), false
	case chat.Export:
		return fmt.Sprintf("导出请在服务器上运行：fanzha export --month %s -o %s.zip", m, m), false
	case chat.Refuse:
		return "这类信息不能提供。", false
	case chat.UnknownUnit:
		return fmt.Sprintf("“%s”不是领导小组成员单位。", q.Raw), false
	case chat.Clarify:
		return "可能指不止一个，请写全称。" + b.options(q), false
	case chat.Help, "":
		return "", false
	}
	return "这项查询还没有启用。发“帮助”看可以查什么。", false
}

func (b *Bot) units(s *book.State, q chat.Question, m bot.Month) string {
	t := report.Month(s, m)
	var parts []string
	for _, u := range q.Unit {
		parts = append(parts, t.Unit(u))
	}
	return strings.Join(parts, "\n\n")
}

func (b *Bot) options(q chat.Question) string {
	var names []string
	for _, o := range q.Options {
		if short, ok := b.short[bot.UnitID(o)]; ok {
			names = append(names, short)
		}
	}
	if names == nil {
		return ""
	}
	return "例如：" + strings.Join(names, "、")
}

func firstUnit(q chat.Question) bot.UnitID {
	if len(q.Unit) == 0 {
		return ""
	}
	return q.Unit[0]
}

// monthOf returns the month that q is about: that of its last day if it asks
// for a stretch of time, the present one if it names none.
func monthOf(q chat.Question, now time.Time) bot.Month {
	last := func(s []string) string {
		if len(s) == 0 {
			return ""
		}
		return s[len(s)-1]
	}
	for _, text := range []string{q.Month, last(q.Months), last(q.Range), q.Date, last(q.RangeDays)} {
		if len(text) >= len("2006-01") {
			if m, err := bot.ParseMonth(text[:len("2006-01")]); err == nil {
				return m
			}
		}
	}
	return bot.MonthOf(now)
}
