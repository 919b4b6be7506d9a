package app_test

import (
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

// Of two groups one has lost the bot, but has a webhook: the alert comes there by
// the webhook, once, and says how to check in; the evidence says which door it
// was. The other has lost both, and its liaison hears of it.
func TestARefusedPushFallsBackToTheWebhook(t *testing.T) {
	inCounty(t, 3, 2, func(c *county) {
		var keys []string
		for i, u := range c.Units[:2] {
			key := c.Platform.AddRobot(c.Groups[u.ID], "通知")
			keys = append(keys, key)
			c.cfg.Robots = append(c.cfg.Robots, config.Robot{Name: []string{"first", "second"}[i], Key: config.NewSecret(key)})
		}
		c.deps.Web = c.Platform.HTTPClient().Transport
		c.open()
		for i, u := range c.Units[:2] {
			c.tell(demo.Approver, "加渠道 "+u.Short+" "+c.cfg.Robots[i].Name)
			if err := c.Platform.RemoveBot(c.Groups[u.ID], c.Platform.Bots()[0].ID); err != nil {
				t.Fatal(err)
			}
		}
		c.Platform.RemoveRobot(keys[1])
		c.push(c.approved(draft("刷单返利")))
		first, second := c.Units[0], c.Units[1]
		if said := c.said(first.ID); !strings.Contains(said, "刷单返利") || !strings.Contains(said, "签到”") {
			t.Errorf("by the webhook: %q", said)
		}
		c.look(func(s *book.State) {
			for _, d := range s.Outbox.Deliveries() {
				want := map[bot.UnitID]string{first.ID: "sent robot", second.ID: "rejected robot"}[d.Unit]
				if got := string(d.State) + " " + string(d.Channel); want != "" && got != want && d.Person == "" {
					t.Errorf("%s to %s = %s, want %s", d.ID, d.Unit, got, want)
				}
			}
		})
		if said := c.tell(demo.Approver, "渠道"); !strings.Contains(said, second.Short) || strings.Contains(said, first.Short) {
			t.Errorf("渠道 = %q, want the second group only", said)
		}
		if said := c.tell(demo.Approver, "推送状态"); !strings.Contains(said, "（智能机器人 1、群机器人 1）") {
			t.Errorf("推送状态 = %q, without the doors", said)
		}
		if file := c.export(true); !strings.Contains(file, first.Short+","+c.group(first.ID)+",群机器人,") ||
			!strings.Contains(file, c.Units[2].Short+","+c.group(c.Units[2].ID)+",智能机器人,") {
			t.Error("the evidence does not say which doors were used")
		}
		c.deliveredOnce()
		if records := c.records(); strings.Contains(records, keys[0]) || strings.Contains(records, keys[1]) {
			t.Error("the key of a webhook is in the ledger")
		}
	})
}

// A unit's group is an ordinary WeChat group. Its liaison gets the text, is
// reminded once, says that he has forwarded it, and only then has the unit been
// asked.
func TestALiaisonForwards(t *testing.T) {
	inCounty(t, 2, 2, func(c *county) {
		c.open()
		u := c.Units[0]
		liaison := c.People[u.ID][0]
		if _, err := c.Platform.Tell(liaison.UserID, "我的记录"); err != nil { // who has never spoken to the bot cannot be told anything
			t.Fatal(err)
		}
		c.pass(time.Minute)
		c.tell(demo.Approver, "减渠道 "+u.Short+" 机器人")
		c.tell(demo.Approver, "加渠道 "+u.Short+" 人工代发 单位微信群")
		c.push(c.approved(draft("刷单返利")))
		said := c.saidTo(liaison.UserID)
		var errand bot.DeliveryID
		c.look(func(s *book.State) {
			for _, d := range s.Outbox.Deliveries() {
				if d.Unit == u.ID && d.Person == "" {
					errand = d.ID
				}
			}
		})
		for _, words := range []string{"微信群“单位微信群”", "已转发 " + string(errand), "刷单返利"} {
			if !strings.Contains(said, words) {
				t.Errorf("the liaison was told %q, without %s", said, words)
			}
		}
		asked := func() (asked bool) {
			c.look(func(s *book.State) {
				for _, sess := range s.Attendance.Sessions() {
					asked = asked || sess.Unit == u.ID && s.Outbox.Asked(sess.ID)
				}
			})
			return asked
		}
		if asked() {
			t.Error("asked, though nobody has forwarded it")
		}
		status := func(want string) {
			t.Helper()
			if said := c.tell(demo.Approver, "推送状态"); !strings.Contains(said, want) {
				t.Errorf("推送状态 = %q, want %s", said, want)
			}
		}
		status("已送达 1，待人工转发 1")
		c.restart()
		c.pass(26 * time.Hour)
		if said := c.saidTo(liaison.UserID); !strings.Contains(said, "还没有回复") {
			t.Errorf("after a day: %q, want a reminder", said)
		}
		status(u.Short + "（待人工转发，已逾期）")
		before := len(c.Platform.Deliveries())
		c.pass(24 * time.Hour)
		if n := len(c.Platform.Deliveries()); n != before {
			t.Errorf("%d more messages, want one reminder only", n-before)
		}
		if _, err := c.Platform.Tell(liaison.UserID, "已转发"); err != nil {
			t.Fatal(err)
		}
		c.pass(time.Minute)
		if said := c.saidTo(liaison.UserID); !strings.Contains(said, "已记："+string(errand)) || !asked() {
			t.Errorf("已转发: %q, asked %t", said, asked())
		}
		status("已送达 1，已人工转发 1")
		if said := c.tell(demo.Approver, u.Short+" 本月"); !strings.Contains(said, "已达 1（其中人工代发 1）") {
			t.Errorf("the unit's month is %q", said)
		}
		if file := c.export(true); !strings.Contains(file, u.Short+","+c.group(u.ID)+",人工代发,") || !strings.Contains(file, "已人工转发") {
			t.Error("the evidence does not say that a person forwarded it")
		}
		c.restart()
		if !asked() {
			t.Error("forgotten by a restart")
		}
	})
}

// The switch stops what no platform has, also for the next process, and says so
// where it is looked for.
func TestTheSwitch(t *testing.T) {
	inCounty(t, 5, 1, func(c *county) {
		c.open()
		id := c.approved(draft("刷单返利"))
		c.tell(demo.Approver, "停发 先核实")
		c.push(id)
		c.restartStopped()
		c.pass(time.Hour)
		c.eachGroupGot(0)
		c.tell(demo.Approver, "恢复发送")
		c.pass(time.Minute)
		c.eachGroupGot(1)
		if why := c.app.Ready(); why != "" {
			t.Errorf("not ready after it was resumed: %s", why)
		}
	})
}

// restartStopped is restart for a program that is stopped from sending.
func (c *county) restartStopped() {
	c.Helper()
	if err := c.stop(); err != nil {
		c.Fatal(err)
	}
	if err := c.launch(); err != nil {
		c.Fatal(err)
	}
	if why := c.app.Ready(); !strings.Contains(why, "停发") {
		c.Errorf("Ready = %q, want it to say that sending is stopped", why)
	}
}

// A withdrawn alert is put right in every group that got it, once, and not at
// night.
func TestAWithdrawnAlertIsPutRight(t *testing.T) {
	inCounty(t, 3, 1, func(c *county) {
		c.open()
		id := c.approved(draft("刷单返利"))
		c.push(id)
		c.until("11-02 21:30:00")
		c.tell(demo.Approver, "撤回 "+string(id)+" 案情有误")
		c.until("11-03 07:59:00")
		before := len(c.Platform.Deliveries())
		c.restart()
		c.until("11-03 08:05:00")
		for _, u := range c.Units {
			if said := c.said(u.ID); !strings.Contains(said, "更正说明") || !strings.Contains(said, string(id)) || strings.Contains(said, "案情有误") {
				t.Errorf("%s was told %q", u.Short, said)
			}
		}
		if n := len(c.Platform.Deliveries()) - before; n != 3 {
			t.Errorf("%d corrections, want one a group", n)
		}
	})
}

// Two alerts that were approved for the same time come as one message.
func TestTwoAlertsAtOnceAreOneMessage(t *testing.T) {
	inCounty(t, 3, 1, func(c *county) {
		c.open()
		c.until("11-02 21:30:00")
		for _, topic := range []string{"刷单返利", "冒充客服"} {
			c.tell(demo.Approver, "推送 "+string(c.approved(draft(topic))))
		}
		c.until("11-03 08:05:00")
		c.eachGroupGot(1)
		c.look(func(s *book.State) {
			if n := len(s.Outbox.Deliveries()); n != 3 || s.Attendance.Session("S000001").Title != "刷单返利等2条" {
				t.Errorf("%d deliveries, session %q", n, s.Attendance.Session("S000001").Title)
			}
		})
		if file := c.export(true); !strings.Contains(file, "刷单返利；冒充客服") {
			t.Error("the evidence names one of the two alerts only")
		}
		p := c.People[c.Units[0].ID][0]
		c.click(c.Units[0].ID, p)
		if c.receipt(c.Card(c.Units[0].ID), p) == "" {
			t.Error("no receipt on the card")
		}
	})
}
