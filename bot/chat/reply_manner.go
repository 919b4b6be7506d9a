package chat

import (
	"slices"
	"strings"
)

// template reports 格式：单位+姓名+签到, 例：教科局张三签到, 如：财政局 王芳 签到: how a
// check-in is to be written, and none itself.
func (r *reply) template() bool {
	if !r.has(cCheck) || r.has(cI) {
		return false
	}
	if hasWord(r.text, "(示例 (例 (如: (请填 (请写 (填写 (注明 (写明 (样例 (格式") {
		return !r.asked()
	}
	if startsWith(r.text, "例:", "例如", "例子", "比如", "如:", "譬如", "示例", "样例", "格式", "模板", "参考格式", "统一格式", "统一回复", "回复格式", "签到格式", "签到示例", "签到内容:", "接龙格式", "回复示例") {
		return !r.asked()
	}
	if strings.Contains(r.text, "格式") {
		return !r.asked() && (r.n.all || len(r.names) == 0)
	}
	unit := hasWord(r.text, "单位+ 单位、 单位加 单位和 单位名称+ 单位/ 单位-") || strings.HasPrefix(r.text, "单位 姓名") || strings.HasPrefix(r.text, "单位姓名")
	return unit && hasWord(r.text, "姓名 名字") && len(r.names) == 0 && r.unit == ""
}

// howTo reports that what stands directly behind 签到 tells how, when or with what it
// is done, or how it is: 签到要带手机, 签到写全名, 签到到五点, 签到有点麻烦.
func howTo(before, after []token) bool {
	if len(after) < 2 || anyOf(before, cI|cName|cUnit) {
		return false
	}
	first, rest := after[0].text, runText(after[1:])
	switch {
	case containsWord("到 要 写 写上 填 填写 带 须 需 需要 得 凭 按 扫 找 发 输 输入 注明 备注 限 只限 仅限 在", first):
		return !after[1].is(cParticle|cEmote|cCheck) && !containsWord("位 齐 场", after[1].text)
	case containsWord("有点 有些 挺 比较 特别 非常 有点儿 稍微 还挺", first):
		return !strings.ContainsAny(rest, "晚迟")
	}
	return false
}

// underWay reports 正在签到, 排队签到中, 到点签到: not yet done, or said of nobody.
func underWay(before, after []token) bool {
	if anyOf(before, cI|cName|cUnit) {
		return false
	}
	said := runText(before)
	return containsWord("在 正在 正 排队 正在排队 在排队 到点 到时间 到时间了 到点了", said) || len(after) > 0 && after[0].text == "中" && len(after) < 3
}

// invites reports 签到吧, 来签到啊: said to others, or of oneself.
func invites(before, after []token) bool {
	if anyOf(before, cI|cName|cUnit|cNow) || len(after) != 1 {
		return false
	}
	return after[0].text == "吧" && (len(before) == 0 || last(before).text == "来") || containsWord("啊 呀", after[0].text) && len(before) == 1 && before[0].text == "来"
}

// manages reports 王芳组织签到, 李敏负责签到: whose task it is.
func manages(before, _ []token) bool {
	return !anyText(before, "向") && containsWord("组织 管 管理 负责 统计 汇总 盯 抓 登记 安排 主持", last(before).text)
}

// longSince reports 王芳早就签了, 张主任签了: told of another.
func longSince(before, after []token) bool {
	if len(before) == 0 || len(after) == 0 || !containsWord("了 咧 啦 过", after[0].text) || anyOf(before, cI|cUnit) {
		return false
	}
	name := before[0]
	if !name.is(cName) {
		return false
	}
	for _, t := range strings.Fields("主任 局长 书记 科长 股长 部长 镇长 乡长 校长 院长 所长 站长 局 行长 总 队长") {
		if len(before) == 1 && strings.HasSuffix(name.text, t) && name.len() <= 3 {
			return true
		}
	}
	return len(before) > 1 && hasWord(runText(before[1:]), "早就 早都 早已 早 昨天就 昨天 上午就 刚才就 一早就")
}

// assigned reports 安排王芳、李敏参加, 李敏需要参加: who is to take part, and has not yet.
func assigned(before, after []token) bool {
	if !anyOf(before, cName) || len(after) > 0 && containsWord("了 过 咧 完", after[0].text) {
		return false
	}
	return containsWord("需要 必须 去 要 得 应 须 代表我们 代表单位 前去", last(before).text) || anyText(before, "安排 派 指派 选派 委派 抽调 推荐 由 代表")
}

// belated reports 签到超时了: it may be what the screen said.
func belated(before, after []token) bool {
	return len(after) > 0 && !anyOf(before, cI|cName|cNow) && containsWord("超时 超时了 过点 过点了 过时间了 错过了 错过 过了时间", after[0].text)
}

// entering reports 先签到后入场, 签到后方可进会场: the order of things for all.
func entering(before, after []token) bool {
	return !anyOf(before, cI|cName|cUnit) && hasWord(runText(after), "领材料 领资料 领手册 领文件 入场 进场 进会场 入座 落座 方可 进门 进楼 入内")
}

// hails reports 同志们，签到: all are called upon.
func (r *reply) hails() bool {
	if len(r.clauses) < 2 || r.has(cI|cName|cUnit) || strings.Contains(r.text, "领导") {
		return false
	}
	first := r.clauses[0].toks
	if !anyOf(first, cOthers|cUrge) {
		return false
	}
	for _, t := range first {
		if !t.is(cOthers|cParticle) && !containsWord("别潜水 别潜水了 都别潜水 都别潜水了 别装睡 别装死 别沉默 别观望", t.text) {
			return false
		}
	}
	second := r.clauses[1].toks
	deed := slices.IndexFunc(second, func(t token) bool { return t.is(cCheck | cSign) })
	return deed >= 0 && deed < 3 && !anyOf(second[:deed], ^(cLight|cParticle|cHere)) && !anyOf(second[deed+1:], ^cParticle) && !anyText(second, "了 咧")
}

// byMeans reports 扫码签到, 长按二维码签到, 打开公众号签到: how all are to do it. Whoever has
// done so says it with 了 or 已.
func (r *reply) byMeans() bool {
	if !startsWith(r.text, "扫", "点", "长按", "进入", "打开", "点击", "戳") || r.has(cI|cName|cUnit|cAd&^cFill|cNow|cNot|cAsk) || hasWord(r.text, "http www 送 领 奖") {
		return false
	}
	c := r.clauses[len(r.clauses)-1].toks
	return len(r.clauses) == 1 && len(c) > 1 && c[len(c)-1].is(cCheck) && hasWord(r.text, "码 链接 按钮 卡片 小程序 公众号 上面 下面 下方 上方")
}

// mustAll reports 今天必须签完, 今晚之前都签上: all are to have done it by then.
func (r *reply) mustAll() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		n := len(c.toks)
		return n > 2 && c.toks[n-1].is(cSignDone) && !c.any(cI|cName|cUnit|cNum&^cDate|cNot|cAsk) && anyText(c.toks[:n-1], "必须 务必 全部 都 必须得 得") && hasWord(runText(c.toks[:n-1]), "前 之内 今天 今日 今晚 必须 务必 当天")
	})
}

// calledUpon reports 老王帮我签到: the name before 帮我 is of him who is asked.
func (r *reply) calledUpon(c clause) bool {
	k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cFor) && t.text != "给" })
	return k > 0 && k+1 < len(c.toks) && c.toks[k+1].is(cI) && anyOf(c.toks[:k], cName) && !anyOf(c.toks[:k], cI|cUnit)
}

// suffices reports 回复签到即可: what all are to write.
func (r *reply) suffices() bool {
	return !r.has(cI|cName|cUnit) && !r.asked() && slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cCheck) })
		return k > 0 && !hasWord(runText(c.toks[:k]), "说 讲") && startsWith(runText(c.toks[k+1:]), "即可", "就行", "就可以", "就好", "便可") && anyText(c.toks[:k], "回复 回 发 打 输入 请回复 写 点")
	})
}
