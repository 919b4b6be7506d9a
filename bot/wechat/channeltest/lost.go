package channeltest

import (
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

func lost() []testCase {
	return []testCase{
		{"a lost answer is unknown and nothing is sent again", func(s *stage) { s.open(Trouble{Kind: CutAfter, Times: 1}, 1) }},
		{"a request that was cut off is never called sent", func(s *stage) { s.open(Trouble{Kind: CutBefore, Times: 1}, 0) }},
		{"silence is unknown within a minute", func(s *stage) {
			began := s.clock.Now()
			s.open(Trouble{Kind: Silent, Times: 1}, 1)
			if took := s.clock.Now().Sub(began); took > time.Minute+settled {
				s.Errorf("it took %v", took-settled)
			}
		}},
		{"a fault of the server before it took the message is unknown", func(s *stage) {
			s.open(Trouble{Kind: FailBefore, Times: 1, Code: 502}, 0)
		}},
		{"a fault of the server after it took the message is unknown", func(s *stage) {
			s.open(Trouble{Kind: FailAfter, Times: 1, Code: 504}, 1)
		}},
		{"a web page is no answer", func(s *stage) { s.open(Trouble{Kind: Garble, Times: 1}, 1) }},
		{"an answer without a code is no answer", func(s *stage) { s.open(Trouble{Kind: Garble, Times: 1, Says: `{}`}, 1) }},
		{"an answer of null is no answer", func(s *stage) { s.open(Trouble{Kind: Garble, Times: 1, Says: `null`}, 1) }},
		{"half an answer is no answer", func(s *stage) { s.open(Trouble{Kind: Garble, Times: 1, Says: `{"errcode":0,"err`}, 1) }},
		{"a code in words is no answer", func(s *stage) { s.open(Trouble{Kind: Garble, Times: 1, Says: `{"errcode":"ok"}`}, 1) }},
		{"an endless answer is no answer", func(s *stage) {
			s.open(Trouble{Kind: Garble, Times: 1, Says: `{"errcode":0,"errmsg":"` + strings.Repeat("x", 8<<20) + `"}`}, 1)
		}},
		{"a slow answer is waited for", func(s *stage) {
			s.trouble(Trouble{Kind: Late, After: 2 * time.Second})
			s.say("一")
			s.wantSeen("一")
		}},
		{"an answer that comes too late changes nothing", func(s *stage) {
			s.open(Trouble{Kind: Late, Times: 1, After: 2 * time.Minute}, 1)
		}},
		{"a platform that is down is tried later", func(s *stage) {
			s.trouble(Trouble{Kind: Down})
			if e := s.want(s.send(bot.Markdown("一")), bot.RetryLater); e.After <= 0 {
				s.Errorf("nobody is told when: %v", e)
			}
			s.pass(settled)
			s.wantSeen()
			s.Calm()
			if err := s.insist(s.Chat(0), "二"); err != nil {
				s.Fatal(err)
			}
			s.wantSeen("二")
		}},
		{"the next message goes out after a lost answer", func(s *stage) {
			s.trouble(Trouble{Kind: CutAfter, Times: 1})
			s.want(s.send(bot.Markdown("一")), bot.Unknown)
			if err := s.insist(s.Chat(0), "二"); err != nil {
				s.Fatal(err)
			}
			s.wantSeen("一", "二")
		}},
		{"a lost answer in one chat is not felt in another", func(s *stage) {
			other := s.Chat(1)
			s.trouble(Trouble{Kind: Silent, Chat: s.Chat(0)})
			ended := make(chan error, 1)
			go func() { ended <- s.send(bot.Markdown("一")) }()
			s.pass(time.Second)
			if err := s.insist(other, "二"); err != nil {
				s.Error(err)
			}
			s.want(<-ended, bot.Unknown)
		}},
		{"the fate of a card is as open as that of a text", func(s *stage) {
			if !s.Can.Card {
				s.skip("this channel has no cards")
			}
			s.trouble(Trouble{Kind: CutAfter, Times: 1})
			s.want(s.send(Card("c1")), bot.Unknown)
			s.pass(settled)
			if got := len(s.Seen(s.Chat(0))); got != 1 {
				s.Errorf("people see %d cards", got)
			}
		}},
	}
}

// settled is a time after which nothing happens any more.
const settled = time.Hour

// open sends a message that meets k, wants its fate open or, if people do not
// see it, tried later at most, and nothing sent again by itself.
func (s *stage) open(k Trouble, seen int) {
	s.Helper()
	s.trouble(k)
	outcomes := []bot.Outcome{bot.Unknown}
	if seen == 0 {
		outcomes = append(outcomes, bot.RetryLater)
	}
	s.want(s.send(bot.Markdown("一")), outcomes...)
	s.pass(settled)
	if got := len(s.Seen(s.Chat(0))); got != seen {
		s.Errorf("people see %d messages, want %d", got, seen)
	}
}

// A Code is what one of the platform's error codes comes to.
type Code struct {
	Code    int
	Outcome bot.Outcome
	Dead    bool
	// Wait is the least time until another try.
	Wait time.Duration
}

// WeComCodes are the codes that all of WeCom's interfaces share (page 90313),
// and one that nobody knows.
func WeComCodes() []Code {
	return []Code{
		{-1, bot.RetryLater, false, time.Second},
		{40001, bot.RetryLater, false, time.Minute},
		{40008, bot.Rejected, false, 0},
		{40058, bot.Rejected, false, 0},
		{40063, bot.Rejected, false, 0},
		{40201, bot.Rejected, false, 0},
		{44004, bot.Rejected, false, 0},
		{45002, bot.Rejected, false, 0},
		{45009, bot.RetryLater, false, time.Minute},
		{45033, bot.RetryLater, false, time.Second},
		{48002, bot.RetryLater, false, time.Minute},
		{49008, bot.Rejected, true, 0},
		{60020, bot.RetryLater, false, time.Minute},
		{93000, bot.Rejected, true, 0},
		{93004, bot.Rejected, true, 0},
		{93008, bot.Rejected, true, 0},
		{999999, bot.Rejected, false, 0},
		{-999999, bot.Rejected, false, 0},
	}
}

// codesOf asks a door for its codes.
func codesOf(t *testing.T, open func(*testing.T) *Door) (codes []Code) {
	play(t, open, func(s *stage) { codes = s.Codes })
	if codes == nil {
		codes = WeComCodes()
	}
	return codes
}

func (c Code) try(s *stage) {
	s.trouble(Trouble{Kind: Refuse, Code: c.Code, Times: 1, Says: "the platform's words"})
	e := s.want(s.send(bot.Markdown("一")), c.Outcome)
	if e.Code != c.Code || e.RouteDead != (c.Dead && !s.Can.Lasting) || e.After < c.Wait {
		s.Errorf("code %d came to %+v, want %+v", c.Code, *e, c)
	}
	s.pass(settled)
	s.wantSeen()
}
