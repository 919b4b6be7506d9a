package archive

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"fanzha/bot/ledger"
)

// A File is an open archive. Its methods are safe for concurrent use. Closing it
// ends every Read.
type File struct {
	f    *os.File
	path string

	begin, end Frontier
	to         int64
	checkpoint []byte
	offsets    []int64 // of every perBlock-th record, then that of the end
}

// Open opens the archive at path and checks its beginning and its end; records
// are checked as they are read. It returns an error that wraps a
// *[ledger.CorruptError] if the file is not an archive, or was cut or damaged
// there, and one that says so if a newer program wrote it.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	a := &File{f: f, path: path}
	if err := a.open(); err != nil {
		return nil, errors.Join(a.named(err), f.Close())
	}
	return a, nil
}

// From returns the number of the first entry.
func (a *File) From() int64 { return a.begin.size }

// To returns the number of the entry after the last one.
func (a *File) To() int64 { return a.to }

// Checkpoint returns the signed checkpoint at To, as it was given to [Write]. It
// is not checked; see [File.Verify].
func (a *File) Checkpoint() []byte { return bytes.Clone(a.checkpoint) }

// Head returns To and Checkpoint as those of a ledger, so that a file that
// begins at entry 0 can be copied from: it is a [ledger.Source].
func (a *File) Head(context.Context) (ledger.Head, error) {
	return ledger.Head{Size: a.to, Checkpoint: a.Checkpoint()}, nil
}

// Begin returns the tree before the first entry.
func (a *File) Begin() Frontier { return a.begin }

// End returns the tree after the last entry, with which the next file begins.
// It is not checked; see [File.Check].
func (a *File) End() Frontier { return a.end }

// Close closes the file. It is idempotent.
func (a *File) Close() error {
	if err := a.f.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// named says of which file an error is.
func (a *File) named(err error) error {
	if errors.Is(err, os.ErrClosed) {
		err = ledger.ErrClosed
	}
	return fmt.Errorf("归档文件 %s：%w", a.path, err)
}

func damaged(what string) error { return &ledger.CorruptError{Seq: -1, Reason: what} }

func (a *File) open() error {
	info, err := a.f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return damaged("不是普通文件")
	}
	size := info.Size()
	first, err := a.openHead()
	if err != nil {
		return err
	}
	return a.openEnd(first, size)
}

// openHead reads the header and returns its length.
func (a *File) openHead() (int64, error) {
	const fixed = len(magic) + 8
	head := make([]byte, fixed+levels*32+4)
	n, err := a.f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return 0, err
	}
	head = head[:n]
	if !bytes.HasPrefix(head, []byte(magic)) {
		if bytes.HasPrefix(head, []byte(magic[:len(magic)-2])) {
			return 0, errors.New("格式比本程序新，请先升级程序")
		}
		return 0, damaged("不是归档文件，或文件头已损坏")
	}
	if n < fixed {
		return 0, damaged("文件头不完整")
	}
	from := binary.BigEndian.Uint64(head[len(magic):])
	end := int64(fixed)
	if from < uint64(maxSize) {
		end += frontierBytes(int64(from))
	}
	if from >= uint64(maxSize) || int64(n) < end+4 || crc(0, head[:end]) != binary.BigEndian.Uint32(head[end:]) {
		return 0, damaged("文件头已损坏")
	}
	a.begin = readFrontier(int64(from), head[fixed:end])
	return end + 4, nil
}

// openEnd reads what stands after the records of a file of the given size whose
// records begin at first.
func (a *File) openEnd(first, size int64) error {
	cut := damaged("文件不完整，或末尾已损坏")
	var t [trailerSize]byte
	if size < first+trailerSize {
		return cut
	}
	if _, err := a.f.ReadAt(t[:], size-trailerSize); err != nil {
		return err
	}
	to, start, note := binary.BigEndian.Uint64(t[:]), binary.BigEndian.Uint64(t[8:]), int64(binary.BigEndian.Uint32(t[16:]))
	if to >= uint64(maxSize) || start > uint64(size-trailerSize) || int64(start) < first || note > maxCheckpoint {
		return cut
	}
	a.to = int64(to)
	n := a.to - a.From()
	if n < 0 || n > (int64(start)-first)/recordHead { // so room for the offsets is bounded by the file
		return cut
	}
	blocks := (n + perBlock - 1) / perBlock
	if int64(start)+blocks*8+frontierBytes(a.to)+note != size-trailerSize {
		return cut
	}
	b := make([]byte, size-int64(start))
	if _, err := a.f.ReadAt(b, int64(start)); err != nil {
		return err
	}
	summed := len(b) - trailerSize + 20
	if crc(0, b[:summed]) != binary.BigEndian.Uint32(b[summed:]) {
		return cut
	}
	a.checkpoint = bytes.Clone(b[blocks*8+frontierBytes(a.to):][:note])
	a.end = readFrontier(a.to, b[blocks*8:])
	return a.openOffsets(b[:blocks*8], first, int64(start))
}

func (a *File) openOffsets(b []byte, first, end int64) error {
	last := first
	for i := 0; i < len(b); i += 8 {
		at := binary.BigEndian.Uint64(b[i:])
		if at > uint64(end) || int64(at) < last || i == 0 && int64(at) != first {
			return damaged("末尾的目录不对")
		}
		last = int64(at)
		a.offsets = append(a.offsets, last)
	}
	if len(b) == 0 && end != first {
		return damaged("末尾的目录不对")
	}
	a.offsets = append(a.offsets, end)
	return nil
}

// Read yields the records from..to-1 in order; to < 0 means up to [File.To]. As
// with [ledger.Ledger], what the file does not hold ends the sequence with
// [ledger.ErrNotFound], an empty range is no error, a damaged record ends it with
// an error that wraps a *[ledger.CorruptError] naming the entry, and the slices
// are the caller's.
func (a *File) Read(ctx context.Context, from, to int64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		end := to
		if to < 0 {
			end = a.to
		}
		var err error
		switch {
		case from < 0 || from < a.From() && from < end:
			err = fmt.Errorf("reading from %d: %w", from, ledger.ErrNotFound)
		case from < min(end, a.to):
			left := false
			if left, err = a.read(ctx, from, min(end, a.to), yield); left {
				return
			}
		}
		if err == nil && end > a.to && from < end {
			err = fmt.Errorf("reading %d to %d: %w", from, end-1, ledger.ErrNotFound)
		}
		if err != nil {
			yield(ledger.Record{}, a.named(err))
		}
	}
}

// read yields records that are there. It reports whether the caller has left.
func (a *File) read(ctx context.Context, from, to int64, yield func(ledger.Record, error) bool) (left bool, err error) {
	var in *bufio.Reader
	var room int64 // bytes that the block has left
	for seq := from - (from-a.From())%perBlock; seq < to; seq++ {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if block := (seq - a.From()) / perBlock; (seq-a.From())%perBlock == 0 {
			if room != 0 {
				return false, &ledger.CorruptError{Seq: seq - 1, Reason: "长度不对，已损坏"}
			}
			room = a.offsets[block+1] - a.offsets[block]
			if in == nil {
				start := a.offsets[block]
				in = bufio.NewReaderSize(io.NewSectionReader(a.f, start, a.offsets[len(a.offsets)-1]-start), 1<<16)
			}
		}
		r, err := next(in, seq, &room)
		if err != nil {
			return false, err
		}
		if seq >= from && !yield(r, nil) {
			return true, nil
		}
	}
	if room != 0 && to == a.to {
		return false, &ledger.CorruptError{Seq: to - 1, Reason: "长度不对，已损坏"}
	}
	return false, nil
}

// next reads the record seq, which takes at most room bytes.
func next(in io.Reader, seq int64, room *int64) (ledger.Record, error) {
	bad := &ledger.CorruptError{Seq: seq, Reason: "记录与其校验和不符，已损坏"}
	var head [recordHead]byte
	if *room -= recordHead; *room < 0 {
		return ledger.Record{}, bad
	}
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return ledger.Record{}, cutShort(err, bad)
	}
	leaf, private := int64(binary.BigEndian.Uint32(head[:])), int64(binary.BigEndian.Uint32(head[4:]))
	size := leaf + max(private-1, 0)
	if *room -= size; *room < 0 || leaf > maxPart || private > maxPart+1 {
		return ledger.Record{}, bad
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(in, b); err != nil {
		return ledger.Record{}, cutShort(err, bad)
	}
	r := ledger.Record{Leaf: b[:leaf:leaf]}
	if private > 0 {
		r.Private = b[leaf:]
	}
	if recordSum(seq, head[:8], r) != binary.BigEndian.Uint32(head[8:]) {
		return ledger.Record{}, bad
	}
	return r, nil
}

// cutShort returns bad if err says that the file has become shorter.
func cutShort(err error, bad *ledger.CorruptError) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return bad
	}
	return err
}
