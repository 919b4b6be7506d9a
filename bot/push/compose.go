package push

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"fanzha/bot"
)

// source is who speaks on every card.
const source = "反诈群助手"

// pledge is on every alert, because a bot that speaks for an office will be
// imitated.
const pledge = "本助手不会索要验证码、密码，也不会要求转账。"

// A Window is when a session takes check-ins, and how.
type Window struct {
	DueAt, EndsAt time.Time
	// How says, in Chinese, how to check in where a channel has no buttons.
	How string
}

// Compose returns the messages that deliver d on a channel with those limits, in
// order. The same delivery always gives the same messages, but for the card's id,
// which is new for each attempt.
//
// With buttons, one alert is one card if its text fits; otherwise the whole text
// goes before it as Markdown and the card carries its beginning. Without, all is
// text: numbered parts if one message cannot hold it.
func Compose(d *Delivery, w Window, limits bot.Limits) []bot.Message {
	if limits.TitleRunes == 0 || d.Push == nil {
		return texts(d, w, limits)
	}
	pushes := d.pushes()
	body := cardBody(pushes)
	card := card(d, pushes, w, limits)
	card.Body = Fit(body, limits.BodyRunes)
	if len(pushes) == 1 && utf8.RuneCountInString(body) <= limits.BodyRunes {
		return []bot.Message{card}
	}
	var out []bot.Message
	for _, part := range Split(article(pushes), limits.MarkdownBytes) {
		out = append(out, bot.Markdown(part))
	}
	return append(out, card)
}

// texts delivers d without a card.
func texts(d *Delivery, w Window, limits bot.Limits) (out []bot.Message) {
	text := d.Text
	if d.Push != nil {
		text = letter(d.pushes(), w)
	}
	if limits.ErrandBytes > 0 {
		for _, part := range Split(text, limits.ErrandBytes) {
			out = append(out, bot.Errand{Delivery: d.ID, Text: part})
		}
		return out
	}
	for _, part := range Split(text, limits.MarkdownBytes) {
		out = append(out, bot.Markdown(part))
	}
	return out
}

func card(d *Delivery, pushes []*Push, w Window, limits bot.Limits) bot.Card {
	c := bot.Card{
		ID:      bot.NewCardID(d.Session, d.Attempts+1, d.ledger),
		Source:  source,
		Title:   Fit(heading(pushes), limits.TitleRunes),
		Desc:    Fit("阅读后点下方按钮即完成签到", limits.DescRunes),
		Buttons: []bot.Button{{Key: bot.CheckInButton, Text: "我已阅读·签到", Style: bot.Primary}},
	}
	if first := pushes[0].Content; len(pushes) == 1 {
		c.Fields = []bot.Field{{Name: "来源", Value: Fit(first.Source, limits.FieldValueRunes)}, {Name: "日期", Value: first.SourceOn}}
	} else {
		c.Fields = []bot.Field{{Name: "内容", Value: fmt.Sprintf("%d 条预警，一次签到", len(pushes))}}
	}
	c.Fields = append(c.Fields,
		bot.Field{Name: "截止", Value: w.DueAt.In(bot.Zone).Format("1月2日 15:04")},
		bot.Field{Name: "核验", Value: "96110"},
		bot.Field{Name: "提醒", Value: Fit(pledge, limits.FieldValueRunes)},
	)
	return c
}

func cardBody(pushes []*Push) string {
	if len(pushes) == 1 {
		c := pushes[0].Content
		return "手法：" + oneLine(c.Technique) + " 防范：" + oneLine(c.Countermeasures)
	}
	var topics []string
	for i, p := range pushes {
		topics = append(topics, fmt.Sprintf("%d.%s", i+1, p.Content.Topic))
	}
	return strings.Join(topics, " ")
}

// topics names what pushes are about: 刷单返利, 刷单返利等3条.
func topics(pushes []*Push) string {
	if len(pushes) == 1 {
		return pushes[0].Content.Topic
	}
	return fmt.Sprintf("%s等%d条", pushes[0].Content.Topic, len(pushes))
}

// heading is topics with the category before it, if they share one.
func heading(pushes []*Push) string {
	category := pushes[0].Content.Category
	for _, p := range pushes[1:] {
		if p.Content.Category != category {
			category = "反诈提醒"
		}
	}
	return category + "：" + topics(pushes)
}

// article is the whole text of alerts as Markdown.
func article(pushes []*Push) string {
	var b strings.Builder
	for i, p := range pushes {
		if i > 0 {
			b.WriteString("\n\n")
		}
		c := p.Content
		fmt.Fprintf(&b, "## %s：%s\n\n**诈骗手法**\n%s\n\n**防范措施**\n%s\n\n> 来源：%s（%s）", c.Category, c.Topic, c.Technique, c.Countermeasures, c.Source, c.SourceOn)
	}
	return b.String() + "\n> " + pledge
}

// letter is the whole text of alerts without markup, with how to check in at the
// end, as it is read in a chat without cards.
func letter(pushes []*Push, w Window) string {
	var b strings.Builder
	fmt.Fprintf(&b, "【%s】%s\n", source, heading(pushes))
	for i, p := range pushes {
		c := p.Content
		if len(pushes) > 1 {
			fmt.Fprintf(&b, "\n%d. %s：%s\n", i+1, c.Category, c.Topic)
		}
		fmt.Fprintf(&b, "诈骗手法：%s\n防范措施：%s\n来源：%s（%s）\n", c.Technique, c.Countermeasures, c.Source, c.SourceOn)
	}
	b.WriteString("\n")
	if w.How != "" {
		fmt.Fprintf(&b, "阅读后请签到：%s（%s前）\n", w.How, w.DueAt.In(bot.Zone).Format("1月2日 15:04"))
	}
	return b.String() + "核验、举报请拨 96110。" + pledge
}

// numbering is how many bytes the number of a part may take: （999/999） and a line
// break.
const numbering = len("（999/999）\n")

// Split cuts s into parts of at most limit bytes, each with its number before it
// if there are several. It cuts at the end of a line where it can, else at the end
// of a sentence, else between characters. A limit too small for any text, and 0,
// is none.
func Split(s string, limit int) []string {
	if limit < 2*numbering || len(s) <= limit {
		return []string{s}
	}
	var parts []string
	for len(s) > limit-numbering {
		end := cut(s, limit-numbering)
		parts = append(parts, strings.TrimRight(s[:end], "\n"))
		s = strings.TrimLeft(s[end:], "\n")
	}
	if s != "" {
		parts = append(parts, s)
	}
	for i := range parts {
		parts[i] = fmt.Sprintf("（%d/%d）\n%s", i+1, len(parts), parts[i])
	}
	return parts
}

// cut returns where to end a part of at most n bytes; s is longer.
func cut(s string, n int) int {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	for _, end := range []string{"\n", "。", "；", "，"} {
		if i := strings.LastIndex(s[:n], end); i > n/2 {
			return i + len(end)
		}
	}
	return n
}

// CheckedInCard is how the clicker's own card looks once he has checked in.
func CheckedInCard(id bot.CardID, c bot.Content, note string, r bot.Receipt, limits bot.Limits) bot.Card {
	return bot.Card{
		ID: id, Source: source,
		Title:   Fit(c.Category+"："+c.Topic, limits.TitleRunes),
		Desc:    Fit(note, limits.DescRunes),
		Fields:  []bot.Field{{Name: "回执", Value: string(r)}},
		Buttons: []bot.Button{{Key: bot.CheckInButton, Text: "已签到", Style: bot.Done}},
	}
}

// Fit cuts s to n characters, the last one being "…" if something was cut.
func Fit(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	if n < 1 {
		return ""
	}
	return string([]rune(s)[:n-1]) + "…"
}

// FitBytes cuts s to n bytes between characters, ending in "…" if something was
// cut and there is room for it.
func FitBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if n < len("…") {
		return ""
	}
	n -= len("…")
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
