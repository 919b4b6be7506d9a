package app

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/push"
	"fanzha/bot/wechat"
)

// metrics is what /metrics shows. No label names a person or holds a text.
type metrics struct {
	registry *prometheus.Registry
	intents  *prometheus.CounterVec
	byIntent sync.Map // chat.Intent → prometheus.Counter of intents: the vector's own look-up costs as much as the book's
	answers  *prometheus.CounterVec
	handling prometheus.Histogram
	handled  atomic.Int64
}

func newMetrics(a *App) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		intents:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fanzha_heard_total", Help: "Messages and clicks by what they were taken for."}, []string{"intent"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "fanzha_answers_total", Help: "Calls of a channel by how they ended; code 0 is none, other is one that is in no table.",
		}, []string{"channel", "outcome", "code"}),
		handling: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "fanzha_handling_seconds", Help: "Time from a message or click to its durable record and answer.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 12),
		}),
	}
	reg := prometheus.Registerer(m.registry)
	if a.cfg.Redis.On() { // there may be others beside it in one process
		reg = prometheus.WrapRegistererWith(prometheus.Labels{"county": a.cfg.County.ID}, reg)
	}
	reg.MustRegister(m.intents, m.answers, m.handling)
	gauge := func(name, help string, value func() float64) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	gauge("fanzha_ready", "1 if the program can do its work.", func() float64 {
		if a.Ready() == "" {
			return 1
		}
		return 0
	})
	gauge("fanzha_ledger_entries", "Entries in the ledger.", func() float64 { return float64(a.Book.Size()) })
	for state, help := range map[push.State]string{
		push.Planned: "Deliveries that wait for their time.",
		push.Retry:   "Deliveries that wait for another try.",
		push.Unknown: "Deliveries whose fate a person must settle.",
		push.Handed:  "Deliveries that a person has and is to forward.",
	} {
		gauge("fanzha_deliveries_"+string(state), help, func() float64 { return float64(a.pending(state)) })
	}
	gauge("fanzha_channels_stopped", "Channels that can send nothing until somebody puts something right.", func() float64 {
		return float64(len(a.engine.Trouble()))
	})
	gauge("fanzha_groups_disabled", "Groups that take no messages.", a.disabledGroups)
	gauge("fanzha_calendar_incomplete", "1 if holidays must be typed in by now and are not.", func() float64 {
		if a.calendar.Warning(a.deps.Clock.Now()) != "" {
			return 1
		}
		return 0
	})
	reg.MustRegister(channelCounters{a}, jobCounters{a})
	return m
}

func (m *metrics) heard(i chat.Intent) {
	c, ok := m.byIntent.Load(i)
	if !ok {
		c, _ = m.byIntent.LoadOrStore(i, m.intents.WithLabelValues(string(i)))
	}
	c.(prometheus.Counter).Inc()
}

// note counts what was dealt with since began.
func (m *metrics) note(began time.Time) {
	m.handling.Observe(time.Since(began).Seconds())
	m.handled.Add(1)
}

// answered counts how a call of a channel ended.
func (m *metrics) answered(channel bot.ChannelID, outcome bot.Outcome, code int) {
	label := "other" // whatever a platform makes up, the labels are bounded
	if code == 0 || wechat.Listed(code) {
		label = strconv.Itoa(code)
	}
	m.answers.WithLabelValues(string(channel), string(outcome), label).Inc()
}

// timed measures what h does.
func (m *metrics) timed(h bot.Handler) bot.Handler { return timedHandler{h, m} }

type timedHandler struct {
	bot.Handler
	m *metrics
}

func (t timedHandler) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	defer t.m.note(time.Now())
	return t.Handler.Handle(ctx, in)
}

// Begin implements [bot.Beginner].
func (t timedHandler) Begin(ctx context.Context, in bot.Inbound) bot.Begun {
	h, ok := t.Handler.(bot.Beginner)
	if !ok {
		return nil
	}
	began := time.Now()
	begun := h.Begin(ctx, in)
	if begun == nil {
		return nil
	}
	return timedBegun{begun, t.m, began}
}

type timedBegun struct {
	bot.Begun
	m     *metrics
	began time.Time
}

// Answer implements [bot.Begun].
func (t timedBegun) Answer() (bot.Answer, error) {
	defer t.m.note(t.began)
	return t.Begun.Answer()
}

// Handled returns how many messages, clicks and arrivals have been dealt with.
func (a *App) Handled() int64 { return a.metrics.handled.Load() }

// viewTimeout bounds how long a scrape waits for the book.
const viewTimeout = 2 * time.Second

func (a *App) pending(state push.State) (n int) {
	a.look(func(s *book.State) { n = len(s.Outbox.Pending(state)) })
	return n
}

func (a *App) disabledGroups() (n float64) {
	a.look(func(s *book.State) {
		for _, g := range s.Directory.Groups() {
			if g.DisabledCode != 0 {
				n++
			}
		}
	})
	return n
}

// look reads the state for a figure that is only shown: if the book has
// stopped the figure stays zero, and readiness says why.
func (a *App) look(read func(*book.State)) {
	ctx, cancel := context.WithTimeout(context.Background(), viewTimeout)
	defer cancel()
	_ = a.Book.View(ctx, func(s *book.State, _ time.Time) error {
		read(s)
		return nil
	})
}

// channelCounters turns the channel's counters into metrics, one a field.
type channelCounters struct{ app *App }

func (c channelCounters) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(c, ch) }

func (c channelCounters) Collect(ch chan<- prometheus.Metric) {
	if c.app.Channel == nil {
		return // in callback mode
	}
	v := reflect.ValueOf(c.app.Channel.Counters())
	for i := range v.NumField() {
		name := "fanzha_channel_" + snake(v.Type().Field(i).Name) + "_total"
		desc := prometheus.NewDesc(name, "See Counters of package aibot.", nil, nil)
		ch <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(v.Field(i).Uint()))
	}
}

// snake turns BadFrames into bad_frames.
func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// notices lists in Chinese what an operator should know, though the program works.
func (a *App) notices() (out []string) {
	trouble := a.trouble()
	for _, id := range slices.Sorted(maps.Keys(trouble)) {
		out = append(out, fmt.Sprintf("%s：%s", id.Chinese(), trouble[id]))
	}
	if warning := a.calendar.Warning(a.deps.Clock.Now()); warning != "" {
		out = append(out, warning)
	}
	a.look(func(s *book.State) {
		// For a month: until the reports that it concerns have been read.
		if r := s.Running.Last(); r != nil && a.deps.Clock.Now().Before(r.At.AddDate(0, 1, 0)) {
			out = append(out, fmt.Sprintf("%s 存储发生过回退，少了 %d 条已答复的记录，已原样补回；请查明原因", r.At.In(bot.Zone).Format("1月2日 15:04"), r.Held-r.Found))
		}
	})
	return out
}

// Signals serves /healthz (the process lives), /readyz (it can do its work, else
// 503 and why) and /metrics.
func (a *App) Signals() http.Handler {
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, why string) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if why != "" {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(why + "\n"))
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if a.Book.Err() != nil {
			answer(w, "台账已停止写入")
			return
		}
		answer(w, "")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, a.Ready())
		for _, notice := range a.notices() {
			_, _ = w.Write([]byte("注意：" + notice + "\n"))
		}
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{}))
	return mux
}
