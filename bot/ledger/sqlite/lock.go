package sqlite

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"fanzha/bot"
	"fanzha/bot/ledger"
)

// A holder is what the lock file says about the process that has the lock. It
// is a hint for people: the lock itself is the kernel's.
type holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// self describes this process.
func self(now time.Time) holder {
	host, err := os.Hostname()
	if err != nil {
		host = "未知"
	}
	return holder{PID: os.Getpid(), Host: host, Since: now.UTC().Truncate(time.Second)}
}

// write replaces the content of f.
func (h holder) write(f *os.File) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err // unreachable: the fields can all be marshalled
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

// A lockedError is [ledger.ErrLocked], told for people.
type lockedError struct{ text string }

func (e *lockedError) Error() string { return e.text }
func (e *lockedError) Unwrap() error { return ledger.ErrLocked }

// locked returns the error for a ledger whose lock file, at path, is held.
func locked(path string) error {
	var h holder
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &h) != nil || h.PID == 0 {
		// The other process is just writing it.
		return &lockedError{fmt.Sprintf("台账正由另一个进程使用（进程信息见 %s）", path)}
	}
	return &lockedError{fmt.Sprintf("台账正由另一个进程使用（进程号 %d，主机 %s，自 %s 起）",
		h.PID, h.Host, h.Since.In(bot.Zone).Format("2006-01-02 15:04:05"))}
}
