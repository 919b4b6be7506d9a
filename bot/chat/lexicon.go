package chat

import (
	"strings"
	"unicode"

	"fanzha/bot"
)

// A Lexicon knows the words of the trade and the names of the county's units.
// It is built once, immutable, and safe for concurrent use.
type Lexicon struct {
	reply *trie // words of replies, and units
	query *trie // words of queries, and units
	// pinyin spells words of queries and units typed in letters.
	pinyin *trie
	// sounds maps the syllables of a unit's name to the unit, for names
	// typed with the wrong characters.
	sounds map[soundKey]word
	shorts map[bot.UnitID]string
	// The rules in their order.
	replyRules []replyRule
	queryRules []queryRule
	parted     []parted
}

// NewLexicon builds a Lexicon for units. Beside each unit's Name, Short and
// Aliases it knows the forms that people make of them: with and without 县 or
// 乡宁, without 镇 or 乡, by initials and by full pinyin. Where two units would
// share a made form, neither gets it.
func NewLexicon(units []bot.Unit) *Lexicon {
	l := &Lexicon{
		reply: newTrie(), query: newTrie(), pinyin: newTrie(),
		sounds:     make(map[soundKey]word),
		shorts:     make(map[bot.UnitID]string),
		replyRules: replyRules(), queryRules: queryRules(), parted: partedWords(),
	}
	l.addVocabulary()
	made, stems := make(map[string][]word), make(map[string][]word)
	for _, u := range units {
		l.shorts[u.ID] = u.Short
		for _, name := range unitNames(u) {
			w := word{class: cUnit, unit: u.ID, note: taken(u, name)}
			l.reply.add(fold(name), w)
			l.query.add(fold(name), w)
			if strings.ContainsAny(name[max(0, len(name)-len("局")):], "局委院办社") {
				l.reply.add(fold("原"+name), w) // by whoever worked there
				l.query.add(fold("原"+name), w)
			}
			for _, form := range madeForms(name) {
				made[form] = append(made[form], w)
			}
			if stem := stemOf(name); stem != "" && !l.query.has(stem) {
				stems[stem] = append(stems[stem], w)
			}
			if key, ok := keyOf([]rune(name)); ok && (len([]rune(name)) >= 3 || name == u.Short) {
				l.sounds[key] = word{class: cUnit, unit: u.ID, note: noteTaken(u)}
			}
		}
	}
	l.addPinyin(made)
	for stem, ws := range stems {
		if w, ok := oneUnit(ws); ok && !l.query.has(stem) {
			w.class |= qFill
			l.query.add(stem, w)
		}
	}
	for form, ws := range made {
		if w, ok := oneUnit(ws); ok && !l.query.has(form) {
			l.query.add(form, w)
			if !l.reply.has(form) && !isLatin(form) {
				l.reply.add(form, w)
			}
		}
	}
	return l
}

// addVocabulary enters the words that are the same in every county.
func (l *Lexicon) addVocabulary() {
	for _, g := range replyWords {
		addWords(l.reply, g.class, g.words)
	}
	l.addDialect()
	l.addSoundAlikes()
	for _, g := range queryWords {
		addWords(l.query, g.class, g.words)
		if g.class == qTerm {
			addWords(l.query, g.class, asSaidHere(g.words))
		}
		if g.class == qNotUnit {
			addWords(l.reply, cTerm|cDeptEnd, strings.Join(strings.Fields(g.words), "=notunit ")+"=notunit")
		}
	}
}

// addDialect enters 么来得及 beside 没来得及: what begins with 没 is said with 么
// here.
func (l *Lexicon) addDialect() {
	for _, g := range replyWords {
		for _, s := range strings.Fields(g.words) {
			s, val, _ := strings.Cut(s, "=")
			rest, ok := strings.CutPrefix(s, "没")
			if still := strings.TrimPrefix(s, "还没"); !ok && still != s {
				rest, ok = still, true
				s = "还么" + rest
			} else {
				s = "么" + rest
			}
			if s = fold(s); ok && !l.reply.has(s) {
				l.reply.add(s, word{class: g.class, val: val})
			}
		}
	}
}

// asSaidHere returns those of words that have 了, with 咧 for it: 报咧 beside 报了.
func asSaidHere(words string) string {
	var b strings.Builder
	for s := range strings.FieldsSeq(words) {
		if strings.Contains(s, "了") {
			b.WriteString(strings.ReplaceAll(s, "了", "咧"))
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// The characters that sound like those of 签到, or look like them to the typist.
const (
	checkSounds  = "签佥籖迁牵千谦歉钎扦铅仟芊遣嵌潜浅欠前鉴谴纤堑"
	arriveSounds = "到道倒岛刀稻捣盗导祷"
)

// addSoundAlikes enters what comes out for 签到, 打卡 and 补签 if the wrong
// characters are picked. Unless the vocabulary knows better it is as weak as
// 打卡: it takes a session that is open.
func (l *Lexicon) addSoundAlikes() {
	for _, s := range []struct {
		class         class
		first, second string
	}{
		{cPunch, checkSounds, arriveSounds},
		{cPunch, "打达搭答大", "卡咔咖咯喀"},
		{cLate, "补卜捕布步", "签千迁牵扦谦"},
	} {
		for _, a := range s.first {
			for _, b := range s.second {
				if w := string([]rune{a, b}); !l.reply.has(w) {
					l.reply.add(w, word{class: s.class})
				}
			}
		}
	}
}

// addWords enters the blank-separated words, each "word" or "word=meaning"; "_"
// stands for a blank within a word.
func addWords(t *trie, c class, words string) {
	for _, s := range strings.Fields(words) {
		s, val, _ := strings.Cut(s, "=")
		t.add(strings.ReplaceAll(fold(s), "_", " "), word{class: c, val: val})
	}
}

// fold makes a word of the lexicon plain as a text is made plain.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r = foldRune(r); r == 0 {
			return -1
		}
		return r
	}, s)
}

// unitNames returns every name that u is registered with.
func unitNames(u bot.Unit) []string {
	names := []string{u.Short, u.Name}
	for _, a := range u.Aliases {
		if a != "" {
			names = append(names, a)
		}
	}
	return names
}

// countyWords stand before a unit's name and say nothing.
var countyWords = []string{"中共乡宁县委", "乡宁县委", "乡宁县", "县委", "乡宁", "县", "咱县", "我县", "咱们县", "山西乡宁"}

// madeForms returns the other ways of writing a registered name.
func madeForms(name string) []string {
	if isLatin(name) {
		return nil
	}
	core := name
	for _, w := range countyWords {
		if rest, ok := strings.CutPrefix(name, w); ok && len([]rune(rest)) >= 2 {
			core = rest
			break
		}
	}
	core = strings.TrimSuffix(core, "人民政府")
	forms := []string{core, "县" + core, "乡宁" + core, "乡宁县" + core, "咱" + core, "中国" + core}
	if n := len([]rune(core)); n >= 3 {
		if t := strings.TrimSuffix(strings.TrimSuffix(core, "镇"), "乡"); t != core {
			forms = append(forms, t, t+"政府", t+"综治办", core+"政府", core+"综治办")
		}
	}
	if short := strings.Replace(core, "管理局", "局", 1); short != core {
		forms = append(forms, short)
	}
	if bank, ok := strings.CutSuffix(core, "银行"); ok && len([]rune(bank)) >= 2 && bank != "中国" {
		forms = append(forms, bank+"行") // 工商行
	}
	return append(forms, spellings(core)...)
}

// stemOf is a bureau's name without 局: 教育. It is an ordinary word too and
// means the bureau only where nothing else is asked (教育、公安和法院 10月).
func stemOf(name string) string {
	stem, ok := strings.CutSuffix(strings.TrimPrefix(name, "县"), "局")
	if n := len([]rune(stem)); !ok || n < 2 || n > 4 {
		return ""
	}
	return stem
}

// oneUnit returns the word if all ws mean the same unit.
func oneUnit(ws []word) (word, bool) {
	for _, w := range ws[1:] {
		if w.unit != ws[0].unit {
			return word{}, false
		}
	}
	return word{class: cUnit, unit: ws[0].unit}, true
}

// taken returns the note for a name that differs from the unit's own.
func taken(u bot.Unit, name string) string {
	if isLatin(name) || shares(u.Short, name) || shares(u.Name, name) {
		return ""
	}
	return noteTaken(u)
}

func noteTaken(u bot.Unit) string { return "按“" + u.Short + "”查" }

// shares reports whether every character of name stands in full.
func shares(full, name string) bool {
	for _, r := range name {
		if !strings.ContainsRune(full, r) {
			return false
		}
	}
	return true
}

func isLatin(s string) bool {
	for _, r := range s {
		if !isLetter(unicode.ToLower(r)) {
			return false
		}
	}
	return s != ""
}
