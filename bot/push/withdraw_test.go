package push

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

// corrected lists the corrections among payloads, by what they put right.
func corrected(out []bot.Payload) string {
	var about []string
	for _, p := range out {
		if d, ok := p.(*bot.DeliveryPlanned); ok && d.Purpose == bot.ForCorrection {
			about = append(about, fmt.Sprintf("%s about %s", d.Delivery, d.About))
		}
	}
	return fmt.Sprint(about)
}

func TestWithdrawPutsRightWhatIsOut(t *testing.T) {
	f := newOffice(t)
	p := f.pushed(longContent(), 7)
	sent, half, unknown, waiting, rejected, flying, taken := p.Deliveries[0], p.Deliveries[1], p.Deliveries[2], p.Deliveries[3], p.Deliveries[4], p.Deliveries[5], p.Deliveries[6]
	f.send(sent, nil)
	f.send(sent, nil)
	f.send(half, nil)
	f.send(unknown, &bot.SendError{Outcome: bot.Unknown})
	f.send(rejected, &bot.SendError{Outcome: bot.Rejected})
	f.must(f.intend(flying))
	for range 2 {
		f.must(f.intend(taken))
		f.apply(f.Answer(taken.ID, taken.Attempts, Reply{Ref: fmt.Sprintf("ref%d", taken.Attempts)}, f.now, f.rules)...)
	}
	out := f.must(f.Withdraw("A0001", "涉及某某人", "ban", f.now, f.rules))
	if got, want := corrected(out), "[X000001 about D000001 X000002 about D000002 X000003 about D000003]"; got != want {
		t.Errorf("corrections %s, want %s", got, want)
	}
	x := f.Delivery("X000001")
	for _, words := range []string{"《刷单返利》", "A0001", "撤回", "更正说明"} {
		if !strings.Contains(x.Text, words) {
			t.Errorf("the correction lacks %s: %s", words, x.Text)
		}
	}
	if strings.Contains(x.Text, "某某人") {
		t.Errorf("the correction has words that nobody approved: %s", x.Text)
	}
	if half.State != Dropped || waiting.State != Dropped || rejected.State != Rejected {
		t.Errorf("half out: %s, waiting: %s, rejected: %s", half.State, waiting.State, rejected.State)
	}
	out = f.Answer(flying.ID, 1, Reply{}, f.now, f.rules)
	f.apply(out...)
	if corrected(out) != "[X000004 about D000006]" || flying.State != Dropped {
		t.Errorf("in flight: %s, %s", corrected(out), flying.State)
	}
	if due, _ := f.Recalls(f.now); len(due) != 1 || due[0] != taken {
		t.Errorf("Recalls = %v, want the one that can be taken back", due)
	}
	f.now = at(22, 0)
	if due, next := f.Due(f.now, f.rules); due != nil || !next.Equal(at(8, 0).Add(day24)) {
		t.Errorf("at night: Due = %v, %v, want corrections in the morning", due, next)
	}
	if _, err := f.Withdraw("A0001", " ", "ban", f.now, f.rules); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

// sentWithRefs returns an office with one delivery of two parts that can be taken
// back.
func sentWithRefs(t *testing.T) (*office, *Delivery) {
	f := newOffice(t)
	d := f.pushed(longContent(), 1).Deliveries[0]
	for range 2 {
		f.must(f.intend(d))
		f.apply(f.Answer(d.ID, d.Attempts, Reply{Ref: fmt.Sprintf("ref%d", d.Attempts)}, f.now, f.rules)...)
	}
	f.must(f.Withdraw("A0001", "有误", "ban", f.now, f.rules))
	return f, d
}

func TestRecall(t *testing.T) {
	later, rejected, lost := &bot.SendError{Outcome: bot.RetryLater}, &bot.SendError{Outcome: bot.Rejected, Code: 60011}, &bot.SendError{Outcome: bot.Unknown}
	for _, c := range []struct {
		rule    string
		answers []*bot.SendError
		state   State
		refs    string
		correct string
	}{
		{"both parts", []*bot.SendError{nil, nil}, Recalled, "[ref1 ref2]", "[]"},
		{"later", []*bot.SendError{later, nil, nil}, Recalled, "[ref1 ref1 ref2]", "[]"},
		{"too late for the second", []*bot.SendError{nil, rejected}, Sent, "[ref1 ref2]", "[X000001 about D000001]"},
		{"the answer was lost", []*bot.SendError{lost}, Sent, "[ref1]", "[X000001 about D000001]"},
		{"never", []*bot.SendError{later, later, later, later, later, later}, Sent, "[ref1 ref1 ref1 ref1 ref1 ref1]", "[X000001 about D000001]"},
	} {
		f, d := sentWithRefs(t)
		var refs []string
		var out []bot.Payload
		for _, a := range c.answers {
			asked, err := f.IntendRecall(d.ID)
			if err != nil {
				t.Fatalf("%s: %v", c.rule, err)
			}
			f.apply(asked)
			if due, _ := f.Recalls(f.now.Add(time.Hour)); due != nil {
				t.Errorf("%s: asked twice at a time", c.rule)
			}
			refs = append(refs, asked.Ref)
			answered := f.AnswerRecall(d.ID, asked.Attempt, a, f.now, f.rules)
			f.apply(answered...)
			out = append(out, answered...)
			if a == later && !d.recall.failed {
				if _, next := f.Recalls(f.now); !next.Equal(f.now.Add(recallPause)) {
					t.Errorf("%s: next at %v", c.rule, next)
				}
			}
		}
		if d.State != c.state || fmt.Sprint(refs) != c.refs || corrected(out) != c.correct {
			t.Errorf("%s: %s, asked for %v, corrections %s; want %s, %s, %s", c.rule, d.State, refs, corrected(out), c.state, c.refs, c.correct)
		}
		if _, err := f.IntendRecall(d.ID); err == nil {
			t.Errorf("%s: it would ask again", c.rule)
		}
	}
}

func TestARecallThatACrashCutShortIsUnknown(t *testing.T) {
	f, d := sentWithRefs(t)
	asked, err := f.IntendRecall(d.ID)
	f.must([]bot.Payload{asked}, err)
	out := f.Recover(f.now, f.rules)
	f.apply(out...)
	if len(out) != 2 || out[0].(*bot.RecallAnswered).Outcome != bot.Unknown || corrected(out) != "[X000001 about D000001]" {
		t.Errorf("Recover = %v, want it unknown and put right", out)
	}
}

func TestADigestIsPutRightNotTakenBack(t *testing.T) {
	f := newOffice(t)
	d := f.together("甲", "乙")[0]
	for i := range 2 {
		f.must(f.intend(d))
		f.apply(f.Answer(d.ID, i+1, Reply{Ref: "ref"}, f.now, f.rules)...)
	}
	if d.State != Sent {
		t.Fatal(d.State)
	}
	if out := f.must(f.Withdraw("A0001", "有误", "ban", f.now, f.rules)); corrected(out) != "[X000001 about D000001]" {
		t.Errorf("one of two: %s", corrected(out))
	}
	if due, _ := f.Recalls(f.now); due != nil {
		t.Error("the other alert would be taken back too")
	}
	if out := f.must(f.Withdraw("A0002", "有误", "ban", f.now, f.rules)); corrected(out) != "[]" {
		t.Errorf("both: %s", corrected(out))
	}
	if due, _ := f.Recalls(f.now); len(due) != 1 {
		t.Error("all of it is withdrawn, but it is not taken back")
	}
}

func TestStopSending(t *testing.T) {
	f := newOffice(t)
	urgent := content()
	urgent.Urgent = true
	d := f.pushed(urgent, 2).Deliveries
	f.must(f.intend(d[0]))
	f.apply(f.StopSending("先停", "ban")...)
	if f.StopSending("", "ban") != nil || f.Stopped().Reason != "先停" || !f.Stopped().At.Equal(noon) {
		t.Errorf("stopped = %+v", f.Stopped())
	}
	_, err := f.intend(d[1])
	refused(t, "an intent while stopped", err, "停发")
	if held := f.Held([]bot.DeliveryID{d[0].ID}); len(held) != 1 {
		t.Error("what is under way is not called off")
	}
	f.must(f.ResumeSending("ban"))
	_, err = f.ResumeSending("ban")
	refused(t, "resuming twice", err, "没有停发")
	f.must(f.intend(d[1]))
	if held := f.Held([]bot.DeliveryID{d[1].ID, "D9"}); held != nil {
		t.Errorf("Held = %v", held)
	}
}
