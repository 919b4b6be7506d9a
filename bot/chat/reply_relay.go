package chat

import (
	"slices"
	"strings"
)

// relays reports 联络员说不签到也行, 通知上写的是周五前签完: what another said, or what is
// written somewhere, and nothing done beside it.
func (r *reply) relays() bool {
	if r.n.all || !r.has(cSay|cOther|cTerm) || !strings.ContainsAny(r.text, "说讲写规注明") || r.asked() {
		return false
	}
	return slices.ContainsFunc(r.acts, func(a act) bool {
		c := r.clauses[a.clause]
		if a.kind&(cCheck|cSign|cSignDone|cLate|cPunch) == 0 || r.doneElsewhere(a.clause) {
			return false
		}
		k := slices.IndexFunc(c.toks[:a.at], func(t token) bool { return containsWord("说 讲", t.text) })
		spoken := k == 1 && c.toks[0].text == "联络员" && !anyOf(c.toks[k:], cUrge|cOthers)
		return spoken || written(c.toks[:a.at])
	})
}

// written reports 通知上写的是, 群公告里说: what follows stands somewhere.
func written(before []token) bool {
	said := runText(before)
	for s := range strings.FieldsSeq("通知 文件 公告 群公告 方案 通报 规定 制度 办法 推送 群里 短信 微信 函 函件 表") {
		rest, ok := strings.CutPrefix(strings.TrimPrefix(said, "群"), strings.TrimPrefix(s, "群"))
		if !ok {
			continue
		}
		for _, in := range []string{"上面", "里面", "里头", "上", "里", "中"} {
			if at, ok := strings.CutPrefix(rest, in); ok {
				rest = at
				break
			}
		}
		if startsWith(rest, "写的", "写着", "写了", "写明", "写要", "写", "说的", "规定", "要求的", "注明", "明确") {
			return !anyOf(before, cI)
		}
	}
	return false
}

// writtenAt reports that the notice at token k is where something is written: 群公告里说.
func (r *reply) writtenAt(k int) bool {
	return r.toks[k].val == "notice" && k+1 < len(r.toks) && containsWord("里 上 中 里面 上面 写 说", r.toks[k+1].text)
}

// yourPeople reports 你们单位, 你们科: others are asked of as a whole.
func yourPeople(toks []token) bool {
	return len(toks) > 3 && toks[0].is(cYou) && containsWord("单位 局 科 科室 股室 镇 乡 院 行 所 村 站 公司 支行 中心 那边 那儿 那里", toks[1].text) &&
		anyText(toks[2:], "了 咧 过 完 齐 签完 签过 签好") && !slices.ContainsFunc(toks, func(t token) bool { return t.val == "stat" })
}

// wearsOut reports 再签我成签字笔了, 再签手都要断了: what becomes of one who goes on.
func (r *reply) wearsOut() bool {
	return strings.Contains(r.text, "再") && slices.ContainsFunc(r.clauses, func(c clause) bool {
		said := runText(c.toks)
		if len(c.toks) < 4 || !startsWith(said, "再签", "再打卡", "再这么签", "再这样签") || !strings.HasSuffix(strings.TrimRight(said, "啊呀哈啦"), "了") || hasWord(said, "成功 好了 就行 就成了 一次就 一遍就") {
			return false
		}
		_, turned, becomes := strings.Cut(said, "成")
		body := hasWord(said, "手都 手要 手就 手指 眼都 眼要 人都 人要 人就 头都 腰都 我就疯 我都疯 要疯 就疯 快疯 魔怔 傻了 废了 秃了 我要疯")
		return body || becomes && len([]rune(turned)) > 2
	})
}

// touted reports 有人在街上推一个APP，叫扫码下载领油: somebody goes about with an app, a code
// or an account and a gift for whoever takes it.
func touted(text string) bool {
	at := strings.Index(text, "有")
	if at < 0 {
		at = strings.Index(text, "了") // 村里来了几个人
	}
	if at < 0 || at > len("广场上今天") {
		return false
	}
	does := text[at+len("有"):]
	if startsWith(does, "人", "个", "几个", "一", "俩", "两个", "家", "伙") && !startsWith(does, "人要") {
		return hasWord(does, "推 让 叫 喊 教 劝 拉 发 摆摊") && hasWord(does, "app 软件 扫码 扫个码 二维码 下载 加微信 加个微信 进群 拉群 链接") && hasWord(does, "领 送 返 免费 补贴 赚 兼职 投资 贷款 红包 中奖") &&
			!hasWord(text, "反诈 宣传 签到 培训 演练 活动")
	}
	return false
}

// heardFrom reports 听局长说这回都要签, 听门卫讲改成打卡了: hearsay with whom it is from. What one
// listened to (听老师讲完课, 听局长说的案例) is none.
func heardFrom(text string) bool {
	rest, ok := strings.CutPrefix(text, "听")
	if !ok || startsWith(rest, "完", "了", "过", "罢", "取", "从", "到", "课", "讲座", "会") {
		return false
	}
	rest, _, _ = strings.Cut(rest, ",")
	for _, says := range []string{"说", "讲", "的意思", "透露", "提过"} {
		who, what, ok := strings.Cut(rest, says)
		if !ok || len([]rune(who)) > 8 || startsWith(what, "的", "完", "了", "过", "罢", "课", "反诈", "案", "解", "座") || strings.HasSuffix(who, "领导安排") {
			continue
		}
		return hasWord(what, "签 打卡 报到 补 算 扣 通报 考核 取消")
	}
	return false
}

// onlyUnit reports that c speaks of the writer's unit alone, and not of himself: 就剩咱单位
// 没签了.
func onlyUnit(c clause) bool {
	return c.any(cWe) && !slices.ContainsFunc(c.toks, func(t token) bool { return t.is(cI) && !t.is(cWe) })
}
