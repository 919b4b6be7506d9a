package chat

import (
	"slices"
	"strings"
	"unicode"
)

// maxRunes bounds how much of a text is read. Nobody checks in after so much
// text; a pasted notice says what it is in its first lines.
const maxRunes = 600

// A normal is a text made plain: one width, simplified characters, lower case,
// without what other people said.
type normal struct {
	runes []rune
	// quoted: a quotation was taken out. onlyQuote: nothing else is left.
	quoted, onlyQuote bool
	// mention: an @ was taken out. all: it named everybody.
	mention, all bool
	// others is how many persons were named with @, beside the bot.
	others int
}

// normalize makes raw plain. The caller keeps the raw text for the record.
func normalize(raw string) normal {
	var n normal
	text := n.dropQuote(strings.TrimSpace(raw))
	n.runes = make([]rune, 0, min(len(text), maxRunes))
	text = strings.TrimSuffix(text, "\u20e3") // the last key cap numbers nothing
	for _, r := range text {
		if len(n.runes) == maxRunes {
			break
		}
		if r = foldRune(r); r != 0 {
			n.runes = append(n.runes, r)
		}
	}
	n.dropMentions()
	n.runes = closeUp(n.runes)
	return n
}

// dropQuote takes out a quoted message in the ways that chat programs write
// one: 「…」 followed by a rule of dashes, or lines that begin with ">".
func (n *normal) dropQuote(text string) string {
	if strings.HasPrefix(text, "「") || strings.HasPrefix(text, "『") {
		if end := strings.IndexAny(text, "」』"); end > 0 {
			n.quoted = true
			text = strings.TrimLeft(text[end+len("」"):], " -—–\n\r\t")
		}
	}
	text = n.dropReference(text)
	if strings.HasPrefix(text, ">") || strings.Contains(text, "\n>") {
		var own []string
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), ">") {
				n.quoted = true
				continue
			}
			own = append(own, line)
		}
		text = strings.Join(own, "")
	}
	text = strings.TrimSpace(text)
	n.onlyQuote = n.quoted && text == ""
	return text
}

// dropReference takes out a quotation as newer desktop programs copy it: a line
// 引用 张三 的消息 : 签到, below the writer's own words or above them.
func (n *normal) dropReference(text string) string {
	if !strings.Contains(text, "的消息") {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		name, rest, ok := strings.Cut(line, "的消息")
		if !ok || !strings.HasPrefix(strings.TrimSpace(name), "引用") || !strings.ContainsAny(rest, ":：") {
			continue
		}
		n.quoted = true
		if i > 0 {
			return strings.Join(lines[:i], "")
		}
		return strings.Join(lines[1:], "")
	}
	return text
}

// foldRune makes one character plain; 0 means that it says nothing.
func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		if r == '\r' || r < ' ' && r != '\n' && r != '\t' {
			return 0
		}
		return unicode.ToLower(r)
	case r == 0x3000 || r == 0x2005 || r == 0xA0 || r == 0x2002 || r == 0x2003:
		return ' '
	case r >= 0x2474 && r <= 0x32BF && enclosed(r) != 0:
		return enclosed(r)
	case r == 0x20E3:
		return '.' // a key cap numbers what follows it: 1️⃣张三
	case r == '♀' || r == '♂' || r == 0xFE0F || r == 0x200D || r == 0x200B || r == 0xFEFF:
		return 0 // variation selectors, joiners, and the sex of who waves
	case r >= 0x1F3FB && r <= 0x1F3FF:
		return 0 // skin tones
	case r >= 0xFF01 && r <= 0xFF5E:
		return unicode.ToLower(r - 0xFEE0)
	case r == unicode.ReplacementChar:
		return '?'
	}
	if r < 1<<16 {
		if s := foldTable()[r]; s != 0 {
			return s
		}
	}
	return r
}

// enclosed returns ① to ⑳ for the other numbers in brackets, circles and with a
// dot (⑴ ⒈ ㈠ ❶ ㉑), which number the entries of lists; 0 for what is none.
func enclosed(r rune) rune {
	switch {
	case r >= 0x2474 && r <= 0x249B:
		return '①' + (r-0x2474)%20 // ⑴ ⒈
	case r >= 0x24F5 && r <= 0x24FE:
		return '①' + r - 0x24F5
	case r >= 0x2776 && r <= 0x2793:
		return '①' + (r-0x2776)%10 // ❶ ➀ ➊
	case r >= 0x3220 && r <= 0x3229:
		return '①' + r - 0x3220 // ㈠
	case r >= 0x3280 && r <= 0x3289:
		return '①' + r - 0x3280
	}
	if r >= 0x3251 && r <= 0x325F || r >= 0x32B1 && r <= 0x32BF {
		return '⑳' // how many there are is counted otherwise
	}
	return 0
}

// dropMentions takes out @names. A name ends at a space; where somebody left
// the space out, the bot's own name is still known.
func (n *normal) dropMentions() {
	if !slices.Contains(n.runes, '@') {
		return
	}
	out := n.runes[:0:0]
	for i := 0; i < len(n.runes); {
		if n.runes[i] != '@' {
			out = append(out, n.runes[i])
			i++
			continue
		}
		end := i + 1
		for end < len(n.runes) && end-i <= 20 && !unicode.IsSpace(n.runes[end]) && !isStop(n.runes[end]) {
			end++
		}
		name := string(n.runes[i+1 : end])
		n.mention = true
		switch bot, rest := botName(name); {
		case startsWith(name, "我", "俺", "额") || name == "了" || name == "咧":
			// 别再@我了 speaks of it, and mentions nobody.
			out = append(out, '艾', '特')
			i++
			continue
		case bot:
			end -= rest
		case strings.HasPrefix(name, "所有人") || strings.HasPrefix(name, "全体成员"):
			n.all = true
			end = min(end, i+1+len([]rune("所有人")))
		case name != "" && !officeOf(name):
			n.others++
		}
		out = append(out, ' ')
		i = end
	}
	n.runes = out
}

// botName reports whether name begins with what people call the bot, and how
// many runes follow it.
func botName(name string) (ok bool, rest int) {
	for _, b := range []string{"反诈群助手", "反诈小助手", "反诈助手", "反诈机器人", "小助手", "助手", "机器人"} {
		if after, found := strings.CutPrefix(name, b); found {
			return true, len([]rune(after))
		}
	}
	return false, 0
}

// officeOf reports whether what is mentioned is no person but the office that
// collects the check-ins: 县反诈办.
func officeOf(name string) bool {
	return strings.HasSuffix(name, "反诈办") || strings.HasSuffix(name, "反诈中心") || strings.HasSuffix(name, "反诈专班") || strings.HasSuffix(name, "反诈办公室")
}

// isStop reports whether r ends a sentence or a list member.
func isStop(r rune) bool { return !isCommonHan(r) && strings.ContainsRune(",。!?;:、\n", r) }

// closeUp trims the text and takes out spaces that people set between single
// characters for looks (签 到, 我 要 签 到), but not those between words.
func closeUp(rs []rune) []rune {
	for len(rs) > 0 && unicode.IsSpace(rs[0]) {
		rs = rs[1:]
	}
	for len(rs) > 0 && unicode.IsSpace(rs[len(rs)-1]) {
		rs = rs[:len(rs)-1]
	}
	if spaced(rs) {
		return slices.DeleteFunc(rs, func(r rune) bool { return r == ' ' })
	}
	if n := len(rs); n > 2 && rs[0] == '签' && rs[n-1] == '到' && !slices.ContainsFunc(rs[1:n-1], func(c rune) bool { return !isPunct(c) }) {
		return []rune{'签', '到'} // 签。到
	}
	out := rs[:0] // never gets ahead of what is read
	for i := 0; i < len(rs); i++ {
		// 签 到, 签-到, 签.到, and 签 at the end of a line
		if len(out) > 0 && out[len(out)-1] == '签' && strings.ContainsRune(" .-_·~\n", rs[i]) {
			end := runEnd(rs, i, func(r rune) bool { return r == rs[i] })
			if end < len(rs) && rs[end] == '到' {
				i = end - 1
				continue
			}
		}
		out = append(out, rs[i])
	}
	return out
}

// spaced reports whether every second rune is a space and the rest are Han.
func spaced(rs []rune) bool {
	if len(rs) < 3 || len(rs)%2 == 0 {
		return false
	}
	for i, r := range rs {
		if i%2 == 1 && r != ' ' || i%2 == 0 && !isHan(r) {
			return false
		}
	}
	return true
}
