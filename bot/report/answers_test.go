package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
)

func text(a Answer) string {
	said, _ := a.Text()
	return said
}

func ptr(n int) *int { return &n }

// note adds a filing n, which stands unless f says otherwise.
func (s *script) note(when time.Time, n int, f bot.Filed) {
	f.Filing = bot.FilingID(fmt.Sprintf("F%06d", n))
	if f.Standing == "" {
		f.Standing = bot.Stands
	}
	s.add(when, &f)
}

// answers2026 is november2026 with what people filed for themselves and others.
func answers2026() *script {
	s := november2026(true)
	s.note(at(8, 9), 1, bot.Filed{Form: bot.FilesProxy, Unit: "jiaoke", Session: "S000001", Names: 1, Private: bot.FilingText{Text: "代签 欧阳小雨", Proxied: []string{"欧阳小雨"}}})
	s.add(at(8, 9), &bot.MemberMet{Member: "m00006", Unit: "jiaoke", Private: bot.Actor{Name: "欧阳小雨"}},
		&bot.CheckedIn{Session: "S000001", Member: "m00006", Unit: "jiaoke", Via: bot.ViaProxy, Filing: "F000001"})
	s.add(at(17, 11), &bot.Excused{Session: "S000006", Member: "m00002", Unit: "jiaoke", Reason: "公出"})
	s.note(at(18, 9), 2, bot.Filed{Form: bot.FilesHeadcount, Unit: "jiaoke", Session: "S000006", Facts: bot.Facts{Expected: ptr(60), Actual: ptr(55), Leave: ptr(5)}})
	s.note(at(20, 9), 3, bot.Filed{Form: bot.FilesActivity, Unit: "jiaoke", Facts: bot.Facts{On: "2026-11-20", Month: "2026-11", Act: "培训", Role: "组织", Audience: ptr(60)},
		Private: bot.FilingText{Text: "11月20日在一中开展反诈培训，60人参加", Title: "反诈进课堂", Place: "乡宁一中", Present: []string{"张三", "李四"}}})
	s.note(at(20, 10), 4, bot.Filed{Form: bot.FilesActivity, Unit: "gongan", Facts: bot.Facts{On: "2026-11-20", Month: "2026-11", Act: "进学校", Role: "联合"}, Private: bot.FilingText{Text: "和教科局联合"}})
	s.note(at(21, 10), 5, bot.Filed{Form: bot.FilesActivity, Unit: "nonghang", Standing: bot.Waits, Facts: bot.Facts{On: "2026-11-21", Month: "2026-11", Act: "公开活动"}})
	s.note(at(21, 11), 6, bot.Filed{Form: bot.FilesActivity, Unit: "jianhang", Facts: bot.Facts{Month: "2026-11", Act: "短信", Sent: ptr(3000)}})
	s.note(at(22, 9), 7, bot.Filed{Form: bot.FilesZeroCase, Unit: "nonghang", Facts: bot.Facts{Month: "2026-11"}})
	s.note(at(22, 10), 8, bot.Filed{Form: bot.FilesClue, Unit: "jiaoke", Facts: bot.Facts{Clue: "url"}, Private: bot.FilingText{Value: "hxxp://a[.]com"}})
	s.note(at(22, 11), 9, bot.Filed{Form: bot.FilesClue, Unit: "nonghang", Facts: bot.Facts{Clue: "phone"}, Private: bot.FilingText{Text: "有人冒充客服"}})
	s.note(at(22, 12), 10, bot.Filed{Form: bot.FilesProxy, Unit: "nonghang", Standing: bot.Waits, Names: 3, Private: bot.FilingText{Text: "代签3人"}})
	s.note(at(23, 9), 11, bot.Filed{Form: bot.FilesHeadcount, Unit: "gongan", Facts: bot.Facts{Expected: ptr(30), Actual: ptr(20)}})
	s.add(at(23, 10), &bot.FilingVoided{Filing: "F000011", Unit: "gongan", Operator: "ban"})
	return s
}

func TestAnswers(t *testing.T) {
	s := answers2026().State
	month, day := InMonth(november), Days("2026-11-20", "2026-11-20")
	autumn := Span{Months: []bot.Month{november.Add(-1), november}}
	now := at(23, 15)
	technique := func(words string, counter bool, most int) Answer {
		a, ok := Technique(s, words, "", counter, most)
		if !ok {
			return Say("nothing")
		}
		return a
	}
	export := func(sp Span, units []bot.UnitID, kind, format string) Answer {
		a, f := Export(s, sp, units, "", kind, format)
		if f != nil {
			a.Head = append(a.Head, f.Name, strings.ReplaceAll(string(f.Data), "\r", ""))
		}
		return a
	}
	activities := ActivityQuery{Span: month}
	for name, a := range map[string]Answer{
		"unit":                   Unit(s, "jiaoke", month, ""),
		"unit_rate":              Unit(s, "jiaoke", month, "rate"),
		"unit_expected":          Unit(s, "jiaoke", month, "expected_actual"),
		"unit_no_rate":           Unit(s, "nonghang", month, "rate"),
		"unit_dead_group":        Unit(s, "jianhang", month, ""),
		"unit_no_group":          Unit(s, "changning", month, ""),
		"unit_months":            Unit(s, "jiaoke", autumn, ""),
		"unit_days":              Unit(s, "jiaoke", Days("2026-11-17", "2026-11-23"), ""),
		"unit_single_handed":     Unit(november2026(false).State, "jiaoke", month, ""),
		"overview":               Overview(s, month, "", ""),
		"overview_rate":          Overview(s, month, "", "rate"),
		"overview_expected":      Overview(s, month, "", "expected_actual"),
		"overview_months":        Overview(s, autumn, "", ""),
		"overview_day":           Overview(s, Days("2026-11-17", "2026-11-17"), "", "present"),
		"tagged":                 Overview(s, month, "银行", ""),
		"tagged_none":            Overview(s, month, "火星", ""),
		"rosters":                Rosters(s, ""),
		"roster_of_unit":         Rosters(s, "jiaoke"),
		"roster_none":            Rosters(s, "gongan"),
		"ranking_activities":     Ranking(s, month, nil, "", "activities", 1, 0),
		"ranking_rate":           Ranking(s, month, nil, "", "rate", 5, 0),
		"ranking_bottom":         Ranking(s, month, nil, "", "present", 0, 2),
		"ranking_nobody":         Ranking(s, month, nil, "银行", "rate", 0, 0),
		"ranking_of_unit":        Ranking(s, month, []bot.UnitID{"gongan"}, "", "activities", 0, 0),
		"ranking_of_unit_apart":  Ranking(s, month, []bot.UnitID{"gongan"}, "", "rate", 0, 0),
		"missing_liaison":        MissingUnits{Span: month, Status: "no_liaison"}.Answer(s),
		"activity_list_place":    ActivityQuery{Span: month, Place: "一中"}.List(s),
		"compare":                Compare(s, []bot.UnitID{"jiaoke", "gongan", "nonghang"}, month, ""),
		"compare_same":           Compare(s, []bot.UnitID{"jianhang", "changning"}, month, "activities"),
		"missing_activity":       MissingUnits{Span: month, Status: "no_activity"}.Answer(s),
		"missing_activity_twice": MissingUnits{Span: autumn, Status: "no_activity", Consecutive: 2}.Answer(s),
		"missing_activity_but":   MissingUnits{Span: month, Status: "no_activity", ExcludeTag: "银行"}.Answer(s),
		"missing_checkin":        MissingUnits{Span: month, Status: "no_checkin"}.Answer(s),
		"missing_roster":         MissingUnits{Span: month, Status: "no_roster"}.Answer(s),
		"missing_none":           MissingUnits{Span: month, Status: "no_activity", Tag: "学校"}.Answer(s),
		"people_units":           MissingPeople(s, "", "", month, false),
		"people_masked":          MissingPeople(s, "jiaoke", "", month, false),
		"people_named":           MissingPeople(s, "jiaoke", "", month, true),
		"people_not_asked":       MissingPeople(s, "jiaoke", "", InMonth(november.Add(1)), false),
		"people_no_roster":       MissingPeople(s, "gongan", "", month, false),
		"people_erased":          MissingPeople(s, "jianhang", "", month, false),
		"leave":                  Leave(s, "", month, "", false),
		"late":                   Late(s, "jiaoke", month, "", false),
		"proxy":                  Proxy(s, "", month, "", true),
		"proxy_none":             Proxy(s, "nonghang", month, "", true),
		"corrections":            Corrections(s, "", month),
		"corrections_none":       Corrections(s, "jiaoke", month),
		"person":                 Person(s, "张三", "", month),
		"person_on_leave":        Person(s, "李四", "jiaoke", month),
		"person_by_name_only":    Person(s, "欧阳小雨", "", month),
		"person_not_found":       Person(s, "赵六", "gongan", month),
		"person_initials":        People(s, "姓名首字母是“ls”的", "", month, Initials(s, "ls")),
		"person_family":          People(s, "姓李的", "", month, func(n string) bool { return strings.HasPrefix(n, "李") }),
		"activity_list":          activities.List(s),
		"activity_list_unit":     ActivityQuery{Span: month, Units: []bot.UnitID{"jiaoke"}}.List(s),
		"activity_list_five":     ActivityQuery{Span: month, Act: "五进"}.List(s),
		"activity_list_joint":    ActivityQuery{Span: month, Role: "联合"}.List(s),
		"activity_list_none":     ActivityQuery{Span: InMonth(november.Add(-1))}.List(s),
		"activity_one":           ActivityQuery{Span: day, Act: "培训"}.One(s, "count", false),
		"activity_one_names":     ActivityQuery{Span: day, Units: []bot.UnitID{"jiaoke"}}.One(s, "names", false),
		"activity_one_none":      ActivityQuery{Span: Days("2026-11-19", "2026-11-19"), Act: "培训"}.One(s, "", false),
		"gap_photos":             EvidenceGap(s, activities, "照片"),
		"gap_summary":            EvidenceGap(s, activities, "小结"),
		"gap_heads":              EvidenceGap(s, activities, "人数"),
		"gap_none_filed":         EvidenceGap(s, ActivityQuery{Span: month, Units: []bot.UnitID{"nonghang"}}, "照片"),
		"evidence":               EvidenceList(s, ActivityQuery{Span: month, Units: []bot.UnitID{"jiaoke"}}, ""),
		"evidence_photos":        EvidenceList(s, ActivityQuery{Span: month, Units: []bot.UnitID{"gongan"}}, "照片"),
		"explain":                Explain(s, "jiaoke", month),
		"explain_no_roster":      Explain(s, "nonghang", month),
		"explain_no_group":       Explain(s, "changning", month),
		"explain_rule":           Explain(s, "", month),
		"clues":                  Clues(s, nil, "", month, ""),
		"clues_urls":             Clues(s, []bot.UnitID{"jiaoke"}, "", month, "url"),
		"clues_none":             Clues(s, nil, "", InMonth(november.Add(-1)), "url"),
		"push_status":            PushQuery{Last: 5}.Status(s),
		"push_status_unit":       PushQuery{Last: 3, Units: []bot.UnitID{"nonghang"}}.Status(s),
		"push_status_sunday":     PushQuery{Span: &Span{From: "2026-11-22", To: "2026-11-22"}}.Status(s),
		"push_list":              PushQuery{Last: 10}.List(s),
		"push_list_month":        PushQuery{Span: &month}.List(s),
		"push_list_topic":        PushQuery{Keyword: "垫资返利", Wording: "垫资"}.List(s),
		"push_list_topic_none":   PushQuery{Keyword: "杀猪盘"}.List(s),
		"schedule":               Schedule(s, now, nil),
		"schedule_past":          Schedule(s, at(30, 23).Add(time.Hour), nil),
		"groups":                 GroupStatus(s, "", now),
		"groups_idle":            GroupStatus(s, "idle", now.AddDate(0, 3, 0)),
		"groups_of_unit":         UnitGroups(s, "jianhang"),
		"groups_of_unit_none":    UnitGroups(s, "changning"),
		"technique":              technique("刷单", false, 2),
		"technique_counter":      technique("垫资", true, 1),
		"technique_none":         technique("杀猪盘", false, 2),
		"export":                 export(month, nil, "台账", "xlsx"),
		"export_months":          export(autumn, []bot.UnitID{"jiaoke"}, "考评", ""),
		"export_notice":          export(month, nil, "通报", ""),
		"export_evidence":        export(month, nil, "证据包", ""),
	} {
		t.Run(name, func(t *testing.T) { golden(t, "answer_"+name, []byte(text(a)+"\n")) })
	}
}

func TestRecord(t *testing.T) {
	s := november2026(true).State
	golden(t, "record", []byte(Record(s, s.Directory.Member("zhang"), november)+"\n"))
	golden(t, "record_nothing", []byte(Record(s, s.Directory.Member("zhang"), november.Add(1))+"\n"))
}

// TestTallyIsTheMonthTable: of one month both must say the same.
func TestTallyIsTheMonthTable(t *testing.T) {
	s := answers2026().State
	table := Month(s, november)
	for i, got := range tallies(s, InMonth(november)) {
		if diff := cmp.Diff(table.Rows[i], got.Row); diff != "" {
			t.Errorf("%s (-table +tally):\n%s", got.Unit.Short, diff)
		}
	}
}

func TestAnswersOfNothing(t *testing.T) {
	s := book.NewState()
	month := InMonth(november)
	for want, got := range map[string]Answer{
		"还没有推送过。":              PushQuery{}.Status(s),
		"没有这个单位。":              Unit(s, "nowhere", month, ""),
		"还没有导入名册，比对不出谁没签到。":    MissingPeople(s, "", "", month, false),
		"没有定好的推送，也没有已审批待推送的预警": Schedule(s, at(1, 1), nil),
		"2026年11月没有更正。":        Corrections(s, "", month),
		"没有找到“张三”。\n请核对姓名；没有名册、也没签过到的人查不到。": Person(s, "张三", "", month),
	} {
		if text(got) != want {
			t.Errorf("got %q, want %q", text(got), want)
		}
	}
}

func TestNothingNamesPeopleByItself(t *testing.T) {
	s := answers2026().State
	month := InMonth(november)
	files := func(a Answer) string {
		if a.Table == nil {
			return ""
		}
		return string(a.Table.File().Data)
	}
	var texts []string
	for _, a := range []Answer{
		Overview(s, month, "", ""), Unit(s, "jiaoke", month, ""), MissingUnits{Span: month}.Answer(s), MissingPeople(s, "", "", month, false),
		MissingPeople(s, "jiaoke", "", month, false), PushQuery{}.Status(s), GroupStatus(s, "", at(23, 1)), Explain(s, "jiaoke", month),
		Leave(s, "", month, "", false), Late(s, "", month, "", false), Proxy(s, "", month, "", false), Corrections(s, "", month),
		ActivityQuery{Span: month}.One(s, "names", false), EvidenceList(s, ActivityQuery{Span: month}, ""),
	} {
		texts = append(texts, text(a), files(a))
	}
	for _, text := range append(texts, string(Month(s, november).CSV()), string(Deliveries(s, november)), string(Groups(s))) {
		for _, name := range []string{"张三", "李四", "欧阳小雨", "王五", "zhang", "wang"} {
			if strings.Contains(text, name) {
				t.Errorf("%q has the name %s", text, name)
			}
		}
	}
	if got := directory.Mask("欧阳小雨"); !strings.Contains(text(Proxy(s, "", month, "", false)), got) {
		t.Errorf("the list lacks %s", got)
	}
}

func TestSpanNames(t *testing.T) {
	for want, sp := range map[string]Span{
		"2026年11月":              InMonth(november),
		"2026年9月至11月":           {Months: []bot.Month{november.Add(-2), november.Add(-1), november}},
		"2025年12月至2026年1月":      {Months: []bot.Month{november.Add(-11), november.Add(-10)}},
		"2026年9月、11月":           {Months: []bot.Month{november.Add(-2), november}},
		"2026年11月20日":           Days("2026-11-20", "2026-11-20"),
		"2026年11月17日至23日":       Days("2026-11-17", "2026-11-23"),
		"2026年10月31日至11月2日":     Days("2026-10-31", "2026-11-02"),
		"2025年12月31日至2026年1月1日": Days("2025-12-31", "2026-01-01"),
	} {
		if got := sp.Chinese(); got != want {
			t.Errorf("Chinese() = %s, want %s", got, want)
		}
	}
}

func TestRankTies(t *testing.T) {
	row := func(short string, n int) *tally {
		t := newTally(0)
		t.Unit.Short, t.Held = short, n
		return t
	}
	for _, c := range []struct {
		rule   string
		units  []*tally
		lowest bool
		want   string
	}{
		{"equal units share a rank, and the next one is counted on", []*tally{row("甲", 3), row("乙", 5), row("丙", 3), row("丁", 1)}, false, "1乙 2甲= 2丙= 4丁"},
		{"from below", []*tally{row("甲", 3), row("乙", 0), row("丙", 0)}, true, "1乙= 1丙= 3甲"},
		{"all equal", []*tally{row("甲", 0), row("乙", 0)}, false, "1甲= 1乙="},
	} {
		places, _ := order(c.units, measureOf("activities"), c.lowest)
		var got []string
		for _, p := range places {
			tie := ""
			if p.tied {
				tie = "="
			}
			got = append(got, fmt.Sprintf("%d%s%s", p.rank, p.t.Unit.Short, tie))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.rule, s, c.want)
		}
	}
}

func TestAnswersAreCutByLinesAndBytes(t *testing.T) {
	long := strings.Repeat("长", 500)
	for _, c := range []struct {
		rule  string
		lines []string
		most  int // lines
		cut   bool
	}{
		{"few", []string{"一", "二"}, 3, false},
		{"just as many as fit", make([]string, maxLines), maxLines + 1, false},
		{"one more", make([]string, maxLines+1), maxLines + 2, true},
		{"long lines are shortened", []string{long}, 2, false},
	} {
		said, cut := Answer{Head: []string{"头"}, List: c.lines}.Text()
		if n := strings.Count(said, "\n") + 1; n > c.most || cut != c.cut || len(said) > maxBytes {
			t.Errorf("%s: %d lines, %d bytes, cut %t", c.rule, n, len(said), cut)
		}
	}
	said, cut := Answer{Head: []string{strings.Repeat("长", maxBytes/3-40)}, List: []string{long, long, long}}.Text()
	if !cut || len(said) > maxBytes+50 {
		t.Errorf("%d bytes, cut %t", len(said), cut)
	}
}
