package push

import (
	"regexp"
	"strings"
)

// linkPattern finds what a client would turn into a link: with a scheme, or a
// bare domain with a common ending.
var linkPattern = regexp.MustCompile(`(?i)(?:https?|ftp)://[^\s，。；、！？“”（）《》]+|(?:[a-z0-9-]+\.)+(?:com|cn|net|org|top|xyz|vip|cc|club|info|shop|site|online|app|io|me|tv|biz|icu|link|live|ltd|wang|co|hk|ru|pw|work|fun)\b(?:[/:?#][^\s，。；、！？“”（）《》]*)?`)

// numberPattern finds telephone numbers: at least seven digits, perhaps in
// groups, perhaps with a country code.
var numberPattern = regexp.MustCompile(`(?:\+|00)?\d(?:[ \-]?\d){6,}`)

// datePattern is what numberPattern must leave alone.
var datePattern = regexp.MustCompile(`^(?:19|20)\d{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$`)

// Defang makes the links and telephone numbers in a text harmless: nobody can
// open or dial them by accident, and the platform's moderation is not provoked.
// https://a.com/x becomes hxxps://a[.]com/x, 13812345678 becomes 138****5678.
// Addresses under gov.cn stay, and so do the short official numbers (110, 96110,
// 12381) and dates. Defang of its own result changes nothing.
func Defang(s string) string {
	s = linkPattern.ReplaceAllStringFunc(s, func(link string) string {
		if official(link) {
			return link
		}
		scheme, rest, ok := strings.Cut(link, "://")
		if !ok {
			scheme, rest = "", link
		} else {
			scheme = strings.Replace(strings.ToLower(scheme), "tt", "xx", 1) + "://"
		}
		return scheme + strings.ReplaceAll(rest, ".", "[.]")
	})
	return numberPattern.ReplaceAllStringFunc(s, func(number string) string {
		if datePattern.MatchString(number) {
			return number
		}
		first, last := 3, 4
		var digits int
		for _, c := range number {
			if c >= '0' && c <= '9' {
				digits++
			}
		}
		var b strings.Builder
		n := 0
		for _, c := range number {
			if c >= '0' && c <= '9' {
				n++
				if n > min(first, digits-last) && n <= digits-last {
					c = '*'
				}
			}
			b.WriteRune(c)
		}
		return b.String()
	})
}

// official reports whether a link is under gov.cn.
func official(link string) bool {
	_, rest, ok := strings.Cut(link, "://")
	if !ok {
		rest = link
	}
	host := rest
	if i := strings.IndexAny(rest, "/:?#@"); i >= 0 {
		if rest[i] == '@' {
			return false
		}
		host = rest[:i]
	}
	host = strings.ToLower(host)
	return host == "gov.cn" || strings.HasSuffix(host, ".gov.cn")
}
