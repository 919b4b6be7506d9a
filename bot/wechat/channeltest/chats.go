package channeltest

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"fanzha/bot"
)

func lengths() []testCase {
	return []testCase{
		{"the longest markdown that fits arrives whole", func(s *stage) {
			text := strings.Repeat("a", s.Sender.Limits().MarkdownBytes)
			s.say(text)
			s.wantSeen(text)
		}},
		{"a byte too much is cut and said, or refused", func(s *stage) {
			s.tooLong(bot.Markdown(strings.Repeat("a", s.Sender.Limits().MarkdownBytes+1)))
		}},
		{"what is too long is cut between characters", func(s *stage) {
			for n := range 4 {
				s.tooLong(bot.Markdown(strings.Repeat("a", n) + strings.Repeat("诈👮", s.Sender.Limits().MarkdownBytes)))
			}
		}},
		{"a megabyte is cut or refused", func(s *stage) { s.tooLong(bot.Markdown(strings.Repeat("诈骗\n", 150_000))) }},
		{"a long text is cut and said, or refused", func(s *stage) {
			s.tooLong(bot.Text{Content: strings.Repeat("诈", 30_000), Mention: []bot.PersonID{"lisi"}})
		}},
		{"a thousand people are called on, or refused", func(s *stage) {
			m := bot.Text{Content: "请核对"}
			for i := range 1000 {
				m.Mention = append(m.Mention, bot.PersonID(fmt.Sprintf("u%d", i)))
			}
			s.carries(s.Can.Text, m, func(got Message) bool { return len(got.Calls) == 1000 })
		}},
		{"bytes that are no text arrive as text, or are refused", func(s *stage) {
			s.tooLong(bot.Markdown("预警\xff\xfe尾"))
		}},
		{"control characters do no harm", func(s *stage) { s.tooLong(bot.Markdown("预\x00警\x1b[31m\x07")) }},
	}
}

// tooLong sends m and wants it either refused here, or confirmed and seen as
// valid text that is no longer than allowed and, if it was cut, says so.
func (s *stage) tooLong(m bot.Message) {
	s.Helper()
	before := len(s.Seen(s.Chat(0)))
	if err := s.send(m); err != nil {
		if e := s.want(err, bot.Rejected); e.Code != 0 {
			s.Errorf("it was the platform that refused it (code %d)", e.Code)
		}
		return
	}
	seen := s.Seen(s.Chat(0))[before:]
	if len(seen) != 1 {
		s.Fatalf("people see %d messages, want 1", len(seen))
	}
	got := seen[0].Text
	if !utf8.ValidString(got) || len(got) > s.Sender.Limits().MarkdownBytes {
		s.Errorf("people see %d bytes, valid text: %t", len(got), utf8.ValidString(got))
	}
	if len(got) < textLen(m) && len(got) > 100 && !strings.Contains(got[len(got)-60:], "截断") {
		s.Errorf("it was cut and nobody is told: …%s", got[len(got)-60:])
	}
}

func textLen(m bot.Message) int {
	switch m := m.(type) {
	case bot.Markdown:
		return len(m)
	case bot.Text:
		return len(m.Content)
	}
	return 0
}

func chats() []testCase {
	return []testCase{
		{"a message reaches its own chat alone", func(s *stage) {
			other := s.Chat(1)
			s.say("一")
			s.wantSeen("一")
			if got := s.texts(other); len(got) != 0 {
				s.Errorf("the other chat sees %q", got)
			}
		}},
		{"a chat that is none is refused and dead", func(s *stage) { s.stray(func(string) string { return "nobody-here" }) }},
		{"a chat's id is not without case", func(s *stage) {
			s.stray(func(id string) string {
				return strings.Map(func(r rune) rune {
					if unicode.IsUpper(r) {
						return unicode.ToLower(r)
					}
					return unicode.ToUpper(r)
				}, id)
			})
		}},
		{"a chat's id is not without its ends", func(s *stage) { s.stray(func(id string) string { return id[1:] }) }},
		{"a blank behind a chat's id is part of it", func(s *stage) { s.stray(func(id string) string { return id + " " }) }},
		{"a line break in a chat's id is part of it", func(s *stage) { s.stray(func(id string) string { return id + "\r\nX: y" }) }},
		{"a chat without an id is refused", func(s *stage) { s.refuseChat(func(c *bot.Chat) { c.ID = "" }) }},
		{"a chat without a kind is refused", func(s *stage) { s.refuseChat(func(c *bot.Chat) { c.Kind = "" }) }},
		{"a private chat is refused where there are none", func(s *stage) {
			if s.Can.Private {
				s.skip("this channel has private chats")
			}
			s.refuseChat(func(c *bot.Chat) { c.Kind = bot.PrivateChat })
		}},
		{"a group's id is nobody's private chat", func(s *stage) {
			to := s.Chat(0)
			if to.Kind == bot.PrivateChat {
				s.skip("this channel has no groups")
			}
			to.Kind = bot.PrivateChat
			s.want(s.Sender.Send(s.Context(), to, bot.Markdown("一")), bot.Rejected)
			s.wantSeen()
		}},
		{"a dead route leaves the others alive", func(s *stage) {
			dead, alive := s.Chat(0), s.Chat(1)
			s.trouble(Trouble{Kind: Refuse, Chat: dead, Code: 93008})
			if e := s.want(s.send(bot.Markdown("一")), bot.Rejected); e.RouteDead == s.Can.Lasting {
				s.Errorf("the route is dead: %t, %v", e.RouteDead, e)
			}
			if err := s.Sender.Send(s.Context(), alive, bot.Markdown("二")); err != nil {
				s.Error(err)
			}
		}},
		{"a route that was dead may live again", func(s *stage) {
			s.trouble(Trouble{Kind: Refuse, Code: 93004})
			s.want(s.send(bot.Markdown("一")), bot.Rejected)
			s.Calm()
			s.say("二")
			s.wantSeen("二")
		}},
	}
}

// stray sends to the first chat under another id and wants a dead route.
func (s *stage) stray(change func(id string) string) {
	s.Helper()
	to := s.Chat(0)
	to.ID = change(to.ID)
	if e := s.want(s.Sender.Send(s.Context(), to, bot.Markdown("一")), bot.Rejected); e.RouteDead == s.Can.Lasting {
		s.Errorf("the route is dead: %t, %v", e.RouteDead, e)
	}
	s.wantSeen()
}

func (s *stage) refuseChat(change func(*bot.Chat)) {
	s.Helper()
	to := s.Chat(0)
	change(&to)
	s.refused(to, bot.Markdown("一"))
}
