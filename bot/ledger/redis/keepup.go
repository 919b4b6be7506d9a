package redis

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot"
)

// keepUpWithin is how many seconds ago a replica has last confirmed at most that
// counts as keeping up. A sound one confirms every second.
const keepUpWithin = 3

// missed is how long a replica is waited for that has gone. If it has crashed,
// nothing is acknowledged meanwhile. But perhaps it was promoted, and this master
// does not know yet that it is none any more: a sentinel leaves it at that for
// four of its periods of two seconds.
const missed = 10 * time.Second

// look is how often a process looks which replicas there are, whether it writes or
// not: who takes over must know whom to miss. It is also how long it waits for the
// answer: a master is dead to a sentinel after no less.
const look = time.Second

// keepUp knows how many replicas of each master keep up. The zero keepUp knows of
// none.
type keepUp struct {
	mu sync.Mutex
	// m is by the data's history, another one after each promotion: under one
	// address there may be connections to the old master and to the new one.
	m    map[string]kept
	last map[string]string // the history last seen, by the address
}

// kept is how many replicas are waited for, and since when there are fewer.
type kept struct {
	n     int
	fewer time.Time // zero while there are not
}

// manyHistories is how many a process remembers. It needs two of each master.
const manyHistories = 256

// of returns how many replicas of a master are to be waited for.
func (k *keepUp) of(master *goredis.Client) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.m[k.last[master.Options().Addr]].n
}

// note notes what a master's INFO says of its replicas at a time, and returns how
// many are to be waited for.
func (k *keepUp) note(master *goredis.Client, info string, now time.Time) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.m == nil || len(k.m) > manyHistories {
		k.m, k.last = make(map[string]kept), make(map[string]string)
	}
	id := field(info, "master_replid")
	k.m[id] = k.m[id].seen(keepingUp(info), now)
	k.last[master.Options().Addr] = id
	return k.m[id].n
}

// doubt notes that a master did not answer, at a time when known replicas were
// alive. If it answers again as it was, one of them may have been promoted
// meanwhile, though it had come a moment before and was never seen: all of them are
// waited for.
func (k *keepUp) doubt(master *goredis.Client, known int, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if id, ok := k.last[master.Options().Addr]; ok {
		k.m[id] = kept{max(k.m[id].n, known), now}
	}
}

// seen returns what is kept once n replicas were seen to keep up.
func (k kept) seen(n int, now time.Time) kept {
	switch {
	case n >= k.n:
		return kept{n: n}
	case k.fewer.IsZero():
		return kept{k.n, now}
	case now.Sub(k.fewer) >= missed:
		return kept{n: n}
	}
	return k
}

// keepingUp counts the replicas in a master's INFO that are there and have
// confirmed lately: slave0:ip=…,port=…,state=online,offset=…,lag=1.
func keepingUp(info string) (n int) {
	for i := 0; ; i++ {
		line := field(info, "slave"+strconv.Itoa(i))
		if line == "" {
			return n
		}
		online, lag := false, -1
		for part := range strings.SplitSeq(line, ",") {
			switch k, v, _ := strings.Cut(part, "="); k {
			case "state":
				online = v == "online"
			case "lag":
				lag, _ = strconv.Atoi(v)
			}
		}
		if online && 0 <= lag && lag <= keepUpWithin {
			n++
		}
	}
}

// watch looks every second which replicas keep up, until the server is closed.
func (s *Server) watch() {
	for (bot.SystemClock{}).Sleep(s.life, look) == nil {
		switch c := s.client.(type) {
		case *goredis.Client:
			s.lookAt(s.life, c)
		case *goredis.ClusterClient:
			_ = c.ForEachMaster(s.life, func(ctx context.Context, c *goredis.Client) error {
				s.lookAt(ctx, c)
				return nil
			})
		}
	}
}

func (s *Server) lookAt(ctx context.Context, master *goredis.Client) {
	asking, cancel := context.WithTimeout(ctx, look)
	defer cancel()
	info, err := master.Info(asking, "replication").Result()
	if err != nil {
		s.keepUp.doubt(master, s.alive(ctx), time.Now())
		return
	}
	if field(info, "role") == "master" { // and not one that was, and knows it
		s.keepUp.note(master, info, time.Now())
	}
}

// alive returns how many replicas the sentinels believe alive, as far as they
// answer; 0 where there are none.
func (s *Server) alive(ctx context.Context) (most int) {
	if s.addr.kind != sentinel {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, look)
	defer cancel()
	for _, host := range s.addr.hosts {
		c := s.addr.sentinelClient(s.conf, host)
		replicas, _ := c.Replicas(ctx, s.addr.master).Result() // another sentinel may answer
		_ = c.Close()
		n := 0
		for _, r := range replicas {
			if !strings.Contains(r["flags"], "s_down") {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
