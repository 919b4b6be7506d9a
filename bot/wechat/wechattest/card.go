package wechattest

import (
	"slices"
	"strings"
)

// wireCard is a template card (page 101032). All types share the one shape;
// checkCard knows which parts belong to which type.
type wireCard struct {
	CardType   string          `json:"card_type"`
	Source     *wireSource     `json:"source"`
	ActionMenu *wireMenu       `json:"action_menu"`
	MainTitle  *wireTitle      `json:"main_title"`
	Emphasis   *wireTitle      `json:"emphasis_content"`
	QuoteArea  *wireQuoteArea  `json:"quote_area"`
	SubTitle   string          `json:"sub_title_text"`
	Fields     []wireField     `json:"horizontal_content_list"`
	Jumps      []wireJump      `json:"jump_list"`
	CardAction *wireLink       `json:"card_action"`
	CardImage  *wireImage      `json:"card_image"`
	ImageText  *wireImageText  `json:"image_text_area"`
	Vertical   []wireTitle     `json:"vertical_content_list"`
	Selection  *wireSelect     `json:"button_selection"`
	Buttons    []wireButton    `json:"button_list"`
	Checkbox   *wireCheckbox   `json:"checkbox"`
	Selects    []wireSelect    `json:"select_list"`
	Submit     *wireMenuAction `json:"submit_button"`
	TaskID     string          `json:"task_id"`
	Feedback   *wireFeedback   `json:"feedback"`
}

type (
	wireSource struct {
		IconURL   string `json:"icon_url"`
		Desc      string `json:"desc"`
		DescColor int    `json:"desc_color"`
	}
	wireMenu struct {
		Desc    string           `json:"desc"`
		Actions []wireMenuAction `json:"action_list"`
	}
	wireMenuAction struct {
		Text string `json:"text"`
		Key  string `json:"key"`
	}
	wireTitle struct {
		Title string `json:"title"`
		Desc  string `json:"desc"`
	}
	wireLink struct {
		Type     int    `json:"type"`
		URL      string `json:"url"`
		AppID    string `json:"appid"`
		PagePath string `json:"pagepath"`
	}
	wireQuoteArea struct {
		wireLink
		Title string `json:"title"`
		Quote string `json:"quote_text"`
	}
	wireField struct {
		Type    int    `json:"type"`
		KeyName string `json:"keyname"`
		Value   string `json:"value"`
		URL     string `json:"url"`
		UserID  string `json:"userid"`
	}
	wireJump struct {
		wireLink
		Title    string `json:"title"`
		Question string `json:"question"`
	}
	wireImage struct {
		URL         string  `json:"url"`
		AspectRatio float64 `json:"aspect_ratio"`
	}
	wireImageText struct {
		wireLink
		Title    string `json:"title"`
		Desc     string `json:"desc"`
		ImageURL string `json:"image_url"`
	}
	wireButton struct {
		Type  int    `json:"type"`
		Text  string `json:"text"`
		Style int    `json:"style"`
		Key   string `json:"key"`
		URL   string `json:"url"`
	}
	wireOption struct {
		ID        string `json:"id"`
		Text      string `json:"text"`
		IsChecked bool   `json:"is_checked"`
	}
	wireSelect struct {
		QuestionKey string       `json:"question_key"`
		Title       string       `json:"title"`
		Disable     bool         `json:"disable"`
		SelectedID  string       `json:"selected_id"`
		Options     []wireOption `json:"option_list"`
	}
	wireCheckbox struct {
		QuestionKey string       `json:"question_key"`
		Disable     bool         `json:"disable"`
		Mode        int          `json:"mode"`
		Options     []wireOption `json:"option_list"`
	}
)

// A Card is what a person sees of a template card.
type Card struct {
	TaskID string
	Type   string // card_type
	Source string
	Title  string
	Desc   string
	Body   string // sub_title_text
	Fields []CardField
	// Buttons are those of the list, the submit button and the menu's actions.
	Buttons   []CardButton
	Questions []CardQuestion
}

// A CardField is one labelled line of a [Card].
type CardField struct{ Name, Value string }

// A CardButton is one button of a [Card].
type CardButton struct {
	Key, Text string
	Style     int    // 1 to 4
	URL       string // the button opens this and makes no event
	Menu      bool   // in the menu at the corner
}

// A CardQuestion is one question of a [Card].
type CardQuestion struct {
	Key, Title string
	Multiple   bool
	Disabled   bool
	Options    []CardOption
}

// A CardOption is one answer to a [CardQuestion].
type CardOption struct {
	ID, Text string
	Chosen   bool // by default
}

// show returns what a person sees of w; nil for nil.
func (w *wireCard) show() *Card {
	if w == nil {
		return nil
	}
	c := &Card{TaskID: w.TaskID, Type: w.CardType, Body: w.SubTitle}
	if w.Source != nil {
		c.Source = w.Source.Desc
	}
	if w.MainTitle != nil {
		c.Title, c.Desc = w.MainTitle.Title, w.MainTitle.Desc
	}
	for _, f := range w.Fields {
		c.Fields = append(c.Fields, CardField{f.KeyName, f.Value})
	}
	for _, v := range w.Vertical {
		c.Fields = append(c.Fields, CardField{v.Title, v.Desc})
	}
	for _, b := range w.Buttons {
		c.Buttons = append(c.Buttons, CardButton{Key: b.Key, Text: b.Text, Style: max(b.Style, 1), URL: b.URL})
	}
	if w.Submit != nil {
		c.Buttons = append(c.Buttons, CardButton{Key: w.Submit.Key, Text: w.Submit.Text, Style: 1})
	}
	if w.ActionMenu != nil {
		for _, a := range w.ActionMenu.Actions {
			c.Buttons = append(c.Buttons, CardButton{Key: a.Key, Text: a.Text, Style: 2, Menu: true})
		}
	}
	for _, q := range w.questions() {
		c.Questions = append(c.Questions, q.CardQuestion)
	}
	return c
}

// text returns all words of the card, line by line. It is what moderation
// reads.
func (w *wireCard) text() string {
	c := w.show()
	lines := []string{c.Source, c.Title, c.Desc, c.Body}
	for _, f := range c.Fields {
		lines = append(lines, f.Name+"："+f.Value)
	}
	for _, b := range c.Buttons {
		lines = append(lines, b.Text)
	}
	lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" })
	return strings.Join(lines, "\n")
}

// question is a question with what an answer may be.
type question struct {
	CardQuestion
	options, defaults []string // ids
}

// questions returns the card's questions with their default answers.
func (w *wireCard) questions() []question {
	selects := w.Selects
	if w.Selection != nil {
		selects = []wireSelect{*w.Selection}
	}
	var out []question
	for _, s := range selects {
		q := question{CardQuestion: CardQuestion{Key: s.QuestionKey, Title: s.Title, Disabled: s.Disable}}
		chosen := slices.IndexFunc(s.Options, func(o wireOption) bool { return o.ID == s.SelectedID })
		q.add(s.Options, func(i int, _ wireOption) bool { return i == max(chosen, 0) })
		out = append(out, q)
	}
	if b := w.Checkbox; b != nil {
		q := question{CardQuestion: CardQuestion{Key: b.QuestionKey, Multiple: b.Mode == 1, Disabled: b.Disable}}
		q.add(b.Options, func(_ int, o wireOption) bool { return o.IsChecked })
		out = append(out, q)
	}
	return out
}

func (q *question) add(options []wireOption, chosen func(int, wireOption) bool) {
	for i, o := range options {
		q.Options = append(q.Options, CardOption{ID: o.ID, Text: o.Text, Chosen: chosen(i, o)})
		q.options = append(q.options, o.ID)
		if chosen(i, o) {
			q.defaults = append(q.defaults, o.ID)
		}
	}
}

// pressable reports whether the card has a button key, and whether pressing it
// makes no event.
func (w *wireCard) pressable(key string) (found, silent bool) {
	for _, b := range w.Buttons {
		if b.Key == key {
			return true, b.Type == 1
		}
	}
	if w.Submit != nil && w.Submit.Key == key {
		return true, false
	}
	if w.ActionMenu != nil {
		for _, a := range w.ActionMenu.Actions {
			if a.Key == key {
				return true, false
			}
		}
	}
	return false, false
}
