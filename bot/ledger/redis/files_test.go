package redis_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/archive"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"

	"golang.org/x/mod/sumdb/tlog"
)

// note returns the checkpoint over the suite's first records, but for its
// signature, which the store does not look at.
func note(size int64) []byte {
	var f archive.Frontier
	for _, r := range ledgertest.Records(0, int(size)) {
		f.Add(tlog.RecordHash(r.Leaf))
	}
	root := f.Root()
	return fmt.Appendf(nil, "x\n%d\n%s\n\n— x sig\n", size, base64.StdEncoding.EncodeToString(root[:]))
}

// left returns how many entries and private parts Redis still holds.
func left(t *testing.T, s *redis.Server) (entries, privates int64) {
	t.Helper()
	entries, errLog := s.Client().XLen(t.Context(), "fanzha:{x}:log").Result()
	privates, errPrivate := s.Client().HLen(t.Context(), "fanzha:{x}:private").Result()
	if err := errors.Join(errLog, errPrivate); err != nil {
		t.Fatal(err)
	}
	return entries, privates
}

func mustArchive(t *testing.T, l *redis.Ledger, to int64) {
	t.Helper()
	if err := l.Archive(t.Context(), to, note(to)); err != nil {
		t.Fatalf("Archive(%d): %v", to, err)
	}
}

// wantRange checks a range against the suite's records.
func wantRange(t *testing.T, l *redis.Ledger, from, to int64) {
	t.Helper()
	var got []ledger.Record
	for r, err := range l.Read(t.Context(), from, to) {
		if err != nil {
			t.Fatalf("Read(%d, %d) after %d records: %v", from, to, len(got), err)
		}
		got = append(got, r)
	}
	if want := ledgertest.Records(from, int(to-from)); !same(got, want) {
		t.Errorf("Read(%d, %d) = %d records, which are not those appended", from, to, len(got))
	}
}

func TestArchivedEntriesAreReadAsBefore(t *testing.T) {
	conf := redis.Config{URL: redistest.Single(t).URL(), Process: "a", ArchiveDir: filepath.Join(t.TempDir(), "archive")}
	s := mustConnect(t, conf)
	l := s.Ledger("x", mustAcquire(t, s, "x", "a", long))
	mustAppend(t, l, 0, 6000)
	mustAppend(t, l, 6000, 500)
	for _, to := range []int64{5500, 5500, 6001} { // again is fine
		mustArchive(t, l, to)
		mustAppend(t, l, mustSize(t, l), 10)
	}
	wantOwn(t, l, 6530)
	for _, r := range [][2]int64{{0, 1}, {5499, 5501}, {5500, 6001}, {6000, 6002}, {100, 6500}, {6001, 6530}, {6530, 6530}, {5, 5}} {
		wantRange(t, l, r[0], r[1])
	}
	if entries, privates := left(t, s); entries != 529 || privates >= entries {
		t.Errorf("Redis holds %d entries and %d private parts, want 529 and fewer", entries, privates)
	}
	if lost, err := l.Reconcile(t.Context()); lost != 0 || err != nil {
		t.Errorf("Reconcile = %d, %v", lost, err)
	}
	// All of it may be archived, and the ledger goes on.
	mustArchive(t, l, 6530)
	mustAppend(t, l, 6530, 7)
	wantOwn(t, l, 6537)
	if lost, err := l.Reconcile(t.Context()); lost != 0 || err != nil {
		t.Errorf("Reconcile = %d, %v", lost, err)
	}
}

func mustSize(t *testing.T, l *redis.Ledger) int64 {
	t.Helper()
	h, err := l.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h.Size
}

func TestErasedIsErasedInFilesToo(t *testing.T) {
	conf := redis.Config{URL: redistest.Single(t).URL(), Process: "a", ArchiveDir: t.TempDir()}
	s := mustConnect(t, conf)
	l := s.Ledger("x", mustAcquire(t, s, "x", "a", long))
	conf.Process, conf.ArchiveDir = "b", t.TempDir()
	other := mustConnect(t, conf).Ledger("x", nil)
	mustAppend(t, l, 0, 40)
	mustArchive(t, l, 10)
	mustArchive(t, l, 30)
	copyFile(t, filepath.Join(s.ArchiveDir(), "x-000000000000-000000000010.fza"), conf.ArchiveDir)
	copyFile(t, filepath.Join(s.ArchiveDir(), "x-000000000010-000000000030.fza"), conf.ArchiveDir)

	if err := l.Erase(t.Context(), 1, 11, 35); err != nil {
		t.Fatal(err)
	}
	wantOwn(t, l, 40, 1, 11, 35)
	wantPrivate(t, s.ArchiveDir(), 1, false)
	wantOwn(t, other, 40, 1, 11, 35) // though it is in its file still
	wantPrivate(t, conf.ArchiveDir, 1, true)
	if err := other.Copy(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantPrivate(t, conf.ArchiveDir, 1, false)
	wantOwn(t, other, 40, 1, 11, 35)
}

func copyFile(t *testing.T, file, dir string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, filepath.Base(file)), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// wantPrivate looks into the file that begins the ledger.
func wantPrivate(t *testing.T, dir string, seq int64, want bool) {
	t.Helper()
	f, err := archive.Open(filepath.Join(dir, "x-000000000000-000000000010.fza"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for r, err := range f.Read(t.Context(), seq, seq+1) {
		if err != nil || (r.Private != nil) != want {
			t.Errorf("private part of %d in %s: %t, %v, want %t", seq, dir, r.Private != nil, err, want)
		}
	}
}

// Entries leave Redis when enough processes have them, not before.
func TestTrimWaitsForCopies(t *testing.T) {
	conf := redis.Config{URL: redistest.Single(t).URL(), Process: "a", ArchiveDir: t.TempDir(), Copies: 2}
	s := mustConnect(t, conf)
	l := s.Ledger("x", mustAcquire(t, s, "x", "a", long))
	conf.Process, conf.ArchiveDir = "b", t.TempDir()
	other := mustConnect(t, conf).Ledger("x", nil)
	mustAppend(t, l, 0, 60)
	mustArchive(t, l, 20)
	mustArchive(t, l, 50)
	if entries, _ := left(t, s); entries != 60 {
		t.Fatalf("Redis holds %d entries, want all 60", entries)
	}
	for range 2 {
		if err := other.Copy(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	mustArchive(t, l, 50)
	if entries, _ := left(t, s); entries != 10 {
		t.Errorf("Redis holds %d entries, want 10", entries)
	}
	wantOwn(t, l, 60)
	wantOwn(t, other, 60)

	// A third comes too late, and is told what to fetch.
	conf.Process, conf.ArchiveDir = "c", t.TempDir()
	third := mustConnect(t, conf).Ledger("x", nil)
	wantErr := func(err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), "x-000000000000-000000000020.fza") {
			t.Errorf("without the file: %v, want its name", err)
		}
	}
	wantErr(third.Copy(t.Context()))
	for _, err := range third.Read(t.Context(), 0, -1) {
		wantErr(err)
	}
	wantRange(t, third, 50, 60)
}

// What cannot be proved stays in Redis.
func TestNothingLeavesRedisUnproved(t *testing.T) {
	s := mustConnect(t, redis.Config{URL: redistest.Single(t).URL(), Process: "a", ArchiveDir: t.TempDir()})
	hold := mustAcquire(t, s, "x", "a", long)
	l := s.Ledger("x", hold)
	mustAppend(t, l, 0, 30)
	if err := l.Archive(t.Context(), 31, note(31)); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("Archive beyond the head = %v, want ErrNotFound", err)
	}
	if err := s.Ledger("x", nil).Archive(t.Context(), 10, note(10)); !errors.Is(err, ledger.ErrFenced) {
		t.Errorf("Archive without a hold = %v, want ErrFenced", err)
	}
	if err := l.Archive(t.Context(), 20, note(10)); err == nil {
		t.Error("Archive with another checkpoint succeeded")
	}
	if files, _ := filepath.Glob(filepath.Join(s.ArchiveDir(), "*")); len(files) > 0 {
		t.Errorf("left behind: %q", files)
	}
	wantOwn(t, l, 30)
	if entries, _ := left(t, s); entries != 30 {
		t.Errorf("Redis holds %d entries, want all 30", entries)
	}
	mustArchive(t, l, 20)
	wantOwn(t, l, 30)
}
