package app_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/evidence"
	"fanzha/bot/ledger"
	outbox "fanzha/bot/push"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
)

// deliveries counts what the bot has started in each of the county's groups.
func (c *county) deliveries() map[bot.UnitID]int {
	out := make(map[bot.UnitID]int)
	for _, u := range c.Units {
		for _, d := range c.Platform.Deliveries() {
			if d.Chat == c.Groups[u.ID] {
				out[u.ID]++
			}
		}
	}
	return out
}

// The office approves an alert for each of twelve workdays, and a group may get
// eight messages a month: cards and summaries together are eight, whatever people
// write in between. The others end as rejected and say why; what an untold summary
// says can be asked and proven. Urgent alerts and corrections come all the same,
// and in December the month begins anew.
func TestMonthlyLimitHoldsForAllThatTheBotStarts(t *testing.T) {
	inCounty(t, 3, 2, func(c *county) {
		c.open()
		for i := range 12 {
			c.approved(draft(fmt.Sprintf("骗术%d", i+1)))
		}
		for day := 2; day <= 20; day++ {
			c.until(fmt.Sprintf("11-%02d 15:00:00", day))
			for _, u := range c.Units {
				c.say(u.ID, c.People[u.ID][day%2], "签到")
			}
		}
		c.until("11-30 12:00:00")
		for u, n := range c.deliveries() {
			if n != 8 {
				c.Errorf("%s got %d messages in November, want 8", u, n)
			}
		}
		const limit = "本群本月的消息已达上限（8 条）"
		var silent []string // texts of the summaries
		c.look(func(s *book.State) {
			for _, d := range s.Outbox.Deliveries() {
				switch {
				case d.Group == "":
				case d.State == outbox.Rejected && d.Reason == limit && d.Attempts == 0:
					if d.Purpose == bot.ForSummary {
						silent = append(silent, d.Text)
					}
				case d.State != outbox.Sent:
					c.Errorf("%s is %s (%s)", d.ID, d.State, d.Reason)
				}
			}
		})
		if status := c.tell(demo.Approver, "本月推送状态"); len(silent) == 0 || !strings.Contains(status, fmt.Sprintf("没发到群里的签到小结：%s，%d 个", limit, len(silent))) {
			c.Errorf("%d summaries were not sent; the office reads:\n%s", len(silent), status)
		}
		c.proven(silent)

		urgent := draft("冒充公检法") + "\n紧急：是"
		_, _ = c.Publish(c.Context(), c.app, urgent) // refused without the word: it is verified then
		c.tell(demo.Approver, "审批 A0013 "+versionPattern.FindStringSubmatch(c.tell(demo.Approver, "预警 A0013"))[1]+" 紧急")
		c.push("A0013")
		c.tell(demo.Approver, "撤回 A0001 案情有误")
		c.pass(time.Minute)
		for u, n := range c.deliveries() {
			if n != 8+2 {
				c.Errorf("%s got %d messages, want the urgent alert and the correction as well", u, n)
			}
		}
		if records := c.records(); !strings.Contains(records, limit+"，因经审批的紧急预警照发") || !strings.Contains(records, limit+"，因是撤回预警的更正说明照发") {
			c.Error("the ledger does not say why they came")
		}

		c.approved(draft("新骗术"))
		c.until("12-01 12:00:00")
		for u, n := range c.deliveries() {
			if n != 10+1 {
				c.Errorf("%s got %d messages until 1 December, want the first of the month", u, n)
			}
		}
		c.deliveredOnce()
	})
}

// proven fails the test unless the month's evidence agrees with the checkpoint that
// each of the summaries carries.
func (c *county) proven(summaries []string) {
	c.Helper()
	var file bytes.Buffer
	if _, err := c.app.Export(c.Context(), demo.Approver, app.Export{Month: november, Masked: true}, &file); err != nil {
		c.Fatal(err)
	}
	for _, text := range summaries {
		witness, err := ledger.ParseWitness(witnessPattern.FindStringSubmatch(text)[1])
		if err != nil {
			c.Fatal(err)
		}
		if _, err := evidence.Verify(bytes.NewReader(file.Bytes()), int64(file.Len()), c.key.Public(), &witness); err != nil {
			c.Errorf("evidence against “%s”: %v", text, err)
		}
	}
}
