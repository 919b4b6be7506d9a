package supervise

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

func figures(text string) []bot.Figure {
	out, err := ParseFigures(text)
	if err != nil {
		panic(err)
	}
	return out
}

func TestFileFigures(t *testing.T) {
	l := newLedger(t)
	f := bot.FiguresFiled{Unit: "jiaoke", Month: "2026-11", Topic: "短信量", Figures: figures("发送 12000 条")}
	out, err := l.FileFigures(f, liaison, now)
	want := f
	want.By = "m1"
	if diff := cmp.Diff([]bot.Payload{&want}, out); diff != "" || err != nil {
		t.Fatalf("FileFigures = %v (-want +got):\n%s", err, diff)
	}
	l.must(out, err)
	if n := l.must(l.FileFigures(f, office, now)); n != 0 {
		t.Errorf("the same again: %d entries", n)
	}
	f.Figures = figures("发送 12500 条")
	if n := l.must(l.FileFigures(f, office, now)); n != 1 {
		t.Errorf("a revision: %d entries", n)
	}
	got := l.Figures("jiaoke", november, "短信量")
	if got.Revision != 2 || got.Figures[0].Value != "12500" || got.Operator != "ban" || got.By != "" {
		t.Errorf("Figures = %+v", got)
	}
	for _, c := range []struct {
		rule, want string
		by         Source
		change     func(*bot.FiguresFiled)
	}{
		{"no unit", "没有写单位", office, func(f *bot.FiguresFiled) { f.Unit = "" }},
		{"another unit's liaison", "本单位联络员", liaison, func(f *bot.FiguresFiled) { f.Unit = "nonghang" }},
		{"no month", "没有看懂月份", office, func(f *bot.FiguresFiled) { f.Month = "11月" }},
		{"next month", "2026年12月还没到", office, func(f *bot.FiguresFiled) { f.Month = "2026-12" }},
		{"no topic", "没有看懂是什么数据", office, func(f *bot.FiguresFiled) { f.Topic = "" }},
		{"a topic with digits", "没有看懂是什么数据", office, func(f *bot.FiguresFiled) { f.Topic = "13800138000" }},
		{"no figures", "1 到 12 个数", office, func(f *bot.FiguresFiled) { f.Figures = nil }},
		{"a figure twice", "写了两次", office, func(f *bot.FiguresFiled) { f.Figures = figures("案件 3 案件 4") }},
		{"no number", "没有看懂“案件”后面的数", office, func(f *bot.FiguresFiled) { f.Figures = []bot.Figure{{Name: "案件", Value: "三"}} }},
		{"thousands", "不加逗号", office, func(f *bot.FiguresFiled) { f.Figures = figures("金额 1,200 元") }},
		{"a name that is too long", "只报数，不写人名", office, func(f *bot.FiguresFiled) {
			f.Figures = []bot.Figure{{Name: "住在县城东街的张三被骗", Value: "1"}}
		}},
		{"cases by the office", "只由公安登记", office, func(f *bot.FiguresFiled) { f.Topic, f.Figures = Cases, figures("案件 0") }},
		{"cases by a liaison", "只由公安登记", Source{Member: "m1", Unit: "jiaoke", Police: true}, func(f *bot.FiguresFiled) { f.Topic, f.Figures = Cases, figures("案件 0") }},
		{"half a case", "只登记件数", police, func(f *bot.FiguresFiled) { f.Topic, f.Figures = Cases, figures("案件 0.5") }},
		{"more than cases", "只登记件数", police, func(f *bot.FiguresFiled) { f.Topic, f.Figures = Cases, figures("案件 1 人员 2") }},
		{"cases without a count", "只登记件数", police, func(f *bot.FiguresFiled) { f.Topic, f.Figures = Cases, figures("人员 2") }},
	} {
		in := f
		c.change(&in)
		out, err := l.FileFigures(in, c.by, now)
		refused(t, c.rule, out, err, c.want)
	}
}

func TestCasesAndMissing(t *testing.T) {
	l := newLedger(t)
	if n, ok := l.CasesConfirmed(november, "jiaoke"); ok || n != 0 {
		t.Errorf("nothing entered: %d, %t", n, ok)
	}
	file := func(unit bot.UnitID, month, topic, text string) {
		l.must(l.FileFigures(bot.FiguresFiled{Unit: unit, Month: month, Topic: topic, Figures: figures(text)}, police, now))
	}
	file("jiaoke", "2026-11", Cases, "案件 0")
	if n, ok := l.CasesConfirmed(november, "jiaoke"); !ok || n != 0 {
		t.Errorf("zero entered: %d, %t", n, ok)
	}
	file("jiaoke", "2026-11", Cases, "案件 2 件")
	if n, ok := l.CasesConfirmed(november, "jiaoke"); !ok || n != 2 {
		t.Errorf("two entered: %d, %t", n, ok)
	}
	if _, ok := l.CasesConfirmed(november.Add(-1), "jiaoke"); ok {
		t.Error("two entered for another month")
	}
	owed := []Owed{{"fayuan", "判决"}, {"jianchayuan", "起诉"}}
	if diff := cmp.Diff(owed, l.Missing(november, owed)); diff != "" {
		t.Errorf("Missing (-want +got):\n%s", diff)
	}
	file("fayuan", "2026-11", "判决", "案件 3 件")
	file("jianchayuan", "2026-10", "起诉", "案件 3 件")
	if diff := cmp.Diff(owed[1:], l.Missing(november, owed)); diff != "" {
		t.Errorf("Missing (-want +got):\n%s", diff)
	}
	if n := len(l.FiguresIn(november)); n != 2 {
		t.Errorf("FiguresIn = %d, want 2", n)
	}
}

func TestParseFigures(t *testing.T) {
	verdicts := []bot.Figure{{Name: "案件", Value: "3", Measure: "件"}, {Name: "人员", Value: "5", Measure: "人"}, {Name: "金额", Value: "12.50", Measure: "万元"}}
	for _, c := range []struct {
		rule, text string
		want       []bot.Figure
	}{
		{"spaced", "案件 3 件 人员 5 人 金额 12.50 万元", verdicts},
		{"close", "案件3件 人员5人 金额12.50万元", verdicts},
		{"glued", "案件3件人员5人金额12.50万元", verdicts},
		{"colons and commas", "案件：3件，人员：5人；金额: １２．50万元。", verdicts},
		{"lines", "案件 3 件\n人员 5 人\n金额 12.50 万元", verdicts},
		{"no measures", "案件 3 人员 5", []bot.Figure{{Name: "案件", Value: "3"}, {Name: "人员", Value: "5"}}},
		{"no measures, close", "案件3人员5", []bot.Figure{{Name: "案件", Value: "3"}, {Name: "人员", Value: "5"}}},
		{"nothing", " ", nil},
	} {
		got, err := ParseFigures(c.text)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", c.rule, err, diff)
		}
	}
	for _, text := range []string{"3 件", "案件", "案件 三 件", "案件 3 件 5"} {
		if got, err := ParseFigures(text); err == nil {
			t.Errorf("ParseFigures(%q) = %v, want a refusal", text, got)
		}
	}
}
