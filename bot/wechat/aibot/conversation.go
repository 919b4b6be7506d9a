package aibot

import (
	"sync"
	"time"

	"fanzha/bot"
)

// A reply is a text answer that waits for its turn.
type reply struct {
	reqID string    // of the message that it answers
	text  string    // empty if there is only a file
	file  *bot.File // that follows, or nil
	at    time.Time // of that message, by Config.Clock
}

// A conversation is what we keep about one chat: its budget, and the replies
// that wait for it.
type conversation struct {
	pace
	refs int // guarded by conversations.mu

	mu       sync.Mutex
	replies  []reply // oldest first
	speaking bool    // a goroutine works off replies
	// pushing holds one token: pushes go out one after another, so that none
	// overtakes another between getting its budget and being written.
	pushing chan struct{}
}

// push appends r. It returns the oldest reply if that had to go for it, and
// whether the caller must start the goroutine that speaks.
func (v *conversation) push(r reply, limit int) (dropped *reply, start bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.replies) >= limit {
		oldest := v.replies[0]
		dropped = &oldest
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
		v = &conversation{pace: newPace(s.perMinute, s.perHour), pushing: make(chan struct{}, 1)}
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
		if v.refs == 0 && v.idle(now) {
			delete(s.m, chat)
		}
	}
}
