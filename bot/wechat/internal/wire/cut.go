package wire

import (
	"strings"
	"unicode/utf8"
)

// CutMark stands at the end of a text that was too long for one message.
const CutMark = "…（内容过长，已截断）"

// CutBytes returns s if it has at most limit bytes, else its beginning, cut on
// a rune boundary and closed with [CutMark], in at most limit bytes. Bytes
// that are no UTF-8 become U+FFFD before counting, as in JSON.
func CutBytes(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= limit {
		return s
	}
	mark := CutMark
	if limit < len(mark) {
		mark = ""
	}
	n := limit - len(mark)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + mark
}

// CutRunes returns s if it has at most limit runes, else its beginning and an
// ellipsis, limit runes in all.
func CutRunes(s string, limit int) string {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	n := 0
	for i := range s {
		if n == limit-1 {
			return s[:i] + "…"
		}
		n++
	}
	return s // unreachable: s has more than limit runes
}
