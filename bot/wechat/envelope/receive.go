package envelope

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Params are the parameters of a callback's URL. A parameter that stands there
// twice is as if it were not there.
type Params struct {
	Signature    string // signature: covers no body
	MsgSignature string // msg_signature
	Timestamp    string
	Nonce        string
	Echo         string // echostr
}

// ReadParams reads the query of a URL.
func ReadParams(rawQuery string) Params {
	var p Params
	var twice []*string
	for rawQuery != "" {
		var pair string
		pair, rawQuery, _ = strings.Cut(rawQuery, "&")
		name, value, _ := strings.Cut(pair, "=")
		var to *string
		switch name {
		case "signature":
			to = &p.Signature
		case "msg_signature":
			to = &p.MsgSignature
		case "timestamp":
			to = &p.Timestamp
		case "nonce":
			to = &p.Nonce
		case "echostr":
			to = &p.Echo
		default:
			continue
		}
		if *to != "" {
			twice = append(twice, to)
		}
		if value, err := url.QueryUnescape(value); err == nil {
			*to = value
		}
	}
	for _, to := range twice {
		*to = ""
	}
	return p
}

// signedAt reads the timestamp, and checks that it and the nonce are written as
// they may be.
func (p Params) signedAt() (time.Time, error) {
	at, err := strconv.ParseInt(p.Timestamp, 10, 64)
	var room [20]byte
	// One way of writing a number only: the signature is over its letters.
	if err != nil || at < 0 || string(strconv.AppendInt(room[:0], at, 10)) != p.Timestamp {
		return time.Time{}, ErrMalformed
	}
	// The bound is below 64: whoever knows a signed callback might take whole
	// blocks off the front of its sealed text and put them behind the nonce
	// without changing the signature, but not less than 64 characters.
	if len(p.Nonce) == 0 || len(p.Nonce) > 48 {
		return time.Time{}, ErrMalformed
	}
	return time.Unix(at, 0), nil
}

// near reports whether at lies in the window around now.
func near(at, now time.Time) bool {
	d := now.Sub(at)
	return -Window <= d && d <= Window
}

// Echo answers the platform's check of the address, a GET. The text is to be
// sent back as it is. Its errors are [ErrForged], [ErrStale], [ErrMalformed] and
// [ErrBroken].
func (e *Envelope) Echo(p Params, now time.Time) (string, error) {
	at, err := p.signedAt()
	if err != nil || p.Echo == "" || len(p.Echo) > 4<<10 {
		return "", ErrMalformed
	}
	signed := e.Verify(p.MsgSignature, p.Timestamp, p.Nonce, p.Echo)
	if e.cfg.BareEcho {
		signed = e.Verify(p.Signature, p.Timestamp, p.Nonce)
	}
	switch {
	case !signed:
		return "", ErrForged
	case !near(at, now):
		return "", ErrStale
	case e.cfg.BareEcho && !harmless(p.Echo):
		return "", ErrMalformed
	case e.cfg.BareEcho:
		return p.Echo, nil
	}
	return e.Open(p.Echo)
}

// harmless reports whether no browser could take text for a page: what is echoed
// bare is not covered by the signature.
func harmless(text string) bool {
	for _, c := range []byte(text) {
		if !alphanumeric(c) && strings.IndexByte("-_.=+/", c) < 0 {
			return false
		}
	}
	return true
}

// A Letter is a callback that has been checked and opened.
type Letter struct {
	// Text is the message, XML or JSON.
	Text string
	// Nonce is to be used in the reply.
	Nonce string
	key   [sha1.Size]byte
}

// Receive checks and opens a callback, a POST. Whatever else the request holds,
// nothing but a sealed body with a msg_signature is taken. Its errors are
// [ErrForged], [ErrStale], [ErrRepeated], [ErrMalformed] and [ErrBroken].
func (e *Envelope) Receive(p Params, body []byte, now time.Time) (Letter, error) {
	at, err := p.signedAt()
	if err != nil || p.Echo != "" || len(body) > MaxBody {
		return Letter{}, ErrMalformed
	}
	sealed, err := e.sealedIn(body)
	if err != nil {
		return Letter{}, err
	}
	key, ok := e.verify(p.MsgSignature, []string{p.Timestamp, p.Nonce, sealed})
	switch {
	case !ok:
		return Letter{}, ErrForged
	case !near(at, now):
		return Letter{}, ErrStale
	}
	if !e.seen.note(key, now) {
		return Letter{}, ErrRepeated
	}
	text, err := e.Open(sealed)
	if err != nil {
		return Letter{}, err
	}
	return Letter{Text: text, Nonce: p.Nonce, key: key}, nil
}

// Forget lets the same envelope be received again: the platform repeats a
// callback that was answered with a failure, and may do so unchanged.
func (e *Envelope) Forget(l Letter) { e.seen.forget(l.key) }

// sealedIn returns the sealed text of a body.
func (e *Envelope) sealedIn(body []byte) (string, error) {
	var sealed string
	if e.cfg.Format == JSON {
		var shell struct {
			Encrypt string `json:"encrypt"`
		}
		if err := json.Unmarshal(body, &shell); err != nil {
			return "", ErrMalformed
		}
		sealed = shell.Encrypt
	} else {
		// What the document holds are parts of body, which is here as long as it.
		doc, err := Scan(unsafe.String(unsafe.SliceData(body), len(body)))
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		sealed = doc.Text("Encrypt")
	}
	if sealed == "" {
		return "", ErrMalformed
	}
	return sealed, nil
}

// Reply seals text as the answer to a callback with nonce.
func (e *Envelope) Reply(text []byte, nonce string, now time.Time) ([]byte, error) {
	return e.appendReply(nil, text, nonce, now)
}

// appendReply appends what Reply returns.
func (e *Envelope) appendReply(dst, text []byte, nonce string, now time.Time) ([]byte, error) {
	at := strconv.FormatInt(now.Unix(), 10)
	if e.cfg.Format == JSON {
		sealed, err := e.Seal(text)
		if err != nil {
			return dst, err
		}
		body, err := json.Marshal(struct {
			Encrypt   string `json:"encrypt"`
			Signature string `json:"msgsignature"`
			Timestamp int64  `json:"timestamp"`
			Nonce     string `json:"nonce"`
		}{sealed, e.Sign(at, nonce, sealed), now.Unix(), nonce})
		return append(dst, body...), err
	}
	dst = append(dst, "<xml><Encrypt><![CDATA["...) // base64 needs no cleaning
	from := len(dst)
	dst, err := e.appendSealed(dst, text)
	if err != nil {
		return dst, err
	}
	sum := e.sum([]string{at, nonce}, dst[from:])
	dst = append(dst, "]]></Encrypt><MsgSignature><![CDATA["...)
	dst = append(hex.AppendEncode(dst, sum[:]), "]]></MsgSignature>"...)
	dst = AppendNumber(dst, "TimeStamp", now.Unix())
	dst = AppendText(dst, "Nonce", nonce)
	return append(dst, "</xml>"...), nil
}
