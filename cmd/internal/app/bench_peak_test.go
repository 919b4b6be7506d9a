package app_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/cmd/internal/app"
	"fanzha/config"
)

const (
	peakCounties = 50
	peakIdle     = 5 * time.Second
)

// BenchmarkPeak runs two processes with fifty counties, each the warm standby of
// what the other one leads, on one Redis. First they rest, then b.N check-ins come
// as in the heaviest minute, whether the ones before them are done or not: try
// -benchtime 10000x. It reports what a resting county and a check-in cost the two
// processes together and Redis, and how long a check-in waited. The platform is
// away.
func BenchmarkPeak(b *testing.B) {
	node := redistest.Single(b)
	books := openPair(b, node)
	for _, perCounty := range []float64{checkInsASecond(meanMembers), checkInsASecond(mostMembers)} {
		b.Run(fmt.Sprintf("rate=%.0f", perCounty), func(b *testing.B) { benchPeak(b, node, books, perCounty) })
	}
}

func benchPeak(b *testing.B, node *redistest.Node, books []*book.Book, perCounty float64) {
	rest := readMeter(b, node)
	_ = bot.SystemClock{}.Sleep(b.Context(), peakIdle)
	resting := readMeter(b, node).since(rest)
	b.ResetTimer()
	busy := readMeter(b, node)
	waits := come(b, books, perCounty)
	b.StopTimer()
	used := readMeter(b, node).since(busy)
	// What rests costs while others come, too.
	share := b.Elapsed().Seconds() / peakIdle.Seconds()
	n := float64(b.N)
	b.ReportMetric(float64(resting.cpu)/peakIdle.Seconds()/peakCounties, "rest-cpu-ns/s")
	b.ReportMetric(float64(resting.redis)/peakIdle.Seconds()/peakCounties, "rest-redis-ns/s")
	b.ReportMetric(float64(resting.commands)/peakIdle.Seconds()/peakCounties, "rest-commands/s")
	b.ReportMetric((float64(used.cpu)-share*float64(resting.cpu))/n, "cpu-ns/op")
	b.ReportMetric((float64(used.redis)-share*float64(resting.redis))/n, "redis-ns/op")
	b.ReportMetric((float64(used.commands)-share*float64(resting.commands))/n, "commands/op")
	b.ReportMetric((float64(used.in+used.out)-share*float64(resting.in+resting.out))/n, "net-B/op")
	b.ReportMetric(n/b.Elapsed().Seconds(), "appends/s")
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1e3, "p50-ms")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1e3, "p99-ms")
}

// come lets b.N check-ins come to the books in turn, and returns how long each
// one waited, from the moment at which it was due.
func come(b *testing.B, books []*book.Book, perCounty float64) []time.Duration {
	waits := make([]time.Duration, b.N)
	every := time.Duration(float64(time.Second) / perCounty / float64(len(books)))
	began := time.Now()
	var wg sync.WaitGroup
	var failed sync.Once
	for i := range b.N {
		due := began.Add(time.Duration(i) * every)
		if left := time.Until(due); left > 0 {
			_ = bot.SystemClock{}.Sleep(b.Context(), left)
		}
		wg.Go(func() {
			if _, err := books[i%len(books)].Do(context.Background(), func(*book.State, time.Time) ([]bot.Payload, error) {
				return []bot.Payload{checkIn(int64(i))}, nil
			}); err != nil {
				failed.Do(func() { b.Error(err) })
			}
			waits[i] = time.Since(due)
		})
	}
	wg.Wait()
	return waits
}

// openPair runs two processes until each leads what falls to it, and returns the
// books of all counties.
func openPair(b *testing.B, node *redistest.Node) []*book.Book {
	dir := b.TempDir()
	first, second := peakConfigs(b, node, dir, "one"), peakConfigs(b, node, dir, "two")
	hosts := []*app.Host{runHost(b, first), runHost(b, second)}
	var books []*book.Book
	redistest.Eventually(b, "both lead what falls to them", func() bool {
		books = books[:0]
		for _, h := range hosts {
			led := h.Leading()
			for _, a := range led {
				books = append(books, a.Book)
			}
			if len(led) == 0 {
				return false
			}
		}
		return len(books) == peakCounties
	})
	return books
}

func runHost(b *testing.B, counties []config.File) *app.Host {
	away := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("away") })}
	h, err := app.NewHost(b.Context(), counties, app.Deps{HTTPClient: away, Web: away.Transport, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, h.Close()); err != nil {
			b.Error(err)
		}
	})
	return h
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// peakConfigs returns what a process is told of its counties. All have one key.
func peakConfigs(b *testing.B, node *redistest.Node, dir, process string) []config.File {
	var out []config.File
	for i := range peakCounties {
		cfg := config.Default()
		cfg.County.ID, cfg.County.Name = fmt.Sprintf("county-%02d", i), "乡宁县"
		cfg.WeCom = config.WeCom{BotID: "aib", Secret: config.NewSecret("secret"), BotName: "反诈助手", URL: "ws://away/"}
		cfg.Redis.URL, cfg.Redis.AcceptWeak, cfg.Redis.ArchiveDir = node.URL(), true, dir+"/"+process
		cfg.Process.ID, cfg.Callback.Addr = process, ""
		cfg.Data.Dir = fmt.Sprintf("%s/%s-%d", dir, process, i)
		if err := os.MkdirAll(cfg.Data.Dir, 0o700); err != nil {
			b.Fatal(err)
		}
		if _, err := ledger.OpenKey(dir+"/key", "fanzha/乡宁县", rand.Reader); err != nil {
			b.Fatal(err)
		}
		if err := os.Link(dir+"/key", cfg.Data.Key()); err != nil {
			b.Fatal(err)
		}
		out = append(out, cfg)
	}
	return out
}
