// Package app is the channel of a self-built WeCom app (自建应用). It speaks to
// one person at a time (texts, cards with buttons, files), into groups that the
// app itself has made, and hears what people write to the app and which buttons
// they press there. It implements [bot.Recaller] and drives a [bot.Handler].
//
// It deliberately decides nothing, and hears nothing that is said in a group,
// which an app cannot. It keeps nothing that must survive a crash.
//
// How it works. Each chat has a lane: one message after another, below the rate
// beyond which the platform drops a person's messages without a word (send.go).
// Callbacks come in through an envelope, are handled beside the request, and
// answered in it if that is in time, else by a message or a card update of their
// own (callback.go, answer.go).
//
// A [bot.PersonID] is here the plain userid, the same that the smart bot of the
// same corporation gives, so that a person is one member across both.
//
// The platform's facts are those of developer.work.weixin.qq.com/document/path
// 90236 and 90248 (sending), 94867 (recalling), 90238 to 90241 and 94888
// (callbacks and cards), 90245 (groups).
package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/internal/inbox"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/recent"
	"fanzha/bot/wechat/internal/wire"
	"fanzha/bot/wechat/token"
)

const (
	// perMinute is how many messages go to one chat. The platform takes 30 a
	// minute and 1000 an hour for one person (page 90454) and drops what is
	// beyond without an error; 15 a minute are below both.
	perMinute = 15
	// sameMessage is for how long the platform swallows a message that it has
	// already taken for the same person, the longest that it offers.
	sameMessage = 4 * time.Hour
)

// Config describes one app. Corp, Agent, Secret, Client and Token are required.
type Config struct {
	Corp  string // CorpID, ww…
	Agent int    // AgentId
	// Secret is the app's; it is known here so that it can be struck out of
	// errors.
	Secret wechat.Secret
	// Client speaks to the platform.
	Client *wechat.Client
	// Token gives access tokens for Corp and Secret.
	Token *token.Handle
	// Envelope opens callbacks; nil means that the app hears nothing. Then it
	// has no cards either, which the platform demands a callback for.
	Envelope *envelope.Envelope
	// Channel is how [bot.Chat] names this channel; empty means "app".
	Channel bot.ChannelID
	// Clock measures budgets; nil means [bot.SystemClock].
	Clock bot.Clock
	// Log receives what failed, without message bodies and ids of persons; nil
	// discards it.
	Log *slog.Logger
	// Shared counts the messages of all processes that speak for this app; nil
	// means that there are no others.
	Shared bot.SharedBudget
}

// lane makes a chat's.
func (cfg *Config) lane(to bot.Chat) *pace.Lane {
	name := fmt.Sprintf("app/%s/%d/%s/%s", cfg.Corp, cfg.Agent, to.Kind, to.ID)
	return pace.NewLane(cfg.Clock, pace.Rate{PerMinute: perMinute}).Share(cfg.Shared, name)
}

// Channel is one app. It is safe for concurrent use.
type Channel struct {
	cfg   Config
	lanes *pace.Lanes[bot.Chat]
	// confirmed are the messages of the last hours, hashed, that the platform
	// has confirmed. The same words to the same person are then a new message.
	// What is not in here may have been sent by an earlier process, or be of
	// unknown fate; that the platform is to look at.
	confirmed *recent.Map[[sha256.Size]byte, struct{}]
	inbox     *inbox.Inbox
}

// New checks cfg and returns the channel. The error names every fault.
func New(cfg Config) (*Channel, error) {
	var errs []error
	fault := func(bad bool, text string) {
		if bad {
			errs = append(errs, errors.New("app: "+text))
		}
	}
	fault(cfg.Corp == "", "no corporation")
	fault(cfg.Agent <= 0, "no AgentId")
	fault(cfg.Secret == "", "no secret")
	fault(cfg.Client == nil, "no client")
	fault(cfg.Token == nil, "no token")
	if cfg.Channel == "" {
		cfg.Channel = "app"
	}
	if cfg.Clock == nil {
		cfg.Clock = bot.SystemClock{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Channel{cfg: cfg, lanes: pace.NewLanes(cfg.Clock, cfg.lane), inbox: inbox.New(patience, cfg.Log),
		confirmed: recent.New[[sha256.Size]byte, struct{}](cfg.Clock, 1<<16)}, errors.Join(errs...)
}

// String implements fmt.Stringer. It keeps what Config holds from being printed.
func (c *Channel) String() string { return fmt.Sprintf("app %s %d", c.cfg.Channel, c.cfg.Agent) }

// Limits implements [bot.Sender]. Cards go to persons only, and only if the app
// hears callbacks; a [bot.Text] goes to groups only.
func (c *Channel) Limits() bot.Limits {
	l := bot.Limits{MarkdownBytes: wire.AppText, WelcomeBytes: wire.AppText}
	if c.cfg.Envelope != nil {
		l.TitleRunes, l.DescRunes, l.BodyRunes = wire.TitleRunes, wire.DescRunes, wire.SubTitleRunes
		l.FieldNameRunes, l.FieldValueRunes, l.Fields = wire.FieldNameRunes, wire.FieldValueRunes, wire.Fields
	}
	return l
}

// LimitsTo implements [bot.Selective].
func (c *Channel) LimitsTo(to bot.Chat) bot.Limits {
	l := c.Limits()
	if to.Kind == bot.GroupChat {
		return bot.Limits{MarkdownBytes: l.MarkdownBytes, WelcomeBytes: l.WelcomeBytes}
	}
	return l
}

// What ids look like (page 90195, page 90245). In an address list of receivers a
// bar parts two of them and @all means everybody, so that an id is looked at
// before it is used.
var (
	userID = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}$`)
	chatID = regexp.MustCompile(`^[0-9A-Za-z]{1,32}$`)
)

// IsGroup reports whether id can be that of a group that an app has made.
func IsGroup(id string) bool { return chatID.MatchString(id) }

// check returns why nothing can be sent to that chat; nil if something can.
func (c *Channel) check(to bot.Chat) *bot.SendError {
	ids := map[bot.ChatKind]*regexp.Regexp{bot.PrivateChat: userID, bot.GroupChat: chatID}[to.Kind]
	switch {
	case to.Channel != "" && to.Channel != c.cfg.Channel, ids == nil:
		return reject("应用只能向本渠道的人员或群发送")
	case to.ID == "":
		return reject("会话编号为空")
	case !ids.MatchString(to.ID):
		return &bot.SendError{Outcome: bot.Rejected, RouteDead: true, Reason: "人员或群的编号不合规定"}
	}
	return nil
}

func reject(reason string) *bot.SendError {
	return &bot.SendError{Outcome: bot.Rejected, Reason: reason}
}
