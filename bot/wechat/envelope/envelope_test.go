package envelope

import (
	"bytes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fanzha/bot/wechat"
)

const (
	testToken = "tokTest01"
	testKey   = "k3yForUnitTestsOnly0123456789ABCDEFGHIJKLMN"
)

// testNow is shortly after the timestamp of the outside vectors.
var testNow = time.Unix(1760000007, 0)

func newEnvelope(t testing.TB, change ...func(*Config)) *Envelope {
	t.Helper()
	c := Config{Token: testToken, Key: testKey, ReceiveID: "wxtest"}
	for _, f := range change {
		f(&c)
	}
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func receivedBy(id string) func(*Config) { return func(c *Config) { c.ReceiveID = id } }

// Made with the platform's own library for Node.js, @wecom/crypto.
func TestOutsideVectors(t *testing.T) {
	const message = `{"msgtype":"text","text":{"content":"签到"}}`
	for _, tt := range []struct{ id, sealed, signature string }{
		{"", "bf8iL/nCL5CachZ5D+/xdsiv5zmKdnnUscvd7mwpu4L9iWJCwDyCWPV05xk6isz8ZsJEI6x5epqXncC7zVUZB8d7p2UwsZBd+si0OdSJ96ASBfca/f8NGvvy1CHDAIBc",
			"6498fc1a4a632f15b13dc7020242b2e737aea64f"},
		{"wwtest0123456789", "bf8iL/nCL5CachZ5D+/xdsiv5zmKdnnUscvd7mwpu4L9iWJCwDyCWPV05xk6isz8ZsJEI6x5epqXncC7zVUZBxLDBmYbGSjjPqKK+N15rTVgJlNvjlFEp0iAGgVKVDj5",
			"50be2ec1547293def73f23f597ae24c46bfe1f50"},
	} {
		e := newEnvelope(t, receivedBy(tt.id), func(c *Config) { c.Random = strings.NewReader("0123456789abcdef") })
		if got, err := e.Open(tt.sealed); got != message || err != nil {
			t.Errorf("%q: opened %q, %v", tt.id, got, err)
		}
		if got, err := e.Seal([]byte(message)); got != tt.sealed || err != nil {
			t.Errorf("%q: sealed %s, %v", tt.id, got, err)
		}
		if got := e.Sign("1760000000", "n0nce77", tt.sealed); got != tt.signature {
			t.Errorf("%q: signature %s", tt.id, got)
		}
		if !e.Verify(tt.signature, "1760000000", "n0nce77", tt.sealed) {
			t.Errorf("%q: signature not verified", tt.id)
		}
		if _, err := newEnvelope(t, receivedBy(tt.id+"x")).Open(tt.sealed); !errors.Is(err, ErrBroken) {
			t.Errorf("%q: opened for another account: %v", tt.id, err)
		}
	}
}

func TestSealOpen(t *testing.T) {
	for _, id := range []string{"", "w", "wx0123456789abcdef"} {
		e := newEnvelope(t, receivedBy(id))
		for n := range 100 {
			message := bytes.Repeat([]byte{'m'}, n)
			sealed, err := e.Seal(message)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := e.Open(sealed); got != string(message) || err != nil {
				t.Errorf("%d bytes for %q: %q, %v", n, id, got, err)
			}
		}
	}
	e := newEnvelope(t)
	if a, b := must(e.Seal(nil)), must(e.Seal(nil)); a == b {
		t.Error("the same message is sealed the same way twice")
	}
	if _, err := newEnvelope(t, func(c *Config) { c.Random = strings.NewReader("short") }).Seal(nil); err == nil {
		t.Error("sealed without enough random bytes")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// encrypt seals a plaintext of any form, as only who has the key can.
func encrypt(e *Envelope, plain []byte) string {
	out := bytes.Clone(plain)
	cipher.NewCBCEncrypter(e.block, e.iv).CryptBlocks(out, out)
	return base64.StdEncoding.EncodeToString(out)
}

// plaintext lays out a message that says it has size bytes.
func plaintext(size uint32, message, id string, pad ...byte) []byte {
	p := append([]byte("0123456789abcdef"), binary.BigEndian.AppendUint32(nil, size)...)
	return append(append(append(p, message...), id...), pad...)
}

func TestOpenRefusesWhatIsNotLaidOutRight(t *testing.T) {
	e := newEnvelope(t) // wxtest
	pad := func(n, value byte) []byte { return bytes.Repeat([]byte{value}, int(n)) }
	for name, sealed := range map[string]string{
		"nothing":               "",
		"no base64":             "!!!!",
		"no whole block":        base64.StdEncoding.EncodeToString(make([]byte, 17)),
		"no padding":            encrypt(e, plaintext(6, "messag", "wxtest", pad(0, 0)...)),
		"padding of 0":          encrypt(e, plaintext(6, "messag", "wxtest", pad(16, 0)...)),
		"padding of 33":         encrypt(e, plaintext(6, "messag", "wxtest", pad(48, 33)...)),
		"padding beyond text":   encrypt(e, pad(16, 17)),
		"padding of two values": encrypt(e, append(plaintext(6, "messag", "wxtest", pad(15, 9)...), 16)),
		"only padding":          encrypt(e, pad(32, 32)),
		"length beyond text":    encrypt(e, plaintext(13, "messag", "wxtest", pad(16, 16)...)),
		"greatest length":       encrypt(e, plaintext(1<<32-1, "messag", "wxtest", pad(16, 16)...)),
		"length one too short":  encrypt(e, plaintext(5, "messag", "wxtest", pad(16, 16)...)),
		"length one too long":   encrypt(e, plaintext(7, "messag", "wxtest", pad(16, 16)...)),
		"no receiver":           encrypt(e, plaintext(12, "messagmessag", "", pad(16, 16)...)),
		"receiver in capitals":  encrypt(e, plaintext(6, "messag", "WXTEST", pad(16, 16)...)),
		"longer receiver":       encrypt(e, plaintext(5, "messa", "wxtestx", pad(16, 16)...)),
	} {
		if got, err := e.Open(sealed); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got, err := e.Open(encrypt(e, plaintext(6, "messag", "wxtest", pad(16, 16)...))); got != "messag" || err != nil {
		t.Errorf("laid out right: %q, %v", got, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"no token":           {Key: testKey},
		"no key":             {Token: testToken},
		"key of 42":          {Token: testToken, Key: wechat.Secret(testKey[1:])},
		"key of 44":          {Token: testToken, Key: wechat.Secret(testKey + "=")},
		"key with a space":   {Token: testToken, Key: wechat.Secret(" " + testKey[1:])},
		"key with a newline": {Token: testToken, Key: wechat.Secret("\n" + testKey[1:])},
		"key in Chinese":     {Token: testToken, Key: wechat.Secret("签" + testKey[3:])},
	} {
		_, err := New(c)
		if err == nil || c.Key != "" && strings.Contains(fmt.Sprint(err), string(c.Key)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The last character may have bits to spare that are set.
	if _, err := New(Config{Token: testToken, Key: wechat.Secret(testKey[:42] + "9")}); err != nil {
		t.Error(err)
	}
}

func FuzzOpen(f *testing.F) {
	e := newEnvelope(f)
	f.Add([]byte(must(e.Seal([]byte("message")))), []byte("plain"))
	f.Add([]byte("AAAA"), plaintext(6, "messag", "wxtest", bytes.Repeat([]byte{16}, 16)...))
	f.Fuzz(func(t *testing.T, sealed, plain []byte) {
		if text, err := e.Open(string(sealed)); err != nil && text != "" {
			t.Errorf("a text and an error: %q, %v", text, err)
		}
		// Whatever stands in an envelope that the right key made.
		whole := plain[:len(plain)/16*16]
		text, err := e.Open(encrypt(e, whole))
		if err == nil && !bytes.Contains(whole, []byte(text+"wxtest")) {
			t.Errorf("opened %q out of %q", text, whole)
		}
		if got, err := e.Open(must(e.Seal(plain))); got != string(plain) || err != nil {
			t.Errorf("sealed and opened: %q, %v, want %q", got, err, plain)
		}
	})
}
