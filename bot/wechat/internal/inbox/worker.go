package inbox

import (
	"context"

	"fanzha/bot"
)

// work is a deed to be handled.
type work struct {
	ctx  context.Context
	in   bot.Inbound
	late Late
	deed *deed
}

// A worker handles deeds. It stays when it has nothing to do: a goroutine that is
// new must grow its stack, which costs as much as the rest of a callback's own
// work. There are never more than deeds at once.
type worker struct {
	next chan work // has room for one; closed by Close if the worker is idle
}

// start gives job to a worker. b.mu is held.
func (b *Inbox) start(job work) {
	n := len(b.idle)
	if n == 0 {
		w := &worker{make(chan work, 1)}
		go b.work(w, job)
		return
	}
	w := b.idle[n-1]
	b.idle = b.idle[:n-1]
	w.next <- job
}

// work handles job and what comes after it.
func (b *Inbox) work(w *worker, job work) {
	for more := true; more; {
		a, err := b.handle(&job, nil)
		if job, more = b.after(w, &job, a, err); more && job.deed == nil {
			job, more = <-w.next
		}
	}
}

// handle calls the handler, or waits for what it has begun. A panic is an error like
// any other: it ends this deed only.
func (b *Inbox) handle(job *work, begun bot.Begun) (a bot.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			a, err = bot.Answer{}, panicked(p)
		}
		if err != nil {
			b.log.Error("handling a callback failed, nothing was recorded", "channel", job.in.Chat.Channel, "err", err)
		}
	}()
	if begun != nil {
		return begun.Answer()
	}
	return b.handler.Handle(job.ctx, job.in)
}

// after ends job. It returns what w is to do next; no deed if w is idle now; false
// if it is to go.
func (b *Inbox) after(w *worker, job *work, a bot.Answer, err error) (next work, more bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if next, more = b.end(job, a, err); more || b.closed {
		return next, more
	}
	b.idle = append(b.idle, w)
	return work{}, true
}

// end says what came of job to those who wait, or has it said later. It returns
// the same person's next deed, if there is one. b.mu is held.
func (b *Inbox) end(job *work, a bot.Answer, err error) (next work, more bool) {
	d := job.deed
	if err != nil {
		b.deeds.forget(job.in.ID)
	}
	if d.end(a, err); d.late {
		go b.sayLate(*job, Reply{Answer: a, Err: err})
	} else {
		b.begun--
		b.running.Done()
	}
	if behind := b.busy[job.in.From]; len(behind) > 0 {
		b.busy[job.in.From] = behind[1:]
		return behind[0], true
	}
	delete(b.busy, job.in.From)
	return work{}, false
}

func (b *Inbox) sayLate(job work, r Reply) {
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.begun--
		b.running.Done()
	}()
	ctx, cancel := context.WithTimeout(job.ctx, lateTime)
	defer cancel()
	job.late(ctx, job.in, r)
}
