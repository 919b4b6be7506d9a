package wire

import (
	"errors"
	"fmt"

	"fanzha/bot"
)

// CardOf turns a card into a button_interaction card, which the smart bot and
// an app send in the same shape (page 101032, page 90236). Texts are cut to the
// platform's limits; a card that it would refuse, or whose clicks could not be
// told apart, is an error in Chinese.
func CardOf(card bot.Card) (*Card, error) {
	switch {
	case !ValidTaskID(string(card.ID)):
		return nil, errors.New("卡片编号不合规定")
	case card.Title == "":
		return nil, errors.New("卡片没有标题")
	case len(card.Buttons) == 0 || len(card.Buttons) > Buttons:
		return nil, fmt.Errorf("卡片应有 1 至 %d 个按钮，现有 %d 个", Buttons, len(card.Buttons))
	}
	shape := &Card{
		CardType: ButtonInteraction,
		Title:    Title{Title: CutRunes(card.Title, TitleRunes), Desc: CutRunes(card.Desc, DescRunes)},
		SubTitle: CutRunes(card.Body, SubTitleRunes),
		TaskID:   string(card.ID),
	}
	if card.Source != "" {
		shape.Source = &Source{Desc: CutRunes(card.Source, SourceRunes)}
	}
	for _, f := range card.Fields[:min(len(card.Fields), Fields)] {
		shape.Fields = append(shape.Fields, Field{
			KeyName: CutRunes(f.Name, FieldNameRunes),
			Value:   CutRunes(f.Value, FieldValueRunes),
		})
	}
	var err error
	shape.Buttons, err = buttonsOf(card.Buttons)
	return shape, err
}

func buttonsOf(buttons []bot.Button) ([]Button, error) {
	shapes := make([]Button, 0, len(buttons))
	for i, b := range buttons {
		if b.Key == "" || len(b.Key) > ButtonKeyBytes || b.Text == "" {
			return nil, errors.New("卡片按钮缺少文字，或其标识为空或过长")
		}
		for _, other := range buttons[:i] {
			if other.Key == b.Key {
				return nil, errors.New("卡片有两个按钮标识相同")
			}
		}
		shapes = append(shapes, Button{
			Text:  CutRunes(b.Text, ButtonTextRunes),
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
