package chat

import (
	"slices"
	"strings"
)

// forced: 行行行签签签. One gentle question, no scolding.
func (r *reply) forced() bool {
	doubtful := len(r.toks) == 2 && r.toks[0].is(cCheck) && string(r.n.runes[r.toks[1].lo:]) == "?"
	forced := slices.ContainsFunc(r.toks, func(t token) bool {
		return t.is(cForced) && (r.has(cSign|cCheck) || strings.Contains(t.text, "签"))
	})
	if !forced && !doubtful && !r.grudging() || hasWord(r.text, "就知道签 机器人 木偶 当我是") || r.wornOut() || r.asIf() {
		return false // 就知道签, 说签就签，我是机器人 is no grudging yes but a complaint
	}
	r.out.Form, r.out.Ask = FormDoubt, "是签到吗？"
	return r.say(Unclear, IfAsked, "")
}

// grudging reports 签呀签呀: the bare verb said twice; and 行吧，签.
func (r *reply) grudging() bool {
	if r.has(cForced) && hasWord(r.text, "算我到 算俺到 算额到 算我签 算俺签 算额签 算我来 算我在 算我一个 算俺一个 算额一个") && !r.has(cFuture|cName) {
		return true // 行了行了，算我到行不
	}
	n := 0
	for k, t := range r.toks {
		if t.class == cSign && t.text == "签" && (k+1 == len(r.toks) || !containsWord("了 咧 啦 过", r.toks[k+1].text)) {
			n++
		}
	}
	if startsWith(r.text, "行吧", "好吧", "行咧行咧", "行了行了", "得得", "好好好") && len(r.clauses) > 1 && (n > 0 || strings.HasSuffix(r.text, "吧")) {
		return !r.has(cI | cName | cUnit | cFuture | cAsk | cNot)
	}
	return n > 1 && !strings.Contains(r.text, "还是") && !r.has(cI|cName|cCheck|cFuture|cAsk|cNot|cAll)
}

// nobodyMissing reports 在岗38人全部完成签到，一个没少: the count is whole.
func (r *reply) nobodyMissing() bool {
	return r.has(cNum) && hasWord(r.text, "一个没少 一个不少 一个没落 一个不落 一个都没少 一个都不少") && slices.ContainsFunc(r.clauses, func(c clause) bool {
		return c.any(cNum) && c.any(cAll) && c.any(cCheck|cJoin|cLearn)
	})
}

// ironies are the shapes that a complaint about checking in takes, beside the
// words that give one away.
var ironies = []func(*reply) bool{
	(*reply).scornWord, (*reply).ifOnly, (*reply).swindlerDoes, (*reply).timeFor, (*reply).howOften, (*reply).tooMuch, (*reply).better, (*reply).whatFor, (*reply).mightAsWell, (*reply).whoseIdea, (*reply).nothingElse, (*reply).craves, (*reply).wornOut, (*reply).exalts, (*reply).awards, (*reply).chance, (*reply).goesOn, (*reply).workLeft, (*reply).onceMore, (*reply).asIf, (*reply).wearsOut, (*reply).boasts,
}

// irony: complaints with 签到 in them. Not counted, not scolded.
func (r *reply) irony() bool {
	return !r.tells() && !r.heard() && !r.onlySlip() && !r.nobodyMissing() && slices.ContainsFunc(ironies, func(is func(*reply) bool) bool { return is(r) }) && r.say(Sarcasm, No, "")
}

// scornWord: 形式主义, 有用吗 and their like beside a check-in.
func (r *reply) scornWord() bool {
	for i, t := range r.toks {
		if t.is(cIrony) && startsWith(t.text, "签") && i > 0 && signedPaper(r.toks[i-1]) {
			continue // 判决书签到手软
		}
		if t.is(cIrony) && (r.has(cCheck|cSign|cPunch|cCheckNoun|cSignDone) || i < 3 && containsWord("形式主义 走过场 走形式 面子工程 应付检查 应付差事 应付了事 糊弄", t.text)) {
			return true
		}
	}
	return false
}

// signedPaper reports whether t ends as the papers do that one signs.
func signedPaper(t token) bool {
	return !containsWord("名单 清单 签到单 通知书", t.text) && slices.ContainsFunc(strings.Fields("书 单 单子 合同 协议 凭证 票据 发票"), func(w string) bool { return strings.HasSuffix(t.text, w) })
}

// ifOnly: 签到要能防诈骗我签一百遍, 要是签到管用我天天签.
func (r *reply) ifOnly() bool {
	return r.has(cCheck) && r.marked(mIfOnly) && r.marked(mHelps)
}

// swindlerDoes: 骗子看见我们签到都吓跑了, 骗子：我签到.
func (r *reply) swindlerDoes() bool {
	if !strings.Contains(r.text, "骗子") {
		return false
	}
	if hasWord(r.text, "骗子没抓 骗子抓不 骗子一个没 骗子绕 骗子感动") && slices.ContainsFunc(r.clauses, func(c clause) bool {
		return c.any(cCheck) && c.any(^(cCheck | cParticle | cFill | cEmote | cI | cName | cUnit))
	}) {
		return true // 骗子没抓着，签到倒是一次不落
	}
	for i, c := range r.clauses {
		said := runText(c.toks)
		at, sign := strings.Index(said, "骗子"), strings.LastIndex(said, "签")
		if at > 0 && sign > at && !hasWord(said[:at], "被 防 识 抓 遇 碰 是 把") && hasWord(said, "也签 也来签 签个到 也发签") {
			return true // 建议让骗子也签到
		}
		if at != 0 {
			continue
		}
		if startsWith(said, "骗子直呼", "骗子看了直", "骗子看了都", "骗子看了也", "骗子都笑", "骗子笑") {
			return true
		}
		if c.any(cCheck|cSign) || c.end == ':' && i+1 < len(r.clauses) && r.clauses[i+1].any(cCheck|cSign) {
			return true
		}
	}
	return false
}

// timeFor: 有签到的时间不如多干点活, 有这签到的工夫早干完活了.
func (r *reply) timeFor() bool {
	return strings.HasPrefix(r.text, "有") && r.has(cCheck|cCheckNoun) && hasWord(r.text, "工夫 功夫 时间") && hasWord(r.text, "不如 早就 早干 早都 还不如")
}

// howOften: 一天签八回, 一个月三签到.
func (r *reply) howOften() bool {
	for k, t := range r.toks {
		if !t.is(cCheck|cSign|cPunch|cSignDone) || k == 0 {
			continue
		}
		often := r.toks[k-1].is(cNum) && r.toks[k-1].num > 1 || k > 1 && containsWord("次 回 遍 趟", r.toks[k-1].text) && r.toks[k-2].is(cNum) ||
			k+2 < len(r.toks) && r.toks[k+1].is(cNum) && r.toks[k+1].num > 1 && containsWord("次 回 遍 趟 个 道 回到 次到 遍到", r.toks[k+2].text)
		if often && r.marked(mPeriod) && !r.has(cExpect|cActual) {
			return true
		}
	}
	return false
}

// tooMuch: 这签到也太麻烦了, 签到真多, 签得我想吐. 签到太晚了 is an excuse.
func (r *reply) tooMuch() bool {
	for _, c := range r.clauses {
		for k, t := range c.toks {
			if !t.is(cCheck|cSign|cPunch|cCheckNoun) || k+1 >= len(c.toks) {
				continue
			}
			rest := c.toks[k+1:]
			if rest[0].is(cLight) && containsWord("也 都 还 又", rest[0].text) {
				rest = rest[1:]
			}
			if len(rest) < 2 || anyOf(rest, cLateCause) || strings.ContainsAny(rest[1].text, "晚迟早慢好棒赞及") {
				continue
			}
			degree := containsWord("太 真 好 可真 越来越 多么 真是 真的 也太 实在", rest[0].text) && (open(rest[1]) || rest[1].is(cFill))
			till := t.is(cSign) && rest[0].text == "得" && !rest[1].is(cParticle)
			if degree || till {
				return true
			}
		}
	}
	return false
}

// better: 签到比干活还积极, 比上班都准时.
func (r *reply) better() bool {
	for _, c := range r.clauses {
		than := slices.IndexFunc(c.toks, func(t token) bool { return t.text == "比" })
		if than >= 0 && anyText(c.toks[than:], "还 都") && r.has(cCheck|cSign|cPunch|cCheckNoun) {
			return true
		}
	}
	return false
}

// whatFor: 签到能抓住骗子吗, 签个到能当钱花: asks what it does against fraud,
// or what it pays.
func (r *reply) whatFor() bool {
	for _, c := range r.clauses {
		for k, t := range c.toks {
			if t.is(cCheck|cSign) && k+2 < len(c.toks) && containsWord("能 就能 可以", c.toks[k+1].text) && strings.ContainsAny(runText(c.toks[k+2:]), "骗贼钱饭案资升奖") || t.is(cCheck) && k+1 < len(c.toks) && startsWith(runText(c.toks[k+1:]), "给钱", "管饭", "发钱", "涨工资", "发奖", "给奖") {
				return true
			}
		}
	}
	return false
}

// mightAsWell: 又来签到，我干脆住群里得了: what one might do instead.
func (r *reply) mightAsWell() bool {
	if !r.has(cCheck|cSign|cPunch|cCheckNoun) || !r.marked(mInstead) {
		return false
	}
	for _, c := range r.clauses {
		said := runText(c.toks)
		i := max(strings.Index(said, "干脆"), strings.Index(said, "索性"), strings.Index(said, "不如"))
		if i < 0 {
			continue
		}
		rest := said[i+len("干脆"):]
		for _, end := range []string{"得了", "算了", "好了", "拉倒", "吧"} {
			if instead, ok := strings.CutSuffix(rest, end); ok && len([]rune(instead)) > 2 && !startsWith(instead, "现在", "这会", "就") {
				return true
			}
		}
	}
	return false
}

// whoseIdea: 好一个签到，谁发明的; 签到治百病.
func (r *reply) whoseIdea() bool {
	if !r.has(cCheck | cSign | cPunch | cCheckNoun) {
		return false
	}
	return startsWith(r.text, "好一个签", "好个签", "好一个打卡") || r.marked(mWhoseIdea)
}

// nothingElse: 我的命就是签到, 除了叫人签到还会干啥.
func (r *reply) nothingElse() bool {
	for _, c := range r.clauses {
		for k, t := range c.toks {
			if k > 2 && t.is(cCheck) && containsWord("就是 尽是 净是 全是 光是", c.toks[k-1].text) && c.toks[k-2].text != "这" && !(k > 3 && c.toks[k-2].text == "的" && c.toks[k-3].text == "说") && !anyOf(c.toks[:k], cAsk) {
				return true
			}
		}
	}
	_, rest, ok := strings.Cut(r.text, "除了")
	return ok && strings.Contains(rest, "签") && hasWord(rest, "还会 还能 还干")
}

// craves: 一天不签到浑身难受.
func (r *reply) craves() bool {
	return r.has(cCheck|cSign|cPunch) && hasWord(r.text, "天不签 日不签 会不签 会儿不签 天不打卡 日不打卡 周不签 不签到就 不签到浑身 不签到心里") &&
		hasWord(r.text, "难受 浑身 不自在 不舒服 发慌 心慌 不得劲 手痒 心里痒 睡不着 吃不下 没着没落 空落落 皮痒 不踏实 没底 刺挠 就痒 痒痒")
}

// wornOut: 一天到晚签签签，手机都签坏了.
func (r *reply) wornOut() bool {
	return strings.Contains(r.text, "签") && hasWord(r.text, "签坏 签烂 签秃 签爆 签裂 签报废 签冒烟 快签没 点烂了 点坏了 按坏了 戳坏了 戳烂 磨秃 磨平 磨出茧 手都麻 手指都麻 手都抽筋 手抽筋 手发麻 发烫了 签到地老 签到天荒 签到海枯 签到退休 签到天亮 签到死 可以不干 强身健体 延年益寿")
}

// exalts: 签到大于天, 签到就是王道.
func (r *reply) exalts() bool {
	if !strings.Contains(r.text, "签") {
		return false
	}
	if hasWord(r.text, "上班就是签 工作就是签 生活就是签 人生就是签 活着就是签 干活就是签 任务就是签 每天就是签 签到爱我") {
		return true
	}
	for _, c := range r.clauses {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cCheck) })
		if k >= 0 && !anyOf(c.toks[:k], cI|cName|cUnit) && startsWith(runText(c.toks[k+1:]), "大于", "大过", "高于", "高过", "重于", "胜于", "最大", "最重要", "至上", "万岁", "万能", "是王道", "就是王道", "才是王道", "是头等", "就是头等", "压倒", "为王", "为大", "是天", "就是天", "是硬道理", "就是硬道理", "才是硬道理", "是第一生产力", "就是生产力", "就是政绩", "就是一切") {
			return true
		}
	}
	return false
}

// awards reports 该给我发签到劳模奖状了吧: what one ought to be given for it.
func (r *reply) awards() bool {
	if !strings.Contains(r.text, "签") {
		return false
	}
	for i, c := range r.clauses {
		said := runText(c.toks)
		if hasWord(said, "我 俺 额 咱") && hasWord(said, "奖状 奖章 锦旗 勋章 奖杯 奖牌 劳模 终身成就 形象大使 代言人 荣誉证书 全勤奖 诺贝尔 奥斯卡 吉尼斯 世界纪录 最佳签到") &&
			hasWord(said, "给 发 颁 评 该 能 差 快 当 申请 领 混 可以") && !r.doneElsewhere(i) {
			return true
		}
	}
	return false
}

// chance reports 感谢组织给我第八次签到的机会, 有幸第十次参与签到: thanks for what nobody wants.
func (r *reply) chance() bool {
	if !strings.Contains(r.text, "签") || !hasWord(r.text, "感谢 感恩 多谢 谢谢 跪谢 叩谢 有幸 荣幸 承蒙 恭喜 庆祝 纪念 喜提 解锁") {
		return false
	}
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		said := runText(c.toks)
		sign := strings.Index(said, "签")
		if sign < 0 {
			return false
		}
		th := strings.Index(said, "第")
		return strings.Contains(said, "机会") && !hasWord(said, "学习机会 培训机会 锻炼机会") || th >= 0 && th < sign && hasWord(said[th:sign], "次 回 遍") && !hasWord(said[:sign], "第一次 第二次 第一回")
	})
}

// goesOn reports 再签下去手机都要报废了, 再签就能评职称了: what it would come to.
func (r *reply) goesOn() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		said := strings.TrimPrefix(runText(c.toks), "我")
		if hasWord(said, "晚 迟 来不及 过点 超时 截止") {
			return false
		}
		for _, on := range []string{"再签下去", "再这么签", "再这样签", "照这么签", "照这样签", "这么签下去", "天天这么签"} {
			if rest, ok := strings.CutPrefix(said, on); ok && len([]rune(rest)) > 2 {
				return true
			}
		}
		for _, on := range []string{"再签到我就", "再签到就", "再签我就", "再签我都", "再签都", "再签就", "再签几次", "再签几回", "再签两次"} {
			if rest, ok := strings.CutPrefix(said, on); ok && len([]rune(rest)) > 3 && startsWith(strings.TrimLeft(rest, "我就都"), "能", "该", "要", "得道", "可以", "成", "变", "快") && !startsWith(strings.TrimLeft(rest, "我就都"), "要去", "要走", "要下班", "能走", "可以走", "可以了", "能行", "成功", "要开会") {
				return true
			}
		}
		return false
	})
}

// runText joins the texts of toks.
func runText(toks []token) string {
	if len(toks) == 1 {
		return toks[0].text
	}
	size := 0
	for i := range toks {
		size += len(toks[i].text)
	}
	var b strings.Builder
	b.Grow(size)
	for i := range toks {
		b.WriteString(toks[i].text)
	}
	return b.String()
}
