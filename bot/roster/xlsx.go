package roster

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/xuri/excelize/v2"

	"fanzha/bot"
)

// readXLSX reads the first sheet.
func readXLSX(data []byte) (t Table, err error) {
	// The library has panicked on damaged files before; such a file is only
	// one more that cannot be read.
	defer func() {
		if recover() != nil {
			t, err = Table{}, badXLSX()
		}
	}()
	// Both limits being the same, nothing is unpacked to the disk.
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return Table{}, badXLSX()
	}
	defer func() { _ = f.Close() }() // nothing on the disk, nothing to lose
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return Table{}, badXLSX()
	}
	b, err := readSheet(f, sheets[0])
	if err != nil {
		return Table{}, err
	}
	t, err = b.done()
	if err != nil {
		return Table{}, err
	}
	if slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Unit == "" }) && t.HasUnit {
		fillMerged(t.Rows, mergedIn(f, sheets[0], b.at.unit+1))
	}
	return t, nil
}

func readSheet(f *excelize.File, sheet string) (*builder, error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, badXLSX()
	}
	b := new(builder)
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, badXLSX()
		}
		if err := b.take(line, cells); err != nil {
			_ = rows.Close() // nothing on the disk, nothing to lose
			return nil, err
		}
	}
	if rows.Close() != nil {
		return nil, badXLSX()
	}
	return b, nil
}

func badXLSX() error {
	return bot.Refuse("文件打不开", "可能已损坏、加了密码或内容过大，请在 Excel 或 WPS 里另存为不加密的 .xlsx 后再发")
}

// A span is a merged cell: what stands in it, and which lines it covers.
type span struct {
	first, last int
	text        string
}

// mergedIn returns the merged cells over column col (from 1), top down.
func mergedIn(f *excelize.File, sheet string, col int) []span {
	merged, err := f.GetMergeCells(sheet)
	if err != nil {
		return nil // the cells stay empty and their lines will be remarked on
	}
	var spans []span
	for _, m := range merged {
		left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 == nil && err2 == nil && left <= col && col <= right {
			spans = append(spans, span{top, bottom, cell([]string{m.GetCellValue()}, 0)})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	return spans
}

// fillMerged gives the rows that a merged 单位 cell covers its unit: only the
// first of them carries it in the file.
func fillMerged(rows []Row, spans []span) {
	for i := range rows {
		for len(spans) > 1 && spans[1].first <= rows[i].Line {
			spans = spans[1:]
		}
		if len(spans) > 0 && rows[i].Unit == "" && spans[0].first <= rows[i].Line && rows[i].Line <= spans[0].last {
			rows[i].Unit = spans[0].text
		}
	}
}
