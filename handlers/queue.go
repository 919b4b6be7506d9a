package handlers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/filing"
	"fanzha/bot/push"
)

// This file is the queue (待办): what waits for the liaison of a unit or for the
// office, and how either settles it by one reply.

// maxQueue is how many items one answer shows: a phone screen or two.
const maxQueue = 15

// queueText lists what waits at u, or, for "", in all units.
func (b *Bot) queueText(s *book.State, u bot.UnitID) string {
	waiting := s.Filings.Waiting(u)
	if len(waiting) == 0 {
		if u == "" {
			return "没有待办。"
		}
		return b.short[u] + "没有待办。"
	}
	lines := []string{fmt.Sprintf("**待办 %d 项**", len(waiting))}
	for _, f := range waiting[:min(maxQueue, len(waiting))] {
		lines = append(lines, b.queueLine(f, u == ""))
	}
	if n := len(waiting) - maxQueue; n > 0 {
		lines = append(lines, fmt.Sprintf("……还有 %d 项，办完这些再发“待办”看", n))
	}
	first := slices.IndexFunc(waiting, func(f *filing.Filing) bool { return u == "" || f.Form != bot.FilesCorrection })
	if first < 0 { // nothing that the liaison settles
		return strings.Join(lines, "\n")
	}
	how := fmt.Sprintf("计入请回复“同意 %s”，不计请回复“不计 %[1]s”；可以写几个号", waiting[first].No())
	if u != "" {
		how += "，以上全部计入回复“全部同意”"
	}
	return strings.Join(append(lines, how+"。"), "\n")
}

func (b *Bot) queueLine(f *filing.Filing, withUnit bool) string {
	who := f.Private.Name
	if who == "" {
		who = "姓名未登记的成员"
	}
	if withUnit {
		who = b.short[f.Unit] + " " + who
	}
	what := f.Form.Chinese()
	if f.Names > 0 {
		what += fmt.Sprintf(" %d 人", f.Names)
	}
	line := fmt.Sprintf("%s号 %s：%s %s ", f.No(), what, who, f.At.In(bot.Zone).Format("01-02 15:04"))
	switch {
	case f.Private.Text == "":
		line += "（原文已删除）"
	case f.Form == bot.FilesPaste:
		line += f.Private.Ask
	default:
		line += "发“" + brief(f.Private.Text) + "”"
	}
	switch {
	case f.Standing == bot.Asked:
		line += "（已问本人，未答）"
	case f.Form == bot.FilesCorrection && !withUnit:
		line += "（由反诈办公室处理）"
	}
	return line
}

// brief is the beginning of a text, on one line and such that nothing in it can be
// clicked or changes how the line is shown: anybody may have written it.
func brief(text string) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, push.Defang(text))), " ")
	if utf8.RuneCountInString(text) > 60 {
		return string([]rune(text)[:60]) + "……"
	}
	return text
}

// queueWords are the commands of the queue, for liaisons and operators alike.
var queueWords = []string{"待办", "同意", "不计", "全部同意"}

// A judge is who may settle filings: a liaison of one unit, or an operator.
type judge struct {
	filing.Settler
	person  bot.PersonID
	name    string
	message string // the platform's id of what he wrote
}

// operatorJudge is an operator as a judge.
func operatorJudge(op bot.Operator) judge {
	return judge{Settler: filing.Settler{Operator: op.ID}, person: op.Person, name: op.Name}
}

// settle handles the commands of the queue. unit narrows 待办 for the office.
func (b *Bot) settle(ctx context.Context, by judge, word, args string) (text string, err error) {
	if word == "待办" || args == "" && word != "全部同意" {
		named := false
		err = b.Book.View(ctx, func(s *book.State, _ time.Time) error {
			text, named = b.queueText(s, by.Unit), len(s.Filings.Waiting(by.Unit)) > 0
			return nil
		})
		if err != nil || !named {
			return text, err
		}
		return text, b.do(ctx, func(*book.State, time.Time) ([]bot.Payload, error) {
			return []bot.Payload{&bot.QueryAnswered{
				By: by.Operator, Member: by.Member, Unit: by.Unit, Intent: "queue", Named: true, Private: bot.QueryText{Text: strings.TrimSpace(word + " " + args)},
			}}, nil
		})
	}
	verdict := bot.Stands
	if word == "不计" {
		verdict = bot.Refused
	}
	var ids []bot.FilingID
	err = b.Book.View(ctx, func(s *book.State, _ time.Time) (err error) {
		if !repeated(s, by.message) {
			ids, err = wanted(s, by.Unit, word, args)
		}
		return err
	})
	said := bot.Said{Person: by.person, Text: strings.TrimSpace(word + " " + args), Message: by.message}
	var done []string
	for _, id := range ids {
		// One step each: what one leads to hangs on those before it.
		var line string
		err := b.do(ctx, func(s *book.State, _ time.Time) (out []bot.Payload, err error) {
			line, out, err = b.settleOne(s, id, verdict, by, said)
			return out, err
		})
		if refusal, ok := bot.RefusalText(err); ok && len(ids) > 1 {
			line, err = refusal, nil
		}
		if err != nil {
			return strings.Join(done, "\n"), err
		}
		done = append(done, line)
	}
	return strings.Join(done, "\n"), err
}

// wanted reads which filings are meant.
func wanted(s *book.State, u bot.UnitID, word, args string) ([]bot.FilingID, error) {
	var ids []bot.FilingID
	if word == "全部同意" || strings.TrimSpace(args) == "全部" {
		if u == "" {
			return nil, bot.Refuse("全部同意只对联络员自己的单位有效", "办公室请写编号，例如：同意 12 15")
		}
		// No more than 待办 shows: nobody agrees to what he has not seen.
		waiting := s.Filings.Waiting(u)
		for _, f := range waiting[:min(maxQueue, len(waiting))] {
			if f.Form != bot.FilesCorrection { // the office's to do
				ids = append(ids, f.Filing)
			}
		}
		if ids == nil {
			return nil, bot.Refuse("没有待办", "")
		}
		return ids, nil
	}
	for _, word := range strings.FieldsFunc(args, func(r rune) bool { return strings.ContainsRune(" 　,，、;；和\n", r) }) {
		id, ok := filing.ID(word)
		if !ok {
			return nil, bot.Refuse(fmt.Sprintf("没有看懂编号“%s”", word), "请写待办的编号，例如：同意 12")
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > maxQueue {
		return nil, bot.Refuse(fmt.Sprintf("一次最多办 %d 项", maxQueue), "请分几次发")
	}
	return ids, nil
}

// settleOne settles one filing, with what follows from it.
func (b *Bot) settleOne(s *book.State, id bot.FilingID, verdict bot.Standing, by judge, said bot.Said) (string, []bot.Payload, error) {
	f, settled, err := s.Filings.Settle(id, verdict, by.Settler, said)
	if err != nil {
		return "", nil, err
	}
	if verdict == bot.Refused {
		return fmt.Sprintf("%s号不计入。", f.No()), []bot.Payload{settled}, nil
	}
	if f.Form == bot.FilesCorrection {
		return applyCorrection(f, settled)
	}
	out := []bot.Payload{settled}
	if f.Form == bot.FilesHeadcount {
		if old := s.Filings.Headcount(f.Unit, f.Session, f.Facts.Month, f.Private.Dept); old != nil && old.Filing != f.Replaces {
			out = append(out, &bot.FilingSettled{Filing: old.Filing, Unit: old.Unit, Verdict: bot.Replaced, By: by.Member, Operator: by.Operator})
		}
	}
	stated := f.Filed
	if f.Form == bot.FilesCheckIn && by.Member != f.By {
		stated.Form = bot.FilesProxy // another says so for him
		stated.Private.Present = []string{chat.Sender}
	}
	e := follow(s, s.Attendance.Session(f.Session), &stated, by.Member, f.At, 0)
	if e.empty() {
		return fmt.Sprintf("%s号已办：", f.No()) + cmp.Or(e.text(&stated), "没有新增。"), []bot.Payload{settled}, nil
	}
	return e.text(&stated), append(out, e.out...), nil
}

// answered handles the answer of a person who was asked about filing id: yes
// or no.
func (b *Bot) answered(ctx context.Context, in bot.Inbound, id bot.FilingID, yes bool) (bot.Answer, error) {
	var answer string
	err := b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		sp, err := b.speaker(s, in)
		if err != nil || repeated(s, in.ID) {
			return nil, err
		}
		f := s.Filings.Filing(id)
		by := judge{Settler: filing.Settler{Member: sp.ID, Unit: sp.unit}, person: in.From}
		said := bot.Said{Person: in.From, Text: in.Text, Message: in.ID}
		verdict := bot.Stands
		switch {
		case !yes:
			verdict = bot.Refused
		case !sp.liaison && f.Form != bot.FilesCheckIn && f.Form != bot.FilesClue:
			verdict = bot.Waits
		}
		if verdict != bot.Waits {
			var out []bot.Payload
			answer, out, err = b.settleOne(s, id, verdict, by, said)
			if !yes {
				answer = "好的，不计入。"
			}
			return out, err
		}
		_, settled, err := s.Filings.Settle(id, verdict, by.Settler, said)
		if err != nil {
			return nil, err
		}
		text, notes := b.handOver(s, sp.unit, id, now)
		answer = text
		return append([]bot.Payload{settled}, notes...), nil
	})
	if err != nil {
		return bot.Answer{}, err
	}
	return b.say(answer)
}

// queued is settle as the commands of operators.
func queued(word string) func(*Bot, context.Context, bot.Operator, string, string) (string, error) {
	return func(b *Bot, ctx context.Context, op bot.Operator, args, message string) (string, error) {
		by := operatorJudge(op)
		by.message = message
		if word == "待办" && args != "" {
			unit, err := b.unitArg(args)
			if err != nil {
				return "", err
			}
			by.Unit = unit
		}
		return b.settle(ctx, by, word, args)
	}
}

// RemindOfQueue decides, once a workday, whom to tell that something waits for
// him: each unit's liaison, or the office where there is none.
func (b *Bot) RemindOfQueue(s *book.State, now time.Time) ([]bot.Payload, error) {
	var out []bot.Payload
	orphaned := false
	for _, u := range s.Directory.Units() {
		if len(s.Filings.Waiting(u.ID)) == 0 {
			continue
		}
		liaisons := s.Directory.LiaisonPersons(u.ID)
		orphaned = orphaned || len(liaisons) == 0
		out = append(out, s.Outbox.NotifyAfter(len(out), liaisons, u.ID, queueNote, now)...)
	}
	if orphaned {
		out = append(out, s.Outbox.NotifyAfter(len(out), b.managers(), "", officeNote, now)...)
	}
	return out, nil
}
