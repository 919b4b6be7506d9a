package aibot

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/internal/inbox"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
)

// NoPush is why nothing can be sent in callback mode.
const NoPush = "回调模式不能主动推送"

// callbackPatience is how long a callback may take to be answered in its own
// request. Five seconds are documented for apps; for smart bots nothing is, so we
// stay well below.
const callbackPatience = 3 * time.Second

// CallbackConfig describes a bot in callback mode. Name, Envelope and Client are
// required.
type CallbackConfig struct {
	Name string // display name in groups, for taking mentions out of texts
	// Envelope opens callbacks: JSON, without a receive id.
	Envelope *envelope.Envelope
	// Client speaks to the platform.
	Client *wechat.Client
	// Channel is how [bot.Chat] names this bot; empty means "aibot", as for the
	// long connection: it is the same bot in the same groups.
	Channel bot.ChannelID
	// Clock stamps what comes in and measures budgets; nil means
	// [bot.SystemClock].
	Clock bot.Clock
	// Log is that of [Config].
	Log *slog.Logger
}

// Callback is a bot in callback mode (page 101039), for those who cannot hold a
// long connection. It hears and answers, and nothing else: the platform has no
// way to push in this mode, so that Send refuses everything for good. It is safe
// for concurrent use.
//
// What it hears is answered in the callback's own request; what is ready only
// later, by the address that came with the callback, once and within an hour. A
// card that was pressed can be updated in the request only.
type Callback struct {
	cfg    CallbackConfig
	convs  conversations
	inbox  *inbox.Inbox
	streak atomic.Uint64 // numbers the replies
}

// NewCallback checks cfg and returns the bot. The error names every fault.
func NewCallback(cfg CallbackConfig) (*Callback, error) {
	var errs []error
	fault := func(bad bool, text string) {
		if bad {
			errs = append(errs, errors.New("aibot callback: "+text))
		}
	}
	fault(cfg.Name == "", "Name is empty")
	fault(cfg.Envelope == nil, "no envelope")
	fault(cfg.Client == nil, "no client")
	filled := Config{Channel: cfg.Channel, Clock: cfg.Clock, Log: cfg.Log}
	filled.fill()
	cfg.Channel, cfg.Clock, cfg.Log = filled.Channel, filled.Clock, filled.Log.With("channel", filled.Channel)
	return &Callback{cfg: cfg, inbox: inbox.New(callbackPatience, cfg.Log),
		convs: newConversations(cfg.Clock, pace.Rate{PerMinute: filled.PerMinute, PerHour: filled.PerHour}, nil, "")}, errors.Join(errs...)
}

// String implements fmt.Stringer. It keeps what CallbackConfig holds from being
// printed.
func (c *Callback) String() string { return "aibot callback " + string(c.cfg.Channel) }

// Send implements [bot.Sender]. It refuses everything ([NoPush]).
func (c *Callback) Send(context.Context, bot.Chat, bot.Message) error {
	return &bot.SendError{Outcome: bot.Rejected, Reason: NoPush}
}

// Limits implements [bot.Sender]; they are those of answers.
func (c *Callback) Limits() bot.Limits { return limits() }

// Handler returns the endpoint for the address that the admin console has for the
// bot. What people do is handed to h. It is called once.
func (c *Callback) Handler(h bot.Handler) http.Handler {
	c.inbox.Serve(h)
	return c.cfg.Envelope.Handler(c.cfg.Clock, c.cfg.Log, c.receive)
}

// Close takes no more callbacks and waits, until ctx ends at the latest, for
// those that are being handled and answered.
func (c *Callback) Close(ctx context.Context) error { return c.inbox.Close(ctx) }

// A called is one thing that a person did, with the address for a late answer.
type called struct {
	bot.Inbound
	url string
}

// receive has one callback handled and returns the reply, nil for none. Its
// error means that nothing was recorded and the platform is to come again.
func (c *Callback) receive(ctx context.Context, l envelope.Letter) (envelope.Reply, error) {
	d, ok := c.read([]byte(l.Text))
	if !ok {
		return nil, nil
	}
	reply, err := c.inbox.Take(ctx, d.Inbound, func(ctx context.Context, _ bot.Inbound, r inbox.Reply) { c.late(ctx, d, r) })
	if err != nil || reply == nil || reply.Again {
		return nil, err
	}
	if reply.Err != nil && d.Text == "" {
		return nil, reply.Err
	}
	return envelope.ReplyOf(c.reply(ctx, d, *reply)), nil
}

// read takes a callback apart; false if it is none that concerns us. As over the
// long connection, a change in a field that hardly matters must not cost a
// check-in.
func (c *Callback) read(text []byte) (called, bool) {
	var body struct {
		wire.Inbound
		ResponseURL string `json:"response_url"`
	}
	err := json.Unmarshal(stripControl(text), &body)
	if _, odd := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !odd {
		c.cfg.Log.Warn("a signed callback cannot be read", "err", "not JSON")
		return called{}, false
	}
	b := &body.Inbound
	d := called{url: body.ResponseURL, Inbound: bot.Inbound{ID: b.MsgID, From: bot.PersonID(b.From.UserID), At: c.cfg.Clock.Now(),
		Chat: bot.Chat{Channel: c.cfg.Channel, Kind: bot.PrivateChat, ID: b.From.UserID}}}
	if b.ChatType == wire.ChatGroup || b.ChatType == "" && b.ChatID != "" {
		d.Chat.Kind, d.Chat.ID = bot.GroupChat, b.ChatID
	}
	return d, d.ID != "" && d.From != "" && d.Chat.ID != "" && c.says(&d, b)
}

// says fills in what the person did; false if it means nothing to us.
func (c *Callback) says(d *called, b *wire.Inbound) bool {
	group := d.Chat.Kind == bot.GroupChat
	switch {
	case b.MsgType == wire.TypeStream: // asks for more of an answer that is whole
		return false
	case b.Event == nil && b.MsgType == "event":
		return false
	case b.Event == nil:
		d.Text, d.Mentioned = stripMention(words(&b.Content), c.cfg.Name, group)
		d.Mentioned = d.Mentioned || group
		if b.Quote != nil {
			d.Quote = strings.TrimSpace(words(b.Quote))
		}
		return true
	case b.Event.EventType == wire.EventEnterChat:
		d.Entered = true
		return true
	case b.Event.EventType == wire.EventCard:
		var ok bool
		d.Click, ok = clickOf(b.Event)
		return ok
	}
	return false
}
