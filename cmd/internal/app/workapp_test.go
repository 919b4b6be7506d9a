package app_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

// employ gives the county a self-built app beside its bot.
func (c *county) employ(w wechattest.WorkApp) *wechattest.WorkAppAccount {
	account := c.Platform.AddApp(w)
	c.cfg.App = config.WorkApp{CorpID: account.Corp, AgentID: account.AgentID, Secret: config.NewSecret(account.Secret),
		Token: config.NewSecret(account.Token), AESKey: config.NewSecret(account.AESKey)}
	c.cfg.Callback.Addr = ""
	c.deps.Web = c.Platform.HTTPClient().Transport
	return account
}

// read are the app's messages that a person has before him.
func (c *county) read(account *wechattest.WorkAppAccount, p demo.Person) (texts []string) {
	for _, m := range c.Platform.History(account.Chat(p.UserID), p.UserID) {
		if m.FromBot {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// A liaison who has never spoken to the bot is told by the app that his group has
// lost it. Whom the app may not see is told by the bot.
func TestALiaisonIsToldByTheApp(t *testing.T) {
	inCounty(t, 2, 2, func(c *county) {
		first, second := c.People[c.Units[0].ID][0], c.People[c.Units[1].ID][0]
		account := c.employ(wechattest.WorkApp{Visible: []string{first.UserID}})
		c.open()
		if _, err := c.Platform.Tell(second.UserID, "我的记录"); err != nil {
			c.Fatal(err)
		}
		for _, u := range c.Units {
			if err := c.Platform.RemoveBot(c.Groups[u.ID], c.Platform.Bots()[0].ID); err != nil {
				c.Fatal(err)
			}
		}
		c.push(c.approved(draft("刷单返利")))
		c.pass(time.Minute)
		if got := c.read(account, first); len(got) != 1 || !strings.Contains(got[0], "收不到推送") {
			t.Errorf("the first liaison reads %q in the app", got)
		}
		if got := c.saidTo(second.UserID); !strings.Contains(got, "收不到推送") || len(c.read(account, second)) != 0 {
			t.Errorf("the second liaison reads %q", got)
		}
	})
}

// A unit too small for a group gets its alerts in the app, one to one. Its member
// checks in on the card there, and is the same member as in a group. When the
// alert is withdrawn the message is gone.
func TestAMemberChecksInOnTheAppsCard(t *testing.T) {
	inCounty(t, 2, 2, func(c *county) {
		account := c.employ(wechattest.WorkApp{})
		c.open()
		account.Connect("https://fanzha.example/callback/app", wechattest.ToHandler(c.app.Callbacks()))
		if err := account.Verify(c.Context()); err != nil {
			t.Error(err)
		}
		u := c.Units[0].ID
		p := c.People[u][0]
		c.only(c.Units[0], "应用 "+p.Name)
		alert := c.approved(draft("刷单返利"))
		c.push(alert)
		sent := c.Platform.Sent(account.Chat(p.UserID))
		if len(sent) != 1 || sent[0].Card == nil {
			c.Fatalf("in the app he has %+v", sent)
		}
		if _, err := account.Click(c.Context(), p.UserID, sent[0].Card.TaskID, bot.CheckInButton); err != nil {
			c.Fatal(err)
		}
		synctest.Wait()
		card := account.CardOf(sent[0].Card.TaskID, p.UserID)
		if !slices.ContainsFunc(card.Fields, func(f wechattest.CardField) bool { return f.Name == "回执" }) {
			t.Errorf("his card shows %+v, without a receipt", card)
		}
		reply, err := account.Say(c.Context(), p.UserID, "签到")
		if synctest.Wait(); err != nil {
			t.Error(err)
		}
		if said := reply.Text + strings.Join(c.read(account, p), "\n"); !strings.Contains(said, "已签到") {
			t.Errorf("a second time he reads %q", said)
		}
		if n := len(c.checkIns()); n != 1 {
			t.Errorf("%d check-ins in the ledger", n)
		}
		c.tell(demo.Approver, "撤回 "+string(alert)+" 内容有误")
		c.pass(time.Minute)
		for _, m := range c.Platform.Sent(account.Chat(p.UserID)) {
			if m.Card != nil {
				t.Errorf("the withdrawn alert is still there: %+v", m.Card)
			}
		}
		c.restart()
		if n := len(c.checkIns()); n != 1 {
			t.Errorf("%d check-ins after a restart", n)
		}
	})
}

// only makes a door the only one of a unit's group.
func (c *county) only(u bot.Unit, door string) {
	c.Helper()
	c.tell(demo.Approver, "加渠道 "+u.Short+" "+door)
	c.tell(demo.Approver, "减渠道 "+u.Short+" 机器人")
}

// inCallbackMode starts the county with its bot in callback mode and binds the
// groups.
func (c *county) inCallbackMode(web http.RoundTripper) wechattest.BotCallback {
	c.Helper()
	b := c.Platform.Bots()[0]
	var endpoint http.Handler
	keys := c.Platform.CallBack(b.ID, "https://fanzha.example/callback/aibot", wechattest.ToHandler(http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) { endpoint.ServeHTTP(w, r) })))
	c.cfg.WeCom = config.WeCom{BotName: b.Name, URL: c.cfg.WeCom.URL,
		Callback: config.BotCallback{Token: config.NewSecret(keys.Token), AESKey: config.NewSecret(keys.AESKey)}}
	c.cfg.Callback.Addr = ""
	c.deps.Web = web
	c.start()
	endpoint = c.app.Callbacks()
	if err := c.Bind(c.Context(), c.app); err != nil {
		c.Fatal(err)
	}
	return keys
}

// In callback mode people are heard and answered, and the program says wherever
// one looks that nothing is pushed.
func TestABotInCallbackMode(t *testing.T) {
	inCounty(t, 1, 2, func(c *county) {
		c.inCallbackMode(c.Platform.HTTPClient().Transport)
		if err := c.Rosters(c.Context(), c.app); err != nil {
			c.Fatal(err)
		}
		c.pass(time.Minute)
		u := c.Units[0].ID
		c.push(c.approved(draft("刷单返利")))
		c.look(func(s *book.State) {
			for _, d := range s.Outbox.Deliveries() {
				if d.State != "rejected" {
					t.Errorf("%s is %s", d.ID, d.State)
				}
			}
		})
		c.say(u, c.People[u][1], "签到")
		if said := c.said(u); said == "" {
			t.Error("the group gets no answer")
		}
		if said := c.tell(demo.Approver, "推送状态") + c.tell(demo.Approver, "渠道"); !strings.Contains(said, "回调模式不能主动推送") {
			t.Errorf("the office reads %q", said)
		}
		w := httptest.NewRecorder()
		c.app.Signals().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "回调模式不能主动推送") {
			t.Errorf("/readyz answers %d and %q", w.Code, w.Body)
		}
		if faults := c.Platform.CallbackFaults(); len(faults) > 0 {
			t.Errorf("the platform could not take %q", faults)
		}
	})
}

// The app's secret is wrong: it is said where one looks, the liaison is told by
// the bot, and no secret is shown.
func TestAnAppWithAWrongSecret(t *testing.T) {
	inCounty(t, 1, 2, func(c *county) {
		account := c.employ(wechattest.WorkApp{})
		const wrong = "wrong-app-secret-4711"
		c.cfg.App.Secret = config.NewSecret(wrong)
		c.open()
		p := c.People[c.Units[0].ID][0]
		if err := c.Platform.RemoveBot(c.Groups[c.Units[0].ID], c.Platform.Bots()[0].ID); err != nil {
			c.Fatal(err)
		}
		if _, err := c.Platform.Tell(p.UserID, "我的记录"); err != nil {
			c.Fatal(err)
		}
		c.push(c.approved(draft("刷单返利")))
		c.pass(2 * time.Hour)
		if got := c.saidTo(p.UserID); !strings.Contains(got, "收不到推送") || len(c.read(account, p)) != 0 {
			t.Errorf("the liaison reads %q", got)
		}
		w := httptest.NewRecorder()
		c.app.Signals().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		said := w.Body.String() + c.tell(demo.Approver, "渠道")
		if !strings.Contains(said, "密钥不正确") || strings.Contains(said+c.records(), wrong) {
			t.Errorf("one reads %q", said)
		}
	})
}

// A bot that names people by encrypted ids, and an app beside it: whoever checks
// in is known by his plain id.
func TestEncryptedIdsAreMadePlain(t *testing.T) {
	inCounty(t, 1, 2, func(c *county) {
		account := c.employ(wechattest.WorkApp{})
		c.Platform.NameByOpenID()
		c.open()
		u := c.Units[0].ID
		p := c.People[u][1]
		c.push(c.approved(draft("刷单返利")))
		c.click(u, p)
		if c.receipt(c.Card(u), p) == "" {
			t.Error("his card shows no receipt")
		}
		if n := len(c.checkIns()); n != 1 || account.Requests("batch/openuserid_to_userid") == 0 {
			t.Errorf("%d check-ins, asked %d times", n, account.Requests("batch/openuserid_to_userid"))
		}
		if records := c.records(); !strings.Contains(records, p.UserID) || strings.Contains(records, c.Platform.OpenID(p.UserID)) {
			t.Error("the ledger does not have the plain id, or has the encrypted one")
		}
	})
}
