package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Environment variables that win over the file. Those of the process let several
// machines have one and the same file.
const (
	RedisPasswordEnv = "FANZHA_REDIS_PASSWORD"
	ProcessIDEnv     = "FANZHA_PROCESS_ID"
	AdvertiseEnv     = "FANZHA_PROCESS_ADVERTISE"
)

// Redis says where the ledger is that several processes share. The zero Redis, but
// for the defaults, means that there is none: the ledger is a file in Data.Dir.
type Redis struct {
	// URL is where the server is. Empty, the default, means none. It is one of
	//
	//	redis://host:6379/0                          one server
	//	rediss://host:6379/0                         the same over TLS
	//	redis+sentinel://s1:26379,s2:26379/mymaster  whichever the sentinels name
	//	redis+cluster://h1:6379,h2:6379              a cluster
	//
	// rediss in the place of redis means TLS. Ports that are left out are filled
	// in by Load, the database is 0. It holds no password: addresses are logged.
	URL string `yaml:"url"`
	// Username is that of an ACL user. Default empty: the default user.
	Username string `yaml:"username"`
	// Password belongs to Username. One of Password, PasswordFile and the
	// environment variable FANZHA_REDIS_PASSWORD; the variable wins. Default
	// none.
	Password     Secret `yaml:"password"`
	PasswordFile string `yaml:"passwordFile"`
	// SentinelPassword is that of the sentinels, where they ask for one. It can
	// stand in a file of its own instead. Default none.
	SentinelPassword     Secret `yaml:"sentinelPassword"`
	SentinelPasswordFile string `yaml:"sentinelPasswordFile"`
	// Replicas is how many replicas must hold an entry before it counts as
	// kept. 0 to 5, default 0.
	Replicas int `yaml:"replicas"`
	// AcceptWeak lets the program use a server that could lose what was
	// acknowledged; then it says so wherever it shows its state. Default false.
	AcceptWeak bool `yaml:"acceptWeak"`
	// ArchiveDir is the directory of this process's archive, in which closed
	// months are kept as files. Default empty: everything stays in Redis.
	ArchiveDir string `yaml:"archiveDir"`
	// Copies is how many processes keep a county: they have it in memory, the
	// leading one and those that can take over at once, and a file must be in as
	// many archives before its entries leave Redis. 1 to 9, default 2.
	Copies int `yaml:"copies"`
	// LeaseTTL is how long a county stays with a process that is not heard of
	// any more. 1s to 60s, default 6s.
	LeaseTTL time.Duration `yaml:"leaseTTL"`
}

// On reports whether the ledger is in Redis.
func (r Redis) On() bool { return r.URL != "" }

// Process says who this process is among several.
type Process struct {
	// ID tells the process from the others. The environment variable
	// FANZHA_PROCESS_ID wins. Default empty: see [Process.Name].
	ID string `yaml:"id"`
	// Advertise is the HTTP address at which other processes reach this one's
	// callbacks, as http://10.0.0.1:8081. The environment variable
	// FANZHA_PROCESS_ADVERTISE wins. Default empty: they cannot.
	Advertise string `yaml:"advertise"`
}

// Name returns the ID or, if there is none, the names of host and process, which
// no two living processes share.
func (p Process) Name() string {
	if p.ID != "" {
		return p.ID
	}
	host, err := os.Hostname()
	if err != nil {
		host = "host"
	}
	return fmt.Sprintf("%s-%d", host, os.Getpid())
}

func (r Redis) validate(fs *faults) {
	set := r.Username+r.PasswordFile+r.SentinelPasswordFile+r.ArchiveDir != "" || !r.Password.IsZero() || !r.SentinelPassword.IsZero() || r.Replicas != 0 || r.AcceptWeak
	switch {
	case r.URL == "" && set:
		fs.add("redis.url", "未填写，请写 Redis 的地址，如 redis://10.0.0.5:6379；不用 Redis 就把 redis 下的都留空")
	case r.URL != "":
		if why := badRedisURL(r.URL); why != "" {
			fs.add("redis.url", "%s", why)
		}
	}
	if r.Username != "" && r.Password.IsZero() && r.PasswordFile == "" {
		fs.add("redis.password", "写了 username 就要有密码，请用环境变量 %s 或 redis.passwordFile 给出", RedisPasswordEnv)
	}
	if (!r.SentinelPassword.IsZero() || r.SentinelPasswordFile != "") && !strings.Contains(r.URL, "+sentinel://") {
		fs.add("redis.sentinelPassword", "只用于 redis+sentinel:// 地址，请去掉")
	}
	if r.Replicas < 0 || r.Replicas > 5 {
		fs.add("redis.replicas", "%d 超出范围，应在 0 至 5 个之间", r.Replicas)
	}
	if r.Copies < 1 || r.Copies > 9 {
		fs.add("redis.copies", "%d 超出范围，应在 1 至 9 个之间，通常写 2", r.Copies)
	}
	if r.LeaseTTL < time.Second || r.LeaseTTL > time.Minute {
		fs.add("redis.leaseTTL", "应在 1s 至 60s 之间，如 6s")
	}
}

var (
	redisScheme = regexp.MustCompile(`^rediss?(\+sentinel|\+cluster)?$`)
	redisHost   = regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z._-]*[0-9A-Za-z])?$`)
	redisMaster = regexp.MustCompile(`^[0-9A-Za-z._-]+(/\d{1,4})?$`)
	redisNumber = regexp.MustCompile(`^\d{1,4}$`)
)

// badRedisURL says in Chinese what is wrong with the address of a server, or
// nothing. It never repeats the address, which may hold a password.
func badRedisURL(raw string) string {
	scheme, rest, _ := strings.Cut(raw, "://")
	if !redisScheme.MatchString(scheme) {
		return "应以 redis://、rediss://、redis+sentinel:// 或 redis+cluster:// 开头，如 redis://10.0.0.5:6379"
	}
	if strings.Contains(rest, "@") {
		return "地址里不要写用户名和密码：用户名写在 redis.username，密码用环境变量 " + RedisPasswordEnv + " 或 redis.passwordFile 给出"
	}
	if strings.ContainsAny(rest, "?#") {
		return "地址后面不要带 ? 和 # 的部分，其他选项写在 redis 下各自的键里"
	}
	hosts, path, _ := strings.Cut(rest, "/")
	list := strings.Split(hosts, ",")
	for _, h := range list {
		if !isRedisHost(h) {
			return "主机应写成 地址:端口，如 10.0.0.5:6379，几个之间用英文逗号隔开、不加空格"
		}
	}
	switch _, kind, _ := strings.Cut(scheme, "+"); {
	case kind == "" && len(list) > 1:
		return "只能写一台主机；Sentinel 写 redis+sentinel://，Cluster 写 redis+cluster://"
	case kind == "" && path != "" && !redisNumber.MatchString(path):
		return "/ 后面只能写库的编号，如 redis://10.0.0.5:6379/0"
	case kind == "sentinel" && !redisMaster.MatchString(path):
		return "/ 后面要写主库在 Sentinel 里的名字，如 redis+sentinel://s1:26379,s2:26379,s3:26379/mymaster"
	case kind == "cluster" && path != "":
		return "Cluster 只有 0 号库，/ 后面不要写"
	}
	return ""
}

// withPorts fills in the ports that were left out of raw. An address that
// badRedisURL refuses stays as it is.
func withPorts(raw string) string {
	if badRedisURL(raw) != "" {
		return raw
	}
	scheme, rest, _ := strings.Cut(raw, "://")
	hosts, path, slash := strings.Cut(rest, "/")
	port := "6379"
	if strings.HasSuffix(scheme, "+sentinel") {
		port = "26379"
	}
	list := strings.Split(hosts, ",")
	for i, h := range list {
		if _, _, err := net.SplitHostPort(h); err != nil {
			list[i] = net.JoinHostPort(strings.Trim(h, "[]"), port)
		}
	}
	out := scheme + "://" + strings.Join(list, ",")
	if slash && path != "" {
		out += "/" + path
	}
	return out
}

// isRedisHost reports whether s is a host, with or without a port.
func isRedisHost(s string) bool {
	host := s
	if h, port, err := net.SplitHostPort(s); err == nil {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
		host = h
	} else {
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	_, err := netip.ParseAddr(host)
	return err == nil || redisHost.MatchString(host)
}

// processID is what a process may be called.
var processID = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`)

func (p Process) validate(fs *faults) {
	if p.ID != "" && !processID.MatchString(p.ID) {
		fs.add("process.id", "只用字母、数字、- 、_ 和点，最多 64 个字符，如 fanzha-1；不需要则留空")
	}
	if p.Advertise == "" {
		return
	}
	u, err := url.Parse(p.Advertise)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || !isAddr(u.Host) || u.Hostname() == "":
		fs.add("process.advertise", "应写成 http://地址:端口，如 http://10.0.0.1:8081；不需要则留空")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		fs.add("process.advertise", "端口后面不要再写别的，如 http://10.0.0.1:8081")
	}
}
