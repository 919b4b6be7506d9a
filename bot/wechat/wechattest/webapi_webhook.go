package wechattest

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Limits of a group webhook (page 99110). Whether uploads count towards the 20
// a minute, and messages refused for their content, is not documented; here
// they do.
const (
	robotPerMinute   = 20
	robotText        = 2048
	robotMarkdown    = 4096
	robotImage       = 2 << 20
	robotFile        = 20 << 20
	robotVoice       = 2 << 20
	robotArticles    = 8
	robotTitle       = 128
	robotDescription = 512
)

// robot is a group webhook (消息推送, once 群机器人). Guarded by Platform.mu.
type robot struct {
	bot  *bot // what the group sees as the sender; none of the corp's aibots
	room *chat
	off  bool
	rate window
}

// webhookEndpoints are the interfaces of group webhooks.
func webhookEndpoints() []endpoint {
	return []endpoint{
		{workHost, "/cgi-bin/webhook/send", readPost},
		{workHost, "/cgi-bin/webhook/upload_media", readRobotUpload},
	}
}

// AddRobot adds a webhook of this name to a group and returns its key, which
// depends on the seed and on how many there were before. It panics if there is
// no such group.
func (p *Platform) AddRobot(chatID, name string) (key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	room := p.chats[chatID]
	if room == nil || room.private != nil {
		panic(fmt.Sprintf("wechattest: no group %q", chatID))
	}
	p.robotsMade++
	dice := rand.New(rand.NewPCG(p.opts.Seed, 1000+uint64(p.robotsMade)))
	key = fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", dice.Uint32(), dice.Uint32()>>16, dice.Uint32()>>20,
		dice.Uint32()>>20, dice.Uint64()>>16)
	id := fmt.Sprintf("robot_%d", p.robotsMade)
	p.robots[key] = &robot{bot: &bot{Bot: Bot{ID: id, Name: name}}, room: room}
	p.notify()
	return key
}

// RemoveRobot takes a webhook out of its group: its key is answered with 93000
// from now on.
func (p *Platform) RemoveRobot(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.robots, key)
	p.notify()
}

// DisableRobot makes a webhook answer 93004.
func (p *Platform) DisableRobot(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if rb := p.robots[key]; rb != nil {
		rb.off = true
	}
}

// calling returns the webhook of this key and counts the call, or refuses it.
// p.mu is held.
func (p *Platform) calling(key string, now time.Time) (*robot, *refusal) {
	rb := p.robots[key]
	switch {
	case rb == nil:
		return nil, refuse(codeBadRobotKey, "invalid webhook url")
	case rb.off:
		return nil, refuse(codeRobotOff, "robot is disabled")
	case p.opts.PerMinute >= 0 && rb.rate.full(now, robotPerMinute, -1):
		return nil, refuse(codeFrequency, "api freq out of limit")
	}
	rb.rate.add(now)
	return rb, nil
}

// A webhook call's body.
type (
	wirePost struct {
		MsgType    string         `json:"msgtype"`
		Text       *wireRobotText `json:"text"`
		Markdown   *wireText      `json:"markdown"`
		MarkdownV2 *wireText      `json:"markdown_v2"`
		Image      *wirePicture   `json:"image"`
		News       *wireNews      `json:"news"`
		File       *wireMedia     `json:"file"`
		Voice      *wireMedia     `json:"voice"`
		Card       *wireCard      `json:"template_card"`
	}
	wireRobotText struct {
		Content *string  `json:"content"`
		Users   []string `json:"mentioned_list"`
		Mobiles []string `json:"mentioned_mobile_list"`
	}
	wirePicture struct {
		Base64 string `json:"base64"`
		MD5    string `json:"md5"`
	}
	wireNews struct {
		Articles []wireArticle `json:"articles"`
	}
	wireArticle struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		URL         string `json:"url"`
		PicURL      string `json:"picurl"`
	}
)

// post is a message for a webhook.
type post struct {
	key string
	wirePost
	no *refusal // what is wrong with it

	// What is read from it.
	shown   payload
	picture []byte
	calls   []string // userids that are called on, and @all
}

func readPost(r *http.Request, body []byte) webRequest {
	q := &post{key: r.URL.Query().Get("key")}
	if q.no = decodeWeb(body, &q.wirePost); q.no == nil {
		q.no = q.check()
	}
	return q
}

func (q *post) words() string { return q.shown.words() }

func (q *post) chat(p *Platform) string { return p.robotChat(q.key) }

// robotChat is the id of the group of the webhook with this key. p.mu is held.
func (p *Platform) robotChat(key string) string {
	if rb := p.robots[key]; rb != nil {
		return rb.room.id
	}
	return ""
}

func (q *post) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	rb, no := p.calling(q.key, now)
	if no == nil {
		no = q.no
	}
	if no != nil {
		return nil, no
	}
	pl := q.shown
	if q.picture != nil {
		pl.media = p.mint("media_")
		p.media[pl.media] = &media{bot: rb.bot, kind: "image", name: "图片", data: q.picture, at: now}
	} else if pl.media != "" {
		if no := p.checkMedia(rb.bot, pl.kind, pl.media, now); no != nil {
			return nil, no
		}
	}
	m := &message{bot: rb.bot, card: pl.card, first: pl.card, Message: Message{ID: p.mint("MSG_"), At: now, From: rb.bot.ID,
		FromBot: true, Type: pl.kind, Text: pl.text + p.called(q.calls), Media: pl.media}}
	if f := p.media[pl.media]; f != nil {
		m.File, m.Bytes = f.name, len(f.data)
	}
	rb.room.add(m, p.opts.Keep)
	p.sent = append(p.sent, Delivery{MsgID: m.ID, BotID: rb.bot.ID, Chat: rb.room.id, Type: pl.kind,
		Content: pl.content(), Mention: q.calls, At: now})
	return nil, nil
}

// called is how a client shows whom a text calls on. p.mu is held.
func (p *Platform) called(ids []string) string {
	var b strings.Builder
	for _, id := range ids {
		name := id
		if m := p.members[id]; m != nil {
			name = m.Name
		} else if id == "@all" {
			name = "所有人"
		}
		b.WriteString("\n@" + name)
	}
	return b.String()
}

// inlineCall is a mention inside a text.
var inlineCall = regexp.MustCompile(`<@([^<>\s]+)>`)

// check reads the message and returns what is wrong with it.
func (q *post) check() *refusal {
	q.shown.kind = q.MsgType
	if no := q.onlyItsField(); no != nil {
		return no
	}
	switch q.MsgType {
	case "text":
		q.calls = append(slices.Clone(q.Text.Users), q.Text.Mobiles...)
		return q.content(q.Text.Content, robotText, true)
	case "markdown":
		return q.content(q.Markdown.Content, robotMarkdown, true)
	case "markdown_v2":
		return q.content(q.MarkdownV2.Content, robotMarkdown, false)
	case "image":
		return q.checkImage()
	case "news":
		return q.checkNews()
	case "file":
		return q.shown.setMedia(q.File.MediaID)
	case "voice":
		return q.shown.setMedia(q.Voice.MediaID)
	}
	q.shown.card = q.Card
	if t := q.Card.CardType; t != "text_notice" && t != "news_notice" {
		return bad("template_card.card_type", "must be text_notice or news_notice")
	}
	return checkCard(q.Card)
}

// onlyItsField refuses a message without the field of its type, or with one of
// another type.
func (q *post) onlyItsField() *refusal {
	fields := map[string]bool{"text": q.Text != nil, "markdown": q.Markdown != nil, "markdown_v2": q.MarkdownV2 != nil,
		"image": q.Image != nil, "news": q.News != nil, "file": q.File != nil, "voice": q.Voice != nil, "template_card": q.Card != nil}
	own, known := fields[q.MsgType]
	switch {
	case q.MsgType == "":
		return missing("msgtype")
	case !known:
		return refuse(codeBadMsgType, "invalid message type")
	case !own:
		return missing(q.MsgType)
	}
	for kind, present := range fields {
		if present && kind != q.MsgType {
			return bad(kind, "does not belong to msgtype "+q.MsgType)
		}
	}
	return nil
}

// content takes a text that must not be blank, nor longer than limit bytes.
func (q *post) content(s *string, limit int, calls bool) *refusal {
	if s == nil {
		return missing("content")
	}
	q.shown.text = clean(*s)
	if strings.TrimSpace(q.shown.text) == "" {
		return refuse(codeEmpty, "empty content")
	}
	if len(*s) > limit {
		return refuse(codeTooBig, "content size exceeds %d bytes", limit)
	}
	for _, found := range inlineCall.FindAllStringSubmatch(*s, -1) {
		if calls {
			q.calls = append(q.calls, found[1])
		}
	}
	return nil
}

func (q *post) checkImage() *refusal {
	raw, err := base64.StdEncoding.Strict().DecodeString(q.Image.Base64)
	if err != nil || strings.ContainsAny(q.Image.Base64, "\r\n") || len(raw) == 0 {
		return bad("image.base64", "not base64 of a picture")
	}
	sum := md5.Sum(raw)
	switch {
	case len(raw) > robotImage:
		return refuse(codeImageSize, "invalid image size")
	case q.Image.MD5 != hex.EncodeToString(sum[:]):
		return bad("image.md5", "is not that of the picture")
	case !looksLike("image", raw):
		return bad("image", "neither JPG nor PNG")
	}
	q.picture = raw
	return nil
}

func (q *post) checkNews() *refusal {
	n := len(q.News.Articles)
	if n == 0 || n > robotArticles {
		return bad("news.articles", "must be 1 to 8")
	}
	var lines []string
	for _, a := range q.News.Articles {
		switch {
		case a.Title == "":
			return missing("news.articles.title")
		case !strings.HasPrefix(a.URL, "http://") && !strings.HasPrefix(a.URL, "https://"):
			return bad("news.articles.url", "no web address")
		case len(a.Title) > robotTitle || len(a.Description) > robotDescription:
			return bad("news.articles", "title exceeds 128 or description 512 bytes")
		}
		lines = append(lines, "**"+a.Title+"**", a.Description)
	}
	q.shown.text = strings.Join(lines, "\n")
	return nil
}

// robotUpload is a file for a webhook.
type robotUpload struct {
	key, kind string
	name      string
	data      []byte
	no        *refusal
}

func readRobotUpload(r *http.Request, body []byte) webRequest {
	q := &robotUpload{key: r.URL.Query().Get("key"), kind: r.URL.Query().Get("type")}
	q.no = q.read(r, body)
	return q
}

// read takes the one part of the form, which must be named media.
func (q *robotUpload) read(r *http.Request, body []byte) *refusal {
	typ, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || typ != "multipart/form-data" {
		return bad("Content-Type", "must be multipart/form-data")
	}
	if r.ContentLength < 0 {
		return bad("Content-Length", "missing")
	}
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	part, err := form.NextPart()
	if err != nil {
		return missing("media")
	}
	if q.data, err = io.ReadAll(part); err != nil {
		return bad("media", "cut off")
	}
	if _, err := form.NextPart(); err != io.EOF {
		return bad("media", "something follows it")
	}
	q.name = part.FileName()
	return q.check(part.FormName())
}

// check reports what is wrong with the file.
func (q *robotUpload) check(field string) *refusal {
	limit := map[string]int{"file": robotFile, "voice": robotVoice}[q.kind]
	switch {
	case limit == 0:
		return bad("type", "must be file or voice")
	case field != "media":
		return missing("media")
	case q.name == "" || len(q.name) > maxFilename || strings.ContainsAny(q.name, `/\:`) || clean(q.name) != q.name:
		return bad("filename", "must have 1 to 128 bytes without slash, backslash, colon or control character")
	case len(q.data) < minUpload:
		return bad("media", "must be more than 5 bytes")
	case len(q.data) > limit:
		return refuse(codeTooBig, "file too large")
	case !looksLike(q.kind, q.data):
		return bad("media", "is no AMR")
	}
	return nil
}

func (q *robotUpload) words() string { return q.name }

func (q *robotUpload) chat(p *Platform) string { return p.robotChat(q.key) }

func (q *robotUpload) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	rb, no := p.calling(q.key, now)
	if no == nil {
		no = q.no
	}
	if no != nil {
		return nil, no
	}
	id := p.mint("media_")
	p.media[id] = &media{bot: rb.bot, kind: q.kind, name: q.name, data: q.data, at: now}
	return map[string]any{"type": q.kind, "media_id": id, "created_at": unixString(now)}, nil
}
