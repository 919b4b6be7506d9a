package wechattest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// checkCard refuses a card that breaks a rule of its type. The documents call
// the lengths of visible texts recommendations; here they are limits, since
// what is longer is cut off on people's screens.
func checkCard(w *wireCard) *refusal {
	if w == nil {
		return missing("template_card")
	}
	k := &checker{}
	k.cardType(w)
	k.head(w)
	k.lists(w)
	k.interaction(w)
	k.required(w)
	k.taskID(w)
	return k.no
}

// checker keeps the first refusal.
type checker struct {
	no   *refusal
	keys []string // of this card, which must differ
}

func (k *checker) fail(no *refusal) {
	if k.no == nil {
		k.no = no
	}
}

// runes refuses a text of more than limit characters (字).
func (k *checker) runes(field, s string, limit int) {
	// A string has at most as many characters as bytes.
	if len(s) > limit && utf8.RuneCountInString(s) > limit {
		k.fail(bad(field, fmt.Sprintf("longer than %d characters", limit)))
	}
}

// bytes refuses a text of more than limit bytes.
func (k *checker) bytes(field, s string, limit int) {
	if len(s) > limit {
		k.fail(bad(field, fmt.Sprintf("longer than %d bytes", limit)))
	}
}

// need refuses an empty text.
func (k *checker) need(field, s string) {
	if s == "" {
		k.fail(missing(field))
	}
}

// within refuses a number or count outside its bounds.
func (k *checker) within(field string, n, low, high int) {
	if n < low || n > high {
		k.fail(bad(field, fmt.Sprintf("%d is not within %d to %d", n, low, high)))
	}
}

// key checks a key that comes back in events.
func (k *checker) key(field, s string) {
	k.need(field, s)
	k.bytes(field, s, 1024)
	if slices.Contains(k.keys, s) {
		k.fail(bad(field, "occurs twice"))
	}
	k.keys = append(k.keys, s)
}

// part is a part of a card that not every type has.
type part struct {
	name    string
	present bool
	types   string // the initials of the types that may have it
}

// initial returns the letter of a card type in [part].types, or "".
func initial(cardType string) string {
	switch cardType {
	case "text_notice":
		return "t"
	case "news_notice":
		return "n"
	case "button_interaction":
		return "b"
	case "vote_interaction":
		return "v"
	case "multiple_interaction":
		return "m"
	}
	return ""
}

// cardType refuses an unknown type and parts of other types.
func (k *checker) cardType(w *wireCard) {
	k.need("card_type", w.CardType)
	letter := initial(w.CardType)
	if letter == "" {
		k.fail(bad("card_type", "unknown"))
		return
	}
	for _, p := range [...]part{
		{"action_menu", w.ActionMenu != nil, "tnb"},
		{"emphasis_content", w.Emphasis != nil, "t"},
		{"quote_area", w.QuoteArea != nil, "tnb"},
		{"sub_title_text", w.SubTitle != "", "tb"},
		{"horizontal_content_list", w.Fields != nil, "tnb"},
		{"jump_list", w.Jumps != nil, "tn"},
		{"card_action", w.CardAction != nil, "tnb"},
		{"card_image", w.CardImage != nil, "n"},
		{"image_text_area", w.ImageText != nil, "n"},
		{"vertical_content_list", w.Vertical != nil, "n"},
		{"button_selection", w.Selection != nil, "b"},
		{"button_list", w.Buttons != nil, "b"},
		{"checkbox", w.Checkbox != nil, "v"},
		{"select_list", w.Selects != nil, "m"},
		{"submit_button", w.Submit != nil, "vm"},
	} {
		if p.present && !strings.Contains(p.types, letter) {
			k.fail(bad(p.name, "not a part of "+w.CardType))
		}
	}
}

// head checks what stands at the top of a card.
func (k *checker) head(w *wireCard) {
	if s := w.Source; s != nil {
		k.runes("source.desc", s.Desc, 13)
		k.within("source.desc_color", s.DescColor, 0, 3)
	}
	if t := w.MainTitle; t != nil {
		k.runes("main_title.title", t.Title, 26)
		k.runes("main_title.desc", t.Desc, 30)
	}
	if e := w.Emphasis; e != nil {
		k.runes("emphasis_content.title", e.Title, 10)
		k.runes("emphasis_content.desc", e.Desc, 15)
	}
	k.runes("sub_title_text", w.SubTitle, 112)
	if q := w.QuoteArea; q != nil {
		k.link("quote_area", q.wireLink, 2)
	}
	if a := w.CardAction; a != nil {
		k.link("card_action", *a, 2)
	}
	if f := w.Feedback; f != nil {
		k.need("feedback.id", f.ID)
		k.bytes("feedback.id", f.ID, 256)
	}
	if m := w.ActionMenu; m != nil {
		k.need("action_menu.desc", m.Desc)
		k.within("action_menu.action_list", len(m.Actions), 1, 3)
		for _, a := range m.Actions {
			k.need("action_menu.action_list.text", a.Text)
			k.key("action_menu.action_list.key", a.Key)
		}
	}
}

// link checks where a press leads to.
func (k *checker) link(field string, l wireLink, highest int) {
	k.within(field+".type", l.Type, 0, highest)
	if l.Type == 1 {
		k.need(field+".url", l.URL)
	}
	if l.Type == 2 {
		k.need(field+".appid", l.AppID)
	}
}

// lists checks the lists and pictures that only show something.
func (k *checker) lists(w *wireCard) {
	k.within("horizontal_content_list", len(w.Fields), 0, 6)
	for _, f := range w.Fields {
		k.need("horizontal_content_list.keyname", f.KeyName)
		k.runes("horizontal_content_list.keyname", f.KeyName, 5)
		k.runes("horizontal_content_list.value", f.Value, 26)
		switch f.Type {
		case 0:
		case 1:
			k.need("horizontal_content_list.url", f.URL)
		case 3:
			k.need("horizontal_content_list.userid", f.UserID)
		default:
			k.fail(bad("horizontal_content_list.type", "must be 0, 1 or 3"))
		}
	}
	k.within("jump_list", len(w.Jumps), 0, 3)
	for _, j := range w.Jumps {
		k.need("jump_list.title", j.Title)
		k.runes("jump_list.title", j.Title, 13)
		k.link("jump_list", j.wireLink, 3)
		if j.Type == 3 {
			k.need("jump_list.question", j.Question)
			k.bytes("jump_list.question", j.Question, 200)
		}
	}
	k.within("vertical_content_list", len(w.Vertical), 0, 4)
	for _, v := range w.Vertical {
		k.need("vertical_content_list.title", v.Title)
		k.runes("vertical_content_list.title", v.Title, 26)
		k.runes("vertical_content_list.desc", v.Desc, 112)
	}
	k.pictures(w)
}

func (k *checker) pictures(w *wireCard) {
	if i := w.CardImage; i != nil {
		k.need("card_image.url", i.URL)
		if i.AspectRatio != 0 && (i.AspectRatio < 1.3 || i.AspectRatio > 2.25) {
			k.fail(bad("card_image.aspect_ratio", "not within 1.3 to 2.25"))
		}
	}
	if a := w.ImageText; a != nil {
		k.need("image_text_area.image_url", a.ImageURL)
		k.link("image_text_area", a.wireLink, 2)
	}
}

// interaction checks buttons and questions.
func (k *checker) interaction(w *wireCard) {
	k.within("button_list", len(w.Buttons), 0, 6)
	for _, b := range w.Buttons {
		k.need("button_list.text", b.Text)
		k.runes("button_list.text", b.Text, 10)
		// 0 is what an absent style decodes to.
		k.within("button_list.style", b.Style, 0, 4)
		k.within("button_list.type", b.Type, 0, 1)
		if b.Type == 1 {
			k.need("button_list.url", b.URL)
		} else {
			k.key("button_list.key", b.Key)
		}
	}
	if s := w.Submit; s != nil {
		k.need("submit_button.text", s.Text)
		k.runes("submit_button.text", s.Text, 10)
		k.key("submit_button.key", s.Key)
	}
	k.within("select_list", len(w.Selects), 0, 3)
	for _, s := range w.Selects {
		k.dropDown("select_list", s)
	}
	if w.Selection != nil {
		k.dropDown("button_selection", *w.Selection)
	}
	if c := w.Checkbox; c != nil {
		k.key("checkbox.question_key", c.QuestionKey)
		k.within("checkbox.mode", c.Mode, 0, 1)
		k.options("checkbox", c.Options, 20, 11)
	}
}

func (k *checker) dropDown(field string, s wireSelect) {
	k.key(field+".question_key", s.QuestionKey)
	k.runes(field+".title", s.Title, 13)
	k.options(field, s.Options, 10, 10)
}

// options checks the answers to a question: at most most, each of at most
// runes characters.
func (k *checker) options(field string, options []wireOption, most, runes int) {
	k.within(field+".option_list", len(options), 1, most)
	for i, o := range options {
		k.need(field+".option_list.id", o.ID)
		k.bytes(field+".option_list.id", o.ID, 128)
		k.need(field+".option_list.text", o.Text)
		k.runes(field+".option_list.text", o.Text, runes)
		if slices.ContainsFunc(options[:i], func(p wireOption) bool { return p.ID == o.ID }) {
			k.fail(bad(field+".option_list.id", "occurs twice"))
		}
	}
}

// required checks what a card of its type cannot be without.
func (k *checker) required(w *wireCard) {
	titled := w.MainTitle != nil && w.MainTitle.Title != ""
	switch w.CardType {
	case "text_notice":
		if !titled && w.SubTitle == "" {
			k.fail(missing("main_title.title or sub_title_text"))
		}
		k.present("card_action", w.CardAction != nil)
	case "news_notice":
		k.present("main_title.title", titled)
		k.present("card_image or image_text_area", w.CardImage != nil || w.ImageText != nil)
		k.present("card_action", w.CardAction != nil)
	case "button_interaction":
		k.present("main_title.title", titled)
		k.present("button_list", len(w.Buttons) > 0)
	case "vote_interaction":
		k.present("main_title.title", titled)
		k.present("checkbox", w.Checkbox != nil)
		k.present("submit_button", w.Submit != nil)
	case "multiple_interaction":
		k.present("main_title.title", titled)
		k.present("select_list", len(w.Selects) > 0)
		k.present("submit_button", w.Submit != nil)
	}
}

func (k *checker) present(field string, is bool) {
	if !is {
		k.fail(missing(field))
	}
}

// taskID checks the task_id, which a card that makes events must have.
func (k *checker) taskID(w *wireCard) {
	if w.TaskID == "" {
		if w.ActionMenu != nil || !strings.HasSuffix(w.CardType, "_notice") {
			k.fail(missing("task_id"))
		}
		return
	}
	k.bytes("task_id", w.TaskID, 128)
	for _, c := range []byte(w.TaskID) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '_' && c != '-' && c != '@' {
			k.fail(bad("task_id", "only digits, letters and _-@ may occur"))
			return
		}
	}
}
