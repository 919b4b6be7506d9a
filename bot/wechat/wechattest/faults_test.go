package wechattest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"fanzha/bot/wechat/wechattest"
)

func TestDuplicateCallback(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.DuplicateCallback, After: time.Second, Times: 1})
		if _, err := p.Say(p.group, "lisi", "@反诈助手 签到"); err != nil {
			t.Fatal(err)
		}
		a, idA := c.callback()
		b, idB := c.callback()
		if a.MsgID != b.MsgID || idA == idB {
			t.Errorf("msgids %s and %s, req_ids %s and %s; want one msgid and two req_ids", a.MsgID, b.MsgID, idA, idB)
		}
		p.hail(c)
		c.silence() // used up
	})
}

func TestCallbacksOvertakeEachOtherReproducibly(t *testing.T) {
	order := func(seed uint64) (got []string) {
		inBubble(t, wechattest.Options{Seed: seed}, func(t *testing.T, p corp) {
			c := connect(t, p.Platform)
			p.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayCallback, Spread: 10 * time.Second})
			for _, word := range strings.Fields("一 二 三 四 五 六") {
				if _, err := p.Say(p.group, "lisi", "@反诈助手 "+word); err != nil {
					t.Fatal(err)
				}
			}
			for range 6 {
				cb, _ := c.callback()
				got = append(got, cb.Text.Content)
			}
		})
		return got
	}
	a, again, b := order(1), order(1), order(2)
	if diff := cmp.Diff(a, again); diff != "" {
		t.Errorf("same seed, other order:\n%s", diff)
	}
	if cmp.Equal(a, b) {
		t.Errorf("another seed gave the same order %v", a)
	}
}

func TestLostAnswerMeansDelivered(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Cmd: "aibot_send_msg", Times: 1})
		c.write("aibot_send_msg", p.sendCard("t1"))
		if !c.ended() {
			t.Error("connection survived")
		}
		if d := p.Deliveries(); len(d) != 1 || d[0].Answered || d[0].TaskID != "t1" {
			t.Errorf("deliveries %+v, want one without an answer", d)
		}
		connect(t, p.Platform).want(0, "aibot_send_msg", p.sendCard("t2"))
	})
}

func TestLostRequestMeansNotDelivered(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseRequest, Chat: p.group, Times: 1})
		c.write("aibot_send_msg", p.sendCard("t1"))
		if !c.ended() || len(p.Deliveries()) != 0 {
			t.Errorf("deliveries %+v, want none and the end of the connection", p.Deliveries())
		}
	})
}

func TestLateAndMissingAnswers(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, After: 7 * time.Second, Times: 1})
		begin := time.Now()
		c.want(0, "aibot_send_msg", p.sendCard("t1"))
		if d := time.Since(begin); d != 7*time.Second {
			t.Errorf("answered after %v, want 7s", d)
		}
		remove := p.Faults().Inject(wechattest.Fault{Kind: wechattest.NoAnswer})
		id := c.write("aibot_send_msg", p.sendCard("t2"))
		if f, ok := c.next(func(f frame) bool { return f.Headers.ReqID == id }); ok {
			t.Errorf("answered %+v", f)
		}
		if d := p.Deliveries(); len(d) != 2 || d[1].Answered {
			t.Errorf("deliveries %+v, want two, the second without an answer", d)
		}
		c.want(0, "ping", "") // pings are struck by name only
		remove()
		c.want(0, "aibot_send_msg", p.sendCard("t3"))
	})
}

func TestHalfDeadConnections(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseCallback})
		if _, err := p.Say(p.group, "lisi", "@反诈助手 签到"); err != nil {
			t.Fatal(err)
		}
		c.silence()
		c.want(0, "ping", "")
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.NoAnswer, Cmd: "ping"})
		id := c.write("ping", "")
		if _, ok := c.next(func(f frame) bool { return f.Headers.ReqID == id }); ok {
			t.Error("ping answered")
		}
		if n := p.Faults().Struck(wechattest.NoAnswer); n != 1 {
			t.Errorf("struck %d times, want 1", n)
		}
		p.Faults().Clear()
		c.want(0, "ping", "")
	})
}

func TestRefusals(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Contains: "刷单", Code: 40201, Msg: "spam"})
		c.want(40201, "aibot_send_msg", p.sendText("警惕刷单返利"))
		c.want(40201, "aibot_send_msg", strings.Replace(p.sendCard("t1"), "不点陌生链接", "警惕刷单", 1))
		c.want(0, "aibot_send_msg", p.sendText("警惕冒充客服"))
		p.Faults().Clear()
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 846609})
		c.want(846609, "aibot_send_msg", p.sendText("早"))
		c.want(0, "ping", "")
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: "aibot_subscribe", Code: 45009, Times: 1})
		b := p.Bots()[0]
		d := dial(t, p.Platform)
		d.want(45009, "aibot_subscribe", `{"bot_id":%q,"secret":%q}`, b.ID, b.Secret)
		d.want(0, "aibot_subscribe", `{"bot_id":%q,"secret":%q}`, b.ID, b.Secret)
	})
}

func TestChanceIsReproducible(t *testing.T) {
	strikes := func(seed uint64) (got []int) {
		inBubble(t, wechattest.Options{Seed: seed, PerMinute: -1}, func(t *testing.T, p corp) {
			c := connect(t, p.Platform)
			p.hail(c)
			p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: -1, Chance: 0.3})
			for range 40 {
				got = append(got, c.answer(c.write("aibot_send_msg", p.sendText("早"))).ErrCode)
			}
		})
		return got
	}
	a, again := strikes(3), strikes(3)
	if diff := cmp.Diff(a, again); diff != "" {
		t.Errorf("same seed, other strikes:\n%s", diff)
	}
	n := 0
	for _, code := range a {
		n -= code
	}
	if n < 4 || n > 24 {
		t.Errorf("%d of 40 struck at chance 0.3", n)
	}
}

func TestRefusedConnection(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseConnection, Times: 1})
		_, resp, err := websocket.Dial(t.Context(), "ws://openws.sim/", &websocket.DialOptions{HTTPClient: p.HTTPClient()})
		if err == nil || resp == nil || resp.StatusCode != 503 {
			t.Fatalf("connected: %v, %v", resp, err)
		}
		connect(t, p.Platform).want(0, "ping", "")
	})
}

func TestRubbishOnTheWire(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		all := func(frame) bool { return true }
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.Garbage, Times: 20})
		for range 20 {
			msgID, err := p.Say(p.group, "lisi", "@反诈助手 签到")
			if err != nil {
				t.Fatal(err)
			}
			c.next(all)
			if f, ok := c.next(all); !ok || !strings.Contains(string(f.Body), msgID) {
				t.Fatalf("after the rubbish came %+v", f)
			}
		}
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.Noise, Times: 1})
		if _, err := p.Say(p.group, "lisi", "@反诈助手 签到"); err != nil {
			t.Fatal(err)
		}
		if f, _ := c.next(all); f.Cmd != "unreadable" || !strings.Contains(f.ErrMsg, "\x01") || !strings.Contains(f.ErrMsg, "MSG_") {
			t.Errorf("noise came as %+v", f)
		}
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.Oversize, Times: 1})
		if _, err := p.Say(p.group, "lisi", "@反诈助手 签到"); err != nil {
			t.Fatal(err)
		}
		if f, _ := c.next(all); len(f.ErrMsg) != 2<<20 {
			t.Errorf("oversized frame has %d bytes", len(f.ErrMsg))
		}
		p.SendRaw(p.bot, false, []byte(`{"cmd":"of_tomorrow"}`))
		if f, _ := c.next(func(f frame) bool { return f.Cmd == "of_tomorrow" }); f.Cmd == "" {
			t.Error("raw frame lost")
		}
	})
}
