package shared

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/token"
)

const (
	// unlockWithin is how long giving a lock back may take; if it fails, the
	// lock ends by itself.
	unlockWithin = time.Second
	// Whoever waits for a lock looks again after firstLook, and then after
	// twice as long each time, up to lastLook. A fetch takes about 300 ms.
	firstLook, lastLook = 20 * time.Millisecond, 160 * time.Millisecond
)

// lock takes the lock for one holder. A holder who asks again, because the answer
// was lost, gets it again. KEYS: lock. ARGV: holder, life in ms.
const lock = `
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

// unlock gives the lock back if it is still the holder's. KEYS: lock. ARGV:
// holder.
const unlock = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

// Tokens implements [token.Store]. It is safe for concurrent use. The tokens lie
// in Redis as they are, so whoever may read there may speak for the accounts.
type Tokens struct {
	client       goredis.UniversalClient
	prefix       string
	clock        bot.Clock
	lock, unlock *goredis.Script
}

var _ token.Store = (*Tokens)(nil)

// NewTokens returns the store under prefix. clock is that of the handles.
func NewTokens(client goredis.UniversalClient, prefix string, clock bot.Clock) *Tokens {
	return &Tokens{client, prefix, clock, goredis.NewScript(lock), goredis.NewScript(unlock)}
}

// kept is a token as it lies in Redis.
type kept struct {
	Value     string `json:"value"`
	ExpiresAt int64  `json:"expiresAt"` // ms since 1970
	Life      int64  `json:"life"`      // ms
}

// Get implements [token.Store]. What is not readable is an error.
func (s *Tokens) Get(ctx context.Context, name string) (token.Token, error) {
	text, err := s.client.Get(ctx, s.key("token", name)).Bytes()
	if errors.Is(err, goredis.Nil) {
		return token.Token{}, nil
	}
	if err != nil {
		return token.Token{}, fmt.Errorf("reading the shared token of %s: %w", name, bare(err))
	}
	var k kept
	if json.Unmarshal(text, &k) != nil { // its error may quote the text
		return token.Token{}, fmt.Errorf("reading the shared token of %s: it is not readable", name)
	}
	return token.Token{Value: wechat.Secret(k.Value), ExpiresAt: time.UnixMilli(k.ExpiresAt), Life: time.Duration(k.Life) * time.Millisecond}, nil
}

// Set implements [token.Store].
func (s *Tokens) Set(ctx context.Context, name string, t token.Token) error {
	left := t.ExpiresAt.Sub(s.clock.Now()).Truncate(time.Millisecond)
	if left <= 0 {
		return nil
	}
	text, err := json.Marshal(kept{t.Value.Reveal(), t.ExpiresAt.UnixMilli(), t.Life.Milliseconds()})
	if err == nil {
		err = bare(s.client.Set(ctx, s.key("token", name), text, left).Err())
	}
	if err != nil {
		return fmt.Errorf("keeping the shared token of %s: %w", name, err)
	}
	return nil
}

// Lock implements [token.Store].
func (s *Tokens) Lock(ctx context.Context, name string, life time.Duration) (release func(), err error) {
	key, holder := []string{s.key("token-lock", name)}, rand.Text()
	for look := firstLook; ; look = min(2*look, lastLook) {
		got, err := s.lock.Run(ctx, s.client, key, holder, life.Milliseconds()).Bool()
		if err != nil {
			return nil, fmt.Errorf("locking the shared token of %s: %w", name, bare(err))
		}
		if got {
			break
		}
		if err := s.clock.Sleep(ctx, look); err != nil {
			return nil, fmt.Errorf("waiting for the shared token of %s: %w", name, err)
		}
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unlockWithin)
		defer cancel()
		// Whatever comes of it, the lock ends.
		_ = s.unlock.Run(ctx, s.client, key, holder).Err()
	}, nil
}

func (s *Tokens) key(kind, name string) string { return s.prefix + ":" + kind + ":" + name }
