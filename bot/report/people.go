package report

import (
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/filing"
)

// An entry is one thing that one person did, or that was said of him.
type entry struct {
	member bot.MemberID
	at     time.Time
	seq    int64
	filing bot.FilingID
	what   string
}

// source says where an entry can be looked up.
func (e entry) source() string {
	if e.filing != "" {
		return "上报" + filing.No(e.filing) + "号"
	}
	return fmt.Sprintf("台账第 %d 条", e.seq)
}

// entries lists what pick finds at the sessions of sp, of one unit or all, of one
// name or all.
func entries(s *book.State, u bot.UnitID, sp Span, name string, show naming, what string, pick func(*attendance.Session) []entry) Answer {
	where := s.Directory.Unit(u).Short
	sh := &Sheet{
		Name: strings.TrimPrefix(where+"-", "-") + sp.file() + "-" + strings.TrimSuffix(what, "（含接龙、粘贴登记）"),
		Head: []string{"单位", "姓名", "场次", "时间", "类别", "出处"},
	}
	a := Answer{Table: sh}
	people := make(map[bot.MemberID]bool)
	for _, sess := range sp.sessions(s) {
		if u != "" && sess.Unit != u {
			continue
		}
		for _, e := range pick(sess) {
			m := s.Directory.MemberByID(s.Directory.Same(e.member))
			if name != "" && (m == nil || m.Name != name) {
				continue
			}
			who, short := show.person(s, s.Directory.Same(e.member)), s.Directory.Unit(sess.Unit).Short
			people[s.Directory.Same(e.member)] = true
			at := e.at.In(bot.Zone)
			if u != "" {
				a.List = append(a.List, strings.TrimRight(fmt.Sprintf("%s 《%s》%s %s", who, sess.Title, at.Format("01-02"), e.what), " ")+"，"+e.source())
			} else {
				a.List = append(a.List, strings.TrimRight(fmt.Sprintf("%s %s %s %s", short, who, at.Format("01-02"), e.what), " ")+"，"+e.source())
			}
			sh.Rows = append(sh.Rows, []string{short, who, sess.Title, at.Format("2006-01-02 15:04"), e.what, e.source()})
		}
	}
	subject := where + name
	if subject != "" {
		subject += " "
	}
	if len(a.List) == 0 {
		return sayf("%s%s没有%s。", strings.TrimSpace(subject), sp.Chinese(), what)
	}
	a.Head = []string{bold("%s%s%s：%d 人，%d 条", subject, sp.Chinese(), what, len(people), len(a.List))}
	a.Named = true
	return a
}

// A someone is one person by name in one unit.
type someone struct {
	unit   bot.Unit
	name   string
	member bot.MemberID // "" if he is on the roster and was never met
	known  string       // how he is known
}

// named returns everybody whose name want accepts, each once, by unit.
func named(s *book.State, u bot.UnitID, want func(name string) bool) []someone {
	var out []someone
	for _, unit := range s.Directory.Units() {
		if u != "" && unit.ID != u {
			continue
		}
		seen := make(map[bot.MemberID]bool)
		add := func(name string, id bot.MemberID, known string) {
			if id != "" && seen[id] || !want(name) {
				return
			}
			seen[id] = id != ""
			out = append(out, someone{unit, name, id, known})
		}
		for _, p := range s.Directory.Roster(unit.ID) {
			add(p.Name, s.Directory.Who(unit.ID, p), "名册")
		}
		for _, m := range s.Directory.Members(unit.ID) {
			known := "自报姓名"
			if m.Sure {
				known = "已确认"
			}
			add(m.Name, m.ID, known)
		}
		for _, m := range s.Directory.NamedOnly(unit.ID) {
			if s.Directory.Same(m.ID) == m.ID {
				add(m.Name, m.ID, "只在上报里出现")
			}
		}
	}
	return out
}

// Person is the answer to “张三 11月”: what he did. Several people of one name are
// listed by unit.
func Person(s *book.State, name string, u bot.UnitID, sp Span) Answer {
	found := named(s, u, func(n string) bool { return n == name })
	switch len(found) {
	case 0:
		where := ""
		if u != "" {
			where = "在" + s.Directory.Unit(u).Short
		}
		return Say(fmt.Sprintf("%s没有找到“%s”。", where, name), "请核对姓名；没有名册、也没签过到的人查不到。")
	case 1:
		return history(s, found[0], sp)
	}
	return several(s, fmt.Sprintf("叫“%s”的有 %d 位", name, len(found)), found, sp)
}

// People is the answer to “zs 11月” and “李主任”: the persons whose name fits what
// was asked, in words for people.
func People(s *book.State, asked string, u bot.UnitID, sp Span, want func(name string) bool) Answer {
	found := named(s, u, want)
	switch len(found) {
	case 0:
		return Say(fmt.Sprintf("没有找到%s。", asked), "请写全名，例如：张三 11月")
	case 1:
		a := history(s, found[0], sp)
		a.Head = append([]string{fmt.Sprintf("（%s只有%s一位，按他查）", asked, found[0].name)}, a.Head...)
		return a
	}
	return several(s, fmt.Sprintf("%s有 %d 位", asked, len(found)), found, sp)
}

func several(s *book.State, head string, found []someone, sp Span) Answer {
	a := Answer{Head: []string{bold("%s，您问的是哪一位？", head)}, Named: true}
	for _, p := range found {
		_, came := attended(s, p, sp)
		a.List = append(a.List, fmt.Sprintf("%s %s：签到 %d 场（%s）", p.unit.Short, p.name, len(came), p.known))
	}
	a.Tail = []string{fmt.Sprintf("请写上单位再问，例如：%s%s", found[0].unit.Short, found[0].name)}
	return a
}

// attended returns how many sessions of his unit asked for check-ins, and a line
// for each at which p was.
func attended(s *book.State, p someone, sp Span) (sessions int, lines []string) {
	for _, sess := range sp.sessions(s) {
		if sess.Unit == p.unit.ID && sp.counts(sess.OpenedAt) && asked(s, sess) {
			sessions++
		}
		if p.member == "" {
			continue
		}
		if c, ok := checkInOf(s, sess, p.member); ok && sp.counts(c.At) {
			lines = append(lines, checkInLine(sess, c))
		}
	}
	return sessions, lines
}

// checkInOf returns a person's check-in at sess: his own, or what another said of
// him by name.
func checkInOf(s *book.State, sess *attendance.Session, id bot.MemberID) (attendance.CheckIn, bool) {
	if c, ok := sess.CheckIn(id); ok {
		return c, true
	}
	if m := s.Directory.MemberByID(id); m == nil || m.Unit != sess.Unit {
		return attendance.CheckIn{}, false
	}
	for _, c := range sess.CheckIns() {
		if !c.Via.Own() && s.Directory.Same(c.Member) == id {
			return c, true
		}
	}
	return attendance.CheckIn{}, false
}

func checkInLine(sess *attendance.Session, c attendance.CheckIn) string {
	how := ""
	if c.Late {
		how = "（补签）"
	}
	if !c.Via.Own() {
		how += "（" + c.Via.Chinese() + "，上报" + filing.No(c.Filing) + "号）"
	}
	return fmt.Sprintf("《%s》%s%s 回执 %s", sess.Title, c.At.In(bot.Zone).Format("01-02 15:04"), how, c.Receipt())
}

func history(s *book.State, p someone, sp Span) Answer {
	sessions, lines := attended(s, p, sp)
	a := Answer{
		Head:  []string{fmt.Sprintf("%s（%s）%s签到 %d 场，本单位共 %d 场", p.name, p.unit.Short, sp.Chinese(), len(lines), sessions)},
		List:  lines,
		Named: true,
	}
	a.List = append(a.List, leaveLines(s, p.member, sp)...)
	switch m := s.Directory.MemberByID(p.member); {
	case p.member == "":
		a.Tail = []string{"在名册上，还没有和助手打过交道。"}
	case m.ByName:
		a.Tail = []string{"只由他人代报，本人没有和助手打过交道。"}
	case !m.Sure:
		a.Tail = []string{"姓名是本人自报的，还没有确认。"}
	}
	return a
}

func leaveLines(s *book.State, id bot.MemberID, sp Span) (lines []string) {
	if id == "" {
		return nil
	}
	for _, sess := range sp.sessions(s) {
		for _, l := range sess.Leaves() {
			if _, came := sess.CheckIn(l.Member); s.Directory.Same(l.Member) == id && !came && sp.counts(l.At) {
				lines = append(lines, strings.TrimSpace(fmt.Sprintf("《%s》请假 %s", sess.Title, l.Reason)))
			}
		}
	}
	return lines
}

// Record is what one member did in month m, as he is told himself.
func Record(s *book.State, member *directory.Member, m bot.Month) string {
	p := someone{unit: s.Directory.Unit(member.Unit), name: member.Name, member: member.ID}
	sessions, lines := attended(s, p, InMonth(m))
	head := fmt.Sprintf("%s本单位 %d 场，签到 %d 场", m.Chinese(), sessions, len(lines))
	return strings.Join(append(append([]string{head}, lines...), leaveLines(s, member.ID, InMonth(m))...), "\n")
}
