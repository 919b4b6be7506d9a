package app_test

import (
	"fmt"
	"net/http"
	"testing"

	"fanzha/bot"
)

// BenchmarkCallback is a sealed click, from the request to the sealed card in the
// reply, with a handler that does nothing else.
func BenchmarkCallback(b *testing.B) {
	r := newRig(b, nil)
	defer r.close()
	r.h.answer = func(in bot.Inbound) (bot.Answer, error) { return done(in), nil }
	requests := make([]*forgery, b.N)
	for i := range requests {
		requests[i] = r.callback(r.a.Event(fmt.Sprintf("u%d", i), "template_card_event", "EventKey", "checkin", "TaskId", "c1", "ResponseCode", "rc"))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for _, f := range requests {
		if w := r.send(f); w.Code != http.StatusOK || w.Body.Len() == 0 {
			b.Fatalf("answered %d", w.Code)
		}
	}
}
