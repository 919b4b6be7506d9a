package chat

import (
	"slices"
	"strings"
)

// An act is one mention of a deed that could be a check-in, with what the
// words around it make of it. Negation is a relation: "没问题，签到" has a
// negating character and an act that is not negated.
type act struct {
	kind   class // cCheck, cSign, cSignDone, cPunch, cLate, cHere, cJoin, cLearn, cRecord
	clause int
	neg    bool // 没签, 签不上
	ask    bool // 签吗, 怎么签
	future bool // 明天签
	noun   bool // 签到的人
	others bool // 请大家签, 他签了
	self   bool // 我签
	odd    bool // words around it that the reader does not know
	guess  bool // 应该签了吧
	vague  bool // 想签到, 昨天签到了, 签到×2: what is meant must be asked
}

// deeds are the classes that make an act.
const deeds = cProxy | cCheck | cSign | cSignDone | cPunch | cLate | cHere | cJoin | cLearn | cRecord

// around are the classes that may stand beside an act without changing it.
const around = cFill | cParticle | cLight | cNow | cI | cWe | cTopic | cTime | cEmote | cAck | cOK | cRecord | cAll |
	cLateCause | cReason | cName | cUnit | cNum | cDate | cSep | cSuffix | cDeptEnd | cOf | cFor | cAnd | cHere | cJoin |
	cLearn | cCheck | cSign | cSignDone | cPunch | cLate | cMakeUp | cProxy | cCounter | cNot | cUrge | cTerm | cCantTail | cFuture | cOthers | cHe | cYou |
	cAsk | cAskEnd | cOr | cGuess | cSay | cHear | cLeave | cCant | cGone

// good reports whether the act stands: it was done, by the speaker or those
// he names, and is told, not asked.
func (a act) good() bool {
	return !a.neg && !a.ask && !a.future && !a.noun && !a.others && !a.guess
}

// findActs reads every clause.
func (r *reply) findActs() {
	for i, c := range r.clauses {
		for k, t := range c.toks {
			if t.class == cSign && k+1 < len(c.toks) && odd(c.toks[k+1]) {
				c.toks[k].class = cOther // 签劳动合同: some other signing
				continue
			}
			if t.is(deeds) && !(t.is(cHere|cJoin|cLearn) && k > 0 && t.is(cFill)) {
				r.acts = append(r.acts, r.readAct(i, k))
			}
		}
	}
}

// readAct judges token k of clause i.
func (r *reply) readAct(i, k int) act {
	c := r.clauses[i]
	before, after := c.toks[:k], c.toks[k+1:]
	a := act{kind: c.toks[k].class & deeds, clause: i}
	a.neg = negated(before) || tailCant(after) || len(before) == 0 && r.negatedAcross(i)
	a.ask = asks(c, k)
	a.noun = isNoun(after)
	a.readBefore(before)
	a.readAfter(before, after)
	return a
}

// readBefore judges by the words before the deed.
func (a *act) readBefore(before []token) {
	said := false
	for j, t := range before {
		switch {
		case t.text == "会" && j > 0 && !before[j-1].is(cI|cName|cHe|cLight):
			// 党员大会签到: a meeting, not the future
		case t.is(cFuture) && !anyOf(before[j:], cNow) && !t.is(cNow):
			a.future = true
		case t.is(cHe) && j > 0 && before[j-1].is(cFor):
			// 替他签到 is done for him, not by him
		case t.val == "fill", t.text == "回复" && j == 0:
			a.vague = true // 回复签到: an order or the deed?
		case t.is(cSay|cHear) && !t.is(cLight|cFill|cAll):
			a.others, said = true, true
		case t.is(cHe|cOthers|cYou) && !t.is(cLight|cFill|cAll):
			a.others = true
		case t.is(cUrge) && !t.is(cFill|cLight) || t.text == "请":
			a.others = a.others || !anyOf(before[j:], cI)
		case t.is(cI):
			// Whatever came before, 我签到 stands, unless somebody says it.
			a.self, a.odd, a.others, a.vague = true, false, said, false
		case t.is(cGuess):
			a.guess = true
		case t.text == "想", t.text == "要" && !anyOf(before[:j], cI), t.is(cTime) && a.kind&(cCheck|cSign|cSignDone) != 0:
			a.vague = true
		}
		a.odd = a.odd || odd(t) && !kin(before, j)
	}
}

// readAfter judges by the words after the deed.
func (a *act) readAfter(before, after []token) {
	for _, t := range after {
		a.odd = a.odd || odd(t)
		a.guess = a.guess || t.is(cGuess)
	}
	if len(before) > 0 && a.kind == cSign && before[len(before)-1].is(cLearn|cHere) {
		a.future = true // 学完签, 到了签
	}
	if len(after) == 0 {
		return
	}
	switch first, last := after[0], after[len(after)-1]; {
	case len(after) > 1 && strings.Contains("×x", first.text) && after[1].is(cNum):
		a.vague = true // 签到×2
	case last.text == "吧" && anyOf(before, cName):
		a.guess = true // 王五签到了吧
	case a.kind == cHere && !first.is(cParticle|cEmote|cHere|cRecord|cFor|cI|cAll|cAck|cOf|cAskEnd):
		a.odd = true // 我在开会
	}
}

// negated reports whether a negator reaches over the words in before to what
// follows them: only light words may stand between. "没信号，现在签到" has
// 现在 between, and a negator of another clause does not reach at all.
func negated(before []token) bool {
	for j := len(before) - 1; j >= 0; j-- {
		t := before[j]
		switch {
		case t.is(cNot | cCant):
			return true
		case t.is(cLight | cI | cFor | cName | cAll | cOf):
		default:
			return false
		}
	}
	return false
}

// negatedAcross reports whether the clause before is nothing but a negator
// and only a blank parts it from clause i.
func (r *reply) negatedAcross(i int) bool {
	if i == 0 || r.clauses[i-1].end != ' ' {
		return false
	}
	prev := r.clauses[i-1].toks
	return negated(prev) && len(prev) <= 2 && prev[len(prev)-1].is(cNot|cLight)
}

// tailCant reports whether 不了, 不上, 失败 … follows.
func tailCant(after []token) bool {
	for _, t := range after {
		switch {
		case t.is(cCantTail):
			return true
		case t.is(cLight|cI|cParticle) && !t.is(cNow):
		default:
			return false
		}
	}
	return false
}

// isNoun reports whether 的 and a thing or person follow.
func isNoun(after []token) bool {
	return len(after) > 1 && after[0].text == "的" && !after[1].is(cParticle|cName|cEmote)
}

// asks reports whether clause c, with the deed at k, is a question.
func asks(c clause, k int) bool {
	if c.end == '?' {
		return true
	}
	for j, t := range c.toks {
		if t.is(cAsk) && !t.is(cFill) || t.text == "还是" && anyOf(c.toks[:j], deeds|cAck) {
			return true
		}
	}
	for j := len(c.toks) - 1; j > k; j-- {
		t := c.toks[j]
		switch {
		case t.is(cAskEnd) && t.text != "吧" && t.text != "嘛":
			return true
		case t.is(cParticle):
		default:
			return false
		}
	}
	return false
}

// kin reports whether before[j] is whom the deed is done for (替我爱人签到).
func kin(before []token, j int) bool { return j > 0 && anyOf(before[:j], cFor) }

// odd reports whether t is a word that has no business beside a check-in.
func odd(t token) bool { return t.class&around == 0 && !isSign(t) }

func anyOf(toks []token, k class) bool {
	for _, t := range toks {
		if t.is(k) {
			return true
		}
	}
	return false
}

// goods returns the acts of kind k that stand.
func (r *reply) goods(k class) []act {
	var out []act
	for _, a := range r.acts {
		if a.kind&k != 0 && a.good() && !r.takenBack(a) {
			out = append(out, a)
		}
	}
	return out
}

// takenBack reports whether the same clause says that it failed: 签到签不了.
func (r *reply) takenBack(a act) bool {
	const check = cCheck | cSign | cSignDone
	return a.kind&check != 0 && slices.ContainsFunc(r.acts, func(b act) bool {
		return b.clause == a.clause && b.kind&check != 0 && b.neg
	})
}

// clean reports whether some act of kind k stands with nothing odd beside it.
func (r *reply) clean(k class) bool {
	return slices.ContainsFunc(r.goods(k), func(a act) bool { return !a.odd })
}
