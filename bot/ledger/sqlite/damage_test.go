package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// tamper runs statements on the file behind the store's back.
func tamper(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestTampering(t *testing.T) {
	const size = 1200
	for _, c := range []struct {
		name       string
		statements []string
		seq        int64
	}{
		{"a byte of a leaf", []string{`UPDATE records SET leaf = CAST(x'41' || substr(leaf, 2) AS BLOB) WHERE seq = 700`}, 700},
		{"a byte of a private part", []string{`UPDATE records SET private = CAST(x'41' || substr(private, 2) AS BLOB) WHERE seq = 701`}, 701},
		{"a private part taken out", []string{`UPDATE records SET private = NULL WHERE seq = 701`}, 701},
		{"an empty private part put in", []string{`UPDATE records SET private = x'' WHERE seq = 0`}, 0},
		{"a byte moved from the leaf to the private part", []string{
			`UPDATE records SET private = CAST(substr(leaf, -1) || private AS BLOB), leaf = substr(leaf, 1, length(leaf) - 1) WHERE seq = 1`}, 1},
		{"the checksum", []string{`UPDATE records SET sum = sum + 1 WHERE seq = 9`}, 9},
		{"the first row deleted", []string{`DELETE FROM records WHERE seq = 0`}, 0},
		{"a middle row deleted", []string{`DELETE FROM records WHERE seq = 600`}, 600},
		{"the last row deleted", []string{`DELETE FROM records WHERE seq = 1199`}, 1199},
		{"the last rows deleted", []string{`DELETE FROM records WHERE seq >= 1000`}, 1000},
		{"all rows deleted", []string{`DELETE FROM records`}, 0},
		{"a row added", []string{`INSERT INTO records SELECT 1200, leaf, private, sum FROM records WHERE seq = 5`}, 1200},
		{"a row added before the first", []string{`INSERT INTO records SELECT -1, leaf, private, sum FROM records WHERE seq = 5`}, -1},
		{"two rows swapped", []string{
			`UPDATE records SET seq = -1 WHERE seq = 3`, `UPDATE records SET seq = 3 WHERE seq = 8`, `UPDATE records SET seq = 8 WHERE seq = -1`}, 3},
		{"a row deleted and the rest moved up", []string{
			`DELETE FROM records WHERE seq = 50`, `UPDATE records SET seq = -seq WHERE seq > 50`, `UPDATE records SET seq = -seq - 1 WHERE seq < 0`}, 1199},
		{"the head moved back", []string{`UPDATE head SET size = 1000`}, -1},
		{"another checkpoint", []string{`UPDATE head SET checkpoint = x'00'`}, -1},
		{"the head deleted", []string{`DELETE FROM head`}, -1},
		{"a trigger added", []string{`CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM records; END`}, -1},
		{"a table added", []string{`CREATE TABLE t (a)`}, -1},
		{"a column added", []string{`ALTER TABLE records ADD COLUMN note TEXT`}, -1},
		{"the records dropped", []string{`DROP TABLE records`}, -1},
		{"another application's file", []string{`PRAGMA application_id = 1`}, -1},
		{"no version", []string{`PRAGMA user_version = 0`}, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := mustMake(t, size)
			tamper(t, path, c.statements...)
			got, _, err := readAll(t, path)
			wantCorrupt(t, err, c.seq)
			if want := ledgertest.Records(0, len(got)); !cmp.Equal(got, want, cmpopts.EquateEmpty()) {
				t.Error("what was read before the damage is not what was appended")
			}
		})
	}
}

// A row that is not there is told from one that is not right.
func TestMissingIsNotDamaged(t *testing.T) {
	path := mustMake(t, 10)
	tamper(t, path, `DELETE FROM records WHERE seq = 4`)
	if _, _, err := readAll(t, path); err == nil || !strings.Contains(err.Error(), "第 4 条：记录缺失") {
		t.Errorf("reading = %v, want it to say that record 4 is missing", err)
	}
}

func wantCorrupt(t *testing.T, err error, seq int64) {
	t.Helper()
	c, ok := errors.AsType[*ledger.CorruptError](err)
	if !ok {
		t.Fatalf("opening and reading = %v, want a CorruptError", err)
	}
	if c.Seq != seq || c.Reason == "" {
		t.Errorf("opening and reading = %v, want it to name %d", c, seq)
	}
}

func TestNewerVersionIsRefused(t *testing.T) {
	path := mustMake(t, 1)
	tamper(t, path, `PRAGMA user_version = 2`)
	if _, _, err := readAll(t, path); err == nil || !strings.Contains(err.Error(), "请先升级程序") {
		t.Errorf("Open of a newer version = %v", err)
	}
}

func TestForeignFilesAreRefusedAndLeftAlone(t *testing.T) {
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	tamper(t, foreign, `CREATE TABLE t (a)`)
	database, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"a database of another kind": database,
		"an empty file":              {},
		"a short file":               []byte("SQLite format 3\x00"),
		"a text":                     bytes.Repeat([]byte("单位,姓名\n"), 1000),
		"rubbish":                    bytes.Repeat([]byte{0, 1, 0xfe, 0xff}, 5000),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, _, err := readAll(t, path)
			wantCorrupt(t, err, -1)
			if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, content) {
				t.Errorf("the file was altered (%v)", err)
			}
		})
	}
}

// The file is gone and its log is not: a new ledger must not take the log up.
func TestLogWithoutFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := mustOpen(t, path)
	mustAppend(t, l, 0, 3)
	there := filepath.Join(t.TempDir(), "ledger.db")
	copyLedger(t, path, there)
	if err := os.Remove(there); err != nil {
		t.Fatal(err)
	}
	_, _, err := readAll(t, there)
	wantCorrupt(t, err, -1)
}

func TestTruncatedFile(t *testing.T) {
	for _, part := range []int64{2, 3, 100} {
		path := mustMake(t, 1200)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, info.Size()/part); err != nil {
			t.Fatal(err)
		}
		_, _, err = readAll(t, path)
		wantCorrupt(t, err, -1)
	}
}

// Whatever byte of the file is spoilt, opening and reading either find it or
// give back exactly what was appended.
func TestAnyByteSpoilt(t *testing.T) {
	path := mustMake(t, 60)
	clean, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := ledgertest.Records(0, 60)
	rnd := rand.New(rand.NewPCG(1, 2))
	at := rnd.Perm(len(clean))[:150]
	for i := range 100 {
		at = append(at, i) // the database header
	}
	found := 0
	for _, i := range at {
		spoilt := bytes.Clone(clean)
		spoilt[i] ^= byte(1 + rnd.IntN(255))
		if err := os.WriteFile(path, spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		got, head, err := readAll(t, path)
		if err != nil {
			found++
			_, ok := errors.AsType[*ledger.CorruptError](err)
			if version := i >= 60 && i < 64; !ok && !version { // a newer version is no damage
				t.Errorf("byte %d: %v, want a CorruptError", i, err)
			}
			continue
		}
		same := slices.EqualFunc(got, want, func(a, b ledger.Record) bool {
			return bytes.Equal(a.Leaf, b.Leaf) && bytes.Equal(a.Private, b.Private)
		})
		if !same || !bytes.Equal(head.Checkpoint, ledgertest.Checkpoint(60)) {
			t.Errorf("byte %d of %d altered what is read, and nobody noticed", i, len(clean))
		}
	}
	t.Logf("%d of %d bytes were found out, the others do not matter", found, len(at))
}
