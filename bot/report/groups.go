package report

import (
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
)

// idleDays is how long nobody has spoken to the bot in a group that may be closed.
const idleDays = 60

// GroupStatus is the answer to “没建群的”: units without a group, groups that take
// no messages or in which nobody speaks, and chats that belong to nobody. status:
// idle for the last of these, "" for all.
func GroupStatus(s *book.State, status string, now time.Time) Answer {
	with := make(map[bot.UnitID]bool)
	var away, dead, idle []string // away: in groups that the bot was put out of; dead: by other channels
	for _, g := range s.Directory.Groups() {
		with[g.Unit] = true
		name := fmt.Sprintf("%s（%s", s.Directory.Unit(g.Unit).Short, g.ID)
		switch {
		case g.DisabledCode != 0 && (g.On(bot.ViaBot) != nil || g.On("") != nil):
			away = append(away, fmt.Sprintf("%s，错误码 %d）", name, g.DisabledCode))
		case g.DisabledCode != 0:
			dead = append(dead, fmt.Sprintf("%s，%s，错误码 %d）", name, g.Chat.Channel.Chinese(), g.DisabledCode))
		}
		if now.Sub(lastSign(g)) > idleDays*24*time.Hour {
			idle = append(idle, name+"，最近 "+day(lastSign(g))+"）")
		}
	}
	var without []string
	for _, u := range s.Directory.Units() {
		if !with[u.ID] {
			without = append(without, u.Short)
		}
	}
	if status == "idle" {
		if len(idle) == 0 {
			return sayf("没有 %d 天无人 @ 助手、也没有送达的群。", idleDays)
		}
		return Answer{Head: []string{bold("%d 天没有动静的群：%d 个", idleDays, len(idle))}, List: idle, Tail: []string{"不再用的请联络员解散，并告诉办公室。"}}
	}
	units := len(s.Directory.Units())
	a := Answer{Head: []string{fmt.Sprintf("**建群情况**：已建群 %d 个，未建群 %d 个（共 %d 个单位，%d 个群）", units-len(without), len(without), units, len(s.Directory.Groups()))}}
	if len(without) > 0 {
		a.Tail = append(a.Tail, "未建群（助手不在群里）："+strings.Join(without, "、"))
	}
	if len(away) > 0 {
		a.Tail = append(a.Tail, "收不到推送（请在群里重新添加并 @ 助手）："+strings.Join(away, "、"))
	}
	if len(dead) > 0 {
		a.Tail = append(a.Tail, "收不到推送（别的渠道，修好后发“启用渠道”）："+strings.Join(dead, "、"))
	}
	if n := s.Directory.UnboundChats(); n > 0 {
		a.Tail = append(a.Tail, fmt.Sprintf("另有 %d 个群 @ 过助手但没有绑定", n))
	}
	return a
}

// lastSign is when a group last spoke or took a message.
func lastSign(g *directory.Group) time.Time {
	if g.DeliveredAt.After(g.HeardAt) {
		return g.DeliveredAt
	}
	return g.HeardAt
}

// UnitGroups is the answer to “公安局建群没”: the register of one unit's groups.
func UnitGroups(s *book.State, u bot.UnitID) Answer {
	short := s.Directory.Unit(u).Short
	groups := s.Directory.GroupsOf(u)
	if len(groups) == 0 {
		return Say(short + "还没有建群（没有绑定反诈群）。")
	}
	a := Answer{Head: []string{bold("%s已建群：%d 个", short, len(groups))}}
	for _, g := range groups {
		line := fmt.Sprintf("%s：%s 绑定", g.ID, day(g.BoundAt))
		if !g.DeliveredAt.IsZero() {
			line += "，最近送达 " + day(g.DeliveredAt)
		}
		line += "，最近有人 @ 助手 " + day(g.HeardAt)
		if g.DisabledCode != 0 {
			line += fmt.Sprintf("，收不到推送（错误码 %d）", g.DisabledCode)
		}
		a.List = append(a.List, line)
	}
	return a
}
