package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"fanzha/config"
)

// This file is what a process of several answers over HTTP: to those who watch it,
// and to the platforms, whose callbacks it passes to the process that leads.

// relayed marks a callback that another process has passed on; it is passed on
// once at most.
const relayed = "Fanzha-Relayed"

// relayTimeout is how long the leader may take. A platform waits five seconds.
const relayTimeout = 4 * time.Second

// callbackPaths lists what platforms call for a county, as the county's own
// program has it.
func callbackPaths(cfg config.File) (paths []string) {
	if cfg.OA.AppID != "" {
		paths = append(paths, officialPath)
	}
	if cfg.App.Hears() {
		paths = append(paths, workAppPath)
	}
	if cfg.WeCom.Callback.On() {
		paths = append(paths, callbackPath)
	}
	return paths
}

// publicPath is where platforms reach path of a county: with several counties in
// one process each has a level of its own.
func publicPath(cfg config.File, path string) string {
	if cfg.Counties == "" {
		return path
	}
	return strings.Replace(path, "/callback/", "/callback/"+cfg.County.ID+"/", 1)
}

// callbackRoutes returns the endpoints of all counties, which are the same in
// every process.
func (h *Host) callbackRoutes() map[string]http.Handler {
	routes := make(map[string]http.Handler)
	for _, s := range h.seats {
		for _, path := range callbackPaths(s.cfg) {
			routes[publicPath(s.cfg, path)] = s.relay(path)
		}
	}
	return routes
}

// Callbacks returns what the platforms call, nil if nothing is called.
func (h *Host) Callbacks() http.Handler {
	if h.called == nil {
		return nil
	}
	return h.called
}

// serveCallbacks serves what the platforms call until ctx ends.
func (h *Host) serveCallbacks(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", h.callback)
	if err != nil {
		return fmt.Errorf("callback.addr：不能监听 %s：%w", h.callback, err)
	}
	return h.called.Serve(ctx, l)
}

// relay answers callbacks at path: by the county's own program where it is led
// here, else by the process that leads it, else so that the platform or the proxy
// in front comes again. What is passed on is sealed as it came.
func (s *Seat) relay(path string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		a, leader := s.app, s.leader
		s.mu.Unlock()
		switch {
		case a != nil:
			own := r.Clone(r.Context())
			own.URL.Path = path
			a.Callbacks().ServeHTTP(w, own)
		case leader.Addr != "" && leader.ID != s.host.self.ID && r.Header.Get(relayed) == "":
			s.host.pass(w, r, leader.Addr)
		default:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

// pass has the process at addr answer r.
func (h *Host) pass(w http.ResponseWriter, r *http.Request, addr string) {
	to, err := url.Parse(addr)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), relayTimeout)
	defer cancel()
	proxy := httputil.ReverseProxy{
		Transport: h.peers,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(to)
			p.Out.Header.Set(relayed, "1")
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			h.log.WarnContext(ctx, "a callback was not passed on", "to", to.Host)
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		},
	}
	proxy.ServeHTTP(w, r.WithContext(ctx))
}

// state says in Chinese what this process is to the county, and whether that is as
// it should be.
func (s *Seat) state() (text string, well bool) {
	s.mu.Lock()
	a, warm, leader, fault, alarm := s.app, s.warm, s.leader, s.fault, s.alarm
	s.mu.Unlock()
	switch {
	case a != nil:
		if why := a.Ready(); why != "" {
			return "主持，但" + why, false
		}
		return "主持", true
	case alarm != "":
		return alarm, false
	case fault != "":
		return "不能主持：" + fault, false
	case leader.ID == "":
		return "暂无进程主持", false
	case leader.ID == s.host.self.ID: // it is just beginning
		return "正在接手", false
	case warm:
		return "备用，随时可以接替，现由 " + leader.ID + " 主持", true
	}
	return "由 " + leader.ID + " 主持", true
}

// Signals serves /healthz (the process lives), /readyz (every county is as it
// should be here, else 503; a line a county) and /metrics.
func (h *Host) Signals() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		var lines strings.Builder
		status := http.StatusOK
		for _, s := range h.seats {
			text, well := s.state()
			if !well {
				status = http.StatusServiceUnavailable
			}
			fmt.Fprintf(&lines, "%s（%s，台账 %d 条）：%s\n", s.cfg.County.Name, s.id, s.known(), text)
			for _, notice := range s.notices() {
				fmt.Fprintf(&lines, "注意：%s：%s\n", s.cfg.County.Name, notice)
			}
		}
		for _, weak := range h.server.Weakness() {
			fmt.Fprintf(&lines, "注意：Redis 的设置可能丢失已答复的记录（redis.acceptWeak 已接受）：%s\n", weak)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(lines.String()))
	})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		promhttp.HandlerFor(h.gatherers(), promhttp.HandlerOpts{}).ServeHTTP(w, r)
	})
	return mux
}

// known returns how many entries the county's ledger is known to have.
func (s *Seat) known() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size
}

// notices lists what an operator should know of a county that is led here.
func (s *Seat) notices() []string {
	s.mu.Lock()
	a := s.app
	s.mu.Unlock()
	if a == nil {
		return nil
	}
	return a.notices()
}
