package redis

import (
	"fmt"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

func TestKeepingUp(t *testing.T) {
	const head = "# Replication\r\nrole:master\r\nconnected_slaves:3\r\n"
	for _, c := range []struct {
		name, info string
		want       int
	}{
		{"none", head, 0},
		{"two", head + "slave0:ip=127.0.0.1,port=1,state=online,offset=9,lag=0\r\nslave1:ip=127.0.0.1,port=2,state=online,offset=9,lag=1\r\n", 2},
		{"one is being filled", head + "slave0:ip=127.0.0.1,port=1,state=wait_bgsave,offset=0,lag=0\r\nslave1:ip=127.0.0.1,port=2,state=online,offset=9,lag=1\r\n", 1},
		{"one hangs", head + "slave0:ip=127.0.0.1,port=1,state=online,offset=9,lag=4\r\nslave1:ip=127.0.0.1,port=2,state=online,offset=9,lag=3\r\n", 1},
		{"one has never confirmed", head + "slave0:ip=127.0.0.1,port=1,state=online,offset=0,lag=-1\r\n", 0},
	} {
		if got := keepingUp(c.info); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// A replica that goes is waited for, for it may have been promoted; one that stays
// away is not.
func TestWhoGoesIsMissedForAWhile(t *testing.T) {
	now := time.Unix(0, 0)
	var k kept
	for _, c := range []struct{ after, seen, want int }{
		{0, 2, 2}, {1, 1, 2}, {5, 1, 2}, {6, 2, 2}, {7, 1, 2}, {16, 1, 2}, {17, 1, 1}, {18, 2, 2}, {19, 0, 2}, {30, 0, 0},
	} {
		if k = k.seen(c.seen, now.Add(time.Duration(c.after)*time.Second)); k.n != c.want {
			t.Errorf("after %d s with %d: %d waited for, want %d", c.after, c.seen, k.n, c.want)
		}
	}
	if k = k.seen(2, now); k.n != 2 {
		t.Errorf("both back: %d", k.n)
	}
}

// A master that hangs may be none any more when it answers again. Until it has
// answered for a while, all replicas are waited for that are alive, also one that
// was never seen.
func TestAMasterThatHangsIsDoubted(t *testing.T) {
	now := time.Unix(0, 0)
	master := goredis.NewClient(&goredis.Options{Addr: "127.0.0.1:1"})
	defer master.Close()
	info := func(id string, replicas int) string {
		out := "role:master\r\nmaster_replid:" + id + "\r\n"
		for i := range replicas {
			out += fmt.Sprintf("slave%d:ip=127.0.0.1,port=%d,state=online,offset=9,lag=0\r\n", i, i)
		}
		return out
	}
	var k keepUp
	k.doubt(master, 2, now)
	if n := k.of(master); n != 0 {
		t.Errorf("a master never seen: %d waited for", n)
	}
	k.note(master, info("a", 1), now)
	k.doubt(master, 2, now.Add(3*time.Second))
	for _, c := range []struct {
		after time.Duration
		id    string
		want  int
	}{{4 * time.Second, "a", 2}, {12 * time.Second, "a", 2}, {13 * time.Second, "a", 1}} {
		if n := k.note(master, info(c.id, 1), now.Add(c.after)); n != c.want {
			t.Errorf("after %v: %d waited for, want %d", c.after, n, c.want)
		}
	}
	k.note(master, info("a", 2), now)
	k.doubt(master, 2, now)
	if n := k.note(master, info("b", 1), now); n != 1 {
		t.Errorf("another master: %d waited for, want those that it has", n)
	}
	if n := k.note(master, info("a", 1), now.Add(time.Second)); n != 2 {
		t.Errorf("the old master again, by a connection that was stuck: %d waited for, want 2", n)
	}
}
