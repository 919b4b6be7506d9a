package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/app"
	"fanzha/bot/wechat/channeltest"
	"fanzha/bot/wechat/wechattest"
)

// inBubble plays with a rig in a synctest bubble.
func inBubble(t *testing.T, change func(*wechattest.WorkApp), play func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, change)
		defer r.close()
		play(r)
	})
}

func (r *rig) fails(err error, want bot.Outcome) *bot.SendError {
	r.Helper()
	e, ok := errors.AsType[*bot.SendError](err)
	if !ok || e.Outcome != want {
		r.Fatalf("it ended as %v, want %s", err, want)
	}
	return e
}

func TestReceiversAreNamedOneAtATime(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, id := range []string{"@all", "zhangsan|lisi", "zhangsan|", "|", "", "zhang san", "zhangsan\n", "张三", strings.Repeat("a", 65)} {
			r.fails(r.c.Send(r.Context(), private(id), bot.Markdown("一")), bot.Rejected)
		}
		if n := r.a.Requests("message/send"); n != 0 {
			t.Errorf("the platform was asked %d times", n)
		}
	})
}

// errcode 0 with an invaliduser is no success for that person.
func TestPartialSuccessIsNoSuccess(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, says := range []string{
			`{"errcode":0,"errmsg":"ok","invaliduser":"lisi","msgid":"m1"}`,
			`{"errcode":0,"errmsg":"ok","unlicenseduser":"lisi","msgid":"m1"}`,
		} {
			calm := r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.GarbleAnswer, Cmd: "/cgi-bin/message/send", Msg: says, Times: 1})
			if e := r.fails(r.c.Send(r.Context(), private("lisi"), bot.Markdown(says)), bot.Rejected); !e.RouteDead {
				t.Errorf("%s: the person can still be reached", says)
			}
			calm()
		}
	})
}

func TestPersonsOutOfSightAreRejected(t *testing.T) {
	inBubble(t, func(w *wechattest.WorkApp) { w.Visible = []string{"zhangsan"} }, func(r *rig) {
		e := r.fails(r.c.Send(r.Context(), private("lisi"), bot.Markdown("一")), bot.Rejected)
		if e.Code != 81013 || !e.RouteDead {
			t.Errorf("it ended as %v", e)
		}
		if err := r.c.Send(r.Context(), private("zhangsan"), bot.Markdown("一")); err != nil {
			t.Error(err)
		}
	})
}

func TestAnExpiredTokenIsRenewedOnce(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for range 2 {
			if err := r.c.Send(r.Context(), private("lisi"), bot.Markdown("一")); err != nil {
				t.Fatal(err)
			}
			r.a.ExpireToken() // long before its time
			time.Sleep(time.Minute)
		}
		if got := r.p.WebRefused(42001); got != 1 {
			t.Errorf("42001 was met %d times", got)
		}
		if got := r.seen("lisi"); len(got) != 2 {
			t.Errorf("he sees %q", got)
		}
	})
}

// Wrong ids, secrets and addresses stop the channel until somebody mends them.
func TestChannelIsDown(t *testing.T) {
	cases := map[string]func(*rig){
		"the address of this machine is not trusted (60020)": func(r *rig) { r.a.Untrust(true) },
		"the token belongs to another app (301002)": func(r *rig) {
			other := r.p.AddApp(wechattest.WorkApp{})
			var err error
			if r.c, err = app.New(app.Config{Corp: r.a.Corp, Agent: other.AgentID, Secret: "s", Client: r.client, Token: r.token}); err != nil {
				r.Fatal(err)
			}
		},
		"the app is disabled (50003)": func(r *rig) {
			r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: "/cgi-bin/message/send", Code: 50003})
		},
		"the secret is wrong (40001)": func(r *rig) {
			r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: "/cgi-bin/gettoken", Code: 40001})
		},
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				spoil(r)
				e := r.fails(r.c.Send(r.Context(), private("lisi"), bot.Markdown("一")), bot.RetryLater)
				if !e.ChannelDown || e.After < time.Minute {
					t.Errorf("it ended as %+v", e)
				}
			})
		})
	}
}

func TestGroupsOfAnotherAppAreDead(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: "/cgi-bin/appchat/send", Code: 86008})
		e := r.fails(r.c.Send(r.Context(), bot.Chat{Channel: "app", Kind: bot.GroupChat, ID: "Unit1"}, bot.Markdown("一")), bot.Rejected)
		if !e.RouteDead || e.ChannelDown {
			t.Errorf("it ended as %+v", e)
		}
	})
}

// Who settles an unknown by sending it again does no harm for four hours.
func TestAnUnknownThatIsSentAgainIsSwallowed(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Cmd: "/cgi-bin/message/send", Times: 1})
		r.fails(r.c.Send(r.Context(), private("lisi"), bot.Markdown("请核对")), bot.Unknown)
		time.Sleep(3 * time.Hour)
		r.c = r.channel() // also after a restart
		r.connect()
		if err := r.c.Send(r.Context(), private("lisi"), bot.Markdown("请核对")); err != nil {
			t.Fatal(err)
		}
		if got := r.seen("lisi"); len(got) != 1 {
			t.Errorf("he sees %q", got)
		}
	})
}

func TestConfirmedWordsAreANewMessageAgain(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for range 3 {
			if err := r.c.Send(r.Context(), private("lisi"), bot.Markdown("请核对")); err != nil {
				t.Fatal(err)
			}
			time.Sleep(80 * time.Minute)
		}
		if got := r.seen("lisi"); len(got) != 3 {
			t.Errorf("he sees %q", got)
		}
	})
}

// Beyond 30 a minute and 1000 an hour the platform drops a person's messages
// and says ok.
func TestNothingIsDroppedSilently(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for i := range 1100 {
			if err := r.c.Send(r.Context(), private("lisi"), bot.Markdown(time.Duration(i).String())); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(r.p.Deliveries()); got != 1100 || r.a.Dropped() != 0 {
			t.Errorf("%d messages are seen, %d dropped", got, r.a.Dropped())
		}
	})
}

func TestRecall(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		ref, err := r.c.SendRef(r.Context(), private("lisi"), bot.Markdown("一"))
		if err != nil || ref == "" {
			t.Fatalf("ref %q, %v", ref, err)
		}
		if err := r.c.Recall(r.Context(), ref); err != nil {
			t.Fatal(err)
		}
		if got := r.seen("lisi"); len(got) != 0 {
			t.Errorf("he still sees %q", got)
		}
		r.fails(r.c.Recall(r.Context(), ref), bot.Rejected)
		r.fails(r.c.Recall(r.Context(), ""), bot.Rejected)

		late, err := r.c.SendRef(r.Context(), private("lisi"), bot.Markdown("二"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(24*time.Hour + time.Second)
		r.fails(r.c.Recall(r.Context(), late), bot.Rejected)
		if got := r.seen("lisi"); !slices.Equal(got, []string{"二"}) {
			t.Errorf("he sees %q", got)
		}
	})
}

func TestAnAppThatHearsNothingHasNoCards(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		deaf, err := app.New(app.Config{Corp: r.a.Corp, Agent: r.a.AgentID, Secret: "s", Client: r.client, Token: r.token})
		if err != nil {
			t.Fatal(err)
		}
		if deaf.Limits().TitleRunes != 0 || deaf.Callback(r.h) != nil {
			t.Error("it offers cards or a callback")
		}
		r.fails(deaf.Send(r.Context(), private("lisi"), channeltest.Card("c1")), bot.Rejected)
	})
}

func TestEveryFaultOfTheConfigIsNamed(t *testing.T) {
	_, err := app.New(app.Config{})
	for _, want := range []string{"corporation", "AgentId", "secret", "client", "token"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}
