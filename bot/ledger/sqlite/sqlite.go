// Package sqlite is the embedded store of package ledger: one SQLite file, for
// one process on one machine.
//
// It is not a database for the program to query: it keeps opaque records in
// order and gives them back. Nor does it prove anything. Each row carries a
// checksum by which the store itself notices a torn or altered row and names
// it, but whoever can write the file can compute a checksum; what convicts
// such a person is the Merkle tree of package ledger. For the same reason Open
// does not read every row: [ledger.Load] does that, with proof.
//
// # Durability
//
// When Append returns nil, the batch is on the disk. These settings give that:
//
//   - journal_mode=WAL: a commit appends the changed pages to the file
//     <path>-wal, and a commit record makes them count (wal.html). A log cut
//     off or torn by a crash ends, by its checksums, at the last whole commit,
//     so that a batch is there entirely or not at all.
//   - synchronous=FULL: the log is fsynced at each commit, before COMMIT
//     returns. With NORMAL a commit could be lost with the power
//     (pragma.html#pragma_synchronous).
//   - The file is made under another name and renamed when it is complete, and
//     every directory that changed is fsynced, so that a crash cannot leave
//     half a ledger, nor take the file's name away.
//
// Pages are www.sqlite.org/<page>. All this needs a local disk that honours
// fsync: wal.html rules out network file systems.
//
// # Erasing
//
// secure_delete=ON overwrites deleted bytes with zeros in the pages
// (pragma.html#pragma_secure_delete), and after each Erase the log, which may
// hold older pages, is written back and cut to nothing
// (pragma.html#pragma_wal_checkpoint). So the bytes leave the store's files.
// What a disk or a backup keeps of former blocks is beyond it.
//
// # One process
//
// Open takes an operating-system lock on <path>.lock and keeps it until Close.
// The kernel drops the lock when the process ends, however it ends; the file
// stays and says who had it last. The lock holds against this program only.
// Others may read the ledger at any time beside the one who writes: [OpenReader],
// which is how it is backed up, and the sqlite3 shell. If the latter writes, it
// is found out as any other change is.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// readers is how many reads may run at once; more wait their turn. A read
// holds its connection for one chunk only, see [Ledger.Read].
const readers = 4

// A Ledger is an open SQLite file. It implements [ledger.Ledger]; see [Open].
type Ledger struct {
	path string

	// open is held for reading by whatever touches the database, and
	// exclusively by Close and Erase, which must be alone.
	open   sync.RWMutex
	closed bool

	// write is held by Append, inside open. It, or open held exclusively,
	// guards what follows.
	write  sync.Mutex
	failed error     // of the commit after which nothing more may be written
	conn   *sql.Conn // the one connection that writes
	sets   *sql.Stmt // moves the head
	pick   *sql.Stmt // selects one row
	blank  *sql.Stmt // takes out a private part
	// inserts insert rowsPerInsert rows each
	inserts [3]*sql.Stmt

	reader *sql.DB // a pool of connections that cannot write
	head   *sql.Stmt
	rows   *sql.Stmt

	closers []io.Closer // the statements, the connections and the lock, in order of opening
}

// Open opens the ledger in the file at path and makes it, with permissions
// 0600, if there is none; missing directories are made with 0700. It takes a
// few milliseconds whatever the size.
//
// The error is, or wraps, [ledger.ErrLocked] if the ledger is open already, in
// this process or another one, whose number, host and time it then names. It
// is a *[ledger.CorruptError] if the file is not a ledger, or is one that was
// cut, or whose head does not fit its rows.
func Open(ctx context.Context, path string) (*Ledger, error) {
	l, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("打开台账 %s：%w", path, corrupt(-1, err))
	}
	return l, nil
}

func open(ctx context.Context, path string) (_ *Ledger, err error) {
	if path, err = place(path); err != nil {
		return nil, err
	}
	lock, err := lockFile(path+".lock", time.Now())
	if err != nil {
		return nil, err
	}
	l := &Ledger{path: path, closers: []io.Closer{lock}}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	if err := ensure(ctx, path); err != nil {
		return nil, err
	}
	if err := l.connect(ctx); err != nil {
		return nil, err
	}
	if err := l.check(ctx); err != nil {
		return nil, err
	}
	// A killed process may have left in the log what it had not synced yet, and
	// Head must not return it before it is; or private parts that it had erased.
	// If somebody reads the file just now, the latter can wait.
	if err := l.emptyLog(ctx); err != nil && !errors.Is(err, errBusy) {
		return nil, err
	}
	if err := l.prepare(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// place makes the directory of path and returns path in the form that is the
// same for everyone who means the same file, so that they meet at one lock.
func place(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if err := makeDir(filepath.Dir(path)); err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	return path, nil // not there yet
}

// makeDir makes dir and what is missing above it, and makes that durable.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	parent := filepath.Dir(dir)
	if err := makeDir(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return syncFile(parent)
}

// dsn returns the data source name of the file at path with the given pragmas.
// mode=rw keeps SQLite from making a file (uri.html); only [ensure] does.
func dsn(path string, pragmas ...string) string {
	q := url.Values{"mode": {"rw"}, "_pragma": pragmas}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

// writerPragmas are the settings of the connection that writes; the package
// comment says what the first three are for. No page content may be spilled to
// files that Erase does not know: temp_store. Where somebody else, such as a
// backup, holds a lock of SQLite's, five seconds are enough: busy_timeout.
func writerPragmas() []string {
	return []string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)",
		"temp_store(MEMORY)", "trusted_schema(OFF)", "cell_size_check(ON)",
	}
}

// connect opens the database for writing and for reading.
func (l *Ledger) connect(ctx context.Context) error {
	writer, err := sql.Open("sqlite", dsn(l.path, writerPragmas()...))
	if err != nil {
		return err
	}
	l.closers = append(l.closers, writer)
	if l.conn, err = writer.Conn(ctx); err != nil {
		return err
	}
	l.closers = append(l.closers, l.conn)
	return l.connectReader()
}

// connectReader opens the database for reading.
func (l *Ledger) connectReader() (err error) {
	l.reader, err = sql.Open("sqlite", dsn(l.path,
		"busy_timeout(5000)", "query_only(ON)", "trusted_schema(OFF)", "cell_size_check(ON)"))
	if err != nil {
		return err
	}
	l.closers = append(l.closers, l.reader)
	l.reader.SetMaxOpenConns(readers)
	l.reader.SetMaxIdleConns(readers)
	return nil
}

// A statement is prepared on a connection and kept until Close.
type statement struct {
	to *(*sql.Stmt)
	on interface {
		PrepareContext(context.Context, string) (*sql.Stmt, error)
	}
	text string
}

// prepare prepares the statements.
func (l *Ledger) prepare(ctx context.Context) error {
	if err := l.keep(ctx,
		statement{&l.sets, l.conn, `UPDATE head SET size = ?, checkpoint = ?, sum = ? WHERE id = 1 AND size = ?`},
		statement{&l.inserts[0], l.conn, insert(rowsPerInsert()[0])},
		statement{&l.inserts[1], l.conn, insert(rowsPerInsert()[1])},
		statement{&l.inserts[2], l.conn, insert(rowsPerInsert()[2])},
		statement{&l.pick, l.conn, `SELECT seq, leaf, private, sum FROM records WHERE seq = ?`},
		statement{&l.blank, l.conn, `UPDATE records SET private = NULL, sum = ? WHERE seq = ?`},
	); err != nil {
		return err
	}
	return l.prepareReader(ctx)
}

// prepareReader prepares what Head and Read need.
func (l *Ledger) prepareReader(ctx context.Context) error {
	return l.keep(ctx,
		statement{&l.head, l.reader, selectHead},
		statement{&l.rows, l.reader, `SELECT seq, leaf, private, sum FROM records WHERE seq >= ? AND seq < ? ORDER BY seq`},
	)
}

func (l *Ledger) keep(ctx context.Context, statements ...statement) error {
	for _, s := range statements {
		st, err := s.on.PrepareContext(ctx, s.text)
		if err != nil {
			return err
		}
		*s.to = st
		l.closers = append(l.closers, st)
	}
	return nil
}

// Close implements [ledger.Ledger]. It waits for the calls that are running,
// writes the log back into the file and lets go of the lock.
func (l *Ledger) Close() error {
	l.open.Lock()
	defer l.open.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	// In reverse: SQLite writes the log back when the last connection goes,
	// which a statement still open would put off for ever (c3ref/close.html);
	// and the lock must be the last, so that nobody comes in before.
	var errs []error
	for _, c := range slices.Backward(l.closers) {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}
