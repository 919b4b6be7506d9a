// Package inbox has what comes in by HTTP callbacks handled as a [bot.Handler]
// wants it: each thing once, one person's deeds one after another, and what is
// handled once it is begun, whether or not the platform still waits.
//
// It deliberately knows no platform: what is taken in and how an answer is said
// is the channel's affair. It keeps nothing across a restart; what came before,
// the handler recognises by [bot.Inbound].ID.
//
// How it works. [Inbox.Take] hands the deed to a worker (worker.go), beside the
// platform's request, and waits for it as long as the platform does; what a
// [bot.Beginner] does on the spot needs none (begin.go). If the platform's time is
// not long enough, the request is answered without words, and the answer is said
// later by the way that the channel gives. What the platform repeats meanwhile
// waits for the same answer.
package inbox

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"fanzha/bot"
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
	// lateTime bounds the saying of a late answer, budget included.
	lateTime = 2 * time.Minute
)

// A Reply is what has come of one callback.
type Reply struct {
	Answer bot.Answer
	// Err means that nothing may be acknowledged.
	Err error
	// Again says that the platform repeats itself. Of the answer only the words are
	// there: what else it leads to, it has led to for the first who asked.
	Again bool
}

// Late says a reply for which nobody waits any more.
type Late func(ctx context.Context, in bot.Inbound, r Reply)

// An Inbox is one channel's. It is safe for concurrent use once Serve was called.
type Inbox struct {
	handler  bot.Handler
	beginner bot.Beginner // the handler, nil if it is none
	patience time.Duration
	log      *slog.Logger
	waiters  sync.Pool // of *waiter

	mu     sync.Mutex
	closed bool
	begun  int // deeds that are handled, wait for their turn, or are answered late
	deeds  deeds
	// busy has each person whose deed is being handled, and his deeds behind it:
	// as a rule none.
	busy    map[bot.PersonID][]work
	idle    []*worker // the last one goes first: what it needs is in the cache
	running sync.WaitGroup
}

// New returns an Inbox whose callers wait for patience.
func New(patience time.Duration, log *slog.Logger) *Inbox {
	return &Inbox{
		patience: patience, log: log, busy: make(map[bot.PersonID][]work),
		waiters: sync.Pool{New: func() any { return newWaiter() }},
	}
}

// Serve has what comes handled by h. It is called once, before the first Take.
func (b *Inbox) Serve(h bot.Handler) {
	b.handler = h
	b.beginner, _ = h.(bot.Beginner)
}

// Take has in handled. If that is done in time it returns the reply, which the
// caller says. If not, it returns nil, and late is called with the reply when
// there is one. For what has been taken before it returns the same reply, nil if
// it was late. A failed handler's callback may be taken again.
//
// Its error is [ErrBusy] or [ErrClosed].
func (b *Inbox) Take(ctx context.Context, in bot.Inbound, late Late) (*Reply, error) {
	w := b.waiters.Get().(*waiter)
	defer b.waiters.Put(w)
	w.ctx = ctx
	job := work{ctx: context.WithoutCancel(ctx), in: in, late: late}
	d, again, first, err := b.enter(job, w)
	if err != nil {
		return nil, err
	}
	job.deed = d
	w.patience.Reset(b.patience)
	var begun bot.Begun
	if first {
		begun = b.begin(&job)
	}
	if !b.await(&job, begun, w) {
		if b.leave(d, w) {
			return nil, nil
		}
		<-w.done // at this very moment
	}
	if d.late {
		return nil, nil
	}
	r := &Reply{Answer: bot.Answer{Text: d.text}, Err: d.err, Again: again}
	if !again {
		r.Answer, w.answer = w.answer, bot.Answer{}
	}
	return r, nil
}

// enter lets w wait for a deed. If it is new, it is the caller's to begin (first),
// or its person's turn comes later.
func (b *Inbox) enter(job work, w *waiter) (d *deed, again, first bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d, again = b.deeds.find(job.in.ID)
	switch {
	case b.closed:
		return nil, false, false, ErrClosed
	case again && d.over:
		w.done <- struct{}{}
		return d, true, false, nil
	case again:
		d.more = append(d.more, w)
		return d, true, false, nil
	case b.begun == atOnce:
		return nil, false, false, ErrBusy
	}
	d = b.deeds.add(job.in.ID)
	d.first, job.deed = w, d
	b.begun++
	b.running.Add(1)
	if behind, busy := b.busy[job.in.From]; busy {
		b.busy[job.in.From] = append(behind, job)
		return d, false, false, nil
	}
	b.busy[job.in.From] = nil
	return d, false, true, nil
}

// leave says that w waits no more; false if its deed is over.
func (b *Inbox) leave(d *deed, w *waiter) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if d.over {
		return false
	}
	d.late = true
	if d.first == w {
		d.first = nil
	}
	d.more = slices.DeleteFunc(d.more, func(other *waiter) bool { return other == w })
	return true
}

// Go runs what belongs to the inbox beside the caller, such as the saying of the
// second half of an answer; Close waits for it.
func (b *Inbox) Go(ctx context.Context, run func(context.Context)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	b.running.Add(1)
	go func() {
		defer b.running.Done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lateTime)
		defer cancel()
		run(ctx)
	}()
}

// Close lets nothing more in and waits for what is being handled and said, until
// ctx ends at the latest, whose error it then returns.
func (b *Inbox) Close(ctx context.Context) error {
	b.mu.Lock()
	b.closed = true
	for _, w := range b.idle {
		close(w.next)
	}
	b.idle = nil
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
