package screentest_test

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
	"fanzha/bot/wechat/screentest"
)

var errCut = errors.New("connection reset")

// gateway is the platform, simulated.
type gateway struct {
	mu      sync.Mutex
	lines   map[string][]string
	at      map[string][]time.Time
	trouble *channeltest.Trouble
}

// Show implements [screentest.Gateway].
func (g *gateway) Show(ctx context.Context, screen, line string) (code int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	k := g.strike(screen)
	switch k.Kind {
	case channeltest.Down:
		return 0, screentest.ErrDown
	case channeltest.CutBefore:
		return 0, errCut
	case channeltest.Refuse:
		return k.Code, nil
	}
	now := bot.SystemClock{}.Now()
	g.at[screen] = slices.DeleteFunc(g.at[screen], func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	switch {
	case len(g.at[screen]) >= 10:
		return screentest.Busy, nil
	case len(line) > 600 || !utf8.ValidString(line):
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
			Sender: screentest.New(g, screens...), Seen: g.seen,
			Chat:    func(n int) bot.Chat { return bot.Chat{Kind: bot.GroupChat, ID: screens[n]} },
			Trouble: func(k channeltest.Trouble) bool { g.set(&k); return knows(k.Kind) },
			Calm:    func() { g.set(nil) },
			Restart: func() bot.Sender { return screentest.New(g, screens...) },
			Close:   func() {}, Logs: func() string { return "" },
			Codes: []channeltest.Code{
				{Code: screentest.Busy, Outcome: bot.RetryLater, Wait: time.Minute}, {Code: 400, Outcome: bot.Rejected},
				{Code: screentest.Gone, Outcome: bot.Rejected, Dead: true}, {Code: 777, Outcome: bot.Rejected}},
		}
	})
}

// knows reports whether the gateway can misbehave in this way.
func knows(k channeltest.Kind) bool {
	return slices.Contains([]channeltest.Kind{channeltest.Refuse, channeltest.CutBefore, channeltest.CutAfter,
		channeltest.Late, channeltest.Down}, k)
}
