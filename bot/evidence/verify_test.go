package evidence

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
	"fanzha/bot/ledger"
)

// wantFault checks that err is a Fault at a place that begins with place.
func wantFault(t *testing.T, what string, err error, place string) {
	t.Helper()
	var f *Fault
	if !errors.As(err, &f) || !strings.HasPrefix(f.Place, place) || f.Reason == "" {
		t.Errorf("%s: %v, want a Fault at %s", what, err, place)
	}
}

func TestOneByteAnywhereInAFileIsFound(t *testing.T) {
	c, _ := play(t)
	whole := open(t, c.export(november, false))
	for _, name := range whole.names {
		n := len(whole.data[name])
		for _, i := range []int{0, n / 3, n / 2, n - 1} {
			whole.data[name][i] ^= 1
			_, err := c.verify(whole.pack(t), nil)
			wantFault(t, fmt.Sprintf("byte %d of %s changed", i, name), err, name)
			whole.data[name][i] ^= 1
		}
	}
}

// Any byte of the zip itself may be changed: either it is found, or nothing that
// anyone reads in it is another.
func TestOneByteAnywhereInTheZipIsFoundOrChangesNothing(t *testing.T) {
	c, _ := play(t)
	file := c.export(november, true)
	whole := open(t, file)
	rng := rand.New(rand.NewPCG(5, 1))
	for range 100 {
		bad := slices.Clone(file)
		i := rng.IntN(len(bad))
		bad[i] ^= 1 << rng.IntN(8)
		_, err := c.verify(bad, nil)
		if err != nil {
			wantFault(t, "a byte of the zip", err, "")
			continue
		}
		a := open(t, bad)
		for _, name := range whole.names {
			if !bytes.Equal(a.data[name], whole.data[name]) {
				t.Errorf("byte %d changed: %s is another and verifies", i, name)
			}
		}
	}
}

func TestTruncatedFileIsFound(t *testing.T) {
	c, _ := play(t)
	file := c.export(november, true)
	for _, n := range []int{0, 1, 21, 22, len(file) / 3, len(file) / 2, len(file) - 23, len(file) - 1} {
		_, err := c.verify(file[:n], nil)
		wantFault(t, fmt.Sprintf("the first %d of %d bytes", n, len(file)), err, "整个文件")
	}
}

// Whoever has the file but not the key can change nothing in it.
func TestTamperingWithoutTheKeyIsFound(t *testing.T) {
	c, _ := play(t)
	foreign := newKey(t, 66)
	file := c.export(november, false)
	older := open(t, c.export(october, false))
	masked := open(t, c.export(november, true))
	lines := len(open(t, file).lines())
	edit := func(change func(lines [][]byte) [][]byte) func(*testing.T, *archive) {
		return func(_ *testing.T, a *archive) { a.setLines(change(a.lines())) }
	}
	for _, tt := range []struct {
		name, place string
		tamper      func(*testing.T, *archive)
	}{
		{"an entry edited", fileEntries + " 第 ", edit(func(l [][]byte) [][]byte {
			return replace(l, "冒充客服", "冒充法官")
		})},
		{"an entry edited and its hash with it", fileEntries, func(t *testing.T, a *archive) {
			a.setLines(rehash(t, replace(a.lines(), "冒充客服", "冒充法官")))
		}},
		{"a private part edited", fileEntries + " 第 ", edit(func(l [][]byte) [][]byte { return replace(l, "李四光", "李四亮") })},
		{"a private part taken out", fileEntries, edit(func(l [][]byte) [][]byte {
			for i, line := range l {
				if head, _, ok := bytes.Cut(line, []byte(beforeSalt)); ok {
					l[i] = append(slices.Clone(head), lineEnd...)
				}
			}
			return l
		})},
		{"two private parts swapped", fileEntries + " 第 ", edit(func(l [][]byte) [][]byte {
			var with []int
			for i, line := range l {
				if bytes.Contains(line, []byte(beforeSalt)) {
					with = append(with, i)
				}
			}
			i, j := with[len(with)-1], with[len(with)-2]
			headI, tailI, _ := bytes.Cut(l[i], []byte(beforeSalt))
			headJ, tailJ, _ := bytes.Cut(l[j], []byte(beforeSalt))
			l[i] = slices.Concat(headI, []byte(beforeSalt), tailJ)
			l[j] = slices.Concat(headJ, []byte(beforeSalt), tailI)
			return l
		})},
		{"the first entry deleted", fileEntries, edit(func(l [][]byte) [][]byte { return l[1:] })},
		{"an entry from before the month deleted", fileEntries, edit(func(l [][]byte) [][]byte { return slices.Delete(l, 3, 4) })},
		{"a middle entry deleted", fileEntries, edit(func(l [][]byte) [][]byte { return slices.Delete(l, lines/2, lines/2+1) })},
		{"the last entry deleted", fileEntries, edit(func(l [][]byte) [][]byte { return l[:lines-1] })},
		{"all entries deleted", fileEntries, edit(func([][]byte) [][]byte { return nil })},
		{"two entries swapped", fileEntries + " 第 8 行", edit(func(l [][]byte) [][]byte { l[6], l[7] = l[7], l[6]; return l })},
		{"an entry twice", fileEntries + " 第 8 行", edit(func(l [][]byte) [][]byte { return slices.Insert(l, 7, l[6]) })},
		{"an empty line", fileEntries + " 第 3 行", edit(func(l [][]byte) [][]byte { return slices.Insert(l, 2, []byte("\n")) })},
		{"no line break at the end", fileEntries + fmt.Sprintf(" 第 %d 行", lines), edit(func(l [][]byte) [][]byte {
			l[lines-1] = bytes.TrimSuffix(l[lines-1], []byte("\n"))
			return l
		})},
		{"line breaks of another system", fileEntries + " 第 1 行", edit(func(l [][]byte) [][]byte {
			return [][]byte{bytes.ReplaceAll(bytes.Join(l, nil), []byte("\n"), []byte("\r\n"))}
		})},
		{"a field added to a line", fileEntries + " 第 1 行", edit(func(l [][]byte) [][]byte {
			l[0] = bytes.Replace(l[0], []byte(lineEnd), []byte(`,"note":"x"`+lineEnd), 1)
			return l
		})},
		{"a file added", "整个文件", func(_ *testing.T, a *archive) { a.add("readme.exe", nil) }},
		{"a file in a folder added", "整个文件", func(_ *testing.T, a *archive) { a.add("x/"+fileUnits, a.data[fileUnits]) }},
		{"a file twice", fileUnits, func(_ *testing.T, a *archive) { a.names = append(a.names, fileUnits) }},
		{"an empty file twice", fileProof, func(_ *testing.T, a *archive) {
			a.data[fileProof] = nil
			a.names = append(a.names, fileProof)
		}},
		{"a file missing", fileGroups, func(_ *testing.T, a *archive) { a.drop(fileGroups) }},
		{"no manifest", fileManifest, func(_ *testing.T, a *archive) { a.drop(fileManifest) }},
		{"all signed by another key", fileManifest, func(t *testing.T, a *archive) { a.sign(t, foreign, nil) }},
		{"the checkpoint of another key", fileCheckpoint, func(t *testing.T, a *archive) {
			a.data[fileCheckpoint] = resigned(t, a, foreign)
		}},
		{"an older checkpoint of the same key", fileCheckpoint, func(t *testing.T, a *archive) {
			signed, err := c.key.Checkpoint(ledger.Checkpoint{Size: 3})
			if err != nil {
				t.Fatal(err)
			}
			a.data[fileCheckpoint] = signed
		}},
		{"the tail dropped, all signed by another key", fileManifest, func(t *testing.T, a *archive) {
			a.setLines(a.lines()[:lines-2])
			a.data[fileCheckpoint] = resigned(t, a, foreign)
			a.sign(t, foreign, func(m *manifest) { m.to -= 2 })
		}},
		{"a table changed", fileUnits, func(_ *testing.T, a *archive) { a.replace(fileUnits, "卫健局", "科技局") }},
		{"a table changed and its line in the manifest", fileManifest, func(_ *testing.T, a *archive) {
			old := digest(a.data[fileUnits])
			a.replace(fileUnits, "卫健局", "科技局")
			a.replace(fileManifest, old, digest(a.data[fileUnits]))
		}},
		{"a line of the proof dropped", fileProof, func(_ *testing.T, a *archive) {
			_, rest, _ := bytes.Cut(a.data[fileProof], []byte("\n"))
			a.data[fileProof] = rest
		}},
		{"the manifest of another month", fileReadme, func(_ *testing.T, a *archive) { a.data[fileManifest] = older.data[fileManifest] }},
		{"the manifest of the masked file", fileEntries, func(_ *testing.T, a *archive) { a.data[fileManifest] = masked.data[fileManifest] }},
		{"a manifest that is a checkpoint", fileManifest, func(_ *testing.T, a *archive) { a.data[fileManifest] = a.data[fileCheckpoint] }},
		{"a checkpoint that is a manifest", fileCheckpoint, func(_ *testing.T, a *archive) { a.data[fileCheckpoint] = a.data[fileManifest] }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := open(t, file)
			tt.tamper(t, a)
			_, err := c.verify(a.pack(t), nil)
			wantFault(t, tt.name, err, tt.place)
		})
	}
}

func replace(lines [][]byte, old, new string) [][]byte {
	for i, l := range lines {
		if bytes.Contains(l, []byte(old)) {
			lines[i] = bytes.Replace(l, []byte(old), []byte(new), 1)
			return lines
		}
	}
	panic("no line holds " + old)
}

// rehash gives each line the hash of its leaf.
func rehash(t *testing.T, lines [][]byte) [][]byte {
	t.Helper()
	for i, l := range lines {
		_, rest, _ := bytes.Cut(l, []byte(beforeLeaf))
		leaf, rest := cutObject(rest)
		hash := tlog.RecordHash(leaf)
		lines[i] = slices.Concat([]byte(beforeHash), []byte(hash.String()), []byte(beforeLeaf), leaf, rest)
	}
	return lines
}

// resigned returns the checkpoint of a, signed by key.
func resigned(t *testing.T, a *archive, key *ledger.Key) []byte {
	t.Helper()
	text, _, _ := bytes.Cut(a.data[fileCheckpoint], []byte("\n\n"))
	signed, err := key.Sign(string(text) + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (a *archive) add(name string, data []byte) {
	a.names = append(a.names, name)
	a.data[name] = data
}

func (a *archive) drop(name string) {
	a.names = slices.DeleteFunc(a.names, func(n string) bool { return n == name })
}

func (a *archive) replace(name, old, new string) {
	b := bytes.Replace(a.data[name], []byte(old), []byte(new), 1)
	if bytes.Equal(b, a.data[name]) {
		panic(name + " does not hold " + old)
	}
	a.data[name] = b
}

func TestVerifyNeedsAKey(t *testing.T) {
	c, _ := play(t)
	file := c.export(november, true)
	for _, key := range []string{"", "x", newKey(t, 9).Public()} {
		_, err := Verify(bytes.NewReader(file), int64(len(file)), key, nil)
		wantFault(t, "key "+key, err, fileManifest)
	}
}

// A file that expands beyond all measure is refused before it is read.
func TestZipBombIsRefused(t *testing.T) {
	c, _ := play(t)
	a := open(t, c.export(november, true))
	a.data[fileEntries] = make([]byte, 4<<20)
	_, err := c.verify(a.pack(t), nil)
	wantFault(t, "4 MB of zeros", err, fileEntries)

	// The zip may lie about each size, and about how much it is packed.
	good := open(t, c.export(november, true)).pack(t)
	lie := func(packed, size uint32) []byte {
		b := slices.Clone(good)
		head := bytes.LastIndex(b, []byte("PK\x01\x02")) // of the last file
		binary.LittleEndian.PutUint32(b[head+20:], packed)
		binary.LittleEndian.PutUint32(b[head+24:], size)
		return b
	}
	for _, tt := range []struct {
		packed, size uint32
		reason       string
	}{
		{100, 0, "损坏"}, {100, 10, "损坏"}, {100, 10_000, "损坏"}, {1 << 30, 10_000, "损坏"},
		{1000, 800 << 20, "压缩比"}, {1 << 31, 800 << 20, "压缩比"}, {1 << 31, 1 << 31, "合计"},
	} {
		_, err := c.verify(lie(tt.packed, tt.size), nil)
		wantFault(t, "a lie", err, fileManifest)
		if err != nil && !strings.Contains(err.Error(), tt.reason) {
			t.Errorf("said to be %d bytes packed in %d: %v, want a word of %s", tt.size, tt.packed, err, tt.reason)
		}
	}
}

// Whatever the bytes, Verify ends with a Fault or finds the file as it was made.
func FuzzVerify(f *testing.F) {
	c, _ := play(f)
	for _, m := range []bot.Month{october, november} {
		f.Add(c.export(m, true))
	}
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	good := map[string]bool{}
	for _, m := range []bot.Month{october, november} {
		for _, data := range open(f, c.export(m, true)).data {
			good[digest(data)] = true
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := c.verify(file, nil); err != nil {
			var fault *Fault
			if !errors.As(err, &fault) || fault.Place == "" {
				t.Errorf("error is %T: %v", err, err)
			}
			return
		}
		for name, data := range open(t, file).data {
			if !good[digest(data)] {
				t.Errorf("%s verifies and is not what was exported: %q", name, data)
			}
		}
	})
}

// Whatever is taken for a line is written again as it was.
func FuzzDecodeItem(f *testing.F) {
	c, _ := play(f)
	sel, err := choose(f.Context(), c.snapshot(), Options{Month: november})
	if err != nil {
		f.Fatal(err)
	}
	for _, it := range sel.items {
		f.Add(encodeItems([]item{it}))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		it, err := decodeItem(line)
		if err == nil && !bytes.Equal(encodeItems([]item{it}), line) {
			t.Errorf("%q is written again as %q", line, encodeItems([]item{it}))
		}
	})
}
