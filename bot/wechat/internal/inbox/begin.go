package inbox

import (
	"fmt"
	"runtime/debug"

	"fanzha/bot"
)

// begin has job begun: by the caller, who gets what is begun, or else by a worker,
// who does all of it.
func (b *Inbox) begin(job *work) bot.Begun {
	if b.beginner != nil {
		if begun := b.try(job); begun != nil {
			return begun
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.start(*job)
	return nil
}

// try is the handler's Begin. A panic is an error like any other.
func (b *Inbox) try(job *work) (begun bot.Begun) {
	defer func() {
		if p := recover(); p != nil {
			begun = broken{panicked(p)}
		}
	}()
	return b.beginner.Begin(job.ctx, job.in)
}

// await waits for job as long as the platform does, and reports whether that was
// long enough. What is begun needs no other goroutine, which would cost a request
// as much as all that the handler does, until that time is over.
func (b *Inbox) await(job *work, begun bot.Begun, w *waiter) bool {
	if begun == nil {
		select {
		case <-w.done:
			w.patience.Stop()
			return true
		case <-w.patience.C:
			return false
		}
	}
	select {
	case <-begun.Durable():
		w.patience.Stop()
		b.finish(job, begun)
		<-w.done
		return true
	case <-w.patience.C:
		rest := *job
		go b.finish(&rest, begun)
		return false
	}
}

// finish says what came of what was begun, and has the same person's next deed
// begun.
func (b *Inbox) finish(job *work, begun bot.Begun) {
	a, err := b.handle(job, begun)
	b.mu.Lock()
	defer b.mu.Unlock()
	if next, more := b.end(job, a, err); more {
		b.start(next)
	}
}

// broken is what was begun and panicked.
type broken struct{ err error }

// Durable implements [bot.Begun].
func (broken) Durable() <-chan struct{} {
	now := make(chan struct{})
	close(now)
	return now
}

// Answer implements [bot.Begun].
func (b broken) Answer() (bot.Answer, error) { return bot.Answer{}, b.err }

// panicked is the error that a panic is. Its value may quote what was said; its
// type and place do not.
func panicked(p any) error {
	return fmt.Errorf("the handler panicked (%T) at %s", p, debug.Stack())
}
