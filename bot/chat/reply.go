package chat

import (
	"slices"
	"unicode/utf8"

	"fanzha/bot"
)

// A clause is what stands between two separators of a text.
type clause struct {
	toks []token
	end  rune // the separator after it, 0 at the end of the text
	line int
}

// any reports whether a token of c is of class k.
func (c clause) any(k class) bool {
	return anyOf(c.toks, k)
}

// A reply is a text under reading: cut into tokens and clauses, with the
// names and units that stand in it, and the acts it speaks of.
type reply struct {
	lex       *Lexicon
	ctx       Context
	raw       string
	n         normal
	text      string // n.runes
	marks     class  // all marks that occur
	toks      []token
	clauses   []clause
	bits      class    // all classes that occur
	meanings  []string // of all words that have one
	asking    bool     // the text as a whole asks
	illegible bool     // letters beside a spelled 签到 that nobody can read
	names     []string
	unit      bot.UnitID
	dept      string
	acts      []act
	cited     []token // what stands outside of another's words between quotation marks
	badDay    string  // a day that no calendar has
	foundClue bool    // it reports something suspicious, and nobody is in danger
	out       Reading
}

// A replyRule decides one kind of reply. It reports whether it decided and
// then has filled r.out.
type replyRule struct {
	name string // Chinese, shown as Reading.Rule
	try  func(r *reply) bool
}

// replyRules are tried in order; the first that decides wins. What comes
// first is what must not be missed (danger), then what is told by its shape,
// then what only looks like a check-in, then check-ins, then the rest.
func replyRules() []replyRule {
	return []replyRule{
		{"险情先答", (*reply).danger},
		{"碰上的可疑事", (*reply).cameUpon},
		{"系统提示", (*reply).groupEvent},
		{"只有引用", (*reply).onlyQuote},
		{"转贴聊天记录", (*reply).pasted},
		{"图片与文件", (*reply).media},
		{"个人信息", (*reply).privacy},
		{"答题", (*reply).quiz},
		{"分栏名单", (*reply).roll},
		{"接龙", (*reply).list},
		{"广告", (*reply).ad},
		{"线索", (*reply).clue},
		{"测试", (*reply).test},
		{"引述", (*reply).cites},
		{"更正与撤回", (*reply).correction},
		{"勉强的话", (*reply).forced},
		{"反话", (*reply).irony},
		{"问数字", (*reply).statusQuery},
		{"零发案", (*reply).zeroCase},
		{"提问", (*reply).question},
		{"别处打卡", (*reply).sights},
		{"材料预告", (*reply).announced},
		{"领命", (*reply).passesOn},
		{"催促别人", (*reply).nudge},
		{"转述", (*reply).hearsay},
		{"活动上报", (*reply).activity},
		{"人数", (*reply).headcount},
		{"其他上报", (*reply).otherReport},
		{"请假", (*reply).leave},
		{"没签或不签", (*reply).negation},
		{"以后再签", (*reply).promise},
		{"补签", (*reply).late},
		{"代签", (*reply).proxy},
		{"签到", (*reply).checkin},
		{"请求登记", (*reply).record},
		{"只有名字", (*reply).nameOnly},
		{"到场", (*reply).bare},
		{"已读回执", (*reply).ack},
		{"仿照相近的话", (*reply).similar},
		{"闲话", (*reply).chitchat},
	}
}

// ReadReply says what text means. It is pure: the same text, context and
// lexicon always give the same reading.
func (l *Lexicon) ReadReply(text string, c Context) Reading {
	r := l.parse(text, c)
	for _, rule := range l.replyRules {
		if !rule.try(r) {
			continue
		}
		r.out.Rule = rule.name
		break
	}
	if r.out.Counts == Yes {
		r.reconsider()
	}
	r.finish()
	return r.out
}

// parse cuts text into clauses and finds the names, units and acts.
func (l *Lexicon) parse(text string, c Context) *reply {
	r := &reply{lex: l, ctx: c, raw: text, n: normalize(text)}
	r.n.runes, r.illegible = spellOut(r.n.runes)
	r.text = string(r.n.runes)
	r.marks = markTrie().classes(r.n.runes)
	r.toks = segmentText(l.reply, r.n.runes, r.text, c.Known)
	r.unglue()
	r.fitNames()
	r.unjoin()
	r.soundUnit()
	r.settleUnits()
	r.soundCheck()
	r.soundReport()
	r.pleaseRecord()
	r.evidenceLater()
	r.weekday()
	r.surroundings()
	r.phrases()
	r.split()
	r.findNames()
	r.findActs()
	r.asking = slices.ContainsFunc(r.clauses, func(c clause) bool { return asks(c, -1) })
	return r
}

// unjoin takes 了没 for a negator where a deed follows: 没电了没签成 asks nothing.
func (r *reply) unjoin() {
	for k, t := range r.toks[:max(len(r.toks)-1, 0)] {
		if t.is(cAskEnd) && containsWord("了没 咧没 了没有 了么 咧么", t.text) && k > 0 && !r.toks[k-1].is(cCheck|cSign|cSignDone|cPunch) && r.toks[k+1].is(cCheck|cSign|cSignDone|cPunch|cLate|cRecord|cLight) {
			r.toks[k].class = cNot
		}
	}
}

// soundUnit looks for a unit's name typed with wrong characters, if no unit
// is named otherwise.
func (r *reply) soundUnit() {
	for _, t := range r.toks {
		if t.is(cUnit) && t.class&^(cUnit|cSuffix) == 0 {
			return
		}
	}
	lo, hi, w, ok := r.lex.bySound(r.n.runes)
	if !ok {
		return
	}
	var out []token
	for _, t := range r.toks {
		switch {
		case t.hi <= lo || t.lo >= hi:
			out = append(out, t)
		case t.lo < lo || t.hi > hi:
			return // it would cut a word
		case t.hi == hi:
			out = append(out, token{class: cUnit, lo: lo, hi: hi, text: string(r.n.runes[lo:hi]), named: &w})
		}
	}
	r.toks = out
}

// settleUnits takes the unit out of ordinary words that are also names of
// units (宣传, 财政), unless they stand as a name does: first in the text or
// line, and before a person, a colon or a break.
func (r *reply) settleUnits() {
	for i, t := range r.toks {
		if !t.is(cUnit) || t.class&^(cUnit|cSuffix) == 0 {
			continue
		}
		first := i == 0 || r.toks[i-1].is(cSep)
		next := i+1 < len(r.toks) && (r.toks[i+1].is(cName) || r.toks[i+1].is(cSep) && i+2 < len(r.toks) && r.toks[i+2].is(cName))
		if first && next {
			r.toks[i].class = cUnit
		} else {
			r.toks[i].class &^= cUnit
		}
	}
}

// split makes clauses of the tokens.
func (r *reply) split() {
	line := 0
	r.clauses = make([]clause, 0, 4)
	cur := make([]token, 0, len(r.toks)) // what is left of one room for all clauses
	flush := func(end rune) {
		if n := len(cur); n > 0 {
			r.clauses = append(r.clauses, clause{toks: cur[:n:n], end: end, line: line})
			cur = cur[n:]
		} else if n := len(r.clauses); n > 0 && end != ' ' && r.clauses[n-1].end == ' ' {
			r.clauses[n-1].end = end
		}
	}
	for i, t := range r.toks {
		if t.text == "代" && i > 0 && r.toks[i-1].is(cSep) && i+1 < len(r.toks) && r.toks[i+1].is(cSep) {
			t.class = cProxy // 张三（代）
		}
		if t.is(cFill) && containsWord("但 但是 可是 不过 然而 所以 于是 因此", t.text) && len(cur) > 0 {
			flush(',')
			continue
		}
		if t.text == "、" && i > 0 && i+1 < len(r.toks) && r.toks[i-1].class == cName && r.toks[i+1].class == cName {
			cur = append(cur, t) // 张三、李四 are one subject
			continue
		}
		if t.val != "" {
			r.meanings = append(r.meanings, t.val)
		}
		if t.class != cSep {
			r.bits |= t.class
			cur = append(cur, t)
			if r.breathes(i, cur) {
				flush(' ')
			}
			continue
		}
		s := r.n.runes[t.lo]
		if s == '.' && i > 0 && r.toks[i-1].is(cNum) {
			s = ' '
		}
		flush(s)
		if s == '\n' {
			line++
		}
	}
	flush(0)
}

// breathes reports that a clause ends after token i although nothing parts it
// from the check-in that follows, as dictated text has it: 这案例好吓人啊签到.
func (r *reply) breathes(i int, cur []token) bool {
	if len(cur) < 2 || cur[0].text == "完" || !r.toks[i].is(cParticle) || !containsWord("啊 呀 哇 啦 咧 了 哩 哈", r.toks[i].text) || !doing(r.toks, i+1) || yetBare(r.toks[i+1:]) || i+2 < len(r.toks) && r.toks[i+1].is(cI) && r.toks[i+2].text == "就" {
		return false
	}
	unknown := false
	for _, t := range cur {
		if t.is(cNot | cAsk | cFuture | cSay | cHear | cGuess | cHe | cOthers | cYou | cUrge | cFor | deeds&^cLearn) {
			return false
		}
		unknown = unknown || open(t)
	}
	return unknown
}

// has reports whether a word of class k occurs.
func (r *reply) has(k class) bool { return r.bits&k != 0 }

// term reports whether a word of the trade with the given meaning occurs.
func (r *reply) term(meaning string) bool {
	return slices.Contains(r.meanings, meaning)
}

// finish adds what every reading may have: the unit, marks, and what the open
// session's prompt settles.
func (r *reply) finish() {
	o := &r.out
	if r.speaksOfUnit() && o.Unit == "" {
		o.Unit = r.unit
	}
	o.Mention, o.Quote = r.n.mention, r.n.quoted || r.ctx.Quoted
	if o.Counts == IfAsked && r.ctx.Session.accepts(o.Form) {
		o.Counts = Yes
	}
	if r.badDay != "" && o.Counts == Yes {
		o.Counts, o.Form, o.Ask = IfAsked, FormDoubt, r.badDay+"没有这一天，请写清是哪天"
	}
	if r.illegible && o.Counts == Yes {
		o.Counts, o.Form, o.Ask = IfAsked, FormDoubt, "是签到吗？"
	}
	if o.Intent == CheckIn && o.Counts == Yes && r.callsByName() {
		o.Counts, o.Form, o.Ask = IfAsked, FormDoubt, "是替"+o.Names[0]+"签到吗？"
	}
	if own := r.ctx.Sender.Unit; o.By == BySelf && o.Counts == Yes && r.ctx.Sender.Name != "" && own != "" && o.Unit != "" && o.Unit != own {
		o.Counts, o.Form = IfAsked, FormDoubt
		o.Ask = "您登记在" + r.lex.shorts[own] + "，这条写的是" + r.lex.shorts[o.Unit] + "，请核对"
	}
	if o.By == BySelf && len(o.Names) == 1 && r.ctx.Sender.Name != "" && o.Names[0] != r.ctx.Sender.Name {
		switch o.Intent {
		case CheckIn:
			o.Intent, o.By = CheckInProxy, ByProxy
		case Leave:
			o.Intent, o.By = LeaveProxy, ByProxy
		}
	}
}

// speaksOfUnit reports whether the reading's unit matters: it does for what
// is recorded, not for talk.
func (r *reply) speaksOfUnit() bool {
	switch r.out.Intent {
	case CheckIn, CheckInLate, CheckInProxy, CheckInCount, CheckInList, Leave, LeaveProxy,
		ActivityReport, OtherReport, ZeroCase, Correction, Evidence, StatusQuery:
		return true
	}
	return false
}

// say fills the reading's first fields.
func (r *reply) say(i Intent, c Counts, by By) bool {
	r.out.Intent, r.out.Counts, r.out.By = i, c, by
	return true
}

// only reports whether the text consists of words of the classes in allowed,
// separators, and signs that say nothing.
func (r *reply) only(allowed class) bool {
	for _, t := range r.toks {
		if t.class&(allowed|cSep) == 0 && !isSign(t) {
			return false
		}
	}
	return true
}

// isSign reports whether t is an unknown emoji or the like.
func isSign(t token) bool {
	return t.class == cUnknown && !isHan(firstRune(t.text))
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
