package wechattest_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"fanzha/bot/wechat/wechattest"
)

// BenchmarkClicks measures clicks that are injected, delivered, answered with
// an update of the clicker's card and acknowledged, all on one connection. The
// target is 30,000 a second on two cores, client included.
func BenchmarkClicks(b *testing.B) {
	b.Run("net.Pipe", func(b *testing.B) {
		p := newCorp(wechattest.Options{PerMinute: -1, PerHour: -1})
		defer p.Close()
		benchmarkClicks(b, p, "ws://openws.sim/", p.HTTPClient())
	})
	b.Run("loopback", func(b *testing.B) {
		p := newCorp(wechattest.Options{PerMinute: -1, PerHour: -1})
		defer p.Close()
		srv := httptest.NewServer(p.Handler())
		defer srv.Close()
		benchmarkClicks(b, p, srv.URL, http.DefaultClient)
	})
}

func benchmarkClicks(b *testing.B, p corp, url string, client *http.Client) {
	ctx := b.Context()
	ws := subscribedAt(b, ctx, url, client, p)
	defer func() { _ = ws.CloseNow() }()
	people := make([]string, 1000)
	for i := range people {
		people[i] = fmt.Sprint("u", i)
		p.AddMember(wechattest.Member{UserID: people[i]})
		if err := p.Join(p.group, people[i]); err != nil {
			b.Fatal(err)
		}
	}
	exchange := func(body string) {
		frame := `{"cmd":"aibot_send_msg","headers":{"req_id":"1"},"body":` + body + `}`
		if err := ws.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
			b.Fatal(err)
		}
		if _, ack, err := ws.Read(ctx); err != nil || !bytes.Contains(ack, []byte(`"errcode":0`)) {
			b.Fatalf("%s %v", ack, err)
		}
	}
	if _, err := p.Say(p.group, "lisi", "@反诈助手 你好"); err != nil {
		b.Fatal(err)
	}
	if _, _, err := ws.Read(ctx); err != nil {
		b.Fatal(err)
	}
	exchange(p.sendCard("t1"))

	updates := make(chan []byte, 4096)
	var wg sync.WaitGroup
	wg.Go(func() { // answers, apart from the reader, so that neither waits for the other
		for frame := range updates {
			if err := ws.Write(ctx, websocket.MessageText, frame); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ResetTimer()
	for part := range 2 {
		wg.Go(func() {
			for done := part * b.N / 2; done < (part+1)*b.N/2; {
				n := min(len(people), (part+1)*b.N/2-done)
				if _, err := p.ClickAll(p.group, "t1", "signin", people[:n]); err != nil {
					b.Error(err)
					return
				}
				done += n
			}
		})
	}
	begin, end := []byte(`"req_id":"`), []byte(`"`)
	for acks := 0; acks < b.N; {
		_, data, err := ws.Read(ctx)
		if err != nil {
			b.Fatal(err)
		}
		if bytes.HasPrefix(data, []byte(`{"headers"`)) {
			if acks++; !bytes.Contains(data, []byte(`"errcode":0`)) {
				b.Fatalf("refused: %s", data)
			}
			continue
		}
		_, rest, _ := bytes.Cut(data, begin)
		reqID, _, _ := bytes.Cut(rest, end)
		_, rest, _ = bytes.Cut(data, []byte(`"userid":"`))
		user, _, _ := bytes.Cut(rest, end)
		updates <- fmt.Appendf(nil, `{"cmd":"aibot_respond_update_msg","headers":{"req_id":"%s"},"body":%s}`, reqID, updateBody("t1", `"`+string(user)+`"`))
	}
	b.StopTimer()
	close(updates)
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "clicks/s")
}
