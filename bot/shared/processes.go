package shared

import (
	"context"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// presence is how long a process counts as living that is not heard of any more.
const presence = 5 * time.Second

// meet notes that a process lives and returns all that do. The time is the
// server's, so that the clocks of the machines do not matter.
// KEYS: processes, by the end of their presence. ARGV: id, presence in ms.
const meet = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZRANGE', KEYS[1], 0, -1)`

// Processes is the list of those that live. It is safe for concurrent use.
type Processes struct {
	client goredis.UniversalClient
	key    string
	meet   *goredis.Script
}

// NewProcesses returns the list that stands under prefix.
func NewProcesses(client goredis.UniversalClient, prefix string) *Processes {
	return &Processes{client, prefix + ":processes", goredis.NewScript(meet)}
}

// Meet notes that the process id lives, for five seconds more, and returns all
// that do, in no useful order.
func (p *Processes) Meet(ctx context.Context, id string) ([]string, error) {
	living, err := p.meet.Run(ctx, p.client, []string{p.key}, id, presence.Milliseconds()).StringSlice()
	if err != nil {
		return nil, fmt.Errorf("meeting the other processes: %w", err)
	}
	return living, nil
}

// Leave takes the process id off the list.
func (p *Processes) Leave(ctx context.Context, id string) error {
	if err := p.client.ZRem(ctx, p.key, id).Err(); err != nil {
		return fmt.Errorf("leaving the other processes: %w", err)
	}
	return nil
}
