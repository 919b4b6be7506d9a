package chat

import (
	"slices"
	"strings"
)

// anotherMatter reports that 签到 at toks[k] is 签 with 到 behind it: a ticket changed to
// another hour (机票改签到明天), somebody engaged (球队签到外援), a term (合同签到年底).
func anotherMatter(toks []token, k int) bool {
	if toks[k].text != "签到" || k+1 == len(toks) {
		return false
	}
	before, after := runText(toks[:k]), runText(toks[k+1:])
	switch {
	case strings.HasSuffix(before, "改"):
		return hasWord(before, "票 航班 飞机 高铁 动车 火车 班机 班次 车次 座位 酒店 机改") || toks[k+1].is(cDate|cFuture) || hasWord(after, "航班 那班 那趟 车次 号车")
	case engages(toks[k+1:]):
		return !last(toks[:k]).is(cI | cNow)
	case hasWord(before, "合同 协议 租约 续 直 从"):
		return toks[k+1].is(cDate|cNum|cFuture) || startsWith(after, "后年", "年底", "月底", "期满")
	}
	return false
}

// engaged are the persons and things that a club or a firm signs.
const engaged = "外援 球员 前锋 后卫 中锋 门将 教练 新秀 新援 艺人 歌手 演员 主播 大单 订单 单子 客户 项目 合同 大牌 明星 代言 后场 中场 边锋 内援 悍将 大将 球星 巨星 新人 品牌"

// engages reports 外援, 了一个新前锋, 三个大单: whom or what a club or a firm signs.
func engages(after []token) bool {
	k := 0
	for k < len(after) && after[k].is(cParticle|cNum|cCounter) {
		k++
	}
	what := []rune(runText(after[k:]))
	return hasWord(string(what[:min(4, len(what))]), engaged)
}

// deemed: 就当我签了, 权当俺签到了 is what others are to take it for.
func deemed(before, _ []token) bool {
	k := len(before) - 1
	for k > 0 && before[k].is(cLight|cNow) && !before[k].is(cI) {
		k--
	}
	return k > 0 && before[k].is(cI) && (containsWord("当 权当 就当 只当 全当 当作 当做 假装 装作 就算 姑且当 姑且算 姑且", before[k-1].text) || hasWord(runText(before[:k]), "权当 就当 只当 全当 姑且当 当是 当作 当做 假装"))
}

// leftOut reports 上次老薛签到没给算上: another's check-in that was not entered.
func leftOut(toks []token) bool {
	k := slices.IndexFunc(toks, func(t token) bool { return t.is(cCheck | cSign) })
	return k > 0 && anyOf(toks[:k], cTime) && anyOf(toks[:k], cName|cHe) && !anyOf(toks, cI) && !anyOf(toks[:k], cFor) &&
		startsWith(strings.TrimLeft(runText(toks[k+1:]), "了也都"), "没给算", "没算", "没给记", "没记", "没给登", "没登", "没显示", "没给统计", "没统计", "不算", "没算上", "没录", "没给录", "漏")
}

// remarks reports 签到不方便, 签到真麻烦, 签到完成80%: what is said of checking in.
func remarks(before, after []token) bool {
	if len(after) == 0 || anyOf(before, cName|cUnit) {
		return false
	}
	behind := runText(after)
	if startsWith(behind, "不", "太", "真", "好", "很", "可", "实在", "老", "这么", "也太", "确实", "还挺", "蛮") && hasWord(behind, "方便 麻烦 容易 费劲 费事 难 啰嗦 繁琐 复杂 及时 积极") {
		return true
	}
	return slices.ContainsFunc(after, func(t token) bool { return t.is(cNum) }) && startsWith(behind, "已完成", "完成", "进度", "达到", "过半", "已达")
}

// unsent reports 今天的签到还没发, 签到未统计: what is not done yet to the check-ins.
func unsent(before, after []token) bool {
	return len(after) > 1 && after[0].is(cNot) && !after[0].is(cAskEnd) && !anyOf(before, cI) && containsWord("发 弄 做 交 搞 开始 出来 统计 汇总 整理 公布 结束 截止", after[1].text)
}

// standsFor reports 代表签到, 我妈在超市签到: somebody else's, and nobody knows whose.
func standsFor(before, _ []token) bool {
	if last(before).text == "代表" && len(before) == 1 {
		return true
	}
	return len(before) > 1 && before[0].val == "kin" && !anyOf(before, cI|cFor|cName) && !containsWord("手机 号 微信", before[1].text)
}

// atLast reports that the text ends in a check-in of the writer's own, in a clause of its own,
// whatever was heard or told before: 主任说要签到，我签到. What follows 他说： is said by him.
func (r *reply) atLast() bool {
	n := len(r.clauses) - 1
	if n < 1 || !strings.ContainsRune(",。!; ", r.clauses[n-1].end) || last(r.clauses[n-1].toks).is(cSay) || r.asked() {
		return false
	}
	c := r.clauses[n]
	for _, t := range c.toks {
		if !t.is(cCheck|cI|cParticle|cEmote|cNow) && !containsWord("那 那就 也 来 就 先 赶紧 这就 所以 于是", t.text) {
			return false
		}
	}
	return r.anyGood(cCheck, func(a act) bool { return a.clause == n && !a.vague && !a.odd })
}

// habitual reports 次次签到, 没忘签到吧: what is done every time, or should have been.
func habitual(before, after []token) bool {
	if anyOf(before, cI|cName|cUnit) {
		return false
	}
	return containsWord("次次 回回 每次 每期 每回 每场 场场", runText(before)) || last(after).text == "吧" && hasWord(runText(before), "没忘 没漏 没落 别是忘")
}
