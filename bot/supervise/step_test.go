package supervise

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

func step(s bot.SupervisionStep, on, due string) bot.SupervisionNoted {
	return bot.SupervisionNoted{Unit: "jiaoke", Step: s, On: on, DueOn: due, By: "ban", Private: bot.Remark{Text: "连续两月没有登记活动"}}
}

func TestNoteStep(t *testing.T) {
	l := newLedger(t)
	out, err := l.NoteStep(bot.SupervisionNoted{Unit: "jiaoke", Step: bot.StepTalk, Number: "乡反诈办[2026]5号", By: "ban", Private: bot.Remark{Text: " 甲 "}}, now)
	want := []bot.Payload{&bot.SupervisionNoted{Unit: "jiaoke", Step: bot.StepTalk, On: "2026-11-23", Number: "乡反诈办〔2026〕5号", By: "ban", Private: bot.Remark{Text: "甲"}}}
	if diff := cmp.Diff(want, out); diff != "" || err != nil {
		t.Fatalf("NoteStep = %v (-want +got):\n%s", err, diff)
	}
	for _, c := range []struct {
		rule, want string
		change     func(*bot.SupervisionNoted)
	}{
		{"no unit", "没有写单位", func(n *bot.SupervisionNoted) { n.Unit = "" }},
		{"no step", "提醒、通报、约谈、挂牌督办、整改、销号", func(n *bot.SupervisionNoted) { n.Step = "" }},
		{"a step that is not the program's", "没有看懂督办措施", func(n *bot.SupervisionNoted) { n.Step = "veto" }},
		{"no reason", "没有写理由", func(n *bot.SupervisionNoted) { n.Private.Text = "\n" }},
		{"too long a reason", "超过 300 个字", func(n *bot.SupervisionNoted) { n.Private.Text = strings.Repeat("长", 301) }},
		{"tomorrow", "日期还没到", func(n *bot.SupervisionNoted) { n.On = "2026-11-24" }},
		{"bad day", "没有看懂日期", func(n *bot.SupervisionNoted) { n.On = "2026-11" }},
		{"bad deadline", "没有看懂期限“下周”", func(n *bot.SupervisionNoted) { n.DueOn = "下周" }},
		{"deadline before", "早于", func(n *bot.SupervisionNoted) { n.DueOn = "2026-11-01" }},
		{"bad number", "没有看懂文号", func(n *bot.SupervisionNoted) { n.Number = "第五" }},
		{"nothing to close", "没有可以销号的督办", func(n *bot.SupervisionNoted) { n.Step = bot.StepClosed }},
		{"closing has no deadline", "销号没有期限", func(n *bot.SupervisionNoted) { n.Step, n.DueOn = bot.StepClosed, "2026-12-01" }},
	} {
		n := step(bot.StepRemind, "", "")
		c.change(&n)
		out, err := l.NoteStep(n, now)
		refused(t, c.rule, out, err, c.want)
	}
}

func TestStepsAreOpenUntilClosed(t *testing.T) {
	l := newLedger(t)
	note := func(want int, n bot.SupervisionNoted) {
		t.Helper()
		if got := l.must(l.NoteStep(n, now)); got != want {
			t.Errorf("%s on %s: %d entries, want %d", n.Step, n.On, got, want)
		}
	}
	open := func() string {
		var out []string
		for _, s := range l.OpenSteps() {
			out = append(out, string(s.Step)+" "+s.On)
		}
		return strings.Join(out, ", ")
	}
	expect := func(rule, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", rule, got, want)
		}
	}
	note(1, step(bot.StepRemind, "2026-11-02", ""))
	note(0, step(bot.StepRemind, "2026-11-02", "")) // again
	note(1, step(bot.StepTalk, "2026-11-03", ""))
	expect("what is done is not open", open(), "")
	note(1, step(bot.StepListed, "2026-11-10", ""))
	note(1, step(bot.StepNotice, "2026-11-11", "2026-11-12"))
	expect("open", open(), "listed 2026-11-10, notice 2026-11-11")
	if due := l.PastDue("2026-11-12"); due != nil {
		t.Errorf("past due on the day: %v", due)
	}
	if due := l.PastDue("2026-11-13"); len(due) != 1 || due[0].Step != bot.StepNotice {
		t.Errorf("past due: %v", due)
	}
	note(1, step(bot.StepClosed, "2026-11-15", ""))
	note(0, step(bot.StepClosed, "2026-11-15", ""))
	expect("closed", open(), "")
	note(1, step(bot.StepRectify, "2026-11-15", "")) // after the closing, the same day
	expect("what comes after is open", open(), "rectify 2026-11-15")
	note(1, step(bot.StepListed, "2026-11-09", "")) // entered late, closed before
	expect("what was before is not", open(), "rectify 2026-11-15")
	var days []string
	for _, s := range l.Steps("jiaoke") {
		days = append(days, s.On[8:]+":"+s.ClosedOn)
	}
	expect("in order of days", strings.Join(days, " "),
		"02:2026-11-15 03:2026-11-15 09:2026-11-15 10:2026-11-15 11:2026-11-15 15: 15:")
	if n := len(l.StepsIn("2026-11-03", "2026-11-10")); n != 3 {
		t.Errorf("StepsIn = %d steps, want 3", n)
	}
	if n := len(l.StepsIn("", "")); n != 7 || len(l.Steps("nonghang")) != 0 {
		t.Errorf("StepsIn without bounds = %d steps, want 7", n)
	}
}

// A reason that was erased is no reason to write the step a second time.
func TestNoteStepAgainAfterErasure(t *testing.T) {
	l := newLedger(t)
	erased := step(bot.StepRemind, "2026-11-02", "")
	erased.Private = bot.Remark{}
	l.add(&erased)
	if n := l.must(l.NoteStep(step(bot.StepRemind, "2026-11-02", ""), now)); n != 0 {
		t.Errorf("%d entries, want none", n)
	}
}

func TestParseStepNote(t *testing.T) {
	full := bot.SupervisionNoted{Number: "乡反诈办〔2026〕5号", DueOn: "2026-12-05", Private: bot.Remark{Text: "连续两月 没有登记活动"}}
	for _, c := range []struct {
		rule, text string
		want       bot.SupervisionNoted
	}{
		{"in order", "乡反诈办〔2026〕5号 2026-12-05 连续两月 没有登记活动", full},
		{"with names", "文号 乡反诈办〔2026〕5号 期限 2026-12-05 连续两月 没有登记活动", full},
		{"reason first", "连续两月 没有登记活动 期限：2026年12月5日 文号：乡反诈办〔2026〕5号", full},
		{"lines", "文号：乡反诈办〔2026〕5号\n期限：2026-12-05\n理由：连续两月 没有登记活动", full},
		{"only a reason", "11月2号没有人签到", bot.SupervisionNoted{Private: bot.Remark{Text: "11月2号没有人签到"}}},
		{"on another day", "日期 2026-11-20 漏报", bot.SupervisionNoted{On: "2026-11-20", Private: bot.Remark{Text: "漏报"}}},
		{"nothing", "", bot.SupervisionNoted{}},
	} {
		got, err := ParseStepNote(c.text)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", c.rule, err, diff)
		}
	}
}
