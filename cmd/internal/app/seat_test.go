package app

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
)

// A county that cannot be led is tried more and more rarely. While Redis is away
// none can, and all are tried every second: somebody leads soon after it is back.
func TestSeatWaitsLongerUnlessRedisIsAway(t *testing.T) {
	node := redistest.Single(t)
	server, err := redis.Connect(t.Context(), redis.Config{URL: node.URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	s := &Seat{host: &Host{server: server, deps: Deps{}.filled()}, id: "xiangning"}
	for i, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		if got := s.again(t.Context(), errors.New("a fault")); got != want {
			t.Errorf("after %d faults it waits %v, want %v", i+1, got, want)
		}
	}
	if got := s.again(t.Context(), fmt.Errorf("acquiring: %w", redis.ErrUnconfirmed)); got != tick {
		t.Errorf("without replicas it waits %v, want %v", got, tick)
	}
	node.Kill()
	for range 3 {
		if got := s.again(t.Context(), errors.New("a fault")); got != tick {
			t.Errorf("without Redis it waits %v, want %v", got, tick)
		}
	}
	node.Start()
	if got := s.again(t.Context(), errors.New("a fault")); got != 8*time.Second {
		t.Errorf("when Redis is back it waits %v, want 8s", got)
	}
}

// A standby keeps what it has read while Redis is away: reading it all again takes a
// large county seconds, when it is most needed. What is of no use any more it gives up.
func TestAStandbyStaysWarmWhileRedisIsAway(t *testing.T) {
	for _, c := range []struct {
		err  error
		warm bool
	}{
		{fmt.Errorf("reading the head: %w", syscall.ECONNREFUSED), true},
		{fmt.Errorf("reading: %w", context.DeadlineExceeded), true},
		{fmt.Errorf("reading: %w", &ledger.CorruptError{Seq: 3}), false},
		{fmt.Errorf("%w: this standby leads", book.ErrStopped), false},
	} {
		s := &Seat{view: new(book.Standby), warm: true}
		if err := s.behind(t.Context(), c.err); !errors.Is(err, c.err) || (s.view != nil) != c.warm || s.warm != c.warm {
			t.Errorf("after %v: %v; there is something to go on with: %t, warm: %t", c.err, err, s.view != nil, s.warm)
		}
	}
}
