package wechattest_test

import (
	"fmt"
	"testing"

	"fanzha/bot/wechat/wechattest"
)

func TestAConversationInABubble(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		c.want(0, "ping", "")
		p.hail(c)
		c.want(0, "aibot_send_msg", p.sendCard("t1"))
		if _, err := p.Click(p.group, "lisi", "t1", "signin"); err != nil {
			t.Fatal(err)
		}
		cb, reqID := c.callback()
		if e := cb.Event.Card; cb.From.UserID != "lisi" || e.TaskID != "t1" || e.EventKey != "signin" || cb.ChatID != p.group {
			t.Fatalf("click arrived as %+v", cb)
		}
		done := fmt.Sprintf(`{"response_type":"update_template_card","userids":["lisi"],"template_card":%s}`, signCard("t1"))
		c.wantAs(0, reqID, "aibot_respond_update_msg", done)
		if got := p.Viewers(p.bot, "t1"); len(got) != 1 || got[0] != "lisi" {
			t.Errorf("own views: %v, want lisi's only", got)
		}
		if d := p.Deliveries(); len(d) != 1 || d[0].TaskID != "t1" || !d[0].Answered {
			t.Errorf("deliveries %+v, want the card", d)
		}
	})
}
