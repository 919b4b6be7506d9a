package push

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"fanzha/bot"
)

// A Desk is the book, as far as the engine needs it. Its methods are those of a
// book narrowed to the outbox; all of them return once what they saw or wrote
// is durable.
type Desk interface {
	// Decide makes durable what decide returns, or returns its error.
	Decide(ctx context.Context, decide func(o *Outbox, to Address, now time.Time) ([]bot.Payload, error)) error
	// View lets read look at the outbox.
	View(ctx context.Context, read func(o *Outbox, to Address, now time.Time) error) error
	// Unreachable notes that the platform takes no more messages for a group by
	// its door on that channel.
	Unreachable(ctx context.Context, g bot.GroupID, channel bot.ChannelID, code int) error
	// Down tells the office that a channel can send nothing until somebody has
	// put something right.
	Down(ctx context.Context, channel bot.ChannelID, reason string) error
	// Refused tells the office why the platform would not have a message
	// ([bot.SendError].Hint).
	Refused(ctx context.Context, d bot.DeliveryID, why *bot.SendError) error
}

// Address finds where a delivery goes.
type Address func(d *Delivery) Route

// A Channel is a way out, with how fast it may be used.
type Channel struct {
	Sender bot.Sender
	// Await, if set, returns once the channel can send at all, or ctx's error:
	// no attempt is begun in vain while there is no connection.
	Await func(ctx context.Context) error
	// Pace is the least time between the starts of two sends, and AtOnce how
	// many may be under way; at least 1.
	Pace   time.Duration
	AtOnce int
}

// Engine sends what is due: it writes the intent, calls the channel, writes the
// outcome. One Engine runs per book, and once.
type Engine struct {
	Desk     Desk
	Channels map[bot.ChannelID]Channel
	Rules    Rules
	Clock    bot.Clock
	// Wake gets a token when something may have become due, or may not go out
	// any more.
	Wake <-chan struct{}
	// May, if set, says right before the platform is called whether this process
	// may still act for its county. It says no once another one may have taken
	// over; what was intended then ends as the other one finds it, unknown.
	May func() bool
	// Drain is how long a call may go on after Run's context has ended; 0 means
	// three seconds.
	Drain time.Duration
	Log   *slog.Logger
	// Count, if set, hears how each call of a channel ended; 0 stands for no code.
	Count func(channel bot.ChannelID, outcome bot.Outcome, code int)

	mu    sync.Mutex
	lanes map[bot.ChannelID]*lane
	// busy has the chats in which a message is under way.
	busy map[string]*busy
	// calls has what is under way; it can be called off until the platform has it.
	calls map[bot.DeliveryID]context.CancelFunc
}

// SendTimeout is how long one call of the channel may take, waiting for the
// channel's own budget included. With the writing of its outcome it is less than
// the minute in which the office is to know of a lost answer.
const SendTimeout = 50 * time.Second

// drainTimeout is what [Engine.Drain] is by default.
const drainTimeout = 3 * time.Second

// recordTimeout bounds the writing of an outcome after the engine was stopped.
const recordTimeout = 10 * time.Second

// Run first marks what an earlier process left in flight as unknown and tells the
// channels what it has spent of their budgets ([bot.Budgeted]), then sends until
// ctx ends, and returns nil. What is under way then is finished and its outcome
// written. It returns an error only if the book fails, also while it finishes.
func (e *Engine) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex
	var broken error
	fail := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if broken == nil && (ctx.Err() == nil || !errors.Is(err, ctx.Err())) {
			broken = err
		}
		stop()
	}
	if err := e.Desk.Decide(ctx, func(o *Outbox, _ Address, now time.Time) ([]bot.Payload, error) { return o.Recover(now, e.Rules), nil }); err != nil {
		fail(err)
		return broken
	}
	// Until here nothing is sent, so that the channels count what was before.
	if err := e.remember(ctx); err != nil {
		fail(err)
		return broken
	}
	var lanes sync.WaitGroup
	for _, l := range e.open() {
		lanes.Go(func() { l.loop(ctx, fail) })
	}
	e.listen(ctx, fail)
	lanes.Wait()
	return broken
}

// open makes a lane for each channel.
func (e *Engine) open() []*lane {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lanes = make(map[bot.ChannelID]*lane)
	e.busy, e.calls = make(map[string]*busy), make(map[bot.DeliveryID]context.CancelFunc)
	var out []*lane
	for _, id := range slices.Sorted(maps.Keys(e.Channels)) {
		l := &lane{Engine: e, Channel: e.Channels[id], id: id, first: len(out) == 0, wake: make(chan struct{}, 1)}
		l.slots = make(chan struct{}, max(l.AtOnce, 1))
		e.lanes[id] = l
		out = append(out, l)
	}
	return out
}

// listen wakes the lanes whenever something may have changed, and calls off what
// may not go out any more.
func (e *Engine) listen(ctx context.Context, fail func(error)) {
	withdrawals := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.Wake:
		}
		if err := e.Desk.View(ctx, func(o *Outbox, _ Address, _ time.Time) error {
			if o.Stopped() != nil || o.Withdrawals() != withdrawals {
				e.callOff(o)
			}
			withdrawals = o.Withdrawals()
			return nil
		}); err != nil {
			fail(err)
			return
		}
		e.wakeAll()
	}
}

func (e *Engine) callOff(o *Outbox) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, id := range o.Held(slices.Collect(maps.Keys(e.calls))) {
		e.calls[id]()
	}
}

func (e *Engine) wakeAll() {
	for _, l := range e.lanes {
		l.nudge()
	}
}

// Trouble says, in Chinese, which channels can send nothing until a person has
// put something right; nil if all can.
func (e *Engine) Trouble() map[bot.ChannelID]string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out map[bot.ChannelID]string
	for id, l := range e.lanes {
		if l.trouble != "" {
			if out == nil {
				out = make(map[bot.ChannelID]string)
			}
			out[id] = l.trouble
		}
	}
	return out
}

// usable reports whether a channel can send, or has not been unable to for long
// enough to try another one.
func (e *Engine) usable(now time.Time) Usable {
	return func(id bot.ChannelID) bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		l := e.lanes[id]
		return l != nil && (l.downSince.IsZero() || e.Rules.FallbackAfter == 0 || now.Sub(l.downSince) < e.Rules.FallbackAfter)
	}
}

// route returns the doors of d for which there is a channel, and the one by which
// it goes now; false if there is none.
func (e *Engine) route(d *Delivery, to Address, now time.Time) (Route, bot.Chat, bool) {
	r := to(d)
	r.Doors = slices.DeleteFunc(slices.Clone(r.Doors), func(c bot.Chat) bool { return e.lanes[c.Channel] == nil })
	chat, ok := d.Door(r.Doors, e.usable(now), now, e.Rules)
	return r, chat, ok
}

// An attempt is one call of the channel whose intent is durable.
type attempt struct {
	delivery bot.DeliveryID
	group    bot.GroupID
	n        int
	chat     bot.Chat
	part     bot.Message
	last     bool
	// within is how long the channel may wait before it sends.
	within time.Duration
}

func (l *lane) intend(ctx context.Context, id bot.DeliveryID) (attempt, error) {
	var a attempt
	err := l.Desk.Decide(ctx, func(o *Outbox, to Address, now time.Time) ([]bot.Payload, error) {
		d := o.Delivery(id)
		if d == nil {
			return nil, bot.Refuse("没有这条送达", "")
		}
		h := Handover{Channel: l.id}
		route, chat, ok := l.route(d, to, now)
		h.Window, h.Why = route.Window, route.Why
		switch {
		case ok && chat.Channel != l.id:
			return nil, bot.Refuse("这条送达改走别的渠道了", "")
		case ok:
			h.Parts = Compose(d, h.Window, l.limits(chat))
		}
		out, err := o.Intend(id, h, now, l.Rules)
		if err != nil {
			return nil, err
		}
		if _, ok := out[0].(*bot.DeliveryIntended); !ok {
			return out, nil
		}
		a = attempt{delivery: id, group: d.Group, n: d.Attempts + 1, chat: chat, part: h.Parts[d.Part], last: d.Part+1 == len(h.Parts),
			within: min(SendTimeout, d.until(now, l.Rules).Sub(now))}
		return out, nil
	})
	if err == nil && a.part == nil {
		return a, bot.Refuse("这条送达已经结束", "")
	}
	return a, err
}

// limits returns what a message to that chat can hold.
func (l *lane) limits(to bot.Chat) bot.Limits {
	if s, ok := l.Sender.(bot.Selective); ok {
		return s.LimitsTo(to)
	}
	return l.Sender.Limits()
}

// attempt calls the channel and writes the outcome. It reports whether another
// part follows, and whether all went well. It calls free between the two if none
// follows.
func (l *lane) attempt(ctx context.Context, a attempt, free func()) (more, smooth bool, err error) {
	ref, failed := l.call(ctx, a)
	sendErr := asSendError(failed)
	l.count(sendErr)
	if a.last || sendErr != nil {
		free()
	}

	var ended *bot.DeliveryAnswered
	// The message may be out: its outcome is written even if ctx has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	if err := l.Desk.Decide(ctx, func(o *Outbox, to Address, now time.Time) ([]bot.Payload, error) {
		reply := Reply{Err: sendErr, Ref: ref}
		if d := o.Delivery(a.delivery); d != nil && sendErr != nil {
			route, _, _ := l.route(d, to, now)
			if next, ok := d.elsewhere(route.Doors, l.usable(now)); ok {
				reply.Next = next.Channel
			}
		}
		out := o.Answer(a.delivery, a.n, reply, now, l.Rules)
		if len(out) > 0 {
			ended = out[0].(*bot.DeliveryAnswered)
		}
		return out, nil
	}); err != nil {
		return false, false, fmt.Errorf("recording outcome of %s: %w", a.delivery, err)
	}
	if sendErr == nil || sendErr.Outcome == bot.Handed {
		l.works()
		return !a.last, true, nil
	}
	e := *sendErr
	if ended != nil { // it may have been tried often enough
		e.Outcome, e.Reason = ended.Outcome, ended.Reason
	}
	return false, false, l.heed(ctx, a, &e)
}

// call hands the part to the channel. When ctx ends, the answer is waited for a
// little longer: it decides between sent and unknown. A channel that waits for
// its budget must not wait into the quiet hours.
func (l *lane) call(ctx context.Context, a attempt) (ref string, err error) {
	calling, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	l.mu.Lock()
	l.calls[a.delivery] = cancel
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.calls, a.delivery)
	}()
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-calling.Done():
		return "", &bot.SendError{Outcome: bot.RetryLater, Reason: "发出之前叫停"}
	case <-ctx.Done():
		return "", &bot.SendError{Outcome: bot.RetryLater, Reason: "程序正在停止"}
	}
	if !l.may() {
		return "", &bot.SendError{Outcome: bot.RetryLater, Reason: "已由另一个进程接替"}
	}
	sending, done := context.WithTimeout(calling, a.within)
	defer done()
	stop := context.AfterFunc(ctx, func() {
		if !l.may() {
			cancel()
			return
		}
		t := time.AfterFunc(cmp.Or(l.Drain, drainTimeout), cancel)
		context.AfterFunc(sending, func() { t.Stop() })
	})
	defer stop()
	if r, ok := l.Sender.(bot.Recaller); ok {
		return r.SendRef(sending, a.chat, a.part)
	}
	return "", l.Sender.Send(sending, a.chat, a.part)
}

func (l *lane) may() bool { return l.May == nil || l.May() }

// recall asks the platform to take back one part after another of a delivery.
func (l *lane) recall(ctx context.Context, id bot.DeliveryID) error {
	recaller, ok := l.Sender.(bot.Recaller)
	for ok {
		var asked *bot.RecallIntended
		err := l.Desk.Decide(ctx, func(o *Outbox, _ Address, _ time.Time) (_ []bot.Payload, err error) {
			if asked, err = o.IntendRecall(id); err != nil {
				return nil, err
			}
			return []bot.Payload{asked}, nil
		})
		if _, refused := bot.RefusalText(err); refused {
			return nil // all parts are gone, or it cannot be taken back
		}
		if err != nil {
			return err
		}
		if !l.may() {
			return nil
		}
		calling, cancel := context.WithTimeout(ctx, SendTimeout)
		sendErr := asSendError(recaller.Recall(calling, asked.Ref))
		cancel()
		if err := l.Desk.Decide(context.WithoutCancel(ctx), func(o *Outbox, _ Address, now time.Time) ([]bot.Payload, error) {
			return o.AnswerRecall(id, asked.Attempt, sendErr, now, l.Rules), nil
		}); err != nil {
			return fmt.Errorf("recording the recall of %s: %w", id, err)
		}
		ok = sendErr == nil
	}
	return nil
}

// asSendError returns err as a *[bot.SendError]. One that is not is taken as
// unknown: a channel that cannot say what happened may have sent.
func asSendError(err error) *bot.SendError {
	if err == nil {
		return nil
	}
	var s *bot.SendError
	if errors.As(err, &s) {
		return s
	}
	return &bot.SendError{Outcome: bot.Unknown, Reason: "渠道没有说明结果", Err: err}
}
