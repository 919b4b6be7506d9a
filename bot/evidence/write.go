package evidence

import (
	"archive/zip"
	"context"
	"fmt"
	"io"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
)

// Summary is what [Write] has written.
type Summary struct {
	Entries  int
	CheckIns int   // at the month's sessions, also those that were taken back
	Size     int64 // of the ledger at the file's checkpoint
}

// Write makes the evidence file of month m from snap and writes it to w. With
// masked no private part is in it. The same snapshot gives the same bytes.
func Write(ctx context.Context, w io.Writer, snap book.Snapshot, m bot.Month, masked bool) (Summary, error) {
	sel, err := choose(ctx, snap, m)
	if err != nil {
		return Summary{}, fmt.Errorf("choosing the entries of %s: %w", m, err)
	}
	return write(ctx, w, snap, m, masked, sel)
}

// write makes the file of what was chosen.
func write(ctx context.Context, w io.Writer, snap book.Snapshot, m bot.Month, masked bool, sel selection) (Summary, error) {
	if masked {
		for i := range sel.items {
			if err := sel.items[i].mask(); err != nil {
				return Summary{}, err
			}
		}
	}
	entries := make([]ledger.Entry, len(sel.items))
	seqs := make([]int64, len(sel.items))
	sum := Summary{Entries: len(sel.items), CheckIns: sel.checkIns, Size: snap.Tree.Size()}
	for i, it := range sel.items {
		entries[i], seqs[i] = it.entry, it.entry.Seq
	}
	nodes, err := ledger.Prove(ctx, snap.Tree, snap.Ledger, seqs)
	if err != nil {
		return Summary{}, fmt.Errorf("proving the entries of %s: %w", m, err)
	}
	man := manifest{month: m, masked: masked, from: sel.from, to: sel.to}
	files, county, remarks := tables(entries, m)
	files[fileReadme] = []byte(readme(county, man, sum.Size, snap.Key.Public(), remarks))
	files[fileEntries] = encodeItems(sel.items)
	files[fileProof] = encodeNodes(nodes)
	files[fileCheckpoint] = snap.Checkpoint
	return sum, seal(w, man, files, snap.Key)
}

// order is that of the files in the zip.
var order = []string{fileReadme, fileUnits, fileCheckIns, fileDeliveries, fileGroups, fileEntries, fileProof, fileCheckpoint}

// seal writes the zip, the signed manifest last.
func seal(w io.Writer, man manifest, files map[string][]byte, key *ledger.Key) error {
	for _, name := range order {
		man.files = append(man.files, fileDigest{name, digest(files[name])})
	}
	signed, err := key.Sign(man.text())
	if err != nil {
		return fmt.Errorf("signing the manifest: %w", err)
	}
	files[fileManifest] = signed
	z := zip.NewWriter(w)
	for _, name := range append(order[:len(order):len(order)], fileManifest) {
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
