package shared_test

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/bot/shared"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/token"
)

// account is whose token it is.
const account = "wwcorp/1000002"

// A platform hands out T1, T2, … and counts.
type platform struct{ fetches atomic.Int64 }

func (p *platform) source(context.Context, wechat.Secret) (token.Token, error) {
	n := p.fetches.Add(1)
	return token.Token{Value: wechat.Secret(fmt.Sprintf("T%d", n)), Life: 2 * time.Hour}, nil
}

// process is the handle of a process of its own.
func (p *platform) process(t *testing.T, c goredis.UniversalClient, log *slog.Logger) *token.Handle {
	h := token.New(token.Config{Name: account, On: wechat.WeCom, Source: p.source, Clock: bot.SystemClock{}, Log: log,
		Store: shared.NewTokens(c, "t", bot.SystemClock{})})
	t.Cleanup(h.Close)
	return h
}

func gets(t *testing.T, h *token.Handle, want string) {
	t.Helper()
	if got, err := h.GetAccessTokenContext(patient(t)); err != nil || got != want {
		t.Errorf("token %q, %v, want %s", got, err, want)
	}
}

func TestEightColdProcessesFetchOnce(t *testing.T) {
	each(t, func(t *testing.T, dial func(*testing.T) goredis.UniversalClient) {
		p := new(platform)
		var handles []*token.Handle
		for range 8 {
			handles = append(handles, p.process(t, dial(t), slog.New(slog.DiscardHandler)))
		}
		var wg sync.WaitGroup
		for _, h := range handles {
			wg.Go(func() { gets(t, h, "T1") })
		}
		wg.Wait()
		for _, h := range handles { // spent before its time: one renews it for all
			h.Invalidate("T1")
			gets(t, h, "T2")
		}
		if n := p.fetches.Load(); n != 2 {
			t.Errorf("%d fetches, want one for all and one renewal", n)
		}
	})
}

// Away means that the server is gone, or that it takes connections and never
// answers.
func TestWithoutRedisEachProcessGoesOnAlone(t *testing.T) {
	for name, leave := range map[string]func(*redistest.Node){"gone": (*redistest.Node).Kill, "hangs": (*redistest.Node).Stop} {
		t.Run(name, func(t *testing.T) {
			n, p, j := redistest.Single(t), new(platform), new(journal)
			warm, cold := p.process(t, dial(t, n.Addr), j.log()), p.process(t, dial(t, n.Addr), j.log())
			gets(t, warm, "T1")
			leave(n)
			gets(t, warm, "T1")
			gets(t, cold, "T2")
			warm.Invalidate("T1")
			gets(t, warm, "T3")
			// The time of day has a T and digits too.
			log := regexp.MustCompile(`time=\S+`).ReplaceAllString(j.String(), "")
			if !strings.Contains(log, "reading the shared access token failed") || strings.Contains(log, "T2") {
				t.Errorf("log: %s", log)
			}
		})
	}
}

func TestATokenIsKeptForAsLongAsItHolds(t *testing.T) {
	each(t, func(t *testing.T, dial func(*testing.T) goredis.UniversalClient) {
		ctx, c := patient(t), dial(t)
		now := &clock{now: time.Now()}
		s := shared.NewTokens(c, "t", now)
		if got, err := s.Get(ctx, account); err != nil || got != (token.Token{}) {
			t.Errorf("before: %+v, %v", got, err)
		}
		want := token.Token{Value: "T/+=<\"", ExpiresAt: time.UnixMilli(now.Now().Add(time.Hour).UnixMilli()), Life: 2 * time.Hour}
		if err := s.Set(ctx, account, want); err != nil {
			t.Error(err)
		}
		if got, err := s.Get(ctx, account); err != nil || got != want {
			t.Errorf("kept %+v, %v, want %+v", got, err, want)
		}
		if left, err := c.PTTL(ctx, "t:token:"+account).Result(); err != nil || left <= 0 || left > time.Hour {
			t.Errorf("it ends after %v, %v", left, err)
		}
		now.pass(2 * time.Hour)
		if err := s.Set(ctx, "other", want); err != nil {
			t.Error(err)
		}
		if got, err := s.Get(ctx, "other"); err != nil || got.Value != "" {
			t.Errorf("one that has ended is kept: %v", err)
		}
	})
}

func TestALockIsGivenBackByItsHolderOnly(t *testing.T) {
	ctx := patient(t)
	c := dial(t, redistest.Single(t).Addr)
	s := shared.NewTokens(c, "t", bot.SystemClock{})
	holder := func() string { return c.Get(ctx, "t:token-lock:"+account).Val() }
	late, err := s.Lock(ctx, account, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := s.Lock(ctx, account, time.Hour) // as soon as the first has run out
	if err != nil {
		t.Fatal(err)
	}
	held := holder()
	if late(); held == "" || holder() != held {
		t.Errorf("held by %q, then by %q: somebody else has given it back", held, holder())
	}
	ended, end := context.WithCancel(ctx)
	end()
	if _, err := s.Lock(ended, account, time.Hour); err == nil {
		t.Error("two hold the lock")
	}
	if unlock(); holder() != "" {
		t.Error("it was not given back")
	}
	if _, err := s.Lock(ctx, account, time.Hour); err != nil {
		t.Error(err)
	}
}

// The server quotes the command that it does not know, and what is not readable
// may be a token.
func TestErrorsShowNoToken(t *testing.T) {
	const secret = "PLANTED-TOKEN"
	ctx := patient(t)
	c := dial(t, redistest.Single(t, `rename-command SET ""`, `rename-command SETEX put`).Addr)
	s := shared.NewTokens(c, "t", bot.SystemClock{})
	err := s.Set(ctx, account, token.Token{Value: secret, ExpiresAt: time.Now().Add(time.Hour)})
	if err == nil || !strings.Contains(err.Error(), "ERR") || strings.Contains(fmt.Sprintf("%+v %#v", err, err), secret) {
		t.Errorf("Set = %v", err)
	}
	if err := c.Do(ctx, "put", "t:token:"+account, 60, secret).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, account); err == nil || strings.Contains(fmt.Sprintf("%+v %#v", err, err), secret) {
		t.Errorf("Get = %v", err)
	}
}
