package aibot_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"fanzha/bot"
	"fanzha/bot/wechat/aibot"
)

// BenchmarkClick measures a click from the frame on the socket to the card
// update that goes back, and its acknowledgement, with a platform at the other
// end of a loopback connection that does next to nothing. The platform's share
// is in the figure: it writes two small frames a click and reads one.
func BenchmarkClick(b *testing.B) {
	var handled atomic.Int64
	clicks := make(chan []byte, 1024)
	done := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		conn, err := websocket.Accept(w, req, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		ctx := context.Background()
		answer := func(frame []byte) error { // {"cmd":"…","headers":{"req_id":"…"}…
			id := quoted(frame, `"req_id":"`)
			return conn.Write(ctx, websocket.MessageText, fmt.Appendf(nil, `{"headers":{"req_id":%q},"errcode":0,"errmsg":"ok"}`, id))
		}
		if _, frame, err := conn.Read(ctx); err != nil || answer(frame) != nil {
			return
		}
		go func() {
			for frame := range clicks {
				if conn.Write(ctx, websocket.MessageText, frame) != nil {
					return
				}
			}
		}()
		for n := 0; ; {
			_, frame, err := conn.Read(ctx)
			if err != nil || answer(frame) != nil {
				return
			}
			if n++; n == b.N {
				close(done)
			}
		}
	}))
	defer srv.Close()
	c, err := aibot.New(aibot.Config{BotID: "b", Secret: "s", Name: "反诈助手", URL: "ws" + srv.URL[4:], PerMinute: 1 << 30, PerHour: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error)
	card := doneCard()
	go func() {
		ended <- c.Run(ctx, handlerFunc(func(context.Context, bot.Inbound) (bot.Answer, error) {
			handled.Add(1)
			return bot.Answer{Card: card}, nil
		}))
	}()
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		clicks <- clickFrame(i)
	}
	<-done
	b.StopTimer()
	close(clicks)
	cancel()
	<-ended
	if n := c.Counters(); handled.Load() != int64(b.N) || n.CardsSkipped != 0 {
		b.Errorf("handled %d of %d, counters %+v", handled.Load(), b.N, n)
	}
}

func quoted(frame []byte, before string) string {
	for i := range frame {
		if string(frame[i:min(i+len(before), len(frame))]) == before {
			rest := frame[i+len(before):]
			for j, x := range rest {
				if x == '"' {
					return string(rest[:j])
				}
			}
		}
	}
	return ""
}

func clickFrame(i int) []byte {
	return fmt.Appendf(nil, `{"cmd":"aibot_event_callback","headers":{"req_id":"rq_evt_%d"},"body":{"msgid":"EV_%d","create_time":1790000400,"aibotid":"aibTEST","chatid":"wrTESTGROUP%022d","chattype":"group","from":{"userid":"u%d"},"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"card_type":"button_interaction","event_key":"signin","task_id":"al20260612_g17_r1"}}}}`, i, i, i%40, i%5000)
}
