package aibot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/wechattest"
)

func TestSendReachesTheChat(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.sendCard()
		if err := r.send("**今日预警**"); err != nil {
			t.Fatal(err)
		}
		private := bot.Chat{Kind: bot.PrivateChat, ID: "lisi"}
		if _, err := r.p.Tell("lisi", "你好"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := r.c.Send(t.Context(), private, bot.Markdown("只给你")); err != nil {
			t.Fatal(err)
		}
		sent := r.p.Sent(r.group)
		if len(sent) != 2 || sent[0].Card == nil || sent[1].Text != "**今日预警**" {
			t.Errorf("group got %+v", sent)
		}
		if got := r.p.Sent(r.p.PrivateChat(r.bot.ID, "lisi")); len(got) != 1 || got[0].Text != "只给你" {
			t.Errorf("lisi got %+v", got)
		}
		if n := r.c.Counters(); n.Sent != 3 {
			t.Errorf("sent = %d, want 3", n.Sent)
		}
	})
}

func TestSendTurnsCodesIntoOutcomes(t *testing.T) {
	tests := []struct {
		code    int
		want    bot.Outcome
		dead    bool
		minWait time.Duration
	}{
		{-1, bot.RetryLater, false, time.Second},
		{40008, bot.Rejected, false, 0},
		{40058, bot.Rejected, false, 0},
		{40063, bot.Rejected, false, 0},
		{40201, bot.Rejected, false, 0},
		{44004, bot.Rejected, false, 0},
		{45002, bot.Rejected, false, 0},
		{45009, bot.RetryLater, false, time.Minute},
		{49008, bot.Rejected, true, 0},
		{93001, bot.Rejected, true, 0},
		{93004, bot.Rejected, true, 0},
		{93006, bot.Rejected, true, 0},
		{93008, bot.Rejected, true, 0},
		{846607, bot.RetryLater, false, time.Minute},
		{853000, bot.RetryLater, false, time.Minute},
		{999999, bot.Rejected, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.want.Chinese(), func(t *testing.T) {
			play(t, func(t *testing.T, r *rig) {
				r.introduce()
				r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: tt.code, Msg: "the platform's own words"})
				e := wantOutcome(t, r.send("今日预警"), tt.want)
				if e.Code != tt.code || e.RouteDead != tt.dead || e.After < tt.minWait || e.Reason == "" {
					t.Errorf("code %d: %+v", tt.code, e)
				}
				if told := slices.Contains([]int{-1, 40201, 999999}, tt.code); told != strings.Contains(e.Error(), "own words") {
					t.Errorf("code %d: %v", tt.code, e)
				}
			})
		})
	}
}

func TestModerationIsNamed(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 40201, Contains: "刷单"})
		e := wantOutcome(t, r.send("刷单返利是诈骗"), bot.Rejected)
		if e.Reason != "内容被平台安全策略拦截" {
			t.Errorf("reason = %q", e.Reason)
		}
		if err := r.send("今日预警"); err != nil {
			t.Errorf("another message: %v", err)
		}
	})
}

func TestAlreadyAnsweredCountsAsSent(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 846606, Times: 1})
		if err := r.send("今日预警"); err != nil {
			t.Error(err)
		}
	})
}

func TestWithoutLinkRetryLater(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		r.fault(wechattest.Fault{Kind: wechattest.RefuseConnection})
		r.p.Drop(r.bot.ID)
		synctest.Wait()
		e := wantOutcome(t, r.send("今日预警"), bot.RetryLater)
		if e.After == 0 || !strings.Contains(e.Reason, "未连接") {
			t.Errorf("%+v", e)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, wechattest.Options{})
		wantOutcome(t, r.send("今日预警"), bot.RetryLater) // Run has not been called
		r.p.Close()
	})
}

// The answer was lost: the message is out, and nobody but a person can know.
func TestLostAnswerIsUnknownAndNotRepeated(t *testing.T) {
	for _, kind := range []wechattest.FaultKind{wechattest.LoseAnswer, wechattest.LoseRequest, wechattest.NoAnswer} {
		play(t, func(t *testing.T, r *rig) {
			r.introduce()
			r.fault(wechattest.Fault{Kind: kind, Cmd: "aibot_send_msg", Times: 1})
			begin := time.Now()
			wantOutcome(t, r.send("今日预警"), bot.Unknown)
			if waited := time.Since(begin); waited > 5*time.Second {
				t.Errorf("%s: waited %v for the answer, want 5 s at most", kind, waited)
			}
			after(time.Hour)
			if got := r.p.Deliveries(); len(got) > 1 {
				t.Errorf("%s: delivered %d times", kind, len(got))
			}
			if got := r.c.Counters().Unknown; got != 1 {
				t.Errorf("%s: unknown = %d, want 1", kind, got)
			}
		})
	}
}

func TestLateAnswerIsDropped(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		r.fault(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: "aibot_send_msg", After: 7 * time.Second, Times: 1})
		wantOutcome(t, r.send("今日预警"), bot.Unknown)
		after(3 * time.Second)
		if got := r.c.Counters().LateAcks; got != 1 {
			t.Errorf("late acks = %d, want 1", got)
		}
	})
}

func TestTheFateIsAwaitedEvenIfTheCallerGoesAway(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		r.fault(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: "aibot_send_msg", After: 2 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.c.Send(ctx, r.chat(), bot.Markdown("今日预警")); err != nil {
			t.Errorf("Send = %v, want nil: it was answered after 2 s", err)
		}
	})
}

// 846609 is the platform's word that it took nothing: connect again and send
// that one message once more.
func TestUnsubscribedLinkIsReplacedAndTheMessageSentOnce(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		r.p.Unsubscribe(r.bot.ID)
		if err := r.send("今日预警"); err != nil {
			t.Fatal(err)
		}
		if got := r.p.Deliveries(); len(got) != 1 {
			t.Errorf("delivered %d times, want once", len(got))
		}
		if got := r.c.Counters().Connects; got != 2 {
			t.Errorf("connects = %d, want 2", got)
		}
	})
}

func TestADeadPlatformEndsInRetryLater(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 846609})
		e := wantOutcome(t, r.send("今日预警"), bot.RetryLater)
		if e.Code != 846609 || e.After == 0 {
			t.Errorf("%+v", e)
		}
		if got := r.p.Faults().Struck(wechattest.RefuseCommand); got != 2 {
			t.Errorf("tried %d times, want 2", got)
		}
	})
}

func TestPushWaitsForBudget(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		begin := time.Now()
		for range 51 {
			if err := r.send("今日预警"); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begin); took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("51 messages at 25 a minute took %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		for range 24 {
			if err := r.send("今日预警"); err != nil {
				t.Fatal(err)
			}
		}
		wantOutcome(t, r.c.Send(ctx, r.chat(), bot.Markdown("今日预警")), bot.RetryLater)
	})
}

func TestPlatformsBrakePausesTheConversation(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 846607, Times: 1})
		wantOutcome(t, r.send("一"), bot.RetryLater)
		begin := time.Now()
		if err := r.send("二"); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(begin); waited < time.Minute {
			t.Errorf("next message after %v, want a minute at least", waited)
		}
	})
}

func TestBrakedConversationsDoNotComeBackAtOnce(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		waits := make(map[time.Duration]bool)
		for range 3 {
			r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 846607, Times: 1})
			waits[wantOutcome(t, r.send("一"), bot.RetryLater).After] = true
		}
		if len(waits) == 1 {
			t.Errorf("all are to come back after %v", waits)
		}
	})
}

func TestUnsendableIsRejectedWithoutAFrame(t *testing.T) {
	card := func(change func(*bot.Card)) bot.Message {
		c := signinCard()
		change(&c)
		return c
	}
	group := bot.Chat{Kind: bot.GroupChat, ID: "wr1"}
	tests := []struct {
		name string
		to   bot.Chat
		m    bot.Message
	}{
		{"no message", group, nil},
		{"empty text", group, bot.Markdown("")},
		{"no chat", bot.Chat{Kind: bot.GroupChat}, bot.Markdown("x")},
		{"no kind", bot.Chat{ID: "wr1"}, bot.Markdown("x")},
		{"card without id", group, card(func(c *bot.Card) { c.ID = "" })},
		{"card with a bad id", group, card(func(c *bot.Card) { c.ID = "a b" })},
		{"card with a long id", group, card(func(c *bot.Card) { c.ID = bot.CardID(strings.Repeat("a", 129)) })},
		{"card without title", group, card(func(c *bot.Card) { c.Title = "" })},
		{"card without buttons", group, card(func(c *bot.Card) { c.Buttons = nil })},
		{"card with seven buttons", group, card(func(c *bot.Card) { c.Buttons = make([]bot.Button, 7) })},
		{"card with a mute button", group, card(func(c *bot.Card) { c.Buttons[0].Key = "" })},
		{"card with a blank button", group, card(func(c *bot.Card) { c.Buttons[0].Text = "" })},
		{"card with twin buttons", group, card(func(c *bot.Card) { c.Buttons[1].Key = "signin" })},
	}
	play(t, func(t *testing.T, r *rig) {
		for _, tt := range tests {
			if e := wantOutcome(t, r.c.Send(t.Context(), tt.to, tt.m), bot.Rejected); e.Reason == "" {
				t.Errorf("%s: no reason", tt.name)
			}
		}
		if got := r.p.Deliveries(); len(got) != 0 {
			t.Errorf("delivered %+v", got)
		}
	})
}

// The platform is strict about lengths, so that it takes the cut texts proves
// them.
func TestLongTextsAreCutToThePlatformsLimits(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.introduce()
		long := strings.Repeat("诈", 10000)
		card := bot.Card{ID: "long", Source: long, Title: long, Desc: long, Body: long,
			Buttons: []bot.Button{{Key: "k", Text: long}}}
		for range 8 {
			card.Fields = append(card.Fields, bot.Field{Name: long, Value: long})
		}
		if err := r.c.Send(t.Context(), r.chat(), card); err != nil {
			t.Errorf("card: %v", err)
		}
		if err := r.send(long); err != nil {
			t.Errorf("text: %v", err)
		}
		sent := r.p.Sent(r.group)
		if got := sent[len(sent)-1].Text; len(got) > 20480 || !strings.HasSuffix(got, "…（内容过长，已截断）") {
			t.Errorf("text has %d bytes and ends %q", len(got), got[len(got)-40:])
		}
	})
}

func TestNoSecretIsTold(t *testing.T) {
	const secret = "PLANTED+SECRET/9f"
	opts := wechattest.Options{Bots: []wechattest.Bot{{ID: "aibTEST", Secret: secret, Name: "反诈助手"}}}
	var told []string
	playOn(t, opts, func(t *testing.T, r *rig) {
		r.introduce()
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 999999, Msg: "bad secret " + secret, Times: 1})
		told = append(told, r.send("今日预警").Error())
		r.fault(wechattest.Fault{Kind: wechattest.LoseAnswer, Times: 1})
		told = append(told, r.send("今日预警").Error())
		r.fault(wechattest.Fault{Kind: wechattest.RefuseConnection})
		after(10 * time.Second)
		told = append(told, r.send("今日预警").Error(), r.c.Status().Reason)
		defer func() { told = append(told, r.logs.String()) }()
	})
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, opts, func(c *aibot.Config) { c.BotID = "other" })
		r.start()
		told = append(told, (<-r.ended).Error(), r.logs.String())
		r.p.Close()
	})
	_, err := aibot.New(aibot.Config{Secret: secret, URL: "ftp://u:" + secret + "@h/?key=" + secret})
	told = append(told, err.Error())
	for _, s := range told {
		if strings.Contains(s, secret) || strings.Contains(s, "url-credential") {
			t.Errorf("told: %s", s)
		}
	}
	if logs := strings.Join(told, ""); strings.Contains(logs, "lisi") || strings.Contains(logs, "今日预警") {
		t.Errorf("a person or a body was told: %s", logs)
	}
}
