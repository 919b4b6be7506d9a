package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"fanzha/bot"
)

// A CodeError is a refusal by the platform: an errcode that is not 0.
type CodeError struct {
	// API is the interface that was called, such as "appchat/send".
	API  string
	Code int
	// Message is the platform's errmsg, in any language, without secrets.
	Message string
}

// Error implements error.
func (e *CodeError) Error() string {
	return fmt.Sprintf("%s: errcode %d: %s", e.API, e.Code, e.Message)
}

// CodeOf returns the platform's error code that err holds, 0 if none.
func CodeOf(err error) int {
	if own, ok := errors.AsType[*CodeError](err); ok {
		return own.Code
	}
	return 0
}

// Get asks for url and decodes the answer into answer, which may be nil. The
// errors are those of [Client.Do].
func (c *Client) Get(ctx context.Context, url string, answer any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotSent, Hide(err))
	}
	return c.Do(req, answer)
}

// PostJSON sends body as JSON to url and decodes the answer into answer, which
// may be nil. The errors are those of [Client.Do].
func (c *Client) PostJSON(ctx context.Context, url string, body, answer any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	// The platforms show \u003c as it stands in some places.
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return fmt.Errorf("%w: encoding the request: %w", ErrNotSent, Hide(err))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, &buf)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotSent, Hide(err))
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	return c.Do(req, answer)
}

// Do sends req and decodes the JSON answer into answer, which may be nil. Its
// error is or wraps a *[CodeError], a *[StatusError] or [ErrNotSent]; with any
// other error, a timeout for one, the fate of the request is not known. It is
// hidden already.
func (c *Client) Do(req *http.Request, answer any) error {
	api, sent := kindOf(req.URL), credentials(req.URL)
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("calling %s: %w", api, Hide(err))
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("reading the answer of %s: %w", api, Hide(err))
	}
	return decode(api, data, answer, sent)
}

// credentials are what the query of u holds: the platforms want secrets there.
// Short values are names and kinds.
func credentials(u *url.URL) (sent []Secret) {
	for _, values := range u.Query() {
		for _, v := range values {
			if len(v) >= 16 {
				sent = append(sent, Secret(v))
			}
		}
	}
	return sent
}

// decode reads an answer. A refusal that repeats what was sent has it hidden.
func decode(api string, data []byte, answer any, sent []Secret) error {
	var head struct {
		Code    int    `json:"errcode"`
		Message string `json:"errmsg"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		// The text of the error may quote the answer; its kind says enough.
		return fmt.Errorf("the answer of %s is not JSON (%T)", api, err)
	}
	if head.Code != 0 {
		return &CodeError{API: api, Code: head.Code, Message: clip(HideText(head.Message, sent...))}
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(data, answer); err != nil {
		return fmt.Errorf("the answer of %s has another form (%T)", api, err)
	}
	return nil
}

// clip shortens an errmsg, which the platform likes to end with a page of
// hints.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// Failure returns what err, of a call on a product, means for the message that
// was to be sent: nil if the message is out after all. err must not be nil.
func Failure(on Product, err error) *bot.SendError {
	var failed *bot.SendError
	refusal, isRefusal := errors.AsType[*CodeError](err)
	status, isStatus := errors.AsType[*StatusError](err)
	switch {
	case isRefusal:
		line := Explain(on, refusal.Code)
		if failed = line.SendError(); failed == nil {
			return nil
		}
		if line.Action == Unlisted && errors.Is(err, ErrNotSent) {
			// It was the token that the platform refused, not the message.
			failed.Outcome, failed.After = bot.RetryLater, repair
		}
	case errors.Is(err, ErrNotSent):
		failed = &bot.SendError{Outcome: bot.RetryLater, Reason: "连接平台失败，消息没有发出", After: soon}
	case isStatus:
		failed = ofStatus(status.Status)
	default:
		failed = &bot.SendError{Outcome: bot.Unknown, Reason: "平台没有答复，不知是否送达"}
	}
	if errors.Is(err, ErrNotSent) {
		failed.Tries = 0 // the message itself was not tried
		if failed.Outcome != bot.RetryLater {
			failed.Outcome, failed.RouteDead, failed.After = bot.RetryLater, false, repair
		}
	}
	if failed.Outcome == bot.RetryLater {
		failed.After = max(failed.After, soon)
	}
	failed.Err = Hide(err)
	return failed
}

// ofStatus reads an HTTP status. One of the server's own faults may have come
// after the message was taken; one of the asker's comes before.
func ofStatus(status int) *bot.SendError {
	e := &bot.SendError{Reason: fmt.Sprintf("平台返回 HTTP 状态 %d", status)}
	switch {
	case status == http.StatusTooManyRequests:
		e.Outcome, e.After = bot.RetryLater, time.Minute
	case status >= 300 && status < 500:
		e.Outcome = bot.Rejected
	default:
		e.Outcome = bot.Unknown
		e.Reason += "，不知是否送达"
	}
	return e
}
