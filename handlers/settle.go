package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/filing"
	"fanzha/bot/report"
)

// This file is what the office settles by a word: deliveries of unknown fate,
// doubtful names, wrong check-ins.

func (b *Bot) unknown(ctx context.Context, _ bot.Operator, _, _ string) (text string, err error) {
	err = b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		if text = report.Unknown(s); text == "" {
			text = "没有去向不明的送达。"
		}
		return nil
	})
	return text, err
}

func (b *Bot) seen(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	id, err := b.resolve(ctx, op, args, true)
	return fmt.Sprintf("已记为送达：%s。", id), err
}

func (b *Bot) unseen(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	id, err := b.resolve(ctx, op, args, false)
	return fmt.Sprintf("已记为没有送达：%s，将重新发送；预警已撤回或签到已截止的不再发。", id), err
}

func (b *Bot) resolve(ctx context.Context, op bot.Operator, args string, seen bool) (bot.DeliveryID, error) {
	id := bot.DeliveryID(strings.ToUpper(strings.TrimSpace(args)))
	return id, b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		return s.Outbox.Resolve(id, seen, op.ID)
	})
}

func (b *Bot) doubtful(ctx context.Context, _ bot.Operator, args, _ string) (text string, err error) {
	unit, err := b.unitArg(args)
	if err != nil {
		return "", err
	}
	err = b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		text = strings.Replace(doubtful(s, unit), "确认 姓名", "确认 "+b.short[unit]+" 姓名", 1)
		return nil
	})
	return text, err
}

func (b *Bot) vouch(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	word, name := command(args)
	unit, err := b.unitArg(word)
	if err != nil {
		return "", err
	}
	err = b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		return s.Directory.Confirm(unit, name, nil, op.ID)
	})
	return fmt.Sprintf("已确认：%s（%s）。", name, b.short[unit]), err
}

// receiptArg reads a receipt that a person typed.
func receiptArg(args string) (bot.Receipt, string, error) {
	word, rest := command(args)
	r, ok := bot.ParseReceipt(word)
	if !ok {
		return "", "", bot.Refuse("没有看懂回执编号", "回执形如 7F3K-29QD")
	}
	return r, rest, nil
}

func (b *Bot) correct(ctx context.Context, op bot.Operator, args, message string) (string, error) {
	if word, reason := command(args); len(word) < len("7F3K-29QD") {
		if id, ok := filing.ID(word); ok {
			by := operatorJudge(op)
			by.message = message
			return b.voidFiling(ctx, by, id, reason)
		}
	}
	r, reason, err := receiptArg(args)
	if err != nil {
		return "", err
	}
	err = b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		return s.Attendance.Void(r, reason, op.ID)
	})
	return fmt.Sprintf("已更正：回执 %s 的签到作废，理由：%s。原记录仍保留可查。", r, reason), err
}

func (b *Bot) receipt(ctx context.Context, op bot.Operator, args, _ string) (text string, err error) {
	r, _, err := receiptArg(args)
	if err != nil {
		return "", err
	}
	err = b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		var lines []string
		for _, f := range s.Attendance.ByReceipt(r) {
			name := "姓名未登记"
			if m := s.Directory.MemberByID(f.CheckIn.Member); m != nil && m.Name != "" {
				name = m.Name
			}
			late := ""
			if f.CheckIn.Late {
				late = "，补签"
			}
			lines = append(lines, fmt.Sprintf("回执 %s：%s（%s）《%s》%s%s，台账第 %d 条",
				r, name, b.short[f.Session.Unit], f.Session.Title, f.CheckIn.At.In(bot.Zone).Format("2006-01-02 15:04:05"), late, f.CheckIn.Seq))
		}
		if lines == nil {
			return bot.Refuse(fmt.Sprintf("没有回执为 %s 的有效签到", r), "请核对编号；作废的签到查不到")
		}
		text = strings.Join(lines, "\n")
		return nil
	})
	if err != nil {
		return "", err
	}
	return text, b.logQuery(ctx, op, "receipt", true, "回执 "+string(r))
}

// logQuery records that an operator was shown something.
func (b *Bot) logQuery(ctx context.Context, op bot.Operator, intent string, named bool, text string) error {
	return b.do(ctx, func(*book.State, time.Time) ([]bot.Payload, error) {
		return []bot.Payload{&bot.QueryAnswered{By: op.ID, Intent: intent, Named: named, Private: bot.QueryText{Text: text}}}, nil
	})
}
