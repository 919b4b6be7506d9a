package redis_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
)

func TestWeakServerIsRefusedOrAccepted(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"no AOF", []string{"appendonly no"}, []string{"写 appendonly yes"}},
		{"fsync every second", []string{"appendfsync everysec"}, []string{"写 appendfsync always"}},
		{"evicts", []string{"maxmemory-policy allkeys-lru"}, []string{"写 maxmemory-policy noeviction"}},
		{"CONFIG is forbidden", []string{`rename-command CONFIG ""`}, []string{"不让查看 appendfsync"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			conf := redis.Config{URL: redistest.Single(t, c.lines...).URL()}
			_, err := redis.Connect(t.Context(), conf)
			wantWeak(t, err, c.want)
			conf.AcceptWeak = true
			wantFaults(t, mustConnect(t, conf).Weakness(), c.want)
		})
	}
}

func wantWeak(t *testing.T, err error, want []string) {
	t.Helper()
	weak, ok := errors.AsType[*redis.WeakError](err)
	if !ok {
		t.Fatalf("Connect = %v, want a WeakError", err)
	}
	if !strings.Contains(err.Error(), "acceptWeak") {
		t.Errorf("Connect = %v, want it to say how to accept", err)
	}
	wantFaults(t, weak.Faults, want)
}

func wantFaults(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("faults %q, want %q", got, want)
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("fault %q, want %q", got[i], want[i])
		}
	}
}

// A weak replica is one as well, for it may be master tomorrow.
func TestReplicasAreChecked(t *testing.T) {
	set := redistest.Sentinel(t)
	set.Nodes[2].Do("config", "set", "appendfsync", "everysec")
	_, err := redis.Connect(t.Context(), redis.Config{URL: set.URL(), Replicas: 1})
	wantWeak(t, err, []string{set.Nodes[2].Addr})
	set.Nodes[2].Do("config", "set", "appendfsync", "always")
	_, err = redis.Connect(t.Context(), redis.Config{URL: set.URL()})
	wantWeak(t, err, []string{"写 redis.replicas: 1"})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	_, err = redis.Connect(ctx, redis.Config{URL: set.URL(), Replicas: 3})
	wantWeak(t, err, []string{"只有 2 个副本在线"})
}

// Who starts during a failover waits for the replicas to come back.
func TestReplicasAreWaitedFor(t *testing.T) {
	master, replica := redistest.Pair(t)
	replica.Kill()
	redistest.Eventually(t, "the master misses its replica", func() bool { return master.Info("connected_slaves") == "0" })
	connected := make(chan error, 1)
	go func() {
		s, err := redis.Connect(t.Context(), redis.Config{URL: master.URL(), Replicas: 1})
		if err == nil {
			err = s.Close()
		}
		connected <- err
	}()
	replica.Start()
	if err := <-connected; err != nil {
		t.Error(err)
	}
}

func TestConnectToAReplica(t *testing.T) {
	master, replica := redistest.Pair(t)
	if _, err := redis.Connect(t.Context(), redis.Config{URL: replica.URL()}); err == nil || !strings.Contains(err.Error(), "主库的地址") {
		t.Errorf("Connect to a replica = %v, want to be told where to go", err)
	}
	_, err := redis.Connect(t.Context(), redis.Config{URL: master.URL()})
	wantWeak(t, err, []string{"写 redis.replicas: 1"})
}

func TestConnectToNobody(t *testing.T) {
	addr := fmt.Sprintf("127.0.0.1:%d", redistest.FreePorts(t, 1)[0])
	_, err := redis.Connect(t.Context(), redis.Config{URL: "redis://" + addr, Password: "hunter2"})
	if err == nil || !strings.Contains(err.Error(), addr) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Connect = %v, want the address and no password", err)
	}
	if s := fmt.Sprintf("%v %+v %#v", redis.Config{Password: "hunter2"}, redis.Config{Password: "hunter2"}, redis.Secret("hunter2")); strings.Contains(s, "hunter2") {
		t.Errorf("printed: %s", s)
	}
}

// Until a replica has a batch, it is not acknowledged.
func TestUnconfirmedIsNotAcknowledged(t *testing.T) {
	master, replica := redistest.Pair(t)
	s := mustConnect(t, redis.Config{URL: master.URL(), Replicas: 1})
	l := s.Ledger("x", mustAcquire(t, s, "x", "a", long))
	mustAppend(t, l, 0, 3)
	replica.Stop()
	before := tries(t, master)
	done := make(chan error, 1)
	go func() { done <- offer(t, l, 3, 2) }()
	redistest.Eventually(t, "the batch was sent three times", func() bool { return tries(t, master) >= before+3 })
	select {
	case err := <-done:
		t.Fatalf("Append = %v while the only replica hangs", err)
	default:
	}
	replica.Cont()
	if err := <-done; err != nil {
		t.Errorf("Append = %v after the replica came back", err)
	}
	wantOwn(t, l, 5)
}

// A master hangs, one of its two replicas is promoted meanwhile, and it goes on with
// the other one. Who has only stood by until then must not take a lease there that
// will be taken back.
func TestAStandbyTakesNoLeaseOfAnOldMaster(t *testing.T) {
	master, promoted := redistest.Pair(t)
	master.Replica()
	standby := mustConnect(t, redis.Config{URL: master.URL(), Replicas: 1})
	redistest.Eventually(t, "the standby knows of both replicas", func() bool { n, _ := standby.Missed(); return n == 2 })
	master.Stop()
	redistest.Eventually(t, "the standby notices", func() bool { _, fewer := standby.Missed(); return fewer })
	promoted.Promote()
	master.Cont()
	hold, err := standby.Acquire(t.Context(), "x", redis.Holder{ID: "a"}, 2*time.Second)
	if !errors.Is(err, redis.ErrUnconfirmed) {
		t.Errorf("Acquire = %v, %v, want it unconfirmed", hold, err)
	}
}

// tries returns how many scripts a server has run.
func tries(t *testing.T, n *redistest.Node) int {
	t.Helper()
	var calls int
	if _, err := fmt.Sscanf(n.Info("cmdstat_evalsha"), "calls=%d", &calls); err != nil {
		t.Fatal(err)
	}
	return calls
}

// A server that still loads its data, as after a power cut, is waited for.
func TestConnectWaitsForAServerThatLoads(t *testing.T) {
	node := redistest.Single(t, "key-load-delay 20") // µs each
	node.Do("eval", "for i = 1, 30000 do redis.call('set', 'key' .. i, '') end", 0)
	node.Restart()
	if node.Info("loading") != "1" {
		t.Fatal("the server is too quick for this test")
	}
	mustConnect(t, redis.Config{URL: node.URL()})
}
