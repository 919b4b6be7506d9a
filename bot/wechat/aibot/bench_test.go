package aibot_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/aibot"
)

// BenchmarkClick measures the way of a click: its frame, the handler, the card
// update that goes back, and the platform's acknowledgement of that. The
// connection is memory, and the platform at its end does next to nothing. cpu
// is the processor time of the whole process, which other programs on the
// machine do not disturb.
func BenchmarkClick(b *testing.B) {
	wire := newMemory()
	c, err := aibot.New(aibot.Config{
		BotID: "b", Secret: "s", Name: "反诈助手", URL: "ws://memory",
		HTTPClient: &http.Client{Transport: wire}, PerMinute: 1 << 30, PerHour: 1 << 30,
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error)
	var handled atomic.Int64
	card := doneCard()
	go func() {
		ended <- c.Run(ctx, handlerFunc(func(context.Context, bot.Inbound) (bot.Answer, error) {
			handled.Add(1)
			return bot.Answer{Card: card}, nil
		}))
	}()
	<-wire.answered // the subscription
	b.ReportAllocs()
	b.ResetTimer()
	begin := cpuTime(b)
	underway := 0
	for i := range b.N {
		wire.in <- serverFrame(clickFrame(i))
		if underway++; underway > 128 { // fewer than the client's outbox holds
			<-wire.answered
			underway--
		}
	}
	for range underway {
		<-wire.answered
	}
	b.StopTimer()
	b.ReportMetric(float64(cpuTime(b)-begin)/float64(b.N), "cpu-ns/op")
	cancel()
	<-ended
	if n := c.Counters(); handled.Load() != int64(b.N) || n.CardsSkipped != 0 {
		b.Errorf("handled %d of %d, counters %+v", handled.Load(), b.N, n)
	}
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// memory is a transport, and the connection that it opens: what the client
// writes is acknowledged, what is put into in is read.
type memory struct {
	in       chan []byte
	answered chan struct{} // one for each frame of the client
	closed   chan struct{}
	rest     []byte
}

func newMemory() *memory {
	return &memory{in: make(chan []byte, 512), answered: make(chan struct{}, 512), closed: make(chan struct{})}
}

func (m *memory) RoundTrip(req *http.Request) (*http.Response, error) {
	sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	h := http.Header{}
	h.Set("Connection", "Upgrade")
	h.Set("Upgrade", "websocket")
	h.Set("Sec-WebSocket-Accept", base64.StdEncoding.EncodeToString(sum[:]))
	return &http.Response{StatusCode: http.StatusSwitchingProtocols, Header: h, Body: m, Request: req}, nil
}

func (m *memory) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		select {
		case m.rest = <-m.in:
		case <-m.closed:
			return 0, io.EOF
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// Write takes one masked frame; the client writes each in one piece.
func (m *memory) Write(p []byte) (int, error) {
	body, mask := p[6:], p[2:6]
	if p[1]&0x7f == 126 {
		body, mask = p[8:], p[4:8]
	}
	if p[0]&0x0f == 8 {
		m.in <- []byte{0x88, 2, body[0] ^ mask[0], body[1] ^ mask[1]}
		return len(p), nil
	}
	plain := make([]byte, len(body))
	for i := range body {
		plain[i] = body[i] ^ mask[i&3]
	}
	_, id, _ := bytes.Cut(plain, []byte(`"req_id":"`))
	id, _, _ = bytes.Cut(id, []byte(`"`))
	m.in <- serverFrame(fmt.Appendf(nil, `{"headers":{"req_id":"%s"},"errcode":0,"errmsg":"ok"}`, id))
	m.answered <- struct{}{}
	return len(p), nil
}

func (m *memory) Close() error { close(m.closed); return nil }

// serverFrame wraps a short text as a server's WebSocket frame.
func serverFrame(text []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0x81, 126}, uint16(len(text)))
	return append(head, text...)
}

func clickFrame(i int) []byte {
	return fmt.Appendf(nil, `{"cmd":"aibot_event_callback","headers":{"req_id":"rq_evt_%d"},"body":{"msgid":"EV_%d","create_time":1790000400,"aibotid":"aibTEST","chatid":"wrTESTGROUP%022d","chattype":"group","from":{"userid":"u%d"},"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"card_type":"button_interaction","event_key":"signin","task_id":"al20260612_g17_r1"}}}}`, i, i, i%40, i%5000)
}
