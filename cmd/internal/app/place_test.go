package app_test

import (
	"errors"
	"testing"

	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/cmd/internal/app"
	"fanzha/config"
)

// A ledger in a Redis that may lose what is written can be read, so that it can be
// backed up and moved away, but not written.
func TestAWeakStoreCanBeRead(t *testing.T) {
	cfg := config.Default()
	cfg.County.ID = "xiangning"
	cfg.Redis.URL = redistest.Single(t, "appendfsync everysec").URL()
	p := app.ConfigPlace(cfg)
	r, err := p.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Head(t.Context()); err != nil {
		t.Error(err)
	}
	if l, err := p.Write(t.Context()); !errors.As(err, new(*redis.WeakError)) {
		t.Errorf("Write = %v, %v, want a WeakError", l, err)
	}
}
