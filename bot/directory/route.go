package directory

import (
	"fmt"
	"slices"

	"fanzha/bot"
)

// This file is about the ways into a group: the chat of the bot, a webhook, a
// person who forwards. A group that one door does not let in may have another.

// A Door is one way into a Group.
type Door struct {
	Chat bot.Chat
	// Code is the platform's if it takes no more messages, else 0.
	Code int
}

// Open returns the doors of g that take messages, in order of preference.
func (g *Group) Open() []bot.Chat {
	var out []bot.Chat
	for _, d := range g.Doors {
		if d.Code == 0 {
			out = append(out, d.Chat)
		}
	}
	return out
}

// Closed reports whether nothing can be sent to g, because it has no door left
// or none that takes messages.
func (g *Group) Closed() bool {
	return !slices.ContainsFunc(g.Doors, func(d Door) bool { return d.Code == 0 })
}

// On returns the door of g on that channel; nil if it has none.
func (g *Group) On(c bot.ChannelID) *Door {
	for i := range g.Doors {
		if g.Doors[i].Chat.Channel == c {
			return &g.Doors[i]
		}
	}
	return nil
}

// codeOf returns the code for which the door of that chat is disabled, 0 if it
// is not.
func (g *Group) codeOf(c bot.Chat) int {
	if d := g.at(c); d != nil {
		return d.Code
	}
	return 0
}

func (g *Group) at(c bot.Chat) *Door {
	if i := slices.IndexFunc(g.Doors, func(d Door) bool { return d.Chat == c }); i >= 0 {
		return &g.Doors[i]
	}
	return nil
}

func (g *Group) enable(c bot.Chat) {
	if d := g.at(c); d != nil {
		d.Code = 0
	}
	g.settle()
}

// disable closes the door on a channel; "" is the first one.
func (g *Group) disable(c bot.ChannelID, code int) {
	d := g.On(c)
	if c == "" && len(g.Doors) > 0 {
		d = &g.Doors[0]
	}
	if d != nil {
		d.Code = code
	}
	g.settle()
}

// settle brings up to date what follows from the doors.
func (g *Group) settle() {
	g.Chat, g.DisabledCode = bot.Chat{}, 0
	if len(g.Doors) == 0 {
		return
	}
	g.Chat = g.Doors[0].Chat
	if g.Closed() {
		g.DisabledCode = g.Doors[0].Code
	}
}

func (v *View) addDoor(p *bot.RouteAdded) {
	g := v.groupBy[p.Group]
	if g == nil {
		return
	}
	if g.at(p.Chat) == nil {
		g.Doors = append(g.Doors, Door{Chat: p.Chat})
		v.groupOf[p.Chat] = g
		delete(v.seen, p.Chat)
	}
	g.enable(p.Chat)
}

func (v *View) removeDoor(p *bot.RouteRemoved) {
	g := v.groupBy[p.Group]
	if g == nil {
		return
	}
	g.Doors = slices.DeleteFunc(g.Doors, func(d Door) bool { return d.Chat == p.Chat })
	if v.groupOf[p.Chat] == g {
		delete(v.groupOf, p.Chat)
	}
	g.settle()
}

// Disable decides that the platform takes no more messages for a group's door on
// that channel.
func (v *View) Disable(id bot.GroupID, channel bot.ChannelID, platformCode int) []bot.Payload {
	g := v.groupBy[id]
	if g == nil {
		return nil
	}
	d := g.On(channel)
	if d == nil || d.Code != 0 {
		return nil
	}
	p := &bot.GroupDisabled{Group: id, Unit: g.Unit, Code: platformCode}
	if d != &g.Doors[0] {
		p.Channel = channel
	}
	return []bot.Payload{p}
}

// AddRoute decides that chat is one more door of group id, or, if id is empty,
// the only one of a new group of unit u. It returns the group.
func (v *View) AddRoute(u bot.UnitID, id bot.GroupID, chat bot.Chat, by bot.OperatorID) (bot.GroupID, []bot.Payload, error) {
	if other := v.groupOf[chat]; other != nil {
		return "", nil, bot.Refuse(fmt.Sprintf("这个渠道已经是%s的群 %s 的", v.Unit(other.Unit).Short, other.ID), "一个渠道只能属于一个群，请先减去")
	}
	if id == "" {
		id = v.nextGroup()
		return id, []bot.Payload{&bot.GroupBound{Group: id, Chat: chat, Unit: u, Operator: by}}, nil
	}
	g := v.groupBy[id]
	switch {
	case g == nil || g.Unit != u:
		return "", nil, bot.Refuse(fmt.Sprintf("没有编号为 %s 的群", id), "发送“渠道 单位”可以看编号")
	case g.On(chat.Channel) != nil:
		return "", nil, bot.Refuse("这个群已经有一个同类的渠道", "请先减去原来的再加；另立一个群写“单位 新群 …”")
	}
	return id, []bot.Payload{&bot.RouteAdded{Group: id, Unit: u, Chat: chat, By: by}}, nil
}

// RemoveRoute decides that chat is no door of group id any more. A group that has
// lost its last door gets nothing; what it has done stays.
func (v *View) RemoveRoute(id bot.GroupID, chat bot.Chat, by bot.OperatorID) ([]bot.Payload, error) {
	g := v.groupBy[id]
	if g == nil || g.at(chat) == nil {
		return nil, noDoor()
	}
	return []bot.Payload{&bot.RouteRemoved{Group: id, Unit: g.Unit, Chat: chat, By: by}}, nil
}

// EnableRoute decides that a door that the platform had closed is tried again.
func (v *View) EnableRoute(id bot.GroupID, chat bot.Chat, by bot.OperatorID) ([]bot.Payload, error) {
	g := v.groupBy[id]
	switch {
	case g == nil || g.at(chat) == nil:
		return nil, noDoor()
	case g.codeOf(chat) == 0:
		return nil, bot.Refuse("这个渠道没有停用", "")
	}
	return []bot.Payload{&bot.RouteAdded{Group: id, Unit: g.Unit, Chat: chat, By: by}}, nil
}

func noDoor() error {
	return bot.Refuse("这个群没有这个渠道", "发送“渠道 单位”可以看列表")
}
