package sqlite

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"

	"fanzha/bot/ledger"
)

// A Reader reads a ledger file beside the process that writes it, if there is
// one. It sees what that process has committed, and nothing half. It implements
// [ledger.Source]. Its methods are safe for concurrent use.
type Reader struct{ l *Ledger }

// OpenReader opens the ledger in the file at path, which must exist, for reading.
// It takes no lock and changes no record. A writer's Erase may wait for a read of
// one chunk at most.
//
// The error wraps os.ErrNotExist if there is no file, and is a
// *[ledger.CorruptError] if it is not a ledger.
func OpenReader(ctx context.Context, path string) (*Reader, error) {
	r, err := openReader(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("打开台账 %s：%w", path, corrupt(-1, err))
	}
	return r, nil
}

func openReader(ctx context.Context, path string) (_ *Reader, err error) {
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, err
	}
	l := &Ledger{path: path}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	if err := regular(path); err != nil {
		return nil, err
	}
	if err := l.connectReader(); err != nil {
		return nil, err
	}
	if err := l.checkApplication(ctx); err != nil {
		return nil, err
	}
	if err := l.prepareReader(ctx); err != nil {
		return nil, err
	}
	return &Reader{l}, nil
}

// checkApplication does what checkHeader does, but through SQLite: the file may be
// open elsewhere in this process.
func (l *Ledger) checkApplication(ctx context.Context) error {
	var app, ver int
	if err := l.reader.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return err
	}
	if err := l.reader.QueryRowContext(ctx, "PRAGMA user_version").Scan(&ver); err != nil {
		return err
	}
	return checkMarks(uint32(app), uint32(ver))
}

// Head returns the durable end, as [ledger.Ledger] has it.
func (r *Reader) Head(ctx context.Context) (ledger.Head, error) { return r.l.Head(ctx) }

// Read reads as [ledger.Ledger] does.
func (r *Reader) Read(ctx context.Context, from, to int64) iter.Seq2[ledger.Record, error] {
	return r.l.Read(ctx, from, to)
}

// Close releases the file. It is idempotent.
func (r *Reader) Close() error { return r.l.Close() }
