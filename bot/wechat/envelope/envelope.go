// Package envelope opens and seals what the platforms of the WeChat family call
// back with: the AES envelope, its signature, and the XML or JSON around it. It
// is the front door of every channel that receives over HTTP: 公众号, WeCom app,
// and the smart bot in callback mode.
//
// It deliberately knows no message: what is inside is bytes. It has no way to
// take a body that is not sealed, whatever the request says, because a
// signature without a sealed body covers no body. It does not know which
// message has been handled before: a platform may seal one message twice, and
// the channel tells by the message's own id.
//
// How it works. [Envelope.Receive] finds the sealed text, checks signature and
// time, remembers the signature so that it passes once, and opens. Until the
// signature is known to be right nothing is decoded that an outsider has made,
// but for the shell of the body, by a scanner that refuses more than it
// understands (scan.go). [Envelope.Handler] is all of that as an http.Handler.
//
// The envelope is that of developer.work.weixin.qq.com/document/path/90968 and
// 101033, and of the 公众号's 消息加解密说明.
package envelope

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"fanzha/bot/wechat"
)

// What an envelope may weigh and how old it may be.
const (
	// MaxBody is how many bytes a callback has at most.
	MaxBody = 64 << 10
	// Window is how far a timestamp may lie from now, either way.
	Window = 5 * time.Minute
)

// Why a callback is not taken. The errors hold nothing of the callback.
var (
	// ErrForged: not signed by who knows the token.
	ErrForged = errors.New("the signature is wrong")
	// ErrStale: signed too long ago, or in the future.
	ErrStale = errors.New("the timestamp is outside the window")
	// ErrRepeated: this very envelope has been received before. A platform
	// repeats what was not answered in time; it is answered as if all were
	// well, and not handled again.
	ErrRepeated = errors.New("the envelope was received before")
	// ErrMalformed: not a callback at all.
	ErrMalformed = errors.New("not a sealed callback")
	// ErrBroken: signed, but it does not open: another key, another account.
	ErrBroken = errors.New("the envelope does not open")
)

// A Format is what the sealed text is wrapped in. It belongs to the channel and
// is never taken from the request.
type Format int

// The formats.
const (
	XML  Format = iota // 公众号 and WeCom app
	JSON               // smart bot
)

// A Config is what an [Envelope] needs. Token and Key are required.
type Config struct {
	// Token signs. Key is the EncodingAESKey, 43 letters and digits.
	Token, Key wechat.Secret
	// ReceiveID is the account: the AppID of a 公众号, the CorpID of a WeCom
	// app; empty for a smart bot.
	ReceiveID string
	Format    Format
	// BareEcho says that the platform's check of the address is signed but not
	// sealed: 公众号.
	BareEcho bool
	// Remember is how many envelopes are remembered at most in ten minutes; 0
	// means 65536, some 5 MB when full. Only signed ones are; beyond, the
	// oldest are forgotten early.
	Remember int
	// Random makes what is sealed differ; nil means crypto/rand.
	Random io.Reader
}

// An Envelope opens and seals for one account. It is safe for concurrent use.
type Envelope struct {
	cfg   Config
	block cipher.Block
	iv    []byte
	rooms sync.Pool // of *room
	seen  memory
	// What a reply's header says, made once.
	kind, acknowledged []string
}

// New returns an Envelope; an error if a credential cannot be one. The error
// does not tell the credential.
func New(c Config) (*Envelope, error) {
	if c.Token == "" {
		return nil, errors.New("callback token is empty: anybody could sign")
	}
	key, err := aesKey(c.Key)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("EncodingAESKey: %w", err) // unreachable: it has 32 bytes
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Remember == 0 {
		c.Remember = 1 << 16
	}
	e := &Envelope{cfg: c, block: block, iv: key[:aes.BlockSize], kind: []string{"text/xml; charset=utf-8"},
		acknowledged: []string{"text/plain; charset=utf-8"}}
	if c.Format == JSON {
		e.kind = []string{"application/json; charset=utf-8"}
	}
	e.rooms.New = func() any { return e.newRoom() }
	e.seen.limit = c.Remember
	return e, nil
}

// aesKey decodes an EncodingAESKey. Its last character has bits to spare, which
// need not be zero.
func aesKey(s wechat.Secret) ([]byte, error) {
	const length = 43
	if len(s) != length {
		return nil, fmt.Errorf("EncodingAESKey has %d characters, not %d", len(s), length)
	}
	for _, c := range []byte(s) {
		if !alphanumeric(c) {
			return nil, errors.New("EncodingAESKey holds more than letters and digits")
		}
	}
	key, err := base64.StdEncoding.DecodeString(s.Reveal() + "=")
	if err != nil {
		return nil, errors.New("EncodingAESKey is not base64") // unreachable: letters and digits are
	}
	return key, nil
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// Layout of the plaintext: random, length, message, receive id, padding.
const (
	randomSize = 16
	headSize   = randomSize + 4
	// padTo is what the plaintext is padded to a multiple of: not the
	// cipher's block, twice that.
	padTo = 32
)

// Open decrypts a sealed text. Any fault is [ErrBroken], so that nothing can
// be learned from which; call it only with what is signed all the same.
func (e *Envelope) Open(sealed string) (string, error) {
	d := e.rooms.Get().(*room)
	defer e.rooms.Put(d)
	text, err := base64.StdEncoding.AppendDecode(d.plain[:0], []byte(sealed))
	d.plain = text
	if err != nil || len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return "", ErrBroken
	}
	d.decrypter(e).CryptBlocks(text, text)
	text, ok := unpad(text)
	if !ok || len(text) < headSize {
		return "", ErrBroken
	}
	body := text[headSize:]
	size := uint64(binary.BigEndian.Uint32(text[randomSize:headSize]))
	if size > uint64(len(body)) || string(body[size:]) != e.cfg.ReceiveID {
		return "", ErrBroken
	}
	return string(body[:size]), nil
}

// unpad takes off the padding: n bytes of the value n, from 1 to 32.
func unpad(text []byte) ([]byte, bool) {
	pad := int(text[len(text)-1])
	if pad < 1 || pad > padTo || pad > len(text) {
		return nil, false
	}
	for _, c := range text[len(text)-pad:] {
		if int(c) != pad {
			return nil, false
		}
	}
	return text[:len(text)-pad], true
}

// Seal encrypts a message. Its error is that of Config.Random.
func (e *Envelope) Seal(message []byte) (string, error) {
	sealed, err := e.appendSealed(nil, message)
	return string(sealed), err
}

// appendSealed appends what Seal returns.
func (e *Envelope) appendSealed(dst, message []byte) ([]byte, error) {
	d := e.rooms.Get().(*room)
	defer e.rooms.Put(d)
	var random [randomSize]byte
	if _, err := io.ReadFull(e.cfg.Random, random[:]); err != nil {
		return dst, fmt.Errorf("drawing random bytes: %w", err)
	}
	text := append(d.plain[:0], random[:]...)
	text = binary.BigEndian.AppendUint32(text, uint32(len(message)))
	text = append(append(text, message...), e.cfg.ReceiveID...)
	pad := padTo - len(text)%padTo
	for range pad {
		text = append(text, byte(pad))
	}
	d.plain = text
	d.encrypter(e).CryptBlocks(text, text)
	return base64.StdEncoding.AppendEncode(dst, text), nil
}

// Sign returns the signature of the parts, in lower-case hexadecimal: timestamp,
// nonce and the sealed text, or the first two for a bare echo.
func (e *Envelope) Sign(parts ...string) string {
	sum := e.sum(parts, nil)
	return hex.EncodeToString(sum[:])
}

// Verify reports whether signature is that of the parts, in a time that does not
// tell how much of it is right.
func (e *Envelope) Verify(signature string, parts ...string) bool {
	_, ok := e.verify(signature, parts)
	return ok
}

func (e *Envelope) verify(signature string, parts []string) ([sha1.Size]byte, bool) {
	sum := e.sum(parts, nil)
	var want [2 * sha1.Size]byte
	hex.Encode(want[:], sum[:])
	return sum, subtle.ConstantTimeCompare([]byte(signature), want[:]) == 1
}

// sum hashes the token, the parts and, unless it is nil, one part more, sorted and
// put together. SHA-1 is the platforms' choice.
func (e *Envelope) sum(parts []string, more []byte) [sha1.Size]byte {
	var room [2 << 10]byte // enough for most messages without the heap
	var order [4]string
	sorted := append(append(order[:0], e.cfg.Token.Reveal()), parts...)
	slices.Sort(sorted)
	text := room[:0]
	for _, p := range sorted {
		if more != nil && string(more) < p {
			text, more = append(text, more...), nil
		}
		text = append(text, p...)
	}
	return sha1.Sum(append(text, more...))
}
