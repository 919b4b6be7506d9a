package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/report"
)

// known returns who a person is, and the payloads that make him met: a member, or
// one whom a roster has by his platform id. It is false for everybody else.
func known(s *book.State, p bot.PersonID) (m directory.Member, met []bot.Payload, ok bool) {
	m, met = s.Directory.Meet(p, "")
	return m, met, m.Unit != ""
}

// name handles “我是 NAME”.
func (b *Bot) name(ctx context.Context, in bot.Inbound, name string) (bot.Answer, error) {
	err := b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		var unit bot.UnitID
		if g := s.Directory.Group(in.Chat, in.From); g != nil {
			unit = g.Unit
		} else if _, _, ok := known(s, in.From); !ok {
			return nil, bot.Refuse("还不知道您是哪个单位的", "请先在本单位的反诈群里发：@"+b.Name+" 我是 姓名")
		}
		return s.Directory.Name(in.From, unit, name)
	})
	if err != nil {
		return bot.Answer{}, err
	}
	var text string
	err = b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		m := s.Directory.Member(in.From)
		text = fmt.Sprintf("已登记：%s（%s）。", m.Name, b.short[m.Unit])
		if m.Sure || len(s.Directory.Roster(m.Unit)) == 0 {
			return nil, nil
		}
		text += "名册里没有对上，等本单位联络员确认；签到照常有效。"
		return s.Outbox.Notify(s.Directory.LiaisonPersons(m.Unit), m.Unit, liaisonNote, now), nil
	})
	return bot.Answer{Text: text}, err
}

// liaisonNote asks a liaison to look. It names nobody, and comes once a day.
const liaisonNote = "本单位有人登记的姓名与名册对不上。请回复“待确认”查看，确认无误的回复：确认 姓名"

// confirm handles the liaison's “确认 NAME”.
func (b *Bot) confirm(ctx context.Context, in bot.Inbound, unit bot.UnitID, name string) (bot.Answer, error) {
	err := b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		var by *directory.Member
		m, met, ok := known(s, in.From)
		if ok {
			by = &m
		}
		out, err := s.Directory.Confirm(unit, name, by, "")
		return append(met, out...), err
	})
	if err != nil {
		return bot.Answer{}, err
	}
	return b.say("已确认：" + name + "。")
}

// record handles “我的记录”: what the bot knows of the person who asks.
func (b *Bot) record(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	var text string
	err := b.Book.View(ctx, func(s *book.State, now time.Time) error {
		m := s.Directory.Member(in.From)
		if m == nil {
			text = "还没有您的签到记录。"
			if listed, _, ok := known(s, in.From); ok {
				text = fmt.Sprintf("名册里您是%s（%s），还没有签到记录。", listed.Name, b.short[listed.Unit])
			}
			return nil
		}
		name := m.Name
		if name == "" {
			name = "姓名未登记"
		}
		month := bot.MonthOf(now)
		text = fmt.Sprintf("%s（%s），编号 %s\n%s\n上月：%s\n有误请联系本单位联络员更正。", name, b.short[m.Unit], m.ID,
			report.Record(s, m, month), report.Record(s, m, month.Add(-1)))
		return nil
	})
	return bot.Answer{Text: text}, err
}

// doubtful lists the names of a unit that wait for its liaison.
func doubtful(s *book.State, unit bot.UnitID) string {
	var names []string
	for _, m := range s.Directory.Doubtful(unit) {
		names = append(names, m.Name)
	}
	if len(names) == 0 {
		return s.Directory.Unit(unit).Short + "没有待确认的姓名。"
	}
	return fmt.Sprintf("%s待确认的姓名（%d）：%s\n确认请发：确认 姓名", s.Directory.Unit(unit).Short, len(names), strings.Join(names, "、"))
}
