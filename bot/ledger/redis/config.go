package redis

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// A Config says which Redis to use and what to demand of it.
type Config struct {
	// URL decides the kind of Redis: redis://host:6379/0 is one server,
	// redis+sentinel://s1:26379,s2:26379/mymaster is the server that Sentinel
	// calls mymaster, redis+cluster://h1:6379,h2:6379 is a Cluster. rediss
	// instead of redis means TLS. It holds no credentials.
	URL string
	// Username and Password are for the servers; SentinelPassword is for the
	// sentinels. Empty ones are not sent.
	Username         string
	Password         Secret
	SentinelPassword Secret
	// TLS is used with rediss; nil means the defaults.
	TLS *tls.Config
	// Replicas is how many replicas must hold a batch (and each renewal of a
	// lease) before it counts. With 0 a failover may take back what was
	// acknowledged, so 0 is refused where a failover can happen.
	Replicas int
	// AcceptWeak accepts a server that may lose acknowledged entries; see
	// [Server.Weakness].
	AcceptWeak bool
	// Process names this process among those that have archive files. It must
	// stay the same over restarts.
	Process string
	// ArchiveDir is the directory of this process's archive files. With ""
	// nothing can be archived, and archived entries cannot be read.
	ArchiveDir string
	// Copies is how many processes must have a file before its entries leave
	// Redis; 0 means 1.
	Copies int
	// Remember is how many bytes of recent records a [Ledger] keeps so that it
	// can put back what a failover took; 0 means 8 MiB.
	Remember int
	// Log is told of retries and of leases lost. nil means slog.Default().
	Log *slog.Logger
}

// A Secret is a password. However it is printed, logged or encoded, it reads
// <secret>.
type Secret string

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "<secret>"
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return s.String() }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements encoding.TextMarshaler.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (c Config) withDefaults() Config {
	if c.Copies <= 0 {
		c.Copies = 1
	}
	if c.Remember <= 0 {
		c.Remember = 8 << 20
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// tlsConfig is how the connections to a are secured, nil if they are not.
func (a address) tlsConfig(c Config) *tls.Config {
	switch {
	case !a.tls:
		return nil
	case c.TLS != nil:
		return c.TLS.Clone()
	}
	return &tls.Config{MinVersion: tls.VersionTLS12}
}

// A kind is how the servers stand together.
type kind int

const (
	single kind = iota
	sentinel
	cluster
)

// An address is a URL taken apart.
type address struct {
	kind   kind
	tls    bool
	hosts  []string
	master string // of sentinel
	db     int
}

// parseURL takes a URL apart, or says in Chinese what is wrong with it. It is by
// hand: net/url takes no list of hosts with ports.
func parseURL(url string) (address, error) {
	var a address
	scheme, rest, ok := strings.Cut(url, "://")
	base, suffix, _ := strings.Cut(scheme, "+")
	kinds := map[string]kind{"": single, "sentinel": sentinel, "cluster": cluster}
	k, known := kinds[suffix]
	if !ok || !known || base != "redis" && base != "rediss" {
		return a, errors.New("地址应以 redis://、redis+sentinel:// 或 redis+cluster:// 开头（加密时 redis 写作 rediss）")
	}
	a.kind, a.tls = k, base == "rediss"
	if strings.Contains(rest, "@") {
		return a, errors.New("地址里不要写用户名和密码，请用专门的配置项")
	}
	hosts, path, _ := strings.Cut(rest, "/")
	for host := range strings.SplitSeq(hosts, ",") {
		if !isHost(host) {
			return a, fmt.Errorf("地址中的“%s”应形如 主机:端口", host)
		}
		a.hosts = append(a.hosts, host)
	}
	db, numbered := path, path != ""
	switch {
	case a.kind == single && len(a.hosts) > 1:
		return a, errors.New("redis:// 只能写一台主机；几台请用 redis+sentinel:// 或 redis+cluster://")
	case a.kind == sentinel:
		if a.master, db, numbered = strings.Cut(path, "/"); !named.MatchString(a.master) {
			return a, errors.New("redis+sentinel:// 末尾要写主库的名字，例如 /mymaster")
		}
	case a.kind == cluster && path != "":
		return a, errors.New("集群（Cluster）没有库号，地址末尾不要写“/" + path + "”")
	}
	if !numbered {
		return a, nil
	}
	n, err := strconv.ParseUint(db, 10, 16)
	if err != nil || len(db) > 4 {
		return a, fmt.Errorf("库号“%s”应为数字", db)
	}
	a.db = int(n)
	return a, nil
}

// named is what a host or a master may be called.
var named = regexp.MustCompile(`^[0-9A-Za-z._-]+$`)

// isHost reports whether s is a host and a port.
func isHost(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	_, noIP := netip.ParseAddr(host)
	name := named.MatchString(host) && strings.Trim(host, "-_.") == host
	return err == nil && n > 0 && (noIP == nil || name)
}

// How long a single try takes at most. A lease outlives two tries.
const (
	dialTimeout = 2 * time.Second
	ioTimeout   = 3 * time.Second
)

// dial returns a client for a that tells no password of c. It opens no connection
// yet.
func (a address) dial(c Config) goredis.UniversalClient { return c.redact(a.client(c)) }

func (a address) client(c Config) goredis.UniversalClient {
	// Announcements of maintenance exist in one vendor's service only, and
	// asking for them costs each connection a round trip.
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	switch a.kind {
	case sentinel:
		return goredis.NewFailoverClient(&goredis.FailoverOptions{
			MasterName: a.master, SentinelAddrs: a.hosts, SentinelPassword: string(c.SentinelPassword),
			Username: c.Username, Password: string(c.Password), DB: a.db, TLSConfig: a.tlsConfig(c),
			DialTimeout: dialTimeout, ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
			DialerRetries: 1, ContextTimeoutEnabled: true, DisableIdentity: true,
		})
	case cluster:
		return goredis.NewClusterClient(&goredis.ClusterOptions{
			Addrs: a.hosts, Username: c.Username, Password: string(c.Password), TLSConfig: a.tlsConfig(c),
			DialTimeout: dialTimeout, ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
			DialerRetries: 1, ContextTimeoutEnabled: true, DisableIdentity: true, MaintNotificationsConfig: quiet,
		})
	default:
		return goredis.NewClient(&goredis.Options{
			Addr: a.hosts[0], Username: c.Username, Password: string(c.Password), DB: a.db, TLSConfig: a.tlsConfig(c),
			DialTimeout: dialTimeout, ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
			DialerRetries: 1, ContextTimeoutEnabled: true, DisableIdentity: true, MaintNotificationsConfig: quiet,
		})
	}
}

// sentinelClient returns a client for one sentinel. It opens no connection yet.
func (a address) sentinelClient(c Config, host string) *goredis.SentinelClient {
	return goredis.NewSentinelClient(&goredis.Options{
		Addr: host, Password: string(c.SentinelPassword), TLSConfig: a.tlsConfig(c),
		DialTimeout: dialTimeout, ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
		DialerRetries: 1, ContextTimeoutEnabled: true, DisableIdentity: true, MaxRetries: -1,
	})
}
