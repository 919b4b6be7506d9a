package wire

import (
	"bytes"
	"errors"
	"slices"

	"fanzha/bot"
)

// Limits of an app's messages (page 90236, page 90248), in bytes.
const (
	AppText  = 2048
	AppImage = 10 << 20
)

// AppMessage is a message of an app, to one person (page 90236) or into a group
// that the app has made (page 90248).
type AppMessage struct {
	ToUser  string `json:"touser,omitempty"`
	AgentID int    `json:"agentid,omitempty"` // goes with ToUser
	ChatID  string `json:"chatid,omitempty"`

	MsgType  string   `json:"msgtype"`
	Text     *AppCall `json:"text,omitempty"`
	Markdown *Text    `json:"markdown,omitempty"`
	Card     *Card    `json:"template_card,omitempty"`
	Image    *Media   `json:"image,omitempty"`
	File     *Media   `json:"file,omitempty"`

	// CheckDuplicates, 1 or 0, and DuplicateSpan, in seconds and 4 hours at
	// most, go with ToUser.
	CheckDuplicates int `json:"enable_duplicate_check,omitempty"`
	DuplicateSpan   int `json:"duplicate_check_interval,omitempty"`
}

// AppCall is a plain text that may call on people in a group.
type AppCall struct {
	Content string   `json:"content"`
	Mention []string `json:"mentioned_list,omitempty"`
}

// An AppCardUpdate replaces a card that was pressed (page 94888).
type AppCardUpdate struct {
	UserIDs      []string     `json:"userids"`
	AgentID      int          `json:"agentid"`
	ResponseCode string       `json:"response_code"`
	Card         *UpdatedCard `json:"template_card"`
}

// UpdatedCard is what a pressed card of an app becomes. It has no id: it keeps
// that of the card in whose place it comes. With ReplaceText the buttons are one
// grey button of these words, which cannot be pressed.
type UpdatedCard struct {
	CardType    string   `json:"card_type"`
	Source      *Source  `json:"source,omitempty"`
	Title       Title    `json:"main_title"`
	SubTitle    string   `json:"sub_title_text,omitempty"`
	Fields      []Field  `json:"horizontal_content_list,omitempty"`
	Buttons     []Button `json:"button_list"`
	ReplaceText string   `json:"replace_text,omitempty"`
}

// UpdatedCardOf turns a card into what a pressed card of an app becomes.
func UpdatedCardOf(card bot.Card) (*UpdatedCard, error) {
	c, err := CardOf(card)
	if err != nil {
		return nil, err
	}
	u := &UpdatedCard{CardType: c.CardType, Source: c.Source, Title: c.Title, SubTitle: c.SubTitle, Fields: c.Fields, Buttons: c.Buttons}
	if !slices.ContainsFunc(card.Buttons, func(b bot.Button) bool { return b.Style != bot.Done }) {
		u.ReplaceText = c.Buttons[0].Text
	}
	return u, nil
}

// AppTextOf is a text that calls on people in a group. It is cut.
func AppTextOf(m bot.Text) (*AppMessage, error) {
	if Blank(m.Content) {
		return nil, errEmpty
	}
	t := &AppCall{Content: CutBytes(silenced(m.Content), AppText)}
	for _, id := range m.Mention {
		if id != "" && !slices.Contains(t.Mention, string(id)) {
			t.Mention = append(t.Mention, string(id))
		}
	}
	if m.All {
		t.Mention = append(t.Mention, "@all")
	}
	return &AppMessage{MsgType: TypeText, Text: t}, nil
}

// AppMarkdownOf is a formatted text. It is cut.
func AppMarkdownOf(text string) (*AppMessage, error) {
	if Blank(text) {
		return nil, errEmpty
	}
	return &AppMessage{MsgType: TypeMarkdown, Markdown: &Text{CutBytes(silenced(text), AppText)}}, nil
}

// AppImageName returns the name under which a picture is brought up, or what the
// platform would refuse about it.
func AppImageName(data []byte) (string, error) {
	switch {
	case len(data) > AppImage:
		return "", errors.New("图片超过 10 MB")
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "picture.jpg", nil
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "picture.png", nil
	}
	return "", errors.New("图片不是 JPG 或 PNG")
}
