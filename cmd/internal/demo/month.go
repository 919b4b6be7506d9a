package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/evidence"
	"fanzha/bot/push"
	"fanzha/bot/report"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
)

// played is the month that [Month] plays.
var played = bot.Month{Year: 2026, Month: time.November}

// Month plays one month of the county as fast as the machine can: alerts are
// pushed on schedule, members answer as members do, sessions close. Then it
// writes the month table to out, exports the evidence into o.DataDir, and
// verifies it as anyone could. It returns an error if anything is not as it must
// be.
func Month(ctx context.Context, out io.Writer, o Options) error {
	clock := newPlayClock(at(played.Start(), 8, 0))
	// The simulator has no limit here: its clock stands still while many act.
	w, addr, err := serveWorld(ctx, wechattest.Options{Seed: o.Seed, Now: clock.Now, PerMinute: -1, PerHour: -1}, o)
	if err != nil {
		return err
	}
	defer w.Platform.Close()
	cfg := w.Config(addr.WS, o.DataDir)
	a, err := app.New(ctx, cfg, app.Deps{Log: o.Log, Clock: clock})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running) }()

	p := player{World: w, app: a, clock: clock, habits: w.newHabits(rand.New(rand.NewPCG(o.Seed, 3))),
		rules: push.Rules{Quiet: cfg.Push.QuietHours.Hours()}}
	began := time.Now()
	err = p.play(ctx, out)
	if err == nil {
		fmt.Fprintf(out, "放完 %s，用时 %.1f 秒：成员操作 %d 次，台账 %d 条。\n\n", played.Chinese(), time.Since(began).Seconds(), p.acts, a.Book.Size())
		err = p.prove(ctx, out, filepath.Join(o.DataDir, played.String()+".zip"))
	}
	stop()
	return errors.Join(err, <-ended, a.Close())
}

// A player drives the clock and the people.
type player struct {
	*World
	app    *app.App
	clock  *playClock
	habits habits
	rules  push.Rules
	heard  int64  // callbacks that the bot must have dealt with
	clicks uint64 // of which must have been answered by a card
	acts   int
}

func (p *player) play(ctx context.Context, out io.Writer) error {
	if err := p.ready(ctx, p.app); err != nil {
		return err
	}
	p.heard = int64(len(p.Units)) // the bindings
	// Workdays of the month on which an alert goes out: with the summaries they are
	// the eight messages that a group may get.
	days := []int{2, 6, 11, 16}
	for i, day := range days {
		if err := p.until(ctx, at(played.Start().AddDate(0, 0, day-1), 9, 0), nil); err != nil {
			return err
		}
		if _, err := p.Publish(ctx, p.app, drafts[i%len(drafts)]); err != nil {
			return err
		}
		pushed := at(played.Start().AddDate(0, 0, day-1), 9, 31)
		if err := p.until(ctx, pushed, nil); err != nil {
			return err
		}
		next := played.End().Add(-time.Minute)
		if i+1 < len(days) {
			next = at(played.Start().AddDate(0, 0, days[i+1]-1), 8, 59)
		}
		acts := p.answers(pushed, p.habits)
		if i == 0 {
			acts = sorted(append(acts, p.introductions(pushed.AddDate(0, 0, 1), p.habits)...))
		}
		if err := p.until(ctx, next, acts); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s 已推送第 %d 条，台账 %d 条\n", pushed.Format("1月2日 15:04"), i+1, p.app.Book.Size())
	}
	return nil
}

// until plays on to t, carrying out acts at their times; later ones are dropped.
func (p *player) until(ctx context.Context, t time.Time, acts []act) error {
	for {
		goal := t
		if len(acts) > 0 && acts[0].at.Before(t) {
			goal = acts[0].at
		}
		now := p.clock.goOn(goal)
		for len(acts) > 0 && !acts[0].at.After(now) {
			if err := p.do(acts[0]); err != nil {
				return fmt.Errorf("playing %s: %w", acts[0].unit, err)
			}
			if acts[0].text == "" {
				p.clicks++
			}
			p.heard++
			p.acts++
			acts = acts[1:]
		}
		if err := p.settle(ctx); err != nil {
			return err
		}
		if !now.Before(t) {
			return nil
		}
	}
}

// settleTimeout is how long the machine may take to follow one step.
const settleTimeout = 30 * time.Second

// settle waits until the program has dealt with everything up to now: all that
// people did is handled, nothing is on its way out, and the scheduler sleeps.
func (p *player) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	for turn := 0; ; turn++ {
		var busy bool
		if err := p.app.Book.View(ctx, func(s *book.State, now time.Time) error {
			due, _ := s.Outbox.Due(now, p.rules)
			// Between two sends the engine sleeps as well as the scheduler.
			busy = len(s.Outbox.Pending(push.InFlight)) > 0 || len(due) > 0 && p.clock.sleeping() < 2
			return nil
		}); err != nil {
			return err
		}
		c := p.app.Channel.Counters()
		answered := c.Cards+c.CardsSkipped+c.CardsFailed >= p.clicks
		if !busy && answered && p.app.Handled() >= p.heard && p.clock.sleeping() > 0 {
			return nil
		}
		// The real clock: this waits for the machine, not for the month.
		if turn < 100 {
			runtime.Gosched()
			continue
		}
		if err := (bot.SystemClock{}).Sleep(ctx, 20*time.Microsecond); err != nil {
			return fmt.Errorf("waiting for the program to follow: %w", err)
		}
	}
}

// prove shows the table, exports the evidence and verifies it.
func (p *player) prove(ctx context.Context, out io.Writer, file string) error {
	var table report.Table
	var witness string
	if err := p.app.Book.View(ctx, func(s *book.State, _ time.Time) error {
		table = report.Month(s, played)
		witness = s.Checkpoint().Witness()
		return nil
	}); err != nil {
		return err
	}
	fmt.Fprintln(out, table.Text())
	var zip bytes.Buffer
	summary, err := p.app.Export(ctx, Approver, app.Export{Month: played, Reason: "演示"}, &zip)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, zip.Bytes(), 0o600); err != nil {
		return fmt.Errorf("writing the evidence: %w", err)
	}
	fmt.Fprintf(out, "已导出 %s（%d KB）\n%s\n存证点 %s\n\n核验（只用文件和公钥 %s）：\n", file, zip.Len()>>10, summary, witness, p.app.PublicKey())
	checked, err := evidence.Verify(bytes.NewReader(zip.Bytes()), int64(zip.Len()), p.app.PublicKey(), nil)
	for _, line := range checked {
		fmt.Fprintln(out, "✓ "+line)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "核验通过。")
	return nil
}
