package token

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fanzha/bot/wechat"
)

// How long the store may take. It is there to spare fetches; a fetch that waits
// for it longer than a fetch takes is worse than one too many.
const (
	storeTimeout = time.Second
	lockTimeout  = 5 * time.Second
	// lockLife is how long a process that died keeps the others waiting.
	lockLife = 30 * time.Second
)

// A Store shares tokens among processes. A Handle does without it when it fails.
// Implementations are safe for concurrent use and reveal the token nowhere
// but to their server.
type Store interface {
	// Get returns the token that was kept under name; a zero Token if there
	// is none.
	Get(ctx context.Context, name string) (Token, error)
	// Set keeps t under name until t.ExpiresAt.
	Set(ctx context.Context, name string, t Token) error
	// Lock waits until no other process holds name, or until ctx ends. It holds
	// name for life at most. unlock is called once; it does not wait long.
	Lock(ctx context.Context, name string, life time.Duration) (unlock func(), err error)
}

// fly starts the fetch that all callers share, if none runs. It is not bound to
// ctx's end: others may wait for it. h.mu is held.
func (h *Handle) fly(ctx context.Context, now time.Time) *flight {
	f := &flight{done: make(chan struct{})}
	ctx, f.cancel = context.WithTimeout(context.WithoutCancel(ctx), h.cfg.Timeout+lockTimeout+3*storeTimeout)
	h.flight = f
	h.memo.start(now)
	refused := h.memo.refused
	h.wg.Go(func() {
		defer f.cancel()
		t, err := h.obtain(ctx, refused)
		h.land(f, t, err)
	})
	return f
}

// land ends f.
func (h *Handle) land(f *flight, t Token, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.memo.land(t, err, h.cfg.Clock.Now())
	f.token, f.err, h.flight = t.Value, err, nil
	close(f.done)
	switch {
	case h.closed || err == nil:
	case errors.Is(err, ErrCredentials):
		h.cfg.Log.Error("access token refused: check the credentials and the list of trusted addresses", "account", h.cfg.Name, "code", wechat.CodeOf(err))
	default:
		h.cfg.Log.Warn("fetching the access token failed", "account", h.cfg.Name, "failures", h.memo.failures, "err", err)
	}
}

// obtain gets a token from the store, or else from the platform.
func (h *Handle) obtain(ctx context.Context, refused wechat.Secret) (Token, error) {
	if h.cfg.Store == nil {
		return h.ask(ctx, refused)
	}
	t, ok, err := h.shared(ctx, refused)
	if ok {
		return t, nil
	}
	if err != nil {
		// Nobody can be waited for.
		return h.ask(ctx, refused)
	}
	if unlock := h.lock(ctx); unlock != nil {
		defer unlock()
		if t, ok, _ := h.shared(ctx, refused); ok {
			return t, nil // another process was first
		}
	}
	if t, err = h.ask(ctx, refused); err != nil {
		return Token{}, err
	}
	h.share(ctx, t)
	return t, nil
}

// shared returns the token that another process has fetched, if it is worth
// having.
func (h *Handle) shared(ctx context.Context, refused wechat.Secret) (Token, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	t, err := h.cfg.Store.Get(ctx, h.cfg.Name)
	if err != nil {
		h.cfg.Log.Warn("reading the shared access token failed", "account", h.cfg.Name, "err", wechat.Hide(err))
		return Token{}, false, err
	}
	left := t.ExpiresAt.Sub(h.cfg.Clock.Now())
	// One that holds longer than tokens do was written by a wrong clock.
	return t, t.Value != "" && t.Value != refused && left > early && left <= longest+time.Minute, nil
}

// lock keeps the other processes from fetching; nil if it cannot.
func (h *Handle) lock(ctx context.Context) (unlock func()) {
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	unlock, err := h.cfg.Store.Lock(ctx, h.cfg.Name, lockLife)
	if err != nil {
		h.cfg.Log.Warn("locking the shared access token failed", "account", h.cfg.Name, "err", wechat.Hide(err))
		return nil
	}
	return unlock
}

// share hands t to the other processes.
func (h *Handle) share(ctx context.Context, t Token) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	if err := h.cfg.Store.Set(ctx, h.cfg.Name, t); err != nil {
		h.cfg.Log.Warn("sharing the access token failed", "account", h.cfg.Name, "err", wechat.Hide(err, t.Value))
	}
}

// ask gets a token from the platform.
func (h *Handle) ask(ctx context.Context, refused wechat.Secret) (Token, error) {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	// A token's life begins when the platform makes it, not when the answer
	// arrives.
	asked := h.cfg.Clock.Now()
	t, err := h.cfg.Source(ctx, refused)
	switch {
	case err != nil && h.forGood(wechat.CodeOf(err)):
		return Token{}, fmt.Errorf("%w: %w", ErrCredentials, wechat.Hide(err))
	case err != nil:
		return Token{}, wechat.Hide(err)
	case t.Value == "" || t.Life <= 0:
		return Token{}, errors.New("the platform answered without a token or without its life")
	}
	t.Life = min(t.Life, longest)
	t.ExpiresAt = asked.Add(t.Life)
	return t, nil
}

// forGood reports whether a refusal stands until somebody changes something; one
// with a code that nobody knows is taken for such, that somebody looks.
func (h *Handle) forGood(code int) bool {
	if code == 0 || wrongSecret(code) {
		return code != 0
	}
	a := wechat.Explain(h.cfg.On, code).Action
	return a == wechat.Stop || a == wechat.Unlisted
}

// wrongSecret reports the codes that mean something else in the table, which has
// them as they are meant in any call but the fetch.
func wrongSecret(code int) bool { return code == 40001 || code == 40125 }
