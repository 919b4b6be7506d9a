package shared_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"fanzha/bot/ledger/redis/redistest"
	"fanzha/bot/shared"
)

func newEvents(t *testing.T, c goredis.UniversalClient, log *slog.Logger) *shared.Events {
	e := shared.NewEvents(c, "t", log)
	t.Cleanup(e.Close)
	return e
}

// next returns the next event.
func next(t *testing.T, from <-chan shared.Event) shared.Event {
	t.Helper()
	select {
	case ev, ok := <-from:
		if !ok {
			t.Fatal("the channel is closed")
		}
		return ev
	case <-patient(t).Done():
		t.Fatal("nothing is heard")
	}
	return shared.Event{}
}

func TestEventsReachOtherProcesses(t *testing.T) {
	each(t, func(t *testing.T, dial func(*testing.T) goredis.UniversalClient) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		leader := newEvents(t, dial(t), slog.New(slog.DiscardHandler))
		var consoles []<-chan shared.Event
		for range 2 {
			consoles = append(consoles, newEvents(t, dial(t), slog.New(slog.DiscardHandler)).Subscribe(ctx))
		}
		for _, c := range consoles {
			if ev := next(t, c); ev != (shared.Event{}) {
				t.Errorf("first comes %+v, want the word to look anew", ev)
			}
		}
		want := shared.Event{County: "xiangning", Kind: "checkin.recorded", Size: 4711}
		leader.Publish(want)
		for _, c := range consoles {
			if ev := next(t, c); ev != want {
				t.Errorf("heard %+v", ev)
			}
		}
		end()
		for _, c := range consoles {
			if ev, open := <-c; open {
				t.Errorf("after the end: %+v", ev)
			}
		}
	})
}

func TestASubscriberHearsTheNewestOfMany(t *testing.T) {
	c := dial(t, redistest.Single(t).Addr)
	e := newEvents(t, c, slog.New(slog.DiscardHandler))
	heard := e.Subscribe(t.Context())
	next(t, heard)
	const many = 5000
	for i := range many {
		e.Publish(shared.Event{County: "xiangning", Kind: "checkin.recorded", Size: int64(i + 1)})
	}
	var last int64
	for n := 0; last < many; n++ {
		ev := next(t, heard)
		if ev.Size <= last || n >= many {
			t.Fatalf("%d after %d", ev.Size, last)
		}
		last = ev.Size
	}
}

// Publish neither waits nor fails while Redis is away; a subscriber is told when it
// is back, and hears on.
func TestEventsOutliveARestartOfRedis(t *testing.T) {
	n, j := redistest.Single(t), new(journal)
	e := newEvents(t, dial(t, n.Addr), j.log())
	heard := e.Subscribe(t.Context())
	next(t, heard)
	n.Kill()
	for i := range 1000 {
		e.Publish(shared.Event{County: "xiangning", Kind: "checkin.recorded", Size: int64(i)})
	}
	e.Close()
	n.Start()
	if ev := next(t, heard); ev != (shared.Event{}) {
		t.Errorf("heard %+v, want the word to look anew", ev)
	}
	want := shared.Event{County: "xiangning", Kind: "session.opened", Size: 2000}
	redistest.Eventually(t, "an event is heard again", func() bool {
		e.Publish(want)
		e.Close()
		select {
		case ev := <-heard:
			return ev == want
		default:
			return false
		}
	})
	if s := j.String(); strings.Count(s, "level=WARN") != 1 || strings.Count(s, "again") != 1 {
		t.Errorf("log:\n%s", s)
	}
}

// What others write on the channel is no event.
func TestWhatIsNoEventIsPassedOver(t *testing.T) {
	ctx, c := patient(t), dial(t, redistest.Single(t).Addr)
	e := newEvents(t, c, slog.New(slog.DiscardHandler))
	heard := e.Subscribe(ctx)
	next(t, heard)
	for _, text := range []string{"", "{", `{"size":1}`, `[]`} {
		if err := c.Publish(ctx, "t:events", text).Err(); err != nil {
			t.Fatal(err)
		}
	}
	want := shared.Event{County: "xiangning", Size: 1}
	e.Publish(want)
	if ev := next(t, heard); ev != want {
		t.Errorf("heard %+v", ev)
	}
}
