package attendance

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

// present shows who is at s, as same tells them apart.
func present(s *Session, same func(bot.MemberID) bot.MemberID) string {
	var out []string
	for _, c := range s.Distinct(same) {
		out = append(out, fmt.Sprintf("%s:%s", c.Member, c.Via))
	}
	return fmt.Sprint(out)
}

func himself(m bot.MemberID) bot.MemberID { return m }

func TestOwnCheckInCountsBeforeAnothersWord(t *testing.T) {
	l := newLedger()
	s := l.open("S1", "P1", "g1", noon)
	l.add(noon, s.RecordFor("m2", bot.ViaProxy, "F1", false, bot.CheckInEvidence{Name: "李四"})...)
	if out := s.RecordFor("m2", bot.ViaList, "F2", false, bot.CheckInEvidence{}); out != nil {
		t.Errorf("RecordFor again = %v, want nothing", out)
	}
	l.checkIn(s, "m3", noon)
	// m2 is known by name only; it turns out that he is m3.
	same := func(m bot.MemberID) bot.MemberID {
		if m == "m2" {
			return "m3"
		}
		return m
	}
	if got := present(s, himself); got != "[m2:proxy m3:card]" {
		t.Errorf("before it is known: %s", got)
	}
	if got := present(s, same); got != "[m3:card]" {
		t.Errorf("once it is known: %s", got)
	}
	if c := s.Distinct(same)[0]; c.Filing != "" {
		t.Errorf("check-in = %+v, want his own", c)
	}
}

func TestFilingIsTakenBackWhole(t *testing.T) {
	l := newLedger()
	a, b := l.open("S1", "P1", "g1", noon), l.open("S2", "P2", "g1", noon)
	for _, s := range []*Session{a, b} {
		l.add(noon, s.RecordFor("m1", bot.ViaProxy, "F1", false, bot.CheckInEvidence{})...)
		l.add(noon, s.Excuse("m2", "公出", "F1", bot.CheckInEvidence{})...)
	}
	l.add(noon, a.RecordFor("m3", bot.ViaProxy, "F2", true, bot.CheckInEvidence{})...)
	l.add(noon, a.Excuse("m4", "", "", bot.CheckInEvidence{})...)
	if out := a.Excuse("m4", "病假", "", bot.CheckInEvidence{}); out != nil {
		t.Errorf("Excuse again = %v, want nothing", out)
	}
	l.add(noon, &bot.FilingVoided{Filing: "F1"})
	l.add(noon, &bot.FilingVoided{Filing: "F1"})
	if present(a, himself) != "[m3:proxy]" || present(b, himself) != "[]" || a.Voided != 1 || b.Voided != 1 {
		t.Errorf("present %s and %s, voided %d and %d, want m3 alone, 1 and 1", present(a, himself), present(b, himself), a.Voided, b.Voided)
	}
	if got := a.Leaves(); len(got) != 1 || got[0].Member != "m4" || len(b.Leaves()) != 0 {
		t.Errorf("leave = %v and %v, want m4's own alone", got, b.Leaves())
	}
	if _, ok := a.Leave("m2"); ok {
		t.Error("m2 still has leave")
	}
	// After that he may be signed for anew.
	if out := a.RecordFor("m1", bot.ViaList, "F3", false, bot.CheckInEvidence{}); len(out) != 1 {
		t.Errorf("RecordFor after the filing was voided = %v, want one", out)
	}
}

func TestTakeBack(t *testing.T) {
	l := newLedger()
	old, s := l.open("S1", "P1", "g1", noon), l.open("S2", "P2", "g1", noon.Add(day))
	l.checkIn(old, "m1", noon)
	l.checkIn(s, "m1", noon.Add(day))
	l.add(noon.Add(day), s.RecordFor("m2", bot.ViaProxy, "F1", false, bot.CheckInEvidence{})...)
	now := noon.Add(day + time.Hour)
	for m, groups := range map[bot.MemberID][]bot.GroupID{"m2": {"g1"}, "m1": {"g2"}, "m9": {"g1"}} {
		if out, err := l.TakeBack(groups, m, "", now); err == nil {
			t.Errorf("TakeBack(%v, %s) = %v, want a refusal", groups, m, out)
		}
	}
	for _, want := range []bot.SessionID{"S2", "S1"} {
		out, err := l.TakeBack([]bot.GroupID{"g1"}, "m1", "", now)
		if err != nil {
			t.Fatal(err)
		}
		c := out[0].(*bot.Corrected)
		if c.Session != want || !c.Self || c.By != "" {
			t.Errorf("TakeBack = %+v, want the newest, %s, by himself", c, want)
		}
		l.add(now, out...)
	}
	l.checkIn(old, "m1", now)
	if _, err := l.TakeBack([]bot.GroupID{"g1"}, "m1", "", noon.Add(3*day+1)); err == nil {
		t.Error("TakeBack after the end = nil, want a refusal")
	}
}

func TestPaperSessions(t *testing.T) {
	l := newLedger()
	nov, err := bot.ParseMonth("2026-11")
	if err != nil {
		t.Fatal(err)
	}
	now := noon.AddDate(0, 1, 0)
	id, out := l.Paper("jiaoke", nov, "微信群登记（11月20日）", now)
	want := []bot.Payload{&bot.SessionOpened{Session: "B000001", Unit: "jiaoke", Title: "微信群登记（11月20日）", DueAt: now.UTC(), EndsAt: now.UTC(), Month: "2026-11"}}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Fatalf("Paper (-want +got):\n%s", diff)
	}
	l.add(now, out...)
	if again, out := l.Paper("jiaoke", nov, "微信群登记（11月20日）", now); again != id || out != nil {
		t.Errorf("Paper again = %s, %v, want the same and nothing", again, out)
	}
	if other, _ := l.Paper("gongan", nov, "微信群登记（11月20日）", now); other == id {
		t.Error("another unit has the same session")
	}
	s := l.open("S1", "P1", "g1", noon)
	if got := l.In(nov); !slices.Equal(got, []*Session{s, l.Session(id)}) || !l.Session(id).OnPaper() || s.OnPaper() {
		t.Errorf("In(November) = %v, want it too, though it was filed in December", got)
	}
	if len(l.In(bot.MonthOf(now))) != 0 || len(l.Due(now.Add(day))) != 1 {
		t.Error("a session on paper counts for the month in which it was filed, or is due")
	}
	if l.Open([]bot.GroupID{"g1"}, noon) != s || l.Open([]bot.GroupID{"", "g1"}, noon.Add(3*day)) != nil {
		t.Error("Open is not the newest that takes check-ins")
	}
}

// TestAnothersWordCountsAgain: who takes his own check-in back has not taken
// back what the liaison said of him; once that is voided too, nothing is left.
func TestAnothersWordCountsAgain(t *testing.T) {
	l := newLedger()
	s := l.open("S1", "P1", "g1", noon)
	l.add(noon, s.RecordFor("m1", bot.ViaProxy, "F1", false, bot.CheckInEvidence{})...)
	if n, err := l.checkIn(s, "m1", noon); n != 1 || err != nil {
		t.Fatalf("his own = %d, %v, want it recorded", n, err)
	}
	own, _ := s.CheckIn("m1")
	l.add(noon, &bot.Corrected{Seq: own.Seq, Session: "S1", Member: "m1", Self: true})
	if got := present(s, himself); got != "[m1:proxy]" || s.Voided != 1 {
		t.Errorf("after he took it back: %s, %d voided", got, s.Voided)
	}
	l.add(noon, &bot.FilingVoided{Filing: "F1"})
	if got := present(s, himself); got != "[]" {
		t.Errorf("after the filing was voided: %s", got)
	}
	// The other way round: the filing goes first, and does not come back.
	l.add(noon, s.RecordFor("m2", bot.ViaProxy, "F2", false, bot.CheckInEvidence{})...)
	l.checkIn(s, "m2", noon)
	l.add(noon, &bot.FilingVoided{Filing: "F2"})
	own, _ = s.CheckIn("m2")
	l.add(noon, &bot.Corrected{Seq: own.Seq, Session: "S1", Member: "m2", Self: true})
	if got := present(s, himself); got != "[]" {
		t.Errorf("both taken back: %s", got)
	}
}
