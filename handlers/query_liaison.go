package handlers

import (
	"context"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
)

// ownWords are how a liaison calls his own unit.
var ownWords = strings.NewReplacer("我们单位", " ", "我单位", " ", "本单位", " ", "咱们单位", " ", "我们局", " ", "我们", " ")

// unitQuery answers a liaison's question about his own unit, one to one: he
// answers for these people, so names are whole. It is false for what is no
// question, or is about anybody else.
func (b *Bot) unitQuery(ctx context.Context, in bot.Inbound, unit bot.UnitID) (a bot.Answer, ok bool, err error) {
	var said string
	var file *bot.File
	var q asked
	var m bot.MemberID
	err = b.Book.View(ctx, func(s *book.State, now time.Time) error {
		q = b.read(ownWords.Replace(in.Text), now)
		if ok = ofOneUnit(&q.Question, unit); !ok {
			return nil
		}
		q.full = true
		who, _, _ := known(s, in.From)
		m = who.ID
		answer, understood := b.answer(s, q)
		if ok = understood; !ok {
			return nil
		}
		var cut bool
		said, cut = answer.Text()
		if answer.Table != nil && (cut || q.file) {
			file = answer.Table.File()
			said += "\n完整的见附件：" + file.Name
		}
		return nil
	})
	if err != nil || !ok {
		return bot.Answer{}, false, err
	}
	b.observe(q.Intent)
	if q.Note != "" {
		said = "（" + q.Note + "）\n" + said
	}
	return bot.Answer{Text: said, File: file}, true, b.do(ctx, func(*book.State, time.Time) ([]bot.Payload, error) {
		return []bot.Payload{&bot.QueryAnswered{Member: m, Unit: unit, Intent: string(q.Intent), Named: true, Private: bot.QueryText{Text: in.Text}}}, nil
	})
}

// ofOneUnit narrows a question to the unit of who asks, and reports whether it
// is one that he may ask.
func ofOneUnit(q *chat.Question, unit bot.UnitID) bool {
	if len(q.Unit) > 1 || len(q.Unit) == 1 && q.Unit[0] != unit || q.Tag != "" {
		return false
	}
	q.Unit = chat.UnitIDs{unit}
	switch q.Intent {
	case chat.Overview:
		q.Intent = chat.UnitMonth
	case chat.UnitMonth, chat.MissingPeople, chat.AskPerson, chat.LeaveList, chat.LateList, chat.ProxyList, chat.CorrectionList,
		chat.AskActivity, chat.ActivityList, chat.EvidenceGap, chat.EvidenceList, chat.RosterCount, chat.Explain, chat.GroupStatus:
	default:
		return false
	}
	return true
}
