package bot_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

var update = flag.Bool("update", false, "add golden files that are missing; those that exist are never changed")

const goldenDir = "testdata/entries/v1"

var (
	at  = time.Date(2026, 11, 23, 1, 6, 0, 123e6, time.UTC)
	sum = strings.Repeat("0f", 32)
)

// samples are what the golden files hold, by file name: the kind, or the kind,
// a plus sign and what is special about it. Over the samples of one kind every
// field has a value. A field that is added to a payload gets a sample and a
// file of its own.
func samples() map[string]bot.Payload {
	chat := bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: "wrkSFfCgAA_9"}
	actor := bot.Actor{Person: "ZhangSan", Name: "张三"}
	return map[string]bot.Payload{
		"county.founded":         &bot.CountyFounded{County: "乡宁县", Key: "fanzha/乡宁县+0123abcd+AXsx"},
		"process.started":        &bot.ProcessStarted{FourEyes: true},
		"process.started+shared": &bot.ProcessStarted{FourEyes: true, Process: "fanzha-1", Fence: "12-9f3a", Weak: []string{"每秒落盘一次"}},
		"store.restored":         &bot.StoreRestored{Held: 4711, Found: 4700},
		"unit.registered": &bot.UnitRegistered{Unit: bot.Unit{
			ID: "jiaoke", Name: "县教育科技局", Short: "教科局", Aliases: []string{"教育局", "jkj"}, Tags: []string{"学校"},
			Parent: "zhengfu", Unscored: true,
		}},
		"code.issued": &bot.CodeIssued{Unit: "jiaoke", Digest: sum, Expires: at, By: "liu"},
		"group.seen":  &bot.GroupSeen{Chat: chat, Group: "g0007", Unit: "jiaoke"},
		"group.bound": &bot.GroupBound{Group: "g0007", Chat: chat, Unit: "jiaoke", Digest: sum, By: actor},
		"group.bound+operator": &bot.GroupBound{
			Group: "g0008", Chat: bot.Chat{Channel: bot.ViaRobot, Kind: bot.GroupChat, ID: "教科局群"}, Unit: "jiaoke", Operator: "liu",
		},
		"group.disabled":         &bot.GroupDisabled{Group: "g0007", Unit: "jiaoke", Code: 86008},
		"group.disabled+channel": &bot.GroupDisabled{Group: "g0007", Unit: "jiaoke", Code: 93000, Channel: bot.ViaRobot},
		"route.added":            &bot.RouteAdded{Group: "g0007", Unit: "jiaoke", Chat: chat, By: "liu"},
		"route.removed":          &bot.RouteRemoved{Group: "g0007", Unit: "jiaoke", Chat: chat, By: "liu"},
		"roster.imported": &bot.RosterImported{Unit: "jiaoke", Count: 2, Digest: sum, By: "liu", Private: bot.RosterLines{
			Lines: []bot.RosterLine{{Name: "张三", Person: "ZhangSan", Liaison: true}, {Name: "李四"}},
		}},
		"member.met":                &bot.MemberMet{Member: "m00042", Unit: "jiaoke", Private: bot.Actor{Person: "ZhangSan", Name: "张三"}},
		"member.named":              &bot.MemberNamed{Member: "m00042", Unit: "jiaoke", Private: actor},
		"member.named+listed":       &bot.MemberNamed{Member: "m00042", Unit: "jiaoke", Listed: true, Private: actor},
		"member.confirmed":          &bot.MemberConfirmed{Member: "m00042", Unit: "jiaoke", By: "m00001"},
		"member.confirmed+operator": &bot.MemberConfirmed{Member: "m00042", Unit: "jiaoke", Operator: "liu"},
		"alert.drafted": &bot.AlertDrafted{Alert: "A0012", Hash: sum, By: "wang", Message: "msg-1", Content: bot.Content{
			Category: "诈骗预警", Topic: "冒充客服<退款>", Technique: "以“质量问题”为名 & 索要验证码", Countermeasures: "不点链接",
			Audience: []string{"学校"}, Source: "县公安局", SourceOn: "2026-11-20", Urgent: true,
		}},
		"alert.verified":   &bot.AlertVerified{Alert: "A0012", Hash: sum, By: "zhao"},
		"alert.approved":   &bot.AlertApproved{Alert: "A0012", Hash: sum, Urgent: true, By: "liu"},
		"alert.withdrawn":  &bot.AlertWithdrawn{Alert: "A0012", Reason: "事实有误", By: "liu"},
		"push.planned":     &bot.PushPlanned{Push: "P0012", Alert: "A0012", Hash: sum, DueAt: at, By: "liu"},
		"push.planned+job": &bot.PushPlanned{Push: "P0012", Alert: "A0012", Hash: sum, DueAt: at, Job: "push"},
		"delivery.planned": &bot.DeliveryPlanned{
			Delivery: "D000431", Purpose: bot.ForAlert, Push: "P0012", Session: "S000431", Group: "g0007", Unit: "jiaoke", DueAt: at, Urgent: true,
		},
		"delivery.planned+summary": &bot.DeliveryPlanned{
			Delivery: "Z000431", Purpose: bot.ForSummary, Session: "S000431", Group: "g0007", Unit: "jiaoke", Text: "已签到 12 人", DueAt: at,
		},
		"delivery.planned+notice": &bot.DeliveryPlanned{
			Delivery: "N000001", Purpose: bot.ForNotice, Unit: "jiaoke", DueAt: at,
			Private: bot.NoticeContent{Person: "ZhangSan", Text: "请确认：李四"},
		},
		"delivery.planned+digest": &bot.DeliveryPlanned{
			Delivery: "D000431", Purpose: bot.ForAlert, Push: "P0012", Also: []bot.PushID{"P0013", "P0014"}, Session: "S000431", Group: "g0007", Unit: "jiaoke", DueAt: at,
		},
		"delivery.planned+note": &bot.DeliveryPlanned{
			Delivery: "D000432", Purpose: bot.ForAlert, Push: "P0012", Session: "S000432", Group: "g0007", Unit: "jiaoke", DueAt: at, Urgent: true, Note: "紧急",
		},
		"delivery.planned+correction": &bot.DeliveryPlanned{
			Delivery: "X000001", Purpose: bot.ForCorrection, Group: "g0007", Unit: "jiaoke", Text: "【更正说明】", DueAt: at, About: "D000431",
		},
		"delivery.intended+channel": &bot.DeliveryIntended{Delivery: "D000431", Unit: "jiaoke", Attempt: 2, Part: 1, Parts: 3, Digest: sum, Channel: bot.ViaRobot},
		"delivery.answered+next":    &bot.DeliveryAnswered{Delivery: "D000431", Unit: "jiaoke", Attempt: 2, Outcome: bot.Rejected, Code: 93006, Reason: "不在群里", Next: bot.ViaRobot},
		"delivery.answered+ref":     &bot.DeliveryAnswered{Delivery: "D000431", Unit: "jiaoke", Attempt: 2, Outcome: bot.Sent, Ref: "msgid_1"},
		"delivery.forwarded":        &bot.DeliveryForwarded{Delivery: "D000431", Unit: "jiaoke", By: "m00042", Private: bot.Remark{Person: "ZhangSan", Text: "已转发"}},
		"delivery.forwarded+no":     &bot.DeliveryForwarded{Delivery: "D000431", Unit: "jiaoke", Declined: true, Operator: "liu", Private: bot.Remark{Text: "群已解散"}},
		"recall.intended":           &bot.RecallIntended{Delivery: "D000431", Unit: "jiaoke", Attempt: 1, Ref: "msgid_1"},
		"recall.answered":           &bot.RecallAnswered{Delivery: "D000431", Unit: "jiaoke", Attempt: 1, Outcome: bot.Rejected, Code: 60011, Reason: "超过可撤回的时间"},
		"sending.stopped":           &bot.SendingStopped{Reason: "内容有误，先停", By: "liu"},
		"sending.resumed":           &bot.SendingResumed{By: "liu"},
		"delivery.intended":         &bot.DeliveryIntended{Delivery: "D000431", Unit: "jiaoke", Attempt: 2, Part: 1, Parts: 3, Digest: sum},
		"delivery.answered":         &bot.DeliveryAnswered{Delivery: "D000431", Unit: "jiaoke", Attempt: 2, Outcome: bot.Sent},
		"delivery.answered+retry":   &bot.DeliveryAnswered{Delivery: "D000431", Unit: "jiaoke", Attempt: 2, Outcome: bot.RetryLater, Code: 45009, Reason: "太频繁", RetryAt: at},
		"delivery.resolved":         &bot.DeliveryResolved{Delivery: "D000431", Unit: "jiaoke", Attempt: 2, Seen: true, By: "liu"},
		"session.opened":            &bot.SessionOpened{Session: "S000431", Push: "P0012", Group: "g0007", Unit: "jiaoke", Title: "冒充客服退款", DueAt: at, EndsAt: at.Add(time.Hour)},
		"session.opened+paper":      &bot.SessionOpened{Session: "B000001", Unit: "jiaoke", Title: "10月反诈学习", DueAt: at, EndsAt: at, Month: "2026-10"},
		"session.closed":            &bot.SessionClosed{Session: "S000431", Unit: "jiaoke", Present: 12, Expected: 40},
		"checkin.recorded": &bot.CheckedIn{Session: "S000431", Member: "m00042", Unit: "jiaoke", Via: bot.ViaCard, Late: true, Private: bot.CheckInEvidence{
			Person: "ZhangSan", Name: "张三", Message: "evt-1", Text: "签到 张三",
		}},
		"checkin.recorded+filing": &bot.CheckedIn{
			Session: "S000431", Member: "m00042", Unit: "jiaoke", Via: bot.ViaProxy, Filing: "F000012", Private: bot.CheckInEvidence{Name: "李四"},
		},
		"correction.made+self":    &bot.Corrected{Seq: 4711, Session: "S000431", Member: "m00042", Unit: "jiaoke", Reason: "本人撤回", Self: true},
		"correction.made+message": &bot.Corrected{Seq: 4711, Session: "S000431", Member: "m00042", Unit: "jiaoke", Reason: "本人撤回", Self: true, Message: "msg-4711"},
		"correction.made":         &bot.Corrected{Seq: 4711, Session: "S000431", Member: "m00042", Unit: "jiaoke", Reason: "代签", By: "liu"},
		"danger.raised":           &bot.DangerRaised{Unit: "jiaoke"},
		"query.answered":          &bot.QueryAnswered{By: "liu", Intent: "absent", Named: true, Private: bot.QueryText{Text: "教科局谁没签"}},
		"query.answered+liaison":  &bot.QueryAnswered{Member: "m00042", Unit: "jiaoke", Intent: "missing_people", Named: true, Private: bot.QueryText{Text: "谁没签"}},
		"export.made":             &bot.ExportMade{Month: "2026-11", Masked: true, Size: 4711, Reason: "归档", By: "liu"},
		"checkpoint.witnessed":    &bot.CheckpointWitnessed{Size: 4711, Root: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
		"filing.made": &bot.Filed{
			Filing: "F000012", Form: bot.FilesActivity, Unit: "jiaoke", Session: "S000431", Standing: bot.Waits, By: "m00042", Replaces: "F000011",
			Names: 3, Digest: sum,
			Facts: bot.Facts{
				Expected: new(40), Actual: new(37), Leave: new(3), Month: "2026-11", On: "2026-11-20", Act: "培训", Role: "联合", Audience: new(200),
				Leaflets: new(300), Sent: new(1000), Times: new(2), Clue: "phone", Op: "set_actual", Reason: "公出",
			},
			Private: bot.FilingText{
				Person: "ZhangSan", Name: "张三", Message: "msg-9", Text: "替李四、王五签到，赵六请假", Present: []string{"王五"}, Proxied: []string{"李四"},
				OnLeave: []string{"赵六"}, Title: "反诈培训", Place: "三楼会议室", Dept: "城区所", Value: "138****0000", Ask: "是 3 人还是 4 人？",
			},
		},
		"filing.made+operator":    &bot.Filed{Filing: "F000013", Form: bot.FilesPaste, Unit: "jiaoke", Standing: bot.Stands, Operator: "liu"},
		"filing.settled":          &bot.FilingSettled{Filing: "F000012", Unit: "jiaoke", Verdict: bot.Stands, By: "m00042", Private: bot.Said{Person: "ZhangSan", Text: "同意 12"}},
		"filing.settled+message":  &bot.FilingSettled{Filing: "F000012", Unit: "jiaoke", Verdict: bot.Stands, By: "m00042", Private: bot.Said{Person: "ZhangSan", Text: "是", Message: "msg-4711"}},
		"filing.voided+message":   &bot.FilingVoided{Filing: "F000012", Unit: "jiaoke", By: "m00042", Private: bot.Said{Person: "ZhangSan", Text: "撤回", Message: "msg-4711"}},
		"filing.settled+operator": &bot.FilingSettled{Filing: "F000012", Unit: "jiaoke", Verdict: bot.Refused, Operator: "liu"},
		"filing.voided":           &bot.FilingVoided{Filing: "F000012", Unit: "jiaoke", By: "m00042", Private: bot.Said{Person: "ZhangSan", Text: "报错了"}},
		"filing.voided+operator":  &bot.FilingVoided{Filing: "F000012", Unit: "jiaoke", Operator: "liu"},
		"leave.recorded": &bot.Excused{Session: "S000431", Member: "m00042", Unit: "jiaoke", Reason: "公出", Filing: "F000012", Private: bot.CheckInEvidence{
			Person: "ZhangSan", Name: "张三", Message: "msg-9", Text: "公出，请假",
		}},
		"letter.issued": &bot.LetterIssued{
			Letter: "L0003", Number: "乡反诈函〔2026〕3号", Title: "关于防范冒充客服诈骗的提示", Units: []bot.UnitID{"jiaoke"}, On: "2026-11-20", DueOn: "2026-11-27", By: "liu",
		},
		"letter.answered":          &bot.LetterAnswered{Letter: "L0003", Unit: "jiaoke", State: bot.LetterDone, By: "m00042", Private: bot.Remark{Person: "ZhangSan", Text: "已开会传达"}},
		"letter.answered+operator": &bot.LetterAnswered{Letter: "L0003", Unit: "jiaoke", State: bot.LetterReceived, Operator: "liu"},
		"supervision.noted": &bot.SupervisionNoted{
			Unit: "jiaoke", Step: bot.StepTalk, On: "2026-11-20", DueOn: "2026-11-27", Number: "乡反诈办〔2026〕5号", By: "liu", Private: bot.Remark{Person: "Liu", Text: "连续两月未报活动"},
		},
		"figures.filed":          &bot.FiguresFiled{Unit: "jiaoke", Month: "2026-11", Topic: "判决", Figures: []bot.Figure{{Name: "案件", Value: "3", Measure: "件"}}, By: "m00042"},
		"figures.filed+operator": &bot.FiguresFiled{Unit: "jiaoke", Month: "2026-11", Topic: "发案", Figures: []bot.Figure{{Name: "案件", Value: "0"}}, Operator: "liu"},
		"job.settled":            &bot.JobSettled{Job: "push", When: "每个工作日 09:30", Until: at, Ran: true, MadeUp: true, Skipped: 2},
	}
}

// A golden is what a file under testdata/entries holds of one entry.
type golden struct {
	Kind    bot.Kind        `json:"kind"`
	Version int             `json:"version"`
	Public  json.RawMessage `json:"public"`
	Private json.RawMessage `json:"private,omitempty"`
}

func readGolden(t *testing.T, name string) golden {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(goldenDir, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&g); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return g
}

// The golden files are for ever. Ledgers in the counties hold entries of just
// these bytes, and their hashes have been shown to the groups: a file is never
// edited and never removed, and -update only adds those that are missing. If
// this test fails, it is the program that must change.
func TestEntriesAreReadableForEver(t *testing.T) {
	for name, p := range samples() {
		t.Run(name, func(t *testing.T) {
			v, public, private, err := bot.Encode(p)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				addGolden(t, name, golden{p.Kind(), v, public, private})
			}
			g := readGolden(t, name)
			if kind, _, _ := strings.Cut(name, "+"); g.Kind != bot.Kind(kind) || g.Kind != p.Kind() || g.Version != v {
				t.Errorf("file is of %s version %d, the sample of %s version %d", g.Kind, g.Version, p.Kind(), v)
			}
			if !bytes.Equal(g.Public, public) {
				t.Errorf("public part:\n got %s\nfile %s", public, g.Public)
			}
			if !bytes.Equal(g.Private, private) {
				t.Errorf("private part:\n got %s\nfile %s", private, g.Private)
			}
			got, err := bot.Decode(g.Kind, g.Version, g.Public, g.Private)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, got); diff != "" {
				t.Errorf("Decode(Encode(p)) (-p +got):\n%s", diff)
			}
		})
	}
}

func addGolden(t *testing.T, name string, g golden) {
	t.Helper()
	text := fmt.Sprintf("{\n\"kind\": %q,\n\"version\": %d,\n\"public\": %s", g.Kind, g.Version, g.Public)
	if g.Private != nil {
		text += fmt.Sprintf(",\n\"private\": %s", g.Private)
	}
	if err := os.MkdirAll(goldenDir, 0o777); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(goldenDir, name+".json"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if os.IsExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text + "\n}\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestGoldenFilesAndKindsAgree(t *testing.T) {
	files, err := filepath.Glob(goldenDir + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	samples := samples()
	if len(files) != len(samples) {
		t.Errorf("%d files for %d samples: none may be removed, every sample needs one", len(files), len(samples))
	}
	for _, kind := range bot.Kinds() {
		if samples[string(kind)] == nil {
			t.Errorf("kind %s has no sample", kind)
		}
	}
}

// Every field of every kind stands in a golden file with a value of its own.
func TestSamplesSetEveryField(t *testing.T) {
	unset := make(map[string]bool)
	for pass := range 2 { // first all fields that some sample leaves out, then strike those that another sets
		for _, p := range samples() {
			walk(reflect.ValueOf(p).Elem(), string(p.Kind()), func(path string, zero bool) {
				if pass == 0 && zero {
					unset[path] = true
				} else if pass == 1 && !zero {
					delete(unset, path)
				}
			})
		}
	}
	for path := range unset {
		t.Errorf("no sample sets %s", path)
	}
}

// walk tells of each field of v that is not itself a struct of this package.
func walk(v reflect.Value, path string, tell func(path string, zero bool)) {
	if v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]() {
		for i := range v.NumField() {
			walk(v.Field(i), path+"."+v.Type().Field(i).Name, tell)
		}
		return
	}
	tell(path, v.IsZero())
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, c := range []struct {
		name            string
		kind            bot.Kind
		v               int
		public, private string
	}{
		{"kind", "checkin.forgotten", 1, `{}`, ``},
		{"no kind", "", 1, `{}`, ``},
		{"newer version", "checkin.recorded", 2, `{}`, ``},
		{"version 0", "checkin.recorded", 0, `{}`, ``},
		{"public part that is no JSON", "checkin.recorded", 1, `{`, ``},
		{"public part of another type", "checkin.recorded", 1, `{"session":7}`, ``},
		{"no public part", "checkin.recorded", 1, ``, ``},
		{"private part that is no JSON", "checkin.recorded", 1, `{}`, `{`},
		{"private part for a kind without", "danger.raised", 1, `{}`, `{}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var private []byte
			if c.private != "" {
				private = []byte(c.private)
			}
			if p, err := bot.Decode(c.kind, c.v, []byte(c.public), private); err == nil {
				t.Errorf("Decode(%q, %d, %s, %s) = %v, want an error", c.kind, c.v, c.public, c.private, p)
			}
		})
	}
}

// An entry whose private part was erased says all but that.
func TestErasedEntryDecodes(t *testing.T) {
	for name, p := range samples() {
		q, ok := p.(bot.Private)
		if !ok {
			continue
		}
		g := readGolden(t, name)
		got, err := bot.Decode(g.Kind, g.Version, g.Public, nil)
		if err != nil {
			t.Errorf("Decode(%s, erased): %v", name, err)
			continue
		}
		part := reflect.ValueOf(q.PrivatePart()).Elem()
		part.SetZero()
		if diff := cmp.Diff(p, got); diff != "" {
			t.Errorf("%s, erased (-want +got):\n%s", name, diff)
		}
	}
}

// A payload's unit stands beside it in the leaf, so whatever has a unit must
// give it.
func TestAboutUnitIsTheUnitField(t *testing.T) {
	for name, p := range samples() {
		want := bot.UnitID("")
		if f := reflect.ValueOf(p).Elem().FieldByName("Unit"); f.IsValid() && (!f.IsZero() || name != "query.answered") {
			want = "jiaoke"
		}
		if got := p.AboutUnit(); got != want {
			t.Errorf("%s: AboutUnit() = %q, want %q", name, got, want)
		}
	}
}
