package evidence

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
	"fanzha/bot/ledger"
)

// Limits of what Verify reads: far above the largest county's month, far below
// what would hurt the machine of whoever is sent a malicious file.
const (
	maxFile = 1 << 30
	maxLine = 8 << 20
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
		v.signatures, v.entries, v.digests, v.inclusion, v.complete, v.checkpoints,
		func() error { return v.witness(witness) },
		v.tables,
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

// open reads the zip's files: just those that an evidence file has.
func (v *verifier) open(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return fault("整个文件", "不是完整的 zip 文件，可能被截断")
	}
	v.files = make(map[string][]byte)
	for _, f := range z.File {
		switch {
		case f.Name != fileManifest && !slices.Contains(order, f.Name):
			return fault(f.Name, "多出的文件")
		case v.files[f.Name] != nil:
			return fault(f.Name, "出现了两次")
		case f.UncompressedSize64 > maxFile:
			return fault(f.Name, "超过 1 GB，拒绝读取")
		}
		if v.files[f.Name], err = readFile(f); err != nil {
			return fault(f.Name, "内容损坏：%v", err)
		}
	}
	for _, name := range append([]string{fileManifest}, order...) {
		if v.files[name] == nil {
			return fault(name, "缺少这个文件")
		}
	}
	return nil
}

func readFile(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = errors.New("太大")
	}
	if b == nil {
		b = []byte{}
	}
	return b, err
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

// A line is one line of the entries file.
type line struct {
	Hash    string          `json:"hash"`
	Leaf    json.RawMessage `json:"leaf"`
	Salt    string          `json:"salt"`
	Private json.RawMessage `json:"private"`
}

func (v *verifier) entries() error {
	in := bufio.NewScanner(bytes.NewReader(v.files[fileEntries]))
	in.Buffer(make([]byte, 0, 64<<10), maxLine)
	private := 0
	last := int64(-1)
	for n := 1; in.Scan(); n++ {
		e, hidden, err := readEntry(in.Bytes())
		if err != nil {
			return fault(fmt.Sprintf("%s 第 %d 行", fileEntries, n), "%v", err)
		}
		if e.Seq <= last {
			return fault(place(n, e.Seq), "次序不对，前一行是第 %d 条", last)
		}
		last = e.Seq
		if !hidden {
			private++
		}
		v.list = append(v.list, e)
	}
	if err := in.Err(); err != nil {
		return fault(fileEntries, "读不下去：%v", err)
	}
	if v.manifest.masked && private > 0 {
		return fault(fileEntries, "清单说已隐去个人信息，却有 %d 条带私密部分", private)
	}
	v.ok("条目：%d 条逐条核对，摘要相符；其中 %d 条带私密部分，与公开承诺相符", len(v.list), private)
	return nil
}

// readEntry reads one line, and reports whether it has no private part.
func readEntry(b []byte) (e ledger.Entry, hidden bool, err error) {
	var l line
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		return e, false, errors.New("不是完整的一条")
	}
	rec := ledger.Record{Leaf: l.Leaf}
	if l.Private != nil {
		salt, err := base64.StdEncoding.DecodeString(l.Salt)
		if err != nil {
			return e, false, errors.New("盐值不对")
		}
		rec.Private = ledger.JoinPrivate(salt, l.Private)
	}
	var seq struct {
		Seq *int64 `json:"seq"`
	}
	if json.Unmarshal(l.Leaf, &seq) != nil || seq.Seq == nil || *seq.Seq < 0 {
		return e, false, errors.New("没有条目编号")
	}
	if e, err = ledger.Open(*seq.Seq, rec); err != nil {
		return e, false, err
	}
	if base64.StdEncoding.EncodeToString(e.Hash[:]) != l.Hash {
		return e, false, fmt.Errorf("台账第 %d 条的内容与摘要不符，被改过", e.Seq)
	}
	return e, l.Private == nil, nil
}

func (v *verifier) digests() error {
	if len(v.manifest.files) != len(order) {
		return fault(fileManifest, "列出 %d 个文件，应有 %d 个", len(v.manifest.files), len(order))
	}
	for _, f := range v.manifest.files {
		data, ok := v.files[f.name]
		if !ok {
			return fault(f.name, "清单里有，包里没有")
		}
		if digest(data) != f.sha256 {
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

func decodeNodes(data []byte) ([]ledger.Node, error) {
	var nodes []ledger.Node
	for _, l := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if l == "" {
			continue
		}
		var n ledger.Node
		var hash string
		if _, err := fmt.Sscanf(l, "%d %d %s", &n.Level, &n.Index, &hash); err != nil {
			return nil, fmt.Errorf("“%s”不是一行证明", l)
		}
		b, err := base64.StdEncoding.DecodeString(hash)
		if err != nil || len(b) != tlog.HashSize {
			return nil, fmt.Errorf("“%s”的摘要不对", l)
		}
		copy(n.Hash[:], b)
		nodes = append(nodes, n)
	}
	return nodes, nil
}

// complete checks that the range is unbroken and reaches over the month.
func (v *verifier) complete() error {
	m := v.manifest
	i := slices.IndexFunc(v.list, func(e ledger.Entry) bool { return e.Seq >= m.from })
	if i < 0 {
		return fault(fileEntries, "清单所列的范围没有条目")
	}
	var ends time.Time
	last := v.list[i]
	for want := m.from; want <= m.to; want++ {
		if i >= len(v.list) || v.list[i].Seq != want {
			return fault(fileEntries, "缺少台账第 %d 条", want)
		}
		last = v.list[i]
		if s, ok := last.Payload.(*bot.SessionOpened); ok && m.month.Contains(last.At) && s.EndsAt.After(ends) {
			ends = s.EndsAt
		}
		i++
	}
	first := v.list[slices.IndexFunc(v.list, func(e ledger.Entry) bool { return e.Seq == m.from })]
	if m.from > 0 && !first.At.Before(m.month.Start()) {
		return fault(place(1, m.from), "范围没有从月初开始，之前的条目可能被略去")
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
		root, err := v.partial.Root(w.Size)
		if err != nil || base64.StdEncoding.EncodeToString(root[:]) != w.Root {
			return fault(fmt.Sprintf("台账第 %d 条", e.Seq), "当时公布的存证点与现有条目不符")
		}
		n++
	}
	v.ok("存证点：期间向各群公布过 %d 个，都与条目相符", n)
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

// tables makes the tables again and compares.
func (v *verifier) tables() error {
	files, county, remarks := tables(v.list, v.manifest.month)
	man := v.manifest
	files[fileReadme] = []byte(readme(county, man, v.checkpoint.Size, strings.TrimSpace(v.key), remarks))
	for _, name := range order {
		if want, ok := files[name]; ok && !bytes.Equal(want, v.files[name]) {
			return fault(name, "与由条目重新算出的不一致")
		}
	}
	v.ok("表格：%d 张表由条目重新生成，逐字节一致", len(files)-1)
	return nil
}
