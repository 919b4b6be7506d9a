package ledgertest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// memStore opens the one Mem that it holds again and again.
type memStore struct{ m *ledgertest.Mem }

func (s *memStore) Open(context.Context) (ledger.Ledger, error) {
	if s.m == nil {
		s.m = ledgertest.NewMem()
	} else {
		s.m = s.m.Reopen()
	}
	return s.m, nil
}

func (s *memStore) Crash(*testing.T) {}

func (s *memStore) Contention() error { return ledger.ErrFenced }

func TestMem(t *testing.T) {
	ledgertest.Run(t, func(*testing.T) ledgertest.Store { return new(memStore) })
}

func TestMemFailAppend(t *testing.T) {
	fault := errors.New("fault")
	for _, c := range []struct {
		name string
		err  error
		size int64 // found after reopening
	}{
		{"a fault before the write leaves nothing", fault, 2},
		{"a fault after the write leaves the batch", ledgertest.AfterWrite(fault), 5},
		{"no fault", nil, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := ledgertest.NewMem()
			appendTo(t, m, 0, 2, nil)
			m.FailAppend(func(at int64, batch []ledger.Record) error {
				if at != 2 || len(batch) != 3 {
					t.Errorf("hook(%d, %d records), want 2 and 3", at, len(batch))
				}
				return c.err
			})
			if c.err == nil {
				appendTo(t, m, 2, 3, nil)
			} else {
				appendTo(t, m, 2, 3, fault)
			}
			h, err := m.Reopen().Head(t.Context())
			if err != nil || h.Size != c.size {
				t.Errorf("Head = %d, %v, want %d", h.Size, err, c.size)
			}
		})
	}
}

func TestMemFaultsEnd(t *testing.T) {
	m := ledgertest.NewMem()
	fault := errors.New("fault")
	m.FailAppend(func(int64, []ledger.Record) error { return fault })
	appendTo(t, m, 0, 1, fault)
	m.FailAppend(nil)
	appendTo(t, m, 0, 1, nil)

	m.FailAppend(func(int64, []ledger.Record) error { return fault })
	appendTo(t, m.Reopen(), 1, 1, nil) // the hook stays with its handle
	appendTo(t, m, 2, 1, ledger.ErrFenced)
	if err := m.Erase(t.Context(), 1); !errors.Is(err, ledger.ErrFenced) {
		t.Errorf("Erase through a fenced handle = %v, want ErrFenced", err)
	}
	if h, err := m.Head(t.Context()); err != nil || h.Size != 2 {
		t.Errorf("Head through a fenced handle = %d, %v, want 2", h.Size, err)
	}
}

func TestMemInBubble(t *testing.T) {
	outside := ledgertest.NewMem()
	synctest.Test(t, func(t *testing.T) {
		for _, m := range []*ledgertest.Mem{outside, ledgertest.NewMem()} {
			appended := make(chan struct{})
			go func() {
				time.Sleep(time.Hour)
				appendTo(t, m, 0, 3, nil)
				close(appended)
			}()
			<-appended
			appendTo(t, m, 3, 1, nil)
		}
	})
	appendTo(t, outside, 4, 1, nil)
}

func appendTo(t *testing.T, m *ledgertest.Mem, at int64, n int, want error) {
	t.Helper()
	err := m.Append(t.Context(), at, ledgertest.Records(at, n), ledgertest.Checkpoint(at+int64(n)))
	if !errors.Is(err, want) {
		t.Errorf("Append(%d) = %v, want %v", at, err, want)
	}
}
