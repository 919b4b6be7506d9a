package archive

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot/ledger"
)

// encode writes the bytes of p to w.
func encode(ctx context.Context, w io.Writer, p Part) error {
	from := p.Begin.Size()
	if p.To < from || p.To >= maxSize || len(p.Checkpoint) > maxCheckpoint {
		return fmt.Errorf("no archive holds the entries %d to %d with a checkpoint of %d bytes", from, p.To, len(p.Checkpoint))
	}
	out := &hashing{to: w, sum: sha256.New()}
	e := encoder{Writer: bufio.NewWriterSize(out, 1<<18), tree: p.Begin, omit: p.Omit}
	head := p.Begin.append(binary.BigEndian.AppendUint64([]byte(magic), uint64(from)))
	e.put(binary.BigEndian.AppendUint32(head, crc(0, head)))
	for r, err := range p.Records {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && e.tree.Size() == p.To {
			err = errors.New("more records than announced")
		}
		if err == nil {
			err = e.record(r)
		}
		if err != nil {
			return err
		}
	}
	if e.tree.Size() < p.To {
		return fmt.Errorf("the records end at %d: %w", e.tree.Size(), ledger.ErrNotFound)
	}
	e.end(p.Checkpoint)
	if err := e.Flush(); err != nil {
		return err
	}
	_, err := w.Write(out.sum.Sum(nil))
	return err
}

// An encoder writes one file. Errors of writing stay until the final Flush.
type encoder struct {
	*bufio.Writer
	at      int64 // bytes put
	tree    Frontier
	omit    func(int64) bool
	offsets []byte
	n       int
}

func (e *encoder) put(b []byte) {
	_, _ = e.Write(b) // remembered by the writer
	e.at += int64(len(b))
}

func (e *encoder) record(r ledger.Record) error {
	seq := e.tree.Size()
	if len(r.Leaf) > maxPart || len(r.Private) > maxPart {
		return fmt.Errorf("entry %d is too large: %d and %d bytes", seq, len(r.Leaf), len(r.Private))
	}
	if e.omit != nil && e.omit(seq) {
		r.Private = nil
	}
	if e.n%perBlock == 0 {
		e.offsets = binary.BigEndian.AppendUint64(e.offsets, uint64(e.at))
		// So that a full disk is noticed before everything has been read.
		if _, err := e.Write(nil); err != nil {
			return err
		}
	}
	head := lengths(r)
	e.put(binary.BigEndian.AppendUint32(head[:], recordSum(seq, head[:], r)))
	e.put(r.Leaf)
	e.put(r.Private)
	e.tree.Add(tlog.RecordHash(r.Leaf))
	e.n++
	return nil
}

// end writes what stands after the records but for the last hash.
func (e *encoder) end(checkpoint []byte) {
	start := e.at
	b := e.tree.append(e.offsets)
	b = append(b, checkpoint...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.tree.Size()))
	b = binary.BigEndian.AppendUint64(b, uint64(start))
	b = binary.BigEndian.AppendUint32(b, uint32(len(checkpoint)))
	e.put(binary.BigEndian.AppendUint32(b, crc(0, b)))
}
