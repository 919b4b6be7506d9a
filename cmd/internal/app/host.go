package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"fanzha/bot/ledger/redis"
	"fanzha/bot/shared"
	"fanzha/config"
	"fanzha/handlers/callback"
)

// sharedPrefix is where in Redis stands what the processes share beside the
// counties' ledgers.
const sharedPrefix = "fanzha"

// A Host is one process that serves counties together with others, from ledgers
// in Redis. Each county has one process that leads it, and others that follow so
// as to take over; which one, all of them work out alike (see spread), and the
// lease in Redis makes sure that it is one.
//
// [NewHost] connects, [Host.Run] serves until its context ends, [Host.Close]
// releases the connection.
type Host struct {
	deps      Deps
	log       *slog.Logger
	server    *redis.Server
	processes *shared.Processes
	events    *shared.Events
	self      redis.Holder
	seats     []*Seat
	callback  string            // address that platforms call
	called    *callback.Mux     // nil if nothing is called
	peers     http.RoundTripper // to other processes
	registry  *prometheus.Registry

	mu     sync.Mutex
	living []string            // processes
	since  time.Time           // since when they are these
	order  map[string][]string // by county; nil until this process has met the others
	wants  map[want]bool       // what processes are ready to take over
	taken  time.Time           // since when another process has this one's id; zero if none has
}

// NewHost connects to Redis for the counties of a configuration, which share what
// config.LoadFleet says. Nothing goes out before Run.
func NewHost(ctx context.Context, counties []config.File, deps Deps) (*Host, error) {
	main := counties[0]
	h := &Host{
		deps: deps.filled(), callback: main.Callback.Addr,
		self:  redis.Holder{ID: main.Process.Name(), Addr: main.Process.Advertise},
		peers: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute},
	}
	h.log = h.deps.Log.With("process", h.self.ID)
	server, err := connect(ctx, main, len(counties), h.log)
	if err != nil {
		return nil, err
	}
	h.server = server
	h.processes = shared.NewProcesses(server.Client(), sharedPrefix+":"+serving(counties))
	h.events = shared.NewEvents(server.Client(), sharedPrefix, h.log)
	h.deps.Tokens = shared.NewTokens(server.Client(), sharedPrefix, h.deps.Clock)
	h.deps.Shared = shared.NewBudgets(server.Client(), sharedPrefix, h.deps.Clock, h.log)
	for _, cfg := range counties {
		cfg.Callback.Addr = "" // the host serves for all
		s := &Seat{host: h, cfg: cfg, id: cfg.County.ID, reader: server.Ledger(cfg.County.ID, nil)}
		h.seats = append(h.seats, s)
	}
	if routes := h.callbackRoutes(); len(routes) > 0 {
		if h.called, err = callback.New(callback.Config{Routes: routes, Clock: h.deps.Clock, Log: h.log}); err != nil {
			return nil, errors.Join(fmt.Errorf("setting up the callbacks: %w", err), server.Close())
		}
	}
	h.registry = prometheus.NewRegistry()
	h.registry.MustRegister(seatGauges{h})
	for _, w := range server.Weakness() {
		h.log.WarnContext(ctx, "Redis may lose what was acknowledged, and redis.acceptWeak accepts it", "weakness", w)
	}
	return h, nil
}

// serving names a set of counties. Processes with the same set spread it among
// them; one that serves others beside it, as during a change of the configuration,
// has the lease alone to keep it from leading what another leads.
func serving(counties []config.File) string {
	var ids []string
	for _, cfg := range counties {
		ids = append(ids, cfg.County.ID)
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	return hex.EncodeToString(sum[:8])
}

// Run serves until ctx ends; then it gives every county back, and returns nil. The
// faults of a county, and those of Redis, end terms, not the process.
func (h *Host) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	start := func(what string, run func(context.Context) error) {
		wg.Go(func() {
			if err := run(ctx); err != nil {
				stop(fmt.Errorf("%s: %w", what, err))
			}
		})
	}
	h.meet(ctx)
	start("heartbeat", h.beat)
	start("events", h.hear)
	for _, s := range h.seats {
		start("county "+s.id, func(ctx context.Context) error { s.run(ctx); return nil })
	}
	if h.callback != "" && h.called != nil {
		start("callbacks", h.serveCallbacks)
	}
	wg.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// Close ends the connection to Redis. What is still led is given up without a
// word, as in a crash.
func (h *Host) Close() error {
	h.events.Close()
	return h.server.Close()
}
