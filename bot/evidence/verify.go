package evidence

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
	"fanzha/bot/ledger"
)

// Limits of what Verify reads: far above the largest county's month, far below
// what would hurt the machine of whoever is sent a malicious file. Hashes and
// salts cannot be compressed, so a real file of some size expands less than ten
// times.
const (
	maxTotal = 1 << 30 // bytes, of all files together
	maxRatio = 100
	freeSize = 1 << 20 // files up to this size may expand at any ratio
)

// A Fault says that an evidence file is not what was exported, and where.
type Fault struct {
	Place  string // a file of the zip, a line, an entry
	Reason string
}

// Error implements error.
func (f *Fault) Error() string { return "证据包核验不通过：" + f.Place + "：" + f.Reason }

func fault(place, format string, args ...any) error {
	return &Fault{place, fmt.Sprintf(format, args...)}
}

// Verify checks the evidence file r of the given size against the public key,
// and, if witness is not nil, against a checkpoint that somebody has kept. It
// returns what it has checked, one Chinese sentence each. Every flaw is a
// *[Fault] that names the first place found.
func Verify(r io.ReaderAt, size int64, key string, witness *ledger.Checkpoint) ([]string, error) {
	v := verifier{key: key}
	steps := []func() error{
		func() error { return v.open(r, size) },
		v.signatures, v.whole, v.entries, v.digests, v.inclusion, v.complete, v.checkpoints,
		func() error { return v.witness(witness) },
		v.texts, v.tables,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return v.done, err
		}
	}
	return v.done, nil
}

// A verifier goes through the steps of Verify; each uses what those before it
// have found.
type verifier struct {
	key        string
	done       []string
	files      map[string][]byte
	manifest   manifest
	checkpoint ledger.Checkpoint
	list       []ledger.Entry
	partial    *ledger.Partial
}

func (v *verifier) ok(format string, args ...any) {
	v.done = append(v.done, fmt.Sprintf(format, args...))
}

// open reads the zip's files: none but those that an evidence file may have.
func (v *verifier) open(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return fault("整个文件", "不是完整的 zip 文件，可能被截断")
	}
	if err := expected(z.File, uint64(size)); err != nil {
		return err
	}
	v.files = make(map[string][]byte)
	for _, f := range z.File {
		if v.files[f.Name], err = readFile(f); err != nil {
			return fault(f.Name, "内容损坏")
		}
	}
	return nil
}

// expected checks, before any of it is read, that the files are some of those of
// an evidence file, and not too large. size is that of the zip.
func expected(files []*zip.File, size uint64) error {
	may := append(newest().order, fileManifest)
	seen := make(map[string]bool)
	total := uint64(0)
	for _, f := range files {
		total += min(f.UncompressedSize64, maxTotal+1)
		switch {
		case !slices.Contains(may, f.Name):
			return fault("整个文件", "里面多出 %q", f.Name) // quoted: the name may be anything
		case seen[f.Name]:
			return fault(f.Name, "出现了两次")
		case total > maxTotal:
			return fault(f.Name, "解开后合计超过 1 GB，拒绝读取")
		case f.UncompressedSize64 > freeSize && f.UncompressedSize64/maxRatio > min(f.CompressedSize64, size):
			return fault(f.Name, "压缩比异常，拒绝读取")
		}
		seen[f.Name] = true
	}
	for _, name := range []string{fileManifest, fileCheckpoint} { // which say what else there must be
		if !seen[name] {
			return fault(name, missing)
		}
	}
	return nil
}

// missing is the fault of a file that is not there.
const missing = "缺少这个文件"

// whole checks that the files are just those of the form that the manifest names.
func (v *verifier) whole() error {
	for _, name := range v.manifest.form.order {
		if _, ok := v.files[name]; !ok {
			return fault(name, missing)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.files)) {
		if name != fileManifest && !slices.Contains(v.manifest.form.order, name) {
			return fault("整个文件", "里面多出 %q", name)
		}
	}
	return nil
}

// readFile reads one file; an empty one is not nil. It reads as much as the zip
// says, and fails if there is less or more or if the checksum is another.
func readFile(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b := make([]byte, f.UncompressedSize64)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, err
	}
	if _, err := r.Read(make([]byte, 1)); err != io.EOF {
		return nil, errors.New("no end where it should be")
	}
	return b, nil
}

func (v *verifier) signatures() error {
	text, err := ledger.OpenNote(v.key, v.files[fileManifest])
	if err != nil {
		return fault(fileManifest, "%v", err)
	}
	if v.manifest, err = parseManifest(text); err != nil {
		return fault(fileManifest, "%v", err)
	}
	if v.checkpoint, err = ledger.OpenCheckpoint(v.key, v.files[fileCheckpoint]); err != nil {
		return fault(fileCheckpoint, "%v", err)
	}
	v.ok("签名：清单和存证点都由给定的公钥签署（台账 %s，共 %d 条）", v.checkpoint.Origin, v.checkpoint.Size)
	return nil
}

func (v *verifier) entries() error {
	private := 0
	last := int64(-1)
	n := 0
	for line := range bytes.Lines(v.files[fileEntries]) {
		n++
		it, err := decodeItem(line)
		if err != nil {
			return fault(fmt.Sprintf("%s 第 %d 行", fileEntries, n), "%v", err)
		}
		if it.entry.Seq <= last {
			return fault(place(n, it.entry.Seq), "次序不对，前一行是第 %d 条", last)
		}
		last = it.entry.Seq
		if !v.manifest.form.knows(it.entry.Payload) {
			return fault(place(n, last), "%s 格式的证据包里不会有这种条目", v.manifest.form.name)
		}
		if it.rec.Private != nil {
			private++
		}
		v.list = append(v.list, it.entry)
	}
	if v.manifest.masked && private > 0 {
		return fault(fileEntries, "清单说已隐去个人信息，却有 %d 条带私密部分", private)
	}
	v.ok("条目：%d 条逐条核对，摘要相符；其中 %d 条带私密部分，与公开承诺相符", len(v.list), private)
	return nil
}

func (v *verifier) digests() error {
	order := v.manifest.form.order
	if len(v.manifest.files) != len(order) {
		return fault(fileManifest, "列出 %d 个文件，应有 %d 个", len(v.manifest.files), len(order))
	}
	for i, f := range v.manifest.files {
		if f.name != order[i] {
			return fault(fileManifest, "第 %d 个文件应是%s，写的是%s", i+1, order[i], f.name)
		}
		if digest(v.files[f.name]) != f.sha256 {
			return fault(f.name, "内容与签名的清单不符，被改过")
		}
	}
	v.ok("文件：%d 个文件都与签名的清单相符", len(order))
	return nil
}

func (v *verifier) inclusion() error {
	nodes, err := decodeNodes(v.files[fileProof])
	if err != nil {
		return fault(fileProof, "%v", err)
	}
	seqs, leaves := make([]int64, len(v.list)), make([]tlog.Hash, len(v.list))
	for i, e := range v.list {
		seqs[i], leaves[i] = e.Seq, e.Hash
	}
	if v.partial, err = ledger.NewPartial(v.checkpoint.Size, seqs, leaves, nodes); err != nil {
		var c *ledger.CorruptError
		if errors.As(err, &c) && c.Seq >= 0 {
			return fault(fmt.Sprintf("台账第 %d 条", c.Seq), "%s", c.Reason)
		}
		return fault(fileProof, "%v", err)
	}
	root, err := v.partial.Root(v.checkpoint.Size)
	if err != nil {
		return fault(fileProof, "%v", err)
	}
	if root != v.checkpoint.Root {
		return fault(fileEntries, "全部条目算出的总摘要与签名的存证点不符，有条目被整条换过")
	}
	v.ok("归属：这些条目都在签名的台账里，总摘要相符")
	return nil
}

// complete checks that the range is unbroken and reaches over the month.
func (v *verifier) complete() error {
	m := v.manifest
	if m.from < 0 || m.to < m.from {
		return fault(fileManifest, "范围（第 %d 至 %d 条）不对", m.from, m.to)
	}
	begin, _ := slices.BinarySearchFunc(v.list, m.from, func(e ledger.Entry, seq int64) int { return cmp.Compare(e.Seq, seq) })
	var last ledger.Entry
	var ends time.Time // of the month's last session
	for want, i := m.from, begin; want <= m.to; want, i = want+1, i+1 {
		if i >= len(v.list) || v.list[i].Seq != want {
			return fault(fmt.Sprintf("台账第 %d 条", want), "%s里缺少这一条", fileEntries)
		}
		last = v.list[i]
		if s, ok := last.Payload.(*bot.SessionOpened); ok && m.month.Contains(last.At) && s.EndsAt.After(ends) {
			ends = s.EndsAt
		}
	}
	if first := v.list[begin]; m.from > 0 && !first.At.Before(m.month.Start()) {
		return fault(place(begin+1, m.from), "范围没有从月初开始，之前的条目可能被略去")
	}
	atEnd := m.to == v.checkpoint.Size-1
	if !atEnd && (last.At.Before(m.month.End()) || !last.At.After(ends)) {
		return fault(fileEntries, "范围到第 %d 条为止，没有到月末或最后一场截止，之后的条目可能被略去", m.to)
	}
	v.ok("完整：%s的条目（第 %d 至 %d 条）一条不缺，首尾相接", m.month.Chinese(), m.from, m.to)
	return nil
}

// checkpoints checks what was shown outside while the month went on.
func (v *verifier) checkpoints() error {
	n := 0
	for _, e := range v.list {
		w, ok := e.Payload.(*bot.CheckpointWitnessed)
		if !ok || e.Seq < v.manifest.from {
			continue
		}
		root, err := v.partial.Root(e.Seq)
		if err != nil || w.Size != e.Seq || base64.StdEncoding.EncodeToString(root[:]) != w.Root {
			return fault(fmt.Sprintf("台账第 %d 条", e.Seq), "当时公布的存证点与现有条目不符")
		}
		n++
	}
	v.ok("存证点：期间为向各群公布而记下的 %d 个，都与条目相符", n)
	return nil
}

func (v *verifier) witness(w *ledger.Checkpoint) error {
	if w == nil {
		return nil
	}
	root, err := v.partial.Root(w.Size)
	switch {
	case w.Size > v.checkpoint.Size:
		return fault(fileCheckpoint, "您留存的存证点有 %d 条，本文件的台账只有 %d 条：台账被退回过", w.Size, v.checkpoint.Size)
	case err != nil:
		return fault("留存的存证点", "第 %d 条不在本月范围内，请用当月的证据包核验", w.Size)
	case root != w.Root:
		return fault("留存的存证点", "与本文件前 %d 条不符：台账被换过", w.Size)
	}
	v.ok("见证：与您留存的存证点（前 %d 条）相符", w.Size)
	return nil
}

// texts checks what was pasted, as far as it is in the file, against the digest
// that was booked with it.
func (v *verifier) texts() error {
	n := 0
	for _, e := range v.list {
		p, ok := e.Payload.(*bot.Filed)
		if !ok || p.Digest == "" || p.Private.Text == "" {
			continue
		}
		if bot.PasteDigest(p.Private.Text) != p.Digest {
			return fault(fmt.Sprintf("台账第 %d 条", e.Seq), "粘贴的原文与登记时的摘要不符")
		}
		n++
	}
	if v.manifest.texts {
		v.ok("原文：%d 份粘贴的原文都与登记时的摘要相符", n)
	}
	return nil
}

// tables makes the tables again and compares.
func (v *verifier) tables() error {
	man := v.manifest
	files := man.form.make(v.list, man, v.checkpoint.Size, strings.TrimSpace(v.key))
	for _, name := range man.form.order {
		if want, ok := files[name]; ok && !bytes.Equal(want, v.files[name]) {
			return fault(name, "与由条目重新算出的不一致")
		}
	}
	v.ok("表格：%d 张表由条目重新生成，逐字节一致", len(files)-1)
	return nil
}
