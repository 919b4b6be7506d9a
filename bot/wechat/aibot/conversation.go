package aibot

import (
	"context"
	"sync"
	"time"

	"fanzha/bot"
)

// A reply is a text answer that waits for its turn.
type reply struct {
	reqID string // of the message that it answers
	text  string
	at    time.Time // of that message, by Config.Clock
}

// A conversation is what we keep about one chat: its budget, and the replies
// that wait for it.
type conversation struct {
	// turn holds one token: who has it may sleep for budget, the others queue
	// behind it in their order.
	turn chan struct{}
	refs int // guarded by conversations.mu

	mu       sync.Mutex
	budget   budget
	sleeping bool    // somebody waits for budget
	replies  []reply // oldest first
	speaking bool    // a goroutine works off replies
}

// acquire waits until one more message may go into the conversation. It
// returns ctx's error if ctx ends first; then nothing is spent.
func (v *conversation) acquire(ctx context.Context, clock bot.Clock) error {
	select {
	case v.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-v.turn }()
	for {
		v.mu.Lock()
		wait := v.budget.take(clock.Now())
		v.sleeping = wait > 0
		v.mu.Unlock()
		if wait == 0 {
			return nil
		}
		if err := clock.Sleep(ctx, wait); err != nil {
			v.mu.Lock()
			v.sleeping = false
			v.mu.Unlock()
			return err
		}
	}
}

// tryAcquire spends one message at now if there is budget that nobody waits
// for.
func (v *conversation) tryAcquire(now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return !v.sleeping && v.budget.take(now) == 0
}

func (v *conversation) pause(until time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.budget.pause(until)
}

// push appends r. It reports whether the oldest reply had to go for it, and
// whether the caller must start the goroutine that speaks.
func (v *conversation) push(r reply, limit int) (dropped, start bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if dropped = len(v.replies) >= limit; dropped {
		v.replies = v.replies[1:]
	}
	v.replies = append(v.replies, r)
	start = !v.speaking
	v.speaking = true
	return dropped, start
}

// pop takes the oldest reply; if there is none, the speaker is done.
func (v *conversation) pop() (reply, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.replies) == 0 {
		v.speaking, v.replies = false, nil
		return reply{}, false
	}
	r := v.replies[0]
	v.replies = v.replies[1:]
	return r, true
}

// conversations is the set of those that matter at present.
type conversations struct {
	perMinute, perHour int

	mu sync.Mutex
	m  map[bot.Chat]*conversation
}

// get returns the conversation of chat; release it after use.
func (s *conversations) get(chat bot.Chat) *conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.m[chat]
	if v == nil {
		v = &conversation{
			turn:   make(chan struct{}, 1),
			budget: budget{perMinute: s.perMinute, perHour: s.perHour},
		}
		s.m[chat] = v
	}
	v.refs++
	return v
}

func (s *conversations) release(v *conversation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v.refs--
}

// sweep forgets the conversations that nobody uses and that have been silent
// for an hour.
func (s *conversations) sweep(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for chat, v := range s.m {
		// Without references nobody else can hold v.mu.
		if v.refs == 0 && v.budget.idle(now) {
			delete(s.m, chat)
		}
	}
}
