package chat

import (
	"slices"
	"strings"
)

// tableRows returns the cells of lines copied from a spreadsheet: most of
// them have tabs. The lines before the first such line come first, with one
// cell each.
func tableRows(lines []string) [][]string {
	var rows [][]string
	if i := slices.IndexFunc(lines, isHeader); i >= 0 {
		lines = tabs(lines, i)
	}
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := strings.Split(strings.TrimRight(line, "\t\r "), "\t")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	if n := tabbed(rows); n < 2 || n*2 < len(rows) {
		return nil
	}
	return rows
}

// isHeader reports whether line is a table's first, whose columns are parted
// by commas or blanks: 序号 姓名 是否签到.
func isHeader(line string) bool {
	return !strings.Contains(line, "\t") && slices.Contains(cellsOf(line), "姓名")
}

func cellsOf(line string) []string {
	if strings.ContainsAny(line, ",，") {
		return strings.Split(strings.ReplaceAll(line, "，", ","), ",")
	}
	return strings.Fields(line)
}

// tabs sets tabs between the columns of the lines from the header i on. A row
// in which a blank cell has left no trace stays as it is, with no name.
func tabs(lines []string, i int) []string {
	out := slices.Clone(lines)
	want := len(cellsOf(lines[i]))
	for ; i < len(lines); i++ {
		if cells := cellsOf(lines[i]); len(cells) == want && want > 1 {
			out[i] = strings.Join(cells, "\t")
		}
	}
	return out
}

// tabbed counts the rows of more than one cell.
func tabbed(rows [][]string) (n int) {
	for _, cells := range rows {
		if len(cells) > 1 {
			n++
		}
	}
	return n
}

// columns are where a table says who and whether. −1: nowhere.
type columns struct {
	name, status, at int
	aside            []int // 部门, 手机号: says nothing of attendance
}

// header reads a table's first row; ok is false if it has no word of one.
func header(cells []string) (c columns, ok bool) {
	c = columns{name: -1, status: -1, at: -1}
	for i, cell := range cells {
		switch {
		case c.name < 0 && (strings.Contains(cell, "姓名") || cell == "名字" || cell == "人员"):
			c.name = i
		case strings.Contains(cell, "时间"):
			c.at = i
		case c.status < 0 && slices.ContainsFunc([]string{"签到", "参加", "参训", "参会", "到场", "到会", "出勤", "状态", "情况", "是否"}, func(w string) bool { return strings.Contains(cell, w) }):
			c.status = i
		case slices.ContainsFunc([]string{"部门", "科室", "单位", "职务", "手机", "电话", "身份证", "序号"}, func(w string) bool { return strings.Contains(cell, w) }):
			c.aside = append(c.aside, i)
		}
	}
	return c, c.name >= 0
}

// readTable reads rows, each with a name. It reports false if they are no
// table of persons.
func (p *paster) readTable(m message, rows [][]string) bool {
	var title []string
	for len(rows) > 0 && len(rows[0]) == 1 {
		title, rows = append(title, rows[0][0]), rows[1:]
	}
	head, rows := rows[0], rows
	c, ok := header(head)
	if ok {
		rows = rows[1:]
	}
	named := 0
	for _, cells := range rows {
		if i := p.nameCell(cells, c); i >= 0 {
			named++
		}
	}
	if named == 0 || named*2 < len(rows) {
		return false
	}
	t := p.judge(title)
	switch t.about {
	case another, onLeave, absent:
		p.aside(t.full, aboutWords(t.about))
		return true
	}
	p.entitle(t)
	attend := c.status >= 0 && !strings.Contains(head[c.status], "备注")
	for _, cells := range rows {
		if p.stopped {
			break
		}
		p.readRow(m, cells, c, t.said, attend)
	}
	return true
}

// nameCell returns which cell of a row is the name, or −1.
func (p *paster) nameCell(cells []string, c columns) int {
	if c.name >= 0 {
		if c.name < len(cells) && p.speaker(cells[c.name]).name != "" {
			return c.name
		}
		return -1
	}
	return slices.IndexFunc(cells, func(s string) bool { return p.onlyName(s) != "" })
}

// readRow enters the person of one row. A mark in the column that asks for
// attendance is a check-in; other words are read as an entry's.
func (p *paster) readRow(m message, cells []string, c columns, title string, attend bool) {
	line := strings.Join(cells, " ")
	i := p.nameCell(cells, c)
	if i < 0 {
		p.aside(line, noName)
		return
	}
	words, why := rowWords(cells, i, c, attend)
	if why != "" {
		p.aside(line, why)
		return
	}
	who := p.speaker(cells[i])
	e := p.entry(title, strings.TrimSpace(who.name+" "+strings.Join(words, " ")))
	if e.danger || dangerous(line) {
		p.out.Danger++
		return
	}
	if e.people == nil {
		p.aside(line, e.why)
		return
	}
	for _, q := range e.people {
		q.At, q.Text, q.Rule = m.at, shown(line), "名单表格"
		if c.at >= 0 && c.at < len(cells) {
			if rs := plainLine(cells[c.at]); len(rs) <= maxNick {
				if st, end := scanStamp(rs, 0); end == len(rs) && st.dated() && !st.weak {
					q.At = st.resolve(p.ctx.Now, m.at)
				}
			}
		}
		if why := p.untimely(q.At); why != "" {
			p.aside(line, why)
			continue
		}
		p.take(q.PastedPerson, q.doubt)
	}
}

// rowWords are the words of a row that may speak of attendance, without the
// name at i. why says that the row's mark denies it.
func rowWords(cells []string, i int, c columns, attend bool) (words []string, why string) {
	for k, cell := range cells {
		if k != i && k != c.at && !slices.Contains(c.aside, k) && strings.ContainsFunc(cell, isHan) && (k != c.status || mark(cell) == 0) {
			words = append(words, cell)
		}
	}
	if !attend {
		return words, ""
	}
	status := ""
	if c.status < len(cells) {
		status = cells[c.status]
	}
	switch m := mark(status); {
	case m == 'y':
		words = append([]string{"签到"}, words...)
	case m == 'n':
		return nil, "表里写明没有签到"
	case m == ' ' && len(words) == 0:
		return nil, "表里没有签到标记"
	}
	return words, ""
}

// mark reads a cell that only says yes ('y') or no ('n'), or is blank (' ').
func mark(cell string) rune {
	switch {
	case cell == "" || cell == "-" || cell == "—":
		return ' '
	case containsWord("是 √ ✓ ✔ ☑ ✅ 1 已 有 y Y 到 签 已签 已到", cell):
		return 'y'
	case containsWord("否 × ✗ ✖ ❌ x X 0 无 未 没 n N 没到 未到 未签 没签 缺 缺席 未签到 未参加 没参加 没签到", cell):
		return 'n'
	}
	return 0
}
