package redis_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
)

func TestOneHolder(t *testing.T) {
	s := mustConnect(t, redis.Config{URL: redistest.Single(t).URL()})
	if _, ok, err := s.Leader(t.Context(), "x"); ok || err != nil {
		t.Errorf("Leader of a free county = %v, %v", ok, err)
	}
	hold := mustAcquire(t, s, "x", "a", long)
	_, err := s.Acquire(t.Context(), "x", redis.Holder{ID: "b"}, long)
	if held, ok := errors.AsType[*redis.HeldError](err); !ok || held.By != (redis.Holder{ID: "a", Addr: "a:80"}) || held.For <= 0 || !errors.Is(err, ledger.ErrLocked) {
		t.Errorf("second Acquire = %v, want a HeldError of a", err)
	}
	if by, ok, err := s.Leader(t.Context(), "x"); by != hold.By() || !ok || err != nil {
		t.Errorf("Leader = %v, %v, %v", by, ok, err)
	}
	mustAcquire(t, s, "y", "b", long) // another county is another lease
}

// A clean release lets the next one in, who was waiting, and shuts the old one
// out though its time is not over.
func TestReleaseLetsTheNextIn(t *testing.T) {
	s := mustConnect(t, redis.Config{URL: redistest.Single(t).URL()})
	first := mustAcquire(t, s, "x", "a", long)
	l := s.Ledger("x", first)
	mustAppend(t, l, 0, 3)
	free := s.Released(t.Context(), "x")
	redistest.Eventually(t, "it is heard", func() bool {
		n, err := s.Client().PubSubNumSub(t.Context(), "fanzha:{x}:bell").Result()
		return err == nil && n["fanzha:{x}:bell"] == 1
	})
	for range 2 {
		if err := first.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	<-free
	// What is still under way from the old holder finds no fence like its own.
	if fence, err := s.Client().HGet(t.Context(), "fanzha:{x}:head", "fence").Result(); fence != "" || err != nil {
		t.Errorf("the fence after Release is %q, %v, want none", fence, err)
	}
	<-first.Lost()
	if first.Valid() {
		t.Error("a released hold is valid")
	}
	if err := offer(t, l, 3, 1); !errors.Is(err, ledger.ErrFenced) {
		t.Errorf("Append after Release = %v, want ErrFenced", err)
	}
	mustAppend(t, s.Ledger("x", mustAcquire(t, s, "x", "b", long)), 3, 1)
}

// A failover takes the lease and the counter back; the next holder gets the same
// number. Its nonce tells it from the old holder, who still believes.
func TestFenceIsNotANumberAlone(t *testing.T) {
	node := redistest.Single(t)
	s := mustConnect(t, redis.Config{URL: node.URL()})
	before := node.Snapshot()
	old := mustAcquire(t, s, "x", "a", long)
	l := s.Ledger("x", old)
	node.Rewind(before)
	hold := mustAcquire(t, s, "x", "b", long)
	if !old.Valid() {
		t.Fatal("the old holder knows already")
	}
	if err := offer(t, l, 0, 3); !errors.Is(err, ledger.ErrFenced) {
		t.Errorf("Append of the old holder = %v, want ErrFenced", err)
	}
	if <-old.Lost(); old.Valid() {
		t.Error("the old holder goes on")
	}
	if err := l.Erase(t.Context()); !errors.Is(err, ledger.ErrFenced) {
		t.Errorf("Erase of the old holder = %v, want ErrFenced", err)
	}
	l = s.Ledger("x", hold)
	mustAppend(t, l, 0, 2)
	wantOwn(t, l, 2)
}

// A server that hangs is no reason to go on acting: by its deadline the holder
// is out, and comes in again only by the front door.
func TestHangingServerEndsTheHold(t *testing.T) {
	for name, hang := range map[string]func(*redistest.Node, *redistest.Proxy) (back func()){
		"paused":       func(n *redistest.Node, _ *redistest.Proxy) func() { n.Stop(); return n.Cont },
		"network cut":  func(_ *redistest.Node, p *redistest.Proxy) func() { p.Cut(); return p.Restore },
		"killed":       func(n *redistest.Node, _ *redistest.Proxy) func() { n.Kill(); return n.Start },
		"far too slow": func(_ *redistest.Node, p *redistest.Proxy) func() { p.Delay(time.Minute); return p.Restore },
	} {
		t.Run(name, func(t *testing.T) {
			node := redistest.Single(t)
			proxy := redistest.NewProxy(t, node.Addr)
			s := mustConnect(t, redis.Config{URL: proxy.URL()})
			hold := mustAcquire(t, s, "x", "a", time.Second)
			l := s.Ledger("x", hold)
			mustAppend(t, l, 0, 3)
			back := hang(node, proxy)
			late := offer(t, l, 3, 2) // hangs, and ends with the hold
			<-hold.Lost()
			if hold.Valid() {
				t.Error("the hold is valid after Lost")
			}
			if late == nil {
				t.Error("Append succeeded on a server that does not answer")
			}
			if err := offer(t, l, 3, 1); !errors.Is(err, ledger.ErrFenced) {
				t.Errorf("Append after Lost = %v, want ErrFenced", err)
			}
			back()
			if name == "far too slow" {
				proxy.Break()
			}
			redistest.Eventually(t, "the lease ends by itself", func() bool {
				_, held, err := s.Leader(t.Context(), "x")
				return err == nil && !held
			})
			next := s.Ledger("x", mustAcquire(t, s, "x", "b", long))
			h, err := next.Head(t.Context())
			if err != nil || h.Size != 3 && h.Size != 5 { // the batch whose answer was lost may be in, and whole
				t.Fatalf("Head = %d, %v, want 3 or 5", h.Size, err)
			}
			mustAppend(t, next, h.Size, 2)
			wantOwn(t, next, h.Size+2)
		})
	}
}

// While the hold is valid an append outlives a restart of the server, and the
// batch is in once.
func TestAppendOutlivesARestart(t *testing.T) {
	node := redistest.Single(t)
	proxy := redistest.NewProxy(t, node.Addr)
	s := mustConnect(t, redis.Config{URL: proxy.URL()})
	l := s.Ledger("x", mustAcquire(t, s, "x", "a", long))
	var size int64
	for round := range 12 {
		done := make(chan error, 1)
		go func() { done <- offer(t, l, size, 50) }()
		switch round % 3 {
		case 0:
			node.Restart()
		case 1:
			proxy.Break()
		case 2:
			proxy.Cut()
			proxy.Break()
			proxy.Restore()
		}
		if err := <-done; err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		size += 50
	}
	wantOwn(t, l, size)
}

// Sentinel fails over under load: what was acknowledged is there, in order,
// once, and the same holder goes on.
func TestSentinelFailover(t *testing.T) {
	set := redistest.Sentinel(t)
	s := mustConnect(t, redis.Config{URL: set.URL(), Replicas: 1})
	if w := s.Weakness(); len(w) > 0 {
		t.Errorf("Weakness = %q, want none", w)
	}
	l := s.Ledger("x", mustAcquire(t, s, "x", "a", long))
	ctx, stop := context.WithCancel(t.Context())
	acked := make(chan int64, 1)
	go func() {
		var size int64
		for ctx.Err() == nil {
			if err := offer(t, l, size, 5); err != nil {
				t.Errorf("Append at %d: %v", size, err)
				break
			}
			size += 5
		}
		acked <- size
	}()
	set.Failover()
	old := set.Master()
	old.Kill()
	set.AwaitMaster(old)
	var h ledger.Head
	redistest.Eventually(t, "the client has found the new master", func() bool {
		var err error
		h, err = l.Head(t.Context())
		return err == nil
	})
	redistest.Eventually(t, "it goes on", func() bool {
		now, err := l.Head(t.Context())
		return err == nil && now.Size > h.Size
	})
	stop()
	wantOwn(t, l, <-acked)
}
