package wire

import (
	"errors"
	"strings"

	"fanzha/bot"
)

// Limits of news (page 99110), in bytes.
const (
	Articles     = 8
	ArticleTitle = 128
	ArticleText  = 512
)

// A Notice is a card without buttons that opens a page.
type Notice struct {
	CardType string       `json:"card_type"`
	Source   *Source      `json:"source,omitempty"`
	Title    Title        `json:"main_title"`
	SubTitle string       `json:"sub_title_text,omitempty"`
	Fields   []Field      `json:"horizontal_content_list,omitempty"`
	Image    *NoticeImage `json:"card_image,omitempty"`
	Action   Action       `json:"card_action"`
}

// NoticeImage is the picture of a Notice.
type NoticeImage struct {
	URL string `json:"url"`
}

// Action is what a press on a Notice does.
type Action struct {
	Type int    `json:"type"` // 1 opens URL
	URL  string `json:"url"`
}

// NoticeMessage is a message of a webhook.
type NoticeMessage struct {
	MsgType string `json:"msgtype"`
	Card    Notice `json:"template_card"`
}

// NewsMessage is a message of a webhook.
type NewsMessage struct {
	MsgType string `json:"msgtype"`
	News    News   `json:"news"`
}

// News are the articles of a [NewsMessage].
type News struct {
	Articles []Article `json:"articles"`
}

// Article is one line of [News].
type Article struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url"`
	Picture     string `json:"picurl,omitempty"`
}

// NoticeOf turns a card, whose buttons are left out, into one that opens page
// and shows picture, if there is one; texts are cut.
func NoticeOf(c bot.Card, page, picture string) (*NoticeMessage, error) {
	if Blank(c.Title) || !webAddress(page) || picture != "" && !webAddress(picture) {
		return nil, errors.New("通知卡片没有标题，或网址无法打开")
	}
	n := Notice{CardType: "text_notice", Action: Action{1, page}, SubTitle: CutRunes(c.Body, SubTitleRunes),
		Title: Title{Title: CutRunes(c.Title, TitleRunes), Desc: CutRunes(c.Desc, DescRunes)}}
	if picture != "" {
		// A card with a picture has no such line.
		n.CardType, n.SubTitle, n.Image = "news_notice", "", &NoticeImage{picture}
	}
	if c.Source != "" {
		n.Source = &Source{Desc: CutRunes(c.Source, SourceRunes)}
	}
	for _, f := range c.Fields[:min(len(c.Fields), Fields)] {
		n.Fields = append(n.Fields, Field{KeyName: CutRunes(f.Name, FieldNameRunes), Value: CutRunes(f.Value, FieldValueRunes)})
	}
	return &NoticeMessage{TypeCard, n}, nil
}

// NewsOf is a message of these articles; texts are cut.
func NewsOf(articles []Article) (*NewsMessage, error) {
	if len(articles) == 0 || len(articles) > Articles {
		return nil, errors.New("图文消息应有 1 至 8 条")
	}
	m := &NewsMessage{MsgType: "news"}
	for _, a := range articles {
		if Blank(a.Title) || !webAddress(a.URL) || a.Picture != "" && !webAddress(a.Picture) {
			return nil, errors.New("图文消息没有标题，或网址无法打开")
		}
		a.Title, a.Description = CutBytes(a.Title, ArticleTitle), CutBytes(a.Description, ArticleText)
		m.News.Articles = append(m.News.Articles, a)
	}
	return m, nil
}

func webAddress(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}
