package app_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

const push = "aibot_send_msg"

// The platform's answers to three cards are lost. Whether the cards are out,
// the program cannot know: it lists them within a minute, leaves them alone for
// a day, and does what the operator who looked says.
func TestLostAnswers(t *testing.T) {
	for _, f := range []struct {
		name string
		kind wechattest.FaultKind
		out  int    // cards in the three groups, though unknown
		word string // what an operator says who has looked
	}{
		{"the cards are out", wechattest.LoseAnswer, 1, "已见 "},
		{"the cards are not out", wechattest.LoseRequest, 0, "未见 "},
	} {
		t.Run(f.name, func(t *testing.T) {
			inCounty(t, 10, 1, func(c *county) {
				c.open()
				c.Platform.Faults().Inject(wechattest.Fault{Kind: f.kind, Cmd: push, Times: 3})
				c.push(c.approved(draft("刷单返利")))
				unknown := c.unknown()
				if len(unknown) != 3 {
					c.Fatalf("unknown a minute later: %v, want 3", unknown)
				}
				c.pass(24 * time.Hour)
				if n := len(c.Platform.Deliveries()); n != 7+3*f.out {
					c.Errorf("%d cards after a day, want %d", n, 7+3*f.out)
				}
				for _, id := range unknown {
					c.tell(demo.Approver, f.word+id)
				}
				c.pass(time.Minute)
				c.eachGroupGot(1)
				c.deliveredOnce()
			})
		})
	}
}

// The platform refuses what may be tried again: for a minute, or because its
// connection is dead. Each group gets its card all the same, and once.
func TestRefusedForNow(t *testing.T) {
	for _, f := range []wechattest.Fault{
		{Kind: wechattest.RefuseCommand, Cmd: push, Code: 846607, Times: 5},
		{Kind: wechattest.RefuseCommand, Cmd: push, Code: 846609, Times: 2},
		{Kind: wechattest.RefuseConnection, Times: 4},
	} {
		t.Run(fmt.Sprintf("%s %d", f.Kind, f.Code), func(t *testing.T) {
			inCounty(t, 10, 1, func(c *county) {
				c.open()
				c.Platform.Faults().Inject(f)
				if f.Kind == wechattest.RefuseConnection {
					c.Platform.Drop(c.cfg.WeCom.BotID)
					synctest.Wait() // what goes out before the line is known to be dead may have arrived
				}
				c.push(c.approved(draft("刷单返利")))
				c.pass(10 * time.Minute)
				if n := c.Platform.Faults().Struck(f.Kind); n != f.Times {
					c.Errorf("the platform refused %d times, want %d", n, f.Times)
				}
				c.eachGroupGot(1)
				c.deliveredOnce()
			})
		})
	}
}

// The platform's moderation refuses a text for good. It is not tried again, and
// whoever asks is told.
func TestModeration(t *testing.T) {
	inCounty(t, 5, 1, func(c *county) {
		c.open()
		c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Contains: "刷单返利", Code: 40201})
		c.push(c.approved(draft("刷单返利")))
		c.pass(time.Hour)
		if n := c.Platform.Faults().Struck(wechattest.RefuseCommand); n != 5 {
			c.Errorf("tried %d times in 5 groups", n)
		}
		if status := c.tell(demo.Approver, "推送状态"); !strings.Contains(status, "应达 5，被拒绝 5") {
			c.Errorf("the office is told: %s", status)
		}
	})
}

// The bot is thrown out of a group. The office sees it, the next push leaves
// the group out; once somebody speaks to the bot there again it is back.
func TestBotRemovedFromGroup(t *testing.T) {
	inCounty(t, 3, 1, func(c *county) {
		c.open()
		u, id := c.Units[0], c.cfg.WeCom.BotID
		if err := c.Platform.RemoveBot(c.Groups[u.ID], id); err != nil {
			c.Fatal(err)
		}
		c.push(c.approved(draft("刷单返利")))
		for _, question := range []string{"没建群的", u.Short + "建群没"} {
			if answer := c.tell(demo.Approver, question); !strings.Contains(answer, "收不到推送") || !strings.Contains(answer, "93001") {
				c.Errorf("%s: %s", question, answer)
			}
		}
		c.push(c.approved(draft("冒充客服")))
		if err := c.Platform.AddBot(c.Groups[u.ID], id); err != nil {
			c.Fatal(err)
		}
		c.say(u.ID, c.People[u.ID][0], "在吗")
		if answer := c.tell(demo.Approver, "没建群的"); strings.Contains(answer, "收不到推送") {
			c.Errorf("after somebody spoke: %s", answer)
		}
		c.push(c.approved(draft("校园贷")))
		if got := c.cards(); got[u.ID] != 1 || got[c.Units[1].ID] != 3 {
			c.Errorf("cards: %v", got)
		}
	})
}

// Callbacks come twice, late, overtaking each other, and once more after a
// restart: still everybody is counted once.
func TestRepeatedAndReorderedCallbacks(t *testing.T) {
	inCounty(t, 5, 10, func(c *county) {
		c.open()
		c.push(c.approved(draft("刷单返利")))
		faults := c.Platform.Faults()
		faults.Inject(wechattest.Fault{Kind: wechattest.DuplicateCallback, Chance: 0.5, After: 2 * time.Second, Spread: 3 * time.Second})
		faults.Inject(wechattest.Fault{Kind: wechattest.DelayCallback, Chance: 0.5, Spread: 10 * time.Second})
		faults.Inject(wechattest.Fault{Kind: wechattest.Noise, Chance: 0.3})
		faults.Inject(wechattest.Fault{Kind: wechattest.Garbage, Chance: 0.3})
		faults.Inject(wechattest.Fault{Kind: wechattest.Oversize, Chance: 0.05})
		var ids []string
		for _, u := range c.Units {
			for i, p := range c.People[u.ID] {
				id, err := c.Platform.Click(c.Groups[u.ID], p.UserID, c.Card(u.ID), bot.CheckInButton)
				if i%2 == 1 {
					id, err = c.Say(u.ID, p, "签到")
				}
				if err != nil {
					c.Fatal(err)
				}
				ids = append(ids, id)
			}
		}
		c.pass(time.Minute)
		c.restart()
		for _, id := range ids {
			c.Platform.Redeliver(id)
		}
		c.pass(time.Minute)
		if n := len(c.checkIns()); n != 50 {
			c.Errorf("%d check-ins of 50 people", n)
		}
	})
}

// The connection looks alive but answers no heartbeat. It is given up, and on
// the next one people are heard again.
func TestHalfDeadConnection(t *testing.T) {
	inCounty(t, 1, 2, func(c *county) {
		c.open()
		c.push(c.approved(draft("刷单返利")))
		before := c.app.Channel.Counters().Connects
		heal := c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.NoAnswer, Cmd: "ping"})
		c.pass(2 * time.Minute)
		heal()
		c.pass(time.Minute)
		if n := c.app.Channel.Counters().Connects; n == before {
			c.Error("the program has kept a connection that answers no heartbeat")
		}
		u := c.Units[0].ID
		c.click(u, c.People[u][0])
		if c.receipt(c.Card(u), c.People[u][0]) == "" {
			c.Error("a click after that got no receipt")
		}
	})
}

// With a wrong secret the program does not go on trying: it ends and says so,
// without the secret.
func TestWrongCredentials(t *testing.T) {
	inCounty(t, 1, 1, func(c *county) {
		const wrong = "a-wrong-secret-4711"
		c.cfg.WeCom.Secret = config.NewSecret(wrong)
		a, err := app.New(c.Context(), c.cfg, app.Deps{Ledger: c.ledger, Key: c.key, HTTPClient: c.Platform.HTTPClient()})
		if err != nil {
			c.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(c.Context(), time.Hour)
		defer cancel()
		err = a.Run(ctx)
		if !errors.Is(err, aibot.ErrCredentials) || strings.Contains(err.Error(), wrong) {
			c.Errorf("Run returned %v", err)
		}
		if err := a.Close(); err != nil {
			c.Error(err)
		}
		synctest.Wait()
	})
}
