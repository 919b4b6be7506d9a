package app_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

// The platform's moderation refuses an alert in every group, and a code that
// nobody knows another one. Those who manage the office are told once for each, by
// themselves and in words that say what to do; the log has the platform's words
// without the secret in them, and both are counted.
func TestRefusalsAreToldOf(t *testing.T) {
	const secret = "SECRET-of-the-bot-0815-SECRET"
	inCountyOf(t, 5, 1, wechattest.Options{Seed: 1, Bots: []wechattest.Bot{{ID: "aibTEST", Secret: secret}}}, func(c *county) {
		var log notes
		c.deps.Log = slog.New(slog.NewTextHandler(&log, nil))
		c.open()
		manager := managerOf(c)
		if _, err := c.Platform.Tell(manager, "推送状态"); err != nil { // or the bot may not write to him
			t.Fatal(err)
		}
		before := len(c.toldTo(manager))
		told := func(want ...string) {
			c.Helper()
			got := c.toldTo(manager)[before:]
			if len(got) != len(want) {
				c.Fatalf("the manager was told %q, want %d", got, len(want))
			}
			for i, words := range want {
				for w := range strings.SplitSeq(words, " ") {
					if !strings.Contains(got[i], w) {
						c.Errorf("the manager was told %q, which lacks %s", got[i], w)
					}
				}
			}
		}
		refuse := func(code int, topic string) {
			c.Helper()
			remove := c.Platform.Faults().Inject(wechattest.Fault{
				Kind: wechattest.RefuseCommand, Cmd: push, Contains: topic, Code: code, Msg: "no such thing for " + secret,
			})
			c.push(c.approved(draft(topic)))
			c.pass(time.Hour)
			remove()
		}
		refuse(40201, "刷单返利")
		told("P0001 A0001 40201 平台安全策略 另起草")
		refuse(77777, "冒充客服")
		told("40201", "P0002 A0002 77777 系统管理员")
		refuse(40058, "虚假贷款") // a known fault: the office reads of it when it asks
		c.pass(24 * time.Hour)
		told("40201", "77777")

		if logged := log.b.String(); !strings.Contains(logged, "no such thing for") || strings.Contains(logged, secret) {
			c.Errorf("logged:\n%s", logged)
		}
		metrics := c.signal("/metrics")
		for _, want := range []string{
			`fanzha_answers_total{channel="aibot",code="40201",outcome="rejected"} 5`,
			`fanzha_answers_total{channel="aibot",code="other",outcome="rejected"} 5`,
			`fanzha_answers_total{channel="aibot",code="40058",outcome="rejected"} 5`,
			`fanzha_answers_total{channel="aibot",code="0",outcome="sent"} `,
		} {
			if !strings.Contains(metrics, want) {
				c.Errorf("/metrics lacks %s", want)
			}
		}
	})
}

// A webhook that is in use is gone from the configuration: the manager hears of it,
// and not the liaison, who can do nothing about it.
func TestAWebhookThatIsNotConfiguredAnyMore(t *testing.T) {
	inCounty(t, 1, 1, func(c *county) {
		u := c.Units[0]
		c.cfg.Robots = []config.Robot{{Name: "first", Key: config.NewSecret(c.Platform.AddRobot(c.Groups[u.ID], "通知"))}}
		c.deps.Web = c.Platform.HTTPClient().Transport
		c.open()
		manager, liaison := managerOf(c), c.People[u.ID][0].UserID
		for _, person := range []string{manager, liaison} { // or the bot may not write to them
			if _, err := c.Platform.Tell(person, "我的记录"); err != nil {
				t.Fatal(err)
			}
		}
		c.only(u, "群机器人 first")
		c.cfg.Robots[0].Name = "another"
		c.restart()
		before := len(c.toldTo(liaison))
		c.push(c.approved(draft("刷单返利")))
		c.pass(time.Minute)
		if said := strings.Join(c.toldTo(manager), "\n"); !strings.Contains(said, "P0001（预警 A0001）没有发出：没有配置这个群机器人，") {
			t.Errorf("the manager reads %q", said)
		}
		if said := c.toldTo(liaison)[before:]; len(said) != 0 {
			t.Errorf("the liaison reads %q", said)
		}
	})
}

// managerOf returns the account of the county's manager.
func managerOf(c *county) string {
	for _, op := range c.cfg.Operators {
		if op.ID == demo.Approver {
			return string(op.Person)
		}
	}
	c.Fatal("nobody manages this county")
	return ""
}

// toldTo returns what the bot has written to a person of its own accord.
func (c *county) toldTo(userID string) (out []string) {
	chat := c.Platform.PrivateChat(c.Platform.Bots()[0].ID, userID)
	for _, d := range c.Platform.Deliveries() {
		if d.Chat == chat {
			out = append(out, d.Content)
		}
	}
	return out
}
