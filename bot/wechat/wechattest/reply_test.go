package wechattest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fanzha/bot/wechat/wechattest"
)

const (
	replyBody   = `{"msgtype":"stream","stream":{"id":"s1","finish":true,"content":"已记录"}}`
	welcomeBody = `{"msgtype":"text","text":{"content":"您好"}}`
)

func updateBody(taskID, users string) string {
	if users != "" {
		users = `"userids":[` + users + `],`
	}
	return fmt.Sprintf(`{"response_type":"update_template_card",%s"template_card":%s}`, users,
		strings.Replace(signCard(taskID), "我已阅读·签到", "已签到", 1))
}

// click pushes a card, has lisi click it and returns the event's req_id.
func (p corp) click(c *client, taskID string) string {
	c.t.Helper()
	p.hail(c)
	c.want(0, "aibot_send_msg", p.sendCard(taskID))
	if _, err := p.Click(p.group, "lisi", taskID, "signin"); err != nil {
		c.t.Fatal(err)
	}
	_, reqID := c.callback()
	return reqID
}

// entered has lisi enter the private chat and returns the event's req_id.
func (p corp) entered(c *client) string {
	c.t.Helper()
	if err := p.Enter(p.bot, "lisi"); err != nil {
		c.t.Fatal(err)
	}
	cb, reqID := c.callback()
	if cb.Event.EventType != "enter_chat" || cb.ChatID != "" || cb.ChatType != "single" {
		c.t.Fatalf("entering arrived as %+v", cb)
	}
	return reqID
}

func TestEachCallbackHasItsCommand(t *testing.T) {
	bodies := map[string]string{
		"aibot_respond_msg": replyBody, "aibot_respond_welcome_msg": welcomeBody, "aibot_respond_update_msg": updateBody("t1", ""),
	}
	own := map[string]func(corp, *client) string{
		"aibot_respond_msg": corp.hail, "aibot_respond_welcome_msg": corp.entered,
		"aibot_respond_update_msg": func(p corp, c *client) string { return p.click(c, "t1") },
	}
	for of, make := range own {
		t.Run(of, func(t *testing.T) {
			inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
				c := connect(t, p.Platform)
				reqID := make(p, c)
				for cmd, body := range bodies {
					if cmd != of {
						c.wantAs(846605, reqID, cmd, body)
					}
					c.wantAs(846605, "srv_unknown", cmd, body)
				}
				c.wantAs(0, reqID, of, bodies[of])
				c.wantAs(846606, reqID, of, bodies[of])
			})
		})
	}
}

func TestAnswersHaveTheirTime(t *testing.T) {
	for _, tt := range []struct {
		name, cmd, body string
		ask             func(corp, *client) string
		window          time.Duration
	}{
		{"update", "aibot_respond_update_msg", updateBody("t1", ""), func(p corp, c *client) string { return p.click(c, "t1") }, 5 * time.Second},
		{"welcome", "aibot_respond_welcome_msg", welcomeBody, corp.entered, 5 * time.Second},
		{"reply", "aibot_respond_msg", replyBody, corp.hail, 24 * time.Hour},
	} {
		for _, late := range []time.Duration{0, time.Millisecond} {
			t.Run(fmt.Sprintf("%s late by %v", tt.name, late), func(t *testing.T) {
				inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
					c := connect(t, p.Platform)
					reqID := tt.ask(p, c)
					time.Sleep(tt.window + late)
					want := 0
					if late > 0 {
						want = 846605
					}
					c.wantAs(want, reqID, tt.cmd, tt.body)
				})
			})
		}
	}
}

func TestReqIDDiesWithItsConnection(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		reqID := p.hail(connect(t, p.Platform))
		c := connect(t, p.Platform)
		c.wantAs(846605, reqID, "aibot_respond_msg", replyBody)
	})
}

func TestStream(t *testing.T) {
	frame := func(id string, finish bool, text string) string {
		return fmt.Sprintf(`{"msgtype":"stream","stream":{"id":%q,"finish":%t,"content":%q}}`, id, finish, text)
	}
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		reqID := p.hail(c)
		last := func() wechattest.Message { m := p.Sent(p.group); return m[len(m)-1] }
		c.wantAs(0, reqID, "aibot_respond_msg", frame("s1", false, "正在查"))
		if m := last(); m.Text != "正在查" || !m.Open {
			t.Errorf("begun stream shows %+v", m)
		}
		c.wantAs(846606, reqID, "aibot_respond_msg", frame("s2", false, "另一条"))
		c.wantAs(846606, reqID, "aibot_respond_msg", `{"msgtype":"markdown","markdown":{"content":"另一条"}}`)
		c.wantAs(44004, reqID, "aibot_respond_msg", frame("s1", true, ""))
		c.wantAs(0, reqID, "aibot_respond_msg", frame("s1", true, "查到了"))
		if m := last(); m.Text != "查到了" || m.Open || len(p.Sent(p.group)) != 1 {
			t.Errorf("finished stream shows %+v", m)
		}
		c.wantAs(846606, reqID, "aibot_respond_msg", frame("s1", true, "再说一遍"))

		reqID = p.hail(c)
		c.wantAs(0, reqID, "aibot_respond_msg", frame("s3", false, "正在查"))
		time.Sleep(6*time.Minute + time.Second)
		c.wantAs(846608, reqID, "aibot_respond_msg", frame("s3", true, "查到了"))
	})
}

func TestReplyBodies(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		code       int
	}{
		{"markdown", `{"msgtype":"markdown","markdown":{"content":"您好"}}`, 0},
		{"card", `{"msgtype":"template_card","template_card":` + signCard("t9") + `}`, 0},
		{"text is for welcomes", `{"msgtype":"text","text":{"content":"您好"}}`, 40008},
		{"stream with card", `{"msgtype":"stream_with_template_card","stream":{"id":"1"}}`, 40008},
		{"inline images", `{"msgtype":"stream","stream":{"id":"1","finish":true,"content":"图","msg_item":[]}}`, 40058},
		{"stream without id", `{"msgtype":"stream","stream":{"finish":true,"content":"您好"}}`, 40063},
		{"stream too big", `{"msgtype":"stream","stream":{"id":"1","finish":true,"content":"` + strings.Repeat("x", 20481) + `"}}`, 45002},
		{"feedback id too long", `{"msgtype":"stream","stream":{"id":"1","finish":true,"content":"x","feedback":{"id":"` + strings.Repeat("x", 257) + `"}}}`, 40058},
		{"no chatid here", `{"chatid":"x","msgtype":"markdown","markdown":{"content":"您好"}}`, 40058},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
				c := connect(t, p.Platform)
				reqID := p.hail(c)
				c.wantAs(tt.code, reqID, "aibot_respond_msg", tt.body)
				if tt.code != 0 { // a refused answer is none
					c.wantAs(0, reqID, "aibot_respond_msg", replyBody)
				}
			})
		})
	}
}

func TestWelcomeTakesTextAndCards(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		reqID := p.entered(c)
		c.wantAs(40008, reqID, "aibot_respond_welcome_msg", `{"msgtype":"markdown","markdown":{"content":"您好"}}`)
		c.wantAs(0, reqID, "aibot_respond_welcome_msg", welcomeBody)
		if h := p.History(p.PrivateChat(p.bot, "lisi"), "lisi"); len(h) != 1 || h[0].Text != "您好" || !h[0].FromBot {
			t.Errorf("private chat holds %+v", h)
		}
		// Entering is not speaking.
		c.want(93001, "aibot_send_msg", `{"chatid":"lisi","chat_type":1,"msgtype":"markdown","markdown":{"content":"早"}}`)
	})
}

func TestUpdateChangesTheNamedViewsOnly(t *testing.T) {
	label := func(p corp, viewer string) string { return p.CardOf(p.bot, "t1", viewer).Buttons[0].Text }
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		c.wantAs(0, p.click(c, "t1"), "aibot_respond_update_msg", updateBody("t1", `"lisi"`))
		if l, w := label(p, "lisi"), label(p, "wangwu"); l != "已签到" || w != "我已阅读·签到" {
			t.Errorf("after the clicker's update lisi sees %s and wangwu %s", l, w)
		}
		if h := p.History(p.group, "lisi"); h[1].Card.Buttons[0].Text != "已签到" {
			t.Errorf("lisi's history shows %+v", h[1].Card)
		}
		// The button as sent can be pressed again: a client may be behind.
		if _, err := p.Click(p.group, "lisi", "t1", "signin"); err != nil {
			t.Fatal(err)
		}
		_, reqID := c.callback()
		c.wantAs(0, reqID, "aibot_respond_update_msg", strings.Replace(updateBody("t1", ""), "已签到", "已截止", 1))
		if l, w := label(p, "lisi"), label(p, "wangwu"); l != "已截止" || w != "已截止" {
			t.Errorf("after everybody's update lisi sees %s and wangwu %s", l, w)
		}
	})
}

func TestUpdateBodies(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		reqID := p.click(c, "t1")
		for _, tt := range []struct {
			name, body string
			code       int
		}{
			{"task_id of another card", updateBody("t2", ""), 40058},
			{"nobody's userid", updateBody("t1", `"nobody"`), 40003},
			{"empty userids", `{"response_type":"update_template_card","userids":[],"template_card":` + signCard("t1") + `}`, 40058},
			{"null userids", `{"response_type":"update_template_card","userids":null,"template_card":` + signCard("t1") + `}`, 40058},
			{"no card", `{"response_type":"update_template_card"}`, 40063},
			{"no response_type", `{"template_card":` + signCard("t1") + `}`, 40063},
			{"another response_type", `{"response_type":"update_button","template_card":` + signCard("t1") + `}`, 40058},
			{"bad card", `{"response_type":"update_template_card","template_card":{"card_type":"button_interaction","task_id":"t1"}}`, 40063},
			{"good", updateBody("t1", `"lisi"`), 0},
		} {
			c.writeAs(reqID, "aibot_respond_update_msg", tt.body)
			if f := c.answer(reqID); f.ErrCode != tt.code {
				t.Errorf("%s: answered %d %s, want %d", tt.name, f.ErrCode, f.ErrMsg, tt.code)
			}
		}
	})
}
