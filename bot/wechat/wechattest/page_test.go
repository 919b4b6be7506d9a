package wechattest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"fanzha/bot/wechat/wechattest"
)

// browser asks a page as a browser on this machine does.
type browser struct {
	t    *testing.T
	page http.Handler
}

func (b browser) do(method, target, body string, header ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+target, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	w := httptest.NewRecorder()
	b.page.ServeHTTP(w, r)
	return w
}

// state is what the page shows of a conversation.
type state struct {
	Bots  []struct{ Connected bool }
	Chats []struct {
		ID, Name, Last string
		Private        bool
	}
	Members  []struct{ ID, Name string }
	Messages []struct {
		ID, Name, HTML, Quote string
		Bot, Mine             bool
		Card                  *wechattest.Card
		File                  *struct{ Kind, Name, Size, URL string }
	}
}

func (b browser) state(chat, as string) (s state) {
	b.t.Helper()
	w := b.do("GET", "/state?"+url.Values{"chat": {chat}, "as": {as}}.Encode(), "")
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil {
		b.t.Fatalf("state %s: %v", w.Body, err)
	}
	return s
}

func TestPageActsAndShows(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		b := browser{t, p.Page()}
		say := func(code int, body string) {
			t.Helper()
			if w := b.do("POST", "/say", body); w.Code != code {
				t.Fatalf("saying %s: %d %s, want %d", body, w.Code, w.Body, code)
			}
		}
		say(204, `{"chat":"`+p.group+`","as":"lisi","text":"@反诈助手 你好"}`)
		c.callback()
		c.want(0, "aibot_send_msg", p.sendCard("t1"))
		if w := b.do("POST", "/click", `{"chat":"`+p.group+`","as":"lisi","task":"t1","key":"signin","selected":[]}`); w.Code != 204 {
			t.Fatalf("clicking: %d %s", w.Code, w.Body)
		}
		_, reqID := c.callback()
		c.wantAs(0, reqID, "aibot_respond_update_msg", updateBody("t1", `"lisi"`))
		first := b.state(p.group, "lisi").Messages[0].ID
		say(204, `{"chat":"`+p.group+`","as":"lisi","text":"<b>好</b>","quote":"`+first+`"}`)

		s := b.state(p.group, "lisi")
		if len(s.Messages) != 3 || !s.Messages[0].Mine || !s.Messages[1].Bot || !s.Bots[0].Connected || len(s.Members) != 3 {
			t.Fatalf("state %+v", s)
		}
		if got := s.Messages[2]; got.HTML != "&lt;b&gt;好&lt;/b&gt;" || got.Quote != "@反诈助手 你好" || got.Name != "李四" {
			t.Errorf("what was said shows as %+v", got)
		}
		if own, other := s.Messages[1].Card, b.state(p.group, "wangwu").Messages[1].Card; own.Buttons[0].Text != "已签到" || other.Buttons[0].Text != "我已阅读·签到" {
			t.Errorf("lisi sees %+v, wangwu %+v", own, other)
		}

		say(409, `{"chat":"`+p.group+`","as":"lisi","text":" "}`)
		say(409, `{"chat":"`+p.group+`","as":"nobody","text":"好"}`)
		say(409, `{"chat":"wrNone","as":"lisi","text":"好"}`)
		say(400, `{"chat":1}`)
		say(400, `{"chat":"`+p.group+`","as":"lisi","text":"`+strings.Repeat("x", 65<<10)+`"}`)
	})
}

func TestPageOpensAPrivateChat(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		b := browser{t, p.Page()}
		w := b.do("POST", "/enter", `{"as":"lisi"}`)
		if cb, _ := c.callback(); cb.Event.EventType != "enter_chat" {
			t.Errorf("got %+v", cb)
		}
		chat := p.PrivateChat(p.bot, "lisi")
		if !strings.Contains(w.Body.String(), chat) {
			t.Errorf("entering answered %s", w.Body)
		}
		if s := b.state(chat, "lisi"); len(s.Chats) != 2 || !s.Chats[1].Private || s.Chats[1].Name != "李四" {
			t.Errorf("state %+v", s)
		}
		if w := b.do("POST", "/enter", `{"as":"nobody"}`); w.Code != 409 {
			t.Errorf("nobody entered: %d", w.Code)
		}
	})
}

func TestPageIsForThisMachineAndItself(t *testing.T) {
	p := newCorp(wechattest.Options{})
	defer p.Close()
	b := browser{t, p.Page()}
	say := `{"chat":"` + p.group + `","as":"lisi","text":"好"}`
	for _, tt := range []struct {
		name, method, target, body string
		header                     []string
		code                       int
	}{
		{"the page", "GET", "/", "", nil, 200},
		{"its style", "GET", "/page.css", "", nil, 200},
		{"its script", "GET", "/page.js", "", nil, 200},
		{"localhost", "GET", "/", "", []string{"Host", "localhost:99"}, 200},
		{"another host name", "GET", "/", "", []string{"Host", "evil.example"}, 403},
		{"a name that begins like ours", "GET", "/state", "", []string{"Host", "127.0.0.1.evil.example"}, 403},
		{"post from another site", "POST", "/say", say, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"post with another origin", "POST", "/say", say, []string{"Origin", "http://evil.example"}, 403},
		{"post as a form", "POST", "/say", say, []string{"Content-Type", "text/plain"}, 415},
		{"get of an act", "GET", "/say", "", nil, 405},
		{"source template is not served", "GET", "/page.html", "", nil, 404},
		{"own post", "POST", "/say", say, []string{"Sec-Fetch-Site", "same-origin"}, 204},
	} {
		if w := b.do(tt.method, tt.target, tt.body, tt.header...); w.Code != tt.code {
			t.Errorf("%s: %d, want %d", tt.name, w.Code, tt.code)
		}
	}
	w := b.do("GET", "/", "")
	if page := w.Body.String(); !strings.Contains(page, "模拟平台 · 仅供演示和测试，不是真实微信") || strings.Contains(page, p.Bots()[0].Secret) {
		t.Error("the page lacks its banner, or shows the secret")
	}
}

func TestMarkdownOnThePageIsSafe(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"heading and bold", "# 通报\n今日**43**人", "<h4>通报</h4><div>今日<b>43</b>人</div>"},
		{"list", "- 甲\n- 乙\n完", "<ul><li>甲</li><li>乙</li></ul><div>完</div>"},
		{"numbers", "1. 甲", "<div>1. 甲</div>"},
		{"quote", "> 原话\n> 二", "<blockquote><div>原话</div><div>二</div></blockquote>"},
		{"links are text", "[看](https://a.example/?x=1)", "<div>看（https://a.example/?x=1）</div>"},
		{"HTML is text", `<script>alert("1")</script>`, "<div>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;</div>"},
		{"HTML in marks is text", "**<img src=x>**", "<div><b>&lt;img src=x&gt;</b></div>"},
		{"not a heading", "#签到", "<div>#签到</div>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
				c := connect(t, p.Platform)
				reqID := p.hail(c)
				text, err := json.Marshal(tt.in)
				if err != nil {
					t.Fatal(err)
				}
				c.wantAs(0, reqID, "aibot_respond_msg", `{"msgtype":"markdown","markdown":{"content":%s}}`, text)
				if got := (browser{t, p.Page()}).state(p.group, "lisi").Messages[1].HTML; got != tt.want {
					t.Errorf("%q shows as %s, want %s", tt.in, got, tt.want)
				}
			})
		})
	}
}

func TestServe(t *testing.T) {
	p := newCorp(wechattest.Options{})
	defer p.Close()
	for _, addr := range []string{"0.0.0.0:0", ":0", "example.com:80", "127.0.0.1"} {
		if _, err := p.Serve(t.Context(), addr); err == nil {
			t.Errorf("served on %s", addr)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	at, err := p.Serve(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, "GET", at.Page+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	events := bufio.NewReader(resp.Body)
	event := func() string {
		line, err := events.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "data: ") {
			t.Fatalf("event %q, %v", line, err)
		}
		_, _ = events.ReadString('\n')
		return line
	}
	first := event()
	if _, err := p.Say(p.group, "lisi", "大家好"); err != nil {
		t.Fatal(err)
	}
	if second := event(); second == first {
		t.Errorf("same event again: %s", second)
	}
	if ws := subscribedAt(t, ctx, at.WS, http.DefaultClient, p); ws == nil || !p.Connected(p.bot) {
		t.Error("not connected")
	}
	p.Close() // ends the events too
	if _, err := io.ReadAll(events); err != nil && ctx.Err() != nil {
		t.Error("events outlived Close")
	}
}
