package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestServesUntilItIsStopped(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	r, w := io.Pipe()
	var stderr strings.Builder
	code := make(chan int, 1)
	go func() { code <- run(ctx, []string{"-groups", "2", "-members", "3", "-seed", "5"}, w, &stderr) }()
	line, err := bufio.NewReader(r).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var a announcement
	if err := json.Unmarshal(line, &a); err != nil || a.BotID == "" || a.BotName != "反诈助手" {
		t.Fatalf("announced %s, %v", line, err)
	}
	resp, err := http.Get(a.Page + "state")
	if err != nil {
		t.Fatal(err)
	}
	state, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if !strings.Contains(string(state), "教科体局反诈群") {
		t.Errorf("state %s", state)
	}
	ws, _, err := websocket.Dial(ctx, a.WS, nil)
	if err != nil {
		t.Fatal(err)
	}
	sub := `{"cmd":"aibot_subscribe","headers":{"req_id":"1"},"body":{"bot_id":"` + a.BotID + `","secret":"` + a.Secret + `"}}`
	if err := ws.Write(ctx, websocket.MessageText, []byte(sub)); err != nil {
		t.Fatal(err)
	}
	if _, ack, err := ws.Read(ctx); err != nil || !strings.Contains(string(ack), `"errcode":0`) {
		t.Errorf("subscribing: %s, %v", ack, err)
	}
	stop()
	if got := <-code; got != 0 || !strings.Contains(stderr.String(), "不得用于正式环境") {
		t.Errorf("exit code %d, stderr %s", got, stderr.String())
	}
}

func TestWrongUsage(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "corp.json")
	if err := os.WriteFile(broken, []byte(`{"members":[{"userid":"a"}],"groups":[{"name":"甲","members":["b"]}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, args string
		code       int
		says       string
	}{
		{"help", "-h", 0, "用法"},
		{"unknown flag", "-x", 2, "用法"},
		{"too much", "extra", 2, "用法"},
		{"chance above 1", "-nasty 2", 2, "用法"},
		{"callbacks of an app that leave this machine", "-app http://192.0.2.1/callback/app", 1, "loopback"},
		{"callbacks of an account to a name", "-oa http://example.com/callback/oa", 1, "loopback"},
		{"callbacks of a bot to no web address", "-callback 127.0.0.1:80", 1, "loopback"},
		{"not loopback", "-addr 0.0.0.0:0", 1, "loopback"},
		{"no corp file", "-corp /does/not/exist", 1, "reading corp"},
		{"faults of a corp file are all named", "-corp " + broken, 1, "第 1 名成员缺少 userid 或 name\n群 甲 的成员 b 不在 members 中"},
	} {
		var stderr strings.Builder
		if code := run(t.Context(), strings.Fields(tt.args), io.Discard, &stderr); code != tt.code || !strings.Contains(stderr.String(), tt.says) {
			t.Errorf("%s: code %d, stderr %q; want %d and %q", tt.name, code, stderr.String(), tt.code, tt.says)
		}
	}
}

func TestCorpFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "corp.json")
	if err := os.WriteFile(path, []byte(`{"members":[{"userid":"a","name":"甲"}],"groups":[{"name":"群","members":["a"]}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readCorp(path)
	if err != nil || len(c.Members) != 1 || len(c.Groups) != 1 {
		t.Errorf("readCorp = %+v, %v", c, err)
	}
	if err := generate(25, 40).check(); err != nil {
		t.Errorf("the made-up corp is faulty: %v", err)
	}
}

// With all doors open a program finds a webhook, an app and an account with what
// the first line says, and the page's people reach the addresses of the flags.
func TestEveryDoor(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	called := make(chan string, 10)
	program := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { called <- r.URL.Path }))
	defer program.Close()
	r, w := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"-groups", "1", "-members", "1", "-robots", "-app", program.URL + "/app", "-oa", program.URL + "/oa", "-callback", program.URL + "/aibot"}, w, io.Discard)
	}()
	var a announcement
	if err := json.NewDecoder(r).Decode(&a); err != nil || len(a.Robots) != 1 || a.App == nil || a.OA == nil || a.Callback == nil {
		t.Fatalf("announced %+v, %v", a, err)
	}
	post := func(url, host, body, want string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		if host != "" {
			req.Host = host
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		got, err := io.ReadAll(resp.Body)
		if err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%s answers %q, %v, want %s", url, got, err, want)
		}
		return string(got)
	}
	post(a.Web+"/cgi-bin/webhook/send?key="+a.Robots[0].Key, "qyapi.weixin.qq.com", `{"msgtype":"text","text":{"content":"webhook 的话"}}`, `"errcode":0`)
	post(a.Web+"/cgi-bin/stable_token", "api.weixin.qq.com", `{"grant_type":"client_credential","appid":"`+a.OA.AppID+`","secret":"`+a.OA.Secret+`"}`, "access_token")
	post(a.Page+"enter", "", `{"As":"u01001","With":"`+a.OA.AppID+`"}`, "chat")
	post(a.Page+"say", "", `{"Chat":"`+a.OA.AppID+`/u01001","As":"u01001","Text":"签到"}`, "")
	post(a.Page+"enter", "", `{"As":"u01001","With":"app`+strconv.Itoa(a.App.AgentID)+`"}`, "chat")
	post(a.Page+"enter", "", `{"As":"u01001"}`, "chat")
	heard := map[string]int{}
	for range 4 {
		heard[<-called]++
	}
	if heard["/oa"] != 2 || heard["/app"] != 1 || heard["/aibot"] != 1 {
		t.Errorf("the program was called at %v", heard)
	}
	resp, err := http.Get(a.Page + "state")
	if err != nil {
		t.Fatal(err)
	}
	state, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	for _, words := range []string{"webhook 的话", "反诈公众号", "反诈应用"} {
		if !strings.Contains(string(state), words) {
			t.Errorf("the page does not show %s: %s", words, state)
		}
	}
	stop()
	<-code
}
