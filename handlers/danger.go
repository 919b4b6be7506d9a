package handlers

import (
	"context"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
)

// dangerText answers a person who is being scammed. It comes before everything
// else, and from no state that could fail.
const dangerText = "请立即停止转账和操作，不要再与对方联系！\n" +
	"1. 马上拨打 110 报警，或拨打反诈专线 96110；\n" +
	"2. 已经转账的，同时联系付款银行紧急止付；\n" +
	"3. 保留聊天和转账记录。\n" +
	"本助手不保存您刚才说的内容。"

// danger answers at once and notes nothing but time and unit. That the note
// fails is no reason not to answer.
func (b *Bot) danger(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	b.observe(chat.CaseHelp)
	err := b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		d := new(bot.DangerRaised)
		if g := s.Directory.Group(in.Chat, in.From); g != nil {
			d.Unit = g.Unit
		} else if m, _, ok := known(s, in.From); ok {
			d.Unit = m.Unit
		}
		return []bot.Payload{d}, nil
	})
	if err != nil {
		b.Log.ErrorContext(ctx, "noting a call for help", "err", err)
	}
	return b.say(dangerText)
}
