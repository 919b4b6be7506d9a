package chat

import (
	"strings"
	"testing"
)

// TestSecondReaderNeverCounts: whatever a session accepts, what only resembles
// other texts is not evidence.
func TestSecondReaderNeverCounts(t *testing.T) {
	l := NewLexicon(testUnits(t))
	c := Context{Now: now, Session: &Prompt{Receipt: true, Bare: true, Names: true}}
	proposed := 0
	for _, name := range files(t, replyFiles+" "+queryFiles) {
		for _, row := range readRows(t, name) {
			r := l.ReadReply(row.text, c)
			if r.Rule != "仿照相近的话" {
				continue
			}
			proposed++
			if r.Counts == Yes || r.Counts == IfAsked && r.Ask == "" || r.Intent == Leave || r.Urgent {
				t.Errorf("%q: %+v", row.text, r)
			}
		}
	}
	if proposed < 10 {
		t.Errorf("only %d were proposed", proposed)
	}
}

// TestDoubt: what a rule would count is asked about where texts like it do not. The
// held texts tell how often that is right; the model has not seen them.
func TestDoubt(t *testing.T) {
	l := NewLexicon(testUnits(t))
	got := l.ReadReply("签到就完事了呗", Context{Now: now, Session: &Prompt{Receipt: true, Bare: true, Names: true}})
	if got.Intent != CheckIn || got.Counts != IfAsked || got.Ask != "是签到吗？" || got.Rule != "相近的话多不算，先问" || len(got.Because) == 0 {
		t.Errorf("%+v", got)
	}
	var falsely, rightly hit
	for _, row := range readRows(t, "testdata/replies_held.tsv") {
		r := l.parse(row.text, Context{Now: now})
		r.out.Counts = Yes
		r.reconsider()
		switch doubts := r.out.Counts != Yes; row.want["counts"] {
		case true:
			falsely.add(doubts)
		case false:
			rightly.add(doubts)
		}
	}
	t.Logf("doubted falsely %v, rightly %v", falsely, rightly)
	if falsely.n > 0 || rightly.rate() < 0.8 {
		t.Errorf("doubted falsely %v, rightly %v", falsely, rightly)
	}
}

// TestBecause: whatever the weights decide is explained by parts of the text.
func TestBecause(t *testing.T) {
	for _, f := range readTSV(t, "testdata/danger.tsv") {
		text := normalize(f[0]).runes
		if !endangered(text) {
			continue
		}
		parts := dangerParts(text)
		if len(parts) < 1 || len(parts) > 3 {
			t.Errorf("%q: %q", f[0], parts)
		}
		at := 0
		for _, p := range parts {
			i := strings.Index(string(text)[at:], p)
			if i < 0 {
				t.Errorf("%q: %q do not stand in it in this order", f[0], parts)
				break
			}
			at += i + len(p)
		}
	}
}

// TestUnknownWords: of a text of which nothing is known nothing is said.
func TestUnknownWords(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, text := range []string{"", "龘", "龘靐齉", "qwzx", "ζξψ", "0", "...", "\n\n"} {
		if r := l.ReadReply(text, Context{Now: now}); r.Urgent || r.Counts != No {
			t.Errorf("%q: %+v", text, r)
		}
	}
}
