package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/push"
)

// desk is the book as the delivery engine sees it.
type desk struct {
	book *book.Book
	// channel is the bot's, in whose groups people can speak to it.
	channel bot.ChannelID
	// private are the channels over which a person with a WeCom account is
	// reached, in order of preference.
	private []bot.ChannelID
	botName string
	// managers are told what only the office can put right.
	managers []bot.PersonID
	// official reports that members can check in at the official account.
	official bool
}

// officialChannel is the official account's, and officialPerson begins the id of a
// person who is known by it.
const (
	officialChannel bot.ChannelID = "oa"
	officialPerson  string        = "oa:"
)

func (d *desk) Decide(ctx context.Context, decide func(o *push.Outbox, address push.Address, now time.Time) ([]bot.Payload, error)) error {
	_, err := d.book.Do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		return decide(s.Outbox, d.address(s), now)
	})
	return err
}

func (d *desk) View(ctx context.Context, read func(o *push.Outbox, address push.Address, now time.Time) error) error {
	return d.book.View(ctx, func(s *book.State, now time.Time) error { return read(s.Outbox, d.address(s), now) })
}

// address finds where a delivery goes.
func (d *desk) address(s *book.State) push.Address {
	return func(del *push.Delivery) push.Route {
		var r push.Route
		if sess := s.Attendance.Session(del.Session); sess != nil {
			r.Window = push.Window{DueAt: sess.DueAt, EndsAt: sess.EndsAt}
		}
		if del.Person != "" {
			r.Doors = d.reach(del.Person)
			return r
		}
		g := s.Directory.GroupByID(del.Group)
		if g == nil {
			return r
		}
		r.Window.How = d.how(g)
		r.Doors, r.Why = g.Open(), "这个群的渠道都已停用"
		switch del.Purpose {
		case bot.ForSummary: // nobody is asked to carry a summary
			r.Doors = slices.DeleteFunc(r.Doors, func(c bot.Chat) bool { return c.Channel == bot.ViaForward })
			if len(g.Open()) > 0 {
				r.Why = "人工代发的群不发签到小结"
			}
		case bot.ForCorrection: // by the door of what it puts right
			if about := s.Outbox.Delivery(del.About); about != nil {
				slices.SortStableFunc(r.Doors, func(a, b bot.Chat) int { return second(b, about.Channel) - second(a, about.Channel) })
			}
		}
		return r
	}
}

// second is 1 for a chat on channel c, else 0.
func second(chat bot.Chat, c bot.ChannelID) int {
	if chat.Channel == c {
		return 1
	}
	return 0
}

// reach returns the private chats of a person.
func (d *desk) reach(p bot.PersonID) []bot.Chat {
	if id, ok := strings.CutPrefix(string(p), officialPerson); ok {
		return []bot.Chat{{Channel: officialChannel, Kind: bot.PrivateChat, ID: id}}
	}
	var out []bot.Chat
	for _, c := range d.private {
		out = append(out, bot.Chat{Channel: c, Kind: bot.PrivateChat, ID: string(p)})
	}
	return out
}

// how says how the members of g check in where a message has no button.
func (d *desk) how(g *directory.Group) string {
	switch {
	case g.On(d.channel) != nil:
		return "在群里发“@" + d.botName + " 签到”"
	case d.official:
		return "微信里给公众号发“签到”"
	}
	return "在群里接龙，由联络员汇总登记"
}

// liaisons returns the private chats of a unit's liaisons, for errands.
func (d *desk) liaisons(ctx context.Context, u bot.UnitID) (out []bot.Chat, err error) {
	err = d.book.View(ctx, func(s *book.State, _ time.Time) error {
		for _, p := range s.Directory.LiaisonPersons(u) {
			out = append(out, d.reach(p)...)
		}
		return nil
	})
	return out, err
}

func (d *desk) Unreachable(ctx context.Context, g bot.GroupID, channel bot.ChannelID, code int) error {
	_, err := d.book.Do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		out := s.Directory.Disable(g, channel, code)
		if group := s.Directory.GroupByID(g); len(out) > 0 && group != nil {
			out = append(out, s.Outbox.Notify(s.Directory.LiaisonPersons(group.Unit), group.Unit, d.closed(group, channel, code), now)...)
		}
		return out, nil
	})
	return err
}

// Down tells those who manage the office, once a day for the same reason.
func (d *desk) Down(ctx context.Context, channel bot.ChannelID, reason string) error {
	_, err := d.book.Do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		text := fmt.Sprintf("渠道 %s 已停：%s。请处理；好了以后会自动恢复，别的渠道照常。", channel, reason)
		return s.Outbox.Notify(d.managers, "", text, now), nil
	})
	return err
}

// closed tells a liaison that a door of his unit's group takes no more messages.
func (d *desk) closed(g *directory.Group, channel bot.ChannelID, code int) string {
	if channel != d.channel {
		return fmt.Sprintf("本单位反诈群的群机器人发不出消息了（平台错误码 %d）。请联系反诈办公室重新添加。", code)
	}
	text := fmt.Sprintf("本单位反诈群收不到推送了（平台错误码 %d）。请在群里重新添加%s，再 @它 说一句话即可恢复。", code, d.botName)
	if slices.ContainsFunc(g.Open(), func(c bot.Chat) bool { return c.Channel != channel }) {
		text += "恢复之前改由别的渠道发送。"
	}
	return text
}
