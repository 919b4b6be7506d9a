package app_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount"
	accountconfig "github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/oa"
	"fanzha/bot/wechat/token"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/config"
	"fanzha/handlers/callback"
)

const (
	oaPeople = 20_000
	oaConns  = 512
	oaRounds = 5
	oaSlice  = 5_000
	oaPath   = "/callback/oa"
)

// BenchmarkCallback measures callbacks of a service account a second, over
// loopback from 512 connections: ours from the sealed 签到 to the check-in on disk
// and the sealed receipt, beside the common library's server with a handler
// that does nothing but say a word. Each server is a process of its own and has
// one core, the same; the platform has the others, so that neither what it takes of
// a callback nor the other one's garbage counts for a server. The two take turns,
// five thousand callbacks each, so that what else the machine does strikes both;
// after a round that does not count, the medians of five are reported: both rates,
// how many times as many ours are within one round, and how much more processor
// time the library's take, which a machine with other work to do tells better.
// Run it with -benchtime=1x.
func BenchmarkCallback(b *testing.B) {
	account := benchAccount(b)
	ours, theirs := startSide(b, "ours"), startSide(b, "library")
	keepTo(b, allButOne)
	var we, they, times, cpu []float64
	for range b.N {
		for round := range 1 + oaRounds {
			ours.ask(b, "open")
			ours.shots, theirs.shots = shots{}, shots{}
			for requests := range slices.Chunk(callbacks(b, account), oaSlice) {
				theirs.shoot(b, requests)
				ours.shoot(b, requests)
			}
			ours.ask(b, "check")
			if round > 0 {
				they, we = append(they, theirs.rate()), append(we, ours.rate())
				times, cpu = append(times, ours.rate()/theirs.rate()), append(cpu, float64(theirs.each())/float64(ours.each()))
			}
			b.Logf("round %d: ours %.0f/s, %v of processor time each; the library's %.0f/s, %v", round, ours.rate(), ours.each(), theirs.rate(), theirs.each())
		}
	}
	b.ReportMetric(middle(we), "ours/s")
	b.ReportMetric(middle(they), "library/s")
	b.ReportMetric(middle(times), "ratio")
	b.ReportMetric(middle(cpu), "cpu-ratio")
	b.ReportMetric(0, "ns/op")
}

// middle returns the median.
func middle(all []float64) float64 { return slices.Sorted(slices.Values(all))[len(all)/2] }

// An official is the program with the people of the county, who have all said who
// they are to its service account.
type official struct {
	*app.App
	mux    http.Handler
	groups []bot.Unit
	rounds int
}

func openOfficial(b *testing.B, account *wechattest.OfficialAccount) *official {
	b.Helper()
	app.CollectLess() // as fanzha serve does
	cfg := config.Default()
	cfg.Data.Dir, cfg.WeCom.BotID, cfg.WeCom.Secret = b.TempDir(), "aibBench", config.NewSecret("bench")
	a, err := app.New(b.Context(), cfg, app.Deps{Offline: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := a.Close(); err != nil {
			b.Error(err)
		}
	})
	client, err := wechat.NewClient(wechat.ClientConfig{})
	if err != nil {
		b.Fatal(err)
	}
	channel, err := oa.New(oa.Config{AppID: account.AppID, CallbackToken: wechat.Secret(account.Token), AESKey: wechat.Secret(account.AESKey),
		Client: client, Tokens: token.New(token.Config{Name: account.AppID, On: wechat.Official})})
	if err != nil {
		b.Fatal(err)
	}
	mux, err := callback.New(callback.Config{Routes: map[string]http.Handler{oaPath: channel.Serve(a.Bot)},
		Clock: bot.SystemClock{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	c := &official{App: a, mux: mux}
	c.populate(b)
	return c
}

// do writes payloads.
func (c *official) do(b *testing.B, out []bot.Payload) {
	b.Helper()
	if _, err := c.Book.Do(b.Context(), func(*book.State, time.Time) ([]bot.Payload, error) { return out, nil }); err != nil {
		b.Fatal(err)
	}
}

func benchPerson(i int) string { return fmt.Sprintf("oBench_%022d", i) }

// populate gives each unit a WeChat group and its share of the people.
func (c *official) populate(b *testing.B) {
	b.Helper()
	var err error
	if c.groups, err = config.Units(); err != nil {
		b.Fatal(err)
	}
	var out []bot.Payload
	for i, u := range c.groups {
		out = append(out, &bot.GroupBound{Group: bot.GroupID(fmt.Sprintf("g%04d", i+1)), Unit: u.ID, Operator: "ban",
			Chat: bot.Chat{Channel: bot.ViaForward, Kind: bot.GroupChat, ID: string(u.ID) + "/群"}})
	}
	for i := range oaPeople {
		m, u := bot.MemberID(fmt.Sprintf("m%05d", i+1)), c.groups[i%len(c.groups)].ID
		who := bot.Actor{Person: bot.PersonID("oa:" + benchPerson(i))}
		named := who
		named.Name = "张" + string(rune('一'+i%5000)) + string(rune('一'+i/5000))
		out = append(out, &bot.MemberMet{Member: m, Unit: u, Private: who}, &bot.MemberNamed{Member: m, Unit: u, Private: named})
		if len(out) > 1000 {
			c.do(b, out)
			out = nil
		}
	}
	c.do(b, out)
}

// open opens one more session in every group.
func (c *official) open(b *testing.B) {
	b.Helper()
	c.rounds++
	var out []bot.Payload
	for i, u := range c.groups {
		out = append(out, &bot.SessionOpened{Session: bot.SessionID(fmt.Sprintf("S%06d", c.rounds*1000+i)), Push: bot.PushID(fmt.Sprintf("P%04d", c.rounds)),
			Group: bot.GroupID(fmt.Sprintf("g%04d", i+1)), Unit: u.ID, Title: "刷单返利", DueAt: time.Now().Add(24 * time.Hour), EndsAt: time.Now().Add(48 * time.Hour)})
	}
	c.do(b, out)
}

// wantCheckIns fails unless everybody has checked in at every session so far.
func (c *official) wantCheckIns(b *testing.B) {
	b.Helper()
	present := 0
	err := c.Book.View(b.Context(), func(s *book.State, _ time.Time) error {
		for _, sess := range s.Attendance.Sessions() {
			present += sess.Present()
		}
		return nil
	})
	if err != nil || present != c.rounds*oaPeople {
		b.Fatalf("%d check-ins in the book, want %d (%v)", present, c.rounds*oaPeople, err)
	}
}

// library is the common library's server as its own pages show it.
func library(account *wechattest.OfficialAccount) http.Handler {
	a := officialaccount.NewOfficialAccount(&accountconfig.Config{AppID: account.AppID, AppSecret: account.Secret, Token: account.Token,
		EncodingAESKey: account.AESKey, Cache: cache.NewMemory()})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := a.GetServer(r, w)
		s.SetMessageHandler(func(*message.MixMessage) *message.Reply {
			return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText("已签到")}
		})
		if s.Serve() != nil || s.Send() != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
}

// callbacks are everybody's 签到, as bytes on the wire.
func callbacks(b *testing.B, account *wechattest.OfficialAccount) [][]byte {
	b.Helper()
	out := make([][]byte, oaPeople)
	for i := range out {
		req, err := account.Request(b.Context(), account.Message(benchPerson(i), "text", "Content", "签到"))
		if err != nil {
			b.Fatal(err)
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			b.Fatal(err)
		}
		out[i] = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", req.URL.RequestURI(), len(body), body)
	}
	return out
}
