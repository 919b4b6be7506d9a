// Package screentest is the worked example of a channel: it writes lines onto the
// notice screens of villages (大屏), each of which takes 10 a minute and 600 bytes.
// There is no such platform, so that it is for tests only: its own passes the suite
// that every channel passes (package channeltest), and one of the whole program wires
// it by one entry and pushes an alert onto a screen.
package screentest

import (
	"context"
	"errors"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
)

// Channel is how entries name the screens. It is the word that people read, since
// nobody else has one for them ([bot.ChannelID.Chinese]).
const Channel bot.ChannelID = "大屏"

// A Gateway is the platform. Show puts a line onto a screen and returns the
// platform's code, 0 if it shows. Its error is [ErrDown] if the line has certainly not
// arrived; with any other error nobody knows.
type Gateway interface {
	Show(ctx context.Context, screen, line string) (code int, err error)
}

// ErrDown: there is no way to the gateway.
var ErrDown = errors.New("connection refused")

// Codes of the gateway.
const (
	Busy = 45009
	Gone = 404
)

// maxLine is how many bytes a screen shows.
const maxLine = 600

// A Screen is a channel, as small as one can be. It is safe for concurrent use.
type Screen struct {
	gateway Gateway
	lanes   map[string]*pace.Lane // by screen
}

// New returns a channel to these screens.
func New(g Gateway, screens ...string) *Screen {
	s := &Screen{gateway: g, lanes: make(map[string]*pace.Lane)}
	for _, name := range screens {
		s.lanes[name] = pace.NewLane(bot.SystemClock{}, pace.Rate{PerMinute: 10})
	}
	return s
}

// Limits implements [bot.Sender].
func (s *Screen) Limits() bot.Limits { return bot.Limits{MarkdownBytes: maxLine} }

// Send implements [bot.Sender].
func (s *Screen) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	text, ok := m.(bot.Markdown)
	lane := s.lanes[to.ID]
	switch {
	case !ok || wire.Blank(string(text)): // 1. what can never pass is refused here
		return refuse("大屏只能显示文字", false)
	case to.Kind != bot.GroupChat:
		return refuse("大屏不是私聊", false)
	case lane == nil:
		return refuse("没有这块大屏", true)
	}
	leave, err := lane.Enter(ctx) // 2. one after another
	if err != nil {
		return pace.Stopped(err)
	}
	defer leave()
	if err := lane.Wait(ctx); err != nil { // 3. below the platform's limit
		return pace.Stopped(err)
	}
	// 4. what is begun is seen to its end, which comes
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	code, err := s.gateway.Show(call, to.ID, wire.CutBytes(string(text), maxLine))
	lane.Done()
	switch { // 5. each end by its name
	case errors.Is(err, ErrDown):
		return later(err, 5*time.Second)
	case err != nil:
		return &bot.SendError{Outcome: bot.Unknown, Reason: "没有收到答复", Err: err}
	case code == Busy:
		lane.Rest(time.Minute)
		return &bot.SendError{Outcome: bot.RetryLater, Code: code, Reason: "发送过于频繁", After: time.Minute}
	case code != 0:
		return &bot.SendError{Outcome: bot.Rejected, Code: code, Reason: "平台拒绝显示", RouteDead: code == Gone || code == 93008 || code == 93004}
	}
	return nil
}

func refuse(reason string, dead bool) error {
	return &bot.SendError{Outcome: bot.Rejected, Reason: reason, RouteDead: dead}
}

func later(err error, after time.Duration) error {
	return &bot.SendError{Outcome: bot.RetryLater, Reason: "尚未发出", After: after, Err: err}
}
