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
	section  bool // its title parts it from the one before: 未签到：
	numbered int  // entries with a number
}

// An entry is what one place of a list says.
type entry struct {
	people []entryPerson
	why    string // why there is nobody
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

// cutQuotation drops what the writer quotes below his own words, as newer
// desktop programs copy it: "引用 张三 的消息 : 签到".
func cutQuotation(lines []string) (own []string, quoted bool) {
	for i, line := range lines {
		if strings.HasPrefix(line, "引用") && strings.Contains(line, "的消息") {
			return lines[:i], true
		}
	}
	return lines, false
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
	blocks := p.blocks(lines)
	return tableRows(lines) != nil || slices.ContainsFunc(blocks, func(b block) bool { return p.isList(&b, len(blocks) > 1) })
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
		if names := (block{head: waiting, section: cur.section && cur.numbered == 0}); text == "" && !tagged && (cur.numbered > 0 || !cur.tagged) && p.namesBelow(&names) {
			waiting = nil // names without numbers are a list of their own
			flush()
			cur = block{head: slices.Concat(names.head, names.items), section: names.section}
			flush()
		}
		if strings.Trim(text, "0123456789.、,() ") == "" || strings.HasPrefix(text, "例") || strings.HasPrefix(text, "示例") {
			continue
		}
		if (cur.numbered > 0 || slices.ContainsFunc(waiting, func(s string) bool { return p.lineName(s) != "" })) && p.isSection(text) {
			flush()
			cur.section = true
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

// isSection reports whether a line parts a list: 未签到：
func (p *paster) isSection(text string) bool {
	label, ended := strings.CutSuffix(text, ":")
	if utf8.RuneCountInString(label) > 20 || strings.Contains(label, ":") || splitNumbered(label) != nil || p.lineName(label) != "" {
		return false
	}
	about := p.subject(label)
	return about == absent || about == onLeave || about == attends && ended
}

// readBlock enters the persons of one list.
func (p *paster) readBlock(m message, b block) {
	t := p.judge(b.head)
	switch t.about {
	case another, absent:
		p.aside(t.full, aboutWords(t.about))
		return
	case onLeave:
		t.said = "签到"
		for i, it := range b.items {
			if it != "" {
				b.items[i] = it + " 请假"
			}
		}
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
	if plain != name && len(r.OnLeave) == 0 {
		if why := p.denied(plain, name); why != "" {
			return entry{why: why}
		}
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

// denied says why an entry's words take back what being on the list means:
// "张三 明天补", "李四 没签上".
func (p *paster) denied(text, name string) string {
	r := p.lex.ReadReply(text, Context{Now: p.ctx.Now, Sender: Person{Name: name}, Known: p.ctx.Known})
	switch r.Intent {
	case Promise, Negation, Asking, Ad, Sarcasm:
		return reasonAside(r)
	}
	return ""
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
