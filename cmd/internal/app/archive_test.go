package app_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
)

// Of a county with entries from three months ago, those that a checkpoint had been
// shown of before last month leave Redis for files of both processes. The office
// notices nothing, and a process that has its files can start anew.
func TestClosedMonthsMoveToFiles(t *testing.T) {
	t.Parallel()
	server := redistest.Single(t)
	f := newFleet(t, server.URL())
	cfg := f.config("one")
	closed := f.history(cfg.County.Name, cfg.Data.Key(), cfg.County.ID)
	f.share("one", "two")
	start := func(id string) *process {
		cfg := f.config(id)
		cfg.Redis.ArchiveDir = filepath.Join(f.dirs[id], "archive")
		return f.start(id, cfg)
	}
	start("one").says(t, "：主持")
	start("two").says(t, "备用")
	left := func() string { return server.Do("HGET", "fanzha:{xiangning}:head", "base") }
	redistest.Eventually(t, "what is closed leaves Redis", func() bool { return left() == closed })
	for _, id := range []string{"one", "two"} {
		files, err := os.ReadDir(filepath.Join(f.dirs[id], "archive"))
		if err != nil || len(files) == 0 {
			t.Errorf("%s has no file: %v", id, err)
		}
	}
	f.end("one")
	f.running["two"].says(t, "：主持")
	office := app.Dial(filepath.Join(f.dirs["two"], "control.sock"))
	if _, err := office.Tell(t.Context(), demo.Approver, "本月"); err != nil {
		t.Error(err)
	}
	f.end("two")
	start("one").says(t, "：主持")
}

// history writes a county's entries of three months ago, with a checkpoint that was
// shown then, and returns how many entries that one covers.
func (f *fleet) history(county, keyFile, id string) string {
	f.Helper()
	server, err := redis.Connect(f.Context(), redis.Config{URL: f.url, AcceptWeak: true})
	if err != nil {
		f.Fatal(err)
	}
	defer server.Close()
	hold, err := server.Acquire(f.Context(), id, redis.Holder{ID: "history"}, time.Second)
	if err != nil {
		f.Fatal(err)
	}
	key, err := ledger.OpenKey(keyFile, "fanzha/"+county, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	then := time.Now().AddDate(0, -3, 0)
	b, err := book.Open(f.Context(), book.Options{Ledger: server.Ledger(id, hold), Key: key, Now: func() time.Time { return then }, Salt: rand.Reader})
	if err != nil {
		f.Fatal(err)
	}
	size := ""
	for n := range 30 {
		if _, err := b.Do(f.Context(), func(s *book.State, _ time.Time) ([]bot.Payload, error) {
			switch n {
			case 0:
				return s.Directory.Found(county, key.Public())
			case 20:
				size = fmt.Sprint(s.Size())
				return []bot.Payload{s.Checkpoint().Witnessed()}, nil
			}
			return []bot.Payload{&bot.SendingResumed{By: demo.Approver}}, nil
		}); err != nil {
			f.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		f.Fatal(err)
	}
	if err := hold.Release(f.Context()); err != nil {
		f.Fatal(err)
	}
	return size
}
