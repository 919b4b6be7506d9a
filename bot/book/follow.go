package book

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"fanzha/bot/ledger"
)

// A Standby is the state of a county whose ledger another process writes, ready
// to take over: what it has followed is checked and applied, so that [Standby.Lead]
// has only the newest entries to read. It runs nothing by itself; whoever has it
// calls [Standby.CatchUp] when the ledger may have grown.
//
// A Standby is safe for concurrent use.
type Standby struct {
	opt Options

	// catching is held by whoever reads the ledger. It guards check, whose tree
	// is the state's, and head.
	catching sync.Mutex
	check    ledger.Checker
	head     ledger.Head // that was checked last

	mu     sync.RWMutex // guards what follows; written only while catching is held
	state  *State
	newest ledger.Entry // without its payload
	err    error        // why it is of no more use
}

// A BehindError says that a ledger does not hold all that was followed: it has
// gone back, as after a failover to a server that had not everything, and may
// have grown again with other entries. What it holds now shows a new [Follow].
type BehindError struct {
	Have  int64 // entries followed
	Store int64 // entries in the ledger; where not fewer than Have, they are others
}

// Error implements error.
func (e *BehindError) Error() string {
	if e.Store < e.Have {
		return fmt.Sprintf("台账退回了：已跟随到 %d 条，现在只有 %d 条", e.Have, e.Store)
	}
	return fmt.Sprintf("台账换过了：现有 %d 条，但第 %d 条不是先前跟随到的那一条", e.Store, e.Have-1)
}

// Follow reads the ledger of opt, checking it, and returns a Standby at its head.
// opt is that of the later book; its ledger need not be able to append, and
// stays the caller's to close. Follow returns a *[ledger.CorruptError] if the
// ledger is not what was written.
func Follow(ctx context.Context, opt Options) (*Standby, error) {
	s := &Standby{opt: opt, state: NewState()}
	s.state.tree = s.check.Tree()
	if _, err := s.CatchUp(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// CatchUp applies what the ledger has got since, and returns the number of
// entries that the Standby then has. Each entry is checked, and at the end the
// signed head.
//
// If the ledger does not hold all that was followed, CatchUp returns a
// *[BehindError] and has changed nothing; the ledger may still get back what it
// lacks. After a *[ledger.CorruptError] the Standby is of no more use, and every
// later call returns it. Other errors are of reading: call again.
func (s *Standby) CatchUp(ctx context.Context) (int64, error) {
	s.catching.Lock()
	defer s.catching.Unlock()
	err := s.catchUp(ctx, s.opt.Ledger)
	return s.Size(), err
}

// catchUp reads l to its present head. s.catching is held.
func (s *Standby) catchUp(ctx context.Context, l ledger.Ledger) error {
	if err := s.failed(); err != nil {
		return err
	}
	head, err := l.Head(ctx)
	if err != nil {
		return fmt.Errorf("reading the head: %w", err)
	}
	have := s.check.Tree().Size()
	if head.Size < have {
		return &BehindError{Have: have, Store: head.Size}
	}
	if head.Size == s.head.Size && bytes.Equal(head.Checkpoint, s.head.Checkpoint) {
		return nil // what is signed is what was checked
	}
	err = s.read(ctx, l, have, head.Size)
	if err == nil {
		err = s.check.Head(head, s.opt.Key.Public())
	}
	if err == nil {
		s.head = head
	}
	if errors.As(err, new(*ledger.CorruptError)) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.err = err
	}
	return err
}

// together is how many entries are applied at most while a View has to wait.
const together = 256

// read takes the entries have..to-1 of l. It reads the one before them too: if
// that is another one than was followed, so are perhaps all.
func (s *Standby) read(ctx context.Context, l ledger.Ledger, have, to int64) error {
	chunk := make([]ledger.Record, 0, min(together, to-have))
	known := have > 0
	for rec, err := range l.Read(ctx, max(have-1, 0), to) {
		if err != nil {
			return err
		}
		if known {
			switch e, err := ledger.Open(have-1, rec); {
			case err != nil:
				return err
			case e.Hash != s.newest.Hash:
				return &BehindError{Have: have, Store: to}
			}
			known = false
			continue
		}
		if chunk = append(chunk, rec); len(chunk) == together {
			if err := s.take(chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	return s.take(chunk)
}

// take checks and applies records.
func (s *Standby) take(records []ledger.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	whole := false
	defer func() {
		if !whole { // a view has panicked: the state is none that the ledger has
			s.err = fmt.Errorf("%w: a view failed on the entries after %d", ErrStopped, s.state.Size()-1)
		}
	}()
	for _, rec := range records {
		e, err := s.check.Next(rec)
		if err != nil {
			whole = true
			return err
		}
		s.state.Apply(e)
		s.newest = ledger.Entry{At: e.At, Hash: e.Hash}
	}
	whole = true
	return nil
}

func (s *Standby) failed() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.err
}

// Size returns the number of entries that the Standby has.
func (s *Standby) Size() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.state == nil {
		return 0
	}
	return s.state.Size()
}

// View lets read look at the state, which is that of some moment up to the last
// CatchUp. read must not change the state, nor keep any of it, nor call the
// Standby.
func (s *Standby) View(ctx context.Context, read func(st *State, now time.Time) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.err != nil {
		return s.err
	}
	return read(s.state, later(s.opt.Now(), s.newest.At))
}

// Lead makes a book of the Standby: it catches up with l, the handle of the new
// writer, checks the signed head, and starts the committer. l takes the place of
// the ledger that was followed. The caller must see to it that from before Lead
// nobody else appends; if somebody does all the same, the first append fails.
//
// With an error nothing has been started, and after one of reading Lead may be
// tried again; it returns a *[BehindError] if l does not hold all that was
// followed. After success the Standby is used up: CatchUp, View and Lead return
// an error that wraps [ErrStopped], and Size 0.
func (s *Standby) Lead(ctx context.Context, l ledger.Ledger) (*Book, error) {
	s.catching.Lock()
	defer s.catching.Unlock()
	if err := s.catchUp(ctx, l); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := newBook(s.opt, l, s.state, s.newest.At)
	s.state, s.err = nil, fmt.Errorf("%w: this standby leads; its book has the state", ErrStopped)
	return b, nil
}
