// Package aibot is the channel of WeCom's smart bot (智能机器人) over its long
// connection: one outbound WebSocket through which the bot hears what people
// write to it and which buttons they press, answers them, and pushes. It
// implements [bot.Sender] and drives a [bot.Handler].
//
// It deliberately decides nothing: what a message means, what is answered and
// what is pushed when is the business of the handler and of the senders' users.
// It keeps nothing that must survive a crash. It does not mention people, which
// this channel cannot (the group webhook can), and of all media it sends files
// only, and those only to who has asked.
//
// How it works. [Client.Run] keeps one link alive: dial, subscribe, ping every
// 30 seconds, and connect again with a growing wait when it is lost (link.go).
// The reader of the link settles responses at once and puts what people did
// into the queue of one of the workers, chosen by the person, so that one
// person's deeds stay in order (inbound.go). A worker calls the handler and,
// when that has returned, answers: a click by updating the clicker's own card
// within 5 seconds or not at all, a message by a text in the conversation's
// queue; it never waits for the socket, so that a slow platform does not keep
// people from being recorded (answer.go). A file follows the text: it goes up in
// chunks beside the queue and is then pushed, or the person is told in a line
// that it was not (file.go). Pushes take the same road to the link (send.go). All
// that goes into a conversation is counted against its budget (conversation.go).
//
// For those who cannot hold a connection there is [Callback]: the same bot, which
// hears and answers over HTTP and cannot push.
//
// The platform's facts are those of developer.work.weixin.qq.com/document/path
// 101463 (the connection), 100719 and 101027 (what comes in), 101031 and 101032
// (what goes out).
package aibot

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/recent"
)

// DefaultURL is the platform's address of the long connection.
const DefaultURL = "wss://openws.work.weixin.qq.com"

// Why Run stops by itself.
var (
	// ErrDisplaced: a newer connection of the same bot has taken over
	// (disconnected_event). Whoever leads now must not be fought.
	ErrDisplaced = errors.New("another connection of this bot has taken over")
	// ErrCredentials: the platform does not know the bot's id or secret
	// (853000). It stays so until the configuration changes.
	ErrCredentials = errors.New("bot id or secret is wrong (853000)")
)

// Secret is the credential of the long connection. It prints as <secret>.
type Secret = wechat.Secret

// Config describes one bot. BotID, Secret and Name are required.
type Config struct {
	BotID  string // as the admin console shows it
	Secret Secret // of the long connection, not of an app
	Name   string // display name in groups, for taking mentions out of texts
	// Channel is how [bot.Chat] names this bot; empty means "aibot". Bots of
	// several corps in one process need different ones.
	Channel bot.ChannelID
	// URL is the platform's address, ws or wss; empty means [DefaultURL].
	URL string
	// HTTPClient dials; nil means one of its own that honours the proxy
	// settings of the environment.
	HTTPClient *http.Client
	// Clock stamps what comes in and measures budgets; nil means
	// [bot.SystemClock]. Heartbeats and the platform's own deadlines run on
	// the machine's time.
	Clock bot.Clock
	// Log receives what an operator should see: no message bodies, no ids of
	// persons, no secrets. Nil discards it.
	Log *slog.Logger
	// Workers is how many handlers may run at once; 0 means 512. Waiting for
	// a durable write costs little, so many share one write.
	Workers int
	// Queue is how many callbacks may wait for one worker; 0 means 128.
	Queue int
	// PerMinute and PerHour are the budget of one conversation; 0 means 25
	// and 900. The platform's own limits are 30 and 1000 (page 101463, error
	// 846607), for replies and pushes together; our clock and the platform's
	// do not cut time at the same places.
	PerMinute, PerHour int
	// Shared counts pushes and text replies for all processes that speak for
	// this bot; nil means that there are no others.
	Shared bot.SharedBudget
	// May, if set, says whether this process may have the bot: if another one may
	// have taken over, it says nothing more and does not subscribe, for a new
	// subscription takes the bot away from whoever has it.
	May func() bool
	// Lost, if set, is closed once May has said no for good: Run, which is told to
	// end then too, waits for nothing more of the platform.
	Lost <-chan struct{}
	// RotateAt replaces the connection once a day at this time after midnight
	// in [bot.Zone]; 0 means never. It is a remedy for links that answer pings
	// but deliver nothing, which have been seen in the field.
	RotateAt time.Duration
}

// Client is one bot. It is safe for concurrent use.
type Client struct {
	cfg   Config
	clock bot.Clock
	log   *slog.Logger
	n     counters

	convs     conversations
	uploads   *pace.Lane
	fileBytes atomic.Int64 // of the files that are in hand
	seen      *recent.IDs
	queues    []chan *deed
	seed      maphash.Seed
	lastID    atomic.Uint32

	// intake holds one token while a callback is queued, which may take a
	// second, and while the queues are closed.
	intake  chan struct{}
	closed  bool      // no more callbacks are taken in; guarded by intake
	stalled time.Time // when a queue was last full for too long; guarded by intake

	work  sync.WaitGroup // workers and speakers
	hurry chan struct{}  // closed when a drain has taken replyDrain

	mu       sync.Mutex
	ran      bool
	stopping bool
	link     *link         // subscribed, or nil
	changed  chan struct{} // closed and replaced whenever link changes
	status   Status
}

// String implements fmt.Stringer. It keeps what Config holds from being printed.
func (c *Client) String() string { return "aibot " + string(c.cfg.Channel) }

// New checks cfg and returns a client that is not connected yet. The error
// names every fault.
func New(cfg Config) (*Client, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg.fill()
	c := &Client{
		cfg: cfg, clock: cfg.Clock, log: cfg.Log.With("channel", cfg.Channel),
		convs:   newConversations(cfg.Clock, pace.Rate{PerMinute: cfg.PerMinute, PerHour: cfg.PerHour}, cfg.Shared, "aibot/"+cfg.BotID),
		uploads: pace.NewLane(cfg.Clock, pace.Rate{PerMinute: uploadsPerMinute, PerHour: uploadsPerHour}),
		seen:    recent.NewIDs(remembered),
		queues:  make([]chan *deed, cfg.Workers),
		intake:  make(chan struct{}, 1),
		hurry:   make(chan struct{}),
		seed:    maphash.MakeSeed(),
		changed: make(chan struct{}),
		status:  Status{Reason: "尚未启动"},
	}
	for i := range c.queues {
		c.queues[i] = make(chan *deed, cfg.Queue)
	}
	c.lastID.Store(rand.Uint32())
	return c, nil
}

func (cfg *Config) check() error {
	var errs []error
	fault := func(bad bool, text string) {
		if bad {
			errs = append(errs, errors.New("aibot: "+text))
		}
	}
	fault(cfg.BotID == "", "BotID is empty")
	fault(cfg.Secret == "", "Secret is empty")
	fault(cfg.Name == "", "Name is empty")
	fault(cfg.Workers < 0 || cfg.Queue < 0, "Workers or Queue is negative")
	fault(cfg.PerMinute < 0 || cfg.PerHour < 0, "PerMinute or PerHour is negative")
	fault(cfg.RotateAt < 0 || cfg.RotateAt >= 24*time.Hour, "RotateAt is no time of day")
	if cfg.URL != "" {
		u, err := url.Parse(cfg.URL)
		// The address may hold credentials, so it is not repeated.
		fault(err != nil || u.Host == "" || u.Scheme != "ws" && u.Scheme != "wss", "URL is no ws or wss address")
	}
	return errors.Join(errs...)
}

func (cfg *Config) fill() {
	if cfg.Channel == "" {
		cfg.Channel = "aibot"
	}
	if cfg.URL == "" {
		cfg.URL = DefaultURL
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}}
	}
	if cfg.Clock == nil {
		cfg.Clock = bot.SystemClock{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	defaultTo(&cfg.Workers, 512)
	defaultTo(&cfg.Queue, 128)
	defaultTo(&cfg.PerMinute, 25)
	defaultTo(&cfg.PerHour, 900)
}

func defaultTo(n *int, value int) {
	if *n == 0 {
		*n = value
	}
}

// Run connects and stays connected until ctx ends, and hands what people do to
// h. A Client runs once.
//
// When ctx ends, no more callbacks are taken in; those that were are handled
// and answered, for at most 5 seconds; then the socket is closed and Run
// returns nil. The context that h is given ends at the end of these 5 seconds;
// Run does not return before h has.
//
// Run returns [ErrDisplaced] or [ErrCredentials], in the same orderly way, when
// connecting again would do harm. Every other failure is met by connecting
// again, without end.
func (c *Client) Run(ctx context.Context, h bot.Handler) error {
	c.mu.Lock()
	ran := c.ran
	c.ran = true
	c.mu.Unlock()
	if ran {
		return errors.New("aibot: Run was called twice")
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	speech, hush := context.WithCancel(work)
	defer hush()
	handle := func(in bot.Inbound) (bot.Answer, error) {
		if err := work.Err(); err != nil {
			return bot.Answer{}, fmt.Errorf("stopping: %w", err)
		}
		return h.Handle(work, in)
	}
	for _, q := range c.queues {
		c.work.Go(func() {
			for d := range q {
				c.handle(speech, handle, d)
			}
		})
	}
	err := c.stayLinked(ctx, speech)
	c.drain(stopWork, hush, err)
	if err != nil {
		return fmt.Errorf("aibot: %w", err)
	}
	return nil
}

// may reports whether this process may say anything.
func (c *Client) may() bool { return c.cfg.May == nil || c.cfg.May() }

// drain ends what Run has begun: handlers by stopWork, replies by hush.
func (c *Client) drain(stopWork, hush context.CancelFunc, cause error) {
	deadline := time.AfterFunc(drainTimeout, stopWork)
	defer deadline.Stop()

	c.mu.Lock()
	c.stopping = true
	l := c.link
	c.mu.Unlock()

	c.intake <- struct{}{}
	c.closed = true
	for _, q := range c.queues {
		close(q)
	}
	<-c.intake

	if l == nil || !c.may() {
		// Replies that wait for a link wait in vain; what is recorded counts.
		hush()
	} else {
		drained := make(chan struct{})
		defer close(drained)
		go func() {
			select {
			case <-l.dead: // and there will be no other
				hush()
			case <-c.cfg.Lost:
				hush()
				l.fail(errNotLeading)
				_ = l.conn.CloseNow() // also if it waits for the platform's goodbye
			case <-drained:
			}
		}()
	}
	hurry := time.AfterFunc(replyDrain, func() { close(c.hurry) })
	defer hurry.Stop()
	c.work.Wait()
	switch {
	case l == nil:
	case c.may():
		l.settle(ackTimeout)
		l.close(errStopped)
		l.runs.Wait()
	default:
		l.fail(errStopped)
		l.runs.Wait()
	}
	reason := "已停止"
	if cause != nil {
		reason = explain(cause)
	}
	c.setLink(nil, reason)
}
