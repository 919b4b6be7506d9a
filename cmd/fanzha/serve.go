package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fanzha/cmd/internal/app"
	"fanzha/config"
)

// configFlag is the name of the configuration file where none is given.
const configFlag = "config.yaml"

// drain is how long the program takes at most to end after a signal.
const drain = 10 * time.Second

func serve(ctx context.Context, c console, args []string) error {
	f := flags(c, "serve", "[-c config.yaml]", "连接企业微信，正式运行，直到收到 SIGTERM 或 Ctrl-C。")
	counties, err := f.fleet(args)
	if err != nil {
		return err
	}
	main := counties[0]
	if len(counties) == 1 {
		app.CollectLess()
	}
	log := slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: main.Log.Slog()}))
	open := openAlone
	if main.Redis.On() {
		open = openShared
	}
	s, err := open(ctx, c, counties, log)
	if ctx.Err() != nil && err != nil {
		return nil // told to end before it had begun
	}
	if err != nil {
		return err
	}
	return errors.Join(runService(ctx, s, main.HTTP.Addr, log), s.Close())
}

// A service is a program that runs: one county with a ledger of its own, or
// several processes' share of counties.
type service interface {
	Run(ctx context.Context) error
	Signals() http.Handler
	Close() error
}

// alone is a county with a ledger of its own, and its control socket.
type alone struct {
	*app.App
	socket string
}

// Run runs the program and serves its socket.
func (a alone) Run(ctx context.Context) error { return together(ctx, a.App.Run, a.serveSocket) }

func (a alone) serveSocket(ctx context.Context) error { return a.ServeControl(ctx, a.socket) }

func openAlone(ctx context.Context, c console, counties []config.File, log *slog.Logger) (service, error) {
	cfg := counties[0]
	a, err := app.New(ctx, cfg, app.Deps{Log: log})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(c.out, "反诈群助手已启动。签名公钥（请公布给各单位）：\n%s\n", a.PublicKey())
	return alone{a, controlSocket(cfg)}, nil
}

func openShared(ctx context.Context, c console, counties []config.File, log *slog.Logger) (service, error) {
	h, err := app.NewHost(ctx, counties, app.Deps{Log: log})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(c.out, "反诈群助手已启动，进程 %s，与其他进程共管 %d 个县。谁主持哪个县见 /readyz 和日志。\n", counties[0].Process.Name(), len(counties))
	return h, nil
}

// together runs all of run until ctx ends or one of them fails, and waits for the
// others to end.
func together(ctx context.Context, run ...func(context.Context) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	for _, f := range run {
		wg.Go(func() {
			if err := f(ctx); err != nil {
				stop(err)
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// runService runs s with its signals until ctx ends or something fails.
func runService(ctx context.Context, s service, signals string, log *slog.Logger) error {
	var force *time.Timer
	defer func() { force.Stop() }()
	run := []func(context.Context) error{s.Run, func(ctx context.Context) error {
		<-ctx.Done()
		log.Info("stopping: finishing what is under way")
		force = time.AfterFunc(drain, func() {
			// Everything acknowledged is durable already, so nothing is lost.
			log.Error("not finished in time, ending anyway")
			os.Exit(exitError)
		})
		return nil
	}}
	if signals != "" {
		run = append(run, func(ctx context.Context) error { return serveHTTP(ctx, signals, s.Signals(), log) })
	}
	return together(ctx, run...)
}

func controlSocket(cfg config.File) string { return filepath.Join(cfg.Data.Dir, "control.sock") }

func serveHTTP(ctx context.Context, addr string, h http.Handler, log *slog.Logger) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("http.addr：不能监听 %s：%w", addr, err)
	}
	log.Info("serving signals", "addr", l.Addr().String())
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = srv.Shutdown(grace)
	})
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving signals: %w", err)
	}
	return nil
}
