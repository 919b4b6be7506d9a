// Package token keeps the access token of one account of the WeChat family: a
// corporation's app, or a 公众号. [Handle] takes the place of the library's own
// handles, whose locks make every caller wait for a slow fetch and which never
// fetch again when the platform refuses a token before its time.
//
// It deliberately knows no account: a [Source] fetches, and there is one Handle
// for each corporation and secret, because the tokens of two apps are not
// interchangeable. It writes nothing down by itself; a [Store] may, so that
// several processes share a token.
//
// How it works. The token lies in memory; most callers read it there. When
// there is none, one fetch runs for all who ask, in a goroutine of its own: a
// caller whose context ends goes away at once and the fetch goes on for the
// others. Five minutes before the end a fetch starts beside the callers, who
// still get the old token. How often the platform is asked is bounded whatever
// the callers do (memo.go). [Do] makes a call with a token, and once more with
// a new one if the platform says that the token is spent.
package token

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
)

// A Token is an access token and how long it holds.
type Token struct {
	Value wechat.Secret
	// ExpiresAt is when the platform stops taking it.
	ExpiresAt time.Time
	// Life is how long it held when it was fetched.
	Life time.Duration
}

// A Config is what a [Handle] needs. Name, On, Source, Clock and Log are
// required.
type Config struct {
	// Name tells the account from others, in logs and in the store: corporation
	// and app, or the 公众号's id. It is no secret, and two secrets have two
	// names.
	Name   string
	On     wechat.Product
	Source Source
	// Store shares the token with other processes; nil keeps it to this one.
	Store Store
	// Timeout bounds one call of Source; 0 means 10 seconds.
	Timeout time.Duration
	Clock   bot.Clock
	Log     *slog.Logger
}

// ErrClosed: the handle has been closed.
var ErrClosed = errors.New("the token handle is closed")

// ErrCredentials: the platform refuses the secret, the id or this machine's
// address, or says what is in no table. Asking again soon is no use; somebody must change something.
var ErrCredentials = errors.New("the platform refuses the credentials")

// errTooOften: the platform has been asked often enough for now.
var errTooOften = errors.New("too many fetches within a minute")

// A Handle keeps one token. It implements credential.AccessTokenContextHandle
// of the WeChat library, and is safe for concurrent use. Its errors hold no
// secret and are all [wechat.ErrNotSent]: without a token, nothing was sent.
type Handle struct {
	cfg Config

	wg     sync.WaitGroup
	mu     sync.Mutex
	memo   memo
	flight *flight // nil if no fetch runs
	closed bool
}

// A flight is one fetch under way. token and err are set when done is closed.
type flight struct {
	done   chan struct{}
	cancel context.CancelFunc
	token  wechat.Secret
	err    error
}

// New returns a Handle. It fetches nothing yet.
func New(c Config) *Handle {
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	return &Handle{cfg: c}
}

// GetAccessToken implements credential.AccessTokenHandle.
func (h *Handle) GetAccessToken() (string, error) {
	// A fetch is bounded, so this returns.
	return h.GetAccessTokenContext(context.Background())
}

// GetAccessTokenContext returns the token. It returns at once if there is one,
// or if the platform may not be asked now, and otherwise waits for the fetch,
// until ctx ends at the latest.
func (h *Handle) GetAccessTokenContext(ctx context.Context) (string, error) {
	token, f, err := h.take(ctx)
	if err != nil {
		return "", h.failed(err)
	}
	if f == nil {
		return token.Reveal(), nil
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return "", h.failed(ctx.Err())
	}
	if f.err != nil {
		return "", h.failed(f.err)
	}
	return f.token.Reveal(), nil
}

// take returns the token, or the fetch to wait for.
func (h *Handle) take(ctx context.Context) (wechat.Secret, *flight, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return "", nil, ErrClosed
	}
	switch now := h.cfg.Clock.Now(); h.memo.next(now, h.flight != nil) {
	case serve:
		return h.memo.token.Value, nil, nil
	case serveAndFetch:
		h.fly(ctx, now)
		return h.memo.token.Value, nil, nil
	case await:
		return "", h.flight, nil
	case fetch:
		return "", h.fly(ctx, now), nil
	default:
		return "", nil, h.memo.refusal()
	}
}

// Invalidate says that the platform has refused token. If that is still the
// current one, the next caller has a new one fetched; otherwise somebody else
// has seen to it already.
func (h *Handle) Invalidate(token string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.memo.invalidate(wechat.Secret(token))
}

// Fault says in Chinese why there is no token, for the operator; "" if all is
// well or nothing has been tried yet.
func (h *Handle) Fault() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.memo.err
	switch code := wechat.CodeOf(err); {
	case err == nil:
		return ""
	case wrongSecret(code):
		return fmt.Sprintf("取不到 access_token：密钥不正确（错误码 %d）", code)
	case code != 0:
		return fmt.Sprintf("取不到 access_token：%s（错误码 %d）", wechat.Explain(h.cfg.On, code).Meaning, code)
	default:
		return "取不到 access_token：平台没有正常答复"
	}
}

// Close ends a fetch that is under way and waits for it. Whoever asks
// afterwards gets [ErrClosed].
func (h *Handle) Close() {
	h.mu.Lock()
	h.closed = true
	if h.flight != nil {
		h.flight.cancel()
	}
	h.mu.Unlock()
	h.wg.Wait()
}

// failed says whose token is missing.
func (h *Handle) failed(err error) error {
	return fmt.Errorf("%w: access token of %s: %w", wechat.ErrNotSent, h.cfg.Name, err)
}
