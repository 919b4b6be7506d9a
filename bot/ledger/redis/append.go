package redis

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"fanzha/bot/ledger"
)

// errLate is returned when it cannot be known whether a batch is in.
var errLate = errors.New("the lease was lost before the answer came")

// tryTimeout is how long one try to write takes at most. It must be more than
// confirmTimeout.
const tryTimeout = 3 * time.Second

// Append implements [ledger.Ledger]. While the hold is valid it tries again
// over a lost connection, a restart or a failover; the server knows the same
// batch again. It returns a *[RolledBackError] if the server has gone back
// behind what this handle knows.
func (l *Ledger) Append(ctx context.Context, at int64, batch []ledger.Record, checkpoint []byte) error {
	l.write.Lock()
	defer l.write.Unlock()
	switch err := l.mayWrite(ctx); {
	case err != nil:
		return err
	case len(batch) == 0:
		return nil
	}
	err := l.append(ctx, at, batch, checkpoint)
	if err != nil {
		return fmt.Errorf("appending %d records to %s at %d: %w", len(batch), l.county, at, err)
	}
	l.tail.appended(at, batch, checkpoint)
	return nil
}

// mayWrite reports why l may not write.
func (l *Ledger) mayWrite(ctx context.Context) error {
	switch {
	case l.closed():
		return ledger.ErrClosed
	case l.hold == nil || !l.hold.Valid():
		return ledger.ErrFenced
	default:
		return ctx.Err()
	}
}

// append writes one batch. l.write is held.
func (l *Ledger) append(ctx context.Context, at int64, batch []ledger.Record, checkpoint []byte) error {
	letters := make([]byte, len(batch))
	args := make([]any, 5, 5+2*len(batch))
	for i, r := range batch {
		letters[i] = '-'
		args = append(args, r.Leaf)
		if r.Private != nil {
			letters[i] = 'p'
			args = append(args, r.Private)
		}
	}
	copy(args, []any{l.hold.fence, at, digest(at, batch, checkpoint), checkpoint, letters})
	reply, err := l.commit(ctx, "append", []string{l.k.log, l.k.private, l.k.head}, args...)
	if err != nil {
		return err
	}
	if reply[0] != "behind" {
		return nil
	}
	size, err := strconv.ParseInt(reply[1], 10, 64)
	if known := l.tail.end(); err == nil && size < known {
		return &RolledBackError{Size: size, Known: known}
	}
	return ledger.ErrBehind
}

// digest tells one batch from another, so that the server knows one that it
// already has.
func digest(at int64, batch []ledger.Record, checkpoint []byte) string {
	h := sha256.New()
	number := func(n int64) { h.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	number(at)
	for _, r := range append(batch[:len(batch):len(batch)], ledger.Record{Leaf: checkpoint}) {
		number(int64(len(r.Leaf)))
		h.Write(r.Leaf)
		if r.Private == nil {
			number(-1)
			continue
		}
		number(int64(len(r.Private)))
		h.Write(r.Private)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// commit runs a script of the holder until the server has answered. It returns
// the answer if that is not "fenced", and never once the hold has ended.
func (l *Ledger) commit(ctx context.Context, script string, names []string, args ...any) ([]string, error) {
	pause := 10 * time.Millisecond
	var last error
	for {
		reply, err := l.try(ctx, script, names, args...)
		switch {
		case err == nil && reply[0] == "fenced":
			l.hold.stop()
			return nil, ledger.ErrFenced
		case err == nil && l.hold.Valid():
			return reply, nil
		case err != nil && !passing(err):
			return nil, err
		case err != nil:
			last = err
			l.s.conf.Log.Warn("writing again", "county", l.county, "error", err)
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-l.hold.life.Done():
		case <-l.closing:
		case <-ctx.Done():
		}
		t.Stop()
		switch {
		case l.closed():
			return nil, errors.Join(ledger.ErrClosed, last)
		case ctx.Err() != nil:
			return nil, errors.Join(ctx.Err(), last)
		case !l.hold.Valid():
			return nil, errors.Join(errLate, last)
		}
		pause = min(2*pause, 500*time.Millisecond)
	}
}

// try runs a script once, for as long as the hold is sure to last: the client
// heeds a deadline, but not the end of a context, while it waits for an answer.
func (l *Ledger) try(ctx context.Context, script string, names []string, args ...any) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, min(tryTimeout, l.hold.left()))
	defer cancel()
	return l.s.run(ctx, script, l.k, names, args...)
}

// Erase implements [ledger.Ledger]. Appends go on while it rewrites archive files.
func (l *Ledger) Erase(ctx context.Context, seqs ...int64) error {
	err := l.eraseInRedis(ctx, seqs)
	if err == nil {
		err = l.eraseInFiles(ctx, seqs)
	}
	if err != nil {
		return fmt.Errorf("erasing %d private parts of %s: %w", len(seqs), l.county, err)
	}
	return nil
}

// eraseInRedis erases in Redis, and notes what is to be gone from the files too.
func (l *Ledger) eraseInRedis(ctx context.Context, seqs []int64) error {
	l.write.Lock()
	defer l.write.Unlock()
	if err := l.mayWrite(ctx); err != nil || len(seqs) == 0 {
		return err
	}
	if err := l.erase(ctx, seqs); err != nil {
		return err
	}
	l.tail.erase(seqs)
	return nil
}

// erase is eraseInRedis for who holds l.write.
func (l *Ledger) erase(ctx context.Context, seqs []int64) error {
	args := []any{l.hold.fence}
	for _, seq := range seqs {
		args = append(args, seq)
	}
	reply, err := l.commit(ctx, "erase", []string{l.k.private, l.k.head, l.k.erased}, args...)
	switch {
	case err != nil:
		return err
	case reply[0] == "missing":
		return fmt.Errorf("entry %s: %w", reply[1], ledger.ErrNotFound)
	}
	return nil
}

// eraseInFiles takes out of this process's files what was erased.
func (l *Ledger) eraseInFiles(ctx context.Context, seqs []int64) error {
	if l.s.conf.ArchiveDir == "" || len(seqs) == 0 {
		return nil
	}
	l.files.Lock()
	defer l.files.Unlock()
	have, err := l.spans()
	if err != nil || reach(have) <= slices.Min(seqs) {
		return err
	}
	return l.sweep(ctx, have)
}
