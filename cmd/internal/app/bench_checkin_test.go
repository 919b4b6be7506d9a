package app_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

const (
	benchPeople = 20_000
	// benchAtOnce is how many clicks are under way: well below what the channel
	// takes before it makes the platform wait.
	benchAtOnce = 1024
)

// BenchmarkCheckIn measures whole check-ins a second: the click's frame, the
// decision, the entry on disk, the new card, and the platform's acknowledgement
// of that; over loopback, with the simulated platform in the same process.
// durable/s counts up to the entry on disk, acked/s to the end. The floor is the
// same clicks over the same connection to a handler that does nothing. On Redis
// it is the same with the ledger in a real one on this machine.
func BenchmarkCheckIn(b *testing.B) {
	b.Run("whole", func(b *testing.B) { benchWhole(b, app.Deps{}) })
	b.Run("redis", func(b *testing.B) {
		s, key := benchConnect(b, redistest.Single(b)), benchKey(b)
		hold, err := s.Acquire(b.Context(), "x", redis.Holder{ID: "bench"}, 6*time.Second)
		if err != nil {
			b.Fatal(err)
		}
		benchWhole(b, app.Deps{Ledger: s.Ledger("x", hold), Key: key, Term: hold})
	})
	b.Run("floor", benchFrames)
}

// A crowd is the people of the county with cards before them.
type crowd struct {
	*demo.World
	cfg    config.File
	clicks []clickAct // more than one session if there are more clicks than people
}

type clickAct struct{ chat, person, card string }

// click has n people press their buttons, and calls wait before each stretch of
// them.
func (c *crowd) click(b *testing.B, n int, wait func(issued int)) {
	const stretch = 256
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				from := int(next.Add(stretch)) - stretch
				if from >= n {
					return
				}
				wait(from)
				for _, a := range c.clicks[from:min(from+stretch, n)] {
					if _, err := c.Platform.Click(a.chat, a.person, a.card, bot.CheckInButton); err != nil {
						b.Error(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
}

func benchWhole(b *testing.B, deps app.Deps) {
	c, a, stop := openCrowd(b, deps)
	defer stop()
	before, cards := a.Handled(), a.Channel.Counters()
	handled := func() int { return int(a.Handled() - before) }
	b.ResetTimer()
	began, cpu := time.Now(), cpuTime(b)
	c.click(b, b.N, func(issued int) {
		awaitBench(b, c.Platform, func() bool { return issued-handled() < benchAtOnce })
	})
	awaitBench(b, c.Platform, func() bool { return handled() >= b.N })
	durable := time.Since(began)
	answered := func() (acked, rest int) {
		n := a.Channel.Counters()
		return int(n.Cards - cards.Cards), int(n.CardsSkipped - cards.CardsSkipped + n.CardsFailed - cards.CardsFailed)
	}
	awaitBench(b, c.Platform, func() bool {
		acked, rest := answered()
		return acked+rest >= b.N
	})
	whole := time.Since(began)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/durable.Seconds(), "durable/s")
	acked, rest := answered()
	b.ReportMetric(float64(acked)/whole.Seconds(), "acked/s")
	b.ReportMetric(float64(rest), "unanswered")
	b.ReportMetric(float64(cpuTime(b)-cpu)/float64(b.N), "cpu-ns/op")
	present := 0
	if err := a.Book.View(b.Context(), func(s *book.State, _ time.Time) error {
		for _, sess := range s.Attendance.Sessions() {
			present += sess.Present()
		}
		return nil
	}); err != nil || present != b.N {
		b.Errorf("%d check-ins in the book after %d clicks (%v)", present, b.N, err)
	}
}

// awaitBench waits for ok, which may also come true without a change of the
// platform.
func awaitBench(b *testing.B, p *wechattest.Platform, ok func() bool) {
	for !ok() {
		ctx, cancel := context.WithTimeout(b.Context(), time.Millisecond)
		_ = p.Await(ctx, ok)
		cancel()
	}
}

// openCrowd runs the program on a file and loopback, with cards enough for
// b.N check-ins before the people.
func openCrowd(b *testing.B, deps app.Deps) (*crowd, *app.App, func()) {
	p := wechattest.New(wechattest.Options{Seed: 1, PerMinute: -1, PerHour: -1})
	b.Cleanup(p.Close)
	w, err := demo.NewWorld(p, benchPeople, 1)
	if err != nil {
		b.Fatal(err)
	}
	addr, err := p.Serve(b.Context(), "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	cfg := w.Config(addr.WS, b.TempDir())
	cfg.Push.QuietHours.From, cfg.Push.QuietHours.To, cfg.Push.PerMonth = "00:00", "00:00", 31
	deps.Pace, deps.Budget = time.Microsecond, 1<<30
	a, err := app.New(b.Context(), cfg, deps)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	awaitBench(b, p, func() bool { return p.Connected(cfg.WeCom.BotID) })
	if err := w.Bind(ctx, a); err != nil {
		b.Fatal(err)
	}
	awaitBench(b, p, func() bool { return int(a.Handled()) >= len(w.Units) })
	c := &crowd{World: w, cfg: cfg}
	for i := 0; len(c.clicks) < b.N; i++ {
		c.cards(b, a, i)
	}
	return c, a, func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
		if err := a.Close(); err != nil {
			b.Error(err)
		}
	}
}

// cards pushes the i-th alert and adds everybody's click on its card, group by
// group in turn, as people come in.
func (c *crowd) cards(b *testing.B, a *app.App, i int) {
	id, err := c.Publish(b.Context(), a, draft(fmt.Sprintf("骗术%d", i)))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := a.Tell(b.Context(), demo.Approver, "推送 "+string(id)); err != nil {
		b.Fatal(err)
	}
	awaitBench(b, c.Platform, func() bool { return len(c.Platform.Deliveries()) == (i+1)*len(c.Units) })
	card := make(map[bot.UnitID]string)
	for _, u := range c.Units {
		card[u.ID] = c.Card(u.ID)
	}
	for n := range benchPeople / len(c.Units) {
		for _, u := range c.Units {
			c.clicks = append(c.clicks, clickAct{c.Groups[u.ID], c.People[u.ID][n].UserID, card[u.ID]})
		}
	}
}

// cpuTime is the processor time of the whole process, which other programs on
// the machine do not disturb.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A deaf handler hears everything and says nothing.
type deaf struct{ heard atomic.Int64 }

func (d *deaf) Handle(context.Context, bot.Inbound) (bot.Answer, error) {
	d.heard.Add(1)
	return bot.Answer{}, nil
}

func benchFrames(b *testing.B) {
	c, _, stop := openCrowd(b, app.Deps{})
	stop() // the cards stay with the people
	client, err := aibot.New(aibot.Config{BotID: c.cfg.WeCom.BotID, Secret: aibot.Secret(c.cfg.WeCom.Secret.Reveal()), Name: c.cfg.WeCom.BotName, URL: c.cfg.WeCom.URL})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	h := new(deaf)
	go func() { ended <- client.Run(ctx, h) }()
	awaitBench(b, c.Platform, func() bool { return c.Platform.Connected(c.cfg.WeCom.BotID) })
	heard := func() int { return int(h.heard.Load()) }
	b.ResetTimer()
	began := time.Now()
	c.click(b, b.N, func(issued int) {
		awaitBench(b, c.Platform, func() bool { return issued-heard() < benchAtOnce })
	})
	awaitBench(b, c.Platform, func() bool { return heard() >= b.N })
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "frames/s")
	b.StopTimer()
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
