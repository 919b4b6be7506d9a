package chat

import "strings"

// The rules below know who is meant by his place in an office, where the writer
// names a part of it that stands in no list of units.

// section: 三年级组签到：安秀英、杨彩琴, 公诉科2人到齐：裴慧、段小军. Before a check-in
// with a colon and names behind it, what ends as a part of an office does is that
// part, whatever it is called.
func (r *reply) section() {
	colon := 0
	for colon < len(r.toks) && !r.toks[colon].is(cSep) {
		colon++
	}
	if colon < 2 || colon == len(r.toks) || !containsWord(": ,", r.toks[colon].text) || !r.toks[colon-1].is(cCheck|cAll) || !onlyNames(r.toks[colon+1:]) {
		return
	}
	end := colon - 1
	for end > 0 && (containsWord("都 均 已 全部 全 都已 共 了 并", r.toks[end-1].text) || r.toks[end-1].is(cLearn|cJoin) || r.toks[end-1].is(cNum) || containsWord("人 名 位 个人", r.toks[end-1].text)) {
		end--
	}
	if end == 0 || !r.toks[end-1].is(cDeptEnd) {
		return
	}
	for _, t := range r.toks[:end-1] {
		if !isHanUnknown(t) && !t.is(cNum|cUnit|cDeptEnd) && t.text != "年" && t.class&^(cOther|cTopic|cDeptEnd|cSuffix) != 0 {
			return
		}
	}
	for k := range r.toks[:end] {
		if !r.toks[k].is(cUnit) {
			set(r.toks[k:k+1], cFill)
		}
	}
}

// entitled: 督学蔡玉梅签到. What stands first before a name and a check-in, two or three
// characters that no rule knows, is what he is.
func entitled(toks []token) {
	k := 0
	for k < len(toks) && isHanUnknown(toks[k]) {
		k++
	}
	if k == 0 || k+1 >= len(toks) || !toks[k].is(cName) || !toks[k+1].is(cCheck) {
		return
	}
	if n := toks[k-1].hi - toks[0].lo; n == 2 || n == 3 {
		set(toks[:k], cFill)
	}
}

// onlyNames reports 安秀英、亢海霞、杨彩琴: two names or more, and nothing else.
func onlyNames(toks []token) bool {
	n := 0
	for _, t := range toks {
		switch {
		case t.is(cName):
			n++
		case !t.is(cSep|cAnd) || strings.ContainsAny(t.text, "?!"):
			return false
		}
	}
	return n > 1
}

// overThere: 发改委那边解晓婷签个到 is how one who dictates says where he is from. 那边 before
// what was done tells of others.
func overThere(toks []token) {
	for k := 1; k+2 < len(toks); k++ {
		if containsWord("那边 那边的 这边 这边的 那块 这块", toks[k].text) && toks[k-1].is(cUnit) && toks[k+1].is(cName) &&
			toks[k+2].is(cCheck) && (strings.ContainsAny(toks[k+2].text, "个下") || k+3 == len(toks)) {
			set(toks[k:k+1], cFill)
		}
	}
}
