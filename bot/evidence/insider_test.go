package evidence

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// The office has the key. What it signed as a whole is still bound by the ledger
// that it signed: the file cannot say other than its entries do.
func TestTamperingWithTheKeyIsFound(t *testing.T) {
	c, _ := play(t)
	snap := c.snapshot()
	// file makes the file of November from a changed choice of entries.
	file := func(t *testing.T, change func(*selection)) *archive {
		sel, err := choose(t.Context(), snap, Options{Month: november})
		if err != nil {
			t.Fatal(err)
		}
		change(&sel)
		var b bytes.Buffer
		if _, err := write(t.Context(), &b, snap, Options{Month: november}, sel); err != nil {
			t.Fatal(err)
		}
		return open(t, b.Bytes())
	}
	in := func(sel *selection, seq int64) int {
		return slices.IndexFunc(sel.items, func(it item) bool { return it.entry.Seq == seq })
	}
	drop := func(seq func(*selection) int64) func(t *testing.T) *archive {
		return func(t *testing.T) *archive {
			return file(t, func(sel *selection) {
				i := in(sel, seq(sel))
				sel.items = slices.Delete(sel.items, i, i+1)
			})
		}
	}
	forged := func(t *testing.T) (seq int64, line []byte) {
		sel, err := choose(t.Context(), snap, Options{Month: november})
		if err != nil {
			t.Fatal(err)
		}
		seq = sel.from + 3
		e, rec, err := ledger.Seal(seq, november.Start().AddDate(0, 0, 2), &bot.DangerRaised{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return seq, encodeItems([]item{{e, rec}})
	}
	first, last := seqOf(t, c, november)
	for _, tt := range []struct {
		name, place string
		make        func(t *testing.T) *archive
	}{
		{"the first entry left out", fmt.Sprintf("台账第 %d 条", first), drop(func(s *selection) int64 { return s.from })},
		{"an entry left out", fmt.Sprintf("台账第 %d 条", first+4), drop(func(s *selection) int64 { return s.from + 4 })},
		{"the last entry left out", fmt.Sprintf("台账第 %d 条", last), drop(func(s *selection) int64 { return s.to })},
		{"the range begun later", fileEntries + " 第 ", func(t *testing.T) *archive {
			return file(t, func(s *selection) {
				s.items = slices.Delete(s.items, in(s, s.from), in(s, s.from+3))
				s.from += 3
			})
		}},
		{"the range ended earlier", fileEntries, func(t *testing.T) *archive {
			return file(t, func(s *selection) {
				s.items = slices.DeleteFunc(s.items, func(it item) bool { return it.entry.Seq > s.to-2 })
				s.to -= 2
			})
		}},
		{"the range ended with the month", fileEntries, func(t *testing.T) *archive {
			return file(t, func(s *selection) {
				i := slices.IndexFunc(s.items, func(it item) bool { return !it.entry.At.Before(november.End()) })
				s.to = s.items[i].entry.Seq
				s.items = s.items[:i+1]
			})
		}},
		{"a range the wrong way round", fileManifest, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.sign(t, c.key, func(m *manifest) { m.from, m.to = m.from+1, m.from })
			return a
		}},
		{"a range that no entry is in", "台账第 ", func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.sign(t, c.key, func(m *manifest) { m.from, m.to = 1<<62, 1<<62+1 })
			return a
		}},
		{"a negative range", fileManifest, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.sign(t, c.key, func(m *manifest) { m.from = -1 })
			return a
		}},
		{"an endless range", "台账第 ", func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.sign(t, c.key, func(m *manifest) { m.to = 1<<63 - 1 })
			return a
		}},
		{"a forged entry", fileEntries, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			seq, line := forged(t)
			l := a.lines()
			l[lineOf(l, seq)] = line
			a.setLines(l)
			a.sign(t, c.key, nil)
			return a
		}},
		{"a forged entry below the true hash of its subtree", "台账第 ", func(t *testing.T) *archive {
			seq, line := forged(t)
			a := file(t, func(s *selection) { s.items = slices.Delete(s.items, in(s, seq), in(s, seq)+1) })
			l := a.lines()
			next := slices.IndexFunc(l, func(b []byte) bool { return bytes.Contains(b, fmt.Appendf(nil, `{"seq":%d,`, seq+1)) })
			a.setLines(slices.Insert(l, next, line))
			a.sign(t, c.key, nil)
			return a
		}},
		{"a table that says more", fileUnits, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.replace(fileUnits, "卫健局", "卫健委")
			a.sign(t, c.key, nil)
			return a
		}},
		{"a readme that says something else", fileReadme, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.replace(fileReadme, "任何人", "没有人")
			a.sign(t, c.key, nil)
			return a
		}},
		{"names in a file that is said to be masked", fileEntries, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.sign(t, c.key, func(m *manifest) { m.masked = true })
			return a
		}},
		{"a file not sealed", fileManifest, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.sign(t, c.key, func(m *manifest) { m.files[1] = m.files[0] })
			return a
		}},
		{"a file fewer sealed", fileManifest, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.sign(t, c.key, func(m *manifest) { m.files = m.files[1:] })
			return a
		}},
		{"another root", fileEntries, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.data[fileCheckpoint] = mustCheckpoint(t, c.key, ledger.Checkpoint{Size: snap.Tree.Size()})
			a.sign(t, c.key, nil)
			return a
		}},
		{"a size beyond all", "", func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.data[fileCheckpoint] = mustCheckpoint(t, c.key, ledger.Checkpoint{Size: 1<<63 - 1})
			a.sign(t, c.key, nil)
			return a
		}},
		{"a proof with a level beyond all", fileProof, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.data[fileProof] = append(a.data[fileProof], encodeNodes([]ledger.Node{{Level: 1 << 40, Index: 1 << 60}})...)
			a.sign(t, c.key, nil)
			return a
		}},
		{"a proof in another form", fileProof, func(t *testing.T) *archive {
			a := file(t, func(*selection) {})
			a.data[fileProof] = append([]byte(" "), a.data[fileProof]...)
			a.sign(t, c.key, nil)
			return a
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.verify(tt.make(t).pack(t), nil)
			wantFault(t, tt.name, err, tt.place)
		})
	}
}

// seqOf returns the ends of the range of a month's file.
func seqOf(t *testing.T, c *county, m bot.Month) (from, to int64) {
	t.Helper()
	sel, err := choose(t.Context(), c.snapshot(), Options{Month: m})
	if err != nil {
		t.Fatal(err)
	}
	return sel.from, sel.to
}

func lineOf(lines [][]byte, seq int64) int {
	return slices.IndexFunc(lines, func(l []byte) bool { return bytes.Contains(l, fmt.Appendf(nil, `{"seq":%d,`, seq)) })
}

func mustCheckpoint(t *testing.T, key *ledger.Key, cp ledger.Checkpoint) []byte {
	t.Helper()
	signed, err := key.Checkpoint(cp)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// The office may write its whole ledger anew and sign it. Then every file
// verifies; but not against the checkpoint that a group was shown and has kept.
func TestKeptCheckpointFindsARewrittenLedger(t *testing.T) {
	honest, shown := play(t)
	done, err := honest.verify(honest.export(november, true), &shown)
	if err != nil || !strings.Contains(done[len(done)-2], "见证") {
		t.Errorf("the honest file against the kept checkpoint: %q, %v", done, err)
	}

	people[1], people[2] = people[2], people[1]
	other, _ := play(t) // the same county, with two people's check-ins exchanged
	people[1], people[2] = people[2], people[1]
	file := other.export(november, true)
	if _, err := other.verify(file, nil); err != nil {
		t.Fatalf("the other ledger is sound in itself: %v", err)
	}
	_, err = other.verify(file, &shown)
	wantFault(t, "rewritten ledger", err, "留存的存证点")

	end := honest.snapshot().Tree
	kept := ledger.Checkpoint{Size: end.Size() + 1, Root: end.Root()}
	_, err = honest.verify(honest.export(november, true), &kept)
	wantFault(t, "ledger rolled back behind the kept checkpoint", err, fileCheckpoint)

	_, err = honest.verify(honest.export(december.Add(2), true), &shown)
	wantFault(t, "kept checkpoint of another month", err, "留存的存证点")
}

// A checkpoint that was shown must be that of the entries before it, in root and
// size.
func TestShownCheckpointMustBeTrue(t *testing.T) {
	for name, lie := range map[string]func(c ledger.Checkpoint) *bot.CheckpointWitnessed{
		"another size": func(c ledger.Checkpoint) *bot.CheckpointWitnessed { c.Size--; return c.Witnessed() },
		"another root": func(c ledger.Checkpoint) *bot.CheckpointWitnessed { c.Root[0] ^= 1; return c.Witnessed() },
	} {
		key, l, tree := newKey(t, 1), ledgertest.NewMem(), new(ledger.Tree)
		for seq := range int64(4) {
			var p bot.Payload = &bot.DangerRaised{}
			if seq == 2 {
				p = lie(ledger.Checkpoint{Size: 2, Root: tree.Root()})
			}
			e, rec, err := ledger.Seal(seq, november.Start(), p, nil)
			if err != nil {
				t.Fatal(err)
			}
			tree.Add(e.Hash)
			if err := l.Append(t.Context(), seq, []ledger.Record{rec}, []byte("not read")); err != nil {
				t.Fatal(err)
			}
		}
		signed := mustCheckpoint(t, key, ledger.Checkpoint{Size: 4, Root: tree.Root()})
		var file bytes.Buffer
		if _, err := Write(t.Context(), &file, book.Snapshot{Tree: tree, Checkpoint: signed, Ledger: l, Key: key}, Options{Month: november, Masked: true}); err != nil {
			t.Fatal(err)
		}
		_, err := Verify(bytes.NewReader(file.Bytes()), int64(file.Len()), key.Public(), nil)
		wantFault(t, name, err, "台账第 2 条")
	}
}
