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

// This file is what people want changed. What a person said himself he may take
// back or say anew; the rest is the office's to decide, and waits for it.

// correction handles a reading that wants something changed.
func (b *Bot) correction(ctx context.Context, in bot.Inbound, r chat.Reading) (bot.Answer, error) {
	if r.Op == "set_name" && len(r.Names) == 1 && r.Names[0] != chat.Sender {
		return b.name(ctx, in, r.Names[0])
	}
	if r.Op == "set_status" && r.Status == "present" && len(r.Names) > 0 {
		r.Intent, r.By = chat.CheckInProxy, chat.ByProxy
		return b.file(ctx, in, r)
	}
	var answer string
	err := b.do(ctx, func(s *book.State, now time.Time) (out []bot.Payload, err error) {
		if repeated(s, in.ID) {
			return nil, nil
		}
		sp, err := b.speaker(s, in)
		if err != nil {
			return nil, err
		}
		switch r.Op {
		case "void_last":
			answer, out, err = b.takeBack(s, sp, in, now)
		case "set_actual", "set_expected", "set_date":
			answer, out, err = b.restate(s, sp, in, r, now)
		default:
			answer, out, err = b.askOffice(s, sp, in, r, now)
		}
		return out, err
	})
	if err != nil {
		return bot.Answer{}, err
	}
	return b.say(answer)
}

// justNow is how long after a filing “撤回” may still mean it. What is older is
// taken back by its number.
const justNow = 24 * time.Hour

// takeBack voids what the speaker last recorded: his own check-in or his filing,
// whichever is newer.
func (b *Bot) takeBack(s *book.State, sp speaker, in bot.Inbound, now time.Time) (string, []bot.Payload, error) {
	own, err := s.Attendance.TakeBack(sp.groups, sp.ID, in.ID, now)
	last := s.Filings.Last(sp.unit, sp.ID, now, bot.FilesProxy, bot.FilesList, bot.FilesPaste, bot.FilesLeave,
		bot.FilesHeadcount, bot.FilesActivity, bot.FilesZeroCase, bot.FilesClue, bot.FilesCorrection)
	switch {
	case err == nil && (last == nil || own[0].(*bot.Corrected).Seq > last.Seq):
		return "已撤回您刚才的签到；要签到再发一次即可。", own, nil
	case last != nil && now.Sub(last.At) > justNow && sp.liaison:
		return "", nil, bot.Refuse("没有刚才登记的可以撤回", fmt.Sprintf("作废以前的请私聊发编号和理由，例如：更正 %s 报错了", last.No()))
	case last == nil, now.Sub(last.At) > justNow:
		return "", nil, err
	}
	by := filing.Settler{Member: sp.ID, Unit: sp.unit}
	said := bot.Said{Person: in.From, Text: in.Text, Message: in.ID}
	switch {
	case last.Waiting():
		_, settled, err := s.Filings.Settle(last.Filing, bot.Refused, by, said)
		return fmt.Sprintf("已撤回 %s号（%s）。", last.No(), last.Form.Chinese()), []bot.Payload{settled}, err
	case !sp.liaison && last.Form != bot.FilesClue:
		return "", nil, bot.Refuse(fmt.Sprintf("%s号已经确认计入", last.No()), "要撤回请联系本单位联络员")
	}
	voided, err := s.Filings.Void(last.Filing, by, said)
	return fmt.Sprintf("已撤回 %s号（%s），原记录仍保留可查。", last.No(), last.Form.Chinese()), []bot.Payload{voided}, err
}

// restate files anew, with one figure changed, what the unit has filed.
func (b *Bot) restate(s *book.State, sp speaker, in bot.Inbound, r chat.Reading, now time.Time) (string, []bot.Payload, error) {
	form, word := bot.FilesHeadcount, "人数"
	if r.Op == "set_date" {
		form, word = bot.FilesActivity, "教育活动"
	}
	old := s.Filings.Last(sp.unit, sp.ID, now, form)
	if old == nil && sp.liaison {
		if all := s.Filings.Standing(sp.unit, form, bot.MonthOf(now)); len(all) > 0 {
			old = all[len(all)-1]
		}
	}
	if old == nil {
		return "", nil, bot.Refuse("没有找到要更正的"+word, "请把完整的"+word+"再发一次")
	}
	f := old.Filed
	f.Replaces, f.Digest, f.Operator = old.Filing, "", ""
	f.Private.Text, f.Private.Message, f.Private.Person, f.Private.Ask = clip(in.Text), in.ID, in.From, ""
	switch {
	case r.Op == "set_date" && r.Date != "":
		f.Facts.On = r.Date
	case r.Op == "set_actual" && r.Actual != nil:
		f.Facts.Actual = r.Actual
	case r.Op == "set_expected" && r.Expected != nil:
		f.Facts.Expected = r.Expected
	default:
		return "", nil, bot.Refuse("没有看懂要改成什么", "请把完整的"+word+"再发一次")
	}
	if h := f.Facts; form == bot.FilesHeadcount && h.Expected != nil && h.Actual != nil {
		if *h.Actual > *h.Expected {
			return "", nil, bot.Refuse(fmt.Sprintf("实到 %d 人多于应到 %d 人", *h.Actual, *h.Expected), "请核对后再发")
		}
		if h.Leave != nil && *h.Actual+*h.Leave > *h.Expected {
			f.Facts.Leave = new(*h.Expected - *h.Actual)
		}
	}
	answer, out, err := b.decideFiling(s, sp, f, now)
	anew := slices.ContainsFunc(out, func(p bot.Payload) bool { _, ok := p.(*bot.Filed); return ok })
	if err == nil && anew && old.Waiting() {
		_, settled, err := s.Filings.Settle(old.Filing, bot.Replaced, filing.Settler{Member: sp.ID, Unit: sp.unit}, bot.Said{})
		return answer, append(out, settled), err
	}
	return answer, out, err
}

// askOffice files a wish that only the office can fulfil.
func (b *Bot) askOffice(s *book.State, sp speaker, in bot.Inbound, r chat.Reading, now time.Time) (string, []bot.Payload, error) {
	f := bot.Filed{
		Form: bot.FilesCorrection, Unit: sp.unit, By: sp.ID, Standing: bot.Waits, Names: len(r.Names),
		Facts:   bot.Facts{Month: bot.MonthOf(now).String(), Op: r.Op},
		Private: bot.FilingText{Person: in.From, Name: sp.Name, Message: in.ID, Text: clip(in.Text), Present: r.Names},
	}
	if old := s.Filings.Twin(f); old != nil {
		return twinText(old), sp.met, nil
	}
	if err := tooMany(s, sp, now); err != nil {
		return "", nil, err
	}
	filed := s.Filings.File(f)
	return fmt.Sprintf("要由反诈办公室处理，已转办公室（%s号）。", no(filed.Filing)),
		slices.Concat(sp.met, []bot.Payload{filed}, s.Outbox.Notify(b.managers(), sp.unit, correctNote, now)), nil
}

// applyCorrection ends a wish: the office says that it has been done.
func applyCorrection(f *filing.Filing, settled bot.Payload) (string, []bot.Payload, error) {
	return fmt.Sprintf("%s号已办结。作废一条签到请发“更正 回执 理由”，人员变动请更新名册。", f.No()), []bot.Payload{settled}, nil
}

// voidFiling handles “更正 12 理由” of a liaison or an operator.
func (b *Bot) voidFiling(ctx context.Context, by judge, id bot.FilingID, reason string) (string, error) {
	if strings.TrimSpace(reason) == "" {
		return "", bot.Refuse("更正要写明理由", "例如：更正 "+no(id)+" 人数报错了")
	}
	var text string
	err := b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		voided, err := s.Filings.Void(id, by.Settler, bot.Said{Person: by.person, Text: reason, Message: by.message})
		if err != nil {
			return nil, err
		}
		form := s.Filings.Filing(id).Form
		text = fmt.Sprintf("已更正：%s号（%s）作废。原记录仍保留可查。", no(id), form.Chinese())
		if signs(form) {
			text = fmt.Sprintf("已更正：%s号作废，由它计入的签到、请假一并不计；别的名单里也有的人，请把那份名单再发一次。原记录仍保留可查。", no(id))
		}
		return []bot.Payload{voided}, nil
	})
	return text, err
}
