package directory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

// A step is one thing that happens to the directory, in short:
//
//	roster jiaoke 张三=zhang,李四,王五*     replace the roster: = has a platform id, * is the liaison
//	meet zhang jiaoke                      person, unit of the group
//	name zhang jiaoke 张三
//	confirm jiaoke 张三                     by the office
func play(t *testing.T, v *View, steps ...string) {
	t.Helper()
	for _, s := range steps {
		out, err := decide(v, s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		for _, p := range out {
			v.Apply(noon, p)
		}
	}
}

func decide(v *View, step string) ([]bot.Payload, error) {
	f := append(strings.Fields(step), "", "", "")
	switch f[0] {
	case "roster":
		return v.Import(bot.UnitID(f[1]), lines(f[2]), "digest", "ban")
	case "meet":
		_, out := v.Meet(bot.PersonID(f[1]), bot.UnitID(f[2]))
		return out, nil
	case "name":
		return v.Name(bot.PersonID(f[1]), bot.UnitID(f[2]), f[3])
	case "confirm":
		return v.Confirm(bot.UnitID(f[1]), f[2], nil, "ban")
	}
	panic("no such step: " + step)
}

func lines(s string) []bot.RosterLine {
	var out []bot.RosterLine
	for word := range strings.SplitSeq(s, ",") {
		name, liaison := strings.CutSuffix(word, "*")
		name, person, _ := strings.Cut(name, "=")
		out = append(out, bot.RosterLine{Name: name, Person: bot.PersonID(person), Liaison: liaison})
	}
	return out
}

// dump shows the people of a unit: each roster line with who it is, then each
// member; ? is a name that nobody confirmed, * the liaison.
func dump(v *View, u bot.UnitID) string {
	var parts []string
	for _, p := range v.Roster(u) {
		who := "—"
		if p.Member != nil {
			who = string(p.Member.Person)
		}
		parts = append(parts, p.Name+":"+who)
	}
	parts = append(parts, "|")
	for _, m := range v.Members(u) {
		s := fmt.Sprintf("%s=%s", m.Person, m.Name)
		if m.Name != "" && !m.Sure {
			s += "?"
		}
		if m.Liaison {
			s += "*"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func TestWhoIsWho(t *testing.T) {
	for _, c := range []struct {
		rule   string
		steps  []string
		jiaoke string
		gongan string
	}{
		{rule: "a stranger has no name", steps: []string{"meet zhang jiaoke"}, jiaoke: "| zhang="},
		{rule: "met once", steps: []string{"meet zhang jiaoke", "meet zhang jiaoke", "meet zhang gongan"}, jiaoke: "| zhang="},
		{rule: "a name without a roster is doubtful", steps: []string{"name zhang jiaoke 张三"}, jiaoke: "| zhang=张三?"},
		{rule: "the roster knows him by platform id", steps: []string{"roster jiaoke 张三=zhang*", "meet zhang jiaoke"}, jiaoke: "张三:zhang | zhang=张三*"},
		{rule: "also if it comes after he was met", steps: []string{"meet zhang jiaoke", "roster jiaoke 张三=zhang*"}, jiaoke: "张三:zhang | zhang=张三*"},
		{rule: "and whatever he called himself", steps: []string{"name zhang jiaoke 张老三", "roster jiaoke 张三=zhang"}, jiaoke: "张三:zhang | zhang=张三"},
		{rule: "by a name that is unique", steps: []string{"roster jiaoke 张三,李四", "name zhang jiaoke 张三"}, jiaoke: "张三:zhang 李四:— | zhang=张三"},
		{rule: "also if the roster comes later", steps: []string{"name zhang jiaoke 张三", "roster jiaoke 张三"}, jiaoke: "张三:zhang | zhang=张三"},
		{rule: "a name alone makes no liaison", steps: []string{"roster jiaoke 张三*", "name zhang jiaoke 张三"}, jiaoke: "张三:zhang | zhang=张三"},
		{rule: "two who give one name are both doubtful", steps: []string{"roster jiaoke 张三*", "name zhang jiaoke 张三", "name zhao jiaoke 张三"}, jiaoke: "张三:— | zhang=张三? zhao=张三?"},
		{rule: "one of two lines of one name is doubtful", steps: []string{"roster jiaoke 张三,张三", "name zhang jiaoke 张三"}, jiaoke: "张三:— 张三:— | zhang=张三?"},
		{rule: "namesakes take their lines once confirmed", steps: []string{"roster jiaoke 张三,张三", "name zhang jiaoke 张三", "name zhao jiaoke 张三", "confirm jiaoke 张三"}, jiaoke: "张三:zhang 张三:zhao | zhang=张三 zhao=张三"},
		{rule: "confirmed, but not on the roster", steps: []string{"roster jiaoke 李四", "name zhang jiaoke 张三", "confirm jiaoke 张三"}, jiaoke: "李四:— | zhang=张三"},
		{rule: "a new name is a new doubt", steps: []string{"name zhang jiaoke 张三", "confirm jiaoke 张三"}, jiaoke: "| zhang=张三"},
		{rule: "a mistyped name is given up", steps: []string{"roster jiaoke 张三", "name zhang jiaoke 张山", "name zhang jiaoke 张三"}, jiaoke: "张三:zhang | zhang=张三"},
		{rule: "one who gives a namesake's name up frees it", steps: []string{"roster jiaoke 张三,赵六", "name zhang jiaoke 张三", "name zhao jiaoke 张三", "name zhao jiaoke 赵六"}, jiaoke: "张三:zhang 赵六:zhao | zhang=张三 zhao=赵六"},
		{rule: "one listed by id leaves the other line of his name", steps: []string{"roster jiaoke 张三=zhang,张三", "meet zhang jiaoke", "name zhao jiaoke 张三"}, jiaoke: "张三:zhang 张三:zhao | zhang=张三 zhao=张三"},
		{rule: "a new roster without him leaves what he said", steps: []string{"name zhang jiaoke 张三", "roster jiaoke 张三*", "roster jiaoke 李四"}, jiaoke: "李四:— | zhang=张三?"},
		{rule: "a new roster without his id leaves no name", steps: []string{"roster jiaoke 张三=zhang*", "meet zhang jiaoke", "roster jiaoke 李四"}, jiaoke: "李四:— | zhang="},
		{rule: "a new roster changes his name", steps: []string{"roster jiaoke 张三=zhang", "meet zhang jiaoke", "roster jiaoke 章三=zhang"}, jiaoke: "章三:zhang | zhang=章三"},
		{rule: "the liaison changes with the roster", steps: []string{"roster jiaoke 张三=zhang*,李四=li", "meet zhang jiaoke", "meet li jiaoke", "roster jiaoke 张三=zhang,李四=li*"}, jiaoke: "张三:zhang 李四:li | zhang=张三 li=李四*"},
		{rule: "he belongs where he is listed, not where he spoke first", steps: []string{"roster gongan 张三=zhang", "meet zhang jiaoke"}, jiaoke: "|", gongan: "张三:zhang | zhang=张三"},
		{rule: "also if the roster comes later", steps: []string{"meet zhang jiaoke", "roster gongan 张三=zhang"}, jiaoke: "|", gongan: "张三:zhang | zhang=张三"},
		{rule: "he leaves his old unit's line", steps: []string{"roster jiaoke 张三", "name zhang jiaoke 张三", "roster gongan 张三=zhang"}, jiaoke: "张三:— |", gongan: "张三:zhang | zhang=张三"},
		{rule: "listed in two units, the newer roster has him", steps: []string{"roster jiaoke 张三=zhang", "roster gongan 张三=zhang", "meet zhang jiaoke"}, jiaoke: "张三:— |", gongan: "张三:zhang | zhang=张三"},
		{rule: "a new roster of the old unit does not lose his new one", steps: []string{"roster jiaoke 张三=zhang", "roster gongan 张三=zhang", "roster jiaoke 李四", "meet zhang jiaoke"}, jiaoke: "李四:— |", gongan: "张三:zhang | zhang=张三"},
		{rule: "an id on two lines of a roster is one person", steps: []string{"roster jiaoke 张三=zhang,李四=zhang", "meet zhang jiaoke"}, jiaoke: "张三:zhang 李四:— | zhang=张三"},
		{rule: "the name of another unit's roster proves nothing", steps: []string{"roster gongan 张三", "name zhang jiaoke 张三"}, jiaoke: "| zhang=张三?", gongan: "张三:— |"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			v, _ := county(t)
			play(t, v, c.steps...)
			if got := dump(v, "jiaoke"); got != c.jiaoke {
				t.Errorf("教科局 = %s, want %s", got, c.jiaoke)
			}
			if c.gongan == "" {
				c.gongan = "|"
			}
			if got := dump(v, "gongan"); got != c.gongan {
				t.Errorf("公安局 = %s, want %s", got, c.gongan)
			}
		})
	}
}

func TestNameRefuses(t *testing.T) {
	v, _ := county(t)
	play(t, v, "roster jiaoke 张三=zhang")
	if out, err := v.Name("zhang", "jiaoke", "张三"); err != nil || len(out) != 1 {
		t.Errorf("the roster's own name, never met: Name = %v, %v, want that he is met", out, err)
	}
	play(t, v, "meet zhang jiaoke")
	if out, err := v.Name("zhang", "jiaoke", "张三"); err != nil || out != nil {
		t.Errorf("the roster's own name: Name = %v, %v, want nothing", out, err)
	}
	if _, err := v.Name("zhang", "jiaoke", "李四"); err == nil {
		t.Error("another name than the roster's: Name = nil, want a refusal")
	}
	if _, err := v.Name("li", "jiaoke", "!"); err == nil {
		t.Error("no name: Name = nil, want a refusal")
	}
}

func TestConfirmIsForTheLiaisonOfTheUnit(t *testing.T) {
	v, _ := county(t)
	play(t, v, "roster jiaoke 王五=wang*", "roster gongan 赵六=zhao*", "meet wang jiaoke", "meet zhao gongan", "name zhang jiaoke 张三")
	for _, c := range []struct {
		rule string
		by   *Member
		name string
		ok   bool
	}{
		{"nobody", nil, "张三", false},
		{"himself", v.Member("zhang"), "张三", false},
		{"another unit's liaison", v.Member("zhao"), "张三", false},
		{"a name that nobody gave", v.Member("wang"), "李四", false},
		{"the liaison", v.Member("wang"), "张三", true},
	} {
		out, err := v.Confirm("jiaoke", c.name, c.by, "")
		if (err == nil) != c.ok {
			t.Errorf("%s: Confirm = %v, %v, want ok %t", c.rule, out, err, c.ok)
		}
		if c.ok && out[0].(*bot.MemberConfirmed).By != "m00001" {
			t.Errorf("%s: entry = %+v, want it to name the liaison", c.rule, out[0])
		}
	}
	if got := v.Doubtful("jiaoke"); len(got) != 1 || got[0].Person != "zhang" {
		t.Errorf("Doubtful = %v, want zhang", got)
	}
	if got := v.Liaisons("jiaoke"); len(got) != 1 || got[0].Person != "wang" {
		t.Errorf("Liaisons = %v, want wang", got)
	}
}

func TestImportRefuses(t *testing.T) {
	v, _ := county(t)
	if _, err := v.Import("nowhere", lines("张三"), "", "ban"); err == nil {
		t.Error("an unknown unit: Import = nil, want a refusal")
	}
	if _, err := v.Import("jiaoke", nil, "", "ban"); err == nil {
		t.Error("an empty roster: Import = nil, want a refusal")
	}
}

// TestErased replays entries whose private parts are gone: the counts stay, the
// persons do not.
func TestErased(t *testing.T) {
	v, _ := county(t)
	for _, p := range []bot.Payload{
		&bot.RosterImported{Unit: "jiaoke", Count: 2},
		&bot.MemberMet{Member: "m00001", Unit: "jiaoke"},
		&bot.MemberNamed{Member: "m00001", Unit: "jiaoke"},
		&bot.MemberConfirmed{Member: "m00001", Unit: "jiaoke"},
		&bot.MemberNamed{Member: "m00009", Unit: "jiaoke", Private: bot.Actor{Name: "张三"}},
		&bot.MemberConfirmed{Member: "m00009", Unit: "jiaoke"},
		&bot.GroupDisabled{Group: "g0009", Unit: "jiaoke", Code: 1},
	} {
		v.Apply(noon, p)
	}
	if v.Expected("jiaoke") != 2 || len(v.Roster("jiaoke")) != 0 {
		t.Errorf("Expected = %d with %d lines, want 2 and none", v.Expected("jiaoke"), len(v.Roster("jiaoke")))
	}
	if got, want := dump(v, "jiaoke"), "| ="; got != want {
		t.Errorf("教科局 = %q, want %q", got, want)
	}
	if m, out := v.Meet("zhang", "jiaoke"); m.ID != "m00002" || len(out) != 1 {
		t.Errorf("Meet of one whose person was erased = %+v, %v, want a new member", m, out)
	}
	v.Delivered("g0009", noon)
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"张三": "张三", " 张 三 ": "张三", "张　三。": "张三", "：欧阳雨！": "欧阳雨", "买买提•艾力": "买买提·艾力", "Li Lei": "LiLei", "㐂田": "㐂田",
		"": "", "张": "", "张三1": "", "张三，签到": "", "@张三": "", "张三\n李四": "张三李四", "=张三": "", "·张三": "", "😀😀": "", "١٢": "",
		strings.Repeat("张", 20): strings.Repeat("张", 20), strings.Repeat("张", 21): "",
	} {
		got, err := CleanName(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("CleanName(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "张": "张", "张三": "张*", "张三丰": "张*丰", "欧阳小雨": "欧阳*雨", "买买提·艾力": "买****力",
	} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestUnknownIsNothing(t *testing.T) {
	v, _ := county(t)
	if v.Unit("x").ID != "" || v.Group(groupChat("x"), "") != nil || v.GroupByID("x") != nil || v.Member("x") != nil || v.MemberByID("x") != nil ||
		v.Members("x") != nil || v.Roster("x") != nil || v.Expected("x") != 0 || v.Groups() != nil {
		t.Error("an unknown id was found")
	}
}

// names returns the roster's names, for the property test.
func names(v *View, u bot.UnitID) []string {
	var out []string
	for _, p := range v.Roster(u) {
		out = append(out, p.Name)
	}
	slices.Sort(out)
	return out
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
