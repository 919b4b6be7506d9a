package robot

import (
	"context"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/wire"
)

// shape returns the body of a message, or the file that is to be uploaded first.
// Texts are cut to the platform's limits; what it would refuse is an error in
// Chinese.
func shape(m bot.Message) (any, error) {
	switch m := m.(type) {
	case bot.Text:
		return wire.WebhookTextOf(m)
	case bot.Markdown:
		return wire.WebhookMarkdownOf(string(m))
	case bot.Image:
		return wire.WebhookImageOf(m.Data)
	case bot.File:
		return m, wire.CheckFile(&m)
	}
	return nil, errKind
}

// An Article is one line of [Channel.SendNews].
type Article = wire.Article

// SendNews is Send for 1 to 8 articles, each with a title and the address that
// it opens.
func (c *Channel) SendNews(ctx context.Context, to bot.Chat, articles ...Article) error {
	body, err := wire.NewsOf(articles)
	return c.send(ctx, to, body, err)
}

// SendNotice is Send for a card without buttons that opens a page, with a
// picture or none; card's own buttons are left out.
func (c *Channel) SendNotice(ctx context.Context, to bot.Chat, card bot.Card, page, picture string) error {
	body, err := wire.NoticeOf(card, page, picture)
	return c.send(ctx, to, body, err)
}
