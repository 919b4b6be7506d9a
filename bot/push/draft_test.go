package push

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

func TestParseDraft(t *testing.T) {
	for _, c := range []struct {
		rule, text string
		want       bot.Content
		refuse     string
	}{
		{rule: "the form itself", text: Form, want: bot.Content{
			Category: "诈骗预警", Topic: "刷单返利", Technique: "……", Countermeasures: "……", Source: "县公安局", SourceOn: "2026-11-20",
		}},
		{rule: "half-width colons and spaces", text: "类别: 诈骗预警 \n 主题 :刷单 ", want: bot.Content{Category: "诈骗预警", Topic: "刷单"}},
		{rule: "a colon of the other width in the text", text: "手法:对方说：转账\n防范：记住:不转", want: bot.Content{Technique: "对方说：转账", Countermeasures: "记住:不转"}},
		{rule: "a text over several lines", text: "手法：一、引流\r\n二、垫资\n\n三、拉黑\n", want: bot.Content{Technique: "一、引流\n二、垫资\n\n三、拉黑"}},
		{rule: "a byte-order mark and empty lines before", text: "\ufeff\n\n主题：刷单", want: bot.Content{Topic: "刷单"}},
		{rule: "several audiences, any separator", text: "对象：学校、银行，医院;乡镇 企业", want: bot.Content{Audience: []string{"学校", "银行", "医院", "乡镇", "企业"}}},
		{rule: "everybody", text: "对象：全部"},
		{rule: "urgent", text: "紧急：是", want: bot.Content{Urgent: true}},
		{rule: "urgent, in a word", text: "紧急：紧急", want: bot.Content{Urgent: true}},
		{rule: "not urgent", text: "紧急：不紧急"},
		{rule: "empty", text: ""},
		{rule: "urgent, unclear", text: "紧急：大概吧", refuse: "“是”或“否”"},
		{rule: "a field twice", text: "主题：刷单\n主题：返利", refuse: "“主题”写了两次"},
		{rule: "text before the first field", text: "各位好\n主题：刷单", refuse: "没有看懂“各位好”"},
		{rule: "an unknown field first", text: "标题：刷单", refuse: "没有看懂“标题：刷单”"},
	} {
		got, err := ParseDraft(c.text)
		if c.refuse != "" {
			refused(t, c.rule, err, c.refuse)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: ParseDraft: %v (-want +got):\n%s", c.rule, err, diff)
		}
	}
}

func FuzzParseDraft(f *testing.F) {
	for _, s := range []string{Form, "类别:诈骗预警", "手法：a\nb：c\n防范: d", "\ufeff紧急：是", "对象：、、", "：", "主题：x\r\n来源： \t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseDraft(text)
		if err != nil {
			if _, ok := bot.RefusalText(err); !ok {
				t.Fatalf("ParseDraft(%q) = %v, want a refusal", text, err)
			}
			return
		}
		for _, s := range append([]string{c.Category, c.Topic, c.Technique, c.Countermeasures, c.Source, c.SourceOn}, c.Audience...) {
			if s != strings.TrimSpace(s) {
				t.Errorf("ParseDraft(%q) keeps the space around %q", text, s)
			}
		}
	})
}
