package chat

import (
	"slices"
	"strings"
)

// phraseRules are tried in order. An aside tells of a deed: without one there
// is nothing to look for. Nor is there without one of the signs, characters that
// the words of the phrase are told by; a rule without signs is always tried.
var phraseRules = []struct {
	mark  func([]token)
	aside bool
	signs string
}{
	{ours, false, "我咱俺额本全"}, {retired, false, "休离"}, {apposition, false, "老"}, {leaveOfDays, false, "请"}, {aNotA, false, "不没么"},
	{ordinal, false, "第"}, {wishes, false, "祝愿"}, {circumstance, true, "上里中内旁边前头底途余隙档当现那这着"},
	{whither, true, "在为随跟按趁响向"}, {bothSides, true, "边"}, {doubled, false, ""}, {instrument, true, "机脑号板量点音网"},
	{post, false, ""}, {whichPart, true, ""}, {triedOften, false, "几多"}, {called, false, "叫"}, {thanked, false, "谢辛麻劳烦请拜"}, {onNotice, false, "通要安指消公"}, {howeverBusy, false, "再"},
	{forgotToWrite, false, "忘"}, {onBehalf, true, "受"}, {allDid, true, "全"}, {vowed, true, "前肯保绝一铁准"}, {oneself, true, ""},
	{putDown, false, "记添登填写勾录挂加算列划计补捎带"}, {supposed, false, "应"}, {reportsHeads, true, "报"}, {studied, true, "看听学读阅观收刷完"}, {confirms, false, "是"}, {liaison, false, "联"}, {onDuty, false, "班厅台口岗"}, {warnedKin, false, "提叮嘱转告"}, {atOnce, true, "就"}, {deedAside, true, ""}, {unbidden, true, "等"}, {inPerson, false, "代"}, {inTime, true, "赶"}, {meant, true, "说意发打"}, {nickname, false, ""},
}

// phraseSign is the mark of the signs of phraseRules[i].
func phraseSign(i int) class { return firstPhraseSign << i }

// phrases finds groups of words that together say something which no word of
// them says: A不A asks, 高铁上 and 抱着娃 tell the circumstances of a deed,
// 送报纸的 tells which person is meant. Their words get the class of the whole,
// so that an unknown word within them does not put the deed in doubt.
func (r *reply) phrases() {
	for lo := 0; lo < len(r.toks); {
		hi := lo
		for hi < len(r.toks) && !r.toks[hi].is(cSep) {
			hi++
		}
		if run := r.toks[lo:hi]; len(run) > 1 {
			deed := anyOf(run, cCheck|cSign|cSignDone|cPunch|cLate)
			for i, p := range phraseRules {
				if (deed || !p.aside) && (p.signs == "" || r.marked(phraseSign(i))) {
					p.mark(run)
				}
			}
		}
		lo = hi + 1
	}
}

// set gives every token the class k alone.
func set(toks []token, k class) {
	for i := range toks {
		toks[i].class, toks[i].val = k, ""
	}
}

// open reports whether t is a content word that the rules have no use for.
func open(t token) bool {
	return isHanUnknown(t) || t.class&^(cOther|cReason|cTopic|cDeptEnd|cName|cSuffix) == 0 && t.class != cName
}

// openBefore returns where the run of open words that ends before toks[k]
// begins. 在, 从 and 到 may stand at its head.
func openBefore(toks []token, k int) int {
	for k > 0 && (open(toks[k-1]) || toks[k-1].is(cNum|cCounter) || toks[k-1].text == "在") {
		k--
	}
	return k
}

// doing reports whether a check-in follows toks[:k] with nothing but light
// words between.
func doing(toks []token, k int) bool {
	for ; k < len(toks); k++ {
		switch {
		case toks[k].is(cCheck | cSign | cSignDone | cPunch | cLate):
			return true
		case toks[k].is(cLight | cNow | cI | cFill | cMakeUp | cFor | cParticle):
		default:
			return false
		}
	}
	return false
}

// leaveOfDays: 请几天假, 请个小长假, 请的假 is leave.
func leaveOfDays(toks []token) {
	for k, t := range toks {
		if t.text != "请" {
			continue
		}
		if k+2 < len(toks) && toks[k+1].is(cNum) && containsWord("天 半天 日", toks[k+2].text) && k+3 == len(toks) {
			set(toks[k:], cLeave) // 发烧了，请一天
			break
		}
		for j := k + 1; j < len(toks) && j <= k+4; j++ {
			if strings.HasSuffix(toks[j].text, "假") {
				set(toks[k:j+1], cLeave)
				break
			}
			if !open(toks[j]) && !toks[j].is(cNum|cCounter|cAsk|cFill|cReason|cOf|cParticle) {
				break
			}
		}
	}
}

// aNotA: 中不中, 来没来, 需不需要 ask.
func aNotA(toks []token) {
	for k := 1; k+1 < len(toks); k++ {
		if !toks[k].is(cNot) || !strings.Contains("不 没 么", toks[k].text) || toks[k-1].len() != 1 {
			continue
		}
		if a := firstRune(toks[k-1].text); isHan(a) && a == firstRune(toks[k+1].text) {
			set(toks[k-1:k+2], cAsk)
		}
	}
	for k := 1; k < len(toks); k++ {
		if toks[k-1].len() != 1 || toks[k].len() < 2 {
			continue
		}
		if a, b := toks[k-1].text, toks[k].text; strings.ContainsRune("不没么", firstRune(b)) && strings.HasPrefix(b[len("不"):], a) {
			set(toks[k-1:k+1], cAsk)
		}
	}
}

// triedOften: 签了几次都没签上 asks nothing.
func triedOften(toks []token) {
	for k, t := range toks {
		if !t.is(cAsk) || !containsWord("几次 几回 几遍 多少次 多少回", t.text) {
			continue
		}
		for j := k + 1; j+1 < len(toks) && j <= k+3; j++ {
			tried := k > 1 && toks[k-1].is(cParticle) && (toks[j].is(cNot) || containsWord("终于 总算 才", toks[j].text)) // 试了几次没签上
			if tried && !toks[j].is(cNot) {
				set(toks[k:k+1], cFill)
			}
			if tried || containsWord("都 也 还 还是 就", toks[j].text) && anyOf(toks[j+1:], cNot|cCantTail) {
				set(toks[k:k+1], cFill)
			}
		}
	}
}

// allDid: 全签了, 16人全签到.
func allDid(toks []token) {
	for k := 0; k+1 < len(toks); k++ {
		if containsWord("全 全都", toks[k].text) && toks[k+1].is(deeds) {
			toks[k].class |= cAll
		}
	}
}

// ours: 咱们站, 俺们镇 is the writer's unit.
func ours(toks []token) {
	for k := 0; k+1 < len(toks); k++ {
		if containsWord("我 我们 咱 咱们 俺 俺们 额们 本", toks[k].text) && containsWord("镇 乡 局 院 行 所 站 校 社 村 股 科 队 中心 支行 公司 网点 学校 科室 股室 部门 班子 支部", toks[k+1].text) {
			set(toks[k:k+2], cWe)
		}
		if toks[k].text == "全" && containsWord("村 班 组 社 股 科 队 站 校 家", toks[k+1].text) {
			set(toks[k:k+2], cAll)
		}
	}
}

// ordinal: 第三期, 第5个 number a lesson or a person, they count nothing.
func ordinal(toks []token) {
	for k := 0; k+1 < len(toks); k++ {
		if toks[k].text == "第" && toks[k+1].is(cNum) {
			end := min(k+3, len(toks))
			if end == k+3 && (toks[k+2].is(deeds|cNot|cName|cUnit) || toks[k+2].len() > 2) {
				end--
			}
			set(toks[k:end], cTopic)
		}
	}
}

// wishes: 祝各位幸福安康 speaks to others, but tells them nothing.
func wishes(toks []token) {
	for k, t := range toks {
		if !containsWord("祝 祝愿 愿 恭祝 祝福 敬祝", t.text) {
			continue
		}
		end := k + 1
		for end < len(toks) && !toks[end].is(cCheck|cPunch|cSign|cLate) && !toks[end].is(cEmote) && !isSign(toks[end]) {
			end++
		}
		set(toks[k:end], cFill)
	}
}

// venue words after 在 say where one must go to check in, not where one is.
const venue = "会议室 楼 大厅 门口 前台 会场 服务台 群 签到处 小程序 公众号 微信 系统 平台 app"

// circumstance: 下乡路上, 在太原车站里, 戴着老花镜.
func circumstance(toks []token) {
	for k, t := range toks {
		switch {
		case k > 0 && containsWord("上 里 中 内 旁 边 旁边 边上 底下 跟前 里头 路上 途中 之余 间隙 空隙 空档 空当 之中 现场 那儿 这儿", t.text) && doing(toks, k+1):
			of := k
			if containsWord("间隙 空隙 空档 空当", t.text) && toks[k-1].text == "的" {
				of-- // 巡逻的间隙
			}
			if lo := openBefore(toks, of); lo < of && !anyText(toks[lo:k+1], venue) || t.text == "路上" || t.text == "途中" {
				set(toks[lo:k+1], cFill)
			}
		case k > 0 && t.text == "着" && open(toks[k-1]):
			end := k + 1
			for end < len(toks) && open(toks[end]) {
				end++
			}
			if doing(toks, end) && (end > k+1 || !strings.Contains("忙等想急带领催盼记盯看催逼", toks[k-1].text)) {
				lo := k - 1
				if lo > 0 && containsWord("正 还", toks[lo-1].text) {
					lo--
				}
				set(toks[lo:end], cFill)
			}
		}
	}
}

// whither: 在家, 为反诈, 响应号召: a word that leads in a circumstance.
func whither(toks []token) {
	for k, t := range toks {
		if !containsWord("在 为 为了 随 跟 跟着 按 按照 趁 趁着 响应 向", t.text) {
			continue
		}
		end := k + 1
		for end < len(toks) && (open(toks[end]) || toks[end].is(cOthers|cUnit|cYou) && t.text != "在") {
			end++
		}
		if end > k+1 && doing(toks, end) && !anyText(toks[k:end], venue) && !strings.ContainsAny(runText(toks[k+1:end]), "楼厅室处口群台站什哪") {
			set(toks[k:end], cFill)
		}
	}
}

// anyText reports whether one of the blank-separated words stands in toks.
func anyText(toks []token, words string) bool {
	for i := range toks {
		if containsWord(words, toks[i].text) {
			return true
		}
	}
	return false
}

// deedAside: a long run of words that the reader does not know, before a deed
// with something verbal about it (忙里偷闲签个到, 响应号召来签到), tells how it
// came about; a short one or one that ends as the names of things and people do
// (酒店签到, 服务员签到了) may be another deed altogether.
func deedAside(toks []token) {
	k := slices.IndexFunc(toks, func(t token) bool { return t.is(cCheck) })
	if k < 1 {
		return
	}
	end := k
	for end > 0 && toks[end-1].is(cLight|cFill|cNow) && !open(toks[end-1]) {
		end--
	}
	if toks[k-1].text == "就" {
		return // 手机充上电就签到: it waits for that
	}
	verbal := end < k || toks[k].len() > 2
	name := []rune(runText(toks[:end]))
	for _, t := range toks[:end] {
		if !open(t) && !t.is(cLight|cParticle|cTopic|cFill) || t.is(cName|cSuffix|cNum) {
			return
		}
	}
	if verbal && len(name) >= 4 && !strings.ContainsRune("员人生长家师们店馆房厅院校局司者会群机网台统行城场区号站宝团书音手东猫信博课赛试营队组班厂业务部子品件", name[len(name)-1]) {
		set(toks[:end], cFill)
	}
}

// studied: 材料学完签到, 我在群里看了那个视频签到一下: what was read or seen before, and
// where.
func studied(toks []token) {
	for k, t := range toks {
		seen := t.is(cLearn) && !t.is(cFill)
		end := k + 1
		if t.is(cLearn|cUnknown|cOther) && containsWord("看 听 学 读 刷 看了 听了 学了 读了 看过 听过 学过", t.text) {
			for end < len(toks) && (toks[end].is(cParticle|cTopic|cOf) || containsWord("那个 这个 那 这 一遍 一下 个 一个 完 咱 群里", toks[end].text)) {
				seen = seen || toks[end].is(cTopic)
				end++
			}
		}
		if !seen || !doing(toks, end) || yetBare(toks[end:]) || !slices.ContainsFunc(toks[end:], func(t token) bool { return t.is(cCheck) }) || anyOf(toks[:k], cNot|cFuture|cAsk|cHe|cOthers|cYou|cUrge|cSay) {
			continue
		}
		if end > k+1 {
			set(toks[k+1:end], cFill)
			toks[k].class = cLearn
		}
		lo := openBefore(toks, k)
		for lo < k && toks[lo].is(cName|cNum) {
			lo++
		}
		if lo > 0 && toks[lo-1].is(cUnit|cDeptEnd) {
			continue
		}
		set(toks[lo:k], cFill)
		return
	}
}

// confirms: 这里签到是吧, 回复签到是吧 ask for a nod.
func confirms(toks []token) {
	n := len(toks)
	if n < 3 || toks[n-1].text != "是吧" || !containsWord("这里 这儿 在这 在这里 这 在 就 在群里 群里 回复 回 发 打 接龙 直接 点", toks[0].text) {
		return
	}
	set(toks[n-1:], cAskEnd)
}

// bothSides: 一边做饭一边签到.
func bothSides(toks []token) {
	first := slices.IndexFunc(toks, func(t token) bool { return strings.HasSuffix(t.text, "边") })
	for k := len(toks) - 1; k > first && first >= 0; k-- {
		if strings.HasSuffix(toks[k].text, "边") && doing(toks, k+1) {
			set(toks[max(0, first-1):k+1], cFill)
			return
		}
	}
}

// doubled: 浅浅签到, 慢慢地签个到: how it is done.
func doubled(toks []token) {
	for k := 1; k < len(toks); k++ {
		if isHanUnknown(toks[k]) && toks[k].text == toks[k-1].text && isHanUnknown(toks[k-1]) {
			set(toks[k-1:k+1], cFill)
		}
	}
}

// instrument: 手机签到, 用同事手机签到.
func instrument(toks []token) {
	for k, t := range toks {
		if !containsWord("手机 电脑 号 账号 平板 流量 热点 语音 网 小号 座机", t.text) || !doing(toks, k+1) {
			continue
		}
		lo := k
		for lo > 0 && !containsWord("用 拿 借 借用 凭 蹭 连", toks[lo].text) && (open(toks[lo-1]) || toks[lo-1].is(cOf|cHe|cI|cName|cFill) || containsWord("用 拿 借 借用 凭 蹭 连", toks[lo-1].text)) {
			lo--
		}
		if k == 0 || lo < k && containsWord("用 拿 借 借用 凭 蹭 连", toks[lo].text) {
			set(toks[lo:k+1], cFill)
		}
	}
}

// post: 会计张三, 教科局会计: what somebody is, beside his name or his unit.
func post(toks []token) {
	beside := func(k int) bool { return k >= 0 && k < len(toks) && toks[k].is(cName|cUnit|cDeptEnd|cI) }
	for k, t := range toks {
		lo := openBefore(toks, k)
		if lo > 1 && toks[lo-1].is(cI) && toks[lo-2].is(cFor) && toks[lo-2].text != "给" {
			continue // 帮俺村支书签个到: whom it is done for
		}
		if t.val != "post" || !beside(k-1) && !beside(k+1) && !beside(lo-1) {
			continue
		}
		for j := lo; j < k; j++ {
			if toks[j].is(cNum | cCounter) {
				lo = j + 1 // 台头镇25名干部
			}
		}
		set(toks[lo:k+1], cFill)
	}
}
