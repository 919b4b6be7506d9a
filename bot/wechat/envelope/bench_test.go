package envelope

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

// textCallback is a text message as a 公众号 gets it, 358 bytes.
func textCallback() string {
	s := "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oABCDEFGHIJKLMNOPQRSTUVWXYZ0]]></FromUserName>" +
		"<CreateTime>1760000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[签到 ]]></Content><MsgId>24000000000000001</MsgId></xml>"
	return strings.Replace(s, "签到 ", "签到 "+strings.Repeat("x", 358-len(s)), 1)
}

func textReply(doc Document, now time.Time) []byte {
	out := append(make([]byte, 0, 512), "<xml>"...)
	out = AppendText(out, "ToUserName", doc.Text("FromUserName"))
	out = AppendText(out, "FromUserName", doc.Text("ToUserName"))
	out = AppendNumber(out, "CreateTime", now.Unix())
	out = AppendText(out, "MsgType", "text")
	out = AppendText(out, "Content", "已签到，回执号 20261123-0001。")
	return append(out, "</xml>"...)
}

// Opening, verifying and sealing alone.
func BenchmarkOpenVerifySeal(b *testing.B) {
	e := newEnvelope(b)
	sealed := must(e.Seal([]byte(textCallback())))
	signature := e.Sign("1760000000", "n1", sealed)
	reply := textReply(must(Scan(textCallback())), testNow)
	b.ReportAllocs()
	for b.Loop() {
		if !e.Verify(signature, "1760000000", "n1", sealed) {
			b.Fatal("not verified")
		}
		if _, err := e.Open(sealed); err != nil {
			b.Fatal(err)
		}
		if _, err := e.Seal(reply); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	body := textCallback()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Scan(body); err != nil {
			b.Fatal(err)
		}
	}
}

// A signed and sealed callback to a signed and sealed reply, through the
// handler and a recorder; each callback is a new one.
func BenchmarkCallback(b *testing.B) {
	e := newEnvelope(b, official, func(c *Config) { c.Remember = 1 << 16 })
	p, body := post(e, textCallback(), testNow, "1234567890")
	query := "/cb?openid=oABCDEFGHIJKLMNOPQRSTUVWXYZ0&encrypt_type=aes&" + p.query()
	h := e.Handler(stopped{bot.SystemClock{}}, slog.New(slog.DiscardHandler), func(_ context.Context, l Letter) (Reply, error) {
		doc, err := Scan(l.Text)
		if err != nil {
			return nil, err
		}
		e.Forget(l) // so that the next round is not taken for a repetition
		return ReplyOf(textReply(doc, testNow)), nil
	})
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("POST", query, bytes.NewReader(body))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 || w.Body.Len() < 500 {
			b.Fatal(w.Code, w.Body)
		}
	}
}

// What a forger costs.
func BenchmarkForgery(b *testing.B) {
	e := newEnvelope(b)
	p, body := post(e, textCallback(), testNow, "1234567890")
	p.MsgSignature = strings.Repeat("0", 40)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Receive(p, body, testNow); err == nil {
			b.Fatal("taken")
		}
	}
}
