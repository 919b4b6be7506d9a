package push

import (
	"context"
	"errors"
	"sync"
	"time"

	"fanzha/bot"
)

var errKilled = errors.New("killed")

// A campaignDesk keeps entries as a ledger would: what is written survives the
// process, which may be killed before or after any entry.
type campaignDesk struct {
	c       *campaign
	mu      sync.Mutex
	office  *office
	entries []campaignEntry
	intents map[string]part // digest and group → what was intended
	doors   map[bot.GroupID][]bot.ChannelID
	shut    map[string]bool
	settled map[bot.DeliveryID]bool
	// dieAfter is how many more decisions the process lives; 0 for ever.
	dieAfter int
	killed   bool
}

type campaignEntry struct {
	at time.Time
	p  bot.Payload
}

// reopen is what a start does: it makes the state anew from the bytes of the
// entries.
func (d *campaignDesk) reopen() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.keep()
	f := &office{Outbox: New(), t: d.c.t, rules: d.office.rules}
	for _, e := range d.entries {
		f.Apply(e.at, e.p)
	}
	d.office, d.killed, d.dieAfter = f, false, 0
}

// change lets the office do something.
func (d *campaignDesk) change(do func(*office)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.office.now = time.Now()
	do(d.office)
	d.keep()
}

// keep moves what the office has applied to the entries.
func (d *campaignDesk) keep() {
	for _, p := range d.office.applied {
		if d.c.seed%20 == 0 { // through their bytes, in some of the runs
			v, public, private, err := bot.Encode(p)
			if err != nil {
				d.c.t.Fatal(err)
			}
			if p, err = bot.Decode(p.Kind(), v, public, private); err != nil {
				d.c.t.Fatal(err)
			}
		}
		d.entries = append(d.entries, campaignEntry{d.office.now, p})
		switch p := p.(type) {
		case *bot.DeliveryIntended:
			d.intents[p.Digest+" "+string(d.office.Delivery(p.Delivery).Group)] = part{p.Delivery, p.Part}
		case *bot.DeliveryAnswered:
			if p.Outcome == bot.Unknown {
				d.c.listed(part{p.Delivery, d.office.Delivery(p.Delivery).Part}, d.office.now)
			}
		case *bot.DeliveryResolved:
			if d.settled == nil {
				d.settled = make(map[bot.DeliveryID]bool)
			}
			d.settled[p.Delivery] = true
		}
	}
	d.office.applied = nil
}

func (d *campaignDesk) kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.killed = true
}

func (d *campaignDesk) Decide(ctx context.Context, decide func(*Outbox, Address, time.Time) ([]bot.Payload, error)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.alive(ctx); err != nil {
		return err
	}
	now := time.Now()
	out, err := decide(d.office.Outbox, d.route, now)
	if err != nil {
		return err
	}
	if len(out) > 0 && d.dieAfter > 0 {
		if d.dieAfter--; d.dieAfter == 0 {
			d.killed = true
			if d.c.chance(2, len(d.entries)) == 0 { // durable, but nobody was told
				d.office.now = now
				d.office.apply(out...)
				d.keep()
			}
			return errKilled
		}
	}
	d.office.now = now
	d.office.apply(out...)
	d.keep()
	return nil
}

func (d *campaignDesk) alive(ctx context.Context) error {
	if d.killed {
		return errKilled
	}
	return ctx.Err()
}

func (d *campaignDesk) View(ctx context.Context, read func(*Outbox, Address, time.Time) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.alive(ctx); err != nil {
		return err
	}
	return read(d.office.Outbox, d.route, time.Now())
}

func (d *campaignDesk) Unreachable(ctx context.Context, g bot.GroupID, c bot.ChannelID, _ int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut[string(c)+" "+string(g)] = true
	return d.alive(ctx)
}

func (d *campaignDesk) Down(ctx context.Context, _ bot.ChannelID, _ string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.alive(ctx)
}

func (d *campaignDesk) Refused(ctx context.Context, _ bot.DeliveryID, _ *bot.SendError) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.alive(ctx)
}

func (d *campaignDesk) route(del *Delivery) Route {
	r := Route{Window: Window{DueAt: del.DueAt.Add(3 * day24), EndsAt: del.DueAt.Add(5 * day24)}}
	for _, c := range d.doors[del.Group] {
		if !d.shut[string(c)+" "+string(del.Group)] {
			r.Doors = append(r.Doors, bot.Chat{Channel: c, Kind: bot.GroupChat, ID: string(del.Group)})
		}
	}
	return r
}

// A campaignSender is one channel of a nasty platform.
type campaignSender struct {
	c  *campaign
	id bot.ChannelID
}

func (s *campaignSender) Limits() bot.Limits {
	switch s.id {
	case bot.ViaRobot:
		return bot.Limits{MarkdownBytes: 400}
	case bot.ViaForward:
		return bot.Limits{ErrandBytes: 600}
	}
	return limits
}

func (s *campaignSender) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	c := s.c
	c.desk.mu.Lock()
	p, ok := c.desk.intents[Digest(m)+" "+to.ID]
	c.desk.mu.Unlock()
	if !ok {
		c.fault("a message to %s went out without a durable intent", to.ID)
	}
	c.mu.Lock()
	c.tried[p]++
	c.began[p] = time.Now()
	n, lost := c.tried[p], c.lost[p]
	c.mu.Unlock()
	luck, takes := c.chance(100, p, n, "luck"), time.Duration(c.chance(3000, p, n, "takes"))*time.Millisecond
	if c.calm {
		luck = 99
	}
	if lost && !c.settledBy(p.delivery) {
		c.fault("part %d of %s, whose answer was lost, was sent again", p.n, p.delivery)
	}
	return s.answer(ctx, to, p, luck, takes)
}

// answer does to one message what chance wants.
func (s *campaignSender) answer(ctx context.Context, to bot.Chat, p part, luck int, takes time.Duration) error {
	wait := func() error { return (bot.SystemClock{}).Sleep(ctx, takes) }
	switch {
	case luck < 4:
		return &bot.SendError{Outcome: bot.Rejected, Code: 40058, Reason: "参数不合规定"}
	case luck < 6:
		return &bot.SendError{Outcome: bot.Rejected, Code: 93006, Reason: "不在群里", RouteDead: true}
	case luck < 10:
		return &bot.SendError{Outcome: bot.RetryLater, Code: 45009, Reason: "过于频繁", After: time.Minute}
	case luck < 11:
		return &bot.SendError{Outcome: bot.RetryLater, Code: 853000, Reason: "密钥不正确", After: 10 * time.Minute, ChannelDown: true}
	case luck < 13: // the platform never got it
		return s.lose(p, wait())
	case luck < 15: // it did, and the answer was lost
		s.take(p)
		return s.lose(p, wait())
	case luck < 16: // it did, and never answers
		s.take(p)
		<-ctx.Done()
		return s.lose(p, ctx.Err())
	}
	if wait() != nil && luck%2 == 0 { // called off while it waited for its budget
		return &bot.SendError{Outcome: bot.RetryLater, Reason: "等待发送额度时中止"}
	}
	s.take(p)
	if s.id == bot.ViaForward {
		return &bot.SendError{Outcome: bot.Handed}
	}
	return nil
}

func (s *campaignSender) take(p part) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.c.arrived[p]++
	if other, ok := s.c.via[p.delivery]; ok && other != s.id {
		s.c.fault("%s came in part by %s and in part by %s", p.delivery, other, s.id)
	}
	s.c.via[p.delivery] = s.id
}

func (s *campaignSender) lose(p part, err error) error {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.c.lost[p] = true
	if err == nil {
		err = errors.New("connection reset")
	}
	if s.c.chance(2, p, "mute") == 0 {
		return err // a channel that cannot say what happened
	}
	return &bot.SendError{Outcome: bot.Unknown, Reason: "已发出，未收到平台答复", Err: err}
}
