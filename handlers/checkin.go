package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/directory"
	"fanzha/bot/push"
)

// click handles a press of a card's button.
func (b *Bot) click(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	if in.Click.Button != bot.CheckInButton {
		return bot.Answer{}, nil
	}
	b.observe(chat.CheckIn)
	var content bot.Content
	r, err := b.checkIn(ctx, in, bot.ViaCard, "", func(s *book.State, g *directory.Group, _ directory.Member, _ time.Time) (*attendance.Session, error) {
		sess := s.Attendance.Session(s.Outbox.SessionOf(in.Click.Card))
		if sess == nil || g == nil || g.ID != sess.Group {
			return nil, bot.Refuse("这张卡片在这里不能签到", "请在本单位的反诈群里 @"+b.Name+" 签到")
		}
		if p := s.Outbox.Push(sess.Push); p != nil {
			content = p.Content
			content.Topic = sess.Title // of a digest, more than the first alert's
		}
		return sess, nil
	})
	if err != nil {
		return bot.Answer{}, err
	}
	card := push.CheckedInCard(in.Click.Card, content, r.note(), r.receipt, b.Limits)
	return bot.Answer{Card: &card}, nil
}

// spoken handles a check-in by word. name is what the person called himself in
// the same text, "" if he did not.
func (b *Bot) spoken(ctx context.Context, in bot.Inbound, name string) (bot.Answer, error) {
	var p presence
	b.speak(ctx, in, name, &p)
	return b.told(p.wait())
}

// Begin implements [bot.Beginner], for the word of the account's menu. It is by far
// the most frequent, and needs no reading, nor a look at the book that waits for
// what others are writing.
func (b *Bot) Begin(ctx context.Context, in bot.Inbound) bot.Begun {
	if in.Chat.Channel != bot.ViaAccount || in.Chat.Kind == bot.GroupChat || in.Click != nil || in.Entered || !checksIn(in.Text) {
		return nil
	}
	if _, isOperator := b.byPerson[in.From]; isOperator {
		return nil
	}
	b.observe(chat.CheckIn)
	w := &word{b: b, from: in.From}
	b.speak(ctx, in, "", &w.presence)
	return w
}

// A word is a check-in by word of mouth that was begun.
type word struct {
	presence
	b    *Bot
	from bot.PersonID
}

// Answer implements [bot.Begun].
func (w *word) Answer() (bot.Answer, error) {
	a, err := w.b.told(w.wait())
	return w.b.concluded(bot.Inbound{From: w.from}, a, err)
}

// speak begins what spoken handles.
func (b *Bot) speak(ctx context.Context, in bot.Inbound, name string, p *presence) {
	b.begin(ctx, in, bot.ViaText, name, p, func(s *book.State, g *directory.Group, m directory.Member, now time.Time) (*attendance.Session, error) {
		switch {
		case g != nil:
			return s.Attendance.Choose([]bot.GroupID{g.ID}, m.ID, now)
		case m.Unit == "" && in.Chat.Channel == bot.ViaAccount:
			return nil, errStranger
		case m.Unit == "":
			return nil, bot.Refuse("还不知道您是哪个单位的", "请先在本单位的反诈群里 @"+b.Name+" 签到一次")
		}
		var room [4]bot.GroupID
		groups := room[:0]
		for _, g := range s.Directory.GroupsOf(m.Unit) {
			groups = append(groups, g.ID)
		}
		return s.Attendance.Choose(groups, m.ID, now)
	})
}

// told answers a check-in by word of mouth.
func (b *Bot) told(r result, err error) (bot.Answer, error) {
	switch {
	case errors.Is(err, errStranger):
		return b.say(b.firstContact() + safetyLine)
	case err != nil:
		return bot.Answer{}, err
	}
	return b.say(r.line(b.Name))
}

// A result is what a person is told of his check-in: the new one, or the first
// one if he repeats it.
type result struct {
	member  directory.Member
	unit    string // short name
	at      time.Time
	late    bool
	receipt bot.Receipt
}

// chooseSession finds the session that a member's check-in is for. g is the group
// in which he speaks, nil if it is none.
type chooseSession func(s *book.State, g *directory.Group, m directory.Member, now time.Time) (*attendance.Session, error)

func (b *Bot) checkIn(ctx context.Context, in bot.Inbound, via bot.Via, name string, choose chooseSession) (result, error) {
	var p presence
	b.begin(ctx, in, via, name, &p, choose)
	return p.wait()
}

// A presence is a check-in that is decided but not yet durable.
type presence struct {
	book.Step
	r result
}

// begin decides on a check-in.
func (b *Bot) begin(ctx context.Context, in bot.Inbound, via bot.Via, name string, p *presence, choose chooseSession) {
	p.Step = b.Book.Begin(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		var unit bot.UnitID
		g := s.Directory.Group(in.Chat, in.From)
		if g != nil {
			unit = g.Unit
		}
		m, out := s.Directory.Meet(in.From, unit)
		sess, err := choose(s, g, m, now)
		if err != nil {
			return nil, err
		}
		if id, ok := s.Attendance.Heard(in.ID); ok {
			sess = s.Attendance.Session(id) // a newer one may be open by now
			if c, ok := sess.CheckIn(m.ID); !ok || !c.Via.Own() {
				return nil, bot.Refuse("这次签到已经撤回", "要签到请再发一次“签到”")
			}
		}
		if name != "" && m.Name == "" {
			// What is no name is left aside: the check-in stands without it.
			if clean, err := directory.CleanName(name); err == nil {
				out = append(out, &bot.MemberNamed{Member: m.ID, Unit: m.Unit, Private: bot.Actor{Person: in.From, Name: clean}})
				m.Name = clean
			}
		}
		p.r = result{member: m, unit: b.short[m.Unit], at: now}
		if first, ok := sess.CheckIn(m.ID); ok && first.Via.Own() {
			p.r.at, p.r.late, p.r.receipt = first.At, first.Late, first.Receipt()
			return out, nil
		}
		_, hear := s.Directory.Hear(in.Chat, now)
		record, err := sess.Record(m.ID, via, bot.CheckInEvidence{Person: in.From, Name: m.Name, Message: in.ID, Text: in.Text}, now)
		p.r.late = now.After(sess.DueAt)
		if len(out) == 0 && len(hear) == 0 { // as a rule
			return record, err
		}
		return append(append(out, hear...), record...), err
	})
}

// wait returns what the person is told, once it is true for good.
func (p *presence) wait() (result, error) {
	entries, err := p.Wait()
	if err != nil {
		return result{}, err
	}
	if p.r.receipt == "" {
		last := entries[len(entries)-1]
		p.r.receipt, p.r.at = last.Receipt(), last.At
	}
	return p.r, nil
}

func (r result) verb() string {
	if r.late {
		return "已补签"
	}
	return "已签到"
}

// line is the receipt in words.
func (r result) line(botName string) string {
	at := r.at.In(bot.Zone).Format("01-02 15:04")
	said := "（" + r.unit + "）" + at + " 回执 " + string(r.receipt)
	if r.member.Name == "" {
		return r.verb() + said + "\n您的姓名还没有登记，请回复：@" + botName + " 我是 姓名"
	}
	return r.verb() + "：" + r.member.Name + said
}

// note is the receipt as it fits a card.
func (r result) note() string {
	at := r.at.In(bot.Zone).Format("01-02 15:04")
	if r.member.Name == "" {
		return fmt.Sprintf("%s %s，请@我回复：我是 姓名", r.verb(), at)
	}
	return fmt.Sprintf("%s：%s %s", r.verb(), r.member.Name, at)
}

// leave handles a person's own leave. One who has made up for it is asked
// whether that is his check-in.
func (b *Bot) leave(ctx context.Context, in bot.Inbound, r chat.Reading) (bot.Answer, error) {
	if r.Status == "leave_madeup" {
		r.Intent, r.Counts, r.Ask = chat.CheckInLate, chat.IfAsked, "请假后已补学，算补签吗？是的请回复“是”"
		return b.file(ctx, in, r)
	}
	var answer string
	err := b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		sp, err := b.speaker(s, in)
		if err != nil {
			return nil, err
		}
		sess := s.Attendance.Open(sp.groups, now)
		switch {
		case repeated(s, in.ID):
			return nil, nil
		case sess == nil:
			return nil, bot.Refuse("现在没有需要请假的签到场次", "")
		case present(s, sess)[sp.ID]:
			answer = "您这一场已经签到，不用请假。"
			return sp.met, nil
		}
		answer = "已记请假" + parenthesised(r.Reason) + "。回来后补学了，发“补签”即可。"
		return append(sp.met, sess.Excuse(sp.ID, r.Reason, "", bot.CheckInEvidence{
			Person: in.From, Name: sp.Name, Message: in.ID, // not what he wrote: it may tell of an illness
		})...), nil
	})
	if err != nil {
		return bot.Answer{}, err
	}
	return b.say(answer)
}

func parenthesised(s string) string {
	if s == "" {
		return ""
	}
	return "（" + s + "）"
}
