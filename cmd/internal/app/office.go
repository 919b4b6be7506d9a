package app

import (
	"context"
	"fmt"
	"io"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/evidence"
	"fanzha/handlers"
)

// This file is what an operator can do at the command line beyond what he can
// write to the bot: send files in and get files out.

// Office is what the command line needs of the program, running or not.
type Office interface {
	// Tell does what text asks, as if the operator had written it to the bot.
	Tell(ctx context.Context, as bot.OperatorID, text string) (string, error)
	// ImportRoster replaces rosters and returns a report of every bad line.
	ImportRoster(ctx context.Context, as bot.OperatorID, f handlers.RosterFile) (string, error)
	// Export writes a month's evidence file to w and returns what it holds.
	Export(ctx context.Context, as bot.OperatorID, e Export, w io.Writer) (string, error)
}

// An Export is a wish for an evidence file.
type Export struct {
	Month  bot.Month
	Masked bool
	// Texts: with the raw text of what was pasted; not if Masked.
	Texts bool
	// Reason is why names are needed; required unless Masked.
	Reason string
}

// Tell implements [Office].
func (a *App) Tell(ctx context.Context, as bot.OperatorID, text string) (string, error) {
	return a.Bot.Tell(ctx, as, text)
}

// Export implements [Office].
func (a *App) Export(ctx context.Context, as bot.OperatorID, e Export, w io.Writer) (string, error) {
	if err := a.Bot.MayExport(as, e.Masked, e.Reason); err != nil {
		return "", err
	}
	snap, err := a.Book.Snapshot(ctx)
	if err != nil {
		return "", err
	}
	sum, err := evidence.Write(ctx, w, snap, evidence.Options{Month: e.Month, Masked: e.Masked, Texts: e.Texts})
	if err != nil {
		return "", err
	}
	reason := e.Reason
	if e.Texts && !e.Masked {
		reason += "（附粘贴的原文）"
	}
	if _, err := a.Book.Do(ctx, func(*book.State, time.Time) ([]bot.Payload, error) {
		return []bot.Payload{&bot.ExportMade{Month: e.Month.String(), Masked: e.Masked, Size: sum.Size, Reason: reason, By: as}}, nil
	}); err != nil {
		return "", fmt.Errorf("recording the export: %w", err)
	}
	filings := ""
	if sum.Filings > 0 {
		filings = fmt.Sprintf("、上报 %d 件", sum.Filings)
	}
	return fmt.Sprintf("%s证据包：%d 条台账条目，其中签到 %d 条%s；台账共 %d 条", e.Month.Chinese(), sum.Entries, sum.CheckIns, filings, sum.Size), nil
}

// ImportRoster implements [Office].
func (a *App) ImportRoster(ctx context.Context, as bot.OperatorID, f handlers.RosterFile) (string, error) {
	return a.Bot.ImportRoster(ctx, as, f)
}

// PublicKey returns the public half of the key that signs checkpoints.
func (a *App) PublicKey() string { return a.key.Public() }
