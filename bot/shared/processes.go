package shared

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Presence is how long a process counts as living that is not heard of any more.
const Presence = 5 * time.Second

// meet notes that a process lives, unless another one of the same id does, and
// returns whether that is so and all that live. The time is the server's, so that
// the clocks of the machines do not matter.
// KEYS: processes, id → end of presence, nonce, wants. ARGV: id, nonce, presence in ms, wants.
const meet = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local taken = '0'
local due, nonce = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) (%S+)')
if due and tonumber(due) > now and nonce ~= ARGV[2] then
  taken = '1'
else
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s %s', now + ARGV[3], ARGV[2], ARGV[4]))
end
local out = {taken}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local due, wants = string.match(all[i + 1], '^(%d+) %S+ (.*)$')
  if due and tonumber(due) > now then
    out[#out + 1] = all[i]
    out[#out + 1] = wants
  else
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return out`

// leave takes a process off the list. KEYS: processes. ARGV: id, nonce.
const leave = `
local _, nonce = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) (%S+)')
if nonce == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 0`

// ErrTaken: another process that lives has the same id, or one has until a moment
// ago and is still on the list.
var ErrTaken = errors.New("another process has this id")

// A Process is one that lives.
type Process struct {
	ID string
	// Wants are what others have and it is ready to take over, without commas.
	Wants []string
}

// Processes is the list of those that live. It is safe for concurrent use.
type Processes struct {
	client      goredis.UniversalClient
	key         string
	nonce       string // tells one start of a process from another
	meet, leave *goredis.Script
}

// NewProcesses returns the list that stands under prefix, for one start of a process.
func NewProcesses(client goredis.UniversalClient, prefix string) *Processes {
	return &Processes{client, prefix + ":living", rand.Text(), goredis.NewScript(meet), goredis.NewScript(leave)}
}

// Meet notes that a process lives, for [Presence] more, and returns all that do, by
// id. With [ErrTaken] too it returns them, but has noted nothing.
func (p *Processes) Meet(ctx context.Context, me Process) ([]Process, error) {
	said, err := p.meet.Run(ctx, p.client, []string{p.key}, me.ID, p.nonce, Presence.Milliseconds(), strings.Join(me.Wants, ",")).StringSlice()
	if err != nil {
		return nil, fmt.Errorf("meeting the other processes: %w", err)
	}
	var living []Process
	for one := range slices.Chunk(said[1:], 2) {
		living = append(living, Process{ID: one[0], Wants: strings.FieldsFunc(one[1], func(r rune) bool { return r == ',' })})
	}
	slices.SortFunc(living, func(a, b Process) int { return strings.Compare(a.ID, b.ID) })
	if said[0] == "1" {
		return living, fmt.Errorf("meeting the other processes as %s: %w", me.ID, ErrTaken)
	}
	return living, nil
}

// Leave takes the process id off the list, if it is this one.
func (p *Processes) Leave(ctx context.Context, id string) error {
	if err := p.leave.Run(ctx, p.client, []string{p.key}, id, p.nonce).Err(); err != nil {
		return fmt.Errorf("leaving the other processes: %w", err)
	}
	return nil
}
