package evidence

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"slices"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
)

// Options say which file is wanted.
type Options struct {
	Month bot.Month
	// Masked: no private part is in it.
	Masked bool
	// Texts: with the raw text of what was pasted, unless Masked.
	Texts bool
}

// Summary is what [Write] has written.
type Summary struct {
	Entries  int
	CheckIns int   // at the month's sessions, also those that were taken back
	Filings  int   // of the month, whatever became of them
	Size     int64 // of the ledger at the file's checkpoint
}

// Write makes an evidence file from snap and writes it to w. The same snapshot and
// options give the same bytes.
func Write(ctx context.Context, w io.Writer, snap book.Snapshot, opt Options) (Summary, error) {
	opt.Texts = opt.Texts && !opt.Masked
	sel, err := choose(ctx, snap, opt)
	if err != nil {
		return Summary{}, fmt.Errorf("choosing the entries of %s: %w", opt.Month, err)
	}
	return write(ctx, w, snap, opt, sel)
}

// write makes the file of what was chosen.
func write(ctx context.Context, w io.Writer, snap book.Snapshot, opt Options, sel selection) (Summary, error) {
	if opt.Masked {
		for i := range sel.items {
			if err := sel.items[i].mask(); err != nil {
				return Summary{}, err
			}
		}
	}
	entries := make([]ledger.Entry, len(sel.items))
	seqs := make([]int64, len(sel.items))
	sum := Summary{Entries: len(sel.items), CheckIns: sel.checkIns, Filings: sel.filings, Size: snap.Tree.Size()}
	for i, it := range sel.items {
		entries[i], seqs[i] = it.entry, it.entry.Seq
	}
	nodes, err := ledger.Prove(ctx, snap.Tree, snap.Ledger, seqs)
	if err != nil {
		return Summary{}, fmt.Errorf("proving the entries of %s: %w", opt.Month, err)
	}
	man := manifest{form: newest(), month: opt.Month, masked: opt.Masked, texts: opt.Texts, from: sel.from, to: sel.to}
	files := man.form.make(entries, man, sum.Size, snap.Key.Public())
	files[fileEntries] = encodeItems(sel.items)
	files[fileProof] = encodeNodes(nodes)
	files[fileCheckpoint] = snap.Checkpoint
	return sum, seal(w, man, files, snap.Key)
}

// seal writes the zip, the signed manifest last.
func seal(w io.Writer, man manifest, files map[string][]byte, key *ledger.Key) error {
	for _, name := range man.form.order {
		man.files = append(man.files, fileDigest{name, digest(files[name])})
	}
	signed, err := key.Sign(man.text())
	if err != nil {
		return fmt.Errorf("signing the manifest: %w", err)
	}
	files[fileManifest] = signed
	z := zip.NewWriter(w)
	for _, name := range append(slices.Clip(man.form.order), fileManifest) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		if _, err := f.Write(files[name]); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return z.Close()
}
