package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
)

func TestDo(t *testing.T) {
	spent := func(code int) error { return &wechat.CodeError{API: "message/send", Code: code} }
	other := errors.New("other")
	for _, tt := range []struct {
		name    string
		answers []error // of the calls, in turn
		tokens  string  // that the calls got
		want    error
	}{
		{"all well", []error{nil}, "T1", nil},
		{"40001", []error{spent(40001), nil}, "T1 T2", nil},
		{"40014", []error{spent(40014), nil}, "T1 T2", nil},
		{"42001", []error{spent(42001), nil}, "T1 T2", nil},
		{"wrapped and hidden", []error{wechat.Hide(fmt.Errorf("x: %w", spent(42001))), nil}, "T1 T2", nil},
		{"spent again", []error{spent(42001), spent(40014)}, "T1 T2", spent(40014)},
		{"another code", []error{spent(45009)}, "T1", spent(45009)},
		{"no code", []error{other}, "T1", other},
		{"another error after renewing", []error{spent(42001), other}, "T1 T2", other},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHandle(t, newPlatform())
			var tokens []string
			err := Do(t.Context(), h, func(token string) error {
				tokens = append(tokens, token)
				return tt.answers[len(tokens)-1]
			})
			if got := strings.Join(tokens, " "); got != tt.tokens || fmt.Sprint(err) != fmt.Sprint(tt.want) {
				t.Errorf("called with %q, %v, want %q, %v", got, err, tt.tokens, tt.want)
			}
		})
	}
}

// A platform that insists on the token that it has refused is not asked again.
func TestDoWithTheSameTokenAgain(t *testing.T) {
	same := func(c *Config) {
		c.Source = func(context.Context, wechat.Secret) (Token, error) { return Token{Value: "T", Life: time.Hour}, nil }
	}
	calls := 0
	err := Do(t.Context(), newHandle(t, newPlatform(), same), func(string) error { calls++; return &wechat.CodeError{Code: 40001} })
	if calls != 1 || wechat.CodeOf(err) != 40001 {
		t.Errorf("called %d times, %v", calls, err)
	}
}

func TestDoWithoutToken(t *testing.T) {
	p := newPlatform()
	p.fail = errors.New("down")
	called := false
	err := Do(t.Context(), newHandle(t, p), func(string) error { called = true; return nil })
	if called || !errors.Is(err, wechat.ErrNotSent) {
		t.Errorf("called %v, %v", called, err)
	}
	p.fail = nil
	h := newHandle(t, p)
	err = Do(t.Context(), h, func(string) error { p.fail = errors.New("down"); return &wechat.CodeError{Code: 42001} })
	if !errors.Is(err, wechat.ErrNotSent) || !strings.Contains(err.Error(), "42001") {
		t.Errorf("renewing failed: %v", err)
	}
}

// A platform that answers over HTTP, as both do.
func TestSources(t *testing.T) {
	var asked []string
	tokens := []string{"T1", "T1", "T2"} // stable_token gives the same again
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, strings.TrimSpace(r.Host+r.URL.RequestURI()+" "+string(body)))
		if len(asked) > len(tokens) {
			_, _ = io.WriteString(w, `{"errcode":40001,"errmsg":"invalid credential S+1"}`)
			return
		}
		_, _ = fmt.Fprintf(w, `{"errcode":0,"errmsg":"ok","access_token":%q,"expires_in":7200}`, tokens[len(asked)-1])
	}))
	defer srv.Close()
	c, err := wechat.NewClient(wechat.ClientConfig{Redirect: map[string]string{wechat.HostWeCom: srv.URL, wechat.HostOfficial: srv.URL}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()

	if got, err := WeCom(c, "ww1", "S+1")(t.Context(), ""); err != nil || got.Value != "T1" || got.Life != longest {
		t.Errorf("WeCom: %+v, %v", got, err)
	}
	if got, err := Official(c, "wx1", "S+1")(t.Context(), "T1"); err != nil || got.Value != "T2" {
		t.Errorf("Official after a refusal: %+v, %v", got, err)
	}
	want := []string{
		"qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww1&corpsecret=S%2B1",
		`api.weixin.qq.com/cgi-bin/stable_token {"grant_type":"client_credential","appid":"wx1","secret":"S+1","force_refresh":false}`,
		`api.weixin.qq.com/cgi-bin/stable_token {"grant_type":"client_credential","appid":"wx1","secret":"S+1","force_refresh":true}`,
	}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
	for name, source := range map[string]Source{"WeCom": WeCom(c, "ww1", "S+1"), "Official": Official(c, "wx1", "S+1")} {
		_, err = source(t.Context(), "")
		refusal, _ := errors.AsType[*wechat.CodeError](err)
		if wechat.CodeOf(err) != 40001 || strings.Contains(fmt.Sprint(err, refusal), "S+1") {
			t.Errorf("%s refused: %v", name, err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	h := New(Config{Name: "b", Source: newPlatform().source, Clock: bot.SystemClock{}})
	defer h.Close()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := h.GetAccessTokenContext(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
