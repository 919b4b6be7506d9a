package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/filing"
)

// This file books what was copied out of an ordinary WeChat group, which no bot
// may enter: a chat record or a 接龙. It is the unit's evidence of a lower grade;
// the text's digest is public, so that what was pasted can be checked later, and
// the same text changes nothing a second time.

// readPaste reads a text that somebody pastes for unit u, outside the book's
// lock: it may be long.
func (b *Bot) readPaste(ctx context.Context, u bot.UnitID, text string, now time.Time) (chat.Paste, error) {
	names := make(map[string]bool)
	err := b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		for _, p := range s.Directory.Roster(u) {
			names[p.Name] = true
		}
		for _, m := range s.Directory.Members(u) {
			if m.Sure {
				names[m.Name] = true
			}
		}
		return nil
	})
	return b.lexicon.ReadPaste(text, chat.Context{
		Now: now, Sender: chat.Person{Unit: u}, Session: &chat.Prompt{Bare: true}, Known: func(n string) bool { return names[n] },
	}), err
}

// paste books text for unit u. by is the liaison or the operator who pastes, and
// message the platform's id of what he wrote.
func (b *Bot) paste(ctx context.Context, by judge, u bot.UnitID, text, message string, now time.Time) (string, error) {
	p, err := b.readPaste(ctx, u, text, now)
	switch {
	case err != nil:
		return "", err
	case p.TooLarge:
		return "", bot.Refuse("粘贴的内容太长，没有登记", "请分几次粘贴，每次不超过 1 MB、5000 人")
	case p.Form == "":
		return "", bot.Refuse("没有读出聊天记录或接龙", "请在“粘贴”后换行，再粘贴群里的聊天记录或接龙原文")
	}
	var answer string
	err = b.do(ctx, func(s *book.State, now time.Time) (out []bot.Payload, err error) {
		answer, out = b.decidePaste(s, p, newPaste(u, text, message, by), now)
		return out, nil
	})
	return answer, err
}

// decidePaste decides on a paste: the certain are booked, the doubtful wait for
// one word.
func (b *Bot) decidePaste(s *book.State, p chat.Paste, f bot.Filed, now time.Time) (answer string, out []bot.Payload) {
	if repeated(s, f.Private.Message) {
		return "", nil
	}
	at := recordedAt(p, now)
	f.Private.Title = p.Title
	if p.Danger > 0 {
		f.Private.Text = "（含疑似求助的内容，原文没有保存）"
	}
	f, sess, opened := b.placePaste(s, f, at, now)

	sure := f
	sure.Standing = bot.Stands
	setPeople(&sure, p.People)
	filed := s.Filings.File(sure)
	e := follow(s, sess, filed, f.By, at, 0)
	old := s.Filings.Booked(f.Unit, f.Digest)
	switch {
	case old != nil && e.empty(): // else some of them no longer count
		return fmt.Sprintf("这份记录 %s 已经登记过（%s号），没有新增。", old.At.In(bot.Zone).Format("01-02 15:04"), old.No()), nil
	case sure.Names == 0 && len(p.Doubtful) == 0:
		answer = "没有可以计入的人。"
	case e.empty():
		answer = e.text(filed)
	default:
		answer = e.text(filed) + "计入《" + e.title + "》，按粘贴登记，证据等级低于本人签到。"
		out = slices.Concat(opened, []bot.Payload{filed}, e.out)
	}
	if len(p.Doubtful) > 0 {
		text, more := b.doubtfulPaste(s, f, p, len(out) > 0)
		if out == nil && more != nil {
			out = opened
		}
		answer, out = answer+text, append(out, more...)
	}
	return strings.TrimSpace(answer + pasteRest(p)), out
}

// doubtfulPaste files the persons of whom the record leaves it open whether they
// were there. The liaison answers at once; the office finds it in the queue.
func (b *Bot) doubtfulPaste(s *book.State, f bot.Filed, p chat.Paste, second bool) (string, []bot.Payload) {
	setPeople(&f, p.Doubtful)
	f.Private.Ask = p.Ask
	f.Standing = bot.Asked
	if f.Operator != "" {
		f.Standing = bot.Waits
	}
	if second {
		// The text stands in the filing before; a message has one filing that is
		// found by its id.
		f.Digest, f.Private.Message = "", ""
	}
	if old := s.Filings.Twin(f); old != nil {
		return "\n" + twinText(old), nil
	}
	filed := s.Filings.File(f)
	if second {
		filed.Filing = filing.After(filed.Filing)
	}
	if f.Standing == bot.Asked {
		return "\n" + p.Ask + "。算的请回复“是”。", []bot.Payload{filed}
	}
	return fmt.Sprintf("\n%s。算的请回复：同意 %s", p.Ask, no(filed.Filing)), []bot.Payload{filed}
}

// newPaste is the filing of a pasted text, as yet without people.
func newPaste(u bot.UnitID, text, message string, by judge) bot.Filed {
	return bot.Filed{
		Form: bot.FilesPaste, Unit: u, By: by.Member, Operator: by.Operator, Digest: bot.PasteDigest(text),
		Private: bot.FilingText{Person: by.person, Name: by.name, Message: message, Text: text},
	}
}

// setPeople puts persons of a record into its filing.
func setPeople(f *bot.Filed, people []chat.PastedPerson) {
	var present, proxied, away []string
	for _, one := range people {
		switch {
		case one.Leave:
			away = append(away, one.Name)
		case one.Proxied:
			proxied = append(proxied, one.Name)
		default:
			present = append(present, one.Name)
		}
	}
	f.Private.Present, f.Private.Proxied, f.Private.OnLeave = present, proxied, away
	f.Names = len(people)
}

// recordedAt is when the newest of the pasted check-ins was made, as far as the
// record says; else now.
func recordedAt(p chat.Paste, now time.Time) time.Time {
	var at time.Time
	for _, one := range p.People {
		if one.At.After(at) {
			at = one.At
		}
	}
	if at.IsZero() || at.After(now) {
		return now
	}
	return at
}

// placePaste says for which session a paste is: that of the same text, if it is
// booked; else the open one of the unit; else that of an earlier paste of the same
// list; else one on paper.
func (b *Bot) placePaste(s *book.State, f bot.Filed, at, now time.Time) (bot.Filed, *attendance.Session, []bot.Payload) {
	if old := s.Filings.Booked(f.Unit, f.Digest); old != nil {
		f.Session, f.Facts.Month = old.Session, old.Facts.Month
		return f, s.Attendance.Session(f.Session), nil
	}
	month := bot.MonthOf(at)
	f.Facts.Month = month.String()
	var groups []bot.GroupID
	for _, g := range s.Directory.GroupsOf(f.Unit) {
		groups = append(groups, g.ID)
	}
	if sess := s.Attendance.Open(groups, now); sess != nil && !at.Before(sess.OpenedAt) {
		f.Session, f.Facts.Month = sess.ID, sess.Month.String()
		return f, sess, nil
	}
	for _, old := range s.Filings.Standing(f.Unit, bot.FilesPaste, month) {
		sess := s.Attendance.Session(old.Session)
		if f.Private.Title != "" && old.Private.Title == f.Private.Title && sess != nil && sess.OnPaper() {
			f.Session = sess.ID
			return f, sess, nil
		}
	}
	// The list's own title may hold names; this one is public.
	id, opened := s.Attendance.Paper(f.Unit, month, "微信群登记（"+at.In(bot.Zone).Format("1月2日")+"）", now)
	f.Session = id
	if opened != nil {
		return f, attendance.NewSession(now, opened[0].(*bot.SessionOpened)), opened
	}
	return f, s.Attendance.Session(id), nil
}

// pasteRest says what of a paste was not booked.
func pasteRest(p chat.Paste) string {
	var lines []string
	if p.Danger > 0 {
		lines = append(lines, fmt.Sprintf("**其中 %d 条像是有人正在受骗：请马上联系本人，立即拨打 110 或 96110。内容没有保存。**", p.Danger))
	}
	if p.Asides > 0 {
		lines = append(lines, fmt.Sprintf("没有计入 %d 条：", p.Asides))
		for _, a := range p.Aside[:min(8, len(p.Aside))] {
			lines = append(lines, fmt.Sprintf("· %s（%s）", a.Line, a.Reason))
		}
		if n := p.Asides - min(8, len(p.Aside)); n > 0 {
			lines = append(lines, fmt.Sprintf("……另有 %d 条", n))
		}
	}
	if lines == nil {
		return ""
	}
	return "\n" + strings.Join(lines, "\n")
}

// pasteFor handles “粘贴 UNIT”, and the text from the next line on.
func (b *Bot) pasteFor(ctx context.Context, op bot.Operator, args, message string) (string, error) {
	head, text, _ := strings.Cut(args, "\n")
	if strings.TrimSpace(text) == "" {
		return "", bot.Refuse("没有粘贴内容", "请写成：粘贴 教科局，换行后粘贴该单位微信群的接龙或聊天记录原文")
	}
	unit, err := b.unitArg(head)
	if err != nil {
		return "", err
	}
	var now time.Time
	if err := b.Book.View(ctx, func(_ *book.State, at time.Time) error { now = at; return nil }); err != nil {
		return "", err
	}
	return b.paste(ctx, operatorJudge(op), unit, text, message, now)
}
