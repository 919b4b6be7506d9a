package ledger

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"

	"fanzha/bot"
)

// Load reads the whole of l, checks it, and hands each entry to apply in order.
// It returns the tree over them.
//
// Checked are: the form and number of each entry, its time against the one
// before it, its private part against its commitment, every checkpoint that was
// once shown outside ([bot.CheckpointWitnessed]), and the signed head. What does
// not fit ends Load with a *[CorruptError] that names the first place.
//
// A ledger that was cut back together with its head, to an older state that
// was once signed, is in itself a true ledger: that it is an old one shows only
// against a checkpoint that somebody else has kept.
func Load(ctx context.Context, l Ledger, public string, apply func(Entry) error) (*Tree, error) {
	head, err := l.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the head: %w", err)
	}
	var c Checker
	for rec, err := range l.Read(ctx, 0, -1) {
		if err != nil {
			return nil, err
		}
		e, err := c.Next(rec)
		if err != nil {
			return nil, err
		}
		if err := apply(e); err != nil {
			return nil, &CorruptError{Seq: e.Seq, Reason: err.Error()}
		}
	}
	if err := c.Head(head, public); err != nil {
		return nil, err
	}
	return c.Tree(), nil
}

// A Checker checks a ledger as it is read, one record after another, for those
// who follow it: [Load] is a Checker over all that there is. The zero Checker
// stands before entry 0. It is not safe for concurrent use.
type Checker struct {
	tree Tree
	last time.Time // of the newest entry
}

// Next takes the next record and returns its entry. It checks all that Load does
// but for the signed head. After an error, which is a *[CorruptError], the
// Checker is as it was before.
func (c *Checker) Next(rec Record) (Entry, error) {
	seq := c.tree.Size()
	e, err := Open(seq, rec)
	if err != nil {
		return Entry{}, err
	}
	if seq > 0 && e.At.Before(c.last) {
		return Entry{}, &CorruptError{seq, "时间早于前一条"}
	}
	if err := checkWitness(e, &c.tree); err != nil {
		return Entry{}, err
	}
	c.tree.Add(e.Hash)
	c.last = e.At
	return e, nil
}

// Tree returns the tree over the entries so far. It grows with each Next.
func (c *Checker) Tree() *Tree { return &c.tree }

// checkWitness checks an entry that repeats a checkpoint of the tree before it.
func checkWitness(e Entry, before *Tree) error {
	w, ok := e.Payload.(*bot.CheckpointWitnessed)
	if !ok {
		return nil
	}
	root := before.Root()
	if w.Size != before.Size() || w.Root != base64.StdEncoding.EncodeToString(root[:]) {
		return &CorruptError{e.Seq, fmt.Sprintf("此前公布的存证点（前 %d 条）与现有内容不符，改动在此条之前", w.Size)}
	}
	return nil
}

// Head checks that the entries so far are those of the head h, which must be
// signed with the key whose public half is given. The head of the empty ledger
// needs no checkpoint. It returns a *[CorruptError].
func (c *Checker) Head(h Head, public string) error {
	if h.Size != c.tree.Size() {
		return &CorruptError{min(h.Size, c.tree.Size()), fmt.Sprintf("应有 %d 条，实有 %d 条", h.Size, c.tree.Size())}
	}
	if h.Size == 0 {
		return nil
	}
	cp, err := OpenCheckpoint(public, h.Checkpoint)
	switch {
	case h.Unfinished():
		return &CorruptError{-1, "没有复制完（已有 " + strconv.FormatInt(h.Size, 10) + " 条），请把同一条复制或恢复命令再运行一次"}
	case errors.Is(err, ErrForeign):
		return &CorruptError{-1, "末尾存证点的" + err.Error()}
	case err != nil:
		return &CorruptError{-1, err.Error()}
	case cp.Size != h.Size:
		return &CorruptError{min(cp.Size, h.Size), fmt.Sprintf("末尾存证点写明 %d 条，实有 %d 条", cp.Size, h.Size)}
	case cp.Root != c.tree.Root():
		return &CorruptError{-1, fmt.Sprintf("前 %d 条的总摘要与签名的存证点不符，有内容被整条换过", cp.Size)}
	}
	return nil
}
