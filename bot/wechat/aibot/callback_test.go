package aibot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/channeltest"
	"fanzha/bot/wechat/envelope"
	"fanzha/bot/wechat/wechattest"
)

// A called is a bot in callback mode, in a group of two.
type called struct {
	testing.TB
	p      *wechattest.Platform
	c      *aibot.Callback
	client *wechat.Client
	http   http.Handler
	env    *envelope.Envelope
	group  string
	// secrets are the callback's, and logs what the bot has logged.
	secrets []string
	logs    bytes.Buffer

	mu     sync.Mutex
	heard  []bot.Inbound
	answer func(bot.Inbound) (bot.Answer, error)
	takes  time.Duration
}

// Handle implements bot.Handler.
func (r *called) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	r.mu.Lock()
	r.heard = append(r.heard, in)
	answer, takes := r.answer, r.takes
	r.mu.Unlock()
	if err := (bot.SystemClock{}).Sleep(ctx, takes); err != nil {
		return bot.Answer{}, err
	}
	if answer == nil {
		return bot.Answer{}, nil
	}
	return answer(in)
}

func (r *called) all() []bot.Inbound {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.heard)
}

func newCalled(t testing.TB) *called {
	r := &called{TB: t, p: wechattest.New(wechattest.Options{Seed: 1})}
	for _, id := range []string{"zhangsan", "lisi"} {
		r.p.AddMember(wechattest.Member{UserID: id, Name: id})
	}
	r.group = r.p.AddGroup("反诈群", "zhangsan", "lisi")
	var err error
	if r.client, err = wechat.NewClient(wechat.ClientConfig{Transport: r.p.HTTPClient().Transport}); err != nil {
		t.Fatal(err)
	}
	b := r.p.Bots()[0]
	keys := r.p.CallBack(b.ID, "https://bot.example/wecom/aibot", wechattest.ToHandler(http.HandlerFunc(
		func(w http.ResponseWriter, req *http.Request) { r.http.ServeHTTP(w, req) })))
	if r.env, err = envelope.New(envelope.Config{Token: wechat.Secret(keys.Token), Key: wechat.Secret(keys.AESKey), Format: envelope.JSON}); err != nil {
		t.Fatal(err)
	}
	r.secrets = []string{keys.Token, keys.AESKey}
	r.begin()
	return r
}

// begin makes the bot, with nothing known of what was before.
func (r *called) begin() {
	r.Helper()
	var err error
	if r.c, err = aibot.NewCallback(aibot.CallbackConfig{
		Name: r.p.Bots()[0].Name, Envelope: r.env, Client: r.client, Log: slog.New(slog.NewTextHandler(&r.logs, nil)),
	}); err != nil {
		r.Fatal(err)
	}
	r.http = r.c.Handler(r)
}

func (r *called) close() {
	if err := r.c.Close(context.Background()); err != nil {
		r.Error(err)
	}
	r.client.Close()
	r.p.Close()
	if faults := r.p.CallbackFaults(); len(faults) > 0 {
		r.Errorf("the platform could not take: %q", faults)
	}
}

func inCallbackMode(t *testing.T, play func(r *called)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newCalled(t)
		defer r.close()
		play(r)
	})
}

// say lets somebody write in the group, and returns all that the bot has said there.
func (r *called) say(text string, wait time.Duration) (said []string) {
	r.Helper()
	if _, err := r.p.Say(r.group, "lisi", text); err != nil {
		r.Fatal(err)
	}
	_ = bot.SystemClock{}.Sleep(r.Context(), wait)
	synctest.Wait()
	for _, m := range r.p.Sent(r.group) {
		said = append(said, m.Text)
	}
	return said
}

func TestCallbackModeVerifies(t *testing.T) {
	inCallbackMode(t, func(r *called) {
		if err := r.p.VerifyBot(r.Context(), r.p.Bots()[0].ID); err != nil {
			t.Error(err)
		}
	})
}

func TestCallbackModeCannotPush(t *testing.T) {
	inCallbackMode(t, func(r *called) {
		err := r.c.Send(r.Context(), bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: r.group}, bot.Markdown("一"))
		if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Reason != "回调模式不能主动推送" {
			t.Errorf("Send returned %v", err)
		}
	})
}

func TestCallbackModeConformance(t *testing.T) {
	channeltest.RunMute(t, func(t *testing.T) *channeltest.Door {
		r := newCalled(t)
		groups := []string{r.group}
		return &channeltest.Door{
			Sender: r.c, Calm: r.p.Faults().Clear, Close: r.close, Logs: r.logs.String, Secrets: r.secrets, Can: channeltest.Can{Card: true},
			Chat: func(n int) bot.Chat {
				for len(groups) <= n {
					groups = append(groups, r.p.AddGroup("反诈群", "zhangsan", "lisi"))
				}
				return bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: groups[n]}
			},
			Seen: func(c bot.Chat) (seen []channeltest.Message) {
				for _, m := range r.p.Sent(c.ID) {
					seen = append(seen, channeltest.Message{Text: m.Text})
				}
				return seen
			},
			// The only requests that it could make are those of its late answers.
			Trouble: func(k channeltest.Trouble) bool {
				f := wechattest.Fault{Chat: k.Chat.ID, Times: k.Times, Code: k.Code, Msg: k.Says, After: k.After}
				f.Kind = map[channeltest.Kind]wechattest.FaultKind{
					channeltest.Refuse: wechattest.RefuseCommand, channeltest.CutBefore: wechattest.LoseRequest,
					channeltest.CutAfter: wechattest.LoseAnswer, channeltest.Silent: wechattest.NoAnswer,
					channeltest.FailBefore: wechattest.FailRequest, channeltest.FailAfter: wechattest.FailAnswer,
					channeltest.Garble: wechattest.GarbleAnswer, channeltest.Down: wechattest.Unreachable,
				}[k.Kind]
				r.p.Faults().Inject(f)
				return true
			},
			Restart: func() bot.Sender {
				if err := r.c.Close(context.Background()); err != nil {
					t.Error(err)
				}
				r.begin()
				return r.c
			},
		}
	})
}

func TestCallbackModeHearsAndAnswers(t *testing.T) {
	inCallbackMode(t, func(r *called) {
		r.answer = func(in bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "**已记录** " + in.Text}, nil }
		if got := r.say("@反诈助手 签到", 0); !slices.Equal(got, []string{"**已记录** 签到"}) {
			t.Errorf("the group reads %q", got)
		}
		if err := r.p.Enter(r.p.Bots()[0].ID, "zhangsan"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		got := r.all()
		want := []bot.Inbound{
			{Chat: bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: r.group}, From: "lisi", Text: "签到", Mentioned: true},
			{Chat: bot.Chat{Channel: "aibot", Kind: bot.PrivateChat, ID: "zhangsan"}, From: "zhangsan", Entered: true},
		}
		for i := range got {
			if got[i].ID == "" {
				t.Error("an event without an id")
			}
			got[i].ID, got[i].At = "", time.Time{}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	})
}

func TestCallbackModeAnswersLateOnceAndWithinTheHour(t *testing.T) {
	inCallbackMode(t, func(r *called) {
		r.answer, r.takes = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "已记录"}, nil }, 20*time.Second
		if got := r.say("@反诈助手 签到", time.Second); len(got) != 0 {
			t.Errorf("at once the group reads %q", got)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := r.p.Sent(r.group); len(got) != 1 || got[0].Text != "已记录" || len(r.all()) != 1 {
			t.Errorf("the group reads %+v after %d calls", got, len(r.all()))
		}
	})
}

func TestCallbackModeKeepsTheBudget(t *testing.T) {
	inCallbackMode(t, func(r *called) {
		r.answer = func(in bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: in.Text}, nil }
		for range 40 {
			r.say("@反诈助手 签到", 0)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got := r.p.Sent(r.group); len(got) != 40 || r.p.WebRefused(846607) != 0 {
			t.Errorf("%d answers arrived, the brake was met %d times", len(got), r.p.WebRefused(846607))
		}
	})
}

func TestCallbackModeUpdatesTheClickersCard(t *testing.T) {
	inCallbackMode(t, func(r *called) {
		w := r.post(`{"msgid":"EV_1","chatid":"g","chattype":"group","from":{"userid":"lisi"},"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"event_key":"checkin","task_id":"c1"}}}`,
			func(bot.Inbound) (bot.Answer, error) {
				card := channeltest.Card("other")
				card.Buttons = []bot.Button{{Key: "done", Text: "已签到", Style: bot.Done}}
				return bot.Answer{Card: &card, Text: "没有出路"}, nil
			})
		var got struct {
			Type  string   `json:"response_type"`
			Users []string `json:"userids"`
			Card  struct {
				Task string `json:"task_id"`
			} `json:"template_card"`
		}
		if err := json.Unmarshal(w, &got); err != nil || got.Type != "update_template_card" || !slices.Equal(got.Users, []string{"lisi"}) || got.Card.Task != "c1" {
			t.Errorf("the reply is %s, %v", w, err)
		}
	})
}

// post sends a document as the platform does and returns the opened reply.
func (r *called) post(document string, answer func(bot.Inbound) (bot.Answer, error)) []byte {
	r.Helper()
	r.mu.Lock()
	r.answer = answer
	r.mu.Unlock()
	w := r.send(r.sealed(document))
	if w.Code != http.StatusOK {
		r.Fatalf("answered %d", w.Code)
	}
	if w.Body.Len() == 0 {
		return nil
	}
	var shell struct {
		Encrypt   string `json:"encrypt"`
		Signature string `json:"msgsignature"`
		Nonce     string `json:"nonce"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &shell); err != nil || shell.Signature == "" || shell.Nonce != "n1" {
		r.Fatalf("the sealed reply is %s, %v", w.Body, err)
	}
	text, err := r.env.Open(shell.Encrypt)
	if err != nil {
		r.Fatal(err)
	}
	return []byte(text)
}

func (r *called) sealed(document string) *http.Request {
	r.Helper()
	sealed, err := r.env.Seal([]byte(document))
	if err != nil {
		r.Fatal(err)
	}
	at := time.Now().Unix()
	stamp, _ := json.Marshal(at)
	q := url.Values{"msg_signature": {r.env.Sign(string(stamp), "n1", sealed)}, "timestamp": {string(stamp)}, "nonce": {"n1"}}
	body, _ := json.Marshal(map[string]string{"encrypt": sealed})
	return httptest.NewRequest(http.MethodPost, "/?"+q.Encode(), strings.NewReader(string(body)))
}

func (r *called) send(req *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.http.ServeHTTP(w, req)
	return w
}

func TestCallbackModeAttacks(t *testing.T) {
	const document = `{"msgid":"M1","from":{"userid":"lisi"},"chattype":"single","msgtype":"text","text":{"content":"签到"}}`
	attacks := map[string]func(r *called) *http.Request{
		"S1 an unsealed body": func(r *called) *http.Request {
			req := r.sealed(document)
			return httptest.NewRequest(http.MethodPost, req.URL.String(), strings.NewReader(document))
		},
		"S2 a replay after the window": func(r *called) *http.Request {
			req := r.sealed(document)
			time.Sleep(6 * time.Minute)
			return req
		},
		"S3 no signature": func(r *called) *http.Request {
			req := r.sealed(document)
			req.URL.RawQuery = strings.Replace(req.URL.RawQuery, "msg_signature", "signature", 1)
			return req
		},
		"S5 a huge body": func(r *called) *http.Request {
			req := r.sealed(document)
			return httptest.NewRequest(http.MethodPost, req.URL.String(), strings.NewReader(strings.Repeat("[", 1<<20)))
		},
		"S6 an echo in a POST": func(r *called) *http.Request {
			req := r.sealed(document)
			req.URL.RawQuery += "&echostr=x"
			return req
		},
		"S7 XML": func(r *called) *http.Request {
			req := r.sealed(document)
			return httptest.NewRequest(http.MethodPost, req.URL.String(), strings.NewReader("<xml><Encrypt>x</Encrypt></xml>"))
		},
		"S7 null": func(r *called) *http.Request {
			req := r.sealed(document)
			return httptest.NewRequest(http.MethodPost, req.URL.String(), strings.NewReader("null"))
		},
	}
	for name, attack := range attacks {
		t.Run(name, func(t *testing.T) {
			inCallbackMode(t, func(r *called) {
				if w := r.send(attack(r)); w.Code < 400 || w.Body.Len() != 0 || len(r.all()) != 0 {
					t.Errorf("answered %d and %q, heard %+v", w.Code, w.Body, r.all())
				}
			})
		})
	}
}

// A late answer's address comes from outside: nothing but the platform's own is
// called.
func TestCallbackModeCallsNoOtherAddress(t *testing.T) {
	for _, address := range []string{"http://169.254.169.254/latest", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k",
		"https://qyapi.weixin.qq.com@evil.example/cgi-bin/aibot/response", "file:///etc/passwd", "//", ""} {
		inCallbackMode(t, func(r *called) {
			r.takes = 5 * time.Second
			body, _ := json.Marshal(map[string]any{"msgid": "M1", "from": map[string]string{"userid": "lisi"}, "chattype": "single",
				"msgtype": "text", "text": map[string]string{"content": "签到"}, "response_url": address})
			r.post(string(body), func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "已记录"}, nil })
			time.Sleep(time.Minute)
			if got := r.p.Deliveries(); len(got) != 0 {
				t.Errorf("%s: %+v", address, got)
			}
		})
	}
}

func TestCallbackModeHandlesRepeatsOnce(t *testing.T) {
	inCallbackMode(t, func(r *called) {
		id, err := r.p.Say(r.group, "lisi", "@反诈助手 签到")
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		r.p.Redeliver(id)
		synctest.Wait()
		if n := len(r.all()); n != 1 {
			t.Errorf("handled %d times", n)
		}
	})
}

func TestCallbackModeSaysThatItHasNoFiles(t *testing.T) {
	inCallbackMode(t, func(r *called) {
		r.answer = func(bot.Inbound) (bot.Answer, error) {
			return bot.Answer{Text: "见附件", File: &bot.File{Name: "台账.xlsx", Data: []byte("PK\x03\x04 台账")}}, nil
		}
		if got := r.say("@反诈助手 导出", 0); len(got) != 1 || !strings.Contains(got[0], "发不了文件") {
			t.Errorf("the group reads %q", got)
		}
	})
}

func FuzzCallbackMode(f *testing.F) {
	f.Add(`{"msgid":"M1","from":{"userid":"lisi"},"msgtype":"text","text":{"content":"@反诈助手 签到"}}`)
	f.Add(`{"msgid":"M1","msgtype":"stream","stream":{"id":"st_1"}}`)
	f.Add(`{"msgtype":"event","event":null}`)
	r := newCalled(f)
	f.Cleanup(r.close)
	f.Fuzz(func(t *testing.T, document string) {
		q := &called{TB: t, env: r.env, http: r.http}
		if w := q.send(q.sealed(document)); w.Code != http.StatusOK {
			t.Errorf("a signed callback is answered %d", w.Code)
		}
	})
}
