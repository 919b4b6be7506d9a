package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	engine "fanzha/bot/push"
	"fanzha/bot/wechat/screentest"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
	"fanzha/handlers"
)

// inPublic fails the test if a word stands in the part of the ledger that anybody
// may be shown.
func (c *county) inPublic(words ...string) {
	c.Helper()
	for rec, err := range c.ledger.Read(c.Context(), 0, -1) {
		if err != nil {
			c.Fatal(err)
		}
		for _, word := range words {
			if strings.Contains(string(rec.Leaf), word) {
				c.Errorf("%q stands in public: %s", word, rec.Leaf)
			}
		}
	}
}

// lastDelivered returns what the platform has last delivered into a chat.
func (c *county) lastDelivered(chat string) (content string) {
	for _, d := range c.Platform.Deliveries() {
		if d.Chat == chat {
			content = d.Content
		}
	}
	return content
}

// told fails the test unless the office is answered with these words.
func (c *county) told(text string, want ...string) {
	c.Helper()
	said, err := c.app.Tell(c.Context(), demo.Approver, text)
	if refusal, refused := bot.RefusalText(err); refused {
		said = refusal
	} else if err != nil {
		c.Fatal(err)
	}
	for _, words := range want {
		if !strings.Contains(said, words) {
			c.Errorf("%s is answered with %q, without %s", text, said, words)
		}
	}
}

// A group that loses the bot is reached by the app, one to one. The office has
// arranged that in words, and the ledger names the person by his pseudonym only.
func TestTheAppStandsInForTheBot(t *testing.T) {
	inCounty(t, 1, 3, func(c *county) {
		account := c.employ(wechattest.WorkApp{})
		c.open()
		u := c.Units[0]
		p := c.People[u.ID][0]
		c.told("加渠道 "+u.Short+" 应用 查无此人", "应用发不到"+u.Short+"的“查无此人”。名册里要有此人的企业微信账号")
		c.told("加渠道 "+u.Short+" 微博", "没有认出渠道“微博”", "应用 姓名或账号；应用群 群编号；人工代发 微信群名")
		c.told("加渠道 "+u.Short+" 应用群 教科局群", "1 至 32 个字母和数字")
		c.told("加渠道 "+u.Short+" 应用 "+p.Name, "已加："+u.Short+"的群 "+c.group(u.ID)+" 走应用发给"+p.Name+"。")
		c.told("渠道 "+u.Short, "1. 机器人（可用）；2. 应用发给"+p.Name+"（可用）")
		if err := c.Platform.RemoveBot(c.Groups[u.ID], c.Platform.Bots()[0].ID); err != nil {
			t.Fatal(err)
		}
		c.push(c.approved(draft("刷单返利")))
		if said := strings.Join(c.read(account, p), "\n"); !strings.Contains(said, "恢复之前改由别的渠道发送") {
			t.Errorf("in the app he reads %q", said)
		}
		if sent := c.Platform.Sent(account.Chat(p.UserID)); !slices.ContainsFunc(sent, func(m wechattest.Message) bool {
			return m.Card != nil && strings.Contains(m.Card.Title, "刷单返利")
		}) {
			t.Errorf("in the app he has %+v, without the card", sent)
		}
		c.told("推送状态", "（自建应用 1）")
		c.restart()
		c.told("渠道 "+u.Short, "1. 机器人（已停用，平台错误码 93001）；2. 应用发给"+p.Name)
		c.told("启用渠道 "+u.Short+" 机器人", "已启用："+u.Short+"的群 "+c.group(u.ID)+" 恢复走机器人。")
		c.told("减渠道 "+u.Short+" 应用 "+p.UserID, "不再走应用发给"+p.Name)
		c.inPublic(p.UserID, p.Name)
	})
}

// Whom the app may not see is no door: the next alert finds it closed, and his
// liaison has been told what is to be done.
func TestADoorToSomebodyOutOfSight(t *testing.T) {
	inCounty(t, 1, 3, func(c *county) {
		u := c.Units[0]
		liaison, hidden := c.People[u.ID][0], c.People[u.ID][1]
		account := c.employ(wechattest.WorkApp{Visible: []string{liaison.UserID}})
		c.open()
		c.only(u, "应用 "+hidden.Name)
		c.push(c.approved(draft("刷单返利")))
		if said := c.read(account, liaison); len(said) != 1 ||
			said[0] != "本单位由自建应用发给个人的推送发不出去了（平台错误码 81013）。请联系反诈办公室核对应用的可见范围，或换一个渠道。" {
			t.Errorf("the liaison reads %q", said)
		}
		c.told("没建群的", "收不到推送（别的渠道，修好后发“启用渠道”）："+u.Short+"（"+c.group(u.ID)+"，自建应用，错误码 81013）")
		c.told("渠道", c.group(u.ID)+" "+u.Short+"：1. 应用发给"+hidden.Name+"（已停用，平台错误码 81013）")
	})
}

// A unit of one is reached at the official account. He goes away, the liaison is
// told what to do, he comes back, and the office lets him have the next alert.
func TestAFollowerIsADoor(t *testing.T) {
	inCounty(t, 1, 2, func(c *county) {
		account := c.follow(wechattest.Official{Templates: []string{"T-notice"}})
		c.cfg.OA.Notice = config.Notice{Template: "T-notice", Fields: map[string]string{"thing1": "{text}"}}
		c.open()
		account.Connect("https://fanzha.example/callback/oa", wechattest.ToHandler(c.app.Callbacks()))
		u, liaison := c.Units[0], c.People[c.Units[0].ID][0]
		if _, err := c.Platform.Tell(liaison.UserID, "我的记录"); err != nil {
			t.Fatal(err)
		}
		c.told("加渠道 "+u.Short+" 公众号 张三丰", "公众号发不到"+u.Short+"的“张三丰”。请他先关注公众号，发一次：我是 单位 姓名。")
		if _, err := account.Say(c.Context(), "oMember01", "我是 "+u.Short+" 张三丰"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		c.only(u, "公众号 张三丰")
		c.told("渠道 "+u.Short, "1. 公众号发给张三丰（可用）")
		c.push(c.approved(draft("刷单返利")))
		if said := c.lastDelivered("oMember01"); !strings.Contains(said, "刷单返利") || !strings.Contains(said, "请签到：给公众号发“签到”") {
			t.Errorf("at the account he reads %q", said)
		}
		if got, err := account.Say(c.Context(), "oMember01", "签到"); err != nil || !strings.Contains(got.Text, "已签到：张三丰") {
			t.Errorf("签到 is answered with %+v, %v", got, err)
		}
		synctest.Wait()
		if _, err := account.Unfollow(c.Context(), "oMember01"); err != nil {
			t.Fatal(err)
		}
		c.push(c.approved(draft("冒充客服")))
		if said := c.saidTo(liaison.UserID); !strings.Contains(said, "本单位由公众号发给个人的推送发不出去了（平台错误码 43004）。请收件人重新关注公众号，再请反诈办公室启用。") {
			t.Errorf("the liaison reads %q", said)
		}
		c.told("渠道 "+u.Short, "1. 公众号发给张三丰（已停用，平台错误码 43004）")
		if _, err := account.Follow(c.Context(), "oMember01"); err != nil {
			t.Fatal(err)
		}
		c.told("启用渠道 "+u.Short+" 公众号", "恢复走公众号发给张三丰。")
		c.push(c.approved(draft("校园贷")))
		if said := c.lastDelivered("oMember01"); !strings.Contains(said, "校园贷") {
			t.Errorf("back at the account he reads %q", said)
		}
		c.told("推送状态", "（公众号 1）")
		if file := c.export(true); !strings.Contains(file, u.Short+","+c.group(u.ID)+",公众号,") {
			t.Error("the evidence does not say which door was used")
		}
		c.inPublic("oMember01", "张三丰")
		c.look(func(s *book.State) {
			if n := len(s.Directory.GroupsOf(u.ID)); n != 1 {
				t.Errorf("%d groups", n)
			}
		})
		c.pass(time.Minute)
	})
}

// wall is what the screens of two villages show. One that was taken down is gone.
type wall struct {
	lines map[string]string
	gone  bool
}

// Show implements [screentest.Gateway].
func (w *wall) Show(_ context.Context, screen, line string) (int, error) {
	if w.gone {
		return screentest.Gone, nil
	}
	w.lines[screen] = line
	return 0, nil
}

// A channel of another kind is one entry. With it the office can name it, pushes go
// by it, and whoever reads of it reads its name.
func TestANewChannelIsOneEntry(t *testing.T) {
	inCounty(t, 1, 2, func(c *county) {
		w := &wall{lines: make(map[string]string)}
		screens := []string{"村口", "广场"}
		c.deps.Ways = []app.Way{{ID: screentest.Channel, Channel: engine.Channel{Sender: screentest.New(w, screens...), AtOnce: 1},
			Doors: []handlers.Door{{Channel: screentest.Channel, Word: "大屏", Sample: "屏名", Names: screens}}}}
		c.open()
		u := c.Units[0]
		liaison := c.People[u.ID][0]
		if _, err := c.Platform.Tell(liaison.UserID, "我的记录"); err != nil {
			t.Fatal(err)
		}
		c.told("加渠道 "+u.Short, "没有写渠道。单位后面可以写：大屏 屏名（配置里有：村口、广场）；人工代发 微信群名。")
		c.told("加渠道 "+u.Short+" 大屏 河边", "配置里没有叫“河边”的大屏。配置里有：村口、广场。")
		c.only(u, "大屏 村口")
		c.told("渠道 "+u.Short, "：1. 大屏“村口”（可用）")
		c.push(c.approved(draft("刷单返利")))
		if said := w.lines["村口"]; !strings.Contains(said, "刷单返利") || !strings.Contains(said, "在群里接龙") {
			t.Errorf("the screen shows %q", said)
		}
		c.told("推送状态", "已送达 1（大屏 1）")
		if file := c.export(true); !strings.Contains(file, u.Short+","+c.group(u.ID)+",大屏,") {
			t.Error("the evidence does not say which door was used")
		}
		w.gone = true
		c.push(c.approved(draft("冒充客服")))
		if said := c.saidTo(liaison.UserID); said != "本单位反诈群的大屏发不出消息了（平台错误码 404）。请联系反诈办公室重新添加。" {
			t.Errorf("the liaison reads %q", said)
		}
		c.told("渠道", "大屏“村口”（已停用，平台错误码 404）")
		c.told("启用渠道 "+u.Short+" 村口", "恢复走大屏“村口”。")
		c.told("减渠道 "+u.Short+" 大屏", "不再走大屏“村口”。这个群没有别的渠道")
	})
}

// The office has the app make a group for a unit: of the department that has its
// name, or else of those who are known. What was lost on the way is found again.
func TestTheAppMakesAGroup(t *testing.T) {
	inCounty(t, 2, 5, func(c *county) {
		account := c.employ(wechattest.WorkApp{})
		c.open()
		first, second := c.Units[0], c.Units[1]
		for _, id := range []string{".one", ".two", ".three"} { // the simulated corporation has departments by such ids
			c.Platform.AddMember(wechattest.Member{UserID: second.Short + id, Name: "某人"})
		}
		known := 0
		for i := range c.People[first.ID] {
			if i%5 != 4 { // the roster has each fifth by name only
				known++
			}
		}
		c.told("建应用群 "+first.Short+" 大群", "没有看懂“大群”")
		c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Cmd: "/cgi-bin/appchat/create", Times: 1})
		c.told("建应用群 "+first.Short, "应用群没有建成（平台没有答复）。应用的可见范围要是整个企业；可以再发一次，不会重复建群。")
		c.told("建应用群 "+first.Short, fmt.Sprintf("已建应用群“%s反诈群”，%d 人。已加：%s的群 %s 走应用群“%sx1”。", first.Short, known, first.Short, c.group(first.ID), first.ID))
		c.told("建应用群 "+first.Short, "这个群已经有一个同类的渠道")
		c.told("建应用群 "+second.Short, "，3 人。")
		if n := account.Requests("appchat/create"); n != 2 {
			t.Errorf("%d groups made, want 2", n)
		}
		for _, u := range c.Units {
			c.tell(demo.Approver, "减渠道 "+u.Short+" 机器人")
		}
		c.push(c.approved(draft("刷单返利")))
		for _, u := range c.Units {
			if said := c.lastDelivered(string(u.ID) + "x1"); !strings.Contains(said, "刷单返利") || !strings.Contains(said, "在企业微信的应用里发“签到”") {
				t.Errorf("the group of %s reads %q", u.Short, said)
			}
		}
		account.Connect("https://fanzha.example/callback/app", wechattest.ToHandler(c.app.Callbacks()))
		p := c.People[first.ID][1]
		reply, err := account.Say(c.Context(), p.UserID, "签到")
		if synctest.Wait(); err != nil || !strings.Contains(reply.Text+strings.Join(c.read(account, p), "\n"), "已签到") {
			t.Errorf("签到 is answered with %+v, %v", reply, err)
		}
	})
}
