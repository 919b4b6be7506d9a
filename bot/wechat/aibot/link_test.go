package aibot_test

import (
	"bytes"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/wechattest"
)

func TestConnectsAgainAfterADrop(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		if s := r.c.Status(); !s.Connected || s.Reason != "" {
			t.Fatalf("status = %+v, want connected", s)
		}
		for range 3 {
			r.p.Drop(r.bot.ID)
			synctest.Wait()
			if s := r.c.Status(); s.Connected || s.Reason == "" {
				t.Errorf("status after drop = %+v, want a reason", s)
			}
			// Each subscription starts the waits anew, so a second is enough.
			after(time.Second)
			if !r.c.Status().Connected || !r.p.Connected(r.bot.ID) {
				t.Fatal("not connected a second after the drop")
			}
		}
		if got := r.c.Counters().Connects; got != 4 {
			t.Errorf("connects = %d, want 4", got)
		}
	})
}

func TestWaitsLongerUntilThePlatformIsBack(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		back := r.fault(wechattest.Fault{Kind: wechattest.RefuseConnection})
		r.p.Drop(r.bot.ID)
		after(10 * time.Minute)
		// 1+2+4+8+16 s and then 30 s each, shortened by up to a fifth.
		got := r.p.Faults().Struck(wechattest.RefuseConnection)
		if got < 20 || got > 31 {
			t.Errorf("%d attempts in ten minutes, want about one every 27 s", got)
		}
		if s := r.c.Status(); s.Connected || s.Reason != "连不上平台" {
			t.Errorf("status = %+v", s)
		}
		back()
		after(30 * time.Second)
		if !r.c.Status().Connected {
			t.Error("not connected 30 s after the platform came back")
		}
	})
}

func TestTwoMissedPingsEndTheLink(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		mute := r.fault(wechattest.Fault{Kind: wechattest.NoAnswer, Cmd: "ping"})
		after(85 * time.Second) // pings at 30 and 60 s
		if got := r.c.Counters().Connects; got != 1 {
			t.Fatalf("connects = %d before the third tick, want 1", got)
		}
		mute()
		after(7 * time.Second) // the tick at 90 s gives up
		if got := r.c.Counters().Connects; got != 2 {
			t.Errorf("connects = %d after two missed pings, want 2", got)
		}
	})
}

func TestOneMissedPingIsForgiven(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.fault(wechattest.Fault{Kind: wechattest.NoAnswer, Cmd: "ping", Times: 1})
		after(10 * time.Minute)
		if got := r.c.Counters().Connects; got != 1 {
			t.Errorf("connects = %d, want 1", got)
		}
	})
}

// Two processes on one bot: the newer one has it, and the older one stops for
// good instead of fighting.
func TestDisplacedStopsForGood(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		newer := r.client()
		other := &rig{t: t, p: r.p, bot: r.bot, group: r.group, c: newer, logs: r.logs, ended: make(chan error, 1)}
		other.start()
		synctest.Wait()
		if err := <-r.ended; !errors.Is(err, aibot.ErrDisplaced) {
			t.Errorf("older Run = %v, want ErrDisplaced", err)
		}
		r.ended <- nil
		after(time.Hour)
		if s := r.c.Status(); s.Connected || s.Reason != "已被同一机器人的另一连接取代" {
			t.Errorf("older status = %+v", s)
		}
		if got := newer.Counters().Connects; got != 1 {
			t.Errorf("newer connected %d times, want once: somebody fought", got)
		}
		wantOutcome(t, r.send("还在吗"), bot.RetryLater)
		if err := other.stop(); err != nil {
			t.Errorf("newer Run = %v, want nil", err)
		}
	})
}

// A process that may not act for the county does not take the bot from the one that
// does, however its own connection ended.
func TestTheBotIsLeftToWhoMayHaveIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var may atomic.Bool
		r := newRig(t, wechattest.Options{Seed: 1}, func(c *aibot.Config) { c.May = may.Load })
		r.start()
		after(time.Minute)
		if s := r.c.Status(); s.Connected {
			t.Error("it took the bot, which it may not have")
		}
		may.Store(true)
		after(time.Minute)
		if s := r.c.Status(); !s.Connected {
			t.Errorf("it may have the bot and has not got it: %+v", s)
		}
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		r.p.Close()
	})
}

// What waits for its turn is not sent when another process may act by then.
func TestWhatWaitsIsLeftToWhoMayAct(t *testing.T) {
	var may atomic.Bool
	may.Store(true)
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		if err := r.send("第一条"); err != nil {
			t.Fatal(err)
		}
		had := len(r.p.Sent(r.group))
		ended := make(chan error, 1)
		go func() { ended <- r.send("第二条") }()
		after(time.Second)
		may.Store(false)
		wantOutcome(t, <-ended, bot.RetryLater)
		if got := len(r.p.Sent(r.group)); got != had {
			t.Errorf("the group got %d messages more from who may not act", got-had)
		}
	}, func(c *aibot.Config) { c.May, c.PerMinute = may.Load, 1 })
}

func TestWrongSecretStopsForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, wechattest.Options{Seed: 1}, func(c *aibot.Config) { c.Secret = "wrong" })
		r.start()
		if err := <-r.ended; !errors.Is(err, aibot.ErrCredentials) {
			t.Errorf("Run = %v, want ErrCredentials", err)
		}
		if s := r.c.Status(); s.Connected || s.Reason != "机器人编号或密钥不正确" {
			t.Errorf("status = %+v", s)
		}
		r.p.Close()
	})
}

func TestRefusedSubscriptionWaitsForTheUnit(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: "aibot_subscribe", Code: 45009, Times: 2})
		r.p.Drop(r.bot.ID)
		after(90 * time.Second)
		if got := r.p.Faults().Struck(wechattest.RefuseCommand); got != 2 {
			t.Errorf("%d refused subscriptions in 90 s, want 2", got)
		}
		after(time.Minute)
		if !r.c.Status().Connected {
			t.Error("not connected after the limit was lifted")
		}
	})
}

func TestUnansweredSubscriptionIsTriedAgain(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.fault(wechattest.Fault{Kind: wechattest.NoAnswer, Cmd: "aibot_subscribe", Times: 1})
		r.p.Drop(r.bot.ID)
		after(time.Minute)
		if !r.c.Status().Connected {
			t.Error("not connected after one unanswered subscription")
		}
	})
}

func TestRotatesAtItsTimeOfDay(t *testing.T) {
	// A bubble begins at midnight UTC, 08:00 in Zone.
	play(t, func(t *testing.T, r *rig) {
		after(19*time.Hour + 59*time.Minute)
		if got := r.c.Counters().Connects; got != 1 {
			t.Fatalf("connects before 04:00 = %d, want 1", got)
		}
		after(2 * time.Minute)
		if got := r.c.Counters().Connects; got != 2 || !r.c.Status().Connected {
			t.Errorf("connects after 04:00 = %d, want 2", got)
		}
		after(24 * time.Hour)
		if got := r.c.Counters().Connects; got != 3 {
			t.Errorf("connects a day later = %d, want 3", got)
		}
	}, func(c *aibot.Config) { c.RotateAt = 4 * time.Hour })
}

func TestWorthlessFramesAreSkipped(t *testing.T) {
	frames := []struct {
		name   string
		binary bool
		data   string
	}{
		{"empty", false, ""},
		{"no JSON", false, "{"},
		{"null", false, "null"},
		{"list", false, "[]"},
		{"response without code", false, `{"headers":{"req_id":"x"}}`},
		{"response with odd code", false, `{"headers":{"req_id":"x"},"errcode":"0"}`},
		{"event without event", false, `{"cmd":"aibot_event_callback","headers":{"req_id":"x"},"body":{"msgid":"m"}}`},
		{"message of nobody", false, `{"cmd":"aibot_msg_callback","headers":{"req_id":"x"},"body":{"msgid":"m","chattype":"single"}}`},
		{"group message without group", false, `{"cmd":"aibot_msg_callback","headers":{"req_id":"x"},"body":{"msgid":"m","chattype":"group","from":{"userid":"lisi"}}}`},
		{"message without any id", false, `{"cmd":"aibot_msg_callback","body":{"chattype":"single","from":{"userid":"lisi"}}}`},
		{"click on a foreign card", false, `{"cmd":"aibot_event_callback","headers":{"req_id":"x"},"body":{"msgid":"m","from":{"userid":"lisi"},"event":{"eventtype":"template_card_event","template_card_event":{"event_key":"k","task_id":"有字"}}}}`},
		{"binary", true, `{"headers":{"req_id":"x"},"errcode":0}`},
		{"one byte too large", false, string(bytes.Repeat([]byte(" "), 1<<20+1))},
		{"much too large", false, string(bytes.Repeat([]byte("["), 5<<20))},
	}
	play(t, func(t *testing.T, r *rig) {
		for i, f := range frames {
			r.p.SendRaw(r.bot.ID, f.binary, []byte(f.data))
			synctest.Wait()
			if got := r.c.Counters().BadFrames; got != uint64(i+1) {
				t.Fatalf("%s: bad frames = %d, want %d", f.name, got, i+1)
			}
		}
		quiet := []string{
			`{"cmd":"aibot_event_callback","headers":{"req_id":"x"},"body":{"msgid":"m","event":{"eventtype":"auth_change_event"}}}`,
			`{"cmd":"something_new","headers":{"req_id":"x"}}`,
		}
		for _, f := range quiet {
			r.p.SendRaw(r.bot.ID, false, []byte(f))
		}
		synctest.Wait()
		n := r.c.Counters()
		if n.Ignored != uint64(len(quiet)) || n.Connects != 1 {
			t.Errorf("ignored = %d, connects = %d, want %d and 1", n.Ignored, n.Connects, len(quiet))
		}
		r.say("lisi", "签到")
		if in := r.heard(); len(in) != 1 || in[0].Text != "签到" {
			t.Errorf("heard %+v after the rubbish", in)
		}
	})
}

func TestRunOnlyOnce(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		if err := r.c.Run(t.Context(), handlerFunc(r.handle)); err == nil {
			t.Error("second Run returned nil")
		}
	})
}
