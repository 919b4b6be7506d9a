package supervise

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"fanzha/bot"
)

// civil returns the civil day of t.
func civil(t time.Time) string { return t.In(bot.Zone).Format(time.DateOnly) }

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func badDay(what, got string) error {
	return bot.Refuse(fmt.Sprintf("没有看懂%s“%s”", what, cut(got)), "请写成 2026-11-27")
}

// ParseDay reads a civil day with its year, as people write it, and returns it
// as 2006-01-02.
func ParseDay(text string) (string, bool) {
	text = narrow(strings.TrimSpace(text))
	for _, form := range []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "2006年1月2号"} {
		if t, err := time.Parse(form, text); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}

// dayOr returns the day that text is, or text itself for the refusal to name.
func dayOr(text string) string {
	if day, ok := ParseDay(strings.TrimSuffix(strings.TrimSpace(text), "前")); ok {
		return day
	}
	return strings.TrimSpace(text)
}

// narrow writes full-width digits, points and spaces as ASCII.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '．':
			return '.'
		case r == '－':
			return '-'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
}

// numberForm writes a document's number with the brackets that GB/T 9704 wants.
func numberForm(s string) string {
	return strings.NewReplacer("[", "〔", "]", "〕", "［", "〔", "］", "〕", "【", "〔", "】", "〕",
		"（", "〔", "）", "〕", "(", "〔", ")", "〕", " ", "", "\u3000", "").Replace(narrow(strings.TrimSpace(s)))
}

// cutFields splits a text at names of fields that begin a line or a word and are
// followed by a colon or a space. head is what stands before the first.
func cutFields(text string, names ...string) (head string, fields map[string]string, err error) {
	pattern := regexp.MustCompile(`(?:^|[\s　])(` + strings.Join(names, "|") + `)[:：\s　]`)
	fields = make(map[string]string)
	text = strings.TrimSpace(text)
	name := ""
	keep := func(value string) error {
		value = strings.TrimSpace(value)
		if name == "" {
			head = value
			return nil
		}
		if _, twice := fields[name]; twice {
			return bot.Refuse(fmt.Sprintf("“%s”写了两次", name), "每一项只写一次")
		}
		fields[name] = value
		return nil
	}
	for {
		m := pattern.FindStringSubmatchIndex(text)
		if m == nil {
			return head, fields, keep(text)
		}
		if err := keep(text[:m[0]]); err != nil {
			return "", nil, err
		}
		// The separator stays: it may be what the next name begins behind.
		name, text = text[m[2]:m[3]], strings.TrimLeft(text[m[3]:], ":：")
	}
}

// firstWord splits off the first word of s.
func firstWord(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	i := strings.IndexAny(s, " \t\n\u3000")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}

// words splits a list of names.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、，,;； \t\n\u3000", r) })
}

// cut shortens what a refusal quotes.
func cut(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:19]) + "…"
	}
	return s
}
