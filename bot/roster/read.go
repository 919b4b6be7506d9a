package roster

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"fanzha/bot"
)

// Read finds the roster in a file: CSV in UTF-8, UTF-16 or GB18030, separated
// by comma, tab or semicolon, or the first sheet of an XLSX. Titles above the
// head row and blank rows are passed over. The filename serves only to say
// better what is wrong; the content decides.
//
// An error is a *[bot.Refusal]. Read is bounded in memory and time by the
// limits of this package, whatever the bytes are.
func Read(filename string, data []byte) (Table, error) {
	switch {
	case len(data) > MaxBytes:
		return Table{}, bot.Refuse(fmt.Sprintf("文件超过 %d MB", MaxBytes>>20), "请只留姓名、企业微信账号、单位、联络员几列，去掉图片，或分单位导入")
	case len(bytes.TrimSpace(data)) == 0:
		return Table{}, bot.Refuse("文件是空的", "请重新导出后再发")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data)
	case isOther(filename, data):
		return Table{}, bot.Refuse("读不了这种文件", "请在 Excel 或 WPS 里“另存为”.xlsx 或 CSV 后再发，不要加密码")
	}
	return readCSV(data)
}

// isOther reports whether data is a known format that is not read: the old
// Excel and WPS files and encrypted ones (OLE), PDF, pictures, web pages that
// some systems export under the name of .xls.
func isOther(filename string, data []byte) bool {
	switch strings.ToLower(filepath.Ext(filename)) {
	case ".pdf", ".doc", ".docx", ".wps", ".ofd", ".jpg", ".jpeg", ".png", ".zip", ".rar", ".7z":
		return true
	}
	for _, magic := range []string{"\xd0\xcf\x11\xe0", "%PDF", "\x89PNG", "\xff\xd8\xff", "Rar!", "<"} {
		if bytes.HasPrefix(bytes.TrimSpace(data), []byte(magic)) {
			return true
		}
	}
	return false
}

// A builder makes a Table of rows that come in one by one.
type builder struct {
	table Table
	at    columns
	seen  int // rows before the head row that were not blank
	cells int
	text  int
}

// take looks at one row. Its error is a *[bot.Refusal].
func (b *builder) take(line int, cells []string) error {
	b.cells += len(cells)
	blank := true
	for _, c := range cells {
		b.text += len(c)
		blank = blank && tidy(c) == ""
	}
	if b.cells > maxCells || b.text > maxText {
		return tooLarge()
	}
	if blank {
		return nil
	}
	if b.table.Head == 0 {
		return b.takeHead(line, cells)
	}
	row := Row{
		Line: line,
		Name: cell(cells, b.at.name), Person: cell(cells, b.at.person),
		Unit: cell(cells, b.at.unit), Liaison: cell(cells, b.at.liaison),
	}
	empty := row.Name == "" && row.Person == "" && row.Unit == "" && row.Liaison == ""
	if empty || isHead(row.Name, nameHeads()) { // a head row repeated for printing
		return nil
	}
	if len(b.table.Rows) == MaxRows {
		return bot.Refuse(fmt.Sprintf("名册超过 %d 人", MaxRows), "请分单位导入")
	}
	b.table.Rows = append(b.table.Rows, row)
	return nil
}

func (b *builder) takeHead(line int, cells []string) error {
	at, refused, twice := findColumns(cells)
	if at.name < 0 {
		if b.seen++; b.seen == headWithin {
			return noHead()
		}
		return nil
	}
	if twice != "" {
		return bot.Refuse(fmt.Sprintf("第 %d 行有两列“%s”", line, twice), "每行只写一个人，请把并排的名单接成一列")
	}
	b.at = at
	b.table = Table{Head: line, HasUnit: at.unit >= 0, Refused: refused}
	return nil
}

// done returns the Table after the last row.
func (b *builder) done() (Table, error) {
	switch {
	case b.table.Head == 0:
		return Table{}, noHead()
	case len(b.table.Rows) == 0:
		return Table{}, bot.Refuse("名册是空的", "请在表头下面每行写一个人")
	}
	return b.table, nil
}

func tooLarge() error {
	return bot.Refuse("表格太大", "请只留姓名、企业微信账号、单位、联络员几列后再发")
}

func noHead() error {
	return bot.Refuse("没有找到“姓名”这一列", "请在名单上面加一行表头：姓名、企业微信账号、单位、联络员，后三列可以不要")
}

// cell returns the tidied text of column i, cut off where no valid one goes
// on, so that a Table stays small.
func cell(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	s := tidy(cells[i])
	if len(s) > maxCell {
		s = strings.ToValidUTF8(s[:maxCell], "")
	}
	return strings.Clone(s)
}
