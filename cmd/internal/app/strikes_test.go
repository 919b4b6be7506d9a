package app_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot/wechat/wechattest"
)

// Callbacks of the official account and of the app come twice, late, out of their
// order, and not before the platform has come again: whoever checked in stands in
// the ledger, once.
func TestEachCheckInCountsOnceWhateverBecomesOfCallbacks(t *testing.T) {
	for _, f := range []wechattest.Fault{
		{Kind: wechattest.DuplicateCallback},
		{Kind: wechattest.DuplicateCallback, After: 10 * time.Second, Spread: 2 * time.Minute},
		{Kind: wechattest.DelayCallback, Spread: 20 * time.Second},
		{Kind: wechattest.LoseCallback, Chance: 0.3},
		{Kind: wechattest.LoseCallback, Times: 3},
	} {
		t.Run(fmt.Sprintf("%s by %v", f.Kind, f.After+f.Spread), func(t *testing.T) {
			inCounty(t, 1, 20, func(c *county) {
				account, app := c.follow(wechattest.Official{}), c.employ(wechattest.WorkApp{})
				c.open()
				account.Connect("https://fanzha.example/callback/oa", wechattest.ToHandler(c.app.Callbacks()))
				app.Connect("https://fanzha.example/callback/app", wechattest.ToHandler(c.app.Callbacks()))
				u := c.Units[0]
				register := func(ctx context.Context, i int) (wechattest.Reply, error) {
					return account.Say(ctx, fmt.Sprintf("oMember%02d", i), "我是 "+u.Short+" "+c.People[u.ID][i].Name)
				}
				c.crowd(10, register)
				for _, p := range c.People[u.ID][10:] {
					c.say(u.ID, p, "我是 "+p.Name)
				}
				c.push(c.approved(draft("刷单返利")))
				c.Platform.Faults().Inject(f)
				c.crowd(10, func(ctx context.Context, i int) (wechattest.Reply, error) {
					return account.Press(ctx, fmt.Sprintf("oMember%02d", i), "签到")
				})
				c.crowd(10, func(ctx context.Context, i int) (wechattest.Reply, error) {
					return app.Say(ctx, c.People[u.ID][10+i].UserID, "签到")
				})
				c.pass(10 * time.Minute)
				if n := len(c.checkIns()); n != 20 {
					t.Errorf("%d check-ins in the ledger, want 20", n)
				}
				if n := c.Platform.Faults().Struck(f.Kind); n == 0 {
					t.Error("nothing was struck")
				}
				if faults := c.Platform.CallbackFaults(); len(faults) > 0 {
					t.Errorf("the platform could not take: %q", faults)
				}
			})
		})
	}
}

// crowd has so many people act at once, and wants each of them answered.
func (c *county) crowd(n int, act func(ctx context.Context, i int) (wechattest.Reply, error)) {
	c.Helper()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if r, err := act(c.Context(), i); err != nil || r.Broken {
				c.Errorf("%d is answered with %+v, %v", i, r, err)
			}
		})
	}
	all.Wait()
	synctest.Wait()
}

// What a person says to the app and takes back, on the way overtaken by one
// A question overtakes the check-in that was said before it, and both come twice:
// the answer is that of the moment, and the check-in counts when it comes, once.
func TestCallbacksOvertakeEachOther(t *testing.T) {
	inCounty(t, 1, 2, func(c *county) {
		app := c.employ(wechattest.WorkApp{})
		c.open()
		app.Connect("https://fanzha.example/callback/app", wechattest.ToHandler(c.app.Callbacks()))
		c.push(c.approved(draft("刷单返利")))
		p := c.People[c.Units[0].ID][1]
		faults := c.Platform.Faults()
		faults.Inject(wechattest.Fault{Kind: wechattest.DelayCallback, Cmd: wechattest.AppCallback, Contains: "[签到]", After: time.Minute})
		faults.Inject(wechattest.Fault{Kind: wechattest.DuplicateCallback, Cmd: wechattest.AppCallback})
		var checkIn sync.WaitGroup
		checkIn.Go(func() {
			if _, err := app.Say(c.Context(), p.UserID, "签到"); err != nil {
				c.Error(err)
			}
		})
		c.pass(time.Second)
		asks := func(want string) {
			c.Helper()
			r, err := app.Say(c.Context(), p.UserID, "我的记录")
			if synctest.Wait(); err != nil || strings.Contains(r.Text+strings.Join(c.read(app, p), "\n"), "签到 1 场") != (want != "") {
				c.Errorf("his record is %+v, %v", r, err)
			}
		}
		asks("")
		checkIn.Wait()
		c.pass(time.Second)
		asks("签到 1 场")
		if n := len(c.checkIns()); n != 1 || faults.Struck(wechattest.DelayCallback) != 1 || faults.Struck(wechattest.DuplicateCallback) != 3 {
			t.Errorf("%d check-ins in the ledger, want 1", n)
		}
	})
}
