package channeltest

import (
	"context"
	"fmt"
	"strings"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func endings() []testCase {
	return []testCase{
		{"nothing goes out for a caller who has left", func(s *stage) {
			for range 20 { // for it may be a matter of chance
				ctx, cancel := context.WithCancel(s.Context())
				cancel()
				s.want(s.Sender.Send(ctx, s.Chat(0), bot.Markdown("一")), bot.RetryLater)
			}
			s.pass(settled)
			s.wantSeen()
		}},
		{"nothing goes out after a deadline", func(s *stage) {
			ctx, cancel := context.WithDeadline(s.Context(), s.clock.Now().Add(-time.Second))
			defer cancel()
			s.want(s.Sender.Send(ctx, s.Chat(0), bot.Markdown("一")), bot.RetryLater)
			s.pass(settled)
			s.wantSeen()
		}},
		{"who leaves while he waits for budget has sent nothing", func(s *stage) {
			s.trouble(Trouble{Kind: Refuse, Code: 45009, Times: 1})
			s.want(s.send(bot.Markdown("零")), bot.RetryLater)
			ctx, cancel := s.within(5 * time.Second)
			defer cancel()
			s.want(s.Sender.Send(ctx, s.Chat(0), bot.Markdown("一")), bot.RetryLater)
			s.pass(settled)
			s.wantSeen()
		}},
		{"who leaves while he waits for his turn has sent nothing", func(s *stage) {
			s.trouble(Trouble{Kind: Refuse, Code: 45009, Times: 1})
			s.want(s.send(bot.Markdown("零")), bot.RetryLater)
			first := make(chan error, 1)
			go func() { first <- s.send(bot.Markdown("一")) }()
			synctest.Wait()
			ctx, cancel := s.within(5 * time.Second)
			defer cancel()
			s.want(s.Sender.Send(ctx, s.Chat(0), bot.Markdown("二")), bot.RetryLater)
			if err := <-first; err != nil {
				s.Error(err)
			}
			s.pass(settled)
			s.wantSeen("一")
		}},
		{"what is on its way is awaited though the caller has left", func(s *stage) {
			s.trouble(Trouble{Kind: Late, After: 2 * time.Second})
			ctx, cancel := s.within(time.Second)
			defer cancel()
			if err := s.Sender.Send(ctx, s.Chat(0), bot.Markdown("一")); err != nil {
				s.Error(err)
			}
			s.wantSeen("一")
		}},
		{"a lost answer is unknown also to a caller who has left", func(s *stage) {
			s.trouble(Trouble{Kind: Silent, Times: 1})
			ctx, cancel := s.within(time.Second)
			defer cancel()
			s.want(s.Sender.Send(ctx, s.Chat(0), bot.Markdown("一")), bot.Unknown)
		}},
		{"after a restart nothing is sent again", func(s *stage) {
			s.say("一")
			s.Sender = s.Restart()
			s.pass(settled)
			s.wantSeen("一")
		}},
		{"after a restart messages go out", func(s *stage) {
			s.say("一")
			s.Sender = s.Restart()
			s.say("二")
			s.wantSeen("一", "二")
		}},
		{"after a restart an open fate is left open", func(s *stage) {
			s.trouble(Trouble{Kind: CutAfter, Times: 1})
			s.want(s.send(bot.Markdown("一")), bot.Unknown)
			s.Calm()
			s.Sender = s.Restart()
			s.pass(settled)
			s.wantSeen("一")
		}},
		{"after a restart what was to be tried later is left to others", func(s *stage) {
			s.trouble(Trouble{Kind: Refuse, Code: 45009, Times: 1})
			s.want(s.send(bot.Markdown("一")), bot.RetryLater)
			s.Sender = s.Restart()
			s.pass(settled)
			s.wantSeen()
		}},
	}
}

func secrecy() []testCase {
	return []testCase{
		{"no trouble brings a secret out", func(s *stage) {
			for _, k := range []Kind{CutBefore, CutAfter, Silent, FailBefore, FailAfter, Garble, Down} {
				if s.Door.Trouble(Trouble{Kind: k}) {
					if err := s.insistOnce(); err != nil {
						s.keepSecrets("error", fmt.Sprintf("%v %+v %#v", err, err, err))
					}
				}
				s.Calm()
				s.pass(settled)
			}
		}},
		{"a secret in the platform's words stays in", func(s *stage) {
			for _, code := range []int{999999, -1, 93000} {
				s.trouble(Trouble{Kind: Refuse, Code: code, Times: 1, Says: s.words()})
				s.want(s.send(bot.Markdown("一")), bot.Rejected, bot.RetryLater)
				s.pass(settled)
			}
		}},
		{"a secret in an answer that is none stays in", func(s *stage) {
			s.trouble(Trouble{Kind: Garble, Times: 1, Says: s.words()})
			s.want(s.send(bot.Markdown("一")), bot.Unknown)
		}},
		{"what a message says stands in no error and no log", func(s *stage) {
			s.Secrets = append(s.Secrets, "机密正文", "secret-body")
			text := bot.Markdown("机密正文 secret-body")
			s.say(string(text))
			for _, k := range []Trouble{{Kind: Refuse, Code: 999999}, {Kind: Refuse, Code: 40201}, {Kind: CutAfter}, {Kind: FailAfter}} {
				if k.Times = 1; s.Door.Trouble(k) {
					s.want(s.send(text), bot.Rejected, bot.Unknown, bot.RetryLater)
				}
				s.Calm()
				s.pass(settled)
			}
		}},
		{"the sender itself prints no secret", func(s *stage) {
			s.keepSecrets("sender", fmt.Sprintf("%v %+v", s.Sender, s.Sender))
		}},
	}
}

// words are those of a platform that repeats the secret that it was given, at
// its length and where a text is likely to be cut.
func (s *stage) words() string {
	if len(s.Secrets) == 0 {
		s.skip("this channel has no secret")
	}
	words := "bad credential " + s.Secrets[0] + " "
	for _, n := range []int{100, 200, 256} {
		if n -= len(words) + len(s.Secrets[0])/2 + 4; n > 0 {
			words += strings.Repeat("x", n)
		}
		words += s.Secrets[0] + " "
	}
	return words
}

// insistOnce sends once and returns how that ended, if it is no success.
func (s *stage) insistOnce() error {
	err := s.send(bot.Markdown("一"))
	if err != nil {
		s.want(err, bot.Unknown, bot.RetryLater)
	}
	return err
}
