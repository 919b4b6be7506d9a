package redis

import "testing"

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
