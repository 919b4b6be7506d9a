package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
)

// private handles what somebody wrote to the bot one to one.
func (b *Bot) private(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	word, rest := command(in.Text)
	if word == "我的记录" {
		return b.record(ctx, in)
	}
	if op, ok := b.byPerson[in.From]; ok {
		return b.operator(ctx, op, in.Text, in.ID)
	}
	if code, ok := bindingCode(in.Text); ok {
		return b.bind(ctx, in, code)
	}
	name, named := b.nameAfter(in.Text, "我是")
	switch {
	case word == "待确认", word == "确认":
		return b.liaison(ctx, in, word, rest)
	case named:
		return b.name(ctx, in, name)
	}
	r := b.lexicon.ReadReply(in.Text, chat.Context{Now: in.At, Quoted: in.Quote != "", Session: &chat.Prompt{Bare: true}})
	if r.Counts == chat.Yes && r.By == chat.BySelf {
		b.observe(r.Intent)
		return b.spoken(ctx, in, ownName(r))
	}
	if q := b.lexicon.ReadQuery(in.Text, in.At); q.Intent != chat.Help {
		b.observe(chat.Refuse)
		return b.say("查询只对反诈办公室的同志开放。您可以发“我的记录”看自己的签到，有需要请联系本单位联络员。")
	}
	b.observe(chat.Help)
	return b.help(ctx, in)
}

// liaison handles what only a unit's liaison may do.
func (b *Bot) liaison(ctx context.Context, in bot.Inbound, word, rest string) (bot.Answer, error) {
	var unit bot.UnitID
	var list string
	err := b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		m, _, _ := known(s, in.From)
		if !m.Liaison {
			return bot.Refuse("这项操作只对单位联络员开放", "联络员以名册为准")
		}
		unit, list = m.Unit, doubtful(s, m.Unit)
		return nil
	})
	if err != nil {
		return bot.Answer{}, err
	}
	if word == "待确认" || rest == "" {
		return b.say(list)
	}
	return b.confirm(ctx, in, unit, rest)
}

// help says what a person can do here.
func (b *Bot) help(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	if op, ok := b.byPerson[in.From]; ok {
		return b.say(b.operatorHelp(op))
	}
	text := fmt.Sprintf("您好，我是%s。\n在本单位反诈群里收到预警后，点卡片上的“我已阅读·签到”，或发“@%s 签到”。\n"+
		"在这里可以发“签到”补签，发“我的记录”看自己的记录，发“我是 姓名”登记姓名。\n", b.Name, b.Name)
	err := b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		if m, _, _ := known(s, in.From); m.Liaison {
			text += "您是联络员，还可以发“待确认”看与名册对不上的姓名，发“确认 姓名”确认。\n"
		}
		return nil
	})
	return bot.Answer{Text: text + "遇到诈骗请立即拨打 110 或 96110。我不会索要验证码、密码，也不会要求转账。"}, err
}

func (b *Bot) operatorHelp(op bot.Operator) string {
	lines := []string{op.Name + "，您可以发："}
	for _, c := range commands {
		if c.allows(op) && c.usage != "" {
			lines = append(lines, "· "+c.usage)
		}
	}
	if op.Has(bot.RoleQuery) {
		lines = append(lines, "· 查询：教科局 11月｜本月｜谁没签到｜教科局谁没签到｜没建群的｜推送状态｜一个人都没签的单位｜银行本月｜刷单推过没｜回执 7F3K-29QD")
	}
	return strings.Join(lines, "\n")
}
