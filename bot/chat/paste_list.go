package chat

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A block is one 接龙 as it was posted once: what stands above the entries,
// and the entries.
type block struct {
	head     []string
	items    []string
	tagged   bool // it begins with #接龙
	numbered int  // entries with a number
}

// An entry is what one place of a list says.
type entry struct {
	people []entryPerson
	why    string // why there is nobody
	other  bool   // the list is about something else
	danger bool
}

type entryPerson struct {
	PastedPerson
	doubt string
}

// firstParagraph parts the lines before the first blank one, or before a list
// that the chat program has marked, from the rest.
func firstParagraph(lines []string) (first, rest []string) {
	for i, line := range lines {
		if _, tagged := cutTag(fold(line)); line == "" || tagged {
			return lines[:i], lines[i:]
		}
	}
	return lines, nil
}

// paragraphs parts lines at blank ones.
func paragraphs(lines []string) [][]string {
	var out [][]string
	var cur []string
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			cur = append(cur, line)
		} else if cur != nil {
			out, cur = append(out, cur), nil
		}
	}
	if cur != nil {
		out = append(out, cur)
	}
	return out
}

// hasList reports whether there is a list in a paragraph.
func (p *paster) hasList(lines []string) bool {
	return tableRows(lines) != nil || slices.ContainsFunc(p.blocks(lines), func(b block) bool { return p.isList(&b, false) })
}

// readLoose reads the lists in text without a writer. above are lines that may
// be the title of the first.
func (p *paster) readLoose(m message, above []string) {
	var lines []string
	flush := func() {
		for _, b := range p.blocks(lines) {
			switch {
			case !p.isList(&b, true):
				for _, line := range slices.Concat(b.head, b.items) {
					p.aside(line, "看不出是谁写的")
				}
				continue
			case len(b.head) == 0 && !b.tagged:
				b.head = above
			}
			p.lists++
			p.readBlock(m, b)
			above = nil
		}
		lines = nil
	}
	for _, para := range paragraphs(m.lines) {
		if rows := tableRows(para); rows != nil {
			flush()
			if p.readTable(m, rows) {
				p.lists++
				continue
			}
		}
		lines = append(append(lines, para...), "")
	}
	flush()
}

// blocks cuts lines into lists. A new one begins at #接龙, and where the
// numbers begin again below a line that is no entry.
func (p *paster) blocks(lines []string) []block {
	var out []block
	var cur block
	var waiting []string // lines without a number: titles, or entries
	flush := func() {
		if cur.numbered > 0 {
			cur.items = append(cur.items, waiting...)
		} else {
			cur.head = append(cur.head, waiting...)
		}
		if len(cur.head)+len(cur.items) > 0 {
			out = append(out, cur)
		}
		cur, waiting = block{}, nil
	}
	for _, line := range lines {
		text := strings.TrimSpace(fold(line))
		rest, tagged := cutTag(text)
		if tagged {
			flush()
			cur.tagged = true
			text, line = rest, rest
		}
		if text == "" && cur.numbered == 0 && !cur.tagged && p.namesBelow(&block{head: waiting}) {
			flush() // names without numbers end at a blank line
		}
		if strings.Trim(text, "0123456789.、,() ") == "" || strings.HasPrefix(text, "例") || strings.HasPrefix(text, "示例") {
			continue
		}
		title, parts := numberedLine(text)
		if len(parts) == 1 && title == "" {
			parts[0] = asWritten(line, parts[0])
		}
		switch {
		case parts == nil:
			waiting = append(waiting, strings.TrimSpace(line))
			continue
		case cur.numbered > 0 && firstNumber(text) && (title != "" || p.isTitle(waiting)):
			head := waiting
			waiting = nil
			flush()
			cur.head = head
		case cur.numbered > 0:
			cur.items = append(cur.items, waiting...)
		default:
			cur.head = append(cur.head, waiting...)
		}
		waiting = nil
		if title != "" {
			cur.head = append(cur.head, title)
		}
		cur.items = append(cur.items, parts...)
		cur.numbered += len(parts)
	}
	flush()
	return out
}

// cutTag cuts off the word by which the chat program marks a list.
func cutTag(text string) (rest string, ok bool) {
	for _, tag := range []string{"#接龙", "接龙#"} {
		if rest, ok = strings.CutPrefix(text, tag); ok {
			return strings.Trim(rest, " :"), true
		}
	}
	if text == "接龙" || text == "接龙:" {
		return "", true
	}
	return text, false
}

// numberedLine returns the entries of a line, and the title that stands before
// them on it.
func numberedLine(text string) (title string, parts []string) {
	if parts = splitNumbered(text); parts != nil {
		return "", parts
	}
	before, after, ok := strings.Cut(text, ":")
	if parts = nil; ok && after != "" {
		if parts = splitNumbered(strings.TrimSpace(after)); len(parts) > 1 {
			return strings.TrimSpace(before), parts
		}
	}
	return "", nil
}

// asWritten returns the end of line that reads as part when made plain.
func asWritten(line, part string) string {
	rest := strings.TrimLeftFunc(line, func(r rune) bool { return !unicode.IsLetter(r) })
	if strings.TrimSpace(fold(rest)) == part {
		return strings.TrimSpace(rest)
	}
	return part
}

// firstNumber reports whether the first entry of a line is number one.
func firstNumber(text string) bool {
	_, after, _ := strings.Cut(text, ":")
	for _, s := range []string{text, strings.TrimSpace(after)} {
		s = strings.TrimLeft(s, "(0")
		if strings.HasPrefix(s, "①") || strings.HasPrefix(s, "1") && (len(s) == 1 || !isDigit(rune(s[1]))) {
			return true
		}
	}
	return false
}

// isTitle reports whether lines stand above a list, rather than being entries
// whose numbers are missing.
func (p *paster) isTitle(lines []string) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return p.onlyName(line) == "" })
}

// isList reports whether b is a list of persons, not the points of a notice.
// Lines without numbers are one if each is a name; within a message that is
// left to [Lexicon.ReadReply].
func (p *paster) isList(b *block, loose bool) bool {
	if b.numbered == 0 {
		return loose && p.namesBelow(b)
	}
	if b.tagged {
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
		if names := p.namesIn(rest); ok && names != nil && p.subject(title) == attends {
			b.head, b.items = []string{title}, names
			return true
		}
		return false
	}
	first := 0
	for first < len(lines) && first < 3 && p.lineName(lines[first]) == "" {
		first++
	}
	if len(lines)-first < 2 {
		return false
	}
	for _, line := range lines[first:] {
		if p.lineName(line) == "" && p.namesIn(line) == nil {
			return false
		}
	}
	b.head = lines[:first]
	for _, line := range lines[first:] {
		if names := p.namesIn(line); names != nil {
			b.items = append(b.items, names...)
		} else {
			b.items = append(b.items, line)
		}
	}
	return true
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
	return p.onlyName(first)
}

// namesIn returns the parts of a line if there are several and each is a
// name.
func (p *paster) namesIn(line string) []string {
	names := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("、,，/;； \t。", r) })
	if len(names) < 2 || slices.ContainsFunc(names, func(s string) bool { return p.onlyName(s) == "" || utf8.RuneCountInString(s) > 6 }) {
		return nil
	}
	return names
}

// A subject is what a list is about, by its title.
type subject int

const (
	untitled subject = iota
	attends          // a check-in
	willCome         // 报名: who means to come
	another          // 聚餐, 牛奶
)

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
	for _, line := range head {
		if p.subject(line) == attends {
			return title{line, line, attends}
		}
	}
	for _, line := range head {
		clauses := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("，,。；;！!？? ", r) })
		for _, c := range clauses {
			if len(clauses) > 2 && strings.Contains(fold(c), "签到") && p.subject(c) == attends {
				return title{line, c, attends}
			}
		}
	}
	t := title{full: strings.Join(head, " ")}
	if t.about = p.subject(t.full); t.about != untitled {
		t.said = t.full
	}
	return t
}

// entitle makes t the paste's title, if it is the first of a check-in.
func (p *paster) entitle(t title) {
	if t.about == attends && p.out.Title == "" && !dangerous(t.full) {
		p.out.Title = shown(t.full)
	}
}

// subject judges one title, of which the beginning tells enough.
func (p *paster) subject(line string) subject {
	rs := []rune(fold(line))
	rs = rs[:min(len(rs), maxLineRunes)]
	said := slices.ContainsFunc(segment(p.lex.reply, rs, nil), func(t token) bool {
		return !t.is(cUnit | cDate | cNum | cSep | cDeptEnd | cSuffix | cTime)
	})
	if !said {
		return untitled
	}
	r := p.lex.ReadReply("#接龙\n"+string(rs)+"\n1. 张三", Context{Now: p.ctx.Now})
	switch signUp := strings.Contains(line, "报名") || strings.Contains(line, "拟参"); {
	case r.Intent == CheckInList && signUp:
		return willCome
	case r.Intent == CheckInList:
		return attends
	}
	return another
}

// readBlock enters the persons of one list.
func (p *paster) readBlock(m message, b block) {
	t := p.judge(b.head)
	if t.about == another {
		p.aside(t.full, "别的接龙，不是签到")
		return
	}
	p.entitle(t)
	for _, it := range b.items {
		if it == "" {
			continue // a slot that is left blank
		}
		if p.stopped {
			return
		}
		e := p.entry(t.said, it)
		if e.danger {
			p.out.Danger++
			continue
		}
		if e.people == nil {
			p.aside(it, e.why)
		}
		for _, q := range e.people {
			q.At = m.at
			if t.about == willCome && !q.Leave {
				q.doubt = "是报名接龙"
			}
			p.take(q.PastedPerson, q.doubt)
		}
	}
}

// entry reads one entry of a list with that title, as a list of one.
func (p *paster) entry(title, item string) entry {
	key := title + "\n" + item
	e, ok := p.entries[key]
	if !ok && p.goOn() {
		e = p.readEntry(title, item)
		p.entries[key] = e
	}
	return e
}

func (p *paster) readEntry(title, item string) entry {
	if utf8.RuneCountInString(item) > maxRunes {
		return entry{why: "文字太长，没有当签到读"}
	}
	if Danger(item) {
		return entry{danger: true}
	}
	if names := p.namesIn(item); names != nil {
		var e entry
		for _, n := range names {
			e.people = append(e.people, p.entry(title, n).people...)
		}
		return e
	}
	who := p.speaker(item)
	plain := strings.ReplaceAll(fold(item), "\n", " ")
	r := p.lex.ReadReply("#接龙\n"+title+"\n1. "+plain, Context{Now: p.ctx.Now, Session: p.ctx.Session, Known: p.ctx.Known})
	name, doubt, proxied := "", "", len(r.Proxied) > 0
	switch {
	case r.Intent == CaseHelp:
		return entry{danger: true}
	case len(r.Absent) > 0:
		return entry{why: "写明没有签到"}
	case r.Intent == OtherList:
		return entry{why: "别的接龙，不是签到"}
	case r.Intent != CheckInList && r.Intent != CheckIn:
		return entry{why: noName}
	case len(r.OnLeave) > 0:
		name = r.OnLeave[0]
	case len(r.Names) > 0:
		name = r.Names[0]
	}
	switch {
	case strings.HasPrefix(who.why, "有两个") && !proxied:
		return entry{why: who.why}
	case who.name != "" && !proxied:
		name = who.name
	case name == "":
		return entry{why: noName}
	}
	if r.Counts != Yes && len(r.OnLeave) == 0 {
		doubt = "没有写明是签到"
		if title != "" {
			doubt = p.doubtOf(r)
		}
	}
	q := PastedPerson{Name: name, Text: shown(item), Proxied: proxied, Unit: who.unit, Rule: "接龙"}
	q.Late = strings.Contains(plain, "补签") || strings.Contains(plain, "(补)")
	if len(r.OnLeave) > 0 {
		q.Leave, q.Reason = true, p.leaveReason(plain)
	}
	return entry{people: []entryPerson{{q, doubt}}}
}

// leaveReason is the kind of leave that a line names.
func (p *paster) leaveReason(text string) string {
	for _, t := range segment(p.lex.reply, []rune(text), p.ctx.Known) {
		if t.is(cReason) {
			return t.val
		}
	}
	return ""
}
