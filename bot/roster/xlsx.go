package roster

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"fanzha/bot"
)

// An XLSX file is a zip of XML parts: xl/workbook.xml names the sheets, its
// relations say which part each of them is, xl/sharedStrings.xml holds the
// texts to which cells refer by number (ECMA-376, part 1, §18).
//
// The parts are read here as a stream of tags, not by the library that writes
// the exports: that one follows the file wherever it leads, and a file of
// 100 KB made to hurt keeps it busy for minutes or fills 2 GB. A roster needs
// plain values only: no styles, no formulas, no dates.

// Limits of an XLSX beyond those of every file.
const (
	maxUnzipped = 32 << 20 // the parts that are read, unpacked, together
	maxTag      = 1 << 20  // one tag or one text between tags
	maxStrings  = 1 << 20  // shared strings
)

// readXLSX reads the first sheet.
func readXLSX(data []byte) (Table, error) {
	p, err := unpack(data)
	if err != nil {
		return Table{}, badXLSX()
	}
	name, err := p.firstSheet()
	if err != nil {
		return Table{}, badXLSX()
	}
	s := &sheet{col: -1}
	if s.shared, err = p.sharedStrings(); err == nil {
		err = p.each(name, s.token)
	}
	if _, ok := bot.RefusalText(err); ok {
		return Table{}, err
	}
	if err != nil {
		return Table{}, badXLSX()
	}
	t, err := s.builder.done()
	if err != nil {
		return Table{}, err
	}
	fillMerged(t.Rows, s.merged)
	return t, nil
}

func badXLSX() error {
	return bot.Refuse("文件打不开", "可能已损坏、加了密码或内容过大，请在 Excel 或 WPS 里另存为不加密的 .xlsx 后再发")
}

// A pack is the parts of a file.
type pack struct {
	parts map[string]*zip.File
	left  int // bytes that may still be unpacked
}

func unpack(data []byte) (*pack, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("opening the zip: %w", err)
	}
	p := &pack{parts: map[string]*zip.File{}, left: maxUnzipped}
	for _, f := range r.File {
		p.parts[partName(f.Name)] = f
	}
	return p, nil
}

// partName makes names comparable; some programs write them with backslashes.
func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(s, `\`, "/"), "/"))
}

var (
	errNoPart = errors.New("no such part")
	errTooBig = errors.New("too big")
	errEnough = errors.New("enough read") // ends each without a fault
)

// each calls f with the tags and texts of a part. Raw tokens keep no stack,
// so deep nesting costs nothing; a part that breaks off is found by counting.
func (p *pack) each(name string, f func(xml.Token) error) (err error) {
	part, ok := p.parts[partName(name)]
	if !ok {
		return fmt.Errorf("%w: %s", errNoPart, name)
	}
	r, err := part.Open()
	if err != nil {
		return fmt.Errorf("opening %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	m := &meter{r: r, left: &p.left}
	d := xml.NewDecoder(m)
	for open := 0; ; {
		m.tag = maxTag
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) && open == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		switch tok.(type) {
		case xml.StartElement:
			open++
		case xml.EndElement:
			open--
		}
		if err := f(tok); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// A meter lets through what the limits allow.
type meter struct {
	r    io.Reader
	left *int // of the whole file
	tag  int  // of the present tag
}

// Read implements [io.Reader].
func (m *meter) Read(b []byte) (int, error) {
	if *m.left <= 0 || m.tag <= 0 {
		return 0, errTooBig
	}
	n, err := m.r.Read(b[:min(len(b), *m.left, m.tag)])
	*m.left -= n
	m.tag -= n
	return n, err
}

// attr returns the attribute called name in any name space.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// firstSheet returns the name of the part that is the first sheet.
func (p *pack) firstSheet() (string, error) {
	id, target := "", ""
	err := p.each("xl/workbook.xml", func(tok xml.Token) error {
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "sheet" {
			id = attr(e, "id")
			return errEnough
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	err = p.each("xl/_rels/workbook.xml.rels", func(tok xml.Token) error {
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "Relationship" && attr(e, "Id") == id {
			target = attr(e, "Target")
			return errEnough
		}
		return nil
	})
	if strings.HasPrefix(target, "/") {
		return target, err
	}
	return path.Join("xl", target), err
}

// sharedStrings returns the texts to which cells refer; a file may have none.
func (p *pack) sharedStrings() ([]string, error) {
	var list []string
	var text text
	err := p.each("xl/sharedStrings.xml", func(tok xml.Token) error {
		text.token(tok)
		switch e := tok.(type) {
		case xml.StartElement:
			if e.Name.Local == "si" {
				text.reset()
			}
		case xml.EndElement:
			if e.Name.Local != "si" {
				return nil
			}
			if len(list) == maxStrings {
				return tooLarge()
			}
			list = append(list, text.String())
		}
		return nil
	})
	if errors.Is(err, errNoPart) {
		return nil, nil
	}
	return list, err
}

// A text gathers what stands in <t> and <v>, but not the reading aids (<rPh>)
// that go with it, up to the length of a cell.
type text struct {
	b       []byte
	in, aid bool
}

func (t *text) reset() { t.b, t.in, t.aid = t.b[:0], false, false }

// String returns the text, whole characters only.
func (t *text) String() string { return strings.ToValidUTF8(string(t.b), "") }

func (t *text) token(tok xml.Token) {
	switch e := tok.(type) {
	case xml.StartElement:
		t.mark(e.Name.Local, true)
	case xml.EndElement:
		t.mark(e.Name.Local, false)
	case xml.CharData:
		if t.in && !t.aid {
			t.b = append(t.b, e[:min(len(e), maxCell+1-len(t.b))]...)
		}
	}
}

func (t *text) mark(tag string, starts bool) {
	switch tag {
	case "t", "v":
		t.in = starts
	case "rPh":
		t.aid = starts
	}
}

// A sheet takes the tags of a worksheet part.
type sheet struct {
	builder builder
	shared  []string
	line    int
	cells   []string // of the present row
	col     int      // the present column, from 0
	kind    string   // of the present cell
	text    text
	merged  []span
}

func (s *sheet) token(tok xml.Token) error {
	s.text.token(tok)
	switch e := tok.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case "row":
			s.startRow(attr(e, "r"))
		case "c":
			s.startCell(attr(e, "r"), attr(e, "t"))
		case "mergeCell":
			s.merge(attr(e, "ref"))
		}
	case xml.EndElement:
		switch e.Name.Local {
		case "c":
			s.endCell()
		case "row":
			return s.builder.take(s.line, s.cells)
		}
	}
	return nil
}

func (s *sheet) startRow(r string) {
	s.line++
	if n, err := strconv.Atoi(r); err == nil && n > 0 {
		s.line = n
	}
	clear(s.cells)
	s.cells, s.col = s.cells[:0], -1
}

func (s *sheet) startCell(ref, kind string) {
	s.col++
	if col, _, ok := cellRef(ref); ok {
		s.col = col
	}
	s.kind = kind
	s.text.reset()
}

func (s *sheet) endCell() {
	v := s.text.String()
	if s.kind == "s" {
		i, err := strconv.Atoi(v)
		if err != nil || i < 0 || i >= len(s.shared) {
			return
		}
		v = s.shared[i]
	}
	if v == "" || s.col < 0 || s.col >= maxColumns {
		return
	}
	for len(s.cells) <= s.col {
		s.cells = append(s.cells, "")
	}
	s.cells[s.col] = v
}

// cellRef reads the name of a cell: B12 is column 1, line 12.
func cellRef(ref string) (col, line int, ok bool) {
	digits := strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	letters := ref[:len(ref)-len(digits)]
	line, err := strconv.Atoi(digits)
	if err != nil || line < 1 || letters == "" || len(letters) > 3 {
		return 0, 0, false
	}
	for _, l := range letters {
		col = col*26 + int(l-'A') + 1
	}
	return col - 1, line, true
}
