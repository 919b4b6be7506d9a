package wechattest

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// pageMessages is how many messages of a conversation the page shows.
const pageMessages = 100

// Shapes of what the page shows.
type (
	pageState struct {
		Bots  []pageBot  `json:"bots"`
		Doors []pageDoor `json:"doors"`
		Chats []pageChat `json:"chats"`
		// Members and Messages are those of the asked conversation.
		Members  []pageMember  `json:"members"`
		Messages []pageMessage `json:"messages"`
	}
	pageBot struct {
		Name      string `json:"name"`
		Connected bool   `json:"connected"`
	}
	pageChat struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Private bool   `json:"private"`
		With    string `json:"with,omitempty"` // whose private chat it is
		People  int    `json:"people"`
		Last    string `json:"last"`
		Time    string `json:"time"`
	}
	pageMember struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	pageMessage struct {
		ID    string        `json:"id"`
		Day   string        `json:"day"`
		Time  string        `json:"time"`
		Name  string        `json:"name"`
		Bot   bool          `json:"bot"`
		Mine  bool          `json:"mine"`
		HTML  template.HTML `json:"html,omitempty"` // safe: made by renderMarkdown
		Quote string        `json:"quote,omitempty"`
		File  *pageFile     `json:"file,omitempty"`
		Open  bool          `json:"open,omitempty"`
		Card  *Card         `json:"card,omitempty"`
	}
	pageFile struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
		Size string `json:"size"`
		URL  string `json:"url"`
	}
)

// serveState answers with all conversations and with the one that is asked
// for, as the asked person sees it.
func (p *Platform) serveState(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, p.pageState(r.FormValue("chat"), r.FormValue("as")))
}

func (p *Platform) pageState(chatID, viewer string) pageState {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.opts.Now().In(zone)
	s := pageState{Doors: p.doors(), Members: []pageMember{}, Messages: []pageMessage{}}
	for _, b := range p.bots {
		s.Bots = append(s.Bots, pageBot{b.Name, b.conn != nil || b.callback != nil})
	}
	for _, id := range p.chatIDs {
		s.Chats = append(s.Chats, p.chats[id].listed(now))
	}
	c := p.chats[chatID]
	if c == nil {
		return s
	}
	for _, id := range c.people {
		s.Members = append(s.Members, pageMember{id, c.members[id].Name})
	}
	for _, m := range c.messages[max(0, len(c.messages)-pageMessages):] {
		s.Messages = append(s.Messages, p.pageMessage(m, viewer))
	}
	return s
}

// listed is c's line in the list of conversations.
func (c *chat) listed(now time.Time) pageChat {
	l := pageChat{ID: c.id, Name: c.name, Private: c.private != nil, People: len(c.people)}
	if c.private != nil {
		l.With = c.private.Name
	}
	if n := len(c.messages); n > 0 {
		m := c.messages[n-1]
		l.Last, l.Time = m.glance(), m.At.In(zone).Format("15:04")
		if at := m.At.In(zone); at.YearDay() != now.YearDay() || at.Year() != now.Year() {
			l.Time = at.Format("1月2日")
		}
	}
	return l
}

// glance is the message on one short line.
func (m *message) glance() string {
	switch {
	case m.card != nil && m.first.MainTitle != nil:
		return "[卡片] " + m.first.MainTitle.Title
	case m.card != nil:
		return "[卡片]"
	case m.Media != "":
		return "[" + mediaWord(m.Type) + "] " + m.File
	}
	line, _, _ := strings.Cut(m.Text, "\n")
	line = strings.TrimLeft(line, "#> *")
	if r := []rune(line); len(r) > 40 {
		line = string(r[:40])
	}
	return line
}

func mediaWord(kind string) string {
	switch kind {
	case "image":
		return "图片"
	case "voice":
		return "语音"
	case "video":
		return "视频"
	}
	return "文件"
}

// pageMessage is m as viewer sees it. p.mu is held.
func (p *Platform) pageMessage(m *message, viewer string) pageMessage {
	seen, at := m.seenBy(viewer), m.At.In(zone)
	out := pageMessage{ID: m.ID, Day: at.Format("2006年1月2日"), Time: at.Format("15:04"), Bot: m.FromBot,
		Mine: !m.FromBot && m.From == viewer, Quote: seen.Quote, Open: seen.Open, Card: seen.Card}
	switch {
	case m.bot != nil:
		out.Name, out.HTML = m.bot.Name, renderMarkdown(seen.Text)
	default:
		out.Name = p.members[m.From].Name
		out.HTML = template.HTML(strings.ReplaceAll(template.HTMLEscapeString(seen.Text), "\n", "<br>"))
	}
	if m.Media != "" {
		out.File = &pageFile{mediaWord(m.Type), m.File, sizeWord(m.Bytes), "/media/" + m.Media}
	}
	return out
}

// sizeWord is a file's size as people read it.
func sizeWord(n int) string {
	switch {
	case n < 1<<10:
		return strconv.Itoa(n) + " 字节"
	case n < 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<10), 'f', 1, 64) + " KB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}
