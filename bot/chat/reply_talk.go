package chat

import (
	"slices"
	"strings"
)

// ad: our own words used to sell something. Money, prizes or a link void a
// check-in, even with a unit's name.
func (r *reply) ad() bool {
	hard, soft := 0, 0
	if r.streak() {
		hard++
	}
	for i, t := range r.toks {
		switch {
		case t.is(cLink) && containsWord("链接 网址 二维码 小程序", t.text) && r.asked():
			// 签到是打字还是点链接
		case t.is(cLink) && hasWord(r.text, "不点 不扫 不碰 不信 别点 别扫 莫点 勿点 不乱点 不要点 不轻信 不随便"):
			// 不明链接不点，签到
		case t.is(cAd) && i+1 < len(r.toks) && (r.toks[i+1].is(cDeptEnd) || containsWord("经理 专员 部 中心 班 岗", r.toks[i+1].text)):
			// 工行理财室, 贷款科: where one works
		case t.is(cLink) && r.byMeans():
			// 长按二维码签到
		case t.is(cLink) && (r.has(cCantTail) || hasWord(runText(r.toks[max(0, i-5):i]), "没找 找不 没看 看不 没见 没收 没瞧 没瞅 么看 么见 么找 么瞧 么瞅")):
			// 链接打不开，签不了到
		case r.priced(i), r.begs(i):
			hard += 2
		case t.is(cLink), i > 0 && r.rewarded(i) && !t.is(cFill) && (strings.ContainsAny(t.text[:min(3, len(t.text))], "送领赢抽享返兑赚奖攒换") || r.earns(i)):
			hard++
		case t.is(cAd) && (t.is(cTopic) || i > 0 && r.toks[i-1].is(cNot)):
			// 没流量
		case containsWord("流量 话费 宽带 套餐", t.text) && (r.has(cCantTail|cNot) || hasWord(r.text, "流量用完 流量没 流量不 流量超 流量快 话费用完 话费没 话费不")):
			// 流量用完了签不了
		case t.is(cAd) && !containsWord("领 送 会员 私聊 转让 点击 扫码 入群 进群 充值 办理 名额 浇水", t.text):
			hard++
		case t.is(cAd):
			soft++
		}
	}
	if r.canvasses() {
		return r.say(Ad, No, "")
	}
	if hard == 1 && soft == 0 && r.inPassing() {
		return false
	}
	if hard == 0 || r.term("hold") || r.term("install") && !r.has(cCheck) {
		return false
	}
	suspicious := r.suspicious() && !r.solicits()
	if hard+soft >= 2 && !suspicious || hard > 0 && r.term("share") && !suspicious || r.has(cCheck|cPunch|cSign) && !suspicious {
		return r.say(Ad, No, "")
	}
	return false
}

// rewarded reports that what stands at token i is what checking in brings: 签到送,
// 签到就送, 打卡即可领.
func (r *reply) rewarded(i int) bool {
	for i--; i > 0 && containsWord("就 即 即可 可 能 还 还能 立 都 均 有", r.toks[i].text); i-- {
	}
	return r.toks[i].is(cCheck | cPunch)
}

// earns reports 签到得小豆, 签到打八折, 签到立减: what token i says that checking in brings
// ([reply.rewarded]), in goods or off the price. 签到得早 says when it was done.
func (r *reply) earns(i int) bool {
	if r.toks[i].is(cSep) || r.has(cI) {
		return false
	}
	what := runText(r.toks[i:min(i+5, len(r.toks))])
	if rest, ok := strings.CutPrefix(what, "得"); ok {
		return rest != "" && !startsWith(rest, strings.Fields("嘞 咧 啦 啊 劲 早 晚 迟 快 慢 巧 好 很 太 不 有 挺 真 最 比 勤 挺 了 到 上 起 及 准 齐 过 住 着 完 多 少 没 要 去 来 先 赶 带 用 写 本 亲 等 补 签 按 提 在 由 跟 让 每 都")...)
	}
	if rest, ok := strings.CutPrefix(what, "打"); ok {
		return strings.Contains(rest, "折")
	}
	return startsWith(what, "立减", "减免", "半价", "折上", "白得", "白拿", "抵现", "抵扣", "翻倍", "加倍", "瓜分", "拿豆", "拿礼", "拿奖", "拿券")
}

// streak reports 连续签到7天送 …: a prize for coming back.
func (r *reply) streak() bool {
	for k, t := range r.toks {
		if t.is(cCheck|cPunch) && k+2 < len(r.toks) && r.toks[k+1].is(cNum) && r.toks[k+1].num > 1 && r.toks[k+2].text == "天" && !r.has(cI|cName|cWe) && !r.asked() && hasWord(runText(r.toks[k+3:]), "领 送 换 返 兑 免 赢 抽 退 白拿 白得 到手 拿走") {
			return true // 签到三天领洗衣粉
		}
	}
	if r.has(cI|cName|cWe) || !hasWord(r.text, "连续签到 累计签到 签到满 打卡满 连续打卡 累计打卡 签满 每日签到 每天签到 天天签到") || r.asked() {
		return false
	}
	return hasWord(r.text, "送 得 领 免 兑 换 奖 赢 返 抽 退")
}

// canvasses reports 给我侄女点个赞呗, 麻烦给我儿子投个票: a favour that has nothing to
// do with the office.
func (r *reply) canvasses() bool {
	return r.marked(mFavour) && hasWord(r.text, "帮 给 麻烦 求 拜托 劳驾") &&
		(r.term("kin") || hasWord(r.text, "我家 俺家 孩子 娃 闺女 女儿 儿子 侄 外甥 作品 号选手 集够 集赞 集满 一刀 砍价 砍一下 助力")) && !r.asked() && !r.suspicious()
}

// priced reports a price at token i: 两块一斤, 9.9元一箱.
func (r *reply) priced(i int) bool {
	if i+3 >= len(r.toks) || !r.toks[i].is(cNum) || !containsWord("块 元 毛 块钱 角", r.toks[i+1].text) {
		return false
	}
	after := runText(r.toks[i+2 : i+4])
	return strings.ContainsAny(after, "斤箱盒袋件只桶") && strings.ContainsAny(after, "一/每")
}

// begs reports what sells by its first word (转让门面房), or asks for a click
// (帮我点一下助力).
func (r *reply) begs(i int) bool {
	t := r.toks[i]
	return i == 0 && containsWord("招 收购 转让 出租 出售 求租 招聘 招工 急聘 拼单 求购 低价 诚招 高薪 专业 代办 急转", t.text) ||
		i > 0 && r.marked(mClick) && containsWord(clickWords, t.text) && anyText(r.toks[:i], "帮 帮我 帮忙 帮帮")
}

// suspicious reports whether the speaker tells of something that he doubts.
func (r *reply) suspicious() bool { return r.marked(mDoubted) || touted(r.text) }

// solicits reports 加我微信 of the writer's own: nobody is said to have asked it.
func (r *reply) solicits() bool {
	before, _, ok := strings.Cut(r.text, "加我微信")
	return ok && !hasWord(before, "人 让 要 叫 说 他 她 对方 客服 老师 谁 这 那 陌生 自称") && !r.asked()
}

// clue: a suspicious number, address, app or account.
func (r *reply) clue() bool {
	text := r.text
	bare := len(r.clauses) > 0 && r.only(cLatin|cLink|cNum|cDate) && (r.has(cLink) || startsWith(text, "00", "+"))
	if !r.suspicious() && !bare || r.clean(cCheck|cLate) || r.has(cCheck|cLate) {
		return false
	}
	kind := clueKind(text)
	if bare && text != "+1" {
		r.out.Value = text
	}
	if kind == "" || text == "+1" || kind == "message" && r.asked() && len(r.n.runes) <= 8 {
		return false
	}
	r.out.Kind, r.out.Topic = kind, topicOf(text)
	return r.say(Clue, No, "")
}

// clueKind names what text is suspicious of: url, app, account, phone, message.
func clueKind(text string) string {
	if hasWord(text, "app 软件 安装包") && !hasWord(text, "http www 链接 网址 网站") {
		return "app" // whatever code it is fetched by
	}
	kinds := []struct{ kind, words string }{
		{"url", "链接 网址 网站 http www .com .cn 二维码 扫码"}, {"app", "app 软件 下载 安装包"},
		{"account", "微信 qq 好友 账号 抖音 银行卡 公众号"}, {"phone", "号码 电话 来电 打来 手机号 陌生号 +852 +86 00 96"},
		{"message", "短信 邮件 信息 消息 卡片 刮刮卡"}, {"account", "群"},
	}
	for _, k := range kinds {
		if slices.ContainsFunc(strings.Fields(k.words), func(w string) bool { return strings.Contains(text, w) }) {
			return k.kind
		}
	}
	return ""
}

// quiz: answers to questions: 对错对, ABC, 1A 2B.
func (r *reply) quiz() bool {
	var answers []string
	letters := false
	for _, c := range r.n.runes {
		switch {
		case c == '对' || c == '√' || c == '✓' || c == '✔':
			answers = append(answers, "T")
		case c == '错' || c == '×' || c == '✗' || c == '❌':
			answers = append(answers, "F")
		case c >= 'a' && c <= 'd':
			answers = append(answers, strings.ToUpper(string(c)))
			letters = true
		case strings.ContainsRune(" ,、。.;:\n第题选是答案我()一二三四五六七八九十", c) || isDigit(c):
		default:
			return false
		}
	}
	if len(answers) == 0 || len(answers) == 1 && !letters && len(r.n.runes) < 2 || len(answers) == 1 && !letters && !strings.Contains(r.text, "题") {
		return false
	}
	r.out.Answers = answers
	return r.say(Quiz, No, "")
}

// test: somebody tries whether the bot is there.
func (r *reply) test() bool {
	if r.trial() {
		return r.say(Test, No, "")
	}
	first := len(r.toks) > 0 && r.toks[0].val == "test" && !r.has(cCheck|cI)
	if !(r.term("test") || r.term("ping") && len(r.names) == 0) || len(r.n.runes) > 10 && !first {
		return false
	}
	return r.say(Test, No, "")
}

// statusQuery: asks for figures.
func (r *reply) statusQuery() bool {
	asked := slices.ContainsFunc(r.clauses, func(c clause) bool {
		return slices.ContainsFunc(c.toks, func(t token) bool {
			if strings.HasSuffix(t.text, "率") && r.has(cNum) && !r.asked() && strings.Contains(r.text, "%") {
				return false // 参学率100%: told, not asked
			}
			return t.val == "stat" && (t.text != "统计" || !r.done()) // 签到，辛苦统计
		})
	})
	if r.heard() || r.asksLimit() || r.remaining() || hasWord(r.text, "是按 算的吗 怎么算 咋算") {
		return false
	}
	if r.wantsFigures() {
		r.month()
		r.out.Month = r.currentMonth()
		return r.say(StatusQuery, No, "")
	}
	asked = asked || r.asksNumber()
	if !asked || r.has(cExpect|cActual) && r.has(cNum) || r.has(cUrge|cName) && !r.asked() {
		return false
	}
	r.month()
	r.out.Month = r.currentMonth()
	return r.say(StatusQuery, No, "")
}

func hasAny(toks []token, words ...string) bool {
	for i := range toks {
		if slices.Contains(words, toks[i].text) {
			return true
		}
	}
	return false
}

// asksNumber reports 实到多少, 应到几个.
func (r *reply) asksNumber() bool {
	for k, t := range r.toks {
		if t.is(cExpect|cActual) && k+1 < len(r.toks) && containsWord("多少 几 几个 几人 多少人 是多少 哪些", r.toks[k+1].text) {
			return true
		}
	}
	return false
}

// inPassing reports 停电了用流量看的，签到 and 签到，刚劝住一个大爷办卡: the only word that could sell
// stands in another clause than his check-in, and nobody is to come, to scan or to get
// anything.
func (r *reply) inPassing() bool {
	const everyday = "流量 链接 直播间 办卡 话费 宽带 套餐 网址 小程序"
	word := slices.IndexFunc(r.toks, func(t token) bool { return t.is(cAd|cLink) && !t.is(cFill) })
	if word < 0 || startsWith(r.text, "点", "打开", "复制", "长按") || hasWord(r.text, "间见 不见不散") || !containsWord(everyday, r.toks[word].text) || r.has(cYou|cOthers|cUrge) || hasWord(r.text, "扫 领 送 免费 优惠 加微 加我 进群 红包 奖 元 抽 赢 返 折 价 点我 戳") {
		return false
	}
	return r.anyGood(cCheck, func(a act) bool { return !a.odd && !a.vague && !r.clauses[a.clause].any(cAd|cLink) })
}

// plainFirst reports 签到，另外谁把会议室钥匙拿走了: he checks in, and asks something that
// has nothing to do with whether it holds.
func (r *reply) plainFirst() bool {
	if len(r.clauses) < 2 {
		return false
	}
	first := r.clauses[0].toks
	if r.clauses[0].end == '?' || !r.anyGood(cCheck, func(a act) bool { return a.clause == 0 && !a.odd && !a.vague }) || slices.ContainsFunc(first, func(t token) bool { return !t.is(cCheck | cName | cUnit | cDeptEnd | cParticle | cEmote | cI) }) {
		return false
	}
	rest := r.text[strings.Index(r.text, last(first).text)+len(last(first).text):]
	return hasWord(rest, "另外 顺便 请问 再问 想问 对了 问一下 问一句 问下") && !hasWord(rest, "签 算 行吗 行不 对吗 对不 成功 可以吗 收到没 到了没 看到 是不是 打卡")
}

// question: asks how, where, whether.
func (r *reply) question() bool {
	if r.plainFirst() {
		return false
	}
	if hasWord(r.text, "几楼 几层 几号楼 几号会议室 几号桌") && r.has(cCheck) && !r.has(cName|cSay) && !r.done() {
		return r.say(Asking, No, "") // 培训在几楼签到
	}
	if _, choice, ok := strings.Cut(r.text, "到底"); ok {
		if _, other, ok := strings.Cut(choice, "还是"); ok && hasWord(other, "签 打卡 收到 发 回") {
			return r.say(Asking, No, "") // 到底发“签到”还是发“收到”
		}
	}
	if r.asksAway() {
		return false // 能不能请个假，孩子病了
	}
	if r.elsewhereAsked() {
		return r.say(Chitchat, No, "")
	}
	if r.asksLimit() {
		return r.say(Asking, No, "")
	}
	if r.asksBusiness() {
		return r.say(Asking, No, "")
	}
	about := deeds&^cHere | cMakeUp | cLeave | cReason | cCheckNoun
	for i, c := range r.clauses {
		if c.any(cCheckNoun) && hasAny(c.toks, "发一下", "发下", "发个", "给我") || c.any(cCheckNoun|cLink) && hasWord(runText(c.toks), "发一下 发下 发一遍 发一次") && !c.any(cI) {
			return r.say(Asking, No, "") // asks for the link, the form
		}
		if !asks(c, -1) || r.asksOfOthers(c) {
			continue
		}
		if r.term("thing") && !r.has(cCheck|cSign) {
			return r.say(Chitchat, No, "") // 打卡机修好了没
		}
		fill := slices.ContainsFunc(c.toks, func(t token) bool { return t.val == "fill" })
		switch {
		case c.any(about) && !r.doneElsewhere(i), c.any(cLateCause) && strings.Contains(r.text, "签") && !r.doneElsewhere(i), fill && !c.any(cOther&^cTerm|cUnknown):
		case i > 0 && r.clauses[i-1].any(about) && onlyAsking(c), r.n.quoted && onlyAsking(c):
		case r.term("add") && hasAny(c.toks, "怎么", "咋", "如何"), c.any(cAsk) && (hasAny(c.toks, "接龙") || hasWord(runText(c.toks), "单位名 写名字 写单位 带单位 带名字 加单位")), c.any(cAsk) && slices.ContainsFunc(c.toks, func(t token) bool { return t.val == "announce" }):
		case c.any(cTerm) && slices.ContainsFunc(c.toks, func(t token) bool { return t.val == "void" && strings.Contains(t.text, "签") }):
		case len(r.clauses) == 1 && hasAny(c.toks, "怎么弄", "咋弄") && onlyAsking(c):
		default:
			continue
		}
		return r.say(Asking, No, "")
	}
	return false
}

// asksOfOthers reports whether c asks what others did (教科局的都签了？,
// 张三签了吗), which is talk of others.
func (r *reply) asksOfOthers(c clause) bool {
	if c.toks[0].is(cOthers) && !c.toks[0].is(cHe) && c.any(cCheck|cSign) && !anyText(c.toks, "了 咧 过 完 齐 好 没") {
		return false // 所有人都签吗: whether they must
	}
	subject := (c.toks[0].is(cName|cHe|cUnit|cOthers) || manySubject(c.toks) || yourPeople(c.toks)) && !c.any(cI)
	return subject && asks(c, -1) && !slices.ContainsFunc(c.toks, func(t token) bool { return t.is(cAsk) && t.text != "是不是" }) && (c.any(deeds) || c.any(cAll))
}

// manySubject reports that people are spoken of in general (财务人员都 …).
func manySubject(toks []token) bool {
	for k, t := range toks {
		if k > 0 && containsWord("都 全 全都", t.text) && (strings.HasSuffix(toks[k-1].text, "人员") || strings.HasSuffix(toks[k-1].text, "们")) {
			return true
		}
	}
	return false
}

// doneElsewhere reports whether a check-in stands in another clause than i.
func (r *reply) doneElsewhere(i int) bool {
	return r.anyGood(cCheck|cLate|cSignDone, func(a act) bool { return a.clause != i && !a.odd })
}

// onlyAsking reports whether c is an asking phrase without a matter of its
// own (怎么弄).
func onlyAsking(c clause) bool {
	for _, t := range c.toks {
		if !t.is(cAsk|cAskEnd|cParticle|cLight|cFill|cI|cSep) && !containsWord("行 可以 好 中 成 能", t.text) {
			return false
		}
	}
	return true
}
