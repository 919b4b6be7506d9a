package chat

import (
	"slices"
	"strings"
)

// plainList reads lines of bare names under a title: 签到接龙, then one name a
// line.
func plainList(r *reply, lines []string, tagged bool) (string, []string) {
	if len(lines) == 1 {
		if fields := strings.Fields(lines[0]); len(fields) > 1 && !slices.ContainsFunc(fields, func(f string) bool { return !marked(f) }) && len(r.names) > 1 {
			return "", fields
		}
		return inlineList(r, lines[0])
	}
	if tagged && len(lines) > 1 && slices.Contains(r.names, lines[0]) {
		return "", lines
	}
	if r.tallied(lines) || len(lines) > 2 && !slices.ContainsFunc(lines, func(line string) bool { return !slices.Contains(r.names, line) }) {
		return "", lines
	}
	if len(lines) == 2 && headsList(lines[0]) && attendance(lines[0]) {
		if names := r.namesIn(lines[1]); names != nil {
			return lines[0], names
		}
	}
	if len(lines) < 3 || !tagged && !strings.ContainsAny(lines[0], "龙单表") && !attendance(lines[0]) {
		return "", nil
	}
	for _, line := range lines[1:] {
		if n := len([]rune(line)); n > 12 || !slices.ContainsFunc(r.names, func(s string) bool { return strings.Contains(line, s) }) && r.rareName(line) == "" {
			return "", nil
		}
	}
	return lines[0], lines[1:]
}

// rareName takes what stands alone on a line of a list for a name although it is
// a word too (高兴, 时光, 安静), if it begins as a name does. What names a part of a
// unit or says something of attendance is none.
func (r *reply) rareName(line string) string {
	rs := []rune(line)
	end := runEnd(rs, 0, isHan)
	const surname = isSurname | isRareSurname | isWordSurname
	if end < 2 || end > 4 || roleOf(rs[0])&surname == 0 || end == 4 && !isDoubleSurname(rs[:2]) {
		return ""
	}
	for _, t := range segment(r.lex.reply, rs[:end], r.ctx.Known) {
		if t.class&(deeds|cDeptEnd|cUnit|cLeave|cReason|cNot|cCant|cGone|cTerm|cOthers|cAll|cNum|cDate|cAsk|cTopic|cFill|cTime) != 0 {
			return ""
		}
	}
	return string(rs[:end])
}

// tallied reports 张三1, 李四1, one a line: a list without a title in which
// everybody adds himself.
func (r *reply) tallied(lines []string) bool {
	return len(lines) > 1 && !slices.ContainsFunc(lines, func(line string) bool {
		name := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(line, "1"), "+"), " ")
		return name == line || !slices.ContainsFunc(r.names, func(n string) bool { return strings.HasSuffix(name, n) })
	})
}

// inlineList reads 签到名单：张三、李四 and 签到接龙 张三 李四.
func inlineList(r *reply, line string) (string, []string) {
	title, names, ok := strings.Cut(line, ":")
	if !ok {
		if title, names, ok = strings.Cut(line, " "); ok && headsList(title) && attendance(title) {
			return title, r.namesIn(names)
		}
	}
	if !ok || len(r.names) < 2 || !attendance(title) || !headsList(title) && !strings.HasSuffix(title, "人员") {
		return "", nil
	}
	return title, strings.FieldsFunc(names, betweenNames)
}

// headsList reports whether a title ends by saying that a list of names follows.
func headsList(title string) bool {
	title = strings.TrimRight(title, ": ")
	return strings.HasSuffix(title, "名单") || strings.HasSuffix(title, "签到表") || strings.HasSuffix(title, "接龙") || strings.HasPrefix(title, "接龙")
}

func betweenNames(c rune) bool { return strings.ContainsRune("、, /;。|+", c) }

// namesIn returns the names that make up the whole of a line, or nil.
func (r *reply) namesIn(line string) []string {
	names := strings.FieldsFunc(line, betweenNames)
	for _, n := range names {
		if !slices.Contains(r.names, n) && r.rareName(n) == "" {
			return nil
		}
	}
	return names
}
