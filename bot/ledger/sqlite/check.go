package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"

	"fanzha/bot/ledger"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// check refuses a database that is not kept as the package comment promises,
// is not built as ours, or whose two ends do not fit its head. It looks at a
// handful of pages; the rows between are checked as they are read.
func (l *Ledger) check(ctx context.Context) error {
	if err := l.checkSettings(ctx); err != nil {
		return err
	}
	if err := l.checkSchema(ctx); err != nil {
		return err
	}
	size, _, err := scanHead(ctx, l.conn.QueryRowContext(ctx, selectHead))
	if err != nil {
		return err
	}
	var first, last sql.NullInt64
	if err := l.conn.QueryRowContext(ctx, selectEnds).Scan(&first, &last); err != nil {
		return err
	}
	return checkEnds(size, first, last)
}

const selectEnds = `SELECT (SELECT min(seq) FROM records), (SELECT max(seq) FROM records)`

// checkEnds compares the head's size with the first and last sequence numbers.
func checkEnds(size int64, first, last sql.NullInt64) error {
	end := int64(0)
	if last.Valid {
		end = last.Int64 + 1
	}
	switch {
	case first.Int64 < 0:
		return &ledger.CorruptError{Seq: -1, Reason: fmt.Sprintf("有编号为 %d 的记录，编号应从 0 起", first.Int64)}
	case end > size:
		return &ledger.CorruptError{Seq: size, Reason: fmt.Sprintf("台账应止于 %d 条，却还有记录", size)}
	case first.Int64 > 0:
		return missing(0)
	case end < size:
		return &ledger.CorruptError{Seq: end, Reason: fmt.Sprintf("记录缺失，台账应有 %d 条", size)}
	}
	return nil
}

// checkHeader tells a ledger from other files before SQLite touches the file
// at path, for its settings would alter a foreign database. The layout is that
// of fileformat2.html#the_database_header. Every ledger has these fields in the
// file itself, not only in the log, because create closes it before use.
//
// It must not be called while the file is open elsewhere in the process:
// closing the file drops this process's POSIX locks on it, which are SQLite's
// (howtocorrupt.html §2.2).
func checkHeader(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var h [100]byte
	if _, err := io.ReadFull(f, h[:]); err != nil || string(h[:16]) != "SQLite format 3\x00" {
		return &ledger.CorruptError{Seq: -1, Reason: "不是台账文件，或文件头已损坏"}
	}
	return checkMarks(binary.BigEndian.Uint32(h[68:]), binary.BigEndian.Uint32(h[60:]))
}

// checkMarks tells a ledger by the numbers that SQLite keeps for applications.
func checkMarks(app, ver uint32) error {
	switch {
	case app != application:
		return &ledger.CorruptError{Seq: -1, Reason: "是 SQLite 文件，但不是本程序的台账"}
	case ver > version:
		return fmt.Errorf("台账格式为第 %d 版，本程序只认识到第 %d 版，请先升级程序", ver, version)
	case ver < version:
		return &ledger.CorruptError{Seq: -1, Reason: fmt.Sprintf("台账格式版本 %d 无效", ver)}
	}
	return nil
}

// checkSchema refuses tables and triggers that are not this version's.
func (l *Ledger) checkSchema(ctx context.Context) error {
	rows, err := l.conn.QueryContext(ctx, `SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		got = append(got, text)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if !slices.Equal(got, schema()) {
		return &ledger.CorruptError{Seq: -1, Reason: "库内表结构被改动过"}
	}
	return nil
}

// checkSettings makes sure that SQLite took the settings on which durability
// and erasing rest: where it cannot, it answers with others and no error.
func (l *Ledger) checkSettings(ctx context.Context) error {
	var journal string
	var sync, erase int
	for pragma, to := range map[string]any{"journal_mode": &journal, "synchronous": &sync, "secure_delete": &erase} {
		if err := l.conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(to); err != nil {
			return err
		}
	}
	if journal != "wal" || sync != 2 || erase != 1 {
		return fmt.Errorf("此处磁盘不支持安全写入（journal_mode=%s synchronous=%d secure_delete=%d），请改用本机磁盘", journal, sync, erase)
	}
	return nil
}

// corrupt returns err as a bare [ledger.CorruptError] if it wraps one, or wraps
// SQLite's complaint about a damaged file, met while looking for entry seq.
// Other errors stay as they are. The low byte of a result code is the primary
// one (rescode.html).
func corrupt(seq int64, err error) error {
	if c, ok := errors.AsType[*ledger.CorruptError](err); ok {
		return c
	}
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return err
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_NOTADB:
		return &ledger.CorruptError{Seq: -1, Reason: "不是台账文件，或文件头已损坏"}
	case lib.SQLITE_CORRUPT, lib.SQLITE_ERROR: // the statements are right, so it is the schema they meet
		return &ledger.CorruptError{Seq: seq, Reason: "台账文件损坏或被截断"}
	}
	return err
}

func missing(seq int64) error {
	return &ledger.CorruptError{Seq: seq, Reason: "记录缺失"}
}

// rowSum is the checksum of one row, CRC-32C. It covers the sequence number,
// so that rows cannot trade places, and where the leaf ends, and whether there
// is a private part. It betrays nothing of a private part once that is erased,
// because erasing computes it anew.
func rowSum(seq int64, r ledger.Record) int64 {
	var prefix [17]byte
	binary.BigEndian.PutUint64(prefix[:], uint64(seq))
	binary.BigEndian.PutUint64(prefix[8:], uint64(len(r.Leaf)))
	if r.Private != nil {
		prefix[16] = 1
	}
	return sum(prefix[:], r.Leaf, r.Private)
}

// headSum is the checksum of the head.
func headSum(size int64, checkpoint []byte) int64 {
	return sum(binary.BigEndian.AppendUint64([]byte("head"), uint64(size)), checkpoint)
}

func sum(parts ...[]byte) int64 {
	table := crc32.MakeTable(crc32.Castagnoli) // made once, by crc32
	var s uint32
	for _, p := range parts {
		s = crc32.Update(s, table, p)
	}
	return int64(s)
}
