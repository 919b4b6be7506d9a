package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/directory"
)

// maxLines is how many lines of a list a chat answer shows: every unit of a
// county, about two phone screens.
const maxLines = 40

// list cuts lines to maxLines and says how many more there are.
func list(lines []string) string {
	if len(lines) <= maxLines {
		return strings.Join(lines, "\n")
	}
	return strings.Join(lines[:maxLines], "\n") + fmt.Sprintf("\n……还有 %d 行，完整名单请用 fanzha export 导出", len(lines)-maxLines)
}

// Unit is the answer to “教科局 11月”.
func (t Table) Unit(id bot.UnitID) string {
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Unit.ID == id })
	if i < 0 {
		return "没有这个单位。"
	}
	r := t.Rows[i]
	lines := []string{fmt.Sprintf("**%s %s**", r.Unit.Short, t.Month.Chinese())}
	switch {
	case r.Groups == 0:
		lines = append(lines, "建群：还没有绑定反诈群")
	case r.Disabled > 0:
		lines = append(lines, fmt.Sprintf("建群：%d 个，其中 %d 个收不到推送", r.Groups, r.Disabled))
	default:
		lines = append(lines, fmt.Sprintf("建群：%d 个", r.Groups))
	}
	sent := fmt.Sprintf("推送：应达 %d，已达 %d", r.Due, r.Sent)
	if r.Unknown > 0 {
		sent += fmt.Sprintf("，未知 %d", r.Unknown)
	}
	lines = append(lines, sent, fmt.Sprintf("场次：%d", r.Sessions), "签到："+r.present())
	if r.Late > 0 {
		lines = append(lines, fmt.Sprintf("其中补签 %d 人次", r.Late))
	}
	if r.Doubtful+r.Nameless > 0 {
		lines = append(lines, fmt.Sprintf("姓名待确认 %d 人，未登记姓名 %d 人", r.Doubtful, r.Nameless))
	}
	return strings.Join(append(lines, t.notes()...), "\n")
}

func (r Row) present() string {
	if percent, ok := r.Rate(); ok {
		outside := ""
		if n := r.Present - r.Listed; n > 0 {
			outside = fmt.Sprintf("，名册外 %d 人", n)
		}
		return fmt.Sprintf("%d/%d 人（%d%%）%s", r.Listed, r.Expected, percent, outside)
	}
	switch {
	case r.Sessions == 0 && r.Expected > 0:
		return fmt.Sprintf("0/%d 人（没有签到场次）", r.Expected)
	case r.Sessions == 0:
		return "没有签到场次"
	case r.Expected > 0:
		return fmt.Sprintf("%d 人（名册姓名已删除，不算比例）", r.Present)
	}
	return fmt.Sprintf("%d 人（没有名册，不算比例）", r.Present)
}

// Overview is the answer to “本月”: totals, then one line a unit.
func (t Table) Overview() string {
	return t.overview(fmt.Sprintf("**%s%s 签到情况**", t.County, t.Month.Chinese()), t.Rows)
}

// Tagged is the answer to “银行 本月”.
func (t Table) Tagged(tag string) string {
	rows := slices.DeleteFunc(slices.Clone(t.Rows), func(r Row) bool { return !slices.Contains(r.Unit.Tags, tag) })
	return t.overview(fmt.Sprintf("**%s（%d 个单位）%s**", tag, len(rows), t.Month.Chinese()), rows)
}

func (t Table) overview(head string, rows []Row) string {
	var groups, present, expected, sessions int
	lines := make([]string, 0, len(rows))
	for _, r := range rows {
		if r.Groups > 0 {
			groups++
		}
		present += r.Present
		expected += r.Expected
		sessions += r.Sessions
		line := fmt.Sprintf("%s：%s", r.Unit.Short, r.present())
		if r.Groups == 0 {
			line = r.Unit.Short + "：未建群"
		}
		lines = append(lines, line)
	}
	total := fmt.Sprintf("单位 %d 个，已建群 %d 个；签到场次 %d；签到 %d 人，名册 %d 人", len(rows), groups, sessions, present, expected)
	return strings.Join(slices.Concat([]string{head, total}, lines, t.notes()), "\n")
}

// notes are the remarks as they end a chat answer.
func (t Table) notes() []string {
	var out []string
	for _, remark := range t.Remarks() {
		out = append(out, "注："+remark)
	}
	return out
}

// WithoutCheckIn is the answer to “一个人都没签的单位”.
func (t Table) WithoutCheckIn() string {
	var lines []string
	for _, r := range t.Rows {
		if r.Present == 0 {
			var why []string
			switch {
			case r.Groups == 0:
				why = append(why, "未建群")
			case r.Sent+r.Unknown == 0:
				why = append(why, "本月没有推送到")
			}
			if r.Unit.Unscored {
				why = append(why, "不计分")
			}
			line := r.Unit.Short
			if why != nil {
				line += "（" + strings.Join(why, "，") + "）"
			}
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return t.Month.Chinese() + "每个单位都有人签到。"
	}
	return fmt.Sprintf("**%s没有人签到的单位（%d）**\n%s", t.Month.Chinese(), len(lines), list(lines))
}

// MissingPeople is the answer to “谁没签到”: with a unit its people, else the
// number for each unit. Names are masked unless named is true.
func MissingPeople(s *book.State, m bot.Month, u bot.UnitID, named bool) string {
	if u == "" {
		t := Month(s, m)
		var lines []string
		for _, r := range t.Rows {
			if r.Comparable && r.Sessions > 0 {
				lines = append(lines, fmt.Sprintf("%s：%d 人", r.Unit.Short, len(Absent(s, r.Unit.ID, m))))
			}
		}
		if len(lines) == 0 {
			return "还没有导入名册，或" + m.Chinese() + "没有签到场次，无法比对谁没签到。"
		}
		return fmt.Sprintf("**%s未签到人数**（有名册的单位）\n%s\n看名单请写单位，例如：教科局谁没签到", m.Chinese(), list(lines))
	}
	short := s.Directory.Unit(u).Short
	switch {
	case s.Directory.Expected(u) == 0:
		return short + "还没有导入名册，无法比对谁没签到。"
	case len(s.Directory.Roster(u)) == 0:
		return short + "的名册姓名已按期限删除，无法比对谁没签到。"
	case !slices.ContainsFunc(s.Attendance.In(m), func(sess *attendance.Session) bool { return sess.Unit == u && asked(s, sess) }):
		return short + m.Chinese() + "没有签到场次。"
	}
	names := Absent(s, u, m)
	if len(names) == 0 {
		return fmt.Sprintf("%s%s名册上的人都签到了。", short, m.Chinese())
	}
	if !named {
		for i, n := range names {
			names[i] = directory.Mask(n)
		}
	}
	return fmt.Sprintf("**%s %s 未签到 %d 人**（仅供办公室，不得在群内公布）\n%s", short, m.Chinese(), len(names), list(names))
}

// GroupStatus is the answer to “没建群的”: units without a group, groups that
// take no messages, and chats that belong to nobody.
func GroupStatus(s *book.State) string {
	with := make(map[bot.UnitID]bool)
	var dead []string
	for _, g := range s.Directory.Groups() {
		with[g.Unit] = true
		if g.DisabledCode != 0 {
			dead = append(dead, fmt.Sprintf("%s（%s，错误码 %d）", s.Directory.Unit(g.Unit).Short, g.ID, g.DisabledCode))
		}
	}
	var without []string
	for _, u := range s.Directory.Units() {
		if !with[u.ID] {
			without = append(without, u.Short)
		}
	}
	lines := []string{fmt.Sprintf("**建群情况**：%d 个单位，已建群 %d 个", len(s.Directory.Units()), len(s.Directory.Units())-len(without))}
	if len(without) > 0 {
		lines = append(lines, "未建群："+strings.Join(without, "、"))
	}
	if len(dead) > 0 {
		lines = append(lines, "收不到推送（请在群里重新添加并 @反诈助手）："+strings.Join(dead, "、"))
	}
	if n := s.Directory.UnboundChats(); n > 0 {
		lines = append(lines, fmt.Sprintf("另有 %d 个群 @过反诈助手但没有绑定", n))
	}
	return strings.Join(lines, "\n")
}

// UnitGroups is the answer to “公安局建群没”: the register of one unit's groups.
func UnitGroups(s *book.State, u bot.UnitID) string {
	short := s.Directory.Unit(u).Short
	groups := s.Directory.GroupsOf(u)
	if len(groups) == 0 {
		return short + "还没有绑定反诈群。"
	}
	lines := []string{fmt.Sprintf("**%s的反诈群（%d）**", short, len(groups))}
	for _, g := range groups {
		line := fmt.Sprintf("%s：%s 绑定", g.ID, day(g.BoundAt))
		if !g.DeliveredAt.IsZero() {
			line += "，最近送达 " + day(g.DeliveredAt)
		}
		line += "，最近有人 @ 助手 " + day(g.HeardAt)
		if g.DisabledCode != 0 {
			line += fmt.Sprintf("，收不到推送（错误码 %d）", g.DisabledCode)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func day(t time.Time) string { return t.In(bot.Zone).Format("2006-01-02") }

// Person is the answer to “张三 11月”: how often he checked in. Several people
// of one name are told apart by unit.
func Person(s *book.State, name string, u bot.UnitID, m bot.Month) string {
	var lines []string
	for _, unit := range s.Directory.Units() {
		if u != "" && unit.ID != u {
			continue
		}
		for _, member := range s.Directory.Members(unit.ID) {
			if member.Name == name {
				lines = append(lines, fmt.Sprintf("%s（%s）：%s", name, unit.Short, Record(s, member, m)))
			}
		}
	}
	if len(lines) == 0 {
		return fmt.Sprintf("没有找到“%s”的签到记录。", name)
	}
	return list(lines)
}

// Record is what one member did in month m.
func Record(s *book.State, member *directory.Member, m bot.Month) string {
	var parts []string
	sessions := 0
	for _, sess := range s.Attendance.In(m) {
		if sess.Unit == member.Unit && asked(s, sess) {
			sessions++
		}
		if c, ok := sess.CheckIn(member.ID); ok {
			late := ""
			if c.Late {
				late = "（补签）"
			}
			parts = append(parts, fmt.Sprintf("《%s》%s%s 回执 %s", sess.Title, c.At.In(bot.Zone).Format("01-02 15:04"), late, c.Receipt()))
		}
	}
	head := fmt.Sprintf("%s本单位 %d 场，签到 %d 场", m.Chinese(), sessions, len(parts))
	if len(parts) == 0 {
		return head
	}
	return head + "\n" + strings.Join(parts, "\n")
}
