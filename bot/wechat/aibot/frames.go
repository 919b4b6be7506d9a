package aibot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/wire"
)

// encode returns one frame of ours. body may be nil.
func encode[B any](cmd, reqID string, body *B) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(1024)
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	err := e.Encode(wire.Request[B]{Cmd: cmd, Headers: wire.Headers{ReqID: reqID}, Body: body})
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", cmd, err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte{'\n'}), nil
}

// replyFrame answers a message with a text: a stream that is finished in its
// first frame, for plain text is no valid type here (40008).
func replyFrame(reqID, streamID, text string) ([]byte, error) {
	return encode(wire.CmdReply, reqID, &wire.Reply{
		MsgType: wire.TypeStream,
		Stream:  wire.Stream{ID: streamID, Finish: true, Content: wire.CutBytes(text, wire.MarkdownBytes)},
	})
}

// welcomeFrame answers enter_chat.
func welcomeFrame(reqID, text string) ([]byte, error) {
	return encode(wire.CmdWelcome, reqID, &wire.Welcome{
		MsgType: wire.TypeText,
		Text:    wire.Text{Content: wire.CutBytes(text, wire.WelcomeBytes)},
	})
}

// updateFrame replaces the clicked card in the view of the one who clicked.
// The card keeps the clicked card's id, as the platform demands.
func updateFrame(reqID string, who bot.PersonID, clicked bot.CardID, card bot.Card) ([]byte, error) {
	card.ID = clicked
	shape, err := cardShape(card)
	if err != nil {
		return nil, err
	}
	return encode(wire.CmdUpdateCard, reqID, &wire.UpdateCard{
		ResponseType: "update_template_card",
		UserIDs:      []string{string(who)},
		Card:         shape,
	})
}

// pushTo is the body of a push without its content, or why there can be none.
func pushTo(to bot.Chat) (*wire.Push, error) {
	p := &wire.Push{ChatID: to.ID}
	switch to.Kind {
	case bot.GroupChat:
		p.ChatType = wire.PushGroup
	case bot.PrivateChat:
		p.ChatType = wire.PushSingle
	default:
		return nil, errors.New("会话类型不明")
	}
	if to.ID == "" {
		return nil, errors.New("会话编号为空")
	}
	return p, nil
}

// pushBody is the body of a push, or why there can be none.
func pushBody(to bot.Chat, m bot.Message) (*wire.Push, error) {
	p, err := pushTo(to)
	if err != nil {
		return nil, err
	}
	switch m := m.(type) {
	case bot.Markdown:
		if wire.Blank(string(m)) {
			return nil, errors.New("消息内容为空")
		}
		p.MsgType = wire.TypeMarkdown
		p.Markdown = &wire.Text{Content: wire.CutBytes(string(m), wire.MarkdownBytes)}
	case bot.Card:
		shape, err := cardShape(m)
		if err != nil {
			return nil, err
		}
		p.MsgType, p.Card = wire.TypeCard, shape
	default:
		return nil, errors.New("消息类型不被支持")
	}
	return p, nil
}
