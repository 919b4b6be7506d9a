package roster

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"fanzha/bot"
)

// repack returns the workbook data with some of its parts replaced, or left
// out where the new text is empty.
func repack(t testing.TB, data []byte, parts map[string]string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range r.File {
		text, replaced := parts[f.Name]
		if replaced && text == "" {
			continue
		}
		out, err := w.CreateHeader(&zip.FileHeader{Name: f.Name}) // stored
		if err != nil {
			t.Fatal(err)
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if replaced {
			in = io.NopCloser(strings.NewReader(text))
		}
		if _, err := io.Copy(out, in); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	sheetPart   = "xl/worksheets/sheet1.xml"
	stringsPart = "xl/sharedStrings.xml"
	relsPart    = "xl/_rels/workbook.xml.rels"
)

// rows opens a worksheet part and begins its rows; end closes it.
func rows(s string) string {
	return `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + s
}

const end = `</sheetData></worksheet>`

const head = `<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="str"><f>"单位"</f><v>单位</v></c></row>`

func TestSheetsAsOtherProgramsWriteThem(t *testing.T) {
	base := workbook(t, [][]any{{"姓名"}, {"张三"}}, nil)
	for _, tc := range []struct {
		rule  string
		parts map[string]string
		want  []Row
	}{
		{"texts in the cells, no shared ones", map[string]string{
			stringsPart: "", sheetPart: rows(head + `<row><c t="inlineStr"><is><t>张三</t></is></c><c/></row>` + end),
		}, []Row{{Line: 2, Name: "张三"}}},
		{"a text in several runs, with reading aids", map[string]string{
			stringsPart: `<sst><si><r><t>买买提</t></r><r><t>·艾力</t></r><rPh><t>maimaiti</t></rPh></si></sst>`,
			sheetPart:   rows(head + `<row r="7"><c r="A7" t="s"><v>0</v></c></row>` + end),
		}, []Row{{Line: 7, Name: "买买提·艾力"}}},
		{"every tag with a prefix", map[string]string{
			sheetPart: `<x:worksheet><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>姓名</x:t></x:is></x:c></x:row><x:row><x:c t="str"><x:v>张三</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
		}, []Row{{Line: 2, Name: "张三"}}},
		{"a part named from the root", map[string]string{
			relsPart: `<Relationships><Relationship Id="rId1" Target="/xl/worksheets/sheet1.xml"/></Relationships>`,
		}, []Row{{Line: 2, Name: "张三"}}},
		{"a reference to no text leaves the cell empty", map[string]string{
			sheetPart: rows(head + `<row><c t="s"><v>99</v></c><c t="str"><v>教科局</v></c></row>` + end),
		}, []Row{{Line: 2, Unit: "教科局"}}},
		{"merged units, top down, as far as they go", map[string]string{
			sheetPart: rows(head + `<row r="2"><c r="A2" t="str"><v>张三</v></c><c r="B2" t="str"><v>教科局</v></c></row>` +
				`<row r="3"><c r="A3" t="str"><v>李四</v></c></row><row r="4"><c r="A4" t="str"><v>王五</v></c></row>` +
				`<row r="5"><c r="A5" t="str"><v>赵六</v></c></row>` +
				`</sheetData><mergeCells><mergeCell ref="A5:B5"/><mergeCell ref="B4:B5"/><mergeCell ref="B2:B3"/><mergeCell ref="B"/></mergeCells></worksheet>`),
		}, []Row{{2, "张三", "", "教科局", ""}, {3, "李四", "", "教科局", ""}, {4, "王五", "", "", ""}, {5, "赵六", "", "", ""}}},
		{"a column far to the right costs nothing", map[string]string{
			sheetPart: rows(head + `<row><c t="str"><v>张三</v></c><c r="XFD2" t="str"><v>x</v></c><c r="ZZZZ2"/></row>` + end),
		}, []Row{{Line: 2, Name: "张三"}}},
		{"a cell too long is cut off between characters", map[string]string{
			sheetPart: rows(head + `<row><c t="str"><v>` + strings.Repeat("张", 9999) + `</v></c></row>` + end),
		}, []Row{{Line: 2, Name: strings.Repeat("张", maxCell/3)}}},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			table, err := Read("a.xlsx", repack(t, base, tc.parts))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, table.Rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSheetsMadeToHurt(t *testing.T) {
	base := workbook(t, [][]any{{"姓名"}, {"张三"}}, nil)
	for _, tc := range []struct {
		rule  string
		parts map[string]string
		want  string
	}{
		{"no workbook", map[string]string{"xl/workbook.xml": ""}, "文件打不开"},
		{"no sheet", map[string]string{sheetPart: ""}, "文件打不开"},
		{"no XML", map[string]string{sheetPart: rows("<row")}, "文件打不开"},
		{"a part that breaks off", map[string]string{sheetPart: rows(head + `<row><c t="str"><v>张三</v></c></row>`)}, "文件打不开"},
		{"one tag without end", map[string]string{sheetPart: rows("<row " + strings.Repeat(`a="" `, maxTag/5))}, "文件打不开"},
		{"one text without end", map[string]string{stringsPart: "<sst><si><t>" + strings.Repeat("a", maxTag+maxTag)}, "文件打不开"},
		{"too many shared texts", map[string]string{stringsPart: "<sst>" + strings.Repeat("<si/>", maxStrings+1)}, "表格太大"},
		{"too many cells", map[string]string{sheetPart: rows(head + strings.Repeat(`<row><c r="ALL2"><v>1</v></c></row>`, maxCells/maxColumns+9))}, "表格太大"},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			_, err := Read("a.xlsx", repack(t, base, tc.parts))
			var refusal *bot.Refusal
			if !errors.As(err, &refusal) || refusal.Reason != tc.want {
				t.Errorf("Read = %v, want refusal %q", err, tc.want)
			}
		})
	}
}

func TestUnpackingStopsAtTheLimit(t *testing.T) {
	p, err := unpack(workbook(t, [][]any{{"姓名"}}, nil))
	if err != nil {
		t.Fatal(err)
	}
	p.left = 100
	tags := 0
	if err := p.each(sheetPart, func(xml.Token) error { tags++; return nil }); !errors.Is(err, errTooBig) || tags == 0 || p.left != 0 {
		t.Errorf("each = %v after %d tags with %d bytes left, want errTooBig", err, tags, p.left)
	}
}

// FuzzSheet feeds the parts of an XLSX, past the checksums of the zip.
func FuzzSheet(f *testing.F) {
	base := workbook(f, [][]any{{"姓名", "单位"}, {"张三", "教科局"}, {"李四"}}, func(file *excelize.File, sheet string) error {
		return file.MergeCell(sheet, "B2", "B3")
	})
	r, err := zip.NewReader(bytes.NewReader(base), int64(len(base)))
	if err != nil {
		f.Fatal(err)
	}
	read := func(name string) string {
		in, err := r.Open(name)
		if err != nil {
			f.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			f.Fatal(err)
		}
		return string(data)
	}
	f.Add(read(relsPart), read(stringsPart), read(sheetPart))
	f.Fuzz(func(t *testing.T, rels, texts, sheet string) {
		check(t, "a.xlsx", repack(t, base, map[string]string{relsPart: rels, stringsPart: texts, sheetPart: sheet}))
	})
}

// FuzzRead feeds CSV and XLSX: nothing panics, and whatever is read is bounded
// and clean.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"gb18030.csv", "bom.csv", "unicode.txt", "faults.csv"} {
		f.Add(name, load(f, name))
	}
	f.Add("a.xlsx", workbook(f, [][]any{{"姓名", "单位"}, {"张三", "教科局"}, {"李四"}}, func(file *excelize.File, sheet string) error {
		return file.MergeCell(sheet, "B2", "B3")
	}))
	f.Fuzz(check)
}

// check reads a file and looks at what must hold for all of them.
func check(t *testing.T, name string, data []byte) {
	table, err := Read(name, data)
	if err != nil {
		if _, ok := bot.RefusalText(err); !ok {
			t.Fatalf("Read = %v, want a refusal", err)
		}
		return
	}
	sheets, problems := Parse(table, "", resolve)
	people := 0
	for _, s := range sheets {
		people += len(s.Lines)
		for _, l := range s.Lines {
			if again, wrong := cleanName(l.Name); again != l.Name || wrong != "" {
				t.Errorf("kept the name %q: %s", l.Name, wrong)
			}
		}
	}
	if people > len(table.Rows) || len(table.Rows) > MaxRows || !Blocked(problems) && people == 0 && len(problems) == 0 {
		t.Errorf("%d rows gave %d people and %d problems", len(table.Rows), people, len(problems))
	}
	_ = Report(problems, 20)
}
