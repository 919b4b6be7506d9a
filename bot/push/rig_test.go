package push

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

// A fakeDesk is an office that the engine works at. It keeps each entry and may
// fail.
type fakeDesk struct {
	mu      sync.Mutex
	office  *office
	entries []bot.Payload
	dead    []bot.GroupID
	down    []string
	refused []string
	// channels are those of every group, in order of preference; shut has those
	// that are not, as "channel group".
	channels []bot.ChannelID
	shut     map[string]bool
	// fail is asked before entries become durable.
	fail func(out []bot.Payload) error
}

func (d *fakeDesk) Decide(ctx context.Context, decide func(*Outbox, Address, time.Time) ([]bot.Payload, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	out, err := decide(d.office.Outbox, d.route, now)
	if err != nil {
		return err
	}
	if d.fail != nil {
		if err := d.fail(out); err != nil {
			return err
		}
	}
	d.office.now = now
	d.office.apply(out...)
	d.entries = append(d.entries, out...)
	return nil
}

// route leads to the group by each of the desk's channels that is not shut there.
func (d *fakeDesk) route(del *Delivery) Route {
	r := Route{Window: Window{DueAt: del.DueAt.Add(3 * day24), EndsAt: del.DueAt.Add(5 * day24)}}
	if del.Group == "" {
		return r
	}
	for _, c := range d.channels {
		if !d.shut[string(c)+" "+string(del.Group)] {
			r.Doors = append(r.Doors, bot.Chat{Channel: c, Kind: bot.GroupChat, ID: string(del.Group)})
		}
	}
	return r
}

func (d *fakeDesk) View(ctx context.Context, read func(*Outbox, Address, time.Time) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return read(d.office.Outbox, d.route, time.Now())
}

func (d *fakeDesk) Unreachable(_ context.Context, g bot.GroupID, c bot.ChannelID, _ int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = append(d.dead, g)
	d.shut[string(c)+" "+string(g)] = true
	return nil
}

func (d *fakeDesk) Down(_ context.Context, c bot.ChannelID, reason string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = append(d.down, string(c)+" "+reason)
	return nil
}

func (d *fakeDesk) Refused(_ context.Context, id bot.DeliveryID, why *bot.SendError) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused = append(d.refused, fmt.Sprintf("%s %d %s", id, why.Code, why.Hint))
	return nil
}

// change lets a test do something at the office while the engine runs.
func (d *fakeDesk) change(f func(*office)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.office.now = time.Now()
	f(d.office)
}

// A call is one message that the fake channel was handed.
type call struct {
	chat string
	what string // 文字 or 卡片
	id   string
	at   time.Time
}

// A fakeSender takes a second for each message, or until its context ends, and
// answers what answer says.
type fakeSender struct {
	t      *testing.T
	desk   *fakeDesk
	takes  time.Duration
	answer func(n int, c call) error
	limits *bot.Limits // nil for a card's
	// budget is how long it waits before the platform has the message; until
	// then it can be called off.
	budget time.Duration

	mu    sync.Mutex
	calls []call
	under map[string]int
}

func (s *fakeSender) Limits() bot.Limits {
	if s.limits != nil {
		return *s.limits
	}
	return limits
}

func (s *fakeSender) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	if (bot.SystemClock{}).Sleep(ctx, s.budget) != nil {
		return &bot.SendError{Outcome: bot.RetryLater, Reason: "等待发送额度时中止"}
	}
	c := call{chat: to.ID, what: "文字", at: time.Now()}
	if card, ok := m.(bot.Card); ok {
		c.what, c.id = "卡片", string(card.ID)
	}
	s.intended(to, m)
	s.mu.Lock()
	n := len(s.calls)
	s.calls = append(s.calls, c)
	if s.under[to.ID]++; s.under[to.ID] > 1 {
		s.t.Errorf("%d messages under way in %s", s.under[to.ID], to.ID)
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.under[to.ID]--
	}()
	if err := (bot.SystemClock{}).Sleep(ctx, s.takes); err != nil {
		return &bot.SendError{Outcome: bot.Unknown, Reason: "没有收到平台答复", Err: err}
	}
	if s.answer == nil {
		return nil
	}
	return s.answer(n, c)
}

// heard returns the messages so far.
func (s *fakeSender) heard() []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// intended fails the test unless the newest entry about a delivery to that chat
// is the intent of this very message: rule 3 stands on it.
func (s *fakeSender) intended(to bot.Chat, m bot.Message) {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for _, p := range slices.Backward(s.desk.entries) {
		if p, ok := p.(*bot.DeliveryIntended); ok && p.Digest == Digest(m) && string(s.desk.office.Delivery(p.Delivery).Group) == to.ID {
			return
		}
	}
	s.t.Errorf("a message to %s went out without a durable intent", to.ID)
}

// A rig is an engine at a desk with a channel.
type rig struct {
	*Engine
	desk   *fakeDesk
	sender *fakeSender
	wake   chan struct{}
	cancel context.CancelFunc
	err    chan error
}

// newRig sets the bubble's clock to noon and returns a rig that has not begun.
func newRig(t *testing.T) *rig {
	time.Sleep(time.Until(noon))
	f := newOffice(t)
	desk := &fakeDesk{office: f, channels: []bot.ChannelID{"aibot"}, shut: make(map[string]bool)}
	sender := &fakeSender{t: t, desk: desk, takes: time.Second, under: make(map[string]int)}
	wake := make(chan struct{}, 1)
	return &rig{
		desk: desk, sender: sender, wake: wake, err: make(chan error, 1),
		Engine: &Engine{
			Desk: desk, Channels: map[bot.ChannelID]Channel{"aibot": {Sender: sender, AtOnce: 4}},
			Rules: f.rules, Clock: bot.SystemClock{}, Wake: wake, Log: slog.New(slog.DiscardHandler),
		},
	}
}

// door gives every group one more door, on a channel of its own.
func (r *rig) door(id bot.ChannelID) *fakeSender {
	s := &fakeSender{t: r.sender.t, desk: r.desk, takes: time.Second, under: make(map[string]int)}
	r.desk.channels = append(r.desk.channels, id)
	r.Channels[id] = Channel{Sender: s, AtOnce: 4}
	return s
}

// do lets the office do something and wakes the engine.
func (r *rig) do(f func(*office)) {
	r.desk.change(f)
	r.wake <- struct{}{}
	synctest.Wait()
}

// limit says how many may be under way at once, and how fast they begin.
func (r *rig) limit(atOnce int, pace time.Duration) {
	r.Channels["aibot"] = Channel{Sender: r.sender, AtOnce: atOnce, Pace: pace}
}

func (r *rig) start(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel = cancel
	go func() { r.err <- r.Run(ctx) }()
	synctest.Wait()
}

func (r *rig) stop(t *testing.T) {
	t.Helper()
	r.cancel()
	if err := <-r.err; err != nil {
		t.Errorf("Run = %v, want nil after its context ended", err)
	}
}

// run starts the engine, lets d pass, and stops it.
func (r *rig) run(t *testing.T, d time.Duration) {
	t.Helper()
	r.start(t)
	time.Sleep(d)
	r.stop(t)
}

func (r *rig) states() string {
	r.desk.mu.Lock()
	defer r.desk.mu.Unlock()
	var out []State
	for _, d := range r.desk.office.Deliveries() {
		out = append(out, d.State)
	}
	return fmt.Sprint(out)
}
