package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
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
// public is the JSON that [bot.Encode] wrote. A leaf in any other form is
// refused.
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
//
// The payload is read back from its encoding: whoever applies it sees what a
// reader of the ledger will see, and shares no memory with p. What could not be read
// again (a unit's id of other characters than a-z, 0-9 and -, a year of five
// digits) is refused here, before it is in the ledger for ever.
func Seal(seq int64, at time.Time, p bot.Payload, salt io.Reader) (Entry, Record, error) {
	version, public, private, err := bot.Encode(p)
	if err != nil {
		return Entry{}, Record{}, err
	}
	var rec Record
	var room [commitmentSize]byte
	commitment := room[:0]
	if private != nil {
		rec.Private = make([]byte, saltSize, saltSize+len(private))
		if _, err := io.ReadFull(salt, rec.Private); err != nil {
			return Entry{}, Record{}, fmt.Errorf("drawing a salt: %w", err)
		}
		rec.Private = append(rec.Private, private...)
		commitment = appendCommitment(commitment, rec.Private)
	}
	at = at.UTC()
	at = at.Add(-time.Duration(at.Nanosecond()) % time.Millisecond)
	unit := p.AboutUnit()
	rec.Leaf = appendLeaf(make([]byte, 0, leafFrame+len(p.Kind())+len(unit)+len(public)+len(commitment)), seq, p.Kind(), version, at, unit, public, commitment)
	e, err := reread(seq, at, p, version, public, private)
	if err != nil {
		return Entry{}, Record{}, fmt.Errorf("sealing %s for unit %q: it could not be read again: %w", p.Kind(), unit, err)
	}
	e.Hash = tlog.RecordHash(rec.Leaf)
	return e, rec, nil
}

// leafFrame is room for what a leaf has around its parts.
const leafFrame = 128

// reread returns, but for its hash, what [Open] would make of an entry that was
// just sealed. It does not take the leaf apart again, nor hash its private part
// again, as those who wait for the entry wait for this too.
func reread(seq int64, at time.Time, p bot.Payload, version int, public, private []byte) (Entry, error) {
	if seq < 0 || seq >= 1e18 || at.Year() < 0 || at.Year() > 9999 || !plain([]byte(p.AboutUnit())) {
		return Entry{}, errLeaf
	}
	read, err := bot.Reread(p, version, public, private)
	if err != nil {
		return Entry{}, err
	}
	if read.AboutUnit() != p.AboutUnit() {
		return Entry{}, errUnit
	}
	return Entry{Seq: seq, At: at, Payload: read}, nil
}

// plain reports whether a unit's id can stand between quotes in a leaf as it is.
func plain(s []byte) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// commitmentSize is the length of a commitment: the base64 of a SHA-256.
const commitmentSize = (sha256.Size + 2) / 3 * 4

// appendCommitment appends what binds a sealed private part without showing it.
func appendCommitment(b, sealed []byte) []byte {
	sum := sha256.Sum256(sealed)
	return base64.StdEncoding.AppendEncode(b, sum[:])
}

// atLayout is RFC 3339 in UTC with exactly three decimals.
const atLayout = "2006-01-02T15:04:05.000Z"

func appendLeaf(b []byte, seq int64, kind bot.Kind, version int, at time.Time, unit bot.UnitID, public, commitment []byte) []byte {
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

var errUnit = errors.New("所属单位与内容不符")

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
	if rec.Private != nil && (len(rec.Private) < saltSize || !bytes.Equal(appendCommitment(nil, rec.Private), l.commitment)) {
		return Entry{}, errors.New("私密部分与公开部分的承诺不符")
	}
	var private []byte
	if rec.Private != nil {
		private = rec.Private[saltSize:]
	}
	p, err := bot.Decode(l.kind, int(l.version), l.public, private)
	if err != nil {
		return Entry{}, fmt.Errorf("内容无法解读：%w", err)
	}
	if string(p.AboutUnit()) != string(l.unit) {
		return Entry{}, errUnit
	}
	return Entry{
		Seq: seq, At: l.at, Payload: p, Hash: tlog.RecordHash(rec.Leaf),
		Erased: len(l.commitment) != 0 && rec.Private == nil,
	}, nil
}

// A leaf is the outer form of an entry. The slices are parts of the leaf's
// bytes.
type leaf struct {
	seq        int64
	kind       bot.Kind
	version    int64
	at         time.Time
	unit       []byte
	public     []byte
	commitment []byte
}

// parseLeaf accepts exactly what appendLeaf writes, so that nobody can write
// one entry in two ways. Whether public is JSON is for [bot.Decode] to find.
func parseLeaf(b []byte) (leaf, error) {
	c := cutter{rest: b}
	var l leaf
	c.word(`{"seq":`)
	l.seq = c.number()
	c.word(`,"kind":"`)
	l.kind = bot.Kind(c.quoted())
	c.word(`,"v":`)
	l.version = c.number()
	c.word(`,"at":"`)
	l.at = c.time()
	c.word(`,"unit":"`)
	l.unit = c.quoted()
	c.word(`,"public":`)
	// The public part may hold any words, so its end is looked for from behind.
	const private = `,"private":"`
	i := bytes.LastIndex(c.rest, []byte(private))
	if i < 2 || c.rest[0] != '{' || c.rest[i-1] != '}' || bytes.IndexByte(c.rest, '\n') >= 0 {
		return leaf{}, errLeaf
	}
	l.public, c.rest = c.rest[:i], c.rest[i+len(private):]
	l.commitment = c.quoted()
	if c.bad || string(c.rest) != "}" || !plain(l.unit) || len(l.commitment) != 0 && !isHash(l.commitment) {
		return leaf{}, errLeaf
	}
	return l, nil
}

// isHash reports whether b is the base64 of a hash, as this program writes it.
func isHash(b []byte) bool {
	var sum [tlog.HashSize + 1]byte // one more, as DecodedLen counts the padding
	if base64.StdEncoding.DecodedLen(len(b)) != len(sum) {
		return false
	}
	n, err := base64.StdEncoding.Strict().Decode(sum[:], b)
	return err == nil && n == tlog.HashSize
}

// A cutter takes a leaf apart from the left. Once something does not fit it is
// bad, and what it returns means nothing.
type cutter struct {
	rest []byte
	bad  bool
}

// word cuts off w.
func (c *cutter) word(w string) {
	rest, ok := bytes.CutPrefix(c.rest, []byte(w))
	c.rest, c.bad = rest, c.bad || !ok
}

// quoted cuts off what stands before the next quote, and the quote.
func (c *cutter) quoted() []byte {
	v, rest, ok := bytes.Cut(c.rest, []byte{'"'})
	c.rest, c.bad = rest, c.bad || !ok
	return v
}

// number cuts off a natural number of at most 18 digits, in its only form.
func (c *cutter) number() int64 {
	n, i := int64(0), 0
	for ; i < len(c.rest) && i < 19 && c.rest[i] >= '0' && c.rest[i] <= '9'; i++ {
		n = 10*n + int64(c.rest[i]-'0')
	}
	c.bad = c.bad || i == 0 || i == 19 || i > 1 && c.rest[0] == '0'
	c.rest = c.rest[i:]
	return n
}

// time cuts off a time in the form of atLayout, and the quote after it.
func (c *cutter) time() time.Time {
	v := c.quoted()
	// time.Parse would also take a comma for the point.
	if len(v) != len(atLayout) || v[len("2006-01-02T15:04:05")] != '.' {
		c.bad = true
		return time.Time{}
	}
	t, err := time.Parse(atLayout, string(v))
	c.bad = c.bad || err != nil
	return t
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
