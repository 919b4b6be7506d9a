package chat

import (
	"slices"
	"strings"
)

// findNames gathers the persons, the unit and its part that a reply names.
func (r *reply) findNames() {
	for i := range r.clauses {
		r.guessNames(&r.clauses[i])
		r.guessOddName(&r.clauses[i])
		markDept(r.clauses[i].toks)
		markPart(r.clauses[i].toks)
	}
	for i, c := range r.clauses {
		for k, t := range c.toks {
			switch {
			case t.is(cName) && k+1 < len(c.toks) && containsWord("村 室 街 路 桥", c.toks[k+1].text) && (k+2 == len(c.toks) || c.toks[k+2].text != "里"):
				c.toks[k].class = cSuffix // 赵家湾村
			case t.is(cName) && k+1 < len(c.toks) && containsWord("支行 分理处 网点 营业所 支局 社区 派出所 司法所 中心校 联校", c.toks[k+1].text) && (anyOf(c.toks[k+2:], cName) || k+2 == len(c.toks) && i+1 < len(r.clauses) && r.clauses[i+1].any(cName)):
				c.toks[k].class = cDeptEnd // 鄂河支行李强
			case t.is(cName) && k > 0 && c.toks[k-1].is(cNum) && strings.HasPrefix(t.text, "楼"):
				c.toks[k].class = cOther // 四楼礼堂
			case t.is(cName) && k > 0 && c.toks[k-1].is(cAnd) && c.toks[k-1].val != "add" && c.toks[k-1].text != "还有" && (k == 1 || !c.toks[k-2].is(cName|cI|cHe|cYou|cUnit|cNum|cSuffix)) && !c.any(deeds|cLeave|cAll|cGone|cCant):
				// 跟车押款: no person in an excuse
			case t.is(cName) && excepted(c.toks[:k]):
				// 除了张三都签到了
			case t.is(cName):
				if !slices.Contains(r.names, t.text) {
					r.names = append(r.names, t.text)
				}
			case t.is(cUnit):
				r.takeUnit(c.toks, k)
			case t.is(cI) && r.listed(i) && !slices.Contains(r.names, Sender):
				r.names = append(r.names, Sender)
			case t.is(cI) && (k+1 < len(c.toks) && c.toks[k+1].is(cAnd) || k > 1 && c.toks[k-1].is(cAnd) && c.toks[k-2].is(cName)) && !slices.Contains(r.names, Sender):
				r.names = append(r.names, Sender)
			case t.is(cDeptEnd) && (k+1 == len(c.toks) || !c.toks[k+1].is(cDeptEnd)) && r.dept == "" && (k > 0 || i == 0):
				r.dept = deptName(c.toks, k)
			}
		}
	}
	r.sameMan()
}

// sameMan leaves out 乔老师 beside 乔雪: who writes 签到，乔老师，乔雪 puts down what he is
// called and his name. 乔老师、乔雪 are two.
func (r *reply) sameMan() {
	if len(r.names) != 2 || r.has(cAnd|cFor|cProxy|cHe) || strings.Contains(r.text, "、") {
		return
	}
	for i, titled := range r.names {
		called, name := []rune(titled), []rune(r.names[1-i])
		if len(called) > 2 && isTitle(string(called[1:])) && name[0] == called[0] && !isTitle(string(name[1:])) {
			r.names = slices.Delete(r.names, i, i+1)
			return
		}
	}
}

// excepted reports that before ends with 除, or 除 and names: who comes next is the
// one who did not.
func excepted(before []token) bool {
	for j := len(before) - 1; j >= 0 && before[j].is(cName|cAnd|cSep|cFill); j-- {
		if containsWord("除 除了 就差 只差 还差 光差 就剩 只剩 就缺 只缺", before[j].text) {
			return true
		}
	}
	return false
}

// takeUnit notes the unit at toks[k], unless it is where something happened
// (地点：县检察院二楼) or what is denied (我不是财政局的).
func (r *reply) takeUnit(toks []token, k int) {
	if k > 0 {
		before := toks[k-1]
		if before.val == "isnot" || before.val == "place" || before.text == "在" && r.term("hold") {
			return
		}
	} else if i := toks[0].lo - 2; i >= 0 && string(r.n.runes[max(0, i-1):i+1]) == "地点" {
		return
	}
	if r.unit == "" || (strings.HasSuffix(toks[k].text, "镇") || strings.HasSuffix(toks[k].text, "乡")) && r.alsoTownships() {
		r.unit = toks[k].unit()
	}
}

// alsoTownships reports that the unit was named as a part of every township is, too:
// 综治办毛建军签到，管头镇的.
func (r *reply) alsoTownships() bool {
	return slices.ContainsFunc(r.toks, func(t token) bool { return t.text == "综治办" && t.unit() == r.unit })
}

// markDept marks unknown characters between a unit and the word that ends its
// part's name (市监局 城区 所) as belonging to that name.
func markDept(toks []token) {
	for k, t := range toks {
		if !t.is(cDeptEnd) {
			continue
		}
		for j := k - 1; j >= 0 && k-j <= 4 && !toks[j].is(cUnit|deeds|cLeave|cFor|cNot|cI|cSep); j-- {
			if j > 0 && toks[j-1].is(cUnit) {
				for m := j; m < k; m++ {
					toks[m].class = cDeptEnd
				}
			}
		}
	}
}

// markPart marks the strange beginning of a part's name that stands first and before
// a person: 城关派出所辅警张浩.
func markPart(toks []token) {
	k := slices.IndexFunc(toks, func(t token) bool { return t.is(cDeptEnd) })
	if k < 1 || k > 4 || !anyOf(toks[k:], cName) || slices.ContainsFunc(toks[:k], func(t token) bool { return !isHanUnknown(t) && (t.class != cOther || t.val != "") }) {
		return
	}
	for i := range toks[:k] {
		toks[i].class = cDeptEnd
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
			if namesPart(c.toks[i:end]) {
				for k := i; k < end; k++ {
					c.toks[k].class = cDeptEnd
				}
				continue
			}
			name := token{class: cName, lo: c.toks[i].lo, hi: c.toks[end-1].hi}
			name.text = string(r.n.runes[name.lo:name.hi])
			c.toks = slices.Replace(slices.Clone(c.toks), i, end, name)
			continue
		}
		i = end
	}
}

// namesPart reports that what stands where a name can ends as the parts of a unit do:
// 邮局投递班.
func namesPart(toks []token) bool {
	return strings.ContainsAny(last(toks).text, "班组科股室队站所厅柜处部") && (len(toks) > 2 || roleOf(firstRune(toks[0].text))&isSurname == 0)
}

// guessOddName takes for a name what begins with a surname, fills the place between a
// unit and a check-in, and is two or three characters of words that say nothing there:
// 财政局卫向前签到.
func (r *reply) guessOddName(c *clause) {
	const says = deeds | cNot | cI | cHe | cYou | cOthers | cAll | cNum | cUrge | cAsk | cTopic | cDeptEnd | cSuffix | cSay | cHear | cFuture | cNow | cTime | cAd | cName | cUnit | cDate | cSep | cFill | cReason | cLeave | cCant | cGone
	for k := 1; k < len(c.toks); k++ {
		first := c.toks[k]
		if c.toks[k-1].is(cUnit|cDeptEnd) && k+1 < len(c.toks) && c.toks[k+1].is(cCheck|cLate) && (first.class == cOther || first.class == cUnknown) && (first.len() == 2 || first.len() == 3) && roleOf(r.n.runes[first.lo])&isSurname != 0 {
			c.toks = slices.Clone(c.toks)
			c.toks[k].class = cName // 财政局安静签到
			continue
		}
		if !c.toks[k-1].is(cUnit|cDeptEnd) || first.len() != 1 || first.is(says) || roleOf(r.n.runes[first.lo])&isSurname == 0 {
			continue
		}
		end := k + 1
		for end < len(c.toks) && !c.toks[end].is(says) {
			end++
		}
		if runes := c.toks[end-1].hi - first.lo; end == len(c.toks) || !c.toks[end].is(cCheck|cLate) || runes < 2 || runes > 3 {
			continue
		}
		name := token{class: cName, lo: first.lo, hi: c.toks[end-1].hi}
		name.text = string(r.n.runes[name.lo:name.hi])
		c.toks = slices.Replace(slices.Clone(c.toks), k, end, name)
	}
}

func isHanUnknown(t token) bool {
	return t.class == cUnknown && isHan(firstRune(t.text))
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

// listed reports that clause i is a bare 我 in a row of persons: 我、李四、赵六.
func (r *reply) listed(i int) bool {
	person := func(j int) bool {
		return j < len(r.clauses) && len(r.clauses[j].toks) > 0 && r.clauses[j].toks[0].is(cName)
	}
	if len(r.clauses[i].toks) > 2 || r.clauses[i].toks[0].text == "本人" {
		return false
	}
	return r.clauses[i].end == '、' && person(i+1) || r.clauses[i].end == ',' && len(r.clauses[i].toks) == 1 && i+2 < len(r.clauses) && joined(r.clauses[i+1].toks) && r.clauses[i+2].toks[0].is(cCheck|cLight|cSignDone) || i > 0 && r.clauses[i-1].end == '、' && person(i-1)
}

// joined reports 还有同屋的曹海燕, 和我们科的李强: one person more, in a clause of his own.
func joined(toks []token) bool {
	return toks[0].is(cAnd) && last(toks).is(cName) && !anyOf(toks, deeds|cNot|cSay|cAsk|cFuture)
}

// onlyDept reports that toks name a part of a unit and no person.
func onlyDept(toks []token) bool {
	return !slices.ContainsFunc(toks, func(t token) bool { return !t.is(cDeptEnd) })
}
