package envelope

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"fanzha/bot/wechat"
)

// post is a callback as the platform makes it.
func post(e *Envelope, message string, at time.Time, nonce string) (Params, []byte) {
	sealed := must(e.Seal([]byte(message)))
	p := Params{Timestamp: strconv.FormatInt(at.Unix(), 10), Nonce: nonce}
	p.MsgSignature = e.Sign(p.Timestamp, p.Nonce, sealed)
	if e.cfg.Format == JSON {
		return p, must(json.Marshal(map[string]string{"encrypt": sealed}))
	}
	body := AppendText([]byte("<xml>"), "ToUserName", "gh_test")
	return p, append(AppendText(body, "Encrypt", sealed), "</xml>"...)
}

const hello = "<xml><FromUserName>u1</FromUserName><Content>签到</Content></xml>"

func TestReceive(t *testing.T) {
	for _, format := range []Format{XML, JSON} {
		e := newEnvelope(t, func(c *Config) { c.Format = format })
		p, body := post(e, hello, testNow, "n1")
		l, err := e.Receive(p, body, testNow)
		if err != nil || l.Text != hello || l.Nonce != "n1" {
			t.Errorf("format %d: %+v, %v", format, l, err)
		}
	}
}

func TestReceiveRefuses(t *testing.T) {
	e := newEnvelope(t)
	other := newEnvelope(t, func(c *Config) { c.Token = "another" })
	for _, tt := range []struct {
		name   string
		change func(*Params, *[]byte)
		want   error
	}{
		{"no signature", func(p *Params, _ *[]byte) { p.MsgSignature = "" }, ErrForged},
		{"signature of another token", func(p *Params, b *[]byte) { *p, *b = post(other, hello, testNow, "n") }, ErrForged},
		{"signature in capitals", func(p *Params, _ *[]byte) { p.MsgSignature = strings.ToUpper(p.MsgSignature) }, ErrForged},
		{"signature cut short", func(p *Params, _ *[]byte) { p.MsgSignature = p.MsgSignature[:39] }, ErrForged},
		{"another nonce", func(p *Params, _ *[]byte) { p.Nonce += "0" }, ErrForged},
		{"another time", func(p *Params, _ *[]byte) { p.Timestamp = "1760000008" }, ErrForged},
		{"no nonce", func(p *Params, _ *[]byte) { p.Nonce = "" }, ErrMalformed},
		{"long nonce", func(p *Params, _ *[]byte) { p.Nonce = strings.Repeat("n", 49) }, ErrMalformed},
		{"no time", func(p *Params, _ *[]byte) { p.Timestamp = "" }, ErrMalformed},
		{"time with a zero before", func(p *Params, _ *[]byte) { p.Timestamp = "0" + p.Timestamp }, ErrMalformed},
		{"time with a plus", func(p *Params, _ *[]byte) { p.Timestamp = "+" + p.Timestamp }, ErrMalformed},
		{"time that fits no number", func(p *Params, _ *[]byte) { p.Timestamp = strings.Repeat("9", 30) }, ErrMalformed},
		{"time before Christ", func(p *Params, _ *[]byte) { p.Timestamp = "-1" }, ErrMalformed},
		{"no body", func(_ *Params, b *[]byte) { *b = nil }, ErrMalformed},
		{"empty sealed text", func(_ *Params, b *[]byte) { *b = []byte("<xml><Encrypt/></xml>") }, ErrMalformed},
		{"two sealed texts", func(_ *Params, b *[]byte) {
			*b = []byte(strings.Replace(string(*b), "<xml>", "<xml><Encrypt>x</Encrypt>", 1))
		}, ErrMalformed},
		{"over 64 KiB", func(_ *Params, b *[]byte) { *b = append(*b, make([]byte, MaxBody)...) }, ErrMalformed},
		{"sealed for another account", func(p *Params, b *[]byte) { *p, *b = post(newEnvelope(t, receivedBy("other")), hello, testNow, "n") }, ErrBroken},
		{"sealed with another key", func(p *Params, b *[]byte) {
			*p, *b = post(newEnvelope(t, func(c *Config) { c.Key = wechat.Secret(testKey[1:] + "x") }), hello, testNow, "n")
		}, ErrBroken},
	} {
		p, body := post(e, hello, testNow, "n1")
		tt.change(&p, &body)
		if l, err := e.Receive(p, body, testNow); !errors.Is(err, tt.want) {
			t.Errorf("%s: %q, %v, want %v", tt.name, l.Text, err, tt.want)
		}
	}
}

func TestWindow(t *testing.T) {
	for off, want := range map[time.Duration]error{
		0: nil, Window: nil, -Window: nil,
		Window + time.Second: ErrStale, -Window - time.Second: ErrStale,
		20 * 365 * 24 * time.Hour: ErrStale,
	} {
		e := newEnvelope(t)
		p, body := post(e, hello, testNow, "n1")
		if _, err := e.Receive(p, body, testNow.Add(off)); !errors.Is(err, want) {
			t.Errorf("%v after: %v, want %v", off, err, want)
		}
	}
	// The library reads the time as 32 bits, which end on 2038-01-19.
	later := time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
	e := newEnvelope(t)
	p, body := post(e, hello, later, "n1")
	if _, err := e.Receive(p, body, later); err != nil {
		t.Errorf("in 2040: %v", err)
	}
}

func TestRepeatedIsReceivedOnceUnlessForgotten(t *testing.T) {
	e := newEnvelope(t)
	p, body := post(e, hello, testNow, "n1")
	l, err := e.Receive(p, body, testNow)
	if err != nil {
		t.Fatal(err)
	}
	for _, after := range []time.Duration{0, time.Second, Window} {
		if _, err := e.Receive(p, body, testNow.Add(after)); !errors.Is(err, ErrRepeated) {
			t.Errorf("again after %v: %v", after, err)
		}
	}
	e.Forget(l)
	if _, err := e.Receive(p, body, testNow.Add(time.Minute)); err != nil {
		t.Errorf("after a failure: %v", err)
	}
}

// Timestamp, nonce and sealed text are signed without a mark between them. Who
// has seen a callback can move letters from one to another under the same
// signature; that must make nothing new.
func TestShiftedLettersAreNoNewCallback(t *testing.T) {
	tried := 0
	for i := range 200 {
		e := newEnvelope(t)
		p, body := post(e, strings.Repeat("长", 40), testNow, fmt.Sprintf("%d", i))
		doc := must(Scan(string(body)))
		sealed := doc.Text("Encrypt")
		if _, err := e.Receive(p, body, testNow); err != nil {
			t.Fatal(err)
		}
		for n := 1; n < len(sealed); n++ {
			for _, q := range []struct{ nonce, sealed string }{
				{p.Nonce + sealed[:n], sealed[n:]},
				{sealed[n:] + p.Nonce, sealed[:n]},
			} {
				if !e.Verify(p.MsgSignature, p.Timestamp, q.nonce, q.sealed) {
					continue
				}
				tried++
				shifted := p
				shifted.Nonce = q.nonce
				if _, err := e.Receive(shifted, AppendText([]byte("<xml>"), "Encrypt", q.sealed), testNow); err == nil {
					t.Fatalf("%d letters shifted: received", n)
				}
			}
		}
	}
	if tried == 0 {
		t.Error("no shift kept the signature; the test tests nothing")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := memory{limit: 100}
	for i := range 10_000 {
		m.note([20]byte{byte(i), byte(i >> 8)}, testNow)
	}
	if n := len(m.present) + len(m.before); n > 100 {
		t.Errorf("remembers %d", n)
	}
}

func TestMemoryLastsAsLongAsTheWindow(t *testing.T) {
	for _, start := range []time.Duration{0, time.Second, remembered/2 - time.Second, remembered / 2, remembered - 1} {
		m := memory{limit: 1 << 16}
		m.note([20]byte{1}, testNow)
		at := testNow.Add(start)
		m.note([20]byte{2}, at)
		for after := time.Duration(0); after < remembered; after += 7 * time.Second {
			m.note([20]byte{3, byte(after / time.Second), byte(after / time.Second >> 8)}, at.Add(after))
			if m.note([20]byte{2}, at.Add(after)) {
				t.Fatalf("noted after %v, forgotten after another %v", start, after)
			}
		}
		m.note([20]byte{4}, at.Add(4*remembered))
		if len(m.present)+len(m.before) != 1 {
			t.Errorf("still remembers %d when none can pass", len(m.present)+len(m.before))
		}
	}
}

func TestEcho(t *testing.T) {
	sealed, bare := newEnvelope(t), newEnvelope(t, func(c *Config) { c.BareEcho = true })
	echo := must(sealed.Seal([]byte("8812345")))
	at, nonce := "1760000000", "n1"
	signed := func(parts ...string) string { return sealed.Sign(parts...) }
	for _, tt := range []struct {
		name string
		e    *Envelope
		p    Params
		want string
		err  error
	}{
		{"sealed", sealed, Params{MsgSignature: signed(at, nonce, echo), Timestamp: at, Nonce: nonce, Echo: echo}, "8812345", nil},
		{"sealed, signature over time and nonce only", sealed, Params{MsgSignature: signed(at, nonce), Signature: signed(at, nonce), Timestamp: at, Nonce: nonce, Echo: echo}, "", ErrForged},
		{"sealed, bare text", sealed, Params{Signature: signed(at, nonce), Timestamp: at, Nonce: nonce, Echo: "8812345"}, "", ErrForged},
		{"sealed, does not open", sealed, Params{MsgSignature: signed(at, nonce, "AAAA"), Timestamp: at, Nonce: nonce, Echo: "AAAA"}, "", ErrBroken},
		{"bare", bare, Params{Signature: signed(at, nonce), Timestamp: at, Nonce: nonce, Echo: "8812345"}, "8812345", nil},
		{"bare, forged", bare, Params{Signature: signed(at, "n2"), Timestamp: at, Nonce: nonce, Echo: "8812345"}, "", ErrForged},
		{"bare, a page", bare, Params{Signature: signed(at, nonce), Timestamp: at, Nonce: nonce, Echo: "<script>"}, "", ErrMalformed},
		{"bare, of 1970", bare, Params{Signature: signed("1", nonce), Timestamp: "1", Nonce: nonce, Echo: "8812345"}, "", ErrStale},
		{"bare, nothing to echo", bare, Params{Signature: signed(at, nonce), Timestamp: at, Nonce: nonce}, "", ErrMalformed},
		{"bare, a book to echo", bare, Params{Signature: signed(at, nonce), Timestamp: at, Nonce: nonce, Echo: strings.Repeat("1", 5000)}, "", ErrMalformed},
	} {
		if got, err := tt.e.Echo(tt.p, testNow); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %q, %v, want %q, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
}

func TestReadParams(t *testing.T) {
	for query, want := range map[string]Params{
		"msg_signature=a&timestamp=1&nonce=n&echostr=E%2B%2Fx%3D%3D": {MsgSignature: "a", Timestamp: "1", Nonce: "n", Echo: "E+/x=="},
		"signature=s&x=y&&openid=o&encrypt_type=aes":                 {Signature: "s"},
		"nonce=a&nonce=b&timestamp=1":                                {Timestamp: "1"},
		"nonce=%zz":                                                  {},
		"":                                                           {},
		"=&=nonce&nonce":                                             {},
	} {
		if got := ReadParams(query); got != want {
			t.Errorf("ReadParams(%q) = %+v, want %+v", query, got, want)
		}
	}
}

func TestReply(t *testing.T) {
	e := newEnvelope(t)
	out := must(e.Reply([]byte(hello), `n"]]><x>`, testNow))
	doc, err := Scan(string(out))
	if err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	at, nonce, sealed := doc.Text("TimeStamp"), doc.Text("Nonce"), doc.Text("Encrypt")
	if at != "1760000007" || nonce != `n"]]><x>` || !e.Verify(doc.Text("MsgSignature"), at, nonce, sealed) {
		t.Errorf("reply %s", out)
	}
	if text, err := e.Open(sealed); text != hello || err != nil {
		t.Errorf("sealed %q, %v", text, err)
	}

	e = newEnvelope(t, func(c *Config) { c.Format = JSON })
	var got struct {
		Encrypt      string
		MsgSignature string `json:"msgsignature"`
		Timestamp    int64
		Nonce        string
	}
	if err := json.Unmarshal(must(e.Reply([]byte(hello), "n1", testNow)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Timestamp != testNow.Unix() || got.Nonce != "n1" || !e.Verify(got.MsgSignature, "1760000007", "n1", got.Encrypt) {
		t.Errorf("reply %+v", got)
	}
}

func FuzzReceive(f *testing.F) {
	for _, format := range []Format{XML, JSON} {
		e := newEnvelope(f, func(c *Config) { c.Format = format })
		p, body := post(e, hello, testNow, "n1")
		f.Add(format == JSON, url.Values{"msg_signature": {p.MsgSignature}, "timestamp": {p.Timestamp}, "nonce": {p.Nonce}}.Encode(), body)
	}
	f.Fuzz(func(t *testing.T, asJSON bool, query string, body []byte) {
		e := newEnvelope(t, func(c *Config) {
			if asJSON {
				c.Format = JSON
			}
		})
		p := ReadParams(query)
		l, err := e.Receive(p, body, testNow)
		if err != nil && l.Text != "" {
			t.Errorf("a letter and an error: %q, %v", l.Text, err)
		}
		// Nobody without token and key makes a letter that is not the seed's.
		if err == nil && l.Text != hello {
			t.Errorf("forged: %q", l.Text)
		}
		if _, err := e.Echo(p, testNow); err == nil {
			t.Errorf("echoed for %q", query)
		}
	})
}
