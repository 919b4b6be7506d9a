package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

// call is a URL that holds a secret in every parameter that the platforms have
// for one.
const call = "https://" + HostWeCom + "/cgi-bin/appchat/send?access_token=PLANTED1&corpsecret=PLANTED2&key=PLANTED3&code=PLANTED4&secret=PLANTED5#PLANTED6"

// leaks returns where err, printed in any way, or anything that it wraps, holds
// a planted secret.
func leaks(err error) (found []string) {
	for err != nil {
		for _, form := range []string{"%s", "%v", "%+v", "%#v", "%q"} {
			if s := fmt.Sprintf(form, err); strings.Contains(s, "PLANTED") {
				found = append(found, s)
			}
		}
		if u, ok := err.(*url.Error); ok && strings.Contains(u.URL, "PLANTED") {
			found = append(found, u.URL)
		}
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range many.Unwrap() {
				found = append(found, leaks(e)...)
			}
		}
		err = errors.Unwrap(err)
	}
	return found
}

func newClient(t *testing.T, c ClientConfig) *Client {
	t.Helper()
	client, err := NewClient(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// serve returns a client of a server that plays the platform.
func serve(t *testing.T, c ClientConfig, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	c.Redirect = map[string]string{HostWeCom: srv.URL + "/sim"}
	return newClient(t, c)
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// closedPort returns the base URL of a port where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "http://" + l.Addr().String()
}

// Every way in which a call can fail, with our own calls and with the library's.
func TestNoErrorHoldsASecret(t *testing.T) {
	stalls := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the server sees the end of the connection only after that
		<-r.Context().Done()
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name    string
		ctx     context.Context
		url     string
		client  *Client
		outcome bot.Outcome
		is      error
		timeout bool
	}{
		{name: "answer is a refusal with the secret in it", outcome: bot.Rejected,
			client: serve(t, ClientConfig{}, answer(200, `{"errcode":40058,"errmsg":"bad access_token=PLANTED1 at https://x/y?key=PLANTED3"}`))},
		{name: "status 500", outcome: bot.Unknown, client: serve(t, ClientConfig{}, answer(500, "PLANTED"))},
		{name: "status 404", outcome: bot.Rejected, client: serve(t, ClientConfig{}, answer(404, "PLANTED"))},
		{name: "status 429", outcome: bot.RetryLater, client: serve(t, ClientConfig{}, answer(429, "PLANTED"))},
		{name: "redirected", outcome: bot.Rejected, client: serve(t, ClientConfig{}, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://example.org/?"+r.URL.RawQuery, http.StatusFound)
		})},
		{name: "answer is no JSON", outcome: bot.Unknown, client: serve(t, ClientConfig{}, answer(200, `<html>PLANTED`))},
		{name: "answer has another form", outcome: bot.Unknown, client: serve(t, ClientConfig{}, answer(200, `{"errcode":0,"msgid":["PLANTED"]}`))},
		{name: "answer is too long", outcome: bot.Unknown, is: ErrTooLong,
			client: serve(t, ClientConfig{MaxAnswer: 8}, answer(200, `{"errcode":0,"errmsg":"PLANTED"}`))},
		{name: "peer hangs up", outcome: bot.Unknown, client: serve(t, ClientConfig{}, hangUp)},
		{name: "answer breaks off", outcome: bot.Unknown, is: io.ErrUnexpectedEOF, client: serve(t, ClientConfig{}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"PLANTED"`)
		})},
		{name: "no answer in time", outcome: bot.Unknown, is: context.DeadlineExceeded, timeout: true,
			client: serve(t, ClientConfig{Timeout: 20 * time.Millisecond}, stalls)},
		{name: "nobody listens", outcome: bot.RetryLater, is: ErrNotSent,
			client: newClient(t, ClientConfig{Redirect: map[string]string{HostWeCom: closedPort(t)}})},
		{name: "transport that cannot dial", outcome: bot.RetryLater, is: ErrNotSent, client: newClient(t, ClientConfig{
			Transport: transport(func(*http.Request) (*http.Response, error) { return nil, &net.OpError{Op: "dial", Err: io.EOF} })})},
		{name: "called off before it began", outcome: bot.RetryLater, is: context.Canceled, ctx: ended,
			client: serve(t, ClientConfig{}, stalls)},
		{name: "another host", outcome: bot.RetryLater, is: ErrNotSent, url: "https://evil.example/cgi-bin/x?key=PLANTED3", client: newClient(t, ClientConfig{})},
		{name: "in the clear", outcome: bot.RetryLater, is: ErrNotSent, url: strings.Replace(call, "https", "http", 1), client: newClient(t, ClientConfig{})},
		{name: "user in the address", outcome: bot.RetryLater, is: ErrNotSent, url: "https://PLANTED7:PLANTED8@evil.example/", client: newClient(t, ClientConfig{})},
		{name: "no URL at all", outcome: bot.RetryLater, is: ErrNotSent, url: "https://" + HostWeCom + "/\x00?key=PLANTED3", client: newClient(t, ClientConfig{})},
		{name: "transport that quotes the request", outcome: bot.Unknown, client: newClient(t, ClientConfig{
			Transport: transport(func(r *http.Request) (*http.Response, error) {
				return nil, &url.Error{URL: r.URL.String(), Err: io.EOF}
			})})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, target := orDefault(tt.ctx, t.Context()), orDefault(tt.url, call)
			var got struct{ MsgID string }
			errs := map[string]error{
				"get":  tt.client.Get(ctx, target, &got),
				"post": tt.client.PostJSON(ctx, target, map[string]string{"secret": "PLANTED"}, &got),
			}
			for how, err := range maps.Clone(errs) {
				if err == nil {
					t.Fatalf("%s: no error", how)
				}
				if tt.is != nil && !errors.Is(err, tt.is) {
					t.Errorf("%s: %v is not %v", how, err, tt.is)
				}
				if netErr, ok := errors.AsType[net.Error](err); tt.timeout && (!ok || !netErr.Timeout()) {
					t.Errorf("%s: %v is no timeout", how, err)
				}
				failed := Failure(WeCom, err)
				if failed == nil || failed.Outcome != tt.outcome {
					t.Errorf("%s: %v means %+v, want %s", how, err, failed, tt.outcome)
				}
				errs[how+" as failure"] = failed
			}
			for how, err := range errs {
				for _, leak := range leaks(err) {
					t.Errorf("%s leaks: %s", how, leak)
				}
			}
		})
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRedirectionKeepsTheHost(t *testing.T) {
	var host, path, agent string
	c := serve(t, ClientConfig{}, func(w http.ResponseWriter, r *http.Request) {
		host, path, agent = r.Host, r.URL.RequestURI(), r.UserAgent()
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok","msgid":"m1"}`)
	})
	var got struct{ MsgID string }
	if err := c.Get(t.Context(), "https://"+HostWeCom+"/cgi-bin/user/get?userid=a%20b", &got); err != nil {
		t.Fatal(err)
	}
	if host != HostWeCom || path != "/sim/cgi-bin/user/get?userid=a%20b" || agent != "fanzha" || got.MsgID != "m1" {
		t.Errorf("server saw %s %s by %q, answer %+v", host, path, agent, got)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	dialed := 0
	c := serve(t, ClientConfig{}, answer(200, `{"errcode":0}`))
	trace := &httptrace.ClientTrace{ConnectDone: func(string, string, error) { dialed++ }}
	for range 5 {
		if err := c.Get(httptrace.WithClientTrace(t.Context(), trace), call, nil); err != nil {
			t.Fatal(err)
		}
	}
	if dialed != 1 {
		t.Errorf("dialed %d times for five calls one after another", dialed)
	}
}

// A process that may not act any more sends nothing, though it was about to.
func TestNothingIsSentByWhoMayNotAct(t *testing.T) {
	asked, may := 0, true
	c := serve(t, ClientConfig{May: func() bool { return may }}, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = io.WriteString(w, `{"errcode":0}`)
	})
	if err := c.Get(t.Context(), call, nil); err != nil {
		t.Fatal(err)
	}
	may = false
	if err := c.Get(t.Context(), call, nil); !errors.Is(err, ErrNotSent) || asked != 1 {
		t.Errorf("Get = %v after %d requests, want ErrNotSent after one", err, asked)
	}
}

func TestAnswerOfExactlyTheLimit(t *testing.T) {
	body := `{"errcode":0}`
	for n, want := range map[int]error{len(body): nil, len(body) - 1: ErrTooLong} {
		for _, chunked := range []bool{false, true} {
			c := serve(t, ClientConfig{MaxAnswer: int64(n)}, func(w http.ResponseWriter, _ *http.Request) {
				if chunked {
					w.(http.Flusher).Flush()
				}
				_, _ = io.WriteString(w, body)
			})
			if err := c.Get(t.Context(), call, nil); !errors.Is(err, want) {
				t.Errorf("limit %d, chunked %v: %v, want %v", n, chunked, err, want)
			}
		}
	}
}

func TestJSONIsNotEscaped(t *testing.T) {
	var sent string
	c := serve(t, ClientConfig{}, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		_, _ = io.WriteString(w, `{"errcode":0}`)
	})
	if err := c.PostJSON(t.Context(), call, json.RawMessage(`"<@a&b>"`), nil); err != nil || strings.TrimSpace(sent) != `"<@a&b>"` {
		t.Errorf("sent %s, %v", sent, err)
	}
}

func TestNewClientRefuses(t *testing.T) {
	for host, base := range map[string]string{
		"qyapi.weixin.qq.co": "http://127.0.0.1:1",
		HostWeCom:            "127.0.0.1:1",
		HostOfficial:         "http://u:p@127.0.0.1:1",
	} {
		if _, err := NewClient(ClientConfig{Redirect: map[string]string{host: base}}); err == nil {
			t.Errorf("redirecting %s to %s was taken", host, base)
		}
	}
}

func TestFailureOfACode(t *testing.T) {
	refused := func(code int) error { return &CodeError{API: "x", Code: code} }
	for _, tt := range []struct {
		name string
		err  error
		want bot.Outcome // empty: it is out after all
		dead bool
	}{
		{"bad content", refused(40058), bot.Rejected, false},
		{"robot removed", refused(93000), bot.Rejected, true},
		{"too often", refused(45009), bot.RetryLater, false},
		{"unknown code", refused(987654), bot.Rejected, false},
		{"answered already", refused(846606), "", false},
		{"token refused by an unknown code", fmt.Errorf("%w: token: %w", ErrNotSent, refused(987654)), bot.RetryLater, false},
		{"token refused for good", fmt.Errorf("%w: token: %w", ErrNotSent, refused(40003)), bot.RetryLater, false},
		{"hidden code", Hide(refused(93000)), bot.Rejected, true},
	} {
		got := Failure(WeCom, tt.err)
		if (got == nil) != (tt.want == "") || got != nil && (got.Outcome != tt.want || got.RouteDead != tt.dead || got.Reason == "") {
			t.Errorf("%s: %+v, want %s, dead %v", tt.name, got, tt.want, tt.dead)
		}
		if got != nil && (len(leaks(got)) > 0 || got.Outcome == bot.RetryLater && got.After == 0) {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	if CodeOf(&CodeError{Code: 42001}) != 42001 || CodeOf(io.EOF) != 0 {
	}
}
