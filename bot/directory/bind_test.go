package directory

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

// noon is when the tests begin: a Monday, in the middle of the day.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, bot.Zone)

func groupChat(id string) bot.Chat { return bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: id} }

// county returns a view of two units, and a function that applies what was
// decided and fails the test on a refusal.
func county(t *testing.T) (v *View, must func(out []bot.Payload, err error) []bot.Payload) {
	t.Helper()
	v = New()
	must = func(out []bot.Payload, err error) []bot.Payload {
		t.Helper()
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		for _, p := range out {
			v.Apply(noon, p)
		}
		return out
	}
	must(v.Found("测试县", "key"))
	must(v.Register([]bot.Unit{{ID: "jiaoke", Name: "教育科技局", Short: "教科局"}, {ID: "gongan", Name: "公安局", Short: "公安局"}}), nil)
	return v, must
}

func TestFound(t *testing.T) {
	v, _ := county(t)
	if out, err := v.Found("测试县", "key"); out != nil || err != nil {
		t.Errorf("Found again = %v, %v, want nothing", out, err)
	}
	for _, other := range [][2]string{{"别的县", "key"}, {"测试县", "other key"}} {
		if _, err := v.Found(other[0], other[1]); err == nil {
			t.Errorf("Found(%q, %q) on a ledger of another = nil, want a refusal", other[0], other[1])
		}
	}
}

func TestRegisterWritesChangesOnly(t *testing.T) {
	v, must := county(t)
	units := append([]bot.Unit(nil), v.Units()...)
	if out := v.Register(units); out != nil {
		t.Errorf("Register(same) = %v, want nothing", out)
	}
	units[1].Aliases = []string{"县公安局"}
	if out := must(v.Register(units), nil); len(out) != 1 {
		t.Errorf("Register(one changed) wrote %d entries, want 1", len(out))
	}
	if got := v.Units(); len(got) != 2 || got[1].ID != "gongan" || got[1].Aliases == nil {
		t.Errorf("Units = %v, want the same order with the change", got)
	}
}

func TestBind(t *testing.T) {
	for _, c := range []struct {
		name string
		// before is what happened so far; it may be nil.
		before func(v *View, must func([]bot.Payload, error) []bot.Payload)
		chat   bot.Chat
		code   string
		after  time.Duration
		unit   bot.UnitID
		writes int
		refuse string // part of the refusal, "" for none
	}{
		{name: "a fresh code binds", chat: groupChat("c1"), code: "AAAA2222", unit: "jiaoke", writes: 1},
		{name: "case and spaces do not matter", chat: groupChat("c1"), code: " aaaa2222 ", unit: "jiaoke", writes: 1},
		{name: "a code is good to its last moment", chat: groupChat("c1"), code: "AAAA2222", after: 72 * time.Hour, unit: "jiaoke", writes: 1},
		{name: "an expired code is refused", chat: groupChat("c1"), code: "AAAA2222", after: 72*time.Hour + 1, refuse: "过期"},
		{name: "an unknown code is refused", chat: groupChat("c1"), code: "ZZZZ9999", refuse: "不对"},
		{name: "an empty code is refused", chat: groupChat("c1"), refuse: "不对"},
		{name: "a private chat is no group", chat: bot.Chat{Channel: "aibot", Kind: bot.PrivateChat, ID: "p1"}, code: "AAAA2222", refuse: "群里"},
		{
			name: "the same code again in the same group changes nothing",
			before: func(v *View, must func([]bot.Payload, error) []bot.Payload) {
				_, out, err := v.Bind(groupChat("c1"), "AAAA2222", bot.Actor{}, noon)
				must(out, err)
			},
			chat: groupChat("c1"), code: "AAAA2222", after: 1000 * time.Hour, unit: "jiaoke",
		},
		{
			name: "a used code is refused in another group",
			before: func(v *View, must func([]bot.Payload, error) []bot.Payload) {
				_, out, err := v.Bind(groupChat("c1"), "AAAA2222", bot.Actor{}, noon)
				must(out, err)
			},
			chat: groupChat("c2"), code: "AAAA2222", refuse: "用过",
		},
		{
			name: "chat ids are kept byte for byte",
			before: func(v *View, must func([]bot.Payload, error) []bot.Payload) {
				_, out, err := v.Bind(groupChat("c1"), "AAAA2222", bot.Actor{}, noon)
				must(out, err)
			},
			chat: groupChat("C1"), code: "AAAA2222", refuse: "用过",
		},
		{
			name: "another unit's code moves the group",
			before: func(v *View, must func([]bot.Payload, error) []bot.Payload) {
				_, out, err := v.Bind(groupChat("c1"), "AAAA2222", bot.Actor{}, noon)
				must(out, err)
			},
			chat: groupChat("c1"), code: "BBBB3333", unit: "gongan", writes: 1,
		},
		{
			name: "after a move the old unit's code is used up",
			before: func(v *View, must func([]bot.Payload, error) []bot.Payload) {
				for _, code := range []string{"AAAA2222", "BBBB3333"} {
					_, out, err := v.Bind(groupChat("c1"), code, bot.Actor{}, noon)
					must(out, err)
				}
			},
			chat: groupChat("c1"), code: "AAAA2222", refuse: "用过",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, must := county(t)
			must(v.IssueCode("jiaoke", "AAAA2222", noon.Add(72*time.Hour), "ban"))
			must(v.IssueCode("gongan", "BBBB3333", noon.Add(72*time.Hour), "ban"))
			if c.before != nil {
				c.before(v, must)
			}
			unit, out, err := v.Bind(c.chat, c.code, bot.Actor{Person: "zhang"}, noon.Add(c.after))
			if c.refuse != "" {
				if text, ok := bot.RefusalText(err); !ok || !strings.Contains(text, c.refuse) {
					t.Errorf("Bind = %v, want a refusal with %q", err, c.refuse)
				}
				return
			}
			must(out, err)
			if unit != c.unit || len(out) != c.writes {
				t.Errorf("Bind = %s and %d entries, want %s and %d", unit, len(out), c.unit, c.writes)
			}
			g := v.Group(c.chat, "")
			if g == nil || g.Unit != c.unit || g.ID != "g0001" || len(v.GroupsOf(c.unit)) != 1 {
				t.Errorf("group = %+v, want g0001 of %s", g, c.unit)
			}
		})
	}
}

func TestIssueCodeKeepsTheCodeSecret(t *testing.T) {
	v, must := county(t)
	out := must(v.IssueCode("jiaoke", "AAAA2222", noon, "ban"))
	_, public, _, err := bot.Encode(out[0])
	if err != nil || bytes.Contains(public, []byte("AAAA2222")) {
		t.Errorf("entry = %s (%v), want no code in it", public, err)
	}
	if _, err := v.IssueCode("nowhere", "AAAA2222", noon, "ban"); err == nil {
		t.Error("IssueCode for an unknown unit = nil, want a refusal")
	}
}

func TestHear(t *testing.T) {
	v, must := county(t)
	chat := groupChat("c1")
	hear := func(after time.Duration) (first bool, writes int) {
		now := noon.Add(after)
		first, out := v.Hear(chat, now)
		for _, p := range out {
			v.Apply(now, p)
		}
		return first, len(out)
	}
	check := func(rule string, after time.Duration, wantFirst bool, wantWrites int) {
		t.Helper()
		if first, writes := hear(after); first != wantFirst || writes != wantWrites {
			t.Errorf("%s: Hear = %t, %d entries, want %t, %d", rule, first, writes, wantFirst, wantWrites)
		}
	}
	if first, out := v.Hear(bot.Chat{Kind: bot.PrivateChat, ID: "p"}, noon); first || out != nil {
		t.Errorf("Hear(private) = %t, %v, want nothing", first, out)
	}
	check("an unbound chat is noted", 0, true, 1)
	check("once a day", 11*time.Hour+59*time.Minute, false, 0)
	check("the civil day ends at midnight in Shanghai", 12*time.Hour, true, 1)
	if n := v.UnboundChats(); n != 1 {
		t.Errorf("UnboundChats = %d, want 1", n)
	}

	must(v.IssueCode("jiaoke", "AAAA2222", noon.Add(72*time.Hour), "ban"))
	_, out, err := v.Bind(chat, "AAAA2222", bot.Actor{}, noon)
	must(out, err)
	if n := v.UnboundChats(); n != 0 {
		t.Errorf("UnboundChats = %d after binding, want 0", n)
	}
	check("a bound group is noted by its binding", 0, false, 0)
	check("and once on the next day", 24*time.Hour, false, 1)
	must(v.Disable("g0001", chat.Channel, 93006), nil)
	if out := v.Disable("g0001", chat.Channel, 93006); out != nil {
		t.Errorf("Disable twice = %v, want nothing", out)
	}
	if v.Disable("g0009", chat.Channel, 93006) != nil {
		t.Error("Disable of an unknown group wrote an entry")
	}
	if v.Group(chat, "").DisabledCode != 93006 {
		t.Error("group is not disabled")
	}
	check("a disabled group is noted on the same day", 24*time.Hour, false, 1)
	if v.Group(chat, "").DisabledCode != 0 {
		t.Error("whoever is spoken to is in the group again, but it stays disabled")
	}
	check("and then no more", 24*time.Hour, false, 0)
}

func TestNewCode(t *testing.T) {
	// Every byte once, so a biased draw would favour the first letters.
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	count := make(map[rune]int)
	random := bytes.NewReader(bytes.Repeat(all, 8))
	for {
		code, err := NewCode(random)
		if err != nil {
			break
		}
		if len(code) != 8 || strings.ContainsAny(code, "01ILO") {
			t.Fatalf("NewCode = %q, want 8 characters that do not look alike", code)
		}
		for _, c := range code {
			count[c]++
		}
	}
	want := make(map[rune]int)
	for _, c := range codeAlphabet {
		want[c] = 64 // 8 of 248 bytes, 8 times
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("letters are drawn with bias (-want +got):\n%s", diff)
	}
}
