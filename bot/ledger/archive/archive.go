// Package archive keeps a stretch of a ledger in one file: the records of the
// entries from..to-1, with their private parts, and the signed checkpoint at to.
// Closed months of a shared ledger are moved into such files, backups are such
// files, and a ledger travels in one.
//
// It is not a store: nothing is ever appended to a file. It is not evidence for
// others either (that is package evidence): the private parts are inside, so a
// file is readable by its owner alone and no secret key is ever in it.
//
// # What a file proves
//
// A file that begins at entry 0 proves itself against its checkpoint. So that
// one that begins later does too, it carries the [Frontier] of the tree before
// its first entry, a few hashes; [File.Verify] grows that tree by the file's
// leaves and arrives at the signed root, or does not. Files that follow each
// other are chained: one begins with the frontier that the one before it ends
// with ([File.End]).
//
// # What the checksums are for
//
// Against accidents, not against people; whoever can write the file can compute
// a checksum, and is convicted by Verify alone. Each record has a CRC-32C of its
// own, with its number in it, so that damage is named by the entry that it hit
// ([ledger.CorruptError]); the beginning and the end of the file have theirs; and
// the whole file ends with a SHA-256 that [File.Check] compares.
//
// # Layout
//
// Numbers are big-endian. A file is
//
//	header   "fanzha archive 1\n"
//	         from u64
//	         the hashes of the frontier at from, 32 bytes each, the highest first;
//	         their number is that of the 1-bits of from
//	         CRC-32C of the above u32
//	records  each: length of the leaf u32
//	               0 without a private part, else 1 + its length u32
//	               CRC-32C of seq u64, these two lengths, leaf and private part u32
//	               leaf, private part
//	end      offset of every 256th record, from the first on, u64 each
//	         the hashes of the frontier at to, as above
//	         the checkpoint
//	         to u64, offset of the end u64, length of the checkpoint u32
//	         CRC-32C of the end up to here u32
//	         SHA-256 of the file up to here
//
// The end is found from the file's last 56 bytes, so a file is written in one
// go, and a range is read without what stands before it: at most 255 records
// are skipped. Reading takes memory for the longest record and for the offsets,
// which are 1/384 of the file at most, whatever bytes somebody puts in its
// place.
//
// # Crashes
//
// A file gets its name when it is whole and on the disk; see [Write]. What a
// crash leaves is another file in the same directory whose name begins with a
// dot; the next Write or Erase of the same path removes it.
package archive

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"fanzha/bot/ledger"
)

const (
	magic = "fanzha archive 1\n"
	// perBlock is how many records share one offset in the end.
	perBlock    = 256
	recordHead  = 4 + 4 + 4
	trailerSize = 8 + 8 + 4 + 4 + sha256.Size
	// maxPart and maxCheckpoint bound what a reader makes room for. Leaves are
	// some hundred bytes; the largest private part is a pasted chat record.
	maxPart       = 16 << 20
	maxCheckpoint = 1 << 16
	// maxSize is more entries than any ledger has; sums of it cannot overflow.
	maxSize = int64(1) << 60
)

// A Part is a stretch of a ledger that is to be written. Begin, To, Records and
// Checkpoint are needed.
type Part struct {
	// Begin is the tree before the first record; its size is the number of the
	// first record. The zero Frontier begins the ledger.
	Begin Frontier
	// To is the number of the entry after the last record. It may be that of
	// the first record: the file is then empty.
	To int64
	// Records yields the records of the entries Begin.Size()..To-1, neither
	// fewer nor more.
	Records iter.Seq2[ledger.Record, error]
	// Checkpoint is the signed checkpoint at To. Write does not look inside;
	// see [File.Verify].
	Checkpoint []byte
	// Omit says whose private parts stay out. Nil: nobody's.
	Omit func(seq int64) bool
}

// Write writes p to the file at path, in place of what is there: under another
// name, then, when everything is on the disk, under its own. So whatever
// happens there is the former file, or the whole new one, and when Write returns
// nil the new one survives a crash of the machine. Its permissions are 0600.
// The records are not collected: memory does not grow with their number.
//
// It returns the error that Records yields, an error that wraps
// [ledger.ErrNotFound] if they are too few, and leaves no file of its own.
// Of two that write to one path at once, at most one fails.
func Write(ctx context.Context, path string, p Part) error {
	if err := write(ctx, path, p); err != nil {
		return fmt.Errorf("写归档文件 %s：%w", path, err)
	}
	return nil
}

func write(ctx context.Context, path string, p Part) (err error) {
	dir, base := filepath.Dir(path), filepath.Base(path)
	if err := removeLeft(dir, base); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, temporary(base)+"*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	err = encode(ctx, tmp, p)
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// temporary is how the names of unfinished files for base begin.
func temporary(base string) string { return "." + base + "-" }

// removeLeft removes what crashes have left of earlier writes to base: private
// parts may be in there that have been erased since.
func removeLeft(dir, base string) error {
	names, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, n := range names {
		if !strings.HasPrefix(n.Name(), temporary(base)) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, n.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil // it cannot sync a directory
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Erase writes the file at path anew without the private parts of the given
// entries, as [Write] does. The checkpoint stays valid, for leaves hold only
// commitments. Erasing twice is fine. It returns [ledger.ErrNotFound], and
// changes nothing, if the file does not hold one of them. A [File] that is open
// goes on showing the former content.
func Erase(ctx context.Context, path string, seqs ...int64) (err error) {
	f, err := Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	gone := make(map[int64]bool, len(seqs))
	for _, seq := range seqs {
		if seq < f.From() || seq >= f.To() {
			return fmt.Errorf("erasing entry %d from archive %s of %d to %d: %w", seq, path, f.From(), f.To(), ledger.ErrNotFound)
		}
		gone[seq] = true
	}
	return Write(ctx, path, Part{
		Begin: f.begin, To: f.to, Records: f.Read(ctx, f.From(), f.To()), Checkpoint: f.checkpoint,
		Omit: func(seq int64) bool { return gone[seq] },
	})
}

// crc continues a CRC-32C.
func crc(sum uint32, parts ...[]byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli) // made once, by crc32
	for _, p := range parts {
		sum = crc32.Update(sum, table, p)
	}
	return sum
}

// lengths is the part of a record's head before its checksum.
func lengths(r ledger.Record) [8]byte {
	var b [8]byte
	binary.BigEndian.PutUint32(b[:], uint32(len(r.Leaf)))
	if r.Private != nil {
		binary.BigEndian.PutUint32(b[4:], 1+uint32(len(r.Private)))
	}
	return b
}

func recordSum(seq int64, head []byte, r ledger.Record) uint32 {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(seq))
	return crc(0, n[:], head, r.Leaf, r.Private)
}

// A hashing writer sums up what goes through.
type hashing struct {
	to  io.Writer
	sum hash.Hash
}

func (h *hashing) Write(b []byte) (int, error) {
	n, err := h.to.Write(b)
	h.sum.Write(b[:n])
	return n, err
}
