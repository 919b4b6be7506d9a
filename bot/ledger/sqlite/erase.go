package sqlite

import (
	"context"
	"errors"
	"fmt"

	"fanzha/bot/ledger"
)

// errBusy: another program reads the file, so the log cannot be emptied.
var errBusy = errors.New("另有程序正在读取台账文件，其日志无法清空；请关闭该程序后重试")

// Erase implements [ledger.Ledger]. It is alone with the file until it returns:
// an older page must neither be read nor kept in the log. If another program
// reads the file all the while, Erase fails after five seconds; the private
// parts are then out of the ledger but may still stand in the log, and calling
// Erase again, or opening the ledger anew, removes them.
func (l *Ledger) Erase(ctx context.Context, seqs ...int64) error {
	l.open.Lock()
	defer l.open.Unlock()
	switch {
	case l.closed:
		return ledger.ErrClosed
	case ctx.Err() != nil:
		return fmt.Errorf("erasing %d private parts: %w", len(seqs), ctx.Err())
	case len(seqs) == 0:
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	err := l.transact(ctx, func() error { return l.erase(ctx, seqs) })
	if err == nil {
		err = l.emptyLog(ctx)
	}
	if err != nil {
		return corrupt(-1, fmt.Errorf("erasing %d private parts: %w", len(seqs), err))
	}
	return nil
}

// erase takes the private parts out of the rows. A row that does not fit its
// checksum is left alone: a new checksum would hide the damage.
func (l *Ledger) erase(ctx context.Context, seqs []int64) error {
	size, _, err := scanHead(ctx, l.conn.QueryRowContext(ctx, selectHead))
	if err != nil {
		return err
	}
	for _, seq := range seqs {
		if seq < 0 || seq >= size {
			return fmt.Errorf("entry %d of %d: %w", seq, size, ledger.ErrNotFound)
		}
	}
	for _, seq := range seqs {
		r, err := scanRow(ctx, l.pick.QueryRowContext(ctx, seq), seq)
		if err != nil {
			return corrupt(seq, err)
		}
		if r.Private == nil {
			continue
		}
		r.Private = nil
		if _, err := l.blank.ExecContext(ctx, rowSum(seq, r), seq); err != nil {
			return corrupt(seq, err)
		}
	}
	return nil
}

// emptyLog writes the log back into the file and cuts it to nothing, durably.
// It needs to be alone with the file, or before any reader. Even if it returns
// errBusy, whatever the log holds is on the disk.
func (l *Ledger) emptyLog(ctx context.Context) error {
	var busy, pages, written int
	err := l.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &written)
	if err != nil {
		return err
	}
	// SQLite does not sync the cut itself. Unlike the database file, the log
	// may be opened and closed here: SQLite locks nothing in it.
	if err := syncFile(l.path + "-wal"); err != nil {
		return err
	}
	if busy != 0 {
		return errBusy
	}
	return nil
}
