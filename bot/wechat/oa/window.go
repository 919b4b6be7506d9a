package oa

import (
	"sync"
	"time"
)

// What a person's deeds allow (公众号 客服消息): five messages within 48 hours of
// his last one, three within a minute of a press of the menu, of following or of
// scanning.
const (
	spokeFor, spokeMost = 48 * time.Hour, 5
	actedFor, actedMost = time.Minute, 3
	// maxWindows bounds what is remembered; whoever is forgotten is tried, and
	// the platform says whether it may be.
	maxWindows = 1 << 16
)

// windows count the customer-service messages that people may still get, as far
// as this process has heard them. They only spare calls that are known to fail:
// the platform counts for itself.
type windows struct {
	mu sync.Mutex
	of map[string]*window // a callback looks once
}

type window struct {
	until time.Time
	left  int
}

// open notes what a person did.
func (w *windows) open(openID string, now time.Time, lasts time.Duration, most int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of == nil || len(w.of) >= maxWindows {
		w.of = make(map[string]*window)
	}
	is, until := w.of[openID], now.Add(lasts)
	if is == nil {
		w.of[openID] = &window{until, most}
		return
	}
	if now.Before(is.until) {
		most = max(most, is.left)
		if until.Before(is.until) {
			until = is.until
		}
	}
	is.until, is.left = until, most
}

// take counts a message, and is false if it would be one too many.
func (w *windows) take(openID string, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	is := w.of[openID]
	if is == nil || !now.Before(is.until) {
		return true
	}
	if is.left == 0 {
		return false
	}
	is.left--
	return true
}

// exhaust notes the platform's word that nothing more may go out.
func (w *windows) exhaust(openID string, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if is := w.of[openID]; is != nil && now.Before(is.until) {
		is.left = 0
	}
}

func (w *windows) close(openID string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.of, openID)
}
