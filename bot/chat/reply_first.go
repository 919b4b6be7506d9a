package chat

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// danger: somebody is being cheated; everything else can wait.
func (r *reply) danger() bool {
	text := r.text
	danger, clue := endangeredOr(r.n.runes)
	if !danger {
		r.foundClue = clue
		return false
	}
	r.out.Urgent, r.out.Because = true, dangerParts(r.n.runes)
	r.out.Topic = topicOf(text)
	refused := warded(r.n.runes)
	const frightened = "拦不住 劝不住 快帮 帮帮 快来 救命 救救 急急 咋办 怎么办 咋弄 不敢挂 宾馆 害怕"
	if (!suffered(r.n.runes) || refused) && !hasWord(text, frightened) && (refused && startsWith(text, "境外", "陌生", "刚有", "刚才有", "今天有", "一个00") || startsWith(text, "有人", "有个", "这个", "群里有", "qq上有", "微信上有", "抖音上有", "快手上有", "网上有", "举报", "+", "00") || isDigit(r.n.runes[0]) && strings.Contains(text, "打来")) {
		// Nothing has happened yet: he reports somebody.
		r.out.Kind = clueKind(text)
		return r.say(Clue, No, "")
	}
	return r.say(CaseHelp, No, "")
}

// cameUpon: somebody reports what he has come upon, and nothing has happened yet.
func (r *reply) cameUpon() bool {
	if !r.foundClue || r.clean(cCheck|cLate) {
		return false
	}
	kind := clueKind(r.text)
	if kind == "" && strings.Contains(r.text, "号") {
		kind = "phone" // 来了个境外号
	}
	r.out.Kind, r.out.Topic = kind, topicOf(r.text)
	return r.say(Clue, No, "")
}

func startsWith(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// groupEvent: lines that the chat program writes itself.
func (r *reply) groupEvent() bool {
	for k, t := range r.toks {
		if t.is(cTerm) && containsWord("join scan quit pat recall rename notice owner", t.val) && t.text != "扫描" && t.text != "解散" && !r.writtenAt(k) {
			op := t.val
			if op == "scan" {
				op = "join"
			}
			r.out.Op = op
			if op == "join" {
				r.out.Names = r.names[:min(1, len(r.names))]
				if before, _, ok := strings.Cut(r.text, "邀请"); ok && len(r.names) > 1 && strings.Contains(before, r.names[0]) {
					r.out.Names = r.names[1:] // who came, not who asked him in
				}
			}
			return r.say(GroupEvent, No, "")
		}
	}
	return false
}

// onlyQuote: other people's words and none of his own.
func (r *reply) onlyQuote() bool {
	return r.n.onlyQuote && r.say(QuoteOnly, No, "")
}

// pasted: lines of the form "name: words", or a name and a time of day above
// the words, as a copied conversation has them.
func (r *reply) pasted() bool {
	if first, _, _ := strings.Cut(r.text, "\n"); strings.Contains(first, "聊天记录") && !r.asked() {
		return r.say(QuoteOnly, No, "")
	}
	if screenshot(r.text) && !r.asked() {
		return r.say(QuoteOnly, No, "")
	}
	if !strings.Contains(r.text, ":") {
		return false
	}
	if _, rest, ok := strings.Cut(r.text, ":"); ok && startsWith(r.text, "转:", "转发:", "转一下:", "转来:", "复制:", "原话:") {
		if name, words, ok := strings.Cut(rest, ":"); ok && slices.Contains(r.names, strings.TrimSpace(name)) && words != "" {
			return r.say(QuoteOnly, No, "") // 转：李娜：签到
		}
	}
	lines := strings.Split(r.text, "\n")
	if r.timedWords(lines) || !r.has(cUnit) && saidInTurn(lines) {
		return r.say(QuoteOnly, No, "")
	}
	said, timed, words := 0, 0, 0
	for _, line := range lines {
		name, after, _ := strings.Cut(strings.TrimSpace(line), " ")
		after = strings.TrimLeft(after, " ")
		if slices.Contains(r.names, name) && saidAt(after) {
			said += len(lines) + 1 // with its hour it is copied, be it one line
			continue
		}
		if slices.Contains(r.names, name) && strings.Contains(after, ":") && isDigit(rune(after[0])) {
			timed++
			continue
		}
		words++
		name, words, ok := strings.Cut(line, ":")
		if ok && slices.Contains(r.names, strings.TrimSpace(name)) && strings.TrimSpace(words) != "" {
			said++
		}
	}
	if timed > 1 && words < timed {
		return false // a list with the hour at which each came
	}
	return (said >= 2 && said*2 >= len(lines) || timed >= 1 && len(lines) > 1) && r.say(QuoteOnly, No, "")
}

// saidInTurn reports 井然:签到 and 水清:收到 below: lines of people by names that may
// be any words, each with what one answers in a group.
func saidInTurn(lines []string) bool {
	for i, line := range lines {
		name, words, _ := strings.Cut(strings.TrimSpace(line), ":")
		n := utf8.RuneCountInString(name)
		if n < 1 || n > 4 || !containsWord("签到 已签到 签到了 收到 打卡 已打卡 已签 已学习 已阅 好的 到 1 +1", strings.TrimSpace(words)) ||
			slices.ContainsFunc(lines[:i], func(before string) bool { return strings.HasPrefix(before, name+":") }) {
			return false
		}
	}
	return len(lines) > 1
}

// saidAt reports 09:02:签到: the hour of a message and its words.
func saidAt(s string) bool {
	s = strings.TrimLeft(strings.TrimLeft(s, "0123456789"), " ")
	digits := 0
	for strings.HasPrefix(s, ":") {
		rest := strings.TrimLeft(s[1:], "0123456789")
		if len(s)-1-len(rest) != 2 {
			return digits > 0 && strings.TrimSpace(s[1:]) != ""
		}
		s, digits = rest, digits+1
	}
	return false
}

// media: a photo or a file, as the chat program shows it.
func (r *reply) media() bool {
	kinds := []struct{ mark, media string }{
		{"[图片]", "image"}, {"[照片]", "image"}, {"[文件]", "file"}, {"[视频]", "video"}, {"[语音]", "voice"}, {"[动画表情]", ""}, {"[链接]", ""}, {"[位置]", ""},
	}
	text := r.text
	if !strings.HasPrefix(text, "[") && !strings.HasSuffix(text, "]") {
		return false
	}
	for _, k := range kinds {
		rest, ok := strings.CutPrefix(text, k.mark)
		if !ok {
			rest, ok = strings.CutSuffix(text, k.mark)
		}
		if !ok || k.media == "" && strings.TrimSpace(rest) != "" {
			continue
		}
		if r.clean(cCheck|cLate) && k.media != "file" || r.has(cTerm) && r.term("hold") && k.media == "image" {
			return false // the words count, the photo goes with them
		}
		if k.media == "" {
			return r.say(Chitchat, No, "")
		}
		r.out.Media, r.out.Kind = k.media, evidenceKind(text)
		r.month()
		return r.say(Evidence, No, "")
	}
	return false
}

// evidenceKind names the kind of paper or picture that text speaks of.
func evidenceKind(text string) string {
	for k := range strings.FieldsSeq(evidenceWords) {
		if strings.Contains(text, k) {
			return k
		}
	}
	return ""
}

// announced: says that photos or papers come or have been sent.
func (r *reply) announced() bool {
	kind := ""
	switch {
	case r.marked(mPaper):
		kind = evidenceKind(r.text)
	case r.marked(mPicture) && r.numberBefore("张", "幅") != nil:
		kind = "照片" // 现场照2张
	default:
		return false
	}
	text := r.text
	if r.has(cNot|cOthers|cGone|cCantTail|cLeave) || r.has(cExpect|cActual) && r.has(cNum) || r.term("thing") || r.term("hold") || r.term("leaflets") && r.term("sheet") || r.n.all || r.clean(cCheck|cLearn|cLate) || r.has(cName|cUnit) && r.clean(cJoin|cHere) || r.asked() || r.toks[0].is(cUrge) || r.numberBefore("次", "场", "人", "名", "人次") != nil {
		return false
	}
	sent := false
	for _, w := range []string{"查收", "发邮", "拍了", "拍好", "已发", "已传", "已上传", "已交", "如下", "见下", "张", "已报", "已补", "发您", "发你", "发群", "上传", "补交", "补传", "补发", "这是", "请看", "附上", "见附件", "份", "发上来", "发上去", "传上来", "传上去", "收一下", "收下", "请收", "发过去", "发过来"} {
		sent = sent || strings.Contains(text, w)
	}
	if !sent && len(r.n.runes) > 8 {
		return false
	}
	r.out.Kind = kind
	r.out.Num = r.numberBefore("张", "份")
	r.month()
	return r.say(Evidence, No, "")
}

// privacy: asks about, or objects to, what is kept of him.
func (r *reply) privacy() bool {
	if r.done() && !r.asked() || startsWith(r.text, "#", "接龙") && !r.asked() || strings.Contains(r.text, "有人") && !r.has(cI) {
		return false // 实名签到; a list
	}
	if strings.Contains(r.text, "还是") && hasWord(r.text, "写 用 填") && !hasWord(r.text, "能不能 可不可以 不想 看见 看到 知道 泄露 公开") {
		return false // 签到写真名还是网名 asks how
	}
	if r.keeps() || r.leaks() || r.watches() || r.mustTell() {
		return r.say(Privacy, No, "")
	}
	if !r.asked() && hasWord(r.text, "身份证 证件") && hasWord(r.text, "落在 落办 落会 落车 落家 丢了 忘在 忘带 掉在 捡到 拿错 没带 复印") {
		return false // 我把身份证落办公室了
	}
	seen := r.asked() && r.has(cCheckNoun|cI) && (hasAny(r.toks, "外人", "别人", "人家", "旁人", "谁", "别的单位", "其他单位", "兄弟单位", "隔壁单位", "别的人") && hasAny(r.toks, "看见", "看到", "看", "知道", "查", "查到"))
	named := r.term("privacy") && slices.ContainsFunc(r.toks, func(t token) bool {
		weak := containsWord("公开 公示 保密 采集 收集 定位 实名 匿名 人脸", t.text)
		return t.val == "privacy" && (!weak || r.has(cI|cNot|cYou|cAsk|cAskEnd))
	})
	return (named || seen && !r.has(cCheck)) && r.say(Privacy, No, "")
}

// keeps reports 存我的名字干啥, 别把我电话发群里, 谁能查我的签到: what is kept
// or shown of him, asked or refused.
func (r *reply) keeps() bool {
	if !r.marked(mKept | mOthers) {
		return false
	}
	refused := r.marked(mEraseMe) || anyText(r.toks, "别 不 不想 不要 不让 不愿 不愿意 不同意 能不能别")
	if !r.asked() && !refused {
		return false
	}
	kept := anyText(r.toks, "存 留 留着 记 收 要 查 发 保存 保留 登记 采集 看 看到 看见 外传 挂 传出去 删 删掉 删了 删除")
	others := anyText(r.toks, otherPeople+" 别的单位 其他单位 兄弟单位 别的人")
	for k, t := range r.toks {
		what := containsWord(keptWords, t.text) || t.is(cCheck) && others
		if !what || !kept {
			continue
		}
		before := r.toks[max(0, k-3):k]
		if k > 0 && (r.toks[k-1].is(cI) || r.toks[k-1].is(cOf) && k > 1 && (r.toks[k-2].is(cI) || others && r.toks[k-2].is(cCheck))) || anyOf(before, cYou) || containsWord("这些 些", r.toks[max(0, k-1)].text) {
			return true
		}
	}
	return false
}

// leaks reports 签到名单会不会发到外头去, 我不想把名字传到网上: what is kept would
// go out, asked or refused.
func (r *reply) leaks() bool {
	if !r.marked(mGoesOut) {
		return false
	}
	if hasWord(r.text, "没动静 发没发 出去没 传没传 没反应 没人理 没人回 没显示 没回应 没回音 没回复 没成功 没记上") {
		return false // 签到发出去咋没动静
	}
	what := r.has(cCheck|cCheckNoun) || r.marked(mPersonal) || strings.Contains(r.text, "名单")
	return what && !r.term("thing") && (r.asked() || anyText(r.toks, "别 不想 不要 不让 不愿 不愿意 不同意 不许 不准 能不能别 可别"))
}

// watches reports 机器人会记录我们聊天吗: what the bot keeps.
func (r *reply) watches() bool {
	return r.marked(mHelper) && r.marked(mStores) && r.asked()
}

// topicOf names the kind of scam that text speaks of.
func topicOf(text string) string {
	for _, t := range scamTopics {
		if hasWord(text, t.words) {
			return t.name
		}
	}
	return ""
}

// scamTopics are the kinds of scam with the words that give each away.
var scamTopics = []struct{ name, words string }{
	{"刷单返利", "刷单 返利 做任务 垫付 点赞赚"},
	{"冒充公检法", "公检法 自称公安 自称警察 公安局的电话 自称检察 自称法院 安全账户 涉嫌洗钱 通缉 逮捕令 自称民警 说我涉案 冒充公安 冒充警察"},
	{"冒充客服", "客服 百万保障 关闭会员 取消会员 理赔 退款 快递丢"},
	{"冒充领导熟人", "局长 领导 书记 老板 主任 熟人 同学 老师 冒充领导"},
	{"贷款、征信", "贷款 征信 网贷 放款 刷流水 解冻费"},
	{"虚假投资理财", "投资 理财 炒股 荐股 股票 导师 内部消息 虚拟币 数字货币"},
	{"网络婚恋、交友", "网恋 交友 裸聊 对象"},
	{"游戏虚假交易", "游戏 皮肤 装备"},
	{"机票退改签", "机票 航班 退改签 延误"},
	{"屏幕共享", "共享屏幕 屏幕共享"},
	{"医保社保", "医保 社保 养老金"},
	{"个税退税", "退税 个税"},
	{"AI换脸拟声", "换脸 拟声 ai"},
	{"两卡", "租卡 卖卡 收卡 银行卡出租 电话卡"},
	{"中奖", "中奖"},
}

// month takes the month that the text names.
func (r *reply) month() {
	for _, t := range r.toks {
		switch {
		case t.is(cDate) && (t.when.month > 0 || t.when.day > 0):
			m, day := t.when.resolve(r.ctx.Now)
			switch _, err := time.Parse(time.DateOnly, day); {
			case day != "" && err != nil:
				r.badDay = t.text
			case day != "":
				r.out.Date = day
			default:
				r.out.Month = m.String()
			}
			return
		}
	}
	r.monthWord()
}
