package handlers

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
)

// group handles what somebody wrote to the bot in a group.
func (b *Bot) group(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	if code, ok := bindingCode(in.Text); ok {
		return b.bind(ctx, in, code)
	}
	h, err := b.hear(ctx, in)
	switch {
	case err != nil:
		return bot.Answer{}, err
	case h.unit == "" && h.first:
		return b.say(b.unboundLine())
	case h.unit == "":
		return b.quiet(in, b.unboundLine()), nil // one line a day is enough
	}
	if name, ok := b.nameAfter(in.Text, "我是"); ok {
		return b.name(ctx, in, name)
	}
	if name, ok := b.nameAfter(in.Text, "确认"); ok {
		return b.confirm(ctx, in, h.unit, name)
	}
	b.observe(h.reading.Intent)
	if a, done, err := b.act(ctx, in, h); done {
		return a, err
	}
	if _, ok := b.byPerson[in.From]; ok && b.lexicon.ReadQuery(in.Text, in.At).Intent != chat.Help {
		return b.say("查询请私聊我，群里不回答。")
	}
	return b.quiet(in, "我在。签到请点预警卡片上的按钮，或 @"+b.Name+" 签到。"), nil
}

// Heard is what is known of one message, before anything follows from it.
type heard struct {
	unit    bot.UnitID // of the group, or of the person one to one; "" if unknown
	first   bool       // an unbound chat spoke for the first time this day
	reading chat.Reading
	liaison bool // the person is the liaison of that unit
	// asked is the question that the person has been asked and not answered,
	// "" if there is none.
	asked bot.FilingID
}

// hear reads a message in the light of who wrote it, and notes that a group
// spoke.
func (b *Bot) hear(ctx context.Context, in bot.Inbound) (h heard, err error) {
	noted := true
	err = b.Book.View(ctx, func(s *book.State, now time.Time) error {
		h = b.look(s, in, now)
		_, out := s.Directory.Hear(in.Chat, now)
		noted = len(out) == 0
		return nil
	})
	if err != nil || noted {
		return h, err
	}
	err = b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		first, out := s.Directory.Hear(in.Chat, now)
		h = b.look(s, in, now)
		h.first = first
		return out, nil
	})
	return h, err
}

func (b *Bot) look(s *book.State, in bot.Inbound, now time.Time) heard {
	var h heard
	var who chat.Person
	m, _, known := known(s, in.From)
	if known {
		who = chat.Person{Name: m.Name, Unit: m.Unit}
		h.unit = m.Unit
	}
	if in.Chat.Kind == bot.GroupChat {
		h.unit = ""
		if g := s.Directory.Group(in.Chat, in.From); g != nil {
			h.unit = g.Unit
		}
	}
	h.liaison = known && m.Liaison && m.Unit == h.unit
	if f := s.Filings.Asked(h.unit, m.ID, now); known && f != nil {
		h.asked = f.Filing
	}
	h.reading = b.lexicon.ReadReply(in.Text, chat.Context{
		Now: in.At, Quoted: in.Quote != "", Sender: who, Session: &chat.Prompt{Bare: true},
		Known: func(name string) bool { return s.Directory.Known(h.unit, name) },
	})
	return h
}

// bindingCode reads “绑定 CODE” and what else people make of it.
func bindingCode(text string) (code string, ok bool) {
	if code, ok = after(text, "绑定码"); !ok {
		code, ok = after(text, "绑定")
	}
	return code, ok && code != ""
}

// bind handles “绑定 CODE”.
func (b *Bot) bind(ctx context.Context, in bot.Inbound, code string) (bot.Answer, error) {
	var unit bot.UnitID
	err := b.do(ctx, func(s *book.State, now time.Time) (out []bot.Payload, err error) {
		unit, out, err = s.Directory.Bind(in.Chat, code, bot.Actor{Person: in.From}, now)
		return out, err
	})
	if err != nil {
		return bot.Answer{}, err
	}
	return b.say(fmt.Sprintf("已绑定：%s反诈群。\n"+
		"以后本群会收到反诈预警，阅读后点卡片上的按钮即完成签到，也可以发：@%s 签到。\n"+
		"说明：签到记录姓名、单位、账号、时间和签到时发的那句话，用于本单位反诈教育留证（《反电信网络诈骗法》第八条），按规定期限保存；私聊我发“我的记录”可查看，有误可要求更正。\n"+
		"本助手不会索要验证码、密码，也不会要求转账。", b.short[unit], b.Name))
}

// act does what a reply asks for, in a group or one to one. It reports false if
// the reply asks for nothing.
func (b *Bot) act(ctx context.Context, in bot.Inbound, h heard) (a bot.Answer, done bool, err error) {
	r := h.reading
	_, filed := newFiling(r, in)
	yes, agrees := chat.Agreement(in.Text)
	switch {
	case h.asked != "" && agrees:
		a, err = b.answered(ctx, in, h.asked, yes)
	case r.Counts == chat.Yes && (r.Intent == chat.CheckIn || r.Intent == chat.CheckInLate) && r.By != chat.ByProxy:
		a, err = b.spoken(ctx, in, ownName(r))
	case r.Intent == chat.Leave:
		a, err = b.leave(ctx, in, r)
	case filed:
		a, err = b.file(ctx, in, r)
	case r.Intent == chat.Correction:
		a, err = b.correction(ctx, in, r)
	case r.Intent == chat.Privacy:
		a, err = b.say(privacyText)
	case r.Intent == chat.Evidence && h.liaison:
		a, err = b.say("照片、签到表请自行留存备查，这里只登记文字：活动请写日期、地点、人数，签到请粘贴接龙。")
	case r.Intent == chat.Ack && r.Form == chat.FormReceipt:
		a, err = b.say("收到不算签到。签到请点卡片上的按钮，或 @" + b.Name + " 签到。")
	case r.Intent == chat.Asking, r.Intent == chat.Help:
		a, err = b.say("点预警卡片上的“我已阅读·签到”即可；也可以发：@" + b.Name + " 签到。登记姓名发：@" + b.Name + " 我是 张三。")
	case r.Ask != "":
		a, err = b.say(r.Ask)
	default:
		return bot.Answer{}, false, nil
	}
	return a, true, err
}

// privacyText answers questions about personal data (个人信息保护法 art. 17, 44–47).
const privacyText = "签到只记录姓名、单位、账号、时间和签到时发的那句话，不收手机号、身份证号和位置，用于本单位反诈教育留证，按规定期限保存。" +
	"私聊我发“我的记录”可以查看；要更正或删除，私聊我写明即可，由反诈办公室处理。"

func (b *Bot) unboundLine() string {
	return "本群还没有绑定单位，暂不能签到。请联络员向反诈办公室要绑定码，然后在群里发：@" + b.Name + " 绑定 绑定码"
}

// maxUnanswered is how many messages of one person may stay unanswered in a
// row. The platform lets a person have three open with a bot and then delivers
// no more of his (developer.work.weixin.qq.com/document/path/100719), so that a
// check-in after idle talk would be lost.
const maxUnanswered = 2

// quiet answers idle talk: with silence, and with line when the platform's limit
// is near.
func (b *Bot) quiet(in bot.Inbound, line string) bot.Answer {
	if b.unanswered.add(in.From) <= maxUnanswered {
		return bot.Answer{}
	}
	b.unanswered.clear(in.From)
	return bot.Answer{Text: line}
}

// A tally counts by person. It is for the life of the process only.
type tally struct {
	mu sync.Mutex
	n  map[bot.PersonID]int
}

func (t *tally) add(p bot.PersonID) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = make(map[bot.PersonID]int)
	}
	t.n[p]++
	return t.n[p]
}

func (t *tally) clear(p bot.PersonID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.n, p)
}

// ownName returns the name that a person gave with his check-in, "" if none.
func ownName(r chat.Reading) string {
	if len(r.Names) != 1 || r.Names[0] == chat.Sender {
		return ""
	}
	return r.Names[0]
}

// nameAfter reads a word and a name: “我是 张三”, “确认 张三”. Written as one word
// it is meant so only if what follows reads as a name: 我是张三 is, 我是来签到的
// and 确认收到 are not. With a space or a colon between, anything will do that is
// not a reply by itself.
func (b *Bot) nameAfter(text, word string) (name string, ok bool) {
	rest, ok := after(text, word)
	name = strings.Join(strings.Fields(rest), "")
	if !ok || name == "" {
		return "", false
	}
	r := b.lexicon.ReadReply(name, chat.Context{})
	if len(r.Names) == 1 && r.Names[0] == name && r.Form == chat.FormName {
		return name, true
	}
	first, _ := command(text)
	apart := first == word || strings.HasPrefix(first, word+"：") || strings.HasPrefix(first, word+":")
	return name, apart && r.Intent == chat.Chitchat
}
