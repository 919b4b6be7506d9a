package redis

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"fanzha/bot/ledger"
)

// A RolledBackError says that the store has gone back behind what this process
// knows to have been acknowledged: see [Ledger.Reconcile]. It wraps
// [ledger.ErrBehind].
type RolledBackError struct {
	Size  int64 // what the store holds
	Known int64 // what was acknowledged
}

// Error implements error.
func (e *RolledBackError) Error() string {
	return fmt.Sprintf("Redis 里的台账退回到 %d 条，而已确认过 %d 条（主从切换或重启丢了数据）", e.Size, e.Known)
}

// Unwrap returns [ledger.ErrBehind].
func (e *RolledBackError) Unwrap() error { return ledger.ErrBehind }

// A DivergedError says that the store holds something else than what this
// process knows, or so much less that it cannot be put back. Nothing built on
// what the process knows may go on.
type DivergedError struct {
	Seq int64 // the first entry that differs or is missing
	// Acknowledged reports that this process itself acknowledged that entry:
	// people must decide which is the truth. Otherwise it had only read it,
	// perhaps before it was acknowledged to anyone, and reads the ledger anew.
	Acknowledged bool
	Reason       string // in Chinese
}

// Error implements error.
func (e *DivergedError) Error() string {
	return fmt.Sprintf("Redis 里的台账与本进程所知的不一致，从第 %d 条起：%s", e.Seq, e.Reason)
}

// Reconcile compares the store with what this handle acknowledged or read. If
// the store is a shorter prefix of that, it appends the missing records again,
// with their checkpoints, and returns how many they were: the caller says so
// in the ledger, and aloud. With an error it may have put back some of them. If the
// store differs it changes nothing and returns a *[DivergedError].
//
// That the store is a prefix is proved by its checkpoint, if the handle
// remembers one at that size, and else by comparing all records that both have.
// What this handle erased is erased again. Without a hold nothing can be put
// back: it returns a *[RolledBackError] instead.
//
// A handle that has neither appended nor read yet has nothing to compare with:
// what only a dead process knew, and the store lost, is found by a checkpoint
// that somebody else kept.
func (l *Ledger) Reconcile(ctx context.Context) (lost int64, err error) {
	l.write.Lock()
	defer l.write.Unlock()
	known := l.tail.recall()
	h, err := l.head(ctx)
	if err != nil {
		return 0, err
	}
	if err := l.compare(ctx, h, known); err != nil {
		if d, ok := errors.AsType[*DivergedError](err); ok {
			d.Acknowledged = d.Seq < known.acked
		}
		return 0, fmt.Errorf("reconciling %s: %w", l.county, err)
	}
	lost = max(known.end()-h.Size, 0)
	switch {
	case l.hold == nil && lost > 0:
		return 0, &RolledBackError{Size: h.Size, Known: known.end()}
	case l.hold == nil:
		return 0, nil
	}
	if err := l.restore(ctx, h.Size, known); err != nil {
		return lost, fmt.Errorf("putting back %d records of %s: %w", lost, l.county, err)
	}
	for part := range slices.Chunk(known.erased, 1000) {
		if err := l.erase(ctx, part); err != nil {
			return lost, fmt.Errorf("erasing again in %s: %w", l.county, err)
		}
	}
	if err := l.eraseInFiles(ctx, known.erased); err != nil {
		return lost, fmt.Errorf("erasing again in the files of %s: %w", l.county, err)
	}
	return lost, nil
}

// compare returns a *DivergedError unless one of the store and what is known is
// the beginning of the other.
func (l *Ledger) compare(ctx context.Context, h head, known memory) error {
	mark, marked := known.mark(h.Size)
	switch {
	case h.Size < known.start:
		return &DivergedError{Seq: h.Size, Reason: fmt.Sprintf("只剩 %d 条，而本进程只记得从第 %d 条起的，补不上，请从备份或别的进程恢复", h.Size, known.start)}
	case marked && bytes.Equal(mark, h.Checkpoint):
		return nil
	case h.Size == known.start && h.Size < known.end() && h.Size > 0:
		return &DivergedError{Seq: h.Size, Reason: "没有共同的条目可比，无法证明剩下的是原来的"}
	}
	end := min(known.end(), h.Size)
	for seq := max(known.start, h.base); seq < end; {
		page, err := l.page(ctx, seq, min(end, seq+firstPage))
		if err != nil {
			return err
		}
		for _, r := range page {
			if !bytes.Equal(r.Leaf, known.records[seq-known.start].Leaf) {
				return &DivergedError{Seq: seq, Reason: "内容不同，退回之后有别的进程续写过"}
			}
			seq++
		}
	}
	if marked {
		return &DivergedError{Seq: h.Size, Reason: "条目相同而存证点不同"}
	}
	return nil
}

// restore appends what follows size, up to one checkpoint after another. l.write
// is held.
func (l *Ledger) restore(ctx context.Context, size int64, known memory) error {
	if err := l.mayWrite(ctx); err != nil {
		return err
	}
	for _, m := range known.marks {
		if m.Size <= size {
			continue
		}
		if err := l.append(ctx, size, known.records[size-known.start:m.Size-known.start], m.Checkpoint); err != nil {
			return err
		}
		size = m.Size
	}
	return nil
}
