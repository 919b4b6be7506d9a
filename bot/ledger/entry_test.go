package ledger_test

import (
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
	"fanzha/bot/ledger"
)

func mustSeal(t testing.TB, seq int64, at time.Time, p bot.Payload) (ledger.Entry, ledger.Record) {
	t.Helper()
	e, rec, err := ledger.Seal(seq, at, p, rand.NewChaCha8([32]byte{byte(seq)}))
	if err != nil {
		t.Fatal(err)
	}
	return e, rec
}

func TestEveryKindIsReadBackAsItWasSealed(t *testing.T) {
	for i, p := range goldens(t) {
		seq := int64(i)
		sealed, rec := mustSeal(t, seq, start, p)
		if diff := cmp.Diff(p, sealed.Payload); diff != "" {
			t.Errorf("%s: sealing changed it (-want +got):\n%s", p.Kind(), diff)
		}
		opened, err := ledger.Open(seq, rec)
		if err != nil {
			t.Errorf("Open of %s: %v", p.Kind(), err)
			continue
		}
		if diff := cmp.Diff(sealed, opened); diff != "" {
			t.Errorf("%s (-sealed +opened):\n%s", p.Kind(), diff)
		}
		if opened.Hash != tlog.RecordHash(rec.Leaf) || opened.Erased {
			t.Errorf("%s: hash %v, erased %t", p.Kind(), opened.Hash, opened.Erased)
		}
		_, private := p.(bot.Private)
		if (rec.Private != nil) != private {
			t.Errorf("%s: sealed private part is %q", p.Kind(), rec.Private)
		}
	}
}

// No word of the private part may stand in the leaf, which is kept for ever.
func TestLeafHoldsNothingPrivate(t *testing.T) {
	for _, p := range goldens(t) {
		_, rec := mustSeal(t, 0, start, p)
		for _, secret := range []string{"张三", "李四", "ZhangSan", "evt-1", "谁没签"} {
			if strings.Contains(string(rec.Leaf), secret) {
				t.Errorf("leaf of %s holds %s: %s", p.Kind(), secret, rec.Leaf)
			}
		}
	}
}

func TestErasedEntryOpens(t *testing.T) {
	for _, p := range goldens(t) {
		sealed, rec := mustSeal(t, 3, start, p)
		had := rec.Private != nil
		rec.Private = nil
		e, err := ledger.Open(3, rec)
		if err != nil || e.Erased != had || e.Hash != sealed.Hash {
			t.Errorf("%s without its private part: erased %t, %v", p.Kind(), e.Erased, err)
		}
	}
}

// What the book applies must be what a later start will read, and nobody's else.
func TestSealedPayloadSharesNothingWithTheCallers(t *testing.T) {
	p := &bot.RosterImported{Unit: "jiaoke", Private: bot.RosterLines{Lines: []bot.RosterLine{{Name: "张\xff"}}}}
	e, rec := mustSeal(t, 0, start, p)
	p.Private.Lines[0].Name = "别人"
	opened, err := ledger.Open(0, rec)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(opened, e); diff != "" {
		t.Errorf("(-opened +sealed):\n%s", diff)
	}
}

func TestSealKeepsWholeMillisecondsInUTC(t *testing.T) {
	for in, want := range map[time.Time]time.Time{
		start.Add(999_999):                 start,
		start.In(bot.Zone):                 start,
		start.Truncate(time.Second):        start.Truncate(time.Second),
		start.Add(999 * time.Millisecond):  start.Add(999 * time.Millisecond),
		start.Add(-123 * time.Millisecond): start.Truncate(time.Second),
	} {
		e, _ := mustSeal(t, 0, in, &bot.DangerRaised{})
		if e.At != want {
			t.Errorf("sealed at %v, the entry says %v, want %v", in, e.At, want)
		}
	}
}

func TestSealRefusesWhatCouldNotBeRead(t *testing.T) {
	salt := rand.NewChaCha8([32]byte{})
	for name, seal := range map[string]func() error{
		"unit with a quote":   func() error { return sealErr(0, start, &bot.DangerRaised{Unit: `a"b`}, salt) },
		"unit in Chinese":     func() error { return sealErr(0, start, &bot.DangerRaised{Unit: "教科局"}, salt) },
		"unit in upper case":  func() error { return sealErr(0, start, &bot.DangerRaised{Unit: "JK"}, salt) },
		"negative number":     func() error { return sealErr(-1, start, &bot.DangerRaised{}, salt) },
		"year of five digits": func() error { return sealErr(0, start.AddDate(8000, 0, 0), &bot.DangerRaised{}, salt) },
		"no salt to be had":   func() error { return sealErr(0, start, checkIn(1), strings.NewReader("short")) },
	} {
		if seal() == nil {
			t.Errorf("%s: Seal = nil, want an error", name)
		}
	}
}

func sealErr(seq int64, at time.Time, p bot.Payload, salt io.Reader) error {
	_, _, err := ledger.Seal(seq, at, p, salt)
	return err
}

// A leaf has one form: whatever differs from it in a single byte is refused,
// even where JSON would read the same.
func TestOpenRefusesEveryOtherForm(t *testing.T) {
	_, rec := mustSeal(t, 7, start, &bot.DangerRaised{Unit: "jiaoke"})
	const good = `{"seq":7,"kind":"danger.raised","v":1,"at":"2026-11-23T01:06:00.123Z","unit":"jiaoke","public":{"unit":"jiaoke"},"private":""}`
	if string(rec.Leaf) != good {
		t.Fatalf("leaf is %s\n    want %s", rec.Leaf, good)
	}
	for _, c := range []struct{ name, old, new string }{
		{"empty", good, ``},
		{"null", good, `null`},
		{"another number", `"seq":7`, `"seq":8`},
		{"number with a zero before", `"seq":7`, `"seq":07`},
		{"number with a sign", `"seq":7`, `"seq":+7`},
		{"negative number", `"seq":7`, `"seq":-7`},
		{"number as a fraction", `"seq":7`, `"seq":7.0`},
		{"number with an exponent", `"seq":7`, `"seq":7e0`},
		{"number as a string", `"seq":7`, `"seq":"7"`},
		{"no number", `"seq":7`, `"seq":`},
		{"number of twenty digits", `"seq":7`, `"seq":18446744073709551623`},
		{"blank after a colon", `"seq":7`, `"seq": 7`},
		{"blank before a comma", `"seq":7,`, `"seq":7 ,`},
		{"blank at the start", `{"seq"`, ` {"seq"`},
		{"blank at the end", `""}`, `""} `},
		{"line break at the end", `""}`, "\"\"}\n"},
		{"byte-order mark", `{"seq"`, "\ufeff" + `{"seq"`},
		{"fields in another order", `"kind":"danger.raised","v":1`, `"v":1,"kind":"danger.raised"`},
		{"a field missing", `"v":1,`, ``},
		{"a field twice", `"v":1,`, `"v":1,"v":1,`},
		{"a field too many", `"private":""`, `"private":"","more":1`},
		{"private part twice", `"private":""`, `"private":"","private":""`},
		{"field in upper case", `"seq"`, `"Seq"`},
		{"escaped name", `"kind"`, `"k\u0069nd"`},
		{"escaped kind", `"danger.raised"`, `"d\u0061nger.raised"`},
		{"unknown kind", `"danger.raised"`, `"danger.over"`},
		{"unknown version", `"v":1`, `"v":2`},
		{"version 0", `"v":1`, `"v":0`},
		{"time with a comma", `00.123Z`, `00,123Z`},
		{"time with two decimals", `00.123Z`, `00.12Z`},
		{"time with four decimals", `00.123Z`, `00.1230Z`},
		{"time in another zone", `00.123Z`, `00.123+00:00`},
		{"time with a blank", `23T01`, `23 01`},
		{"hour of one digit", `T01:06:00.123Z`, `T1:06:00.1234Z`},
		{"30 February", `2026-11-23`, `2026-02-30`},
		{"hour 24", `T01`, `T24`},
		{"another unit than in the payload", `"unit":"jiaoke","public"`, `"unit":"weijian","public"`},
		{"escaped unit", `"unit":"jiaoke","public"`, `"unit":"ji\u0061oke","public"`},
		{"unit with a quote", `"unit":"jiaoke","public":{"unit":"jiaoke"}`, `"unit":"a"b","public":{"unit":"a\"b"}`},
		{"blank before the public part", `"public":{`, `"public": {`},
		{"blank after the public part", `},"private"`, `} ,"private"`},
		{"line break in the public part", `{"unit":"jiaoke"}`, "{\n\"unit\":\"jiaoke\"}"},
		{"public part that is no object", `"unit":"jiaoke","public":{"unit":"jiaoke"}`, `"unit":"","public":null`},
		{"public part that is no JSON", `{"unit":"jiaoke"}`, `{"unit":"jiaoke"}}`},
		{"no public part", `"public":{"unit":"jiaoke"},`, ``},
		{"commitment of another length", `"private":""`, `"private":"AAAA"`},
		{"commitment with a quote", `"private":""`, `"private":"a"}"`},
		{"commitment that is no base64", `"private":""`, `"private":"` + strings.Repeat("?", 44) + `"`},
		{"commitment with loose bits", `"private":""`, `"private":"` + strings.Repeat("A", 42) + `B="`},
		{"commitment without padding", `"private":""`, `"private":"` + strings.Repeat("A", 44) + `"`},
		{"something after it", `""}`, `""}{}`},
		{"cut off", `""}`, `"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			leaf := strings.Replace(good, c.old, c.new, 1)
			if leaf == good {
				t.Fatal("the case changes nothing")
			}
			e, err := ledger.Open(7, ledger.Record{Leaf: []byte(leaf)})
			wantCorrupt(t, err, 7)
			if err == nil {
				t.Errorf("opened as %+v: %s", e, leaf)
			}
		})
	}
}

func TestOpenNeedsThePrivatePartThatWasCommittedTo(t *testing.T) {
	_, rec := mustSeal(t, 7, start, checkIn(7))
	_, other := mustSeal(t, 8, start, checkIn(7))
	_, none := mustSeal(t, 7, start, &bot.DangerRaised{})
	for name, r := range map[string]ledger.Record{
		"of another entry":    {Leaf: rec.Leaf, Private: other.Private},
		"edited":              {Leaf: rec.Leaf, Private: append(slices.Clone(rec.Private[:30]), 'x')},
		"with another salt":   {Leaf: rec.Leaf, Private: append([]byte{rec.Private[0] ^ 1}, rec.Private[1:]...)},
		"shorter than a salt": {Leaf: rec.Leaf, Private: rec.Private[:15]},
		"empty":               {Leaf: rec.Leaf, Private: []byte{}},
		"where there is none": {Leaf: none.Leaf, Private: rec.Private},
	} {
		_, err := ledger.Open(7, r)
		t.Run(name, func(t *testing.T) { wantCorrupt(t, err, 7) })
	}
}

// Two entries that say the same hide their private parts behind different
// commitments, or a name could be recognised.
func TestSaltHidesThatTwoPrivatePartsAreTheSame(t *testing.T) {
	salt := rand.NewChaCha8([32]byte{})
	_, a, err1 := ledger.Seal(0, start, checkIn(1), salt)
	_, b, err2 := ledger.Seal(0, start, checkIn(1), salt)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if string(a.Leaf) == string(b.Leaf) {
		t.Errorf("two leaves of the same words are the same: %s", a.Leaf)
	}
}

func TestSplitAndJoinPrivate(t *testing.T) {
	_, rec := mustSeal(t, 0, start, checkIn(1))
	salt, private := ledger.SplitPrivate(rec.Private)
	if len(salt) != 16 || private[0] != '{' || string(ledger.JoinPrivate(salt, private)) != string(rec.Private) {
		t.Errorf("%q is split into %q and %q", rec.Private, salt, private)
	}
}

// wantCorrupt checks that err is a CorruptError at seq.
func wantCorrupt(t *testing.T, err error, seq int64) {
	t.Helper()
	var c *ledger.CorruptError
	switch {
	case !errors.As(err, &c):
		t.Errorf("error is %v, want a CorruptError at %d", err, seq)
	case c.Seq != seq:
		t.Errorf("error names entry %d (%v), want %d", c.Seq, err, seq)
	}
}

// Whatever opens is, sealed again, the same leaf.
func FuzzOpen(f *testing.F) {
	for i, p := range goldens(f) {
		_, rec := mustSeal(f, int64(i), start, p)
		f.Add(int64(i), rec.Leaf, rec.Private)
		f.Add(int64(i), rec.Leaf, []byte(nil))
	}
	f.Fuzz(func(t *testing.T, seq int64, leaf, private []byte) {
		if len(private) == 0 {
			private = nil // a nil slice comes as an empty one
		}
		e, err := ledger.Open(seq, ledger.Record{Leaf: leaf, Private: private})
		if err != nil {
			wantCorrupt(t, err, seq)
			return
		}
		if e.Seq != seq || e.At.Location() != time.UTC || e.At.Nanosecond()%1e6 != 0 {
			t.Errorf("opened as entry %d at %v", e.Seq, e.At)
		}
		// Fields that this program does not know, or writes in another order,
		// are not in the new leaf; all else is.
		again, rec, err := ledger.Seal(seq, e.At, e.Payload, strings.NewReader(strings.Repeat("s", 16)))
		if err != nil {
			t.Fatalf("Seal of what Open gave: %v", err)
		}
		if diff := cmp.Diff(e.Payload, again.Payload); diff != "" {
			t.Errorf("read again it is another (-first +again):\n%s", diff)
		}
		if n := strings.Index(string(leaf), `"public"`); string(leaf[:n]) != string(rec.Leaf[:n]) {
			t.Errorf("outer form %s became %s", leaf[:n], rec.Leaf[:n])
		}
	})
}

// What Seal returns is what Open makes of the record, whatever words there are.
func FuzzSeal(f *testing.F) {
	f.Add(int64(7), int64(1795399560123), "S1", "m1", "jiaoke", "card", "", "p", "张三", "m", "签到")
	f.Add(int64(-1), int64(-62135596800001), "<", "\"", "教科局", "\xff", "\u2028", "\\", "\n", "&", "\x00")
	f.Add(int64(1e18), int64(253402300800000), "", "", "", "", "", "", "", "", "")
	f.Fuzz(func(t *testing.T, seq, milli int64, session, member, unit, via, filing, person, name, message, text string) {
		p := &bot.CheckedIn{
			Session: bot.SessionID(session), Member: bot.MemberID(member), Unit: bot.UnitID(unit), Via: bot.Via(via), Filing: bot.FilingID(filing),
			Private: bot.CheckInEvidence{Person: bot.PersonID(person), Name: name, Message: message, Text: text},
		}
		sealed, rec, err := ledger.Seal(seq, time.UnixMilli(milli).Add(999*time.Microsecond), p, strings.NewReader(strings.Repeat("s", 16)))
		if err != nil {
			return
		}
		opened, err := ledger.Open(seq, rec)
		if err != nil {
			t.Fatalf("Seal wrote %s, which does not open: %v", rec.Leaf, err)
		}
		if diff := cmp.Diff(opened, sealed); diff != "" {
			t.Errorf("(-opened +sealed):\n%s", diff)
		}
	})
}
