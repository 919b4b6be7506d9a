package wechattest

import (
	"maps"
	"slices"
	"time"
)

// message is one message of a conversation. Guarded by Platform.mu.
type message struct {
	Message
	bot  *bot // who sent it, nil for a person
	chat *chat
	// card is what everybody sees who has no view of his own.
	card  *wireCard
	first *wireCard            // as it was sent
	views map[string]*wireCard // by userid
}

// A Message is one message of a conversation as a viewer sees it.
type Message struct {
	ID string
	At time.Time
	// From is a userid, or a bot's id if FromBot is set.
	From    string
	FromBot bool
	// Type is text, markdown, template_card, file, image, voice or video.
	Type string
	// Text is a person's words or a bot's Markdown.
	Text string
	// Quote is the text of the message that a person replied to.
	Quote string
	// Card is set if Type is template_card.
	Card *Card
	// Media is the media_id of a file, image, voice or video ([Platform.Media]
	// has its bytes), File its name and Bytes its size.
	Media string
	File  string
	Bytes int
	// Open means that the bot's stream is still being written.
	Open bool
}

// A Delivery is one message that aibot_send_msg or a webhook put before people,
// whether or not the bot was told so.
type Delivery struct {
	// BotID is the aibot's id; a webhook has one too, which is not on the wire.
	MsgID, BotID string
	// Chat is the group's chatid, or the id of [Platform.PrivateChat].
	Chat string
	// ReqID is the request's, none for a webhook. Two deliveries of one content are a repetition,
	// whatever their ids.
	ReqID  string
	Type   string // msgtype
	TaskID string // of a card
	// Content is the Markdown, the media_id, or all words of the card line by
	// line.
	Content string
	// Mention is whom a webhook's message calls on: userids, mobile numbers,
	// @all.
	Mention []string
	At      time.Time
	// Answered reports that the platform's yes was given out, now or later.
	Answered bool
}

// add appends m to c and drops the oldest beyond keep.
func (c *chat) add(m *message, keep int) {
	m.chat = c
	c.messages = append(c.messages, m)
	c.byID[m.ID] = m
	if len(c.messages) < 2*keep {
		return
	}
	old := len(c.messages) - keep
	for _, m := range c.messages[:old] {
		delete(c.byID, m.ID)
	}
	c.messages = slices.Clone(c.messages[old:])
}

// seenBy returns m as userID sees it.
func (m *message) seenBy(userID string) Message {
	out := m.Message
	if m.card != nil {
		out.Card = m.cardFor(userID).show()
	}
	return out
}

// cardFor returns the card in userID's view.
func (m *message) cardFor(userID string) *wireCard {
	if v := m.views[userID]; v != nil {
		return v
	}
	return m.card
}

// update replaces the card for these people, or for everybody if there are
// none.
func (m *message) update(card *wireCard, userIDs []string) {
	if len(userIDs) == 0 {
		m.card = card
		clear(m.views)
		return
	}
	if m.views == nil {
		m.views = map[string]*wireCard{}
	}
	for _, id := range userIDs {
		m.views[id] = card
	}
}

// History returns the kept messages of a conversation, oldest first, as viewer
// sees them. An unknown conversation has none; an unknown viewer sees cards as
// those do whose view was never changed alone.
func (p *Platform) History(chatID, viewer string) []Message {
	return p.read(chatID, viewer, func(*message) bool { return true })
}

// Sent returns the kept messages of bots in a conversation: pushes and
// replies, oldest first.
func (p *Platform) Sent(chatID string) []Message {
	return p.read(chatID, "", func(m *message) bool { return m.bot != nil })
}

func (p *Platform) read(chatID, viewer string, want func(*message) bool) []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chats[chatID]
	if c == nil {
		return nil
	}
	var out []Message
	for _, m := range c.messages[max(0, len(c.messages)-p.opts.Keep):] {
		if want(m) {
			out = append(out, m.seenBy(viewer))
		}
	}
	return out
}

// Deliveries returns all messages that were delivered by aibot_send_msg and by webhooks, in
// their order, so that a test can count repetitions. Replies are not among
// them.
func (p *Platform) Deliveries() []Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}

// CardOf returns the card of this task_id as viewer sees it, or nil if the bot
// never sent it.
func (p *Platform) CardOf(botID, taskID, viewer string) *Card {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.botByID[botID]
	if b == nil || b.cards[taskID] == nil {
		return nil
	}
	return b.cards[taskID].cardFor(viewer).show()
}

// Viewers returns who has a view of his own of this card, sorted.
func (p *Platform) Viewers(botID, taskID string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.botByID[botID]
	if b == nil || b.cards[taskID] == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(b.cards[taskID].views))
}
