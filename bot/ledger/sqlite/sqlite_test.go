package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/ledger/sqlite"

	"github.com/google/go-cmp/cmp"
)

// A store is a ledger file. It crashes by moving to a copy of its files.
type store struct {
	path string
	open []*sqlite.Ledger
}

func (s *store) Open(ctx context.Context) (ledger.Ledger, error) {
	l, err := sqlite.Open(ctx, s.path)
	if err != nil {
		return nil, err // not a nil *sqlite.Ledger in an interface
	}
	s.open = append(s.open, l)
	return l, nil
}

func (s *store) Contention() error { return ledger.ErrLocked }

// Crash takes the files as they are, without the shared memory, which does not
// outlive the process. Closing the handles afterwards only tidies up.
func (s *store) Crash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	copyLedger(t, s.path, path)
	for _, l := range s.open {
		l.Close()
	}
	s.path, s.open = path, nil
}

// copyLedger copies the file and the log at from, as they are, to to.
func copyLedger(t *testing.T, from, to string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(from + suffix)
		if suffix != "" && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLedger(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Store {
		return &store{path: filepath.Join(t.TempDir(), "ledger.db")}
	})
}

// mustOpen opens the ledger at path and closes it when the test ends.
func mustOpen(t testing.TB, path string) *sqlite.Ledger {
	t.Helper()
	l, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// mustAppend appends n of the suite's records at at.
func mustAppend(t testing.TB, l *sqlite.Ledger, at int64, n int) {
	t.Helper()
	if err := l.Append(t.Context(), at, ledgertest.Records(at, n), ledgertest.Checkpoint(at+int64(n))); err != nil {
		t.Fatal(err)
	}
}

// mustMake makes a closed ledger of size records and returns its path.
func mustMake(t testing.TB, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := mustOpen(t, path)
	mustAppend(t, l, 0, size)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll opens the ledger at path and reads everything, whatever that meets.
func readAll(t *testing.T, path string) (records []ledger.Record, head ledger.Head, err error) {
	t.Helper()
	l, err := sqlite.Open(t.Context(), path)
	if err != nil {
		return nil, ledger.Head{}, err
	}
	defer l.Close()
	if head, err = l.Head(t.Context()); err != nil {
		return nil, head, err
	}
	for r, err := range l.Read(t.Context(), 0, -1) {
		if err != nil {
			return records, head, err
		}
		records = append(records, r)
	}
	return records, head, nil
}

func TestFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	l := mustOpen(t, filepath.Join(dir, "ledger.db"))
	mustAppend(t, l, 0, 3)
	seen := 0
	err := filepath.WalkDir(filepath.Dir(dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = fs.ModeDir | 0o700
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
		seen++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen != 6 { // a, b, the file, its lock, its log, the log's index
		t.Errorf("saw %d files and directories, want 6", seen)
	}
}

func TestCloseLeavesOneFile(t *testing.T) {
	path := mustMake(t, 100)
	files, err := filepath.Glob(path + "*")
	if want := []string{path, path + ".lock"}; err != nil || !cmp.Equal(files, want) {
		t.Errorf("after Close there are %q, %v, want %q", files, err, want)
	}
}

func TestAnyPath(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"反诈 台账.db", "100%?#&=.db", "a%20b", "dir/c.db", "./d:e"} {
		l := mustOpen(t, path)
		mustAppend(t, l, 0, 1)
		l.Close()
		if _, err := os.Stat(path); err != nil {
			t.Errorf("Open(%q): %v", path, err)
		}
		if _, h, err := readAll(t, path); err != nil || h.Size != 1 {
			t.Errorf("Open(%q) again: size %d, %v, want 1", path, h.Size, err)
		}
	}
}

func TestOpenRefusesWhatItCannotHave(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(dir, "file", "ledger.db")} {
		if l, err := sqlite.Open(t.Context(), path); err == nil {
			l.Close()
			t.Errorf("Open(%s) succeeded", path)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(dir, "ledger.db")
	if _, err := sqlite.Open(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with a cancelled context = %v, want context.Canceled", err)
	}
	mustOpen(t, path) // nothing of the attempt is in the way
}

func TestLockNamesItsHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	wantLocked := func(path string, pid int) {
		t.Helper()
		_, err := sqlite.Open(t.Context(), path)
		if !errors.Is(err, ledger.ErrLocked) {
			t.Fatalf("Open = %v, want ErrLocked", err)
		}
		for _, part := range []string{fmt.Sprintf("进程号 %d，", pid), "主机 " + host, "自 20", path} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("Open = %q, want it to say %q", err, part)
			}
		}
	}
	l := mustOpen(t, path)
	wantLocked(path, os.Getpid())
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), link); !errors.Is(err, ledger.ErrLocked) {
		t.Errorf("Open by another name = %v, want ErrLocked", err)
	}
	l.Close()

	c := startChild(t, path)
	c.next(t)
	wantLocked(path, c.cmd.Process.Pid)
	c.cmd.Process.Kill()
	c.cmd.Wait()
	mustOpen(t, path)
}

func TestInBubble(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	synctest.Test(t, func(t *testing.T) {
		l := mustOpen(t, path)
		mustAppend(t, l, 0, 100)
		if err := l.Erase(t.Context(), 1); err != nil {
			t.Error(err)
		}
		for _, err := range l.Read(t.Context(), 0, -1) {
			if err != nil {
				t.Error(err)
			}
		}
		l.Close()
	})
}
