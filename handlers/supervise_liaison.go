package handlers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/report"
	"fanzha/bot/supervise"
)

// liaisonLetter handles what a unit's liaison writes to the bot of the police's
// letters: “提示函” shows the open ones, “提示函回执 L0003 已落实 说明” answers one.
// Where only one is open its id may be left out.
func (b *Bot) liaisonLetter(ctx context.Context, in bot.Inbound, rest string) (bot.Answer, error) {
	var text string
	err := b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		m, met, err := liaisonOf(s, in.From)
		if err != nil {
			return nil, err
		}
		if rest == "" {
			text = b.openLetters(s, m.Unit, now)
			return nil, nil
		}
		l, state, said, err := liaisonReceipt(s, m.Unit, rest)
		if err != nil {
			return nil, err
		}
		out, err := s.Supervision.AnswerLetter(l.ID, m.Unit, state, said, supervise.Source{Member: m.ID, Unit: m.Unit, Person: in.From})
		text = fmt.Sprintf("已登记：%s %s %s。", b.short[m.Unit], l.Number, supervise.LetterWord(state))
		if state == bot.LetterReceived {
			text += fmt.Sprintf("落实后请发：提示函回执 %s 已落实 说明", l.ID)
		}
		if len(out) == 0 {
			return nil, err
		}
		return append(met, out...), err
	})
	return bot.Answer{Text: text}, err
}

// liaisonOf returns the liaison who writes, and what makes him known.
func liaisonOf(s *book.State, p bot.PersonID) (directory.Member, []bot.Payload, error) {
	m, met, _ := known(s, p)
	if !m.Liaison {
		return m, nil, bot.Refuse("这项操作只对单位联络员开放", "联络员以名册为准")
	}
	return m, met, nil
}

func (b *Bot) openLetters(s *book.State, u bot.UnitID, now time.Time) string {
	open := report.OpenLetters(s, u, today(now))
	if open == "" {
		return b.short[u] + "没有待落实的公安提示函。"
	}
	return fmt.Sprintf("**%s待落实的公安提示函**\n%s\n收到文件请发：提示函回执 编号 已收；落实后发：提示函回执 编号 已落实 说明（不写人名）", b.short[u], open)
}

// liaisonReceipt reads “L0003 已落实 说明”, or “已落实 说明” if one letter is open.
func liaisonReceipt(s *book.State, u bot.UnitID, text string) (l *supervise.Letter, state bot.LetterState, said string, err error) {
	word, rest := command(text)
	var found []*supervise.Letter
	state, ok := supervise.ParseLetterState(word)
	if ok {
		said = rest
		for _, l := range s.Supervision.LettersTo(u) {
			if a, _ := l.Answer(u); a.State != bot.LetterDone {
				found = append(found, l)
			}
		}
		if len(found) != 1 {
			return nil, "", "", bot.Refuse(fmt.Sprintf("待落实的提示函有 %d 份，不知道回哪一份", len(found)), "发“提示函”看编号，再发：提示函回执 编号 "+word)
		}
		return found[0], state, said, nil
	}
	for _, l := range s.Supervision.FindLetters(word) {
		if slices.Contains(l.Units, u) {
			found = append(found, l)
		}
	}
	if len(found) == 0 {
		return nil, "", "", bot.Refuse(fmt.Sprintf("没有发给本单位的提示函“%s”", word), "发“提示函”可以看列表")
	}
	if l, err = oneLetter(found, word); err != nil {
		return nil, "", "", err
	}
	word, said = command(rest)
	state, _ = supervise.ParseLetterState(word)
	return l, state, said, nil
}

// liaisonFigures handles “数据 2026-11 判决 案件 3 件”: a unit's own figures.
func (b *Bot) liaisonFigures(ctx context.Context, in bot.Inbound, rest string) (bot.Answer, error) {
	var unit bot.UnitID
	err := b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		m, _, err := liaisonOf(s, in.From)
		unit = m.Unit
		return err
	})
	if err != nil {
		return bot.Answer{}, err
	}
	text, err := b.fileFigures(ctx, unit, rest, func(s *book.State) (supervise.Source, []bot.Payload) {
		m, met, err := liaisonOf(s, in.From)
		if err != nil {
			return supervise.Source{}, nil
		}
		return supervise.Source{Member: m.ID, Unit: m.Unit, Person: in.From}, met
	})
	return bot.Answer{Text: text}, err
}

// owedHelp tells the liaison of a unit that files figures each month how to.
func owedHelp(u bot.UnitID) string {
	for _, o := range owed() {
		if o.Unit == u {
			return fmt.Sprintf("· 报每月%s数据，发：数据 2026-11 %s 案件 3 件 人员 5 人；\n", o.Topic, o.Topic)
		}
	}
	return ""
}
