package handlers

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/calendar"
	"fanzha/bot/chat"
	"fanzha/bot/ledger"
)

// TestEveryQueryIsAnswered asks everything that the labelled data has: whatever is
// understood gets an answer that a message can hold, without a developer's word.
func TestEveryQueryIsAnswered(t *testing.T) {
	files, err := filepath.Glob("../bot/chat/testdata/queries*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal("no labelled queries", err)
	}
	o := running(t)
	asked := 0
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			text, _, _ := strings.Cut(lines.Text(), "\t")
			if chat.Danger(text) {
				continue
			}
			asked++
			answer := o.private("op-ban", text)
			first, _, _ := strings.Cut(answer, "\n")
			switch {
			case answer == "", first == "", !utf8.ValidString(answer), len(answer) > 20_000, strings.Count(answer, "\n") > 60:
				t.Errorf("%s: %q", text, answer)
			case strings.Contains(answer, "还没有启用"), strings.Contains(answer, "%!"), strings.Contains(answer, "nil"), strings.Contains(answer, "，，"), strings.Contains(answer, "  "):
				t.Errorf("%s: %s", text, answer)
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d queries were asked", asked)
	}
}

func TestFullNamesAreAskedForOnPurpose(t *testing.T) {
	o := running(t)
	o.click("g1", "zhang", "S000001-1-51807f20")
	for _, c := range []struct {
		rule, who, text string
		whole           bool
	}{
		{"masked by default", "op-ban", "教科局谁没签到", false},
		{"a list is masked too", "op-ban", "教科局未签到名单", false},
		{"whole names, by who may export", "op-ban", "教科局谁没签到全名", true},
		{"nobody else", "op-ask", "教科局谁没签到全名", false},
	} {
		if answer := o.private(c.who, c.text); strings.Contains(answer, "王五") != c.whole || !strings.Contains(answer, "王") {
			t.Errorf("%s: %s", c.rule, answer)
		}
	}
}

func TestNamedListsAreLogged(t *testing.T) {
	o := running(t)
	for text, named := range map[string]bool{"教科局谁没签到": true, "谁没签到": false, "张三 11月": true, "本月": false, "王": true, "11月台账": false} {
		size := o.book.Size()
		o.private("op-ban", text)
		e, err := ledger.Open(size, o.records(size)[0])
		if err != nil {
			t.Fatal(err)
		}
		if q, ok := e.Payload.(*bot.QueryAnswered); !ok || q.Named != named {
			t.Errorf("%s: %+v, want named %t", text, e.Payload, named)
		}
	}
}

func TestMemberSearch(t *testing.T) {
	o := running(t)
	for _, c := range []struct {
		rule, text, want string
		ok               bool
	}{
		{"a topic", "刷单", "手法：先返小利。", true},
		{"how to prevent it", "怎么防刷单", "防范：不垫资。", true},
		{"a topic of which nothing was said", "杀猪盘", "还没有审批过", true},
		{"a word of an alert", "小利", "刷单返利", true},
		{"a word of none", "火星", "", false},
		{"an office's question", "教科局谁没签到", "", false},
		{"a person", "张三 11月", "", false},
	} {
		a, ok, err := o.bot.memberSearch(t.Context(), bot.Inbound{Chat: bot.Chat{Kind: bot.PrivateChat, ID: "zhang"}, From: "zhang", Text: c.text, At: o.now})
		if err != nil || ok != c.ok || !strings.Contains(a.Text, c.want) || a.File != nil {
			t.Errorf("%s: %q, %t, %v", c.rule, a.Text, ok, err)
		}
	}
	o.private("op-ban", "撤回 A0001 案情有误")
	if a, _, _ := o.bot.memberSearch(t.Context(), bot.Inbound{From: "zhang", Text: "刷单", At: o.now}); strings.Contains(a.Text, "先返小利") {
		t.Errorf("a withdrawn alert is shown: %s", a.Text)
	}
}

func TestSpanOf(t *testing.T) {
	now := noon
	for _, c := range []struct {
		rule string
		q    chat.Question
		want string
	}{
		{"no time is this month", chat.Question{}, "2026年11月"},
		{"a month", chat.Question{Month: "2026-10"}, "2026年10月"},
		{"a choice of months", chat.Question{Months: []string{"2026-08", "2026-10"}}, "2026年8月、10月"},
		{"a range has the months between", chat.Question{Range: []string{"2025-12", "2026-02"}}, "2025年12月至2026年2月"},
		{"a day", chat.Question{Date: "2026-11-20"}, "2026年11月20日"},
		{"days", chat.Question{RangeDays: []string{"2026-11-17", "2026-11-23"}}, "2026年11月17日至23日"},
		{"a range backwards is its end", chat.Question{Range: []string{"2026-05", "2026-02"}}, "2026年2月"},
		{"what is no month is this one", chat.Question{Month: "2026-13"}, "2026年11月"},
	} {
		if got := spanOf(c.q, now).Chinese(); got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
	if n := len(spanOf(chat.Question{Range: []string{"1900-01", "2026-11"}}, now).Months); n != maxMonths {
		t.Errorf("a century is %d months, want %d", n, maxMonths)
	}
}

func TestCalendar(t *testing.T) {
	year := func(y int) *calendar.Calendar {
		day := func(s string) calendar.Date {
			d, err := calendar.ParseDate(s)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		c, err := calendar.New(calendar.Year{Year: y, Source: "通知", Holidays: []calendar.Holiday{
			{Name: "国庆节", From: day("2026-10-01"), To: day("2026-10-07"), Work: []calendar.Date{day("2026-10-10")}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct {
		rule     string
		calendar *calendar.Calendar
		q        chat.Question
		want     string
	}{
		{"today", year(2026), chat.Question{}, "2026年11月23日，星期一，是工作日。"},
		{"a Sunday", year(2026), chat.Question{Date: "2026-11-22"}, "2026年11月22日，星期日，不上班。"},
		{"a day off", year(2026), chat.Question{Date: "2026-10-01"}, "2026年10月1日，星期四，不上班（国庆节放假）。"},
		{"a weekend that is worked", year(2026), chat.Question{Date: "2026-10-10"}, "2026年10月10日，星期六，是工作日（国庆节调休上班）。"},
		{"a month", year(2026), chat.Question{Month: "2026-10"}, "2026年10月有 18 个工作日。"},
		{"some days", year(2026), chat.Question{RangeDays: []string{"2026-11-21", "2026-11-24"}}, "2026年11月21日至24日有 2 个工作日。"},
		{"a holiday", year(2026), chat.Question{Keyword: "国庆"}, "国庆放假安排：\n2026-10-01 放假"},
		{"one that nobody has typed in", year(2026), chat.Question{Keyword: "春节"}, "春节的放假安排还没有录入"},
		{"a year that nobody has typed in", new(calendar.Calendar), chat.Question{Date: "2027-10-01"}, "2027年10月1日，星期五，是工作日。\n没有2027年的放假安排"},
	} {
		b := &Bot{Config: Config{Calendar: c.calendar}}
		if got, _ := b.calendarAnswer(c.q, noon).Text(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
}

// TestLongListsComeAsAFile: what a phone does not show is in the file, with who
// asked for it.
func TestLongListsComeAsAFile(t *testing.T) {
	o := running(t)
	var names []string
	for i := range 60 {
		names = append(names, "张"+string(rune('一'+i)))
	}
	o.roster("教科局", strings.Join(names, ",")+",王五=wang*")
	o.group("g1", "wang", "签到")
	a, err := o.bot.Handle(t.Context(), bot.Inbound{ID: "long", Chat: bot.Chat{Kind: bot.PrivateChat, ID: "op-ban"}, From: "op-ban", Text: "教科局谁没签到", At: o.now})
	if err != nil || a.File == nil {
		t.Fatalf("%v, %q, want a file", err, a.Text)
	}
	if !strings.Contains(a.Text, "还有 20 行") || !strings.Contains(a.Text, "完整的见附件："+a.File.Name) || a.File.Name != "教科局-2026-11-未签到.csv" {
		t.Errorf("%s: %s", a.File.Name, a.Text)
	}
	data := string(a.File.Data)
	if n := strings.Count(data, "\r\n"); n != 62 || !strings.Contains(data, "班明 2026-11-23") || strings.Contains(data, "张一") {
		t.Errorf("%d lines: %s", n, data)
	}
}
