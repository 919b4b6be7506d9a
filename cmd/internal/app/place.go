package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/sqlite"
	"fanzha/config"
)

// A Place is where a county's ledger is: a file, or a county's keys in Redis. The
// commands that back up, restore and move ledgers work on places; nothing else
// of the program runs meanwhile.
type Place struct {
	file string // "" if the ledger is in Redis
	key  string
	cfg  config.File
}

// FilePlace returns the place of the ledger file at path, whose signing key is
// expected beside it.
func FilePlace(path string) Place {
	return Place{file: path, key: config.Data{Dir: filepath.Dir(path)}.Key()}
}

// ConfigPlace returns the place that a configuration names.
func ConfigPlace(cfg config.File) Place {
	p := Place{key: cfg.Data.Key(), cfg: cfg}
	if !cfg.Redis.On() {
		p.file = cfg.Data.Ledger()
	}
	return p
}

// String says in Chinese where it is.
func (p Place) String() string {
	if p.file != "" {
		return p.file
	}
	return fmt.Sprintf("Redis 里的“%s”", p.cfg.County.ID)
}

// Key returns the path of the signing key that belongs there.
func (p Place) Key() string { return p.key }

// A Reader reads the ledger of a place; see [Place.Read].
type Reader interface {
	ledger.Source
	io.Closer
}

// Read opens the ledger for reading, beside whoever writes it. It does not mind a
// Redis that may lose what is written: that is when a backup is wanted most. The
// error wraps os.ErrNotExist if it is to be in a file that does not exist.
func (p Place) Read(ctx context.Context) (Reader, error) {
	if p.file != "" {
		return sqlite.OpenReader(ctx, p.file)
	}
	cfg := p.cfg
	cfg.Redis.AcceptWeak = true
	server, err := connect(ctx, cfg, 1, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return held{server.Ledger(p.cfg.County.ID, nil), []func() error{server.Close}}, nil
}

// Write opens the ledger as its only writer, and makes it if there is none. The
// error wraps [ledger.ErrLocked] if somebody else writes it.
func (p Place) Write(ctx context.Context) (ledger.Ledger, error) {
	if p.file != "" {
		return sqlite.Open(ctx, p.file)
	}
	server, err := connect(ctx, p.cfg, 1, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	hold, err := server.Acquire(ctx, p.cfg.County.ID, redis.Holder{ID: p.cfg.Process.Name()}, p.cfg.Redis.LeaseTTL)
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	release := func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
		defer cancel()
		return hold.Release(ctx)
	}
	return held{server.Ledger(p.cfg.County.ID, hold), []func() error{release, server.Close}}, nil
}

// A held ledger releases what it needed when it is closed.
type held struct {
	ledger.Ledger
	release []func() error
}

// Close implements [ledger.Ledger].
func (h held) Close() error {
	errs := []error{h.Ledger.Close()}
	for _, release := range h.release {
		errs = append(errs, release())
	}
	return errors.Join(errs...)
}
