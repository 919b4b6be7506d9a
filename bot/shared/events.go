package shared

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot"
)

const (
	// publishWithin bounds one publication, of all that waits.
	publishWithin = time.Second
	// unheard is how many events a subscriber may leave lying.
	unheard = 64
	// publishEvery is how long what happens waits for more of its kind: every
	// process hears of every county.
	publishEvery = time.Second
)

// An Event says that something has been written into a county's ledger. The zero
// Event says that some may have been missed: the connection to Redis is new, and
// one should look at everything anew.
type Event struct {
	County string   `json:"county"`
	Kind   bot.Kind `json:"kind"`
	Size   int64    `json:"size"` // of the ledger, from then on
}

// Events carries what happens to other processes, as a courtesy: an event may be
// lost, and those of one kind that come fast are one, the newest. It is safe for
// concurrent use.
type Events struct {
	client  goredis.UniversalClient
	channel string
	log     *slog.Logger

	mu      sync.Mutex
	waiting map[Event]int64 // sizes, by the events without them
	posting bool            // a goroutine publishes what waits
	away    bool            // the last publication has failed
	wg      sync.WaitGroup
	closing chan struct{}
	closed  sync.Once
}

// NewEvents returns the events under prefix.
func NewEvents(client goredis.UniversalClient, prefix string, log *slog.Logger) *Events {
	return &Events{client: client, channel: prefix + ":events", log: log, waiting: make(map[Event]int64), closing: make(chan struct{})}
}

// Publish tells the other processes, and this one, of ev, within a second or two. It does not wait, and
// does not fail.
func (e *Events) Publish(ev Event) {
	size := ev.Size
	ev.Size = 0
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waiting[ev] = max(size, e.waiting[ev])
	if !e.posting {
		e.posting = true
		e.wg.Go(e.post)
	}
}

// Close waits, for two seconds at most, until what was published has gone out or
// is given up. It is called after the last Publish.
func (e *Events) Close() {
	e.closed.Do(func() { close(e.closing) })
	e.wg.Wait()
}

// post publishes until nothing waits: the first event at once, and what comes
// after it once a second.
func (e *Events) post() {
	for {
		e.mu.Lock()
		var batch []Event
		for ev, size := range e.waiting {
			ev.Size = size
			batch = append(batch, ev)
		}
		clear(e.waiting)
		e.posting = len(batch) > 0
		e.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		slices.SortFunc(batch, func(a, b Event) int { return cmp.Compare(a.Size, b.Size) })
		e.note(e.send(batch))
		t := time.NewTimer(publishEvery)
		select {
		case <-t.C:
		case <-e.closing:
			t.Stop()
		}
	}
}

// send publishes a batch in one round trip.
func (e *Events) send(batch []Event) error {
	ctx, cancel := context.WithTimeout(context.Background(), publishWithin)
	defer cancel()
	_, err := e.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for _, ev := range batch {
			text, err := json.Marshal(ev)
			if err != nil {
				return err
			}
			p.Publish(ctx, e.channel, text)
		}
		return nil
	})
	return err
}

// note logs when it changes whether events go out.
func (e *Events) note(err error) {
	if was := e.away; was == (err != nil) {
		return
	}
	e.away = err != nil
	if e.away {
		e.log.Warn("live events do not reach other processes", "err", bare(err))
		return
	}
	e.log.Info("live events reach other processes again")
}

// Subscribe returns what any process publishes, until ctx ends; then the channel
// is closed. The zero Event comes first, and again whenever the connection was
// lost and is back. A subscriber who does not keep up loses the oldest.
func (e *Events) Subscribe(ctx context.Context) <-chan Event {
	out := make(chan Event, unheard)
	go func() {
		defer close(out)
		line := e.client.Subscribe(ctx, e.channel)
		defer line.Close()
		heard := line.ChannelWithSubscriptions()
		for {
			select {
			case <-ctx.Done():
				return
			case m, ok := <-heard:
				if !ok {
					return // the client was closed
				}
				if ev, ok := eventOf(m); ok {
					offer(out, ev)
				}
			}
		}
	}()
	return out
}

// eventOf returns what m says; false if it is nothing that Publish has written.
func eventOf(m any) (ev Event, ok bool) {
	switch m := m.(type) {
	case *goredis.Subscription:
		return Event{}, true
	case *goredis.Message:
		err := json.Unmarshal([]byte(m.Payload), &ev)
		return ev, err == nil && ev.County != ""
	}
	return Event{}, false
}

// offer puts ev into out, in place of the oldest if out is full. Nobody else puts
// anything there.
func offer(out chan Event, ev Event) {
	for {
		select {
		case out <- ev:
			return
		default:
		}
		select {
		case <-out:
		default:
		}
	}
}
