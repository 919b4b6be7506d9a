package aibot

import (
	"fanzha/bot"
	"fanzha/bot/wechat/internal/wire"
)

// Limits implements [bot.Sender]. Cards are cut to these; whoever composes one
// better keeps to them.
func (c *Client) Limits() bot.Limits { return limits() }

func limits() bot.Limits {
	return bot.Limits{
		TitleRunes: wire.TitleRunes, DescRunes: wire.DescRunes, BodyRunes: wire.SubTitleRunes,
		FieldNameRunes: wire.FieldNameRunes, FieldValueRunes: wire.FieldValueRunes, Fields: wire.Fields,
		MarkdownBytes: wire.MarkdownBytes, WelcomeBytes: wire.WelcomeBytes,
	}
}

func cardShape(card bot.Card) (*wire.Card, error) { return wire.CardOf(card) }
