package app

import (
	"errors"
	"fmt"
	"testing"
	"time"

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
