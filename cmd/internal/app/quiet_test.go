package app_test

import (
	"regexp"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/demo"
)

// awake fails the test if the bot has started a message in the quiet hours of
// the county, 21:00 to 08:00.
func (c *county) awake() {
	c.Helper()
	for _, d := range c.Platform.Deliveries() {
		if at := d.At.In(bot.Zone); at.Hour() >= 21 || at.Hour() < 8 {
			c.Errorf("delivered at %s: %s", at.Format("15:04:05"), d.Content)
		}
	}
}

// Two seconds before the quiet hours a push begins on a platform that answers
// slowly. The groups that it has not reached at nine get it the next morning at
// eight.
func TestQuietHoursInterruptPush(t *testing.T) {
	inCounty(t, 37, 1, func(c *county) {
		c.open()
		c.until("11-02 20:00:00")
		id := c.approved(draft("刷单返利"))
		c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: "aibot_send_msg", After: time.Second})
		c.until("11-02 20:59:58")
		c.push(id)
		early := len(c.Platform.Deliveries())
		if early == 0 || early == 37 {
			c.Fatalf("%d groups got the push before nine, want some of 37", early)
		}
		c.until("11-03 07:59:59")
		if n := len(c.Platform.Deliveries()); n != early {
			c.Errorf("%d groups got the push in the night", n-early)
		}
		c.until("11-03 08:01:00")
		c.eachGroupGot(1)
		c.awake()
	})
}

// A group has used up the platform's budget of the minute when the push comes:
// the channel makes the card wait. It must not wait into the quiet hours and go
// out then.
func TestQuietHoursInterruptWaitForBudget(t *testing.T) {
	inCounty(t, 1, 40, func(c *county) {
		c.open()
		u := c.Units[0].ID
		c.push(c.approved(draft("刷单返利")))
		c.until("11-02 20:59:30")
		next := c.approved(draft("冒充客服"))
		for _, p := range c.People[u] {
			c.click(u, p)
		}
		c.until("11-02 20:59:40")
		c.push(next)
		c.until("11-03 09:00:00")
		c.eachGroupGot(2)
		c.awake()
	})
}

// At night an alert that was approved as urgent goes out at once, and one that
// was not waits.
func TestOnlyUrgentAlertsGoOutAtNight(t *testing.T) {
	inCounty(t, 3, 1, func(c *county) {
		c.open()
		c.until("11-02 23:00:00")
		calm := c.approved(draft("刷单返利"))
		urgent := draft("冒充公检法") + "\n紧急：是"
		if _, err := c.Publish(c.Context(), c.app, urgent); err == nil {
			c.Error("an urgent alert was approved without the word")
		}
		version := versionPattern.FindStringSubmatch(c.tell(demo.Approver, "预警 A0002"))[1]
		c.tell(demo.Approver, "审批 A0002 "+version+" 紧急")
		c.push(calm)
		c.push("A0002")
		c.eachGroupGot(1)
		for _, u := range c.Units {
			if card := c.Platform.CardOf(c.Platform.Bots()[0].ID, c.Card(u.ID), ""); card.Title != "诈骗预警：冒充公检法" {
				c.Errorf("at night came %q", card.Title)
			}
		}
		c.until("11-03 08:01:00")
		c.eachGroupGot(2)
		c.deliveredOnce()
	})
}

var versionPattern = regexp.MustCompile(`版本号：([0-9a-f]{8})`)
