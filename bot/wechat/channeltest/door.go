// Package channeltest is the suite that every channel passes: what a
// [bot.Sender] promises, tried on a simulated platform that loses answers, cuts
// lines, refuses and throttles.
//
// It deliberately knows no platform. A channel's test makes a [Door], which is
// the sender beside the controls of its platform, and calls [Run]. What a
// channel cannot carry it declares in [Can]; the suite then asks that it is
// refused for good, which is what those who choose among channels rely on.
// Package screentest is a whole channel, its tests have its platform and Door.
// A channel that hears and answers only, and cannot push, calls [RunMute] instead.
//
// Each case runs in a bubble of testing/synctest with a Door of its own, so that
// an hour passes at once, and its name is the rule that it tries.
package channeltest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"fanzha/bot"
)

// A Door is one channel on a platform of its own. All functions but those said
// to be optional are required.
type Door struct {
	// Sender is the channel, ready to send.
	Sender bot.Sender
	// Chat returns the n-th conversation, counted from 0, that Sender may
	// write to, and makes it when it is first asked for, which is always on
	// the case's own goroutine.
	Chat func(n int) bot.Chat
	// Seen returns what Sender has put before the people of a conversation,
	// oldest first, whether or not it was told so.
	Seen func(bot.Chat) []Message
	// Trouble lets something go wrong from now on. It returns false if the
	// way to this platform knows no such thing; the case is then skipped.
	Trouble func(Trouble) bool
	// Calm ends all trouble.
	Calm func()
	// Restart ends Sender as a crash does and returns its successor, which
	// knows nothing of it, ready to send.
	Restart func() bot.Sender
	// Close ends the sender and the platform, and all their goroutines.
	Close func()
	// Secrets are what must never be seen: keys, tokens. The first is that
	// of the first conversation.
	Secrets []string
	// Logs returns what has been logged so far, at any level.
	Logs func() string
	Can  Can
	// Codes are the platform's error codes; nil means [WeComCodes].
	Codes []Code
}

// Can is what a channel carries beside Markdown in groups.
type Can struct {
	Text, Card, Image, File, Private bool
	// Lasting says that no route is ever dead: whom to ask in a group may change
	// at any time.
	Lasting bool
	// Plain says that people see no Markdown and are therefore spared its
	// stars.
	Plain bool
}

// A Message is one that people see.
type Message struct {
	// Text is what a text says, byte for byte, or all words of a card.
	Text string
	// Calls are the people that it calls on; All that it calls on everybody.
	Calls []string
	All   bool
	// Name and Data are those of a file; Data alone of a picture.
	Name string
	Data []byte
}

// Kind is what goes wrong.
type Kind string

// Kinds of [Trouble].
const (
	// Refuse answers with Code and the words Says; nothing is taken.
	Refuse Kind = "refuse"
	// CutBefore cuts the line before the message is taken.
	CutBefore Kind = "cut before"
	// CutAfter takes the message and cuts the line before it is answered.
	CutAfter Kind = "cut after"
	// Silent takes the message and never answers.
	Silent Kind = "silent"
	// Late takes the message and answers After.
	Late Kind = "late"
	// FailBefore answers with a server's own fault (HTTP 5xx); nothing is
	// taken.
	FailBefore Kind = "fail before"
	// FailAfter takes the message and answers with a server's own fault.
	FailAfter Kind = "fail after"
	// Garble takes the message and answers with Says, or with a web page if
	// that is empty.
	Garble Kind = "garble"
	// Down lets nothing reach the platform.
	Down Kind = "down"
)

// Trouble is something that goes wrong.
type Trouble struct {
	Kind Kind
	// Chat is struck alone; the zero Chat means all.
	Chat bot.Chat
	// Times is how often it strikes; 0 means until [Door].Calm.
	Times int
	Code  int
	Says  string
	After time.Duration
}

// A testCase is one rule.
type testCase struct {
	rule string
	try  func(*stage)
}

// Run tries all rules on doors that open makes. open is called inside a bubble,
// once a case; what it starts must end with Close.
func Run(t *testing.T, open func(*testing.T) *Door) {
	for _, c := range cases() {
		t.Run(c.rule, func(t *testing.T) { play(t, open, c.try) })
	}
	for _, c := range codesOf(t, open) {
		t.Run(fmt.Sprintf("code %d ends in %s", c.Code, c.Outcome), func(t *testing.T) { play(t, open, c.try) })
	}
}

// cases are all rules but those about codes.
func cases() (all []testCase) {
	for _, part := range [][]testCase{carrying(), lengths(), chats(), lost(), crowds(), endings(), secrecy()} {
		all = append(all, part...)
	}
	return all
}

func play(t *testing.T, open func(*testing.T) *Door, try func(*stage)) {
	skipped := ""
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		defer d.Close()
		d.Chat(0)
		s := &stage{T: t, Door: d, skipped: &skipped}
		try(s)
		s.keepSecrets("log", d.Logs())
	})
	if skipped != "" {
		t.Skip(skipped)
	}
}

// stage is a case under way.
type stage struct {
	*testing.T
	*Door
	clock   bot.SystemClock
	skipped *string // why the case does not fit this channel
}

// skip ends the case. A bubble would keep that to itself.
func (s *stage) skip(why string) {
	*s.skipped = why
	s.SkipNow()
}

// pass lets d go by.
func (s *stage) pass(d time.Duration) {
	_ = s.clock.Sleep(s.Context(), d)
	synctest.Wait()
}

// trouble lets k go wrong or skips the case.
func (s *stage) trouble(k Trouble) {
	s.Helper()
	if !s.Door.Trouble(k) {
		s.skip(fmt.Sprintf("this platform knows no %q", k.Kind))
	}
}

// send sends m into the first conversation.
func (s *stage) send(m bot.Message) error { return s.Sender.Send(s.Context(), s.Chat(0), m) }

// say sends text into the first conversation and wants it confirmed.
func (s *stage) say(text string) {
	s.Helper()
	if err := s.send(bot.Markdown(text)); err != nil {
		s.Errorf("sending %q: %v", text, err)
	}
}

// insist sends text until it is taken or its fate is open, as long as it is
// only to be tried later.
func (s *stage) insist(to bot.Chat, text string) error {
	for range 100 {
		err := s.Sender.Send(s.Context(), to, bot.Markdown(text))
		failed, ok := errors.AsType[*bot.SendError](err)
		if !ok || failed.Outcome != bot.RetryLater {
			return err
		}
		s.pass(max(failed.After, time.Second))
	}
	return errors.New("it was to be tried later a hundred times")
}

// texts are what the people of a conversation have read.
func (s *stage) texts(c bot.Chat) []string {
	texts := []string{}
	for _, m := range s.Seen(c) {
		texts = append(texts, m.Text)
	}
	return texts
}

// wantSeen fails unless the first conversation holds these texts and no more.
func (s *stage) wantSeen(want ...string) {
	s.Helper()
	if got := s.texts(s.Chat(0)); strings.Join(got, "\n") != strings.Join(want, "\n") {
		s.Errorf("people see %q, want %q", got, want)
	}
}

// want fails unless err is a whole *bot.SendError with one of these outcomes,
// and returns it.
func (s *stage) want(err error, outcomes ...bot.Outcome) *bot.SendError {
	s.Helper()
	e, ok := err.(*bot.SendError)
	if !ok {
		s.Fatalf("Send returned %v (%T), want a *bot.SendError", err, err)
	}
	fits := false
	for _, o := range outcomes {
		fits = fits || e.Outcome == o
	}
	if !fits {
		s.Fatalf("outcome %s, want %v: %v", e.Outcome, outcomes, e)
	}
	if !strings.ContainsFunc(e.Reason, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		s.Errorf("the operator reads no Chinese reason: %v", e)
	}
	if e.RouteDead && e.Outcome != bot.Rejected {
		s.Errorf("the route is dead and yet the outcome is %s", e.Outcome)
	}
	if e.After != 0 && e.Outcome != bot.RetryLater {
		s.Errorf("After is %v though nothing is to be tried again", e.After)
	}
	s.keepSecrets("error", printed(e))
	return e
}

// refused sends m into to and wants it refused for good without the platform's
// having been asked.
func (s *stage) refused(to bot.Chat, m bot.Message) {
	s.Helper()
	e := s.want(s.Sender.Send(s.Context(), to, m), bot.Rejected)
	if e.Code != 0 {
		s.Errorf("it was the platform that refused it (code %d)", e.Code)
	}
	if got := s.Seen(s.Chat(0)); len(got) != 0 {
		s.Errorf("people see %+v", got)
	}
}

// printed is e in all the ways in which somebody may print it.
func printed(e *bot.SendError) string {
	js, _ := json.Marshal(e) // what cannot be encoded cannot leak either
	return fmt.Sprintf("%v %+v %#v %s %v %#v", e, e, *e, js, e.Err, e.Err)
}

// keepSecrets fails if a secret, or the better half of one, stands in text.
func (s *stage) keepSecrets(what, text string) {
	s.Helper()
	for _, secret := range s.Secrets {
		if half := secret[:len(secret)/2+1]; strings.Contains(text, half) {
			s.Errorf("a secret stands in the %s: %s", what, strings.ReplaceAll(text, half, "***"))
		}
	}
}

// within is ctx with an end after d.
func (s *stage) within(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(s.Context(), d)
}
