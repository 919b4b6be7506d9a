package app_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

// follow gives the county an official account.
func (c *county) follow(o wechattest.Official) *wechattest.OfficialAccount {
	account := c.Platform.AddOfficial(o)
	c.cfg.OA = config.Official{AppID: account.AppID, Secret: config.NewSecret(account.Secret), Token: config.NewSecret(account.Token),
		AESKey: config.NewSecret(account.AESKey), Menu: true}
	c.cfg.Callback.Addr = ""
	c.deps.Web = c.Platform.HTTPClient().Transport
	return account
}

// TestAMemberOfAWeChatGroupChecksIn is the way of somebody whose unit has a group
// without a bot: he follows the account, says who he is, presses the menu, and
// stands in the table.
func TestAMemberOfAWeChatGroupChecksIn(t *testing.T) {
	inCounty(t, 1, 3, func(c *county) {
		account := c.follow(wechattest.Official{})
		c.open()
		account.Connect("https://fanzha.example/callback/oa", wechattest.ToHandler(c.app.Callbacks()))
		if err := account.Verify(c.Context()); err != nil {
			t.Error(err)
		}
		if !strings.Contains(account.Menu(), "签到") {
			t.Errorf("the menu is %q", account.Menu())
		}
		says := func(text, want string) {
			c.Helper()
			got, err := account.Say(c.Context(), "oMember01", text)
			if synctest.Wait(); err != nil || !strings.Contains(got.Text, want) {
				c.Errorf("%s is answered with %+v, %v, want %s", text, got, err, want)
			}
		}
		if got, err := account.Follow(c.Context(), "oMember01"); err != nil || !strings.Contains(got.Text, "我是 单位 姓名") {
			t.Errorf("following is answered with %+v, %v", got, err)
		}
		says("签到", "请先登记")
		says("我是 "+c.Units[0].Short+" 张三丰", "已登记：张三丰（"+c.Units[0].Short+"）")
		c.push(c.approved(draft("刷单返利")))
		if got, err := account.Press(c.Context(), "oMember01", "签到"); err != nil || !strings.Contains(got.Text, "已签到：张三丰") {
			t.Errorf("the menu is answered with %+v, %v", got, err)
		}
		says("签到", "已签到：张三丰")
		says("我的记录", "签到 1 场")
		if n := len(c.checkIns()); n != 1 {
			t.Errorf("%d check-ins in the ledger", n)
		}
		c.restart()
		account.Connect("https://fanzha.example/callback/oa", wechattest.ToHandler(c.app.Callbacks()))
		says("签到", "已签到：张三丰")
		if n := len(c.checkIns()); n != 1 {
			t.Errorf("%d check-ins in the ledger after a restart", n)
		}
		if unit := c.tell(demo.Approver, c.Units[0].Short+" 本月"); !strings.Contains(unit, "1") {
			t.Errorf("the office reads %q", unit)
		}
		c.pass(time.Minute)
	})
}

// The account's secret is wrong: it is said where one looks, as it is for the
// app, and no secret is shown.
func TestAnAccountWithAWrongSecret(t *testing.T) {
	inCounty(t, 1, 2, func(c *county) {
		c.follow(wechattest.Official{})
		const wrong = "wrong-account-secret-4711"
		c.cfg.OA.Secret = config.NewSecret(wrong)
		c.open() // making the menu takes a token
		w := httptest.NewRecorder()
		c.app.Signals().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		for where, said := range map[string]string{"/readyz": w.Body.String(), "推送状态": c.tell(demo.Approver, "推送状态"), "渠道": c.tell(demo.Approver, "渠道")} {
			if !strings.Contains(said, "密钥不正确") || strings.Contains(said, wrong) {
				t.Errorf("%s says %q", where, said)
			}
		}
		if strings.Contains(c.records(), wrong) {
			t.Error("the secret is in the ledger")
		}
	})
}
