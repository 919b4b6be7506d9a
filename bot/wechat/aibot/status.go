package aibot

import (
	"sync/atomic"
	"time"
)

// Status tells whether the bot hears and can speak, for readiness checks.
type Status struct {
	// Connected: a connection is subscribed. It does not promise that the
	// platform delivers (see Config.RotateAt).
	Connected bool
	Since     time.Time // of this state, by Config.Clock; zero before Run
	// Reason says in Chinese why it is not connected; empty if it is.
	Reason string
}

// Counters are totals since New.
type Counters struct {
	Connects      uint64 // subscribed connections
	Messages      uint64 // messages taken in
	Clicks        uint64 // clicks taken in
	Entered       uint64 // enter_chat events taken in
	Duplicates    uint64 // callbacks delivered again, not handled again
	Ignored       uint64 // events of a type that means nothing to us
	BadFrames     uint64 // frames that are binary, too large, no JSON or incomplete
	Dropped       uint64 // callbacks that were not handled: queue full, or stopping
	HandlerErrors uint64 // callbacks whose handler failed

	Cards          uint64 // card updates confirmed
	CardsSkipped   uint64 // card updates not sent: late, no budget or no connection
	CardsFailed    uint64 // card updates refused or unanswered
	Welcomes       uint64 // welcomes confirmed
	WelcomesFailed uint64 // welcomes not sent, refused or unanswered
	Replies        uint64 // text replies confirmed
	RepliesDropped uint64 // text replies not sent: queue full, too old, or stopping
	RepliesFailed  uint64 // text replies refused or unanswered
	Unanswerable   uint64 // answers that the platform has no way for
	Cut            uint64 // texts longer than the platform takes, of all kinds
	Files          uint64 // files confirmed
	FilesFailed    uint64 // files not sent, refused or unanswered

	Sent     uint64 // pushes confirmed
	Rejected uint64 // pushes refused for good
	Retried  uint64 // pushes that ended as retry later
	Unknown  uint64 // pushes whose answer was lost

	LateAcks uint64 // responses that nobody waits for any more
	Paused   uint64 // conversations paused because the platform said so
}

// counters is the live form of [Counters].
type counters struct {
	connects, messages, clicks, entered, duplicates, ignored, badFrames, dropped, handlerErrors atomic.Uint64

	cards, cardsSkipped, cardsFailed, welcomes, welcomesFailed atomic.Uint64
	replies, repliesDropped, repliesFailed, unanswerable       atomic.Uint64
	cut, files, filesFailed                                    atomic.Uint64
	sent, rejected, retried, unknown, lateAcks, paused         atomic.Uint64
}

// Counters returns a snapshot. The fields are read one after another.
func (c *Client) Counters() Counters {
	n := &c.n
	return Counters{
		Connects: n.connects.Load(), Messages: n.messages.Load(), Clicks: n.clicks.Load(), Entered: n.entered.Load(),
		Duplicates: n.duplicates.Load(), Ignored: n.ignored.Load(), BadFrames: n.badFrames.Load(),
		Dropped: n.dropped.Load(), HandlerErrors: n.handlerErrors.Load(),
		Cards: n.cards.Load(), CardsSkipped: n.cardsSkipped.Load(), CardsFailed: n.cardsFailed.Load(),
		Welcomes: n.welcomes.Load(), WelcomesFailed: n.welcomesFailed.Load(),
		Replies: n.replies.Load(), RepliesDropped: n.repliesDropped.Load(), RepliesFailed: n.repliesFailed.Load(),
		Unanswerable: n.unanswerable.Load(), Cut: n.cut.Load(), Files: n.files.Load(), FilesFailed: n.filesFailed.Load(),
		Sent: n.sent.Load(), Rejected: n.rejected.Load(), Retried: n.retried.Load(), Unknown: n.unknown.Load(),
		LateAcks: n.lateAcks.Load(), Paused: n.paused.Load(),
	}
}

// Status returns the present state of the connection.
func (c *Client) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}
