package aibot

import (
	"errors"
	"fmt"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/wire"
)

// Limits implements [bot.Sender]. Cards are cut to these; whoever composes one
// better keeps to them.
func (c *Client) Limits() bot.Limits {
	return bot.Limits{
		TitleRunes: wire.TitleRunes, DescRunes: wire.DescRunes, BodyRunes: wire.SubTitleRunes,
		FieldNameRunes: wire.FieldNameRunes, FieldValueRunes: wire.FieldValueRunes, Fields: wire.Fields,
		MarkdownBytes: wire.MarkdownBytes, WelcomeBytes: wire.WelcomeBytes,
	}
}

// cardShape turns a card into a button_interaction card. Texts are cut to the
// platform's limits; a card that it would refuse, or whose clicks could not be
// told apart, is an error in Chinese.
func cardShape(card bot.Card) (*wire.Card, error) {
	switch {
	case !wire.ValidTaskID(string(card.ID)):
		return nil, errors.New("卡片编号不合规定")
	case card.Title == "":
		return nil, errors.New("卡片没有标题")
	case len(card.Buttons) == 0 || len(card.Buttons) > wire.Buttons:
		return nil, fmt.Errorf("卡片应有 1 至 %d 个按钮，现有 %d 个", wire.Buttons, len(card.Buttons))
	}
	shape := &wire.Card{
		CardType: wire.ButtonInteraction,
		Title:    wire.Title{Title: wire.CutRunes(card.Title, wire.TitleRunes), Desc: wire.CutRunes(card.Desc, wire.DescRunes)},
		SubTitle: wire.CutRunes(card.Body, wire.SubTitleRunes),
		TaskID:   string(card.ID),
	}
	if card.Source != "" {
		shape.Source = &wire.Source{Desc: wire.CutRunes(card.Source, wire.SourceRunes)}
	}
	for _, f := range card.Fields[:min(len(card.Fields), wire.Fields)] {
		shape.Fields = append(shape.Fields, wire.Field{
			KeyName: wire.CutRunes(f.Name, wire.FieldNameRunes),
			Value:   wire.CutRunes(f.Value, wire.FieldValueRunes),
		})
	}
	var err error
	shape.Buttons, err = buttonShapes(card.Buttons)
	return shape, err
}

func buttonShapes(buttons []bot.Button) ([]wire.Button, error) {
	shapes := make([]wire.Button, 0, len(buttons))
	for i, b := range buttons {
		if b.Key == "" || len(b.Key) > wire.ButtonKeyBytes || b.Text == "" {
			return nil, errors.New("卡片按钮缺少文字，或其标识为空或过长")
		}
		for _, other := range buttons[:i] {
			if other.Key == b.Key {
				return nil, errors.New("卡片有两个按钮标识相同")
			}
		}
		shapes = append(shapes, wire.Button{
			Text:  wire.CutRunes(b.Text, wire.ButtonTextRunes),
			Style: buttonStyle(b.Style),
			Key:   b.Key,
		})
	}
	return shapes, nil
}

// buttonStyle returns the platform's number of a style (1 to 4).
func buttonStyle(s bot.ButtonStyle) int {
	switch s {
	case bot.Secondary:
		return 2
	case bot.Done:
		return 4
	}
	return 1
}
