package main

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/archive"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/cmd/internal/app"
)

// A restore that was cut short is no ledger, and is finished by the same command.
func TestInterruptedRestoreIsFinishedByRunningItAgain(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	keyFile := filepath.Join(dir, "safe", "key")
	target := app.FilePlace(filepath.Join(dir, "data", "ledger.db"))
	if err := os.Mkdir(filepath.Dir(keyFile), 0o700); err != nil {
		t.Fatal(err)
	}
	key, err := ledger.OpenKey(keyFile, "fanzha/test", rand.NewChaCha8([32]byte{}))
	if err != nil {
		t.Fatal(err)
	}
	m := ledgertest.NewMem()
	b, err := book.Open(ctx, book.Options{Ledger: m, Key: key, Now: time.Now, Salt: rand.NewChaCha8([32]byte{})})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Do(ctx, func(*book.State, time.Time) ([]bot.Payload, error) {
		return slices.Repeat([]bot.Payload{&bot.DangerRaised{}}, 2500), nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	head, err := m.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "safe", "all.fzar")
	if err := archive.Write(ctx, file, archive.Part{To: 2500, Records: m.Read(ctx, 0, -1), Checkpoint: head.Checkpoint}); err != nil {
		t.Fatal(err)
	}

	// As if the machine had lost its power after the first thousand.
	to, err := target.Write(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fault := errors.New("no power")
	if _, err := ledger.Copy(ctx, &cut{to, 1000, fault}, m, key.Public()); !errors.Is(err, fault) {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := copyBetween(ctx, console{out: &out}, target, app.FilePlace(filepath.Join(dir, "x.db")), key.Public()); !errors.As(err, new(*ledger.CorruptError)) {
		t.Errorf("half a ledger is taken for one: %v", err)
	}
	if cp, err := restoreTo(ctx, target, file, keyFile, key.Public()); err != nil || cp.Size != 2500 {
		t.Errorf("restored again: %v, %v", cp, err)
	}
	if _, err := restoreTo(ctx, target, file, keyFile, key.Public()); !errors.As(err, new(*bot.Refusal)) {
		t.Errorf("restored over a whole ledger: %v", err)
	}
	if k, err := readKey(target.Key()); err != nil || k != key.Public() {
		t.Errorf("the key there is %q, %v", k, err)
	}
}

// A cut ledger takes nothing from at on.
type cut struct {
	ledger.Ledger
	at  int64
	err error
}

func (c *cut) Append(ctx context.Context, at int64, batch []ledger.Record, checkpoint []byte) error {
	if at >= c.at {
		return c.err
	}
	return c.Ledger.Append(ctx, at, batch, checkpoint)
}
