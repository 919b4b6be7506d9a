package chat

import (
	"slices"
	"strings"
)

// A parted word is a verb and its object that make one word and let others stand between
// them: 请过假, 补了几次签, 排个队.
type parted struct {
	head    rune
	tails   []string // the longest first
	between string   // the characters that may stand between
	val     string   // what the word fills
}

// The characters that stand between the halves of a parted word.
const (
	aspects = "过了的完"
	counted = aspects + "几两一二三四五六七八九十多少次回天"
)

// partedWords are the parted words of queries.
func partedWords() []parted {
	check, leave := []string{"签到", "签", "卡"}, []string{"假"}
	return []parted{
		{'请', leave, counted + "个半事病", "leavelist"}, {'告', leave, counted, "leavelist"}, {'休', leave, counted, "leavelist"}, {'销', leave, counted, "leavelist"},
		{'出', []string{"差"}, counted, "leavelist"}, {'下', []string{"乡"}, aspects + "几次回", "leavelist"},
		{'补', check, counted, "latelist"}, {'代', check, counted, "proxylist"}, {'替', check, counted, "proxylist"},
		{'签', []string{"到"}, counted + "个", "do:checkin"}, {'打', []string{"卡"}, counted + "个", "do:checkin"}, {'参', []string{"训"}, counted, "do:join"},
		{'上', []string{"当"}, counted, "victim"}, {'受', []string{"骗"}, counted, "victim"},
		{'发', []string{"案"}, counted + "起", "case"}, {'出', []string{"案"}, counted + "起", "case"}, {'立', []string{"案"}, counted + "起", "case"},
		{'建', []string{"群"}, aspects + "起好上", "group:built"}, {'拉', []string{"群"}, aspects + "起好上", "group:built"},
		{'约', []string{"谈"}, counted, "sup:约谈"},
		{'排', []string{"座次", "高低", "先后", "队", "序", "名", "位"}, "个一下出好成了排", "rank"},
		{'放', leave, counted, "cal"},
	}
}

// maxBetween is how many characters stand between the halves at most.
const maxBetween = 5

// joinParted takes a parted word for what it is: its first half fills the slot, the
// other is idle, and what stands between keeps its own meaning (几次).
func (q *query) joinParted() {
	for i, r := range q.text {
		for _, p := range q.lex.parted {
			if r != p.head || !q.wordBegins(i) {
				continue
			}
			lo, hi, ok := q.otherHalf(p, i+1)
			if !ok {
				continue
			}
			q.toks = slices.Concat(q.cut(0, i),
				[]token{{class: qTerm, lo: i, hi: i + 1, text: string(r), val: p.val}}, q.cut(i+1, lo),
				[]token{{class: qFill, lo: lo, hi: hi, text: string(q.text[lo:hi])}}, q.cut(hi, len(q.text)))
			return
		}
	}
}

// otherHalf finds the second half of p behind text[from], with something between.
func (q *query) otherHalf(p parted, from int) (lo, hi int, ok bool) {
	for lo = from; lo < min(len(q.text), from+maxBetween) && strings.ContainsRune(p.between, q.text[lo]); {
		lo++
		for _, tail := range p.tails {
			if rest := string(q.text[lo:]); strings.HasPrefix(rest, tail) {
				hi = lo + len([]rune(tail))
				return lo, hi, hi == len(q.text) || q.wordBegins(hi)
			}
		}
	}
	return 0, 0, false
}

// wordBegins reports whether a word of the cut begins at text[i].
func (q *query) wordBegins(i int) bool {
	return slices.ContainsFunc(q.toks, func(t token) bool { return t.lo == i })
}

// cut cuts text[lo:hi] into words.
func (q *query) cut(lo, hi int) []token {
	toks := segment(q.lex.query, q.text[lo:hi], nil)
	for i := range toks {
		toks[i].lo += lo
		toks[i].hi += lo
	}
	return toks
}

// recut cuts anew what the fewest words cut wrongly: 10|月报表, 镇上|月, and the name 都推啥.
func (q *query) recut() {
	for i := 0; i < len(q.toks); i++ {
		t := q.toks[i]
		at := 0
		switch {
		case q.month(i) && q.toks[i+1].text == "月" && i > 0 && q.toks[i-1].is(cDate): // 9月10月
			q.toks = slices.Concat(q.toks[:i], []token{{class: cDate, lo: t.lo, hi: t.hi + 1, text: t.text + "月", when: calDate{month: t.num}}}, q.toks[i+2:])
			continue
		case q.month(i) && q.toks[i+1].text == "月报" && !q.reports(t.hi+2): // 10月报发我
			q.toks[i].class, q.toks[i].when = cDate, calDate{month: t.num}
			continue
		case q.month(i) && strings.HasPrefix(q.toks[i+1].text, "月报"): // 10月报表
			at = t.hi + 1
		case t.text == "镇上" && startsWith(string(q.text[t.hi:]), "月", "个月", "周", "星期", "个星期", "季度", "个季度", "半年", "旬"):
			at = t.lo + 1
		case t.is(cName) && strings.HasPrefix(t.text, "都") && q.known(t.lo+1, t.hi):
			at = t.lo + 1
		default:
			continue
		}
		q.toks = slices.Concat(q.toks[:i], q.cut(t.lo, at), q.cut(at, len(q.text)))
	}
}

// month reports whether token i is a number that may be a month, and another follows.
func (q *query) month(i int) bool {
	return i+1 < len(q.toks) && q.toks[i].is(cNum) && q.toks[i].num >= 1 && q.toks[i].num <= 12
}

// reports reports whether 报 before text[i] is the deed: 10月报了没, but 10月报发我.
func (q *query) reports(i int) bool {
	return startsWith(string(q.text[i:]), "了", "咧", "没", "上来", "过来", "过", "送", "齐", "来")
}

// known reports whether words that are known cover text[lo:hi].
func (q *query) known(lo, hi int) bool {
	return !slices.ContainsFunc(q.cut(lo, hi), func(t token) bool { return t.class == cUnknown || t.class == cName })
}
