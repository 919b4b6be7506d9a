package robot_test

import (
	"runtime"
	"testing"

	"fanzha/bot/wechat"
)

// BenchmarkLoopback sends thirty alerts into each of a thousand groups at once,
// over TCP and by the real clock. The floor is a minute: eighteen go at once,
// the rest when the first minute is over.
func BenchmarkLoopback(b *testing.B) {
	const groups, alerts = 1000, 30
	for b.Loop() {
		r := newRig(b, groups)
		at, err := r.p.Serve(b.Context(), "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		r.over(wechat.ClientConfig{Redirect: map[string]string{wechat.HostWeCom: at.Page}})
		flood(b, r, groups, alerts)
		if got := r.p.WebRefused(45009); got != 0 {
			b.Errorf("the platform had to brake %d times", got)
		}
		if got := len(r.p.Deliveries()); got != groups*alerts {
			b.Errorf("%d were delivered, want %d", got, groups*alerts)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.Sys)/(1<<20), "MB")
		r.close()
	}
}
