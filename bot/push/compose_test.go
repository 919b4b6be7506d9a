package push

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// show writes messages as a reader sees them.
func show(messages ...bot.Message) string {
	var b strings.Builder
	for _, m := range messages {
		switch m := m.(type) {
		case bot.Markdown:
			fmt.Fprintf(&b, "[文字]\n%s\n", m)
		case bot.Errand:
			fmt.Fprintf(&b, "[代发 %s]\n%s\n", m.Delivery, m.Text)
		case bot.Card:
			fmt.Fprintf(&b, "[卡片 %s] %s\n%s\n%s\n%s\n", m.ID, m.Source, m.Title, m.Desc, m.Body)
			for _, f := range m.Fields {
				fmt.Fprintf(&b, "%s  %s\n", f.Name, f.Value)
			}
			for _, x := range m.Buttons {
				fmt.Fprintf(&b, "(%s %s %d)\n", x.Text, x.Key, x.Style)
			}
		}
	}
	return b.String()
}

func longContent() bot.Content {
	c := content()
	c.Technique = strings.Repeat("先以小额返利取得信任，再以“任务未完成”为由要求垫资。\n", 5)
	return c
}

func TestComposeGolden(t *testing.T) {
	for name, c := range map[string]bot.Content{"short": content(), "long": longContent()} {
		f := newOffice(t)
		d := f.pushed(c, 1).Deliveries[0]
		golden(t, name, show(Compose(d, window, limits)...))
	}
	card := CheckedInCard("S000001-1", content(), "已签到：张三 11-23 15:00", "7F3K-29QD", limits)
	golden(t, "checkedin", show(card))
}

func TestComposeSummaryAndNotice(t *testing.T) {
	got := Compose(&Delivery{Text: "【签到小结】"}, Window{}, limits)
	if diff := cmp.Diff([]bot.Message{bot.Markdown("【签到小结】")}, got); diff != "" {
		t.Errorf("Compose (-want +got):\n%s", diff)
	}
}

func TestComposeIsTheSameEachTime(t *testing.T) {
	f := newOffice(t)
	d := f.pushed(longContent(), 1).Deliveries[0]
	a, b := Compose(d, window, limits), Compose(d, window, limits)
	if diff := cmp.Diff(a, b); diff != "" || Digest(a[1]) != Digest(b[1]) {
		t.Errorf("composed twice:\n%s", diff)
	}
	d.Attempts++
	c := Compose(d, window, limits)
	if a[0] != c[0] || a[1].(bot.Card).ID == c[1].(bot.Card).ID {
		t.Error("the next attempt must have the same text and a card id of its own")
	}
	if s, ok := c[1].(bot.Card).ID.Session(""); s != d.Session || !ok {
		t.Errorf("card %s does not lead to session %s", c[1].(bot.Card).ID, d.Session)
	}
}

func TestComposeKeepsTheLimits(t *testing.T) {
	for _, technique := range []int{1, 40, 80, 81, 200, 2000} {
		for _, l := range []bot.Limits{limits, {TitleRunes: 10, DescRunes: 5, BodyRunes: 20, FieldNameRunes: 2, FieldValueRunes: 12, Fields: 5, MarkdownBytes: 600}} {
			c := content()
			c.Topic, c.Source = strings.Repeat("题", maxTopic), strings.Repeat("源", 100)
			c.Technique, c.Countermeasures = strings.Repeat("字", technique), strings.Repeat("防", technique)
			f := newOffice(t)
			messages := Compose(f.pushed(c, 1).Deliveries[0], window, l)
			for _, m := range messages {
				if fault := beyond(m, l); fault != "" {
					t.Errorf("%d characters, limits %+v: %s", technique, l, fault)
				}
			}
			card := messages[len(messages)-1].(bot.Card)
			fits := utf8.RuneCountInString(card.Body) < l.BodyRunes || !strings.HasSuffix(card.Body, "…")
			if fits != (len(messages) == 1) {
				t.Errorf("%d characters: %d messages, although the card's text is cut: %t", technique, len(messages), !fits)
			}
		}
	}
	checked := CheckedInCard("S1-1", longContent(), strings.Repeat("长", 60), "7F3K-29QD", limits)
	if fault := beyond(checked, limits); fault != "" {
		t.Error(fault)
	}
}

// beyond says which limit m breaks, "" if none.
func beyond(m bot.Message, l bot.Limits) string {
	card, ok := m.(bot.Card)
	if !ok {
		if n := len(m.(bot.Markdown)); n > l.MarkdownBytes {
			return fmt.Sprintf("markdown of %d bytes", n)
		}
		if !utf8.ValidString(string(m.(bot.Markdown))) {
			return "markdown cut within a character"
		}
		return ""
	}
	type part struct {
		name, text string
		limit      int
	}
	parts := []part{{"title", card.Title, l.TitleRunes}, {"desc", card.Desc, l.DescRunes}, {"body", card.Body, l.BodyRunes}}
	for _, f := range card.Fields {
		parts = append(parts, part{"field", f.Name, l.FieldNameRunes}, part{f.Name, f.Value, l.FieldValueRunes})
	}
	for _, p := range parts {
		if n := utf8.RuneCountInString(p.text); n > p.limit {
			return fmt.Sprintf("%s of %d characters: %s", p.name, n, p.text)
		}
	}
	if len(card.Fields) > l.Fields {
		return fmt.Sprintf("%d fields", len(card.Fields))
	}
	return ""
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{{"反诈", 2, "反诈"}, {"反诈群", 2, "反…"}, {"反诈群", 1, "…"}, {"反诈群", 0, ""}, {"反诈群", -1, ""}, {"", 0, ""}} {
		if got := Fit(c.s, c.n); got != c.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{{"反诈", 6, "反诈"}, {"反诈群", 8, "反…"}, {"反诈群", 6, "反…"}, {"反诈群", 5, "…"}, {"反诈群", 3, "…"}, {"反诈群", 2, ""}, {"反诈群", -9, ""}} {
		if got := FitBytes(c.s, c.n); got != c.want {
			t.Errorf("FitBytes(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
}

func TestDigestTellsEveryPartApart(t *testing.T) {
	base := bot.Card{ID: "S1-1", Source: "s", Title: "t", Desc: "d", Body: "b", Fields: []bot.Field{{Name: "n", Value: "v"}}, Buttons: []bot.Button{{Key: "k", Text: "x"}}}
	seen := map[string]bool{Digest(base): true, Digest(bot.Markdown("t")): true}
	for i, edit := range []func(*bot.Card){
		func(c *bot.Card) { c.ID = "S1-2" }, func(c *bot.Card) { c.Source = "" }, func(c *bot.Card) { c.Title = "" }, func(c *bot.Card) { c.Desc = "" },
		func(c *bot.Card) { c.Body = "" }, func(c *bot.Card) { c.Fields = nil }, func(c *bot.Card) { c.Buttons = nil },
		func(c *bot.Card) { c.Title, c.Desc = "t\" \"d", "" },
	} {
		c := base
		edit(&c)
		if d := Digest(c); seen[d] {
			t.Errorf("edit %d gives the digest of another card", i)
		} else {
			seen[d] = true
		}
	}
}

func TestComposeWithoutCards(t *testing.T) {
	window := window
	window.How = "在群里发“@反诈助手 签到”"
	f := newOffice(t)
	one := f.pushed(content(), 1).Deliveries[0]
	several := newOffice(t).together("刷单返利", "冒充客服", "快递理赔")[0]
	golden(t, "text", show(Compose(one, window, bot.Limits{MarkdownBytes: 4096})...))
	golden(t, "digest_card", show(Compose(several, window, limits)...))
	golden(t, "digest_text", show(Compose(several, window, bot.Limits{MarkdownBytes: 600})...))
	golden(t, "errand", show(Compose(one, window, bot.Limits{ErrandBytes: 4096})...))
}

func TestSplit(t *testing.T) {
	long := strings.Repeat("先返小利，再要大额垫资。不信、不转账！\n", 300) + strings.Repeat("字", 3000) + strings.Repeat("x", 2000)
	for _, limit := range []int{64, 200, 333, 334, 335, 2048, 4096, len(long) - 1, len(long), 0} {
		parts := Split(long, limit)
		var whole strings.Builder
		for i, p := range parts {
			if limit > 0 && len(p) > limit || !utf8.ValidString(p) {
				t.Errorf("limit %d: part %d has %d bytes, valid %t", limit, i, len(p), utf8.ValidString(p))
			}
			number := fmt.Sprintf("（%d/%d）\n", i+1, len(parts))
			text, numbered := strings.CutPrefix(p, number)
			if numbered != (len(parts) > 1) {
				t.Errorf("limit %d: part %d begins %.20q", limit, i, p)
			}
			whole.WriteString(text)
		}
		if squeeze(whole.String()) != squeeze(long) {
			t.Errorf("limit %d: the parts are not the whole", limit)
		}
	}
	if got := Split("第一行\n第二行很长很长很长很长\n第三行", 60); len(got) != 1 {
		t.Errorf("Split = %q, want it whole", got)
	}
	got := Split("甲甲甲甲甲甲甲甲甲甲甲甲\n乙乙乙乙乙乙乙乙乙乙乙乙\n丙", 60)
	if want := []string{"（1/2）\n甲甲甲甲甲甲甲甲甲甲甲甲", "（2/2）\n乙乙乙乙乙乙乙乙乙乙乙乙\n丙"}; !cmp.Equal(got, want) {
		t.Errorf("Split = %q, want %q: cut at the end of a line", got, want)
	}
}

func squeeze(s string) string { return strings.ReplaceAll(s, "\n", "") }
