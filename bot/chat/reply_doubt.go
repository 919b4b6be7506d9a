package chat

import (
	"slices"
	"strings"
)

// doubts are what puts a deed in doubt, by the words before and behind it: it
// may be an order, a habit, another's deed, or one that is yet to be done. Such
// a deed is asked about and never counted.
var doubts = []func(before, after []token) bool{
	onlyHe, goesTo, mayNow, longAgo, bySuperior, byKin, byProgram, begged, owed,
	howTo, underWay, invites, manages, longSince, belated, entering, lacking, straight, remarks, unsent, standsFor, habitual,
}

// doubted reports whether one of the doubts holds.
func doubted(before, after []token) bool {
	for _, doubt := range doubts {
		if doubt(before, after) {
			return true
		}
	}
	return false
}

// last returns the last of toks, or the zero token.
func last(toks []token) token {
	if len(toks) == 0 {
		return token{}
	}
	return toks[len(toks)-1]
}

// onlyHe: 只有张三签到 tells of the others.
func onlyHe(before, _ []token) bool {
	return len(before) < 4 && last(before).is(cName) && !before[0].is(cUnit) && startsWith(runText(before), "只有", "就", "仅", "光")
}

// goesTo: 我去签到, 去签到了.
func goesTo(before, _ []token) bool { return last(before).text == "去" }

// mayNow: 能签到了, 系统好了，可以签到 tells that it is possible.
func mayNow(before, _ []token) bool {
	return containsWord("能 可以 可", last(before).text) && !anyOf(before, cI|cName|cNow)
}

// longAgo: 前天我签到了.
func longAgo(before, after []token) bool {
	return anyOf(before, cTime) && anyOf(before, cI) && len(after) > 0 && containsWord("了 过 咧", after[0].text)
}

// bySuperior: 领导签到了, 替领导签到.
func bySuperior(before, _ []token) bool {
	who := containsWord("领导 主任 同学 老师", last(before).text)
	return who && (len(before) == 1 || before[len(before)-2].is(cFor))
}

// byKin: 娃签到了.
func byKin(before, _ []token) bool {
	t := last(before)
	return (t.val == "kin" || containsWord("娃 孩子 儿子 女儿", t.text) && t.class != cFill) && !anyOf(before, cFor|cI)
}

// byProgram: 钉钉签到, 人脸签到 may be another program's.
func byProgram(before, _ []token) bool {
	return !anyOf(before, cI|cName|cUnit|cNow|cLearn) && hasWord(runText(before), "app 钉钉 人脸 指纹 公众号 小程序")
}

// begged: 麻烦张三签到 asks it of him.
func begged(before, _ []token) bool {
	for k := 0; k+1 < len(before); k++ {
		if containsWord("麻烦 辛苦 劳驾 劳烦 有劳 感谢 谢谢 多谢 恭喜", before[k].text) && before[k+1].is(cName) {
			return true
		}
	}
	return false
}

// lacking: 没信号签到 may mean that he cannot; 没信号，签到 does not.
func lacking(before, after []token) bool {
	if len(before) < 3 && len(before) > 0 && before[0].is(cGone) && before[0].len() == 2 && last(before).is(cGone|cTopic) {
		return true // 没看视频签到
	}
	return len(before) == 1 && len(after) == 0 && containsWord("没信号 么信号 没网络 没网 没微信 没手机 没流量 没有流量 没智能手机 没有智能手机", before[0].text)
}

// straight: 直接签到 tells how it is done, unless he says that it is himself: 那我直接签到.
func straight(before, _ []token) bool {
	return containsWord("直接 打字 手打", last(before).text) && !anyOf(before, cI|cName|cUnit)
}

// owed: 张三、李四还需要签到.
func owed(before, _ []token) bool {
	return containsWord("需要 需 得 应当 应 应该 要", last(before).text) && anyOf(before, cName) && !anyOf(before, cI)
}

// instructs reports that the words around a deed tell how it is to be done:
// 签到即可, 学完才能签到, 签到必须本人.
func instructs(before, after []token) bool {
	said := runText(before)
	if hasWord(said, "必须亲自 一律本人 必须本人") {
		return true
	}
	if anyOf(before, cI) {
		return false
	}
	behind := runText(after)
	return startsWith(behind, "即可", "就行", "就可以", "就好", "为准", "必须", "便可", "即行", "就成", "就中", "了才", "了就行", "了就可以", "了就好") && !strings.HasPrefix(behind, "就好了") ||
		hasWord(said, "才能 才可 方可 方能 一律") || strings.HasSuffix(said, "那条") || strings.HasSuffix(said, "这条")
}

// scheduled reports 9:00签到 9:30开会, 会议流程：签到、开会.
func (r *reply) scheduled() bool {
	for k, t := range r.toks {
		if t.is(cCheck) && k > 2 && r.toks[k-1].is(cNum) && r.toks[k-2].text == ":" && r.toks[k-3].is(cNum) {
			return true
		}
	}
	if len(r.names) == 0 && r.colonAfter("place") && strings.Contains(r.text, "时间:") && hasWord(r.text, "明天 后天 明日 明早 明晚 下周 下星期") {
		return true
	}
	return r.has(cCheck) && r.marked(mHeading)
}

// yetBare reports that toks are no more than 签, 就签, 再签 up to the end: it is yet to
// be done (有网了就签).
func yetBare(toks []token) bool {
	for k, t := range toks {
		if t.class == cSign && t.text == "签" {
			return !slices.ContainsFunc(toks[k+1:], func(t token) bool { return t.class != cSep })
		}
		if !t.is(cLight) {
			return false
		}
	}
	return false
}

// yetToCome reports that the deed waits for another: 轧完账就签到, 回到单位再签,
// 吃罢饭签. With 了 behind it the deed is done (看完就签了), and so it is with 来
// or 已 before it.
func yetToCome(before, after []token, bare bool) bool {
	if len(after) > 0 && after[0].is(cParticle) && containsWord("了 咧 啦 过", after[0].text) || len(before) == 0 {
		return false
	}
	if onceDone(before) {
		return true
	}
	if n := len(before); n > 1 && before[n-1].text == "去" && !anyOf(before, cI) {
		before, bare = before[:n-1], true // 弄完就去签
	}
	last := before[len(before)-1]
	if last.text == "这就" {
		return true
	}
	if bare && len(before) > 1 && containsWord("了 就 再", last.text) && anyText(before, "了") && !anyOf(before, cNow|cNot) {
		return true // 有网了就签, 闲了签
	}
	if bare && len(before) > 1 && anyOf(before, cLearn) && !anyOf(before, cI|cNow) {
		return true // 看完视频签
	}
	if bare && len(before) > 2 && containsWord("回来 过来", last.text) && anyText(before, "完 罢") && !anyOf(before, cI|cNow) {
		return true // 出完警回来签
	}
	if containsWord("完 罢", last.text) && len(before) > 1 && bare {
		return true // 活干完签
	}
	if containsWord("到家 回家 到单位 回单位 到班上 到办公室 回办公室 回到单位 回到办公室 回到家 回村 回村里 回局里 回所里 回乡里 回镇上 回宿舍", runText(before)) {
		return true
	}
	if n := len(before); n > 2 && containsWord("统一 一起 一块 一并 一块儿", last.text) && bare {
		last = before[n-2] // 晚饭后统一签
	}
	if containsWord("后 以后 之后", last.text) && !anyOf(before, cLearn|cTopic|cAck|cNow|cNot) {
		return true // 晚饭后签到
	}
	if last.text == "就" && !anyOf(before, cLearn|cAck|cNow|cNot) && slices.ContainsFunc(before, open) {
		return true // 充上电就签
	}
	soon := containsWord("就 再 马上 立刻 立马 第一时间 赶紧", last.text)
	for j, t := range before[:len(before)-1] {
		switch {
		case t.is(cNow), t.is(cI) && j > 0:
			return false
		case soon && containsWord("完 罢 毕 后 以后 之后 完事 完活", t.text), soon && strings.HasSuffix(t.text, "完"):
			return true
		case soon && j == 0 && (t.is(cHere) || containsWord("到 回 等 待 去 回到 等到", t.text) && len(before) > 2):
			return true
		case containsWord("完 罢", t.text) && (open(last) || last.is(cTopic)):
			return true
		}
	}
	return false
}

// onceDone reports 活弄完我就去, 客户走了我就: what the writer waits for, and then
// himself.
func onceDone(before []token) bool {
	k := slices.IndexFunc(before, func(t token) bool { return t.is(cI) })
	if k > 1 && k+1 < len(before) && containsWord("就 再 去 马上", before[k+1].text) && anyText(before[1:k], "完 罢") && !anyOf(before, cNow|cNot|cLearn|cTopic|cAck) {
		return true // 送完这个客户我去签
	}
	if k < 1 || k+1 >= len(before) || before[k+1].text != "就" || anyOf(before, cNow|cNot|cLearn|cTopic|cAck|cLateCause) {
		return false
	}
	until := before[k-1].text
	return strings.HasSuffix(until, "完") || strings.HasSuffix(until, "罢") || k > 1 && containsWord("了 咧 好", until)
}

// putsOff reports 明天再说, 晚上再弄 behind a deed.
func putsOff(after []token) bool {
	return len(after) > 1 && after[0].is(cFuture) && startsWith(strings.TrimPrefix(runText(after), after[0].text), "再", "说", "吧", "弄", "补")
}

// notYet reports 还没看: what comes first is still to be done.
func notYet(c clause) bool {
	said := runText(c.toks)
	return hasWord(said, "正在看 还在看 正看着 看一半 看了一半 看到一半 正在学 还在学 学一半 学了一半") || !c.any(cNow) && hasWord(said, "没看 没学 没听 没读 未看 未学 么看 么学 么听")
}
