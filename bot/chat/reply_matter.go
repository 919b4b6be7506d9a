package chat

import (
	"slices"
	"strings"
)

// matters are what one asks the office about, beside checking in itself.
const matters = "照片 相片 图片 合影 材料 小结 台账 零发案 零报告 应到 实到 人数 接龙 链接 视频 学习内容 培训 会议 座谈 名单 名册 花名册 报表 活动 机器人 小助手 助手 学习资料 二维码 名字 姓名 单位名"

// asksBusiness reports 活动照片往哪儿发呢, 应到人数按编制算还是按在岗算: how, where,
// when, to whom or whether, about a matter of the office.
func (r *reply) asksBusiness() bool {
	if !r.marked(mMatter) {
		return false
	}
	for i, c := range r.clauses {
		said := runText(c.toks)
		if !hasWord(said, matters) || c.any(cCheck|cSign|cLate|cPunch|cHear) || hasWord(said, notOurs) {
			continue
		}
		choice := strings.Contains(said, "还是") && hasWord(said, "按 算 用 发 交 报 写 填")
		if choice || c.any(cAsk) && asks(c, -1) && hasWord(said, hows) || c.end == '?' && hasWord(said, "要 用 算 能 得 行") {
			return true
		}
		if asks(c, -1) && hasWord(said, "用 要 算 含 包括 包含 带 够 能 行 可以 得") && len(c.toks) > 1 && !c.any(cName|cHe|cYou) {
			return true
		}
		if i+1 < len(r.clauses) && onlyAsking(r.clauses[i+1]) && asks(r.clauses[i+1], -1) {
			return true // 活动照片，往哪儿发
		}
	}
	return false
}

// hows are the words that ask after the how, not the how many.
const hows = "怎么 咋 如何 哪 几点 几张 几份 几号 几楼 多久 谁 什么时候 啥时候 何时 甚时候 多会 用不用 要不要 能不能 可不可以 算不算 需不需要 行不行 是不是 什么格式 啥格式 什么要求 啥要求"

// notOurs are matters that have one of ours in their name.
const notOurs = "培训班 活动室 活动板房 短视频 视频会员 电视 孩子 娃 婚礼 结婚 证件照 身份证照片 全家福 照相 会员 直播"

// asksAway reports that a question asks for leave: 能不能请个假，孩子病了.
func (r *reply) asksAway() bool {
	return r.has(cLeave) && r.has(cReason) && r.asked() && hasWord(r.text, "能不能 可不可以 可以 能请 行不 行吗 中不 成不 想请") &&
		!hasWord(r.text, "怎么 咋 签 补 用不用 要不要 算不算 还用 请假的")
}

// elsewhereAsked reports a question about what is done in another place: 学习强国
// 打卡了没, 购房协议签了没, 参加婚礼几点走, 迟到扣钱不.
func (r *reply) elsewhereAsked() bool {
	if !r.asked() || r.has(cCheckNoun|cLate|cLeave) {
		return false
	}
	const events = "婚礼 酒席 喜宴 婚宴 满月酒 葬礼 追悼会 运动会 比赛 球赛 篮球赛 聚餐 同学会 聚会 饭局 团建 竞聘 面试"
	const papers = "合同 协议 协议书 责任书 承诺书 告知书 保证书 购房合同 购房协议 劳动合同 租房合同 劳务合同"
	switch {
	case anyText(r.toks, papers) && !r.has(cTopic), otherPapers(r.text) && !r.has(cCheck|cTopic):
		return true
	case anyText(r.toks, events) && !r.has(cCheck|cSign|cTopic):
		return true
	case !r.has(cCheck|cSign|cPunch|cTopic) && hasWord(r.text, "几点下班 几点上班 几点放学 几点吃饭 几点开饭 几点打饭 几点关门 几点发车 时候下班 时候放学 时候开饭 时候发工资"):
		return true
	case !r.has(cCheck|cSign|cPunch|cTopic) && hasWord(r.text, "扣钱 扣工资 罚款 罚钱 有奖励 给奖励 奖励不 奖励吗 扣奖金"):
		return true
	}
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		return c.any(cPunch|cCheck) && elsewhereDone(c.toks) || roomThing(c) || dutyAsked(c)
	})
}

// otherPapers reports 同意书家属签了没, 签收回证寄到中院了没: what is signed or sent there is
// a paper of another kind.
func otherPapers(s string) bool {
	return hasWord(s, "同意书 通知书 回证 判决书 裁定书 决定书 笔录 病历 处方 化验单 回执单 发票 票据 存单 借条 收条 欠条 申请书 申请表 审批表 报销单 工资表 请柬")
}

// evidenceLater: 参训41人次，照片稍后补: what is put off behind a report or a check-in is
// the proof of it, and not what was done.
func (r *reply) evidenceLater() {
	if !r.marked(mPaper | mPicture) {
		return
	}
	for lo, told := 0, false; lo < len(r.toks); {
		hi := lo
		for hi < len(r.toks) && (!r.toks[hi].is(cSep) || r.toks[hi].text == "、") {
			hi++
		}
		run := r.toks[lo:hi]
		if told && anyOf(run, cFuture|cMakeUp|cCheckNoun) && !anyOf(run, deeds|cAsk|cOthers|cYou|cUrge) && hasWord(runText(run), evidenceWords+" 照 图") {
			for i := range run {
				if run[i].is(cFuture | cMakeUp) {
					set(run[i:i+1], cFill)
				}
			}
		}
		told = told || anyOf(run, cNum|cCheck|cJoin|cLearn|cName|cAll)
		lo = hi + 1
	}
}

// mustTell reports 为啥非要填手机号，能不填吗: he would rather not say it.
func (r *reply) mustTell() bool {
	return r.marked(mKept) && hasWord(r.text, "手机号 电话 号码 身份证 住址 真名 真实姓名") && hasWord(r.text, "填 留 写 报 登记") &&
		hasWord(r.text, "为啥 为什么 为甚 凭啥 凭什么 干嘛 干啥 干什么 做什么 做甚 非要 非得 能不填 能不留 能不写 可以不填 可以不写 可以不留 不想填 不想留 不想写 不填行 不留行 不写行 不填电话 不填手机 不留电话 不留手机") &&
		!hasWord(r.text, "打电话 来电话 诈骗 骗子 链接") || r.hidesName() || r.masks()
}

// hidesName reports 名单里能不能不写真名, 用昵称行吗: he would rather not be named.
func (r *reply) hidesName() bool {
	return r.marked(mKept) && r.asked() && !r.has(cFor|cProxy) && (hasWord(r.text, "真名 真实姓名 实名") && hasWord(r.text, "不写 不填 不留 不用 不报 非要 非得 必须 别写") ||
		hasWord(r.text, "网名 昵称 化名") && hasWord(r.text, "用 写 填"))
}

// masks reports 名字能不能打码, 把我手机号遮几位: what stands there of him is to be covered.
func (r *reply) masks() bool {
	if !r.marked(mKept|mPersonal) || r.has(cUrge) && !r.has(cI) {
		return false // 截图里的电话记得打码: an order
	}
	what := hasWord(r.text, "名 姓 手机号 号码 电话 身份证 头像 个人信息") || r.has(cI) && hasWord(r.text, "照片 信息")
	cover := hasWord(r.text, "打码 打个码 打上码 马赛克 打星 星号 遮一 遮住 遮上 遮几 遮掉 遮挡 隐去 隐掉 隐藏 抹掉 抹去 涂掉 脱敏")
	bare := hasWord(r.text, "别显示 不要显示 不想显示 甭显示 别露 不要露 别亮 别公开 别挂") || r.asked() && hasWord(r.text, "能不显示 不能不显示 可以不显示 可不显示 不显示行 能不能不显示 不露")
	wish := r.asked() || r.has(cI) || hasWord(r.text, "别 麻烦 能 可以 希望 建议 最好 吧 一下")
	return what && (cover && wish || bare)
}

// asksLimit reports 一天得签几回, 一个人最多能代几个人签: how often or for how many it may or
// must be done, which is no figure of what was done.
func (r *reply) asksLimit() bool {
	if !hasWord(r.text, "几 多少") || !hasWord(r.text, "签 代 替 打卡 次卡 回卡 学习 参加") {
		return false
	}
	may := hasWord(r.text, "能 可以 允许 准许 要 得 需 该 才算 才够 合格")
	other := hasWord(r.text, "能代 能替 能帮 可以代 可以替 可以帮 可代 可替 允许代 允许替 准代 让代 代签几 替签几 代几 替几")
	rate := hasWord(r.text, "最多 至多 最少 至少 上限 一人 一个人 每人 每个人 每个月 每月 一个月 一天 每天 一周 每周 一年 每年 一季度 一次") && !hasWord(r.text, "的有多少 的有几")
	times := hasWord(r.text, "几次 几回 几遍 几趟 几个 几人 几名 几期 多少次 多少回 多少个 多少人")
	return times && (other || rate && may) && !hasWord(r.text, "没签 未签 签了 已签 还差 还有 还要 还得")
}
