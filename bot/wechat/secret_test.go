package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

const planted = Secret("PLANTED+SECRET/9f")

func TestSecretDoesNotPrint(t *testing.T) {
	type config struct {
		Secret Secret
		Inner  *Secret
	}
	s := planted
	c := config{s, &s}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q %x\n", c, c, c, s, s, s)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", s, "config", c)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", s, "config", c)
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{string(planted), fmt.Sprintf("%x", string(planted))} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("printed: %s", out.String())
		}
	}
	if s.Reveal() != string(planted) || Secret("").String() != "" {
		t.Error("Reveal or the empty secret is wrong")
	}
}

func TestHide(t *testing.T) {
	texts := []string{
		"Get \"https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww1&corpsecret=PLANTED%2BSECRET%2F9f\": EOF",
		"wss://user:PLANTED+SECRET/9f@host/path?key=abc",
		"bad secret PLANTED+SECRET/9f",
		"HTTPS://h/cgi-bin/webhook/send?key=abc",
		"http://h/%zz?key=abc",
	}
	for _, text := range texts {
		got := HideText(text, planted)
		for _, bad := range []string{"PLANTED", "SECRET/9f", "key=abc", "corpsecret", "user:"} {
			if strings.Contains(got, bad) {
				t.Errorf("HideText(%q) = %q", text, got)
			}
		}
	}
	if got := HideText("dial tcp: no such host", planted, ""); got != "dial tcp: no such host" {
		t.Errorf("harmless text became %q", got)
	}
}

func TestHideKeepsTheKindOfError(t *testing.T) {
	cause := &url.Error{Op: "Get", URL: "https://h/?key=" + string(planted), Err: context.DeadlineExceeded}
	err := fmt.Errorf("sending: %w", Hide(cause, planted))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error("errors.Is does not see the cause")
	}
	for _, s := range []string{fmt.Sprint(err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", errors.Unwrap(err))} {
		if strings.Contains(s, "PLANTED") {
			t.Errorf("printed %s", s)
		}
	}
	if Hide(nil) != nil {
		t.Error("Hide(nil) is an error")
	}
}
