package wechattest_test

import (
	"testing"
	"time"

	"fanzha/bot/wechat/wechattest"
)

func TestWhatTheBotHears(t *testing.T) {
	tests := []struct {
		name, text string
		heard      bool
	}{
		{"a mention first", "@反诈助手 签到", true},
		{"a mention in the middle", "大家看 @反诈助手 签到", true},
		{"a mention alone", "@反诈助手", true},
		{"a thin space", "@反诈助手\u2005签到", true},
		{"no mention", "签到", false},
		{"the name without @", "反诈助手 签到", false},
		{"no space behind", "@反诈助手签到", false},
		{"another's name", "@张三 签到", false},
	}
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		for _, tt := range tests {
			msgID, err := p.Say(p.group, "lisi", tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if !tt.heard {
				c.silence()
				continue
			}
			cb, _ := c.callback()
			if cb.MsgID != msgID || cb.Text.Content != tt.text || cb.ChatType != "group" || cb.ChatID != p.group ||
				cb.From.UserID != "lisi" || cb.MsgType != "text" || cb.AIBotID != p.bot {
				t.Errorf("%s: heard %+v", tt.name, cb)
			}
		}
		if n := len(p.History(p.group, "lisi")); n != len(tests) {
			t.Errorf("%d messages in the group, want all %d", n, len(tests))
		}
	})
}

func TestThinSpaceOption(t *testing.T) {
	inBubble(t, wechattest.Options{ThinSpace: true}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		if _, err := p.Say(p.group, "lisi", "@反诈助手 签到 1"); err != nil {
			t.Fatal(err)
		}
		if cb, _ := c.callback(); cb.Text.Content != "@反诈助手\u2005签到 1" {
			t.Errorf("heard %q", cb.Text.Content)
		}
	})
}

func TestQuote(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		first, err := p.Say(p.group, "zhangsan", "今日预警：冒充客服退款")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Reply(p.group, "lisi", first, "收到"); err != nil {
			t.Fatal(err)
		}
		c.silence() // a quotation is no mention
		if _, err := p.Reply(p.group, "lisi", first, "@反诈助手 收到"); err != nil {
			t.Fatal(err)
		}
		if cb, _ := c.callback(); cb.Quote == nil || cb.Quote.Text.Content != "今日预警：冒充客服退款" {
			t.Errorf("quote %+v", cb.Quote)
		}
		if _, err := p.Reply(p.group, "lisi", "MSG_none", "收到"); err == nil {
			t.Error("replied to nothing")
		}
	})
}

func TestPrivateChat(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		// He must open the conversation to write in it.
		if _, err := p.Tell("lisi", "查询"); err != nil {
			t.Fatal(err)
		}
		if cb, _ := c.callback(); cb.Event.EventType != "enter_chat" {
			t.Errorf("first came %+v, want enter_chat", cb)
		}
		if cb, _ := c.callback(); cb.Text.Content != "查询" || cb.ChatType != "single" || cb.ChatID != "" {
			t.Errorf("then came %+v, want the text without a chatid", cb)
		}
		if err := p.Enter(p.bot, "lisi"); err != nil {
			t.Fatal(err)
		}
		c.silence() // not the first time today

		time.Sleep(24 * time.Hour)
		if err := p.Enter(p.bot, "lisi"); err != nil {
			t.Fatal(err)
		}
		if cb, _ := c.callback(); cb.Event.EventType != "enter_chat" {
			t.Errorf("next day came %+v, want enter_chat", cb)
		}
		if err := p.Enter(p.bot, "nobody"); err == nil {
			t.Error("nobody entered")
		}
	})
}

func TestSeveralBots(t *testing.T) {
	two := wechattest.Options{Bots: []wechattest.Bot{{Name: "反诈助手"}, {Name: "考勤助手"}}}
	inBubble(t, two, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		if _, err := p.Say(p.group, "lisi", "@考勤助手 签到"); err != nil {
			t.Fatal(err)
		}
		c.silence()
		if _, err := p.Say(p.group, "lisi", "@考勤助手 @反诈助手 签到"); err != nil {
			t.Fatal(err)
		}
		if cb, _ := c.callback(); cb.AIBotID != p.bot {
			t.Errorf("heard %+v", cb)
		}
	})
}

func TestGroupIDsFollowTheSeed(t *testing.T) {
	ids := func(seed uint64) [2]string {
		p := wechattest.New(wechattest.Options{Seed: seed})
		defer p.Close()
		return [2]string{p.AddGroup("甲"), p.AddGroup("乙")}
	}
	a, b, other := ids(7), ids(7), ids(8)
	if a != b || a == other || a[0] == a[1] || len(a[0]) != 32 || a[0][:2] != "wr" {
		t.Errorf("chatids %v, %v; with another seed %v", a, b, other)
	}
}

func TestJoinAndLeave(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		p.AddMember(wechattest.Member{UserID: "zhaoliu", Name: "赵六"})
		if _, err := p.Say(p.group, "zhaoliu", "大家好"); err == nil {
			t.Error("an outsider spoke")
		}
		if err := p.Join(p.group, "zhaoliu"); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Say(p.group, "zhaoliu", "大家好"); err != nil {
			t.Error(err)
		}
		if err := p.Leave(p.group, "zhaoliu"); err != nil {
			t.Fatal(err)
		}
		if n := len(p.Chats()[0].Members); n != 3 || p.Leave(p.group, "zhaoliu") == nil {
			t.Errorf("%d members after leaving, want 3", n)
		}
	})
}
