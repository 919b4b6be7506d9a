package chat

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzReply: whatever is written, the reading does not panic, is the same
// twice, is valid JSON, and counts nothing that it does not understand.
func FuzzReply(f *testing.F) {
	l := NewLexicon(testUnits(f))
	for _, r := range readRows(f, "testdata/replies.tsv") {
		f.Add(r.text)
	}
	f.Add("")
	f.Add("\x00\u200b")
	f.Add("「")
	f.Add("@\u2005>")
	f.Add("1.\n2.\n①")
	f.Fuzz(func(t *testing.T, text string) {
		got := l.ReadReply(text, Context{Now: now})
		if diff := cmp.Diff(got, l.ReadReply(text, Context{Now: now})); diff != "" {
			t.Errorf("two readings differ:\n%s", diff)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("marshal: %v", err)
		}
		if got.Intent == "" || got.Rule == "" {
			t.Errorf("no intent or no rule: %+v", got)
		}
		mayCount := []Intent{CheckIn, CheckInLate, CheckInProxy, CheckInCount, CheckInList, ActivityReport, Correction}
		if got.Counts == Yes && !slices.Contains(mayCount, got.Intent) {
			t.Errorf("%s counts", got.Intent)
		}
		if got.Counts == IfAsked && got.Form == "" {
			t.Errorf("counts if asked, but for no form: %+v", got)
		}
		if Danger(text) && !got.Urgent {
			t.Errorf("danger, but not urgent: %+v", got)
		}
	})
}

// FuzzQuery: the same for queries; units are known ones.
func FuzzQuery(f *testing.F) {
	units := testUnits(f)
	l := NewLexicon(units)
	for _, r := range readRows(f, "testdata/queries.tsv") {
		f.Add(r.text)
	}
	f.Add("99月13年0号")
	f.Add("近999999个月")
	f.Fuzz(func(t *testing.T, text string) {
		got := l.ReadQuery(text, now)
		if diff := cmp.Diff(got, l.ReadQuery(text, now)); diff != "" {
			t.Errorf("two readings differ:\n%s", diff)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("marshal: %v", err)
		}
		if got.Intent == "" || got.Rule == "" {
			t.Errorf("no intent or no rule: %+v", got)
		}
		for _, u := range got.Unit {
			if l.shorts[u] == "" {
				t.Errorf("unknown unit %q", u)
			}
		}
		times := 0
		for _, set := range []bool{got.Month != "", got.Months != nil, got.Range != nil, got.Date != "", got.RangeDays != nil} {
			if set {
				times++
			}
		}
		if times > 1 {
			t.Errorf("%d times named: %+v", times, got)
		}
		if utf8.ValidString(text) && !utf8.ValidString(got.Name+got.Raw+got.Keyword) {
			t.Errorf("invalid text: %+v", got)
		}
	})
}
