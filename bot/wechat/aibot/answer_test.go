package aibot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/wechattest"
)

const apology = "系统忙，刚才的操作可能没有记录，请稍后再试。"

func TestAClickUpdatesTheClickersCardOnly(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(signsIn)
		r.sendCard()
		r.click("lisi")
		synctest.Wait()
		if got := r.p.Viewers(r.bot.ID, string(taskID)); !slices.Equal(got, []string{"lisi"}) {
			t.Errorf("card changed for %q, want lisi alone", got)
		}
		if got := r.p.CardOf(r.bot.ID, string(taskID), "lisi"); got.Desc != "您已签到" || got.Buttons[0].Style != 4 {
			t.Errorf("lisi sees %+v", got)
		}
		if n := r.c.Counters(); n.Cards != 1 || n.Clicks != 1 {
			t.Errorf("counters %+v", n)
		}
	})
}

// What is acknowledged is durable: until the handler has returned, the clicker
// sees nothing.
func TestTheCardWaitsForTheHandler(t *testing.T) {
	tests := []struct {
		takes   time.Duration
		updated uint64
		skipped uint64
	}{
		{4 * time.Second, 1, 0},
		{5 * time.Second, 0, 1},
	}
	for _, tt := range tests {
		play(t, func(t *testing.T, r *rig) {
			r.answers(func(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
				if in.Click != nil {
					time.Sleep(tt.takes)
				}
				return signsIn(ctx, in)
			})
			r.sendCard()
			r.click("lisi")
			after(tt.takes - time.Millisecond)
			if got := r.p.Viewers(r.bot.ID, string(taskID)); len(got) != 0 {
				t.Error("card changed before the handler returned")
			}
			after(time.Second)
			if n := r.c.Counters(); n.Cards != tt.updated || n.CardsSkipped != tt.skipped {
				t.Errorf("after %v: cards %d, skipped %d, want %d, %d", tt.takes, n.Cards, n.CardsSkipped, tt.updated, tt.skipped)
			}
		})
	}
}

func TestAWrongCardIDInTheAnswerDoesNotMatter(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			card := doneCard()
			card.ID = "another"
			return bot.Answer{Card: card}, nil
		})
		r.sendCard()
		r.click("lisi")
		synctest.Wait()
		if got := r.c.Counters().Cards; got != 1 {
			t.Errorf("cards = %d, want 1", got)
		}
	})
}

func TestTextsToAClickAndCardsToAMessageHaveNoWayOut(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			if in.Click != nil {
				return bot.Answer{Text: "已签到"}, nil
			}
			return bot.Answer{Card: doneCard()}, nil
		})
		r.sendCard() // introduces itself with a message
		r.click("lisi")
		after(time.Minute)
		if n := r.c.Counters(); n.Unanswerable != 2 || n.Replies != 0 {
			t.Errorf("unanswerable %d, replies %d, want 2, 0", n.Unanswerable, n.Replies)
		}
		if got := r.p.Sent(r.group); len(got) != 1 {
			t.Errorf("sent %+v, want the card alone", got)
		}
	})
}

func TestAMessageIsAnsweredByAText(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			return bot.Answer{Text: "已记录：" + in.Text}, nil
		})
		r.say("lisi", "签到")
		synctest.Wait()
		got := r.p.Sent(r.group)
		if len(got) != 1 || got[0].Text != "已记录：签到" || got[0].Open {
			t.Errorf("sent %+v", got)
		}
	})
}

func TestSilenceIsSilence(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.say("lisi", "签到")
		after(time.Minute)
		if got := r.p.Sent(r.group); len(got) != 0 {
			t.Errorf("sent %+v", got)
		}
	})
}

func TestEntryIsWelcomed(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			if in.Entered {
				return bot.Answer{Text: "您好，发送“帮助”查看用法。"}, nil
			}
			return bot.Answer{}, nil
		})
		if err := r.p.Enter(r.bot.ID, "lisi"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		got := r.p.Sent(r.p.PrivateChat(r.bot.ID, "lisi"))
		if len(got) != 1 || got[0].Text != "您好，发送“帮助”查看用法。" {
			t.Errorf("sent %+v", got)
		}
		in := r.heard()
		if len(in) != 1 || !in[0].Entered || in[0].Chat.Kind != bot.PrivateChat || in[0].Chat.ID != "lisi" {
			t.Errorf("heard %+v", in)
		}
		if n := r.c.Counters(); n.Welcomes != 1 || n.Entered != 1 {
			t.Errorf("counters %+v", n)
		}
	})
}

func TestAFailedHandlerApologises(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		broken := true
		r.answers(func(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
			if broken {
				return bot.Answer{Text: "已签到", Card: doneCard()}, errors.New("disk full")
			}
			return signsIn(ctx, in)
		})
		id := r.say("lisi", "签到")
		synctest.Wait()
		if got := r.p.Sent(r.group); len(got) != 1 || got[0].Text != apology {
			t.Errorf("sent %+v, want the apology", got)
		}
		r.sendCard()
		click := r.click("lisi")
		synctest.Wait()
		if got := r.p.Viewers(r.bot.ID, string(taskID)); len(got) != 0 {
			t.Errorf("card changed for %q though nothing was recorded", got)
		}
		// Nothing was recorded, so a further delivery is not a repetition.
		broken = false
		r.p.Redeliver(id)
		r.p.Redeliver(click)
		synctest.Wait()
		if n := r.c.Counters(); n.HandlerErrors != 3 || n.Duplicates != 0 || n.Cards != 1 {
			t.Errorf("counters %+v", n)
		}
	})
}

func TestARepeatedDeliveryIsNeitherHandledNorAnswered(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			time.Sleep(2 * time.Second)
			return bot.Answer{Text: "已记录"}, nil
		})
		r.fault(wechattest.Fault{Kind: wechattest.DuplicateCallback})
		id := r.say("lisi", "签到") // the second comes while the first is in work
		after(10 * time.Second)
		r.p.Faults().Clear()
		r.p.Redeliver(id) // and the third when it is done
		synctest.Wait()
		r.p.Drop(r.bot.ID)
		after(10 * time.Second)
		r.p.Redeliver(id) // and the fourth on another connection
		after(10 * time.Second)
		if got := len(r.heard()); got != 1 {
			t.Errorf("handled %d times", got)
		}
		if got := r.p.Sent(r.group); len(got) != 1 {
			t.Errorf("answered %d times", len(got))
		}
		if got := r.c.Counters().Duplicates; got != 3 {
			t.Errorf("duplicates = %d, want 3", got)
		}
	})
}

// A group of two hundred clicks within a minute: the budget is for 25 cards,
// the rest is recorded without one, and nothing is refused by the platform.
func TestCardUpdatesBeyondTheBudgetAreSkipped(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(signsIn)
		r.sendCard()
		for i := range 200 {
			id := fmt.Sprintf("m%03d", i)
			r.p.AddMember(wechattest.Member{UserID: id, Name: id})
			if err := r.p.Join(r.group, id); err != nil {
				t.Fatal(err)
			}
			r.click(id)
			synctest.Wait()
		}
		n := r.c.Counters()
		if n.Clicks != 200 || n.Cards != 24 || n.CardsSkipped != 176 || n.CardsFailed != 0 {
			t.Errorf("clicks %d, cards %d, skipped %d, failed %d", n.Clicks, n.Cards, n.CardsSkipped, n.CardsFailed)
		}
		if got := len(r.heard()); got != 201 {
			t.Errorf("handled %d, want 201", got)
		}
	})
}

// While the clicks come in, a summary that waits for budget gets it before any
// card.
func TestCardsStandBackForAWaitingPush(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(signsIn)
		r.sendCard()
		for range 30 {
			r.click("lisi")
		}
		begin := time.Now()
		sent := make(chan error, 1)
		go func() { sent <- r.send("已签到 43/120") }()
		for range 120 {
			after(time.Second)
			r.click("lisi")
		}
		if err := <-sent; err != nil {
			t.Fatal(err)
		}
		got := r.p.Deliveries()
		if waited := got[len(got)-1].At.Sub(begin); waited > time.Minute {
			t.Errorf("summary waited %v", waited)
		}
	})
}

func TestRepliesKeepTheirOrderAndTheBudget(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			return bot.Answer{Text: "收到" + in.Text}, nil
		})
		var want []string
		for i := range 60 {
			text := fmt.Sprint(i)
			want = append(want, "收到"+text)
			r.say("lisi", text)
		}
		after(150 * time.Second)
		var got []string
		for _, m := range r.p.Sent(r.group) {
			got = append(got, m.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("replies %q", got)
		}
	})
}

func TestOnePersonsDeedsStayInOrder(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			if in.Text == "0" {
				time.Sleep(time.Second)
			}
			return bot.Answer{}, nil
		})
		for i := range 20 {
			r.say("lisi", fmt.Sprint(i))
			r.say("wangwu", "x")
		}
		after(2 * time.Second)
		next := 0
		for _, in := range r.heard() {
			if in.From == "lisi" {
				if in.Text != fmt.Sprint(next) {
					t.Fatalf("lisi's %d. deed is %q", next, in.Text)
				}
				next++
			}
		}
		if next != 20 {
			t.Errorf("lisi did %d things, want 20", next)
		}
	})
}

func TestAFullReplyQueueDropsTheOldest(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			return bot.Answer{Text: in.Text}, nil
		})
		// 25 go at once, one waits for budget, 500 in the queue.
		for i := range 540 {
			r.say("lisi", fmt.Sprint(i))
			synctest.Wait()
		}
		if got := r.c.Counters(); got.RepliesDropped != 14 || got.Replies != 25 {
			t.Errorf("dropped %d, replied %d, want 14, 25", got.RepliesDropped, got.Replies)
		}
		after(61 * time.Second)
		if got := r.p.Sent(r.group)[26].Text; got != "40" {
			t.Errorf("after the gap comes %q, want 40", got)
		}
	})
}

func TestAReplyWaitsForTheNextLink(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			time.Sleep(time.Second)
			return bot.Answer{Text: "已记录"}, nil
		})
		r.say("lisi", "签到")
		synctest.Wait()
		r.p.Drop(r.bot.ID)
		after(time.Minute)
		// The fake lets a req_id die with its connection (846605): the reply
		// is given up, once, without harm to the link.
		if n := r.c.Counters(); n.RepliesFailed != 1 || n.Connects != 2 {
			t.Errorf("failed %d, connects %d, want 1, 2", n.RepliesFailed, n.Connects)
		}
	})
}

func TestThePlatformsBrakeDelaysReplies(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			return bot.Answer{Text: in.Text}, nil
		})
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 846607, Times: 1})
		r.say("lisi", "签到")
		after(59 * time.Second)
		if got := r.p.Sent(r.group); len(got) != 0 {
			t.Fatal("replied within the pause")
		}
		after(2 * time.Second)
		if got := r.p.Sent(r.group); len(got) != 1 {
			t.Errorf("replies = %d after the pause, want 1", len(got))
		}
	})
}
