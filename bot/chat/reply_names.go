package chat

import (
	"slices"
	"unicode"
)

// findNames gathers the persons, the unit and its part that a reply names.
func (r *reply) findNames() {
	for i := range r.clauses {
		r.guessNames(&r.clauses[i])
	}
	for i, c := range r.clauses {
		for k, t := range c.toks {
			switch {
			case t.is(cName):
				if !slices.Contains(r.names, t.text) {
					r.names = append(r.names, t.text)
				}
			case t.is(cUnit) && r.unit == "":
				r.unit = t.unit
			case t.is(cI) && k+1 < len(c.toks) && c.toks[k+1].is(cAnd) && !slices.Contains(r.names, Sender):
				r.names = append(r.names, Sender)
			case t.is(cDeptEnd) && r.dept == "" && (k > 0 || i == 0):
				r.dept = deptName(c.toks, k)
			}
		}
	}
}

// guessNames takes an unknown run of two to four characters for a name if it
// stands where only a name can: between a unit and the end of the clause or a
// check-in (教科局仉欣妍签到).
func (r *reply) guessNames(c *clause) {
	for i := 0; i < len(c.toks); i++ {
		end := i
		for end < len(c.toks) && isHanUnknown(c.toks[end]) {
			end++
		}
		if end == i {
			continue
		}
		runes := c.toks[end-1].hi - c.toks[i].lo
		after := end == len(c.toks) || c.toks[end].is(cCheck|cLate|cLeave|cNow|cPunch)
		if i > 0 && c.toks[i-1].is(cUnit|cDeptEnd) && after && runes >= 2 && runes <= 4 {
			name := token{class: cName, lo: c.toks[i].lo, hi: c.toks[end-1].hi}
			name.text = string(r.n.runes[name.lo:name.hi])
			c.toks = slices.Replace(slices.Clone(c.toks), i, end, name)
			continue
		}
		i = end
	}
}

func isHanUnknown(t token) bool {
	return t.class == cUnknown && unicode.Is(unicode.Han, []rune(t.text)[0])
}

// deptName returns the name of a unit's part that ends at toks[k]: what
// stands between it and the unit, or the beginning of the clause.
func deptName(toks []token, k int) string {
	name := toks[k].text
	for j := k - 1; j >= 0; j-- {
		t := toks[j]
		if t.is(cUnit) {
			break
		}
		if !isHanUnknown(t) && t.class&(cOther|cDeptEnd|cNum|cTopic) == 0 || k-j > 4 {
			return toks[k].text
		}
		name = t.text + name
	}
	return name
}
