package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
)

// Two processes with one ledger file: the second is refused, and is told who
// has the file. After the first has ended it may start.
func TestSecondProcessOnOneFile(t *testing.T) {
	p := wechattest.New(wechattest.Options{Seed: 1})
	defer p.Close()
	w, err := demo.NewWorld(p, 37, 1)
	if err != nil {
		t.Fatal(err)
	}
	cfg := w.Config("ws://openws.sim/", t.TempDir())
	first, err := app.New(t.Context(), cfg, app.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = app.New(t.Context(), cfg, app.Deps{})
	if !errors.Is(err, ledger.ErrLocked) || !strings.Contains(err.Error(), cfg.Data.Ledger()) {
		t.Errorf("second process on one file: %v, want one that names the file and its holder", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	third, err := app.New(t.Context(), cfg, app.Deps{})
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	if err := third.Close(); err != nil {
		t.Error(err)
	}
}

// Somebody starts a second installation, with a ledger of its own, under the
// same bot. The platform gives the bot to the newer one. The older one says
// that it is not ready, sends nothing, and does not fight for a day.
func TestNewerInstallationTakesTheBot(t *testing.T) {
	inCounty(t, 5, 2, func(c *county) {
		c.open()
		older := *c
		c.ledger = ledgertest.NewMem()
		c.start()
		defer older.end()

		c.pass(time.Minute)
		if why := older.app.Ready(); !strings.Contains(why, "取代") {
			c.Errorf("the older one says of its readiness: %q", why)
		}
		older.push(older.approved(draft("冒充客服")))
		if err := c.Bind(c.Context(), c.app); err != nil {
			c.Fatal(err)
		}
		c.pass(time.Minute)
		c.push(c.approved(draft("校园贷")))
		c.pass(24 * time.Hour)
		if n := older.app.Channel.Counters().Connects; n != 1 || !strings.Contains(older.app.Ready(), "取代") {
			c.Errorf("a day later the older one has connected %d times and says: %q", n, older.app.Ready())
		}
		if why := c.app.Ready(); why != "" {
			c.Errorf("the newer one is not ready: %s", why)
		}
		c.eachGroupGot(1) // from the newer one
		c.deliveredOnce()
	})
}

// A standby takes over the ledger in the middle of a push. The older process is
// fenced and ends with that error; the newer one finishes the push. No group
// gets it twice, and what the older one had under way is listed.
func TestStandbyTakesOver(t *testing.T) {
	inCounty(t, 20, 1, func(c *county) {
		c.open()
		id := c.approved(draft("刷单返利"))
		slow := c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: "aibot_send_msg", After: 2 * time.Second})
		c.tell(demo.Approver, "推送 "+string(id))
		c.pass(3 * time.Second)
		older := *c
		c.ledger = c.ledger.Reopen()
		c.start()
		if err := <-older.ended; !errors.Is(err, ledger.ErrFenced) {
			c.Errorf("the older process ended with %v, want %v", err, ledger.ErrFenced)
		}
		slow()
		c.pass(time.Minute)
		unknown := c.unknown()
		if len(unknown) == 0 || len(unknown) > 8 {
			c.Errorf("unknown are %v, want those that the older process had under way", unknown)
		}
		for _, d := range unknown {
			c.tell(demo.Approver, "已见 "+d)
		}
		c.pass(time.Hour)
		c.eachGroupGot(1)
		c.deliveredOnce()
		if err := older.app.Close(); !errors.Is(err, ledger.ErrFenced) {
			c.Errorf("closing the older process: %v", err)
		}
	})
}
