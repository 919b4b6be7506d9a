package push

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

// noon is when the tests begin: a Monday, outside quiet hours.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, bot.Zone)

// rules are those of the tests, unless they say otherwise.
func rules() Rules {
	return Rules{
		FourEyes: true, Quiet: bot.QuietHours{From: 21 * time.Hour, To: 8 * time.Hour},
		OnTime: 72 * time.Hour, Late: 48 * time.Hour,
	}
}

func content() bot.Content {
	return bot.Content{
		Category: "诈骗预警", Topic: "刷单返利", Technique: "先返小利，再要大额垫资。", Countermeasures: "刷单就是诈骗，不垫资。",
		Source: "县公安局", SourceOn: "2026-11-20",
	}
}

// An office applies what it decides to an outbox, at a time of its own.
type office struct {
	*Outbox
	t     *testing.T
	now   time.Time
	rules Rules
	// applied is what it has decided so far.
	applied []bot.Payload
}

func newOffice(t *testing.T) *office { return &office{Outbox: New(), t: t, now: noon, rules: rules()} }

func (f *office) apply(out ...bot.Payload) {
	for _, p := range out {
		f.Apply(f.now, p)
	}
	f.applied = append(f.applied, out...)
}

// must applies out and fails the test on a refusal.
func (f *office) must(out []bot.Payload, err error) []bot.Payload {
	f.t.Helper()
	if err != nil {
		f.t.Fatalf("refused: %v", err)
	}
	f.apply(out...)
	return out
}

func (f *office) draft(c bot.Content) *Alert {
	f.t.Helper()
	id, out, err := f.Draft("", c, "lin", "")
	f.must(out, err)
	return f.Alert(id)
}

// approved brings a new alert through verification and approval.
func (f *office) approved(c bot.Content) *Alert {
	f.t.Helper()
	a := f.draft(c)
	f.must(f.Verify(a.ID, a.Hash, "shi", f.rules))
	f.must(f.Approve(a.ID, a.Hash, c.Urgent, "ban", f.rules))
	return a
}

// pushed plans and releases a new alert to n groups and returns the push.
func (f *office) pushed(c bot.Content, n int) *Push {
	f.t.Helper()
	a := f.approved(c)
	f.must(f.Plan(a.ID, f.now, "ban", "", f.rules))
	f.apply(f.Release(targets(n), f.now, f.rules)...)
	return f.Push(a.Push)
}

// targets are n groups of n units; the units have the tags 学校 and 银行 by turns.
func targets(n int) []Target {
	var out []Target
	for i := range n {
		out = append(out, Target{
			Group: bot.GroupID(fmt.Sprintf("g%04d", i+1)),
			Unit:  bot.Unit{ID: bot.UnitID(fmt.Sprintf("u%d", i+1)), Tags: []string{[]string{"学校", "银行"}[i%2]}},
		})
	}
	return out
}

// limits are those of a WeCom card.
var limits = bot.Limits{TitleRunes: 26, DescRunes: 30, BodyRunes: 112, FieldNameRunes: 5, FieldValueRunes: 26, Fields: 6, MarkdownBytes: 20480}

// window is the session's, far enough away not to matter.
var window = Window{DueAt: noon.Add(72 * time.Hour), EndsAt: noon.Add(120 * time.Hour)}

func (f *office) intend(d *Delivery) ([]bot.Payload, error) {
	return f.Intend(d.ID, Handover{Channel: "aibot", Parts: Compose(d, window, limits), Window: window}, f.now, f.rules)
}

// send writes an intent and its answer.
func (f *office) send(d *Delivery, answer *bot.SendError) {
	f.t.Helper()
	f.must(f.intend(d))
	f.apply(f.Answer(d.ID, d.Attempts, Reply{Err: answer}, f.now, f.rules)...)
}

// refused fails the test unless err is a refusal with these words.
func refused(t *testing.T, rule string, err error, words string) {
	t.Helper()
	if text, ok := bot.RefusalText(err); !ok || !strings.Contains(text, words) {
		t.Errorf("%s: got %v, want a refusal with “%s”", rule, err, words)
	}
}
