package aibot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// stripMention takes every mention of the bot out of text and reports whether
// there was one. A mention is "@name" with the one space or U+2005 that the
// client puts behind it. The rest is trimmed.
//
// "@name" that runs on into further letters is somebody else's name which
// begins like ours, so it stays. But a group message reaches us only because it
// names us (page 100719); if a group's text has no clean mention, then people
// typed on without a space ("@反诈助手签到"), and that is taken for one.
func stripMention(text, name string, inGroup bool) (string, bool) {
	rest, found := cutMentions(text, "@"+name, true)
	if !found && inGroup {
		rest, found = cutMentions(text, "@"+name, false)
	}
	return strings.TrimSpace(rest), found
}

func cutMentions(text, mention string, clean bool) (string, bool) {
	i := strings.Index(text, mention)
	if i < 0 {
		return text, false
	}
	var b strings.Builder
	found := false
	for ; i >= 0; i = strings.Index(text, mention) {
		after := text[i+len(mention):]
		if clean && runsOn(after) {
			b.WriteString(text[:i+len(mention)])
			text = after
			continue
		}
		found = true
		b.WriteString(text[:i])
		if r, n := utf8.DecodeRuneInString(after); r == ' ' || r == '\u2005' {
			after = after[n:]
		}
		text = after
	}
	b.WriteString(text)
	return b.String(), found
}

// runsOn reports whether the name goes on after the place where ours ends.
func runsOn(after string) bool {
	r, n := utf8.DecodeRuneInString(after)
	return n > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-')
}
