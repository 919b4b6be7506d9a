package chat

import (
	"slices"
	"strings"
	"unicode/utf8"

	"fanzha/bot"
)

// An item is one entry of a 接龙.
type item struct {
	name, text             string
	unit                   bot.UnitID
	present, leave, absent bool
	bare                   bool // 在 and no more is said of him
	proxy                  bool
}

// list: a 接龙. Each post repeats the whole list, so the reading is what it
// shows now; taking the union with earlier posts is the caller's task, and a
// name that has vanished is never un-counted.
func (r *reply) list() bool {
	if !strings.ContainsFunc(r.text, listSign) && !startsWith(r.text, "接龙") && !strings.Contains(r.text, "接龙 ") && !strings.Contains(r.text, "名单 ") {
		return false
	}
	title, lines := r.listLines()
	if len(lines) == 0 {
		return false
	}
	o := &r.out
	o.Title = title
	about := r.lex.subjectOf(title)
	switch {
	case ofFamilies(lines), about == another, about == absent, about == willCome,
		about == vague && !r.has(cCheck|cJoin),
		about != attends && otherSubject(strings.Join(lines, " ")):
		return r.say(OtherList, No, "")
	}
	r.unit = r.titleUnit(title)
	stated := r.readItems(lines, about)
	if about == onLeave {
		o.Status = "leave"
		return r.say(LeaveProxy, No, ByProxy)
	}
	r.say(CheckInList, IfAsked, ByList)
	o.Form = FormName
	if about == attends && r.foreign(title) {
		o.Form, o.Ask = FormDoubt, "这是反诈学习的签到吗？"
		return true
	}
	if r.titleSays(title, cTime) {
		o.Form, o.Ask = FormDoubt, "是哪一次的签到？"
		return true // 上次签到的人员名单
	}
	named := len(o.Names) + len(o.OnLeave) + len(o.Absent)
	if named > 0 && (about == attends || stated == named && r.has(cCheck|cJoin|cHere|cLearn|cSign|cSignDone)) {
		o.Counts = Yes
	}
	return true
}

// listSign reports whether c is one of the signs without which there is no
// list: a number, a break, a colon, a tick.
func listSign(c rune) bool {
	return c < 0x80 && !isLetter(c) && c != ' ' || c >= '①' && c <= '⑳' || c > 0x2600 && c < 0x27C0 || c == '√' || c == '×'
}

// readItems enters the entries of a list of that subject, and returns how many
// of them say what they are. A line that is a title parts the list (未签到：).
// The unit is that of the list only if every entry has the same.
func (r *reply) readItems(lines []string, about subject) (stated int) {
	o := &r.out
	var units []bot.UnitID
	for _, line := range lines {
		it := r.readItem(line)
		if it.name == "" {
			if s := r.lex.subjectOf(line); s == attends || s == onLeave || s == absent {
				about = s
			}
			continue
		}
		it.leave = it.leave || about == onLeave
		it.absent = it.absent || about == absent
		if slices.Contains(slices.Concat(o.Names, o.OnLeave, o.Absent), it.name) {
			continue
		}
		units = append(units, it.unit)
		switch {
		case it.leave:
			o.OnLeave = append(o.OnLeave, it.name)
		case it.absent:
			o.Absent = append(o.Absent, it.name)
		default:
			o.Names = append(o.Names, it.name)
			if it.proxy {
				o.Proxied = append(o.Proxied, it.name)
			}
		}
		if it.present && !it.bare || it.leave {
			stated++
		}
	}
	if units = slices.Compact(units); r.unit == "" && len(units) == 1 {
		r.unit = units[0]
	}
	return stated
}

// titleSays reports whether a word of class k stands in a list's title.
func (r *reply) titleSays(title string, k class) bool {
	return anyOf(segment(r.lex.reply, []rune(title), nil), k)
}

// titleUnit returns the unit that a list's title names.
func (r *reply) titleUnit(title string) bot.UnitID {
	for _, t := range segment(r.lex.reply, []rune(title), nil) {
		if t.class == cUnit {
			return t.unit()
		}
	}
	return ""
}

// listLines returns the title and the entries of a list; no entries if the
// text is no list.
func (r *reply) listLines() (title string, items []string) {
	text := r.text
	text, tagged := strings.CutPrefix(text, "#接龙")
	if !tagged {
		text, tagged = strings.CutPrefix(text, "接龙")
		if text, ok := strings.CutPrefix(text, "#"); ok && tagged {
			return r.listLinesOf(text, true)
		}
	}
	return r.listLinesOf(text, tagged)
}

func (r *reply) listLinesOf(text string, tagged bool) (title string, items []string) {
	var head []string
	numbered := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		parts := splitNumbered(line)
		switch {
		case len(parts) > 0:
			numbered += len(parts)
			items = append(items, parts...)
		case marked(line):
			numbered++
			items = append(items, line)
		case len(items) == 0 && (strings.HasPrefix(line, "例") || strings.HasPrefix(line, "示例")):
		case len(items) == 0:
			if before, parts := titledLine(line); parts != nil {
				line, items = before, parts
				numbered += len(parts)
			}
			head = append(head, line)
		default:
			items = append(items, line)
		}
	}
	title = strings.TrimLeft(strings.Join(head, " "), ": ")
	switch {
	case numbered >= 2 && r.listOfNames(items) || numbered >= 1 && (tagged || headsList(title) && attendance(title)):
		return title, items
	case numbered == 0:
		return plainList(r, head, tagged)
	}
	return "", nil
}

// titledLine parts a title from the entries that follow it on its line: 签到：1张
// 三2李四, 接龙签到 1张三2李四.
func titledLine(line string) (title string, items []string) {
	before, after, ok := strings.Cut(line, ":")
	if !ok {
		before, after, ok = strings.Cut(line, " ")
	}
	if items = splitNumbered(after); ok && len(items) > 1 {
		return before, items
	}
	// 签到①张三②李四
	if at := strings.IndexFunc(line, opensEntry); at > 0 && hasWord(line[:at], "签到 接龙 名单 打卡 人员") {
		if items = splitNumbered(line[at:]); len(items) > 1 {
			return line[:at], items
		}
	}
	return "", nil
}

// marked reports whether a short line begins or ends with a tick or a cross.
func marked(line string) bool {
	const marks = "✅✔☑√✓❌✖✗×"
	n := utf8.RuneCountInString(line)
	last, _ := utf8.DecodeLastRuneInString(line)
	return n > 2 && n <= 14 && (strings.ContainsRune(marks, firstRune(line)) || strings.ContainsRune(marks, last))
}

// listOfNames reports whether numbered lines are entries of a list, not the
// points of a notice: they are short, and some name a person.
func (r *reply) listOfNames(items []string) bool {
	long, named, blank := 0, 0, 0
	for _, it := range items {
		switch {
		case it == "":
			blank++
		case len([]rune(it)) > 24:
			long++
		case r.readItem(it).name != "":
			named++
		}
	}
	return long*3 <= len(items) && named > 0 && named*2 >= len(items)-blank
}

// splitNumbered cuts a line before each entry number: "1. 张三", "1张三2李四",
// "①张三②李四". It returns nil if the line does not begin with a number.
func splitNumbered(line string) []string {
	if !opensEntry(firstRune(line)) {
		return nil
	}
	rs := []rune(line)
	var items []string
	start := -1
	for i := 0; i < len(rs); {
		end := entryNumber(rs, i)
		if end == i {
			if i == 0 {
				return nil
			}
			i++
			continue
		}
		if start >= 0 {
			items = append(items, strings.TrimSpace(string(rs[start:i])))
		}
		start, i = end, end
	}
	if start < 0 || start == len(rs) && len(items) == 0 && len(rs) <= 2 {
		return nil
	}
	return append(items, strings.TrimSpace(string(rs[start:])))
}

// opensEntry reports whether an entry number can begin with c.
func opensEntry(c rune) bool { return c == '(' || c >= '①' && c <= '⑳' || isNumeral(c) }

// entryNumber returns the end of an entry number at rs[i], or i: digits and a
// dot, comma or bracket before something, or digits just before a Chinese
// character that does not count.
func entryNumber(rs []rune, i int) int {
	if rs[i] >= '①' && rs[i] <= '⑳' {
		return i + 1
	}
	if i > 0 && (isDigit(rs[i-1]) || strings.ContainsRune(".:*-第月", rs[i-1])) {
		return i
	}
	if i == 0 && len(rs) > 2 {
		if _, ok := hanDigit(rs[0]); (ok || rs[0] == '十') && rs[1] == '、' {
			return 2
		}
	}
	j := i
	if rs[j] == '(' {
		j++
	}
	end := runEnd(rs, j, isDigit)
	if end == j || end-j > 3 {
		return i
	}
	if end == len(rs) {
		return i
	}
	switch {
	case strings.ContainsRune(".、)", rs[end]) && (end+1 == len(rs) || !isDigit(rs[end+1])):
		return end + 1
	case rs[end] == ' ' && i == 0:
		return end + 1
	case j == i && roleOf(rs[end])&(isSurname|isWordSurname) != 0, j == i && end+1 < len(rs) && isDoubleSurname(rs[end:end+2]):
		return end
	}
	return i
}

// readItem reads one entry.
func (r *reply) readItem(text string) item {
	it := item{text: text}
	if strings.HasPrefix(text, "例") || strings.HasPrefix(text, "示例") {
		return it
	}
	toks := segment(r.lex.reply, []rune(text), r.ctx.Known)
	for i, t := range toks {
		switch {
		case t.is(cName) && it.name == "":
			it.name = t.text
		case strings.Contains("❌✖✗×", t.text) && t.is(cEmote) || t.is(cGone) || t.is(cNot) || t.is(cCant):
			it.absent = true
		case t.is(cLeave | cReason):
			it.leave = true
		case t.is(cProxy):
			it.proxy, it.present = true, true
		case t.is(cFor) && t.text != "给":
			it.proxy = true
		case containsWord("在 在的 在呢 在咧", t.text):
			it.bare, it.present = !it.present, true
		case t.is(cCheck | cSign | cSignDone | cJoin | cHere | cLearn | cPunch):
			it.present, it.bare = true, false
		case t.is(cUnit):
			it.unit = t.unit()
		case isHanUnknown(t) && it.name == "" && i == 0:
			it.name = leadingName(text)
		}
	}
	if it.name == "" && !it.present && !it.leave && !it.absent {
		it.name = r.rareName(text)
	}
	return it
}

// leadingName takes the first two to four Chinese characters of an entry for
// a name, for in a list nothing else stands there.
func leadingName(text string) string {
	rs := []rune(text)
	end := runEnd(rs, 0, isHan)
	if end < 2 || end > 4 {
		return ""
	}
	return string(rs[:end])
}
