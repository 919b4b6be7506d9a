package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"fanzha/bot/ledger"
)

// A Ledger is a county's ledger, to append to it with a [Hold], or to follow
// it without. It implements [ledger.Ledger] but for one thing: what Erase
// removed is gone from Redis and from the archive files at once, and from
// Redis's append-only file when that is next rewritten.
//
// It remembers what it acknowledged and what it read, as far as
// [Config.Remember] goes, for [Ledger.Reconcile].
type Ledger struct {
	s      *Server
	county string
	k      keys
	hold   *Hold // nil: for reading

	closing chan struct{}
	once    sync.Once

	write sync.Mutex // held by whoever appends
	tail  tail

	files sync.Mutex // held by whoever writes archive files
}

// Ledger returns the ledger of a county. Without a hold it can be read and
// followed, and Append and Erase return [ledger.ErrFenced].
func (s *Server) Ledger(county string, hold *Hold) *Ledger {
	return &Ledger{s: s, county: county, k: keysOf(county), hold: hold, closing: make(chan struct{}), tail: tail{limit: s.conf.Remember}}
}

// Lead returns a ledger that appends with hold and remembers what l does, for
// a follower that takes over. l goes on being readable; Close closes each for
// itself.
func (l *Ledger) Lead(hold *Hold) *Ledger {
	next := l.s.Ledger(l.county, hold)
	l.tail.copyTo(&next.tail)
	return next
}

// Close implements [ledger.Ledger]. It does not release the hold.
func (l *Ledger) Close() error {
	l.once.Do(func() { close(l.closing) })
	return nil
}

func (l *Ledger) closed() bool {
	select {
	case <-l.closing:
		return true
	default:
		return l.s.closed()
	}
}

// Head implements [ledger.Ledger].
func (l *Ledger) Head(ctx context.Context) (ledger.Head, error) {
	h, err := l.head(ctx)
	if err != nil {
		return ledger.Head{}, err
	}
	return h.Head, nil
}

// A head is what Redis knows of a ledger's end, and of its beginning.
type head struct {
	ledger.Head
	base int64 // the first entry that is in Redis; those before it are in files
}

func (l *Ledger) head(ctx context.Context) (head, error) {
	if l.closed() {
		return head{}, ledger.ErrClosed
	}
	v, err := l.s.client.HMGet(ctx, l.k.head, "size", "checkpoint", "base").Result()
	if err != nil {
		return head{}, l.failed("reading the head of", err)
	}
	var h head
	size, _ := v[0].(string)
	checkpoint, ok := v[1].(string)
	base, _ := v[2].(string)
	if size == "" {
		return h, nil
	}
	var errSize, errBase error
	h.Size, errSize = strconv.ParseInt(size, 10, 64)
	if base != "" {
		h.base, errBase = strconv.ParseInt(base, 10, 64)
	}
	if errSize != nil || errBase != nil || !ok || h.base > h.Size || h.base < 0 {
		return head{}, &ledger.CorruptError{Seq: -1, Reason: "Redis 里台账的末尾记录不完整"}
	}
	h.Checkpoint = []byte(checkpoint)
	return h, nil
}

// failed wraps an error of a command. A server that is being closed under a
// call is no fault of the connection.
func (l *Ledger) failed(doing string, err error) error {
	if l.closed() {
		err = errors.Join(ledger.ErrClosed, err)
	}
	return fmt.Errorf("%s %s: %w", doing, l.county, err)
}
