package chat

import "strings"

// wantsFigures reports 本月签到人数统计一下, 统计一下各乡镇参学率: figures are
// wanted of the helper. 请各单位统计一下签到人数 wants them of others.
func (r *reply) wantsFigures() bool {
	if r.n.all || r.n.others > 0 || r.done() {
		return false
	}
	for _, c := range r.clauses {
		for k, t := range c.toks {
			if !containsWord("统计一下 统计下 汇总一下 汇总下 算一下 查一下 看一下 统计 汇总", t.text) {
				continue
			}
			toldOthers := anyOf(c.toks[:k], cOthers|cHe|cYou|cWe|cI|cName|cSay|cNot|cUrge|cFuture) || anyText(c.toks[:k], "请 由 按 你们 各")
			behind := runText(c.toks[k+1:])
			if !toldOthers && figures(runText(c.toks)) && !hasWord(behind, "报 发给 交 反馈 后 完 好 中") {
				return true
			}
		}
	}
	return false
}

// figures reports whether s names figures of attendance or the record of them.
func figures(s string) bool {
	if hasWord(s, "签到率 参学率 参与率 到会率 参训率 完成率 覆盖率") {
		return true
	}
	about := hasWord(s, "签到 打卡 参学 参训 到会 学习 签的 签了")
	return about && (hasWord(s, "人数 情况 数据 总数 名单 明细") || strings.Contains(s, "多少"))
}
