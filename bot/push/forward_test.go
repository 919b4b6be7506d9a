package push

import (
	"fmt"
	"testing"
	"time"

	"fanzha/bot"
)

// handed returns an office whose one delivery is in a person's hands.
func handed(t *testing.T) (*office, *Delivery) {
	t.Helper()
	f := newOffice(t)
	f.rules.ForwardWithin = 24 * time.Hour
	d := f.pushed(content(), 1).Deliveries[0]
	f.hand(d)
	return f, d
}

func (f *office) hand(d *Delivery) {
	f.t.Helper()
	f.must(f.Intend(d.ID, Handover{Channel: bot.ViaForward, Parts: []bot.Message{bot.Errand{}}, Window: window}, f.now, f.rules))
	f.apply(f.Answer(d.ID, d.Attempts, Reply{Err: &bot.SendError{Outcome: bot.Handed}}, f.now, f.rules)...)
}

var liaison = Forwarder{Member: "m00001", Unit: "u1", Person: "wang"}

func TestForward(t *testing.T) {
	for _, c := range []struct {
		rule     string
		prepare  func(f *office, d *Delivery)
		id       bot.DeliveryID
		by       Forwarder
		declined bool
		why      string
		refuse   string
		state    State
		asked    bool
	}{
		{rule: "by his id", id: "D000001", by: liaison, state: Forwarded, asked: true},
		{rule: "the only one needs no id", by: liaison, state: Forwarded, asked: true},
		{rule: "an operator for him", id: "D000001", by: Forwarder{Operator: "ban"}, state: Forwarded, asked: true},
		{rule: "of another unit", id: "D000001", by: Forwarder{Member: "m2", Unit: "u2"}, refuse: "没有等您转发的", state: Handed},
		{rule: "nothing waits for him", by: Forwarder{Member: "m2", Unit: "u2"}, refuse: "没有等您转发的消息", state: Handed},
		{rule: "no such one", id: "D000009", by: liaison, refuse: "D000009", state: Handed},
		{rule: "declined", by: liaison, declined: true, why: "群已解散", state: Rejected},
		{rule: "declined without a reason", by: liaison, declined: true, refuse: "写明理由", state: Handed},
		{rule: "several wait", prepare: func(f *office, _ *Delivery) { f.hand(f.pushed(content(), 1).Deliveries[0]) }, by: liaison, refuse: "D000001、D000002", state: Handed},
		{rule: "said twice", id: "D000001", prepare: func(f *office, d *Delivery) { f.forward(d) }, by: liaison, state: Forwarded, asked: true},
		{rule: "declined after it was forwarded", id: "D000001", prepare: func(f *office, d *Delivery) { f.forward(d) }, by: liaison, declined: true, why: "x", refuse: "不用再回复", state: Forwarded, asked: true},
		{rule: "the hand-over's answer was lost", id: "D000001", prepare: func(_ *office, d *Delivery) { d.State = Unknown }, by: liaison, state: Forwarded, asked: true},
		{rule: "lost, but not by that door", id: "D000001", prepare: func(_ *office, d *Delivery) { d.State, d.Channel = Unknown, "aibot" }, by: liaison, refuse: "没有等您转发的", state: Unknown, asked: true},
		{rule: "withdrawn before he did", id: "D000001", prepare: func(f *office, d *Delivery) { f.must(f.Withdraw("A0001", "有误", "ban", f.now, f.rules)) }, by: liaison, state: Forwarded, asked: true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			f, d := handed(t)
			if d.State != Handed || f.Asked(d.Session) {
				t.Fatalf("handed: %s, asked %t", d.State, f.Asked(d.Session))
			}
			if c.prepare != nil {
				c.prepare(f, d)
			}
			_, out, err := f.Forward(c.id, c.declined, c.by, c.why)
			if c.refuse != "" {
				refused(t, c.rule, err, c.refuse)
			} else {
				f.must(out, err)
			}
			if d.State != c.state || f.Asked(d.Session) != c.asked {
				t.Errorf("delivery = %s, asked %t, want %s, %t", d.State, f.Asked(d.Session), c.state, c.asked)
			}
			if declined := f.Declined(noon.Add(-time.Hour)); (len(declined) == 1) != (c.state == Rejected) {
				t.Errorf("declined: %v", declined)
			}
			if c.state == Rejected && (d.Remark != c.why || d.Reason != "联络员不转发") {
				t.Errorf("reason %q, remark %q", d.Reason, d.Remark)
			}
		})
	}
}

func (f *office) forward(d *Delivery) {
	f.t.Helper()
	_, out, err := f.Forward(d.ID, false, liaison, "")
	f.must(out, err)
}

func TestOverdueIsRemindedOfOnce(t *testing.T) {
	f, d := handed(t)
	persons := func(u bot.UnitID) []bot.PersonID { return []bot.PersonID{"wang", "zhao"} }
	remind := func() string {
		out := f.Remind(persons, f.now, f.rules)
		f.apply(out...)
		var said []string
		for _, p := range out {
			n := p.(*bot.DeliveryPlanned)
			said = append(said, fmt.Sprintf("%s %s %s", n.Delivery, n.About, n.Private.Person))
		}
		return fmt.Sprint(said)
	}
	f.now = noon.Add(24*time.Hour - 1)
	if got := remind(); got != "[]" || d.Overdue(f.now, f.rules) {
		t.Errorf("before its time: %s", got)
	}
	f.now = noon.Add(24 * time.Hour)
	if got := remind(); got != "[N000001 D000001 wang N000002 D000001 zhao]" || !d.Overdue(f.now, f.rules) {
		t.Errorf("overdue: %s", got)
	}
	f.now = noon.Add(240 * time.Hour)
	if got := remind(); got != "[]" {
		t.Errorf("again: %s", got)
	}
	f.forward(d)
	if d.Overdue(f.now, f.rules) || len(f.Errands("")) != 0 {
		t.Error("forwarded, but still overdue")
	}
}

func TestEveryPartIsHandedBeforeItCounts(t *testing.T) {
	f := newOffice(t)
	d := f.pushed(content(), 1).Deliveries[0]
	parts := []bot.Message{bot.Errand{Text: "1"}, bot.Errand{Text: "2"}}
	for _, want := range []State{Planned, Handed} {
		f.must(f.Intend(d.ID, Handover{Channel: bot.ViaForward, Parts: parts, Window: window}, f.now, f.rules))
		f.apply(f.Answer(d.ID, d.Attempts, Reply{Err: &bot.SendError{Outcome: bot.Handed}}, f.now, f.rules)...)
		if d.State != want {
			t.Errorf("after part %d: %s, want %s", d.Part, d.State, want)
		}
	}
}
