package app

import (
	"context"
	"fmt"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/push"
)

// desk is the book as the delivery engine sees it.
type desk struct {
	book    *book.Book
	channel bot.ChannelID
	botName string
}

func (d *desk) Decide(ctx context.Context, decide func(o *push.Outbox, address push.Address, now time.Time) ([]bot.Payload, error)) error {
	_, err := d.book.Do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		return decide(s.Outbox, d.address(s), now)
	})
	return err
}

func (d *desk) View(ctx context.Context, read func(o *push.Outbox, now time.Time) error) error {
	return d.book.View(ctx, func(s *book.State, now time.Time) error { return read(s.Outbox, now) })
}

// address finds where a delivery goes.
func (d *desk) address(s *book.State) push.Address {
	return func(del *push.Delivery) (bot.Chat, push.Window, bool) {
		var w push.Window
		if sess := s.Attendance.Session(del.Session); sess != nil {
			w = push.Window{DueAt: sess.DueAt, EndsAt: sess.EndsAt}
		}
		if del.Person != "" {
			return bot.Chat{Channel: d.channel, Kind: bot.PrivateChat, ID: string(del.Person)}, w, true
		}
		g := s.Directory.GroupByID(del.Group)
		if g == nil {
			return bot.Chat{}, w, false
		}
		return g.Chat, w, true
	}
}

func (d *desk) Unreachable(ctx context.Context, g bot.GroupID, code int) error {
	_, err := d.book.Do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		out := s.Directory.Disable(g, d.channel, code)
		if group := s.Directory.GroupByID(g); len(out) > 0 && group != nil {
			text := fmt.Sprintf("本单位反诈群收不到推送了（平台错误码 %d）。请在群里重新添加%s，再 @它 说一句话即可恢复。", code, d.botName)
			out = append(out, s.Outbox.Notify(s.Directory.LiaisonPersons(group.Unit), group.Unit, text, now)...)
		}
		return out, nil
	})
	return err
}
