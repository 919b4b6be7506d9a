package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"fanzha/bot/ledger"
)

// rowsPerInsert are how many rows one statement inserts, the most first. Beyond
// 16 the gain is lost in the noise.
func rowsPerInsert() [3]int { return [3]int{16, 4, 1} }

// columns of a row.
const columns = 4

// insert returns the statement that inserts n rows.
func insert(n int) string {
	return `INSERT INTO records (seq, leaf, private, sum) VALUES ` + strings.TrimSuffix(strings.Repeat("(?,?,?,?),", n), ",")
}

// Append implements [ledger.Ledger]. Once it has begun to write it does not
// heed ctx any more.
//
// After a commit has failed, every later Append and Erase fails too, until the
// ledger is opened anew: the kernel may have dropped the pages that an fsync
// could not write, and a second fsync would not tell.
func (l *Ledger) Append(ctx context.Context, at int64, batch []ledger.Record, checkpoint []byte) error {
	l.open.RLock()
	defer l.open.RUnlock()
	l.write.Lock()
	defer l.write.Unlock()
	switch {
	case l.closed:
		return ledger.ErrClosed
	case ctx.Err() != nil:
		return fmt.Errorf("appending at %d: %w", at, ctx.Err())
	case len(batch) == 0:
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	err := l.transact(ctx, func() error {
		// The head first: if it is elsewhere, nothing has been done in vain.
		size := at + int64(len(batch))
		res, err := l.sets.ExecContext(ctx, size, checkpoint, headSum(size, checkpoint), at)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ledger.ErrBehind)
		}
		return l.insert(ctx, at, batch)
	})
	if err != nil {
		return corrupt(-1, fmt.Errorf("appending %d records at %d: %w", len(batch), at, err))
	}
	return nil
}

// insert inserts batch from seq on.
func (l *Ledger) insert(ctx context.Context, seq int64, batch []ledger.Record) error {
	var room [16 * columns]any
	sizes := rowsPerInsert()
	i := 0
	for len(batch) > 0 {
		for len(batch) < sizes[i] {
			i++
		}
		n, st, args := sizes[i], l.inserts[i], room[:0]
		for _, r := range batch[:n] {
			leaf := r.Leaf
			if leaf == nil {
				leaf = []byte{} // nil would be NULL
			}
			args = append(args, seq, leaf, r.Private, rowSum(seq, r))
			seq++
		}
		if _, err := st.ExecContext(ctx, args...); err != nil {
			return err
		}
		batch = batch[n:]
	}
	return nil
}

// transact runs do inside a transaction, which is rolled back if do fails. It
// needs what guards the writer.
func (l *Ledger) transact(ctx context.Context, do func() error) error {
	if l.failed != nil {
		return fmt.Errorf("an earlier commit failed, the ledger must be reopened: %w", l.failed)
	}
	// IMMEDIATE: what is read inside is still so at the commit.
	if _, err := l.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := do()
	if err == nil {
		if _, err = l.conn.ExecContext(ctx, "COMMIT"); err == nil {
			return nil
		}
		l.failed = err
	}
	// After some errors SQLite has rolled back by itself and says so with an
	// error here, which tells nothing (lang_transaction.html).
	_, _ = l.conn.ExecContext(ctx, "ROLLBACK")
	return err
}
