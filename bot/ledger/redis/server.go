package redis

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot"
)

//go:embed lua/*.lua
var sources embed.FS

// A Server is a connection to Redis, whatever it is made of. One serves all
// counties of a process. It is safe for concurrent use.
type Server struct {
	conf   Config
	addr   address
	client goredis.UniversalClient
	lua    map[string]*goredis.Script
	weak   []string
	bell   *bell
	keepUp keepUp

	life context.Context // ends with Close
	end  context.CancelFunc

	mu    sync.Mutex     // no hold begins after Close has begun to wait
	holds sync.WaitGroup // and what watches the replicas
}

// Connect connects, and checks that what is acknowledged will not be lost. A
// server that might lose it is refused with a *[WeakError], or, with
// [Config.AcceptWeak], accepted.
func Connect(ctx context.Context, c Config) (*Server, error) {
	a, err := parseURL(c.URL)
	if err != nil {
		return nil, err
	}
	s := &Server{conf: c.withDefaults(), addr: a, client: a.dial(c), lua: map[string]*goredis.Script{}}
	s.life, s.end = context.WithCancel(context.WithoutCancel(ctx))
	s.bell = &bell{s: s}
	for _, name := range []string{"append", "acquire", "renew", "release", "erase", "close", "trim"} {
		text, err := sources.ReadFile("lua/" + name + ".lua")
		if err != nil {
			return nil, err // unreachable: they are embedded
		}
		s.lua[name] = goredis.NewScript(string(text))
	}
	if err := s.reach(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("连不上 Redis（%s）：%w", c.URL, err), s.Close())
	}
	s.weak, err = s.examine(ctx)
	switch {
	case err != nil:
		err = fmt.Errorf("检查 Redis 的设置：%w", err)
	case len(s.weak) > 0 && !s.conf.AcceptWeak:
		err = &WeakError{s.weak}
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.conf.Replicas > 0 {
		s.holds.Go(s.watch)
	}
	return s, nil
}

// How long Connect waits for a server that is there and cannot answer just now:
// it loads its data after a start, which takes a second for some 100 MB, or a set
// chooses its master.
const (
	loadWithin  = 2 * time.Minute
	electWithin = 15 * time.Second
	askAgain    = 200 * time.Millisecond
)

// reach waits until the server answers.
func (s *Server) reach(ctx context.Context) error {
	began := time.Now()
	for said := false; ; said = true {
		err := s.client.Ping(ctx).Err()
		_, answered := errors.AsType[goredis.Error](err)
		within := time.Duration(0)
		switch {
		case err == nil || !passing(err):
		case answered:
			within = loadWithin
		case s.addr.kind == sentinel:
			within = electWithin
		}
		if time.Since(began) >= within || ctx.Err() != nil {
			return err
		}
		if !said {
			s.conf.Log.Warn("waiting for Redis", "error", err)
		}
		_ = bot.SystemClock{}.Sleep(ctx, askAgain)
	}
}

// examine returns what is wrong with the servers' settings. Replicas that are
// lacking are waited for, as after a failover.
func (s *Server) examine(ctx context.Context) ([]string, error) {
	began := time.Now()
	for {
		faults, lacking, err := s.check(ctx)
		if err != nil || len(lacking) == 0 || len(faults) > 0 || s.conf.AcceptWeak || time.Since(began) >= electWithin {
			return append(faults, lacking...), err
		}
		if (bot.SystemClock{}).Sleep(ctx, askAgain) != nil {
			return lacking, nil
		}
	}
}

// Weakness says in Chinese, one sentence each, by what acknowledged entries may
// be lost and [Config.AcceptWeak] accepted. It is empty for a sound server.
func (s *Server) Weakness() []string { return append([]string(nil), s.weak...) }

// Client returns the client for other uses. It must not be closed.
func (s *Server) Client() goredis.UniversalClient { return s.client }

// Close ends every [Hold] without releasing its lease, and the connection. It
// is idempotent.
func (s *Server) Close() error {
	s.mu.Lock()
	closed := s.closed()
	s.end()
	s.mu.Unlock()
	if closed {
		return nil
	}
	s.holds.Wait()
	return errors.Join(s.bell.close(), s.client.Close())
}

func (s *Server) closed() bool { return s.life.Err() != nil }

// ErrUnconfirmed: it was done, but too few replicas said so in time.
var ErrUnconfirmed = errors.New("副本没有在时限内确认，请检查副本是否在线、同步是否正常")

// node returns the client of the server that holds a county. WAIT concerns the
// connection on which it is sent, so it must go where the script went, which
// a Cluster's client does not promise.
func (s *Server) node(ctx context.Context, k keys) (*goredis.Client, error) {
	switch c := s.client.(type) {
	case *goredis.Client:
		return c, nil
	case *goredis.ClusterClient:
		return c.MasterForKey(ctx, k.head)
	}
	return nil, fmt.Errorf("unreachable: a client of type %T", s.client)
}

// run runs a script on a county's master and waits for the replicas. It does
// not return nil before the script's writes are as durable as the server makes
// them. All scripts may be run again with the same arguments.
func (s *Server) run(ctx context.Context, script string, k keys, names []string, args ...any) ([]string, error) {
	node, err := s.node(ctx, k)
	if err != nil {
		return nil, err
	}
	lua := s.lua[script]
	reply, err := s.pipe(ctx, node, func(p goredis.Pipeliner) *goredis.Cmd { return lua.EvalSha(ctx, p, names, args...) })
	if goredis.HasErrorPrefix(err, "NOSCRIPT") {
		reply, err = s.pipe(ctx, node, func(p goredis.Pipeliner) *goredis.Cmd { return lua.Eval(ctx, p, names, args...) })
	}
	if c, ok := s.client.(*goredis.ClusterClient); ok && err != nil {
		c.ReloadState(ctx) // it may have moved
	}
	return reply, err
}

// confirmTimeout is how long one WAIT waits.
const confirmTimeout = time.Second

// pipe sends a script and, if replicas are asked for, WAIT, in one round trip. It
// waits for all replicas that keep up, and for [Config.Replicas] at least: whoever
// promotes a replica knows their offsets of some seconds ago, and may choose any
// of them. INFO goes over the same connection, so that it tells of the master that
// has the script's writes, and not of one that was promoted meanwhile.
func (s *Server) pipe(ctx context.Context, node *goredis.Client, script func(goredis.Pipeliner) *goredis.Cmd) ([]string, error) {
	p := node.Pipeline()
	answer := script(p)
	var confirmed *goredis.Cmd
	var info *goredis.StringCmd
	if s.conf.Replicas > 0 {
		confirmed = p.Do(ctx, "wait", max(s.conf.Replicas, s.keepUp.of(node)), confirmTimeout.Milliseconds())
		info = p.Info(ctx, "replication")
	}
	_, _ = p.Exec(ctx) // each command has its own error
	reply, err := answer.StringSlice()
	if err != nil || confirmed == nil {
		return reply, err
	}
	n, err := confirmed.Int()
	if err = cmp.Or(err, info.Err()); err != nil {
		return reply, err
	}
	want := max(s.conf.Replicas, s.keepUp.note(node, info.Val(), time.Now()))
	if reply[0] == "ok" && n < want {
		err = fmt.Errorf("%w（要 %d 个，有 %d 个）", ErrUnconfirmed, want, n)
	}
	return reply, err
}

// passing reports whether an error may pass by itself: the connection broke, or
// the server said that it cannot just now. Any other answer of the server
// stays the same however often it is asked.
func passing(err error) bool {
	if _, refused := errors.AsType[goredis.Error](err); !refused {
		return true
	}
	for _, prefix := range []string{"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "MOVED", "ASK", "BUSY", "UNBLOCKED"} {
		if goredis.HasErrorPrefix(err, prefix) {
			return true
		}
	}
	return false
}
