package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
)

// A Source is what a ledger can be copied from: any [Ledger], or an archive file
// that begins at entry 0.
type Source interface {
	Head(ctx context.Context) (Head, error)
	Read(ctx context.Context, from, to int64) iter.Seq2[Record, error]
}

// unfinished stands in the place of the signed checkpoint of a ledger that is
// being copied. No key has signed it, so that such a ledger is never taken for
// a whole one.
const unfinished = "fanzha: this copy is not finished\n"

// Unfinished reports whether h is the head of a ledger that a [Copy] has not
// finished.
func (h Head) Unfinished() bool { return string(h.Checkpoint) == unfinished }

// Copy makes to the same ledger as from is when Copy begins, and returns its
// head. What to has already must be the beginning of from, to the letter: an
// interrupted Copy is gone on with, and a copy of yesterday brought up to date.
// Private parts that from has erased are erased in to.
//
// First from is checked as [Load] checks it, under the public key, before
// anything is written; then to is read back and checked in the same way. Until
// its last batch is in, to has no signed head, and Load refuses it, saying so.
func Copy(ctx context.Context, to Ledger, from Source, public string) (Checkpoint, error) {
	head, err := from.Head(ctx)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("来源：%w", err)
	}
	if _, err := examine(ctx, from, head, public); err != nil {
		return Checkpoint{}, fmt.Errorf("来源：%w", err)
	}
	had, err := to.Head(ctx)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("目标：%w", err)
	}
	if had.Size > head.Size {
		return Checkpoint{}, fmt.Errorf("目标已有 %d 条，比来源的 %d 条还多，不能复制", had.Size, head.Size)
	}
	if err := resume(ctx, to, from, had.Size); err != nil {
		return Checkpoint{}, err
	}
	if err := appendFrom(ctx, to, from, had.Size, head); err != nil {
		return Checkpoint{}, err
	}
	now, err := to.Head(ctx)
	if err == nil && now.Size != head.Size {
		err = fmt.Errorf("有 %d 条，来源有 %d 条", now.Size, head.Size)
	}
	if err != nil {
		return Checkpoint{}, fmt.Errorf("目标：%w", err)
	}
	cp, err := examine(ctx, to, now, public)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("目标：%w", err)
	}
	return cp, nil
}

// examine checks the entries of s up to its head h.
func examine(ctx context.Context, s Source, h Head, public string) (Checkpoint, error) {
	var c Checker
	for rec, err := range s.Read(ctx, 0, h.Size) {
		if err != nil {
			return Checkpoint{}, err
		}
		if _, err := c.Next(rec); err != nil {
			return Checkpoint{}, err
		}
	}
	if err := c.Head(h, public); err != nil {
		return Checkpoint{}, err
	}
	if h.Size == 0 {
		return Checkpoint{Root: c.Tree().Root()}, nil
	}
	return OpenCheckpoint(public, h.Checkpoint)
}

// resume checks that the have entries of to are the first ones of from.
func resume(ctx context.Context, to Ledger, from Source, have int64) error {
	if have == 0 {
		return nil
	}
	mine, stop := iter.Pull2(to.Read(ctx, 0, have))
	defer stop()
	var gone []int64
	seq := int64(0)
	for theirs, err := range from.Read(ctx, 0, have) {
		if err != nil {
			return fmt.Errorf("来源：%w", err)
		}
		got, err, ok := mine()
		switch {
		case err != nil:
			return fmt.Errorf("目标：%w", err)
		case !ok || !bytes.Equal(got.Leaf, theirs.Leaf):
			return fmt.Errorf("目标不是空的，而且第 %d 条与来源不同，不能接着复制", seq)
		case got.Private == nil && theirs.Private != nil:
			return fmt.Errorf("目标第 %d 条的私密部分已经删除，来源里还在，请先查清", seq)
		case got.Private != nil && theirs.Private == nil:
			gone = append(gone, seq)
		case !bytes.Equal(got.Private, theirs.Private):
			return &CorruptError{seq, "目标里的私密部分与来源不同"}
		}
		seq++
	}
	if len(gone) == 0 {
		return nil
	}
	if err := to.Erase(ctx, gone...); err != nil {
		return fmt.Errorf("目标：erasing what the source has erased: %w", err)
	}
	return nil
}

// A batch of Copy ends after copyRecords records, or earlier with the one that
// brings it to copyBytes.
const (
	copyRecords = 1000
	copyBytes   = 1 << 20
)

// appendFrom appends the entries have..head.Size-1 of from to to.
func appendFrom(ctx context.Context, to Ledger, from Source, have int64, head Head) error {
	var batch []Record
	at, size := have, 0
	for rec, err := range from.Read(ctx, have, head.Size) {
		if err != nil {
			return fmt.Errorf("来源：%w", err)
		}
		batch = append(batch, rec)
		size += len(rec.Leaf) + len(rec.Private)
		end := at + int64(len(batch))
		if end < head.Size && len(batch) < copyRecords && size < copyBytes {
			continue
		}
		checkpoint := []byte(unfinished)
		if end == head.Size {
			checkpoint = head.Checkpoint
		}
		if err := to.Append(ctx, at, batch, checkpoint); err != nil {
			return fmt.Errorf("目标：appending %d entries at %d: %w", len(batch), at, err)
		}
		at, batch, size = end, batch[:0], 0
	}
	if at != head.Size {
		return errors.New("来源在复制时变短了")
	}
	return nil
}
