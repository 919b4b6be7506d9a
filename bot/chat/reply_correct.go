package chat

import (
	"slices"
	"strings"
)

// correction: changes, voids or withdraws something said before.
func (r *reply) correction() bool {
	o := &r.out
	if r.heard() {
		return false
	}
	isnt := r.term("isnot")
	switch {
	case r.signedByOthers():
		o.Op = "fix"
		return r.say(Correction, No, "")
	case r.asked(), hasWord(r.text, "系统报错 老报错 总报错 一直报错 就报错 页面报错 还报错 又报错") && !r.has(cNum):
		return false // 打不了卡，系统老报错
	case r.replaces(), r.onlySlip():
		return false
	case r.ofCorrections():
		return r.say(StatusQuery, No, "")
	case (r.has(cLeave) && (r.term("void") || hasAny(r.toks, "取消")) || strings.Contains(r.text, "销假")) && r.has(cJoin|cHere|cCheck) && len(r.names) > 0:
		o.Op, o.Status, o.Names = "set_status", "present", r.names
		return r.say(Correction, Yes, "")
	case r.present(), r.changedToPresent():
		o.Op, o.Status, o.Names = "set_status", "present", r.names
		return r.say(Correction, Yes, "")
	case r.term("void"), strings.Contains(r.text, "不算") && hasWord(r.text, "刚才 刚刚 那个 那条 这个 这条 上面 前面 上条 上一条"):
		o.Op = "void_last"
		o.Names = r.names
		return r.say(Correction, No, "")
	case (isnt || r.negatedLeave()) && r.has(cLeave|cReason|cGone) && r.has(cJoin|cHere|cCheck) && len(r.names) > 0:
		o.Op, o.Status, o.Names = "set_status", "present", r.names
		return r.say(Correction, Yes, "")
	case (r.term("remove") || r.term("moved") && !(r.clean(cCheck) && hasWord(r.text, "退休前 (退休) 退休后 退休了还 退休在家"))) && (len(r.names) > 0 || r.term("roster")):
		o.Op, o.Names = "roster_remove", r.names
		return r.say(Correction, No, "")
	case r.has(cActual|cExpect) && r.has(cNum) && anyText(r.toks, "少报 多报 漏报 少写 多写 少算 多算 少数 多数"):
		return r.fix()
	case r.term("add") && len(r.names) > 0 && !r.has(cCheck|cRecord|cLate):
		o.Op, o.Names = "roster_add", r.names
		return r.say(Correction, No, "")
	case r.term("fix") && r.done() && !r.has(cName|cNum|cUnit):
		return false // 应该是这里签吧，签到
	case r.term("fix") || isnt && (r.unit != "" || r.has(cName|cNum)) && !r.has(cCheck):
		return r.fix()
	}
	return false
}

// replaces reports 上面那个收到不算，正式签到: what he wrote before does not count, and what
// stands behind it does.
func (r *reply) replaces() bool {
	n := len(r.clauses) - 1
	if n < 1 || r.has(cName|cLeave|cHe|cYou|cOthers) || r.clauses[n].any(cNot|cFuture) || !r.anyGood(cCheck, func(a act) bool { return a.clause == n && !a.odd && !a.vague }) {
		return false
	}
	before := ""
	for _, c := range r.clauses[:n] {
		if c.any(cCheck) {
			return false // 上面的签到不算
		}
		before += runText(c.toks)
	}
	return hasWord(before, "不算 不作数 作废 发错 打错 写错") && hasWord(before, "上面 前面 刚才 刚刚 上一条 上条 那个 那条 前一条")
}

// onlySlip reports 签到 不好意思手滑多发了一个表情: what slipped in beside a check-in takes
// nothing from it.
func (r *reply) onlySlip() bool {
	return len(r.clauses) > 1 && r.clauses[0].toks[0].is(cCheck) && !r.has(cName|cLeave) && hasWord(r.text, "手滑 手抖 手快 手误") && hasWord(r.text, "多发 多打 多按") &&
		!hasWord(r.text, "撤 不算 作废 取消 发错 签错 签重 两遍 两次")
}

// changedToPresent reports 张三由“请假”更正为“实到”: which it was, and which it shall be.
func (r *reply) changedToPresent() bool {
	if len(r.names) == 0 || r.asked() || r.has(cNot|cFuture|cHear|cSay) {
		return false
	}
	for _, to := range []string{"更正为", "更正成", "改为", "改成", "变更为", "调整为"} {
		if was, is, ok := strings.Cut(r.text, to); ok {
			return hasWord(was, "由 从 把 将") && hasWord(was, "请假 缺席 未到 未签 旷") && hasWord(is, "实到 参加 签到 到会 参会 到场 出席 已到") && !hasWord(is, "请假 缺席 未到 未签 旷 没")
		}
	}
	return false
}

// quotesHim reports 张三说: what follows is his word.
func (r *reply) quotesHim() bool {
	for k, t := range r.toks {
		if t.is(cSay) && k > 0 && r.toks[k-1].is(cName|cHe) {
			return true
		}
	}
	return false
}

// present reports that one person was put down as absent by mistake: 许二虎写成请假
// 了，其实他到了. What is said last is true, or what is not forbidden: 王芳那天来了，别给她
// 记请假.
func (r *reply) present() bool {
	if len(r.names) != 1 || r.has(cNum|cFuture|cHear) || r.quotesHim() {
		return false
	}
	away, came, here, forbid := -1, -1, -1, -1
	wrong := r.enteredAs()
	for k, t := range r.toks {
		switch {
		case k == wrong && !t.is(cLeave|cReason|cGone|cCant):
			return false // 其实请了假，给记成参加了
		case k == wrong && here >= 0 && away < 0 && forbid < 0:
			return true // 那天参加了，给记成请假
		case forbidden(r.toks, k):
			forbid = k
		case t.is(cGuess) && k > 0 && forbid == k-1:
			// 不应该
		case t.is(cNot | cGuess):
			return false
		case t.is(cLeave|cReason|cGone|cCant) || t.val == "absent":
			away = k
		case t.is(cHere|cJoin) && !t.is(cFill) || containsWord("来了 到了 人来了 人到了 参加 参加了 在场 到场 实际参加 实际到 实际到会 到会", t.text):
			if here = k; came < 0 {
				came = k
			}
		}
	}
	if forbid >= 0 {
		entered := away > forbid && hasWord(runText(r.toks[forbid+1:away+1]), "记 算 写 登 标 填 报 按 当 划 计 录 成 扣")
		return entered && (came >= 0 && came < forbid || here > away)
	}
	if !r.term("fix") && !hasWord(r.text, "写的是 记的是 登的是 标的是 填的是 算的是 统计的是 显示的是 显示请假 显示缺席 显示旷 记了请假 算了请假 写了请假") {
		return false
	}
	if k := slices.IndexFunc(r.toks, func(t token) bool { return containsWord("改成 改为 改回 改到 改作 改成是", t.text) }); away < 0 && k >= 0 && k+1 < here && r.toks[k+1].is(cJoin|cHere|cCheck) {
		return true // 把张三改成参加，他到会了
	}
	return away >= 0 && here > away
}

// forbidden reports 别, 不该, 不能 at toks[k]: what was entered should not have been.
func forbidden(toks []token, k int) bool {
	if containsWord("别 不要 不能 甭 莫 不该 不应 不应该 不应当 不能够 不可以 咋能", toks[k].text) {
		return true
	}
	return toks[k].text == "不" && k+1 < len(toks) && containsWord("该 应该 应 能 应当 可以 得", toks[k+1].text)
}

// fix says what a 更正 sets.
func (r *reply) fix() bool {
	o := &r.out
	o.Actual, o.Expected = r.labelled(cActual), r.labelled(cExpect)
	switch {
	case o.Actual != nil:
		o.Op = "set_actual"
	case o.Expected != nil:
		o.Op = "set_expected"
	case r.unit != "":
		o.Op = "set_unit"
	case r.has(cLeave | cReason | cJoin | cHere | cCheck | cGone):
		o.Op, o.Names = "set_status", r.names
		switch {
		case r.has(cLeave | cReason):
			o.Status = "leave"
		case r.has(cGone):
			o.Status = "absent"
		default:
			o.Status = "present"
		}
	case r.has(cDate):
		o.Op = "set_date"
		r.month()
	case len(r.names) > 0:
		o.Op, o.Names = "set_name", r.names
	case r.has(cNum):
		o.Op, o.Count = "set_count", r.heads()
	default:
		o.Op = "fix"
	}
	return r.say(Correction, No, "")
}

// enteredAs returns the token behind 记成, 写成 that says how somebody was put down by
// mistake; -1 if none does.
func (r *reply) enteredAs() int {
	k := slices.IndexFunc(r.toks, func(t token) bool { return t.val == "fix" && strings.HasSuffix(t.text, "成") && t.text != "改成" })
	for j := k + 1; k >= 0 && j < min(k+4, len(r.toks)) && !r.toks[j].is(cSep); j++ {
		if r.toks[j].is(cLeave | cReason | cGone | cCant | cHere | cJoin | cCheck) {
			return j
		}
	}
	return -1
}
