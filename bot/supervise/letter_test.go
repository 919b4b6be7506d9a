package supervise

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

func letter() bot.LetterIssued {
	return bot.LetterIssued{Number: "乡反诈函〔2026〕3号", Title: "关于防范冒充客服诈骗的提示", Units: []bot.UnitID{"jiaoke", "nonghang"}, DueOn: "2026-11-27", By: "ban"}
}

func (l *ledger) issue(change func(*bot.LetterIssued)) bot.LetterID {
	l.t.Helper()
	in := letter()
	if change != nil {
		change(&in)
	}
	id, out, err := l.IssueLetter(in, now)
	l.must(out, err)
	return id
}

func TestIssueLetter(t *testing.T) {
	l := newLedger(t)
	id, out, err := l.IssueLetter(letter(), now)
	want := letter()
	want.Letter, want.On = "L0001", "2026-11-23"
	if diff := cmp.Diff([]bot.Payload{&want}, out); diff != "" || err != nil || id != "L0001" {
		t.Fatalf("IssueLetter = %s, %v (-want +got):\n%s", id, err, diff)
	}
	l.add(out...)
	again := letter()
	again.Number, again.On = " 乡反诈函［２０２６］3号", "2026-11-22"
	if id, out, err := l.IssueLetter(again, now); id != "L0001" || out != nil || err != nil {
		t.Errorf("the same letter again = %s, %v, %v, want L0001 and nothing", id, out, err)
	}
	if id := l.issue(func(b *bot.LetterIssued) { b.Number = "乡反诈函〔2026〕13号"; b.DueOn = "" }); id != "L0002" {
		t.Errorf("the next letter is %s", id)
	}
	for _, c := range []struct {
		rule, want string
		change     func(*bot.LetterIssued)
	}{
		{"no number", "没有看懂文号", func(b *bot.LetterIssued) { b.Number = "" }},
		{"not a number", "没有看懂文号", func(b *bot.LetterIssued) { b.Number = "关于防范诈骗的提示" }},
		{"a number without digits", "没有看懂文号", func(b *bot.LetterIssued) { b.Number = "几号" }},
		{"too long a number", "没有看懂文号", func(b *bot.LetterIssued) { b.Number = strings.Repeat("函", 50) + "3号" }},
		{"no title", "没有写标题", func(b *bot.LetterIssued) { b.Title = " " }},
		{"too long a title", "超过 80 个字", func(b *bot.LetterIssued) { b.Title = strings.Repeat("长", 81) }},
		{"no units", "没有发送对象", func(b *bot.LetterIssued) { b.Units = nil }},
		{"bad day of issue", "没有看懂发文日期“昨天”", func(b *bot.LetterIssued) { b.On = "昨天" }},
		{"issued tomorrow", "还没到", func(b *bot.LetterIssued) { b.On = "2026-11-24" }},
		{"bad deadline", "没有看懂期限“2026-11-31”", func(b *bot.LetterIssued) { b.DueOn = "2026-11-31" }},
		{"deadline before the issue", "早于", func(b *bot.LetterIssued) { b.DueOn = "2026-11-22" }},
		{"the number of another", "已经登记为 L0001", func(b *bot.LetterIssued) { b.Title = "别的" }},
	} {
		in := letter()
		c.change(&in)
		_, out, err := l.IssueLetter(in, now)
		refused(t, c.rule, out, err, c.want)
	}
}

func TestAnswerLetter(t *testing.T) {
	l := newLedger(t)
	id := l.issue(nil)
	out, err := l.AnswerLetter(id, "jiaoke", bot.LetterReceived, " ", liaison)
	want := []bot.Payload{&bot.LetterAnswered{Letter: id, Unit: "jiaoke", State: bot.LetterReceived, By: "m1", Private: bot.Remark{Person: "wang"}}}
	if diff := cmp.Diff(want, out); diff != "" || err != nil {
		t.Fatalf("AnswerLetter = %v (-want +got):\n%s", err, diff)
	}
	l.must(out, err)
	for _, c := range []struct {
		rule  string
		state bot.LetterState
		text  string
		by    Source
		want  int
	}{
		{"the same again", bot.LetterReceived, "", liaison, 0},
		{"done", bot.LetterDone, "已开会传达", liaison, 1},
		{"done, said again", bot.LetterDone, "已开会传达", liaison, 0},
		{"done, said again with less", bot.LetterDone, "", office, 0},
		{"done, with more to say", bot.LetterDone, "已开会传达，并张贴海报", liaison, 1},
		{"taken back by the office", bot.LetterReceived, "尚未落实", office, 1},
		{"and done after all", bot.LetterDone, "", liaison, 1},
	} {
		if n := l.must(l.AnswerLetter(id, "jiaoke", c.state, c.text, c.by)); n != c.want {
			t.Errorf("%s: %d entries, want %d", c.rule, n, c.want)
		}
	}
	for _, c := range []struct {
		rule  string
		id    bot.LetterID
		unit  bot.UnitID
		state bot.LetterState
		text  string
		by    Source
		want  string
	}{
		{"no such letter", "L0009", "jiaoke", bot.LetterDone, "", office, "没有编号为 L0009"},
		{"another unit's liaison", id, "nonghang", bot.LetterDone, "", liaison, "本单位联络员"},
		{"nobody", id, "nonghang", bot.LetterDone, "", Source{}, "本单位联络员"},
		{"no unit's member", id, "", bot.LetterDone, "", Source{}, "本单位联络员"},
		{"a unit that did not get it", id, "gongan", bot.LetterDone, "", office, "没有发给这个单位"},
		{"no state", id, "nonghang", "", "", office, "没有看懂回执"},
		{"too long", id, "nonghang", bot.LetterDone, strings.Repeat("长", 301), office, "超过 300 个字"},
		{"the liaison takes it back", id, "jiaoke", bot.LetterReceived, "", liaison, "已经登记为已落实"},
	} {
		out, err := l.AnswerLetter(c.id, c.unit, c.state, c.text, c.by)
		refused(t, c.rule, out, err, c.want)
	}
}

func TestLetters(t *testing.T) {
	l := newLedger(t)
	first := l.issue(nil)
	second := l.issue(func(b *bot.LetterIssued) {
		b.Number, b.Units, b.DueOn = "乡反诈函〔2026〕13号", []bot.UnitID{"nonghang"}, "2026-11-24"
	})
	third := l.issue(func(b *bot.LetterIssued) { b.Number, b.DueOn = "乡反诈函〔2025〕3号", "" })
	l.must(l.AnswerLetter(first, "nonghang", bot.LetterReceived, "", office))
	l.add(&bot.LetterAnswered{Letter: "L0099", Unit: "jiaoke"}, &bot.LetterAnswered{Letter: second, Unit: "jiaoke"}, // no decision's
		&bot.LetterIssued{Letter: first, Title: "again"})
	ids := func(letters []*Letter) string {
		var out []string
		for _, x := range letters {
			out = append(out, string(x.ID))
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ rule, got, want string }{
		{"all", ids(l.Letters()), "L0001 L0002 L0003"},
		{"to a unit", ids(l.LettersTo("jiaoke")), "L0001 L0003"},
		{"nothing is overdue on its day", ids(l.Overdue("2026-11-24")), ""},
		{"but on the next", ids(l.Overdue("2026-11-25")), "L0002"},
		{"without a day, never", ids(l.Overdue("2030-01-01")), "L0001 L0002"},
		{"by id, any case", ids(l.FindLetters("l0002")), "L0002"},
		{"by number", ids(l.FindLetters("乡反诈函(2026)3号")), "L0001"},
		{"by the end of the number, any year", ids(l.FindLetters("第3号")), "L0001 L0003"},
		{"not by a part of it", ids(l.FindLetters("号")) + ids(l.FindLetters("")), ""},
		{"unanswered", fmt.Sprint(l.Letter(first).Unanswered()), "[jiaoke]"},
		{"received", fmt.Sprint(l.Letter(first).In(bot.LetterReceived)), "[nonghang]"},
		{"third", ids(l.FindLetters(string(third))), "L0003"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, c.got, c.want)
		}
	}
	l.must(l.AnswerLetter(second, "nonghang", bot.LetterReceived, "", office))
	if got := ids(l.Overdue("2026-11-25")); got != "" {
		t.Errorf("overdue although answered: %s", got)
	}
}

func TestParseLetter(t *testing.T) {
	full := LetterDraft{Number: "乡反诈函〔2026〕3号", Title: "关于防范冒充客服诈骗的提示", To: []string{"学校", "农行"}, DueOn: "2026-11-27"}
	for _, c := range []struct {
		rule, text string
		want       LetterDraft
	}{
		{"one line", "乡反诈函〔2026〕3号 关于防范冒充客服诈骗的提示 对象 学校、农行 期限 2026-11-27", full},
		{"colons", "乡反诈函〔2026〕3号 《关于防范冒充客服诈骗的提示》 对象：学校，农行 期限：2026年11月27日前", full},
		{"the form", "文号：乡反诈函〔2026〕3号\n标题：关于防范冒充客服诈骗的提示\n对象：学校 农行\n期限：2026/11/27", full},
		{"number first, then the form", "乡反诈函〔2026〕3号\n标题：关于防范冒充客服诈骗的提示\n对象：学校、农行\n期限：2026.11.27", full},
		{"to all", LetterForm, LetterDraft{Number: full.Number, Title: full.Title, DueOn: full.DueOn}},
		{"an empty field", "文号：3号\n标题：甲\n对象：\n期限：", LetterDraft{Number: "3号", Title: "甲", To: []string{}}},
		{"a day that is none stays for the refusal", "3号 甲 期限 下周五", LetterDraft{Number: "3号", Title: "甲", To: []string{}, DueOn: "下周五"}},
		{"the day of issue", "3号 甲 日期 2026-11-20", LetterDraft{Number: "3号", Title: "甲", To: []string{}, On: "2026-11-20"}},
		{"a word of the title is no field", "3号 对象不同方法不同 期限 2026-11-27", LetterDraft{Number: "3号", Title: "对象不同方法不同", To: []string{}, DueOn: "2026-11-27"}},
	} {
		got, err := ParseLetter(c.text)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", c.rule, err, diff)
		}
	}
	if _, err := ParseLetter("3号 甲 期限 2026-11-27 期限 2026-11-28"); err == nil {
		t.Error("期限 twice = nil, want a refusal")
	}
}
