package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/directory"
	"fanzha/bot/push"
)

// This file is about people who write to the official account (公众号): members of
// units whose groups are ordinary WeChat groups, where no bot can be. They say
// once who they are; from then on they can do one to one what others do.

// errStranger: somebody who has not said who he is wants what only a member can
// have.
var errStranger = errors.New("not a member of any unit")

// official handles what is different there. It is false for everything that is
// as elsewhere.
func (b *Bot) official(ctx context.Context, in bot.Inbound) (a bot.Answer, ok bool, err error) {
	if in.Chat.Channel != bot.ViaAccount {
		return bot.Answer{}, false, nil
	}
	var member bool
	if err := b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		_, _, member = known(s, in.From)
		return nil
	}); err != nil {
		return bot.Answer{}, true, err
	}
	if text, ok := after(in.Text, "我是"); ok && text != "" && (!member || b.namesUnit(text)) {
		a, err := b.introduce(ctx, in, text)
		return a, true, err
	}
	switch {
	case strings.TrimSpace(in.Text) == "查询":
		a, err = b.say("发诈骗手法的名称可以看防范提示，例如：刷单、冒充客服、冒充公检法。看自己的签到请发“我的记录”。")
		return a, true, err
	case !member && b.needsMember(in):
		a, err = b.say(b.firstContact() + safetyLine)
		return a, true, err
	}
	return bot.Answer{}, false, nil
}

// checksIn reports a text that is nothing but the word for checking in.
func checksIn(text string) bool {
	word := strings.TrimSpace(text)
	return word == "签到" || word == "补签"
}

// needsMember reports what only a member can ask for: whoever says it as a
// stranger is told how to become one.
func (b *Bot) needsMember(in bot.Inbound) bool {
	r := b.lexicon.ReadReply(in.Text, chat.Context{Now: in.At, Session: &chat.Prompt{Bare: true}})
	switch r.Intent {
	case chat.Privacy, chat.Chitchat:
		return false
	}
	return states(r) || r.Counts != chat.No
}

// parts cuts an introduction where people put something between unit and name.
func parts(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return strings.ContainsRune(" \t\n\u3000:：,，、/。的", r)
	})
}

// namesUnit reports whether an introduction tells a unit beside the name.
func (b *Bot) namesUnit(text string) bool {
	_, _, err := b.unitAndName(text)
	return err == nil || len(parts(text)) > 1
}

// unitAndName reads 教科局 张三, 张三：教科局 and 教科局张三. The error is a
// refusal.
func (b *Bot) unitAndName(text string) (unit bot.UnitID, name string, err error) {
	words := parts(text)
	if len(words) == 1 {
		return b.unitThenName(words[0])
	}
	for i, word := range words {
		if unit, ok := b.unitNamed(word); ok {
			return unit, strings.Join(append(append([]string{}, words[:i]...), words[i+1:]...), ""), nil
		}
	}
	return "", "", b.noUnit(words)
}

// unitThenName cuts a text without a gap after the longest name of a unit that
// it begins with.
func (b *Bot) unitThenName(text string) (unit bot.UnitID, name string, err error) {
	for i := len(text); i > 0; i-- {
		if i < len(text) && !utf8.RuneStart(text[i]) {
			continue
		}
		if unit, ok := b.unitNamed(text[:i]); ok && i < len(text) {
			return unit, text[i:], nil
		}
	}
	return "", "", bot.Refuse("还不知道您是哪个单位的", "请写单位和姓名，例如：我是 教科局 张三")
}

// unitNamed returns the unit that has exactly this name: a person's word binds
// him for good, so that nothing is guessed here.
func (b *Bot) unitNamed(word string) (bot.UnitID, bool) {
	for _, u := range b.Units {
		if word == u.Name || word == u.Short || word == "县"+u.Short {
			return u.ID, true
		}
		for _, alias := range u.Aliases {
			if strings.EqualFold(word, alias) {
				return u.ID, true
			}
		}
	}
	return "", false
}

// mostNear is how many units a refusal offers.
const mostNear = 5

// noUnit refuses words among which is no unit's name, and offers those that come
// near.
func (b *Bot) noUnit(words []string) error {
	var near []string
	for _, u := range b.Units {
		for _, word := range words {
			if nearName(u, word) {
				near = append(near, u.Short)
				break
			}
		}
	}
	said := push.Fit(strings.Join(words, " "), 20)
	if near == nil || len(near) > mostNear {
		return bot.Refuse(fmt.Sprintf("“%s”里没有认出单位", said), "请写单位的全称或简称和您的姓名，例如：我是 教科局 张三")
	}
	return bot.Refuse(fmt.Sprintf("“%s”里没有认出单位，您要找的可能是：%s", said, strings.Join(near, "、")), "请照这里的写法再发一次，例如：我是 "+near[0]+" 张三")
}

// nearName reports whether word shares two characters in a row with what tells u
// apart, or is one of two characters short of a customary name.
func nearName(u bot.Unit, word string) bool {
	runes := []rune(word)
	for i := 0; i+1 < len(runes); i++ {
		pair := string(runes[i : i+2])
		if strings.Contains(u.Short, pair) || strings.Contains(strings.TrimPrefix(u.Name, "乡宁县"), pair) {
			return true
		}
		for _, alias := range u.Aliases {
			if strings.Contains(alias, pair) {
				return true
			}
		}
	}
	return false
}

// introduce handles “我是 UNIT NAME”. Whoever belongs to a unit already stays in
// it, and who has a name there by its roster keeps it.
func (b *Bot) introduce(ctx context.Context, in bot.Inbound, text string) (bot.Answer, error) {
	b.observe(chat.Privacy)
	unit, name, err := b.unitAndName(text)
	if err != nil {
		return bot.Answer{}, err
	}
	if _, ok := b.nameAfter("我是 "+name, "我是"); !ok {
		return bot.Answer{}, bot.Refuse("没有看懂姓名", "请只写单位和真实姓名，例如：我是 教科局 张三")
	}
	first := false
	err = b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		m, _, ok := known(s, in.From)
		if first = !ok; ok && m.Unit != unit {
			return nil, bot.Refuse("您已登记在"+b.short[m.Unit], "换了单位请联系本单位联络员，由反诈办公室更正名册")
		}
		return s.Directory.Name(in.From, unit, name)
	})
	if err != nil {
		return bot.Answer{}, err
	}
	return b.welcome(ctx, in, first)
}

// welcome confirms an introduction, and tells the liaison if the name is not the
// roster's.
func (b *Bot) welcome(ctx context.Context, in bot.Inbound, first bool) (bot.Answer, error) {
	var text string
	err := b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		m := s.Directory.Member(in.From)
		text = registered(b, m, first)
		if m.Sure || len(s.Directory.Roster(m.Unit)) == 0 {
			return nil, nil
		}
		text += "\n名册里没有对上，等本单位联络员确认；签到照常有效。"
		return s.Outbox.Notify(s.Directory.LiaisonPersons(m.Unit), m.Unit, liaisonNote, now), nil
	})
	return bot.Answer{Text: text}, err
}

func registered(b *Bot, m *directory.Member, first bool) string {
	text := fmt.Sprintf("已登记：%s（%s）。", m.Name, b.short[m.Unit])
	if first {
		text += "以后在这里发“签到”就能签到，发“我的记录”看自己的记录。\n" + officialNotice
	}
	return text
}

// officialNotice is what a person must be told before anything of him is recorded
// (个人信息保护法 art. 17). How long is design's default for named attendance and
// for what was said.
const officialNotice = "记录什么：姓名、单位、您在本公众号的编号、签到时间和签到时发的那句话；不收手机号、身份证号和位置。\n" +
	"为了什么：本单位反诈宣传教育留证（《反电信网络诈骗法》第八条），不作他用，不在群里公布个人名单。\n" +
	"保存多久：按县反诈办公室规定的期限；姓名和编号可以删除，删去后只留人数。\n" +
	"您的权利：发“我的记录”可随时查看；要更正、复制、删除或不再参加，在这里写明即可，由反诈办公室处理。"

// firstContact is what a stranger is told.
func (b *Bot) firstContact() string {
	return fmt.Sprintf("您好，我是%s，由县反诈办公室使用。\n"+
		"请先登记一次，发：我是 单位 姓名，例如：我是 教科局 张三\n登记前请了解：\n%s\n"+
		"不登记也可以发“刷单”之类的词看防范提示。\n", b.Name, officialNotice)
}

// officialHelp says what a person can do here. It is false on other channels, and
// for operators and liaisons, whose help is the same everywhere.
func (b *Bot) officialHelp(s *book.State, in bot.Inbound) (string, bool) {
	m, _, member := known(s, in.From)
	switch {
	case in.Chat.Channel != bot.ViaAccount, m.Liaison:
		return "", false
	case !member:
		return b.firstContact(), true
	}
	return fmt.Sprintf("您好，我是%s。您是%s的%s。\n"+
		"发“签到”给本单位最新的一场签到，过了截止时间发“补签”，不能参加发“请假 原因”；发“我的记录”看自己的记录。\n"+
		"发“刷单”之类的词看防范提示。\n",
		b.Name, b.short[m.Unit], m.Name), true
}
