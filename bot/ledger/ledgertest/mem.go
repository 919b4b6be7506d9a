package ledgertest

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"sync"

	"fanzha/bot/ledger"
)

// Mem is a [ledger.Ledger] in memory, for the tests of other packages. What it
// holds survives [Mem.Reopen] and nothing else. It starts no goroutine and
// reads no clock, so it may be used inside and across testing/synctest bubbles.
//
// A Mem is one handle. Its methods are safe for concurrent use. The zero Mem
// is not usable; see [NewMem].
type Mem struct {
	p *place

	// Guarded by p.mu.
	closed bool
	fail   func(at int64, batch []ledger.Record) error
}

// A place is what the handles on one ledger share.
type place struct {
	mu         sync.Mutex
	writer     *Mem // the newest handle; all others are fenced
	records    []ledger.Record
	checkpoint []byte
}

// NewMem returns a handle on a new, empty ledger.
func NewMem() *Mem { return (&place{}).open() }

// Reopen returns a new handle on the same ledger, as after a restart or a
// take-over. From then on Append and Erase through every older handle return
// [ledger.ErrFenced]; they can still read until they are closed. The new
// handle has no [Mem.FailAppend] hook. m may be closed.
func (m *Mem) Reopen() *Mem { return m.p.open() }

func (p *place) open() *Mem {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writer = &Mem{p: p}
	return p.writer
}

// FailAppend makes every later Append through this handle ask hook first. If
// hook returns an error, Append writes nothing and returns that error; if the
// error comes from [AfterWrite], Append writes the batch and returns it all
// the same, as when a server's answer is lost. A nil hook ends the faults.
//
// hook runs only for appends that would otherwise succeed, one at a time, and
// must neither keep batch nor call methods of any handle on this ledger.
func (m *Mem) FailAppend(hook func(at int64, batch []ledger.Record) error) {
	m.p.mu.Lock()
	defer m.p.mu.Unlock()
	m.fail = hook
}

// AfterWrite marks err, for a hook of [Mem.FailAppend], as happening after the
// batch was written. errors.Is and errors.As see err.
func AfterWrite(err error) error { return &afterWriteError{err} }

type afterWriteError struct{ err error }

func (e *afterWriteError) Error() string { return e.err.Error() }
func (e *afterWriteError) Unwrap() error { return e.err }

// Head implements [ledger.Ledger].
func (m *Mem) Head(context.Context) (ledger.Head, error) {
	m.p.mu.Lock()
	defer m.p.mu.Unlock()
	if m.closed {
		return ledger.Head{}, ledger.ErrClosed
	}
	return ledger.Head{Size: int64(len(m.p.records)), Checkpoint: bytes.Clone(m.p.checkpoint)}, nil
}

// Append implements [ledger.Ledger].
func (m *Mem) Append(ctx context.Context, at int64, batch []ledger.Record, checkpoint []byte) error {
	m.p.mu.Lock()
	defer m.p.mu.Unlock()
	switch err := m.mayWrite(ctx); {
	case err != nil:
		return err
	case len(batch) == 0:
		return nil
	case at != int64(len(m.p.records)):
		return ledger.ErrBehind
	}
	var failed error
	if m.fail != nil {
		failed = m.fail(at, batch)
	}
	if failed != nil && !errors.As(failed, new(*afterWriteError)) {
		return failed
	}
	for _, r := range batch {
		m.p.records = append(m.p.records, cloneRecord(r))
	}
	m.p.checkpoint = bytes.Clone(checkpoint)
	return failed
}

// mayWrite reports why m may not write. m.p.mu is held.
func (m *Mem) mayWrite(ctx context.Context) error {
	switch {
	case m.closed:
		return ledger.ErrClosed
	case m.p.writer != m:
		return ledger.ErrFenced
	default:
		return ctx.Err()
	}
}

// Read implements [ledger.Ledger].
func (m *Mem) Read(ctx context.Context, from, to int64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		h, err := m.Head(ctx)
		if err != nil {
			yield(ledger.Record{}, err)
			return
		}
		if to < 0 {
			to = h.Size
		}
		if from < 0 {
			yield(ledger.Record{}, ledger.ErrNotFound)
			return
		}
		for seq := from; seq < to; seq++ {
			r, err := m.record(ctx, seq)
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// record returns a copy of one record.
func (m *Mem) record(ctx context.Context, seq int64) (ledger.Record, error) {
	m.p.mu.Lock()
	defer m.p.mu.Unlock()
	switch {
	case m.closed:
		return ledger.Record{}, ledger.ErrClosed
	case ctx.Err() != nil:
		return ledger.Record{}, ctx.Err()
	case seq >= int64(len(m.p.records)):
		return ledger.Record{}, ledger.ErrNotFound
	}
	return cloneRecord(m.p.records[seq]), nil
}

// Erase implements [ledger.Ledger].
func (m *Mem) Erase(ctx context.Context, seqs ...int64) error {
	m.p.mu.Lock()
	defer m.p.mu.Unlock()
	if err := m.mayWrite(ctx); err != nil {
		return err
	}
	for _, seq := range seqs {
		if seq < 0 || seq >= int64(len(m.p.records)) {
			return ledger.ErrNotFound
		}
	}
	for _, seq := range seqs {
		m.p.records[seq].Private = nil
	}
	return nil
}

// Close implements [ledger.Ledger]. Other handles on the same ledger stay open.
func (m *Mem) Close() error {
	m.p.mu.Lock()
	defer m.p.mu.Unlock()
	m.closed = true
	return nil
}

func cloneRecord(r ledger.Record) ledger.Record {
	return ledger.Record{Leaf: bytes.Clone(r.Leaf), Private: bytes.Clone(r.Private)}
}
