// Package forward is the channel for groups where no bot can be (人工代发): an
// ordinary WeChat group. It hands the text one to one to a liaison of the unit,
// over another channel, with the request to bring it into the group and to say so.
//
// It does not know what becomes of it: a message that a liaison has is
// [bot.Handed], never sent. Whether he has forwarded it is his word, which comes
// in as a message and is an entry of its own. Nor does it play a person on WeChat:
// programs that do break the platform's rules.
//
// Only one liaison is asked, the first who can be reached: two might forward the
// same text twice.
package forward

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"fanzha/bot"
)

// Config is what a [Sender] needs; all of it.
type Config struct {
	// Via are the channels over which liaisons are reached.
	Via map[bot.ChannelID]bot.Sender
	// Liaisons returns the private chats of a unit's liaisons, those first whom
	// to ask first. Its error is that of the book.
	Liaisons func(ctx context.Context, u bot.UnitID) ([]bot.Chat, error)
}

// Sender implements [bot.Sender]. It is safe for concurrent use and remembers
// nothing.
type Sender struct{ cfg Config }

// New returns a Sender.
func New(cfg Config) (*Sender, error) {
	if len(cfg.Via) == 0 || cfg.Liaisons == nil {
		return nil, errors.New("forward: no way to reach liaisons")
	}
	return &Sender{cfg}, nil
}

// Chat returns the chat of a group of unit u by the name that its members see.
func Chat(u bot.UnitID, group string) bot.Chat {
	return bot.Chat{Channel: bot.ViaForward, Kind: bot.GroupChat, ID: string(u) + "/" + group}
}

// Limits implements [bot.Sender]: it carries errands, as long as the channel with
// the least room lets through together with the request.
func (s *Sender) Limits() bot.Limits {
	room := 0
	for _, via := range s.cfg.Via {
		if n := via.Limits().MarkdownBytes; n > 0 && (room == 0 || n < room) {
			room = n
		}
	}
	return bot.Limits{ErrandBytes: room - requestBytes}
}

// requestBytes is room for the request before the text: its words, a name of a
// group of 30 characters, two ids.
const requestBytes = 400

// maxName is how many characters of a group's name the request shows.
const maxName = 30

// Send implements [bot.Sender] for an [bot.Errand]. A nil error is never returned:
// at best the outcome is [bot.Handed].
func (s *Sender) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	errand, ok := m.(bot.Errand)
	unit, group, named := strings.Cut(to.ID, "/")
	switch {
	case !ok:
		return &bot.SendError{Outcome: bot.Rejected, Reason: "人工代发只能带文字"}
	case strings.TrimSpace(errand.Text) == "":
		return &bot.SendError{Outcome: bot.Rejected, Reason: "没有要转发的内容"}
	case len(errand.Text) > s.Limits().ErrandBytes: // what was cut is not what was approved
		return &bot.SendError{Outcome: bot.Rejected, Reason: "内容太长，一条消息放不下"}
	case to.Kind != bot.GroupChat || !named:
		return &bot.SendError{Outcome: bot.Rejected, Reason: "人工代发的群没有写明单位"}
	case group == "" || group != strings.TrimSpace(group) || strings.ContainsFunc(group, unicode.IsControl):
		return &bot.SendError{Outcome: bot.Rejected, Reason: "人工代发的群名不合规定"}
	}
	liaisons, err := s.cfg.Liaisons(ctx, bot.UnitID(unit))
	if err != nil {
		return &bot.SendError{Outcome: bot.RetryLater, Reason: "查不到联络员", Err: err}
	}
	last := &bot.SendError{Outcome: bot.Rejected, Reason: "本单位没有可以代发的联络员：名册里的联络员都没有账号"}
	for _, chat := range liaisons {
		via := s.cfg.Via[chat.Channel]
		if via == nil {
			continue
		}
		err := via.Send(ctx, chat, bot.Markdown(request(errand, group)))
		if err == nil {
			return &bot.SendError{Outcome: bot.Handed, Reason: "已交联络员转发"}
		}
		var failed *bot.SendError
		if !errors.As(err, &failed) {
			return &bot.SendError{Outcome: bot.Unknown, Reason: "渠道没有说明结果", Err: err}
		}
		if failed.Outcome != bot.Rejected {
			return failed
		}
		// The group's door is not dead because a person cannot be reached.
		last = &bot.SendError{Outcome: bot.Rejected, Code: failed.Code, Reason: "联络员收不到：" + failed.Reason, Hint: failed.Hint, Err: failed.Err}
	}
	return last
}

func request(e bot.Errand, group string) string {
	if r := []rune(group); len(r) > maxName {
		group = string(r[:maxName-1]) + "…"
	}
	return fmt.Sprintf("请把横线以下的内容转发到微信群“%s”。转发后请回复：已转发 %s；不能转发请回复：不转发 %s 理由\n————————\n%s", group, e.Delivery, e.Delivery, e.Text)
}
