package wechattest_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"fanzha/bot/wechat/wechattest"
)

func TestNothingBeforeSubscribe(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := dial(t, p.Platform)
		c.want(846609, "ping", "")
		c.want(846609, "aibot_send_msg", p.sendText("早"))
		c.want(846609, "no_such_command", "{}")
	})
}

func TestBadCredentialsLeaveTheSocketOpen(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := dial(t, p.Platform)
		c.want(853000, "aibot_subscribe", `{"bot_id":%q,"secret":"wrong"}`, p.bot)
		c.want(853000, "aibot_subscribe", `{"bot_id":"aibNobody","secret":"wrong"}`)
		c.want(40063, "aibot_subscribe", `{"bot_id":%q}`, p.bot)
		c.want(0, "aibot_subscribe", `{"bot_id":%q,"secret":%q}`, p.bot, p.Bots()[0].Secret)
		c.want(0, "ping", "")
	})
}

func TestSecondConnectionReplacesTheFirst(t *testing.T) {
	inBubble(t, wechattest.Options{KickDelay: 30 * time.Second}, func(t *testing.T, p corp) {
		first := connect(t, p.Platform)
		begin := time.Now()
		second := connect(t, p.Platform)
		cb, _ := first.callback()
		if cb.Event.EventType != "disconnected_event" || cb.From.UserID != "" || cb.ChatID != "" {
			t.Errorf("farewell %+v, want disconnected_event without from and chatid", cb)
		}
		first.want(846609, "ping", "")
		if !first.ended() || time.Since(begin) != 30*time.Second {
			t.Errorf("closed after %v, want after KickDelay", time.Since(begin))
		}
		second.want(0, "ping", "")
	})
}

func TestKickAtOnceAndDrop(t *testing.T) {
	inBubble(t, wechattest.Options{KickDelay: -1}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		if !p.Kick(p.bot) {
			t.Fatal("nobody to kick")
		}
		if cb, _ := c.callback(); cb.Event.EventType != "disconnected_event" {
			t.Errorf("got %+v", cb)
		}
		if !c.ended() || p.Connected(p.bot) || p.Drop(p.bot) {
			t.Error("still connected")
		}
		c = connect(t, p.Platform)
		if !p.Drop(p.bot) || !c.ended() {
			t.Error("not dropped")
		}
	})
}

func TestUnsubscribedConnectionMaySubscribeAgain(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.Unsubscribe(p.bot)
		c.want(846609, "aibot_send_msg", p.sendText("早"))
		c.want(0, "aibot_subscribe", `{"bot_id":%q,"secret":%q}`, p.bot, p.Bots()[0].Secret)
		c.want(0, "ping", "")
	})
}

func TestCallbacksOfAnOutageAreLost(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		msgID, err := p.Say(p.group, "lisi", p.Mention(p.bot)+"签到")
		if err != nil {
			t.Fatal(err)
		}
		c := connect(t, p.Platform)
		c.silence()
		if !p.Redeliver(msgID) {
			t.Fatal("callback forgotten")
		}
		if cb, _ := c.callback(); cb.MsgID != msgID {
			t.Errorf("replayed %s, want %s", cb.MsgID, msgID)
		}
	})
}

func TestMalformedFramesAreAnswered(t *testing.T) {
	tests := []struct {
		name, frame string
		code        int
	}{
		{"no JSON", `{`, 40058},
		{"another value", `[]`, 40058},
		{"no headers", `{"cmd":"ping"}`, 40063},
		{"no req_id", `{"cmd":"ping","headers":{}}`, 40063},
		{"req_id no string", `{"cmd":"ping","headers":{"req_id":1}}`, 40058},
		{"no cmd", `{"headers":{"req_id":"x"}}`, 40063},
		{"unknown cmd", `{"cmd":"pong","headers":{"req_id":"x"}}`, 40058},
		{"unknown field", `{"cmd":"ping","headers":{"req_id":"x"},"extra":1}`, 40058},
		{"field in another case", `{"Cmd":"ping","headers":{"req_id":"x"}}`, 40058},
		{"null for a field", `{"cmd":"ping","headers":{"req_id":"x"},"body":null}`, 40058},
		{"two values", `{"cmd":"ping","headers":{"req_id":"x"}}{}`, 40058},
		{"not UTF-8", "{\"cmd\":\"ping\",\"headers\":{\"req_id\":\"\xff\"}}", 40058},
		{"control bytes are stripped", "\x01{\"cmd\":\"pi\x0bng\",\"headers\":{\"req_id\":\"x\"}}\x1f", 0},
	}
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		for _, tt := range tests {
			c.raw(tt.frame)
			f, ok := c.next(func(frame) bool { return true })
			if !ok || f.ErrCode != tt.code {
				t.Errorf("%s: %s answered %d %s (%v), want %d", tt.name, tt.frame, f.ErrCode, f.ErrMsg, ok, tt.code)
			}
		}
	})
}

func TestBinaryAndHugeFramesEndTheConnection(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		_ = c.ws.Write(t.Context(), websocket.MessageBinary, []byte("x"))
		if !c.ended() {
			t.Error("a binary frame was endured")
		}
		c = connect(t, p.Platform)
		_ = c.ws.Write(t.Context(), websocket.MessageText, []byte(strings.Repeat(" ", 1<<20+1)))
		if !c.ended() {
			t.Error("a huge frame was endured")
		}
	})
}

func TestHandlerServesALoopbackListener(t *testing.T) {
	p := newCorp(wechattest.Options{})
	defer p.Close()
	srv := httptest.NewServer(p.Handler())
	defer srv.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, srv.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.CloseNow() }()
	if err := ws.Write(ctx, websocket.MessageText, []byte(`{"cmd":"ping","headers":{"req_id":"1"}}`)); err != nil {
		t.Fatal(err)
	}
	_, data, err := ws.Read(ctx)
	if err != nil || !strings.Contains(string(data), "846609") {
		t.Errorf("read %s, %v", data, err)
	}
}

func TestClosedPlatformRefusesConnections(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		client := p.HTTPClient()
		c := connect(t, p.Platform)
		p.Close()
		if !c.ended() {
			t.Error("connection outlived Close")
		}
		if _, _, err := websocket.Dial(t.Context(), "ws://openws.sim/", &websocket.DialOptions{HTTPClient: client}); err == nil {
			t.Error("connected to a closed platform")
		}
	})
}

func TestAwait(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		go func() {
			time.Sleep(time.Hour)
			_, _ = p.Say(p.group, "lisi", "在吗")
		}()
		if err := p.Await(t.Context(), func() bool { return len(p.History(p.group, "lisi")) == 1 }); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := p.Await(ctx, func() bool { return false }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Await = %v, want the context's error", err)
		}
	})
}
