package push

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"fanzha/bot"
)

// A lane sends what goes by one channel. The lanes of an engine share nothing but
// the rule that a chat gets one message at a time.
type lane struct {
	*Engine
	Channel
	id bot.ChannelID
	// first takes what can go nowhere, to end it.
	first bool
	wake  chan struct{}
	// slots has a token for each call under way.
	slots chan struct{}

	// What follows is guarded by Engine.mu.
	downSince time.Time // it can send nothing since then; zero if it can
	pause     time.Time // nothing before this
	trouble   string    // what a person has to put right
}

// batch is how many sends are begun before it is asked anew whose turn it is, so
// that the urgent overtake and nobody waits for a long list.
const batch = 4

// loop starts a worker for each delivery that is due, one at a time in a chat. It
// ends, and its workers with it, when ctx ends or something has failed.
func (l *lane) loop(ctx context.Context, fail func(error)) {
	var workers sync.WaitGroup
	defer workers.Wait()
	crew := make(chan struct{}, cap(l.slots)+l.ahead())
	for ctx.Err() == nil {
		turns, wait, err := l.due(ctx, 2*batch*cap(crew))
		if err != nil {
			fail(err)
			return
		}
		if len(turns) > 0 && l.ready(ctx) != nil {
			return
		}
		started := 0
		for _, t := range turns {
			if !l.enter(t) {
				continue
			}
			select {
			case crew <- struct{}{}:
			case <-ctx.Done():
				l.leave(t.chat, false)
				return
			}
			started++
			done := make(chan struct{})
			workers.Go(func() {
				defer close(done)
				free := sync.OnceFunc(func() { <-crew })
				smooth, err := l.serve(ctx, t, free)
				if err != nil {
					fail(err)
				}
				free()
				l.leave(t.chat, smooth)
			})
			if l.troubled() { // one at a time shows whether it works again
				<-done
				break
			}
			if l.Clock.Sleep(ctx, l.Pace) != nil {
				return
			}
			if started >= batch*cap(crew) || started >= 16 && l.nudged() {
				break
			}
		}
		if started == 0 {
			l.idle(ctx, wait)
		}
	}
}

// ahead is how many intents may be written before the channel is free for them,
// so that it never waits for the disk. A crash leaves these unknown too, so they
// are few, and none where the pace is what counts.
func (l *lane) ahead() int {
	if l.Pace > 0 {
		return 0
	}
	return cap(l.slots) / 2
}

// A turn is one delivery that may be sent now, or be taken back.
type turn struct {
	id     bot.DeliveryID
	chat   string
	recall bool
}

// due returns what the lane may do now, or more of it than it does before it looks
// again; and how long until it should look, 0 if nothing waits.
func (l *lane) due(ctx context.Context, most int) (out []turn, wait time.Duration, err error) {
	err = l.Desk.View(ctx, func(o *Outbox, to Address, now time.Time) error {
		recalls, soon := o.Recalls(now)
		for _, d := range recalls {
			if d.Channel == l.id {
				out = append(out, turn{d.ID, d.chat(), true})
			}
		}
		mine := func(d *Delivery, at time.Time) bool {
			_, chat, ok := l.route(d, to, at)
			return ok && chat.Channel == l.id || !ok && l.first
		}
		due, waiting := o.queue(now, l.Rules)
		for _, d := range due {
			if len(out) >= most { // nobody can write while the book is read
				break
			}
			if mine(d, now) {
				out = append(out, turn{d.ID, d.chat(), false})
			}
		}
		for _, w := range waiting {
			if (soon.IsZero() || w.at.Before(soon)) && mine(w.Delivery, w.at) {
				soon = w.at
			}
		}
		if !soon.IsZero() {
			wait = max(soon.Sub(now), time.Millisecond)
		}
		return nil
	})
	return out, wait, err
}

// serve does one turn. It reports whether all went well; its error is the book's.
// It calls free as soon as the platform has had the last call: another turn need
// not wait until the outcome is durable.
func (l *lane) serve(ctx context.Context, t turn, free func()) (smooth bool, err error) {
	if t.recall {
		return false, l.recall(ctx, t.id)
	}
	for {
		a, err := l.intend(ctx, t.id)
		if _, refused := bot.RefusalText(err); refused {
			return false, nil // withdrawn, or quiet hours have begun, since it was picked
		}
		if err != nil {
			return false, err
		}
		more, smooth, err := l.attempt(ctx, a, free)
		if err != nil || !more {
			return smooth, err
		}
	}
}

// enter takes a chat for one message; false if one is under way there. If that is
// another one, the lane is woken when it has ended.
func (l *lane) enter(t turn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.busy[t.chat]
	if b == nil {
		l.busy[t.chat] = &busy{id: t.id}
		return true
	}
	if b.id != t.id && !slices.Contains(b.waiting, l) {
		b.waiting = append(b.waiting, l)
	}
	return false
}

// busy is a chat with a message under way, and the lanes that wait for it.
type busy struct {
	id      bot.DeliveryID
	waiting []*lane
}

// leave gives a chat back and wakes those who wait for it; if the message did not
// simply arrive, all lanes: it may be another one's now.
func (l *lane) leave(chat string, smooth bool) {
	l.mu.Lock()
	waiting := l.busy[chat].waiting
	delete(l.busy, chat)
	l.mu.Unlock()
	if !smooth {
		l.wakeAll()
		return
	}
	for _, w := range waiting {
		w.nudge()
	}
}

func (l *lane) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// nudged takes the token, if there is one.
func (l *lane) nudged() bool {
	select {
	case <-l.wake:
		return true
	default:
		return false
	}
}

// idle waits until something may have become due.
func (l *lane) idle(ctx context.Context, wait time.Duration) {
	sleeping, wake := context.WithCancel(ctx)
	defer wake()
	woken := make(chan struct{})
	go func() {
		defer close(woken)
		select {
		case <-l.wake:
		case <-sleeping.Done():
		}
		wake()
	}()
	if wait <= 0 {
		<-sleeping.Done()
	} else if l.Clock.Sleep(sleeping, wait) == nil {
		wake()
	}
	<-woken
}

// ready waits until the channel can send. If that takes long, what waits for it
// is looked at anew: it may go by another door.
func (l *lane) ready(ctx context.Context) error {
	now := l.Clock.Now()
	l.mu.Lock()
	if l.downSince.IsZero() {
		l.downSince = now
	}
	pause, down := l.pause.Sub(now), now.Sub(l.downSince)
	l.mu.Unlock()
	if after := l.Rules.FallbackAfter; after > down {
		t := time.AfterFunc(after-down, l.wakeAll)
		defer t.Stop()
	}
	if err := l.Clock.Sleep(ctx, pause); err != nil {
		return err
	}
	if l.Await != nil {
		if err := l.Await(ctx); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.trouble == "" {
		l.downSince = time.Time{}
	}
	return nil
}

// count tells how a call ended.
func (l *lane) count(e *bot.SendError) {
	switch {
	case l.Count == nil:
	case e == nil:
		l.Count(l.id, bot.Sent, 0)
	default:
		l.Count(l.id, e.Outcome, e.Code)
	}
}

// heed does what has to be done about a failure beyond the delivery itself. Its
// error is the book's.
func (l *lane) heed(ctx context.Context, a attempt, e *bot.SendError) error {
	l.Log.WarnContext(ctx, "delivery not confirmed", "delivery", a.delivery, "channel", l.id, "attempt", a.n,
		"outcome", e.Outcome, "code", e.Code, "reason", e.Reason)
	if e.Outcome == bot.Rejected && e.Hint != "" {
		l.Log.ErrorContext(ctx, "the platform refused a message; somebody has to look into it", "delivery", a.delivery, "channel", l.id,
			"code", e.Code, "says", words(a.chat, e.Err))
		if err := l.Desk.Refused(ctx, a.delivery, e); err != nil {
			return fmt.Errorf("telling the office that %s was refused: %w", a.delivery, err)
		}
	}
	if e.ChannelDown && l.stopFor(ctx, e) {
		if err := l.Desk.Down(ctx, l.id, e.Reason); err != nil {
			return fmt.Errorf("telling the office that %s is stopped: %w", l.id, err)
		}
	}
	// Without a code it was not the platform that said so: what our own
	// configuration lacks the office mends, and the door stays.
	if e.RouteDead && e.Code != 0 && a.group != "" {
		if err := l.Desk.Unreachable(ctx, a.group, l.id, e.Code); err != nil {
			return fmt.Errorf("disabling the %s door of group %s: %w", l.id, a.group, err)
		}
	}
	return nil
}

// words are the platform's, without whom it was to be sent to.
func words(to bot.Chat, says error) string {
	if says == nil {
		return ""
	}
	return strings.ReplaceAll(says.Error(), to.ID, "<chat>")
}

// stopFor holds the channel back: it can send nothing until a person has put
// something right. It is tried again after a while. It reports whether that is
// news.
func (l *lane) stopFor(ctx context.Context, e *bot.SendError) (news bool) {
	now := l.Clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	news = l.trouble == ""
	l.trouble, l.pause = e.Reason, now.Add(max(e.After, repairPause))
	if l.downSince.IsZero() {
		l.downSince = now
	}
	l.Log.ErrorContext(ctx, "a channel is stopped until somebody puts it right", "channel", l.id, "code", e.Code, "reason", e.Reason)
	return news
}

// repairPause is how long a stopped channel rests at least before one message
// shows whether it works again.
const repairPause = time.Minute

func (l *lane) troubled() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trouble != ""
}

// works notes that the channel can send.
func (l *lane) works() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trouble, l.pause, l.downSince = "", time.Time{}, time.Time{}
}
