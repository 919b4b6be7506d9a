package wechat

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The hosts of the platforms' interfaces, the only ones that a [Client] speaks
// to.
const (
	HostWeCom    = "qyapi.weixin.qq.com"
	HostOfficial = "api.weixin.qq.com"
)

// Defaults of [ClientConfig].
const (
	DefaultTimeout   = 10 * time.Second
	DefaultMaxAnswer = 4 << 20 // bytes; the longest lists of members stay below 1 MB
	DefaultPerHost   = 64
)

// ClientConfig is what a [Client] needs. The zero value speaks to the real
// platforms.
type ClientConfig struct {
	// Timeout bounds one call from dialing to the last byte of the answer;
	// 0 means [DefaultTimeout].
	Timeout time.Duration
	// MaxAnswer is how many bytes of an answer are read at most; 0 means
	// [DefaultMaxAnswer]. A longer one is an error.
	MaxAnswer int64
	// PerHost is how many idle connections to a host are kept; 0 means
	// [DefaultPerHost].
	PerHost int
	// UserAgent is what the program calls itself; empty means "fanzha".
	UserAgent string
	// Redirect puts another base URL, such as http://127.0.0.1:8080/sim, in the
	// place of a host. The request keeps its Host header, by which the
	// simulated platform knows whom it plays.
	Redirect map[string]string
	// Transport carries the requests, after redirection; nil means the
	// network. A simulated platform inside the process comes in here; it says by
	// a *net.OpError with Op "dial" that a request never arrived.
	Transport http.RoundTripper
	// May, if set, says right before each request whether this process may still
	// act. A request that it forbids ends with [ErrNotSent].
	May func() bool
}

// A Client is the family's way to the platforms over HTTP. It follows no
// redirects, reuses connections, and its errors hold no query of any URL: that
// is where the platforms want secrets to be put. It is safe for concurrent use.
type Client struct {
	http *http.Client
}

// NewClient returns a Client; an error if a base URL in c.Redirect is not one or
// stands in the place of a host that is not the platforms'.
func NewClient(c ClientConfig) (*Client, error) {
	redirect := make(map[string]*url.URL, len(c.Redirect))
	for _, host := range slices.Sorted(maps.Keys(c.Redirect)) {
		if !known(host) {
			return nil, fmt.Errorf("redirecting host %q: it is neither %s nor %s", host, HostWeCom, HostOfficial)
		}
		base, err := url.Parse(c.Redirect[host])
		if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.RawQuery != "" || base.Fragment != "" || base.User != nil {
			return nil, fmt.Errorf("redirecting host %q: not a base URL such as http://127.0.0.1:8080", host)
		}
		redirect[host] = base
	}
	d := &doorman{
		next: c.Transport, redirect: redirect,
		maxAnswer: orDefault(c.MaxAnswer, DefaultMaxAnswer),
		agent:     orDefault(c.UserAgent, "fanzha"),
		may:       c.May,
	}
	if d.next == nil {
		d.next = network(orDefault(c.PerHost, DefaultPerHost))
	}
	return &Client{http: &http.Client{
		Transport:     d,
		Timeout:       orDefault(c.Timeout, DefaultTimeout),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func known(host string) bool { return host == HostWeCom || host == HostOfficial }

func orDefault[T comparable](v, standard T) T {
	var zero T
	if v == zero {
		return standard
	}
	return v
}

// network is the transport to the outside. The standard one keeps two idle
// connections a host, which makes a burst of pushes dial for nearly each. To
// fail at dialing, which is known to be harmless, takes less than the default
// timeout, whose end leaves the fate of a message open.
func network(perHost int) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 4 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        4 * perHost,
		MaxIdleConnsPerHost: perHost,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 4 * time.Second,
	}
}

// Close closes the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// kindOf returns the path of a URL for error texts: it names the interface that
// was called and holds no secret.
func kindOf(u *url.URL) string { return strings.TrimPrefix(u.Path, "/cgi-bin/") }
