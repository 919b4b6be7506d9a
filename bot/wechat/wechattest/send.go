package wechattest

import (
	"encoding/json"
	"time"
)

// send is an aibot_send_msg.
type send struct {
	payload
	chatID string
	typ    int // 1 single, 2 group, 0 to be guessed
}

func parseSend(body json.RawMessage) (request, *refusal) {
	var w wireSend
	if no := decode("body", body, &w); no != nil {
		return nil, no
	}
	if w.ChatID == "" {
		return nil, missing("chatid")
	}
	if w.ChatType < 0 || w.ChatType > 2 {
		return nil, bad("chat_type", "must be 0, 1 or 2")
	}
	s := &send{chatID: w.ChatID, typ: w.ChatType}
	if no := s.read(&w.wireMessage, "markdown", "template_card", "file", "image", "voice", "video"); no != nil {
		return nil, no
	}
	return s, nil
}

// target returns the conversation that is meant: by chat_type, or a group
// before a person if the type is left open.
func (s *send) target(c *conn, _ string) *chat {
	p := c.p
	if g := p.chats[s.chatID]; g != nil && g.private == nil && s.typ != 1 {
		return g
	}
	if s.typ != 2 && c.bot != nil {
		return p.chats[p.PrivateChat(c.bot.ID, s.chatID)]
	}
	return nil
}

func (s *send) perform(c *conn, reqID string, now time.Time) (any, *refusal) {
	p, b := c.p, c.bot
	ch := s.target(c, reqID)
	if ch == nil {
		return nil, s.unknownTarget(p)
	}
	if pr := ch.presence(b); !pr.in || !pr.spoken {
		return nil, refuse(codeRefusesPush, "chat refuses messages of this bot")
	}
	m, no := p.compose(ch, b, &s.payload, now)
	if no != nil {
		return nil, no
	}
	p.sent = append(p.sent, Delivery{MsgID: m.ID, BotID: b.ID, Chat: ch.id, ReqID: reqID, Type: s.kind,
		TaskID: s.taskID(), Content: s.content(), At: now})
	return nil, nil
}

// unknownTarget says why there is no such conversation.
func (s *send) unknownTarget(p *Platform) *refusal {
	switch {
	case s.typ != 2 && p.members[s.chatID] != nil:
		// He exists but has never opened the conversation.
		return refuse(codeRefusesPush, "chat refuses messages of this bot")
	case s.typ == 1:
		return refuse(codeNoUser, "invalid userid")
	}
	return refuse(codeNoChat, "invalid chatid")
}

func (pl *payload) taskID() string {
	if pl.card == nil {
		return ""
	}
	return pl.card.TaskID
}

// content is what a [Delivery] shows of the message.
func (pl *payload) content() string {
	if pl.media != "" {
		return pl.media
	}
	return pl.words()
}

// compose puts a message of b into ch, after the checks that every message
// must pass: media, task_id, rate. p.mu is held.
func (p *Platform) compose(ch *chat, b *bot, pl *payload, now time.Time) (*message, *refusal) {
	if pl.media != "" {
		if no := p.checkMedia(b, pl.kind, pl.media, now); no != nil {
			return nil, no
		}
	}
	task := pl.taskID()
	if task != "" && b.cards[task] != nil {
		return nil, bad("task_id", "already used by this bot")
	}
	if no := p.spend(ch, b, now); no != nil {
		return nil, no
	}
	m := &message{bot: b, card: pl.card, first: pl.card, Message: Message{ID: p.mint("MSG_"), At: now,
		From: b.ID, FromBot: true, Type: pl.kind, Text: pl.text, Media: pl.media}}
	if f := p.media[pl.media]; f != nil {
		m.File, m.Bytes = f.name, len(f.data)
	}
	if task != "" {
		b.cards[task] = m
	}
	ch.add(m, p.opts.Keep)
	return m, nil
}
