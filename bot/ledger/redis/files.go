package redis

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/archive"
)

// A span is an archive file of this process: entries from..to-1.
type span struct {
	from, to int64
	path     string
}

// trimStep is how many entries leave Redis at once, for it does nothing else
// meanwhile.
const trimStep = 5000

// Archive moves the entries before to, whose signed checkpoint is given, from
// Redis into a file of [Config.ArchiveDir]. They leave Redis only when the file
// has been written, synced, read back and compared with the checkpoint, and
// when as many processes as [Config.Copies] asks for have a file of their own
// ([Ledger.Copy]); those who come later are noticed by the next Archive.
// Afterwards Read goes on as before, here and wherever the files are.
//
// It can be called again after any error, with the same arguments. Appends go
// on meanwhile.
func (l *Ledger) Archive(ctx context.Context, to int64, checkpoint []byte) error {
	if err := l.archive(ctx, to, checkpoint); err != nil {
		return fmt.Errorf("archiving %s up to %d: %w", l.county, to, err)
	}
	return nil
}

func (l *Ledger) archive(ctx context.Context, to int64, checkpoint []byte) error {
	if l.s.conf.ArchiveDir == "" {
		return errors.New("没有配置归档目录（redis.archiveDir）")
	}
	if err := l.mayWrite(ctx); err != nil {
		return err
	}
	reply, err := l.commit(ctx, "close", []string{l.k.head, l.k.closed}, l.hold.fence, to, checkpoint)
	switch {
	case err != nil:
		return err
	case reply[0] == "missing":
		return ledger.ErrNotFound
	}
	have, err := l.copyFiles(ctx)
	if err != nil {
		return err
	}
	return l.trim(ctx, have)
}

// Copy makes this process's own files of what has been archived, and erases in
// them what was erased elsewhere. It needs no hold, and does nothing if there
// is nothing to do. If entries have left Redis before this process had them, it
// names the file that must be copied here from another machine.
func (l *Ledger) Copy(ctx context.Context) error {
	if l.s.conf.ArchiveDir == "" {
		return nil
	}
	if _, err := l.copyFiles(ctx); err != nil {
		return fmt.Errorf("copying the archive of %s: %w", l.county, err)
	}
	return nil
}

// copyFiles writes the files that are missing, sweeps all, announces how far
// they reach, and returns that.
func (l *Ledger) copyFiles(ctx context.Context) (int64, error) {
	l.files.Lock()
	defer l.files.Unlock()
	have, err := l.spans()
	if err != nil {
		return 0, err
	}
	closed, err := l.closedAt(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range closed {
		if end := reach(have); c.Size > end {
			next := span{end, c.Size, l.path(end, c.Size)}
			if err := l.writeFile(ctx, have, next, c.Checkpoint); err != nil {
				return 0, err
			}
			have = append(have, next)
		}
	}
	if err := l.sweep(ctx, have); err != nil {
		return 0, err
	}
	end := reach(have)
	if err := l.s.client.HSet(ctx, l.k.copies, l.s.conf.Process, end).Err(); err != nil {
		return 0, l.failed("announcing the files of", err)
	}
	return end, nil
}

// reach returns where the files of a process end.
func reach(have []span) int64 {
	if len(have) == 0 {
		return 0
	}
	return have[len(have)-1].to
}

// writeFile writes one file after those that are there, and reads it back.
func (l *Ledger) writeFile(ctx context.Context, have []span, s span, checkpoint []byte) error {
	var begin archive.Frontier
	if len(have) > 0 {
		before, err := archive.Open(have[len(have)-1].path)
		if err != nil {
			return err
		}
		begin = before.End()
		if err := before.Close(); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(l.s.conf.ArchiveDir, 0o700); err != nil {
		return err
	}
	if err := archive.Write(ctx, s.path, archive.Part{Begin: begin, To: s.to, Records: l.Read(ctx, s.from, s.to), Checkpoint: checkpoint}); err != nil {
		return err
	}
	if err := proveFile(ctx, s, checkpoint); err != nil {
		return errors.Join(err, os.Remove(s.path))
	}
	return nil
}

// proveFile reads a file back and compares it with the checkpoint, whose
// signature is known to be good: the writer of the ledger made it.
func proveFile(ctx context.Context, s span, checkpoint []byte) error {
	f, err := archive.Open(s.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Check(ctx); err != nil {
		return err
	}
	end := f.End()
	root := end.Root()
	// The form of a checkpoint: origin, size, root (see [ledger.Checkpoint]).
	lines := strings.Split(string(checkpoint), "\n")
	if len(lines) < 3 || lines[1] != strconv.FormatInt(s.to, 10) || lines[2] != base64.StdEncoding.EncodeToString(root[:]) {
		return &ledger.CorruptError{Seq: -1, Reason: fmt.Sprintf("归档文件 %s 与存证点不符", filepath.Base(s.path))}
	}
	return nil
}

// trim takes out of Redis what enough processes have in files.
func (l *Ledger) trim(ctx context.Context, own int64) error {
	announced, err := l.s.client.HVals(ctx, l.k.copies).Result()
	if err != nil {
		return l.failed("asking who has the files of", err)
	}
	to := trimmable(announced, own, l.s.conf.Copies)
	h, err := l.head(ctx)
	if err != nil {
		return err
	}
	for at := h.base; at < to; {
		at = min(at+trimStep, to)
		if _, err := l.commit(ctx, "trim", []string{l.k.log, l.k.private, l.k.head}, l.hold.fence, at); err != nil {
			return err
		}
	}
	return nil
}

// trimmable returns how far both the own files and those of enough processes
// reach.
func trimmable(announced []string, own int64, copies int) int64 {
	var reaches []int64
	for _, a := range announced {
		n, _ := strconv.ParseInt(a, 10, 64) // what is no number is no file
		reaches = append(reaches, n)
	}
	if len(reaches) < copies {
		return 0
	}
	slices.Sort(reaches)
	return min(own, reaches[len(reaches)-copies])
}

// path returns the name of a file.
func (l *Ledger) path(from, to int64) string {
	return filepath.Join(l.s.conf.ArchiveDir, fmt.Sprintf("%s-%012d-%012d.fza", l.county, from, to))
}

// spans lists this process's files, which follow each other from entry 0 on. A
// file after a gap is as good as none.
func (l *Ledger) spans() ([]span, error) {
	entries, err := os.ReadDir(l.s.conf.ArchiveDir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	form, err := regexp.Compile("^" + regexp.QuoteMeta(l.county) + `-(\d{12})-(\d{12})\.fza$`)
	if err != nil {
		return nil, err // unreachable: quoted
	}
	var out []span
	for _, e := range entries { // by name, so by number
		m := form.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		from, _ := strconv.ParseInt(m[1], 10, 64)
		to, _ := strconv.ParseInt(m[2], 10, 64)
		if from == reach(out) && to > from {
			out = append(out, span{from, to, filepath.Join(l.s.conf.ArchiveDir, e.Name())})
		}
	}
	return out, nil
}

// closedAt returns up to where entries may be in files, with the checkpoints.
func (l *Ledger) closedAt(ctx context.Context) ([]ledger.Head, error) {
	all, err := l.s.client.HGetAll(ctx, l.k.closed).Result()
	if err != nil {
		return nil, l.failed("asking what is closed of", err)
	}
	var out []ledger.Head
	for to, checkpoint := range all {
		n, err := strconv.ParseInt(to, 10, 64)
		if err != nil {
			return nil, &ledger.CorruptError{Seq: -1, Reason: "Redis 里的归档登记不完整"}
		}
		out = append(out, ledger.Head{Size: n, Checkpoint: []byte(checkpoint)})
	}
	slices.SortFunc(out, func(a, b ledger.Head) int { return int(a.Size - b.Size) })
	return out, nil
}

// missingFile names the file in which entry seq should be.
func (l *Ledger) missingFile(ctx context.Context, seq int64) error {
	closed, err := l.closedAt(ctx)
	if err != nil {
		return err
	}
	s := span{to: seq + 1}
	for _, c := range closed {
		if s.to = c.Size; c.Size > seq {
			break
		}
		s.from = c.Size
	}
	return fmt.Errorf("第 %d 条已移出 Redis，而本机没有归档文件 %s：请从别的机器复制到归档目录（redis.archiveDir）",
		seq, filepath.Base(l.path(s.from, s.to)))
}

// erasedPage is how many entries one look at the erased ones covers, a multiple
// of 8.
const erasedPage = 1 << 15

// erasedIn returns which private parts of the entries from..to-1 were erased
// after these were closed. from must be a multiple of 8.
func (l *Ledger) erasedIn(ctx context.Context, from, to int64) (func(seq int64) bool, error) {
	bits, err := l.s.client.GetRange(ctx, l.k.erased, from/8, (to-1)/8).Bytes()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return nil, l.failed("asking what was erased of", err)
	}
	return func(seq int64) bool {
		i := (seq - from) / 8
		return i < int64(len(bits)) && bits[i]&(0x80>>(seq%8)) != 0 // SETBIT counts from the highest
	}, nil
}

// readFiles yields the records from..to-1, which have left Redis. It returns
// false if the consumer has had enough.
func (l *Ledger) readFiles(ctx context.Context, from, to int64, yield func(ledger.Record, error) bool) (bool, error) {
	for from < to {
		have, err := l.spans()
		if err != nil {
			return false, err
		}
		i := slices.IndexFunc(have, func(s span) bool { return s.from <= from && from < s.to })
		if i < 0 {
			return false, l.missingFile(ctx, from)
		}
		end := min(to, have[i].to)
		if more, err := l.readFile(ctx, have[i], from, end, yield); !more || err != nil {
			return false, err
		}
		from = end
	}
	return true, nil
}

func (l *Ledger) readFile(ctx context.Context, s span, from, to int64, yield func(ledger.Record, error) bool) (bool, error) {
	f, err := archive.Open(s.path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	seq := from
	var erased func(int64) bool
	for r, err := range f.Read(ctx, from, to) {
		switch {
		case err != nil:
			return false, err
		case l.closed():
			return false, ledger.ErrClosed
		}
		if erased == nil || seq%erasedPage == 0 {
			if erased, err = l.erasedIn(ctx, seq&^7, (seq&^(erasedPage-1))+erasedPage); err != nil {
				return false, err
			}
		}
		if erased(seq) {
			r.Private = nil
		}
		if !yield(r, nil) {
			return false, nil
		}
		seq++
	}
	return true, nil
}

// sweep takes out of the files what was erased since they were written. l.files
// is held.
func (l *Ledger) sweep(ctx context.Context, have []span) error {
	for _, s := range have {
		gone, err := l.stillIn(ctx, s)
		if err != nil {
			return err
		}
		if len(gone) == 0 {
			continue
		}
		if err := archive.Erase(ctx, s.path, gone...); err != nil {
			return err
		}
	}
	return nil
}

// stillIn returns the entries of a file that were erased and are still in it.
func (l *Ledger) stillIn(ctx context.Context, s span) ([]int64, error) {
	var marked []int64
	for from := s.from &^ 7; from < s.to; from += erasedPage {
		erased, err := l.erasedIn(ctx, from, from+erasedPage)
		if err != nil {
			return nil, err
		}
		for seq := max(from, s.from); seq < min(from+erasedPage, s.to); seq++ {
			if erased(seq) {
				marked = append(marked, seq)
			}
		}
	}
	if len(marked) == 0 {
		return nil, nil
	}
	f, err := archive.Open(s.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []int64
	for _, seq := range marked {
		for r, err := range f.Read(ctx, seq, seq+1) {
			if err != nil {
				return nil, err
			}
			if r.Private != nil {
				out = append(out, seq)
			}
		}
	}
	return out, nil
}
