package book

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// A view that panics halfway leaves a state that no ledger has: nothing of it
// may be shown or written.
func TestPanickingViewStopsTheBook(t *testing.T) {
	noise := strings.NewReader(strings.Repeat("noise", 100))
	key, err := ledger.OpenKey(filepath.Join(t.TempDir(), "key"), "fanzha/test", noise)
	if err != nil {
		t.Fatal(err)
	}
	m := ledgertest.NewMem()
	b, err := Open(t.Context(), Options{Ledger: m, Key: key, Now: time.Now, Salt: noise})
	if err != nil {
		t.Fatal(err)
	}
	b.state.Attendance = nil
	decide := func(*State, time.Time) ([]bot.Payload, error) { return []bot.Payload{&bot.DangerRaised{}}, nil }
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the view did not panic")
			}
		}()
		b.Do(t.Context(), decide)
	}()
	if _, err := b.Do(t.Context(), decide); !errors.Is(err, ErrStopped) {
		t.Errorf("Do after it: %v, want ErrStopped", err)
	}
	if err := b.Close(); !errors.Is(err, ErrStopped) {
		t.Errorf("Close after it: %v, want ErrStopped", err)
	}
	if head, err := m.Head(t.Context()); err != nil || head.Size != 0 {
		t.Errorf("%d entries were written: %v", head.Size, err)
	}
}
