package chat

import (
	"iter"
	"slices"
)

// goods yields the acts of kind k that stand.
func (r *reply) goods(k class) iter.Seq[act] {
	return func(yield func(act) bool) {
		for i := range r.acts {
			if r.acts[i].kind&k != 0 && r.acts[i].stands && !yield(r.acts[i]) {
				return
			}
		}
	}
}

// anyGood reports whether one of [reply.goods] is as asked.
func (r *reply) anyGood(k class, is func(a act) bool) bool {
	for a := range r.goods(k) {
		if is(a) {
			return true
		}
	}
	return false
}

// stands reports whether an act of kind k stands.
func (r *reply) stands(k class) bool {
	return r.anyGood(k, func(act) bool { return true })
}

// takenBack reports whether the same clause, or the next, says that it failed:
// 签到签不了, 我要签到可是打不开.
func (r *reply) takenBack(a act) bool {
	const check = cCheck | cSign | cSignDone
	return a.kind&check != 0 && slices.ContainsFunc(r.acts, func(b act) bool {
		return (b.clause == a.clause && b.at > a.at || b.clause == a.clause+1 && !r.clauses[b.clause].any(cName|cHe|cOthers)) && b.kind&check != 0 && b.neg
	}) || a.kind&check != 0 && a.clause+1 < len(r.clauses) && (r.clauses[a.clause+1].toks[0].is(cCantTail) || containsWord("算了 算了吧 拉倒 拉倒吧 免了 免了吧 不签了", runText(r.clauses[a.clause+1].toks)))
}

// clean reports whether some act of kind k stands with nothing odd beside it.
func (r *reply) clean(k class) bool {
	return r.anyGood(k, func(a act) bool { return !a.odd })
}
