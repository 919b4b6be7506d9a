package push

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	View(ctx context.Context, read func(o *Outbox, now time.Time) error) error
	// Unreachable notes that the platform takes no more messages for a group.
	Unreachable(ctx context.Context, g bot.GroupID, code int) error
}

// Address finds where a delivery goes, and the window of its session; false if
// that is not known any more.
type Address func(d *Delivery) (bot.Chat, Window, bool)

// Engine sends what is due: it writes the intent, calls the channel, writes the
// outcome. One Engine runs per book.
type Engine struct {
	Desk   Desk
	Sender bot.Sender
	// Await, if set, returns once the channel can send at all, or ctx's error:
	// no attempt is begun in vain while there is no connection.
	Await func(ctx context.Context) error
	Rules Rules
	Clock bot.Clock
	// Wake gets a token when something may have become due.
	Wake <-chan struct{}
	// Pace is the least time between the starts of two sends. The platform
	// documents no limit for a bot as a whole; 5 a second is our own caution.
	Pace time.Duration
	// AtOnce is how many sends may be under way; at least 1.
	AtOnce int
	Log    *slog.Logger
}

// SendTimeout is how long one call of the channel may take, waiting for the
// channel's own budget included.
const SendTimeout = 2 * time.Minute

// drainTimeout is how long a call may go on after the engine was stopped.
const drainTimeout = 3 * time.Second

// recordTimeout bounds the writing of an outcome after the engine was stopped.
const recordTimeout = 10 * time.Second

// Run first marks what an earlier process left in flight as unknown, then sends
// until ctx ends, and returns nil. What is under way then is finished and its
// outcome written. It returns an error only if the book fails, also while it
// finishes.
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
	if err := e.Desk.Decide(ctx, func(o *Outbox, _ Address, _ time.Time) ([]bot.Payload, error) { return o.Recover(), nil }); err != nil {
		fail(err)
		return broken
	}
	e.loop(ctx, fail)
	return broken
}

// loop starts a worker for each delivery that is due, one at a time in a chat. It
// ends, and its workers with it, when ctx ends or something has failed.
func (e *Engine) loop(ctx context.Context, fail func(error)) {
	var workers sync.WaitGroup
	defer workers.Wait()
	slots := make(chan struct{}, max(e.AtOnce, 1))
	ended := make(chan struct{}, 1)
	var busy sync.Map // chat key → struct{}
	for ctx.Err() == nil {
		due, wait, err := e.due(ctx)
		if err != nil {
			fail(err)
			return
		}
		if e.Await != nil && len(due) > 0 && e.Await(ctx) != nil {
			return
		}
		started := false
		for _, d := range due {
			if _, taken := busy.LoadOrStore(d.chat, struct{}{}); taken {
				continue
			}
			started = true
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return
			}
			workers.Go(func() {
				if err := e.deliver(ctx, d.id); err != nil {
					fail(err)
				}
				busy.Delete(d.chat)
				<-slots
				select {
				case ended <- struct{}{}:
				default:
				}
			})
			if e.Clock.Sleep(ctx, e.Pace) != nil {
				return
			}
		}
		if !started {
			e.idle(ctx, wait, ended)
		}
	}
}

// idle waits until something may have become due.
func (e *Engine) idle(ctx context.Context, wait time.Duration, ended <-chan struct{}) {
	sleeping, wake := context.WithCancel(ctx)
	defer wake()
	woken := make(chan struct{})
	go func() {
		defer close(woken)
		select {
		case <-e.Wake:
		case <-ended:
		case <-sleeping.Done():
		}
		wake()
	}()
	if wait <= 0 {
		<-sleeping.Done()
	} else if e.Clock.Sleep(sleeping, wait) == nil {
		wake()
	}
	<-woken
}

// A dueDelivery is one that may be sent, and the chat that it must not share
// with another one under way.
type dueDelivery struct {
	id   bot.DeliveryID
	chat string
}

// due returns what may be sent now, and how long until the next other one may,
// 0 if none waits.
func (e *Engine) due(ctx context.Context) (out []dueDelivery, wait time.Duration, err error) {
	err = e.Desk.View(ctx, func(o *Outbox, now time.Time) error {
		due, next := o.Due(now, e.Rules)
		for _, d := range due {
			out = append(out, dueDelivery{d.ID, string(d.Group) + "/" + string(d.Person)})
		}
		if !next.IsZero() {
			wait = max(next.Sub(now), time.Millisecond)
		}
		return nil
	})
	return out, wait, err
}

// deliver sends the parts of one delivery, one after another, until all are
// confirmed or one was not. Its error is the book's.
func (e *Engine) deliver(ctx context.Context, id bot.DeliveryID) error {
	for {
		a, err := e.intend(ctx, id)
		if _, refused := bot.RefusalText(err); refused {
			return nil // withdrawn, or quiet hours have begun, since it was picked
		}
		if err != nil {
			return err
		}
		more, err := e.attempt(ctx, a)
		if err != nil || !more {
			return err
		}
	}
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

func (e *Engine) intend(ctx context.Context, id bot.DeliveryID) (attempt, error) {
	var a attempt
	err := e.Desk.Decide(ctx, func(o *Outbox, to Address, now time.Time) ([]bot.Payload, error) {
		d := o.Delivery(id)
		if d == nil {
			return nil, bot.Refuse("没有这条送达", "")
		}
		var parts []bot.Message
		chat, window, ok := to(d)
		if ok {
			parts = Compose(d, window, e.Sender.Limits())
		}
		out, err := o.Intend(id, parts, window, now, e.Rules)
		if err != nil {
			return nil, err
		}
		if _, ok := out[0].(*bot.DeliveryIntended); !ok {
			return out, nil
		}
		a = attempt{delivery: id, group: d.Group, n: d.Attempts + 1, chat: chat, part: parts[d.Part], last: d.Part+1 == len(parts),
			within: min(SendTimeout, d.until(now, e.Rules).Sub(now))}
		return out, nil
	})
	if err == nil && a.part == nil {
		return a, bot.Refuse("这条送达已经结束", "")
	}
	return a, err
}

// attempt calls the channel and writes the outcome. It reports whether another
// part follows.
func (e *Engine) attempt(ctx context.Context, a attempt) (more bool, err error) {
	sendErr := asSendError(e.call(ctx, a))

	// The message may be out: its outcome is written even if ctx has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	if err := e.Desk.Decide(ctx, func(o *Outbox, _ Address, now time.Time) ([]bot.Payload, error) {
		return o.Answer(a.delivery, a.n, sendErr, now), nil
	}); err != nil {
		return false, fmt.Errorf("recording outcome of %s: %w", a.delivery, err)
	}
	if sendErr == nil {
		return !a.last, nil
	}
	e.Log.WarnContext(ctx, "delivery not confirmed", "delivery", a.delivery, "attempt", a.n,
		"outcome", sendErr.Outcome, "code", sendErr.Code, "reason", sendErr.Reason)
	if sendErr.RouteDead && a.group != "" {
		if err := e.Desk.Unreachable(ctx, a.group, sendErr.Code); err != nil {
			return false, fmt.Errorf("disabling group %s: %w", a.group, err)
		}
	}
	return false, nil
}

// call hands the part to the channel. When ctx ends, the answer is waited for a
// little longer: it decides between sent and unknown. A channel that waits for
// its budget must not wait into the quiet hours.
func (e *Engine) call(ctx context.Context, a attempt) error {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.within)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		t := time.AfterFunc(drainTimeout, cancel)
		context.AfterFunc(sending, func() { t.Stop() })
	})
	defer stop()
	return e.Sender.Send(sending, a.chat, a.part)
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
