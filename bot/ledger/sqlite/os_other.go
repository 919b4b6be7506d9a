//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// lockFile takes the lock by making the file at path. This is the fallback for
// systems without flock(2): after a crash the file must be removed by hand.
func lockFile(path string, now time.Time) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, locked(path)
	}
	if err != nil {
		return nil, err
	}
	if err := errors.Join(self(now).write(f), f.Close()); err != nil {
		os.Remove(path)
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return heldFile(path), nil
}

// A heldFile is the path of a lock file that was made by lockFile.
type heldFile string

// Close implements io.Closer.
func (p heldFile) Close() error { return os.Remove(string(p)) }

// syncFile does nothing: not every such system can sync a directory.
func syncFile(string) error { return nil }
