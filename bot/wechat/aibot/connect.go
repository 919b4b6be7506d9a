package aibot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/coder/websocket"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/wire"
)

// stayLinked keeps a link until ctx ends, when it returns nil and leaves the
// link to drain, or until an error that forbids a further attempt. work is the
// context of what the reader starts.
func (c *Client) stayLinked(ctx, work context.Context) error {
	for attempt := 0; ; attempt++ {
		l, err := c.connect(ctx, work)
		if err == nil {
			err = c.hold(ctx, l)
			// Only a subscription starts the waits anew; and not if sends were
			// refused on it, which has been seen for a minute on end.
			if !errors.Is(err, errUnlinked) {
				attempt = 0
			}
		}
		switch {
		case errors.Is(err, ErrDisplaced), errors.Is(err, ErrCredentials):
			c.log.Error("aibot link ended for good", "err", c.hide(err))
			return err
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errRotated):
			continue
		}
		wait := backoff(attempt, rand.Float64())
		var refused *refusedError
		if errors.As(err, &refused) {
			wait = max(wait, refused.code.Wait)
		}
		c.log.Warn("aibot link lost", "err", c.hide(err), "retry", wait)
		if (bot.SystemClock{}).Sleep(ctx, wait) != nil {
			return nil
		}
	}
}

// backoff returns the wait before connecting for the attempt-th time in a row:
// 1, 2, 4 … 30 s, shortened by up to a fifth so that bots which lost the
// platform together do not come back together. spread is in [0,1).
func backoff(attempt int, spread float64) time.Duration {
	d := longestBackoff
	if attempt < 5 {
		d = time.Second << attempt
	}
	return d - time.Duration(spread*float64(d)/5)
}

// errNotLeading: the bot is another process's by now.
var errNotLeading = errors.New("subscribing: another process may lead")

// refusedError is a subscription that the platform has refused.
type refusedError struct{ code wechat.Code }

func (e *refusedError) Error() string {
	return fmt.Sprintf("subscribing: %d %s", e.code.Code, e.code.Meaning)
}

// connect dials and subscribes. Nothing else is sent before the platform has
// acknowledged the subscription.
func (c *Client) connect(ctx, work context.Context) (*link, error) {
	c.setLink(nil, "正在连接")
	dialing, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, _, err := websocket.Dial(dialing, c.cfg.URL, &websocket.DialOptions{HTTPClient: c.cfg.HTTPClient})
	if err != nil {
		c.setLink(nil, "连不上平台")
		return nil, fmt.Errorf("dialing: %w", err)
	}
	// The library would end the connection over one large frame.
	conn.SetReadLimit(-1)
	l := newLink(conn)
	l.runs.Go(func() { c.read(work, l) })
	l.runs.Go(l.post)
	if err := c.subscribe(dialing, l); err != nil {
		l.fail(err)
		l.runs.Wait()
		c.setLink(nil, explain(err))
		return nil, err
	}
	return l, nil
}

func (c *Client) subscribe(ctx context.Context, l *link) error {
	id := c.reqID(wire.CmdSubscribe)
	frame, err := encode(wire.CmdSubscribe, id, &wire.Subscribe{BotID: c.cfg.BotID, Secret: c.cfg.Secret.Reveal()})
	if err != nil {
		return err
	}
	acked := make(chan ack, 1)
	err = l.expect(id, func(a ack) {
		// Still on the reader: a callback that comes right behind can already
		// be answered.
		if a.err == nil && a.code == 0 {
			c.n.connects.Add(1)
			c.setLink(l, "")
			c.log.Info("aibot link subscribed")
		}
		acked <- a
	})
	if err != nil {
		return err
	}
	if !c.may() {
		return errNotLeading
	}
	if err := l.write(frame); err != nil {
		return fmt.Errorf("subscribing: %w", err)
	}
	select {
	case a := <-acked:
		return subscribeError(a)
	case <-ctx.Done():
		return fmt.Errorf("subscribing: %w", errNoAck)
	}
}

func subscribeError(a ack) error {
	switch {
	case a.err != nil:
		return fmt.Errorf("subscribing: %w", a.err)
	case a.code == 0:
		return nil
	}
	code := wechat.Explain(wechat.WeCom, a.code)
	if code.Action == wechat.Stop {
		return fmt.Errorf("%w: code %d", ErrCredentials, a.code)
	}
	return &refusedError{code}
}

// hold pings until the link ends, and returns why; or until ctx ends, when the
// link is left alive.
func (c *Client) hold(ctx context.Context, l *link) error {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	var rotate <-chan time.Time
	if c.cfg.RotateAt > 0 {
		t := time.NewTimer(untilTimeOfDay(c.clock.Now(), c.cfg.RotateAt))
		defer t.Stop()
		rotate = t.C
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.dead:
			l.runs.Wait()
			c.setLink(nil, explain(l.cause()))
			return l.cause()
		case <-rotate:
			// First nobody gets this link any more, then those who wait for a
			// response get theirs, so that no fate becomes unknown.
			c.setLink(nil, "例行重连")
			l.settle(ackTimeout)
			l.close(errRotated)
			l.runs.Wait()
			return l.cause()
		case <-tick.C:
			c.beat(l)
		}
	}
}

// beat is the heartbeat, and the time to tidy up.
func (c *Client) beat(l *link) {
	l.sweep(time.Now())
	c.convs.sweep()
	if l.missed.Load() >= missedPings {
		l.fail(errDeaf)
		return
	}
	l.missed.Add(1)
	frame, err := encode[struct{}](wire.CmdPing, c.reqID(wire.CmdPing), nil)
	if err != nil {
		return // unreachable: it has no body
	}
	_ = l.write(frame) // a failure has ended the link
}

// setLink publishes the link, or why there is none.
func (c *Client) setLink(l *link, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link != l {
		c.link = l
		close(c.changed)
		c.changed = make(chan struct{})
	}
	if was := c.status; was.Connected != (l != nil) || was.Since.IsZero() {
		c.status.Since = c.clock.Now()
	}
	c.status.Connected, c.status.Reason = l != nil, reason
}

// current returns the link, nil if there is none.
func (c *Client) current() *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.link
}

// awaitLink returns a link other than old, or ctx's error.
func (c *Client) awaitLink(ctx context.Context, old *link) (*link, error) {
	for {
		c.mu.Lock()
		l, changed := c.link, c.changed
		c.mu.Unlock()
		if l != nil && l != old {
			return l, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// reqID mints the id of a frame of ours, in the form of the official SDK.
func (c *Client) reqID(cmd string) string {
	return fmt.Sprintf("%s_%d_%08x", cmd, time.Now().UnixMilli(), c.lastID.Add(1))
}

// isPing reports whether a response answers a heartbeat. Late answers count
// too, so these are known by their form rather than waited for.
func isPing(reqID string) bool { return strings.HasPrefix(reqID, wire.CmdPing+"_") }

// hide makes err fit for logs and callers.
func (c *Client) hide(err error) error { return wechat.Hide(err, c.cfg.Secret) }

// explain says in Chinese why there is no link.
func explain(err error) string {
	var refused *refusedError
	switch {
	case errors.Is(err, ErrDisplaced):
		return "已被同一机器人的另一连接取代"
	case errors.Is(err, ErrCredentials):
		return "机器人编号或密钥不正确"
	case errors.Is(err, errDeaf), errors.Is(err, errStuck):
		return "连接没有回应"
	case errors.Is(err, errUnlinked):
		return "平台称连接未订阅"
	case errors.As(err, &refused):
		return "平台拒绝订阅：" + refused.code.Meaning
	}
	return "连接中断"
}

// untilTimeOfDay returns how long it is from now to the next time of day at,
// an offset from midnight in [bot.Zone]. It is never 0.
func untilTimeOfDay(now time.Time, at time.Duration) time.Duration {
	local := now.In(bot.Zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, bot.Zone)
	next := midnight.Add(at)
	if !next.After(now) {
		next = midnight.AddDate(0, 0, 1).Add(at)
	}
	return next.Sub(now)
}
