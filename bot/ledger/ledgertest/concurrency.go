package ledgertest

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"

	"fanzha/bot/ledger"
)

// testOneWins lets several goroutines append different batches at the same
// head, round after round. A store that checks the head and writes in two
// steps lets two of them in, or leaves a loser's record behind.
func testOneWins(t *testing.T, st Store) {
	l := mustOpen(t, st)
	const rounds, rivals, batch = 12, 8, 3
	var want []ledger.Record
	for range rounds {
		at := int64(len(want))
		offers := make([][]ledger.Record, rivals)
		errs := make([]error, rivals)
		var wg sync.WaitGroup
		for i := range rivals {
			for j := range batch {
				offers[i] = append(offers[i], ledger.Record{Leaf: fmt.Appendf(nil, "%d/%d/%d", at, i, j)})
			}
			wg.Go(func() { errs[i] = l.Append(t.Context(), at, offers[i], Checkpoint(at+batch)) })
		}
		wg.Wait()
		winners := 0
		for i, err := range errs {
			switch {
			case err == nil:
				winners++
				want = append(want, offers[i]...)
			case !errors.Is(err, ledger.ErrBehind):
				t.Fatalf("Append(%d) = %v, want nil or ErrBehind", at, err)
			}
		}
		if winners != 1 {
			t.Fatalf("%d of %d appends at %d succeeded, want 1", winners, rivals, at)
		}
		wantHead(t, l, at+batch)
	}
	wantRead(t, l, 0, -1, want)
}

// testWholeBatches reads while batches are appended. Whatever a reader sees
// must be a whole number of batches, with the checkpoint that belongs to it,
// and never less than what it saw before.
func testWholeBatches(t *testing.T, st Store) {
	l := mustOpen(t, st)
	const batches, batch, readers = 40, 7, 3
	all := Records(0, batches*batch)
	done := make(chan struct{})
	errs := make([]error, readers)
	var wg sync.WaitGroup
	for i := range readers {
		wg.Go(func() {
			for last, seen := false, int64(0); !last && errs[i] == nil; {
				select {
				case <-done:
					last = true
				default:
				}
				seen, errs[i] = observe(t, l, all, batch, seen)
			}
		})
	}
	for at := int64(0); at < batches*batch; at += batch {
		mustAppend(t, l, at, batch)
	}
	close(done)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	wantOwn(t, l, batches*batch)
}

// observe reads everything once and returns how much there was.
func observe(t *testing.T, l ledger.Ledger, all []ledger.Record, batch int, seen int64) (int64, error) {
	h, err := l.Head(t.Context())
	if err != nil {
		return seen, err
	}
	if h.Size < seen || h.Size%int64(batch) != 0 {
		return seen, fmt.Errorf("the head is at %d after %d, in batches of %d", h.Size, seen, batch)
	}
	if h.Size > 0 && !bytes.Equal(h.Checkpoint, Checkpoint(h.Size)) {
		return seen, fmt.Errorf("checkpoint %q at size %d", h.Checkpoint, h.Size)
	}
	got, err := read(t.Context(), l, 0, -1)
	if err != nil {
		return seen, err
	}
	if int64(len(got)) < h.Size || len(got)%batch != 0 {
		return seen, fmt.Errorf("read %d records at head %d, in batches of %d", len(got), h.Size, batch)
	}
	if diff := diffRecords(got, all[:len(got)]); diff != "" {
		return seen, errors.New(diff)
	}
	return int64(len(got)), nil
}
