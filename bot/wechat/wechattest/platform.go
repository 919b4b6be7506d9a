package wechattest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say what kind of platform [New] makes. The zero Options are a
// platform with one bot, the documented limits and the real clock.
type Options struct {
	// Now is the platform's clock; nil means time.Now. Delays are always
	// timers of package time, so that they follow a synctest bubble.
	Now func() time.Time
	// Seed determines ids, secrets and the dice of [Faults].
	Seed uint64
	// Bots are the corp's aibots; none means one of the name 反诈助手. An empty
	// ID or Secret is filled in from Seed.
	Bots []Bot
	// Log receives what happens on the wire, without contents; nil means none.
	Log *slog.Logger
	// PerMinute and PerHour limit replies, pushes and card updates of one bot
	// in one conversation. 0 means the documented 30 and 1000, a negative
	// number means no limit.
	PerMinute, PerHour int
	// Calls is how often the corp's apps together may call one HTTP interface in
	// a minute; in an hour it is fifteen times that. 0 means the documented 10000.
	Calls int
	// Keep is how many messages of a conversation are kept; 0 means 1000.
	Keep int
	// KickDelay is how long after disconnected_event the old connection is
	// closed (2 s to 313 s were measured). 0 means 3 s, negative at once.
	KickDelay time.Duration
	// ThinSpace makes callbacks carry U+2005 instead of a space after a
	// mention, as some clients do.
	ThinSpace bool
}

// A Bot is one aibot of the corp.
type Bot struct{ ID, Secret, Name string }

// A Member is one person of the corp.
type Member struct{ UserID, Name string }

// A Platform is one simulated WeCom. It is safe for concurrent use. Nothing
// of it survives Close.
type Platform struct {
	opts   Options
	log    *slog.Logger
	faults *Faults
	epoch  string // makes ids differ between two runs with one seed
	timers timers
	pipes  *pipeServer
	wg     sync.WaitGroup // connections and servers

	mu       sync.Mutex
	closed   bool
	ids      *rand.Rand // of chatids, in the order of AddGroup
	serial   uint64     // last number given to a msgid, req_id, upload or media
	version  uint64     // grows with each change
	changed  chan struct{}
	bots     []*bot
	botByID  map[string]*bot
	members  map[string]*Member
	people   []string // userids in the order of AddMember
	chats    map[string]*chat
	chatIDs  []string // in the order of their making
	sent     []Delivery
	conns    map[*conn]struct{}
	uploads  map[string]*upload
	media    map[string]*media
	shutdown []func() // servers to stop, last first

	robots     map[string]*robot // by key
	robotsMade int
	webRefused map[int]int // by code
	officials  []*OfficialAccount
	apps       []*WorkAppAccount
	calls      map[string]*window // of the apps, by interface
	strangers  window             // wrong credentials in gettoken
	banned     time.Time          // gettoken is blocked until then
	openIDs    bool               // smart bots name people by encrypted ids

	lateAnswers    map[string]lateAnswer // by response code
	callbackFaults []string
}

// bot is an aibot's state; guarded by Platform.mu.
type bot struct {
	Bot
	conn *conn // the subscribed connection, nil if none
	// callback is set in callback mode; then there is no connection.
	callback *botCallback
	cards    map[string]*message // by task_id, for ever: a task_id is never free again
	entered  map[string]string   // userid → civil day of the last enter_chat
	recent   []*emission         // ring of the last callbacks, for Redeliver
	next     int                 // where the ring goes on
	uploads  window
}

// New makes a platform without members or groups. It panics if two of the
// bots have the same id or name.
//
// In a synctest bubble it must be called inside the bubble.
func New(opts Options) *Platform {
	opts = opts.withDefaults()
	p := &Platform{
		opts: opts, log: opts.Log,
		epoch:   strconv.FormatInt(opts.Now().UnixMilli(), 36),
		ids:     rand.New(rand.NewPCG(opts.Seed, 1)),
		botByID: map[string]*bot{}, members: map[string]*Member{}, chats: map[string]*chat{},
		conns: map[*conn]struct{}{}, uploads: map[string]*upload{}, media: map[string]*media{},
		robots: map[string]*robot{}, calls: map[string]*window{}, webRefused: map[int]int{}, lateAnswers: map[string]lateAnswer{},
	}
	p.faults = newFaults(opts.Seed)
	dice := rand.New(rand.NewPCG(opts.Seed, 2))
	for i, b := range opts.Bots {
		if b.ID == "" {
			b.ID = "aib" + token(dice, 20)
		}
		if b.Secret == "" {
			b.Secret = token(dice, 43)
		}
		if b.Name == "" {
			b.Name = "反诈助手"
		}
		for _, other := range p.bots[:i] {
			if other.ID == b.ID || other.Name == b.Name {
				panic(fmt.Sprintf("wechattest: two bots are %s (%s)", b.ID, b.Name))
			}
		}
		st := &bot{Bot: b, cards: map[string]*message{}, entered: map[string]string{}}
		p.bots = append(p.bots, st)
		p.botByID[b.ID] = st
	}
	return p
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if len(o.Bots) == 0 {
		o.Bots = []Bot{{}}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.PerMinute == 0 {
		o.PerMinute = 30
	}
	if o.PerHour == 0 {
		o.PerHour = 1000
	}
	if o.Calls == 0 {
		o.Calls = 10_000
	}
	if o.Keep <= 0 {
		o.Keep = 1000
	}
	if o.KickDelay == 0 {
		o.KickDelay = 3 * time.Second
	}
	return o
}

// Bots returns the corp's bots with their secrets, in the order of
// [Options].Bots.
func (p *Platform) Bots() []Bot {
	bots := make([]Bot, len(p.bots))
	for i, b := range p.bots {
		bots[i] = b.Bot
	}
	return bots
}

// Faults returns the faults that the platform commits.
func (p *Platform) Faults() *Faults { return p.faults }

// Close cuts all connections, stops all servers and timers and waits for
// them. Afterwards the history can still be read. Close may be called twice.
func (p *Platform) Close() {
	p.mu.Lock()
	p.closed = true
	conns, stops := p.conns, p.shutdown
	p.conns, p.shutdown = map[*conn]struct{}{}, nil
	p.notify()
	p.mu.Unlock()
	p.timers.stop()
	for i := len(stops) - 1; i >= 0; i-- {
		stops[i]()
	}
	for c := range conns {
		c.cut()
	}
	p.wg.Wait()
}

// Await waits until ok returns true, or until ctx ends, and then returns ctx's
// error. It calls ok at once and after each change of the platform, from the
// caller's goroutine; ok may use any method of p that reads.
func (p *Platform) Await(ctx context.Context, ok func() bool) error {
	for {
		changed := p.changes()
		if ok() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("awaiting the simulated platform: %w", ctx.Err())
		}
	}
}

// changes returns a channel that is closed at the next change.
func (p *Platform) changes() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.changed
}

// notify tells those who wait of a change. p.mu is held.
func (p *Platform) notify() {
	p.version++
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// mint returns a new id that begins with prefix. p.mu is held.
func (p *Platform) mint(prefix string) string {
	p.serial++
	return prefix + p.epoch + "_" + strconv.FormatUint(p.serial, 36)
}

// token returns n letters and digits.
func token(r *rand.Rand, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// Handler returns the WebSocket endpoint for a listener of the caller's. It
// answers upgrade requests on any path.
func (p *Platform) Handler() http.Handler { return http.HandlerFunc(p.serveSocket) }

// timers are delayed acts that can all be called off.
type timers struct {
	mu      sync.Mutex
	stopped bool
	set     map[*time.Timer]struct{}
	wg      sync.WaitGroup
}

// after calls f on a goroutine of its own once d has passed, unless stop was
// called before.
func (t *timers) after(d time.Duration, f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return
	}
	if t.set == nil {
		t.set = map[*time.Timer]struct{}{}
	}
	t.wg.Add(1)
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		defer t.wg.Done()
		t.mu.Lock()
		delete(t.set, timer)
		t.mu.Unlock()
		f()
	})
	t.set[timer] = struct{}{}
}

// stop calls off what has not begun and waits for what has.
func (t *timers) stop() {
	t.mu.Lock()
	t.stopped = true
	for timer := range t.set {
		if timer.Stop() {
			t.wg.Done()
		}
	}
	t.mu.Unlock()
	t.wg.Wait()
}
