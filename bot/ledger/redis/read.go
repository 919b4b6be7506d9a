package redis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot/ledger"
)

// A page of a read is about pageBytes, whatever the size of its records.
const (
	firstPage = 128
	longPage  = 2048
	pageBytes = 1 << 20
)

// Read implements [ledger.Ledger].
func (l *Ledger) Read(ctx context.Context, from, to int64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		if err := l.read(ctx, from, to, yield); err != nil {
			yield(ledger.Record{}, err)
		}
	}
}

// read yields records. It returns nil also if the consumer has had enough.
func (l *Ledger) read(ctx context.Context, from, to int64, yield func(ledger.Record, error) bool) error {
	h, err := l.head(ctx)
	switch {
	case err != nil:
		return err
	case to < 0:
		to = h.Size
	}
	if from < 0 {
		return fmt.Errorf("reading %s from %d: %w", l.county, from, ledger.ErrNotFound)
	}
	end := min(to, h.Size)
	if inFiles := min(end, h.base); from < inFiles {
		if more, err := l.readFiles(ctx, from, inFiles, yield); !more || err != nil {
			return err
		}
	}
	for seq, page := max(from, h.base), int64(firstPage); seq < end; {
		records, err := l.page(ctx, seq, min(end, seq+page))
		if err != nil {
			next, err := l.elsewhere(ctx, seq, end, err, yield)
			if next == seq || err != nil {
				return err
			}
			seq = next
			continue
		}
		bytes := 0
		for _, r := range records {
			bytes += len(r.Leaf) + len(r.Private)
		}
		if seq+int64(len(records)) > h.Size-tailRecords {
			l.tail.add(seq, records)
		}
		for _, r := range records {
			if !yield(r, nil) {
				return nil
			}
		}
		seq += int64(len(records))
		page = min(max(int64(len(records)*pageBytes/(bytes+1)), 1), longPage)
	}
	if end == h.Size {
		l.tail.see(h.Head)
	}
	if from < to && to > h.Size {
		return fmt.Errorf("reading %s up to %d of %d: %w", l.county, to, h.Size, ledger.ErrNotFound)
	}
	return nil
}

// elsewhere looks for what the stream should have held from seq on. The entries
// may have been archived since the reading began: it yields those from the files
// and returns where to go on, which is seq if the consumer has had enough.
func (l *Ledger) elsewhere(ctx context.Context, seq, end int64, cause error, yield func(ledger.Record, error) bool) (int64, error) {
	if _, missing := errors.AsType[*ledger.CorruptError](cause); !missing {
		return seq, cause
	}
	h, err := l.head(ctx)
	switch {
	case err != nil:
		return seq, errors.Join(cause, err)
	case h.Size < end:
		return seq, &RolledBackError{Size: h.Size, Known: end}
	case h.base <= seq:
		return seq, cause
	}
	next := min(end, h.base)
	if more, err := l.readFiles(ctx, seq, next, yield); !more || err != nil {
		return seq, err
	}
	return next, nil
}

// page returns the records from..to-1 of the stream. Leaves and private parts
// are of one moment: between two, the entries might leave Redis.
func (l *Ledger) page(ctx context.Context, from, to int64) ([]ledger.Record, error) {
	if l.closed() {
		return nil, ledger.ErrClosed
	}
	seqs := make([]string, 0, to-from)
	for seq := from; seq < to; seq++ {
		seqs = append(seqs, strconv.FormatInt(seq, 10))
	}
	var messages *goredis.XMessageSliceCmd
	var privates *goredis.SliceCmd
	_, err := l.s.client.TxPipelined(ctx, func(p goredis.Pipeliner) error {
		messages = p.XRange(ctx, l.k.log, messageID(from), messageID(to-1))
		privates = p.HMGet(ctx, l.k.private, seqs...)
		return nil
	})
	if err != nil {
		return nil, l.failed("reading", err)
	}
	records := make([]ledger.Record, 0, len(seqs))
	for i, m := range messages.Val() {
		seq := from + int64(i)
		leaf, ok := m.Values["l"].(string)
		if m.ID != messageID(seq) || !ok {
			return nil, &ledger.CorruptError{Seq: seq, Reason: "记录缺失"}
		}
		r := ledger.Record{Leaf: []byte(leaf)}
		if private, ok := privates.Val()[i].(string); ok {
			r.Private = []byte(private)
		}
		records = append(records, r)
	}
	if len(records) < len(seqs) {
		return nil, &ledger.CorruptError{Seq: from + int64(len(records)), Reason: "记录缺失"}
	}
	return records, nil
}

// messageID returns the name of an entry's message. Message 0-0 cannot be.
func messageID(seq int64) string { return strconv.FormatInt(seq+1, 10) + "-0" }
