package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/config"
)

// Options say how the demo is played.
type Options struct {
	Addr    string // of the page, loopback only; port 0 for any
	DataDir string
	Members int // in the whole county
	Seed    uint64
	Log     *slog.Logger
}

// Live plays the program until ctx ends: the visitor watches and takes part in a
// browser. Simulated members check in now and then; the first three of each
// group leave it to the visitor.
func Live(ctx context.Context, out io.Writer, o Options) error {
	w, addr, err := serveWorld(ctx, wechattest.Options{Seed: o.Seed}, o)
	if err != nil {
		return err
	}
	defer w.Platform.Close()
	cfg := w.Config(addr.WS, o.DataDir)
	// A visitor at night should see something, and not wait until half past
	// nine.
	cfg.Push.QuietHours = config.QuietHours{From: "00:00", To: "00:00"}
	cfg.Push.Cron = "*/5 * * * *"
	a, err := app.New(ctx, cfg, app.Deps{Log: o.Log})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended := make(chan error, 1)
	go func() {
		err := a.Run(ctx)
		stop(err)
		ended <- err
	}()
	err = w.open(ctx, a)
	if err == nil {
		tour(out, addr.Page, a.PublicKey())
		err = w.chatter(ctx, rand.New(rand.NewPCG(o.Seed, 9)))
	}
	stop(nil)
	err = errors.Join(err, <-ended, a.Close())
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// serveWorld makes a world and serves its platform. Closing the platform is the
// caller's.
func serveWorld(ctx context.Context, po wechattest.Options, o Options) (*World, wechattest.Addresses, error) {
	platform := wechattest.New(po)
	w, err := NewWorld(platform, o.Members, o.Seed)
	var addr wechattest.Addresses
	if err == nil {
		addr, err = platform.Serve(ctx, o.Addr)
	}
	if err != nil {
		platform.Close()
	}
	return w, addr, err
}

// open brings the county to the point at which the visitor comes in: groups
// bound, rosters imported, one alert on its way and more waiting.
func (w *World) open(ctx context.Context, a *app.App) error {
	if err := w.ready(ctx, a); err != nil {
		return err
	}
	for i, text := range drafts {
		id, err := w.Publish(ctx, a, text)
		if err != nil {
			return err
		}
		if i == 0 {
			if _, err := a.Bot.Tell(ctx, Approver, "推送 "+string(id)); err != nil {
				return err
			}
		}
	}
	return nil
}

// ready waits for the connection, binds every group and imports every roster.
func (w *World) ready(ctx context.Context, a *app.App) error {
	b := w.Platform.Bots()[0].ID
	if err := w.Platform.Await(ctx, func() bool { return w.Platform.Connected(b) }); err != nil {
		return err
	}
	if err := w.Bind(ctx, a); err != nil {
		return err
	}
	if err := w.Platform.Await(ctx, w.greeted); err != nil {
		return err
	}
	return w.Rosters(ctx, a)
}

// greeted reports whether the bot has answered in every group.
func (w *World) greeted() bool {
	for _, u := range w.Units {
		if len(w.Platform.Sent(w.Groups[u.ID])) == 0 {
			return false
		}
	}
	return true
}

// chatter has some member check in every few seconds, until ctx ends.
func (w *World) chatter(ctx context.Context, dice *rand.Rand) error {
	say := readReplies()
	for {
		pause := time.Duration(1000+dice.IntN(4000)) * time.Millisecond
		if err := (bot.SystemClock{}).Sleep(ctx, pause); err != nil {
			return nil
		}
		u := w.Units[dice.IntN(len(w.Units))]
		people := w.People[u.ID]
		if len(people) <= 3 || w.Card(u.ID) == "" {
			continue
		}
		a := act{unit: u.ID, person: people[3+dice.IntN(len(people)-3)]}
		if dice.IntN(5) == 0 {
			a.text = say.checkIns[dice.IntN(len(say.checkIns))]
		}
		if err := w.do(a); err != nil {
			return err
		}
	}
}

// do carries out an act. A button can be pressed once there is a card.
func (w *World) do(a act) error {
	if a.text != "" {
		_, err := w.Say(a.unit, a.person, a.text)
		return err
	}
	_, err := w.Platform.Click(w.Groups[a.unit], a.person.UserID, w.Card(a.unit), bot.CheckInButton)
	return err
}

func tour(out io.Writer, page, key string) {
	fmt.Fprintf(out, `反诈群助手演示已就绪（模拟平台，数据只在本机，不连接微信）。

请用浏览器打开：%s

可以试试：
  1. 左边选“教科局反诈群”，看预警卡片到达；底部选一位成员，点卡片上的“我已阅读·签到”，只有他自己看到的卡片变成“已签到”。
  2. 换一位成员，写：@反诈助手 签到
  3. 在“私聊”里，选“班明（办公室）”，写：教科局 11月（或本月）、谁没签到、没建群的、推送状态、帮助
  4. 选“林晓（宣传部）”写“帮助”，看怎样起草；每 5 分钟自动推送下一条已审批的预警。
  5. 以任何成员写：@反诈助手 我被骗了怎么办

签名公钥：%s
按 Ctrl-C 结束。几秒放完整整一个月：fanzha demo --speed
`, page, key)
}
