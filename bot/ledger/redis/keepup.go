package redis

import (
	"strconv"
	"strings"
	"sync"

	goredis "github.com/redis/go-redis/v9"
)

// keepUpWithin is how many seconds ago a replica has last confirmed at most that
// counts as keeping up. A sound one confirms every second.
const keepUpWithin = 3

// keepUp knows how many replicas of each master keep up. The zero keepUp knows of
// none.
type keepUp struct {
	mu sync.Mutex
	n  map[string]int // by the master's address
}

// of returns how many replicas of a master kept up when that was last seen.
func (k *keepUp) of(master *goredis.Client) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.n[master.Options().Addr]
}

// note notes what a master's INFO says of its replicas, and returns how many keep
// up.
func (k *keepUp) note(master *goredis.Client, info string) int {
	n := keepingUp(info)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.n == nil {
		k.n = make(map[string]int)
	}
	k.n[master.Options().Addr] = n
	return n
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
