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
		return !anyOf(toks[:k], cI|cNow)
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
