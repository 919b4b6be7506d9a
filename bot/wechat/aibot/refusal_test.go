package aibot_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/wechattest"
)

const (
	cmdReply  = "aibot_respond_msg"
	cmdUpdate = "aibot_respond_update_msg"
	cmdSend   = "aibot_send_msg"
)

func TestACardThatThePlatformRefuses(t *testing.T) {
	tests := []struct {
		code                  int
		cards, failed, paused uint64
		connects              uint64
	}{
		{40058, 0, 1, 0, 1},
		{846605, 0, 1, 0, 1},
		{846606, 1, 0, 0, 1}, // it has it already
		{846607, 0, 1, 1, 1},
		{846609, 0, 1, 0, 2}, // the link is replaced, the courtesy is not repeated
	}
	for _, tt := range tests {
		play(t, func(t *testing.T, r *rig) {
			r.answers(signsIn)
			r.sendCard()
			r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: cmdUpdate, Code: tt.code})
			r.click("lisi")
			after(10 * time.Second)
			n := r.c.Counters()
			if n.Cards != tt.cards || n.CardsFailed != tt.failed || n.Paused != tt.paused || n.Connects != tt.connects {
				t.Errorf("code %d: %+v", tt.code, n)
			}
			if got := r.p.Faults().Struck(wechattest.RefuseCommand); got != 1 {
				t.Errorf("code %d: sent %d times, want once", tt.code, got)
			}
		})
	}
}

func TestAnUnansweredCardIsGivenUp(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(signsIn)
		r.sendCard()
		r.fault(wechattest.Fault{Kind: wechattest.NoAnswer, Cmd: cmdUpdate})
		r.click("lisi")
		after(time.Minute)
		if n := r.c.Counters(); n.CardsFailed != 1 || n.Connects != 1 {
			t.Errorf("failed %d, connects %d, want 1, 1", n.CardsFailed, n.Connects)
		}
	})
}

func TestAnswersWithoutALinkAreSkipped(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
			time.Sleep(time.Second)
			if in.Entered {
				return bot.Answer{Text: "您好"}, nil
			}
			return signsIn(ctx, in)
		})
		r.sendCard()
		after(time.Second)
		r.click("lisi")
		if err := r.p.Enter(r.bot.ID, "wangwu"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		r.fault(wechattest.Fault{Kind: wechattest.RefuseConnection})
		r.p.Drop(r.bot.ID)
		after(10 * time.Second)
		if n := r.c.Counters(); n.CardsSkipped != 1 || n.WelcomesFailed != 1 {
			t.Errorf("cards skipped %d, welcomes failed %d, want 1, 1", n.CardsSkipped, n.WelcomesFailed)
		}
	})
}

func TestACardThatCannotBeDrawnIsCounted(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			if in.Entered {
				return bot.Answer{Card: doneCard()}, nil
			}
			return bot.Answer{Card: &bot.Card{ID: taskID, Title: "没有按钮"}}, nil
		})
		r.sendCard()
		r.click("lisi")
		if err := r.p.Enter(r.bot.ID, "wangwu"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := r.c.Counters().Unanswerable; got != 3 { // and the answer to the introduction
			t.Errorf("unanswerable = %d, want 3", got)
		}
	})
}

func TestAReplyThatThePlatformRefuses(t *testing.T) {
	tests := []struct {
		code                      int
		replies, failed, connects uint64
		tries                     int
	}{
		{40201, 0, 1, 1, 1},
		{846605, 0, 1, 1, 1},
		{846608, 0, 1, 1, 1},
		{846606, 1, 0, 1, 1},
		{846609, 0, 1, 2, 1}, // the second try is refused: the req_id died with the link
	}
	for _, tt := range tests {
		play(t, func(t *testing.T, r *rig) {
			r.answers(func(context.Context, bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "已记录"}, nil })
			r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: cmdReply, Code: tt.code})
			r.say("lisi", "签到")
			after(time.Minute)
			n := r.c.Counters()
			if n.Replies != tt.replies || n.RepliesFailed != tt.failed || n.Connects < tt.connects {
				t.Errorf("code %d: %+v", tt.code, n)
			}
			if tt.code == 846609 {
				tt.tries = 2
			}
			if got := r.p.Faults().Struck(wechattest.RefuseCommand); got != tt.tries {
				t.Errorf("code %d: sent %d times, want %d", tt.code, got, tt.tries)
			}
			if tt.failed > 0 && !strings.Contains(r.logs.String(), "reply refused") {
				t.Errorf("code %d: no line in the log", tt.code)
			}
		})
	}
}

func TestAReplyWithoutAnswerIsNotRepeated(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(context.Context, bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "已记录"}, nil })
		r.fault(wechattest.Fault{Kind: wechattest.NoAnswer, Cmd: cmdReply})
		r.say("lisi", "签到")
		after(time.Hour)
		if got := r.p.Sent(r.group); len(got) != 1 || r.c.Counters().RepliesFailed != 1 {
			t.Errorf("replied %d times", len(got))
		}
	})
}

func TestAReplyIsDroppedAfterADay(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(context.Context, bot.Inbound) (bot.Answer, error) {
			time.Sleep(time.Second)
			return bot.Answer{Text: "已记录"}, nil
		})
		r.say("lisi", "签到")
		synctest.Wait()
		back := r.fault(wechattest.Fault{Kind: wechattest.RefuseConnection})
		r.p.Drop(r.bot.ID)
		after(25 * time.Hour)
		back()
		after(time.Minute)
		if n := r.c.Counters(); n.RepliesDropped != 1 || n.Connects != 2 {
			t.Errorf("dropped %d, connects %d, want 1, 2", n.RepliesDropped, n.Connects)
		}
	})
}

// A push that waits for its answer when the connection is due for rotation gets
// it first.
func TestRotationLosesNoAnswer(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		after(20*time.Hour - time.Second)
		r.fault(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: cmdSend, After: 3 * time.Second})
		if err := r.send("今日预警"); err != nil {
			t.Errorf("Send across the rotation = %v, want nil", err)
		}
		after(time.Second)
		if got := r.c.Counters().Connects; got != 2 {
			t.Errorf("connects = %d, want 2", got)
		}
	}, func(c *aibot.Config) { c.RotateAt = 4 * time.Hour })
}

// The socket takes no more bytes. People are heard all the same, the link is
// given up within 5 s, and who waited for it knows that nothing went out.
func TestAStuckSocketHoldsNobodyUp(t *testing.T) {
	jammed(t, func(t *testing.T, c *aibot.Client, wire *stuck) {
		for i := range 1000 {
			wire.in <- serverFrame(clickFrame(i))
			synctest.Wait()
		}
		if wire.heard != 1000 {
			t.Errorf("heard %d of 1000 clicks", wire.heard)
		}
		begin := time.Now()
		outcomes := make(chan error)
		for range 2 {
			go func() { outcomes <- sendTo(t, c) }()
		}
		for range 2 {
			wantOutcome(t, <-outcomes, bot.RetryLater)
		}
		if waited := time.Since(begin); waited > 5*time.Second {
			t.Errorf("waited %v", waited)
		}
		after(time.Minute)
		if c.Status().Connected || wire.dials < 2 {
			t.Errorf("the stuck link is still held, %d dials", wire.dials)
		}
	})
}

// How much of its own frame got out, a push cannot know.
func TestAPushThatJamsIsUnknown(t *testing.T) {
	jammed(t, func(t *testing.T, c *aibot.Client, wire *stuck) {
		wantOutcome(t, sendTo(t, c), bot.Unknown)
	})
}

func TestAStuckPingEndsTheLink(t *testing.T) {
	jammed(t, func(t *testing.T, c *aibot.Client, wire *stuck) {
		after(36 * time.Second)
		if c.Status().Connected || wire.dials < 2 {
			t.Errorf("the stuck link is still held, %d dials", wire.dials)
		}
	})
}

func sendTo(t *testing.T, c *aibot.Client) error {
	return c.Send(t.Context(), bot.Chat{Kind: bot.GroupChat, ID: "wr1"}, bot.Markdown("今日预警"))
}

// jammed runs story with a client whose socket takes no bytes since it
// subscribed.
func jammed(t *testing.T, story func(*testing.T, *aibot.Client, *stuck)) {
	synctest.Test(t, func(t *testing.T) {
		wire := &stuck{memory: newMemory()}
		c, err := aibot.New(aibot.Config{BotID: "b", Secret: "s", Name: "反诈助手", URL: "ws://memory",
			HTTPClient: &http.Client{Transport: wire}, Workers: 1, Queue: 1})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			ended <- c.Run(ctx, handlerFunc(func(context.Context, bot.Inbound) (bot.Answer, error) {
				wire.heard++
				return bot.Answer{Card: doneCard()}, nil
			}))
		}()
		synctest.Wait()
		wire.jam()
		story(t, c, wire)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// stuck is a memory connection that can jam; it can be dialled once.
type stuck struct {
	*memory
	mu     sync.Mutex
	jammed bool
	dials  int
	heard  int // by the one worker
}

func (s *stuck) jam() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jammed = true
}

func (s *stuck) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.dials++
	dials := s.dials
	s.mu.Unlock()
	if dials > 1 {
		return nil, io.ErrUnexpectedEOF
	}
	resp, err := s.memory.RoundTrip(req)
	if err == nil {
		resp.Body = s
	}
	return resp, err
}

func (s *stuck) Write(p []byte) (int, error) {
	s.mu.Lock()
	jammed := s.jammed
	s.mu.Unlock()
	if jammed {
		<-s.closed
		return 0, io.ErrClosedPipe
	}
	return s.memory.Write(p)
}
