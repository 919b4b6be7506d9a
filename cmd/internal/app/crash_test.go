package app_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/demo"
)

// errKilled is what a dead process sees of the world, if it could see.
var errKilled = errors.New("killed")

// A place is where in its work a process is killed.
type place string

const (
	nowhere     place = "nowhere"
	beforeWrite place = "before an append is written"
	afterWrite  place = "after an append is written, before anybody knows"
	beforeSend  place = "after the intent, before the send"
	afterSend   place = "after the send, before the outcome"
)

// A death kills the process at one place, when it comes by there for the n-th
// time (from 1). From that instant nothing of it reaches the platform or the
// ledger.
type death struct {
	at   place
	n    int64
	cut  func() // the line of the living process
	dead atomic.Bool
	// How often the process has come by so far.
	appends, sends atomic.Int64
}

// here kills the process if it comes by at p, its n-th time, and reports
// whether it has.
func (d *death) here(p place, n int64) bool {
	if d.at != p || d.n != n || d.dead.Load() {
		return false
	}
	d.dead.Store(true)
	d.cut()
	return true
}

// append is the hook of the ledger.
func (d *death) append(int64, []ledger.Record) error {
	if d.dead.Load() {
		return errKilled
	}
	n := d.appends.Add(1)
	switch {
	case d.here(beforeWrite, n):
		return errKilled
	case d.here(afterWrite, n):
		return ledgertest.AfterWrite(errKilled)
	}
	return nil
}

// A mortalSender stands between the engine and the channel.
type mortalSender struct {
	bot.Sender
	d *death
}

func (s mortalSender) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	n := s.d.sends.Add(1)
	if s.d.here(beforeSend, n) || s.d.dead.Load() {
		return errKilled
	}
	err := s.Sender.Send(ctx, to, m)
	if s.d.here(afterSend, n) || s.d.dead.Load() {
		return errKilled
	}
	return err
}

const (
	lifeUnits  = 5
	lifePeople = 4 // in each group: 20 check-ins in all
)

// Whatever place a process is killed at, and started again: what it has
// acknowledged is there, nobody is counted twice, nothing that the platform has
// answered is sent again, and what may be out is listed and left alone until
// somebody has looked.
func TestCrashAnywhere(t *testing.T) {
	t.Parallel()
	step := int64(1)
	if raced {
		step = 5
	}
	var appends, sends int64
	t.Run(string(nowhere), func(t *testing.T) {
		d := &death{at: nowhere}
		playLife(t, d)
		appends, sends = d.appends.Load(), d.sends.Load()
	})
	if want := int64(lifeUnits * 2); sends != want || appends < lifeUnits*lifePeople+2*sends {
		t.Fatalf("a life has %d sends and %d appends; want %d sends, and an append for each check-in, intent and outcome", sends, appends, want)
	}
	for at, times := range map[place]int64{beforeWrite: appends, afterWrite: appends, beforeSend: sends, afterSend: sends} {
		for n := int64(1); n <= times; n += step {
			t.Run(fmt.Sprintf("%s/%d", at, n), func(t *testing.T) { playLife(t, &death{at: at, n: n}) })
		}
	}
}

// A life is one push to a few groups, the check-ins that follow, and the
// summaries of the next day, in a process that dies once and is started again.
type life struct {
	*county
	*death
	died  bool
	shown map[string]demo.Person // by receipt: what people have been shown
}

func playLife(t *testing.T, d *death) {
	inCounty(t, lifeUnits, lifePeople, func(c *county) {
		l := &life{county: c, death: d, shown: make(map[string]demo.Person)}
		d.cut = func() { c.line.cut() }
		c.cfg.Push.SessionDays = 1
		c.deps.Sender = func(s bot.Sender) bot.Sender { return mortalSender{s, d} }
		c.open()
		c.approved(draft("刷单返利"))
		c.tell(demo.Writer, "起草\n"+draft("没有人审批"))
		// Answers take a while, so that several sends are under way at once.
		c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: "aibot_send_msg", After: 500 * time.Millisecond})

		c.ledger.FailAppend(d.append) // from here on it can die
		l.push()
		l.everybodyChecksIn()
		l.sleepOver()
		l.judge()
	})
}

// push has the alert pushed, and waits until every group has it.
func (l *life) push() {
	l.Helper()
	_, err := l.app.Tell(l.Context(), demo.Approver, "推送 A0001")
	l.revive()
	if l.died {
		_, err = l.app.Tell(l.Context(), demo.Approver, "推送 A0001")
	}
	if _, refused := bot.RefusalText(err); err != nil && !(refused && l.died) {
		l.Fatalf("pushing: %v", err)
	}
	l.pass(10 * time.Second)
	l.revive()
}

// everybodyChecksIn has each person try until he sees his receipt, every other
// one by the card.
func (l *life) everybodyChecksIn() {
	l.Helper()
	for _, u := range l.Units {
		for i, p := range l.People[u.ID] {
			for try := 0; !l.checksIn(u.ID, p, i%2 == 0); try++ {
				if try > 1 {
					l.Fatalf("%s of %s has seen no receipt", p.Name, u.Short)
				}
				l.revive()
			}
			l.revive()
		}
	}
}

// checksIn has one person check in and reports whether he was shown a receipt.
func (l *life) checksIn(u bot.UnitID, p demo.Person, byCard bool) bool {
	l.Helper()
	receipt := ""
	if byCard {
		l.click(u, p)
		receipt = l.receipt(l.Card(u), p)
	} else {
		l.say(u, p, "签到")
		if words := l.said(u); strings.Contains(words, p.Name) {
			receipt = receiptPattern.FindStringSubmatch(words)[1]
		}
	}
	if receipt != "" {
		l.shown[receipt] = p
	}
	return receipt != ""
}

// sleepOver stops the program until the sessions are over, and has it close
// them.
func (l *life) sleepOver() {
	l.Helper()
	if err := l.stop(); err != nil {
		l.Fatalf("stopping: %v", err)
	}
	time.Sleep(25 * time.Hour)
	l.ledger.FailAppend(l.append)
	if err := l.launch(); err != nil && !l.dead.Load() {
		l.Fatalf("starting: %v", err)
	}
	l.revive()
	l.pass(15 * time.Minute)
	l.revive()
}

// revive starts the program again if it is dead, checks that it lists what may
// be out and leaves it alone, and has an operator settle it.
func (l *life) revive() {
	l.Helper()
	synctest.Wait()
	if !l.dead.Load() {
		return
	}
	if l.app != nil {
		_ = l.stop() // a dead process says nothing
	} else {
		l.ledger = l.ledger.Reopen()
	}
	l.acknowledgedIsThere()
	open := l.inFlight()
	l.dead.Store(false)
	l.died = true
	l.start()
	l.pass(time.Minute)
	if diff := cmp.Diff(open, l.unknown(), cmpopts.EquateEmpty()); diff != "" {
		l.Errorf("unknown deliveries a minute after the restart (-want +got):\n%s", diff)
	}
	l.pass(10 * time.Minute)
	if diff := cmp.Diff(open, l.unknown(), cmpopts.EquateEmpty()); diff != "" {
		l.Errorf("unknown deliveries ten minutes later (-want +got):\n%s", diff)
	}
	l.deliveredOnce()
	for _, id := range open {
		word := "未见 "
		if l.isOut(bot.DeliveryID(id)) {
			word = "已见 "
		}
		l.tell(demo.Approver, word+id)
	}
	l.pass(time.Minute)
}

// acknowledgedIsThere fails the test if somebody was shown a receipt that is
// not in the ledger, or is somebody else's.
func (l *life) acknowledgedIsThere() {
	l.Helper()
	have := l.checkIns()
	for receipt, p := range l.shown {
		if c := have[receipt]; c == nil || c.Private.Person != bot.PersonID(p.UserID) {
			l.Errorf("%s was shown the receipt %s, in the ledger is %+v", p.Name, receipt, c)
		}
	}
}

// inFlight returns the deliveries that have an intent without an outcome.
func (l *life) inFlight() []string {
	l.Helper()
	open := make(map[string]bool)
	for _, e := range l.entries() {
		switch p := e.Payload.(type) {
		case *bot.DeliveryIntended:
			open[string(p.Delivery)] = true
		case *bot.DeliveryAnswered:
			delete(open, string(p.Delivery))
		}
	}
	return slices.Sorted(maps.Keys(open))
}

// isOut reports whether people in the group can see a delivery.
func (l *life) isOut(id bot.DeliveryID) bool {
	l.Helper()
	var chat, sign string
	l.look(func(s *book.State) {
		d := s.Outbox.Delivery(id)
		chat, sign = s.Directory.GroupByID(d.Group).Chat.ID, d.Text
		if d.Push != nil {
			sign = d.Push.Content.Topic
		}
	})
	return slices.ContainsFunc(l.Platform.Deliveries(), func(d wechattest.Delivery) bool {
		return d.Chat == chat && strings.Contains(d.Content, sign)
	})
}

// judge checks what must be true at the end of every life.
func (l *life) judge() {
	l.Helper()
	if l.at != nowhere && !l.died {
		l.Error("the process did not die")
	}
	l.eachGroupGot(1)
	l.deliveredOnce()
	for _, u := range l.Units {
		if words := l.said(u.ID); !strings.Contains(words, "已签到 4 人，名册 4 人") {
			l.Errorf("%s read at the end: %s", u.Short, words)
		}
	}
	if n := len(l.Platform.Deliveries()); n != 2*lifeUnits {
		l.Errorf("%d deliveries, want a card and a summary for each group", n)
	}
	l.acknowledgedIsThere()
	if n := len(l.checkIns()); n != lifeUnits*lifePeople {
		l.Errorf("%d check-ins in the ledger, want %d", n, lifeUnits*lifePeople)
	}
}
