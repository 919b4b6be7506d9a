package report

import (
	"strings"
	"testing"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/supervise"
)

const today = "2026-11-23"

var owed = []supervise.Owed{{Unit: "fayuan", Topic: "判决"}, {Unit: "jianchayuan", Topic: "起诉"}, {Unit: "nowhere", Topic: "判决"}}

// supervised is a county with letters, steps and figures.
func supervised() *book.State {
	s := &script{State: book.NewState()}
	for _, u := range []bot.Unit{
		{ID: "jiaoke", Short: "教科局"}, {ID: "fayuan", Short: "法院"}, {ID: "jianchayuan", Short: "检察院"},
		{ID: "nonghang", Short: "农行", Tags: []string{"银行"}}, {ID: "jianhang", Short: "建行", Tags: []string{"银行"}}, {ID: "changning", Short: "昌宁镇", Unscored: true},
	} {
		s.add(at(1, 8), &bot.UnitRegistered{Unit: u})
	}
	s.add(at(3, 9),
		&bot.LetterIssued{Letter: "L0001", Number: "乡反诈函〔2026〕3号", Title: "关于防范冒充客服诈骗的提示", Units: []bot.UnitID{"jiaoke", "nonghang", "jianhang"}, On: "2026-11-02", DueOn: "2026-11-10", By: "ban"},
		&bot.LetterIssued{Letter: "L0002", Number: "乡反诈函〔2026〕4号", Title: "关于加强两卡宣传的提示", Units: []bot.UnitID{"nonghang", "jianhang"}, On: "2026-11-20", DueOn: "2026-11-27", By: "ban"},
		&bot.LetterIssued{Letter: "L0003", Number: "乡反诈函〔2025〕9号", Title: "关于冬季宣传的提示", Units: []bot.UnitID{"jiaoke"}, On: "2025-12-01", By: "ban"})
	s.add(at(4, 9),
		&bot.LetterAnswered{Letter: "L0001", Unit: "nonghang", State: bot.LetterReceived, By: "m1"},
		&bot.LetterAnswered{Letter: "L0001", Unit: "jianhang", State: bot.LetterDone, Operator: "ban", Private: bot.Remark{Text: "已开会传达，网点张贴海报"}},
		&bot.LetterAnswered{Letter: "L0003", Unit: "jiaoke", State: bot.LetterDone, By: "m2"})
	step := func(u bot.UnitID, k bot.SupervisionStep, on, due, number, reason string) {
		s.add(at(22, 9), &bot.SupervisionNoted{Unit: u, Step: k, On: on, DueOn: due, Number: number, By: "ban", Private: bot.Remark{Text: reason}})
	}
	step("jiaoke", bot.StepRemind, "2026-10-12", "", "", "9月没有登记活动")
	step("jiaoke", bot.StepRemind, "2026-11-03", "", "", "10月没有登记活动")
	step("jiaoke", bot.StepTalk, "2026-11-10", "2026-11-20", "乡反诈办〔2026〕5号", "连续两月没有登记活动")
	step("nonghang", bot.StepListed, "2026-11-12", "", "", "")
	step("nonghang", bot.StepClosed, "2026-11-18", "", "", "整改到位")
	step("changning", bot.StepRectify, "2025-12-20", "2026-12-20", "", "发案集中")
	file := func(u bot.UnitID, m, topic string, figures ...bot.Figure) {
		s.add(at(23, 9), &bot.FiguresFiled{Unit: u, Month: m, Topic: topic, Figures: figures, Operator: "ban"})
	}
	file("fayuan", "2026-11", "判决", bot.Figure{Name: "案件", Value: "3", Measure: "件"})
	file("fayuan", "2026-11", "判决", bot.Figure{Name: "案件", Value: "4", Measure: "件"}, bot.Figure{Name: "金额", Value: "12.50", Measure: "万元"})
	file("nonghang", "2026-11", "短信量", bot.Figure{Name: "发送", Value: "12000"})
	for u, n := range map[bot.UnitID]string{"jiaoke": "0", "nonghang": "2", "changning": "1"} {
		file(u, "2026-11", supervise.Cases, bot.Figure{Name: supervise.CaseCount, Value: n})
	}
	return s.State
}

// zeroCases are the units that declare that they had none.
func zeroCases(u bot.UnitID, m bot.Month) bool {
	return m == november && (u == "nonghang" || u == "jianhang" || u == "jiaoke")
}

func TestSupervisionTexts(t *testing.T) {
	s := supervised()
	all, banks := Scope{}, Scope{Tag: "银行"}
	jiaoke := Scope{Units: []bot.UnitID{"jiaoke"}}
	inNovember := Scope{From: "2026-11-01", To: "2026-11-31"}
	for _, c := range []struct{ name, got string }{
		{"letters", Letters(s, all, "", today)},
		{"letters_month", Letters(s, inNovember, "", today)},
		{"letters_banks", Letters(s, banks, "", today)},
		{"letters_unit", Letters(s, Scope{Units: []bot.UnitID{"jiaoke", "jianhang", "fayuan"}}, "", today)},
		{"letter", Letters(s, all, "第3号", today)},
		{"letter_by_number_or_day", Letters(s, Scope{From: "2026-11-02", To: "2026-11-02"}, "4号", today)},
		{"letters_nothing", Letters(s, all, "99号", today)},
		{"letters_missing", UnansweredLetters(s, all, "", today)},
		{"letters_missing_one", UnansweredLetters(s, all, "4号", today)},
		{"letters_missing_unit", UnansweredLetters(s, jiaoke, "", today)},
		{"letters_open", OpenLetters(s, "nonghang", today)},
		{"steps_open", Supervision(s, all, "督办", today)},
		{"steps_month", Supervision(s, inNovember, "督办", today)},
		{"steps_range", Supervision(s, Scope{From: "2026-10-01", To: "2026-11-05"}, "提醒", today)},
		{"steps_unit", Supervision(s, jiaoke, "督办", today)},
		{"steps_unit_kind", Supervision(s, jiaoke, "提醒", today)},
		{"steps_unit_none", Supervision(s, jiaoke, "挂牌督办", today)},
		{"steps_kind", Supervision(s, all, "挂牌督办", today)},
		{"steps_kind_none", Supervision(s, banks, "约谈", today)},
		{"steps_not_ours", Supervision(s, all, "重点管理", today)},
		{"steps_veto", Supervision(s, all, "一票否决", today)},
		{"figures", Figures(s, all, november, "", owed, today)},
		{"figures_topic", Figures(s, all, november, "起诉", owed, today)},
		{"figures_nothing", Figures(s, jiaoke, november, "", owed, today)},
		{"figures_missing", MissingFigures(s, all, november, "", owed)},
		{"figures_missing_none", MissingFigures(s, all, november, "判决", owed)},
		{"figures_missing_nobody", MissingFigures(s, jiaoke, november, "", owed)},
		{"cases", Cases(s, all, november, false, zeroCases)},
		{"cases_none", Cases(s, all, november, true, zeroCases)},
		{"cases_undeclared", Cases(s, banks, november, true, nil)},
		{"cases_units", Cases(s, Scope{Units: []bot.UnitID{"jiaoke", "nonghang", "jianhang", "fayuan"}}, november, false, zeroCases)},
	} {
		t.Run(c.name, func(t *testing.T) { golden(t, "supervision_"+c.name, []byte(c.got+"\n")) })
	}
}

func TestSupervisionTextsOfNothing(t *testing.T) {
	s := book.NewState()
	for want, got := range map[string]string{
		"还没有登记过公安提示函。":                   Letters(s, Scope{}, "", today),
		"现在没有在督办的单位（挂牌督办、整改或有期限、还没销号的）。": Supervision(s, Scope{}, "督办", today),
		"2026年11月没有登记过数据。":               Figures(s, Scope{}, november, "", owed, today),
		"":                               OpenLetters(s, "jiaoke", today),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := UnansweredLetters(s, Scope{}, "", today); !strings.HasPrefix(got, "还没有登记过") {
		t.Errorf("got %q", got)
	}
	issued := &script{State: s}
	issued.add(at(1, 9), &bot.LetterIssued{Letter: "L0001", Number: "3号", Units: []bot.UnitID{"jiaoke"}, On: "2026-11-01"},
		&bot.LetterAnswered{Letter: "L0001", Unit: "jiaoke", State: bot.LetterDone})
	if got := UnansweredLetters(s, Scope{}, "", today); got != "公安提示函都已落实，没有未回的。" {
		t.Errorf("got %q", got)
	}
}
