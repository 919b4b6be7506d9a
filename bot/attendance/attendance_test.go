package attendance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, bot.Zone)

const day = 24 * time.Hour

// A ledger gives each entry its number and hash, as a book does.
type ledger struct {
	*View
	seq int64
}

func newLedger() *ledger { return &ledger{View: New(), seq: 100} }

func (l *ledger) add(at time.Time, payloads ...bot.Payload) {
	for _, p := range payloads {
		l.seq++
		l.Apply(l.seq, at, [32]byte{byte(l.seq), 1}, p)
	}
}

// open opens a session that is on time for a day and late for another.
func (l *ledger) open(id bot.SessionID, push bot.PushID, g bot.GroupID, at time.Time) *Session {
	l.add(at, &bot.SessionOpened{Session: id, Push: push, Group: g, Unit: "jiaoke", Title: "刷单返利", DueAt: at.Add(day), EndsAt: at.Add(2 * day)})
	return l.Session(id)
}

// checkIn records member m at s at the given time and returns how many entries
// that wrote, or the refusal.
func (l *ledger) checkIn(s *Session, m bot.MemberID, at time.Time) (int, error) {
	out, err := s.Record(m, bot.ViaCard, bot.CheckInEvidence{}, at)
	l.add(at, out...)
	return len(out), err
}

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		rule  string
		did   []bot.SessionID // checked in there before
		in    []bot.GroupID
		after time.Duration // after the newest was opened
		want  bot.SessionID // "" for a refusal
	}{
		{rule: "the newest", in: []bot.GroupID{"g1"}, want: "S2"},
		{rule: "the newest that he misses", did: []bot.SessionID{"S2"}, in: []bot.GroupID{"g1"}, want: "S1"},
		{rule: "at all of them, the newest again", did: []bot.SessionID{"S1", "S2"}, in: []bot.GroupID{"g1"}, want: "S2"},
		{rule: "an ended one is not taken", did: []bot.SessionID{"S2"}, in: []bot.GroupID{"g1"}, after: day + 1, want: "S2"},
		{rule: "to its last moment it is", did: []bot.SessionID{"S2"}, in: []bot.GroupID{"g1"}, after: day, want: "S1"},
		{rule: "none is left", in: []bot.GroupID{"g1"}, after: 2*day + 1},
		{rule: "no group", in: nil},
		{rule: "a group without sessions", in: []bot.GroupID{"g9"}},
		{rule: "of several groups, the newest", in: []bot.GroupID{"g1", "g2"}, want: "S3"},
		{rule: "one check-in does for all groups of the unit", did: []bot.SessionID{"S1", "S2"}, in: []bot.GroupID{"g1", "g2"}, want: "S2"},
		{rule: "in either order", did: []bot.SessionID{"S1", "S3"}, in: []bot.GroupID{"g2", "g1"}, want: "S3"},
		{rule: "what others did does not matter", did: nil, in: []bot.GroupID{"g1"}, want: "S2"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			l := newLedger()
			l.open("S1", "P1", "g1", noon)
			l.open("S2", "P2", "g1", noon.Add(day))
			l.open("S3", "P2", "g2", noon.Add(day))
			for _, id := range c.did {
				l.checkIn(l.Session(id), "m1", noon.Add(day))
			}
			l.checkIn(l.Session("S1"), "m2", noon.Add(day))
			s, err := l.Choose(c.in, "m1", noon.Add(day+c.after))
			if c.want == "" {
				if _, ok := bot.RefusalText(err); !ok {
					t.Fatalf("Choose = %v, %v, want a refusal", s, err)
				}
				return
			}
			if err != nil || s.ID != c.want {
				t.Errorf("Choose = %v, %v, want %s", s, err, c.want)
			}
		})
	}
}

func TestRecord(t *testing.T) {
	for _, c := range []struct {
		rule  string
		after time.Duration
		late  bool
		ok    bool
	}{
		{"at once", 0, false, true},
		{"at the last moment, on time", day, false, true},
		{"a moment later, late", day + 1, true, true},
		{"at the end, late", 2 * day, true, true},
		{"after the end, not at all", 2*day + 1, false, false},
	} {
		l := newLedger()
		s := l.open("S1", "P1", "g1", noon)
		out, err := s.Record("m1", bot.ViaText, bot.CheckInEvidence{Person: "zhang", Text: "签到"}, noon.Add(c.after))
		if (err == nil) != c.ok {
			t.Errorf("%s: Record = %v, want ok %t", c.rule, err, c.ok)
			continue
		}
		if !c.ok {
			continue
		}
		want := []bot.Payload{&bot.CheckedIn{
			Session: "S1", Member: "m1", Unit: "jiaoke", Via: bot.ViaText, Late: c.late, Private: bot.CheckInEvidence{Person: "zhang", Text: "签到"},
		}}
		if diff := cmp.Diff(want, out); diff != "" {
			t.Errorf("%s: Record (-want +got):\n%s", c.rule, diff)
		}
	}
}

func TestRecordAgainKeepsTheFirst(t *testing.T) {
	l := newLedger()
	s := l.open("S1", "P1", "g1", noon)
	l.checkIn(s, "m1", noon)
	first, _ := s.CheckIn("m1")
	for _, after := range []time.Duration{0, time.Hour, day + 1, 3 * day} {
		if n, err := l.checkIn(s, "m1", noon.Add(after)); n != 0 || err != nil {
			t.Errorf("after %v: Record again = %d entries, %v, want nothing, also after the end", after, n, err)
		}
	}
	// An entry that no decision writes does not replace the first one either.
	l.add(noon.Add(day), &bot.CheckedIn{Session: "S1", Member: "m1", Unit: "jiaoke"})
	if got, _ := s.CheckIn("m1"); got != first || s.Present() != 1 || len(s.CheckIns()) != 1 {
		t.Errorf("check-in = %+v of %d, want the first %+v of 1", got, s.Present(), first)
	}
}

func TestVoid(t *testing.T) {
	l := newLedger()
	s := l.open("S1", "P1", "g1", noon)
	l.checkIn(s, "m1", noon)
	l.checkIn(s, "m2", noon)
	c, _ := s.CheckIn("m1")
	for _, bad := range []struct {
		rule    string
		receipt bot.Receipt
		reason  string
	}{{"no reason", c.Receipt(), " \n"}, {"no such receipt", "0000-0000", "代签"}} {
		if _, err := l.Void(bad.receipt, bad.reason, "ban"); err == nil {
			t.Errorf("%s: Void = nil, want a refusal", bad.rule)
		}
	}
	out, err := l.Void(c.Receipt(), "代签", "ban")
	want := []bot.Payload{&bot.Corrected{Seq: c.Seq, Session: "S1", Member: "m1", Unit: "jiaoke", Reason: "代签", By: "ban"}}
	if diff := cmp.Diff(want, out); diff != "" || err != nil {
		t.Fatalf("Void = %v (-want +got):\n%s", err, diff)
	}
	l.add(noon, out...)
	if _, ok := s.CheckIn("m1"); ok || s.Present() != 1 || s.Voided != 1 {
		t.Errorf("after Void: %d present, %d voided, want 1 and 1", s.Present(), s.Voided)
	}
	if _, err := l.Void(c.Receipt(), "代签", "ban"); err == nil {
		t.Error("Void twice = nil, want a refusal")
	}
	// He may come himself, and the old correction does not touch that.
	if n, err := l.checkIn(s, "m1", noon.Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("Record after Void = %d, %v, want a new check-in", n, err)
	}
	l.add(noon, out...)
	if _, ok := s.CheckIn("m1"); !ok || s.Voided != 1 {
		t.Error("a correction of an earlier check-in took the new one back")
	}
	l.add(noon, &bot.Corrected{Seq: 0, Session: "S1", Member: "m9"})
	if s.Voided != 1 {
		t.Error("a correction of nobody's check-in counted")
	}
}

func TestVoidRefusesAnAmbiguousReceipt(t *testing.T) {
	l := newLedger()
	s := l.open("S1", "P1", "g1", noon)
	for _, m := range []bot.MemberID{"m1", "m2"} {
		l.Apply(7, noon, [32]byte{9}, &bot.CheckedIn{Session: s.ID, Member: m})
	}
	c, _ := s.CheckIn("m1")
	if _, err := l.Void(c.Receipt(), "代签", "ban"); err == nil || !strings.Contains(err.Error(), "2 条") {
		t.Errorf("Void = %v, want a refusal that names two", err)
	}
	found := l.ByReceipt(c.Receipt())
	if len(found) != 2 || found[0].CheckIn.Member != "m1" {
		t.Errorf("ByReceipt = %v, want both in their order", found)
	}
}

func TestDueAndClose(t *testing.T) {
	l := newLedger()
	a, b := l.open("S000001", "P1", "g1", noon), l.open("S000002", "P1", "g2", noon)
	if due := l.Due(noon.Add(day)); due != nil {
		t.Errorf("Due at the last moment = %v, want none", due)
	}
	now := noon.Add(day + 1)
	if due := l.Due(now); !slices.Equal(due, []*Session{a, b}) {
		t.Errorf("Due = %v, want both", due)
	}
	l.checkIn(a, "m1", noon)
	l.add(now, a.Close(1, 3, true, "7:abc=", now)...)
	if !a.Closed || !slices.Equal(l.Due(now), []*Session{b}) {
		t.Error("a closed session is still due")
	}
	if n, err := l.checkIn(a, "m2", now); n != 1 || err != nil {
		t.Errorf("Record after Close = %d, %v, want a late check-in until the end", n, err)
	}
}

func TestCloseTellsTheGroup(t *testing.T) {
	for _, c := range []struct {
		rule     string
		asked    bool
		present  int
		expected int
		late     time.Duration
		want     string // the summary, "" for none
	}{
		{"asked, and people came", true, 2, 3, day, "【签到小结】《刷单返利》已签到 2 人，名册 3 人。11月25日 12:00 前仍可补签，感谢大家。\n存证点 7:abc="},
		{"no roster, no denominator", true, 2, 0, day, "【签到小结】《刷单返利》已签到 2 人。11月25日 12:00 前仍可补签，感谢大家。\n存证点 7:abc="},
		{"nothing is promised that the rules do not give", true, 2, 3, 0, "【签到小结】《刷单返利》已签到 2 人，名册 3 人。感谢大家。\n存证点 7:abc="},
		{"asked, and nobody came", true, 0, 3, day, "【签到小结】《刷单返利》已签到 0 人，名册 3 人。11月25日 12:00 前仍可补签，感谢大家。\n存证点 7:abc="},
		{"the card never came, but people did", false, 1, 3, day, "【签到小结】《刷单返利》已签到 1 人，名册 3 人。11月25日 12:00 前仍可补签，感谢大家。\n存证点 7:abc="},
		{"nobody was asked", false, 0, 3, day, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			l := newLedger()
			l.add(noon, &bot.SessionOpened{Session: "S000042", Group: "g1", Unit: "jiaoke", Title: "刷单返利", DueAt: noon.Add(day), EndsAt: noon.Add(day + c.late)})
			s := l.Session("S000042")
			for i := range c.present {
				l.checkIn(s, bot.MemberID(fmt.Sprint("m", i)), noon)
			}
			due := noon.Add(day + time.Minute)
			want := []bot.Payload{&bot.SessionClosed{Session: "S000042", Unit: "jiaoke", Present: c.present, Expected: c.expected}}
			if c.want != "" {
				want = append(want, &bot.DeliveryPlanned{
					Delivery: "Z000042", Purpose: bot.ForSummary, Session: "S000042", Group: "g1", Unit: "jiaoke", Text: c.want, DueAt: due,
				})
			}
			if diff := cmp.Diff(want, s.Close(c.present, c.expected, c.asked, "7:abc=", due)); diff != "" {
				t.Errorf("Close (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInCountsByTheCivilMonth(t *testing.T) {
	l := newLedger()
	for i, at := range []string{
		"2026-10-31T23:59:59.999+08:00", "2026-11-01T00:00:00+08:00", "2026-11-15T12:00:00+08:00",
		"2026-11-30T23:59:59.999+08:00", "2026-12-01T00:00:00+08:00",
	} {
		opened, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		l.open(bot.SessionID(fmt.Sprint("S", i)), "P", "g1", opened.UTC())
	}
	for month, want := range map[string]string{"2026-09": "[]", "2026-10": "[S0]", "2026-11": "[S1 S2 S3]", "2026-12": "[S4]", "2027-01": "[]"} {
		m, err := bot.ParseMonth(month)
		if err != nil {
			t.Fatal(err)
		}
		var got []bot.SessionID
		for _, s := range l.In(m) {
			got = append(got, s.ID)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("In(%s) = %v, want %s", month, got, want)
		}
	}
}

// TestOneCheckInEach repeats and replays frames in any order: there is never
// more than one check-in of a member at a session, its receipt does not change
// unless it was voided, and replaying the entries gives the same.
func TestOneCheckInEach(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		l := newLedger()
		type entry struct {
			seq int64
			at  time.Time
			p   bot.Payload
		}
		var log []entry
		add := func(at time.Time, out ...bot.Payload) {
			for _, p := range out {
				l.add(at, p)
				log = append(log, entry{l.seq, at, p})
			}
		}
		now := noon
		add(now, &bot.SessionOpened{Session: "S1", Group: "g1", DueAt: noon.Add(day), EndsAt: noon.Add(2 * day)})
		add(now, &bot.SessionOpened{Session: "S2", Group: "g1", DueAt: noon.Add(day), EndsAt: noon.Add(2 * day)})
		receipts := make(map[string]bot.Receipt)
		for range dice.IntN(60) {
			now = now.Add(time.Duration(dice.IntN(int(time.Hour))))
			s := l.Session(bot.SessionID(fmt.Sprint("S", 1+dice.IntN(2))))
			m := bot.MemberID(fmt.Sprint("m", dice.IntN(4)))
			key := string(s.ID) + string(m)
			if c, ok := s.CheckIn(m); ok && dice.IntN(5) == 0 {
				out, err := l.Void(c.Receipt(), "误点", "ban")
				if err != nil {
					t.Fatal(err)
				}
				add(now, out...)
				delete(receipts, key)
				continue
			}
			out, err := s.Record(m, bot.ViaCard, bot.CheckInEvidence{}, now)
			if err != nil {
				t.Fatal(err)
			}
			add(now, out...)
			c, ok := s.CheckIn(m)
			if first, repeated := receipts[key]; !ok || repeated && (first != c.Receipt() || len(out) > 0) {
				t.Fatalf("%s: receipt %s and %d entries after %s", key, c.Receipt(), len(out), first)
			}
			receipts[key] = c.Receipt()
		}
		again := New()
		for _, e := range log {
			again.Apply(e.seq, e.at, [32]byte{byte(e.seq), 1}, e.p)
		}
		for _, s := range l.Sessions() {
			seen := make(map[bot.MemberID]bool)
			for _, c := range s.CheckIns() {
				if seen[c.Member] {
					t.Fatalf("%s is twice at %s", c.Member, s.ID)
				}
				seen[c.Member] = true
			}
			if len(seen) != s.Present() || !slices.Equal(s.CheckIns(), again.Session(s.ID).CheckIns()) {
				t.Fatalf("%s: %d people, %d present; replayed %v, want %v", s.ID, len(seen), s.Present(), again.Session(s.ID).CheckIns(), s.CheckIns())
			}
		}
	}
}

func TestUnknownIsPassedOver(t *testing.T) {
	l := newLedger()
	l.add(noon, &bot.SessionClosed{Session: "S9"}, &bot.CheckedIn{Session: "S9", Member: "m1"}, &bot.Corrected{Session: "S9"}, &bot.DangerRaised{}, &bot.ExportMade{})
	if len(l.Sessions()) != 0 || l.Dangers() != 1 {
		t.Errorf("%d sessions, %d dangers, want 0 and 1", len(l.Sessions()), l.Dangers())
	}
}

// Choose looks at as little as it can; whom it chooses is what its rule says.
func TestChooseIsTheNewestLessonThatIsMissing(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	for range 2000 {
		v, now := New(), noon.Add(time.Hour)
		var open []*bot.SessionOpened
		mine := make(map[bot.SessionID]bool)
		lessons := make(map[bot.PushID]bool)
		at := noon
		for i := range rng.IntN(8) {
			at = at.Add(time.Duration(rng.IntN(2)) * time.Minute)
			s := &bot.SessionOpened{
				Session: bot.SessionID(fmt.Sprint("S", i)), Push: bot.PushID(fmt.Sprint("P", rng.IntN(4))), Unit: "u",
				Group: bot.GroupID(fmt.Sprint("g", rng.IntN(3))), EndsAt: now.Add(time.Duration(rng.IntN(4)-1) * time.Minute),
			}
			v.Apply(int64(2*i), at, [32]byte{}, s)
			if rng.IntN(2) == 0 {
				via := []bot.Via{bot.ViaCard, bot.ViaProxy}[rng.IntN(2)]
				v.Apply(int64(2*i+1), at, [32]byte{}, &bot.CheckedIn{Session: s.Session, Member: "m1", Unit: "u", Via: via})
				mine[s.Session] = via.Own()
			}
			if s.Group != "g2" && !now.After(s.EndsAt) { // a group that is not asked
				open = append(open, s)
				lessons[s.Push] = lessons[s.Push] || mine[s.Session]
			}
		}
		got, err := v.Choose([]bot.GroupID{"g0", "g1"}, "m1", now)
		missing := func(s *bot.SessionOpened) bool { return !lessons[s.Push] }
		if err != nil {
			if len(open) > 0 {
				t.Fatalf("refused although %d are open: %v", len(open), err)
			}
			continue
		}
		if slices.ContainsFunc(open, missing) == mine[got.ID] {
			t.Fatalf("chose %s, at which he was: %t, of %v", got.ID, mine[got.ID], open)
		}
		for _, s := range open {
			if (missing(s) || mine[got.ID] && mine[s.Session]) && v.Session(s.Session).OpenedAt.After(got.OpenedAt) {
				t.Fatalf("chose %s although %s is newer", got.ID, s.Session)
			}
		}
		if !mine[got.ID] && lessons[got.Push] {
			t.Fatalf("chose %s, whose lesson he has had", got.ID)
		}
	}
}
