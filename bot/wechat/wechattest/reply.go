package wechattest

import (
	"encoding/json"
	"time"
)

// answering finds the conversation of a request that answers a callback.
type answering struct{}

func (answering) target(c *conn, reqID string) *chat {
	if cb := c.callbacks[reqID]; cb != nil {
		return cb.chat
	}
	return nil
}

// respond is an aibot_respond_msg: the answer to a message.
type respond struct {
	payload
	answering
}

func parseRespond(body json.RawMessage) (request, *refusal) {
	var w wireMessage
	if no := decode("body", body, &w); no != nil {
		return nil, no
	}
	r := &respond{}
	if no := r.read(&w, "stream", "markdown", "template_card", "file", "image", "voice", "video"); no != nil {
		return nil, no
	}
	return r, nil
}

func (r *respond) perform(c *conn, reqID string, now time.Time) (any, *refusal) {
	cb, no := c.answerable(reqID, messageCallback, now)
	if no != nil {
		return nil, no
	}
	if cb.stream != nil && !cb.answered && r.streamID == cb.streamID {
		return nil, r.goOn(c, cb, now)
	}
	if cb.stream != nil || cb.answered {
		return nil, refuse(codeAnswered, "req_id already answered")
	}
	m, no := c.p.compose(cb.chat, c.bot, &r.payload, now)
	if no != nil {
		return nil, no
	}
	cb.answered = true
	if r.kind == "stream" {
		m.Type, m.Open = "markdown", !r.finish
		cb.stream, cb.streamID, cb.openedAt, cb.answered = m, r.streamID, now, r.finish
	}
	return nil, nil
}

// goOn replaces the content of a stream that has begun. Each frame counts as
// a message.
func (r *respond) goOn(c *conn, cb *callback, now time.Time) *refusal {
	if expired(cb.openedAt, now, streamWindow) {
		return refuse(codeStreamTooOld, "stream message update expired")
	}
	if no := c.p.spend(cb.chat, c.bot, now); no != nil {
		return no
	}
	cb.stream.Text, cb.stream.Open = r.text, !r.finish
	cb.answered = r.finish
	return nil
}

// welcome is an aibot_respond_welcome_msg: the answer to enter_chat.
type welcome struct {
	payload
	answering
}

func parseWelcome(body json.RawMessage) (request, *refusal) {
	var w wireMessage
	if no := decode("body", body, &w); no != nil {
		return nil, no
	}
	r := &welcome{}
	if no := r.read(&w, "text", "template_card"); no != nil {
		return nil, no
	}
	return r, nil
}

func (r *welcome) perform(c *conn, reqID string, now time.Time) (any, *refusal) {
	cb, no := c.answerable(reqID, enterCallback, now)
	if no != nil {
		return nil, no
	}
	if cb.answered {
		return nil, refuse(codeAnswered, "req_id already answered")
	}
	if _, no := c.p.compose(cb.chat, c.bot, &r.payload, now); no != nil {
		return nil, no
	}
	cb.answered = true
	return nil, nil
}

// update is an aibot_respond_update_msg: the answer to a click.
type update struct {
	answering
	card  *wireCard
	users []string // none means everybody
}

func parseUpdate(body json.RawMessage) (request, *refusal) {
	var w wireUpdate
	if no := decode("body", body, &w); no != nil {
		return nil, no
	}
	switch {
	case w.ResponseType == "":
		return nil, missing("response_type")
	case w.ResponseType != "update_template_card":
		return nil, bad("response_type", "must be update_template_card")
	case w.UserIDs != nil && len(*w.UserIDs) == 0:
		// Left out it means everybody; empty it surely was not meant so.
		return nil, bad("userids", "empty")
	}
	if no := checkCard(w.Card); no != nil {
		return nil, no
	}
	u := &update{card: w.Card}
	if w.UserIDs != nil {
		u.users = *w.UserIDs
	}
	return u, nil
}

func (u *update) words() string { return u.card.text() }

func (u *update) perform(c *conn, reqID string, now time.Time) (any, *refusal) {
	cb, no := c.answerable(reqID, clickCallback, now)
	if no != nil {
		return nil, no
	}
	if cb.answered {
		return nil, refuse(codeAnswered, "req_id already answered")
	}
	if u.card.TaskID != cb.card.first.TaskID {
		return nil, bad("task_id", "is not the event's")
	}
	for i, id := range u.users {
		id = c.p.plainID(id)
		u.users[i] = id
		if cb.chat.members[id] == nil {
			return nil, refuse(codeNoUser, "invalid userid in userids")
		}
	}
	// Whether an update counts is not documented; here it does.
	if no := c.p.spend(cb.chat, c.bot, now); no != nil {
		return nil, no
	}
	cb.answered = true
	cb.card.update(u.card, u.users)
	return nil, nil
}
