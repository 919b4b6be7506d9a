package redistest

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Pair starts a master and a replica that has caught up with it. Nobody
// promotes the replica; see [Node.Promote].
func Pair(t testing.TB, lines ...string) (master, replica *Node) {
	t.Helper()
	master = Single(t, lines...)
	return master, master.Replica(lines...)
}

// Replica starts a replica of n and waits until it has caught up.
func (n *Node) Replica(lines ...string) *Node {
	n.t.Helper()
	r := Single(n.t, append(lines, "replicaof 127.0.0.1 "+strconv.Itoa(n.Port()))...)
	Eventually(n.t, r.Addr+" follows", func() bool { return r.Info("master_link_status") == "up" })
	return r
}

// Promote makes a replica a master of its own, as a failover does.
func (n *Node) Promote() {
	n.t.Helper()
	n.Do("replicaof", "no", "one")
}

// A Set is several servers that stand together.
type Set struct {
	Nodes     []*Node // servers that keep data
	Sentinels []*Node // of a set under Sentinel

	t testing.TB
}

// failoverTimeout is after how long the sentinels give up a failover. They begin
// another one no sooner than after twice that.
const failoverTimeout = 5 * time.Second

// masterName is what the sentinels call the master.
const masterName = "fanzha"

// Sentinel starts a master, two replicas and three sentinels, two of which
// fail over after a second of silence.
func Sentinel(t testing.TB, lines ...string) *Set {
	t.Helper()
	s := &Set{t: t, Nodes: []*Node{Single(t, lines...)}}
	for range 2 {
		s.Nodes = append(s.Nodes, s.Nodes[0].Replica(lines...))
	}
	for _, port := range FreePorts(t, 3) {
		s.Sentinels = append(s.Sentinels, startAs(t, "redis-sentinel", port, []string{
			"bind 127.0.0.1", "port " + strconv.Itoa(port), "logfile redis.log",
			fmt.Sprintf("sentinel monitor %s 127.0.0.1 %d 2", masterName, s.Nodes[0].Port()),
			"sentinel down-after-milliseconds " + masterName + " 1000",
			fmt.Sprintf("sentinel failover-timeout %s %d", masterName, failoverTimeout.Milliseconds()),
			"sentinel parallel-syncs " + masterName + " 2",
		}))
	}
	Eventually(t, "the sentinels know each other and the replicas", s.settled)
	return s
}

// settled reports whether each sentinel knows both others and two replicas that
// are up.
func (s *Set) settled() bool {
	for _, n := range s.Sentinels {
		info := n.Info("master0")
		if !strings.Contains(info, "status=ok") || !strings.Contains(info, "slaves=2") || !strings.Contains(info, "sentinels=3") {
			return false
		}
	}
	return true
}

// Cluster starts three masters without replicas that share the slots.
func Cluster(t testing.TB, lines ...string) *Set {
	t.Helper()
	s := &Set{t: t}
	ports := FreePorts(t, 6)
	for i, port := range ports[:3] {
		s.Nodes = append(s.Nodes, start(t, port, append(lines,
			"cluster-enabled yes", "cluster-node-timeout 2000", "cluster-port "+strconv.Itoa(ports[3+i]))))
	}
	const slots = 16384
	for i, n := range s.Nodes {
		n.Do("cluster", "addslotsrange", i*slots/3, (i+1)*slots/3-1)
		n.Do("cluster", "set-config-epoch", i+1)
		n.Do("cluster", "meet", "127.0.0.1", ports[0], ports[3])
	}
	Eventually(t, "the cluster is whole", func() bool {
		for _, n := range s.Nodes {
			info := n.Do("cluster", "info")
			if !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3") {
				return false
			}
		}
		return true
	})
	return s
}

// URL returns the set's address as the ledger's configuration wants it.
func (s *Set) URL() string {
	if s.Sentinels == nil {
		return "redis+cluster://" + addresses(s.Nodes)
	}
	return "redis+sentinel://" + addresses(s.Sentinels) + "/" + masterName
}

func addresses(nodes []*Node) string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.Addr)
	}
	return strings.Join(out, ",")
}

// Master returns the node that the sentinels call master.
func (s *Set) Master() *Node {
	s.t.Helper()
	for _, sentinel := range s.Sentinels {
		if sentinel.proc == nil {
			continue
		}
		c := goredis.NewSentinelClient(&goredis.Options{Addr: sentinel.Addr, DisableIdentity: true})
		addr, err := c.GetMasterAddrByName(context.Background(), masterName).Result()
		c.Close()
		if err != nil {
			continue
		}
		for _, n := range s.Nodes {
			if n.Addr == net.JoinHostPort(addr[0], addr[1]) {
				return n
			}
		}
	}
	s.t.Fatal("no sentinel knows the master")
	return nil
}

// Failover makes Sentinel choose another master, and waits until there is one.
// The old one goes on as its replica. A failover that Sentinel gives up is asked for
// again.
func (s *Set) Failover() {
	s.t.Helper()
	old := s.Master()
	var asked time.Time
	Eventually(s.t, "Sentinel has chosen another master", func() bool {
		if time.Since(asked) > 2*failoverTimeout && s.agreed() {
			c := s.Sentinels[0].Client()
			defer c.Close()
			if c.Do(context.Background(), "sentinel", "failover", masterName).Err() == nil {
				asked = time.Now()
			}
		}
		now := s.Master()
		return now != old && now.Info("role") == "master"
	})
}

// agreed reports whether each sentinel has seen both replicas alive and as such. One
// that still takes a replica for the master that it was, some seconds before, makes
// it a replica again as soon as another sentinel promotes it.
func (s *Set) agreed() bool {
	for _, sentinel := range s.Sentinels {
		c := goredis.NewSentinelClient(&goredis.Options{Addr: sentinel.Addr, DisableIdentity: true})
		replicas, err := c.Replicas(context.Background(), masterName).Result()
		c.Close()
		if err != nil || len(replicas) != len(s.Nodes)-1 {
			return false
		}
		for _, r := range replicas {
			if r["role-reported"] != "slave" || strings.Contains(r["flags"], "down") {
				return false
			}
		}
	}
	return true
}

// AwaitMaster waits until another node than old is master and takes writes.
func (s *Set) AwaitMaster(old *Node) *Node {
	s.t.Helper()
	var now *Node
	Eventually(s.t, "there is another master", func() bool {
		now = s.Master()
		return now != old && now.Info("role") == "master"
	})
	return now
}
