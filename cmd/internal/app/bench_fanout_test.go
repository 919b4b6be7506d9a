package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/sqlite"
	"fanzha/bot/push"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/robot"
)

// BenchmarkFanOut pushes one alert into ten thousand groups through the book, the
// embedded ledger, the engine and the webhooks' channel, over TCP on the loopback
// and by the real clock. The platform is a process of its own, as in life, and
// answers each message after a while; the floor is what it must take with two
// hundred under way at a time. It reports how many times the floor the sending took,
// from the first to the last outcome on disk; the same by the time after which the
// platform really answered, for its timers are late; how long the planning of the ten
// thousand before it; and the memory taken from the system.
func BenchmarkFanOut(b *testing.B) {
	for _, answers := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond} {
		b.Run(fmt.Sprintf("answers=%v", answers), func(b *testing.B) {
			const groups, atOnce = 10_000, 200
			for b.Loop() {
				b.StopTimer()
				f := newFanOut(b, groups, atOnce, answers)
				b.StartTimer()
				planning, took, late := f.push(groups)
				b.StopTimer()
				floor := answers * groups / atOnce
				b.ReportMetric(took.Seconds()/floor.Seconds(), "x-floor")
				b.ReportMetric(took.Seconds()/(floor+late/atOnce).Seconds(), "x-real-floor")
				b.ReportMetric(planning.Seconds(), "planning-s")
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.Sys)/(1<<20), "MB")
				f.close()
				b.StartTimer()
			}
		})
	}
}

// A fanOut is a county of many groups with a webhook each.
type fanOut struct {
	b      *testing.B
	book   *book.Book
	ledger ledger.Ledger
	engine *push.Engine
	rules  push.Rules
	web    *wechat.Client
	// got has one byte for each message that the platform has answered: how many
	// lateUnits it was late.
	got io.ReadCloser
}

func newFanOut(b *testing.B, groups, atOnce int, answers time.Duration) *fanOut {
	f := &fanOut{b: b, rules: push.Rules{OnTime: 72 * time.Hour, PerMonth: 8, FallbackAfter: 30 * time.Minute}}
	CollectLess() // as fanzha serve does
	platform := f.startPlatform(answers)
	f.open()
	keys := make(map[string]wechat.Secret)
	var out []bot.Payload
	for i := range groups {
		name := fmt.Sprintf("w%05d", i)
		keys[name] = wechat.Secret(fmt.Sprintf("11111111-2222-3333-4444-%012d", i))
		out = append(out, &bot.GroupBound{
			Group: bot.GroupID(fmt.Sprintf("g%05d", i+1)), Unit: "jiaoke", Operator: "ban", Chat: bot.Chat{Channel: bot.ViaRobot, Kind: bot.GroupChat, ID: name},
		})
	}
	f.do(func(*book.State, time.Time) ([]bot.Payload, error) { return out, nil })
	web, err := wechat.NewClient(wechat.ClientConfig{PerHost: atOnce, Redirect: map[string]string{wechat.HostWeCom: platform}})
	if err != nil {
		b.Fatal(err)
	}
	robots, err := robot.New(robot.Config{Channel: bot.ViaRobot, Robots: keys, Client: web})
	if err != nil {
		b.Fatal(err)
	}
	f.web = web
	f.engine = &push.Engine{
		Desk: &desk{book: f.book, botName: "反诈助手"}, Rules: f.rules, Clock: bot.SystemClock{}, Log: slog.New(slog.DiscardHandler),
		Channels: map[bot.ChannelID]push.Channel{bot.ViaRobot: {Sender: robots, AtOnce: atOnce}},
	}
	return f
}

// startPlatform starts the platform and returns its address.
func (f *fanOut) startPlatform(answers time.Duration) string {
	f.b.Helper()
	cmd := exec.CommandContext(f.b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), platformAnswers+"="+answers.String())
	var err error
	if f.got, err = cmd.StdoutPipe(); err != nil {
		f.b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		f.b.Fatal(err)
	}
	f.b.Cleanup(func() { _ = cmd.Wait() }) // the benchmark's context has ended it
	said := make([]byte, len("127.0.0.1:00000"))
	if _, err := io.ReadFull(f.got, said); err != nil {
		f.b.Fatal(err)
	}
	return "http://" + strings.TrimSpace(string(said))
}

// platformAnswers makes this binary the platform of [BenchmarkFanOut] and says
// after how long it answers.
const platformAnswers = "FANZHA_BENCH_PLATFORM_ANSWERS"

func TestMain(m *testing.M) {
	answers, err := time.ParseDuration(os.Getenv(platformAnswers))
	if err != nil {
		os.Exit(m.Run())
	}
	if err := platform(answers, os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// lateUnit is what the platform measures its own delays in.
const lateUnit = 50 * time.Microsecond

// platform says its address, then answers every message after a while, and says by
// a byte how late it was, until it is killed.
func platform(answers time.Duration, out io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%-15s", l.Addr()); err != nil {
		return err
	}
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		if (bot.SystemClock{}).Sleep(r.Context(), answers) != nil {
			return
		}
		late := min((time.Since(began)-answers)/lateUnit, 255)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"errcode":0,"errmsg":"ok"}`))
		_, _ = out.Write([]byte{byte(late)})
	}))
}

// open opens a book on a ledger of its own.
func (f *fanOut) open() {
	dir := f.b.TempDir()
	key, err := ledger.OpenKey(filepath.Join(dir, "key"), "fanzha/test", rand.Reader)
	if err != nil {
		f.b.Fatal(err)
	}
	if f.ledger, err = sqlite.Open(f.b.Context(), filepath.Join(dir, "ledger.db")); err != nil {
		f.b.Fatal(err)
	}
	if f.book, err = book.Open(f.b.Context(), book.Options{Ledger: f.ledger, Key: key, Now: time.Now, Salt: rand.Reader}); err != nil {
		f.b.Fatal(err)
	}
	f.do(func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		out, err := s.Directory.Found("乡宁县", key.Public())
		return append(out, &bot.UnitRegistered{Unit: bot.Unit{ID: "jiaoke", Short: "教科局"}}), err
	})
}

func (f *fanOut) do(decide book.Decide) {
	f.b.Helper()
	if _, err := f.book.Do(f.b.Context(), decide); err != nil {
		f.b.Fatal(err)
	}
}

// push brings one alert to every group, from its release to the last answer. Late is
// how late the platform answered all of them, added up.
func (f *fanOut) push(groups int) (planning, took, late time.Duration) {
	began := time.Now()
	content := bot.Content{
		Category: "诈骗预警", Topic: "刷单返利", Technique: "先返小利，再要大额垫资。", Countermeasures: "刷单就是诈骗，不垫资。", Source: "县公安局", SourceOn: "2026-11-20",
	}
	f.do(func(s *book.State, now time.Time) ([]bot.Payload, error) {
		return []bot.Payload{
			&bot.AlertDrafted{Alert: "A0001", Content: content, Hash: content.Hash(), By: "lin"},
			&bot.AlertVerified{Alert: "A0001", Hash: content.Hash(), By: "shi"},
			&bot.AlertApproved{Alert: "A0001", Hash: content.Hash(), By: "ban"},
			&bot.PushPlanned{Push: "P0001", Alert: "A0001", Hash: content.Hash(), DueAt: now, By: "ban"},
		}, nil
	})
	f.do(func(s *book.State, now time.Time) ([]bot.Payload, error) {
		return s.Outbox.Release(targets(s), now, f.rules), nil
	})
	planning, began = time.Since(began), time.Now()
	ctx, cancel := context.WithCancel(f.b.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.engine.Run(ctx) }()
	delays := make([]byte, groups)
	if _, err := io.ReadFull(f.got, delays); err != nil {
		f.b.Fatal(err)
	}
	for _, d := range delays {
		late += time.Duration(d) * lateUnit
	}
	cancel() // the last outcomes are written before Run returns
	if err := <-ended; err != nil {
		f.b.Fatal(err)
	}
	took = time.Since(began)
	f.do(func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		sent := 0
		for _, d := range s.Outbox.Deliveries() {
			if d.State == push.Sent && d.Channel == bot.ViaRobot {
				sent++
			}
		}
		if sent != groups {
			f.b.Errorf("%d sent, want %d", sent, groups)
		}
		return nil, nil
	})
	return planning, took, late
}

func (f *fanOut) close() {
	f.web.Close()
	if err := f.book.Close(); err != nil {
		f.b.Error(err)
	}
	if err := f.ledger.Close(); err != nil {
		f.b.Error(err)
	}
}
