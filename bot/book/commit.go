package book

import (
	"context"
	"fmt"
	"runtime"

	"fanzha/bot/ledger"
)

// A batch is the records of one commit.
type batch struct {
	at      int64
	records []ledger.Record
	durable chan struct{} // closed when the commit has ended
	err     error         // how, set before
}

// newBatch returns the next batch, with room for as many as the last one had.
func (b *Book) newBatch(last int) *batch {
	return &batch{at: b.state.tree.Size(), records: make([]ledger.Record, 0, min(last, 1024)), durable: make(chan struct{})}
}

// newest returns the batch with the newest entry that is not yet durable, nil
// if all are. b.mu is held.
func (b *Book) newest() *batch {
	if len(b.pending.records) > 0 {
		return b.pending
	}
	return b.inFlight
}

func (w *batch) await() error {
	if w == nil {
		return nil
	}
	<-w.durable
	return w.err
}

// commit hands one batch after another to the ledger, until the book is closed
// and nothing is pending, or an append fails.
func (b *Book) commit() {
	defer close(b.done)
	for {
		closing := false
		select {
		case <-b.wake:
		case <-b.closing:
			closing = true
		}
		for b.gather(); b.commitOnce(); {
			b.gather()
		}
		if closing || b.failed() != nil {
			return
		}
	}
}

// gatherMost is how often gather lets others go first.
const gatherMost = 16

// gather waits while entries keep coming from those who are ready to run, that
// they may share the commit: whatever their number, it costs the processor as
// much as four of them, and the disk one write. Where nobody else is ready, it
// takes no time.
func (b *Book) gather() {
	for n := 0; n < gatherMost; n++ {
		before := b.waiting()
		runtime.Gosched()
		if b.waiting() == before {
			return
		}
	}
}

// waiting returns the number of entries not yet handed to the ledger.
func (b *Book) waiting() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.pending.records)
}

// commitOnce commits what is pending. It reports whether there may be more.
func (b *Book) commitOnce() bool {
	b.mu.Lock()
	w := b.pending
	if len(w.records) == 0 || b.err != nil {
		b.mu.Unlock()
		return false
	}
	b.inFlight, b.pending = w, b.newBatch(len(w.records))
	head := b.state.Checkpoint()
	b.mu.Unlock()

	// The entries are applied: whoever asked may be gone, the commit is not.
	ctx := context.Background()
	signed, err := b.opt.Key.Checkpoint(head)
	if err == nil {
		err = b.opt.Ledger.Append(ctx, w.at, w.records, signed)
	}

	b.mu.Lock()
	b.inFlight = nil
	if err != nil {
		b.stop(fmt.Errorf("%w: appending %d entries at %d: %w", ErrStopped, len(w.records), w.at, err))
		w.err = b.err
	} else {
		b.durable = w.at + int64(len(w.records))
	}
	b.mu.Unlock()
	close(w.durable)
	return err == nil
}

// stop makes every present and later call fail. b.mu is held.
func (b *Book) stop(err error) {
	if b.err != nil {
		return
	}
	b.err = err
	close(b.stopped)
	b.pending.err = err
	close(b.pending.durable)
}

func (b *Book) failed() error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.err
}
