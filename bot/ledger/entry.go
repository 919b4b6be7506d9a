package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
)

// An Entry is one fact of the ledger, decoded.
//
// Its leaf, the bytes that are hashed and kept for ever, is one line of JSON
// with exactly these fields in this order and no spaces between them:
//
//	{"seq":7,"kind":"checkin.recorded","v":1,"at":"2026-11-23T01:06:00.123Z",
//	 "unit":"jiaoke","public":{…},"private":"<base64 of the commitment, or empty>"}
//
// A leaf in any other form is refused, so an entry has one leaf only.
type Entry struct {
	Seq     int64
	At      time.Time // UTC, whole milliseconds; never before the previous entry's
	Payload bot.Payload
	// Hash is the RFC 6962 hash of the leaf.
	Hash tlog.Hash
	// Erased reports that the entry had a private part, which is gone.
	Erased bool
}

// Receipt returns the short name of the entry.
func (e *Entry) Receipt() bot.Receipt { return bot.NewReceipt([5]byte(e.Hash[:5])) }

// saltSize is that of the random salt before each private part. With 128 bits
// nobody can find a name by hashing all names.
const saltSize = 16

// Seal makes the entry seq out of p, at the given time, and the record to
// keep. salt is a source of random bytes; it is read only if p has a private
// part.
func Seal(seq int64, at time.Time, p bot.Payload, salt io.Reader) (Entry, Record, error) {
	version, public, private, err := bot.Encode(p)
	if err != nil {
		return Entry{}, Record{}, err
	}
	var rec Record
	commitment := ""
	if private != nil {
		rec.Private = make([]byte, saltSize, saltSize+len(private))
		if _, err := io.ReadFull(salt, rec.Private); err != nil {
			return Entry{}, Record{}, fmt.Errorf("drawing a salt: %w", err)
		}
		rec.Private = append(rec.Private, private...)
		commitment = commit(rec.Private)
	}
	if !plain(string(p.AboutUnit())) {
		return Entry{}, Record{}, fmt.Errorf("sealing %s: unit %q has characters other than a-z, 0-9 and -", p.Kind(), p.AboutUnit())
	}
	at = at.UTC().Truncate(time.Millisecond)
	rec.Leaf = appendLeaf(nil, seq, p.Kind(), version, at, p.AboutUnit(), public, commitment)
	return Entry{Seq: seq, At: at, Payload: p, Hash: tlog.RecordHash(rec.Leaf)}, rec, nil
}

// plain reports whether s can stand between quotes in a leaf as it is.
func plain(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// commit binds a sealed private part without showing it.
func commit(sealed []byte) string {
	sum := sha256.Sum256(sealed)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// atLayout is RFC 3339 in UTC with exactly three decimals.
const atLayout = "2006-01-02T15:04:05.000Z"

func appendLeaf(b []byte, seq int64, kind bot.Kind, version int, at time.Time, unit bot.UnitID, public []byte, commitment string) []byte {
	b = append(b, `{"seq":`...)
	b = strconv.AppendInt(b, seq, 10)
	b = append(b, `,"kind":"`...)
	b = append(b, kind...)
	b = append(b, `","v":`...)
	b = strconv.AppendInt(b, int64(version), 10)
	b = append(b, `,"at":"`...)
	b = at.AppendFormat(b, atLayout)
	b = append(b, `","unit":"`...)
	b = append(b, unit...)
	b = append(b, `","public":`...)
	b = append(b, public...)
	b = append(b, `,"private":"`...)
	b = append(b, commitment...)
	return append(b, `"}`...)
}

// errLeaf is the cause of every malformed leaf.
var errLeaf = errors.New("不是本程序写入的格式")

// Open decodes rec, which must be entry seq, and checks its private part
// against the commitment in its leaf. Every error is a *[CorruptError].
func Open(seq int64, rec Record) (Entry, error) {
	e, err := open(seq, rec)
	if err != nil {
		return Entry{}, &CorruptError{Seq: seq, Reason: err.Error()}
	}
	return e, nil
}

func open(seq int64, rec Record) (Entry, error) {
	l, err := parseLeaf(rec.Leaf)
	if err != nil {
		return Entry{}, err
	}
	if l.seq != seq {
		return Entry{}, fmt.Errorf("编号是 %d，次序不符", l.seq)
	}
	if rec.Private != nil && (len(rec.Private) < saltSize || commit(rec.Private) != l.commitment) {
		return Entry{}, errors.New("私密部分与公开部分的承诺不符")
	}
	var private []byte
	if rec.Private != nil {
		private = rec.Private[saltSize:]
	}
	p, err := bot.Decode(l.kind, l.version, l.public, private)
	if err != nil {
		return Entry{}, fmt.Errorf("内容无法解读：%w", err)
	}
	if p.AboutUnit() != l.unit {
		return Entry{}, errors.New("所属单位与内容不符")
	}
	return Entry{
		Seq: seq, At: l.at, Payload: p, Hash: tlog.RecordHash(rec.Leaf),
		Erased: l.commitment != "" && rec.Private == nil,
	}, nil
}

// A leaf is the outer form of an entry.
type leaf struct {
	seq        int64
	kind       bot.Kind
	version    int
	at         time.Time
	unit       bot.UnitID
	public     []byte
	commitment string
}

// parseLeaf accepts exactly what appendLeaf writes: it cuts the line at its
// fixed words, then writes it again and compares.
func parseLeaf(b []byte) (leaf, error) {
	var l leaf
	rest := b
	field := func(before, after string) []byte {
		if !bytes.HasPrefix(rest, []byte(before)) {
			rest = nil
			return nil
		}
		v, tail, ok := bytes.Cut(rest[len(before):], []byte(after))
		if !ok {
			rest = nil
			return nil
		}
		rest = tail
		return v
	}
	seq := field(`{"seq":`, `,`)
	kind := field(`"kind":"`, `",`)
	version := field(`"v":`, `,`)
	at := field(`"at":"`, `",`)
	unit := field(`"unit":"`, `",`)
	const before, after = `"public":`, `,"private":"`
	// The public part may hold any words, so its end is looked for from behind.
	i := bytes.LastIndex(rest, []byte(after))
	if i < len(before) || !bytes.HasPrefix(rest, []byte(before)) || !bytes.HasSuffix(rest, []byte(`"}`)) || len(rest) < i+len(after)+2 {
		return leaf{}, errLeaf
	}
	l.public = rest[len(before):i]
	l.commitment = string(rest[i+len(after) : len(rest)-2])
	var err1, err2, err3 error
	l.seq, err1 = strconv.ParseInt(string(seq), 10, 64)
	l.version, err2 = strconv.Atoi(string(version))
	l.at, err3 = time.Parse(atLayout, string(at))
	l.kind, l.unit = bot.Kind(kind), bot.UnitID(unit)
	if err := errors.Join(err1, err2, err3); err != nil {
		return leaf{}, errLeaf
	}
	if !json.Valid(l.public) || !bytes.Equal(b, appendLeaf(make([]byte, 0, len(b)), l.seq, l.kind, l.version, l.at, l.unit, l.public, l.commitment)) {
		return leaf{}, errLeaf
	}
	return l, nil
}

// SplitPrivate cuts a sealed private part into its salt and its JSON. sealed
// must come from a [Record].
func SplitPrivate(sealed []byte) (salt, private []byte) {
	return sealed[:saltSize], sealed[saltSize:]
}

// JoinPrivate is the inverse of [SplitPrivate].
func JoinPrivate(salt, private []byte) []byte {
	return append(append(make([]byte, 0, len(salt)+len(private)), salt...), private...)
}
