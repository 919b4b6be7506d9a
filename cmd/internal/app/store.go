package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/sqlite"
	"fanzha/config"
)

// This file is where the county's ledger is, and how it is opened for writing.

// openLedger opens the ledger and its key, and sees to it that both are released.
func (a *App) openLedger(ctx context.Context) (ledger.Ledger, *ledger.Key, error) {
	if a.deps.Ledger != nil {
		return a.deps.Ledger, a.deps.Key, nil
	}
	if err := os.MkdirAll(a.cfg.Data.Dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("making the data directory: %w", err)
	}
	open := a.openFile
	if a.cfg.Redis.On() {
		open = a.openShared
	}
	l, err := open(ctx)
	if err != nil {
		return nil, nil, err
	}
	a.onClose("ledger", l.Close)
	key, err := openKey(ctx, a.cfg, l, a.deps.Random)
	return l, key, err
}

func (a *App) openFile(ctx context.Context) (ledger.Ledger, error) {
	return sqlite.Open(ctx, a.cfg.Data.Ledger())
}

// openShared takes the county's lease for the length of a command at the command
// line. A process that serves gets its ledger from its [Host].
func (a *App) openShared(ctx context.Context) (ledger.Ledger, error) {
	server, err := connect(ctx, a.cfg, 1, a.deps.Log)
	if err != nil {
		return nil, err
	}
	a.onClose("connection to Redis", server.Close)
	hold, err := server.Acquire(ctx, a.cfg.County.ID, redis.Holder{ID: a.cfg.Process.Name()}, a.cfg.Redis.LeaseTTL)
	if err != nil {
		return nil, err
	}
	a.onClose("lease", func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
		defer cancel()
		return hold.Release(ctx)
	})
	return server.Ledger(a.cfg.County.ID, hold), nil
}

// How much of what was acknowledged a process keeps in memory, in bytes of records, to
// put it back should the store lose it: so much for all counties together, shared
// evenly, but for each county so much at least, which is a thousand check-ins, more
// than a county has in the seconds that a failover can take back. Beside the state of
// a large county, of some hundred MB, that is nothing, however many there are.
const (
	remembered      = 64 << 20
	leastRemembered = 512 << 10
)

// remember returns how much a process of so many counties keeps for each.
func remember(counties int) int { return max(remembered/counties, leastRemembered) }

// connect connects to the Redis of a configuration, for so many counties.
func connect(ctx context.Context, cfg config.File, counties int, log *slog.Logger) (*redis.Server, error) {
	c := cfg.Redis
	return redis.Connect(ctx, redis.Config{
		URL: c.URL, Username: c.Username, Password: redis.Secret(c.Password.Reveal()), SentinelPassword: redis.Secret(c.SentinelPassword.Reveal()),
		Replicas: c.Replicas, AcceptWeak: c.AcceptWeak, Process: cfg.Process.Name(), ArchiveDir: c.ArchiveDir, Copies: c.Copies, Log: log,
		Remember: remember(counties),
	})
}

// leadBook opens the book, from a standby's state if there is one.
func (a *App) leadBook(ctx context.Context, l ledger.Ledger, key *ledger.Key) (*book.Book, error) {
	if a.deps.Standby != nil {
		return a.deps.Standby.Lead(ctx, l)
	}
	return book.Open(ctx, book.Options{Ledger: l, Key: key, Now: a.deps.Clock.Now, Salt: a.deps.Random})
}

// openKey opens the signing key. It makes one only for an empty ledger: a
// ledger whose key is missing must not go on under another one.
func openKey(ctx context.Context, cfg config.File, l ledger.Ledger, random io.Reader) (*ledger.Key, error) {
	head, err := l.Head(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(cfg.Data.Key()); errors.Is(err, os.ErrNotExist) && head.Size > 0 {
		return nil, bot.Refuse("台账已有记录，但签名密钥文件不见了："+cfg.Data.Key(), "请从备份或另一台机器复制这个文件，不要新建")
	}
	return ledger.OpenKey(cfg.Data.Key(), "fanzha/"+strings.Join(strings.Fields(cfg.County.Name), ""), random)
}
