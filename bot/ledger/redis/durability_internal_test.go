package redis

import (
	"os"
	"strings"
	"testing"
)

func TestDurabilityFaults(t *testing.T) {
	sound := settings{
		addr: "r:1", version: "7.0.15", appendOnly: "yes", appendFsync: "always",
		noFsyncOnRewrite: "no", maxmemoryPolicy: "noeviction", lastWrite: "ok",
	}
	for _, c := range []struct {
		name  string
		spoil func(*settings)
		d     demand
		want  []string // parts of the faults, in order
	}{
		{"sound", func(*settings) {}, demand{}, nil},
		{"no AOF", func(s *settings) { s.appendOnly = "no" }, demand{}, []string{"appendonly yes"}},
		{"fsync every second", func(s *settings) { s.appendFsync = "everysec" }, demand{}, []string{"写 appendfsync always"}},
		{"never fsync", func(s *settings) { s.appendFsync = "no" }, demand{}, []string{"写 appendfsync always"}},
		{"no fsync while rewriting", func(s *settings) { s.noFsyncOnRewrite = "yes" }, demand{}, []string{"写 no-appendfsync-on-rewrite no"}},
		{"the disk is full", func(s *settings) { s.lastWrite = "err" }, demand{}, []string{"检查磁盘"}},
		{"evicts leases", func(s *settings) { s.maxmemoryPolicy = "volatile-lru" }, demand{}, []string{"写 maxmemory-policy noeviction"}},
		{"an old server", func(s *settings) { s.version = "5.0.7" }, demand{}, []string{"5.0.7"}},
		{"CONFIG is forbidden", func(s *settings) { s.appendFsync, s.noFsyncOnRewrite = "", "" }, demand{}, []string{"允许 CONFIG GET"}},
		{"CONFIG and INFO are forbidden", func(s *settings) { *s = settings{addr: "r:1"} }, demand{},
			[]string{"版本是 未知", "不让查看 appendonly", "不让查看 appendfsync", "不让查看 maxmemory-policy"}},
		{"a replica that nobody waits for", func(s *settings) { s.connectedReplicas = 1 }, demand{}, []string{"写 redis.replicas: 1"}},
		{"Sentinel, and nobody waits", func(*settings) {}, demand{failover: true}, []string{"写 redis.replicas: 1"}},
		{"Sentinel and a replica", func(s *settings) { s.connectedReplicas = 2 }, demand{failover: true, replicas: 1}, nil},
		{"too few replicas", func(s *settings) { s.connectedReplicas = 1 }, demand{replicas: 2}, []string{"只有 1 个副本在线"}},
		{"a replica needs none", func(s *settings) { s.replica = true }, demand{replicas: 2, failover: true}, nil},
		{"several at once", func(s *settings) { s.appendOnly, s.maxmemoryPolicy = "no", "allkeys-lru" }, demand{}, []string{"appendonly yes", "noeviction"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sound
			c.spoil(&s)
			got := s.faults(c.d)
			if lack := s.lacks(c.d); lack != "" {
				got = append(got, lack)
			}
			if len(got) != len(c.want) {
				t.Fatalf("faults = %q, want %d", got, len(c.want))
			}
			for i, want := range c.want {
				if !strings.Contains(got[i], want) || !strings.Contains(got[i], "r:1") {
					t.Errorf("fault %d = %q, want it to name the server and %q", i, got[i], want)
				}
			}
		})
	}
}

func TestParseURL(t *testing.T) {
	for _, c := range []struct {
		url  string
		want address
		err  string
	}{
		{"redis://h:6379", address{hosts: []string{"h:6379"}}, ""},
		{"rediss://h:6379/3", address{tls: true, hosts: []string{"h:6379"}, db: 3}, ""},
		{"redis://[::1]:6379/0", address{hosts: []string{"[::1]:6379"}}, ""},
		{"redis+sentinel://a:1,b:2/m", address{kind: sentinel, hosts: []string{"a:1", "b:2"}, master: "m"}, ""},
		{"rediss+sentinel://a:1/m/2", address{kind: sentinel, tls: true, hosts: []string{"a:1"}, master: "m", db: 2}, ""},
		{"redis+cluster://a:1,b:2", address{kind: cluster, hosts: []string{"a:1", "b:2"}}, ""},
		{"", address{}, "应以 redis://"},
		{"h:6379", address{}, "应以 redis://"},
		{"http://h:1", address{}, "应以 redis://"},
		{"redis+ring://h:1", address{}, "应以 redis://"},
		{"redis://user:pass@h:1", address{}, "不要写用户名和密码"},
		{"redis://h", address{}, "主机:端口"},
		{"redis://h:1,i:2", address{}, "只能写一台"},
		{"redis+sentinel://a:1", address{}, "主库的名字"},
		{"redis+cluster://a:1/0", address{}, "没有库号"},
		{"redis://h:1/x", address{}, "应为数字"},
		{"redis://h:1/-1", address{}, "应为数字"},
	} {
		got, err := parseURL(c.url)
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "pass@") {
				t.Errorf("parseURL(%q) = %v, want %q", c.url, err, c.err)
			}
		case err != nil || got.kind != c.want.kind || got.tls != c.want.tls || got.master != c.want.master || got.db != c.want.db ||
			strings.Join(got.hosts, " ") != strings.Join(c.want.hosts, " "):
			t.Errorf("parseURL(%q) = %+v, %v, want %+v", c.url, got, err, c.want)
		}
	}
}

// What the configuration accepts is understood here, and what it refuses is refused:
// both are tested with one table.
func TestAddressesAreThoseOfTheConfiguration(t *testing.T) {
	b, err := os.ReadFile("../../../config/testdata/redis-addresses.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		switch verdict := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); verdict[0] {
		case "good":
			if _, err := parseURL(verdict[2]); err != nil {
				t.Errorf("%s: %v", verdict[2], err)
			}
		case "bad":
			if a, err := parseURL(verdict[1]); err == nil {
				t.Errorf("%s is taken for %+v", verdict[1], a)
			}
		}
	}
}
