package wechattest_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"

	"fanzha/bot/wechat/wechattest"
)

// FuzzFrame sends any text on a subscribed connection: it must be answered or
// the connection must end, and the platform must live on.
func FuzzFrame(f *testing.F) {
	p := newCorp(wechattest.Options{PerMinute: -1, PerHour: -1, Keep: 10})
	f.Cleanup(p.Close)
	for _, seed := range []string{
		`{"cmd":"ping","headers":{"req_id":"ping_1"}}`,
		`{"cmd":"aibot_subscribe","headers":{"req_id":"s"},"body":{"bot_id":"x","secret":"y","scene":1,"plug_version":"1"}}`,
		`{"cmd":"aibot_send_msg","headers":{"req_id":"1"},"body":` + p.sendText("早") + `}`,
		`{"cmd":"aibot_send_msg","headers":{"req_id":"1"},"body":` + p.sendCard("t1") + `}`,
		`{"cmd":"aibot_respond_msg","headers":{"req_id":"srv_1"},"body":` + replyBody + `}`,
		`{"cmd":"aibot_respond_welcome_msg","headers":{"req_id":"srv_1"},"body":` + welcomeBody + `}`,
		`{"cmd":"aibot_respond_update_msg","headers":{"req_id":"srv_1"},"body":` + updateBody("t1", `"lisi"`) + `}`,
		`{"cmd":"aibot_upload_media_init","headers":{"req_id":"1"},"body":{"type":"file","filename":"a","total_size":6,"total_chunks":1,"md5":"e80b5017098950fc58aad83c8c14978e"}}`,
		`{"cmd":"aibot_upload_media_chunk","headers":{"req_id":"1"},"body":{"upload_id":"u","chunk_index":0,"base64_data":"eA=="}}`,
		`{"cmd":"aibot_upload_media_finish","headers":{"req_id":"1"},"body":{"upload_id":"u"}}`,
		`{"headers":{"req_id":null}}`, "\x00", `"`, `{"a\`, `[[[[`, "",
	} {
		f.Add([]byte(seed))
	}
	var ws *websocket.Conn
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if ws == nil {
			ws = subscribed(t, ctx, p)
		}
		err := ws.Write(ctx, websocket.MessageText, data)
		if err == nil {
			_, _, err = ws.Read(ctx)
		}
		if err != nil {
			if ctx.Err() != nil {
				t.Fatalf("%q was neither answered nor ended the connection", data)
			}
			_ = ws.CloseNow()
			ws = nil
		}
	})
}

func subscribed(t testing.TB, ctx context.Context, p corp) *websocket.Conn {
	t.Helper()
	return subscribedAt(t, ctx, "ws://openws.sim/", p.HTTPClient(), p)
}

// subscribedAt connects to url and subscribes to the first bot.
func subscribedAt(t testing.TB, ctx context.Context, url string, client *http.Client, p corp) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPClient: client})
	if err != nil {
		t.Fatal(err)
	}
	b := p.Bots()[0]
	err = ws.Write(ctx, websocket.MessageText, []byte(`{"cmd":"aibot_subscribe","headers":{"req_id":"s"},"body":{"bot_id":"`+b.ID+`","secret":"`+b.Secret+`"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := ws.Read(ctx); err != nil {
		t.Fatal(err)
	}
	return ws
}
