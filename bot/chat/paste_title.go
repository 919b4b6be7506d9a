package chat

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// isList reports whether b is a list of persons, not the points of a notice.
// Lines without numbers are one if each is a name; within a message that is
// left to [Lexicon.ReadReply].
func (p *paster) isList(b *block, loose bool) bool {
	switch {
	case b.numbered == 0:
		return loose && p.namesBelow(b)
	case b.tagged, b.section:
		return true
	}
	if b.numbered < 2 {
		return false
	}
	long, named, blank := 0, 0, 0
	for _, it := range b.items {
		switch {
		case it == "":
			blank++
		case utf8.RuneCountInString(it) > 30:
			long++
		case p.entry("签到", it).people != nil:
			named++
		}
	}
	return long*3 <= len(b.items) && named > 0 && named*2 >= len(b.items)-blank
}

// namesBelow makes entries of lines that are names, one a line below a title,
// or all behind it: 签到名单：张三、李四.
func (p *paster) namesBelow(b *block) bool {
	lines := b.head
	if len(lines) == 1 {
		title, rest, ok := strings.Cut(fold(lines[0]), ":")
		if names := p.namesIn(rest); ok && names != nil && p.subject(title) != another && p.subject(title) != untitled {
			b.head, b.items = []string{title}, names
			return true
		}
		return false
	}
	first := 0
	for first < len(lines) && first < 3 && p.lineName(lines[first]) == "" {
		first++
	}
	titled := first > 0 && p.judge(lines[:1]).about == attends || b.section
	if titled {
		first = 1
	}
	var items []string
	for _, line := range lines[first:] {
		names, ok := p.lineItems(line, titled)
		if !ok {
			return false
		}
		items = append(items, names...)
	}
	if len(items) < 2 && !b.section || len(lines)-first < 2 && !titled {
		return false
	}
	b.head, b.items = lines[:first], items
	return true
}

// lineItems returns the entries on a line: a name, several names, or names
// behind a label (办公室：张三、李四), which goes with them if it says more than
// where they work (请假：王五).
func (p *paster) lineItems(line string, labelled bool) (items []string, ok bool) {
	if names := p.namesIn(line); names != nil {
		return names, true
	}
	label, rest, found := strings.Cut(fold(line), ":")
	if !found || !labelled || utf8.RuneCountInString(label) > 10 {
		return []string{line}, p.lineName(line) != ""
	}
	said := slices.ContainsFunc(segment(p.lex.reply, []rune(label), p.ctx.Known), func(t token) bool {
		return t.is(cLeave | cReason | cGone | cNot | cLate | cProxy)
	})
	if slices.Contains([]string{"单位", "时间", "日期", "地点", "主题", "内容", "活动名称", "人数", "应到", "实到"}, label) {
		return nil, true
	}
	for _, s := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune("、,;/ 。", r) }) {
		switch {
		case s == "无":
		case p.lineName(s) == "":
			return nil, false
		case said:
			items = append(items, s+" "+label)
		default:
			items = append(items, s)
		}
	}
	return items, true
}

// lineName returns the name with which a short line begins, if it may be an
// entry of a list.
func (p *paster) lineName(line string) string {
	if name := p.onlyName(line); name != "" {
		return name
	}
	line = fold(line)
	if utf8.RuneCountInString(line) > maxPlain || strings.ContainsAny(line, ":。?!") {
		return ""
	}
	first, _, _ := strings.Cut(strings.NewReplacer("(", " ", ",", " ", "\t", " ").Replace(line), " ")
	if name := p.onlyName(first); name != "" {
		return name
	}
	const beside = cCheck | cSignDone | cLate | cHere | cJoin | cLearn | cLeave | cReason | cGone | cNow | cProxy | cParticle | cEmote | cUnit | cSep
	name := ""
	for _, t := range segment(p.lex.reply, []rune(line), p.ctx.Known) {
		switch {
		case t.class == cName && name == "":
			name = t.text // 张三已签到
		case t.class == cName, !t.is(beside), name == "" && !t.is(cUnit|cSep):
			return ""
		}
	}
	return name
}

// namesIn returns the parts of a line if there are several and each is a
// name.
func (p *paster) namesIn(line string) []string {
	names := strings.FieldsFunc(strings.ReplaceAll(line, " 和 ", " "), func(r rune) bool { return strings.ContainsRune("、,，/;；+＋& \t。", r) })
	if len(names) < 2 || slices.ContainsFunc(names, func(s string) bool { return p.onlyName(s) == "" || utf8.RuneCountInString(s) > 6 }) {
		return nil
	}
	return names
}

// A title is what stands above a list.
type title struct {
	full  string // the line that tells most
	said  string // the part of it by which entries are read
	about subject
}

// judge finds the title in the lines above a list. A long line is a notice:
// then its clauses are looked at, for 有事请假的打我电话 makes no telephone list
// of it.
func (p *paster) judge(head []string) title {
	t := title{full: strings.Join(head, " ")}
	for _, line := range head {
		switch s := p.subject(line); {
		case s == absent:
			return title{line, "", absent}
		case s == attends && t.about != attends, s != untitled && t.about == untitled, s != another && t.about == another:
			t = title{line, line, s}
		}
		if t.about == willCome {
			t.said = "签到" // the entries are read as if they had come
		}
	}
	if t.about != another {
		return t
	}
	for _, line := range head {
		clauses := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("，,。；;！!？? ", r) })
		for _, c := range clauses {
			if len(clauses) > 2 && strings.Contains(fold(c), "签到") && p.subject(c) == attends {
				return title{line, c, attends}
			}
		}
	}
	return t
}

// entitle makes t the paste's title, if it is the first of a check-in.
func (p *paster) entitle(t title) {
	if t.about == attends && p.out.Title == "" && !dangerous(t.full) {
		p.out.Title = shown(t.full)
	}
}

// subject judges one title.
func (p *paster) subject(line string) subject {
	s, ok := p.subjects[line]
	if !ok {
		s = p.readSubject(line)
		p.subjects[line] = s
	}
	return s
}

// aboutWords says why a list of that subject is not taken.
func aboutWords(s subject) string {
	switch s {
	case absent:
		return "列的是没到或应到的人"
	case willCome:
		return "报名接龙，不是签到"
	case onLeave:
		return "请假名单，请单独发送"
	}
	return "别的接龙，不是签到"
}

// readSubject judges a title, of which the beginning tells enough. A title that
// tells nothing is that of something else.
func (p *paster) readSubject(line string) subject {
	rs := []rune(fold(line))
	about := p.lex.subjectOf(string(rs[:min(len(rs), maxLineRunes)]))
	if about == vague {
		return another
	}
	return about
}
