package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot/ledger"
)

// Check reads the whole file and finds what accidents do to one: it compares
// every checksum, and the leaves with the tree at the end. It needs no key and
// does not look inside records and checkpoint. It returns an error that wraps a
// *[ledger.CorruptError].
func (a *File) Check(ctx context.Context) error {
	return a.check(ctx, func(int64, ledger.Record) error { return nil })
}

// Verify does what [File.Check] does, and proves that the file holds just those
// entries that whoever has the key signed for: the form, number and private part
// of each, and that from [File.Begin] their leaves lead to the root of the
// checkpoint, which the key has signed for [File.To]. public is in the form of
// [ledger.Key.Public]. An empty file that begins the ledger needs no
// checkpoint.
//
// Whether Begin is that of the same ledger follows from the root too.
func (a *File) Verify(ctx context.Context, public string) (ledger.Checkpoint, error) {
	if err := a.check(ctx, func(seq int64, r ledger.Record) error {
		_, err := ledger.Open(seq, r)
		return err
	}); err != nil {
		return ledger.Checkpoint{}, err
	}
	cp, err := a.signed(public)
	if err != nil {
		return ledger.Checkpoint{}, a.named(damaged(err.Error()))
	}
	return cp, nil
}

func (a *File) signed(public string) (ledger.Checkpoint, error) {
	if a.to == 0 && len(a.checkpoint) == 0 {
		return ledger.Checkpoint{Root: a.end.Root()}, nil
	}
	cp, err := ledger.OpenCheckpoint(public, a.checkpoint)
	switch {
	case err != nil:
		return cp, fmt.Errorf("末尾存证点：%w", err)
	case cp.Size != a.to:
		return cp, fmt.Errorf("末尾存证点写明 %d 条，文件止于 %d 条", cp.Size, a.to)
	case cp.Root != a.end.Root():
		return cp, fmt.Errorf("前 %d 条的总摘要与签名的存证点不符，有内容被整条换过", cp.Size)
	}
	return cp, nil
}

// check reads every record, and then every byte.
func (a *File) check(ctx context.Context, look func(int64, ledger.Record) error) error {
	tree := a.begin
	for r, err := range a.Read(ctx, a.From(), a.to) {
		if err != nil {
			return err
		}
		if err := look(tree.Size(), r); err != nil {
			return a.named(err)
		}
		tree.Add(tlog.RecordHash(r.Leaf))
	}
	if tree != a.end {
		return a.named(damaged("各条与末尾的摘要不符"))
	}
	if err := a.checkSum(ctx); err != nil {
		return a.named(err)
	}
	return nil
}

// checkSum compares the hash of the whole file.
func (a *File) checkSum(ctx context.Context) error {
	info, err := a.f.Stat()
	if err != nil {
		return err
	}
	sum, rest := sha256.New(), info.Size()-sha256.Size
	for at := int64(0); at < rest; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.Copy(sum, io.NewSectionReader(a.f, at, min(rest-at, 1<<20)))
		if err != nil {
			return err
		}
		if n == 0 {
			return damaged("文件不完整")
		}
		at += n
	}
	var want [sha256.Size]byte
	if _, err := a.f.ReadAt(want[:], rest); err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil), want[:]) {
		return damaged("与文件末尾的校验和不符，已损坏")
	}
	return nil
}
