package push

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

// together pushes alerts about these topics at once to one group; one that begins
// with a star is urgent.
func (f *office) together(topics ...string) []*Delivery {
	f.t.Helper()
	for _, topic := range topics {
		c := content()
		c.Topic, c.Urgent = strings.TrimPrefix(topic, "*"), topic[0] == '*'
		a := f.approved(c)
		f.must(f.Plan(a.ID, f.now, "ban", "", f.rules))
	}
	before := len(f.Deliveries())
	f.apply(f.Release(targets(1), f.now, f.rules)...)
	return f.Deliveries()[before:]
}

func carried(d *Delivery) string {
	var topics []string
	for _, p := range d.pushes() {
		topics = append(topics, p.Content.Topic)
	}
	return strings.Join(topics, "、")
}

func TestAlertsDueAtOnceAreOneMessage(t *testing.T) {
	for _, c := range []struct {
		rule   string
		topics []string
		want   []string
	}{
		{"one", []string{"甲"}, []string{"甲"}},
		{"three", []string{"甲", "乙", "丙"}, []string{"甲、乙、丙"}},
		{"an urgent one goes by itself, and first", []string{"甲", "*乙", "丙"}, []string{"乙", "甲、丙"}},
		{"six are enough", strings.Split("1234567", ""), []string{"1、2、3、4、5、6", "7"}},
	} {
		f := newOffice(t)
		var got []string
		for _, d := range f.together(c.topics...) {
			got = append(got, carried(d))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.rule, diff)
		}
	}
}

func TestADigestCountsOnceAndHasOneSession(t *testing.T) {
	f := newOffice(t)
	f.rules.PerMonth = 1
	a := f.approved(content())
	b := f.approved(content())
	f.must(f.Plan(a.ID, noon, "ban", "", f.rules))
	f.must(f.Plan(b.ID, noon, "ban", "", f.rules))
	out := f.Release(targets(1), noon, f.rules)
	f.apply(out...)
	if len(out) != 2 || out[1].(*bot.SessionOpened).Title != "刷单返利等2条" {
		t.Errorf("Release = %v, want one delivery and one session", out)
	}
	if d := f.Deliveries()[0]; d.State != Planned || len(f.Push(a.Push).Deliveries) != 1 || len(f.Push(b.Push).Deliveries) != 1 {
		t.Errorf("delivery = %+v, want it planned, and known to both pushes", d)
	}
	if d := f.pushed(content(), 1).Deliveries[0]; d.State != Rejected {
		t.Errorf("the next one = %s, want the month full", d.State)
	}
}

func TestADigestLosesWhatIsWithdrawn(t *testing.T) {
	f := newOffice(t)
	d := f.together("甲", "乙", "丙")[0]
	withdraw := func(i int) { f.must(f.Withdraw(bot.AlertID(fmt.Sprintf("A%04d", i)), "有误", "ban", f.now, f.rules)) }
	withdraw(1)
	if carried(d) != "乙、丙" || d.State != Planned || len(f.Push("P0001").Deliveries) != 0 {
		t.Errorf("after the first: %s, %s", carried(d), d.State)
	}
	f.must(f.intend(d))
	withdraw(2)
	if d.State != InFlight {
		t.Fatalf("in flight: %s", d.State)
	}
	f.apply(f.Answer(d.ID, 1, Reply{Err: &bot.SendError{Outcome: bot.RetryLater}}, f.now, f.rules)...)
	if carried(d) != "丙" || d.State != Retry {
		t.Errorf("after the second: %s, %s", carried(d), d.State)
	}
	withdraw(3)
	if d.State != Dropped {
		t.Errorf("after all: %s", d.State)
	}
}

func TestADigestIsWhatWasApproved(t *testing.T) {
	for i := range 3 {
		f := newOffice(t)
		d := f.together("甲", "乙", "丙")[0]
		d.pushes()[i].Content.Technique = "别的"
		f.must(f.intend(d))
		if d.State != Rejected || !strings.Contains(d.Reason, "不一致") {
			t.Errorf("alert %d was changed: %s %s", i, d.State, d.Reason)
		}
	}
}
