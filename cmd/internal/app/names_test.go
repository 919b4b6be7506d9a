package app_test

import (
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/demo"
)

// member returns who a person is in the program, the zero Member if nobody.
func (c *county) member(p demo.Person) (m directory.Member) {
	c.Helper()
	c.look(func(s *book.State) {
		if known := s.Directory.Member(bot.PersonID(p.UserID)); known != nil {
			m = *known
		}
	})
	return m
}

// Whom the roster has without an account, and who has not said who he is, goes by
// his name in the address list once he has checked in; he stands on his roster
// line. His check-in did not wait for that: the address list was away. Whom the app
// may not see keeps no name. Each is asked about once.
func TestTheAddressListKnowsNames(t *testing.T) {
	inCounty(t, 1, 12, func(c *county) {
		u := c.Units[0]
		seen, hidden := c.People[u.ID][4], c.People[u.ID][9]
		account := c.employ(wechattest.WorkApp{Visible: []string{seen.UserID}})
		c.open()
		c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Cmd: "/cgi-bin/user/get", Times: 1})
		c.push(c.approved(draft("刷单返利")))
		for _, p := range []demo.Person{seen, hidden, seen} {
			c.click(u.ID, p)
			if c.receipt(c.Card(u.ID), p) == "" {
				t.Error("no receipt on the card")
			}
			if m := c.member(p); m.Name != "" {
				t.Errorf("named %q while the address list was away", m.Name)
			}
		}
		c.pass(time.Hour)
		if m := c.member(seen); m.Name != seen.Name || !m.Sure {
			t.Errorf("after a while he is %+v, want %s on the roster", m, seen.Name)
		}
		if m := c.member(hidden); m.ID == "" || m.Name != "" {
			t.Errorf("whom the app may not see is %+v", m)
		}
		if n := account.Requests("user/get"); n != 3 {
			t.Errorf("asked %d times, want once in vain and once for each", n)
		}
		listed := 0
		for _, e := range c.entries() {
			if p, ok := e.Payload.(*bot.MemberNamed); ok && p.Listed {
				listed++
			}
		}
		if listed != 1 {
			t.Errorf("%d names in the ledger are the address list's, want 1", listed)
		}
		c.inPublic(seen.UserID, hidden.UserID, seen.Name)
		c.restart()
		c.click(u.ID, seen)
		c.click(u.ID, hidden)
		c.pass(time.Minute)
		if n := account.Requests("user/get"); n != 4 {
			t.Errorf("asked %d times after a restart, want once more about him who has no name", n)
		}
		if n := len(c.checkIns()); n != 2 {
			t.Errorf("%d check-ins", n)
		}
	})
}

// What somebody says of himself before the address list answers is his name.
func TestHisOwnWordComesFirst(t *testing.T) {
	inCounty(t, 1, 6, func(c *county) {
		u := c.Units[0]
		p := c.People[u.ID][4]
		c.employ(wechattest.WorkApp{})
		c.open()
		c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Cmd: "/cgi-bin/user/get", Times: 1})
		c.push(c.approved(draft("刷单返利")))
		c.click(u.ID, p)
		c.say(u.ID, p, "我是 欧阳修远")
		c.pass(time.Hour)
		if m := c.member(p); m.Name != "欧阳修远" {
			t.Errorf("he is %+v", m)
		}
	})
}
