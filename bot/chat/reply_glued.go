package chat

import (
	"slices"
	"strings"
)

// unglue parts names that are written without anything between them, where the cut
// of fewest words joins the wrong ones: 王芳李强签到 is no 王芳李 who is strong. A number
// of persons (3人到齐，王芳李强赵敏) tells how many names there are.
func (r *reply) unglue() {
	n := 0
	for k, t := range r.toks {
		if t.is(cNum) && k+1 < len(r.toks) && containsWord("人 名 位 个人", r.toks[k+1].text) {
			n = t.num
		}
	}
	for k := 0; k < len(r.toks); k++ {
		if r.toks[k].class != cName {
			continue
		}
		if end := r.pairs(k, n); end > 0 {
			r.repair(k, end)
		} else if r.borrowed(k) {
			r.repair(k, k+2)
		}
	}
}

// fitNames gives back what a name took from the verb behind it, and what it lost to it:
// 王芳来签到 is 王芳, but 郝运来签到 is 郝运来, and 党育才签到 is no 党育 who signs late.
func (r *reply) fitNames() {
	for k := 0; k+1 < len(r.toks); k++ {
		name, next := r.toks[k], r.toks[k+1]
		if name.class != cName {
			continue
		}
		rs := []rune(name.text)
		switch {
		case len(rs) == 3 && rs[2] == '来' && next.is(cCheck) && !strings.ContainsRune("运福春喜东凤金宝云贵发有生明天恩鹏如财禄雁燕归未", rs[1]) && !isDoubleSurname(rs[:2]) && r.ctx.Sender.Name != name.text && (r.ctx.Known == nil || !r.ctx.Known(name.text)):
			come := token{class: cLight, lo: name.hi - 1, hi: name.hi, text: "来"}
			name.hi--
			name.text = string(rs[:2])
			r.toks = slices.Replace(r.toks, k, k+1, name, come)
		case len(rs) == 2 && containsWord("才签到 才签 才来", next.text) && strings.ContainsRune("育英俊德有秀文茂成广学奇兴", rs[1]):
			name.hi++
			name.text += "才"
			next.class, next.lo, next.text = cCheck, next.lo+1, strings.TrimPrefix(next.text, "才")
			if next.text == "签" {
				next.class = cSign
			} else if next.text == "来" {
				next.class = cLight
			}
			r.toks[k], r.toks[k+1] = name, next
		}
	}
}

// pairs returns the end of the tokens from k on that are n names of two characters
// each, cut otherwise; or 0.
func (r *reply) pairs(k, n int) (end int) {
	if n < 2 || n > 20 {
		return 0
	}
	lo, names := r.toks[k].lo, 0
	for end = k; end < len(r.toks) && r.toks[end].class&^(cName|cOther|cUnknown) == 0; end++ {
		if r.toks[end].class == cName {
			names++
		}
	}
	if r.toks[end-1].hi-lo != 2*n || names == n {
		return 0
	}
	for i := lo; i < lo+2*n; i += 2 {
		if roleOf(r.n.runes[i])&isSurname == 0 || !inGivenName(r.n.runes[i+1]) {
			return 0
		}
	}
	return end
}

// borrowed reports 王芳李 强 at token k: the third character is a surname, the next
// word is a single character that given names have, and nothing goes on from it.
func (r *reply) borrowed(k int) bool {
	t := r.toks[k]
	if t.len() != 3 || k+1 == len(r.toks) || roleOf(r.n.runes[t.hi-1])&isSurname == 0 {
		return false
	}
	next := r.toks[k+1]
	if next.class != cOther || next.len() != 1 || !inGivenName(r.n.runes[next.lo]) || strings.ContainsAny(next.text, "常时年全单都向") {
		return false
	}
	return k+2 == len(r.toks) || r.toks[k+2].is(cSep|cCheck|cSign|cSignDone|cNum|cAll|cNow|cName|cHere|cJoin|cLearn|cEmote|cLeave|cProxy)
}

// repair cuts the tokens k to end into names of two characters.
func (r *reply) repair(k, end int) {
	lo, hi := r.toks[k].lo, r.toks[end-1].hi
	text, at := r.text[byteLen(r.n.runes[:lo]):], 0
	out := append([]token(nil), r.toks[:k]...)
	for i := lo; i < hi; i += 2 {
		n := byteLen(r.n.runes[i : i+2])
		out = append(out, token{class: cName, lo: i, hi: i + 2, text: text[at : at+n]})
		at += n
	}
	r.toks = append(out, r.toks[end:]...)
}
