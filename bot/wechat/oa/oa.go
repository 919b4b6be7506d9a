// Package oa is the channel of a WeChat service account (公众号). People write to
// it one to one, press its menu or follow it; it answers at once, and may write
// to them of its own accord within the platform's narrow limits. It implements
// [bot.Sender], and [Channel.Serve] is its callback endpoint.
//
// It deliberately knows no groups, no cards and no files: an account can be in no
// group, and its texts are plain. It keeps nothing that must survive a crash:
// what a repeated callback would do twice, the [bot.Handler] knows by the
// message's id.
//
// How it works. Package envelope is the door: only what is sealed and signed
// with the account's own key comes in, whatever a request says of itself
// (明文模式 and 兼容模式 are not served). server.go turns it into a
// [bot.Inbound] and answers within the platform's five seconds, or else
// afterwards by a customer-service message. send.go sends: as a customer-service
// message while the platform allows one (window.go), else, if the account has
// one, as a template or subscribe message that holds a short notice.
//
// A person is known as oa:OPENID, so that he is never taken for somebody of the
// same id on another platform; a chat's ID is the bare openid.
package oa

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/internal/inbox"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/token"
)

// textBytes is how many bytes a text holds (公众号 客服消息: 2048).
const textBytes = 2048

// Config describes one account. All fields but Channel, Notice, Clock and Log
// are required.
type Config struct {
	// Channel is how [bot.Chat] names this channel; empty means "oa".
	Channel bot.ChannelID
	// AppID is the account.
	AppID string
	// CallbackToken and AESKey (EncodingAESKey) are those of the page 服务器配置,
	// where 安全模式 must be chosen.
	CallbackToken, AESKey wechat.Secret
	// Client speaks to the platform.
	Client *wechat.Client
	// Tokens keeps the account's access token.
	Tokens *token.Handle
	// Notice is what goes out when no customer-service message may.
	Notice Notice
	// Clock nil means [bot.SystemClock].
	Clock bot.Clock
	// Log receives what failed, without bodies and ids of persons; nil
	// discards it.
	Log *slog.Logger
}

// A Notice is a template message (模板消息) or subscribe message (订阅通知). The
// zero Notice is none.
type Notice struct {
	// Template is its id at the platform.
	Template string
	// Subscribe says that it is a subscribe message, of which a person gets as
	// many as he has consented to.
	Subscribe bool
	// Fields are its fields by their names, such as thing1. {text} in one is the
	// message, cut to the 20 characters that such a field holds, {full} as it
	// is, {time} the time of sending.
	Fields map[string]string
}

// A Channel is one account. It is safe for concurrent use.
type Channel struct {
	cfg     Config
	door    *envelope.Envelope
	inbox   *inbox.Inbox
	lanes   *pace.Lanes[string] // by openid
	windows windows
}

// New checks cfg and returns the channel. The error names every fault.
func New(cfg Config) (*Channel, error) {
	if cfg.Channel == "" {
		cfg.Channel = "oa"
	}
	if cfg.Clock == nil {
		cfg.Clock = bot.SystemClock{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	door, err := envelope.New(envelope.Config{
		Token: cfg.CallbackToken, Key: cfg.AESKey, ReceiveID: cfg.AppID, Format: envelope.XML, BareEcho: true,
	})
	errs := []error{err}
	if cfg.AppID == "" || cfg.Client == nil || cfg.Tokens == nil {
		errs = append(errs, errors.New("oa: AppID, Client and Tokens are required"))
	}
	if n := cfg.Notice; (n.Template == "") != (len(n.Fields) == 0) {
		errs = append(errs, errors.New("oa: a notice needs both a template and fields"))
	}
	return &Channel{cfg: cfg, door: door, inbox: inbox.New(patience, cfg.Log), lanes: pace.NewLanes(cfg.Clock, cfg.lane)}, errors.Join(errs...)
}

// lane makes a person's. It only keeps the order: what may be sent is counted by
// windows, and at the platform over two days.
func (cfg *Config) lane(string) *pace.Lane {
	return pace.NewLane(cfg.Clock, pace.Rate{PerMinute: spokeMost})
}

// String implements fmt.Stringer: it names the channel and nothing that it knows.
func (c *Channel) String() string { return "channel " + string(c.cfg.Channel) }

// Limits implements [bot.Sender].
func (c *Channel) Limits() bot.Limits {
	return bot.Limits{MarkdownBytes: textBytes, WelcomeBytes: textBytes}
}

// Menu keys: pressing one is as if the person wrote it.
const (
	keyCheckIn = "签到"
	keyRecord  = "我的记录"
	keySearch  = "查询"
)

// SetMenu gives the account its menu, in place of whatever menu it had.
func (c *Channel) SetMenu(ctx context.Context) error {
	type button struct {
		Type string `json:"type"`
		Name string `json:"name"`
		Key  string `json:"key"`
	}
	var menu struct {
		Buttons []button `json:"button"`
	}
	for _, key := range []string{keyCheckIn, keyRecord, keySearch} {
		menu.Buttons = append(menu.Buttons, button{"click", key, key})
	}
	return c.call(ctx, "menu/create", menu)
}

// plain is Markdown as an account's text shows it best: without the stars, which
// it would show.
func plain(markdown string) string { return strings.ReplaceAll(markdown, "**", "") }
