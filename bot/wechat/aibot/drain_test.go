package aibot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/aibot"
)

// Handlers hang. What was taken in is handled in the end; what found no room is
// refused openly; responses come through all the while.
func TestAStuckHandlerLosesNothingSilently(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		free := make(chan struct{})
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			<-free
			return bot.Answer{Text: "已记录"}, nil
		})
		for range 20 {
			r.say("lisi", "签到")
		}
		after(2 * time.Second)
		if n := r.c.Counters(); n.Messages != 5 || n.Dropped != 15 {
			t.Errorf("taken %d, dropped %d, want 5 (one in work, four waiting), 15", n.Messages, n.Dropped)
		}
		if err := r.send("今日预警"); err != nil {
			t.Errorf("a push while handlers hang: %v", err)
		}
		close(free)
		after(time.Minute)
		said := map[string]int{}
		for _, m := range r.p.Sent(r.group) {
			said[m.Text]++
		}
		if said["已记录"] != 5 || said[apology] != 15 {
			t.Errorf("said %v", said)
		}
		if !strings.Contains(r.logs.String(), "callback dropped") {
			t.Error("no line in the log")
		}
	}, func(c *aibot.Config) { c.Queue = 4 })
}

func TestShortCongestionOnlySlowsTheReader(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			time.Sleep(50 * time.Millisecond)
			return bot.Answer{}, nil
		})
		for range 40 {
			r.say("lisi", "签到")
		}
		after(10 * time.Second)
		if n := r.c.Counters(); n.Messages != 40 || n.Dropped != 0 {
			t.Errorf("taken %d, dropped %d, want 40, 0", n.Messages, n.Dropped)
		}
	}, func(c *aibot.Config) { c.Queue = 1 })
}

func TestDrainFinishesWhatWasTakenIn(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			// Three of these are within 5 s: by chance, one worker has them all.
			time.Sleep(1500 * time.Millisecond)
			if in.Click != nil {
				return bot.Answer{Card: doneCard()}, nil
			}
			return bot.Answer{Text: "已记录：" + in.Text}, nil
		})
		r.introduce()
		after(3 * time.Second)
		if err := r.c.Send(t.Context(), r.chat(), signinCard()); err != nil {
			t.Fatal(err)
		}
		r.say("lisi", "一")
		r.say("lisi", "二") // waits behind the first
		r.click("wangwu")
		synctest.Wait()
		begin := time.Now()
		r.cancel()
		synctest.Wait()
		r.say("wangwu", "三") // too late
		wantOutcome(t, r.send("今日预警"), bot.RetryLater)
		if err := r.stop(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		if took := time.Since(begin); took > 6*time.Second {
			t.Errorf("drained in %v", took)
		}
		var said []string
		for _, m := range r.p.Sent(r.group) {
			said = append(said, m.Text)
		}
		if want := []string{"已记录：你好", "", "已记录：一", "已记录：二"}; !slices.Equal(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
		n := r.c.Counters()
		if n.Cards != 1 || n.Dropped != 1 {
			t.Errorf("cards %d, dropped %d, want 1, 1", n.Cards, n.Dropped)
		}
		if s := r.c.Status(); s.Connected || s.Reason != "已停止" {
			t.Errorf("status = %+v", s)
		}
	})
}

func TestDrainEndsAHandlerThatHangs(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
			<-ctx.Done()
			return bot.Answer{}, ctx.Err()
		})
		r.say("lisi", "签到")
		r.say("lisi", "签到")
		synctest.Wait()
		begin := time.Now()
		if err := r.stop(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		if took := time.Since(begin); took < 5*time.Second || took > 16*time.Second {
			t.Errorf("drained in %v", took)
		}
		if got := r.c.Counters().HandlerErrors; got != 2 {
			t.Errorf("handler errors = %d, want 2", got)
		}
	})
}

func TestDrainWithoutALinkStillRecords(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		recorded := 0
		r.answers(func(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
			time.Sleep(time.Second)
			if ctx.Err() == nil {
				recorded++
			}
			return bot.Answer{Text: "已记录"}, nil
		})
		r.say("lisi", "一")
		r.say("lisi", "二")
		synctest.Wait()
		r.p.Kick(r.bot.ID)
		err := <-r.ended
		r.ended <- err
		if !errors.Is(err, aibot.ErrDisplaced) {
			t.Errorf("Run = %v, want ErrDisplaced", err)
		}
		if n := r.c.Counters(); recorded != 2 || n.RepliesDropped != 2 {
			t.Errorf("recorded %d, dropped replies %d, want 2, 2", recorded, n.RepliesDropped)
		}
	})
}

// Whoever is to end does not wait for a conversation to have budget again, nor for
// a link that will not come: another process may wait for the bot.
func TestDrainDoesNotWaitInVain(t *testing.T) {
	ends := func(r *rig, within time.Duration) {
		r.t.Helper()
		begin := time.Now()
		if err := r.stop(); err != nil {
			r.t.Errorf("Run = %v, want nil", err)
		}
		if took := time.Since(begin); took > within {
			r.t.Errorf("drained in %v", took)
		}
	}
	text := func(context.Context, bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "已记录"}, nil }
	t.Run("budget", func(t *testing.T) {
		play(t, func(t *testing.T, r *rig) {
			r.answers(text)
			for _, who := range []string{"zhangsan", "lisi", "wangwu"} {
				r.say(who, "签到")
			}
			synctest.Wait()
			ends(r, 1500*time.Millisecond)
			if n := r.c.Counters(); n.Replies != 2 || n.RepliesDropped != 1 {
				t.Errorf("replies %d, dropped %d, want 2, 1", n.Replies, n.RepliesDropped)
			}
		}, func(c *aibot.Config) { c.PerMinute = 2 })
	})
	t.Run("link", func(t *testing.T) {
		play(t, func(t *testing.T, r *rig) {
			r.answers(func(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
				time.Sleep(500 * time.Millisecond)
				return text(ctx, in)
			})
			r.say("lisi", "签到")
			synctest.Wait()
			time.AfterFunc(100*time.Millisecond, func() { r.p.Drop(r.bot.ID) })
			ends(r, time.Second)
		})
	})
}

// A process that may not have the bot any more says nothing, whatever it still has
// in hand and however alive its link is.
func TestNothingIsSaidWithoutTheRight(t *testing.T) {
	var may atomic.Bool
	may.Store(true)
	play(t, func(t *testing.T, r *rig) {
		r.sendCard()
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			may.Store(false) // it is lost while the deed is recorded
			if in.Click != nil {
				return bot.Answer{Card: doneCard()}, nil
			}
			return bot.Answer{Text: "已记录"}, nil
		})
		said := len(r.p.Sent(r.group))
		r.say("lisi", "签到")
		r.click("wangwu")
		synctest.Wait()
		wantOutcome(t, r.send("今日预警"), bot.RetryLater)
		if got := len(r.p.Sent(r.group)); got != said {
			t.Errorf("%d messages more", got-said)
		}
		if viewers := r.p.Viewers(r.bot.ID, string(taskID)); len(viewers) != 0 {
			t.Errorf("the card was updated for %v", viewers)
		}
	}, func(c *aibot.Config) { c.May = may.Load })
}
