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

// A cutter cuts lines into lists.
type cutter struct {
	p       *paster
	out     []block
	cur     block
	waiting []string // lines without a number: titles, or entries
	gap     bool     // a blank line parts waiting from the entries in cur
}

// blocks cuts lines into lists. A new one begins at #接龙, at 未签到：, and
// where the numbers begin again below a line that is no entry.
func (p *paster) blocks(lines []string) []block {
	c := &cutter{p: p}
	for _, line := range lines {
		text := strings.TrimSpace(fold(line))
		rest, tagged := cutTag(text)
		if tagged {
			c.flush()
			c.cur.tagged = true
			text, line = rest, rest
		}
		switch {
		case text == "" && !tagged:
			c.blank()
		case strings.Trim(text, "0123456789.、,() ") == "" || strings.HasPrefix(text, "例") || strings.HasPrefix(text, "示例"):
		default:
			c.line(strings.TrimSpace(line), text)
		}
	}
	c.flush()
	return c.out
}

// flush ends a list.
func (c *cutter) flush() {
	rest := block{}
	switch {
	case c.cur.numbered == 0:
		c.cur.head = append(c.cur.head, c.waiting...)
	case c.gap:
		rest.head = c.waiting
	default:
		c.cur.items = append(c.cur.items, c.waiting...)
	}
	for _, b := range []block{c.cur, rest} {
		if len(b.head)+len(b.items) > 0 {
			c.out = append(c.out, b)
		}
	}
	c.cur, c.waiting, c.gap = block{}, nil, false
}

// blank takes a blank line: names without numbers above it are a list of
// their own.
func (c *cutter) blank() {
	names := block{head: c.waiting, section: c.cur.section && c.cur.numbered == 0}
	switch {
	case c.cur.tagged && c.cur.numbered == 0:
		return
	case !c.p.namesBelow(&names):
		if c.cur.numbered > 0 && !c.gap {
			c.cur.items, c.waiting, c.gap = append(c.cur.items, c.waiting...), nil, true
		}
		return
	}
	c.waiting = nil
	c.flush()
	c.cur = block{head: slices.Concat(names.head, names.items), section: names.section}
	c.flush()
}

// line takes a line with something on it; text is it made plain.
func (c *cutter) line(line, text string) {
	begun := c.cur.numbered > 0 || slices.ContainsFunc(c.waiting, func(s string) bool { return c.p.lineName(s) != "" })
	if begun && c.p.isSection(text) {
		c.flush()
		c.cur.section = true
	}
	title, parts := numberedLine(text)
	if len(parts) == 1 && title == "" {
		parts[0] = asWritten(line, parts[0])
	}
	switch {
	case parts == nil:
		c.waiting = append(c.waiting, line)
		return
	case c.cur.numbered > 0 && firstNumber(text) && (title != "" || c.p.isTitle(c.waiting)):
		head := c.waiting
		c.waiting = nil
		c.flush()
		c.cur.head = head
	case c.cur.numbered > 0:
		c.cur.items = append(c.cur.items, c.waiting...)
	default:
		c.cur.head = append(c.cur.head, c.waiting...)
	}
	c.waiting, c.gap = nil, false
	if title != "" {
		c.cur.head = append(c.cur.head, title)
	}
	c.cur.items = append(c.cur.items, parts...)
	c.cur.numbered += len(parts)
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
