package oa_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/oa"
	"fanzha/bot/wechat/wechattest"
)

// template and subscription are notices as an office would set them up.
func template(cfg *oa.Config) {
	cfg.Notice = oa.Notice{Template: "T-notice", Fields: map[string]string{"thing1": "{text}", "time2": "{time}"}}
}

func subscription(cfg *oa.Config) {
	cfg.Notice = oa.Notice{Template: "S-notice", Subscribe: true, Fields: map[string]string{"thing1": "{text}"}}
}

// wantSent sends a text to the person and wants this outcome and code.
func (r *rig) wantSent(text string, outcome bot.Outcome, code int) *bot.SendError {
	r.Helper()
	err := r.c.Send(r.Context(), chat(person), bot.Markdown(text))
	if err == nil {
		if outcome != bot.Sent {
			r.Errorf("%q was sent, want %s", text, outcome)
		}
		return nil
	}
	failed, ok := errors.AsType[*bot.SendError](err)
	if !ok || failed.Outcome != outcome || failed.Code != code {
		r.Errorf("%q: %v, want %s and code %d", text, err, outcome, code)
	}
	return failed
}

func (r *rig) wantPushed(want ...string) {
	r.Helper()
	if got := r.pushed(person); !slices.Equal(got, want) {
		r.Errorf("the person reads %q, want %q", got, want)
	}
}

func TestFiveMessagesWithinTwoDays(t *testing.T) {
	play(t, func(r *rig) {
		r.says("你好", "收到：你好")
		for i := range 5 {
			r.wantSent(fmt.Sprint(i), bot.Sent, 0)
		}
		r.wantSent("六", bot.Rejected, 45047)
		if n := r.p.WebRefused(45047); n != 0 {
			t.Errorf("the platform had to say so %d times", n)
		}
		r.says("还在", "收到：还在")
		r.wantSent("七", bot.Sent, 0)
		time.Sleep(48 * time.Hour)
		r.wantSent("八", bot.Rejected, 45015)
		r.wantPushed("0", "1", "2", "3", "4", "七")
	})
}

func TestThreeMessagesAfterAPress(t *testing.T) {
	play(t, func(r *rig) {
		if _, err := r.a.Press(r.Context(), person, "查询"); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			r.wantSent("一", bot.Sent, 0)
		}
		r.wantSent("二", bot.Rejected, 45047)
		time.Sleep(time.Minute)
		r.wantSent("三", bot.Rejected, 45015)
	})
}

func TestWhoHasLeftGetsNothing(t *testing.T) {
	play(t, func(r *rig) {
		r.says("你好", "收到：你好")
		if _, err := r.a.Unfollow(r.Context(), person); err != nil {
			t.Fatal(err)
		}
		if failed := r.wantSent("一", bot.Rejected, 43004); failed != nil && !failed.RouteDead {
			t.Errorf("the route is not dead: %v", failed)
		}
	}, template)
}

func TestARestartedProcessLetsThePlatformCount(t *testing.T) {
	play(t, func(r *rig) {
		r.says("你好", "收到：你好")
		for range 4 {
			r.wantSent("一", bot.Sent, 0)
		}
		r.stop()
		r.start()
		r.wantSent("五", bot.Sent, 0)
		r.wantSent("六", bot.Rejected, 45047)
		r.says("还在", "收到：还在")
		r.wantSent("七", bot.Sent, 0)
	})
}

func TestANoticeGoesOutWhenNoMessageMay(t *testing.T) {
	const long = "本单位有人登记的姓名与名册对不上，请回复“待确认”查看"
	play(t, func(r *rig) {
		r.says("你好", "收到：你好")
		time.Sleep(49 * time.Hour)
		r.wantSent(long, bot.Sent, 0)
		r.wantPushed("本单位有人登记的姓名与名册对不上，请回…\n2000年01月03日 09:00")
	}, template)
	play(t, func(r *rig) {
		r.says("你好", "收到：你好")
		time.Sleep(49 * time.Hour)
		if failed := r.wantSent(long, bot.Rejected, 43101); failed != nil && failed.RouteDead {
			t.Errorf("who has not consented is no dead route: %v", failed)
		}
		r.a.Consent(person, "S-notice")
		r.wantSent(long, bot.Sent, 0)
		r.wantSent(long, bot.Rejected, 43101)
	}, subscription)
}

func TestSpentTokens(t *testing.T) {
	for rule, spoil := range map[string]func(*rig){
		"superseded": func(r *rig) { r.a.SupersedeToken() },
		"expired":    func(r *rig) { r.a.ExpireToken() },
		"too old": func(r *rig) {
			time.Sleep(3 * time.Hour)
		},
	} {
		t.Run(rule, func(t *testing.T) {
			play(t, func(r *rig) {
				r.says("你好", "收到：你好")
				r.wantSent("一", bot.Sent, 0)
				spoil(r)
				r.wantSent("二", bot.Sent, 0)
				r.wantPushed("一", "二")
			})
		})
	}
	t.Run("a token that is refused for ever is not insisted on", func(t *testing.T) {
		play(t, func(r *rig) {
			r.says("你好", "收到：你好")
			r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: "/cgi-bin/message/custom/send", Code: 40001})
			r.wantSent("一", bot.RetryLater, 40001)
			if n := r.p.WebRefused(40001); n > 2 {
				t.Errorf("the platform was asked %d times", n)
			}
		})
	})
	t.Run("a wrong secret sends nothing", func(t *testing.T) {
		play(t, func(r *rig) {
			r.says("你好", "收到：你好")
			r.a.Secret = "another"
			failed := r.wantSent("一", bot.RetryLater, 40125)
			if failed == nil || strings.Contains(failed.Error(), "secret=") {
				t.Errorf("failed with %v", failed)
			}
			r.wantPushed()
		})
	})
}

func TestOnlyTextsToPeopleAreSent(t *testing.T) {
	play(t, func(r *rig) {
		r.says("你好", "收到：你好")
		for _, c := range []struct {
			rule string
			to   bot.Chat
			m    bot.Message
		}{
			{"a group", bot.Chat{Channel: "oa", Kind: bot.GroupChat, ID: person}, bot.Markdown("一")},
			{"another channel", bot.Chat{Channel: "aibot", Kind: bot.PrivateChat, ID: person}, bot.Markdown("一")},
			{"nobody", bot.Chat{Channel: "oa", Kind: bot.PrivateChat}, bot.Markdown("一")},
			{"an errand, which a notice could not hold", chat(person), bot.Errand{Delivery: "D1", Text: "转发"}},
		} {
			err := r.c.Send(r.Context(), c.to, c.m)
			if failed, ok := errors.AsType[*bot.SendError](err); !ok || failed.Outcome != bot.Rejected || failed.Code != 0 {
				t.Errorf("%s: %v, want it refused here", c.rule, err)
			}
		}
	})
}

func TestTheMenuSaysWhatPeopleWrite(t *testing.T) {
	play(t, func(r *rig) {
		if err := r.c.SetMenu(r.Context()); err != nil {
			t.Fatal(err)
		}
		var menu struct {
			Button []struct{ Type, Name, Key string }
		}
		if err := json.Unmarshal([]byte(r.a.Menu()), &menu); err != nil {
			t.Fatal(err)
		}
		for _, b := range menu.Button {
			if got, err := r.a.Press(r.Context(), person, b.Key); err != nil || got.Text != "收到："+b.Name {
				t.Errorf("%s is answered with %+v, %v", b.Name, got, err)
			}
		}
		if len(menu.Button) != 3 {
			t.Errorf("%d buttons", len(menu.Button))
		}
	})
}

func TestWhoWaitsForAnotherMessageMayLeave(t *testing.T) {
	play(t, func(r *rig) {
		r.says("你好", "收到：你好")
		r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: "/cgi-bin/message/custom/send", After: 5 * time.Second, Times: 1})
		first := make(chan error, 1)
		go func() { first <- r.c.Send(r.Context(), chat(person), bot.Markdown("一")) }()
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(r.Context(), time.Second)
		defer cancel()
		err := r.c.Send(ctx, chat(person), bot.Markdown("二"))
		if failed, ok := errors.AsType[*bot.SendError](err); !ok || failed.Outcome != bot.RetryLater {
			t.Errorf("who has left: %v", err)
		}
		if err := <-first; err != nil {
			t.Error(err)
		}
		r.wantSent("三", bot.Sent, 0)
		r.wantPushed("一", "三")
	})
}

func TestAnErrandGoesOutWholeOrNotAtAll(t *testing.T) {
	play(t, func(r *rig) {
		r.says("你好", "收到：你好")
		whole := r.c.Whole()
		if err := whole.Send(r.Context(), chat(person), bot.Markdown(strings.Repeat("a", 2048))); err != nil {
			t.Error(err)
		}
		rejected := func(text string) {
			r.Helper()
			err := whole.Send(r.Context(), chat(person), bot.Markdown(text))
			if failed, ok := errors.AsType[*bot.SendError](err); !ok || failed.Outcome != bot.Rejected {
				r.Errorf("%d bytes: %v", len(text), err)
			}
		}
		rejected(strings.Repeat("a", 2049))
		rejected("")
		time.Sleep(49 * time.Hour)
		rejected("一") // a notice would not be the whole
		if n := len(r.pushed(person)); n != 1 {
			t.Errorf("he reads %d messages", n)
		}
	}, template)
}
