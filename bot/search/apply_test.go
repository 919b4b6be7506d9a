package search

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/ledger/ledgertest"
)

// play returns the index of a ledger with these payloads, an hour apart.
func play(payloads ...bot.Payload) *Index {
	x := New()
	for i, p := range payloads {
		x.Apply(int64(i), hour(i), p)
	}
	return x
}

func hour(n int) time.Time { return day0.Add(time.Duration(n) * time.Hour) }

func drafted(id bot.AlertID, topic, hash string) *bot.AlertDrafted {
	return &bot.AlertDrafted{Alert: id, Hash: hash, Content: bot.Content{
		Category: "诈骗预警", Topic: topic, Technique: "先小额返利", Countermeasures: "不垫资", Audience: []string{"学校"}, Source: "县公安局",
	}}
}

func TestAlertIsFoundAsFarAsItHasCome(t *testing.T) {
	verified := &bot.AlertVerified{Alert: "A0001", Hash: "h1"}
	approved := &bot.AlertApproved{Alert: "A0001", Hash: "h1"}
	pushed := &bot.PushPlanned{Push: "P0001", Alert: "A0001", Hash: "h1"}
	withdrawn := &bot.AlertWithdrawn{Alert: "A0001", Reason: "有误"}
	for _, c := range []struct {
		rule    string
		entries []bot.Payload
		words   string
		want    map[string]bot.AlertState // for the office
		members int
	}{
		{"drafted", nil, "刷单", map[string]bot.AlertState{"A0001": bot.Drafted}, 0},
		{"by its text", nil, "垫资", map[string]bot.AlertState{"A0001": bot.Drafted}, 0},
		{"by its audience", nil, "学校", map[string]bot.AlertState{"A0001": bot.Drafted}, 0},
		{"verified", []bot.Payload{verified}, "刷单", map[string]bot.AlertState{"A0001": bot.Verified}, 0},
		{"approved", []bot.Payload{verified, approved}, "刷单", map[string]bot.AlertState{"A0001": bot.Approved}, 1},
		{"approved another text", []bot.Payload{verified, &bot.AlertApproved{Alert: "A0001", Hash: "h0"}}, "刷单", map[string]bot.AlertState{"A0001": bot.Verified}, 0},
		{"written anew after approval", []bot.Payload{approved, drafted("A0001", "刷单新招", "h2")}, "刷单", map[string]bot.AlertState{"A0001": bot.Drafted}, 0},
		{"its old text is gone", []bot.Payload{drafted("A0001", "退款", "h2")}, "刷单", map[string]bot.AlertState{}, 0},
		{"pushed", []bot.Payload{approved, pushed}, "返利", map[string]bot.AlertState{"A0001": bot.Pushed, "P0001": bot.Pushed}, 1},
		{"withdrawn after the push", []bot.Payload{approved, pushed, withdrawn}, "sd", map[string]bot.AlertState{"A0001": bot.Withdrawn, "P0001": bot.Withdrawn}, 0},
		{"withdrawn before", []bot.Payload{approved, withdrawn}, "刷单", map[string]bot.AlertState{"A0001": bot.Withdrawn}, 0},
		{"push of an unknown alert", []bot.Payload{&bot.PushPlanned{Push: "P0009", Alert: "A0009"}}, "p0009", map[string]bot.AlertState{}, 0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := play(append([]bot.Payload{drafted("A0001", "刷单", "h1")}, c.entries...)...)
			got := make(map[string]bot.AlertState)
			for _, h := range x.Find(Query{Words: c.words, Office: true}).Hits {
				got[h.ID] = h.State
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("the office finds (-want +got):\n%s", diff)
			}
			if r := x.Find(Query{Words: c.words}); r.Total != c.members {
				t.Errorf("members find %d, want %d", r.Total, c.members)
			}
		})
	}
}

func met(m bot.MemberID, u bot.UnitID, p bot.PersonID) *bot.MemberMet {
	return &bot.MemberMet{Member: m, Unit: u, Private: bot.Actor{Person: p}}
}

func named(m bot.MemberID, name string) *bot.MemberNamed {
	return &bot.MemberNamed{Member: m, Private: bot.Actor{Name: name}}
}

func roster(u bot.UnitID, lines ...bot.RosterLine) *bot.RosterImported {
	return &bot.RosterImported{Unit: u, Count: len(lines), Private: bot.RosterLines{Lines: lines}}
}

// A found is what the tests compare of a person's hit.
type found struct {
	Name    string
	Unit    bot.UnitID
	Listed  int
	Members []bot.MemberID
}

func TestPersons(t *testing.T) {
	zhang := bot.RosterLine{Name: "张三"}
	zhangID := bot.RosterLine{Name: "张三", Person: "ZhangSan"}
	for _, c := range []struct {
		rule    string
		entries []bot.Payload
		want    []found
	}{
		{"met, but without a name", []bot.Payload{met("m1", "jiaoke", "p1")}, nil},
		{"named", []bot.Payload{met("m1", "jiaoke", "p1"), named("m1", "张三")}, []found{{"张三", "jiaoke", 0, []bot.MemberID{"m1"}}}},
		{"named anew", []bot.Payload{met("m1", "jiaoke", "p1"), named("m1", "张三"), named("m1", "李四")}, nil},
		{"name erased", []bot.Payload{met("m1", "jiaoke", ""), named("m1", "")}, nil},
		{"named, but never met", []bot.Payload{named("m1", "张三")}, nil},
		{"met by name only", []bot.Payload{&bot.MemberMet{Member: "m1", Unit: "jiaoke", Private: bot.Actor{Name: "张三"}}}, []found{{"张三", "jiaoke", 0, []bot.MemberID{"m1"}}}},
		{"two of one name", []bot.Payload{met("m2", "jiaoke", "p2"), met("m1", "jiaoke", "p1"), named("m2", "张三"), named("m1", "张三")}, []found{{"张三", "jiaoke", 0, []bot.MemberID{"m1", "m2"}}}},
		{"listed", []bot.Payload{roster("jiaoke", zhang)}, []found{{"张三", "jiaoke", 1, nil}}},
		{"listed twice", []bot.Payload{roster("jiaoke", zhang, zhang)}, []found{{"张三", "jiaoke", 2, nil}}},
		{"listed and named", []bot.Payload{roster("jiaoke", zhang), met("m1", "jiaoke", "p1"), named("m1", "张三")}, []found{{"张三", "jiaoke", 1, []bot.MemberID{"m1"}}}},
		{"in two units", []bot.Payload{roster("jiaoke", zhang), roster("caizheng", zhang)}, []found{{"张三", "caizheng", 1, nil}, {"张三", "jiaoke", 1, nil}}},
		{"roster replaced", []bot.Payload{roster("jiaoke", zhang), roster("jiaoke", bot.RosterLine{Name: "李四"})}, nil},
		{"roster imported again", []bot.Payload{roster("jiaoke", zhang), roster("jiaoke", zhang)}, []found{{"张三", "jiaoke", 1, nil}}},
		{"roster erased", []bot.Payload{&bot.RosterImported{Unit: "jiaoke", Count: 9}}, nil},
		{"roster's name goes before his own", []bot.Payload{met("m1", "jiaoke", "ZhangSan"), named("m1", "三哥"), roster("jiaoke", zhangID)}, []found{{"张三", "jiaoke", 1, []bot.MemberID{"m1"}}}},
		{"met after he was listed", []bot.Payload{roster("jiaoke", zhangID), met("m1", "caizheng", "ZhangSan")}, []found{{"张三", "jiaoke", 1, []bot.MemberID{"m1"}}}},
		{"the newer roster has him", []bot.Payload{met("m1", "caizheng", "ZhangSan"), roster("jiaoke", zhangID), roster("caizheng", zhangID)}, []found{{"张三", "caizheng", 1, []bot.MemberID{"m1"}}, {"张三", "jiaoke", 1, nil}}},
		{"the older roster replaced", []bot.Payload{met("m1", "caizheng", "ZhangSan"), roster("jiaoke", zhangID), roster("caizheng", zhangID), roster("jiaoke")}, []found{{"张三", "caizheng", 1, []bot.MemberID{"m1"}}}},
		{"dropped from the roster, by his own name", []bot.Payload{met("m1", "jiaoke", "ZhangSan"), named("m1", "小张三"), roster("jiaoke", zhangID), roster("jiaoke")}, []found{{"小张三", "jiaoke", 0, []bot.MemberID{"m1"}}}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			var got []found
			for _, h := range play(c.entries...).Find(Query{Words: "张三", Office: true}).Hits {
				f := found{h.Title, h.Unit, h.Listed, nil}
				for _, m := range h.Members {
					f.Members = append(f.Members, m.Member)
				}
				got = append(got, f)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckInsAreCounted(t *testing.T) {
	entries := []bot.Payload{
		0: drafted("A0001", "刷单返利", "h1"), 1: &bot.PushPlanned{Push: "P0001", Alert: "A0001", Hash: "h1"},
		2: &bot.SessionOpened{Session: "S1", Push: "P0001", Unit: "jiaoke", Title: "刷单返利"},
		3: &bot.SessionOpened{Session: "S2", Push: "P0001", Unit: "caizheng", Title: "刷单返利"},
		4: &bot.SessionOpened{Session: "B1", Unit: "jiaoke", Title: "反诈宣讲", Month: "2026-11"},
		5: met("m1", "jiaoke", "p1"), 6: named("m1", "张三"), 7: met("m2", "jiaoke", "p2"),
		8:  &bot.CheckedIn{Session: "S1", Member: "m1"},
		9:  &bot.CheckedIn{Session: "S2", Member: "m2"},
		10: &bot.CheckedIn{Session: "B1", Member: "m1", Filing: "F1"},
		11: &bot.CheckedIn{Session: "S9", Member: "m1"}, // unknown, as is m9
		12: &bot.CheckedIn{Session: "S1", Member: "m9"},
	}
	for _, c := range []struct {
		rule  string
		more  []bot.Payload
		q     Query
		want  Hit // of what is compared
		count int
	}{
		{"a push's, over all units", nil, Query{Words: "p0001"}, Hit{Sessions: 2, CheckIns: 2}, 0},
		{"a push's, of one unit", nil, Query{Words: "p0001", Unit: "jiaoke"}, Hit{Sessions: 1, CheckIns: 1}, 0},
		{"a session on paper", nil, Query{Words: "反诈宣讲"}, Hit{Sessions: 1, CheckIns: 1}, 0},
		{"a person's", nil, Query{Words: "张三"}, Hit{At: hour(10)}, 2},
		{"a person's, until", nil, Query{Words: "张三", To: hour(10)}, Hit{At: hour(10)}, 1},
		{"a person's, from", nil, Query{Words: "张三", From: hour(10)}, Hit{At: hour(10)}, 1},
		{"the last corrected", []bot.Payload{&bot.Corrected{Seq: 10, Session: "B1", Member: "m1"}}, Query{Words: "张三"}, Hit{At: hour(8)}, 1},
		{"an earlier one corrected", []bot.Payload{&bot.Corrected{Seq: 8, Session: "S1", Member: "m1"}}, Query{Words: "张三"}, Hit{At: hour(10)}, 1},
		{"all corrected", []bot.Payload{&bot.Corrected{Seq: 8, Member: "m1"}, &bot.Corrected{Seq: 10, Member: "m1"}}, Query{Words: "张三"}, Hit{}, 0},
		{"corrected twice", []bot.Payload{&bot.Corrected{Seq: 8, Member: "m1"}, &bot.Corrected{Seq: 8, Member: "m1"}}, Query{Words: "张三"}, Hit{At: hour(10)}, 1},
		{"another's corrected", []bot.Payload{&bot.Corrected{Seq: 9, Member: "m1"}, &bot.Corrected{Seq: 8, Member: "m9"}}, Query{Words: "张三"}, Hit{At: hour(10)}, 2},
		{"a filing taken back", []bot.Payload{&bot.FilingVoided{Filing: "F1"}}, Query{Words: "张三"}, Hit{At: hour(8)}, 1},
		{"a filing taken back after the correction", []bot.Payload{&bot.Corrected{Seq: 10, Member: "m1"}, &bot.FilingVoided{Filing: "F1"}}, Query{Words: "张三"}, Hit{At: hour(8)}, 1},
		{"a filing refused that led to nothing", []bot.Payload{&bot.FilingSettled{Filing: "F7", Verdict: bot.Refused}}, Query{Words: "张三"}, Hit{At: hour(10)}, 2},
		{"renamed", []bot.Payload{named("m1", "李四")}, Query{Words: "李四"}, Hit{At: hour(10)}, 2},
	} {
		t.Run(c.rule, func(t *testing.T) {
			c.q.Office = true
			r := play(append(entries[:len(entries):len(entries)], c.more...)...).Find(c.q)
			if r.Total != 1 {
				t.Fatalf("%+v, want one hit", r)
			}
			h := r.Hits[0]
			got, count := Hit{Sessions: h.Sessions, CheckIns: h.CheckIns}, 0
			if h.Kind == Person {
				got.At, count = h.At, h.Members[0].CheckIns
				if !h.At.Equal(h.Members[0].LastAt) {
					t.Errorf("At %v, LastAt %v", h.At, h.Members[0].LastAt)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" || count != c.count {
				t.Errorf("%d check-ins, want %d (-want +got):\n%s", count, c.count, diff)
			}
		})
	}
}

func TestActivitiesAndLetters(t *testing.T) {
	filed := func(id bot.FilingID, s bot.Standing, replaces bot.FilingID) *bot.Filed {
		return &bot.Filed{
			Filing: id, Form: bot.FilesActivity, Unit: "jiaoke", Standing: s, Replaces: replaces,
			Facts: bot.Facts{Act: "培训", On: "2026-11-20"}, Private: bot.FilingText{Place: "鼎鑫小区", Text: "在鼎鑫小区办了培训"},
		}
	}
	settled := func(s bot.Standing) *bot.FilingSettled { return &bot.FilingSettled{Filing: "F1", Verdict: s} }
	for _, c := range []struct {
		rule    string
		entries []bot.Payload
		want    []string
	}{
		{"stands", []bot.Payload{filed("F1", bot.Stands, "")}, []string{"F1"}},
		{"waits", []bot.Payload{filed("F1", bot.Waits, "")}, []string{}},
		{"waited, then stands", []bot.Payload{filed("F1", bot.Waits, ""), settled(bot.Stands)}, []string{"F1"}},
		{"settled twice", []bot.Payload{filed("F1", bot.Waits, ""), settled(bot.Stands), settled(bot.Stands)}, []string{"F1"}},
		{"refused", []bot.Payload{filed("F1", bot.Waits, ""), settled(bot.Refused), settled(bot.Stands)}, []string{}},
		{"taken back", []bot.Payload{filed("F1", bot.Stands, ""), &bot.FilingVoided{Filing: "F1"}}, []string{}},
		{"replaced", []bot.Payload{filed("F1", bot.Stands, ""), filed("F2", bot.Stands, "F1")}, []string{"F2"}},
		{"to be replaced, if that stands", []bot.Payload{filed("F1", bot.Stands, ""), filed("F2", bot.Waits, "F1")}, []string{"F1"}},
		{"erased", []bot.Payload{&bot.Filed{Filing: "F1", Form: bot.FilesActivity, Unit: "jiaoke", Standing: bot.Stands}}, []string{}},
		{"of another form", []bot.Payload{&bot.Filed{Filing: "F1", Form: bot.FilesClue, Standing: bot.Stands, Private: bot.FilingText{Text: "鼎鑫小区"}}}, []string{}},
		{"a letter", []bot.Payload{&bot.LetterIssued{Letter: "L0001", Number: "乡反诈函〔2026〕3号", Title: "关于鼎鑫小区的提示", On: "2026-11-20"}}, []string{"L0001"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := play(c.entries...)
			r := x.Find(Query{Words: "鼎鑫小区", Office: true, From: day(-4), To: day(-3)})
			if diff := cmp.Diff(c.want, ids(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever an entry says, with its private part or without, and whatever the
// index knows before: it is applied.
func TestEveryKindApplies(t *testing.T) {
	x := New()
	seq := int64(0)
	for range 2 {
		for _, p := range ledgertest.EveryKind(t, "../testdata/entries/v1") {
			x.Apply(seq, day0, p)
			if q, ok := p.(bot.Private); ok {
				reflect.ValueOf(q.PrivatePart()).Elem().SetZero()
				x.Apply(seq+1, day0, p)
			}
			seq += 2
		}
	}
	if r := x.Find(Query{Words: "张三", Office: true}); r.Total != 0 {
		t.Errorf("%+v: a name that was erased is found", r)
	}
}

func TestIDsOfAnyForm(t *testing.T) {
	m := newByID[bot.MemberID, int]('m', 5)
	all := []bot.MemberID{
		"", "m", "m00001", "m00000", "m1", "m000001", "m0001a", "m00900", "m99999", "m100000", "m0100000", "m1000000000000", "x00001", "m\x0000001", "成员",
	}
	for i, id := range all {
		m.set(id, i+1)
	}
	for i, id := range all {
		if got := m.get(id); got != i+1 {
			t.Errorf("get(%q) = %d, want %d", id, got, i+1)
		}
	}
	if len(m.row) != 901 {
		t.Errorf("the row is %d long, want 901", len(m.row))
	}
	for i := range 100_002 {
		if id := bot.MemberID(fmt.Sprintf("m%05d", i)); m.get(id) == 0 {
			m.set(id, 1000+i)
		}
	}
	for i, id := range all {
		if got := m.get(id); got != i+1 {
			t.Errorf("after others: get(%q) = %d, want %d", id, got, i+1)
		}
	}
	if m.get("m00002") != 1002 || m.get("m100001") != 101001 || m.get("m100002") != 0 {
		t.Error("an id has the value of another")
	}
}
