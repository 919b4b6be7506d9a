package inbox

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

// A beginner notes in begun what it begins, all but what is "slow", which it leaves
// to Handle. What it has begun is durable after so long.
type beginner struct {
	handler
	takes time.Duration
	err   error
	mu    sync.Mutex
	begun []string
}

// Begin implements bot.Beginner.
func (h *beginner) Begin(_ context.Context, in bot.Inbound) bot.Begun {
	switch in.Text {
	case "slow":
		return nil
	case "panic":
		panic("at the beginning")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.begun = append(h.begun, in.ID)
	d := &written{id: in.ID, err: h.err, durable: make(chan struct{})}
	time.AfterFunc(h.takes, func() { close(d.durable) })
	return d
}

type written struct {
	id      string
	err     error
	durable chan struct{}
}

func (w *written) Durable() <-chan struct{} { return w.durable }

func (w *written) Answer() (bot.Answer, error) {
	<-w.durable
	return bot.Answer{Text: "begun " + w.id}, w.err
}

func say(person bot.PersonID, id, text string) bot.Inbound {
	return bot.Inbound{ID: id, From: person, Text: text}
}

func TestWhatIsBegunIsAnsweredWhenItIsDurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, &beginner{handler: slowly(0), takes: 3 * time.Second}, 4*time.Second)
		began := time.Now()
		r, err := b.Take(t.Context(), say("a", "1", ""), never(t))
		if err != nil || r == nil || r.Answer.Text != "begun 1" || time.Since(began) != 3*time.Second {
			t.Errorf("%+v, %v after %v", r, err, time.Since(began))
		}
		if r, err := b.Take(t.Context(), say("a", "1", ""), never(t)); err != nil || r == nil || !r.Again || r.Answer.Text != "begun 1" {
			t.Errorf("again: %+v, %v", r, err)
		}
	})
}

func TestWhatIsBegunAndLateIsSaidLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, &beginner{handler: slowly(0), takes: 6 * time.Second}, 4*time.Second)
		began := time.Now()
		late := make(chan Reply, 1)
		r, err := b.Take(t.Context(), say("a", "1", ""), func(_ context.Context, _ bot.Inbound, r Reply) { late <- r })
		if err != nil || r != nil || time.Since(began) != 4*time.Second {
			t.Errorf("%+v, %v after %v", r, err, time.Since(began))
		}
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if r := <-late; r.Answer.Text != "begun 1" || time.Since(began) != 6*time.Second {
			t.Errorf("late: %+v after %v", r, time.Since(began))
		}
	})
}

func TestBeginningKeepsAPersonsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		h := &beginner{takes: time.Second}
		h.handler = func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			order = append(append(order, h.begun...), in.ID)
			return bot.Answer{}, nil
		}
		b := open(t, h, 10*time.Second)
		var all sync.WaitGroup
		all.Go(func() { _, _ = b.Take(t.Context(), say("a", "1", ""), never(t)) })
		synctest.Wait()
		all.Go(func() { _, _ = b.Take(t.Context(), say("a", "2", "slow"), never(t)) })
		all.Wait()
		if !slices.Equal(order, []string{"1", "2"}) {
			t.Errorf("%q", order)
		}
	})
}

func TestAFailureOrPanicOfWhatIsBegunMayComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &beginner{handler: slowly(0), takes: time.Second, err: errors.New("full")}
		b := open(t, h, 4*time.Second)
		for _, text := range []string{"", "panic"} {
			if r, err := b.Take(t.Context(), say("a", "1", text), never(t)); err != nil || r == nil || r.Err == nil {
				t.Errorf("%q: %+v, %v", text, r, err)
			}
		}
		h.err = nil
		if r, err := b.Take(t.Context(), say("a", "1", ""), never(t)); err != nil || r == nil || r.Err != nil {
			t.Errorf("afterwards: %+v, %v", r, err)
		}
	})
}
