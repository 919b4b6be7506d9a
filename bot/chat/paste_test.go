package chat

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot"

	"github.com/google/go-cmp/cmp"
)

var updatePaste = flag.Bool("update-paste", false, "write what ReadPaste says into testdata/paste")

const pasteWant = "-- want --\n"

// pasteContext is the liaison 刘芳 of 教科局 with its roster.
func pasteContext() Context {
	roster := strings.Fields("张三 李四 王五 赵六 钱七 孙八 周九 刘芳 吴刚 李明 李小红 陈大勇 欧阳雨 欧阳雨欣 仉欣妍 阿依古丽·买买提")
	return Context{
		Now: now, Sender: Person{Name: "刘芳", Unit: "jiaoke"},
		Known: func(name string) bool { return slices.Contains(roster, name) },
	}
}

// pasteFiles returns the texts of testdata/paste and what they should say.
func pasteFiles(tb testing.TB) (names []string, texts, wants map[string]string) {
	tb.Helper()
	files, err := filepath.Glob("testdata/paste/*.txt")
	if err != nil || len(files) < 25 {
		tb.Fatalf("%d files, %v", len(files), err)
	}
	texts, wants = make(map[string]string), make(map[string]string)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		text, want, ok := strings.Cut(string(b), pasteWant)
		if !ok {
			tb.Fatalf("%s: no line %q", f, pasteWant)
		}
		name := strings.TrimSuffix(filepath.Base(f), ".txt")
		names, texts[name], wants[name] = append(names, name), text, want
	}
	return names, texts, wants
}

// TestReadPaste compares with what a careful clerk wrote beneath each text:
// "+" a person, "?" a doubtful one, "-" a line laid aside.
func TestReadPaste(t *testing.T) {
	l := NewLexicon(testUnits(t))
	names, texts, wants := pasteFiles(t)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			got := describe(l.ReadPaste(texts[name], pasteContext()))
			if *updatePaste {
				if err := os.WriteFile("testdata/paste/"+name+".txt", []byte(texts[name]+pasteWant+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(wants[name], got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// describe writes p for people.
func describe(p Paste) string {
	var b strings.Builder
	fmt.Fprintf(&b, "form %s: %s\n", p.Form, p.Rule)
	if p.Title != "" {
		fmt.Fprintf(&b, "title %s\n", p.Title)
	}
	writePeople(&b, "+", p.People)
	writePeople(&b, "?", p.Doubtful)
	if p.Ask != "" {
		fmt.Fprintf(&b, "ask %s\n", p.Ask)
	}
	for _, a := range p.Aside {
		fmt.Fprintf(&b, "- %s | %s\n", a.Line, a.Reason)
	}
	if p.Danger > 0 {
		fmt.Fprintf(&b, "danger %d\n", p.Danger)
	}
	return b.String()
}

func writePeople(b *strings.Builder, sign string, people []PastedPerson) {
	for _, q := range people {
		words := []string{sign, q.Name}
		if !q.At.IsZero() {
			words = append(words, q.At.In(bot.Zone).Format("2006-01-02T15:04:05"))
		}
		for _, f := range []struct {
			is   bool
			word string
		}{{q.Late, "late"}, {q.Proxied, "proxied"}, {q.Leave, "leave:" + q.Reason}, {!q.Known, "unknown"}, {q.Unit != "", string(q.Unit)}} {
			if f.is {
				words = append(words, f.word)
			}
		}
		fmt.Fprintf(b, "%s | %s | %s\n", strings.Join(words, " "), q.Text, q.Rule)
	}
}

// names returns the names of p's people.
func names(p Paste) []string {
	var out []string
	for _, q := range p.People {
		out = append(out, q.Name)
	}
	return out
}

// What is pasted below takes nobody away, unless somebody takes it back.
func TestReadPasteMore(t *testing.T) {
	l := NewLexicon(testUnits(t))
	files, texts, _ := pasteFiles(t)
	for i, a := range files {
		alone := names(l.ReadPaste(texts[a], pasteContext()))
		for j, b := range files {
			if (i+j)%4 != 0 && j != i+1 || strings.Contains(texts[b], "撤回") || strings.Contains(texts[b], "签错") {
				continue
			}
			both := names(l.ReadPaste(texts[a]+"\n"+texts[b], pasteContext()))
			for _, n := range alone {
				if !slices.Contains(both, n) {
					t.Errorf("%s is lost when %s is pasted below %s", n, b, a)
				}
			}
		}
	}
}

// The same text twice shows the same people.
func TestReadPasteAgain(t *testing.T) {
	l := NewLexicon(testUnits(t))
	files, texts, _ := pasteFiles(t)
	for _, f := range files {
		once, twice := l.ReadPaste(texts[f], pasteContext()), l.ReadPaste(texts[f]+"\n"+texts[f], pasteContext())
		if diff := cmp.Diff(names(once), names(twice)); diff != "" && once.Form != "" {
			t.Errorf("%s: -once +twice:\n%s", f, diff)
		}
	}
}

// A session whose prompt asked for names or 到 settles what is in doubt.
func TestReadPasteSession(t *testing.T) {
	l := NewLexicon(testUnits(t))
	_, texts, _ := pasteFiles(t)
	c := pasteContext()
	c.Session = &Prompt{Receipt: true, Bare: true, Names: true}
	for file, want := range map[string][]string{
		"list_untitled": {"张三", "李四", "王五"},
		"names_column":  {"张三", "李四", "王五", "赵六"},
		"bare":          {"张三", "李四", "孙八"},
		"desktop_copy":  {"张三", "王五", "赵六"},
		"signup":        nil,
	} {
		if diff := cmp.Diff(want, names(l.ReadPaste(texts[file], c))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", file, diff)
		}
	}
}

// A text without a roster is read by surnames, and nobody is known.
func TestReadPasteWithoutRoster(t *testing.T) {
	l := NewLexicon(testUnits(t))
	got := l.ReadPaste("教科局-张三 2026-11-23 09:00\n签到\n\n王者归来 2026-11-23 09:01\n签到\n", Context{Now: now})
	if diff := cmp.Diff([]string{"张三"}, names(got)); diff != "" || got.People[0].Known {
		t.Errorf("-want +got:\n%s%+v", diff, got.People)
	}
}

func TestReadPasteTooLarge(t *testing.T) {
	l := NewLexicon(testUnits(t))
	var many strings.Builder
	many.WriteString("#接龙\n反诈学习签到\n")
	given := []rune("建国庆平芳敏静丽艳娟磊洋勇杰涛明超秀霞")
	for i := range maxPastePeople + 1000 {
		s := []rune(surnames)[i/len(given)/len(given)]
		fmt.Fprintf(&many, "%d. %c%c%c\n", i+1, s, given[i/len(given)%len(given)], given[i%len(given)])
	}
	for name, text := range map[string]string{
		"bytes": strings.Repeat("签", maxPasteBytes/3+1), "people": many.String(),
	} {
		got := l.ReadPaste(text, Context{Now: now})
		if !got.TooLarge || got.People != nil || got.Form != "" || got.Rule == "" {
			t.Errorf("%s: too large %v, %d people, %q", name, got.TooLarge, len(got.People), got.Rule)
		}
	}
}

// At most 50 lines are kept of what is laid aside, but all are counted.
func TestReadPasteAsides(t *testing.T) {
	var b strings.Builder
	for i := range 70 {
		fmt.Fprintf(&b, "张三 2026-11-23 09:%02d:00\n收到%d\n", i%60, i)
	}
	got := NewLexicon(testUnits(t)).ReadPaste(b.String(), pasteContext())
	if len(got.Aside) != 50 || got.Asides != 70 {
		t.Errorf("%d of %d asides, want 50 of 70", len(got.Aside), got.Asides)
	}
}

// No digit reaches a name, and no number of a person what is shown.
func TestReadPastePrivacy(t *testing.T) {
	got := NewLexicon(testUnits(t)).ReadPaste(`张三13800138000 2026-11-23 09:00
签到 我电话13800138000
李四142631199001011234 2026-11-23 09:01
已签到
清风１３８００１３８０００ 2026-11-23 09:02
联系 138-0013-8000
`, pasteContext())
	if diff := cmp.Diff([]string{"张三", "李四"}, names(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if s := fmt.Sprintf("%+v", got); strings.Contains(s, "0013") || strings.Contains(s, "1990") || strings.Contains(s, "００１３") {
		t.Errorf("a number is shown: %s", s)
	}
}

// record is a chat record of n messages by as many people.
func record(n int) string {
	var b strings.Builder
	words := []string{"签到", "收到", "张三签到", "已签到[抱拳]", "稍后再签", "[图片]", "请假，下乡"}
	given := []rune("建国庆平芳敏静丽艳娟磊洋勇杰涛")
	for i := range n {
		fmt.Fprintf(&b, "教科局-%c%c 2026-11-23 09:%02d:%02d\n%s\n\n", []rune(surnames)[i%200], given[i/200%15], i/60%60, i%60, words[i%len(words)])
	}
	return b.String()
}

func BenchmarkReadPaste(b *testing.B) {
	l := NewLexicon(testUnits(b))
	text := record(167) // 501 lines
	c := pasteContext()
	b.ReportAllocs()
	for b.Loop() {
		l.ReadPaste(text, c)
	}
}

// FuzzPaste: whatever is pasted, names are names, each once, nothing
// dangerous is kept, and the bounds hold.
func FuzzPaste(f *testing.F) {
	l := NewLexicon(testUnits(f))
	files, texts, _ := pasteFiles(f)
	for _, name := range files {
		f.Add(texts[name])
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := l.ReadPaste(text, pasteContext())
		if diff := cmp.Diff(got, l.ReadPaste(text, pasteContext())); diff != "" {
			t.Errorf("two readings differ:\n%s", diff)
		}
		if got.Rule == "" || len(got.Aside) > 50 || got.Asides < len(got.Aside) || (got.Ask == "") != (got.Doubtful == nil) {
			t.Errorf("%+v", got)
		}
		seen := make(map[string]bool)
		for _, q := range slices.Concat(got.People, got.Doubtful) {
			if seen[q.Name] || !isPersonName(q.Name) || strings.ContainsAny(q.Name, "0123456789@") || Danger(q.Text) {
				t.Errorf("person %+v", q)
			}
			if q.At.After(now) {
				t.Errorf("%s is of the future", q.Name)
			}
			seen[q.Name] = true
		}
		for _, a := range got.Aside {
			if Danger(a.Line) || a.Reason == "" {
				t.Errorf("aside %+v", a)
			}
		}
		if Danger(got.Title) {
			t.Errorf("title %q", got.Title)
		}
	})
}

// A message in a record counts only if it would count as a reply: nothing is
// taken more lightly because it was pasted.
func TestReadPasteReplies(t *testing.T) {
	l := NewLexicon(testUnits(t))
	c := pasteContext()
	own := Context{Now: now, Sender: Person{Name: "张三", Unit: c.Sender.Unit}, Known: c.Known}
	for _, r := range slices.Concat(readRows(t, "testdata/replies.tsv"), readRows(t, "testdata/replies_more.tsv")) {
		if slices.Contains([]string{"checkin_list", "other_list", "quote"}, r.intent) {
			continue // these it reads in its own way
		}
		p := l.ReadPaste("张三 2026-11-23 15:00:00\n"+r.text+"\n", c)
		present := slices.ContainsFunc(p.People, func(q PastedPerson) bool { return !q.Leave })
		if present && l.ReadReply(r.text, own).Counts != Yes {
			t.Errorf("%q: %+v", r.text, p.People)
		}
	}
}

// Times as chat programs write them, seen on Monday 2026-11-23 15:00.
func TestStamp(t *testing.T) {
	for text, want := range map[string]string{
		"2026/11/23 09:12:33":  "2026-11-23 09:12:33",
		"2026年11月23日 星期一 9:12": "2026-11-23 09:12:00",
		"2026.11.2 09:12":      "2026-11-02 09:12:00",
		"11-23 14:00":          "2026-11-23 14:00:00",
		"11月2日 上午9:12":         "2026-11-02 09:12:00",
		"12-31 10:00":          "2025-12-31 10:00:00",
		"昨天 10:02":             "2026-11-22 10:02:00",
		"前天 下午 3:01":           "2026-11-21 15:01:00",
		"星期一 09:01":            "2026-11-23 09:01:00",
		"星期一 15:01":            "2026-11-16 15:01:00",
		"周日 08:30":             "2026-11-22 08:30:00",
		"09:12":                "2026-11-23 09:12:00",
		"23:50":                "2026-11-22 23:50:00",
		"中午12:30":              "2026-11-23 12:30:00",
		"凌晨12:10":              "2026-11-23 00:10:00",
		"2026-02-30 10:00":     "0001-01-02 00:00:00",
		"13-40 10:00":          "",
		"25:10":                "",
		"签到":                   "",
		"1.2":                  "",
	} {
		rs := []rune(text)
		s, end := scanStamp(rs, 0)
		got := ""
		if end == len(rs) {
			got = s.resolve(now, time.Time{}).Format(time.DateTime)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
