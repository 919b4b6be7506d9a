package shared

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot"
)

const (
	// takeWithin is how long one question may take: who sends waits for it.
	takeWithin = 250 * time.Millisecond
	// askAgain is how long nobody asks after that failed.
	askAgain = 5 * time.Second
)

// take spends one of limit in a sliding window, or says how long until one is
// free. The list holds when the last ones were spent, the newest last; what
// counts is the one that is limit from the end. One that lies ahead of the
// server's clock, which a failover may have set back, counts as spent just now.
// KEYS: list. ARGV: limit, window in ms.
const take = `
local t = redis.call('TIME')
local now, limit, window = t[1] * 1000 + math.floor(t[2] / 1000), tonumber(ARGV[1]), tonumber(ARGV[2])
local nth = redis.call('LINDEX', KEYS[1], -limit)
local left = nth and nth + window - now or 0
if left > window then
  redis.call('DEL', KEYS[1])
  for _ = 1, limit do redis.call('RPUSH', KEYS[1], now) end
  redis.call('PEXPIRE', KEYS[1], window)
  return window
end
if left > 0 then return left end
redis.call('RPUSH', KEYS[1], now)
redis.call('LTRIM', KEYS[1], -limit, -1)
redis.call('PEXPIRE', KEYS[1], window)
return 0`

// errAway: Redis has failed a moment ago, and nobody asks it now.
var errAway = errors.New("redis is away")

// Budgets implements [bot.SharedBudget]. It is safe for concurrent use. What it
// keeps is gone when a window is over; the keys that it is asked for stand in
// Redis as digests, since they may name persons.
type Budgets struct {
	client goredis.UniversalClient
	prefix string
	clock  bot.Clock
	log    *slog.Logger
	take   *goredis.Script

	mu    sync.Mutex
	away  bool      // since the last answer
	until time.Time // nobody asks before this instant
}

var _ bot.SharedBudget = (*Budgets)(nil)

// NewBudgets returns the budgets under prefix.
func NewBudgets(client goredis.UniversalClient, prefix string, clock bot.Clock, log *slog.Logger) *Budgets {
	return &Budgets{client: client, prefix: prefix, clock: clock, log: log, take: goredis.NewScript(take)}
}

// Take implements [bot.SharedBudget]. It answers within a quarter of a second;
// when Redis has failed to, it is left alone for some seconds. A Take whose
// answer is lost may have spent one.
func (b *Budgets) Take(ctx context.Context, key string, limit int, window time.Duration) (wait time.Duration, err error) {
	if limit < 1 {
		return 0, fmt.Errorf("taking one of %d", limit)
	}
	if b.resting() {
		return 0, errAway
	}
	asking, cancel := context.WithTimeout(ctx, takeWithin)
	defer cancel()
	ms, err := b.take.Run(asking, b.client, []string{b.key(key)}, limit, window.Milliseconds()).Int64()
	if ctx.Err() == nil { // else it was the caller who went away
		b.note(err)
	}
	if err != nil {
		return 0, fmt.Errorf("taking from a shared budget: %w", bare(err))
	}
	return time.Duration(ms) * time.Millisecond, nil
}

func (b *Budgets) key(key string) string {
	sum := sha256.Sum256([]byte(key))
	return b.prefix + ":budget:" + hex.EncodeToString(sum[:16])
}

// resting reports whether Redis is left alone now. A rest that lies further ahead
// than any is long comes from a clock that has been set back.
func (b *Budgets) resting() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := b.until.Sub(b.clock.Now())
	return b.away && 0 < left && left <= askAgain
}

// note keeps whether Redis answers, and logs when that changes.
func (b *Budgets) note(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.away
	b.away = err != nil
	switch {
	case b.away:
		b.until = b.clock.Now().Add(askAgain)
		if !was {
			b.log.Warn("shared budgets are away; this process counts alone", "err", bare(err))
		}
	case was:
		b.log.Info("shared budgets are back")
	}
}
