package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fanzha/bot"
)

// Classes that the segmenter itself gives. The vocabularies go on from
// cVocabulary.
const (
	cUnknown class = 1 << iota // a character that no word covers
	cSep                       // punctuation, a space, the end of a line
	cName                      // a person's name, told by its surname or the roster
	cUnit                      // a member unit
	cNum                       // a number
	cDate                      // a day or a month
	cLatin                     // letters
	cSuffix                    // 政府, 分公司: goes on from a unit's name
	cDeptEnd                   // 股, 所, 科: ends the name of a part of a unit
	cVocabulary
)

// Costs of one token. A text is cut so that the sum is least, which prefers
// few and known words: that is the longest match, looked at over the whole
// text and not from the left only. Of two ways with equally many words the one
// with the longer word wins.
const (
	costSep     = 10
	costWord    = 100 // less the square of its length
	costRoster  = 115 // a name that is on the roster
	costHanNum  = 185 // a number in Chinese characters with nothing to count
	costName    = 155 // a name told by its surname
	costLetters = 110
	costUnknown = 200
)

// wordCost is what the word w of n characters costs.
func wordCost(n int, w *word) int {
	cost := costWord - min(n*n, 36)
	if w.class == cUnit {
		cost -= 5
	}
	if w.class&(cCheck|cLate) != 0 {
		cost -= 5
	}
	return cost
}

// A token is one word of a text.
type token struct {
	class class
	lo    int // runes lo..hi of the text
	hi    int
	text  string
	val   string
	named *word   // of a cUnit: what names it; see unit and note
	num   int     // of a cNum
	when  calDate // of a cDate
}

func (t token) is(c class) bool { return t.class&c != 0 }

// len is how many runes t has.
func (t token) len() int { return t.hi - t.lo }

// unit is the unit that t names, or "".
func (t token) unit() bot.UnitID {
	if t.named == nil {
		return ""
	}
	return t.named.unit
}

// note says which unit was taken, where that is not plain; see [word].
func (t token) note() string {
	if t.named == nil {
		return ""
	}
	return t.named.note
}

// A cut is the best way found to reach one place of the text.
type cut struct {
	cost  int
	lo    int
	class class
	w     *word // of a word of the vocabulary
}

// A cutRoom is where the ways to cut a text of ordinary length are laid out.
type cutRoom [48]cut

// segment cuts text into tokens by the words of t.
func segment(t *trie, text []rune, known func(string) bool) []token {
	return segmentText(t, text, string(text), known)
}

// segmentText is segment for a text that is at hand as a string too; the tokens'
// texts are parts of it.
func segmentText(t *trie, text []rune, s string, known func(string) bool) []token {
	var room cutRoom
	best := room[:]
	if len(text) >= len(best) {
		best = make([]cut, len(text)+1)
	}
	for i := range text {
		best[i+1].cost = 1 << 30
	}
	for i := range text {
		reach(t, best, text, i, known)
	}
	n := 0
	for i := len(text); i > 0; i = best[i].lo {
		n++
	}
	toks := make([]token, n)
	for i := len(text); i > 0; i = best[i].lo {
		n--
		at := len(s) - byteLen(text[best[i].lo:i])
		toks[n] = best[i].token(text, i)
		toks[n].text, s = s[at:], s[:at]
	}
	return settle(toks)
}

// byteLen is how many bytes the runes take in a string.
func byteLen(rs []rune) int {
	n := 0
	for _, r := range rs {
		n += utf8.RuneLen(r)
	}
	return n
}

// token returns the token that c cuts out of text before hi, without its text.
func (c *cut) token(text []rune, hi int) token {
	t := token{class: c.class, lo: c.lo, hi: hi}
	switch {
	case c.w != nil:
		t.val = c.w.val
		if c.w.unit != "" {
			t.named = c.w
		}
	case c.class == cNum:
		_, t.num, _ = scanNumber(text, c.lo)
	case c.class == cDate:
		_, t.when, _ = scanDate(text, c.lo)
	}
	return t
}

// reach tries every token that begins at text[i].
func reach(t *trie, best []cut, text []rune, i int, known func(string) bool) {
	base := best[i].cost
	try := func(cost, hi int, class class, w *word) {
		if base+cost < best[hi].cost {
			best[hi] = cut{base + cost, i, class, w}
		}
	}
	begun := false // a longer word begins here, so a name hardly does
	t.each(text, i, func(n int, w *word) {
		begun = begun || n > 1
		if splitsRun(text, i, i+n) {
			return
		}
		try(wordCost(n, w), i+n, w.class, w)
	})
	r := text[i]
	switch {
	case isPunct(r):
		try(costSep, i+1, cSep, nil)
		return
	case isLetter(r):
		end := runEnd(text, i, isLetter)
		try(costLetters, end, cLatin, nil)
	case isHan(r):
		eachName(text, i, func(end, dearer int) {
			cost := costName + 3*(end-i) + dearer
			if begun {
				cost += costWord
			}
			if known != nil && known(string(text[i:end])) {
				cost = costRoster
			}
			try(cost, end, cName, nil)
		})
	}
	if isNumeral(r) {
		reachNumber(try, text, i)
	}
	try(costUnknown, i+1, cUnknown, nil)
}

// reachNumber tries a number and a date at text[i].
func reachNumber(try func(cost, hi int, class class, w *word), text []rune, i int) {
	if end, _, ok := scanNumber(text, i); ok {
		cost := costWord
		if !isDigit(text[i]) && (end == len(text) || !strings.ContainsRune("人名个位份次场条张月日号天年点季户期周", text[end])) {
			cost = costHanNum
		}
		try(cost, end, cNum, nil)
	}
	if end, _, ok := scanDate(text, i); ok {
		try(costWord-2, end, cDate, nil)
	}
}

// splitsRun reports whether text[i:j] would cut a run of letters or digits.
func splitsRun(text []rune, i, j int) bool {
	return i > 0 && isLetter(text[i]) && isLetter(text[i-1]) ||
		j < len(text) && isLetter(text[j-1]) && isLetter(text[j])
}

func runEnd(text []rune, i int, in func(rune) bool) int {
	for i < len(text) && in(text[i]) {
		i++
	}
	return i
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// isHan reports whether r is a Chinese character.
func isHan(r rune) bool { return isCommonHan(r) || unicode.Is(unicode.Han, r) }

// isCommonHan reports whether r is in the block where nearly all of them stand.
func isCommonHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

// isPunct reports whether r separates words. Signs that mean something by
// themselves (✅, ❌, emoji) are not punctuation.
func isPunct(r rune) bool {
	if r < 0x80 {
		return !isLetter(r) && !isDigit(r)
	}
	return !isCommonHan(r) && (strings.ContainsRune("、。…「」『』¥￥", r) || unicode.IsSpace(r))
}

// settle takes back names that stand against unknown characters, for such a
// name was only the beginning of some word, and joins what goes on from a
// unit's name to the unit.
func settle(toks []token) []token {
	for i := range toks {
		if toks[i].class != cName {
			continue
		}
		before := i > 0 && isHanUnknown(toks[i-1])
		after := i+1 < len(toks) && isHanUnknown(toks[i+1])
		if (before || after) && !endsDept(toks, i) {
			toks[i].class = cUnknown
		}
	}
	out := toks[:0]
	for _, t := range toks {
		if t.text == "等" && len(out) > 0 && out[len(out)-1].is(cName) {
			t.class = cAnd // 张三等5人, not 等我
		}
		if len(out) > 0 && t.is(cSuffix) && out[len(out)-1].is(cUnit) {
			out[len(out)-1].hi = t.hi
			out[len(out)-1].text += t.text
			continue
		}
		out = append(out, t)
	}
	return out
}

// endsDept reports whether the unknown characters before token i are the name
// of a part of a unit (市监局 城区 所 陈大勇).
func endsDept(toks []token, i int) bool { return i > 0 && toks[i-1].is(cDeptEnd) }
