package token

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/silenceper/wechat/v2/credential"

	"fanzha/bot"
	"fanzha/bot/wechat"
)

var _ credential.AccessTokenContextHandle = (*Handle)(nil)

// A platform hands out T1, T2, … and counts.
type platform struct {
	mu      sync.Mutex
	slow    time.Duration
	fail    error
	life    time.Duration
	fetches int
	refused []wechat.Secret
}

func (p *platform) source(ctx context.Context, refused wechat.Secret) (Token, error) {
	p.mu.Lock()
	p.fetches++
	p.refused = append(p.refused, refused)
	t, slow, err := Token{Value: wechat.Secret(fmt.Sprintf("T%d", p.fetches)), Life: p.life}, p.slow, p.fail
	p.mu.Unlock()
	if err := (bot.SystemClock{}).Sleep(ctx, slow); err != nil {
		return Token{}, err
	}
	if err != nil {
		return Token{}, err
	}
	return t, nil
}

func (p *platform) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fetches
}

func newPlatform() *platform { return &platform{life: 2 * time.Hour} }

func newHandle(t *testing.T, p *platform, change ...func(*Config)) *Handle {
	c := Config{Name: "wwcorp/app", On: wechat.WeCom, Source: p.source, Clock: bot.SystemClock{}, Log: slog.New(slog.DiscardHandler)}
	for _, f := range change {
		f(&c)
	}
	h := New(c)
	t.Cleanup(h.Close)
	return h
}

func mustGet(t *testing.T, h *Handle, want string) {
	t.Helper()
	if got, err := h.GetAccessToken(); got != want || err != nil {
		t.Errorf("token %q, %v, want %q", got, err, want)
	}
}

func TestManyCallersOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		p.slow = time.Second
		h := newHandle(t, p)
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if got, err := h.GetAccessTokenContext(t.Context()); got != "T1" || err != nil {
					t.Errorf("token %q, %v", got, err)
				}
			})
		}
		wg.Wait()
		if n := p.count(); n != 1 {
			t.Errorf("%d fetches for 1000 callers", n)
		}
	})
}

func TestCallerWhoseTimeIsUpLeavesAndTheOthersGetTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		p.slow = 5 * time.Second
		h := newHandle(t, p)
		hasty, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		patient := make(chan string)
		began := time.Now()
		// The hasty one comes first: the fetch must not be bound to it.
		_, err := func() (string, error) {
			go func() {
				synctest.Wait()
				token, err := h.GetAccessTokenContext(t.Context())
				if err != nil {
					t.Error(err)
				}
				patient <- token
			}()
			return h.GetAccessTokenContext(hasty)
		}()
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, wechat.ErrNotSent) || took != 100*time.Millisecond {
			t.Errorf("after %v: %v", took, err)
		}
		if got := <-patient; got != "T1" || p.count() != 1 {
			t.Errorf("the patient caller got %q after %d fetches", got, p.count())
		}
	})
}

func TestRenewedBeforeItEndsWhileTheOldOneServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		h := newHandle(t, p)
		mustGet(t, h, "T1")
		p.slow = 3 * time.Second
		time.Sleep(2*time.Hour - early - time.Second)
		mustGet(t, h, "T1")
		if p.count() != 1 {
			t.Errorf("fetched %d times before it was due", p.count())
		}
		time.Sleep(time.Second)
		mustGet(t, h, "T1") // starts the fetch, does not wait
		mustGet(t, h, "T1")
		time.Sleep(4 * time.Second)
		mustGet(t, h, "T2")
		if p.count() != 2 {
			t.Errorf("%d fetches", p.count())
		}
	})
}

func TestOldTokenServesToItsEndWhenRenewingFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		h := newHandle(t, p)
		mustGet(t, h, "T1")
		p.fail = errors.New("down")
		time.Sleep(2*time.Hour - time.Minute)
		mustGet(t, h, "T1")
		synctest.Wait()
		mustGet(t, h, "T1")
		if h.Fault() == "" {
			t.Error("no fault told")
		}
		time.Sleep(2 * time.Minute)
		if got, err := h.GetAccessToken(); err == nil {
			t.Errorf("served %q after its end", got)
		}
	})
}

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		h := newHandle(t, p)
		mustGet(t, h, "T1")
		// Ten callers find out at about the same time; one of them late.
		for range 9 {
			h.Invalidate("T1")
		}
		mustGet(t, h, "T2")
		h.Invalidate("T1")
		h.Invalidate("")
		mustGet(t, h, "T2")
		if p.count() != 2 || p.refused[1] != "T1" {
			t.Errorf("%d fetches, told of the refused token %q", p.count(), p.refused)
		}
	})
}

func TestPlatformIsNotHammered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		h := newHandle(t, p)
		// Another program ends every token as soon as we have it.
		for range 600 {
			if token, err := h.GetAccessToken(); err == nil {
				h.Invalidate(token)
			} else if !errors.Is(err, errTooOften) {
				t.Error(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := p.count(); n > perMinute {
			t.Errorf("%d fetches within a minute of refusals", n)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		p.fail = errors.New("down")
		h := newHandle(t, p)
		for range 3600 {
			if _, err := h.GetAccessToken(); err == nil {
				t.Fatal("a token from a platform that is down")
			}
			time.Sleep(time.Second)
		}
		if n := p.count(); n < 12 || n > 20 {
			t.Errorf("%d fetches within an hour of failures", n)
		}
		p.fail = nil
		time.Sleep(lastWait)
		if _, err := h.GetAccessToken(); err != nil || h.Fault() != "" {
			t.Errorf("does not recover: %v, %s", err, h.Fault())
		}
	})
}

func TestWrongCredentialsStopAndTell(t *testing.T) {
	for _, tt := range []struct {
		on   wechat.Product
		code int
		stop bool
		says string
	}{
		{wechat.WeCom, 40001, true, "密钥不正确（错误码 40001）"},
		{wechat.WeCom, 40091, true, "密钥与企业不匹配"},
		{wechat.WeCom, 60020, true, "可信名单"},
		{wechat.Official, 40001, true, "密钥不正确（错误码 40001）"},
		{wechat.Official, 40125, true, "密钥不正确（错误码 40125）"},
		{wechat.Official, 40013, true, "编号不正确"},
		{wechat.Official, 40164, true, "白名单"},
		{wechat.WeCom, 99999, true, "未知错误 99999"},
		{wechat.WeCom, -1, false, "平台系统繁忙"},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPlatform()
			p.fail = &wechat.CodeError{API: "gettoken", Code: tt.code}
			var log bytes.Buffer
			h := newHandle(t, p, func(c *Config) { c.On, c.Log = tt.on, slog.New(slog.NewTextHandler(&log, nil)) })
			for range 540 {
				_, err := h.GetAccessToken()
				if errors.Is(err, ErrCredentials) != tt.stop || wechat.CodeOf(err) != tt.code || !errors.Is(err, wechat.ErrNotSent) {
					t.Fatalf("%d: %v", tt.code, err)
				}
				time.Sleep(time.Second)
			}
			if n := p.count(); tt.stop != (n == 1) {
				t.Errorf("%s %d: %d fetches in nine minutes", tt.on, tt.code, n)
			}
			if !strings.Contains(h.Fault(), tt.says) {
				t.Errorf("%d: fault %q", tt.code, h.Fault())
			}
			if tt.stop && strings.Count(log.String(), "level=ERROR") != 1 {
				t.Errorf("%d: log %s", tt.code, log.String())
			}
		})
	}
}

func TestUselessAnswersAreRefused(t *testing.T) {
	for name, answer := range map[string]Token{
		"empty token": {Life: time.Hour},
		"no life":     {Value: "T"},
		"past life":   {Value: "T", Life: -time.Second},
	} {
		h := newHandle(t, nil, func(c *Config) {
			c.Source = func(context.Context, wechat.Secret) (Token, error) { return answer, nil }
		})
		if got, err := h.GetAccessToken(); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestCloseEndsTheFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		p.slow = time.Hour
		h := newHandle(t, p)
		waiting := make(chan error)
		go func() { _, err := h.GetAccessToken(); waiting <- err }()
		synctest.Wait()
		go h.Close()
		if err := <-waiting; !errors.Is(err, context.Canceled) {
			t.Errorf("the caller who waited: %v", err)
		}
		if _, err := h.GetAccessToken(); !errors.Is(err, ErrClosed) {
			t.Errorf("after closing: %v", err)
		}
	})
}

// A source whose error quotes everything must not be quoted further.
func TestErrorsAndLogHoldNoSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		p.fail = errors.New(`Get "https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpsecret=PLANTED": access_token=PLANTED`)
		var log bytes.Buffer
		h := newHandle(t, p, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
		for range 2 {
			_, err := h.GetAccessToken()
			if s := fmt.Sprintf("%v %+v %#v %s %s", err, err, errors.Unwrap(err), h.Fault(), log.String()); strings.Contains(s, "PLANTED") {
				t.Error(s)
			}
		}
	})
}
