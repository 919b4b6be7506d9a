package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"fanzha/bot/ledger"
)

// Peek returns the head of the ledger in the file at path without the lock, so
// that somebody may look while another process has it open. It makes no file, and
// looks at the two ends of the ledger only.
//
// The error wraps [os.ErrNotExist] if there is no such file, and is a
// *[ledger.CorruptError] if the file is not a ledger or its ends do not fit its
// head.
func Peek(ctx context.Context, path string) (ledger.Head, error) {
	h, err := peek(ctx, path)
	if err != nil {
		return ledger.Head{}, fmt.Errorf("查看台账 %s：%w", path, corrupt(-1, err))
	}
	return h, nil
}

func peek(ctx context.Context, path string) (h ledger.Head, err error) {
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return h, err
	}
	if err := regular(path); err != nil {
		return h, err
	}
	// checkHeader would drop the locks of a ledger that is open in this process.
	db, err := sql.Open("sqlite", dsn(path, "busy_timeout(5000)", "query_only(ON)", "trusted_schema(OFF)", "cell_size_check(ON)"))
	if err != nil {
		return h, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	// One transaction, so that head and ends are those of one moment.
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	var app, ver int
	if err := errors.Join(tx.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app), tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&ver)); err != nil {
		return h, err
	}
	if err := checkMarks(uint32(app), uint32(ver)); err != nil {
		return h, err
	}
	if h.Size, h.Checkpoint, err = scanHead(ctx, tx.QueryRowContext(ctx, selectHead)); err != nil {
		return h, err
	}
	var first, last sql.NullInt64
	if err := tx.QueryRowContext(ctx, selectEnds).Scan(&first, &last); err != nil {
		return h, err
	}
	return h, checkEnds(h.Size, first, last)
}
