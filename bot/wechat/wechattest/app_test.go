package wechattest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot/wechat/wechattest"
)

// A caller calls the web interfaces as a client does that knows the documents
// only.
type caller struct {
	*testing.T
	p *wechattest.Platform
}

func (c caller) call(path, body string) map[string]any {
	c.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(c.Context(), method, "https://qyapi.weixin.qq.com/cgi-bin/"+path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	resp, err := c.p.HTTPClient().Do(req)
	if err != nil {
		c.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		c.Fatal(err)
	}
	answer := map[string]any{}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&answer); err != nil {
		c.Fatalf("%s: %s", path, data)
	}
	return answer
}

func (c caller) token(a *wechattest.WorkAppAccount) string {
	c.Helper()
	answer := c.call("gettoken?corpid="+a.Corp+"&corpsecret="+a.Secret, "")
	tok, _ := answer["access_token"].(string)
	if tok == "" {
		c.Fatalf("no token: %v", answer)
	}
	return tok
}

func inCorp(t *testing.T, play func(c caller, first, second *wechattest.WorkAppAccount)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := wechattest.New(wechattest.Options{Seed: 1})
		defer p.Close()
		for _, id := range []string{"zhangsan", "lisi"} {
			p.AddMember(wechattest.Member{UserID: id, Name: id})
		}
		play(caller{t, p}, p.AddApp(wechattest.WorkApp{}), p.AddApp(wechattest.WorkApp{Visible: []string{"lisi"}}))
	})
}

func TestAppsAreStrict(t *testing.T) {
	const text = `"msgtype":"text","text":{"content":"一"}`
	tests := []struct {
		name, path, body string // TOKEN, OTHER: the first app's, the second's
		code             float64
	}{
		{"a text", "message/send?access_token=TOKEN", `{"touser":"lisi","agentid":1000002,` + text + `}`, 0},
		{"no token", "message/send", `{"touser":"lisi","agentid":1000002,` + text + `}`, 40014},
		{"a token of another app", "message/send?access_token=OTHER", `{"touser":"lisi","agentid":1000002,` + text + `}`, 301002},
		{"an agentid in words", "message/send?access_token=TOKEN", `{"touser":"lisi","agentid":"1000002",` + text + `}`, 40058},
		{"an agentid that is none", "message/send?access_token=TOKEN", `{"touser":"lisi","agentid":7,` + text + `}`, 40056},
		{"nobody", "message/send?access_token=TOKEN", `{"touser":"nobody","agentid":1000002,` + text + `}`, 81013},
		{"out of sight", "message/send?access_token=OTHER", `{"touser":"zhangsan","agentid":1000003,` + text + `}`, 81013},
		{"one of two out of sight", "message/send?access_token=OTHER", `{"touser":"zhangsan|lisi","agentid":1000003,` + text + `}`, 0},
		{"null", "message/send?access_token=TOKEN", `{"touser":null,"agentid":1000002,` + text + `}`, 40058},
		{"an unknown field", "message/send?access_token=TOKEN", `{"touser":"lisi","agentid":1000002,"x":1,` + text + `}`, 40058},
		{"two contents", "message/send?access_token=TOKEN", `{"touser":"lisi","agentid":1000002,"markdown":{"content":"x"},` + text + `}`, 40058},
		{"a text that is too long", "message/send?access_token=TOKEN", `{"touser":"lisi","agentid":1000002,"msgtype":"text","text":{"content":"` + strings.Repeat("诈", 683) + `"}}`, 45002},
		{"a day of duplicate check", "message/send?access_token=TOKEN", `{"touser":"lisi","agentid":1000002,"enable_duplicate_check":1,"duplicate_check_interval":86400,` + text + `}`, 40058},
		{"a group that is none", "appchat/send?access_token=TOKEN", `{"chatid":"none",` + text + `}`, 86003},
		{"a group by an app that sees not all", "appchat/create?access_token=OTHER", `{"chatid":"g","userlist":["lisi","zhangsan"]}`, 48002},
		{"a recall of nothing", "message/recall?access_token=TOKEN", `{"msgid":"x"}`, 40058},
		{"a person out of sight", "user/get?access_token=OTHER&userid=zhangsan", "", 60011},
		{"a person who is none", "user/get?access_token=TOKEN&userid=nobody", "", 60111},
		{"a wrong secret", "gettoken?corpid=CORP&corpsecret=x", "", 40001},
		{"a wrong corporation", "gettoken?corpid=x&corpsecret=x", "", 40013},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inCorp(t, func(c caller, first, second *wechattest.WorkAppAccount) {
				path := strings.NewReplacer("TOKEN", c.token(first), "OTHER", c.token(second), "CORP", first.Corp).Replace(tt.path)
				if got := c.call(path, tt.body); got["errcode"] != tt.code {
					t.Errorf("answered %v, want %v", got, tt.code)
				}
			})
		})
	}
}

func TestAppTokensEndEarly(t *testing.T) {
	inCorp(t, func(c caller, first, _ *wechattest.WorkAppAccount) {
		tok := c.token(first)
		if again := c.token(first); again != tok {
			t.Error("a second fetch gave another token")
		}
		first.ExpireToken()
		if got := c.call("department/list?access_token="+tok, ""); got["errcode"] != 42001.0 {
			t.Errorf("answered %v", got)
		}
		if c.token(first) == tok {
			t.Error("the expired token is given out again")
		}
	})
}

// Beyond 30 a minute a person sees nothing, and the sender is told ok.
func TestAppMessagesAreDroppedInSilence(t *testing.T) {
	inCorp(t, func(c caller, first, _ *wechattest.WorkAppAccount) {
		path := "message/send?access_token=" + c.token(first)
		for range 31 {
			if got := c.call(path, `{"touser":"lisi","agentid":1000002,"msgtype":"text","text":{"content":"一"}}`); got["errcode"] != 0.0 {
				t.Fatalf("answered %v", got)
			}
		}
		if n := len(c.p.Sent(first.Chat("lisi"))); n != 30 || first.Dropped() != 1 {
			t.Errorf("%d are seen, %d dropped", n, first.Dropped())
		}
		time.Sleep(time.Minute)
		c.call(path, `{"touser":"lisi","agentid":1000002,"msgtype":"text","text":{"content":"一"}}`)
		if n := len(c.p.Sent(first.Chat("lisi"))); n != 31 {
			t.Errorf("after a minute %d are seen", n)
		}
	})
}

// One interface may be called so often in a minute by all apps of the corp; others
// are not concerned.
func TestAppInterfacesHaveLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := wechattest.New(wechattest.Options{Seed: 1, Calls: 5})
		defer p.Close()
		c := caller{t, p}
		var apps []string
		for range 2 {
			apps = append(apps, "department/list?access_token="+c.token(p.AddApp(wechattest.WorkApp{})))
		}
		for i := range 6 {
			want := 0.0
			if i == 5 {
				want = 45009
			}
			if got := c.call(apps[i%2], ""); got["errcode"] != want {
				t.Errorf("call %d is answered %v, want %v", i, got, want)
			}
		}
		if got := c.call(strings.Replace(apps[0], "department/list", "user/get", 1)+"&userid=nobody", ""); got["errcode"] != 60111.0 {
			t.Errorf("another interface answers %v", got)
		}
		time.Sleep(time.Minute)
		if got := c.call(apps[0], ""); got["errcode"] != 0.0 {
			t.Errorf("a minute later it answers %v", got)
		}
	})
}

// Who tries wrong credentials without end is let in by nobody for an hour, with the
// right ones neither.
func TestAppTokensAreBlockedAfterTooManyFailures(t *testing.T) {
	inCorp(t, func(c caller, first, _ *wechattest.WorkAppAccount) {
		for range 2000 {
			if got := c.call("gettoken?corpid="+first.Corp+"&corpsecret=x", ""); got["errcode"] != 40001.0 {
				t.Fatalf("answered %v", got)
			}
		}
		right := "gettoken?corpid=" + first.Corp + "&corpsecret=" + first.Secret
		if got := c.call(right, ""); got["errcode"] != 45009.0 {
			t.Errorf("after 2000 failures it answers %v", got)
		}
		time.Sleep(time.Hour)
		if got := c.call(right, ""); got["errcode"] != 0.0 {
			t.Errorf("an hour later it answers %v", got)
		}
	})
}
