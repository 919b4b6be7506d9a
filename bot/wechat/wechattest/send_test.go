package wechattest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fanzha/bot/wechat/wechattest"
)

func TestPushNeedsAWordFromAMember(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		c.want(93001, "aibot_send_msg", p.sendText("早"))
		if _, err := p.Say(p.group, "lisi", "大家好"); err != nil { // not to the bot
			t.Fatal(err)
		}
		c.want(93001, "aibot_send_msg", p.sendText("早"))
		p.hail(c)
		c.want(0, "aibot_send_msg", p.sendText("早"))

		if err := p.RemoveBot(p.group, p.bot); err != nil {
			t.Fatal(err)
		}
		c.want(93001, "aibot_send_msg", p.sendText("早"))
		if err := p.AddBot(p.group, p.bot); err != nil {
			t.Fatal(err)
		}
		c.want(93001, "aibot_send_msg", p.sendText("早"))
		p.hail(c)
		c.want(0, "aibot_send_msg", p.sendText("早"))
	})
}

func TestChatIDs(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		if _, err := p.Tell("lisi", "在吗"); err != nil {
			t.Fatal(err)
		}
		lower := strings.ToLower(p.group)
		for _, tt := range []struct {
			name   string
			chatID string
			typ    int
			code   int
		}{
			{"group", p.group, 2, 0},
			{"group guessed", p.group, 0, 0},
			{"group as a person", p.group, 1, 40003},
			{"wrong case", lower, 2, 93006},
			{"wrong case guessed", lower, 0, 93006},
			{"prefix left on", "group:" + p.group, 2, 93006},
			{"person", "lisi", 1, 0},
			{"person guessed", "lisi", 0, 0},
			{"person as a group", "lisi", 2, 93006},
			{"person who never spoke", "wangwu", 1, 93001},
			{"unknown person", "nobody", 1, 40003},
			{"unknown type", p.group, 3, 40058},
		} {
			body := fmt.Sprintf(`{"chatid":%q,"chat_type":%d,"msgtype":"markdown","markdown":{"content":"早"}}`, tt.chatID, tt.typ)
			if f := c.answer(c.write("aibot_send_msg", body)); f.ErrCode != tt.code {
				t.Errorf("%s: answered %d %s, want %d", tt.name, f.ErrCode, f.ErrMsg, tt.code)
			}
		}
	})
}

func TestPushBodies(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		for _, tt := range []struct {
			name, rest string
			code       int
		}{
			{"20480 bytes fit", `"msgtype":"markdown","markdown":{"content":"` + strings.Repeat("字", 6826) + `ab"}`, 0},
			{"20481 bytes do not", `"msgtype":"markdown","markdown":{"content":"` + strings.Repeat("字", 6827) + `"}`, 45002},
			{"empty content", `"msgtype":"markdown","markdown":{"content":""}`, 44004},
			{"only control characters", `"msgtype":"markdown","markdown":{"content":"\u0001"}`, 44004},
			{"no content", `"msgtype":"markdown","markdown":{}`, 40063},
			{"no msgtype", `"markdown":{"content":"早"}`, 40063},
			{"no field of the type", `"msgtype":"markdown"`, 40063},
			{"field of another type", `"msgtype":"markdown","markdown":{"content":"早"},"text":{"content":"早"}`, 40058},
			{"text cannot be pushed", `"msgtype":"text","text":{"content":"早"}`, 40008},
			{"stream cannot be pushed", `"msgtype":"stream","stream":{"id":"1","finish":true,"content":"早"}`, 40008},
			{"unknown type", `"msgtype":"voicemail"`, 40008},
			{"unknown field", `"msgtype":"markdown","markdown":{"content":"早","at":"all"}`, 40058},
			{"mistyped field", `"msgtype":"markdown","markdown":{"content":1}`, 40058},
			{"visible_to_user is ignored", `"msgtype":"markdown","markdown":{"content":"早"},"visible_to_user":["lisi"]`, 0},
			{"unknown media", `"msgtype":"file","file":{"media_id":"media_x"}`, 40007},
			{"no media_id", `"msgtype":"image","image":{}`, 40063},
			{"video title too long", `"msgtype":"video","video":{"media_id":"m","title":"` + strings.Repeat("x", 129) + `"}`, 45002},
		} {
			body := fmt.Sprintf(`{"chatid":%q,"chat_type":2,%s}`, p.group, tt.rest)
			if f := c.answer(c.write("aibot_send_msg", body)); f.ErrCode != tt.code {
				t.Errorf("%s: answered %d %s, want %d", tt.name, f.ErrCode, f.ErrMsg, tt.code)
			}
		}
		c.want(40063, "aibot_send_msg", "")
		c.want(40063, "aibot_send_msg", `{"msgtype":"markdown","markdown":{"content":"早"}}`)
	})
}

func TestControlCharactersAreStripped(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		c.want(0, "aibot_send_msg", `{"chatid":%q,"chat_type":2,"msgtype":"markdown","markdown":{"content":"一\u0007二\n三\r"}}`, p.group)
		if got := p.Deliveries()[0].Content; got != "一二\n三" {
			t.Errorf("delivered %q", got)
		}
	})
}

func TestRateOfAConversation(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		other := p.AddGroup("卫健局反诈群", "zhangsan")
		c := connect(t, p.Platform)
		reqID := p.hail(c)
		c.want(0, "aibot_send_msg", p.sendCard("t1"))
		if _, err := p.Click(p.group, "lisi", "t1", "signin"); err != nil {
			t.Fatal(err)
		}
		_, click := c.callback()
		// Replies, pushes and updates share the 30 of a minute.
		c.wantAs(0, reqID, "aibot_respond_msg", `{"msgtype":"markdown","markdown":{"content":"您好"}}`)
		c.wantAs(0, click, "aibot_respond_update_msg", `{"response_type":"update_template_card","template_card":`+signCard("t1")+`}`)
		for range 27 {
			c.want(0, "aibot_send_msg", p.sendText("早"))
		}
		c.want(846607, "aibot_send_msg", p.sendText("早"))
		if n := len(p.Deliveries()); n != 28 {
			t.Errorf("%d deliveries, want 28: what is refused is not delivered", n)
		}

		// Another conversation has its own.
		if _, err := p.Say(other, "zhangsan", p.Mention(p.bot)+"你好"); err != nil {
			t.Fatal(err)
		}
		c.want(0, "aibot_send_msg", `{"chatid":%q,"chat_type":2,"msgtype":"markdown","markdown":{"content":"早"}}`, other)

		time.Sleep(time.Minute)
		c.want(0, "aibot_send_msg", p.sendText("早"))
	})
}

func TestRateOfAnHour(t *testing.T) {
	inBubble(t, wechattest.Options{PerMinute: -1}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		for range 1000 {
			c.want(0, "aibot_send_msg", p.sendText("早"))
		}
		time.Sleep(59 * time.Minute)
		c.want(846607, "aibot_send_msg", p.sendText("早"))
		time.Sleep(time.Minute)
		c.want(0, "aibot_send_msg", p.sendText("早"))
	})
}

func TestNoLimits(t *testing.T) {
	inBubble(t, wechattest.Options{PerMinute: -1, PerHour: -1, Keep: 10}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		for range 1100 {
			c.want(0, "aibot_send_msg", p.sendText("早"))
		}
		if n := len(p.History(p.group, "lisi")); n != 10 {
			t.Errorf("%d messages kept, want 10", n)
		}
		if n := len(p.Deliveries()); n != 1100 {
			t.Errorf("%d deliveries, want all 1100", n)
		}
	})
}
