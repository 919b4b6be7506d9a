package chat

import (
	"slices"
	"strings"
)

// disown marks the deeds that are no check-in of the writer's by what stands around
// them: quoted, crossed out, thanked for, taken half back.
func (r *reply) disown() {
	r.unquote()
	thanks := strings.Contains(r.text, "谢")
	for i := range r.acts {
		a := &r.acts[i]
		if a.kind&(cCheck|cSign|cSignDone|cPunch|cLate) == 0 {
			continue
		}
		toks := r.clauses[a.clause].toks
		a.neg = a.neg || r.crossed(toks[a.at].hi)
		a.noun = a.noun || thanks && thanksFor(toks[:a.at], toks[a.at+1:])
		a.vague = a.vague || r.halfhearted(*a)
	}
}

// crossed reports 签到❌, 签到：[×]: a cross behind the deed. ×2 counts.
func (r *reply) crossed(at int) bool {
	rs := r.n.runes
	for at < len(rs) && strings.ContainsRune(" :[(", rs[at]) {
		at++
	}
	if at == len(rs) || !strings.ContainsRune("❌✖✗×🚫", rs[at]) {
		return false
	}
	for at++; at < len(rs) && rs[at] == ' '; at++ {
	}
	return at == len(rs) || !isDigit(rs[at])
}

// thanksFor reports 谢谢提醒签到: the reminder is thanked for. 谢谢提醒，签到 and 谢谢提醒
// 签到了 are the deed.
func thanksFor(before, after []token) bool {
	said := runText(before)
	if anyOf(after, cParticle) && containsWord("了 咧 啦 过", after[0].text) {
		return false
	}
	for _, s := range []string{"提醒", "提醒我", "提醒大家", "通知", "督促", "催促", "告知", "推送"} {
		if thanks, ok := strings.CutSuffix(said, s); ok && strings.HasSuffix(strings.TrimRight(thanks, "你您们大家领导的"), "谢") {
			return true
		}
	}
	return false
}

// halfhearted reports 签到（大概）, 签到，不过说实话我人没在会场: what follows takes the deed
// half back.
func (r *reply) halfhearted(a act) bool {
	if a.clause+1 < len(r.clauses) && len(r.clauses[a.clause+1].toks) < 4 && r.clauses[a.clause+1].any(cGuess|cTerm) && containsWord("大概 可能 也许 应该 兴许 估计 差不多 没准 或许 好像", strings.TrimRight(runText(r.clauses[a.clause+1].toks), "是吧了呢的哈啊")) {
		return true
	}
	if !strings.ContainsAny(r.text, "没不") {
		return false
	}
	rest := string(r.n.runes[r.clauses[a.clause].toks[a.at].hi:])
	return hasWord(rest, "不过 但 可我 可是 可人 其实 说实话 老实说 实话说 只是 实际上 坦白") &&
		hasWord(rest, "没在会 不在会 没去现场 没到现场 没在现场 不在现场 没去会 没到会 没到场 不在场 人没到 人没去 人没在 没听 没看 没学 没参加") &&
		!hasWord(rest, "没听够 没看够 没学够 没听懂 没看懂 没听清 没看清 没听明 没看明 没听说 没看错 没听错")
}

// prods reports 签到签到，别忘喽, 麻利儿签，别磨叽: others are told not to lag.
func (r *reply) prods() bool {
	if !r.marked(mForbids) && !strings.Contains(r.text, "勿") || r.has(cI) || r.unit != "" || !r.has(cCheck|cSign) {
		return false
	}
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		said := runText(c.toks)
		for _, not := range []string{"可别", "莫要", "不要", "别再", "别老", "别", "甭", "莫", "勿"} {
			if lag, ok := strings.CutPrefix(said, not); ok {
				return containsWord("磨叽 磨蹭 磨唧 磨 拖 拖拉 拖拖拉拉 再拖 忘 忘记 忘签 忘签到 落 落下 拉下 掉队 落后 误 耽误 耽搁 迟到 偷懒 犹豫 装睡 潜水 等人催 等催 让人催 再等 等 含糊 马虎", strings.TrimRight(lag, "了啦喽咯啊呀哈哦咧嘛哟"))
			}
		}
		return false
	})
}

// commands reports 一个个都给我签上: all are ordered to. 给我签上 alone is asked for himself.
func (r *reply) commands() bool {
	return strings.Contains(r.text, "给我") && slices.ContainsFunc(r.clauses, func(c clause) bool {
		before, after, ok := strings.Cut(runText(c.toks), "给我")
		return ok && hasWord(before, "都 全 个个 统统 通通") && !hasWord(before, "看 学 听 我 俺") && startsWith(after, "签", "来签", "去签", "把到签", "打卡", "按时签")
	})
}

// What a trial of the program is called, and what is said of its worth.
const (
	trials  = "测试 试试 试一下 试一试 试验 演示 演练 调试 测一下 试发 联调 test"
	worthNo = "条不算 次不算 不算数 不算签到 不计入 不计数 不作数 勿理 忽略 不用管 不用理 别当真 别理 别管 勿统计 别统计 不统计 勿回 勿计 无效"
)

// trial reports 试试机器人灵不灵：签到。这条不算啊, 【演练】全员签到，此条不计入, test签到test: a check-in
// by way of trial, and said to be none, or nothing said beside it.
func (r *reply) trial() bool {
	if !r.has(cCheck|cSign|cPunch|cLate|cCheckNoun) || !hasWord(r.text, trials) {
		return false
	}
	if hasWord(r.text, worthNo) || strings.HasSuffix(strings.TrimRight(r.text, "啊哈哦的 !。."), "不算") {
		return true
	}
	if startsWith(r.text, "调试中", "测试中", "[测试]", "[调试]") {
		return len(r.names) == 0
	}
	return r.term("test") && !slices.ContainsFunc(r.toks, func(t token) bool {
		return t.val != "test" && !t.is(cCheck|cSep|cParticle)
	})
}

// boasts: 全年最大成绩是签到, 全县就靠我这一签了.
func (r *reply) boasts() bool {
	if !strings.Contains(r.text, "签") {
		return false
	}
	if hasWord(r.text, "就靠 全靠 指着 指望 希望就在 希望都在 希望全在 全指") && hasWord(r.text, "这一签 这一到 这个签到 这签到") {
		return true
	}
	for _, most := range []string{"最大", "唯一", "最高", "最突出", "最拿手", "最亮眼"} {
		_, rest, ok := strings.Cut(r.text, most)
		at := strings.Index(rest, "签到")
		if !ok || at < 0 || len([]rune(rest[:at])) > 8 || r.has(cUnit) {
			continue
		}
		what := strings.TrimRight(rest[:at], "就是莫过于: 了,")
		if what != rest[:at] && hasWord(what, "成绩 成就 收获 贡献 本事 功劳 亮点 爱好 特长 业绩 政绩 作用 价值 用处 优点 技能 成果") {
			return true
		}
	}
	return false
}

// feasts reports 老张家办喜事，都参加哇: an occasion of somebody's own.
func (r *reply) feasts() bool {
	return r.has(cJoin) && !r.has(cCheck|cSign|cSignDone|cPunch|cLeave|cCant|cNot|cReason|cLearn) &&
		hasWord(r.text, "喜事 结婚 婚礼 婚宴 喜酒 满月 周岁 乔迁 寿宴 升学宴 谢师宴 生日宴 白事 出殡 葬礼") && !hasWord(r.text, ourWords+" 培训 学习 会议") && r.say(Chitchat, No, "")
}

// ourWords are the words of what this program is for.
const ourWords = "反诈 防诈 诈 骗 预警 劝阻 96110"

// otherBusiness reports 安全生产月考试，52人全部学完, 消防演练签到: what was held is
// named, and it is none of ours.
func otherBusiness(text string) bool {
	return !hasWord(text, ourWords) && hasWord(text, "安全生产 消防 防汛 防火 防溺水 普法 禁毒 扫黑 党课 主题党日 组织生活会 民主生活会 家长会 家长签到 班会 同学会 同学聚会 聚会 校友 毕业 英语 单词 背诵 跑步 健步 健走 暑假 寒假 植树 亲子 夏令营 春游 秋游 招聘 食品安全 交通安全 保密知识 急救 广场舞 瑜伽")
}

// ofFamilies reports entries of parents and families: 冯子涵妈妈 已到, 大刘 携家属.
func ofFamilies(lines []string) bool {
	return slices.ContainsFunc(lines, func(s string) bool {
		return hasWord(s, "妈妈 爸爸 奶奶 爷爷 姥姥 姥爷 家长 携家属 带家属 带娃 带孩子")
	})
}

// otherCount: a number of those who were at something else.
func (r *reply) otherCount() bool {
	return r.has(cNum) && r.heads() != nil && !r.has(cCheck) && otherBusiness(r.text) && r.has(cJoin|cLearn|cAll|cActual) && !r.asked() && r.say(OtherReport, No, "")
}

// screenshot reports 【截图文字】10:12 老魏 签到: the words of a picture of a conversation.
func screenshot(text string) bool {
	return startsWith(text, "[截图", "[截屏", "[聊天截图", "截图文字", "截图内容", "截图如下", "聊天截图", "聊天记录截图", "[聊天记录截图", "[群聊截图") && strings.Contains(text, ":")
}

// timedWords reports that every one of several lines is a name, an hour and words, as
// conversations are copied: 郭永胜 9:01 签到. A list has a title.
func (r *reply) timedWords(lines []string) bool {
	return len(lines) > 1 && !slices.ContainsFunc(lines, func(line string) bool {
		f := strings.Fields(line)
		return len(f) < 3 || !slices.Contains(r.names, f[0]) || !isDigit(rune(f[1][0])) || !strings.Contains(f[1], ":")
	})
}

// foreign reports a title that names an occasion by a word the reader does not know, and
// none of ours: 业主大会签到, 驾校科目三报到.
func (r *reply) foreign(title string) bool {
	if hasWord(title, ourWords+" 学习 培训 案例 讲座 参训 参学 集中学") {
		return false
	}
	for _, deed := range []string{"签到", "报到", "打卡"} {
		if what, _, ok := strings.Cut(title, deed); ok {
			if what = strings.TrimRight(what, " "); strings.ContainsAny(what[max(0, len(what)-len("组")):], "组科室部所股庭站厅") || strings.HasSuffix(what, "门诊") || strings.HasSuffix(what, "窗口") {
				return false // 检验科签到接龙: a part of an office
			}
			return slices.ContainsFunc(segment(r.lex.reply, []rune(what), r.ctx.Known), isHanUnknown)
		}
	}
	return false
}
