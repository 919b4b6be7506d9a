package wechattest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"fanzha/bot/wechat/wechattest"
)

// ask asks an interface of the account's host; a nil body means GET.
func ask(t *testing.T, p *wechattest.Platform, path string, body any) map[string]any {
	t.Helper()
	method, data := http.MethodGet, []byte(nil)
	if body != nil {
		method = http.MethodPost
		var err error
		if data, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, "https://api.weixin.qq.com/cgi-bin/"+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := p.HTTPClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer := map[string]any{}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// A clock that the test sets.
type setClock struct{ now time.Time }

func official(t *testing.T) (*wechattest.Platform, *wechattest.OfficialAccount, *setClock) {
	t.Helper()
	c := &setClock{time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	p := wechattest.New(wechattest.Options{Seed: 1, Now: func() time.Time { return c.now }})
	t.Cleanup(p.Close)
	return p, p.AddOfficial(wechattest.Official{Templates: []string{"T1"}}), c
}

func TestOfficialTokens(t *testing.T) {
	p, a, c := official(t)
	plain := func() string {
		got, _ := ask(t, p, "token?grant_type=client_credential&appid="+a.AppID+"&secret="+a.Secret, nil)["access_token"].(string)
		return got
	}
	stable := func(force bool) (string, float64) {
		got := ask(t, p, "stable_token", map[string]any{"grant_type": "client_credential", "appid": a.AppID, "secret": a.Secret, "force_refresh": force})
		value, _ := got["access_token"].(string)
		code, _ := got["errcode"].(float64)
		return value, code
	}
	// use is the code that a token is answered with, by a call that is wrong otherwise.
	use := func(token string) float64 {
		code, _ := ask(t, p, "message/custom/send?access_token="+url.QueryEscape(token), map[string]any{"touser": "nobody"})["errcode"].(float64)
		return code
	}
	first := plain()
	if second := plain(); first == second || use(first) != 40001 || use(second) != 40008 {
		t.Errorf("a plain token does not end the one before: %v, %v", use(first), use(second))
	}
	one, _ := stable(false)
	if two, _ := stable(false); one != two || use(one) != 40008 {
		t.Error("a stable token is not the same while it holds")
	}
	forced, _ := stable(true)
	if _, code := stable(true); forced == one || use(one) != 40001 || code != 45009 {
		t.Errorf("a forced token: the old one is answered with %v, another force within 30 s with %v", use(one), code)
	}
	c.now = c.now.Add(2 * time.Hour)
	if code := use(forced); code != 42001 {
		t.Errorf("an old token is answered with %v", code)
	}
	if code := use("made up"); code != 40014 {
		t.Errorf("a made-up token is answered with %v", code)
	}
	for _, path := range []string{"token?grant_type=client_credential&appid=wx&secret=x", "token?grant_type=client_credential&appid=" + a.AppID + "&secret=x", "token"} {
		if got := ask(t, p, path, nil); got["access_token"] != nil {
			t.Errorf("%s gives a token", path)
		}
	}
}

// TestOfficialServersAreJudged: what no platform would take is an error, and what a
// platform would repeat is repeated.
func TestOfficialServersAreJudged(t *testing.T) {
	_, a, _ := official(t)
	answer := func(status int, body string) (wechattest.Reply, error) {
		a.Connect("https://x.example/", wechattest.ToHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})))
		return a.Say(t.Context(), "o1", "你好")
	}
	if got, err := answer(200, "success"); err != nil || got != (wechattest.Reply{Tries: 1}) {
		t.Errorf("success: %+v, %v", got, err)
	}
	if got, err := answer(500, ""); err != nil || !got.Broken || got.Tries != 4 {
		t.Errorf("a fault: %+v, %v", got, err)
	}
	for _, body := range []string{"ok", "<xml></xml>", "<xml><ToUserName>o1</ToUserName><Content>明文</Content></xml>",
		"<xml><Encrypt>AAAA</Encrypt><MsgSignature>x</MsgSignature><TimeStamp>1</TimeStamp><Nonce>1</Nonce></xml>", "\x00"} {
		if got, err := answer(200, body); err == nil || got.Text != "" {
			t.Errorf("%q: %+v, %v, want an error", body, got, err)
		}
	}
}

func TestOfficialCallbacksAreSealedOrNot(t *testing.T) {
	p, sealed, _ := official(t)
	clear := p.AddOfficial(wechattest.Official{Plain: true})
	for _, a := range []*wechattest.OfficialAccount{sealed, clear} {
		a.Connect("https://x.example/", nil)
		req, err := a.Request(t.Context(), a.Message("o1", "text", "Content", "签到"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Fatal(err)
		}
		if q := req.URL.Query(); strings.Contains(string(body), "签到") != a.Plain || (q.Get("msg_signature") == "") != a.Plain || q.Get("signature") == "" {
			t.Errorf("plain %t: %s %s", a.Plain, req.URL, body)
		}
	}
}
