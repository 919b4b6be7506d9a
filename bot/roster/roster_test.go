package roster

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"fanzha/bot"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// resolve knows two units.
func resolve(name string) (bot.UnitID, bool) {
	id, ok := map[string]bot.UnitID{"教科局": "jiaoke", "县教科局": "jiaoke", "司法局": "sifa"}[name]
	return id, ok
}

func load(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// workbook makes an XLSX whose first sheet has rows; change may be nil.
func workbook(t testing.TB, rows [][]any, change func(f *excelize.File, sheet string) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		if err := change(f, "Sheet1"); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The same list as Excel, WPS and WeCom save it.
func TestReadsWhatOfficesSave(t *testing.T) {
	sheet := workbook(t, [][]any{
		{"乡宁县反诈工作名册（2026年11月）"},
		{},
		{"序号", "姓　名", "企业微信账号", "单位", "职务", "联络员"},
		{1, "张　三", "zhangsan", "教科局", "副局长", "√"},
		{2, "李㛃", nil, nil, "科员"},
		{3, "王䶮", "wangyan", nil, "科员", "否"},
		{},
		{4, "买买提•艾力", "maimaiti", "司法局", "科员", "是"},
		{"合计", nil, nil, nil, 4},
	}, func(f *excelize.File, sheet string) error {
		return errors.Join(f.MergeCell(sheet, "A1", "F1"), f.MergeCell(sheet, "D4", "D6"))
	})
	want := []Sheet{
		{Unit: "jiaoke", Lines: []bot.RosterLine{{Name: "张三", Person: "zhangsan", Liaison: true}, {Name: "李㛃"}, {Name: "王䶮", Person: "wangyan"}}},
		{Unit: "sifa", Lines: []bot.RosterLine{{Name: "买买提·艾力", Person: "maimaiti", Liaison: true}}},
	}
	for name, data := range map[string][]byte{
		"gb18030.csv": load(t, "gb18030.csv"),
		"bom.csv":     load(t, "bom.csv"),
		"unicode.txt": load(t, "unicode.txt"),
		"sheet.xlsx":  sheet,
		"no name":     sheet,
	} {
		t.Run(name, func(t *testing.T) {
			table, err := Read(name, data)
			if err != nil {
				t.Fatal(err)
			}
			if table.Head != 3 || !table.HasUnit || len(table.Refused) != 0 {
				t.Errorf("head = %d, has unit = %v, refused = %q", table.Head, table.HasUnit, table.Refused)
			}
			var lines []int
			for _, r := range table.Rows {
				lines = append(lines, r.Line)
			}
			if diff := cmp.Diff([]int{4, 5, 6, 8}, lines); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			got, problems := Parse(table, "", resolve)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("sheets (-want +got):\n%s", diff)
			}
			if len(problems) != 0 || Report(problems, 0) != "" {
				t.Errorf("problems: %v", problems)
			}
		})
	}
}

func TestReadTable(t *testing.T) {
	row := func(line int, name, person string) Row { return Row{Line: line, Name: name, Person: person} }
	for _, tc := range []struct {
		rule, text string
		want       Table
	}{
		{"one column is enough", "姓名\n张三\n李四\n", Table{Head: 1, Rows: []Row{row(2, "张三", ""), row(3, "李四", "")}}},
		{"heads carry marks and width", " *姓 名（必填） ,ＵｓｅｒＩＤ(选填)\n张三,z3\n", Table{Head: 1, Rows: []Row{row(2, "张三", "z3")}}},
		{"the export of the address book", "姓名\t帐号\t部门\t手机\n张三\tz3\t乡宁/教科局\t13800000000\n",
			Table{Head: 1, Refused: []string{"手机"}, Rows: []Row{row(2, "张三", "z3")}}},
		{"a head row is repeated on each page", "姓名,账号\n张三,z3\n姓名,账号\n李四,l4\n", Table{Head: 1, Rows: []Row{row(2, "张三", "z3"), row(4, "李四", "l4")}}},
		{"numbered rows without a person", "序号,姓名\n1,张三\n2,\n", Table{Head: 1, Rows: []Row{row(2, "张三", "")}}},
		{"short rows", "姓名,账号\n张三\n", Table{Head: 1, Rows: []Row{row(2, "张三", "")}}},
		{"a quoted cell with a line break counts lines as Excel's file has them", "姓名,备注,账号\n张三,\"a\nb\",z3\n李四,,l4\n",
			Table{Head: 1, Rows: []Row{row(2, "张三", "z3"), row(4, "李四", "l4")}}},
		{"a comma in the title does not make it the separator", "名册,一,二,三,四\n姓名;账号\n张三;z3\n", Table{Head: 2, Rows: []Row{row(3, "张三", "z3")}}},
		{"no column of somebody else's name", "家长姓名,姓名\n李四,张三\n", Table{Head: 1, Rows: []Row{row(2, "张三", "")}}},
		{"what must not be collected", "姓名,公民身份证号码,联系电话,家庭住址,账号\n张三,14102919900101001X,0357-6822222,昌宁镇,z3\n",
			Table{Head: 1, Refused: []string{"公民身份证号码", "联系电话", "家庭住址"}, Rows: []Row{row(2, "张三", "z3")}}},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			got, err := Read("a.csv", []byte(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("Read (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	many := "姓名\n" + strings.Repeat("张三\n", MaxRows+1)
	for _, tc := range []struct {
		rule, name string
		data       []byte
		want       string
	}{
		{"nothing", "a.csv", []byte(" \n"), "文件是空的"},
		{"too long", "a.csv", bytes.Repeat([]byte("a"), MaxBytes+1), "文件超过 8 MB"},
		{"too many people", "a.csv", []byte(many), "名册超过 50000 人"},
		{"too many cells", "a.csv", []byte(strings.Repeat(",", maxCells)), "表格太大"},
		{"no head", "a.csv", []byte("张三,教科局\n"), "没有找到“姓名”这一列"},
		{"a head too far down", "a.csv", []byte(strings.Repeat("说明\n", headWithin) + "姓名\n张三\n"), "没有找到“姓名”这一列"},
		{"no people", "a.csv", []byte("姓名,单位\n"), "名册是空的"},
		{"two lists side by side", "a.csv", []byte("名册\n姓名,账号,姓名,账号\n张三,z3,李四,l4\n"), "第 2 行有两列“姓名”"},
		{"an unknown encoding", "a.csv", []byte("\xff\x00姓名"), "认不出文件的编码"},
		{"an old workbook", "a.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "读不了这种文件"},
		{"a web page named .xls", "a.xls", []byte("<html><table>"), "读不了这种文件"},
		{"a document", "a.pdf", []byte("%PDF-1.7"), "读不了这种文件"},
		{"a picture", "a.jpg", []byte("\xff\xd8\xff\xe0"), "读不了这种文件"},
		{"an archive that is no workbook", "a.xlsx", []byte("PK\x03\x04abcdefgh"), "文件打不开"},
		{"a workbook without a head", "a.xlsx", workbook(t, [][]any{{"张三"}}, nil), "没有找到“姓名”这一列"},
		{"a workbook with an empty first sheet", "a.xlsx", workbook(t, nil, nil), "没有找到“姓名”这一列"},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			table, err := Read(tc.name, tc.data)
			var refusal *bot.Refusal
			if !errors.As(err, &refusal) || refusal.Reason != tc.want || refusal.Hint == "" {
				t.Errorf("Read = %v, want refusal %q with a hint", err, tc.want)
			}
			if diff := cmp.Diff(Table{}, table); diff != "" {
				t.Errorf("a refused file leaves rows:\n%s", diff)
			}
		})
	}
}

func TestNumbersInAWorkbookStayWhole(t *testing.T) {
	data := workbook(t, [][]any{{"姓名", "账号", "联络员"}, {"张三", 13800000000, true}, {"李四", 7, 1}}, nil)
	table, err := Read("a.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	want := []Row{{Line: 2, Name: "张三", Person: "13800000000", Liaison: "1"}, {Line: 3, Name: "李四", Person: "7", Liaison: "1"}}
	if diff := cmp.Diff(want, table.Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// Each line of testdata/faults.csv shows one rule.
func TestEveryBadLineIsTold(t *testing.T) {
	table, err := Read("faults.csv", load(t, "faults.csv"))
	if err != nil {
		t.Fatal(err)
	}
	sheets, problems := Parse(table, "", resolve)
	if !Blocked(problems) {
		t.Error("Blocked = false")
	}
	var b strings.Builder
	b.WriteString(Report(problems, 0))
	b.WriteString("\n== 每类至多 2 处\n" + Report(problems, 2) + "\n== 其余可导入\n")
	for _, s := range sheets {
		for _, l := range s.Lines {
			fmt.Fprintln(&b, s.Unit, l.Name, l.Person, l.Liaison)
		}
	}
	for _, number := range []string{"14102919900101001", "13800000000"} {
		if strings.Contains(b.String(), number) {
			t.Errorf("the report shows %s", number)
		}
	}
	path := filepath.Join("testdata", "faults.golden")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(load(t, "faults.golden")), b.String()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestImportForOneUnit(t *testing.T) {
	for _, tc := range []struct {
		rule, text string
		want       int // people
		problems   []Problem
	}{
		{"no unit column is needed", "姓名\n张三\n", 1, nil},
		{"the unit itself, by any name", "姓名,单位\n张三,县教科局\n", 1, nil},
		{"parts of the unit are nobody's business", "姓名,单位\n张三,乡宁一中\n李四,\n", 2, nil},
		{"another unit's person", "姓名,单位\n张三,司法局\n李四,教科局\n", 1,
			[]Problem{{2, colUnit, "写的是“司法局”，不是这次导入的单位，请移到那个单位的名册里", true}}},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			table, err := Read("a.csv", []byte(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			sheets, problems := Parse(table, "jiaoke", resolve)
			if len(sheets) != 1 || sheets[0].Unit != "jiaoke" || len(sheets[0].Lines) != tc.want {
				t.Errorf("sheets = %v, want one of jiaoke with %d people", sheets, tc.want)
			}
			if diff := cmp.Diff(tc.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestImportForAllUnitsNeedsTheirColumn(t *testing.T) {
	table, err := Read("a.csv", []byte("\n姓名\n张三\n李四\n"))
	if err != nil {
		t.Fatal(err)
	}
	sheets, problems := Parse(table, "", resolve)
	if len(sheets) != 0 || len(problems) != 1 || problems[0].Line != 2 || !Blocked(problems) {
		t.Errorf("Parse = %v, %v, want one fatal problem on line 2", sheets, problems)
	}
}

func TestRemarksDoNotBlock(t *testing.T) {
	table, err := Read("a.csv", []byte("姓名,手机\n张三,1\n张三,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	sheets, problems := Parse(table, "jiaoke", nil)
	if Blocked(problems) || len(problems) != 2 || len(sheets[0].Lines) != 2 {
		t.Errorf("Parse = %v, %v, want two people and two remarks", sheets, problems)
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{
		"张三": "张三", "张　三": "张三", " 张 三\u00a0": "张三", "张\u200b三\ufeff": "张三",
		"欧阳雨桐": "欧阳雨桐", "李㛃": "李㛃", "王䶮": "王䶮", "𠮷田": "𠮷田", "〇一": "〇一",
		"买买提·艾力": "买买提·艾力", "买买提•艾力": "买买提·艾力", "买买提．艾力": "买买提·艾力", "买买提・艾力": "买买提·艾力",
		"Anna Li": "AnnaLi",
		"":        "", "张": "", "张3": "", "张三1": "", "张３": "", "张三(女)": "", "张三、李四": "", "李?": "", "李\ue81e": "", "·张三": "", "张··三": "",
		"😀😀": "", "张\n三": "张三",
	} {
		if got, wrong := cleanName(in); got != want || (want == "") != (wrong != "") {
			t.Errorf("cleanName(%q) = %q, %q, want %q", in, got, wrong, want)
		}
	}
}

func TestAccounts(t *testing.T) {
	for in, good := range map[string]bool{
		"zhangsan": true, "ZhangSan": true, "zhang.san-1_2@x": true, "7": true, "13800000000": true,
		strings.Repeat("a", 64): true, strings.Repeat("a", 65): false,
		"_zhang": false, "张三": false, "zhang san": false, "1.38E+10": false, "1E10": false, "14102919900101001x": false,
	} {
		if wrong := badAccount(in); (wrong == "") != good {
			t.Errorf("badAccount(%q) = %q, want good = %v", in, wrong, good)
		}
	}
}
