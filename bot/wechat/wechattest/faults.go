package wechattest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A FaultKind is one way to misbehave.
type FaultKind string

// Faults that strike callbacks on their way to the bot. The first three strike
// those of a 公众号 and of an app too.
const (
	// DuplicateCallback delivers a callback again: same msgid, new req_id,
	// [Fault].After later.
	DuplicateCallback FaultKind = "duplicate callback"
	// DelayCallback delivers a callback late, by After and up to Spread more;
	// with a Spread callbacks overtake each other.
	DelayCallback FaultKind = "delay callback"
	// LoseCallback does not deliver a callback, as a half-dead connection
	// does whose heartbeats are still answered. Over HTTP, where the platform
	// comes again, it loses one try.
	LoseCallback FaultKind = "lose callback"
	// Garbage sends a worthless frame before the callback, a different one
	// each time: broken JSON, unknown command, unknown event, binary.
	Garbage FaultKind = "garbage"
	// Oversize sends a text frame of 2 MiB before the callback.
	Oversize FaultKind = "oversize"
	// Noise strews raw control bytes into the callback, which the vendor's
	// client strips before it parses.
	Noise FaultKind = "noise"
)

// Faults that strike the bot's commands.
const (
	// RefuseCommand answers [Fault].Code instead of carrying the command out.
	// With Contains it is the platform's moderation (40201); with Code 846609
	// a connection that is open and dead.
	RefuseCommand FaultKind = "refuse command"
	// LoseRequest cuts the connection before the command is carried out.
	LoseRequest FaultKind = "lose request"
	// LoseAnswer carries the command out and cuts the connection before it is
	// answered: the message is out and the bot cannot know.
	LoseAnswer FaultKind = "lose answer"
	// NoAnswer carries the command out and never answers; the connection stays.
	// With Cmd ping it is a half-dead connection. A ping is struck only by
	// name.
	NoAnswer FaultKind = "no answer"
	// DelayAnswer carries the command out and answers After (and up to Spread)
	// later.
	DelayAnswer FaultKind = "delay answer"
)

// RefuseConnection answers upgrade requests with 503.
const RefuseConnection FaultKind = "refuse connection"

// A Fault says what goes wrong, and when. The empty conditions hold always.
type Fault struct {
	Kind FaultKind
	// Cmd strikes only this command, for example aibot_send_msg. Empty
	// strikes all commands but aibot_subscribe and ping.
	// [OfficialCallback] and [AppCallback] are what callbacks over HTTP go by.
	Cmd string
	// Chat strikes only this conversation ([Platform.AddGroup],
	// [Platform.PrivateChat], [WorkAppAccount.Chat]; at a 公众号 it is the
	// follower's id).
	Chat string
	// Contains strikes only messages and callbacks with this text.
	Contains string
	// Chance is the probability to strike; 0 means always.
	Chance float64
	// Times is how often it strikes before it is used up; 0 means no end.
	Times int
	// After and Spread are delays: After, and up to Spread more.
	After, Spread time.Duration
	// Code and Msg are the answer of RefuseCommand.
	Code int
	Msg  string
}

// Faults is the table of what goes wrong, drawn in the order in which it was
// injected. It is safe for concurrent use. With the same seed and the same
// order of frames the same faults strike.
type Faults struct {
	active atomic.Int32 // len(rules), read without mu on the fast path

	mu     sync.Mutex
	dice   *rand.Rand
	rules  []*rule
	struck map[FaultKind]int
}

type rule struct {
	Fault
	left int // strikes left, if Times > 0
}

// occasion is what a fault may strike.
type occasion struct {
	cmd, chat, text string
}

// newFaults returns an empty table.
func newFaults(seed uint64) *Faults {
	return &Faults{dice: rand.New(rand.NewPCG(seed, 3)), struck: map[FaultKind]int{}}
}

// Inject adds f and returns a function that takes it away again.
func (fs *Faults) Inject(f Fault) (remove func()) {
	r := &rule{Fault: f, left: f.Times}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.set(append(fs.rules, r))
	return func() {
		fs.mu.Lock()
		defer fs.mu.Unlock()
		fs.drop(r)
	}
}

// Clear takes all faults away.
func (fs *Faults) Clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.set(nil)
}

// Struck returns how often a fault of this kind has struck.
func (fs *Faults) Struck(k FaultKind) int {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return fs.struck[k]
}

// set replaces the rules; fs.mu is held.
func (fs *Faults) set(rules []*rule) {
	fs.rules = rules
	fs.active.Store(int32(len(rules)))
}

func (fs *Faults) drop(r *rule) {
	fs.set(slices.DeleteFunc(slices.Clone(fs.rules), func(o *rule) bool { return o == r }))
}

// any reports whether there are faults at all.
func (fs *Faults) any() bool { return fs.active.Load() > 0 }

// strike returns the fault of kind k that strikes o, or nil.
func (fs *Faults) strike(k FaultKind, o occasion) *Fault {
	if !fs.any() {
		return nil
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, r := range fs.rules {
		if r.Kind != k || !r.fits(o) || r.Chance > 0 && fs.dice.Float64() >= r.Chance {
			continue
		}
		fs.struck[k]++
		if r.Times > 0 {
			if r.left--; r.left == 0 {
				fs.drop(r)
			}
		}
		return &r.Fault
	}
	return nil
}

// fits reports whether f's conditions hold for o.
func (f Fault) fits(o occasion) bool {
	if f.Cmd == "" && (o.cmd == cmdSubscribe || o.cmd == cmdPing) {
		return false
	}
	return (f.Cmd == "" || f.Cmd == o.cmd) && (f.Chat == "" || f.Chat == o.chat) && strings.Contains(o.text, f.Contains)
}

// delay returns f's delay, with a throw of the dice for the spread.
func (fs *Faults) delay(f *Fault) time.Duration {
	if f.Spread <= 0 {
		return f.After
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return f.After + time.Duration(fs.dice.Int64N(int64(f.Spread)))
}

// rubbish returns a frame that means nothing, and whether it is binary.
func (fs *Faults) rubbish() (data []byte, binary bool) {
	fs.mu.Lock()
	n := fs.dice.IntN(6)
	fs.mu.Unlock()
	switch n {
	case 0:
		return []byte(`{"cmd":"aibot_msg_callback","headers":{"req_id":"x"},"body":{"msgid":`), false
	case 1:
		return []byte(`{"cmd":"aibot_no_such_callback","headers":{"req_id":"srv_x"},"body":{}}`), false
	case 2:
		return []byte(`{"cmd":"aibot_event_callback","headers":{"req_id":"srv_x"},"body":{"msgid":"EV_x","create_time":1,` +
			`"aibotid":"x","msgtype":"event","event":{"eventtype":"auth_change_event"}}}`), false
	case 3:
		return []byte{0xff, 0x00, 0xfe}, true
	case 4:
		return []byte(`{"headers":{"req_id":"nobody_asked"},"errcode":0,"errmsg":"ok"}`), false
	default:
		return []byte(`[]`), false
	}
}

// noisy strews control bytes into a frame.
func noisy(frame []byte) []byte {
	out := append(make([]byte, 0, len(frame)+4), 0x01)
	half := len(frame) / 2
	for half > 0 && frame[half]&0xc0 == 0x80 {
		half-- // not inside a character
	}
	out = append(out, frame[:half]...)
	out = append(out, 0x0b, 0x1f)
	return append(append(out, frame[half:]...), 0x0c)
}
