package chat

import (
	"slices"
	"strings"
)

// meant: 我说的是签到, 我是说签到: somebody puts right what a message before, dictated
// or mistyped, should have said. Nobody else is quoted.
func meant(toks []token) {
	for k, t := range toks {
		end := k + 1
		if !t.is(cI) || k > 0 && !containsWord("不 是 不是", toks[k-1].text) && !toks[k-1].is(cParticle|cFill) {
			continue
		}
		for end < len(toks) && end < k+6 && containsWord("要 想 说 的 是 就 就是 意 思 意思 发 打 刚 刚才 刚刚", toks[end].text) {
			end++
		}
		said := runText(toks[k+1 : end])
		if end < len(toks) && toks[end].is(cI) {
			end++ // 我说的是我签到
		}
		if !hasWord(said, "说的是 说的就是 是说 意思是 意思就是 发的是 打的是") || end == len(toks) || !toks[end].is(cCheck) {
			continue
		}
		if slices.ContainsFunc(toks[end+1:], func(t token) bool { return !t.is(cParticle | cEmote) }) {
			continue // 我说的是签到表, 我说的是签到那天
		}
		set(toks[k+1:end], cFill)
	}
}

// nickname: 小郭郭晓东, 刘老师刘芳 is one person, called by both names.
func nickname(toks []token) {
	for k := 0; k+1 < len(toks); k++ {
		if !toks[k].is(cName) || !toks[k+1].is(cName) {
			continue
		}
		called := []rune(toks[k].text)
		surname := string(called[:1])
		if len(called) == 2 && strings.Contains("小老", surname) {
			surname = string(called[1:])
		} else if !isTitle(string(called[1:])) {
			continue
		}
		if strings.HasPrefix(toks[k+1].text, surname) && toks[k+1].len() > 1 && !isTitle(string([]rune(toks[k+1].text)[1:])) {
			set(toks[k:k+1], cFill)
		}
	}
}

// soundReport takes 报道 for 报到 where it stands first and nothing is said beside it
// but who writes: 报道！财政局闫慧. Behind a name it is how news is signed: 记者毛宁报道.
func (r *reply) soundReport() {
	const beside = cFill | cName | cUnit | cParticle | cI | cNow | cEmote | cDeptEnd | cSuffix | cSep
	at := slices.IndexFunc(r.toks, func(t token) bool { return !t.is(cSep | cFill | cI | cNow) })
	if at < 0 || r.toks[at].val != "news" || strings.Contains(r.text, "记者") {
		return
	}
	for k, t := range r.toks {
		if k != at && !t.is(beside) && !isSign(t) {
			return
		}
	}
	if at+1 == len(r.toks) || !r.toks[at+1].is(cUnit|cName) { // 报道财政局: what the news is of
		r.toks[at].class = cCheck
	}
}

// ownHand reports @所有人 签到 西坡镇郝文斌: whoever puts his unit and his name to it
// answers all instead of calling upon them.
func (r *reply) ownHand() bool {
	return r.n.all && r.n.others == 0 && (r.unit != "" && r.signed() || r.bracketed()) && r.only(cCheck|cName|cUnit|cDeptEnd|cSuffix|cI|cEmote) &&
		r.anyGood(cCheck, func(a act) bool {
			return len(r.clauses[a.clause].toks) == a.at+1 || r.clauses[a.clause].toks[a.at+1].is(cName|cUnit|cEmote)
		})
}

// bracketed reports 签到（崔红）: no more than the deed and a name in brackets.
func (r *reply) bracketed() bool {
	n := len(r.toks)
	return n == 4 && r.toks[0].is(cCheck) && r.toks[1].text == "(" && r.toks[2].is(cName) && r.toks[3].text == ")"
}

// ofMine reports 大队会计, 对门的老汉 from token i up to a deed: behind 帮我 it is somebody of
// the writer's, for whom it is done.
func (r *reply) ofMine(i int) bool {
	who := token{}
	for ; i < len(r.toks) && !r.toks[i].is(cSep); i++ {
		t := r.toks[i]
		if t.is(deeds) {
			return who.val == "post" || who.val == "kin" || who.is(cName) || isHanUnknown(who)
		}
		if !t.is(cLight | cNow) {
			who = t
		}
	}
	return false
}
