package redis

import (
	"context"
	"net"
	"strings"
	"sync"

	goredis "github.com/redis/go-redis/v9"
)

// silence keeps go-redis from writing to standard error what callers get as errors
// anyway. It has one logger for all clients.
var silence = sync.OnceFunc(func() { goredis.SetLogger(silent{}) })

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// A redactor takes passwords out of whatever errors a client returns: a server
// that does not know a command repeats its arguments.
type redactor struct{ secrets []Secret }

// redact makes client tell no password of c, and returns it.
func (c Config) redact(client goredis.UniversalClient) goredis.UniversalClient {
	silence()
	r := redactor{}
	for _, s := range []Secret{c.Password, c.SentinelPassword} {
		if s != "" {
			r.secrets = append(r.secrets, s)
		}
	}
	client.AddHook(r)
	if nodes, ok := client.(*goredis.ClusterClient); ok {
		nodes.OnNewNode(func(n *goredis.Client) { n.AddHook(r) })
	}
	return client
}

// hide returns err without passwords. What errors.Is and errors.As find stays,
// but must not be printed by itself.
func (r redactor) hide(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, s := range r.secrets {
		text = strings.ReplaceAll(text, string(s), s.String())
	}
	if text == err.Error() {
		return err
	}
	return &redacted{text, err}
}

type redacted struct {
	text string
	err  error
}

// Error implements error.
func (e *redacted) Error() string { return e.text }

// Unwrap returns the error as it was.
func (e *redacted) Unwrap() error { return e.err }

// DialHook implements goredis.Hook.
func (r redactor) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := next(ctx, network, addr)
		return c, r.hide(err)
	}
}

// ProcessHook implements goredis.Hook.
func (r redactor) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		err := r.hide(next(ctx, cmd))
		if err != nil {
			cmd.SetErr(err)
		}
		return err
	}
}

// ProcessPipelineHook implements goredis.Hook.
func (r redactor) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		err := r.hide(next(ctx, cmds))
		for _, cmd := range cmds {
			if cmd.Err() != nil {
				cmd.SetErr(r.hide(cmd.Err()))
			}
		}
		return err
	}
}
