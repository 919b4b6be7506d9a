package chat

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A subject is what a list is about, by its title.
type subject int

const (
	untitled subject = iota
	vague            // words that tell nothing: 各位好
	attends          // a check-in
	willCome         // 报名: who means to come
	onLeave          // 请假人员
	absent           // 未签到人员: who is missing, or should come
	another          // 聚餐, 牛奶
)

// maxTitle is the length of a title that names its subject and nothing else.
const maxTitle = 16

// subjectOf judges a title. It says so too of a label within a list (未签到：).
func (l *Lexicon) subjectOf(title string) subject {
	toks := segment(l.reply, []rune(title), nil)
	if !slices.ContainsFunc(toks, func(t token) bool {
		return !t.is(cUnit | cDate | cNum | cSep | cDeptEnd | cSuffix | cTime)
	}) {
		return untitled
	}
	short := len([]rune(title)) <= maxTitle
	switch {
	case missing(title):
		return absent
	case short && hasWord(title, "请假 公出 外出 休假") && !hasWord(title, "签到 参加"):
		return onLeave
	case otherSubject(title), otherDeed(title), otherBusiness(title):
		return another
	case !attendance(title) && !anyOf(toks, cCheck|cJoin|cProxy):
		return vague
	case hasWord(title, "报名 拟参 预计 计划 明天 明日 后天 下周"):
		return willCome
	}
	return attends
}

// hasWord reports whether one of the blank-separated words stands in s.
func hasWord(s, words string) bool {
	var in [4]uint64 // the bytes of s: most words begin with a character that it has not
	for i := range len(s) {
		in[s[i]>>6] |= 1 << (s[i] & 63)
	}
	for lo := 0; lo < len(words); {
		sign := words[lo]
		switch {
		case sign >= 0xE0:
			sign = words[lo+2] // what tells one Chinese character from another
		case sign >= utf8.RuneSelf:
			sign = words[lo+1]
		}
		hi := strings.IndexByte(words[lo:], ' ') + lo
		if hi < lo {
			hi = len(words)
		}
		if in[sign>>6]>>(sign&63)&1 != 0 && hi > lo && strings.Contains(s, words[lo:hi]) {
			return true
		}
		lo = hi + 1
	}
	return false
}

// missing reports 未签到人员, 应到名单: those listed are not here, or should be.
func missing(title string) bool {
	return hasWord(title, "未签 未到 未参 没签 没到 没来 没参 还没 还未 尚未 缺席 缺勤 应到 应签 应参 应学") && (!hasWord(title, "请 接龙 实到") || startsWith(title, "未", "没") && !strings.Contains(title, "的"))
}

// attendance reports whether a list's title is that of a check-in.
func attendance(title string) bool {
	return hasWord(title, "签到 打卡 案例 看完 参学 已学 学完 观看 参训 参会 学习 反诈 宣传 培训 到会 已到 实到 报到 防骗 到场") ||
		strings.Contains(title, "参加") && strings.ContainsAny(title, "会课") || title == "参加"
}

// otherSubject reports whether a list is about something else altogether.
func otherSubject(title string) bool {
	return hasWord(title, "订 聚餐 牛奶 手机号 电话 身份证 团购 购 投票 疫苗 体检 核酸 捐款 水果 鸡蛋 蔬菜 苹果 箱 斤 盒饭 午餐 晚餐 吃饭 份饭 工装 衣服 尺码 车牌 拼车 坐车 生日 旅游 球 比赛 拔河 运动会 合唱 排练 彩排 演讲 徒步 登山 团建 报销 随礼 接送 志愿 党费 值班 加班 缴费 费用 房号 核对 礼品 蛋糕 口罩 问卷 租 工会 福利 票")
}

// otherDeed reports whether a title with our words asks for something else than
// presence: who has installed the app, forwarded the link, how many leaflets.
func otherDeed(title string) bool {
	return hasWord(title, "安装 下载 注册 转发 关注 点赞 分组 数量 发放 安排 分工 志愿 问卷 承诺 责任书 通讯录 排班 名额 推荐 收集 收到 已阅 已读 知悉 知晓") &&
		!hasWord(title, "签到 打卡 参加 参训 参会 到会 到场")
}
