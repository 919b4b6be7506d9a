package aibot

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestStripMention(t *testing.T) {
	const name = "反诈助手"
	tests := []struct {
		name  string
		text  string
		group bool
		want  string
		found bool
	}{
		{"at the front", "@反诈助手 签到", true, "签到", true},
		{"with the thin space of some clients", "@反诈助手\u2005签到", true, "签到", true},
		{"at the end", "签到 @反诈助手", true, "签到", true},
		{"in the middle", "我来@反诈助手 签到", true, "我来签到", true},
		{"alone", "@反诈助手", true, "", true},
		{"several", "@反诈助手 @反诈助手\u2005签到@反诈助手 ", true, "签到", true},
		{"only one space goes with it", "@反诈助手  签到", true, "签到", true},
		{"before a line break", "@反诈助手\n签到", true, "签到", true},
		{"before punctuation", "@反诈助手，签到", true, "，签到", true},
		{"of another whose name begins like ours", "@反诈助手二号 签到", false, "@反诈助手二号 签到", false},
		{"of both", "@反诈助手二号 @反诈助手 签到", true, "@反诈助手二号 签到", true},
		{"of both, the other way round", "@反诈助手 @反诈助手2 签到", true, "@反诈助手2 签到", true},
		{"typed without a space in a group", "@反诈助手签到", true, "签到", true},
		{"of somebody else", "@张三 签到", true, "@张三 签到", false},
		{"none", "签到", false, "签到", false},
		{"the name without @", "反诈助手 签到", true, "反诈助手 签到", false},
		{"of all", "@所有人 签到", true, "@所有人 签到", false},
		{"nothing", "", true, "", false},
	}
	for _, tt := range tests {
		got, found := stripMention(tt.text, name, tt.group)
		if got != tt.want || found != tt.found {
			t.Errorf("%s: stripMention(%q) = %q, %v, want %q, %v", tt.name, tt.text, got, found, tt.want, tt.found)
		}
	}
}

func FuzzMention(f *testing.F) {
	f.Add("@反诈助手 签到", true)
	f.Add("@反诈助手二号 @反诈助手\u2005签到", false)
	f.Add("@反诈@反诈助手 助手 签到", true)
	f.Fuzz(func(t *testing.T, text string, group bool) {
		const mention = "@反诈助手"
		got, found := stripMention(text, "反诈助手", group)
		if len(got) > len(text) || utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("stripMention(%q) = %q", text, got)
		}
		if !found && got != strings.TrimSpace(text) {
			t.Errorf("stripMention(%q) = %q, though it found none", text, got)
		}
		if !strings.Contains(text, mention) && found {
			t.Errorf("stripMention(%q) found a mention", text)
		}
		if found && len(got) > len(text)-len(mention) {
			t.Errorf("stripMention(%q) = %q took nothing", text, got)
		}
	})
}
