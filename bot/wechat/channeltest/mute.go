package channeltest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fanzha/bot"
)

// RunMute tries the rules that hold for a channel which hears and answers but
// cannot send of its own accord, such as a bot in callback mode: whoever chooses
// among channels is told so, at once and for good, whatever the message, the chat
// and the platform are like. Chat 0 must be one in which the bot may answer, and
// Can says what answers carry.
func RunMute(t *testing.T, open func(*testing.T) *Door) {
	for _, c := range mute() {
		t.Run(c.rule, func(t *testing.T) { play(t, open, c.try) })
	}
}

func mute() []testCase {
	all := []testCase{
		{"the same reason is given for every chat", func(s *stage) {
			to := s.Chat(0)
			reason := s.mute(s.Context(), to, bot.Markdown("一"))
			private, none, nobody, other := to, to, to, to
			private.Kind, none.Kind, nobody.ID, other.Channel = bot.PrivateChat, "", "", "other"
			for _, c := range []bot.Chat{s.Chat(1), private, none, nobody, other} {
				if got := s.mute(s.Context(), c, bot.Markdown("一")); got != reason {
					s.Errorf("%+v: %s, elsewhere %s", c, got, reason)
				}
			}
		}},
		{"a caller who has left is told the same", func(s *stage) {
			ctx, cancel := context.WithCancel(s.Context())
			cancel()
			s.mute(ctx, s.Chat(0), bot.Markdown("一"))
			late, cancel := context.WithDeadline(s.Context(), s.clock.Now().Add(-time.Second))
			defer cancel()
			s.mute(late, s.Chat(0), bot.Markdown("一"))
		}},
		{"a crowd is told the same", func(s *stage) {
			to := s.Chat(0)
			var crowd sync.WaitGroup
			for range 200 {
				crowd.Go(func() { s.mute(s.Context(), to, bot.Markdown("一")) })
			}
			crowd.Wait()
			s.wantSeen()
		}},
		{"after a restart it is mute still", func(s *stage) {
			s.mute(s.Context(), s.Chat(0), bot.Markdown("一"))
			s.Sender = s.Restart()
			s.mute(s.Context(), s.Chat(0), bot.Markdown("二"))
		}},
		{"the limits are those of answers", func(s *stage) {
			l := s.Sender.Limits()
			if (l.TitleRunes > 0) != s.Can.Card || l.MarkdownBytes <= 0 || l != s.Sender.Limits() {
				s.Errorf("limits %+v", l)
			}
		}},
		{"what a message says stands in no error and no log", func(s *stage) {
			s.Secrets = append(s.Secrets, "机密正文", "secret-body")
			s.mute(s.Context(), s.Chat(0), bot.Markdown("机密正文 secret-body"))
		}},
		{"the sender itself prints no secret", func(s *stage) {
			s.keepSecrets("sender", fmt.Sprintf("%v %+v", s.Sender, s.Sender))
		}},
	}
	for name, m := range map[string]bot.Message{
		"nothing": nil, "an unknown kind of message": foreign{}, "a markdown": bot.Markdown("今日预警"), "an empty markdown": bot.Markdown(""),
		"a megabyte": bot.Markdown(strings.Repeat("诈骗\n", 150_000)), "a text": bot.Text{Content: "请核对", Mention: []bot.PersonID{"lisi"}},
		"a card": Card("c1"), "a picture": bot.Image{Data: png()}, "a file": bot.File{Name: "a.xlsx", Data: make([]byte, 100)},
		"an errand": bot.Errand{Delivery: "D000001", Text: "今日预警"},
	} {
		all = append(all, testCase{name + " is refused for good", func(s *stage) { s.mute(s.Context(), s.Chat(0), m) }})
	}
	for _, k := range []Kind{Refuse, CutBefore, CutAfter, Silent, FailBefore, FailAfter, Garble, Down} {
		all = append(all, testCase{fmt.Sprintf("trouble (%s) changes nothing", k), func(s *stage) {
			s.trouble(Trouble{Kind: k, Code: 45009})
			s.mute(s.Context(), s.Chat(0), bot.Markdown("一"))
		}})
	}
	return all
}

// mute sends m and wants it refused at once and for good, without the platform's
// having been asked and with the route left alive: nothing is wrong with it, and
// nobody has to look into anything. It returns the reason.
func (s *stage) mute(ctx context.Context, to bot.Chat, m bot.Message) string {
	s.Helper()
	began := s.clock.Now()
	e := s.want(s.Sender.Send(ctx, to, m), bot.Rejected)
	if took := s.clock.Now().Sub(began); took > 0 {
		s.Errorf("it took %v to say so", took)
	}
	if e.Code != 0 || e.RouteDead || e.ChannelDown || e.Hint != "" {
		s.Errorf("refused with %+v", *e)
	}
	if got := s.Seen(to); len(got) != 0 {
		s.Errorf("people see %+v", got)
	}
	return e.Reason
}
