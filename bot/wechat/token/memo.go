package token

import (
	"errors"
	"fmt"
	"time"

	"fanzha/bot/wechat"
)

// How often and how early the platform is asked.
const (
	// early is how long before its end a token is renewed. stable_token gives
	// the same token until its last five minutes.
	early = 5 * time.Minute
	// longest is how long the platforms' tokens hold. A longer life is a
	// mistake, ours or theirs, and cut down to this.
	longest = 2 * time.Hour
	// perMinute is how many fetches there are at most in any minute, wanted or
	// not. Some thousand failures an hour get a corporation blocked.
	perMinute = 3
	// After a failure the next fetch waits: firstWait, and twice as long each
	// time up to lastWait.
	firstWait = 5 * time.Second
	lastWait  = 5 * time.Minute
	// repair is the wait after a failure that a person has to mend.
	repair = 10 * time.Minute
)

// A memo is what is known of the token. It reads no clock and asks nobody.
type memo struct {
	token     Token
	renewAt   time.Time
	refused   wechat.Secret // the last token that the platform refused
	failures  int           // since the last success
	err       error         // of the last fetch
	notBefore time.Time
	starts    [perMinute]time.Time // of the last fetches, oldest first
}

// A step is what to do for a caller.
type step int

const (
	serve         step = iota // give the token
	serveAndFetch             // give the token, and have it renewed meanwhile
	await                     // wait for the fetch that runs
	fetch                     // start a fetch and wait for it
	refuse                    // there is none, and asking has to wait
)

// next returns what to do for a caller at now.
func (m *memo) next(now time.Time, fetching bool) step {
	usable := m.token.Value != "" && now.Before(m.token.ExpiresAt)
	switch {
	case usable && (fetching || now.Before(m.renewAt) || !m.mayFetch(now)):
		return serve
	case usable:
		return serveAndFetch
	case fetching:
		return await
	case m.mayFetch(now):
		return fetch
	default:
		return refuse
	}
}

// mayFetch reports whether the platform may be asked at now. A time to wait for
// that lies further ahead than any wait is long comes from a clock that has been
// set back, and does not count.
func (m *memo) mayFetch(now time.Time) bool {
	held := now.Before(m.notBefore) && m.notBefore.Sub(now) <= repair
	since := now.Sub(m.starts[0])
	return !held && (since >= time.Minute || since < 0)
}

// start notes that a fetch begins at now.
func (m *memo) start(now time.Time) {
	copy(m.starts[:], m.starts[1:])
	m.starts[perMinute-1] = now
}

// invalidate drops the token if it is the refused one.
func (m *memo) invalidate(token wechat.Secret) {
	if token != "" && token == m.token.Value {
		m.token, m.refused = Token{}, token
	}
}

// land notes how a fetch ended. A failure leaves the old token in its place.
func (m *memo) land(t Token, err error, now time.Time) {
	if err != nil {
		m.failures++
		m.err = err
		m.notBefore = now.Add(wait(m.failures, err))
		return
	}
	life := t.ExpiresAt.Sub(now)
	m.token, m.renewAt = t, t.ExpiresAt.Add(-min(early, life/2))
	m.failures, m.err, m.notBefore = 0, nil, time.Time{}
}

// refusal is why there is neither a token nor a fetch.
func (m *memo) refusal() error {
	if m.err != nil {
		return fmt.Errorf("waiting before the next try: %w", m.err)
	}
	return errTooOften
}

// wait returns how long to wait after the nth failure in a row.
func wait(n int, err error) time.Duration {
	if errors.Is(err, ErrCredentials) {
		return repair
	}
	d := firstWait
	for ; n > 1 && d < lastWait; n-- {
		d *= 2
	}
	return min(d, lastWait)
}
