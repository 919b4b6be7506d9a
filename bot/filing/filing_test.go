package filing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, bot.Zone)

// A county is a view to which what was decided is applied.
type county struct {
	*View
	seq int64
}

func newCounty() *county { return &county{View: New()} }

func (c *county) add(at time.Time, out ...bot.Payload) {
	for _, p := range out {
		c.seq++
		c.Apply(c.seq, at, p)
	}
}

// file notes one filing of unit jiaoke by m1.
func (c *county) file(at time.Time, form bot.FilingForm, s bot.Standing, change ...func(*bot.Filed)) *Filing {
	f := bot.Filed{Form: form, Unit: "jiaoke", By: "m1", Standing: s, Facts: bot.Facts{Month: "2026-11"}, Private: bot.FilingText{Text: "原文"}}
	for _, c := range change {
		c(&f)
	}
	p := c.File(f)
	c.add(at, p)
	return c.Filing(p.Filing)
}

func ids(list []*Filing) string {
	var out []string
	for _, f := range list {
		out = append(out, f.No())
	}
	return strings.Join(out, " ")
}

var (
	liaison = Settler{Member: "m2", Unit: "jiaoke"}
	office  = Settler{Operator: "ban"}
)

func TestSettle(t *testing.T) {
	for _, c := range []struct {
		rule     string
		standing bot.Standing
		erased   bool
		by       Settler
		verdict  bot.Standing
		ok       bool
	}{
		{"the liaison accepts", bot.Waits, false, liaison, bot.Stands, true},
		{"the liaison refuses", bot.Waits, false, liaison, bot.Refused, true},
		{"what its writer was asked too", bot.Asked, false, liaison, bot.Stands, true},
		{"the office, for every unit", bot.Waits, false, office, bot.Stands, true},
		{"another unit's liaison does not even learn of it", bot.Waits, false, Settler{Member: "m9", Unit: "gongan"}, bot.Stands, false},
		{"what stands is not settled", bot.Stands, false, office, bot.Refused, false},
		{"what was refused is not settled again", bot.Refused, false, office, bot.Stands, false},
		{"nobody accepts what nobody can read", bot.Waits, true, office, bot.Stands, false},
		{"but it can be refused", bot.Waits, true, office, bot.Refused, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			v := newCounty()
			f := v.file(noon, bot.FilesProxy, c.standing, func(f *bot.Filed) {
				if c.erased {
					f.Private = bot.FilingText{}
				}
			})
			got, p, err := v.Settle(f.Filing, c.verdict, c.by, bot.Said{Text: "同意 1"})
			if (err == nil) != c.ok {
				t.Fatalf("Settle = %v, want ok %t", err, c.ok)
			}
			if !c.ok {
				if _, refused := bot.RefusalText(err); !refused {
					t.Errorf("Settle = %v, want a refusal", err)
				}
				return
			}
			want := &bot.FilingSettled{Filing: f.Filing, Unit: "jiaoke", Verdict: c.verdict, By: c.by.Member, Operator: c.by.Operator, Private: bot.Said{Text: "同意 1"}}
			if diff := cmp.Diff(bot.Payload(want), p); diff != "" || got != f {
				t.Errorf("Settle (-want +got):\n%s", diff)
			}
			v.add(noon.Add(time.Hour), p)
			if f.Standing != c.verdict || f.Waiting() || f.SettledBy != c.by.Member || !f.SettledAt.Equal(noon.Add(time.Hour)) {
				t.Errorf("filing = %+v, want it %s", f, c.verdict)
			}
		})
	}
	if _, _, err := newCounty().Settle("F000001", bot.Stands, office, bot.Said{}); err == nil {
		t.Error("Settle of nothing = nil, want a refusal")
	}
}

func TestVoid(t *testing.T) {
	v := newCounty()
	waits, stands := v.file(noon, bot.FilesHeadcount, bot.Waits), v.file(noon, bot.FilesHeadcount, bot.Stands)
	if _, err := v.Void(waits.Filing, office, bot.Said{}); err == nil {
		t.Error("Void of what does not count = nil, want a refusal")
	}
	if _, err := v.Void(stands.Filing, Settler{Member: "m9", Unit: "gongan"}, bot.Said{}); err == nil {
		t.Error("Void by another unit = nil, want a refusal")
	}
	p, err := v.Void(stands.Filing, liaison, bot.Said{Text: "报错了"})
	if err != nil {
		t.Fatal(err)
	}
	v.add(noon, p)
	if stands.Standing != bot.Voided || len(v.Standing("jiaoke", bot.FilesHeadcount, month(t))) != 0 {
		t.Errorf("filing = %s, want it voided", stands.Standing)
	}
	if _, err := v.Void(stands.Filing, liaison, bot.Said{}); err == nil {
		t.Error("Void twice = nil, want a refusal")
	}
}

func month(t *testing.T) bot.Month {
	t.Helper()
	m, err := bot.ParseMonth("2026-11")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestViews(t *testing.T) {
	v := newCounty()
	v.file(noon, bot.FilesHeadcount, bot.Stands)
	v.file(noon, bot.FilesProxy, bot.Waits)
	v.file(noon, bot.FilesHeadcount, bot.Stands, func(f *bot.Filed) { f.Unit = "gongan" })
	v.file(noon, bot.FilesHeadcount, bot.Stands, func(f *bot.Filed) { f.Facts.Month = "2026-10" })
	v.file(noon, bot.FilesCheckIn, bot.Asked)
	for rule, c := range map[string][2]string{
		"what waits, of one unit":      {ids(v.Waiting("jiaoke")), "2 5"},
		"of all units":                 {ids(v.Waiting("")), "2 5"},
		"of a unit without any":        {ids(v.Waiting("gongan")), ""},
		"what counts for the month":    {ids(v.Standing("jiaoke", bot.FilesHeadcount, month(t))), "1"},
		"of all units for the month":   {ids(v.Standing("", bot.FilesHeadcount, month(t))), "1 3"},
		"everything, in its own order": {ids(v.All()), "1 2 3 4 5"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %s, want %s", rule, c[0], c[1])
		}
	}
}

// A new statement takes the place of the one that it names, once it counts.
func TestReplace(t *testing.T) {
	v := newCounty()
	old := v.file(noon, bot.FilesHeadcount, bot.Stands)
	waits := v.file(noon, bot.FilesHeadcount, bot.Waits, func(f *bot.Filed) { f.Replaces = old.Filing })
	if old.Standing != bot.Stands {
		t.Fatal("a wish to correct has corrected")
	}
	v.add(noon, &bot.FilingSettled{Filing: waits.Filing, Verdict: bot.Stands})
	if old.Standing != bot.Replaced || waits.Standing != bot.Stands {
		t.Errorf("old is %s, new is %s", old.Standing, waits.Standing)
	}
	v.file(noon, bot.FilesHeadcount, bot.Stands, func(f *bot.Filed) { f.Replaces = waits.Filing })
	if waits.Standing != bot.Replaced {
		t.Errorf("the second is %s, want replaced by the third", waits.Standing)
	}
}

func TestBooked(t *testing.T) {
	v := newCounty()
	f := v.file(noon, bot.FilesPaste, bot.Stands, func(f *bot.Filed) { f.Digest = "d" })
	if v.Booked("jiaoke", "d") != f || v.Booked("gongan", "d") != nil || v.Booked("jiaoke", "e") != nil {
		t.Error("Booked is not the one text of the one unit")
	}
	v.add(noon, &bot.FilingVoided{Filing: f.Filing})
	if v.Booked("jiaoke", "d") != nil {
		t.Error("a text that was taken back cannot be booked again")
	}
}

func TestAskedWaitsHalfAnHour(t *testing.T) {
	v := newCounty()
	v.file(noon, bot.FilesCheckIn, bot.Asked)
	newer := v.file(noon.Add(time.Minute), bot.FilesHeadcount, bot.Asked)
	v.file(noon.Add(2*time.Minute), bot.FilesCheckIn, bot.Asked, func(f *bot.Filed) { f.By = "m7" })
	if got := v.Asked("jiaoke", "m1", noon.Add(20*time.Minute)); got != newer {
		t.Errorf("Asked = %v, want the newest of his own", got)
	}
	if got := v.Asked("jiaoke", "m1", noon.Add(32*time.Minute)); got != nil {
		t.Errorf("Asked after half an hour = %v, want none", got)
	}
	v.add(noon, &bot.FilingSettled{Filing: newer.Filing, Verdict: bot.Refused})
	if got := v.Asked("jiaoke", "m1", noon.Add(5*time.Minute)); got == nil || got.Form != bot.FilesCheckIn {
		t.Errorf("Asked = %v, want the older one, which is open still", got)
	}
}

func TestLast(t *testing.T) {
	v := newCounty()
	first := v.file(noon, bot.FilesHeadcount, bot.Stands)
	v.file(noon, bot.FilesClue, bot.Stands)
	v.file(noon, bot.FilesHeadcount, bot.Refused)
	if got := v.Last("jiaoke", "m1", noon, bot.FilesHeadcount, bot.FilesActivity); got != first {
		t.Errorf("Last = %v, want the newest that counts", got)
	}
	if v.Last("jiaoke", "m2", noon, bot.FilesHeadcount) != nil || v.Last("jiaoke", "m1", noon.AddDate(0, 1, 0), bot.FilesHeadcount) != nil {
		t.Error("Last is another's, or of an earlier month")
	}
}

func TestNumbers(t *testing.T) {
	for written, want := range map[string]bot.FilingID{
		"12": "F000012", " 12号 ": "F000012", "第12号": "F000012", "F000012": "F000012", "f12": "F000012", "#3": "F000003",
		"": "", "0": "", "-1": "", "十二": "", "12 13": "", "99999999": "",
	} {
		got, ok := ID(written)
		if got != want || ok != (want != "") {
			t.Errorf("ID(%q) = %s, %t, want %s", written, got, ok, want)
		}
		if ok && No(got) != strings.Trim(written, " 第号Ff#0") {
			t.Errorf("No(%s) = %s", got, No(got))
		}
	}
}

func TestUnknownIsPassedOver(t *testing.T) {
	v := newCounty()
	v.add(noon, &bot.FilingSettled{Filing: "F000009"}, &bot.FilingVoided{Filing: "F000009"}, &bot.DangerRaised{})
	if len(v.All()) != 0 || !slices.Equal(v.Waiting(""), nil) {
		t.Error("something was noted")
	}
}

func TestAfter(t *testing.T) {
	if got := After("F000099"); got != "F000100" {
		t.Errorf("After(F000099) = %s", got)
	}
}

func TestTwin(t *testing.T) {
	say := func(form bot.FilingForm, by bot.MemberID, text string, names ...string) bot.Filed {
		return bot.Filed{Form: form, Unit: "jiaoke", By: by, Standing: bot.Waits, Facts: bot.Facts{Month: "2026-11", Actual: new(5)}, Private: bot.FilingText{Text: text, Present: names}}
	}
	for _, c := range []struct {
		rule     string
		old      bot.Filed
		standing bot.Standing // of old
		f        bot.Filed
		want     bool
	}{
		{"the same count, which stands, by anybody", say(bot.FilesHeadcount, "m1", "实到5人"), bot.Stands, say(bot.FilesHeadcount, "m2", "5人到了"), true},
		{"the same names, which wait, by the same", say(bot.FilesProxy, "m1", "替李四签", "李四"), bot.Waits, say(bot.FilesProxy, "m1", "替李四签到", "李四"), true},
		{"which wait, by another: both wait", say(bot.FilesProxy, "m1", "替李四签", "李四"), bot.Waits, say(bot.FilesProxy, "m2", "替李四签", "李四"), false},
		{"which were refused", say(bot.FilesProxy, "m1", "替李四签", "李四"), bot.Refused, say(bot.FilesProxy, "m1", "替李四签", "李四"), false},
		{"other names", say(bot.FilesProxy, "m1", "替李四签", "李四"), bot.Stands, say(bot.FilesProxy, "m1", "替赵六签", "赵六"), false},
		{"another's doubtful check-in is his own affair", say(bot.FilesCheckIn, "m1", "我签还不行吗"), bot.Stands, say(bot.FilesCheckIn, "m2", "我签还不行吗"), false},
		{"two clues of one kind", say(bot.FilesClue, "m1", "有人冒充局长加我"), bot.Stands, say(bot.FilesClue, "m1", "有人冒充客服加我"), false},
	} {
		v := newCounty()
		old := v.file(noon, c.old.Form, c.standing, func(f *bot.Filed) { *f = c.old; f.Standing = c.standing })
		if got := v.Twin(c.f); (got == old) != c.want {
			t.Errorf("%s: Twin = %v, want %t", c.rule, got, c.want)
		}
	}
}
