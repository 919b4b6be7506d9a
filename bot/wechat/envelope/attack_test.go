package envelope

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

type stopped struct{ bot.SystemClock }

func (stopped) Now() time.Time { return testNow }

// A desk is an endpoint and what came through it.
type desk struct {
	*Envelope
	handler  http.Handler
	received []string
	reply    []byte
	fail     error
	log      bytes.Buffer
}

func newDesk(t testing.TB, change ...func(*Config)) *desk {
	d := &desk{Envelope: newEnvelope(t, change...)}
	d.handler = d.Handler(stopped{}, slog.New(slog.NewTextHandler(&d.log, nil)), func(_ context.Context, l Letter) (Reply, error) {
		if d.fail != nil {
			return nil, d.fail
		}
		d.received = append(d.received, l.Text)
		return ReplyOf(d.reply), nil
	})
	return d
}

func official(c *Config) { c.BareEcho = true }

func (d *desk) do(method, query string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/cb?"+query, body)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

func (p Params) query() string {
	q := url.Values{}
	for name, v := range map[string]string{"signature": p.Signature, "msg_signature": p.MsgSignature, "timestamp": p.Timestamp, "nonce": p.Nonce, "echostr": p.Echo} {
		if v != "" {
			q.Set(name, v)
		}
	}
	return q.Encode()
}

// now is the timestamp of testNow, signed bare: what one line of an access log
// gives away.
func (d *desk) loggedQuery(at time.Time) Params {
	p := Params{Timestamp: strconv.FormatInt(at.Unix(), 10), Nonce: "n1"}
	p.Signature = d.Sign(p.Timestamp, p.Nonce)
	return p
}

const forged = "<xml><FromUserName>ANY_VICTIM</FromUserName><MsgType>text</MsgType><Content>forged</Content></xml>"

// The holes of silenceper/wechat v2.1.14's callback server, one test each.

func TestS1PlaintextUnderAKeyIsRefused(t *testing.T) {
	d := newDesk(t, official)
	for _, query := range []string{"", "&encrypt_type=raw", "&encrypt_type=aes", "&encrypt_type="} {
		p := d.loggedQuery(testNow)
		for _, p.MsgSignature = range []string{"", p.Signature} {
			w := d.do("POST", p.query()+query, strings.NewReader(forged))
			if w.Code < 400 {
				t.Errorf("%q: status %d", query, w.Code)
			}
		}
	}
	if len(d.received) > 0 {
		t.Errorf("received %q", d.received)
	}
}

func TestS2ReplayIsHandledOnceAndAnOldOneNever(t *testing.T) {
	d := newDesk(t, official)
	p, body := post(d.Envelope, hello, testNow, "n1")
	for range 3 {
		// The platform's own repetition must not be told off.
		if w := d.do("POST", p.query(), bytes.NewReader(body)); w.Code != 200 || w.Body.String() != "success" {
			t.Errorf("status %d, %q", w.Code, w.Body)
		}
	}
	old, oldBody := post(d.Envelope, hello, time.Unix(1, 0), "n2")
	if w := d.do("POST", old.query(), bytes.NewReader(oldBody)); w.Code != http.StatusForbidden {
		t.Errorf("of 1970: status %d", w.Code)
	}
	if len(d.received) != 1 {
		t.Errorf("handled %d times", len(d.received))
	}
}

// That the comparison takes the same time cannot be asserted; that it is the one
// made for it is seen in the code. What can be tested is that no part of a
// signature is as good as the whole.
func TestS3NoPartOfASignatureSuffices(t *testing.T) {
	d := newDesk(t)
	p, body := post(d.Envelope, hello, testNow, "n1")
	whole := p.MsgSignature
	for n := range len(whole) {
		flipped := []byte(whole)
		flipped[n] ^= 1
		for _, p.MsgSignature = range []string{whole[:n], string(flipped), whole[:n] + strings.Repeat("0", 40-n) + "0"} {
			if w := d.do("POST", p.query(), bytes.NewReader(body)); w.Code != http.StatusForbidden {
				t.Errorf("%q: status %d", p.MsgSignature, w.Code)
			}
		}
	}
}

func TestS4EmptyTokenIsRefusedAtTheStart(t *testing.T) {
	if _, err := New(Config{Key: testKey, ReceiveID: "wx"}); err == nil {
		t.Error("an envelope without a token was made")
	}
}

func TestS5LargeBodiesCostLittle(t *testing.T) {
	d := newDesk(t)
	p, _ := post(d.Envelope, hello, testNow, "n1")
	for name, body := range map[string]func() io.Reader{
		"64 MiB":                   func() io.Reader { return bytes.NewReader(make([]byte, 64<<20)) },
		"64 MiB of unknown length": func() io.Reader { return io.LimitReader(endless{}, 64<<20) },
		"many elements":            func() io.Reader { return strings.NewReader("<xml>" + strings.Repeat("<a/>", MaxBody/4-10) + "</xml>") },
		"deep elements":            func() io.Reader { return strings.NewReader(strings.Repeat("<xml>", MaxBody/5)) },
		"many pieces of text": func() io.Reader {
			return strings.NewReader("<xml><Encrypt>" + strings.Repeat("<![CDATA[abcdefghijkl]]>", 2600) + "</Encrypt></xml>")
		},
	} {
		r := body()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		w := d.do("POST", p.query(), r)
		runtime.ReadMemStats(&after)
		if w.Code < 400 {
			t.Errorf("%s: status %d", name, w.Code)
		}
		if spent := after.TotalAlloc - before.TotalAlloc; spent > 1<<20 {
			t.Errorf("%s: %d bytes allocated", name, spent)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestS6PostWithEchoIsRefusedNotAnswered(t *testing.T) {
	for _, kind := range []func(*Config){official, func(*Config) {}} {
		d := newDesk(t, kind)
		p, body := post(d.Envelope, hello, testNow, "n1")
		p.Signature, p.Echo = d.Sign(p.Timestamp, p.Nonce), "x"
		w := d.do("POST", p.query(), bytes.NewReader(body))
		// A refusal is repeated by the platform; "x" with 200 would lose the message.
		if w.Code != http.StatusBadRequest || w.Body.Len() > 0 {
			t.Errorf("status %d, %q", w.Code, w.Body)
		}
		if p.Echo = ""; d.do("POST", p.query(), bytes.NewReader(body)).Code != 200 || len(d.received) != 1 {
			t.Errorf("without: received %q", d.received)
		}
	}
}

func TestS7TheFormatIsNotTheAttackersChoice(t *testing.T) {
	xml, json := newDesk(t), newDesk(t, func(c *Config) { c.Format = JSON })
	px, asXML := post(xml.Envelope, hello, testNow, "n1")
	pj, asJSON := post(json.Envelope, hello, testNow, "n1")
	for _, tt := range []struct {
		name  string
		d     *desk
		p     Params
		body  []byte
		mime  string
		taken bool
	}{
		{"JSON to XML", xml, pj, asJSON, "application/json", false},
		{"null to XML", xml, px, []byte("null"), "application/json", false},
		{"XML to JSON", json, px, asXML, "text/xml", false},
		{"null to JSON", json, pj, []byte("null"), "application/json", false},
		{"list to JSON", json, pj, []byte("[]"), "application/json", false},
		{"XML called JSON", xml, px, asXML, "application/json", true},
		{"JSON called XML", json, pj, asJSON, "text/xml", true},
	} {
		before := len(tt.d.received)
		w := tt.d.do("POST", tt.p.query(), bytes.NewReader(tt.body), "Content-Type", tt.mime)
		if taken := len(tt.d.received) > before; taken != tt.taken || taken != (w.Code == 200) {
			t.Errorf("%s: taken %v, status %d", tt.name, taken, w.Code)
		}
	}
}

func TestOtherMethods(t *testing.T) {
	d := newDesk(t)
	p, body := post(d.Envelope, hello, testNow, "n1")
	for _, method := range []string{"PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"} {
		if w := d.do(method, p.query(), bytes.NewReader(body)); w.Code != http.StatusMethodNotAllowed || len(d.received) > 0 {
			t.Errorf("%s: status %d, received %q", method, w.Code, d.received)
		}
	}
}

func TestEchoOverHTTP(t *testing.T) {
	d := newDesk(t, official)
	p := d.loggedQuery(testNow)
	p.Echo = "123456"
	w := d.do("GET", p.query(), nil)
	if w.Code != 200 || w.Body.String() != "123456" || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("status %d, %q, %v", w.Code, w.Body, w.Header())
	}
	p.Signature = "x"
	if w := d.do("GET", p.query(), nil); w.Code != http.StatusForbidden || w.Body.Len() > 0 {
		t.Errorf("forged: status %d, %q", w.Code, w.Body)
	}
}

func TestReplyOverHTTP(t *testing.T) {
	for format, mime := range map[Format]string{XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"} {
		d := newDesk(t, func(c *Config) { c.Format = format })
		d.reply = []byte("已签到")
		p, body := post(d.Envelope, hello, testNow, "n1")
		w := d.do("POST", p.query(), bytes.NewReader(body))
		if w.Code != 200 || w.Header().Get("Content-Type") != mime || !strings.Contains(strings.ToLower(w.Body.String()), "encrypt") {
			t.Errorf("status %d, %v, %q", w.Code, w.Header(), w.Body)
		}
	}
}

// A failure, or a panic, must leave the platform free to come again.
func TestFailureMayBeRepeated(t *testing.T) {
	d := newDesk(t)
	p, body := post(d.Envelope, hello, testNow, "n1")
	d.fail = errors.New("disk full at https://h/?key=PLANTED")
	if w := d.do("POST", p.query(), bytes.NewReader(body)); w.Code != 500 || w.Body.Len() > 0 {
		t.Errorf("status %d, %q", w.Code, w.Body)
	}
	if s := d.log.String(); !strings.Contains(s, "disk full") || strings.Contains(s, "PLANTED") {
		t.Errorf("log %s", s)
	}
	func() {
		defer func() { _ = recover() }()
		panics := d.Handler(stopped{}, slog.New(slog.DiscardHandler), func(context.Context, Letter) (Reply, error) { panic("x") })
		panics.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/?"+p.query(), bytes.NewReader(body)))
	}()
	d.fail = nil
	if w := d.do("POST", p.query(), bytes.NewReader(body)); w.Code != 200 || len(d.received) != 1 {
		t.Errorf("again: status %d, received %q", w.Code, d.received)
	}
}

func TestBrokenOffBody(t *testing.T) {
	d := newDesk(t)
	p, body := post(d.Envelope, hello, testNow, "n1")
	r := httptest.NewRequest("POST", "/?"+p.query(), io.LimitReader(bytes.NewReader(body), 50))
	r.ContentLength = int64(len(body))
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest {
		t.Errorf("status %d", w.Code)
	}
}

// Noise from outside must not fill the log; a wrong clock or key must show.
func TestLogTellsWhatWasSigned(t *testing.T) {
	d := newDesk(t)
	p, body := post(d.Envelope, hello, testNow, "n1")
	p.MsgSignature = "x"
	d.do("POST", p.query(), bytes.NewReader(body))
	d.do("POST", p.query(), strings.NewReader("junk"))
	if d.log.Len() > 0 {
		t.Errorf("log of noise: %s", d.log.String())
	}
	p, body = post(d.Envelope, hello, testNow.Add(-time.Hour), "n1")
	d.do("POST", p.query(), bytes.NewReader(body))
	if s := d.log.String(); !strings.Contains(s, "window") || strings.Contains(s, "签到") || strings.Contains(s, p.MsgSignature) {
		t.Errorf("log of a stale callback: %s", s)
	}
}

func ExampleEnvelope_Handler() {
	e, err := New(Config{Token: testToken, Key: testKey, ReceiveID: "wx0123456789abcdef", BareEcho: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	h := e.Handler(bot.SystemClock{}, slog.New(slog.DiscardHandler), func(_ context.Context, l Letter) (Reply, error) {
		doc, err := Scan(l.Text)
		if err != nil {
			return nil, err
		}
		return func(dst []byte) []byte {
			dst = AppendText(append(dst, "<xml>"...), "ToUserName", doc.Text("FromUserName"))
			return append(AppendText(dst, "Content", "已签到"), "</xml>"...)
		}, nil
	})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/oa?signature=guess&timestamp=1&nonce=1", strings.NewReader(forged)))
	fmt.Println(w.Code)
	// Output: 400
}
