package app

import (
	"context"
	"fmt"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
)

// This file moves closed months from Redis to files.

// archiveEvery is how often a process looks whether a month is to be moved, or a
// file to be copied.
const archiveEvery = 10 * time.Minute

// archive moves what is closed to files, as long as the county is led here. This
// month and the last one stay, for reports are made of them.
func (s *Seat) archive(ctx context.Context, a *App, l *redis.Ledger, key *ledger.Key) {
	if s.cfg.Redis.ArchiveDir == "" {
		return
	}
	for ctx.Err() == nil {
		_ = s.host.deps.Clock.Sleep(ctx, s.host.deps.Archive)
		if err := a.archiveOnce(ctx, l, key); err != nil && ctx.Err() == nil {
			s.host.log.WarnContext(ctx, "closed months stay in Redis for now", "county", s.id, "err", err)
		}
	}
}

// archiveOnce archives up to the newest checkpoint that was shown before last
// month.
func (a *App) archiveOnce(ctx context.Context, l *redis.Ledger, key *ledger.Key) error {
	var closed *bot.CheckpointWitnessed
	if err := a.Book.View(ctx, func(s *book.State, now time.Time) error {
		closed = s.Running.Closed(bot.MonthOf(now).Add(-1).Start())
		return nil
	}); err != nil || closed == nil {
		return err
	}
	cp, err := ledger.ParseWitness(fmt.Sprintf("%d:%s", closed.Size, closed.Root))
	if err != nil {
		return err
	}
	signed, err := key.Checkpoint(cp)
	if err != nil {
		return err
	}
	return l.Archive(ctx, cp.Size, signed)
}

// copyArchive makes this process's own files of what is archived, once in a while.
func (s *Seat) copyArchive(ctx context.Context, now time.Time) {
	if s.cfg.Redis.ArchiveDir == "" || now.Before(s.copyAt) {
		return
	}
	s.copyAt = now.Add(s.host.deps.Archive)
	if err := s.reader.Copy(ctx); err != nil && ctx.Err() == nil {
		s.host.log.WarnContext(ctx, "the archive was not copied", "county", s.id, "err", err)
	}
}
