package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

// Whatever goes wrong at whatever door: no secret of the configuration, no access
// token, no signing key and no binding code is in a log, an error, an entry, a
// metric, an answer or an export. What must not be seen is not listed here: it is
// whatever the configuration holds as a secret, and whatever the ways to the
// platforms carried as one.
func TestNoSecretIsToldAnywhere(t *testing.T) {
	seen := make(map[string]bool) // the fields of the configuration that were tried
	t.Run("long connection", func(t *testing.T) {
		const secret = "SECRET-of-the-bot-0815-SECRET"
		inCountyOf(t, 4, 3, wechattest.Options{Seed: 1, Bots: []wechattest.Bot{{ID: "aibTEST", Secret: secret}}}, func(c *county) {
			w := watch(c, seen)
			defer w.search()
			w.everyDoor()
		})
	})
	t.Run("callback mode", func(t *testing.T) {
		inCounty(t, 2, 3, func(c *county) {
			w := watch(c, seen)
			defer w.search()
			w.calledBack()
		})
	})
	t.Run("Redis", func(t *testing.T) { redisTellsNoSecret(t, seen) })
	for _, field := range secretFields(reflect.ValueOf(config.File{Robots: []config.Robot{{}}}), "", nil) {
		if !seen[field.name] {
			t.Errorf("no scenario has a secret in %s", field.name)
		}
	}
}

type secretField struct{ name, text string }

// secretFields appends all secrets of a configuration.
func secretFields(v reflect.Value, name string, to []secretField) []secretField {
	if s, ok := v.Interface().(config.Secret); ok {
		return append(to, secretField{name, s.Reveal()})
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				to = secretFields(v.Field(i), strings.TrimPrefix(name+"."+f.Name, "."), to)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			to = secretFields(v.Index(i), name, to)
		}
	}
	return to
}

// A watcher has a county at which everything goes wrong, and keeps whatever anybody
// can read.
type watcher struct {
	*county
	seen  map[string]bool
	log   notes
	web   *gossip
	texts strings.Builder // answers, errors, signals, exports
	codes []string
}

func watch(c *county, seen map[string]bool) *watcher {
	w := &watcher{county: c, seen: seen}
	c.deps.Log = slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	before := stdlog.Writer()
	stdlog.SetOutput(&w.log) // where net/http and libraries complain
	c.Cleanup(func() { stdlog.SetOutput(before) })
	w.web = &gossip{next: c.Platform.HTTPClient().Transport, turn: make(map[string]int), carried: make(map[string]string)}
	return w
}

// everyDoor is a county with a group for each channel, and a line that breaks in
// each way at each of them.
func (w *watcher) everyDoor() {
	app := w.employ(wechattest.WorkApp{})
	account := w.follow(wechattest.Official{})
	w.cfg.Robots = []config.Robot{{Name: "first", Key: config.NewSecret(w.Platform.AddRobot(w.Groups[w.Units[0].ID], "通知"))}}
	w.deps.Web, w.cfg.Push.PerMonth = w.web, 31
	w.open()
	w.codes = w.county.codes()
	account.Connect("https://fanzha.example/callback/oa", wechattest.ToHandler(w.app.Callbacks()))
	app.Connect("https://fanzha.example/callback/app", wechattest.ToHandler(w.app.Callbacks()))
	const follower = "oFollower0001"
	w.hear(account.Follow(w.Context(), follower))
	w.hear(account.Say(w.Context(), follower, "我是 "+w.Units[3].Short+" 张三丰"))
	person := w.People[w.Units[1].ID][1]
	w.only(w.Units[0], "first")
	w.only(w.Units[1], "应用 "+person.UserID)
	w.only(w.Units[3], "公众号 张三丰")
	w.tell(demo.Approver, "加渠道 "+w.Units[0].Short+" 人工代发 单位微信群")
	w.web.nasty(true)
	faults := w.Platform.Faults()
	faults.Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: push, Chance: 0.1, Code: 99999, Msg: "bad secret " + w.cfg.WeCom.Secret.Reveal()})
	faults.Inject(wechattest.Fault{Kind: wechattest.RefuseConnection, Chance: 0.3})
	faults.Inject(wechattest.Fault{Kind: wechattest.Garbage, Chance: 0.5})
	faults.Inject(wechattest.Fault{Kind: wechattest.Unreachable, Chance: 0.05})
	for day := range 7 {
		w.until(fmt.Sprintf("11-%02d 10:00:00", 3+day))
		var alert bot.AlertID
		for n := range 4 {
			alert = w.approved(draft(fmt.Sprintf("刷单返利%d", 10*day+n)))
			w.push(alert)
			w.pass(time.Hour)
			w.hear(account.Say(w.Context(), follower, "签到"))
		}
		w.hear(account.Press(w.Context(), follower, "查询"))
		w.hear(app.Say(w.Context(), person.UserID, "签到"))
		w.hear(app.Enter(w.Context(), person.UserID))
		w.wrongCallbacks(account.Request(w.Context(), account.Message(follower, "text", "Content", "签到")))
		w.wrongCallbacks(app.Request(w.Context(), app.Message(person.UserID, "text", "Content", "签到")))
		for _, u := range w.Units {
			_, _ = w.Say(u.ID, w.People[u.ID][1], "签到")
			_, _ = w.Say(u.ID, w.People[u.ID][2], "绑定 "+w.codes[0])
		}
		app.ExpireToken()
		account.SupersedeToken()
		w.pass(time.Hour)
		w.look(func(s *book.State) {
			for _, d := range s.Outbox.Deliveries() {
				w.texts.WriteString(d.Reason)
			}
		})
		w.ask("撤回 " + string(alert) + " 有误")
		_, _ = w.Platform.Tell(w.People[w.Units[0].ID][0].UserID, "已转发")
		_, _ = w.Platform.Tell("op-ban", "11月台账发我")
		w.pass(time.Hour)
		w.office()
	}
	w.web.wantAll(w.T, "/cgi-bin/webhook/send", "/cgi-bin/message/send", "/cgi-bin/message/custom/send")
	w.Platform.Faults().Clear()
	w.ending()
}

// calledBack is a county whose bot is in callback mode.
func (w *watcher) calledBack() {
	keys := w.inCallbackMode(w.web)
	w.codes = w.county.codes()
	w.pass(time.Minute)
	w.web.nasty(true)
	w.push(w.approved(draft("刷单返利")))
	for range 12 {
		for _, u := range w.Units {
			for _, p := range w.People[u.ID] {
				_, _ = w.Say(u.ID, p, "签到")
				_, _ = w.Say(u.ID, p, "我是 "+p.Name)
			}
		}
		w.wrongCallbacks(http.NewRequestWithContext(w.Context(), http.MethodPost,
			"https://fanzha.example/callback/aibot?msg_signature="+keys.Token+"&timestamp=1&nonce=2", strings.NewReader(`{"encrypt":"`+keys.AESKey+`"}`)))
		_, _ = w.Platform.Tell("op-ban", "11月台账发我")
		w.pass(time.Hour)
		w.office()
	}
	w.ending()
}

func (w *watcher) hear(r wechattest.Reply, err error) {
	w.texts.WriteString(r.Text)
	synctest.Wait()
}

// wrongCallbacks calls with req as it is, with a wrong signature, with a broken
// body, and with one that is too long.
func (w *watcher) wrongCallbacks(req *http.Request, err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		w.Fatal(err)
	}
	call := func(query string, body []byte) {
		again := req.Clone(w.Context())
		again.URL.RawQuery, again.Body, again.RequestURI = query, io.NopCloser(bytes.NewReader(body)), ""
		rec := httptest.NewRecorder()
		w.app.Callbacks().ServeHTTP(rec, again)
		if rec.Code != http.StatusOK {
			w.texts.WriteString(rec.Body.String())
		}
	}
	q := req.URL.RawQuery
	call(q, body)
	call(strings.ReplaceAll(q, "signature=", "signature=0"), body)
	call(q, body[:len(body)/2])
	call(q, bytes.Repeat(body, 200))
	call("", body)
}

// ask is an operator's word, whatever comes of it.
func (w *watcher) ask(text string) {
	answer, err := w.app.Tell(w.Context(), demo.Approver, text)
	w.texts.WriteString(answer)
	if err != nil {
		fmt.Fprintf(&w.texts, "%v %+v", err, err)
	}
}

// office asks what the office can ask about sending, and settles what is unknown.
func (w *watcher) office() {
	for _, text := range []string{"推送状态", "渠道", "渠道 " + w.Units[0].Short, "未知送达", "人工代发", "本月", "预警 A0001", "没建群的", "加渠道 " + w.Units[1].Short + " first", "帮助"} {
		w.ask(text)
	}
	for i, id := range w.unknown() {
		w.ask([]string{"已见 ", "未见 "}[i%2] + id)
	}
	w.texts.WriteString(w.signals())
}

// ending ends the program and starts it again with wrong secrets.
func (w *watcher) ending() {
	w.texts.WriteString(w.export(false) + w.export(true))
	if err := w.stop(); err != nil {
		fmt.Fprintf(&w.texts, "%v %+v", err, err)
	}
	w.web.nasty(false)
	w.note()
	for _, s := range []*config.Secret{&w.cfg.App.Secret, &w.cfg.OA.Secret} {
		if !s.IsZero() {
			*s = config.NewSecret("WRONG" + s.Reveal())
		}
	}
	if err := w.launch(); err != nil {
		w.Fatal(err)
	}
	w.push(w.approved(draft("冒充客服")))
	w.office()
	if err := w.stop(); err != nil {
		fmt.Fprintf(&w.texts, "%v %+v", err, err)
	}
}

// note keeps the secrets of the configuration as it is.
func (w *watcher) note() {
	for _, f := range secretFields(reflect.ValueOf(w.cfg), "", nil) {
		if f.text != "" {
			w.web.carried[f.text], w.seen[f.name] = f.name, true
		}
	}
}

// search looks for every secret in everything.
func (w *watcher) search() {
	w.Helper()
	if w.Failed() {
		return
	}
	for _, m := range w.Platform.Deliveries() {
		w.texts.WriteString(m.Content + "\n")
	}
	for _, chat := range w.Platform.Chats() {
		for _, m := range w.Platform.Sent(chat.ID) {
			fmt.Fprintln(&w.texts, m.Text)
		}
	}
	w.note()
	secrets := w.web.carried
	secrets[w.signingKey()] = "the signing key"
	places := map[string]string{"log": w.log.b.String(), "ledger": w.records(), "answers, errors, signals and exports": w.texts.String()}
	for where, text := range places {
		if len(text) < 10_000 {
			w.Errorf("the %s has only %d bytes: the scenario was not noisy", where, len(text))
		}
		for secret, what := range secrets {
			if half := secret[:len(secret)/2+1]; strings.Contains(text, half) {
				i := strings.Index(text, half)
				w.Errorf("%s is in the %s: …%s", what, where, strings.ReplaceAll(text[max(0, i-200):i+len(half)], half, "***"))
			}
		}
		for _, code := range w.codes {
			if strings.Contains(text, code) {
				w.Errorf("a binding code is in the %s", where)
			}
		}
	}
	for _, p := range []demo.Person{w.People[w.Units[0].ID][1], w.People[w.Units[1].ID][1]} {
		if log := w.log.b.String(); strings.Contains(log, p.UserID) || strings.Contains(log, p.Name) {
			w.Errorf("%s (%s) is in the log", p.UserID, p.Name)
		}
	}
	w.Logf("%d secrets in %d bytes of logs, %d of entries, %d of answers", len(secrets), len(places["log"]), len(places["ledger"]), w.texts.Len())
}

// A gossip is a way to the platforms' web interfaces that breaks at every second
// call, in each way by turns, and then repeats all that it was told. It keeps what
// it carried of secrets.
type gossip struct {
	next http.RoundTripper

	mu      sync.Mutex
	on      bool
	turn    map[string]int    // by path
	carried map[string]string // secret → where it stood
}

func (g *gossip) nasty(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.on = on
}

var tokenPattern = regexp.MustCompile(`"(access_token)":"([^"]+)"`)

// secretQuery are the parts of a query in which secrets stand.
var secretQuery = []string{"key", "access_token", "corpsecret", "secret", "response_code"}

// RoundTrip implements http.RoundTripper.
func (g *gossip) RoundTrip(r *http.Request) (*http.Response, error) {
	body := new(bytes.Buffer)
	if r.Body != nil {
		if _, err := io.Copy(body, r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	g.mu.Lock()
	for _, name := range secretQuery {
		if v := r.URL.Query().Get(name); v != "" {
			g.carried[v] = name + " of " + r.URL.Path
		}
	}
	turn := -1
	if g.on {
		turn = g.turn[r.URL.Path]
		g.turn[r.URL.Path]++
	}
	g.mu.Unlock()
	told := r.URL.String() + " " + body.String()
	r.Body = io.NopCloser(bytes.NewReader(body.Bytes()))
	if turn%2 == 0 {
		if resp, err := mishaps[turn/2%len(mishaps)](r, told, g.pass); resp != nil || err != nil {
			return resp, err
		}
	}
	return g.pass(r)
}

// pass lets a request through and keeps the tokens of its answer.
func (g *gossip) pass(r *http.Request) (*http.Response, error) {
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	for _, found := range tokenPattern.FindAllStringSubmatch(string(body), -1) {
		g.carried[found[2]] = found[1] + " of " + r.URL.Path
	}
	g.mu.Unlock()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// wantAll fails unless each mishap has struck each of these interfaces.
func (g *gossip) wantAll(t *testing.T, paths ...string) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, path := range paths {
		if g.turn[path] < 2*len(mishaps) {
			t.Errorf("%s was called %d times, want %d", path, g.turn[path], 2*len(mishaps))
		}
	}
	if len(g.carried) < 10 {
		t.Errorf("only %d secrets were carried", len(g.carried))
	}
}

func says(status int, body string) (*http.Response, error) {
	return &http.Response{StatusCode: status, Status: fmt.Sprint(status, " ", body), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}, "Location": {body}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}, nil
}

type passing = func(*http.Request) (*http.Response, error)

// mishaps are the ways in which a call goes wrong; told is all that was asked.
var mishaps = []func(r *http.Request, told string, pass passing) (*http.Response, error){
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("the proxy refuses " + told)}
	},
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: errors.New("reset after " + told)}
	},
	func(r *http.Request, told string, pass passing) (*http.Response, error) {
		if _, err := pass(r); err != nil { // it arrives, and the line is cut
			return nil, err
		}
		return nil, fmt.Errorf("EOF after %s", told)
	},
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return says(http.StatusBadGateway, "cannot reach "+told)
	},
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return says(http.StatusFound, told)
	},
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return says(http.StatusOK, fmt.Sprintf(`{"errcode":999999,"errmsg":%q}`, told))
	},
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return says(http.StatusOK, fmt.Sprintf(`{"errcode":40001,"errmsg":%q}`, told))
	},
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return says(http.StatusOK, fmt.Sprintf(`{"errcode":45009,"errmsg":%q}`, told))
	},
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return says(http.StatusOK, fmt.Sprintf(`{"errcode":40058,"errmsg":%q}`, told))
	},
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return says(http.StatusOK, `{"errcode":0,"errmsg":"`+told)
	},
	func(_ *http.Request, told string, _ passing) (*http.Response, error) {
		return says(http.StatusOK, fmt.Sprintf(`{"errcode":%q}`, told))
	},
	func(r *http.Request, told string, _ passing) (*http.Response, error) {
		<-r.Context().Done()
		return nil, fmt.Errorf("%s: %w", told, r.Context().Err())
	},
}
