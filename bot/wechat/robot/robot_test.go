package robot_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/robot"
	"fanzha/bot/wechat/wechattest"
)

// play runs story with a few groups in a bubble.
func play(t *testing.T, story func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 3)
		defer r.close()
		story(t, r)
	})
}

func (r *rig) send(m bot.Message) error { return r.c.Send(r.t.Context(), r.chat(0), m) }

// fails wants a SendError of this outcome.
func fails(t *testing.T, err error, want bot.Outcome) *bot.SendError {
	t.Helper()
	e, ok := err.(*bot.SendError)
	if !ok || e.Outcome != want {
		t.Fatalf("Send = %v, want %s", err, want)
	}
	return e
}

// last is the last thing that any group has seen.
func (r *rig) last() wechattest.Delivery {
	all := r.p.Deliveries()
	if len(all) == 0 {
		r.t.Fatal("nothing was delivered")
	}
	return all[len(all)-1]
}

func TestMarkdownV2IsForWhatMarkdownCannotShow(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "**警惕** 冒充客服", "markdown"},
		{"a list", "- 一\n- 二", "markdown"},
		{"a rule", "一\n---\n二", "markdown"},
		{"a table", "| 单位 | 人数 |\n|---|---:|\n| 教科局 | 1 |", "markdown_v2"},
		{"a table without edges", "单位 | 人数\n--- | ---\n教科局 | 1", "markdown_v2"},
		{"code", "```\n96110\n```", "markdown_v2"},
		{"colours win", "<font color=\"warning\">急</font>\n| a |\n|---|", "markdown"},
	}
	play(t, func(t *testing.T, r *rig) {
		for _, tt := range tests {
			if err := r.send(bot.Markdown(tt.text)); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if got := r.last(); got.Type != tt.want || got.Content != tt.text {
				t.Errorf("%s went out as %s: %q", tt.name, got.Type, got.Content)
			}
		}
	})
}

func TestNewsAndNotices(t *testing.T) {
	long := strings.Repeat("诈", 500)
	card := bot.Card{Source: long, Title: long, Desc: long, Body: long,
		Fields: []bot.Field{{Name: long, Value: long}, {}, {}, {}, {}, {}, {}}}
	const page = "https://fz.example.cn/alert/1"
	play(t, func(t *testing.T, r *rig) {
		ctx, to := t.Context(), r.chat(0)
		if err := r.c.SendNews(ctx, to, robot.Article{Title: long, Description: long, URL: page, Picture: page + ".png"}); err != nil {
			t.Error(err)
		}
		if err := r.c.SendNotice(ctx, to, bot.Card{Title: "预警", Body: "详见网页"}, page, ""); err != nil {
			t.Error(err)
		}
		card.Fields = card.Fields[:1]
		if err := r.c.SendNotice(ctx, to, card, page, ""); err != nil {
			t.Error(err)
		}
		if err := r.c.SendNotice(ctx, to, card, page, page+".png"); err != nil {
			t.Error(err)
		}
		if n := len(r.p.Deliveries()); n != 4 {
			t.Errorf("%d were delivered", n)
		}
		for _, err := range []error{
			r.c.SendNews(ctx, to), r.c.SendNews(ctx, to, make([]robot.Article, 9)...),
			r.c.SendNews(ctx, to, robot.Article{Title: "一", URL: "javascript:alert(1)"}),
			r.c.SendNotice(ctx, to, card, "", ""), r.c.SendNotice(ctx, to, bot.Card{}, page, ""),
			r.c.SendNotice(ctx, to, card, page, "file:///etc/passwd"),
		} {
			if e := fails(t, err, bot.Rejected); e.Code != 0 {
				t.Errorf("the platform was asked: %v", e)
			}
		}
	})
}

func TestAFileThatDidNotGoUpIsTriedLater(t *testing.T) {
	file := bot.File{Name: "台账.xlsx", Data: []byte("PK\x03\x04 台账")}
	for _, kind := range []wechattest.FaultKind{wechattest.LoseRequest, wechattest.LoseAnswer, wechattest.NoAnswer,
		wechattest.FailAnswer, wechattest.GarbleAnswer} {
		play(t, func(t *testing.T, r *rig) {
			r.p.Faults().Inject(wechattest.Fault{Kind: kind, Cmd: "/cgi-bin/webhook/upload_media", Times: 1})
			if e := fails(t, r.send(file), bot.RetryLater); e.After <= 0 {
				t.Errorf("%s: nobody is told when: %v", kind, e)
			}
			if err := r.send(file); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
			if n := len(r.p.Deliveries()); n != 1 {
				t.Errorf("%s: %d were delivered", kind, n)
			}
		})
	}
	play(t, func(t *testing.T, r *rig) {
		r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Cmd: "/cgi-bin/webhook/send", Times: 1})
		fails(t, r.send(file), bot.Unknown)
	})
}

func TestARemovedOrDisabledWebhookIsADeadRoute(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.p.DisableRobot(r.keys[robotName(0)].Reveal())
		if e := fails(t, r.send(bot.Markdown("一")), bot.Rejected); !e.RouteDead || e.Code != 93004 {
			t.Errorf("%+v", e)
		}
		r.p.RemoveRobot(r.keys[robotName(0)].Reveal())
		if e := fails(t, r.send(bot.Markdown("一")), bot.Rejected); !e.RouteDead || e.Code != 93000 {
			t.Errorf("%+v", e)
		}
	})
}

func TestAnotherChannelsChatIsRefused(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		to := r.chat(0)
		to.Channel = "aibot"
		fails(t, r.c.Send(t.Context(), to, bot.Markdown("一")), bot.Rejected)
	})
}

func TestNewNamesEveryFault(t *testing.T) {
	_, err := robot.New(robot.Config{Robots: map[string]wechat.Secret{"": "k1", "a": "", "b": "same-key", "c": "same-key"}})
	if err == nil {
		t.Fatal("New took it")
	}
	for _, want := range []string{"no client", `""`, `"a"`, `"b" and "c"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not tell %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "same-key") {
		t.Errorf("a key stands in %v", err)
	}
}

func TestTheWaitAfterTheBrakeDiffersFromTimeToTime(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		waits := make(map[time.Duration]bool)
		for i := range 3 {
			r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 45009, Times: 1})
			e := fails(t, r.c.Send(t.Context(), r.chat(i), bot.Markdown("一")), bot.RetryLater)
			if e.After < time.Minute || e.After > 75*time.Second {
				t.Errorf("to be tried again after %v", e.After)
			}
			waits[e.After] = true
		}
		if len(waits) == 1 {
			t.Error("all are to come back at once")
		}
	})
}

func TestAPictureArrivesAsItIs(t *testing.T) {
	picture := append([]byte("\xff\xd8\xff\xe0"), bytes.Repeat([]byte("jpg"), 1<<19)...)
	play(t, func(t *testing.T, r *rig) {
		if err := r.send(bot.Image{Data: picture}); err != nil {
			t.Fatal(err)
		}
		if _, data, ok := r.p.Media(r.last().Content); !ok || !bytes.Equal(data, picture) {
			t.Error("another picture arrived")
		}
	})
}

// A thousand groups, each of which is sent thirty alerts at once.
func TestAThousandWebhooksProvokeNoBrake(t *testing.T) {
	if testing.Short() {
		t.Skip("30,000 messages")
	}
	const groups, alerts = 1000, 30
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, groups)
		defer r.close()
		began := time.Now()
		flood(t, r, groups, alerts)
		if got := r.p.WebRefused(45009); got != 0 {
			t.Errorf("the platform had to brake %d times", got)
		}
		if got := len(r.p.Deliveries()); got != groups*alerts {
			t.Errorf("%d were delivered, want %d", got, groups*alerts)
		}
		t.Logf("%d messages in %v of the platform's time", groups*alerts, time.Since(began))
	})
}

// flood sends n alerts into each of the groups, all at once.
func flood(t testing.TB, r *rig, groups, n int) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for g := range groups {
		to := r.chat(g)
		for range n {
			wg.Go(func() {
				if err := r.c.Send(ctx, to, bot.Markdown("今日预警：冒充客服退款")); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
}
