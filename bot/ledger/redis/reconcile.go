package redis

import (
	"bytes"
	"context"
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
// process knows to have been acknowledged, or so much less that it cannot be
// put back. People must decide which is the truth.
type DivergedError struct {
	Seq    int64  // the first entry that differs or is missing
	Reason string // in Chinese
}

// Error implements error.
func (e *DivergedError) Error() string {
	return fmt.Sprintf("Redis 里的台账与本进程确认过的不一致，从第 %d 条起：%s", e.Seq, e.Reason)
}

// Reconcile compares the store with what this handle acknowledged or read. If
// the store is a shorter prefix of that, it appends the missing records again,
// with their checkpoints, and returns how many they were: the caller says so
// in the ledger, and aloud. If the store differs it changes nothing and returns
// a *[DivergedError].
//
// That the store is a prefix is proved by its checkpoint, if the handle
// remembers one at that size, and else by comparing all records that both have.
// What this handle erased is erased again. Without a hold nothing can be put
// back: it returns a *[RolledBackError] instead.
//
// After a restart of this process there is nothing to compare with: what only
// the dead process knew, and the store lost, is found by a checkpoint that
// somebody else kept.
func (l *Ledger) Reconcile(ctx context.Context) (lost int64, err error) {
	l.write.Lock()
	defer l.write.Unlock()
	start, records, marks, erased := l.tail.known()
	h, err := l.head(ctx)
	if err != nil {
		return 0, err
	}
	if err := l.compare(ctx, h, start, records, marks); err != nil {
		return 0, fmt.Errorf("reconciling %s: %w", l.county, err)
	}
	lost = max(start+int64(len(records))-h.Size, 0)
	switch {
	case l.hold == nil && lost > 0:
		return 0, &RolledBackError{Size: h.Size, Known: h.Size + lost}
	case l.hold == nil:
		return 0, nil
	}
	if err := l.restore(ctx, h.Size, start, records, marks); err != nil {
		return 0, fmt.Errorf("putting back %d records of %s: %w", lost, l.county, err)
	}
	for part := range slices.Chunk(erased, 1000) {
		if err := l.erase(ctx, part); err != nil {
			return lost, fmt.Errorf("erasing again in %s: %w", l.county, err)
		}
	}
	return lost, nil
}

// compare returns a *DivergedError unless one of the store and what is known is
// the beginning of the other.
func (l *Ledger) compare(ctx context.Context, h head, start int64, records []ledger.Record, marks []ledger.Head) error {
	end := start + int64(len(records))
	if h.Size < start {
		return &DivergedError{h.Size, fmt.Sprintf("只剩 %d 条，缺的太多，本进程只记得从第 %d 条起的，请从备份或别的进程恢复", h.Size, start)}
	}
	if i, ok := slices.BinarySearchFunc(marks, h.Size, func(m ledger.Head, size int64) int { return int(m.Size - size) }); ok {
		if bytes.Equal(marks[i].Checkpoint, h.Checkpoint) {
			return nil
		}
	} else if h.Size == start && h.Size > 0 && len(records) > 0 {
		return &DivergedError{h.Size, "没有共同的条目可比，无法证明剩下的是原来的"}
	}
	from := max(start, h.base)
	for seq := from; seq < min(end, h.Size); {
		page, err := l.page(ctx, seq, min(end, h.Size, seq+firstPage))
		if err != nil {
			return err
		}
		for _, r := range page {
			if !bytes.Equal(r.Leaf, records[seq-start].Leaf) {
				return &DivergedError{seq, "内容不同，有别的进程在退回之后续写过"}
			}
			seq++
		}
	}
	if h.Size <= end && slices.ContainsFunc(marks, func(m ledger.Head) bool { return m.Size == h.Size }) {
		return &DivergedError{h.Size, "条目相同而存证点不同"}
	}
	return nil
}

// restore appends what follows size, up to one checkpoint after another. l.write
// is held.
func (l *Ledger) restore(ctx context.Context, size, start int64, records []ledger.Record, marks []ledger.Head) error {
	if err := l.mayWrite(ctx); err != nil {
		return err
	}
	for _, m := range marks {
		if m.Size <= size {
			continue
		}
		if err := l.append(ctx, size, records[size-start:m.Size-start], m.Checkpoint); err != nil {
			return err
		}
		size = m.Size
	}
	return nil
}
