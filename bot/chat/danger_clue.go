package chat

import (
	"slices"
	"strings"
	"sync"
)

// Classes of the words in which somebody reports what he has come upon.
const (
	kFound   class = 1 << iota // 有个, 冒出个, 收到条: something is there that was not
	kThing                     // 网址, QQ号, 170开头: what he has come upon
	kAttempt                   // 加我好友, 打来: what it does, as anybody might
	kBrazen                    // 非要加我, 到处加人, 冒充: what only the dishonest do
	kVerdict                   // 感觉不对, 看着像诈骗: what he makes of it
	kReport                    // 报一下, 请核查: what he wants done
	kWhom                      // 村里老人, 客户: whom it is after
	kSays                      // 说是, 说我: what follows in the clause is its claim
	kClaim                     // 稳赚, 理赔: what such a thing promises or pretends
)

// clueWords are the words of each class, written like dangerWords.
var clueWords = []struct {
	class class
	words string
}{
	{kFound, `有/老有/总有/又有/刚有/还有/发现/发现了/看到/看见/见/见到/碰见/碰到/遇到/遇见/冒出/冒出来/出现/出来/来了/来/收到/收到了/收着/接到/拿来/拿着/问/弹出/弹出来/混进/混进来/转来/贴了/贴着×个/一个/张/一张/条/一条/封/一封/款/几个/伙/一伙/拨/一拨/帮 有人/老有人/总有人/又有人/刚有人×往/在/发/加/用/冒/顶/给/拿/推/拉 有个 有一个 老有 上面有个 刷到个 刷到一个 举报`},
	{kThing | kFound, `开头的号 开头的号码 开头的电话 开头的境外 号开头 这个号 这个号码 这个网址 这个链接 这个app 这个软件`},
	{kThing, `有个号 一个号 那个号 传单 发传单 网址 链接 网站 http www .top .com .cn .cc .vip .xyz .example app 软件 小程序 安装包 qq qq号 qq群 微信 微信号 账号 抖音号 公众号 号码 的号 境外号 陌生号 开头 开头的 二维码 码 短信 邮件 电话 来电 单子 卡片 小卡片 刮刮卡 群 荐股群 头像 好友 照片 摊子 人,`},
	{kAttempt, `加/要加/老加/想加/申请加/主动加×我/我好友/我微信/我qq/我们/咱/俺/额/人/好友/家长/同事/群/客户/财务 打来 打来说 打来电话 打过来 打电话 发短信 发链接 发/往群里发/群里发/在群里发×链接/网址/二维码 往群里发 群里发 在群里发 拉我进群 拉我进 拉我 拉进群 把我拉进 推荐股票 要进 进群 叫装 让装 叫下 让下 让下载 叫下载 让人下 让扫 叫扫 让扫码 叫扫码 扫码下 让点 叫点 让点链接 让加 叫加 让填 让/叫/要×我们贴/我们贴在柜台/我们放/我们放在柜台/我们张贴/我们推广/我们帮着推广/我们帮忙推广/我们宣传/我们转发 扫码送 加微信 要加微信 给我发短信 给我打电话 给我发链接`},
	{kBrazen, `非要加/非得加/硬要加/死活要加×我/我好友/我微信/我们/咱/俺/额/人/好友/家长/同事 加了好几 挨个加 到处加 到处加人 挨个打 挨个私聊 私聊 老打 老打来 一直打 给我/给我们/给俺×打了 打了好几 打了三 打了两 打了四 打了五 打了六 打了七 打了八 打了几 打了十 打了好多 响了好几 四处发 到处发 挨个发 挨个打电话 拉人 拉人进群 天天拉人 到处拉人 荐股 进家长群 非要进 老弹广告 弹广告 叫装的 让装的 让/叫/要×填身份证/身份证/填卡号/填银行卡 填身份证 扫码填身份证 问在不在 上来就问 顶着 头像是 照片是 自称 冒充 冒用 冒名 投钱 让/叫/劝/哄/拉/带×老人投钱/村里老人投钱/村里人投钱/村民投钱/大家投钱/客户投钱/人投钱/人投资/老人投资/村民投资/人充钱/老人充钱/客户装/客户下载/老人扫码/老人装/学生下载`},
	{kVerdict, `感觉不对 感觉不对劲 觉得不对 觉得不对劲 不对劲 看着不对 看着不对劲 感觉可疑 可疑 感觉是骗人 看着像 我看着像 像诈骗 像是诈骗 像骗子 像是骗子 像骗人 像是骗人 像假 像是假 像钓鱼 像是钓鱼 看着像诈骗 看着像骗子 看着像骗人的 看着像骗子的 看着像假的 看着像钓鱼的 看着是骗人的 一看就是 一看就是刷单的 一看就是骗人的 一看就是骗子 一看就是诈骗 一看就是假的 一看就是钓鱼 一看就假 一看就不对 怀疑是诈骗 怀疑是骗子 怀疑是骗人的 怀疑是假的 怀疑是 怕是假的 怕是骗人的 怕是骗子 估计是骗子 估计是诈骗 八成是骗子 八成是骗人的 应该是骗子 应该是诈骗 肯定是骗子 感觉是骗子 感觉是骗人的 不正规 感觉不正规 不正经 不像正规 不像真的 是不是骗人的 是不是骗子 是不是诈骗 是骗人的吧 是骗子吧 是诈骗吧 是假的吧`},
	{kReport, `报一下 报下 报一下号 上报一下 上报 举报 举报一下 报个线索 报线索 报条线索 提供线索 提供个线索 反映一下 登记一下 备案 请核查 请核实 请查 请查一下 请查一查 查一查 查一下 查查 核一下 核实一下 帮核 帮核一下 帮查 帮查一下 麻烦核实 麻烦查一下 麻烦核查 请处理 请封 请封堵 请关注`},
	{kWhom, `村干部 我们村 我们村干部 干部 我们乡 我们镇 我们所 我们局 村里 村里人 村里老人 老人 老人们 村民 居民 客户 储户 群众 社区 学生 家长 同事 同事们 大家 我们科室 我们单位 门市上 好几家 业主 业主群 家长群 同事群 班级群 工作群 村民群 咱局长 局长 我们局长 咱书记 书记 领导 我们领导 咱领导 校长 我们校长 行长 主任 老师 老板 经理 客服 快递客服 银行客服 平台客服 京东客服 银保监 医保局 社保局 大爷 大妈 我们行长`},
	{kSays, `说 说是 说我 说能 说有 说给 说可以 说帮 说要给 号称 声称`},
	{kClaim, `稳赚 稳赚不赔 百万保障 校园贷 注销校园贷 征信 消除征信 修复征信 翻倍 高收益 高回报 保本 返利 返现 领补贴 补贴 领鸡蛋 领米 领油 领钱 送米 送面 送油 送鸡蛋 送皮肤 免费 理赔 双倍理赔 赔偿 退款 退税 过期 失效 停用 停了 到期 欠费 重新认证 认证 补缴 兑换 积分 中奖 快递丢了 包裹 海关 名下有快递 名下有包裹 快递被扣 包裹被扣 医保 社保 养老金 低息 低息贷款 贷款 无抵押 放款 内部消息 内幕`},
}

// harming are the signs of what a report of an attempt has no place for: something has
// happened, is happening or is about to, somebody is frightened, or asks for help.
const harming = sHarm | sLoss | sDid | sAbout | sSecret | sStake | sPress | sDoubt | sDemand | sKin |
	sLesson | sTelling | sUnreal | sSuppose | sPast | sJoke

// graver are what nobody only comes upon: who is told so is being worked on already.
const graver = `反诈 签到表 台账 报表 培训 涉嫌 洗钱 通缉 逮捕 拘留 传唤 安全账户 共享 屏幕 远程 宾馆 保证金 解冻 冻结 验资 裸 通讯录 流水 取现 现金 黄金 不让挂 别挂 别告诉 保密 收资料费 借钱 借款 周转 收费 垫 汇款 打款 转账 付款 代付 救 怎么办 咋办 帮帮 快来 拦 劝 真信 不听 正在 我妈 我爸 我爹 我娘 俺 婆婆 爷爷 奶奶 姥 媳妇 老公 老婆 对象 我弟 我哥 我姐 我妹 我儿 闺女 孩子 娃`

// reported reports that a text tells of what its writer has come upon (柜台见一个APP，
// 说是客服叫装的，报一下) and no more: a thing that is there, what it claims and is after,
// and what he makes of it. Nobody has paid or been asked to, and what the thing claims
// is no loss of his: in 说我快递丢了 nothing is lost.
func reported(signs class, text []rune) bool {
	if signs&(sChannel|sStrange) == 0 || signs&(sUnreal|sLesson|sPast|sJoke) != 0 {
		return false
	}
	words := wordsIn(clueTrie(), text)
	var has class
	first := len(text)
	for _, w := range words {
		if has |= w.class; w.class&kFound != 0 {
			first = min(first, w.lo)
		}
	}
	if has&(kFound|kThing) != kFound|kThing || has&(kBrazen|kVerdict) == 0 && (has&(kAttempt|kReport) == 0 || has&kClaim == 0) || slices.ContainsFunc(text[:min(first, len(text))], isStop) {
		return false
	}
	if s := string(text); slices.ContainsFunc(graverWords(), func(w string) bool { return strings.Contains(s, w) }) {
		return false
	}
	return !movesMoney(text, words) && unexplained(text, func(lo, hi int, sign class) bool {
		explains := class(kThing | kAttempt | kBrazen | kVerdict | kReport | kWhom | kClaim)
		switch {
		case sign&sDid != 0 && lo > 0 && strings.ContainsRune("我俺额", text[lo-1]):
			return false // what the writer did is no attempt of theirs
		case sign&sAbout != 0:
			explains = kAttempt
		}
		return slices.ContainsFunc(words, func(w found) bool { return w.lo < hi && lo < w.hi && w.class&explains != 0 }) ||
			sign&(sLoss|sDoubt) == sign && claimed(text, words, lo)
	})&harming == 0
}

// movesMoney reports 取十五万: a sum that somebody pays or draws, and that is not only
// said to be wanted.
func movesMoney(text []rune, words []found) bool {
	for i := 1; i < len(text); i++ {
		if !strings.ContainsRune("取汇转存提打交付投充垫借贷了", text[i-1]) {
			continue
		}
		if _, money := amount(text, i); money && !claimed(text, words, i) {
			return true
		}
	}
	return false
}

// claimed reports whether what stands at i is what somebody is said to say.
func claimed(text []rune, words []found, i int) bool {
	return slices.ContainsFunc(words, func(w found) bool {
		return w.class&kSays != 0 && w.hi <= i && !slices.ContainsFunc(text[w.hi:i], isStop)
	})
}

var graverWords = sync.OnceValue(func() []string { return strings.Fields(graver) })

// clueTrie holds clueWords.
var clueTrie = sync.OnceValue(func() *trie {
	t := newTrie()
	for _, g := range clueWords {
		addProducts(t, g.class, g.words)
	}
	return t
})
