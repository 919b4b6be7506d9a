package channeltest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/wechat/channeltest"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
)

// A Screen is a channel, as small as one can be: it writes lines onto the
// notice screens of villages, each of which takes 10 a minute and 600 bytes.
type Screen struct {
	gateway *gateway
	lanes   map[string]*pace.Lane // by screen
}

const screenBytes = 600

// NewScreen returns a channel to these screens.
func NewScreen(g *gateway, screens ...string) *Screen {
	s := &Screen{gateway: g, lanes: make(map[string]*pace.Lane)}
	for _, name := range screens {
		s.lanes[name] = pace.NewLane(bot.SystemClock{}, pace.Rate{PerMinute: 10})
	}
	return s
}

// Limits implements [bot.Sender].
func (s *Screen) Limits() bot.Limits { return bot.Limits{MarkdownBytes: screenBytes} }

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
		return later(err, 0)
	}
	defer leave()
	if err := lane.Wait(ctx); err != nil { // 3. below the platform's limit
		return later(err, 0)
	}
	// 4. what is begun is seen to its end, which comes
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	code, err := s.gateway.show(call, to.ID, wire.CutBytes(string(text), screenBytes))
	lane.Done()
	switch { // 5. each end by its name
	case errors.Is(err, errDown):
		return later(err, 5*time.Second)
	case err != nil:
		return &bot.SendError{Outcome: bot.Unknown, Reason: "没有收到答复", Err: err}
	case code == codeBusy:
		lane.Rest(time.Minute)
		return &bot.SendError{Outcome: bot.RetryLater, Code: code, Reason: "发送过于频繁", After: time.Minute}
	case code != 0:
		return &bot.SendError{Outcome: bot.Rejected, Code: code, Reason: "平台拒绝显示", RouteDead: code == codeGone || code == 93008 || code == 93004}
	}
	return nil
}

func refuse(reason string, dead bool) error {
	return &bot.SendError{Outcome: bot.Rejected, Reason: reason, RouteDead: dead}
}

func later(err error, after time.Duration) error {
	return &bot.SendError{Outcome: bot.RetryLater, Reason: "尚未发出", After: after, Err: err}
}

// Codes of the gateway.
const (
	codeBusy = 45009
	codeGone = 404
)

var (
	errDown = errors.New("connection refused")
	errCut  = errors.New("connection reset")
)

// gateway is the platform, simulated.
type gateway struct {
	mu      sync.Mutex
	lines   map[string][]string
	at      map[string][]time.Time
	trouble *channeltest.Trouble
}

func (g *gateway) show(ctx context.Context, screen, line string) (code int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	k := g.strike(screen)
	switch k.Kind {
	case channeltest.Down:
		return 0, errDown
	case channeltest.CutBefore:
		return 0, errCut
	case channeltest.Refuse:
		return k.Code, nil
	}
	now := bot.SystemClock{}.Now()
	g.at[screen] = slices.DeleteFunc(g.at[screen], func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	switch {
	case len(g.at[screen]) >= 10:
		return codeBusy, nil
	case len(line) > screenBytes || !utf8.ValidString(line):
		return 400, nil
	}
	g.at[screen] = append(g.at[screen], now)
	g.lines[screen] = append(g.lines[screen], line)
	if k.Kind == channeltest.CutAfter {
		return 0, errCut
	}
	g.mu.Unlock()
	defer g.mu.Lock()
	return 0, bot.SystemClock{}.Sleep(ctx, k.After)
}

// strike returns the trouble that meets a line for screen. g.mu is held.
func (g *gateway) strike(screen string) channeltest.Trouble {
	if g.trouble == nil || g.trouble.Chat.ID != "" && g.trouble.Chat.ID != screen {
		return channeltest.Trouble{}
	}
	k := *g.trouble
	if g.trouble.Times--; g.trouble.Times == 0 {
		g.trouble = nil
	}
	return k
}

// set lets k go wrong; nil is calm.
func (g *gateway) set(k *channeltest.Trouble) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trouble = k
}

func (g *gateway) seen(c bot.Chat) (seen []channeltest.Message) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, line := range g.lines[c.ID] {
		seen = append(seen, channeltest.Message{Text: line})
	}
	return seen
}

// The suite knows no platform: what it asks of the WeChat family it asks of a
// village's screen.
func TestAnyChannelCanPass(t *testing.T) {
	channeltest.Run(t, func(*testing.T) *channeltest.Door {
		var screens []string
		for i := range 100 {
			screens = append(screens, "Cun"+strings.Repeat("x", i+1))
		}
		g := &gateway{lines: make(map[string][]string), at: make(map[string][]time.Time)}
		return &channeltest.Door{
			Sender: NewScreen(g, screens...), Seen: g.seen,
			Chat:    func(n int) bot.Chat { return bot.Chat{Kind: bot.GroupChat, ID: screens[n]} },
			Trouble: func(k channeltest.Trouble) bool { g.set(&k); return knows(k.Kind) },
			Calm:    func() { g.set(nil) },
			Restart: func() bot.Sender { return NewScreen(g, screens...) },
			Close:   func() {}, Logs: func() string { return "" },
			Codes: []channeltest.Code{
				{Code: codeBusy, Outcome: bot.RetryLater, Wait: time.Minute}, {Code: 400, Outcome: bot.Rejected},
				{Code: codeGone, Outcome: bot.Rejected, Dead: true}, {Code: 777, Outcome: bot.Rejected}},
		}
	})
}

// knows reports whether the gateway can misbehave in this way.
func knows(k channeltest.Kind) bool {
	return slices.Contains([]channeltest.Kind{channeltest.Refuse, channeltest.CutBefore, channeltest.CutAfter,
		channeltest.Late, channeltest.Down}, k)
}
