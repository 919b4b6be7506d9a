package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"fanzha/bot/ledger"

	driver "modernc.org/sqlite"
)

// A chunk, the part of a range that is read in one go, ends after chunkRows
// rows, or earlier with the row that brings it to chunkBytes.
const (
	chunkRows  = 512
	chunkBytes = 1 << 20
)

const selectHead = `SELECT size, checkpoint, sum FROM head WHERE id = 1`

// Head implements [ledger.Ledger]. SQLite shows a commit to readers only after
// the log was synced, so what Head returns is durable.
func (l *Ledger) Head(ctx context.Context) (ledger.Head, error) {
	l.open.RLock()
	defer l.open.RUnlock()
	if l.closed {
		return ledger.Head{}, ledger.ErrClosed
	}
	size, checkpoint, err := scanHead(ctx, l.head.QueryRowContext(ctx))
	if err != nil {
		return ledger.Head{}, corrupt(-1, fmt.Errorf("reading the head: %w", err))
	}
	return ledger.Head{Size: size, Checkpoint: checkpoint}, nil
}

// scanHead reads the row of selectHead.
func scanHead(ctx context.Context, row *sql.Row) (size int64, checkpoint []byte, err error) {
	var want int64
	err = row.Scan(&size, &checkpoint, &want)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = &ledger.CorruptError{Seq: -1, Reason: "台账末端的登记缺失"}
	case unfit(ctx, err), err == nil && headSum(size, checkpoint) != want:
		err = &ledger.CorruptError{Seq: -1, Reason: "台账末端的登记已损坏或被改动"}
	}
	return size, checkpoint, err
}

// Read implements [ledger.Ledger]. It reads in chunks and holds nothing while
// the caller has a record in hand, so the loop's body may take its time, and
// may append and erase.
func (l *Ledger) Read(ctx context.Context, from, to int64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		fail := func(err error) { yield(ledger.Record{}, err) }
		h, err := l.Head(ctx)
		if err != nil {
			fail(err)
			return
		}
		end := to
		if to < 0 {
			end = h.Size
		}
		if from < 0 {
			fail(fmt.Errorf("reading from %d: %w", from, ledger.ErrNotFound))
			return
		}
		for next, last := from, min(end, h.Size); next < last; {
			chunk, err := l.chunk(ctx, next, min(last, next+chunkRows))
			for _, r := range chunk {
				if !yield(r, nil) {
					return
				}
			}
			if err != nil {
				fail(err)
				return
			}
			next += int64(len(chunk))
		}
		if end > h.Size && from < end {
			fail(fmt.Errorf("reading %d to %d of %d: %w", from, end-1, h.Size, ledger.ErrNotFound))
		}
	}
}

// chunk reads some of the records from..to-1, which all exist, at least one of
// them. With an error it returns those before the place of the error.
func (l *Ledger) chunk(ctx context.Context, from, to int64) (chunk []ledger.Record, err error) {
	l.open.RLock()
	defer l.open.RUnlock()
	if l.closed {
		return nil, ledger.ErrClosed
	}
	next := from
	defer func() {
		if err != nil {
			err = corrupt(next, fmt.Errorf("reading record %d: %w", next, err))
		}
	}()
	rows, err := l.rows.QueryContext(ctx, from, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	chunk = make([]ledger.Record, 0, to-from)
	for size := 0; next < to && size < chunkBytes; next++ {
		if !rows.Next() {
			if err := rows.Err(); err != nil {
				return chunk, err
			}
			return chunk, missing(next)
		}
		r, err := scanRow(ctx, rows, next)
		if err != nil {
			return chunk, err
		}
		chunk = append(chunk, r)
		size += len(r.Leaf) + len(r.Private)
	}
	return chunk, nil
}

// scanRow reads the row that should be seq and checks it.
func scanRow(ctx context.Context, row interface{ Scan(...any) error }, seq int64) (ledger.Record, error) {
	var got, want int64
	var r ledger.Record
	var private any // tells NULL from an empty blob
	err := row.Scan(&got, &r.Leaf, &private, &want)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ledger.Record{}, missing(seq)
	case unfit(ctx, err):
		return ledger.Record{}, &ledger.CorruptError{Seq: seq, Reason: "记录损坏"}
	case err != nil:
		return ledger.Record{}, err
	case got != seq:
		return ledger.Record{}, missing(seq)
	}
	if b, ok := private.([]byte); ok {
		r.Private = append([]byte{}, b...)
	}
	if rowSum(seq, r) != want {
		return ledger.Record{}, &ledger.CorruptError{Seq: seq, Reason: "记录与其校验和不符，已损坏或被改动"}
	}
	return r, nil
}

// unfit reports whether err, from Scan, says that a value is not of the type
// that was written. Damage to a page can do that; database/sql has no type for
// it, so all other reasons are excluded.
func unfit(ctx context.Context, err error) bool {
	_, sqlite := errors.AsType[*driver.Error](err)
	return err != nil && !sqlite && ctx.Err() == nil
}
