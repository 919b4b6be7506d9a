package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Handler takes what people do and says what to answer. A channel calls it
// concurrently, but one person's deeds one after another in their order.
//
// By the time Handle returns, all that it acknowledges is durable. An error
// means that nothing may be acknowledged: most likely nothing was recorded, but
// after a failed append only the next start can tell. The channel logs it and
// says a fixed apology.
type Handler interface {
	Handle(ctx context.Context, in Inbound) (Answer, error)
}

// A Beginner is a Handler that can do some deeds on the spot, all but the wait until
// they are durable. That is left to a channel whose request waits anyway, and may
// not wait for ever.
type Beginner interface {
	Handler
	// Begin does what in asks for, if that is done at once, and returns what
	// Handle would, to come; nil if nothing was done and Handle is to be called.
	Begin(ctx context.Context, in Inbound) Begun
}

// Begun is a deed that is done but not yet durable.
type Begun interface {
	// Durable is closed when Answer need not wait any more.
	Durable() <-chan struct{}
	// Answer waits, and returns what Handle returns. It is called once.
	Answer() (Answer, error)
}

// A Sender pushes one message into one chat, once.
//
// Send returns nil only when the platform has confirmed the message. Any error
// is a *[SendError] that says which of the three bad ends it was. Send never
// repeats a message whose fate is unknown. It is safe for concurrent use.
type Sender interface {
	Send(ctx context.Context, to Chat, m Message) error
	// Limits returns what one message can hold.
	Limits() Limits
}

// A Selective is a Sender that cannot carry the same into every chat: an app shows
// cards to persons, and none in a group.
type Selective interface {
	Sender
	// LimitsTo returns what one message to that chat can hold.
	LimitsTo(to Chat) Limits
}

// A Recaller is a Sender that can take a message back. It is asked for by those
// who withdraw an alert; where a channel has none, a correcting message goes out
// instead.
type Recaller interface {
	Sender
	// SendRef is Send, and returns the platform's name for the message, by
	// which it can be recalled.
	SendRef(ctx context.Context, to Chat, m Message) (ref string, err error)
	// Recall takes the message back for everybody. Its error is a *[SendError]:
	// Rejected if it is too late.
	Recall(ctx context.Context, ref string) error
}

// A Budgeted is a Sender that counts what it sends, so as to stay below its
// platform's limit. What it has counted it forgets at a restart.
type Budgeted interface {
	Sender
	// Spent counts n messages that an earlier process has sent into a chat at
	// that time, or may have. It is called before the first Send, for what is at
	// most an hour old.
	Spent(to Chat, at time.Time, n int)
}

// A SharedBudget is what several processes may spend together on one platform's
// limit. It is safe for concurrent use.
type SharedBudget interface {
	// Take spends one message under key and returns 0 if no window that ends
	// now then holds more than limit. Else it spends nothing and returns how
	// long to wait before it is asked again. An error says that nobody knows
	// what the others spend; the caller goes on alone. Take comes back soon
	// whatever becomes of its server.
	Take(ctx context.Context, key string, limit int, window time.Duration) (wait time.Duration, err error)
}

// Outcome is how one attempt to send ended.
type Outcome string

// Outcomes of an attempt.
const (
	// Sent: the platform confirmed it.
	Sent Outcome = "sent"
	// Rejected: the platform refused it for good; the same message to the
	// same chat will never pass.
	Rejected Outcome = "rejected"
	// RetryLater: it certainly did not go out and may be tried again.
	RetryLater Outcome = "retry_later"
	// Unknown: it may be out; the answer was lost. It is never sent again by
	// itself: a person or the platform settles it.
	Unknown Outcome = "unknown"
	// Handed: a person has it and is to bring it to the group (人工代发). It is
	// not in the group before he says so.
	Handed Outcome = "handed"
)

// Chinese returns the word that people read.
func (o Outcome) Chinese() string {
	switch o {
	case Sent:
		return "已送达"
	case Rejected:
		return "被拒绝"
	case RetryLater:
		return "稍后重试"
	case Unknown:
		return "未知"
	case Handed:
		return "已交人工代发"
	}
	return string(o)
}

// A SendError tells how a send failed. Its text carries no secret and no
// message body.
type SendError struct {
	// Outcome is Rejected, RetryLater or Unknown; or Handed, which is no error
	// but not the end either.
	Outcome Outcome
	// Code is the platform's error code, 0 if there was none.
	Code int
	// Reason is for the operator, in Chinese.
	Reason string
	// After is how long to wait at least before the next try (RetryLater).
	After time.Duration
	// Tries is how often at most it may be tried again when the same code comes
	// each time (RetryLater); 0 means as long as it makes sense.
	Tries int
	// RouteDead reports that the chat as a whole takes no more messages, for
	// example because the bot was removed from the group.
	RouteDead bool
	// ChannelDown reports that the channel as a whole can send nothing until a
	// person has put something right, for example a wrong secret. It goes with
	// RetryLater; After is when it is worth looking again.
	ChannelDown bool
	// Hint, if not empty, asks that the office is told if it ends in a refusal, and
	// says in Chinese, as a whole sentence, what it can do.
	Hint string
	Err  error // cause, may be nil
}

// Error implements error.
func (e *SendError) Error() string {
	s := fmt.Sprintf("send %s (code %d): %s", e.Outcome, e.Code, e.Reason)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

// A Refusal says no to a person, in his words, with a hint what to do next. It
// is the error of every decision that a person's input can lead to; nothing
// was recorded.
type Refusal struct {
	Reason string // Chinese, one sentence without a full stop
	Hint   string // Chinese, what to do next; may be empty
}

// Refuse returns a *[Refusal].
func Refuse(reason, hint string) error { return &Refusal{Reason: reason, Hint: hint} }

// Error implements error.
func (r *Refusal) Error() string {
	if r.Hint == "" {
		return r.Reason + "。"
	}
	return r.Reason + "。" + r.Hint + "。"
}

// RefusalText returns the words for the person if err is or wraps a *[Refusal].
func RefusalText(err error) (string, bool) {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r.Error(), true
	}
	return "", false
}
