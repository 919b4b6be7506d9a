// Package robot is the channel of WeCom's group webhooks (消息推送, formerly
// 群机器人). It only sends: texts that call on people, Markdown, pictures, files,
// and as its own methods news and notice cards. It implements [bot.Sender].
//
// It deliberately hears nothing and has no cards with buttons, which webhooks
// cannot carry. It keeps nothing that must survive a crash.
//
// How it works. A webhook's key is its whole credential, so a chat is named by
// the name that the configuration gives the webhook, and the key never leaves
// this package. Each webhook sends one request after another (send.go): that
// keeps the order, and lets the budget be counted so that the platform's own
// limit cannot be met. What the platform would refuse is refused before
// (message.go).
//
// The platform's facts are those of developer.work.weixin.qq.com/document/path/99110.
package robot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
)

// perMinute is how many requests a webhook makes. The platform allows 20 (page
// 99110) and does not say how it cuts its minutes, so we stay below.
const perMinute = 18

var errKind = errors.New("群机器人不支持这种消息")

// Config describes the webhooks of one corp. Robots and Client are required.
type Config struct {
	// Channel is how [bot.Chat] names this channel; empty means "robot".
	Channel bot.ChannelID
	// Robots are the webhooks' keys by the names that are their chats' ids.
	Robots map[string]wechat.Secret
	// Client speaks to the platform. Its timeout bounds a message as well as
	// the upload of a file.
	Client *wechat.Client
	// Clock measures budgets; nil means [bot.SystemClock].
	Clock bot.Clock
	// Log receives what failed, without message bodies; nil discards it.
	Log *slog.Logger
	// PerMinute is how many requests one webhook makes a minute; 0 means 18.
	PerMinute int
	// Shared counts the requests of all processes that use the same webhooks;
	// nil means that there are no others.
	Shared bot.SharedBudget
}

// Channel is all webhooks of a Config. It is safe for concurrent use.
type Channel struct {
	cfg      Config
	webhooks map[string]*webhook
}

// webhook is one webhook.
type webhook struct {
	name string
	key  wechat.Secret
	lane *pace.Lane
}

// New checks cfg and returns the channel. The error names every fault.
func New(cfg Config) (*Channel, error) {
	var errs []error
	if cfg.Client == nil {
		errs = append(errs, errors.New("robot: no client"))
	}
	if cfg.Channel == "" {
		cfg.Channel = "robot"
	}
	if cfg.Clock == nil {
		cfg.Clock = bot.SystemClock{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.PerMinute <= 0 {
		cfg.PerMinute = perMinute
	}
	c := &Channel{cfg: cfg, webhooks: make(map[string]*webhook, len(cfg.Robots))}
	owner := make(map[wechat.Secret]string)
	for name, key := range cfg.Robots {
		if name == "" || key == "" {
			errs = append(errs, fmt.Errorf("robot %q: name or key is empty", name))
		} else if other, twice := owner[key]; twice {
			errs = append(errs, fmt.Errorf("robots %q and %q have the same key", min(name, other), max(name, other)))
		}
		owner[key] = name
		c.webhooks[name] = &webhook{name: name, key: key, lane: pace.NewLane(cfg.Clock, pace.Rate{PerMinute: cfg.PerMinute}).Share(cfg.Shared, sharedKey(key))}
	}
	c.cfg.Robots = nil // printed as a part of c, a Secret could not hide itself
	return c, errors.Join(errs...)
}

// sharedKey is what other processes know a webhook by: the limit is the key's,
// whatever name it is given, but the key itself goes nowhere.
func sharedKey(key wechat.Secret) string {
	sum := sha256.Sum256([]byte(key.Reveal()))
	return "robot/" + hex.EncodeToString(sum[:16])
}

// Spent implements [bot.Budgeted].
func (c *Channel) Spent(to bot.Chat, at time.Time, n int) {
	if w := c.webhooks[to.ID]; w != nil {
		w.lane.Spent(at, n)
	}
}

// Limits implements [bot.Sender]: there are no cards with buttons. A [bot.Text]
// holds half as much as a [bot.Markdown].
func (c *Channel) Limits() bot.Limits { return bot.Limits{MarkdownBytes: wire.WebhookMarkdown} }

// Send implements [bot.Sender]. The chat's ID is the webhook's name. Send waits
// for its turn and for the webhook's budget as long as ctx lives; once the
// request is on its way it waits for the answer whatever becomes of ctx. A file
// takes two requests.
func (c *Channel) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	body, err := shape(m)
	return c.send(ctx, to, body, err)
}

// webhookOf returns the webhook that to means.
func (c *Channel) webhookOf(to bot.Chat) (*webhook, *bot.SendError) {
	w := c.webhooks[to.ID]
	switch {
	case to.Channel != "" && to.Channel != c.cfg.Channel, to.Kind != bot.GroupChat:
		return nil, reject("群机器人只能向本渠道的群发送")
	case w == nil:
		return nil, &bot.SendError{Outcome: bot.Rejected, RouteDead: true, Reason: "没有配置这个群机器人",
			Hint: "请系统管理员在配置的 robots 里写上它，或私聊机器人发“减渠道”去掉它。"}
	}
	return w, nil
}

func reject(reason string) *bot.SendError {
	return &bot.SendError{Outcome: bot.Rejected, Reason: reason}
}
