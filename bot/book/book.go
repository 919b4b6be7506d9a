// Package book keeps the state of one county: views over the entries of its
// ledger. It is the only writer of the ledger.
//
// A change is one call of [Book.Do] with a pure function from the state to
// entries. The entries are applied and appended; Do returns when they are
// durable. Callers that come while a commit is under way share the next one
// (group commit). A read is one call of [Book.View]; it sees whole calls of Do
// only, and returns when everything that it saw is durable. So nothing leaves
// the program that a crash could take back.
//
// If an append fails the book stops for good: what is in memory may then be
// ahead of what is durable, and only a new start can tell.
//
// A process that is to take over when another one ends keeps a [Standby]: the
// same state, of a ledger that it only reads. [Standby.Lead] makes it the book.
package book

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fanzha/bot"
	"fanzha/bot/ledger"
)

// ErrStopped is returned by every call after an append has failed or the book
// was closed.
var ErrStopped = errors.New("book: stopped")

// Options are what a [Book] is opened with. All are needed.
type Options struct {
	Ledger ledger.Ledger
	Key    *ledger.Key
	// Now tells the time. Entries never go back in time: where Now does, the
	// last entry's time is taken.
	Now  func() time.Time
	Salt io.Reader // random bytes for private parts
}

// A Book is safe for concurrent use.
type Book struct {
	opt Options

	mu       sync.RWMutex // guards what follows
	state    *State
	last     time.Time // of the newest entry
	durable  int64     // number of durable entries
	pending  *batch    // applied, not yet handed to the ledger
	inFlight *batch    // handed to the ledger, nil if none
	err      error     // why it stopped

	// watchers are changed under mu and read without it, after each commit by
	// everybody who waited for it.
	watchers atomic.Pointer[[]watcher]

	wake    chan struct{} // has a token if pending may have records
	stopped chan struct{} // closed when err is set
	closing chan struct{} // closed by Close
	closed  sync.Once
	done    chan struct{} // closed when the committer has ended
	ever    chan struct{} // closed: for what is durable already
}

type watcher struct {
	want func(bot.Payload) bool
	tell chan struct{}
}

// Open replays the ledger, checking it, and starts the committer. It returns a
// *[ledger.CorruptError] if the ledger is not what was written. The ledger stays
// the caller's to close, after the book.
func Open(ctx context.Context, opt Options) (*Book, error) {
	s, err := Follow(ctx, opt)
	if err != nil {
		return nil, err
	}
	return s.Lead(ctx, opt.Ledger)
}

// newBook returns a book that goes on from state, whose newest entry is of last.
// Its committer runs.
func newBook(opt Options, l ledger.Ledger, state *State, last time.Time) *Book {
	opt.Ledger = l
	b := &Book{
		opt: opt, state: state, last: last, durable: state.Size(), wake: make(chan struct{}, 1),
		stopped: make(chan struct{}), closing: make(chan struct{}), done: make(chan struct{}), ever: make(chan struct{}),
	}
	close(b.ever)
	b.pending = b.newBatch(0)
	go b.commit()
	return b
}

// Decide is a pure function from the state and the present time to the
// payloads that follow, or a refusal. It must not change the state, nor keep
// any of it after it returns, nor call the book. If it panics, nothing has
// happened.
type Decide func(s *State, now time.Time) ([]bot.Payload, error)

// Do runs decide and makes its payloads durable, all or none, as one step that
// no other call comes between. It returns the entries, or decide's error, once
// everything that decide saw or wrote is durable. ctx can only keep it from
// beginning. After a failed append it returns an error that wraps [ErrStopped].
func (b *Book) Do(ctx context.Context, decide Decide) ([]ledger.Entry, error) {
	s := b.Begin(ctx, decide)
	return s.Wait()
}

// Begin is the first half of Do: it runs decide and does not wait. What decide saw
// or wrote may be told to nobody before [Step.Wait] returns.
func (b *Book) Begin(ctx context.Context, decide Decide) Step {
	if err := ctx.Err(); err != nil {
		return Step{book: b, err: err}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return Step{book: b, err: b.err}
	}
	entries, err := b.apply(decide, b.now())
	return Step{book: b, entries: entries, err: err, seen: b.newest()}
}

// A Step is a call of [Book.Do] under way.
type Step struct {
	book    *Book
	entries []ledger.Entry
	err     error  // decide's, or why nothing was begun
	seen    *batch // for which either has to wait, nil if for none
}

// Durable is closed when Wait need not wait any more.
func (s *Step) Durable() <-chan struct{} {
	if s.seen == nil {
		return s.book.ever
	}
	return s.seen.durable
}

// Wait is the second half of Do, and returns what Do returns. It is called once.
func (s *Step) Wait() ([]ledger.Entry, error) {
	if err := s.seen.await(); err != nil {
		return nil, err
	}
	if s.err != nil {
		return nil, s.err
	}
	s.book.tell(s.entries)
	return s.entries, nil
}

// View lets read look at the state. It returns once everything that read saw is
// durable. read must not change the state, nor keep any of it, nor call the book.
func (b *Book) View(ctx context.Context, read func(s *State, now time.Time) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	seen, err := b.look(read)
	if err := seen.await(); err != nil {
		return err
	}
	return err
}

// look reads, and returns the batch for which the answer has to wait.
func (b *Book) look(read func(s *State, now time.Time) error) (*batch, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.err != nil {
		return nil, b.err
	}
	err := read(b.state, b.now())
	return b.newest(), err
}

// now is the time of the next entry. b.mu is held.
func (b *Book) now() time.Time { return later(b.opt.Now(), b.last) }

// later returns now as entries tell the time, or last if that is later.
func later(now, last time.Time) time.Time {
	now = now.UTC().Truncate(time.Millisecond)
	if now.Before(last) {
		return last
	}
	return now
}

// apply decides and, if all payloads can be sealed, applies them. b.mu is held.
func (b *Book) apply(decide Decide, now time.Time) ([]ledger.Entry, error) {
	payloads, err := decide(b.state, now)
	if err != nil || len(payloads) == 0 {
		return nil, err
	}
	entries := make([]ledger.Entry, len(payloads))
	first := len(b.pending.records)
	for i, p := range payloads {
		var rec ledger.Record
		seq := b.state.tree.Size() + int64(i)
		if w, ok := p.(*bot.CheckpointWitnessed); ok && (i > 0 || *w != *b.state.Checkpoint().Witnessed()) {
			b.pending.records = b.pending.records[:first]
			return nil, fmt.Errorf("sealing entry %d: it repeats another checkpoint than the one before it; no start would take the ledger", seq)
		}
		if entries[i], rec, err = ledger.Seal(seq, now, p, b.opt.Salt); err != nil {
			b.pending.records = b.pending.records[:first]
			return nil, fmt.Errorf("sealing entry %d: %w", seq, err)
		}
		b.pending.records = append(b.pending.records, rec)
	}
	whole := false
	defer func() {
		if !whole { // a view has panicked: the state is none that the ledger has
			b.stop(fmt.Errorf("%w: a view failed on the entries at %d", ErrStopped, entries[0].Seq))
		}
	}()
	for _, e := range entries {
		b.state.Apply(e)
		b.state.tree.Add(e.Hash)
	}
	whole = true
	b.last = now
	select {
	case b.wake <- struct{}{}:
	default:
	}
	return entries, nil
}

// Stopped is closed when the book has stopped; [Book.Err] then says why.
func (b *Book) Stopped() <-chan struct{} { return b.stopped }

// Err returns why the book has stopped, nil if it has not.
func (b *Book) Err() error { return b.failed() }

// Watch returns a channel that gets a token, unless it holds one, whenever
// entries have become durable among which want finds one. want must be quick.
// A watcher stays for the life of the book.
func (b *Book) Watch(want func(bot.Payload) bool) <-chan struct{} {
	w := watcher{want, make(chan struct{}, 1)}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.Clone(b.watching())
	all = append(all, w)
	b.watchers.Store(&all)
	return w.tell
}

// watching returns the watchers; the slice does not change.
func (b *Book) watching() []watcher {
	if all := b.watchers.Load(); all != nil {
		return *all
	}
	return nil
}

func (b *Book) tell(entries []ledger.Entry) {
	for _, w := range b.watching() {
		for _, e := range entries {
			if w.want(e.Payload) {
				select {
				case w.tell <- struct{}{}:
				default:
				}
				break
			}
		}
	}
}

// Snapshot returns what an export needs to read the ledger itself: the tree and
// the signed checkpoint of one durable moment, and a key to sign with.
func (b *Book) Snapshot(ctx context.Context) (Snapshot, error) {
	var tree *ledger.Tree
	if err := b.View(ctx, func(s *State, _ time.Time) error {
		tree = s.tree.Clone()
		return nil
	}); err != nil {
		return Snapshot{}, err
	}
	signed, err := b.opt.Key.Checkpoint(ledger.Checkpoint{Size: tree.Size(), Root: tree.Root()})
	if err != nil {
		return Snapshot{}, err
	}
	return Snapshot{Tree: tree, Checkpoint: signed, Ledger: b.opt.Ledger, Key: b.opt.Key}, nil
}

// A Snapshot is one durable moment of a book.
type Snapshot struct {
	Tree       *ledger.Tree
	Checkpoint []byte
	Ledger     ledger.Ledger
	Key        *ledger.Key
}

// Close makes durable what is pending and ends the book. It is idempotent and
// returns why the book stopped, if an append had failed.
func (b *Book) Close() error {
	b.closed.Do(func() { close(b.closing) })
	<-b.done
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stop(ErrStopped)
	if b.err != ErrStopped {
		return b.err
	}
	return nil
}

// Size returns the number of durable entries.
func (b *Book) Size() int64 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.durable
}
