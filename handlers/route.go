package handlers

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/push"
)

// This file is about the ways to a group: its channels, people who forward, and
// the switch that stops everything.

// routes lists the doors of a unit's groups, or, without a unit, the groups to
// which nothing gets through and the channels that are stopped.
func (b *Bot) routes(ctx context.Context, _ bot.Operator, args, _ string) (text string, err error) {
	var unit bot.UnitID
	if args != "" {
		if unit, err = b.unitArg(args); err != nil {
			return "", err
		}
	}
	err = b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		var lines []string
		for _, g := range s.Directory.Groups() {
			if g.Unit == unit || unit == "" && g.Closed() {
				lines = append(lines, b.routeLine(s, g, unit == ""))
			}
		}
		switch {
		case unit == "" && lines == nil:
			lines = []string{"各群都有可用的渠道。"}
		case unit == "":
			lines = append([]string{"**收不到推送的群**"}, lines...)
		case lines == nil:
			lines = []string{b.short[unit] + "还没有群。发“绑定码 " + b.short[unit] + "”绑定企业微信群，或发“加渠道 " + b.short[unit] + "”看可以登记哪些渠道。"}
		}
		if unit == "" {
			lines = append(lines, b.troubles()...)
		}
		text = stopped(s) + strings.Join(lines, "\n")
		return nil
	})
	return text, err
}

func (b *Bot) routeLine(s *book.State, g *directory.Group, withUnit bool) string {
	line := string(g.ID)
	if withUnit {
		line += " " + b.short[g.Unit]
	}
	if len(g.Doors) == 0 {
		return line + "：没有渠道，不再发送"
	}
	var doors []string
	for i, d := range g.Doors {
		state := "可用"
		switch {
		case d.Code != 0:
			state = fmt.Sprintf("已停用，平台错误码 %d", d.Code)
		case d.Chat.Channel == bot.ViaForward && len(s.Directory.LiaisonPersons(g.Unit)) == 0:
			state = "名册里没有带账号的联络员，发不出"
		case !leadsSomewhere(s, d.Chat):
			state = "此人的账号已删除，发不出"
		}
		doors = append(doors, fmt.Sprintf("%d. %s（%s）", i+1, b.doorName(s, d.Chat), state))
	}
	return line + "：" + strings.Join(doors, "；")
}

// troubles names the channels that can send nothing until somebody acts.
func (b *Bot) troubles() (lines []string) {
	if b.Trouble == nil {
		return nil
	}
	for id, why := range b.Trouble() {
		lines = append(lines, fmt.Sprintf("%s已停：%s。处理好以后会自动恢复。", id.Chinese(), why))
	}
	slices.Sort(lines)
	return lines
}

// groupArg finds the group that the first word of args means: by its id, or as
// the only one of a unit. Nil is the first group of a unit that has none, or, by
// “新群”, one more.
func (b *Bot) groupArg(s *book.State, args string) (u bot.UnitID, g *directory.Group, rest string, err error) {
	word, rest := command(args)
	if g := s.Directory.GroupByID(bot.GroupID(strings.ToLower(word))); g != nil {
		return g.Unit, g, rest, nil
	}
	if u, err = b.unitArg(word); err != nil {
		return "", nil, "", err
	}
	if another, after := command(rest); another == wordNew {
		return u, nil, after, nil
	}
	switch groups := s.Directory.GroupsOf(u); len(groups) {
	case 0:
		return u, nil, rest, nil
	case 1:
		return u, groups[0], rest, nil
	default:
		var ids []string
		for _, g := range groups {
			ids = append(ids, string(g.ID))
		}
		return "", nil, "", bot.Refuse(fmt.Sprintf("%s有几个群：%s", b.short[u], strings.Join(ids, "、")), "请把单位换成群的编号；另立一个群写“"+b.short[u]+" "+wordNew+" …”")
	}
}

// addRoute handles “加渠道 教科局 WEBHOOK”, “加渠道 教科局 人工代发 群名” and whatever
// else there is a [Door] for.
func (b *Bot) addRoute(ctx context.Context, op bot.Operator, args, _ string) (text string, err error) {
	err = b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		u, g, rest, err := b.groupArg(s, args)
		if err != nil {
			return nil, err
		}
		chat, name, met, err := b.newDoor(s, u, rest)
		if err != nil {
			return nil, err
		}
		var id bot.GroupID
		if g != nil {
			id = g.ID
		}
		id, out, err := s.Directory.AddRoute(u, id, chat, op.ID)
		text = fmt.Sprintf("已加：%s的群 %s 走%s。", b.short[u], id, name)
		if chat.Channel == bot.ViaForward && len(s.Directory.LiaisonPersons(u)) == 0 {
			text += "但名册里还没有带账号的联络员，请先导入名册，否则没有人代发。"
		}
		return append(met, out...), err
	})
	return text, err
}

// doorArg reads a unit, or a group by its id, and which of its doors is meant.
func (b *Bot) doorArg(s *book.State, args string) (*directory.Group, bot.Chat, error) {
	word, rest := command(args)
	if g := s.Directory.GroupByID(bot.GroupID(strings.ToLower(word))); g != nil {
		return b.oldDoor(s, []*directory.Group{g}, rest)
	}
	u, err := b.unitArg(word)
	if err != nil {
		return nil, bot.Chat{}, err
	}
	return b.oldDoor(s, s.Directory.GroupsOf(u), rest)
}

// removeRoute handles “减渠道 教科局 机器人”.
func (b *Bot) removeRoute(ctx context.Context, op bot.Operator, args, _ string) (text string, err error) {
	err = b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		g, chat, err := b.doorArg(s, args)
		if err != nil {
			return nil, err
		}
		text = fmt.Sprintf("已减：%s的群 %s 不再走%s。", b.short[g.Unit], g.ID, b.doorName(s, chat))
		if len(g.Doors) == 1 {
			text += "这个群没有别的渠道，以后不再发送；已有的记录保留。"
		}
		return s.Directory.RemoveRoute(g.ID, chat, op.ID)
	})
	return text, err
}

// enableRoute handles “启用渠道 教科局 机器人”.
func (b *Bot) enableRoute(ctx context.Context, op bot.Operator, args, _ string) (text string, err error) {
	err = b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		g, chat, err := b.doorArg(s, args)
		if err != nil {
			return nil, err
		}
		text = fmt.Sprintf("已启用：%s的群 %s 恢复走%s。", b.short[g.Unit], g.ID, b.doorName(s, chat))
		return s.Directory.EnableRoute(g.ID, chat, op.ID)
	})
	return text, err
}

// halt handles “停发”.
func (b *Bot) halt(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	waiting := 0
	err := b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		waiting = len(s.Outbox.Pending(push.Planned, push.Retry, push.InFlight))
		return s.Outbox.StopSending(args, op.ID), nil
	})
	return fmt.Sprintf("已停发：还没交给平台的一条也不再发（待发 %d 条），重启也不恢复。签到和答复照常。恢复请发：恢复发送", waiting), err
}

func (b *Bot) resume(ctx context.Context, op bot.Operator, _, _ string) (string, error) {
	err := b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) { return s.Outbox.ResumeSending(op.ID) })
	return "已恢复发送：停发期间积下的会接着发，签到已经截止的不再发。", err
}

// stopped says in answers about sending that it is stopped.
func stopped(s *book.State) string {
	stop := s.Outbox.Stopped()
	if stop == nil {
		return ""
	}
	return fmt.Sprintf("现在停发（%s起），发“恢复发送”后才会发出。\n", stop.At.In(bot.Zone).Format("01-02 15:04"))
}

// declinedFor is how long it is shown that a liaison would not forward.
const declinedFor = 30 * 24 * time.Hour

// errands lists what people have been handed and have not answered, and what they
// would not forward.
func (b *Bot) errands(ctx context.Context, _ bot.Operator, _, _ string) (text string, err error) {
	err = b.Book.View(ctx, func(s *book.State, now time.Time) error {
		waiting := s.Outbox.Errands("")
		lines := []string{fmt.Sprintf("**待人工转发（%d）**：联络员口头说已转发的，可代为回复“已转发 编号”", len(waiting))}
		if len(waiting) == 0 {
			lines = []string{"没有等联络员转发的消息。"}
		}
		for _, d := range waiting[:min(maxQueue, len(waiting))] {
			state := ""
			if d.Overdue(now, b.Rules) {
				state = "，逾期未转发"
			}
			lines = append(lines, fmt.Sprintf("%s %s，%s交联络员%s", d.ID, b.short[d.Unit], d.HandedAt.In(bot.Zone).Format("01-02 15:04"), state))
		}
		if n := len(waiting) - maxQueue; n > 0 {
			lines = append(lines, fmt.Sprintf("……还有 %d 条", n))
		}
		for _, d := range s.Outbox.Declined(now.Add(-declinedFor)) {
			lines = append(lines, fmt.Sprintf("%s %s 不转发：%s", d.ID, b.short[d.Unit], d.Remark))
		}
		text = strings.Join(lines, "\n")
		return nil
	})
	return text, err
}

// forwardWords are what a person answers to an errand.
var forwardWords = []string{"已转发", "不转发"}

// forwardHelp tells the liaison of a unit with such a group what to answer.
func forwardHelp(s *book.State, u bot.UnitID) string {
	for _, g := range s.Directory.GroupsOf(u) {
		if g.On(bot.ViaForward) != nil {
			return "· 我交您转发到微信群的消息，转发后回“已转发”，不能转发回“不转发 理由”；\n"
		}
	}
	return ""
}

// forwards is the operator's word on an errand: a liaison told him.
func forwards(word string) func(*Bot, context.Context, bot.Operator, string, string) (string, error) {
	return func(b *Bot, ctx context.Context, op bot.Operator, args, _ string) (string, error) {
		return b.forward(ctx, word, args, func(*book.State) (push.Forwarder, []bot.Payload, error) {
			return push.Forwarder{Operator: op.ID, Person: op.Person}, nil, nil
		})
	}
}

// liaisonForwards is the liaison's.
func (b *Bot) liaisonForwards(ctx context.Context, in bot.Inbound, word, args string) (bot.Answer, error) {
	text, err := b.forward(ctx, word, args, func(s *book.State) (push.Forwarder, []bot.Payload, error) {
		m, met, _ := known(s, in.From)
		if !m.Liaison {
			return push.Forwarder{}, nil, bot.Refuse("这项操作只对单位联络员开放", "联络员以名册为准")
		}
		return push.Forwarder{Member: m.ID, Unit: m.Unit, Person: in.From}, met, nil
	})
	return bot.Answer{Text: text}, err
}

var deliveryID = regexp.MustCompile(`^[DX][0-9]{6,}$`)

func (b *Bot) forward(ctx context.Context, word, args string, who func(*book.State) (push.Forwarder, []bot.Payload, error)) (text string, err error) {
	id, why := command(args)
	if id = strings.ToUpper(id); !deliveryID.MatchString(id) {
		id, why = "", args
	}
	declined := word == "不转发"
	err = b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		by, met, err := who(s)
		if err != nil {
			return nil, err
		}
		d, out, err := s.Outbox.Forward(bot.DeliveryID(id), declined, by, why)
		if err != nil {
			return nil, err
		}
		text = fmt.Sprintf("已记：%s 已转发到群，谢谢。请提醒大家签到，接龙可以粘贴给我登记。", d.ID)
		switch {
		case declined:
			text = fmt.Sprintf("已记：%s 不转发，理由已留存，反诈办公室会看到。", d.ID)
		case d.Session == "":
			text = fmt.Sprintf("已记：%s 已转发到群，谢谢。", d.ID)
		}
		return append(met, out...), nil
	})
	return text, err
}
