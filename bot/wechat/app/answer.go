package app

import (
	"context"
	"strings"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/internal/inbox"
	"fanzha/bot/wechat/internal/wire"
)

// answer returns what is said in the request itself, and sees to it that the
// rest follows: a reply can be a plain text or a card in the place of the pressed
// one, so that formatted texts, long ones and files are messages of their own.
func (c *Channel) answer(ctx context.Context, d deed, r inbox.Reply) []byte {
	a := c.said(d, r)
	switch {
	case a.Card != nil && d.Click != nil:
		card, err := wire.UpdatedCardOf(clicked(d, *a.Card))
		if err != nil {
			c.cfg.Log.Error("app card cannot be shown", "channel", c.cfg.Channel, "err", err)
			return nil
		}
		return c.cardReply(d, card)
	case a.Text != "" && a.File == nil && plain(a.Text) && len(a.Text) <= wire.AppText:
		return c.textReply(d, a.Text)
	case a.Text != "" || a.File != nil:
		c.inbox.Go(ctx, func(ctx context.Context) { c.speak(ctx, d, a) })
	}
	return nil
}

// answerLate says what the platform did not wait for.
func (c *Channel) answerLate(ctx context.Context, d deed, r inbox.Reply) {
	a := c.said(d, r)
	if a.Card == nil || d.Click == nil {
		c.speak(ctx, d, a)
		return
	}
	card, err := wire.UpdatedCardOf(clicked(d, *a.Card))
	if err != nil || d.responseCode == "" {
		return // the deed is recorded; the card stays as it was
	}
	lane, release := c.lanes.Get(d.Chat)
	defer release()
	leave, err := lane.Enter(ctx)
	if err != nil {
		return
	}
	defer leave()
	var got answer
	body := &wire.AppCardUpdate{UserIDs: []string{string(d.From)}, AgentID: c.cfg.Agent, ResponseCode: d.responseCode, Card: card}
	if failed := c.request(ctx, lane, d.Chat, &got, c.post("message/update_template_card", body, &got)); failed != nil {
		_ = c.noted(failed) // once only: the code may be spent
	}
}

// said is the answer that may be given: an apology for what was not recorded.
func (c *Channel) said(d deed, r inbox.Reply) bot.Answer {
	if r.Err != nil {
		if d.Text == "" {
			return bot.Answer{}
		}
		return bot.Answer{Text: apology}
	}
	return r.Answer
}

// clicked is card with the id of the one in whose place it comes.
func clicked(d deed, card bot.Card) bot.Card {
	card.ID = d.Click.Card
	return card
}

// speak says a as messages of their own, in order, up to the first that does not
// arrive for certain. They are not sent again: the deed is recorded, and the
// person can ask.
func (c *Channel) speak(ctx context.Context, d deed, a bot.Answer) {
	for _, part := range pieces(a.Text, wire.AppText) {
		if _, failed := c.send(ctx, d.Chat, bot.Markdown(part), false); failed != nil {
			c.cfg.Log.Warn("an answer did not arrive for certain", "channel", c.cfg.Channel, "outcome", failed.Outcome)
			return
		}
	}
	if a.File == nil {
		return
	}
	_, failed := c.send(ctx, d.Chat, *a.File, false)
	if failed != nil && failed.Outcome != bot.Unknown {
		_, _ = c.send(ctx, d.Chat, bot.Markdown("文件没有发出，请稍后再要一次。"), false)
	}
}

// maxPieces is how many messages one answer may be.
const maxPieces = 8

// pieces cuts a text at line ends into parts of at most limit bytes; what is
// beyond [maxPieces] parts is cut off, and said to be.
func pieces(text string, limit int) (parts []string) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
	for len(text) > limit && len(parts) < maxPieces-1 {
		n := strings.LastIndexByte(text[:limit], '\n')
		if n <= 0 {
			for n = limit; !utf8.RuneStart(text[n]); n-- {
			}
		}
		parts = append(parts, text[:n])
		text = strings.TrimLeft(text[n:], "\n")
	}
	if text == "" {
		return parts
	}
	return append(parts, wire.CutBytes(text, limit))
}

// plain reports whether text reads the same without being formatted.
func plain(text string) bool {
	for _, mark := range []string{"**", "](", "`", "\n#", "\n>", "\n|", "\n- ", "<font"} {
		if strings.Contains("\n"+text, mark) {
			return false
		}
	}
	return true
}

// head begins a reply, which goes back the way that the callback came.
func (c *Channel) head(d deed, kind string) []byte {
	out := make([]byte, 0, 1024)
	out = append(out, "<xml>"...)
	out = envelope.AppendText(out, "ToUserName", string(d.From))
	out = envelope.AppendText(out, "FromUserName", c.cfg.Corp)
	out = envelope.AppendNumber(out, "CreateTime", d.At.Unix())
	return envelope.AppendText(out, "MsgType", kind)
}

func (c *Channel) textReply(d deed, text string) []byte {
	out := envelope.AppendText(c.head(d, "text"), "Content", text)
	return append(out, "</xml>"...)
}

// cardReply changes the card for the one who pressed it (page 90241).
func (c *Channel) cardReply(d deed, card *wire.UpdatedCard) []byte {
	text := envelope.AppendText
	out := append(c.head(d, "update_template_card"), "<TemplateCard>"...)
	out = text(out, "CardType", card.CardType)
	if card.Source != nil {
		out = append(text(append(out, "<Source>"...), "Desc", card.Source.Desc), "</Source>"...)
	}
	out = text(append(out, "<MainTitle>"...), "Title", card.Title.Title)
	out = append(text(out, "Desc", card.Title.Desc), "</MainTitle>"...)
	if card.SubTitle != "" {
		out = text(out, "SubTitleText", card.SubTitle)
	}
	for _, f := range card.Fields {
		out = text(append(out, "<HorizontalContentList>"...), "KeyName", f.KeyName)
		out = append(text(out, "Value", f.Value), "</HorizontalContentList>"...)
	}
	for _, b := range card.Buttons {
		out = text(append(out, "<ButtonList>"...), "Text", b.Text)
		out = envelope.AppendNumber(out, "Style", int64(b.Style))
		out = append(text(out, "Key", b.Key), "</ButtonList>"...)
	}
	if card.ReplaceText != "" {
		out = text(out, "ReplaceText", card.ReplaceText)
	}
	return append(out, "</TemplateCard></xml>"...)
}
