package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
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
