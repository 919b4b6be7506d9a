// Package inbox has what comes in by HTTP callbacks handled as a [bot.Handler]
// wants it: each thing once, one person's deeds one after another, and what is
// handled once it is begun, whether or not the platform still waits.
//
// It deliberately knows no platform: what is taken in and how an answer is said
// is the channel's affair. It keeps nothing across a restart; what came before,
// the handler recognises by [bot.Inbound].ID.
//
// How it works. [Inbox.Take] starts the handler beside the platform's request and
// waits for it as long as the platform does. If that is not long enough, the
// request is answered without words, and the answer is said later by the way
// that the channel gives.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/recent"
)

// ErrBusy: so much is being handled that nothing more is begun. Nothing was
// recorded, and the platform is to come again.
var ErrBusy = errors.New("too many callbacks are being handled")

// ErrClosed: the program is stopping. Nothing was recorded.
var ErrClosed = errors.New("no more callbacks are taken")

const (
	// atOnce is how many callbacks may be handled at the same time. Waiting
	// for a durable write costs little, so many share one write.
	atOnce = 512
	// remembered is how many ids are kept to recognise a repeated delivery.
	remembered = 1 << 15
	// handlerTime bounds one call of the handler.
	handlerTime = 30 * time.Second
	// lateTime bounds the saying of a late answer, budget included.
	lateTime = 2 * time.Minute
)

// A Reply is what has come of one callback.
type Reply struct {
	Answer bot.Answer
	// Err means that nothing may be acknowledged.
	Err error
}

// An Inbox is one channel's. It is safe for concurrent use.
type Inbox struct {
	handler  bot.Handler
	patience time.Duration
	log      *slog.Logger
	seen     *recent.IDs
	slots    chan struct{}
	seed     maphash.Seed
	turns    [256]chan struct{} // by person; each holds a token while he is being handled

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

// New returns an Inbox that hands to h and waits for patience.
func New(h bot.Handler, patience time.Duration, log *slog.Logger) *Inbox {
	b := &Inbox{handler: h, patience: patience, log: log, seen: recent.NewIDs(remembered),
		slots: make(chan struct{}, atOnce), seed: maphash.MakeSeed()}
	for i := range b.turns {
		b.turns[i] = make(chan struct{}, 1)
	}
	return b
}

// Take has in handled. If that is done in time it returns the reply, which the
// caller says. If not, it returns nil, and late is called with the reply when
// there is one. It returns nil as well, and late is never called, for what has
// been taken before. A failed handler's callback may be taken again.
//
// Its error is [ErrBusy] or [ErrClosed].
func (b *Inbox) Take(ctx context.Context, in bot.Inbound, late func(context.Context, Reply)) (*Reply, error) {
	if !b.begin() {
		return nil, ErrClosed
	}
	if !b.seen.Add(in.ID) {
		b.running.Done()
		return nil, nil
	}
	select {
	case b.slots <- struct{}{}:
	default:
		b.seen.Forget(in.ID)
		b.running.Done()
		return nil, ErrBusy
	}
	// The one who waits closes missed when he goes; then the answer is late.
	done, missed := make(chan Reply), make(chan struct{})
	go func() {
		defer b.running.Done()
		defer func() { <-b.slots }()
		ctx := context.WithoutCancel(ctx)
		r := b.handle(ctx, in)
		select {
		case done <- r:
		case <-missed:
			ctx, cancel := context.WithTimeout(ctx, lateTime)
			defer cancel()
			late(ctx, r)
		}
	}()
	patience := time.NewTimer(b.patience)
	defer patience.Stop()
	select {
	case r := <-done:
		return &r, nil
	case <-patience.C:
	case <-ctx.Done():
	}
	close(missed)
	return nil, nil
}

// Go runs what belongs to the inbox beside the caller, such as the saying of the
// second half of an answer; Close waits for it.
func (b *Inbox) Go(ctx context.Context, run func(context.Context)) {
	if !b.begin() {
		return
	}
	go func() {
		defer b.running.Done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lateTime)
		defer cancel()
		run(ctx)
	}()
}

// begin reports whether something may be begun, and counts it.
func (b *Inbox) begin() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.running.Add(1)
	}
	return !b.closed
}

// handle calls the handler when it is this person's turn.
func (b *Inbox) handle(ctx context.Context, in bot.Inbound) (r Reply) {
	ctx, cancel := context.WithTimeout(ctx, handlerTime)
	defer cancel()
	turn := b.turns[maphash.String(b.seed, string(in.From))%uint64(len(b.turns))]
	defer func() {
		if p := recover(); p != nil {
			r = Reply{Err: fmt.Errorf("the handler panicked (%T)", p)}
		}
		if r.Err != nil {
			b.seen.Forget(in.ID)
			b.log.Error("handling a callback failed, nothing was recorded", "channel", in.Chat.Channel, "err", r.Err)
		}
	}()
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return Reply{Err: ctx.Err()}
	}
	defer func() { <-turn }()
	r.Answer, r.Err = b.handler.Handle(ctx, in)
	return r
}

// Close lets nothing more in and waits for what is being handled and said, until
// ctx ends at the latest, whose error it then returns.
func (b *Inbox) Close(ctx context.Context) error {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	done := make(chan struct{})
	go func() {
		b.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
