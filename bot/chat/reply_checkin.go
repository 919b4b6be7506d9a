package chat

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
)

func (r *reply) currentMonth() string { return bot.MonthOf(r.ctx.Now).String() }

// proxy: a check-in for somebody else, or for several.
func (r *reply) proxy() bool {
	o := &r.out
	names := r.names
	helped, forOther := r.helped()
	check := r.clean(cCheck | cSign | cSignDone | cLate)
	d := r.divide()
	mixed := len(d.present) > 0 && len(d.leave)+len(d.absent) > 0 // 张三、李四到，王五请假
	switch {
	case r.has(cProxy), forOther && r.has(cCheck|cSign|cSignDone|cRecord|cPunch):
		if helped != nil {
			names = helped
		}
	case len(names) > 1 && (check || r.clean(cHere|cJoin|cLearn) || r.arrived() || r.clean(cPunch)):
	case len(names) > 1 && r.has(cActual) && !r.has(cExpect|cLeave|cGone|cNot|cFuture) && r.labelled(cActual) != nil && *r.labelled(cActual) == len(names) && !r.asked():
	case len(names) == 1 && r.heads() != nil && (check || r.clean(cJoin|cHere)):
	case len(names) == 1 && check && hasWord(r.text, "加上我 算上我 连我 连上我") && hasWord(r.text, "还有 和 跟"):
	case mixed:
	default:
		return false
	}
	if (r.has(cProxy) || forOther) && hasWord(r.text, "是不对 是不行 不许 不准 违规 严禁 不允许 一律无效") {
		return r.say(Nudge, No, "")
	}
	if r.negatedAll() || hasWord(r.text, "无效 不算 违规 通报 严禁 不允许 作弊 追究 是不对 是不行 不许 不准 不合规 需要理由 要说明") {
		return false
	}
	o.Names = r.withoutHelper(names)
	if mixed {
		o.Names, o.OnLeave, o.Absent = d.present, d.leave, d.absent
		if hasWord(r.text, "(到) (在) (来)") && !r.has(cCheck|cJoin|cSignDone|cProxy) {
			o.Form = FormName // 张三（到）李四（没到）: nobody says of what
			return r.say(CheckInList, IfAsked, ByList)
		}
	}
	o.Count = r.heads()
	o.Dept = r.dept
	r.say(CheckInProxy, Yes, ByProxy)
	doubtful := func(a act) bool { return a.kind&(cCheck|cSign|cSignDone) != 0 && (a.vague || a.others) }
	switch {
	case len(r.acts) > 0 && helped == nil && slices.ContainsFunc(r.acts, doubtful) && !mixed:
		o.Counts, o.Form, o.Ask = IfAsked, FormDoubt, "是替他们签到吗？"
	case len(o.Names) == 0:
		o.Counts, o.Form, o.Ask = IfAsked, FormDoubt, "替谁签到？请写出姓名"
	case o.Count != nil && *o.Count == len(o.Names)+1 && !slices.Contains(o.Names, Sender) && r.countsHimself():
	case o.Count != nil && *o.Count != len(o.Names):
		o.Counts, o.Form = IfAsked, FormDoubt
		o.Ask = fmt.Sprintf("写了%d人、%d个姓名，请核对", *o.Count, len(o.Names))
	}
	return true
}

// withoutHelper leaves out who did the signing: 王五（李四代签）.
func (r *reply) withoutHelper(names []string) []string {
	for i, c := range r.clauses {
		if i > 0 && r.clauses[i-1].end == '(' && len(c.toks) == 2 && c.toks[0].is(cName) && c.toks[1].is(cProxy) && len(names) > 1 {
			return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == c.toks[0].text })
		}
	}
	return names
}

// helped returns the names after 替, 帮, 代, and whether the deed is done for
// another at all. 帮我 and 给我 are not: that is the speaker himself.
func (r *reply) helped() (names []string, other bool) {
	for i, t := range r.toks {
		if !t.is(cFor) && !(t.text == "把" && i+1 < len(r.toks) && r.toks[i+1].is(cName)) || i+1 == len(r.toks) || t.text == "给" && !leadsToDeed(r.toks[i+1:]) {
			continue
		}
		next := r.toks[i+1]
		if t.text == "代表" && i > 0 && r.toks[i-1].is(cNot) {
			continue // 不代表别人
		}
		if r.asksRecord(i + 1) {
			continue
		}
		if next.is(cI) && (i+2 == len(r.toks) || r.toks[i+2].class&(cOther|cUnknown|cName) == 0 && r.toks[i+2].val != "kin" && !r.ofMine(i+2)) {
			continue
		}
		var after []string
		for _, u := range r.toks[i+1:] {
			if u.is(cName) && !slices.Contains(after, u.text) {
				after = append(after, u.text)
			}
		}
		kin := next.val == "kin" || i+2 < len(r.toks) && r.toks[i+2].val == "kin"
		if t.text != "给" && t.text != "代表" && r.someone(i+1) {
			return after, true // 替俩门卫签到
		}
		person := after != nil || kin || next.is(cHe) || next.is(cWe) && t.text != "代表"
		if person {
			return after, true
		}
	}
	return nil, false
}

// asksRecord reports 给登记一下 at token i, with nobody between: it is asked for
// the writer, and a name behind it is his own.
func (r *reply) asksRecord(i int) bool {
	for i < len(r.toks) && r.toks[i].is(cLight|cI) {
		i++
	}
	return i < len(r.toks) && r.toks[i].is(cRecord|cLate) && len(r.names) <= 1 && !r.has(cHe) && !r.term("kin")
}

// leadsToDeed reports whether a deed or a request for leave follows in the same
// clause.
func leadsToDeed(after []token) bool {
	for _, t := range after {
		switch {
		case t.is(cCheck | cSign | cSignDone | cPunch | cLate | cLeave | cRecord | cProxy):
			return true
		case t.is(cSep) && t.text != " " && t.text != "、":
			return false
		}
	}
	return false
}

// someone reports whether words that the reader does not know stand between
// toks[i] and a deed of the same clause.
func (r *reply) someone(i int) bool {
	unknown := false
	for _, t := range r.toks[i:min(i+6, len(r.toks))] {
		switch {
		case t.is(deeds):
			return unknown
		case t.is(cSep):
			return false
		}
		unknown = unknown || isHanUnknown(t) || t.val == "post" || t.val == "kin" || t.class == cLatin || t.is(cUnit) || strings.HasSuffix(t.text, "室") || strings.HasSuffix(t.text, "科")
	}
	return false
}

// negatedAll reports whether every check-in that is mentioned is denied.
func (r *reply) negatedAll() bool {
	n := 0
	for _, a := range r.acts {
		if a.kind&(cCheck|cSign|cSignDone|cLate|cProxy) == 0 {
			continue
		}
		if !a.neg && !a.ask && !a.future {
			return false
		}
		n++
	}
	return n > 0
}

// checkin: I am here.
func (r *reply) checkin() bool {
	o := &r.out
	for a := range r.goods(cCheck | cSign | cSignDone | cPunch) {
		c := r.clauses[a.clause]
		o.Names, o.Dept = r.names, r.dept
		if a.vague && elsewhereDone(c.toks) {
			return r.say(Chitchat, No, "")
		}
		if a.vague || r.heads() != nil && len(r.names) == 0 && !a.self || r.n.others > 0 && !a.self && len(r.names) == 0 {
			o.Form, o.Ask = FormDoubt, "是现在签到吗？"
			return r.say(CheckIn, IfAsked, BySelf)
		}
		if helpMe(c) && (len(r.names) == 0 || r.calledUpon(c)) {
			o.Form, o.Ask = FormDoubt, "是您本人签到吗？"
			return r.say(CheckIn, IfAsked, BySelf)
		}
		if r.unit == "" && r.stranger() {
			o.Form, o.Ask = FormDoubt, "这个单位不在成员单位名单里，您是哪个单位的？"
			return r.say(CheckIn, IfAsked, BySelf)
		}
		before := strings.HasPrefix(c.toks[a.at].text, "签过") || r.onlySigned() // when, he does not say
		strong := a.kind&cCheck != 0 && !ownHabit(r.text) || a.kind&cSignDone != 0 && !before || a.kind&(cSign|cSignDone) != 0 && (a.self && !before || len(r.names) > 0) ||
			a.kind&cPunch != 0 && (len(r.names) > 0 || r.has(cTopic|cCheck) && !ownHabit(r.text))
		odd := a.odd && !(a.kind&cCheck != 0 && closes(c, a.at) && r.familiar())
		switch {
		case odd && elsewhereDone(c.toks):
			return r.say(Chitchat, No, "")
		case odd && r.plainAfter(a.clause):
			// 虽然在下乡，但签到不能少，签到
		case odd:
			o.Form, o.Ask = FormDoubt, "是签到吗？"
			return r.say(Unclear, IfAsked, "")
		case strong:
			r.checkinDate(c)
			if o.Month != "" && o.Month < r.currentMonth() {
				o.Form, o.Ask = FormDoubt, "是补签"+o.Month+"的吗？"
				return r.say(CheckIn, IfAsked, BySelf)
			}
			return r.say(CheckIn, Yes, BySelf)
		case a.kind&cCheck == 0 && r.anyGood(cCheck, func(b act) bool {
			return (b.clause > a.clause || b.clause == a.clause && b.at > a.at && containsWord("了 咧 啦", c.toks[a.at+1].text)) && !b.odd && !b.vague
		}):
			// 签咧签咧签到咧: what is said last is plain
		default:
			o.Form = FormBare
			return r.say(CheckIn, IfAsked, BySelf)
		}
	}
	return false
}

// closes reports that nothing but who it is stands behind the deed at c.toks[at].
func closes(c clause, at int) bool {
	return c.end != ':' && !slices.ContainsFunc(c.toks[at+1:], func(t token) bool {
		return !t.is(cParticle|cEmote|cName|cUnit|cI|cFill|cLight|cNow) && !isSign(t)
	})
}

// plainAfter reports that the last clause, behind the n-th, is 签到 and nothing else.
func (r *reply) plainAfter(n int) bool {
	end := len(r.clauses) - 1
	return end > n && r.clauses[end].toks[0].is(cCheck) && !slices.ContainsFunc(r.clauses[end].toks[1:], func(t token) bool { return !t.is(cParticle|cEmote) && !isSign(t) }) &&
		r.anyGood(cCheck, func(a act) bool { return a.clause == end && !a.odd && !a.vague })
}

// elsewhereDone reports 游戏签到, 健身打卡: done in another place or program.
func elsewhereDone(toks []token) bool {
	topics := anyOf(toks, cTopic) && !strings.Contains(runText(toks), "第") // 健身打卡第三天
	return hasWord(runText(toks), "大学 新生 党校 部队 军训 入学 高中 游戏 健身 早起 减肥 早睡 戒烟 英语 瑜伽 网红 景点 景区 学习强国 京东 淘宝 抖音 支付宝 微博 蚂蚁森林 跑步 单词 美食 打卡地") && !anyOf(toks, cI) && !topics
}

// unitParts are no units, but parts of some.
const unitParts = "派出所 看守所 交警队 交警大队 交警 司法所 财政所 幼儿园 一中 二中 三中 县一中 职中 乡宁一中 乡宁二中 实验小学 实验中学 光华中学 高级中学"

// ownHabit reports 早起打卡第十天: a course of days, and none of ours.
func ownHabit(s string) bool {
	_, day, ok := strings.Cut(s, "打卡第")
	if !ok {
		_, day, ok = strings.Cut(s, "签到第")
	}
	return ok && strings.Contains(day, "天") && !hasWord(s, "反诈 学习 课 培训 防骗 防诈 预警")
}

// onlySigned reports 我签了, 签好了, 已签: done, here or elsewhere, now or before.
// 我签咧 and 我签啦 tell it as news.
func (r *reply) onlySigned() bool {
	for _, t := range r.toks {
		switch {
		case t.is(cSign | cSignDone | cEmote | cSep), containsWord("我 俺 额 咱 本人 了 已 已经 都 刚 刚才 早", t.text), isSign(t):
		default:
			return false
		}
	}
	return true
}

// stranger reports that the check-in names a body that is no member unit:
// 税务局张三签到. 医院陪床中，签到 only says where he is.
func (r *reply) stranger() bool {
	for _, d := range r.clauses {
		in := d.any(deeds) || d.any(cName)
		for k, t := range d.toks {
			if t.val != "notunit" || containsWord(unitParts, t.text) || !in && k < len(d.toks)-1 {
				continue
			}
			if there := k > 0 && containsWord("在 住 去 来 到 从 往 进", d.toks[k-1].text) || t.text == "保险"; !there || d.any(cName) {
				return true
			}
		}
	}
	return false
}

// helpMe reports 帮我, 替我 in c: it may be said to a colleague.
func helpMe(c clause) bool {
	for k := 1; k < len(c.toks); k++ {
		if c.toks[k].is(cI) && c.toks[k-1].is(cFor) && c.toks[k-1].text != "给" && c.toks[k-1].text != "代表" {
			return true
		}
	}
	return false
}

// checkinDate takes the month or day that the check-in is for.
func (r *reply) checkinDate(clause) {
	if r.has(cDate) || strings.Contains(r.text, "今天") && r.has(cTopic) {
		r.month()
	}
}

// asksHim reports 王芳登记一下 and 王芳，请登记: who stands before it may be the one who
// is to do it.
func (r *reply) asksHim() bool {
	if first := r.clauses[0].toks; len(first) == 1 && first[0].is(cName) && len(r.clauses) > 1 && r.clauses[1].any(cRecord) && !r.has(cI|cUnit|cLearn|cJoin|cHere&^cFill|cCheck) {
		return true
	}
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cRecord) })
		name := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cName) })
		return k > 0 && name >= 0 && name < k && !anyOf(c.toks[:k], cI|cLearn|cJoin) && !anyText(c.toks[:k], "把 将 到了 到场 到会 来了 已到") && !(name > 0 && c.toks[name-1].is(cFor))
	})
}

// record: asks to be put down: 麻烦给俺记上 李四.
func (r *reply) record() bool {
	if !r.stands(cRecord) || !r.has(cRecord) {
		return false
	}
	r.out.Names = r.names
	switch {
	case len(r.names) > 0 && (r.asksHim() || !r.clean(cRecord)):
		r.out.Form, r.out.Ask = FormDoubt, "是"+r.names[0]+"签到吗？"
		return r.say(CheckIn, IfAsked, BySelf)
	case len(r.names) > 0:
		return r.say(CheckIn, Yes, BySelf)
	}
	r.out.Form = FormBare
	return r.say(CheckIn, IfAsked, BySelf)
}
