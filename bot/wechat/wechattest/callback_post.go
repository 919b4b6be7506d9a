package wechattest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// How long the platform waits for an answer to a callback over HTTP, and how
// often it sends it (page 90238).
const (
	callbackPatience = 5 * time.Second
	callbackTries    = 4
)

// A Reply is what came of something that a person did at a 公众号 or in an app.
type Reply struct {
	// Text is what he reads at once, "" if nothing.
	Text string
	// Broken means that he reads 该公众号提供的服务出现故障 instead.
	Broken bool
	// Tries is how often the callback was sent.
	Tries int
}

// refusedCallback is why the platform comes again.
type refusedCallback struct{ why string }

func (e *refusedCallback) Error() string { return e.why }

// A posting is one thing that a person did, on its way to a server over HTTP.
type posting struct {
	p *Platform
	occasion
	client *http.Client
	// request makes a new request of it, and read says what the person reads in
	// answer to it.
	request func(context.Context) (*http.Request, error)
	read    func(body string) (string, error)
}

// Names by which a [Fault] strikes the callbacks of a 公众号 and of an app, as Cmd.
const (
	OfficialCallback = "official callback"
	AppCallback      = "app callback"
)

// send sends it until it is answered, a new request each time, as the faults have
// it, and returns what the person reads. The error is about a server that answers
// what no platform would take.
func (c posting) send(ctx context.Context) (Reply, error) {
	if f := c.p.faults.strike(DuplicateCallback, c.occasion); f != nil {
		defer c.p.timers.after(c.p.faults.delay(f), c.again)
	}
	if f := c.p.faults.strike(DelayCallback, c.occasion); f != nil {
		if err := pass(ctx, c.p.faults.delay(f)); err != nil {
			return Reply{}, fmt.Errorf("telling the server: %w", err)
		}
	}
	for try := 1; ; try++ {
		text, err := c.once(ctx)
		var refused *refusedCallback
		switch {
		case err == nil:
			return Reply{Text: text, Tries: try}, nil
		case !errors.As(err, &refused):
			return Reply{Tries: try, Broken: true}, err
		case try == callbackTries:
			return Reply{Tries: try, Broken: true}, nil
		case ctx.Err() != nil:
			return Reply{Tries: try}, fmt.Errorf("telling the server: %w", ctx.Err())
		}
	}
}

// once sends it once. One that is lost on its way is waited for like one that is
// not answered.
func (c posting) once(ctx context.Context) (string, error) {
	if c.p.faults.strike(LoseCallback, c.occasion) != nil {
		_ = pass(ctx, callbackPatience) // ctx is looked at by the caller
		return "", &refusedCallback{"lost"}
	}
	body, err := sendCallbackOnce(ctx, c.client, c.request)
	if err != nil {
		return "", err
	}
	return c.read(string(body))
}

// again sends it once more though it was answered. Nobody reads the answer, but it
// must make sense all the same.
func (c posting) again() {
	body, err := sendCallbackOnce(context.Background(), c.client, c.request)
	if err == nil {
		_, err = c.read(string(body))
	}
	var refused *refusedCallback
	if err != nil && !errors.As(err, &refused) {
		c.p.mu.Lock()
		defer c.p.mu.Unlock()
		c.p.callbackFaults = append(c.p.callbackFaults, err.Error())
		c.p.notify()
	}
}

// pass lets d go by, or returns ctx's error.
func pass(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sendCallbackOnce sends a callback once and returns the body of the answer. A
// *refusedCallback means that the platform comes again.
func sendCallbackOnce(ctx context.Context, client *http.Client, request func(context.Context) (*http.Request, error)) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callbackPatience)
	defer cancel()
	req, err := request(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, &refusedCallback{"no answer"}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	switch {
	case err != nil:
		return nil, &refusedCallback{"half an answer"}
	case resp.StatusCode != http.StatusOK:
		return nil, &refusedCallback{resp.Status}
	}
	return body, nil
}
