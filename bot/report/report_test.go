package report

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

var november = bot.Month{Year: 2026, Month: time.November}

func at(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, bot.Zone) }

// A script is a state that entries are put into at given times.
type script struct {
	*book.State
	seq int64
}

func (s *script) add(when time.Time, payloads ...bot.Payload) {
	for _, p := range payloads {
		s.seq++
		s.Apply(ledger.Entry{Seq: s.seq, At: when.UTC(), Payload: p, Hash: [32]byte{byte(s.seq), byte(s.seq >> 8), 7}})
	}
}

// card pushes alert n to a group of a unit: planned and, if outcome is not "",
// intended and answered.
func (s *script) card(when time.Time, id, push string, group bot.GroupID, unit bot.UnitID, outcome bot.Outcome) {
	d, sess := bot.DeliveryID("D"+id), bot.SessionID("S"+id)
	s.add(when,
		&bot.DeliveryPlanned{Delivery: d, Purpose: bot.ForAlert, Push: bot.PushID(push), Session: sess, Group: group, Unit: unit, DueAt: when},
		&bot.SessionOpened{Session: sess, Push: bot.PushID(push), Group: group, Unit: unit, Title: s.Outbox.Push(bot.PushID(push)).Content.Topic, DueAt: when.Add(72 * time.Hour), EndsAt: when.Add(120 * time.Hour)})
	if outcome != "" {
		answer := &bot.DeliveryAnswered{Delivery: d, Unit: unit, Attempt: 1, Outcome: outcome}
		if outcome != bot.Sent {
			answer.Code, answer.Reason = 846607, "平台没有确认"
		}
		s.add(when.Add(time.Second), &bot.DeliveryIntended{Delivery: d, Unit: unit, Attempt: 1, Parts: 1}, answer)
	}
}

func (s *script) checkIn(when time.Time, session bot.SessionID, m bot.MemberID, late bool) {
	s.add(when, &bot.CheckedIn{Session: session, Member: m, Unit: s.Attendance.Session(session).Unit, Via: bot.ViaCard, Late: late})
}

func (s *script) alert(when time.Time, n int, topic string, audience ...string) {
	c := bot.Content{Category: "诈骗预警", Topic: topic, Technique: "先返小利，再要垫资。", Countermeasures: "不垫资。", Audience: audience, Source: "县公安局", SourceOn: "2026-11-01"}
	id, push := bot.AlertID(fmt.Sprintf("A%04d", n)), bot.PushID(fmt.Sprintf("P%04d", n))
	s.add(when, &bot.AlertDrafted{Alert: id, Content: c, Hash: c.Hash(), By: "lin"}, &bot.AlertVerified{Alert: id, Hash: c.Hash(), By: "shi"},
		&bot.AlertApproved{Alert: id, Hash: c.Hash(), By: "ban"}, &bot.PushPlanned{Push: push, Alert: id, Hash: c.Hash(), DueAt: when, By: "ban"})
}

// november2026 is a month with one of everything.
func november2026(fourEyes bool) *script {
	s := &script{State: book.NewState()}
	s.add(at(1, 8), &bot.CountyFounded{County: "乡宁县", Key: "k"}, &bot.ProcessStarted{FourEyes: fourEyes})
	for _, u := range []bot.Unit{
		{ID: "jiaoke", Name: "教育科技局", Short: "教科局", Tags: []string{"学校"}}, {ID: "gongan", Name: "公安局", Short: "公安局"},
		{ID: "nonghang", Name: "农业银行", Short: "农行", Tags: []string{"银行"}}, {ID: "jianhang", Name: "建设银行", Short: "建行", Tags: []string{"银行"}},
		{ID: "changning", Name: "昌宁镇", Short: "昌宁镇", Unscored: true},
	} {
		s.add(at(1, 8), &bot.UnitRegistered{Unit: u})
	}
	s.add(at(1, 9), &bot.RosterImported{Unit: "jiaoke", Count: 4, Private: bot.RosterLines{Lines: []bot.RosterLine{
		{Name: "张三", Person: "zhang"}, {Name: "李四"}, {Name: "欧阳小雨"}, {Name: "=1+1", Person: "eq"},
	}}}, &bot.RosterImported{Unit: "jianhang", Count: 7})
	for i, unit := range []bot.UnitID{"jiaoke", "gongan", "nonghang", "jianhang"} {
		s.add(at(2, 9), &bot.GroupBound{Group: bot.GroupID(fmt.Sprintf("g%04d", i+1)), Chat: bot.Chat{Kind: bot.GroupChat, ID: fmt.Sprint(i)}, Unit: unit})
	}
	s.add(at(2, 10), &bot.GroupSeen{Chat: bot.Chat{Kind: bot.GroupChat, ID: "stray"}})

	s.alert(at(3, 9), 1, "刷单返利")
	s.card(at(3, 9), "000001", "P0001", "g0001", "jiaoke", bot.Sent)
	s.card(at(3, 9), "000002", "P0001", "g0002", "gongan", bot.Unknown)
	s.card(at(3, 9), "000003", "P0001", "g0003", "nonghang", bot.Sent)
	s.card(at(3, 9), "000004", "P0001", "g0004", "jianhang", bot.Rejected)
	s.add(at(3, 9), &bot.GroupDisabled{Group: "g0004", Unit: "jianhang", Code: 93006})
	for i, name := range []string{"", "李四", "王五", "李四儿", ""} {
		id := bot.MemberID(fmt.Sprintf("m%05d", i+1))
		unit := []bot.UnitID{"jiaoke", "jiaoke", "jiaoke", "nonghang", "nonghang"}[i]
		s.add(at(3, 10), &bot.MemberMet{Member: id, Unit: unit, Private: bot.Actor{Person: bot.PersonID([]string{"zhang", "li", "wang", "lier", "mo"}[i])}})
		if name != "" {
			s.add(at(3, 10), &bot.MemberNamed{Member: id, Unit: unit, Private: bot.Actor{Name: name}})
		}
	}
	s.checkIn(at(3, 11), "S000001", "m00001", false)
	s.checkIn(at(3, 12), "S000001", "m00003", false)
	s.checkIn(at(7, 11), "S000001", "m00002", true)
	s.checkIn(at(3, 11), "S000003", "m00004", false)
	s.checkIn(at(3, 12), "S000003", "m00005", false)
	void, _ := s.Attendance.Session("S000003").CheckIn("m00005")
	s.add(at(4, 9), &bot.Corrected{Seq: void.Seq, Session: "S000003", Member: "m00005", Unit: "nonghang", Reason: "误点", By: "ban"})

	s.alert(at(10, 9), 2, "冒充客服", "学校")
	s.card(at(10, 9), "000005", "P0002", "g0001", "jiaoke", "")
	s.add(at(10, 10), &bot.AlertWithdrawn{Alert: "A0002", Reason: "案情有误", By: "ban"})
	s.alert(at(17, 9), 3, "虚假投资", "银行")
	s.card(at(17, 9), "000006", "P0003", "g0001", "jiaoke", bot.Sent)
	s.checkIn(at(17, 10), "S000006", "m00001", false)
	s.alert(at(30, 23), 4, "夜里的预警", "医院") // no group fits
	return s
}

func TestCSVFiles(t *testing.T) {
	for name, s := range map[string]*book.State{"month.csv": november2026(true).State, "month_single_handed.csv": november2026(false).State} {
		golden(t, name, Month(s, november).CSV())
	}
	s := november2026(true).State
	golden(t, "deliveries.csv", Deliveries(s, november))
	golden(t, "groups.csv", Groups(s))
}

// TestSameEntriesSameBytes is rule 10 of the design: reports from two replays
// are the same.
func TestSameEntriesSameBytes(t *testing.T) {
	a, b := november2026(true).State, november2026(true).State
	for range 20 {
		if !bytes.Equal(Month(a, november).CSV(), Month(b, november).CSV()) || text(Overview(a, InMonth(november), "", "")) != text(Overview(b, InMonth(november), "", "")) {
			t.Fatal("two replays of the same entries give different reports")
		}
	}
}

func TestRate(t *testing.T) {
	for _, c := range []struct {
		rule    string
		row     Row
		percent int
		ok      bool
	}{
		{"listed of expected", Row{Sessions: 1, Expected: 3, Listed: 2, Present: 9, Comparable: true}, 66, true},
		{"people off the roster do not make up", Row{Sessions: 1, Expected: 3, Present: 9, Comparable: true}, 0, true},
		{"never rounded up to all", Row{Sessions: 1, Expected: 1000, Listed: 999, Comparable: true}, 99, true},
		{"no roster", Row{Sessions: 1, Present: 9}, 0, false},
		{"nobody was asked", Row{Expected: 3, Comparable: true}, 0, false},
		{"the roster's names are gone", Row{Sessions: 1, Expected: 3, Present: 3}, 0, false},
	} {
		if percent, ok := c.row.Rate(); percent != c.percent || ok != c.ok {
			t.Errorf("%s: Rate = %d, %t, want %d, %t", c.rule, percent, ok, c.percent, c.ok)
		}
	}
}

func TestCSVGuardsFormulas(t *testing.T) {
	cells := []string{"=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "张三", "1-2", "", "a,b\"c\nd"}
	out := CSV([]string{"列"}, [][]string{cells})
	if !bytes.HasPrefix(out, []byte("\ufeff")) || !bytes.HasSuffix(out, []byte("\r\n")) {
		t.Errorf("CSV = %q, want a byte-order mark and CRLF", out)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, cell := range rows[1] {
		want := cells[i]
		if i < 10 {
			want = "'" + strings.Trim(want, "\r") // which the format does not keep
		}
		if cell != want {
			t.Errorf("cell %q is read as %q, want %q", cells[i], cell, want)
		}
	}
}

func TestLongListsAreCut(t *testing.T) {
	s := &script{State: book.NewState()}
	s.add(at(1, 9), &bot.UnitRegistered{Unit: bot.Unit{ID: "big", Short: "大单位"}})
	roster := &bot.RosterImported{Unit: "big", Count: 100}
	for i := range 100 {
		roster.Private.Lines = append(roster.Private.Lines, bot.RosterLine{Name: fmt.Sprintf("张%c", '一'+rune(i))})
	}
	s.add(at(1, 9), roster, &bot.SessionOpened{Session: "S1", Unit: "big"}, &bot.CheckedIn{Session: "S1", Member: "m9", Unit: "big", Via: bot.ViaText})
	a := MissingPeople(s.State, "big", "", InMonth(november), false)
	got, cut := a.Text()
	if n := strings.Count(got, "\n"); n != maxLines+3 || !cut || !strings.Contains(got, "还有 60 行") {
		t.Errorf("%d lines, cut %t: %s", n, cut, got)
	}
	if n := bytes.Count(a.Table.File().Data, []byte("\r\n")); n != 101 {
		t.Errorf("the file has %d lines, want all", n)
	}
}
