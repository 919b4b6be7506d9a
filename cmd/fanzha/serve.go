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
	cfg, err := f.config(args)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: cfg.Log.Slog()}))
	a, err := app.New(ctx, cfg, app.Deps{Log: log})
	if ctx.Err() != nil && err != nil {
		return nil // told to end before it had begun
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "反诈群助手已启动。签名公钥（请公布给各单位）：\n%s\n", a.PublicKey())
	return errors.Join(runServices(ctx, a, cfg, log), a.Close())
}

// runServices runs the program with its control socket and signals until ctx
// ends or something fails.
func runServices(ctx context.Context, a *app.App, cfg config.File, log *slog.Logger) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	start := func(run func(context.Context) error) {
		wg.Go(func() {
			if err := run(ctx); err != nil {
				stop(err)
			}
		})
	}
	start(a.Run)
	start(func(ctx context.Context) error { return a.ServeControl(ctx, controlSocket(cfg)) })
	if cfg.HTTP.Addr != "" {
		start(func(ctx context.Context) error { return serveHTTP(ctx, cfg.HTTP.Addr, a.Signals(), log) })
	}
	<-ctx.Done()
	log.Info("stopping: finishing what is under way")
	force := time.AfterFunc(drain, func() {
		// Everything acknowledged is durable already, so nothing is lost.
		log.Error("not finished in time, ending anyway")
		os.Exit(exitError)
	})
	defer force.Stop()
	wg.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
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
