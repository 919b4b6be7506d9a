package handlers

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/chat"
	"fanzha/bot/report"
)

// What begins with the word of a command may be a question; nothing is booked
// then.
func TestAsking(t *testing.T) {
	for _, c := range []struct {
		word, args string
		want       string // the question, "" for a command
	}{
		{"提示函", "", "提示函"},
		{"提示函", "谁没回", "提示函 谁没回"},
		{"提示函", "3号谁没回", "提示函 3号谁没回"},
		{"提示函", "l0003", ""},
		{"提示函", "3号", ""},
		{"提示函", "格式", ""},
		{"提示函", "乡反诈函〔2026〕3号 标题", ""},
		{"提示函", "文号：乡反诈函〔2026〕3号", ""},
		{"提示函回执", "", "提示函回执"},
		{"提示函回执", "教科局", "提示函回执 教科局"},
		{"提示函回执", "L0003 教科局 已收", ""},
		{"督办", "", "督办"},
		{"督办", "教科局", "督办 教科局"},
		{"督办", "教科局 11月", "督办 教科局 11月"},
		{"督办", "教科局 约谈 过没有", "教科局 约谈 过没有"},
		{"督办", "教科局 约谈", ""}, // refused: it lacks a reason
		{"督办", "教科局 约谈 连续两月没有登记活动", ""},
		{"督办", "教科局 重点管理 连续落后", ""}, // refused: there is no such step
		{"数据", "法院 11月", "数据通报 法院 11月"},
		{"数据", "法院 2026-11 判决", "数据通报 法院 2026-11 判决"},
		{"数据", "法院 2026-11 判决 案件 3 件", ""},
		{"发案", "", "发案"},
		{"发案", "教科局 2026-11", "发案 教科局 2026-11"},
		{"发案", "教科局 2026-11 0", ""},
		{"发案", "教科局 0", ""}, // refused: it lacks the month
		{"预警", "", ""},
	} {
		got, ok := asking(c.word, c.args)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("asking(%s, %q) = %q, %t, want %q", c.word, c.args, got, ok, c.want)
		}
	}
}

func TestMonthWord(t *testing.T) {
	for word, want := range map[string]string{
		"2026-11": "2026-11", "2026-3": "2026-03", "2025年12月": "2025-12", "本月": "2026-11", "上个月": "2026-10",
		"11月": "2026-11", "3月份": "2026-03", "12月": "2025-12", // the last one that has begun
		"2027-01": "2027-01", // for the decision to refuse
	} {
		if m, err := monthWord(word, noon); err != nil || m.String() != want {
			t.Errorf("monthWord(%s) = %s, %v, want %s", word, m, err, want)
		}
	}
	for _, word := range []string{"", "案件", "13月", "2026", "2026-13"} {
		if _, ok := bot.RefusalText(func() error { _, err := monthWord(word, noon); return err }()); !ok {
			t.Errorf("monthWord(%q) is no refusal", word)
		}
	}
}

func TestScopeAndMonthsOfAQuestion(t *testing.T) {
	for _, c := range []struct {
		rule     string
		q        chat.Question
		from, to string
		months   string
	}{
		{"no time", chat.Question{}, "", "", "[2026-11]"},
		{"a month", chat.Question{Month: "2026-10"}, "2026-10-01", "2026-10-31", "[2026-10]"},
		{"months", chat.Question{Months: []string{"2026-09", "2026-10"}}, "2026-09-01", "2026-10-31", "[2026-09 2026-10]"},
		{"a range over the year's end", chat.Question{Range: []string{"2025-12", "2026-02"}}, "2025-12-01", "2026-02-31", "[2025-12 2026-01 2026-02]"},
		{"a day", chat.Question{Date: "2026-11-03"}, "2026-11-03", "2026-11-03", "[2026-11]"},
		{"days", chat.Question{RangeDays: []string{"2026-11-03", "2026-11-09"}}, "2026-11-03", "2026-11-09", "[2026-11]"},
	} {
		c.q.Unit, c.q.Tag = chat.UnitIDs{"jiaoke"}, "银行"
		want := report.Scope{Units: []bot.UnitID{"jiaoke"}, Tag: "银行", From: c.from, To: c.to}
		if diff := cmp.Diff(want, scopeOf(c.q)); diff != "" {
			t.Errorf("%s: scopeOf (-want +got):\n%s", c.rule, diff)
		}
		if got := fmt.Sprint(monthsOf(c.q, noon)); got != c.months {
			t.Errorf("%s: monthsOf = %s, want %s", c.rule, got, c.months)
		}
	}
	if n := len(monthsOf(chat.Question{Range: []string{"2020-01", "2026-11"}}, noon)); n != 12 {
		t.Errorf("%d months, want a year at most", n)
	}
}
