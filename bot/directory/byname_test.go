package directory

import (
	"slices"
	"strings"
	"testing"

	"fanzha/bot"
)

// speak plays that somebody spoke of names, and returns who was found: the ids,
// with ! for those outside the roster, and the doubts.
func speak(t *testing.T, v *View, names ...string) (ids []string, doubts []string) {
	t.Helper()
	found, met, doubts := v.Find("jiaoke", names, 0)
	for _, p := range met {
		v.Apply(noon, p)
	}
	for _, f := range found {
		id := string(f.Member.ID)
		if !f.OnRoster {
			id += "!"
		}
		ids = append(ids, id)
	}
	return ids, doubts
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		rule   string
		before []string
		names  string
		want   string
		doubt  string
	}{
		{"on the roster, never met", []string{"roster jiaoke 张三,李四"}, "李四 张三", "m00001 m00002", ""},
		{"on the roster, met by platform id", []string{"roster jiaoke 张三=a", "meet a jiaoke"}, "张三", "m00001", ""},
		{"on the roster, met by the name he gave", []string{"roster jiaoke 张三", "name a jiaoke 张三"}, "张三", "m00001", ""},
		{"a name twice is one person", []string{"roster jiaoke 张三"}, "张三 张三", "m00001", ""},
		{"two of one name on the roster are told apart by nobody", []string{"roster jiaoke 王伟,王伟"}, "王伟", "", "名册里有 2 位王伟"},
		{"two who call themselves so", []string{"name a jiaoke 王伟", "name b jiaoke 王伟"}, "王伟", "", "有 2 人自称王伟"},
		{"outside the roster", []string{"roster jiaoke 张三"}, "赵六", "m00001!", ""},
		{"no roster", nil, "赵六", "m00001!", ""},
		{"a given name alone", []string{"roster jiaoke 王建国,李四"}, "建国", "m00001", ""},
		{"a given name that two have", []string{"roster jiaoke 王建国,赵建国"}, "建国", "", "“建国”可能是王建国、赵建国"},
		{"a whole name of two characters comes before a given name", []string{"roster jiaoke 建国,王建国"}, "建国", "m00001", ""},
		{"what is no name", []string{"roster jiaoke 张三"}, "13800000000 张三", "m00001", "“13800000000”不像姓名"},
		{"a person of another unit is another person", []string{"roster gongan 张三=a", "meet a gongan"}, "张三", "m00002!", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			v, _ := county(t)
			play(t, v, c.before...)
			ids, doubts := speak(t, v, strings.Fields(c.names)...)
			if got := strings.Join(ids, " "); got != c.want {
				t.Errorf("Find(%s) = %s, want %s", c.names, got, c.want)
			}
			if got := strings.Join(doubts, "；"); got != c.doubt {
				t.Errorf("doubts = %s, want %s", got, c.doubt)
			}
			again, _ := speak(t, v, strings.Fields(c.names)...)
			if !slices.Equal(again, ids) {
				t.Errorf("Find again = %v, want the same %v", again, ids)
			}
		})
	}
}

// TestByNameBecomesThePerson: whoever was only spoken of and comes later is the
// same person, in whichever order that is learnt.
func TestByNameBecomesThePerson(t *testing.T) {
	for rule, later := range map[string][]string{
		"he gives his name":                                      {"name a jiaoke 李四"},
		"a roster with his platform id comes":                    {"meet a jiaoke", "roster jiaoke 张三,李四=a"},
		"he gives his name, and the liaison confirms one of two": {"roster jiaoke 李四", "name b jiaoke 李四", "name a jiaoke 李四", "roster jiaoke 李四=a"},
	} {
		v, _ := county(t)
		play(t, v, "roster jiaoke 张三,李四")
		ids, _ := speak(t, v, "李四")
		byName := bot.MemberID(ids[0])
		if v.Same(byName) != byName || v.Who("jiaoke", v.Roster("jiaoke")[1]) != byName {
			t.Fatalf("%s: before, Same = %s, want himself", rule, v.Same(byName))
		}
		play(t, v, later...)
		if want := v.Member("a").ID; v.Same(byName) != want {
			t.Errorf("%s: Same(%s) = %s, want %s", rule, byName, v.Same(byName), want)
		}
	}
}

// TestByNameIsNobodysLiaison: neither a claim nor a vote of confirmation nor a
// place among the members comes from being spoken of.
func TestByNameIsNobodysLiaison(t *testing.T) {
	v, _ := county(t)
	play(t, v, "roster jiaoke 张三*,李四")
	speak(t, v, "张三", "李四")
	if len(v.Members("jiaoke")) != 0 || len(v.Doubtful("jiaoke")) != 0 || len(v.Liaisons("jiaoke")) != 0 {
		t.Errorf("members %v, want none", v.Members("jiaoke"))
	}
	if !v.Known("jiaoke", "李四") || v.Known("jiaoke", "赵六") || v.Known("gongan", "李四") {
		t.Error("Known is not the roster's word")
	}
}

// TestSpokenOfTwiceAtOnce: two statements that are settled in one decision make
// the same person known twice. He is one.
func TestSpokenOfTwiceAtOnce(t *testing.T) {
	v, _ := county(t)
	play(t, v, "roster jiaoke 李四")
	_, first, _ := v.Find("jiaoke", []string{"李四"}, 0)
	_, second, _ := v.Find("jiaoke", []string{"李四"}, len(first))
	for _, p := range append(first, second...) {
		v.Apply(noon, p)
	}
	a, b := first[0].(*bot.MemberMet).Member, second[0].(*bot.MemberMet).Member
	if a == b || v.Same(a) != a || v.Same(b) != a {
		t.Errorf("Same(%s) = %s, Same(%s) = %s, want the first", a, v.Same(a), b, v.Same(b))
	}
}

// TestOnceOneStaysOne: that a name is free again, or given twice, does not make two
// persons of one; but a roster that has somebody else of that name does.
func TestOnceOneStaysOne(t *testing.T) {
	for _, c := range []struct {
		rule  string
		later []string
		want  bot.PersonID // "" for the one of whom others spoke
	}{
		{"he goes to another unit", []string{"roster gongan 李四=a"}, "a"},
		{"he leaves the roster", []string{"roster jiaoke 张三"}, "a"},
		{"another calls himself so", []string{"name b jiaoke 李四"}, "a"},
		{"he calls himself otherwise", []string{"name a jiaoke 李思"}, "a"},
		{"the roster has two of the name", []string{"roster jiaoke 李四,李四"}, "a"},
		{"the roster has one by another account", []string{"meet b jiaoke", "roster jiaoke 李四=b"}, "b"},
		{"the roster has one whom nobody has met", []string{"roster gongan 李四=a", "roster jiaoke 李四"}, ""},
	} {
		v, _ := county(t)
		ids, _ := speak(t, v, "李四")
		byName := bot.MemberID(strings.TrimSuffix(ids[0], "!"))
		play(t, v, append([]string{"name a jiaoke 李四"}, c.later...)...)
		want := byName
		if c.want != "" {
			want = v.Member(c.want).ID
		}
		if got := v.Same(byName); got != want {
			t.Errorf("%s: Same = %s, want %s", c.rule, got, want)
		}
	}
}
