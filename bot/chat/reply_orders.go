package chat

import (
	"slices"
	"strings"
)

// presses are the ways to tell somebody to see to it that others do something.
const presses = "催一催 催一下 催催 催促 盯一盯 盯一下 盯紧 盯住 盯着点 督一督 督一下 督促 提醒一下 提醒到 提个醒 通知到 通知一下 通知一声 喊一喊 喊一声 喊一下 喊一嗓子 叫一叫 叫一声 吆喝 招呼一声 招呼一下 招呼到 动员一下 发动一下 传达到人 转告到人 转告一下 问一问 管一管 抓一抓 抓紧点 过一遍 捋一遍 落实到人 张罗一下 知会一声 知会一下"

// delegates reports 各股室长把本股室的人催一催, 联络员把没签的喊一声: those in charge
// are told to see to their own people.
func (r *reply) delegates() bool {
	if !r.marked(mPresses) || r.asked() {
		return false
	}
	for i, c := range r.clauses {
		said := runText(c.toks)
		if !hasWord(said, presses) || hasWord(said, "我 俺 额 已 了 咧 过 要是 如果 听 说") || c.any(cHe) || c.any(cNot) && !hasWord(said, "没签 没动静 没回") {
			continue
		}
		if r.anyGood(cCheck|cLate|cSignDone|cRecord|cProxy, func(a act) bool { return !a.odd && a.clause != i }) {
			return false // 班长喊了一声，签到
		}
		if inCharge(c.toks) || strings.Contains(said, "把") && hasWord(said, "自己 自家 各自 手下 手底 本 没签 没动静 没回 未签 名下 底下") {
			return true
		}
	}
	return false
}

// inCharge reports that a clause opens with those who have others under them: 各股室长,
// 网点主任, 联络员们.
func inCharge(toks []token) bool {
	for k, t := range toks[:min(len(toks), 5)] {
		switch {
		case t.is(cOthers), t.text == "各", t.text == "们" && k > 0:
			return true
		case t.val == "post" && (strings.HasSuffix(t.text, "长") || strings.HasSuffix(t.text, "主任") || strings.HasSuffix(t.text, "书记") || strings.HasSuffix(t.text, "支书") || strings.HasSuffix(t.text, "主管") || t.text == "网格员"):
			return true
		case containsWord("联络员 负责人 牵头人 管理员", t.text):
			return true
		case hasWord(t.text, presses):
			return false
		}
	}
	return false
}

// notMyTurn reports 还没轮上我, 还排不到我: the deed is another's first.
func notMyTurn(before []token) bool {
	said := runText(before)
	if !hasWord(said, "轮 排 该 挨") {
		return false
	}
	if k := slices.IndexFunc(before, func(t token) bool { return containsWord("该 该轮 轮到", t.text) }); k > 0 && negated(before[:k]) {
		return true // 还么轮到额签
	}
	return hasWord(said, "没轮 未轮 么轮 轮不 没排到 没排上 么排到 未排到 排不到 排不上 没该 不该 没挨 挨不")
}

// newcomer reports 新来的大学生下周报到, 孩子去大学报到: another takes up a post or a place,
// and checks in nowhere.
func (r *reply) newcomer() bool {
	return hasWord(r.text, "报到 报道") && slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cCheck) && hasWord(t.text, "报到 报道") })
		if k < 1 || c.any(cI) {
			return false
		}
		before := c.toks[:k]
		said := runText(before)
		kin := slices.ContainsFunc(before, func(t token) bool { return t.val == "kin" }) || hasWord(said, "孩子 娃 闺女 女儿 儿子 侄 外甥")
		fresh := hasWord(said, "新来 新调 新分 新招 新考 新任 新同事 新民警 新主任 新局长 新老师 新兵 新生 选调 实习 大学生 研究生 录取")
		later := anyOf(before, cFuture|cDate) && !anyOf(before, cNow)
		place := hasWord(said, "大学 学校 高中 单位 部队 公司 那边")
		return fresh && later && !namesAny(before) || kin && (later || place)
	})
}

// namesAny reports whether somebody is named in toks.
func namesAny(toks []token) bool {
	return slices.ContainsFunc(toks, func(t token) bool { return t.is(cName) && !t.is(cFill) })
}
