package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/filing"
)

// private handles what somebody wrote to the bot one to one.
func (b *Bot) private(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	op, isOperator := b.byPerson[in.From]
	word, rest := command(in.Text)
	if word == "我的记录" {
		return b.record(ctx, in)
	}
	if isOperator {
		return b.operator(ctx, op, in.Text, in.ID)
	}
	if code, ok := bindingCode(in.Text); ok {
		return b.bind(ctx, in, code)
	}
	if a, ok, err := b.official(ctx, in); ok || err != nil {
		return a, err
	}
	if name, ok := b.nameAfter(in.Text, "我是"); ok {
		return b.name(ctx, in, name)
	}
	switch word {
	case "提示函", "提示函回执":
		return b.liaisonLetter(ctx, in, rest)
	case "数据":
		return b.liaisonFigures(ctx, in, rest)
	}
	if slices.Contains(forwardWords, word) {
		return b.liaisonForwards(ctx, in, word, rest)
	}
	if slices.Contains(liaisonWords, word) {
		return b.liaison(ctx, in, word, rest)
	}
	h, err := b.hear(ctx, in)
	if err != nil {
		return bot.Answer{}, err
	}
	if h.liaison && isCopied(h.reading) {
		return b.liaison(ctx, in, "粘贴", in.Text)
	}
	if h.liaison && !states(h.reading) {
		if a, ok, err := b.unitQuery(ctx, in, h.unit); ok || err != nil {
			return a, err
		}
	}
	if h.unit != "" || h.reading.Counts == chat.Yes {
		if a, done, err := b.act(ctx, in, h); done {
			b.observe(h.reading.Intent)
			return a, err
		}
	}
	if a, ok, err := b.memberSearch(ctx, in); ok || err != nil {
		return a, err
	}
	if q := b.lexicon.ReadQuery(in.Text, in.At); q.Intent != chat.Help {
		b.observe(chat.Refuse)
		return b.say("查询只对反诈办公室的同志开放。您可以发“我的记录”看自己的签到，有需要请联系本单位联络员；发“刷单”之类的词可以看防范提示。")
	}
	b.observe(chat.Help)
	return b.help(ctx, in)
}

// states reports a reply that states something or wants something done, so that it
// is no question about figures.
func states(r chat.Reading) bool {
	_, filed := newFiling(r, bot.Inbound{})
	return filed || r.Counts == chat.Yes || r.Intent == chat.Correction || r.Intent == chat.Leave
}

// isCopied reports a text that somebody copied out of another chat: there it was
// said, not here.
func isCopied(r chat.Reading) bool {
	return r.Intent == chat.CheckInList || r.Intent == chat.OtherList || r.Intent == chat.QuoteOnly
}

// liaisonWords are the commands that only a liaison may give.
var liaisonWords = []string{"待确认", "确认", "粘贴", "粘贴登记", "更正", "待办", "同意", "不计", "全部同意"}

// liaison handles what only a unit's liaison may do.
func (b *Bot) liaison(ctx context.Context, in bot.Inbound, word, rest string) (bot.Answer, error) {
	by := judge{person: in.From, message: in.ID}
	var names string
	look := func(s *book.State, _ time.Time) (met []bot.Payload, err error) {
		m, met, _ := known(s, in.From)
		if !m.Liaison {
			return nil, bot.Refuse("这项操作只对单位联络员开放", "联络员以名册为准")
		}
		by.Member, by.Unit, by.name, names = m.ID, m.Unit, m.Name, doubtful(s, m.Unit)
		return met, nil
	}
	met := false
	err := b.Book.View(ctx, func(s *book.State, now time.Time) error {
		out, err := look(s, now)
		met = len(out) == 0
		return err
	})
	if err == nil && !met {
		// He acts under his pseudonym, so he has it from here on.
		err = b.do(ctx, look)
	}
	if err != nil {
		return bot.Answer{}, err
	}
	var text string
	switch {
	case word == "待确认", word == "确认" && rest == "":
		return b.say(names)
	case word == "确认":
		return b.confirm(ctx, in, by.Unit, rest)
	case slices.Contains(queueWords, word):
		text, err = b.settle(ctx, by, word, rest)
	case word == "更正":
		no, reason := command(rest)
		id, ok := filing.ID(no)
		if !ok {
			return bot.Answer{}, bot.Refuse("没有看懂要更正哪一条", "更正上报请写编号，例如：更正 12 人数报错了；更正一条签到请联系反诈办公室")
		}
		text, err = b.voidFiling(ctx, by, id, reason)
	case rest == "":
		return b.say("请在“粘贴”后换行，再粘贴群里的聊天记录或接龙原文。")
	default:
		text, err = b.paste(ctx, by, by.Unit, rest, in.ID, in.At)
	}
	return bot.Answer{Text: text}, err
}

// help says what a person can do here.
func (b *Bot) help(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	if op, ok := b.byPerson[in.From]; ok {
		if in.Entered { // the welcome is short; all commands are not
			return b.say(op.Name + "，您好。要查什么直接写，例如：教科局 11月、谁没签到、待办；发“帮助”看全部。")
		}
		return b.say(b.operatorHelp(op))
	}
	text := fmt.Sprintf("您好，我是%s。\n在本单位反诈群里收到预警后，点卡片上的“我已阅读·签到”，或发“@%s 签到”。\n"+
		"在这里可以发“签到”补签，发“我的记录”看自己的记录，发“我是 姓名”登记姓名。\n", b.Name, b.Name)
	err := b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		if said, ok := b.officialHelp(s, in); ok {
			text = said
			return nil
		}
		if m, _, _ := known(s, in.From); m.Liaison {
			text += "您是联络员，还可以：\n" + owedHelp(m.Unit) +
				"· 发“待办”看等您确认的代签、报数和上报，“同意 12”计入，“不计 12”不计；\n" +
				"· 发“粘贴”，换行后粘贴微信群的接龙或聊天记录，整群登记；\n" +
				forwardHelp(s, m.Unit) +
				"· 直接写：应到40，实到37，请假3；或：11月20日在会议室开展反诈培训，35人参加；\n" +
				"· 发“提示函”看公安提示函，发“提示函回执 编号 已收”回执；\n" +
				"· 发“本单位本月”“本单位谁没签”看本单位的情况；\n" +
				"· 发“更正 12 理由”作废报错的一条；发“待确认”“确认 姓名”核对姓名。\n"
		}
		return nil
	})
	return bot.Answer{Text: text + safetyLine}, err
}

// safetyLine ends every help.
const safetyLine = "遇到诈骗请立即拨打 110 或 96110。我不会索要验证码、密码，也不会要求转账。"

func (b *Bot) operatorHelp(op bot.Operator) string {
	lines := []string{op.Name + "，您可以发："}
	for _, c := range commands {
		if c.allows(op) && c.usage != "" {
			lines = append(lines, "· "+c.usage)
		}
	}
	if op.Has(bot.RoleQuery) {
		lines = append(lines, "· 查询：教科局 11月｜本月｜谁没签到｜教科局谁没签到｜没建群的｜推送状态｜一个人都没签的单位｜银行本月｜刷单推过没｜提示函谁没回｜哪些单位在督办｜判决数据报了没｜哪些单位有发案｜回执 7F3K-29QD")
	}
	return strings.Join(lines, "\n")
}
