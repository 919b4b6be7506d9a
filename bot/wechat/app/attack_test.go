package app_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

// The attacks have the names of the holes S1 to S7 that a widely used server of
// this kind has, and some more. Each changes nothing: the handler is not called.

// A forgery is what an attacker makes of a true callback.
type forgery struct {
	method string
	query  url.Values
	header http.Header
	body   string
}

func (r *rig) callback(document string) *forgery {
	r.Helper()
	req, err := r.a.Request(r.Context(), document)
	if err != nil {
		r.Fatal(err)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		r.Fatal(err)
	}
	return &forgery{method: req.Method, query: req.URL.Query(), header: req.Header, body: string(body)}
}

func (r *rig) send(f *forgery) *httptest.ResponseRecorder {
	req := httptest.NewRequest(f.method, "/wecom/app?"+f.query.Encode(), strings.NewReader(f.body))
	req.Header = f.header
	w := httptest.NewRecorder()
	r.http.ServeHTTP(w, req)
	return w
}

func TestAttacks(t *testing.T) {
	attacks := []struct {
		name  string
		spoil func(r *rig, f *forgery)
	}{
		{"S1 downgrade to an unsealed body", func(r *rig, f *forgery) { f.body = r.a.Message("lisi", "text", "Content", "签到") }},
		{"S1 downgrade by encrypt_type", func(r *rig, f *forgery) {
			f.query.Set("encrypt_type", "raw")
			f.query.Set("signature", f.query.Get("msg_signature"))
			f.query.Del("msg_signature")
			f.body = r.a.Message("lisi", "text", "Content", "签到")
		}},
		{"S2 replay after the window", func(r *rig, f *forgery) { time.Sleep(5*time.Minute + time.Second) }},
		{"S2 a timestamp of 1970", func(r *rig, f *forgery) { f.query.Set("timestamp", "1") }},
		{"S3 a signature of the right length", func(r *rig, f *forgery) { f.query.Set("msg_signature", strings.Repeat("0", 40)) }},
		{"S3 no signature", func(r *rig, f *forgery) { f.query.Del("msg_signature") }},
		{"S3 a signature in capitals", func(r *rig, f *forgery) {
			f.query.Set("msg_signature", strings.ToUpper(f.query.Get("msg_signature")))
		}},
		{"S5 a huge body", func(r *rig, f *forgery) { f.body = strings.Repeat("<a/>", 1<<22) }},
		{"S5 deep nesting", func(r *rig, f *forgery) { f.body = strings.Repeat("<a>", 10000) }},
		{"S6 a POST that is an echo", func(r *rig, f *forgery) { f.query.Set("echostr", "x") }},
		{"S7 JSON by content type", func(r *rig, f *forgery) {
			f.header.Set("Content-Type", "application/json")
			f.body = `{"Encrypt":"` + f.body + `"}`
		}},
		{"S7 null", func(r *rig, f *forgery) { f.header.Set("Content-Type", "application/json"); f.body = "null" }},
		{"an entity bomb", func(r *rig, f *forgery) {
			f.body = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>`
		}},
		{"another method", func(r *rig, f *forgery) { f.method = http.MethodPut }},
		{"a parameter twice", func(r *rig, f *forgery) { f.query.Add("msg_signature", "x") }},
		{"sealed for another corporation", func(r *rig, f *forgery) {
			r.a.Corp = "wwother"
			*f = *r.callback(r.a.Message("lisi", "text", "Content", "签到"))
		}},
		{"a sealed text that was changed", func(r *rig, f *forgery) { f.body = strings.Replace(f.body, "A", "B", 3) }},
		{"nothing", func(r *rig, f *forgery) { f.body = "" }},
	}
	for _, attack := range attacks {
		t.Run(attack.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				f := r.callback(r.a.Message("lisi", "text", "Content", "签到"))
				attack.spoil(r, f)
				if w := r.send(f); w.Code < 400 || w.Body.Len() != 0 {
					t.Errorf("answered %d and %q", w.Code, w.Body)
				}
				synctest.Wait()
				if got := r.h.all(); len(got) != 0 {
					t.Errorf("heard %+v", got)
				}
			})
		})
	}
}

func TestAReplayedEnvelopeIsAnsweredAndNotHandled(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.h.answer = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "已记录"}, nil }
		f := r.callback(r.a.Message("lisi", "text", "Content", "签到"))
		first, second := r.send(f), r.send(f)
		if first.Code != 200 || first.Body.Len() == 0 || second.Code != 200 || second.Body.Len() != 0 {
			t.Errorf("answered %d with %d bytes, then %d with %d", first.Code, first.Body.Len(), second.Code, second.Body.Len())
		}
		if n := len(r.h.all()); n != 1 {
			t.Errorf("handled %d times", n)
		}
	})
}

func FuzzCallback(f *testing.F) {
	f.Add([]byte("<xml><FromUserName>lisi</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId><Content>签到</Content></xml>"))
	f.Add([]byte("<xml><FromUserName>lisi</FromUserName><MsgType>event</MsgType><Event>template_card_event</Event><TaskId>c1</TaskId><EventKey>k</EventKey></xml>"))
	f.Add([]byte("null"))
	r := newRig(f, nil)
	f.Cleanup(r.close)
	r.h.answer = func(in bot.Inbound) (bot.Answer, error) {
		if in.Click != nil {
			return done(in), nil
		}
		return bot.Answer{Text: "收到" + in.Text}, nil
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		r := &rig{TB: t, p: r.p, a: r.a, h: r.h, http: r.http}
		w := r.send(r.callback(string(document)))
		if w.Code != 200 {
			t.Errorf("a signed callback is answered %d", w.Code)
		}
		for _, in := range r.h.take() {
			if in.ID == "" || in.Chat != private(string(in.From)) || bytes.ContainsAny([]byte(in.From), "|@ ") && in.From[0] == '@' {
				t.Errorf("heard %+v", in)
			}
		}
	})
}
