package app_test

import (
	"fmt"
	"testing"
	"time"

	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

// A group hears by its webhook. As much as a minute holds goes out, the program
// is restarted within that minute, and as much again is due: the platform, which
// has forgotten nothing, never has to brake.
func TestABudgetSurvivesARestart(t *testing.T) {
	const minute = 18
	inCounty(t, 2, 1, func(c *county) {
		u := c.Units[0]
		key := c.Platform.AddRobot(c.Groups[u.ID], "通知")
		c.cfg.Robots = []config.Robot{{Name: "webhook", Key: config.NewSecret(key)}}
		c.cfg.Push.PerMonth = 100
		c.deps.Web = c.Platform.HTTPClient().Transport
		c.open()
		c.tell(demo.Approver, "减渠道 "+u.Short+" 机器人")
		c.tell(demo.Approver, "加渠道 "+u.Short+" webhook")
		var alerts []string
		for i := range 2 * minute {
			alerts = append(alerts, string(c.approved(draft(fmt.Sprintf("手法%02d", i)))))
		}
		arrived := func() (n int) {
			for _, d := range c.Platform.Deliveries() {
				if d.Chat == c.Groups[u.ID] {
					n++
				}
			}
			return n
		}
		send := func(alerts []string) {
			for _, id := range alerts {
				c.tell(demo.Approver, "推送 "+id)
				c.pass(time.Second) // each is a message of its own
			}
		}
		c.pass(time.Minute)
		before := arrived()
		send(alerts[:minute])
		if n := arrived() - before; n != minute {
			t.Fatalf("%d arrived before the restart, want %d", n, minute)
		}
		c.restart()
		send(alerts[minute:])
		c.pass(10 * time.Minute)
		if n := arrived() - before; n != 2*minute {
			t.Errorf("%d arrived, want %d", n, 2*minute)
		}
		if n := c.Platform.WebRefused(45009); n != 0 {
			t.Errorf("the platform had to brake %d times", n)
		}
		c.deliveredOnce()
	})
}
