package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"fanzha/bot/ledger"
)

const (
	// application is the file's application_id (pragma.html#pragma_application_id),
	// the letters "fzlg".
	application = 0x667a6c67
	// version of the schema, kept as the file's user_version.
	version = 1
)

// schema returns what sqlite_schema must hold, in this order and to the letter:
// a trigger or a column more would be somebody else's.
func schema() []string {
	return []string{
		`CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, checkpoint BLOB, sum INTEGER NOT NULL) STRICT`,
		`CREATE TABLE records (seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, private BLOB, sum INTEGER NOT NULL) STRICT`,
	}
}

// ensure makes the file at path if there is none, and refuses one that is not a
// ledger. The lock is held.
//
// The file gets its name only when it is complete. So an empty file is never
// the beginning of a ledger but the end of one, and is refused.
func ensure(ctx context.Context, path string) error {
	switch err := regular(path); {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	default:
		return checkHeader(path)
	}
	// SQLite would replay the log of a lost ledger into the new one.
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		return &ledger.CorruptError{Seq: -1, Reason: "台账文件不见了，只剩它的日志 " + filepath.Base(path) + "-wal；请从备份恢复"}
	}
	fresh := path + ".new"
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} { // of a crash in here
		if err := os.Remove(fresh + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := create(ctx, fresh); err != nil {
		return fmt.Errorf("creating %s: %w", fresh, err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFile(filepath.Dir(path))
}

// regular refuses what is not a file.
func regular(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = &ledger.CorruptError{Seq: -1, Reason: "不是普通文件"}
	}
	return err
}

// create makes an empty ledger at path, durable but for its name.
func create(ctx context.Context, path string) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // SQLite's side files follow
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(path, writerPragmas()...))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }() // writes the log back and removes it
	for _, text := range append(schema(),
		fmt.Sprintf("PRAGMA application_id = %d", application),
		fmt.Sprintf("PRAGMA user_version = %d", version),
	) {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	_, err = db.ExecContext(ctx, `INSERT INTO head (id, size, checkpoint, sum) VALUES (1, 0, NULL, ?)`, headSum(0, nil))
	return err
}
