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

// sendCallback sends a callback until it is answered, a new request each time, and
// returns what the person reads. The error is about a server that answers what
// no platform would take.
func sendCallback(ctx context.Context, client *http.Client, request func(context.Context) (*http.Request, error), read func(body string) (string, error)) (Reply, error) {
	for try := 1; ; try++ {
		body, err := sendCallbackOnce(ctx, client, request)
		text := ""
		if err == nil {
			text, err = read(string(body))
		}
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
