// Package app puts the program together: it is the only place that knows every
// part. [New] wires, [App.Run] runs until its context ends, [App.Close] releases
// what New has taken. The scenario tests of the whole program live here.
//
// What a newcomer should see on this one screen: one ledger, one book over it;
// the channel hears people and hands what they do to the handlers; the scheduler
// turns time into decisions; the delivery engine carries out what was decided.
// All of them meet in the book only.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/calendar"
	"fanzha/bot/ledger"
	"fanzha/bot/push"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/app"
	"fanzha/bot/wechat/corp"
	"fanzha/bot/wechat/oa"
	"fanzha/bot/wechat/token"
	"fanzha/config"
	"fanzha/handlers"
	"fanzha/scheduler"
)

// Deps are the parts that tests and the demo replace. The zero value is the
// real world.
type Deps struct {
	// Ledger is used instead of the file that the configuration names. It
	// stays the caller's to close.
	Ledger ledger.Ledger
	Key    *ledger.Key // goes with Ledger
	// Term is this process's right to act for the county, where several share a
	// ledger; nil means that there is nobody else.
	Term Term
	// Standby is a state that has followed Ledger, nil if there is none. Whatever
	// New returns, it is used up.
	Standby *book.Standby
	// Started is what the first entry says of this process, but for the rules.
	Started bot.ProcessStarted
	// Tokens and Shared are the tokens and budgets that several processes have
	// in common; nil means that each has its own.
	Tokens token.Store
	Shared bot.SharedBudget
	// Restored are the times that Ledger had lost what had to be put back. New writes
	// those down that the ledger does not know of.
	Restored []bot.StoreRestored
	Clock    bot.Clock
	// HTTPClient dials the long connection.
	HTTPClient *http.Client
	// Web carries the requests to the platforms' web APIs.
	Web    http.RoundTripper
	Random io.Reader
	Log    *slog.Logger
	// Sender stands between the engine and the channel, for fault points.
	Sender func(bot.Sender) bot.Sender
	// Ways are channels beside those of the configuration.
	Ways []Way
	// Pace and AtOnce override how fast the engine uses the bot.
	Pace   time.Duration
	AtOnce int
	// Budget overrides how many messages an hour the channel may put into one
	// conversation, all of them in one minute if need be.
	Budget int
	// Archive overrides how often closed months are looked for.
	Archive time.Duration
	// Offline leaves out the channel and the scheduler: commands at the
	// command line work on the ledger alone.
	Offline bool
}

// App is the whole program but for flags.
type App struct {
	Book     *book.Book
	Bot      *handlers.Bot
	Channel  *aibot.Client   // nil in callback mode
	Called   *aibot.Callback // nil but in callback mode
	WorkApp  *app.Channel    // nil if there is no self-built app
	cfg      config.File
	deps     Deps
	rules    push.Rules
	key      *ledger.Key
	engine   *push.Engine
	timer    *scheduler.Scheduler
	calendar *calendar.Calendar
	metrics  *metrics
	account  *oa.Channel // nil if there is no official account
	corp     *corp.Corp  // nil without WorkApp
	// workTokens are WorkApp's, accountTokens account's; nil without it.
	workTokens, accountTokens *token.Handle
	called                    endpoints
	cleanups                  []cleanup
}

// A cleanup is run by Close, the last one first.
type cleanup struct {
	name string
	run  func() error
}

// New opens the ledger and wires everything. Nothing goes out before Run.
func New(ctx context.Context, cfg config.File, deps Deps) (_ *App, err error) {
	a := &App{cfg: cfg, deps: deps.filled()}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	units, err := loadUnits(cfg.County)
	if err != nil {
		return nil, err
	}
	if a.calendar, err = config.LoadCalendar(cfg.Calendar.Dir); err != nil {
		return nil, err
	}
	a.rules = push.Rules{
		FourEyes: cfg.FourEyes, Quiet: cfg.Push.QuietHours.Hours(), PerMonth: cfg.Push.PerMonth,
		OnTime: time.Duration(cfg.Push.SessionDays) * 24 * time.Hour, Late: time.Duration(cfg.Push.LateDays) * 24 * time.Hour,
		FallbackAfter: cfg.Push.FallbackAfter, ForwardWithin: cfg.Push.ForwardWithin,
	}
	if err := a.openBook(ctx, units); err != nil {
		return nil, err
	}
	var limits bot.Limits
	if cfg.WeCom.Callback.On() {
		if err := a.wireBot(); err != nil {
			return nil, err
		}
		limits = a.Called.Limits()
	} else if a.Channel, err = aibot.New(aibot.Config{
		BotID: cfg.WeCom.BotID, Secret: aibot.Secret(cfg.WeCom.Secret.Reveal()), Channel: bot.ViaBot, Name: cfg.WeCom.BotName, URL: cfg.WeCom.URL,
		HTTPClient: a.deps.HTTPClient, Clock: a.deps.Clock, Log: a.deps.Log, PerMinute: a.deps.Budget, PerHour: a.deps.Budget,
		May: a.may(), Lost: a.lost(), Shared: a.deps.Shared,
	}); err != nil {
		return nil, fmt.Errorf("setting up the channel: %w", err)
	} else {
		limits = a.Channel.Limits()
	}
	a.metrics = newMetrics(a)
	a.Bot = handlers.New(handlers.Config{
		Book: a.Book, Units: units, Operators: cfg.Operators, Rules: a.rules, Limits: limits, Name: cfg.WeCom.BotName,
		Trouble: a.trouble, CodeLifetime: cfg.Binding.CodeLifetime, Random: a.deps.Random, Log: a.deps.Log, Observe: a.metrics.heard,
		Calendar: a.calendar, Jobs: Schedule(cfg),
	})
	if err := a.wireEngine(); err != nil {
		return nil, err
	}
	a.timer, err = scheduler.New(a.jobs(), a.deps.Clock, a.deps.Log, func(err error) bool { return errors.Is(err, book.ErrStopped) })
	return a, err
}

func loadUnits(c config.County) ([]bot.Unit, error) {
	if c.Units == "" {
		return config.Units()
	}
	return config.LoadUnits(c.Units)
}

func (d Deps) filled() Deps {
	if d.Clock == nil {
		d.Clock = bot.SystemClock{}
	}
	if d.Random == nil {
		d.Random = rand.Reader
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Archive == 0 {
		d.Archive = archiveEvery
	}
	if d.Pace == 0 {
		d.Pace = pace
	}
	if d.AtOnce == 0 {
		d.AtOnce = atOnce
	}
	return d
}

// openBook opens the ledger, replays it, and writes what a start writes.
func (a *App) openBook(ctx context.Context, units []bot.Unit) error {
	l, key, err := a.openLedger(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	b, err := a.leadBook(ctx, l, key)
	if err != nil {
		return err
	}
	a.Book, a.key = b, key
	a.onClose("book", b.Close)
	if _, err := b.Do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		out, err := s.Directory.Found(a.cfg.County.Name, key.Public())
		if err != nil {
			return nil, err
		}
		out = append(out, s.Directory.Register(units)...)
		if !a.deps.Offline {
			started := a.deps.Started
			started.FourEyes = a.cfg.FourEyes
			out = append(out, &started)
		}
		for _, r := range a.deps.Restored {
			if !s.Running.Knows(r) {
				out = append(out, &r)
			}
		}
		return out, nil
	}); err != nil {
		return err
	}
	a.deps.Log.InfoContext(ctx, "ledger opened", "entries", b.Size(), "took", time.Since(began).Round(time.Millisecond), "publicKey", key.Public())
	if !a.cfg.FourEyes {
		a.deps.Log.WarnContext(ctx, "fourEyes is off: one person may draft, verify and approve; every report says so")
	}
	return nil
}

func (a *App) onClose(name string, run func() error) {
	a.cleanups = append(a.cleanups, cleanup{name, run})
}

// Run hears, decides and sends until ctx ends; then it takes in nothing new,
// finishes what is under way, and returns nil. It returns an error when the
// program cannot go on: the ledger failed, or the platform refused the bot's
// credentials. When another connection has taken over the bot, it stays up but
// is not ready, and does not fight.
func (a *App) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	// The channel ends after the engine, whose last answers come through it.
	channel, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()

	if a.deps.Term != nil {
		// Another process may act from now on: what is under way is cut off.
		defer onLost(a.deps.Term, hangUp)()
	}
	var decide, speak sync.WaitGroup
	start := func(wg *sync.WaitGroup, ctx context.Context, what string, run func(context.Context) error) {
		wg.Go(func() {
			if err := run(ctx); err != nil {
				stop(fmt.Errorf("%s: %w", what, err))
			}
		})
	}
	if a.Channel != nil {
		start(&speak, channel, "channel", a.runChannel)
	}
	start(&decide, ctx, "engine", a.engine.Run)
	start(&decide, ctx, "scheduler", a.runSchedule)
	if a.corp != nil {
		start(&decide, ctx, "names", a.names().run)
	}
	if a.called.mux != nil {
		start(&decide, ctx, "callbacks", a.runCallbacks)
	}
	select {
	case <-ctx.Done():
	case <-a.Book.Stopped():
		stop(a.Book.Err())
	}
	decide.Wait()
	hangUp()
	speak.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// runChannel runs the channel. A bot that was taken over by another connection
// is no reason to end: an operator must look, and may still ask and export. Where
// processes share the county it ends the term: most likely the one that led before
// has not noticed yet, and the next term gets the bot back. There a bot that the
// platform does not know ends nothing either: another term would fare no better.
func (a *App) runChannel(ctx context.Context) error {
	err := a.Channel.Run(ctx, a.heard())
	if errors.Is(err, aibot.ErrCredentials) && a.deps.Term != nil {
		a.deps.Log.ErrorContext(ctx, "the platform does not know this bot or its secret; the county is led without it", "county", a.cfg.County.ID,
			"hint", "请核对 wecom.botId 和 Secret，改好后重启本程序")
		<-ctx.Done()
		return nil
	}
	if errors.Is(err, aibot.ErrDisplaced) && a.deps.Term == nil {
		a.deps.Log.ErrorContext(ctx, "another connection has taken over this bot; not fighting it", "hint", "请确认没有第二个进程在用同一个机器人，然后重启本程序")
		<-ctx.Done()
		return nil
	}
	return err
}

// Ready reports in Chinese why the program cannot do its work, "" if it can.
func (a *App) Ready() string {
	if err := a.Book.Err(); err != nil {
		return "台账已停止写入"
	}
	if a.Channel != nil {
		if s := a.Channel.Status(); !s.Connected {
			return "企业微信长连接未就绪：" + s.Reason
		}
	}
	stopped := false
	a.look(func(s *book.State) { stopped = s.Outbox.Stopped() != nil })
	if stopped {
		return "已停发：恢复发送之前不推送"
	}
	return ""
}

// Close releases what New has taken, the last thing first. It is idempotent.
func (a *App) Close() error {
	var errs []error
	for len(a.cleanups) > 0 {
		last := a.cleanups[len(a.cleanups)-1]
		a.cleanups = a.cleanups[:len(a.cleanups)-1]
		if err := last.run(); err != nil {
			errs = append(errs, fmt.Errorf("closing %s: %w", last.name, err))
		}
	}
	return errors.Join(errs...)
}
