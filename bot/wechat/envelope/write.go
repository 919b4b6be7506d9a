package envelope

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// AppendText appends an element with text in CDATA. What XML cannot hold,
// control characters and bad UTF-8, is left out: a reply may repeat what a
// person wrote. name is a constant of the caller.
func AppendText(dst []byte, name, text string) []byte {
	dst = append(append(append(dst, '<'), name...), "><![CDATA["...)
	from := len(dst)
	dst = appendClean(dst, text)
	// What is left out may have stood in the middle of an end mark, so the
	// marks are looked for afterwards.
	if clean := dst[from:]; bytes.Contains(clean, []byte("]]>")) {
		dst = append(dst[:from], bytes.ReplaceAll(clean, []byte("]]>"), []byte("]]]]><![CDATA[>"))...)
	}
	dst = append(dst, "]]></"...)
	return append(append(dst, name...), '>')
}

// appendClean appends the characters of text that XML allows.
func appendClean(dst []byte, text string) []byte {
	from := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 || !character(r) {
			dst = append(dst, text[from:i]...)
			from = i + n
		}
		i += n
	}
	return append(dst, text[from:]...)
}

// AppendNumber appends an element with a number.
func AppendNumber(dst []byte, name string, n int64) []byte {
	dst = append(append(append(dst, '<'), name...), '>')
	dst = append(strconv.AppendInt(dst, n, 10), "</"...)
	return append(append(dst, name...), '>')
}
