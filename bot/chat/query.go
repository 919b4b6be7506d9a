package chat

import (
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// A query is a text under reading: its slots, filled from its words.
type query struct {
	lex   *Lexicon
	now   time.Time
	text  []rune
	toks  []token
	units []token
	tags  []string
	slots []token // qTerm tokens, in order
	span  span
	given bool // a time was named
	out   Question
}

// A queryRule decides one kind of query.
type queryRule struct {
	name string // Chinese, shown as Question.Rule
	try  func(q *query) bool
}

// queryRules are tried in order; the first that decides wins. First what must
// be refused, then what has a word of its own, then what is told by the units,
// persons and months alone.
func queryRules() []queryRule {
	return []queryRule{
		{"不能答", (*query).refuse},
		{"怎么用", (*query).help},
		{"日历", (*query).calendar},
		{"提示函回执", (*query).receipts},
		{"判决与起诉数据", (*query).dataNotice},
		{"解释", (*query).explain},
		{"推送计划", (*query).schedule},
		{"更正、补签、代签、请假记录", (*query).records},
		{"督办", (*query).supervise},
		{"导出", (*query).export},
		{"发案", (*query).cases},
		{"线索统计", (*query).clues},
		{"建群与机器人", (*query).groups},
		{"活动材料", (*query).evidence},
		{"推送", (*query).pushes},
		{"手法与防范", (*query).technique},
		{"名册人数", (*query).rosterCount},
		{"不是成员单位", (*query).unknownUnit},
		{"有几种意思", (*query).clarify},
		{"排名", (*query).ranking},
		{"没有的单位", (*query).missingUnits},
		{"没有的人", (*query).missingPeople},
		{"几个单位对比", (*query).compare},
		{"某次活动", (*query).oneActivity},
		{"活动清单", (*query).activityList},
		{"个人", (*query).person},
		{"一类单位", (*query).byTag},
		{"一个单位", (*query).byUnit},
		{"全县", (*query).overview},
	}
}

// ReadQuery says what text asks, as of now. It is pure.
func (l *Lexicon) ReadQuery(text string, now time.Time) Question {
	q := &query{lex: l, now: now.In(bot.Zone), text: l.respell(normalize(text).runes)}
	q.toks = segment(l.query, q.text, nil)
	q.fill()
	for _, r := range l.queryRules {
		if r.try(q) {
			q.out.Rule = r.name
			q.finish()
			return q.out
		}
	}
	return Question{Intent: Help, Rule: "没有读懂"}
}

// fill sorts the tokens into slots.
func (q *query) fill() {
	q.soundUnit()
	q.recut()
	q.joinParted()
	for i, t := range q.toks {
		switch {
		case t.is(cUnit) && q.isUnit(i):
			if !slices.ContainsFunc(q.units, func(u token) bool { return u.unit() == t.unit() }) {
				q.units = append(q.units, t)
			}
		case t.is(qTag):
			if !slices.Contains(q.tags, t.val) {
				q.tags = append(q.tags, t.val)
			}
		case t.val == "none" && q.lastWord(i):
			// 交了没: the 没 asks
		case t.val == "rank:top" && q.beforeTime(i):
			// 前两个月 ranks nothing
		case t.is(qTerm):
			q.slots = append(q.slots, t)
		}
	}
	q.afield()
	q.span, q.given = q.readSpan()
}

// beforeTime reports whether a number of days, weeks or months follows token i.
func (q *query) beforeTime(i int) bool {
	return i+1 < len(q.toks) && q.toks[i+1].is(cNum) && startsWith(string(q.text[q.toks[i+1].hi:]), "个月", "月", "天", "日", "周", "个星期", "星期", "季度", "个季度")
}

// lastWord reports whether only particles follow token i, which is a bare
// 没 or its like. After 都 and 也 it denies: 一场都没有.
func (q *query) lastWord(i int) bool {
	if i == 0 || !containsWord("没 没有 么 不 未", q.toks[i].text) || q.text[q.toks[i].lo-1] == '都' || q.text[q.toks[i].lo-1] == '也' {
		return false
	}
	for _, t := range q.toks[i+1:] {
		if !t.is(qFill | cSep) {
			return false
		}
	}
	return true
}

// soundUnit looks for a unit's name typed with wrong characters.
func (q *query) soundUnit() {
	if slices.ContainsFunc(q.toks, func(t token) bool { return t.is(qNotUnit) || t.is(cUnit) && !t.is(qFill) }) {
		return
	}
	lo, hi, w, ok := q.lex.bySound(q.text)
	if !ok {
		lo, hi, w, ok = q.shortBySound()
	}
	if !ok || !q.strangeWord(lo, hi) {
		return
	}
	q.toks = slices.Concat(segment(q.lex.query, q.text[:lo], nil),
		[]token{{class: cUnit, lo: lo, hi: hi, text: string(q.text[lo:hi]), named: &w}},
		segment(q.lex.query, q.text[hi:], nil))
}

// strangeWord reports whether text[lo:hi] holds characters that no word covers,
// and cuts no word that is known: 冒充检察院 is no typing error.
func (q *query) strangeWord(lo, hi int) bool {
	strange := false
	for _, t := range q.toks {
		switch {
		case t.hi <= lo || t.lo >= hi:
		case t.class == cUnknown || t.class == cName:
			strange = true
		case t.lo < lo || t.hi > hi:
			return false
		}
	}
	return strange
}

// shortBySound finds a unit by a short name of two characters (浓行, 发院),
// neither of which is part of any word.
func (q *query) shortBySound() (lo, hi int, w word, ok bool) {
	for lo := range max(len(q.text)-1, 0) {
		key, ok := keyOf(q.text[lo : lo+2])
		if !ok || !q.unknownAt(lo) || !q.unknownAt(lo+1) {
			continue
		}
		if w, ok := q.lex.sounds[key]; ok {
			return lo, lo + 2, w, true
		}
	}
	return 0, 0, word{}, false
}

// isUnit reports whether token i is meant as a unit. A word that is a unit's
// name and also an ordinary word (宣传, 学校) is the unit only beside a time or
// alone.
func (q *query) isUnit(i int) bool {
	t := q.toks[i]
	if i+1 < len(q.toks) && q.toks[i+1].text == "要的" {
		return false
	}
	if t.class&(qTerm|qTag|qFill|qTopic) == 0 {
		return true
	}
	if t.is(qTag) {
		return false
	}
	for j, u := range q.toks {
		if j != i && !u.is(qTime|cDate|cSep|qFill|cUnit) && u.val != "and" && u.val != "vs" {
			return false
		}
	}
	return true
}

// val returns the value of the first word that fills slot, and whether there
// is one.
func (q *query) val(slot string) (string, bool) {
	for _, t := range q.slots {
		if t.val == slot {
			return "", true
		}
		if v, ok := strings.CutPrefix(t.val, slot); ok && v[0] == ':' {
			return v[1:], true
		}
	}
	return "", false
}

// has reports whether a word fills slot with value; value "" means any.
func (q *query) has(slot, value string) bool {
	for _, t := range q.slots {
		s, v, _ := strings.Cut(t.val, ":")
		if s == slot && (value == "" || v == value) {
			return true
		}
	}
	return false
}

// say fills the question's intent.
func (q *query) say(i Intent) bool {
	q.out.Intent = i
	return true
}

// withMonth fills the time, the present month if none was named.
func (q *query) withMonth() {
	q.span.fill(&q.out)
	if !q.given {
		q.out.Month = bot.MonthOf(q.now).String()
	}
}

// withTime fills the time if one was named.
func (q *query) withTime() {
	if q.given {
		q.span.fill(&q.out)
	}
}

// withUnits fills the units.
func (q *query) withUnits() {
	for _, u := range q.units {
		q.out.Unit = append(q.out.Unit, u.unit())
	}
	if len(q.tags) > 0 && len(q.units) == 0 {
		q.out.Tag = q.tags[0]
	}
}

// finish says which choices were made.
func (q *query) finish() {
	var notes []string
	if q.out.Note != "" {
		notes = append(notes, q.out.Note)
	}
	for _, u := range q.units {
		if u.note() != "" && len(q.out.Unit) > 0 && !slices.Contains(notes, u.note()) {
			notes = append(notes, u.note())
		}
	}
	if q.span.note != "" && (q.out.Month != "" || q.out.Range != nil || q.out.Months != nil || q.out.Date != "") {
		notes = append(notes, q.span.note)
	}
	q.out.Note = strings.Join(notes, "；")
}

// name returns the person that is named, if any.
func (q *query) name() string {
	for _, t := range q.toks {
		if t.is(cName) {
			return t.text
		}
	}
	return ""
}

// initials returns letters that may be a person's initials.
func (q *query) initials() string {
	for _, t := range q.toks {
		if t.class == cLatin && len(t.text) >= 2 && len(t.text) <= 3 && !strings.ContainsAny(t.text, "aeiouv") {
			return t.text
		}
	}
	return ""
}

// strange counts the Chinese characters that no word covers.
func (q *query) strange() int {
	n := 0
	for _, t := range q.toks {
		if t.class == cUnknown && isHan(q.text[t.lo]) {
			n++
		}
	}
	return n
}

// wordOf returns the word as written that fills slot.
func (q *query) wordOf(slot string) string {
	for _, t := range q.slots {
		if t.val == slot {
			return t.text
		}
	}
	return ""
}

// hasText reports whether one of words stands in the text, whatever the cut.
func (q *query) hasText(words ...string) bool {
	text := string(q.text)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// hasWord reports whether w is one of the words of the cut.
func (q *query) hasWord(w string) bool {
	return slices.ContainsFunc(q.toks, func(t token) bool { return t.text == w })
}
