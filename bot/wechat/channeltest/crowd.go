package channeltest

import (
	"fmt"
	"slices"
	"sync"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func crowds() []testCase {
	return []testCase{
		{"one chat's messages keep their order", func(s *stage) { s.inOrder(10) }},
		{"one chat's messages keep their order where answers are slow", func(s *stage) {
			s.trouble(Trouble{Kind: Late, After: time.Second})
			s.inOrder(10)
		}},
		{"one chat's messages keep their order where they wait for budget", func(s *stage) { s.inOrder(60) }},
		{"a hundred chats at once see their own message", func(s *stage) {
			var wg sync.WaitGroup
			for i := range 100 {
				to := s.Chat(i)
				wg.Go(func() {
					if err := s.insist(to, to.ID); err != nil {
						s.Error(err)
					}
				})
			}
			wg.Wait()
			for i := range 100 {
				if got := s.texts(s.Chat(i)); !slices.Equal(got, []string{s.Chat(i).ID}) {
					s.Errorf("chat %d sees %q", i, got)
				}
			}
		}},
		{"many at once in one chat are all seen once", func(s *stage) {
			var wg sync.WaitGroup
			want := make([]string, 20)
			for i := range want {
				want[i] = fmt.Sprintf("第%02d", i)
				wg.Go(func() { s.say(want[i]) })
			}
			wg.Wait()
			got := s.texts(s.Chat(0))
			slices.Sort(got)
			if !slices.Equal(got, want) {
				s.Errorf("people see %q", got)
			}
		}},
		{"a burst of 30 into one chat provokes no brake", func(s *stage) { s.burst(1) }},
		{"bursts into 20 chats provoke no brake", func(s *stage) { s.burst(20) }},
		{"a slow chat holds no other up", func(s *stage) {
			slow, other := s.Chat(0), s.Chat(1)
			s.trouble(Trouble{Kind: Late, Chat: slow, After: 3 * time.Second})
			var wg sync.WaitGroup
			wg.Go(func() { s.say("一") })
			synctest.Wait()
			began := s.clock.Now()
			if err := s.Sender.Send(s.Context(), other, bot.Markdown("二")); err != nil {
				s.Error(err)
			}
			if took := s.clock.Now().Sub(began); took >= time.Second {
				s.Errorf("the other chat waited %v", took)
			}
			wg.Wait()
		}},
		{"after the platform's brake a chat rests a minute", func(s *stage) {
			s.trouble(Trouble{Kind: Refuse, Code: 45009, Times: 1})
			s.want(s.send(bot.Markdown("一")), bot.RetryLater)
			began := s.clock.Now()
			s.say("二")
			if took := s.clock.Now().Sub(began); took < time.Minute {
				s.Errorf("the next message went out after %v", took)
			}
			s.wantSeen("二")
		}},
		{"the brake in one chat holds no other", func(s *stage) {
			other := s.Chat(1)
			s.trouble(Trouble{Kind: Refuse, Chat: s.Chat(0), Code: 45009, Times: 1})
			s.want(s.send(bot.Markdown("一")), bot.RetryLater)
			began := s.clock.Now()
			if err := s.Sender.Send(s.Context(), other, bot.Markdown("二")); err != nil {
				s.Error(err)
			}
			if took := s.clock.Now().Sub(began); took > 10*time.Second {
				s.Errorf("the other chat waited %v", took)
			}
		}},
		{"a refused message does not hold the next", func(s *stage) {
			s.trouble(Trouble{Kind: Refuse, Code: 40201, Times: 1})
			s.want(s.send(bot.Markdown("一")), bot.Rejected)
			s.say("二")
			s.wantSeen("二")
		}},
		{"30 files provoke no brake, or are refused", func(s *stage) {
			f := bot.File{Name: "台账.xlsx", Data: []byte("PK\x03\x04 台账")}
			if !s.Can.File {
				s.refused(s.Chat(0), f)
				return
			}
			for range 30 {
				if err := s.send(f); err != nil {
					s.Fatal(err)
				}
			}
		}},
	}
}

// inOrder has n callers send one after another, none waiting for the one before.
func (s *stage) inOrder(n int) {
	s.Helper()
	want := make([]string, n)
	var wg sync.WaitGroup
	for i := range n {
		want[i] = fmt.Sprint("第", i)
		wg.Go(func() { s.say(want[i]) })
		synctest.Wait()
	}
	wg.Wait()
	s.wantSeen(want...)
}

// burst sends 30 messages into each of n chats at once and wants all confirmed,
// which they would not be if the platform had had to say that it is too much.
func (s *stage) burst(n int) {
	s.Helper()
	var wg sync.WaitGroup
	for c := range n {
		to := s.Chat(c)
		for i := range 30 {
			wg.Go(func() {
				if err := s.Sender.Send(s.Context(), to, bot.Markdown(fmt.Sprint("第", i))); err != nil {
					s.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for c := range n {
		if got := len(s.Seen(s.Chat(c))); got != 30 {
			s.Errorf("chat %d sees %d messages, want 30", c, got)
		}
	}
}
