package push

import (
	"fmt"
	"testing"
	"time"

	"fanzha/bot"
)

// order names the deliveries that are due, in their turn.
func (f *office) order() string {
	var out []bot.DeliveryID
	due, _ := f.Due(f.now, f.rules)
	for _, d := range due {
		out = append(out, d.ID)
	}
	return fmt.Sprint(out)
}

func TestTurns(t *testing.T) {
	f := newOffice(t)
	for range 3 { // three for the first group
		f.pushed(content(), 1)
	}
	f.pushed(content(), 3) // one for each
	if got, want := f.order(), "[D000001 D000005 D000006 D000002 D000003 D000004]"; got != want {
		t.Errorf("order = %s, want %s: each group's first before any second", got, want)
	}
	f.send(f.Delivery("D000001"), nil)
	f.send(f.Delivery("D000005"), nil)
	f.now = f.now.Add(time.Second)
	f.pushed(content(), 3)
	if got, want := f.order(), "[D000006 D000002 D000008 D000009 D000003 D000004 D000007]"; got != want {
		t.Errorf("order = %s, want %s: who has waited longest first", got, want)
	}
	urgent := content()
	urgent.Urgent = true
	f.pushed(urgent, 1)
	if got := f.order(); got[:9] != "[D000010 " {
		t.Errorf("order = %s, want the urgent one first", got)
	}
	f.apply(f.StopSending("", "ban")...)
	if due, next := f.Due(f.now, f.rules); due != nil || !next.IsZero() {
		t.Errorf("stopped: Due = %v, %v", due, next)
	}
}

func TestAChatKeepsItsOrderBehindARetry(t *testing.T) {
	f := newOffice(t)
	f.rules.FallbackAfter = 30 * time.Minute
	first := f.pushed(content(), 2).Deliveries[0]
	f.pushed(content(), 2)
	urgent := content()
	urgent.Urgent = true
	f.pushed(urgent, 1)
	f.send(first, &bot.SendError{Outcome: bot.RetryLater, After: time.Minute})
	if got, want := f.order(), "[D000005 D000002 D000004]"; got != want {
		t.Errorf("order = %s, want %s: what comes after in the same chat waits, but for the urgent", got, want)
	}
	if _, next := f.Due(f.now, f.rules); !next.Equal(f.now.Add(time.Minute)) {
		t.Errorf("next = %v, want when the first may be tried again", next)
	}
	for range 3 { // it goes on for long
		f.now = first.RetryAt
		f.send(first, &bot.SendError{Outcome: bot.RetryLater, After: 20 * time.Minute})
	}
	if got, want := f.order(), "[D000005 D000002 D000003 D000004]"; got != want {
		t.Errorf("order = %s, want %s: nothing waits for ever", got, want)
	}
}
