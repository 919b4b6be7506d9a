package wechattest_test

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot/wechat/wechattest"
)

const webhooks = "https://qyapi.weixin.qq.com/cgi-bin/webhook/"

// hook is a group with a webhook, and a client.
type hook struct {
	*wechattest.Platform
	t          *testing.T
	group, key string
	client     *http.Client
}

func withHook(t *testing.T, story func(*testing.T, hook)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := wechattest.New(wechattest.Options{Seed: 1})
		defer p.Close()
		p.AddMember(wechattest.Member{UserID: "lisi", Name: "李四"})
		h := hook{Platform: p, t: t, group: p.AddGroup("教科局", "lisi"), client: p.HTTPClient()}
		h.key = p.AddRobot(h.group, "反诈通知")
		story(t, h)
	})
}

// webAnswer is what the platform says.
type webAnswer struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
	Type    string `json:"type"`
	MediaID string `json:"media_id"`
	Created string `json:"created_at"`
}

func (h hook) call(url, contentType string, body []byte) webAnswer {
	h.t.Helper()
	resp, err := h.client.Post(url, contentType, bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var a webAnswer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || resp.StatusCode != http.StatusOK {
		h.t.Fatalf("status %d: %v", resp.StatusCode, err)
	}
	return a
}

func (h hook) send(body string) webAnswer {
	h.t.Helper()
	return h.call(webhooks+"send?key="+h.key, "", []byte(body)) // a type is not insisted on
}

func (h hook) upload(kind, field, name string, data []byte) webAnswer {
	h.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		h.t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = w.Close()
	return h.call(webhooks+"upload_media?key="+h.key+"&type="+kind, w.FormDataContentType(), form.Bytes())
}

func pictureBody(data []byte, sum [16]byte) string {
	return fmt.Sprintf(`{"msgtype":"image","image":{"base64":"%s","md5":"%x"}}`, base64.StdEncoding.EncodeToString(data), sum)
}

func TestWebhookMessages(t *testing.T) {
	png := []byte("\x89PNG\r\n\x1a\n....")
	huge := append(bytes.Clone(png), make([]byte, 2<<20)...)
	card := func(inner string) string { return `{"msgtype":"template_card","template_card":{` + inner + `}}` }
	text := func(n int) string { return strings.Repeat("a", n) }
	tests := []struct {
		name, body string
		code       int
	}{
		{"text", `{"msgtype":"text","text":{"content":"` + text(2048) + `"}}`, 0},
		{"long text", `{"msgtype":"text","text":{"content":"` + text(2049) + `"}}`, 45002},
		{"text by bytes", `{"msgtype":"text","text":{"content":"` + strings.Repeat("诈", 683) + `"}}`, 45002},
		{"empty text", `{"msgtype":"text","text":{"content":""}}`, 44004},
		{"blank text", `{"msgtype":"text","text":{"content":" \n"}}`, 44004},
		{"text without content", `{"msgtype":"text","text":{}}`, 40063},
		{"null list", `{"msgtype":"text","text":{"content":"a","mentioned_list":null}}`, 40058},
		{"unknown field", `{"msgtype":"text","text":{"content":"a","mention":[]}}`, 40058},
		{"markdown", `{"msgtype":"markdown","markdown":{"content":"` + text(4096) + `"}}`, 0},
		{"long markdown", `{"msgtype":"markdown","markdown":{"content":"` + text(4097) + `"}}`, 45002},
		{"markdown_v2", `{"msgtype":"markdown_v2","markdown_v2":{"content":"| a |"}}`, 0},
		{"long markdown_v2", `{"msgtype":"markdown_v2","markdown_v2":{"content":"` + text(4097) + `"}}`, 45002},
		{"picture", pictureBody(png, md5.Sum(png)), 0},
		{"picture with another sum", pictureBody(png, md5.Sum(huge)), 40058},
		{"huge picture", pictureBody(huge, md5.Sum(huge)), 40009},
		{"no picture", pictureBody([]byte("GIF89a"), md5.Sum([]byte("GIF89a"))), 40058},
		{"news", `{"msgtype":"news","news":{"articles":[{"title":"a","url":"https://x.cn/"}]}}`, 0},
		{"no news", `{"msgtype":"news","news":{"articles":[]}}`, 40058},
		{"news without title", `{"msgtype":"news","news":{"articles":[{"url":"https://x.cn/"}]}}`, 40063},
		{"news without address", `{"msgtype":"news","news":{"articles":[{"title":"a"}]}}`, 40058},
		{"notice", card(`"card_type":"text_notice","main_title":{"title":"a"},"card_action":{"type":1,"url":"https://x.cn/"}`), 0},
		{"notice without action", card(`"card_type":"text_notice","main_title":{"title":"a"}`), 40063},
		{"card with buttons", card(`"card_type":"button_interaction","main_title":{"title":"a"},"button_list":[{"text":"a","key":"k"}],"task_id":"t"`), 40058},
		{"unknown type", `{"msgtype":"voice_call"}`, 40008},
		{"no type", `{}`, 40063},
		{"type without field", `{"msgtype":"text"}`, 40063},
		{"field of another type", `{"msgtype":"text","text":{"content":"a"},"markdown":{"content":"a"}}`, 40058},
		{"unknown media", `{"msgtype":"file","file":{"media_id":"m"}}`, 40007},
		{"no JSON", `hello`, 40058},
		{"nothing", ``, 40063},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withHook(t, func(t *testing.T, h hook) {
				if got := h.send(tt.body); got.ErrCode != tt.code {
					t.Errorf("answer %+v, want %d", got, tt.code)
				}
				if n := len(h.Sent(h.group)); n != len(h.Deliveries()) || (n == 1) != (tt.code == 0) {
					t.Errorf("the group sees %d", n)
				}
			})
		})
	}
}

func TestWebhookFiles(t *testing.T) {
	doc := []byte("PK\x03\x04 1")
	tests := []struct {
		name, kind, field, file string
		data                    []byte
		code                    int
	}{
		{"file", "file", "media", "台账.xlsx", doc, 0},
		{"voice", "voice", "media", "a.amr", []byte("#!AMR\n123"), 0},
		{"no voice", "voice", "media", "a.amr", doc, 40058},
		{"another type", "image", "media", "a.png", doc, 40058},
		{"another field", "file", "file", "a.xlsx", doc, 40063},
		{"tiny", "file", "media", "a.xlsx", doc[:5], 40058},
		{"huge", "file", "media", "a.xlsx", make([]byte, 20<<20+1), 45002},
		{"long name", "file", "media", strings.Repeat("长", 43), doc, 40058},
		{"bad name", "file", "media", "a:b", doc, 40058},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withHook(t, func(t *testing.T, h hook) {
				got := h.upload(tt.kind, tt.field, tt.file, tt.data)
				if got.ErrCode != tt.code || (got.MediaID != "") != (tt.code == 0) || tt.code == 0 && (got.Type != tt.kind || got.Created == "") {
					t.Errorf("answer %+v, want %d", got, tt.code)
				}
			})
		})
	}
}

func TestAWebhooksFileIsItsOwnAndLivesThreeDays(t *testing.T) {
	withHook(t, func(t *testing.T, h hook) {
		body := `{"msgtype":"file","file":{"media_id":"` + h.upload("file", "media", "台账.xlsx", []byte("PK\x03\x04 1")).MediaID + `"}}`
		if got := h.send(body); got.ErrCode != 0 {
			t.Errorf("its own: %+v", got)
		}
		if got := h.Sent(h.group); len(got) != 1 || got[0].File != "台账.xlsx" {
			t.Errorf("the group sees %+v", got)
		}
		other := h
		other.key = h.AddRobot(h.group, "另一个")
		if got := other.send(body); got.ErrCode != 40007 {
			t.Errorf("another's: %+v", got)
		}
		time.Sleep(72*time.Hour + time.Second)
		if got := h.send(body); got.ErrCode != 40007 {
			t.Errorf("after three days: %+v", got)
		}
	})
}

func TestAWebhookSendsTwentyAMinute(t *testing.T) {
	withHook(t, func(t *testing.T, h hook) {
		const body = `{"msgtype":"text","text":{"content":"a"}}`
		for i := range 20 {
			if got := h.send(body); got.ErrCode != 0 {
				t.Fatalf("%d: %+v", i, got)
			}
		}
		time.Sleep(time.Minute - time.Second)
		if got := h.send(body); got.ErrCode != 45009 || h.WebRefused(45009) != 1 {
			t.Errorf("the next one: %+v", got)
		}
		time.Sleep(time.Second)
		if got := h.send(body); got.ErrCode != 0 {
			t.Errorf("a minute later: %+v", got)
		}
	})
}

func TestAWebhookThatIsNoMore(t *testing.T) {
	withHook(t, func(t *testing.T, h hook) {
		const body = `{"msgtype":"text","text":{"content":"a"}}`
		h.DisableRobot(h.key)
		if got := h.send(body); got.ErrCode != 93004 {
			t.Errorf("disabled: %+v", got)
		}
		h.RemoveRobot(h.key)
		if got := h.send(body); got.ErrCode != 93000 {
			t.Errorf("removed: %+v", got)
		}
		if len(h.Sent(h.group)) != 0 {
			t.Error("the group sees something")
		}
	})
}

func TestWhomAWebhookCallsOn(t *testing.T) {
	withHook(t, func(t *testing.T, h hook) {
		h.send(`{"msgtype":"text","text":{"content":"请 <@lisi> 看","mentioned_list":["@all"]}}`)
		h.send(`{"msgtype":"markdown_v2","markdown_v2":{"content":"请 <@lisi> 看"}}`)
		got := h.Deliveries()
		if len(got) != 2 || strings.Join(got[0].Mention, " ") != "@all lisi" || got[1].Mention != nil || got[0].Chat != h.group {
			t.Errorf("%+v", got)
		}
		if seen := h.Sent(h.group)[0].Text; !strings.Contains(seen, "@所有人") || !strings.Contains(seen, "@李四") {
			t.Errorf("the group sees %q", seen)
		}
	})
}

// Hosts and methods that are none, and what is wrong before a body is read.
func TestWebAPIKnowsItsAddresses(t *testing.T) {
	withHook(t, func(t *testing.T, h hook) {
		resp, err := h.client.Get(webhooks + "send?key=" + h.key)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		if _ = resp.Body.Close(); !strings.Contains(string(body), "43002") {
			t.Errorf("GET is answered with %s", body)
		}
		for _, url := range []string{"https://api.weixin.qq.com/cgi-bin/webhook/send?key=" + h.key, webhooks + "sent"} {
			resp, err := h.client.Post(url, "", strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			if _ = resp.Body.Close(); resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s is answered with %s", url[:40], resp.Status)
			}
		}
		if got := h.call(webhooks+"upload_media?key="+h.key+"&type=file", "application/json", []byte("{}")); got.ErrCode != 40058 {
			t.Errorf("an upload that is no form: %+v", got)
		}
	})
}

func TestThePageShowsWhatAWebhookSays(t *testing.T) {
	withHook(t, func(t *testing.T, h hook) {
		h.send(`{"msgtype":"text","text":{"content":"<b>今日预警</b>","mentioned_list":["lisi"]}}`)
		h.send(`{"msgtype":"template_card","template_card":{"card_type":"text_notice","main_title":{"title":"通知"},"card_action":{"type":1,"url":"https://x.cn/"}}}`)
		req := httptest.NewRequest(http.MethodGet, "http://localhost/state?chat="+h.group+"&as=lisi", nil)
		rec := httptest.NewRecorder()
		h.Page().ServeHTTP(rec, req)
		for _, want := range []string{"反诈通知", "今日预警", "@李四", "通知"} {
			if !strings.Contains(rec.Body.String(), want) {
				t.Errorf("the page does not show %s: %s", want, rec.Body)
			}
		}
		if strings.Contains(rec.Body.String(), h.key) {
			t.Error("the page shows the key")
		}
	})
}

// Whatever is posted, the platform answers with one JSON object, and people see
// something only where it says yes.
func FuzzWebhook(f *testing.F) {
	f.Add(`{"msgtype":"text","text":{"content":"a"}}`)
	f.Add(`{"msgtype":"news","news":{"articles":[{"title":"a","url":"https://x.cn/"}]}}`)
	f.Add(`{"msgtype":"image","image":{"base64":"iVBORw0KGgo=","md5":""}}`)
	f.Add(`{"msgtype":"template_card","template_card":{"card_type":"news_notice"}}`)
	f.Add(`{"msgtype":"file","file":{"media_id":"x"}}`)
	p := wechattest.New(wechattest.Options{PerMinute: -1})
	f.Cleanup(p.Close)
	group := p.AddGroup("教科局")
	key := p.AddRobot(group, "反诈通知")
	api := p.WebAPI()
	f.Fuzz(func(t *testing.T, body string) {
		before := len(p.Deliveries())
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, webhooks+"send?key="+key, strings.NewReader(body)))
		var a webAnswer
		if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
			t.Fatalf("answer %s: %v", rec.Body, err)
		}
		if seen := len(p.Deliveries()) - before; (seen == 1) != (a.ErrCode == 0) {
			t.Errorf("code %d, and people see %d", a.ErrCode, seen)
		}
	})
}
