package push

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

const day24 = 24 * time.Hour

func at(hour, minute int) time.Time { return time.Date(2026, 11, 23, hour, minute, 0, 0, bot.Zone) }

func TestPlanKeepsQuietHours(t *testing.T) {
	for _, c := range []struct {
		rule      string
		urgent    bool
		due, want time.Time
	}{
		{"by day, at once", false, at(15, 0), at(15, 0)},
		{"in the evening, next morning", false, at(21, 0), at(8, 0).Add(day24)},
		{"before dawn, the same morning", false, at(7, 59), at(8, 0)},
		{"urgent, at once", true, at(23, 0), at(23, 0)},
	} {
		f := newOffice(t)
		text := content()
		text.Urgent = c.urgent
		a := f.approved(text)
		out := f.must(f.Plan(a.ID, c.due, "ban", "", f.rules))
		if got := out[0].(*bot.PushPlanned); !got.DueAt.Equal(c.want) || got.Hash != a.Hash {
			t.Errorf("%s: planned %v of %s, want %v", c.rule, got.DueAt, got.Hash, c.want)
		}
	}
}

func TestPlanNextTakesTheFirstApproved(t *testing.T) {
	f := newOffice(t)
	if out, err := f.PlanNext(noon, "push", f.rules); out != nil || err != nil {
		t.Errorf("nothing waits: PlanNext = %v, %v", out, err)
	}
	first, second := f.draft(content()), f.draft(content())
	f.must(f.Verify(second.ID, second.Hash, "shi", f.rules))
	f.must(f.Approve(second.ID, second.Hash, false, "ban", f.rules))
	f.now = f.now.Add(time.Minute)
	f.must(f.Verify(first.ID, first.Hash, "shi", f.rules))
	f.must(f.Approve(first.ID, first.Hash, false, "ban", f.rules))
	for _, want := range []*Alert{second, first} {
		out := f.must(f.PlanNext(f.now, "push", f.rules))
		if p := out[0].(*bot.PushPlanned); p.Alert != want.ID || p.Job != "push" || p.By != "" {
			t.Errorf("PlanNext = %+v, want %s by the job", p, want.ID)
		}
	}
	if out, _ := f.PlanNext(f.now, "push", f.rules); out != nil {
		t.Errorf("all pushed: PlanNext = %v", out)
	}
}

func TestRelease(t *testing.T) {
	f := newOffice(t)
	text := content()
	text.Audience = []string{"学校"}
	a := f.approved(text)
	f.must(f.Plan(a.ID, noon.Add(time.Hour), "ban", "", f.rules))
	groups := targets(5)
	groups[2].Disabled = true
	if out := f.Release(groups, noon.Add(time.Hour-1), f.rules); out != nil {
		t.Errorf("before its time: Release = %v", out)
	}
	f.now = noon.Add(time.Hour)
	out := f.Release(groups, f.now, f.rules)
	f.apply(out...)
	var got []string
	for _, p := range out {
		switch p := p.(type) {
		case *bot.DeliveryPlanned:
			got = append(got, fmt.Sprintf("%s to %s of %s, %s", p.Delivery, p.Group, p.Unit, p.Session))
		case *bot.SessionOpened:
			got = append(got, fmt.Sprintf("%s %s %s until %v, %v", p.Session, p.Group, p.Title, p.DueAt.Sub(f.now), p.EndsAt.Sub(f.now)))
		}
	}
	want := []string{ // g0003 is disabled, the others are banks
		"D000001 to g0001 of u1, S000001", "S000001 g0001 刷单返利 until 72h0m0s, 120h0m0s",
		"D000002 to g0005 of u5, S000002", "S000002 g0005 刷单返利 until 72h0m0s, 120h0m0s",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Release (-want +got):\n%s", diff)
	}
	if out := f.Release(groups, f.now.Add(time.Hour), f.rules); out != nil {
		t.Errorf("released before: Release = %v", out)
	}
}

func TestReleaseWaitsForAGroupAWeek(t *testing.T) {
	f := newOffice(t)
	f.pushed(content(), 0)
	for _, c := range []struct {
		rule  string
		after time.Duration
		want  int
	}{{"a week later", 7 * day24, 2}, {"longer", 7*day24 + 1, 0}} {
		if out := f.Release(targets(1), noon.Add(c.after), f.rules); len(out) != c.want {
			t.Errorf("%s: Release = %d entries, want %d", c.rule, len(out), c.want)
		}
	}
}

func TestReleaseNothingWithdrawn(t *testing.T) {
	f := newOffice(t)
	p := f.pushed(content(), 0)
	f.must(f.Withdraw(p.Alert.ID, "有误", "ban", f.now, f.rules))
	if out := f.Release(targets(1), noon, f.rules); out != nil {
		t.Errorf("Release = %v, want nothing", out)
	}
}

func TestMonthlyLimit(t *testing.T) {
	f := newOffice(t)
	f.rules.PerMonth = 2
	f.pushed(content(), 1)
	f.pushed(content(), 1)
	full := f.pushed(content(), 1).Deliveries[0]
	if full.State != Rejected || full.Session != "" || full.Reason != "本群本月的消息已达上限（2 条）" {
		t.Errorf("the third = %+v, want it rejected without a session", full)
	}
	urgent := content()
	urgent.Urgent = true
	if d := f.pushed(urgent, 1).Deliveries[0]; d.State != Planned || d.Note != "本群本月的消息已达上限（2 条），因经审批的紧急预警照发" {
		t.Errorf("an urgent one = %s (%s), want it planned, and why", d.State, d.Note)
	}
	for _, d := range f.Pending(Planned) {
		f.send(d, nil)
	}
	f.now = time.Date(2026, 12, 1, 8, 0, 0, 0, bot.Zone)
	if d := f.pushed(content(), 1).Deliveries[0]; d.State != Planned {
		t.Errorf("next month = %s, want planned", d.State)
	}
}

// summary plans the summary of a session of the first group.
func (f *office) summary(id bot.DeliveryID) *Delivery {
	f.apply(&bot.DeliveryPlanned{Delivery: id, Purpose: bot.ForSummary, Group: "g0001", Unit: "u1", Text: "小结", DueAt: f.now})
	return f.Delivery(id)
}

func TestMonthlyLimitHoldsForSummaries(t *testing.T) {
	f := newOffice(t)
	f.rules.PerMonth = 2
	card := f.pushed(content(), 1).Deliveries[0]
	f.send(card, nil)
	first, second := f.summary("Z000001"), f.summary("Z000002")
	f.must(f.intend(first))
	f.must(f.intend(second))
	if first.State != InFlight || second.State != Rejected || second.Reason != "本群本月的消息已达上限（2 条）" {
		t.Errorf("summaries are %s and %s (%s), want the second rejected", first.State, second.State, second.Reason)
	}
	f.apply(f.Answer(first.ID, 1, Reply{Err: &bot.SendError{Outcome: bot.RetryLater}}, f.now, f.rules)...)
	f.now = f.now.Add(time.Hour)
	f.must(f.intend(first))
	if first.State != InFlight {
		t.Errorf("tried again, a summary is %s (%s): it counts once", first.State, first.Reason)
	}
}

// A message counts for the month in which the group reads it.
func TestMonthlyLimitIsOfTheMonthItIsSentIn(t *testing.T) {
	f := newOffice(t)
	f.rules.PerMonth = 1
	f.now = time.Date(2026, 11, 30, 20, 0, 0, 0, bot.Zone)
	f.send(f.pushed(content(), 1).Deliveries[0], nil)
	f.now = time.Date(2026, 11, 30, 23, 0, 0, 0, bot.Zone)
	late, later := f.summary("Z000001"), f.summary("Z000002")
	f.now = time.Date(2026, 12, 1, 8, 0, 0, 0, bot.Zone)
	f.send(late, nil)
	f.must(f.intend(later))
	if late.State != Sent || later.State != Rejected {
		t.Errorf("put off to December: %s and %s, want one sent", late.State, later.State)
	}
	if d := f.pushed(content(), 1).Deliveries[0]; d.State != Rejected {
		t.Errorf("an alert of December = %s, want the month full", d.State)
	}
}

func TestMonthlyLimitDoesNotHoldBackCorrections(t *testing.T) {
	f := newOffice(t)
	f.rules.PerMonth = 1
	p := f.pushed(content(), 1)
	f.send(p.Deliveries[0], nil)
	f.must(f.Withdraw(p.Alert.ID, "有误", "ban", f.now, f.rules))
	d := f.Delivery("X000001")
	if f.send(d, nil); d.State != Sent || d.Note != "本群本月的消息已达上限（1 条），因是撤回预警的更正说明照发" {
		t.Errorf("the correction = %s (%s), want it sent, and why", d.State, d.Note)
	}
}

func TestMonthlyLimitCountsWhatWentOut(t *testing.T) {
	f := newOffice(t)
	f.rules.PerMonth = 2
	p := f.pushed(content(), 1)
	f.must(f.Withdraw(p.Alert.ID, "有误", "ban", f.now, f.rules)) // never began: does not count
	a, b, c := f.approved(content()), f.approved(content()), f.approved(content())
	for _, x := range []*Alert{a, b, c} {
		f.must(f.Plan(x.ID, noon, "ban", "", f.rules))
		f.apply(f.Release(targets(1), noon, f.rules)...)
	}
	var got []State
	for _, d := range f.Deliveries() {
		got = append(got, d.State)
	}
	if diff := cmp.Diff([]State{Dropped, Planned, Planned, Rejected}, got); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
}

func TestIntend(t *testing.T) {
	for _, c := range []struct {
		rule    string
		urgent  bool
		prepare func(f *office, d *Delivery)
		refuse  string // words of the refusal
		ends    string // words of the reason for which it is given up
	}{
		{rule: "waits for nothing"},
		{rule: "quiet hours have begun", prepare: func(f *office, _ *Delivery) { f.now = at(21, 0) }, refuse: "未到可发的时候"},
		{rule: "quiet hours do not hold up what is urgent", urgent: true, prepare: func(f *office, _ *Delivery) { f.now = at(23, 0) }},
		{rule: "before its time", prepare: func(f *office, d *Delivery) { d.DueAt = f.now.Add(1) }, refuse: "未到可发的时候"},
		{rule: "in flight", prepare: func(f *office, d *Delivery) { f.must(f.intend(d)) }, refuse: "发送中"},
		{rule: "sent", prepare: func(f *office, d *Delivery) { f.send(d, nil) }, refuse: "已送达"},
		{rule: "rejected", prepare: func(f *office, d *Delivery) { f.send(d, &bot.SendError{Outcome: bot.Rejected}) }, refuse: "被拒绝"},
		{rule: "unknown", prepare: func(f *office, d *Delivery) { f.send(d, &bot.SendError{Outcome: bot.Unknown}) }, refuse: "未知"},
		{rule: "withdrawn", prepare: func(f *office, d *Delivery) { f.must(f.Withdraw(d.Push.Alert.ID, "有误", "ban", f.now, f.rules)) }, refuse: "已撤回"},
		{rule: "to be tried later", prepare: func(f *office, d *Delivery) { f.send(d, &bot.SendError{Outcome: bot.RetryLater}) }, refuse: "待重试"},
		{rule: "the time to try again has come", prepare: func(f *office, d *Delivery) {
			f.send(d, &bot.SendError{Outcome: bot.RetryLater})
			f.now = d.RetryAt
		}},
		{rule: "withdrawn in an entry that it missed", prepare: func(_ *office, d *Delivery) { d.Push.Alert.State = bot.Withdrawn }, ends: "不一致或已撤回"},
		{rule: "not what was approved", prepare: func(_ *office, d *Delivery) { d.Push.Content.Topic = "别的" }, ends: "不一致"},
		{rule: "of another version", prepare: func(_ *office, d *Delivery) { d.Push.Hash = "beef" }, ends: "不一致"},
		{rule: "never approved", prepare: func(_ *office, d *Delivery) { d.Push.Alert.Approver = "" }, ends: "不一致"},
		{rule: "its session has ended", prepare: func(f *office, d *Delivery) { f.now = window.EndsAt.Add(1) }, ends: "已经截止"},
		{rule: "begun in more parts than there are", prepare: func(_ *office, d *Delivery) { d.Part, d.Parts = 1, 2 }, ends: "分条"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			f := newOffice(t)
			text := content()
			text.Urgent = c.urgent
			d := f.pushed(text, 1).Deliveries[0]
			if c.prepare != nil {
				c.prepare(f, d)
			}
			attempts := d.Attempts
			out, err := f.intend(d)
			switch {
			case c.refuse != "":
				refused(t, c.rule, err, c.refuse)
			case c.ends != "":
				f.must(out, err)
				if d.State != Rejected || d.Attempts != attempts {
					t.Errorf("delivery = %s after %d attempts, want it given up", d.State, d.Attempts)
				}
				refused(t, c.rule, bot.Refuse(d.Reason, ""), c.ends)
			default:
				f.must(out, err)
				if d.State != InFlight || d.Attempts != attempts+1 {
					t.Errorf("delivery = %s after %d attempts, want it in flight", d.State, d.Attempts)
				}
			}
		})
	}
	f := newOffice(t)
	_, err := f.Intend("D9", Handover{Window: window}, noon, f.rules)
	refused(t, "no such delivery", err, "D9")
	d := f.pushed(content(), 1).Deliveries[0]
	out, err := f.Intend(d.ID, Handover{}, noon, f.rules)
	f.must(out, err)
	if d.State != Rejected || d.Reason != "不知道要发到哪里" {
		t.Errorf("nowhere to go: %s %s", d.State, d.Reason)
	}
}

func TestAnswer(t *testing.T) {
	for _, c := range []struct {
		rule  string
		err   *bot.SendError
		state State
		retry time.Duration
	}{
		{"confirmed", nil, Sent, 0},
		{"refused for good", &bot.SendError{Outcome: bot.Rejected, Code: 93006, Reason: "不在群里"}, Rejected, 0},
		{"answer lost", &bot.SendError{Outcome: bot.Unknown}, Unknown, 0},
		{"the channel says nothing of use", &bot.SendError{}, Unknown, 0},
		{"nor that an error is a success", &bot.SendError{Outcome: bot.Sent}, Unknown, 0},
		{"later", &bot.SendError{Outcome: bot.RetryLater}, Retry, 5 * time.Second},
		{"later, as the platform says", &bot.SendError{Outcome: bot.RetryLater, After: time.Minute}, Retry, time.Minute},
		{"but not sooner than our own patience", &bot.SendError{Outcome: bot.RetryLater, After: time.Second}, Retry, 5 * time.Second},
	} {
		f := newOffice(t)
		d := f.pushed(content(), 1).Deliveries[0]
		f.send(d, c.err)
		if d.State != c.state {
			t.Errorf("%s: state = %s, want %s", c.rule, d.State, c.state)
		}
		if c.retry > 0 && !d.RetryAt.Equal(noon.Add(c.retry)) {
			t.Errorf("%s: retry at %v, want after %v", c.rule, d.RetryAt, c.retry)
		}
		if out := f.Answer(d.ID, 1, Reply{}, noon, f.rules); out != nil {
			t.Errorf("%s: a second answer = %v, want nothing", c.rule, out)
		}
	}
	f := newOffice(t)
	d := f.pushed(content(), 1).Deliveries[0]
	f.must(f.intend(d))
	if f.Answer(d.ID, 2, Reply{}, noon, f.rules) != nil || f.Answer("D9", 1, Reply{}, noon, f.rules) != nil {
		t.Error("the answer to another attempt was taken")
	}
}

func TestBackoff(t *testing.T) {
	var got []time.Duration
	for _, n := range []int{0, 1, 2, 6, 7, 8, 1000} {
		got = append(got, backoff(n)/time.Second)
	}
	if diff := cmp.Diff([]time.Duration{5, 10, 20, 320, 600, 600, 600}, got); diff != "" {
		t.Errorf("backoff in seconds (-want +got):\n%s", diff)
	}
}

// How often something went wrong in other ways is no reason to wait.
func TestBackoffCountsWhatFailsInARow(t *testing.T) {
	f := newOffice(t)
	d := f.pushed(content(), 1).Deliveries[0]
	for range 9 {
		f.must(f.intend(d))
		f.apply(f.Recover(f.now, f.rules)...)
		f.must(f.Resolve(d.ID, false, "OP1"))
	}
	for _, want := range []time.Duration{5, 10, 20} {
		f.send(d, &bot.SendError{Outcome: bot.RetryLater})
		if got := d.RetryAt.Sub(f.now); got != want*time.Second {
			t.Errorf("it is tried again after %v, want %v s", got, want)
		}
		f.now = d.RetryAt
	}
}

func TestRecoverMakesUnknown(t *testing.T) {
	f := newOffice(t)
	p := f.pushed(content(), 4)
	f.must(f.intend(p.Deliveries[0]))
	f.send(p.Deliveries[1], nil)
	f.send(p.Deliveries[2], &bot.SendError{Outcome: bot.RetryLater})
	f.apply(f.Recover(f.now, f.rules)...)
	var got []State
	for _, d := range p.Deliveries {
		got = append(got, d.State)
	}
	if diff := cmp.Diff([]State{Unknown, Sent, Retry, Planned}, got); diff != "" {
		t.Errorf("after Recover (-want +got):\n%s", diff)
	}
	f.now = f.now.Add(100 * day24)
	for _, d := range first(f.Due(f.now, f.rules)) {
		if d == p.Deliveries[0] {
			t.Error("an unknown delivery is due by itself")
		}
	}
}

func first[A, B any](a A, _ B) A { return a }

func TestResolve(t *testing.T) {
	f := newOffice(t)
	p := f.pushed(content(), 3)
	for _, d := range p.Deliveries {
		f.send(d, &bot.SendError{Outcome: bot.Unknown, Reason: "没有收到平台答复"})
	}
	seen, unseen, gone := p.Deliveries[0], p.Deliveries[1], p.Deliveries[2]
	f.must(f.Resolve(seen.ID, true, "ban"))
	f.must(f.Resolve(unseen.ID, false, "ban"))
	if seen.State != Sent || !seen.SentAt.Equal(noon) || seen.Reason != "人工确认已送达" {
		t.Errorf("seen = %s %s", seen.State, seen.Reason)
	}
	if due, _ := f.Due(noon, f.rules); len(due) != 1 || due[0] != unseen {
		t.Errorf("Due = %v, want the unseen one", due)
	}
	f.must(f.Withdraw(p.Alert.ID, "有误", "ban", f.now, f.rules))
	f.must(f.Resolve(gone.ID, false, "ban"))
	if gone.State != Dropped || unseen.State != Dropped || seen.State != Sent {
		t.Errorf("withdrawn: %s, %s, %s", gone.State, unseen.State, seen.State)
	}
	_, err := f.Resolve(seen.ID, true, "ban")
	refused(t, "settled", err, "不需要人工确认")
	_, err = f.Resolve("D9", true, "ban")
	refused(t, "no such delivery", err, "D9")
}

func TestPartsGoOneAfterAnother(t *testing.T) {
	f := newOffice(t)
	d := f.pushed(longContent(), 1).Deliveries[0]
	f.send(d, nil)
	if d.State != Planned || d.Part != 1 || d.Parts != 2 {
		t.Fatalf("after part 1: %s, part %d of %d", d.State, d.Part, d.Parts)
	}
	f.send(d, &bot.SendError{Outcome: bot.RetryLater})
	f.now = f.now.Add(time.Minute)
	f.send(d, nil)
	if d.State != Sent || d.Attempts != 3 {
		t.Errorf("after part 2: %s, %d attempts", d.State, d.Attempts)
	}
}

func TestDueOrderAndNext(t *testing.T) {
	f := newOffice(t)
	p := f.pushed(content(), 11)
	f.apply(&bot.DeliveryPlanned{Delivery: "Z000001", Purpose: bot.ForSummary, Group: "g0001", Unit: "u1", Text: "小结", DueAt: noon})
	f.send(p.Deliveries[4], &bot.SendError{Outcome: bot.RetryLater, After: time.Hour})
	f.send(p.Deliveries[5], &bot.SendError{Outcome: bot.RetryLater, After: time.Minute})
	var got []bot.DeliveryID
	due, next := f.Due(noon, f.rules)
	for _, d := range due {
		got = append(got, d.ID)
	}
	want := []bot.DeliveryID{"D000001", "D000002", "D000003", "D000004", "D000007", "D000008", "D000009", "D000010", "D000011", "Z000001"}
	if diff := cmp.Diff(want, got); diff != "" || !next.Equal(noon.Add(time.Minute)) {
		t.Errorf("Due: next %v (-want +got):\n%s", next, diff)
	}
	if due, next = f.Due(at(22, 0), f.rules); due != nil || !next.Equal(at(8, 0).Add(day24)) {
		t.Errorf("at night: Due = %v, next %v, want none before the morning", due, next)
	}
	if due, next := New().Due(noon, f.rules); due != nil || !next.IsZero() {
		t.Errorf("nothing: Due = %v, %v", due, next)
	}
}

func TestNotify(t *testing.T) {
	f := newOffice(t)
	people := []bot.PersonID{"wang", "zhao"}
	f.apply(f.Notify(people, "jiaoke", "请看", noon)...)
	if out := f.Notify(people, "jiaoke", "请看", noon.Add(11*time.Hour)); out != nil {
		t.Errorf("the same on one day: Notify = %v, want nothing", out)
	}
	if out := f.Notify(people, "jiaoke", "别的", noon); len(out) != 2 {
		t.Errorf("another text: Notify = %v, want both", out)
	}
	f.apply(f.Notify(people, "jiaoke", "请看", noon.Add(12*time.Hour))...)
	ids := make(map[bot.DeliveryID]bool)
	for _, d := range f.Deliveries() {
		ids[d.ID] = true
		if d.Person == "" || d.Text != "请看" || d.Group != "" {
			t.Errorf("notice = %+v", d)
		}
	}
	if len(ids) != 4 {
		t.Errorf("%d notices, want 4 with ids of their own", len(ids))
	}
}

func TestUnknownEntriesArePassedOver(t *testing.T) {
	o := New()
	for _, p := range []bot.Payload{
		&bot.AlertVerified{Alert: "A9"}, &bot.AlertApproved{Alert: "A9"}, &bot.PushPlanned{Push: "P9", Alert: "A9"},
		&bot.DeliveryIntended{Delivery: "D9"}, &bot.DeliveryAnswered{Delivery: "D9"}, &bot.DeliveryResolved{Delivery: "D9"},
		&bot.DeliveryPlanned{Delivery: "D1", Purpose: bot.ForAlert, Push: "P9", Group: "g1"}, &bot.ExportMade{},
	} {
		o.Apply(noon, p)
	}
	if len(o.Alerts())+len(o.Pushes()) != 0 || o.Push("P9") != nil || o.Alert("A9") != nil || o.Delivery("D1").Push != nil {
		t.Error("something came of entries about nothing")
	}
}

// Only answers with the same code, one after another, use up the tries.
func TestAFewTriesAreCountedByCode(t *testing.T) {
	f := newOffice(t)
	d := f.pushed(content(), 1).Deliveries[0]
	busy := &bot.SendError{Outcome: bot.RetryLater, Code: -1, Reason: "系统繁忙", Tries: 2}
	wait := &bot.SendError{Outcome: bot.RetryLater, Code: 45009, Reason: "发送过于频繁", After: time.Minute}
	for i, answer := range []*bot.SendError{busy, busy, wait, busy, busy, busy} {
		if d.State == Rejected {
			t.Fatalf("given up after %d answers", i)
		}
		f.send(d, answer)
		f.now = f.now.Add(15 * time.Minute)
	}
	if d.State != Rejected || d.Code != -1 || d.Reason != "系统繁忙，重试 2 次仍然如此" {
		t.Errorf("%s: %d %s", d.State, d.Code, d.Reason)
	}
}
