package chat

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"fanzha/bot"
)

// A speaker is whom a nickname stands for.
type speaker struct {
	nick string
	name string // "" if the nickname does not say
	unit bot.UnitID
	bot  bool
	why  string // why there is no name
}

// named reports whether the nickname gives a full name.
func (s speaker) named() bool { return s.name != "" && !isForm(s.name) }

// key tells speakers apart.
func (s speaker) key() string {
	if s.name != "" {
		return s.name
	}
	return s.nick
}

const (
	noName   = "没有姓名"
	maxNick  = 40
	maxPlain = 16 // runes of a line that is only a name
)

// speaker finds the person in a nickname: the longest name of the roster in
// it, or else what can only be a name.
func (p *paster) speaker(nick string) speaker {
	if s, ok := p.speakers[nick]; ok {
		return s
	}
	s := p.findSpeaker(nick)
	s.nick = nick
	p.speakers[nick] = s
	return s
}

func (p *paster) findSpeaker(nick string) speaker {
	trimmed := strings.Trim(nick, " \"“”'‘’@:")
	switch {
	case trimmed == "我" || trimmed == "你" || trimmed == "您":
		return speaker{name: p.ctx.Sender.Name, why: noName}
	case strings.Contains(nick, "助手") || strings.Contains(nick, "机器人"):
		return speaker{bot: true, why: noName}
	case p.known(trimmed) && isPersonName(trimmed):
		return speaker{name: trimmed}
	}
	rs := []rune(fold(trimmed))
	if len(rs) > maxNick {
		return speaker{why: noName}
	}
	toks := segment(p.lex.reply, rs, p.ctx.Known)
	s := speaker{why: noName}
	for _, t := range toks {
		if t.class == cUnit {
			s.unit = t.unit()
		}
	}
	names := p.rosterNames(rs, toks)
	if names == nil {
		names = nickNames(segment(p.lex.reply, rs, nil))
	}
	switch len(names) {
	case 0:
	case 1:
		s.name = names[0]
	default:
		s.why = "有两个姓名（" + strings.Join(names, "、") + "），请注明是谁"
	}
	return s
}

// rosterNames returns the names of the roster that stand in rs outside the
// units' names, without those inside a longer one. 李明 in 李明月 is another
// person.
func (p *paster) rosterNames(rs []rune, toks []token) []string {
	if p.ctx.Known == nil {
		return nil
	}
	var names []string
	lo := 0
	look := func(hi int) {
		for lo < hi {
			end := runEnd(rs[:hi], lo, isHan)
			if names = append(names, p.rosterNamesIn(rs[lo:end])...); end == lo {
				end++
			}
			lo = end
		}
	}
	for _, t := range toks {
		if t.class == cUnit {
			look(t.lo)
			lo = t.hi
		}
	}
	look(len(rs))
	slices.Sort(names)
	return slices.Compact(names)
}

// rosterNamesIn looks through one run of Chinese characters.
func (p *paster) rosterNamesIn(run []rune) []string {
	var names []string
	covered := make([]bool, len(run))
	for n := min(4, len(run)); n >= 2; n-- {
		for i := 0; i+n <= len(run); i++ {
			name := string(run[i : i+n])
			if covered[i] && covered[i+n-1] || !p.known(name) {
				continue
			}
			for j := i; j < i+n; j++ {
				covered[j] = true
			}
			longer := n == 2 && i == 0 && len(run) == 3 && !strings.ContainsRune("哥姐总叔姨嫂", run[2])
			if !longer {
				names = append(names, name)
			}
		}
	}
	return names
}

// nickNames returns what can only be a name in a nickname: it is parted from
// other words by a sign, a unit, a letter or a digit.
func nickNames(toks []token) []string {
	var names []string
	const beside = cSep | cUnit | cLatin | cNum | cDeptEnd | cEmote
	free := func(i int) bool {
		return i < 0 || i == len(toks) || toks[i].is(beside) || isSign(toks[i]) || isTitle(toks[i].text)
	}
	for i, t := range toks {
		if t.class == cName && free(i-1) && free(i+1) && isPersonName(t.text) && !slices.Contains(names, t.text) {
			names = append(names, t.text)
		}
	}
	return names
}

// onlyName returns the name if a line is a name and nothing else but the unit.
func (p *paster) onlyName(line string) string {
	rs := []rune(fold(line))
	if len(rs) > maxPlain {
		return ""
	}
	s := p.speaker(strings.TrimSpace(line))
	if s.name == "" || s.bot {
		return ""
	}
	if string(rs) == s.name {
		return s.name
	}
	for _, t := range segment(p.lex.reply, rs, p.ctx.Known) {
		if t.text != s.name && !t.is(cUnit|cSep|cNum|cDeptEnd|cSuffix) {
			return ""
		}
	}
	return s.name
}

func (p *paster) known(name string) bool { return p.ctx.Known != nil && p.ctx.Known(name) }

// isForm reports whether name is a form of address only: 王老师, 老李.
func isForm(name string) bool {
	rs := []rune(name)
	return strings.ContainsRune("老小", rs[0]) && len(rs) == 2 || len(rs) >= 2 && isTitle(string(rs[1:])) ||
		len(rs) >= 3 && isDoubleSurname(rs[:2]) && isTitle(string(rs[2:]))
}

// isPersonName reports whether name may be entered as one: letters of a
// script and the point of foreign names, never a digit.
func isPersonName(name string) bool {
	n := 0
	for _, r := range name {
		if !isHan(r) && r != '·' && r != '•' && r != '.' {
			return false
		}
		n++
	}
	return n >= 2 && n <= 16
}

// longNumbers are telephone, identity and card numbers.
var longNumbers = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\p{Nd}{7,}[xX]?|1\p{Nd}{2}[ -]\p{Nd}{4}[ -]\p{Nd}{4}`)
})

// shown is a line as it may be shown: short, on one line, without numbers
// that belong to a person.
func shown(line string) string {
	line = strings.ToValidUTF8(strings.Join(strings.Fields(line), " "), "?")
	if strings.ContainsFunc(line, unicode.IsDigit) {
		line = longNumbers().ReplaceAllStringFunc(line, func(s string) string {
			return string([]rune(s)[:3]) + "****"
		})
	}
	if rs := []rune(line); len(rs) > maxLineRunes {
		line = string(rs[:maxLineRunes]) + "…"
	}
	return line
}
