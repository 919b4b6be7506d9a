package chat

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// Classes of the words of danger.
const (
	dMe       class = 1 << iota // 我, 我妈, 家里
	dHarm                       // 被骗, 钱没了: told of oneself, it is enough
	dLost                       // 拉黑, 少了: what follows on a payment
	dGave                       // 转了, 下载了: the victim's own doing
	dVerb                       // 转, 汇, 交: money on the move
	dMoney                      // 钱, 万, 块
	dPay                        // 转账, 汇款, 共享屏幕: what the swindler is after
	dTold                       // 告诉他, 发给他
	dSecret                     // 验证码, 密码
	dDemand                     // 让我, 催我
	dSwindler                   // 骗子, 冒充: nobody else is called so
	dStranger                   // 对方, 客服: may be honest
	dStake                      // 安全账户, 解冻费: only swindlers say so
	dLure                       // 医保异常, 中奖: what swindlers begin with
	dHelp                       // 怎么办, 急, 报警
	dAsk                        // 是不是: its 不 negates nothing
	dNow                        // 正在, 刚
	dFrame                      // 防止, 案例, 如果: speaks of danger, is not in it
	dNever                      // 没, 不会 before the harm
	dOthers                     // 某, 谁, 有人被骗: somebody far away
	dHarmless                   // 转发, 转告: only looks like paying
)

// dangerWords are the words by which a scam under way is told from talk about
// scams.
var dangerWords = []struct {
	class class
	words string
}{
	{dMe, `我 俺 额 咱 本人 家里 我家 家人 孩子 老人 爸 妈 娘 爹 婆婆 公公 爷爷 奶奶 姥姥 媳妇 老公 老婆 爱人 儿子 女儿 同事 朋友 邻居 亲戚 闺女 女婿 姐 妹 哥 弟 舅 姑 叔 婶 伯 姨`},
	{dHarm, `自己转出 自动转出 自动扣 刷走 划走 被人转 忽悠买 被忽悠 被骗 被诈骗 受骗 上当 中招 骗走 骗了 骗我钱 让人骗 叫人骗 被人骗 给骗了 给骗咧 骗咧 骗去 遭骗 遭诈骗 遭遇诈骗 遭遇电信诈骗 被坑了 盗刷 钱没了 钱不见了 被转走 转走了 被扣了 被扣走 被划走 被转出 被敲诈 被勒索 骗光 被套走 着了道 上了当
		遇到诈骗了 遇上诈骗了 遇上骗子了 遇到骗子了 碰上骗子 碰到骗子 不受控制 被远程 被控制 被套路 被杀猪盘 被洗劫`},
	{dLost, `解散 亏了 亏 不理 要不回 把我删 删了我 再充 才能返 才能提 要不到 拿不回 提不出来 取不出来 提不出 取不出 提不了现 不让提现 不能提现 提现不了 无法提现 拉黑 联系不上 不发货 消失 不见了 少了 扣款 扣钱 扣走 扣掉 没了 是假的 假的 不是本人 不是他 不是她 跑路 被套 不回我 不回消息 失联 不退钱 不退 打不开了 崩盘 人没了 找不到人 泄露 不给退 发现不对 没发货 一直要 还要交 继续交 又让 再交 再转 还让`},
	{dGave, `转了 转完 转咧 转过 转出 转给 已经转 已转 汇了 汇咧 汇给 已汇 打了 打给 打咧 付了 付完 充了 垫了 交了 交咧 投了 给了 点了 点开了 点进去 点击了 开了 开启了 下载了 装了 安装了 寄了 取了 借给 贷了 刷了 扫了 扫码 填了 输了 输入了 买了 存了 送了 加了`},
	{dVerb, `转 汇 打 付 交 充 垫 投 贷 存 买 寄 取 送 借 刷 拿走 卷走 弄走 提走`},
	{dMoney, `钱 款 账 万 千 百 块 元 费 现金 黄金 养老金 存款 0 两千 两万 存折 积蓄 压岁`},
	{dPay, `转账 转钱 转安全 汇款 汇钱 打钱 打款 付款 付钱 交钱 充钱 保证金 解冻费 手续费 垫付 充值 刷流水 贷款 共享屏幕 屏幕共享 取现 养老钱 存折 刷单 投资 提现 银行卡 链接 app 视频会议 nfc`},
	{dPay | dGave, `转出去 汇出去 转过去 汇过去 打过去 打款了 转账了 汇款了 付款了 充值了`},
	{dTold, `告诉了 告诉他 告诉她 告诉对方 告诉客服 都告诉 告诉骗子 告诉人家 告诉那 发给对方 发给他 发给她 发给客服 发给骗子 发给那 说给 报给 念给 提供给 给了 说了 发过去 报了 念了 告知了 泄露给 交给对方`},
	{dSecret, `验证码 密码 卡号 银行卡 身份证 人脸`},
	{dDemand, `要去银行 去银行取 要去取 要去汇 找我借 管我借 跟我借 让我 要我 叫我 催我 逼我 问我要 管我要 跟我要 让俺 叫俺 要俺 让额 叫额 喊我 要求我 非让我 让她转 让他转 让转账 让转 非要给 非要转 要给骗子 该不该转 劝不住 拦不住 别挂电话 不让我挂 不让挂 别挂 我配合 配合调查 要交 让交 先交 得交 需要交 需交 要先 让先 谁劝 不听劝 让继续 叫转 要求转 要求转账 要验证码 要走 让孩子 让老人 让我妈 让我爸 让俺娘 威胁 恐吓`},
	{dSwindler, `网上认识 网上的对象 网友 陌生人 不认识的人 网恋 网上那个 骗子 自称 冒充 冒名 假冒 公检法 安全账户 诈骗 假客服 假警察 假领导 假公安 裸聊 杀猪盘 诈骗团伙`},
	{dStranger, `网上贷 他 她 人家 接了个电话 打电话说 电话说 路边 客服 陌生人 陌生 对方 网友 网恋 导师 警察 民警 法院 检察 公安 说是局长 说是领导 说是公安 说是我 局长 领导 老板 加我 电话里 校园贷 那个人 平台 网上认识 网上找 司机 不认识 有人 有个人 境外 网贷 群里 老师 理财 qq 微信 接到电话 来电 中介 快递员 兼职 做任务 任务`},
	{dStake, `涉嫌 犯罪 指定账户 抓我 抓捕 安全账户 解冻费 解冻金 保证金才 自证清白 涉嫌洗钱 涉案 通缉 名下的卡 名下有 刷流水 输了银行卡 输了密码 填了银行卡 填了卡号 输了卡号 输入了银行卡 输入了密码 填了密码 输了支付密码 远程控制 资金核查 资金清查 认证金 百万保障 注销校园贷 关闭会员 会员费 贷款额度 保证金`},
	{dLure, `被盗 借钱 医保 社保 异常 快递 包裹 退款 理赔 中奖 会员 征信 逾期 航班 机票 补贴 退税 额度 积分 解冻 名下 洗钱`},
	{dHelp, `怎么办 咋办 咋弄 咋整 救命 急 求助 帮帮 报警 追回 追不追 要回来 是真的吗 真的吗 真的假的 是不是骗 是骗子吗 是骗人的吗 感觉不对 不对劲 才发现 才知道 能追 能退 劝不住 拦不住 该不该 怎么追 怕是骗子 怕是假 会不会是 哪个电话 靠谱吗 可信吗`},
	{dAsk, `是不是 要不要 能不能 该不该 会不会 是不是骗`},
	{dNow, `正在 正要 刚 刚才 刚刚 现在 还在 已经 已 马上要 准备 正按 正跟 非要`},
	{dFrame, `防 防止 谨防 预防 避免 不要 别给 别把 别信 别告诉 千万别 切勿 切莫 勿 案例 学习 学了 学会 学完 宣传 培训 讲 凡是 一律 都是 就是诈骗 就是骗 如果 假如 要是 万一 若 遇到 什么是 识别 警惕 严防 劝阻 拦截 挽回 口诀 知识 手册 反诈题 答题 推送 海报 新闻 听说 据说 名单 多少人 流程 小品 短剧 表演 台词 小心 当心 注意 教育 可恶 容易被骗 差点 幸好 险些 识破 骗局 后第一时间 被骗后 被骗率 被骗案 被骗数 被骗金额 被骗情况 发案 共计 被骗人 怎么防 如何防 提醒 哈哈 核实 前都 拨打 应该 不轻易 不转账 不汇款 不透露 凭证
		截图 查收 限额 登录 收不到 收一下 食堂 饭钱 吃饭 工资 报一下 输错 会计 签到 党费 报销 拒绝 不慌 不要慌 不点 不信 不说 过期 典型 话术 套路 口号 比赛 群众 我怕 怕被骗 挂断 挂了 没信 没上当 没给 没转 没理 骗术 怎么骗 物业费 电费 话费 水费 学费 房租 彩礼 随礼 份子 红包 网购 快递到 发票 借条 还款 工会 反诈 记住 牢记`},
	{dNever, `没 没有 未 不会 不 无 无人 没人 不能 别`},
	{dOthers, `某 谁被 谁是 是谁 有谁 谁上 有人被 有老人 有群众 有居民 有学生 邻县 外县 隔壁县 社区 村里 别人 人家 群众 客户 一位 一名 老年人 居民 哪个 多少 几个人 国家反诈中心 反诈中心 大家 各单位 各位 同志`},
	{dHarmless, `转发 转告 转达 转交 转给大家 骗我的 别骗我 你骗 转账成功 转到群 骗了谁 骗你 骗人的吧`},
}

var dangerTrie = sync.OnceValue(func() *trie {
	t := newTrie()
	for _, g := range dangerWords {
		addWords(t, g.class, g.words)
	}
	return t
})

// dangerSigns are characters without which no text is dangerous, so that
// almost all texts are passed over at once.
const dangerSigns = "骗转账汇款打码刷贷押链冻诈当招卡钱密投騙轉賬詐錢交挂敲取享充垫付控勒扣亏"

// Danger reports whether somebody says that a scam is happening to him or to
// people near him: money asked for, sent or lost, codes given away. Talk about
// scams (宣传, 案例, 防止被骗) is none. It needs no Lexicon, is asked before any
// other rule, and on a true answer comes 110 and 96110 at once.
func Danger(text string) bool {
	if !strings.ContainsAny(text, dangerSigns) {
		return false
	}
	d := readDanger(text)
	paid := d.any(dPay) || d.any(dVerb) && d.any(dMoney)
	near := d.any(dMe | dHelp | dNow)
	switch {
	case d.any(dHarmless) && !d.any(dHarm):
		return false
	case d.harmed():
		return true
	case d.framed():
		return false
	case d.any(dSwindler) && near && (paid || d.any(dGave|dDemand|dTold|dSecret)),
		d.any(dStake) && (d.any(dDemand|dGave) || d.any(dMe) && (paid || d.any(dHelp))),
		d.any(dTold) && d.any(dSecret) && near:
		return true
	}
	lost := d.any(dLost) && (d.any(dGave) || paid && d.any(dMe))
	told := d.any(dStranger|dLure) && near && (paid || d.any(dSecret)) && d.any(dDemand)
	return lost || told || near && paid && d.any(dGave) && d.any(dHelp)
}

// A dangerous text is read clause by clause.
type dangerText struct {
	clauses []class
	harms   []bool // the clause tells a harm that nothing takes back
	all     class
	runes   int
}

// readDanger gathers the classes of every clause.
func readDanger(text string) dangerText {
	rs := normalize(text).runes
	d := dangerText{runes: utf8.RuneCountInString(string(rs))}
	t := dangerTrie()
	var cur class
	// never is where the last negator ends, asked where the last 是不是 does,
	// whose 不 negates nothing.
	harm, never, asked := false, -10, -1
	flush := func() {
		d.clauses = append(d.clauses, cur)
		d.harms = append(d.harms, harm)
		d.all |= cur
		cur, harm, never = 0, false, -10
	}
	for i, r := range rs {
		if strings.ContainsRune(",。!?;\n ", r) {
			flush()
			continue
		}
		before, here := never, class(0)
		t.each(rs, i, func(n int, w *word) {
			if here |= w.class; w.class&dHarm != 0 {
				here &^= dFrame // 遇到骗子了 is more than 遇到
			}
			switch {
			case w.class&dHarm != 0 && i-before > 4:
				harm = true
			case w.class&dNever != 0 && i > asked:
				never = max(never, i+n-1)
			case w.class&dAsk != 0:
				asked = i + n - 1
			}
		})
		cur |= here
	}
	flush()
	return d
}

func (d dangerText) any(c class) bool { return d.all&c != 0 }

// framed reports whether the text speaks about danger from outside.
func (d dangerText) framed() bool {
	return d.any(dFrame|dOthers) && !d.any(dHelp) || d.any(dFrame) && !d.any(dMe)
}

// harmed reports whether a clause tells that the speaker, or somebody near,
// has been cheated.
func (d dangerText) harmed() bool {
	for i, c := range d.clauses {
		if !d.harms[i] || c&(dFrame|dOthers) != 0 && c&dHelp == 0 {
			continue
		}
		if c&dFrame != 0 && d.all&dMe == 0 {
			continue
		}
		before := class(0)
		if i > 0 {
			before = d.clauses[i-1]
		}
		if (c|before)&(dMe|dNow) != 0 && before&(dFrame|dOthers) == 0 || d.any(dHelp) && !d.framed() || d.runes <= 5 || c&dMe != 0 || c&dMoney != 0 && !d.framed() {
			return true
		}
	}
	return false
}
