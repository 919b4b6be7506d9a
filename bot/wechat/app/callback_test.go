package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/wechat/channeltest"
	"fanzha/bot/wechat/wechattest"
)

func TestVerification(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		if err := r.a.Verify(r.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsHeard(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		if err := r.c.Send(r.Context(), private("lisi"), channeltest.Card("c1")); err != nil {
			t.Fatal(err)
		}
		r.say("lisi", " 签到 ")
		if _, err := r.a.Click(r.Context(), "lisi", "c1", bot.CheckInButton); err != nil {
			t.Fatal(err)
		}
		if _, err := r.a.Enter(r.Context(), "lisi"); err != nil {
			t.Fatal(err)
		}
		now := bot.SystemClock{}.Now()
		want := []bot.Inbound{
			{Chat: private("lisi"), From: "lisi", At: now, Text: "签到", Mentioned: true},
			{Chat: private("lisi"), From: "lisi", At: now, Click: &bot.Click{Card: "c1", Button: bot.CheckInButton}},
			{Chat: private("lisi"), From: "lisi", At: now, Entered: true},
		}
		got := r.h.all()
		ids := map[string]bool{}
		for i := range got {
			ids[got[i].ID] = true
			got[i].ID = ""
		}
		if diff := cmp.Diff(want, got); diff != "" || len(ids) != len(want) || ids[""] {
			t.Errorf("heard (-want +got):\n%s\nids %v", diff, ids)
		}
	})
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		name, answer string
		atOnce       string   // in the request
		later        []string // as messages of their own
	}{
		{"a plain text is the reply", "已记录", "已记录", nil},
		{"a formatted text is a message of its own", "**已签到** 张三", "", []string{"**已签到** 张三"}},
		{"a list is a message of its own", "单位：\n- 教科局", "", []string{"单位：\n- 教科局"}},
		{"a long text is several messages", strings.Repeat("教科局\n", 300), "", nil},
		{"what XML cannot hold is left out", "张\x00三]]>\x0b", "张三]]>", nil},
		{"nothing is nothing", "", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.h.answer = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: tt.answer}, nil }
				if got := r.say("lisi", "查询"); got != tt.atOnce {
					t.Errorf("he reads %q, want %q", got, tt.atOnce)
				}
				synctest.Wait()
				seen := r.seen("lisi")
				if tt.atOnce != "" {
					seen = seen[1:]
				}
				if len(tt.answer) > 2048 {
					if whole := strings.Join(seen, "\n") + "\n"; whole != tt.answer || len(seen) != 2 {
						t.Errorf("he reads %d messages of %d bytes", len(seen), len(whole))
					}
				} else if !slices.Equal(seen, tt.later) {
					t.Errorf("he reads %q, want %q", seen, tt.later)
				}
			})
		})
	}
}

func TestTheSameAnswerTwiceIsSeenTwice(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.h.answer = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "**没有记录**"}, nil }
		r.say("lisi", "我的记录")
		r.say("lisi", "我的记录")
		synctest.Wait()
		if got := r.seen("lisi"); len(got) != 2 {
			t.Errorf("he sees %q", got)
		}
	})
}

func TestAFileFollowsTheText(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.h.answer = func(bot.Inbound) (bot.Answer, error) {
			return bot.Answer{Text: "见附件", File: &bot.File{Name: "台账.xlsx", Data: []byte("PK\x03\x04 台账")}}, nil
		}
		r.say("lisi", "导出")
		synctest.Wait()
		if got := r.seen("lisi"); !slices.Equal(got, []string{"见附件", "台账.xlsx"}) {
			t.Errorf("he sees %q", got)
		}
	})
}

// done is the card of somebody who has checked in.
func done(in bot.Inbound) bot.Answer {
	card := channeltest.Card(in.Click.Card)
	card.Desc = "您已签到"
	card.Fields = []bot.Field{{Name: "回执", Value: "7Q4K-1234"}}
	card.Buttons = []bot.Button{{Key: "done", Text: "已签到", Style: bot.Done}}
	return bot.Answer{Card: &card}
}

func TestTheClickersCardIsUpdated(t *testing.T) {
	for name, takes := range map[string]time.Duration{"in the reply": time.Second, "by its response code": 10 * time.Second} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				if err := r.c.Send(r.Context(), private("lisi"), channeltest.Card("c1")); err != nil {
					t.Fatal(err)
				}
				r.h.answer, r.h.takes = func(in bot.Inbound) (bot.Answer, error) { return done(in), nil }, takes
				if _, err := r.a.Click(r.Context(), "lisi", "c1", bot.CheckInButton); err != nil {
					t.Fatal(err)
				}
				time.Sleep(takes)
				synctest.Wait()
				card := r.a.CardOf("c1", "lisi")
				if card.Desc != "您已签到" || len(card.Buttons) != 1 || card.Buttons[0].Text != "已签到" || card.Fields[0].Value != "7Q4K-1234" {
					t.Errorf("he sees %+v", card)
				}
				if n := len(r.h.all()); n != 1 {
					t.Errorf("it was handled %d times", n)
				}
				if want := map[bool]int{true: 1}[takes > 5*time.Second]; r.a.Requests("message/update_template_card") != want {
					t.Errorf("the card was updated %d times by the interface, want %d", r.a.Requests("message/update_template_card"), want)
				}
			})
		})
	}
}

// A slow handler is waited for, though the platform does not: it is called once,
// and the answer comes as a message.
func TestALateAnswerComesOnItsOwn(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.h.answer, r.h.takes = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "已记录"}, nil }, 12*time.Second
		if got := r.say("lisi", "签到"); got != "" {
			t.Errorf("at once he reads %q", got)
		}
		time.Sleep(12 * time.Second)
		synctest.Wait()
		if got := r.seen("lisi"); !slices.Equal(got, []string{"已记录"}) || len(r.h.all()) != 1 {
			t.Errorf("he sees %q after %d calls", got, len(r.h.all()))
		}
	})
}

func TestAFailureIsNotAcknowledged(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		if err := r.c.Send(r.Context(), private("lisi"), channeltest.Card("c1")); err != nil {
			t.Fatal(err)
		}
		failures := 2
		r.h.answer = func(in bot.Inbound) (bot.Answer, error) {
			if failures--; failures >= 0 {
				return bot.Answer{}, errors.New("the ledger is full")
			}
			return done(in), nil
		}
		reply, err := r.a.Click(r.Context(), "lisi", "c1", bot.CheckInButton)
		if err != nil || reply.Tries != 3 || r.a.CardOf("c1", "lisi").Desc != "您已签到" {
			t.Errorf("a click: %+v, %v; he sees %+v", reply, err, r.a.CardOf("c1", "lisi"))
		}
		failures = 1
		if got := r.say("lisi", "签到"); !strings.Contains(got, "可能没有记录") {
			t.Errorf("a message: he reads %q", got)
		}
	})
}

func TestAPanicIsAFailure(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.h.answer = func(bot.Inbound) (bot.Answer, error) { panic("lisi") }
		if got := r.say("lisi", "签到"); !strings.Contains(got, "可能没有记录") {
			t.Errorf("he reads %q", got)
		}
		if strings.Contains(r.logs.String(), "lisi") {
			t.Error("the log names the person")
		}
	})
}

func TestRepeatsAreHandledOnce(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, document := range []string{
			r.a.Message("lisi", "text", "Content", "签到"),
			r.a.Event("lisi", "template_card_event", "EventKey", "checkin", "TaskId", "c1", "ResponseCode", "rc"),
		} {
			before := len(r.h.all())
			for range 4 { // sealed anew each time, as a platform may
				if _, err := r.a.Act(r.Context(), document); err != nil {
					t.Fatal(err)
				}
			}
			if got := len(r.h.all()) - before; got != 1 {
				t.Errorf("handled %d times: %s", got, document)
			}
		}
	})
}

func TestTwoCardsInOneSecondAreTwoClicks(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, id := range []string{"c1", "c2"} {
			if _, err := r.a.Act(r.Context(), r.a.Event("lisi", "template_card_event", "EventKey", "checkin", "TaskId", id)); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(r.h.all()); got != 2 {
			t.Errorf("handled %d clicks", got)
		}
	})
}

func TestEnteringWelcomesOnceADay(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.h.answer = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "您好"}, nil }
		for range 3 {
			if _, err := r.a.Enter(r.Context(), "lisi"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		time.Sleep(24 * time.Hour)
		if _, err := r.a.Enter(r.Context(), "lisi"); err != nil {
			t.Fatal(err)
		}
		if got := r.seen("lisi"); !slices.Equal(got, []string{"您好", "您好"}) {
			t.Errorf("he reads %q", got)
		}
	})
}

func TestOnePersonsDeedsComeOneAfterAnother(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.h.takes = 300 * time.Millisecond // the handler panics if two come at once
		errs := make(chan error, 10)
		for i := range 10 {
			go func() {
				_, err := r.a.Say(r.Context(), "lisi", fmt.Sprint(i))
				errs <- err
			}()
		}
		for range 10 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		if n := len(r.h.all()); n != 10 || strings.Contains(r.logs.String(), "panicked") {
			t.Errorf("handled %d:\n%s", n, r.logs)
		}
	})
}

func TestWhatDoesNotConcernUsIsPassedOver(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, document := range []string{
			r.a.Event("lisi", "LOCATION"), r.a.Event("sys", "change_external_chat"), r.a.Event("lisi", "template_card_event", "TaskId", "c1"),
			r.a.Event("lisi", "template_card_event", "EventKey", "k", "TaskId", "有空格"), r.a.Event("zhangsan|lisi", "enter_agent"), r.a.Event("", "enter_agent"),
			"<xml></xml>", "not xml", "", strings.Replace(r.a.Message("lisi", "text", "Content", "签到"), "<AgentID>", "<AgentID>9", 1),
		} {
			if reply, err := r.a.Act(r.Context(), document); err != nil || reply.Tries != 1 || reply.Text != "" {
				t.Errorf("%s: %+v, %v", document, reply, err)
			}
		}
		if got := r.h.all(); len(got) != 0 {
			t.Errorf("heard %+v", got)
		}
	})
}

func TestNothingIsTakenInAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(w *wechattest.WorkApp) {})
		r.h.answer, r.h.takes = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Text: "已记录"}, nil }, 6*time.Second
		go func() { _, _ = r.a.Say(r.Context(), "lisi", "签到") }()
		synctest.Wait()
		r.close() // waits for what is being handled, and for its answer
		if got := r.seen("lisi"); !slices.Equal(got, []string{"已记录"}) {
			t.Errorf("he sees %q", got)
		}
		if reply, err := r.a.Say(r.Context(), "lisi", "查询"); err != nil || !reply.Broken {
			t.Errorf("after that: %+v, %v", reply, err)
		}
	})
}
