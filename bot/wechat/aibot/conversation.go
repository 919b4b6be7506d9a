package aibot

import (
	"strings"
	"sync"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/pace"
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
	*pace.Lane     // pushes hold it until they are answered, so that none overtakes another
	refs       int // guarded by conversations.mu

	mu       sync.Mutex
	replies  []reply // oldest first
	speaking bool    // a goroutine works off replies
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
	lane func(bot.Chat) *pace.Lane // makes one

	mu sync.Mutex
	m  map[bot.Chat]*conversation
}

// newConversations returns the empty set. Each conversation keeps to r and to what
// others leave of shared, where it is known by name and chat.
func newConversations(clock bot.Clock, r pace.Rate, shared bot.SharedBudget, name string) conversations {
	return conversations{m: make(map[bot.Chat]*conversation), lane: func(chat bot.Chat) *pace.Lane {
		return pace.NewLane(clock, r).Share(shared, strings.Join([]string{name, string(chat.Kind), chat.ID}, "/"))
	}}
}

// get returns the conversation of chat; release it after use.
func (s *conversations) get(chat bot.Chat) *conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.m[chat]
	if v == nil {
		v = &conversation{Lane: s.lane(chat)}
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
func (s *conversations) sweep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for chat, v := range s.m {
		if v.refs == 0 && v.Idle() {
			delete(s.m, chat)
		}
	}
}
