// Package ledger keeps what happened: an append-only sequence of entries that
// nobody can edit, drop, reorder or roll back without being found out.
//
// An [Entry] has a public leaf and a private part. The leaves form a Merkle
// tree ([Tree], by golang.org/x/mod/sumdb/tlog) whose heads are signed
// ([Checkpoint], by golang.org/x/mod/sumdb/note). A leaf holds only a salted
// commitment to its private part, so the private part can be erased and every
// proof stays valid. [Load] reads a whole ledger and refuses one that does not
// fit its signed head, naming the place; a [Checker] does so for those who follow
// a ledger as it grows; [Prove] and [Partial] let a reader who has only some
// entries check them against a checkpoint.
//
// The package knows nothing of what entries mean: that is package bot. Where
// bytes are kept is the affair of the stores (package sqlite is the embedded
// one), which implement [Ledger] and pass package ledgertest.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// Errors of a [Ledger]. They are wrapped; test with errors.Is.
var (
	// ErrBehind: the ledger's head is not where the caller thinks; somebody
	// else has appended. Nothing was written.
	ErrBehind = errors.New("ledger: append behind the head")
	// ErrFenced: this process no longer holds the right to append. Nothing
	// was written, and nothing ever will be through this handle.
	ErrFenced = errors.New("ledger: no longer the writer")
	// ErrClosed: the handle has been closed.
	ErrClosed = errors.New("ledger: closed")
	// ErrLocked: another process has the ledger open. The text names it.
	ErrLocked = errors.New("ledger: in use by another process")
	// ErrNotFound: there is no entry with that sequence number.
	ErrNotFound = errors.New("ledger: no such entry")
)

// A CorruptError names the first place at which a ledger or an evidence file
// is not what was written: torn, edited, reordered, cut or foreign.
type CorruptError struct {
	// Seq is the sequence number of the entry, or -1 if the place is not a
	// single entry.
	Seq int64
	// Reason says in Chinese what does not fit.
	Reason string
}

// Error implements error.
func (e *CorruptError) Error() string {
	if e.Seq < 0 {
		return "台账校验失败：" + e.Reason
	}
	return fmt.Sprintf("台账校验失败：第 %d 条：%s", e.Seq, e.Reason)
}

// A Record is one entry as stores keep it. Stores do not look inside.
type Record struct {
	// Leaf is the public, hashed form: see [Entry].
	Leaf []byte
	// Private is the sealed private part, nil if there is none or it was
	// erased. An empty one is not nil.
	Private []byte
}

// A Head is the end of a ledger.
type Head struct {
	Size int64 // number of entries; the next one gets this sequence number
	// Checkpoint is the signed note given with the last Append, nil if Size is 0.
	Checkpoint []byte
}

// A Ledger is a durable, append-only sequence of records, numbered from 0.
// Only one process at a time may hold it open for appending; how that is
// ensured (a file lock, a lease with a fencing token) is settled when it is
// opened.
//
// All methods are safe for concurrent use and return [ErrClosed] after Close.
type Ledger interface {
	// Head returns the durable end.
	Head(ctx context.Context) (Head, error)

	// Append adds batch after the entries 0..at-1 and keeps checkpoint as the
	// new head, all or nothing. When it returns nil the batch survives a
	// crash of the process and of the machine. It returns ErrBehind if the
	// ledger does not end at at, ErrFenced if another writer has taken over.
	// After any other error the caller cannot know whether the batch is in:
	// it must stop and reopen. An empty batch is a no-op.
	//
	// Append does not keep references to the batch.
	Append(ctx context.Context, at int64, batch []Record, checkpoint []byte) error

	// Read yields the records from..to-1 in order; to < 0 means up to the
	// head at the moment when the iteration begins. from < 0, or what lies
	// beyond the head, ends the sequence with ErrNotFound; an empty range is
	// no error. A gap or a record that the store itself finds damaged ends the
	// sequence with a *[CorruptError]. The yielded slices are the caller's.
	Read(ctx context.Context, from, to int64) iter.Seq2[Record, error]

	// Erase removes the private parts of the given entries for good: after it
	// returns they are not in the store's files any more. Erasing twice is
	// fine. It returns ErrNotFound, and erases nothing, if one does not exist,
	// and ErrFenced if another writer has taken over.
	Erase(ctx context.Context, seqs ...int64) error

	// Close releases the ledger. It is idempotent.
	Close() error
}
