package chat

import (
	"slices"
	"strings"
	"sync"
)

// plainDanger is the score from which on a text is danger however ordinary its words.
const plainDanger = 2.5

// Classes of the words of everyday: what is bought, paid, charged, handed in.
const (
	oGoods    class = 1 << iota // 横幅, 化肥: bought by an office or a household
	oCame                       // 送来了, 发票, 查收: what was paid for is there
	oBill                       // 房贷, 电费: paid month by month
	oDebit                      // 扣款, 还了
	oCard                       // 加油卡, 饭卡: filled by whom it belongs to
	oFill                       // 充了
	oPaper                      // 材料, 台账: an office's papers
	oCry                        // 救命, 急, 四点前: cries that papers give rise to
	oBoss                       // 主任, 钱局长: who asks for papers
	oMeet                       // 会议, 课件, 办公电脑
	oShare                      // 屏幕共享, 远程
	oBroke                      // 吃土: jokes about having no money
	oEmpty                      // 钱没了, 骗子: what such jokes are made of
	oAsked                      // 我妈让我: somebody known asks
	oFavour                     // 买菜, 充话费
	oBank                       // 在银行, 柜台
	oShop                       // 网上买的, 老板: from whom one buys
	oErrand                     // 排队, 转存, 给单位
	oFee                        // 停车费, 学费: what everybody pays now and then
	oPaid                       // 付了, 交
	oHow                        // 扫码, 把钱取出来, 能报销不: how one pays, and what for it is told
	oLost                       // 快递丢了
	oMadeGood                   // 赔了, 补发
	oSeller                     // 商家, 平台: who makes it good
	oHired                      // 婚庆, 搬家公司: who is hired for a day
	oSettled                    // 谈妥, 订好了
	oDeposit                    // 定金, 尾款
	oEntered                    // 登记, 报名: where one's name is taken down
	oLeak                       // 会不会, 泄露
	oOwn                        // 手机号, 身份证, 卡
	oPurse                      // 卡里的钱
	oEnough                     // 够不够, 能买药
	oLeft                       // 落, 忘在
	oWhere                      // 取款机, 抽屉
	oBenefit                    // 低保, 残疾补贴
	oHanded                     // 打过去了, 拨下去了
)

// ordinaryWords are the words of each class, written like dangerWords.
var ordinaryWords = []struct {
	class class
	words string
}{
	{oGoods, `化肥 种子 农药 地膜 饲料 煤 煤款 砂石 水泥 打印纸 复印纸 纸 墨盒 硒鼓 打印机 复印机 办公用品 横幅 条幅 展架 展板 传单 折页 彩页 单页 手册 海报 宣传品 宣传单 宣传册 印刷品 标语 喇叭 音响 话筒 桌椅 桌子 椅子 空调 矿泉水 米面 大米 面粉 蔬菜 水果 苹果 玉米 土豆 茶叶 衣服 鞋 雨鞋 羽绒服 家具 灯泡 轮胎 盒饭 血压计 奶粉 尿不湿 书包 大巴 大巴车 包车 车费 印刷费 设计费 制作费 讲课费 场地费 印刷 货 货款`},
	{oCame, `到了 到货 到货了 送来 送来了 送到 送到了 运来 运来了 拉来 拉来了 拉回来 装上货 装上货了 装好 装好了 装车 安装好 做好 做好了 印好 印好了 印完 来取 来拿 来领 发货 发货了 发出来了 明天到 今天到 后天到 明儿到 票在 发票 开票 收据 入账 入账了 报销 验收 盘点 入库 查收 请查收 发货单 出库单 签收了 卸货 卸完 司机`},
	{oBill, `房贷 车贷 按揭 月供 话费 电费 水费 燃气费 暖气费 取暖费 物业费 宽带 宽带费 月租 社保 医保 养老保险 公积金 个税 个人所得税 年金 信用卡 信用卡账单 账单 会费 党费 停车费 房租 学费 保费 工资条`},
	{oDebit, `扣款 扣钱 扣了 扣咧 扣掉 扣 代扣 自动扣 自动扣款 还款 还款日 还完 还了 还清 交了 缴了 先存上 先存够 先存钱 存够 留够`},
	{oCard, `加油卡 油卡 饭卡 食堂卡 公交卡 电卡 水卡 燃气卡 气卡 校园卡 一卡通 洗车卡 etc etc卡 etc里 话费 电费 水费 燃气费 宽带`},
	{oFill, `充 充了 充值 充值了 充上 充好 充完 续费 续上 加了`},
	{oPaper, `材料 表格 表 台账 总结 汇报 汇报稿 讲话稿 发言稿 稿子 ppt 方案 简报 信息 数据 文件 通知 照片 签到表 报表 报告 名单 档案 系统 模板 考核表 检查 督查 调研 讲座 标题`},
	{oCry, `救命 救救 救救我 急 急急 急急急 急用 十万火急 求助 求求 求求了 完了 要命 现在就要 马上要 马上得交 今晚就要 今天得交 今天必须交 明天就要 催 催了 催着 催得紧 老催 一直催 催命 点前 小时内 分钟内 今天必须 下班前 快来人 快来 快帮 帮帮 急死 愁死 疯了 怎么办 咋办 哭`},
	{oBoss, `领导 主任 局长 书记 院长 校长 部长 镇长 乡长 科长 所长 股长 站长 行长 县长 办公室 股室 财政 钱/马/张/王/李/刘/赵/孙/周/吴/陈/杨/郭/高×主任/局长/局/书记/科长/所长/股长/站长/部长/镇长/乡长/院长/校长/行长/科/所/部/老师 领导/主任/局长/局/书记/科长/所长/股长/站长/部长/镇长/乡长/院长/校长/行长/办公室×让我/叫我/要我/让俺/叫俺/让额/让我们/叫我们`},
	{oMeet, `会议 会议室 会上 开会 例会 培训 讲师 讲课 上课 课件 ppt 课件打开了 课件打开 ppt打开了 投影 大屏 演示 办公 办公室 办公电脑 单位电脑 机房 信息中心 网络中心 主持人 腾讯会议 视频会 视频会议`},
	{oShare, `共享屏幕 屏幕共享 共享了屏幕 开共享 屏幕 共享 卡住 远程 远程控制 远程操作 远程协助 远程桌面 远程办公 远程会议`},
	{oBroke, `吃土 喝西北风 哭着走 哭着回去 月光 月光族 剁手 比脸干净 比脸都干净 叮当响 嫌弃 嫌我穷 穷 穷得 穷死 花光了 到手就没 没得骗 骗不到 骗啥 骗个啥 骗个寂寞 白跑一趟 转点 捐点 倒贴`},
	{oEmpty, `钱没了 钱全没了 没钱 没钱了 卡里没钱 卡里没钱了 兜里没钱 兜里没钱了 钱包 光了 没了 骗子 诈骗的 花呗 白条 余额 哭`},
	{oAsked, `妈/我妈/爸/我爸/娘/俺娘/爹/俺爹/媳妇/我媳妇/婆姨/老婆/我老婆/老公/我老公/掌柜的/大姨/我姨/二姨/姑/我姑/叔/我叔/舅/我舅/姐/我姐/哥/我哥/弟/我弟/妹/我妹/婆婆/我婆婆/公公/丈母娘/岳母/奶奶/我奶奶/爷爷/我爷爷/姥姥/闺女/我闺女/儿子/我儿子/孩子×让我/叫我/要我/喊我/催我/让俺/叫俺/让额/叫额`},
	{oFavour, `买菜 买药 网上买药 网上买 买东西 买盐 买米 买面 买肉 买馍 买衣服 买鞋 充话费 交电费 交水费 交话费 交工资 交奖金 奖金上交 工资上交 接孩子 接娃 取快递 做饭 带饭 捎`},
	{oBank, `银行 在银行 去银行 到银行 信用社 农商行 邮局 去邮局 邮储 柜台 在柜台 营业厅`},
	{oShop, `网上买 网上买的 网上订 网上订的 网购 网购的 淘宝 拼多多 京东 团的 老板, 店家 卖家 卖货的 厂家 师傅 定金 订金 押金`},
	{oErrand, `排队 排号 叫号 转存 续存 存定期 办卡 换卡 换折 换存折 单位交款 给单位 单位交 对公 对公转账 对公业务 取报纸 取回单 对账单 送通知 送材料 送传单 请假 半天假 晚到 晚点到 签到 补签`},
	{oFee, `停车 停车费 过路费 高速费 油费 加油费 打车费 车票钱 住宿费 房费 餐费 饭钱 饭费 伙食费 打印费 复印费 快递费 邮费 电费 水费 燃气费 气费 暖气费 取暖费 物业费 卫生费 宽带 宽带费 网费 话费 电话费 医保 社保 合作医疗 养老保险 党费 会费 工会费 学费 书本费 校服费 车险 罚款`},
	{oPaid, `付 付了 付过 付完 付的 刷卡付 刷卡付了 交 交了 交过 交完 交上 缴 缴了 缴过 缴完 垫付 垫付了 垫了 先付 先付了 先垫 先垫了 垫付的 先交 已付 已交 已缴`},
	{oHow, `扫码 扫码付 扫码付了 扫码交 扫码交了 扫码缴 扫的 扫了 微信 微信付 微信交 支付宝 手机上 手机上交 手机交 刷卡 现金 把钱取出来 取出来 取出来交 取了钱 取了 取钱 钱 能报销 能报销不 能报销吗 能报不 能报吗 能不能报 能不能报销 能报 报销不 报销吗 报不报 给报不 给报吗 找谁报 找谁报销 咋报 怎么报 发票 开票 票 收据 贴票`},
	{oLost, `快递/包裹/件/货/东西/锅/碗/杯子/手机壳/衣服/鞋/鞋子/水果/苹果/鸡蛋×丢了/丢了个/丢失/丢失了/弄丢了/寄丢了/丢件/坏了/摔坏了/碎了/寄来碎了/烂了/破了/压坏了/不合适/不合脚/有毛病 丢件 少发了 发错货 发错了 退货`},
	{oMadeGood, `赔了 赔过 赔过了 赔完 赔完了 已赔 已赔付 赔付了 理赔了 赔给我了 赔给我 赔我了 照价赔 照价赔了 按价赔了 按平台赔 按平台赔了 按原价赔 按原价赔了 给赔了 退了 给退了 全额退 全额退了 已经退 退款了 退款到账 退款到账了 退款已到账 退款已经到账 补发 补发了 重发了 重新发 重新发了 换了新的`},
	{oSeller, `人家 商家 卖家 店家 店里 平台 按平台 客服 快递公司 快递员 驿站 快递站 申通 圆通 中通 韵达 顺丰 邮政`},
	{oHired, `婚庆 婚车 婚纱 婚纱照 影楼 司仪 摄像 跟拍 化妆 酒席 席面 喜宴 饭店 酒店 民宿 装修 装修队 装修公司 搬家 搬家公司 月嫂 保姆 保洁 家政 钟点工 驾校 挖机 吊车 彩钢瓦 门窗 场地 包车`},
	{oSettled, `谈妥 谈妥了 谈好 谈好了 谈好价 谈定了 网上谈妥 网上谈妥了 网上谈好 网上谈好了 说好 说好了 说妥了 定好 定好了 定下来 定下来了 订好 订好了 订了 网上订了 约好 约好了 网上约好 网上约好了 签了合同 合同签了 租好 租好了 报上名了 找了 找好了`},
	{oDeposit, `定金/订金/押金/首款/尾款/房费/钱/头款/学费/全款×付/付了/也付了/都付了/已付/已经付了/付过了/交了/也交了/都交了/已交/给了/也给了 定金 订金 尾款 首款 再付 拍完再付 那边说好 我对象 在网上 网上`},
	{oEntered, `登记 签到 报名 填表 填这个 填写 接龙 录入 写真名 实名 名单 花名册 机器人 小助手 问卷`},
	{oLeak, `会不会/会×泄露/泄漏/外泄/外传/传出去/泄露出去/露出去 会不会/会/不会/怕×把我/把我的/把我们/把俺/把额/把 泄露 泄漏 泄露出去 泄漏出去 外泄 外传 传出去 会不会`},
	{oOwn, `我手机号 我的手机号 手机号 手机号码 电话 我电话 电话号码 身份证 身份证号 我身份证 我的身份证 信息 个人信息 名字 住址 银行卡 社保卡 医保卡 工资卡 卡 手机 钱包 u盾 存折 钥匙 密码本 复印件`},
	{oPurse, `卡里的钱 卡里钱 卡上的钱 卡上钱 社保卡里的钱 医保卡里的钱 饭卡里的钱 工资卡里的钱 卡里余额 余额 折子上的钱`},
	{oEnough, `够 够不够 够不 够吗 不够 不够了 不多 不多了 是不是够 能不能够 能买药 能买药不 能买药吗 能取不 能用不 能不能用 能不能买药`},
	{oLeft, `落 落在 落到 落了 忘 忘在 忘了 忘带 忘带了 丢在 搁在 放在 没带 卡落 卡忘 卡丢`},
	{oWhere, `取款机 取款机里 柜员机 atm 银行 银行里 大厅 柜台上 办公室 家 家里 车上 食堂 抽屉 财务室 打印机 会议室 宿舍 医院 银行帮我 收着`},
	{oBenefit, `低保 低保钱 低保金 五保 高龄补贴 高龄津贴 残疾补贴 残疾人补贴 养老金 粮补 粮补钱 粮食补贴 耕地补贴 退耕还林 救助款 临时救助 救助金 抚恤金 助学金 补助 补助款 公益岗工资 工资 奖补`},
	{oHanded, `打过去 打过去了 打到卡上 打到卡上了 打到卡里 打卡里 打卡里了 打到折子 打到折子上 打到折子上了 打下去了 拨下去 拨下去了 拨过去了 发下去了 发到卡上 发到卡上了 打给学校 已经打 打给老人`},
}

// adverse are what no ordinary matter is told with: who asks is a stranger, what was
// paid for is not there, or the writer wonders.
const adverse = `本人说 没借 没说 没让 没这 没操作 没办 没弄 没干 没动 没开 没买 没点 没打开 啥也没 什么也没 假 退款 退不 不退 不给退 不对 找不到 找不着 联系不 没人 空的 空盒 空箱 空号 不见 拦 追回 追得 报警 报案 派出所 公安 民警 警官 警察 检察 法官 专案 通管 消防 部队 关机 打不通 拉黑 后悔 能不能 要不要 会不会 是不是 作废 无效 是ps p的 全是 都是 旧的 坏的 才发现 才知道 突然 莫名 不知道 陌生 网友 客服 对方 对面 那头 那边 那人 人家 平台 导师 老乡 中奖 抽中 补贴 返 提现 刷单 任务 流水 解冻 冻结 保证金 手续费 交税 缴税 会议软件 下载 下了 验证码 密码 卡号 身份证 人脸 刷脸 链接 微信 qq 加我 低价 便宜 打折 打开是 拆开 一看 结果 就没信 用不了 不能用 到账 又要交 又要我 又要钱 又要付 又让 还要 再交 再付 再转 再打 再充 不认识 汇 取钱 取现 现金 转给他 转给她 打给 手机 电话 挂 视频里 劝 威胁 抓 贷款 借钱 周转 投资 理财 黄金 链 扫码 扫了 丢了 偷`

// ordinary is one kind of everyday matter: the classes whose words must stand in a text,
// in one clause or anywhere, and those that explain away signs of danger.
type ordinary struct {
	name     string // Chinese
	needs    []class
	clause   bool   // the needs stand in one clause
	explains class  // their words are no signs
	without  class  // signs, beside the grave, that must not be left
	allows   string // of the adverse words, those that belong to it
}

// grave are the signs that an ordinary matter has no use for.
const grave = sHarm | sWindler | sStake | sLoss | sPress | sDoubt | sDemand | sSecret | sStrange

// aside are the signs of anything else that came or failed to come of it.
const aside = sNot | sChannel

// ordinaries are the everyday matters that are told in the words of a scam.
var ordinaries = []ordinary{
	{name: "买的东西到了", needs: []class{oGoods, oCame}, explains: oGoods | oCame | oShop},
	{name: "按月扣的钱", needs: []class{oBill, oDebit}, clause: true, explains: oBill | oDebit},
	{name: "给自己的卡充钱", needs: []class{oCard, oFill}, clause: true, explains: oCard | oFill | oAsked},
	{name: "急的是材料", needs: []class{oPaper, oCry}, explains: oPaper | oCry | oBoss, without: sMoney | sKin},
	{name: "领导要材料", needs: []class{oPaper, oBoss}, explains: oPaper | oCry | oBoss, without: sMoney | sKin},
	{name: "会上共享屏幕", needs: []class{oMeet, oShare}, explains: oMeet | oShare, without: sMoney | sKin | sDid},
	{name: "拿没钱说笑", needs: []class{oBroke}, explains: oBroke | oEmpty, without: sMoney | sDid},
	{name: "家里人托的小事", needs: []class{oAsked, oFavour}, clause: true, explains: oAsked | oFavour},
	{name: "去银行办事", needs: []class{oBank, oErrand}, explains: oBank | oErrand, without: sStrange},
	{name: "自己交的费", needs: []class{oFee, oPaid}, clause: true, explains: oFee | oPaid | oHow, without: aside | sAbout, allows: "扫码 扫了 微信 手机 能不能 取钱 取现 现金"},
	{name: "丢了的赔了", needs: []class{oLost, oMadeGood}, explains: oLost | oMadeGood | oSeller | oShop, without: aside | sDid | sAbout, allows: "人家 平台 客服 退款 丢了 到账 手机"},
	{name: "谈妥的活儿", needs: []class{oHired, oSettled}, explains: oHired | oSettled | oDeposit, without: aside | sAbout, allows: "那边"},
	{name: "问会不会泄露", needs: []class{oEntered, oLeak}, clause: true, explains: oEntered | oLeak | oOwn, without: aside | sDid | sAbout | sMoney, allows: "会不会 手机 电话 身份证"},
	{name: "卡里够不够", needs: []class{oPurse, oEnough}, clause: true, explains: oPurse | oEnough | oFee | oPaid, without: aside | sDid | sAbout, allows: "是不是 能不能"},
	{name: "东西落下了", needs: []class{oOwn, oLeft}, clause: true, explains: oOwn | oLeft | oWhere, without: aside | sDid | sAbout | sMoney, allows: "手机 身份证"},
	{name: "补贴发下去了", needs: []class{oBenefit, oHanded}, clause: true, explains: oBenefit | oHanded, without: aside | sAbout | sMe | sKin | sMoney, allows: "补贴"},
}

// everyday names the ordinary matter that text tells of in words of danger, or "". The
// model knows words and not how they hang together: it takes what was bought and came
// for what was lured out of somebody, and a cry over papers for one for help.
func everyday(text []rune) string {
	s, adverse := string(text), []string(nil)
	for _, w := range adverseWords() {
		if strings.Contains(s, w) {
			adverse = append(adverse, w)
		}
	}
	found := wordsIn(ordinaryTrie(), text)
	for _, o := range ordinaries {
		if o.bears(adverse) && o.needed(text, found) && o.left(text, found)&(grave|o.without) == 0 {
			return o.name
		}
	}
	return ""
}

// A found is a word of one of the classes at its place.
type found struct {
	class  class
	lo, hi int
}

// wordsIn returns all words of t in text; they may overlap.
func wordsIn(t *trie, text []rune) []found {
	var out []found
	for i := range text {
		t.each(text, i, func(n int, w *word) { out = append(out, found{w.class, i, i + n}) })
	}
	return out
}

// needed reports whether the words that o needs stand in text.
func (o *ordinary) needed(text []rune, all []found) bool {
	for _, first := range all {
		if first.class&o.needs[0] == 0 {
			continue
		}
		if len(o.needs) == 1 || slices.ContainsFunc(all, func(f found) bool {
			return f.class&o.needs[1] != 0 && (f.lo >= first.hi || f.hi <= first.lo) && (!o.clause || oneClause(text, first, f))
		}) {
			return true
		}
	}
	return false
}

// oneClause reports whether no stop parts the two words.
func oneClause(text []rune, a, b found) bool {
	return !slices.ContainsFunc(text[min(a.hi, b.hi):max(a.lo, b.lo)], isStop)
}

// bears reports whether o is told with all these adverse words.
func (o *ordinary) bears(adverse []string) bool {
	return !slices.ContainsFunc(adverse, func(w string) bool { return !containsWord(o.allows, w) })
}

// left are the signs of danger in text but for those of the words that o explains.
func (o *ordinary) left(text []rune, all []found) class {
	return unexplained(text, func(lo, hi int, _ class) bool {
		return slices.ContainsFunc(all, func(f found) bool { return f.class&o.explains != 0 && f.lo < hi && lo < f.hi })
	})
}

// unexplained are the signs of danger in text but for those of the words, from lo to
// hi, that are explained.
func unexplained(text []rune, explained func(lo, hi int, sign class) bool) (signs class) {
	t := dangerTrie()
	for i := 0; i < len(text); {
		n, sign := 1, class(0)
		t.each(text, i, func(length int, w *word) { n, sign = length, w.class })
		if sign != 0 && !explained(i, i+n, sign) {
			signs |= sign
		}
		if end, money := amount(text, i); money && sign == 0 {
			signs |= sMoney
			n = end - i
		}
		i += n
	}
	return signs
}

var adverseWords = sync.OnceValue(func() []string { return strings.Fields(adverse) })

// ordinaryTrie holds ordinaryWords.
var ordinaryTrie = sync.OnceValue(func() *trie {
	t := newTrie()
	for _, g := range ordinaryWords {
		addProducts(t, g.class, g.words)
	}
	return t
})
