package chat

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
)

// monthWord takes 本月, 上月, 今天, 昨天.
func (r *reply) monthWord() {
	text := r.text
	now := r.ctx.Now.In(bot.Zone)
	switch {
	case strings.Contains(text, "本月") || strings.Contains(text, "这个月") || strings.Contains(text, "这月"):
		r.out.Month = bot.MonthOf(now).String()
	case strings.Contains(text, "上月") || strings.Contains(text, "上个月"):
		r.out.Month = bot.MonthOf(now).Add(-1).String()
	case strings.Contains(text, "今天") || strings.Contains(text, "今日") || strings.Contains(text, "今早") || strings.Contains(text, "今晨"):
		r.out.Date = civil(now)
	case strings.Contains(text, "昨天") || strings.Contains(text, "昨日") || strings.Contains(text, "昨晚"):
		r.out.Date = civil(now.AddDate(0, 0, -1))
	case strings.Contains(text, "前天"):
		r.out.Date = civil(now.AddDate(0, 0, -2))
	}
}

// weekday takes the name of today's day of the week for today: 周一例会签到 on a Monday
// puts nothing off.
func (r *reply) weekday() {
	for k, t := range r.toks {
		if t.is(cFuture) && t.is(cFill) && (k == 0 || !containsWord("下 下下 下个 上 上上 上个", r.toks[k-1].text)) && (k+1 == len(r.toks) || !r.toks[k+1].is(cLate|cMakeUp) && !containsWord("再 前 之前 以前 统一", r.toks[k+1].text)) {
			day := []rune("日一二三四五六")[r.ctx.Now.In(bot.Zone).Weekday()]
			if rs := []rune(t.text); rs[len(rs)-1] == day && startsWith(t.text, "周", "星期", "礼拜") {
				r.toks[k].class = cFill
			}
		}
	}
}

// numberBefore returns the number that stands before one of the counters.
func (r *reply) numberBefore(counters ...string) *int {
	if !r.has(cNum) {
		return nil
	}
	for i, t := range r.toks {
		if t.is(cNum) && i+1 < len(r.toks) && slices.Contains(counters, r.toks[i+1].text) {
			n := t.num
			return &n
		}
	}
	return nil
}

// heads returns the number of persons that stands somewhere (3人, 五名同志).
func (r *reply) heads() *int {
	if !r.has(cNum) {
		return nil
	}
	for i, t := range r.toks {
		if t.text == "个" && i > 0 && i+1 < len(r.toks) && r.toks[i-1].is(cNum) && (r.toks[i+1].is(cTopic) || isHanUnknown(r.toks[i+1])) {
			return nil // 两个案例, 两个字
		}
	}
	for i, t := range r.toks[:len(r.toks)-1] {
		if t.is(cNum) && t.num == 1 && containsWord("个 枚 波 次", r.toks[i+1].text) && (i+2 == len(r.toks) || r.toks[i+2].is(cCheck|cSep|cEmote|cParticle)) && (i > 0 && r.toks[i-1].is(cCheck) || i+2 < len(r.toks) && r.toks[i+2].is(cCheck) && (i+3 == len(r.toks) || r.toks[i+3].is(cSep|cEmote))) {
			return nil // 签到一个, 来一个签到
		}
	}
	if r.alone() || r.ofWork() {
		return nil
	}
	return r.numberBefore("人", "名", "位", "个人", "名同志", "人员", "个", "余人", "余名", "多人", "人次", "口", "口人", "来人", "来个人", "多个人")
}

// alone reports 就我一个人, 剩我一个: the writer by himself, and no count of heads.
func (r *reply) alone() bool {
	found := false
	for k, t := range r.toks {
		if !t.is(cNum) || t.when.day > 0 {
			continue
		}
		mine := k > 0 && containsWord("我 俺 额 咱 偶 我自己 自己 本人 我自个", r.toks[k-1].text) && t.num == 1 && k+1 < len(r.toks) && containsWord("个 人 个人 名 位 口", r.toks[k+1].text)
		if !mine {
			return false
		}
		found = true
	}
	return found
}

// ofWork reports 刚劝返一个回来，签到: what the number counts is of his work, in a clause
// without the deed.
func (r *reply) ofWork() bool {
	return len(r.clauses) > 1 && r.anyGood(cCheck, func(a act) bool {
		return !slices.ContainsFunc(r.clauses, func(c clause) bool {
			k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cNum) })
			if k >= 0 && !c.any(cCheck|cSign|cExpect|cActual|cLeave|cGone) && hasWord(runText(c.toks), "娃 学生 孩子 病人 患者 群众 老人 老乡 客户 顾客 大爷 大妈 办身份证 办业务") {
				return false
			}
			return k >= 0 && (k == 0 || c.any(deeds|cAll|cExpect|cActual|cLeave|cGone|cUnit|cWe) || !hasWord(runText(c.toks[:k]), "劝返 劝阻 接待 处理 办完 送走 接完 抓 逮 出警 调解 审完 开完 跑完 忙完 办了 接了 送了"))
		})
	})
}

// headcount: a unit's numbers, with sums checked.
func (r *reply) headcount() bool {
	if r.otherCount() {
		return true
	}
	o := &r.out
	o.Expected, o.Actual = r.labelled(cExpect), r.labelled(cActual)
	if o.Expected == nil && o.Actual == nil && !r.fraction() {
		return r.everybody()
	}
	if o.Actual == nil {
		o.Actual = r.labelled(cHere) // 应到18，来了16个
	}
	if o.Actual == nil && o.Expected != nil {
		o.Actual = r.doneHeads() // 应签56人已签56人
	}
	if o.Expected == nil && (r.term("hold") || r.colonAfter("label") || r.term("leaflets") || r.numberBefore("次", "场") != nil) {
		o.Actual = nil
		return false
	}
	if o.Actual == nil && !r.has(cJoin|cHere|cCheck|cAll|cLeave|cReason) || o.Expected == nil && len(r.names) > 1 && !r.has(cLeave) {
		o.Expected, o.Actual = nil, nil
		return false
	}
	if o.Expected == nil && r.arrived() && !r.has(cLeave|cReason|cGone) {
		o.Count = o.Actual // 到会31人，全员到齐
		return r.say(CheckInCount, Yes, ByUnit)
	}
	o.OnLeave = r.names
	if len(o.OnLeave) == 0 {
		o.LeaveCount = r.onLeave()
	}
	if o.Actual == nil && r.has(cNot|cFuture) {
		o.Form, o.Ask = FormDoubt, "实到多少人？" // 应到56人，还没到齐
		return r.say(CheckInCount, IfAsked, ByUnit)
	}
	if o.Expected == nil {
		o.Form, o.Ask = FormDoubt, "应到多少人？"
		return r.say(CheckInCount, IfAsked, ByUnit)
	}
	r.say(CheckInCount, Yes, ByUnit)
	r.checkSums()
	return true
}

// fraction takes 到齐32/32, 已签到30/32: how many of how many.
func (r *reply) fraction() bool {
	if !r.has(cAll|cCheck|cSign|cSignDone|cJoin|cLearn|cHere) || r.asked() || r.has(cFuture|cNot|cOthers|cUrge) || len(r.names) > 0 {
		return false
	}
	for i := 0; i+2 < len(r.toks); i++ {
		a, slash, b := r.toks[i], r.toks[i+1], r.toks[i+2]
		if a.class != cNum || slash.text != "/" || b.class != cNum || a.num > b.num || b.num < 2 || i+3 < len(r.toks) && !r.toks[i+3].is(cSep|cAll|cCounter|cParticle|cCheck|cHere|cEmote|cNow) {
			continue
		}
		actual, expected := a.num, b.num
		r.out.Expected, r.out.Actual = &expected, &actual
		return true
	}
	return false
}

// doneHeads returns the number of persons behind what they did.
func (r *reply) doneHeads() *int {
	for i, t := range r.toks {
		if !t.is(cCheck | cSign | cSignDone | cJoin | cLearn) {
			continue
		}
		for j := i + 1; j < len(r.toks) && j <= i+3; j++ {
			if u := r.toks[j]; u.is(cNum) && (j+1 == len(r.toks) || r.toks[j+1].is(cSep) || containsWord("人 名 位 个 个人", r.toks[j+1].text)) {
				n := u.num
				return &n
			}
		}
	}
	return nil
}

// labelled returns the number that follows a label of class k within the next
// few words.
func (r *reply) labelled(k class) *int {
	for i, t := range r.toks {
		if !t.is(k) {
			continue
		}
		for j := i + 1; j < len(r.toks) && j <= i+5; j++ {
			u := r.toks[j]
			if u.is(cNum) {
				n := u.num
				return &n
			}
			if u.is(cExpect|cActual|cLeave|cName) || u.is(cSep) && strings.ContainsAny(u.text, ",;。\n") {
				break
			}
		}
	}
	return nil
}

// onLeave sums the numbers beside words of leave: 请假2人, 3人下乡1人病假. The
// number may stand on either side, but each belongs to one word only.
func (r *reply) onLeave() *int {
	sum, found, taken := 0, false, -1
	for i, t := range r.toks {
		if t.is(cExpect | cActual) {
			taken = max(taken, i+1)
		}
		if !t.is(cLeave|cReason|cGone) || t.is(cNum) {
			continue
		}
		for _, j := range []int{i - 1, i - 2, i + 1, i + 2} {
			if j <= taken || j < 0 || j >= len(r.toks) || !r.toks[j].is(cNum) {
				continue
			}
			if j == i-2 && !r.toks[i-1].is(cCounter|cLight) || j == i+2 && !r.toks[i+1].is(cSep|cCounter|cLight) {
				continue
			}
			sum, found, taken = sum+r.toks[j].num, true, j
			break
		}
	}
	if !found {
		return nil
	}
	return &sum
}

// checkSums turns a count whose numbers disagree into a question.
func (r *reply) checkSums() {
	o := &r.out
	if o.Expected == nil || o.Actual == nil {
		return
	}
	away := len(o.OnLeave)
	if o.LeaveCount != nil {
		away = *o.LeaveCount
	}
	missing := *o.Expected - *o.Actual
	if missing > 0 && away == 0 && r.unit == "" && !r.has(cWe|cUnit) && !hasWord(r.text, "缺 差 未 没 少") {
		o.Counts, o.Form = IfAsked, FormDoubt
		o.Ask = fmt.Sprintf("是哪个单位？没到的%d人是什么情况？", missing)
		return
	}
	if missing < 0 || away > 0 && missing != away {
		o.Counts, o.Form = IfAsked, FormDoubt
		o.Ask = fmt.Sprintf("应到%d人、实到%d人，请假%d人，合不上，请核对", *o.Expected, *o.Actual, away)
	}
}

// everybody: 12人全部签到, 全员到齐.
func (r *reply) everybody() bool {
	if r.anyGood(cCheck|cSign, func(a act) bool {
		return a.self && (!r.has(cWe) && !r.has(cNum) || !r.clauses[a.clause].any(cAll|cNum|cWe) && len(r.clauses) > 1)
	}) {
		return false // 你们都签了我也签
	}
	if r.has(cProxy|cFor|cOthers|cUrge) && !r.has(cAll) || len(r.names) > 0 || r.term("hold") || r.asked() {
		return false
	}
	if r.has(cNot) && hasWord(r.text, "都没吃 都没喝 都没睡 都不吃 都没歇 都没顾上") && !r.has(cNum|cWe) {
		return false // 早饭都没吃
	}
	if slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.text == "都" })
		return k > 0 && c.toks[k-1].is(cI) && !c.any(cWe)
	}) && !r.has(cNum) {
		return false // 内容我都看了
	}
	if r.heads() == nil && !r.has(cUnit|cWe) && r.clean(cCheck) && (r.clean(cLearn) || r.allRead()) {
		return false // 全部看完，签到
	}
	done := r.stands(cCheck|cJoin|cLearn|cSignDone|cSign) || r.clean(cHere) || r.has(cAll) && r.arrived() && !r.has(cFuture)
	n := r.heads()
	switch {
	case !done, n == nil && !r.has(cAll), n != nil && *n < 2:
		return false
	case n == nil && r.clean(cLearn) && !r.has(cCheck|cJoin):
		return false // 全体人员已学习 is a receipt
	case n == nil:
		r.out.Form, r.out.Ask = FormDoubt, "一共多少人？请报应到和实到人数"
		return r.say(CheckInCount, IfAsked, ByUnit)
	}
	r.out.Count = n
	r.out.Act = r.act()
	bare := r.unit == "" && !r.has(cCheck|cSign|cSignDone|cJoin|cLearn|cPunch) // 我们股室六个人都在, 我们十七个人都到了: where, and for what
	if r.has(cUnit|cWe) && !bare && !strings.Contains(r.text, "口人") {          // 俺村三十一口人: who lives there, and no staff
		return r.say(CheckInCount, Yes, ByUnit)
	}
	r.out.Form = FormDoubt
	return r.say(CheckInCount, IfAsked, ByUnit)
}

// arrived reports whether 到齐 or its like is said.
func (r *reply) arrived() bool {
	for _, t := range r.toks {
		if t.is(cAll) && strings.ContainsAny(t.text, "到齐来勤席参缺少满落差位场") {
			return true
		}
	}
	return false
}

// allRead reports 三条预警都看了: all of it has been read, not by all.
func (r *reply) allRead() bool {
	found := false
	for _, c := range r.clauses {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cAll) })
		if k < 0 {
			continue
		}
		if said := runText(c.toks[k:]); c.any(cCheck|cSign|cJoin|cOthers) || !strings.ContainsAny(said, "看读听学阅刷瞧瞅") {
			return false
		}
		found = true
	}
	return found
}
