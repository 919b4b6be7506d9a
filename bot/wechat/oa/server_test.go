package oa_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/oa"
	"fanzha/bot/wechat/token"
	"fanzha/bot/wechat/wechattest"
)

// play plays story with an account in a bubble.
func play(t *testing.T, story func(r *rig), change ...func(*oa.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, wechattest.Official{Templates: []string{"T-notice"}, Subscriptions: []string{"S-notice"}}, change...)
		defer r.close()
		story(r)
	})
}

func TestWhatPeopleDoIsHeardAndAnswered(t *testing.T) {
	for _, c := range []struct {
		rule string
		act  func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error)
		want bot.Inbound // At and ID aside
		none bool
	}{
		{rule: "a text", want: bot.Inbound{Text: "签到"}, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Say(ctx, person, " 签到 ")
		}},
		{rule: "a voice message is what it was recognised as", want: bot.Inbound{Text: "签到"}, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Speak(ctx, person, "签到。")
		}},
		{rule: "a press of the menu is the same words", want: bot.Inbound{Text: "我的记录"}, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Press(ctx, person, "我的记录")
		}},
		{rule: "another button is nothing", none: true, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Press(ctx, person, "审批 A0001")
		}},
		{rule: "following opens the conversation", want: bot.Inbound{Entered: true}, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Follow(ctx, person)
		}},
		{rule: "scanning opens the conversation", want: bot.Inbound{Entered: true}, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Scan(ctx, person, "1")
		}},
		{rule: "leaving is heard in silence", none: true, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Unfollow(ctx, person)
		}},
		{rule: "a voice message that nobody understood is nothing", none: true, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Speak(ctx, person, "")
		}},
		{rule: "a picture is nothing", none: true, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Act(ctx, person, true, a.Message(person, "image", "PicUrl", "http://example.com/1.jpg", "MediaId", "m"))
		}},
		{rule: "an event that nobody knows is nothing", none: true, act: func(a *wechattest.OfficialAccount, ctx context.Context) (wechattest.Reply, error) {
			return a.Act(ctx, person, false, a.Event(person, "user_authorization_revoke", "RevokeInfo", "1"))
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			play(t, func(r *rig) {
				got, err := c.act(r.a, r.Context())
				if err != nil || got.Broken || got.Tries != 1 || (got.Text == "") != c.none {
					t.Errorf("answered with %+v, %v", got, err)
				}
				if r.people.count() == 0 {
					if !c.none {
						t.Error("it was not heard")
					}
					return
				}
				in := r.people.heard[0]
				c.want.Chat, c.want.From = chat(person), "oa:"+person
				if !strings.HasPrefix(in.ID, "oa:") || strings.Contains(in.ID, person) || in.At.IsZero() {
					t.Errorf("id %q at %v", in.ID, in.At)
				}
				if in.ID, in.At = "", (time.Time{}); in != c.want || c.none {
					t.Errorf("heard %+v, want %+v", in, c.want)
				}
			})
		})
	}
}

func TestTheAddressIsProven(t *testing.T) {
	play(t, func(r *rig) {
		if err := r.a.Verify(r.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestHoles are the holes that an audit found in the common library's server,
// each by its number there, and their neighbours.
func TestHoles(t *testing.T) {
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			q := r.URL.Query()
			q.Set(name, value)
			if value == "" {
				q.Del(name)
			}
			r.URL.RawQuery = q.Encode()
		}
	}
	body := func(text string) func(*http.Request) {
		return func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
		}
	}
	const forged = "<xml><ToUserName>gh_x</ToUserName><FromUserName>oVictim</FromUserName><CreateTime>1</CreateTime>" +
		"<MsgType>text</MsgType><Content>签到</Content><MsgId>1</MsgId></xml>"
	last := func(r *http.Request) {
		s := []byte(r.URL.Query().Get("msg_signature"))
		s[len(s)-1] ^= 1
		set("msg_signature", string(s))(r)
	}
	for _, c := range []struct {
		rule   string
		change func(*http.Request)
		status int
	}{
		{"S1: a body in the clear, with the signature of a URL from a log", body(forged), 400},
		{"S1: the same with encrypt_type taken away", func(r *http.Request) { set("encrypt_type", "")(r); body(forged)(r) }, 400},
		{"S1: the same with encrypt_type=raw", func(r *http.Request) { set("encrypt_type", "raw")(r); body(forged)(r) }, 400},
		{"S1: a sealed body beside one in the clear", func(r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			body(strings.Replace(string(b), "<xml>", "<xml><FromUserName>oVictim</FromUserName><MsgType>text</MsgType>", 1))(r)
			set("msg_signature", "")(r)
		}, 403},
		{"S2: a timestamp of 1970", set("timestamp", "1"), 403},
		{"S2: a timestamp that is none", set("timestamp", "now"), 400},
		{"S3: a signature wrong in its last letter", last, 403},
		{"S3: no signature", set("msg_signature", ""), 403},
		{"S3: another nonce", set("nonce", "1"), 403},
		{"S5: 64 MiB", func(r *http.Request) { body(strings.Repeat("x", 1<<20))(r); r.ContentLength = 64 << 20 }, 413},
		{"S5: 64 MiB of which nobody said so", func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader("<xml>"+strings.Repeat("<a/>", 16<<18))), -1
		}, 413},
		{"S5: thousands of elements", body("<xml>" + strings.Repeat("<a/>", 15<<10) + "</xml>"), 400},
		{"S6: echostr in a POST", set("echostr", "x"), 400},
		{"S7: JSON by its Content-Type", func(r *http.Request) {
			r.Header.Set("Content-Type", "application/json")
			body(`{"Encrypt":"x"}`)(r)
		}, 400},
		{"S7: null", func(r *http.Request) { r.Header.Set("Content-Type", "application/json"); body("null")(r) }, 400},
		{"a PUT", func(r *http.Request) { r.Method = http.MethodPut }, 405},
		{"no body", body(""), 400},
		{"a document type", body(`<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>`), 400},
		{"two sealed texts", func(r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			body(strings.Replace(string(b), "<Encrypt>", "<Encrypt>x</Encrypt><Encrypt>", 1))(r)
		}, 400},
	} {
		t.Run(c.rule, func(t *testing.T) {
			play(t, func(r *rig) {
				status, answer := r.post(r.a.Message(person, "text", "Content", "签到"), c.change)
				if status != c.status || answer != "" {
					t.Errorf("answered with %d %q, want %d and nothing", status, answer, c.status)
				}
				if r.people.count() != 0 {
					t.Errorf("heard %+v", r.people.heard)
				}
			})
		})
	}
}

func TestHoleS2AReplayIsHandledOnce(t *testing.T) {
	play(t, func(r *rig) {
		req, err := r.a.Request(r.Context(), r.a.Message(person, "text", "Content", "签到"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(req.Body)
		if err != nil {
			t.Fatal(err)
		}
		again := func() (int, string) {
			req.Body = io.NopCloser(strings.NewReader(string(text)))
			return r.send(req)
		}
		if status, answer := again(); status != 200 || !strings.Contains(answer, "<Encrypt>") {
			t.Errorf("answered with %d %q", status, answer)
		}
		if status, answer := again(); status != 200 || answer != "success" {
			t.Errorf("a replay is answered with %d %q, want success", status, answer)
		}
		time.Sleep(6 * time.Minute)
		if status, _ := again(); status != 403 {
			t.Errorf("a replay after the window is answered with %d", status)
		}
		if n := r.people.count(); n != 1 {
			t.Errorf("heard %d times", n)
		}
	})
}

func TestHoleS4AnAccountWithoutSecretsIsRefused(t *testing.T) {
	play(t, func(r *rig) {
		good := oa.Config{AppID: "wx1", CallbackToken: "token", AESKey: wechat.Secret(r.a.AESKey), Client: r.client, Tokens: r.tokens}
		if _, err := oa.New(good); err != nil {
			t.Fatal(err)
		}
		for rule, change := range map[string]func(*oa.Config){
			"no token":                  func(c *oa.Config) { c.CallbackToken = "" },
			"no key":                    func(c *oa.Config) { c.AESKey = "" },
			"a key that is too short":   func(c *oa.Config) { c.AESKey = c.AESKey[1:] },
			"a key that is none":        func(c *oa.Config) { c.AESKey = wechat.Secret(strings.Repeat("*", 43)) },
			"no account":                func(c *oa.Config) { c.AppID = "" },
			"no client":                 func(c *oa.Config) { c.Client = nil },
			"no tokens":                 func(c *oa.Config) { c.Tokens = (*token.Handle)(nil) },
			"a notice without fields":   func(c *oa.Config) { c.Notice.Template = "T" },
			"a notice without template": func(c *oa.Config) { c.Notice.Fields = map[string]string{"a": "b"} },
		} {
			bad := good
			change(&bad)
			if _, err := oa.New(bad); err == nil {
				t.Errorf("%s is taken", rule)
			} else if bad.AESKey != "" && strings.Contains(err.Error(), bad.AESKey.Reveal()) {
				t.Errorf("%s: the error tells the key: %v", rule, err)
			}
		}
	})
}

func TestAnotherAccountsSealIsRefused(t *testing.T) {
	play(t, func(r *rig) {
		other := r.p.AddOfficial(wechattest.Official{AppID: "wxOther", Token: r.a.Token, AESKey: r.a.AESKey})
		req, err := other.Request(r.Context(), r.a.Message(person, "text", "Content", "签到"))
		if err != nil {
			t.Fatal(err)
		}
		if status, _ := r.send(req); status != 403 || r.people.count() != 0 {
			t.Errorf("answered with %d, heard %d", status, r.people.count())
		}
	})
}

func TestAPlatformInTheClearIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, wechattest.Official{Plain: true})
		defer r.close()
		if got, err := r.a.Say(r.Context(), person, "签到"); err != nil || !got.Broken || r.people.count() != 0 {
			t.Errorf("answered with %+v, %v, heard %d", got, err, r.people.count())
		}
	})
}

func TestAMessageIsHandledOnceHoweverOftenItIsSealed(t *testing.T) {
	play(t, func(r *rig) {
		document := r.a.Message(person, "text", "Content", "签到")
		event := r.a.Event(person, "CLICK", "EventKey", "签到")
		for range 3 {
			for _, d := range []string{document, event} {
				if got, err := r.a.Act(r.Context(), person, true, d); err != nil || got.Text != "收到：签到" {
					t.Errorf("answered with %+v, %v", got, err)
				}
			}
		}
		if n := r.people.count(); n != 2 {
			t.Errorf("heard %d times, want 2", n)
		}
	})
}

func TestALateAnswerFollowsByItself(t *testing.T) {
	play(t, func(r *rig) {
		r.people.say = func(context.Context, bot.Inbound) (bot.Answer, error) {
			time.Sleep(7 * time.Second)
			return bot.Answer{Text: "**已签到**"}, nil
		}
		began := time.Now()
		r.says("签到", "")
		if took := time.Since(began); took != 4500*time.Millisecond {
			t.Errorf("the platform waited %v", took)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if got := r.pushed(person); !slices.Equal(got, []string{"已签到"}) {
			t.Errorf("he reads %q", got)
		}
	})
}

func TestARepeatWaitsForTheFirst(t *testing.T) {
	play(t, func(r *rig) {
		r.people.say = func(context.Context, bot.Inbound) (bot.Answer, error) {
			time.Sleep(3 * time.Second)
			return bot.Answer{Text: "已签到"}, nil
		}
		document := r.a.Message(person, "text", "Content", "签到")
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if got, err := r.a.Act(r.Context(), person, true, document); err != nil || got.Text != "已签到" {
					t.Errorf("answered with %+v, %v", got, err)
				}
			})
			time.Sleep(time.Second)
		}
		both.Wait()
		if n := r.people.count(); n != 1 {
			t.Errorf("heard %d times", n)
		}
	})
}

func TestWhatFailsIsNotAcknowledged(t *testing.T) {
	for rule, fail := range map[string]func() (bot.Answer, error){
		"an error": func() (bot.Answer, error) { return bot.Answer{Text: "已签到"}, errors.New("disk full") },
		"a panic":  func() (bot.Answer, error) { panic("机密 " + person) },
	} {
		t.Run(rule, func(t *testing.T) {
			play(t, func(r *rig) {
				times := 0
				r.people.say = func(context.Context, bot.Inbound) (bot.Answer, error) {
					if times++; times < 3 {
						return fail()
					}
					return bot.Answer{Text: "已签到"}, nil
				}
				got, err := r.a.Say(r.Context(), person, "签到")
				if err != nil || got.Text != "已签到" || got.Tries != 3 {
					t.Errorf("answered with %+v, %v, want the third try to be", got, err)
				}
				if log := r.logs.String(); strings.Contains(log, "机密") || strings.Contains(log, person) {
					t.Errorf("the log tells what happened: %s", log)
				}
			})
		})
	}
}

func TestALateFailureIsSaid(t *testing.T) {
	play(t, func(r *rig) {
		r.people.say = func(context.Context, bot.Inbound) (bot.Answer, error) {
			time.Sleep(6 * time.Second)
			return bot.Answer{}, errors.New("disk full")
		}
		r.says("签到", "")
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if got := r.pushed(person); len(got) != 1 || !strings.Contains(got[0], "没有记下") {
			t.Errorf("he reads %q", got)
		}
	})
}

func TestALateAnswerThatMayNotGoOutIsGivenUp(t *testing.T) {
	play(t, func(r *rig) {
		r.people.say = func(context.Context, bot.Inbound) (bot.Answer, error) {
			time.Sleep(6 * time.Second)
			return bot.Answer{Text: "机密正文"}, nil
		}
		r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: "/cgi-bin/message/custom/send", Code: 45015})
		r.says("签到", "")
		time.Sleep(time.Hour)
		synctest.Wait()
		if log := r.logs.String(); len(r.pushed(person)) != 0 || !strings.Contains(log, "45015") || strings.Contains(log, "机密") || strings.Contains(log, person) {
			t.Errorf("he reads %q, the log says %s", r.pushed(person), log)
		}
	})
}

func TestOnePersonsDeedsAreHandledInTurn(t *testing.T) {
	play(t, func(r *rig) {
		var mu sync.Mutex
		inside := map[bot.PersonID]int{}
		r.people.say = func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			mu.Lock()
			inside[in.From]++
			if inside[in.From] > 1 {
				t.Error("two deeds of one person at once")
			}
			mu.Unlock()
			time.Sleep(100 * time.Millisecond)
			mu.Lock()
			inside[in.From]--
			mu.Unlock()
			return bot.Answer{Text: string(in.From) + in.Text}, nil
		}
		began := time.Now()
		var all sync.WaitGroup
		for i := range 50 {
			for n := range 3 {
				all.Go(func() {
					id, text := fmt.Sprintf("oPerson%d", i), fmt.Sprint("第", n)
					if got, err := r.a.Say(r.Context(), id, text); err != nil || got.Text != "oa:"+id+text {
						t.Errorf("%s reads %+v, %v", id, got, err)
					}
				})
			}
		}
		all.Wait()
		if took := time.Since(began); took > time.Second {
			t.Errorf("people waited for each other: %v", took)
		}
	})
}

func TestAnswersAreFitForReading(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"silence is no sealed nothing", "", ""},
		{"blanks are silence", " \n\t", ""},
		{"control characters alone are silence", "\x00\x1b\x07", ""},
		{"control characters and bad bytes are left out", "a\x00b\x1b[31mc\xff", "ab[31mc\ufffd"},
		{"an end of CDATA is a text", "]]>]]\x00><x/>", "]]>]]><x/>"},
		{"stars are left out", "**刷单**：不信", "刷单：不信"},
		{"what is too long is cut and said", strings.Repeat("诈", 1000), strings.Repeat("诈", 671) + "…（内容过长，已截断）"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			play(t, func(r *rig) {
				r.people.say = func(context.Context, bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: c.text}, nil }
				r.says("签到", c.want)
			})
		})
	}
	t.Run("a file is told of", func(t *testing.T) {
		play(t, func(r *rig) {
			r.people.say = func(context.Context, bot.Inbound) (bot.Answer, error) {
				return bot.Answer{Text: strings.Repeat("诈", 1000), File: &bot.File{Name: "台账.xlsx"}}, nil
			}
			if got, err := r.a.Say(r.Context(), person, "查询"); err != nil || !strings.HasSuffix(got.Text, "到企业微信里再查一次。）") {
				t.Errorf("answered with %+v, %v", got, err)
			}
		})
	})
}

func TestASignedCallbackThatIsNoXMLIsAcknowledged(t *testing.T) {
	play(t, func(r *rig) {
		for _, document := range []string{"", "null", "<xml>", "<xml><MsgType>text</MsgType><MsgType>event</MsgType></xml>", "<xml/>",
			"<xml><MsgType>text</MsgType><Content>签到</Content><MsgId>1</MsgId></xml>",
			"<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>签到</Content></xml>"} {
			status, answer := r.post(document, func(*http.Request) {})
			if status != 200 || answer != "success" {
				t.Errorf("%q is answered with %d %q", document, status, answer)
			}
		}
		if r.people.count() != 0 {
			t.Errorf("heard %+v", r.people.heard)
		}
	})
}

// FuzzCallback throws bodies and queries at the door that nobody has signed.
func FuzzCallback(f *testing.F) {
	f.Add("<xml><Encrypt><![CDATA[AAAA]]></Encrypt></xml>", "msg_signature=x&timestamp=1790000000&nonce=1")
	f.Add(`{"encrypt":"x"}`, "echostr=x")
	f.Add("", "")
	p := wechattest.New(wechattest.Options{Seed: 1})
	f.Cleanup(p.Close)
	server, heard := fuzzed(f, p.AddOfficial(wechattest.Official{}))
	f.Fuzz(func(t *testing.T, body, query string) {
		for _, method := range []string{http.MethodPost, http.MethodGet} {
			req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.URL.RawQuery = query
			resp, err := wechattest.ToHandler(server).Do(req)
			if err != nil {
				t.Fatalf("the server panicked: %v", err)
			}
			if resp.StatusCode == http.StatusOK || heard.count() != 0 {
				t.Fatalf("taken: %s %q %q", method, query, body)
			}
		}
	})
}

// FuzzInner throws signed texts at the reader of messages.
func FuzzInner(f *testing.F) {
	p := wechattest.New(wechattest.Options{Seed: 1})
	f.Cleanup(p.Close)
	a := p.AddOfficial(wechattest.Official{})
	f.Add(a.Message(person, "text", "Content", "签到"))
	f.Add(a.Event(person, "CLICK", "EventKey", "签到"))
	f.Add(a.Message(person, "voice", "Recognition", "签到]]>&amp;"))
	f.Add("<xml><MsgType>text</MsgType><Content>&#x1F46E;</Content></xml>")
	server, _ := fuzzed(f, a)
	f.Fuzz(func(t *testing.T, document string) {
		if len(document) > 40<<10 {
			return
		}
		req, err := a.Request(t.Context(), document)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := wechattest.ToHandler(server).Do(req)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%q is answered with %v, %v", document, resp, err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if string(body) != "success" {
			if _, err := a.Read(string(body), document); err != nil {
				t.Fatalf("%q: %v", document, err)
			}
		}
	})
}

func fuzzed(f *testing.F, a *wechattest.OfficialAccount) (http.Handler, *people) {
	f.Helper()
	client, err := wechat.NewClient(wechat.ClientConfig{})
	if err != nil {
		f.Fatal(err)
	}
	c, err := oa.New(oa.Config{AppID: a.AppID, CallbackToken: wechat.Secret(a.Token), AESKey: wechat.Secret(a.AESKey), Client: client,
		Tokens: token.New(token.Config{Name: a.AppID, On: wechat.Official})})
	if err != nil {
		f.Fatal(err)
	}
	a.Connect(address, nil)
	heard := new(people)
	return c.Serve(heard), heard
}
