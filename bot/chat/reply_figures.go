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
			toldOthers := anyOf(c.toks[:k], cOthers|cHe|cYou|cWe|cName|cSay|cNot|cUrge|cFuture) || anyText(c.toks[:k], "请 由 按 你们 各") ||
				anyOf(c.toks[:k], cI) && !anyOf(c.toks[:k], cFor) // 给我统计一下
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

// ofCorrections reports 教科局更正记录: what has been corrected is asked for, and
// nothing is to be corrected.
func (r *reply) ofCorrections() bool {
	for k, t := range r.toks {
		if t.val != "fix" || k+1 == len(r.toks) || !startsWith(runText(r.toks[k+1:]), "记录", "情况", "明细", "历史", "日志", "台账") {
			continue
		}
		return r.only(cUnit|cDeptEnd|cSuffix|cOf|cDate|cTerm|cFill|cTime|cTopic|cOther|cUnknown|cParticle|cLight) && !r.has(cName|cNum|deeds|cLeave|cGone) && !strings.Contains(r.text, ":")
	}
	return false
}

// signedByOthers reports 谁给我签的到，我没参加: somebody was entered who says
// that he was not there.
func (r *reply) signedByOthers() bool {
	if !r.marked(mSignedFor) {
		return false
	}
	signed, away := false, false
	for _, c := range r.clauses {
		said := runText(c.toks)
		who := hasWord(said, whoSigned) && strings.ContainsAny(said, "我俺额") && strings.Contains(said, "签")
		entered := hasWord(said, "怎么 咋 为啥 为什么 凭啥") && hasWord(said, wasSigned)
		signed = signed || who && !hasWord(said, "能 可以 愿意 来") || entered
		away = away || !who && hasWord(said, "没参加 没去 没来 没到 没在 没学 没看 没签 没参会 不在 未参加 未到 么去 么来 么参加 么到") && !hasWord(said, "他 她 谁")
	}
	return signed && away
}
