package app

import "time"

// A Term is a process's right to act for a county that several processes share.
type Term interface {
	// Valid reports whether the process may act, now.
	Valid() bool
	// Lost is closed when it may not any more.
	Lost() <-chan struct{}
}

// onLost calls f once t is lost, unless stop is called before.
func onLost(t Term, f func()) (stop func()) {
	stopped := make(chan struct{})
	go func() {
		select {
		case <-t.Lost():
			f()
		case <-stopped:
		}
	}()
	return func() { close(stopped) }
}

// may returns what says whether this process may act, nil if it always may.
func (a *App) may() func() bool {
	if a.deps.Term == nil {
		return nil
	}
	return a.deps.Term.Valid
}

// lost returns what is closed when this process may act no more, nil if it always may.
func (a *App) lost() <-chan struct{} {
	if a.deps.Term == nil {
		return nil
	}
	return a.deps.Term.Lost()
}

// drain returns how long a message that is under way is waited for at the end: not
// for long where another process waits for the county.
func (a *App) drain() time.Duration {
	if a.deps.Term == nil {
		return 0
	}
	return leaveWithin
}
