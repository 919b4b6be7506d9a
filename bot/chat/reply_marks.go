package chat

import (
	"strings"
	"sync"
)

// Marks are phrases that a rule looks for anywhere in a text, across its words:
// each says what it tells of. They are found all at once, for looking for them
// one by one would take longer than all the rest; see [reply.marked].
const (
	mDoubted   class = 1 << iota // 真的吗, 打来: said of what somebody doubts
	mPaper                       // 签到表, 照片: evidence
	mSignedFor                   // 谁给, 有我的签: somebody was entered
	mEraseMe                     // 我信息删
	mGoesOut                     // 传到网: where it should not
	mPersonal                    // 名字, 电话
	mKept                        // 手机号, 照片: what may be kept of somebody
	mOthers                      // 谁, 外人: who may see it
	mClick                       // 助力, 砍价: asks for a click
	mHelper                      // 机器人
	mStores                      // 保存, 监控
	mForbids                     // 别, 不要
	mWhoseIdea                   // 谁发明
	mHeading                     // 签到时间:
	mPeriod                      // 一天, 每周
	mActivity                    // 讲座, 反诈: what an activity is or is about
	mInstead                     // 干脆, 不如: one might do something else
	mSight                       // 景区, 火锅: where one goes for pleasure
	mPicture                     // 照, 图
	mMatter                      // 照片, 应到: what one asks the office about
	mFavour                      // 点个赞, 投个票
	mIfOnly                      // 要是, 真能
	mHelps                       // 防诈, 管用
	mPresses                     // 催一催, 通知到

	firstPhraseSign // and on, one for each of the phraseRules
)

// evidenceWords are the kinds of paper and pictures, the telling ones first.
const evidenceWords = "签到表 签到册 小结 总结 方案 台账 截图 现场图 合影 相片 照片 图片 视频 简报 材料 影像 佐证 附件"

// Who entered somebody, and whom, as one asks who was not there.
const (
	whoSigned = "谁给 谁替 谁帮 谁代 谁把"
	wasSigned = "有我的签 有俺的签 有我签 把我签 给我签 给俺签 算我签 显示我签"
)

// activityWords are kinds of activity.
const activityWords = "培训 座谈 讲座 演练 竞赛 宣传 会议"

// What may be kept of somebody, and who may see it.
const (
	keptWords   = "名字 姓名 信息 电话 手机号 号码 身份证 照片 位置 签到记录 记录"
	ownName     = "真名 真实姓名 实名 网名 昵称 化名"
	otherPeople = "谁 别人 外人 旁人"
)

// clickWords are what somebody asks for who wants a click.
const clickWords = "助力 砍价 投票 投个票 投一票 砍 砍一刀 集赞"

// markWords are the phrases of each mark.
var markWords = []struct {
	mark  class
	words string
}{
	{mDoubted, `要身份证 留身份证 真的吗 是真的 真假 诈骗 骗子 骗人 可疑 是不是骗 靠谱吗 这个号码 这个电话 有人加我 打来 举报 加我微信 陌生 自称 冒充 收到短信 收到一条 收到个 短信说 短信让 来短信 刷到 让点 让我 要我 叫我 这个链接 这个网址 这个app 线索 假的 假冒 涉案 叫加 有人卖 有人收 收银行卡 收电话卡 收卡 租卡 收购银行卡 有人在群里 小卡片 刮刮卡 混进 有人发 让充 让交 让下 让扫 让加 让填 让打钱 要充 叫充 说我 加我好友 头像 冒用 开头的电话`},
	{mPaper, evidenceWords},
	{mSignedFor, whoSigned + " " + wasSigned},
	{mEraseMe, `我信息删 我名字删 我记录删 我的信息删`},
	{mGoesOut, `发到外 传到外 传到网 发到网 放到网 挂网 发出去 传出去 外传 传给外 给外人 给别人看 让外人 被外人 泄露 泄漏`},
	{mPersonal, `名字 姓名 全名 大名 信息 电话 号码 照片 头像 记录 聊天`},
	{mKept, keptWords + " " + ownName},
	{mOthers, otherPeople},
	{mClick, clickWords},
	{mHelper, `机器人 助手 系统`},
	{mStores, `存着 保存 存不存 留着 收集 采集 监控 监视 偷看 我们聊天 聊天内容 我们说话 看到我 看见我 记录我`},
	{mForbids, `别 不要 不用 甭 莫`},
	{mWhoseIdea, `谁发明 谁想出 谁想的 哪个天才 哪位天才 治百病 包治 谁规定`},
	{mHeading, `回复"签到 回"签到 流程: 议程: 签到方式: 签到地点: 签到时间: 签到对象: 签到要求:`},
	{mPeriod, `一天 一周 一月 个月 一年 每天 每周 一星期 一日`},
	{mPicture, `照 图 相片`},
	{mMatter, matters},
	{mFavour, `点个赞 点赞 投个票 投一票 投票 投下票 拉票 助力 砍一刀 砍价 集赞 砍一下`},
	{mIfOnly, `要能 要是 如果 若是 若能 真能 假如 要真`},
	{mHelps, `防诈 防骗 防住 抓住 抓到 抓骗 管用 有用 有效 好使 挡住 吓跑`},
	{mPresses, presses},
	{mActivity, activityWords + ` 骗 诈 学习`},
	{mInstead, `干脆 索性 不如`},
	{mSight, `壶口 黄河 云丘 戎子 面馆 饭馆 麻辣烫 烧烤 新开的 小店 酒庄 味道 好吃 老家的 景色 景区 景点 古镇 古城 古县城 古村 公园 瀑布 寺 庙 古塔 宝塔 餐厅 饭店 火锅 小吃 网红 美食 咖啡 奶茶 拍照 合影 旅游 游玩 风景 健身 博物馆 动物园 植物园 水库 峡谷 海边 露营 采摘 花海 油菜花 电影院 长城 夜市 步行街 商场 游乐场 滑雪 温泉 山顶 爬山 登山 跑步`},
}

// markTrie holds the phrases of all marks, and the signs of the phraseRules.
var markTrie = sync.OnceValue(func() *trie {
	t := newTrie()
	for _, m := range markWords {
		for _, phrase := range strings.Fields(m.words) {
			t.add(fold(phrase), word{class: m.mark})
		}
	}
	for i, p := range phraseRules {
		for _, sign := range p.signs {
			t.add(string(sign), word{class: phraseSign(i)})
		}
	}
	return t
})

// marked reports whether a phrase of mark m stands in the text.
func (r *reply) marked(m class) bool { return r.marks&m != 0 }
