package app

import (
	"cmp"
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
	ways []Way
	// private are the channels over which a person with a WeCom account is
	// reached, in order of preference.
	private []bot.ChannelID
	botName string
	// managers are told what only the office can put right.
	managers []bot.PersonID
	// official reports that members can check in at the official account.
	official bool
}

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
		r.Doors, r.Why = d.chats(s, g), "这个群的渠道都已停用"
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

// chats returns the open doors of g as the channels know them: entries name a
// person by his pseudonym.
func (d *desk) chats(s *book.State, g *directory.Group) []bot.Chat {
	out := make([]bot.Chat, 0, len(g.Doors))
	for _, c := range g.Open() {
		if c.Kind == bot.PrivateChat {
			id, ok := d.reached(s, c)
			if !ok {
				continue
			}
			c.ID = id
		}
		out = append(out, c)
	}
	return out
}

// reached returns the id of the chat to which the door of a person leads; false if
// the channel, or the person, is not known any more.
func (d *desk) reached(s *book.State, c bot.Chat) (id string, ok bool) {
	m := s.Directory.MemberByID(bot.MemberID(c.ID))
	for _, door := range d.way(c.Channel).Doors {
		if door.Reach != nil && m != nil && m.Person != "" {
			return door.Reach(m.Person)
		}
	}
	return "", false
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
		return []bot.Chat{{Channel: bot.ViaAccount, Kind: bot.PrivateChat, ID: id}}
	}
	var out []bot.Chat
	for _, c := range d.private {
		out = append(out, bot.Chat{Channel: c, Kind: bot.PrivateChat, ID: string(p)})
	}
	return out
}

// how says how the members of g check in where a message has no button.
func (d *desk) how(g *directory.Group) string {
	for _, door := range g.Doors {
		if said := d.way(door.Chat.Channel).CheckIn; said != "" {
			return said
		}
	}
	if d.official {
		return "微信里给公众号发“签到”"
	}
	return "在群里接龙，由联络员汇总登记"
}

// way returns one of d.ways; the zero Way if the configuration has it no more.
func (d *desk) way(id bot.ChannelID) Way {
	for _, w := range d.ways {
		if w.ID == id {
			return w
		}
	}
	return Way{}
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
		text := fmt.Sprintf("%s已停：%s。请处理；好了以后会自动恢复，别的渠道照常。", channel.Chinese(), reason)
		return s.Outbox.Notify(d.managers, "", text, now), nil
	})
	return err
}

// Refused tells those who manage the office, once for each push and error code, or
// once a day if it was no push that was refused. The topic is not repeated: it may
// be what the platform would not have.
func (d *desk) Refused(ctx context.Context, id bot.DeliveryID, why *bot.SendError) error {
	_, err := d.book.Do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		del := s.Outbox.Delivery(id)
		if del == nil {
			return nil, nil
		}
		what, notify := "机器人的一条消息", s.Outbox.Notify
		if del.Push != nil {
			what, notify = fmt.Sprintf("推送 %s（预警 %s）", del.Push.ID, del.Push.Alert.ID), s.Outbox.NotifyOnce
		}
		reason := fmt.Sprintf("没有发出：%s", why.Reason)
		if why.Code != 0 {
			reason = fmt.Sprintf("被平台拒绝：%s（错误码 %d）", why.Reason, why.Code)
		}
		text := fmt.Sprintf("%s%s，不会自动重发，有别的渠道的群改走别的渠道。%s发送“推送状态”可以看哪些单位没有收到。", what, reason, why.Hint)
		return notify(d.managers, "", text, now), nil
	})
	return err
}

// closed tells a liaison that a door of his unit's group takes no more messages.
func (d *desk) closed(g *directory.Group, channel bot.ChannelID, code int) string {
	text := fmt.Sprintf("本单位反诈群收不到推送了（平台错误码 %d）。请在群里重新添加%s，再 @它 说一句话即可恢复。", code, d.botName)
	if door := g.On(channel); channel != bot.ViaBot {
		what := "反诈群的" + channel.Chinese() + "发不出消息了"
		if door != nil && door.Chat.Kind == bot.PrivateChat {
			what = "由" + channel.Chinese() + "发给个人的推送发不出去了"
		}
		text = fmt.Sprintf("本单位%s（平台错误码 %d）。%s", what, code, cmp.Or(d.way(channel).Mend, "请联系反诈办公室重新添加。"))
	}
	if slices.ContainsFunc(g.Open(), func(c bot.Chat) bool { return c.Channel != channel }) {
		text += "恢复之前改由别的渠道发送。"
	}
	return text
}
