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

// A Window is when a session takes check-ins.
type Window struct{ DueAt, EndsAt time.Time }

// Compose returns the messages that deliver d, in order. The same delivery
// always gives the same messages, but for the card's id, which is new for each
// attempt. An alert is one card if its text fits; otherwise the whole text goes
// before it as Markdown and the card carries its beginning.
func Compose(d *Delivery, w Window, limits bot.Limits) []bot.Message {
	if d.Push == nil {
		return []bot.Message{bot.Markdown(d.Text)}
	}
	c := d.Push.Content
	body := "手法：" + oneLine(c.Technique) + " 防范：" + oneLine(c.Countermeasures)
	card := bot.Card{
		ID:     bot.NewCardID(d.Session, d.Attempts+1, d.ledger),
		Source: source,
		Title:  Fit(c.Category+"："+c.Topic, limits.TitleRunes),
		Desc:   Fit("阅读后点下方按钮即完成签到", limits.DescRunes),
		Body:   Fit(body, limits.BodyRunes),
		Fields: []bot.Field{
			{Name: "来源", Value: Fit(c.Source, limits.FieldValueRunes)},
			{Name: "日期", Value: c.SourceOn},
			{Name: "截止", Value: w.DueAt.In(bot.Zone).Format("1月2日 15:04")},
			{Name: "核验", Value: "96110"},
			{Name: "提醒", Value: Fit(pledge, limits.FieldValueRunes)},
		},
		Buttons: []bot.Button{{Key: bot.CheckInButton, Text: "我已阅读·签到", Style: bot.Primary}},
	}
	if utf8.RuneCountInString(body) <= limits.BodyRunes {
		return []bot.Message{card}
	}
	return []bot.Message{bot.Markdown(article(c, limits.MarkdownBytes)), card}
}

// article is the whole text of an alert as Markdown, at most limit bytes.
func article(c bot.Content, limit int) string {
	head := fmt.Sprintf("## %s：%s\n", c.Category, c.Topic)
	tail := fmt.Sprintf("\n> 来源：%s（%s）\n> %s", c.Source, c.SourceOn, pledge)
	body := fmt.Sprintf("\n**诈骗手法**\n%s\n\n**防范措施**\n%s\n", c.Technique, c.Countermeasures)
	return head + FitBytes(body, limit-len(head)-len(tail)) + tail
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
