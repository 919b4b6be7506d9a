package evidence

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
)

// Summary is what [Write] has written.
type Summary struct {
	Entries  int
	CheckIns int
	Size     int64 // of the ledger at the file's checkpoint
}

// Write makes the evidence file of month m from snap and writes it to w. With
// masked no private part is in it. The same snapshot gives the same bytes.
func Write(ctx context.Context, w io.Writer, snap book.Snapshot, m bot.Month, masked bool) (Summary, error) {
	sel, err := choose(ctx, snap, m)
	if err != nil {
		return Summary{}, fmt.Errorf("choosing the entries of %s: %w", m, err)
	}
	if masked {
		for i := range sel.items {
			if err := sel.items[i].mask(); err != nil {
				return Summary{}, err
			}
		}
	}
	entries := make([]ledger.Entry, len(sel.items))
	seqs := make([]int64, len(sel.items))
	sum := Summary{Entries: len(sel.items), Size: snap.Tree.Size()}
	for i, it := range sel.items {
		entries[i], seqs[i] = it.entry, it.entry.Seq
		if it.entry.Payload.Kind() == "checkin.recorded" {
			sum.CheckIns++
		}
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

// An item is one entry of the file, with its record.
type item struct {
	entry ledger.Entry
	rec   ledger.Record
}

// mask takes the private part out of it.
func (it *item) mask() error {
	it.rec.Private = nil
	e, err := ledger.Open(it.entry.Seq, it.rec)
	it.entry = e
	return err
}

// A selection is the entries of one month's file, in order.
type selection struct {
	items    []item
	from, to int64 // the unbroken range
}

// choose reads the ledger once and picks what the month's file holds: see the
// package comment.
func choose(ctx context.Context, snap book.Snapshot, m bot.Month) (selection, error) {
	c := chooser{month: m, sessions: make(map[bot.SessionID]bool), people: make(map[bot.MemberID]bool), rosters: make(map[bot.UnitID]int)}
	sel := selection{from: -1, to: -1}
	seq := int64(0)
	var before *item // the last entry before the month
	for rec, err := range snap.Ledger.Read(ctx, 0, snap.Tree.Size()) {
		if err != nil {
			return selection{}, err
		}
		e, err := ledger.Open(seq, rec)
		if err != nil {
			return selection{}, err
		}
		seq++
		it := item{e, rec}
		switch {
		case e.At.Before(m.Start()):
			if before != nil && c.context(before.entry) {
				sel.items = append(sel.items, *before)
			}
			before = &it
			continue
		case sel.to < 0:
			if sel.from < 0 {
				sel.from = e.Seq
				if before != nil {
					sel.from = before.entry.Seq
					sel.items = append(sel.items, *before)
				}
			}
			sel.items = append(sel.items, it)
			c.note(e)
			if !e.At.Before(m.End()) && e.At.After(c.ends) {
				sel.to = e.Seq
			}
		case c.corrects(e):
			sel.items = append(sel.items, it)
		}
	}
	if sel.from < 0 {
		return selection{}, bot.Refuse(fmt.Sprintf("%s还没有任何记录", m.Chinese()), "请核对月份")
	}
	if sel.to < 0 {
		sel.to = snap.Tree.Size() - 1
	}
	return c.finish(sel)
}

// A chooser knows what the month's entries speak of.
type chooser struct {
	month    bot.Month
	sessions map[bot.SessionID]bool
	people   map[bot.MemberID]bool // who checked in at them
	rosters  map[bot.UnitID]int    // how many times imported so far
	ends     time.Time             // when the last of them took no more check-ins
}

// context reports whether an entry from before the month may be needed to read
// it. People are picked in finish, once it is known who checked in.
func (c *chooser) context(e ledger.Entry) bool {
	switch e.Payload.(type) {
	case *bot.CountyFounded, *bot.ProcessStarted, *bot.UnitRegistered, *bot.GroupBound, *bot.GroupDisabled, *bot.GroupSeen,
		*bot.AlertDrafted, *bot.AlertVerified, *bot.AlertApproved, *bot.AlertWithdrawn, *bot.PushPlanned,
		*bot.RosterImported, *bot.MemberMet, *bot.MemberNamed, *bot.MemberConfirmed:
		return true
	}
	return false
}

func (c *chooser) note(e ledger.Entry) {
	switch p := e.Payload.(type) {
	case *bot.SessionOpened:
		if c.month.Contains(e.At) {
			c.sessions[p.Session] = true
			if p.EndsAt.After(c.ends) {
				c.ends = p.EndsAt
			}
		}
	case *bot.CheckedIn:
		if c.sessions[p.Session] {
			c.people[p.Member] = true
		}
	}
}

// corrects reports whether an entry from after the range takes back one of the
// month's check-ins.
func (c *chooser) corrects(e ledger.Entry) bool {
	p, ok := e.Payload.(*bot.Corrected)
	return ok && c.sessions[p.Session]
}

// finish drops the people of earlier months whom the month does not speak of,
// and masks every private part that it does not need.
func (c *chooser) finish(sel selection) (selection, error) {
	last := make(map[bot.UnitID]int64) // the newest roster of each unit
	for _, it := range sel.items {
		if p, ok := it.entry.Payload.(*bot.RosterImported); ok {
			last[p.Unit] = it.entry.Seq
		}
	}
	kept := sel.items[:0]
	for _, it := range sel.items {
		inRange := it.entry.Seq >= sel.from
		private := false
		switch p := it.entry.Payload.(type) {
		case *bot.MemberMet:
			private = c.people[p.Member]
		case *bot.MemberNamed:
			private = c.people[p.Member]
		case *bot.MemberConfirmed:
			private = c.people[p.Member]
		case *bot.RosterImported:
			private = last[p.Unit] == it.entry.Seq
		case *bot.CheckedIn:
			private = c.sessions[p.Session]
		default:
			private = !inRange // context without a person in it
		}
		if !inRange && !private {
			continue
		}
		if it.rec.Private != nil && (!private || isAct(it.entry.Payload)) {
			if err := it.mask(); err != nil {
				return selection{}, err
			}
		}
		kept = append(kept, it)
	}
	sel.items = kept
	return sel, nil
}

// isAct reports a payload whose private part no table needs: who bound a group.
func isAct(p bot.Payload) bool {
	_, ok := p.(*bot.GroupBound)
	return ok
}

// encodeItems writes one line an entry. The leaf stands in it byte for byte.
func encodeItems(items []item) []byte {
	var b bytes.Buffer
	for _, it := range items {
		b.WriteString(`{"hash":"`)
		b.WriteString(base64.StdEncoding.EncodeToString(it.entry.Hash[:]))
		b.WriteString(`","leaf":`)
		b.Write(it.rec.Leaf)
		if it.rec.Private != nil {
			salt, private := ledger.SplitPrivate(it.rec.Private)
			b.WriteString(`,"salt":"`)
			b.WriteString(base64.StdEncoding.EncodeToString(salt))
			b.WriteString(`","private":`)
			b.Write(private)
		}
		b.WriteString("}\n")
	}
	return b.Bytes()
}

func encodeNodes(nodes []ledger.Node) []byte {
	var b bytes.Buffer
	for _, n := range nodes {
		fmt.Fprintf(&b, "%d %d %s\n", n.Level, n.Index, base64.StdEncoding.EncodeToString(n.Hash[:]))
	}
	return b.Bytes()
}
