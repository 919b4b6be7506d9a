package wechat

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
)

// ErrNotSent: the request certainly never left this machine, or was refused
// before it could; nothing has happened and it may be tried again.
var ErrNotSent = errors.New("the request was not sent")

// ErrTooLong: the answer is longer than [ClientConfig].MaxAnswer. The platform
// did answer, so whatever was asked for may have happened.
var ErrTooLong = errors.New("the answer is too long")

// A StatusError is an HTTP status other than 200. The platforms answer
// refusals of their own with 200 and an error code.
type StatusError struct {
	Status int
}

// Error implements error.
func (e *StatusError) Error() string {
	return fmt.Sprintf("HTTP status %d %s", e.Status, http.StatusText(e.Status))
}

// A doorman sees every request out and every answer in.
type doorman struct {
	next      http.RoundTripper
	redirect  map[string]*url.URL
	maxAnswer int64
	agent     string
	may       func() bool // nil: always
}

// RoundTrip implements http.RoundTripper, with two liberties that the interface
// does not give. A status other than 200 is an error here, so that nobody reads an
// answer that is none. And when a call fails,
// the query is struck out of the caller's own request: net/http makes the text
// of its error from that, after this has returned, and the query is where the
// secrets are. Nobody but net/http looks at the request by then.
func (d *doorman) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := d.roundTrip(req)
	if err != nil {
		req.URL.RawQuery, req.URL.Fragment, req.URL.User = "", "", nil
		return nil, Hide(err)
	}
	return resp, nil
}

func (d *doorman) roundTrip(req *http.Request) (*http.Response, error) {
	out, err := d.prepare(req)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	resp, err := d.next.RoundTrip(out.WithContext(httptrace.WithClientTrace(out.Context(), trace)))
	switch {
	case err != nil && (!connected.Load() && d.onNetwork() || isDial(err)):
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	case err != nil:
		return nil, err
	case resp.StatusCode != http.StatusOK:
		discard(resp.Body)
		return nil, &StatusError{Status: resp.StatusCode}
	case resp.ContentLength > d.maxAnswer:
		_ = resp.Body.Close()
		return nil, ErrTooLong
	}
	resp.Body = &capped{body: resp.Body, left: d.maxAnswer}
	resp.Request = req // what the caller asked, not where it went
	return resp, nil
}

// onNetwork reports whether requests go through net/http's transport. Only that
// one tells when it has a connection: of another, a failure says nothing about
// whether the request went out, unless it is one of dialing.
func (d *doorman) onNetwork() bool {
	_, ok := d.next.(*http.Transport)
	return ok
}

func isDial(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// prepare returns the request as it goes out.
func (d *doorman) prepare(req *http.Request) (*http.Request, error) {
	if d.may != nil && !d.may() {
		return nil, errors.New("another process acts by now")
	}
	host := req.URL.Host
	if !known(host) || req.URL.Scheme != "https" {
		return nil, fmt.Errorf("%s://%s is not an address of the platforms", req.URL.Scheme, host)
	}
	out := req.Clone(req.Context())
	if out.Header.Get("User-Agent") == "" {
		out.Header.Set("User-Agent", d.agent)
	}
	if base := d.redirect[host]; base != nil {
		out.Host = host
		out.URL.Scheme, out.URL.Host = base.Scheme, base.Host
		out.URL.Path = strings.TrimSuffix(base.Path, "/") + out.URL.Path
		out.URL.RawPath = ""
	}
	return out, nil
}

// discard reads a little of what is left, so that the connection can be used
// again, and closes body.
func discard(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 4<<10)
	_ = body.Close()
}

// capped is a body that ends in ErrTooLong.
type capped struct {
	body io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	// One byte more than is allowed is asked for, to tell an answer that is
	// just long enough from one that is too long.
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.body.Read(p)
	if int64(n) > c.left {
		n, c.left = int(c.left), 0
		return n, ErrTooLong
	}
	c.left -= int64(n)
	return n, err
}

// Close implements io.Closer.
func (c *capped) Close() error { return c.body.Close() }
