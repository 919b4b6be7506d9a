package evidence

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot/ledger"
)

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

// Words of a line of the entries file, around hash, leaf, salt and private part.
const (
	beforeHash    = `{"hash":"`
	beforeLeaf    = `","leaf":`
	beforeSalt    = `,"salt":"`
	beforePrivate = `","private":`
	lineEnd       = "}\n"
)

// encodeItems writes one line an entry. The leaf stands in it byte for byte.
func encodeItems(items []item) []byte {
	var b bytes.Buffer
	for _, it := range items {
		b.WriteString(beforeHash)
		b.WriteString(base64.StdEncoding.EncodeToString(it.entry.Hash[:]))
		b.WriteString(beforeLeaf)
		b.Write(it.rec.Leaf)
		if it.rec.Private != nil {
			salt, private := ledger.SplitPrivate(it.rec.Private)
			b.WriteString(beforeSalt)
			b.WriteString(base64.StdEncoding.EncodeToString(salt))
			b.WriteString(beforePrivate)
			b.Write(private)
		}
		b.WriteString(lineEnd)
	}
	return b.Bytes()
}

// errLine is the cause of every malformed line.
var errLine = errors.New("不是完整的一条")

// decodeItem reads one line, with its line break. It accepts exactly what
// encodeItems writes.
func decodeItem(line []byte) (item, error) {
	line, ok1 := bytes.CutPrefix(line, []byte(beforeHash))
	hash, line, ok2 := bytes.Cut(line, []byte(beforeLeaf))
	leaf, line := cutObject(line)
	it := item{rec: ledger.Record{Leaf: leaf}}
	if rest, ok := bytes.CutPrefix(line, []byte(beforeSalt)); ok {
		var salt, private []byte
		salt, line, ok = bytes.Cut(rest, []byte(beforePrivate))
		private, line = cutObject(line)
		raw, err := base64.StdEncoding.Strict().DecodeString(string(salt))
		if !ok || err != nil {
			return item{}, errLine
		}
		it.rec.Private = ledger.JoinPrivate(raw, private)
	}
	if !ok1 || !ok2 || string(line) != lineEnd {
		return item{}, errLine
	}
	digits, _, _ := strings.Cut(strings.TrimPrefix(string(leaf[:min(len(leaf), 32)]), `{"seq":`), ",")
	seq, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return item{}, errors.New("没有条目编号")
	}
	if it.entry, err = ledger.Open(seq, it.rec); err != nil {
		return item{}, err
	}
	if base64.StdEncoding.EncodeToString(it.entry.Hash[:]) != string(hash) {
		return item{}, fmt.Errorf("台账第 %d 条的内容与摘要不符，被改过", seq)
	}
	return it, nil
}

// cutObject cuts a JSON object off the front of b. Whether it is one inside its
// outermost braces is not looked at. If there is none the object is empty.
func cutObject(b []byte) (object, rest []byte) {
	if len(b) == 0 || b[0] != '{' {
		return nil, b
	}
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			depth--
		}
		if depth == 0 {
			return b[:i+1], b[i+1:]
		}
	}
	return nil, b
}

func encodeNodes(nodes []ledger.Node) []byte {
	var b bytes.Buffer
	for _, n := range nodes {
		fmt.Fprintf(&b, "%d %d %s\n", n.Level, n.Index, base64.StdEncoding.EncodeToString(n.Hash[:]))
	}
	return b.Bytes()
}

// decodeNodes accepts exactly what encodeNodes writes.
func decodeNodes(data []byte) ([]ledger.Node, error) {
	var nodes []ledger.Node
	for line := range bytes.Lines(data) {
		f := strings.Fields(string(line))
		if len(f) != 3 {
			return nil, fmt.Errorf("“%s”不是一行证明", bytes.TrimSpace(line))
		}
		level, err1 := strconv.Atoi(f[0])
		index, err2 := strconv.ParseInt(f[1], 10, 64)
		hash, err3 := base64.StdEncoding.DecodeString(f[2])
		if err := errors.Join(err1, err2, err3); err != nil || len(hash) != tlog.HashSize {
			return nil, fmt.Errorf("“%s”不是一行证明", bytes.TrimSpace(line))
		}
		nodes = append(nodes, ledger.Node{Level: level, Index: index, Hash: tlog.Hash(hash)})
	}
	if !bytes.Equal(encodeNodes(nodes), data) {
		return nil, errors.New("写法不合规范")
	}
	return nodes, nil
}
