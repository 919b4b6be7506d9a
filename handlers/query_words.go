package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/report"
)

// refusal says why something is not answered, and what to do instead.
func refusal(why string) string {
	switch why {
	case "victim identity never in the bot":
		return "受害人的情况助手从不登记，查不到；案件请按程序向公安机关了解。"
	case "not collected":
		return "身份证号、电话、住址这类信息助手不收集，查不到。"
	case "falsifying evidence":
		return "记录不能这样改。签到确有差错的，请发：更正 回执编号 理由，原记录会保留。"
	case "naming absentees in a group":
		return "未签到的人不在群里点名。您可以在这里查，请联络员个别提醒。"
	}
	return "这类信息不能提供。"
}

// clarify answers what may mean several things: with the one person of that name,
// or with a short list to choose from.
func (b *Bot) clarify(s *book.State, q asked) report.Answer {
	switch {
	case q.Name != "":
		return report.Person(s, q.Name, firstUnit(q.Question), q.span)
	case q.Surname != "":
		family := func(name string) bool { return strings.HasPrefix(name, q.Surname) }
		return report.People(s, "姓"+q.Surname+"的", firstUnit(q.Question), q.span, family)
	}
	var lines []string
	for _, o := range q.Options {
		if topic, ok := strings.CutPrefix(o, "topic:"); ok {
			lines = append(lines, fmt.Sprintf("%d. %s的手法和防范，请发：%s", len(lines)+1, topic, topic))
		} else if tag, ok := strings.CutPrefix(o, "tag:"); ok {
			lines = append(lines, fmt.Sprintf("%d. %s口各单位的情况，请发：%s单位本月", len(lines)+1, tag, tag))
		} else if act, ok := strings.CutPrefix(o, "act:"); ok {
			lines = append(lines, fmt.Sprintf("%d. %s的清单，请发：本月%s", len(lines)+1, act, act))
		} else if short, ok := b.short[bot.UnitID(o)]; ok {
			lines = append(lines, fmt.Sprintf("%d. %s的情况，请发：%s本月", len(lines)+1, short, short))
		}
	}
	if lines == nil {
		return report.Say("可能指不止一个，请写全称。")
	}
	return report.Answer{Head: []string{fmt.Sprintf("您说的“%s”是指：", strings.TrimSpace(q.text))}, List: lines}
}

// technique answers how a scam works, with most alerts in full.
func technique(s *book.State, q chat.Question, most int) report.Answer {
	if q.Topic+q.Keyword == "" {
		most = 2
	}
	if a, ok := report.Technique(s, q.Topic+q.Keyword, q.Wording, q.Want == "countermeasure", most); ok {
		return a
	}
	what := q.Wording
	if what == "" {
		what = q.Topic + q.Keyword
	}
	if what != "" {
		what = "提到“" + what + "”的"
	}
	return report.Say("还没有审批过"+what+"预警。", "拿不准的请打 96110 咨询；遇到诈骗立即拨打 110。")
}

// What of the text of somebody who is no operator is looked for among the alerts.
const minSearch, maxSearch = 2, 12

// memberSearch answers a member who asks one to one about a kind of scam (刷单),
// with what is in the alerts that were approved. It is false for everything else.
func (b *Bot) memberSearch(ctx context.Context, in bot.Inbound) (a bot.Answer, ok bool, err error) {
	q := b.lexicon.ReadQuery(in.Text, in.At)
	words := strings.TrimSpace(in.Text)
	if q.Intent == chat.Clarify {
		for _, o := range q.Options {
			if topic, isTopic := strings.CutPrefix(o, "topic:"); isTopic {
				q.Intent, q.Topic, q.Wording = chat.Technique, topic, words
			}
		}
	}
	n := utf8.RuneCountInString(words)
	unread := q.Intent == chat.Help && q.Rule == "没有读懂" && n >= minSearch && n <= maxSearch
	if q.Intent != chat.Technique && (q.Intent != chat.PushList || q.Keyword == "") && !unread {
		return bot.Answer{}, false, nil
	}
	var said report.Answer
	found := true
	err = b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		if unread {
			said, found = report.Technique(s, words, "", false, 2)
		} else {
			said = technique(s, q, 2)
		}
		return nil
	})
	if err != nil || !found {
		return bot.Answer{}, false, err
	}
	b.observe(chat.Technique)
	text, _ := said.Text()
	return bot.Answer{Text: text}, true, nil
}
