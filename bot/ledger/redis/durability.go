package redis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"

	goredis "github.com/redis/go-redis/v9"
)

// A WeakError says by what the server may lose acknowledged entries.
type WeakError struct {
	// Faults are sentences in Chinese, each with what to do about it.
	Faults []string
}

// Error implements error.
func (e *WeakError) Error() string {
	return "这个 Redis 可能丢失已答复的签到，拒绝使用：\n  " + strings.Join(e.Faults, "\n  ") +
		"\n确知后果仍要使用的，写 redis.acceptWeak: true，/readyz 和通报会一直注明"
}

// settings are what bears on durability at one server. A setting that could
// not be read is "".
type settings struct {
	addr              string
	replica           bool   // INFO role
	version           string // INFO redis_version
	appendOnly        string // CONFIG appendonly, or INFO aof_enabled
	appendFsync       string // CONFIG appendfsync
	noFsyncOnRewrite  string // CONFIG no-appendfsync-on-rewrite
	maxmemoryPolicy   string // CONFIG maxmemory-policy, or INFO maxmemory_policy
	lastWrite         string // INFO aof_last_write_status
	connectedReplicas int    // INFO connected_slaves
}

// A demand is what the deployment asks of each server.
type demand struct {
	replicas int  // how many confirm each batch
	failover bool // somebody promotes replicas: Sentinel, or a Cluster
}

// faults judges one server. The directives are those of redis.conf of Redis 7,
// its own comments say what each risks.
func (s settings) faults(d demand) []string {
	var out []string
	add := func(format string, args ...any) {
		out = append(out, s.addr+" "+fmt.Sprintf(format, args...))
	}
	if major, _ := strconv.Atoi(strings.Split(s.version, ".")[0]); major < 6 {
		add("版本是 %s，过旧：请升级到 Redis 6.2 以上", unknown(s.version))
	}
	switch s.appendOnly {
	case "yes":
	case "":
		add("不让查看 appendonly，无法确认是否写盘：请允许 CONFIG GET 或 INFO")
	default:
		add("没有开 AOF，重启会丢数据：请在 redis.conf 写 appendonly yes")
	}
	switch s.appendFsync {
	case "always":
	case "":
		add("不让查看 appendfsync（CONFIG GET 被禁），无法确认每次写盘：请允许 CONFIG GET，并写 appendfsync always")
	default:
		add("的 appendfsync 是 %s，断电会丢最后几秒：请在 redis.conf 写 appendfsync always", s.appendFsync)
	}
	if s.noFsyncOnRewrite == "yes" {
		add("在重写 AOF 期间不写盘：请在 redis.conf 写 no-appendfsync-on-rewrite no")
	}
	if s.lastWrite != "" && s.lastWrite != "ok" {
		add("上次写 AOF 失败：请检查磁盘空间和权限")
	}
	switch s.maxmemoryPolicy {
	case "noeviction":
	case "":
		add("不让查看 maxmemory-policy，无法确认内存满时不删数据：请允许 CONFIG GET 或 INFO")
	default:
		add("的 maxmemory-policy 是 %s，内存满时会删数据：请在 redis.conf 写 maxmemory-policy noeviction", s.maxmemoryPolicy)
	}
	if !s.replica && d.replicas == 0 && (d.failover || s.connectedReplicas > 0) {
		add("有副本，切换后没同步到的会丢：请写 redis.replicas: 1（答复前等 1 个副本收到），并至少有 2 个副本")
	}
	return out
}

// lacks says which replicas a master lacks, "" if none. It may be so for a while
// after a failover.
func (s settings) lacks(d demand) string {
	if s.replica || s.connectedReplicas >= d.replicas {
		return ""
	}
	return fmt.Sprintf("%s 只有 %d 个副本在线，redis.replicas 要 %d 个：请启动副本，或改小 redis.replicas", s.addr, s.connectedReplicas, d.replicas)
}

func unknown(s string) string {
	if s == "" {
		return "未知"
	}
	return s
}

// check reads every server's settings and returns what is wrong with them, and
// which replicas are lacking just now.
func (s *Server) check(ctx context.Context) (faults, lacking []string, err error) {
	d := demand{replicas: s.conf.Replicas, failover: s.addr.kind == sentinel}
	var mu sync.Mutex
	judge := func(ctx context.Context, c *goredis.Client) error {
		set, err := readSettings(ctx, c)
		if c == s.client && s.addr.kind == sentinel {
			set.addr = "主库 " + s.addr.master // go-redis has no address of it to tell
		}
		if err != nil {
			return fmt.Errorf("reading the settings of %s: %w", c.Options().Addr, err)
		}
		mu.Lock()
		defer mu.Unlock()
		faults = append(faults, set.faults(d)...)
		if lack := set.lacks(d); lack != "" {
			lacking = append(lacking, lack)
		}
		return nil
	}
	switch c := s.client.(type) {
	case *goredis.ClusterClient:
		err = c.ForEachShard(ctx, judge) // masters and replicas
		return faults, lacking, err
	case *goredis.Client:
		info, err := c.Info(ctx, "replication").Result()
		if err != nil {
			return nil, nil, fmt.Errorf("reading the role of the server: %w", err)
		}
		if s.addr.kind == single && field(info, "role") == "slave" {
			return nil, nil, errors.New("连到的是副本，只能读：请写主库的地址，或用 redis+sentinel://")
		}
		err = judge(ctx, c)
		if s.addr.kind == sentinel {
			err = errors.Join(err, s.eachReplica(ctx, info, judge))
		}
		return faults, lacking, err
	}
	return nil, nil, fmt.Errorf("unreachable: a client of type %T", s.client)
}

// eachReplica calls judge for each replica that a master's INFO names: any of
// them may be master tomorrow.
func (s *Server) eachReplica(ctx context.Context, info string, judge func(context.Context, *goredis.Client) error) error {
	var errs []error
	for i := 0; ; i++ {
		// slave0:ip=127.0.0.1,port=6380,state=online,offset=…
		line := field(info, "slave"+strconv.Itoa(i))
		if line == "" {
			return errors.Join(errs...)
		}
		parts := map[string]string{}
		for part := range strings.SplitSeq(line, ",") {
			k, v, _ := strings.Cut(part, "=")
			parts[k] = v
		}
		a := address{kind: single, tls: s.addr.tls, hosts: []string{net.JoinHostPort(parts["ip"], parts["port"])}}
		c := a.dial(s.conf)
		errs = append(errs, judge(ctx, c.(*goredis.Client)), c.Close())
	}
}

// readSettings reads one server's settings. Managed services forbid CONFIG;
// what INFO says too is taken from there.
func readSettings(ctx context.Context, c *goredis.Client) (settings, error) {
	out := settings{addr: c.Options().Addr}
	info, err := c.Info(ctx, "everything").Result()
	if err != nil {
		return out, err
	}
	out.replica = field(info, "role") == "slave"
	out.version = field(info, "redis_version")
	out.lastWrite = field(info, "aof_last_write_status")
	out.maxmemoryPolicy = field(info, "maxmemory_policy")
	out.appendOnly = map[string]string{"1": "yes", "0": "no"}[field(info, "aof_enabled")]
	out.connectedReplicas, _ = strconv.Atoi(field(info, "connected_slaves"))
	for name, to := range map[string]*string{
		"appendonly": &out.appendOnly, "appendfsync": &out.appendFsync,
		"no-appendfsync-on-rewrite": &out.noFsyncOnRewrite, "maxmemory-policy": &out.maxmemoryPolicy,
	} {
		v, err := c.ConfigGet(ctx, name).Result()
		if _, refused := errors.AsType[goredis.Error](err); err != nil && !refused {
			return out, err
		}
		if v[name] != "" {
			*to = v[name]
		}
	}
	return out, nil
}

// field returns a field of INFO, "" if it is not there.
func field(info, name string) string {
	for line := range strings.SplitSeq(info, "\n") {
		if v, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
