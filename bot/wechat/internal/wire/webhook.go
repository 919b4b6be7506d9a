package wire

import (
	"bytes"
	"crypto/md5" // the platform asks for it; nothing is kept safe by it
	"encoding/base64"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/silenceper/wechat/v2/work/robot"

	"fanzha/bot"
)

// Limits of a group webhook's messages (page 99110), in bytes.
const (
	WebhookText     = 2048
	WebhookMarkdown = 4096
	WebhookImage    = 2 << 20
)

var errEmpty = errors.New("消息内容为空")

// table finds what markdown shows as a heap of signs: a table's second line, or
// a fence of code.
var table = regexp.MustCompile("(?m)^\\s*(\\|?\\s*:?-+:?\\s*\\|[-:|\\s]*|```.*)$")

// WebhookTextOf is a text that calls on people. It is cut.
func WebhookTextOf(m bot.Text) (*robot.WebhookSendTextOption, error) {
	if Blank(m.Content) {
		return nil, errEmpty
	}
	// Neither list may be nil: that would be null in JSON.
	calls := make([]string, 0, len(m.Mention)+1)
	for _, id := range m.Mention {
		if id != "" && !slices.Contains(calls, string(id)) {
			calls = append(calls, string(id))
		}
	}
	if m.All {
		calls = append(calls, "@all")
	}
	body := &robot.WebhookSendTextOption{MsgType: TypeText}
	body.Text.Content = CutBytes(silenced(m.Content), WebhookText)
	body.Text.MentionedList, body.Text.MentionedMobileList = calls, []string{}
	return body, nil
}

// WebhookMarkdownOf is a formatted text. It is cut. It prefers markdown, which
// every client shows and which has colours. A table only markdown_v2 can draw;
// an older client shows its signs there too.
func WebhookMarkdownOf(text string) (any, error) {
	if Blank(text) {
		return nil, errEmpty
	}
	text = CutBytes(silenced(text), WebhookMarkdown)
	if table.MatchString(text) && !strings.Contains(text, "<font") {
		return struct {
			MsgType  string `json:"msgtype"`
			Markdown Text   `json:"markdown_v2"`
		}{"markdown_v2", Text{Content: text}}, nil
	}
	body := &robot.WebhookSendMarkdownOption{MsgType: TypeMarkdown}
	body.Markdown.Content = text
	return body, nil
}

// WebhookImageOf is a picture.
func WebhookImageOf(data []byte) (*robot.WebhookSendImageOption, error) {
	switch {
	case !bytes.HasPrefix(data, []byte("\xff\xd8\xff")) && !bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return nil, errors.New("图片不是 JPG 或 PNG")
	case len(data) > WebhookImage:
		return nil, errors.New("图片超过 2 MB")
	}
	sum := md5.Sum(data)
	body := &robot.WebhookSendImageOption{MsgType: "image"}
	body.Image.Base64, body.Image.MD5 = base64.StdEncoding.EncodeToString(data), hex.EncodeToString(sum[:])
	return body, nil
}

// WebhookFileOf is an uploaded file.
func WebhookFileOf(mediaID string) *robot.WebhookSendFileOption {
	body := &robot.WebhookSendFileOption{MsgType: TypeFile}
	body.File.MediaID = mediaID
	return body
}

// Blank reports whether people would see nothing of text.
func Blank(text string) bool {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) == ""
}

// silenced returns text without what the platform would read as a call on
// people inside it: whom a message calls on stands in [bot.Text] alone.
func silenced(text string) string { return strings.ReplaceAll(text, "<@", "＜@") }
