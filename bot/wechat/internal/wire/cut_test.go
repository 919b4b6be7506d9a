package wire

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCutBytes(t *testing.T) {
	mark := len(CutMark)
	tests := []struct {
		name, s string
		limit   int
		want    string
	}{
		{"short stays", "签到", 6, "签到"},
		{"empty stays", "", 0, ""},
		{"long is cut and marked", strings.Repeat("a", mark+10), mark + 9, strings.Repeat("a", 9) + CutMark},
		{"cut on a rune boundary", strings.Repeat("诈", 40), mark + 8, "诈诈" + CutMark},
		{"no room for the mark", "反诈助手", 7, "反诈"},
		{"bytes that are no text", "a\xff\xfeb", 9, "a\uFFFDb"},
	}
	for _, tt := range tests {
		if got := CutBytes(tt.s, tt.limit); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCutRunes(t *testing.T) {
	tests := []struct {
		s     string
		limit int
		want  string
	}{
		{"反诈助手", 4, "反诈助手"},
		{"反诈助手们", 4, "反诈助…"},
		{"abcdef", 5, "abcd…"},
		{"ab", 1, "…"},
		{"", 3, ""},
	}
	for _, tt := range tests {
		if got := CutRunes(tt.s, tt.limit); got != tt.want {
			t.Errorf("CutRunes(%q, %d) = %q, want %q", tt.s, tt.limit, got, tt.want)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add("反诈助手", 7)
	f.Add("a\xffb", 2)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		if limit < 1 || limit > 1<<16 {
			return
		}
		if got := CutBytes(s, limit); len(got) > limit || !utf8.ValidString(got) {
			t.Errorf("CutBytes(%q, %d) = %q", s, limit, got)
		}
		if got := CutRunes(s, limit); utf8.RuneCountInString(got) > limit {
			t.Errorf("CutRunes(%q, %d) = %q", s, limit, got)
		}
	})
}

func TestValidTaskID(t *testing.T) {
	for id, want := range map[string]bool{
		"al20260612_g17_r1": true, "A-b@c_9": true, "": false, "a b": false, "签": false, "a.b": false,
		strings.Repeat("a", TaskIDBytes): true, strings.Repeat("a", TaskIDBytes+1): false,
	} {
		if got := ValidTaskID(id); got != want {
			t.Errorf("ValidTaskID(%q) = %v, want %v", id, got, want)
		}
	}
}
