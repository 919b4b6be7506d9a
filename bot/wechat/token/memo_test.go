package token

import (
	"errors"
	"testing"
	"time"

	"fanzha/bot/wechat"
)

// The rules of when to serve and when to ask, without a goroutine.
func TestNext(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	fresh := func(m *memo) { m.land(Token{Value: "T", ExpiresAt: noon.Add(2 * time.Hour)}, nil, noon) }
	failed := func(m *memo) { m.land(Token{}, errors.New("down"), noon) }
	thrice := func(m *memo) { m.start(noon); m.start(noon); m.start(noon) }
	for _, tt := range []struct {
		name     string
		given    []func(*memo)
		after    time.Duration
		fetching bool
		want     step
	}{
		{"nothing known", nil, 0, false, fetch},
		{"nothing known, fetch under way", nil, 0, true, await},
		{"fresh", []func(*memo){fresh}, time.Hour, false, serve},
		{"five minutes left", []func(*memo){fresh}, 115 * time.Minute, false, serveAndFetch},
		{"five minutes left, fetch under way", []func(*memo){fresh}, 115 * time.Minute, true, serve},
		{"ended", []func(*memo){fresh}, 2 * time.Hour, false, fetch},
		{"ended, fetch under way", []func(*memo){fresh}, 2 * time.Hour, true, await},
		{"just failed", []func(*memo){failed}, time.Second, false, refuse},
		{"failed a while ago", []func(*memo){failed}, firstWait, false, fetch},
		{"renewing failed", []func(*memo){fresh, failed}, time.Second, false, serve},
		{"three fetches within a minute", []func(*memo){thrice}, time.Minute - 1, false, refuse},
		{"three fetches a minute ago", []func(*memo){thrice}, time.Minute, false, fetch},
		{"clock set back after a failure", []func(*memo){failed, thrice}, -24 * time.Hour, false, fetch},
		{"clock set forward past the end", []func(*memo){fresh}, 48 * time.Hour, false, fetch},
	} {
		var m memo
		for _, f := range tt.given {
			f(&m)
		}
		if got := m.next(noon.Add(tt.after), tt.fetching); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// stable_token hands out the same token again in its last five minutes; asking
// at every call would be too often.
func TestShortLivedTokenIsRenewedHalfWay(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var m memo
	m.land(Token{Value: "T", ExpiresAt: now.Add(4 * time.Minute)}, nil, now)
	for after, want := range map[time.Duration]step{time.Minute: serve, 2 * time.Minute: serveAndFetch} {
		if got := m.next(now.Add(after), false); got != want {
			t.Errorf("after %v: %d, want %d", after, got, want)
		}
	}
}

func TestWait(t *testing.T) {
	down := errors.New("down")
	for n, want := range map[int]time.Duration{1: 5 * time.Second, 2: 10 * time.Second, 3: 20 * time.Second, 7: lastWait, 1000: lastWait} {
		if got := wait(n, down); got != want {
			t.Errorf("wait(%d) = %v, want %v", n, got, want)
		}
	}
	if got := wait(1, errors.Join(ErrCredentials, down)); got != repair {
		t.Errorf("after wrong credentials: %v", got)
	}
}

func TestGranted(t *testing.T) {
	for in, want := range map[int64]time.Duration{7200: longest, 60: time.Minute, 0: 0, 1 << 62: longest} {
		if got := (granted{AccessToken: wechat.Secret("T"), ExpiresIn: in}).token(); got.Life != want {
			t.Errorf("expires_in %d: %v, want %v", in, got.Life, want)
		}
	}
}
