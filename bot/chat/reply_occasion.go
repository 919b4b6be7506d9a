package chat

import (
	"slices"
	"strings"
)

// onNotice: 看到通知, 按领导要求 is why it was done; nobody is quoted.
func onNotice(toks []token) {
	for k, t := range toks {
		if !containsWord("看到 看见 接到 接 收到 按 按照 根据 遵照 依照 见 听到", t.text) || k > 0 && toks[k-1].is(cNot) {
			continue
		}
		for j := k + 1; j < len(toks) && j <= k+3; j++ {
			if containsWord("签到通知 通知 要求 安排 指示 消息 公告 指令", toks[j].text) {
				for j+1 < len(toks) && containsWord("要求 安排 指示 精神", toks[j+1].text) {
					j++ // 按通知要求
				}
				set(toks[k+1:j+1], cFill)
				if !t.is(cAck) {
					set(toks[k:k+1], cFill)
				}
				break
			}
			if !open(toks[j]) && !toks[j].is(cFill|cOthers) {
				break
			}
		}
	}
}

// thanked: 感谢提醒 urges nobody; and whoever is thanked or asked by his office, as in
// 谢谢管理员 and 麻烦李主任给登记上, is not the one who checks in.
func thanked(toks []token) {
	for k, t := range toks {
		thanks := k > 0 && containsWord("感谢 谢谢 多谢 谢", toks[k-1].text)
		if thanks && t.is(cUrge|cSay) {
			set(toks[k:k+1], cFill)
		}
		end := k + 1
		if end < len(toks) && containsWord("统计 登记 记录", t.text) && toks[end].text == "员" {
			end++ // 统计员
		} else if t.text != "群主" && (!t.is(cName) || !office(t.text)) {
			continue
		}
		asked := k > 0 && containsWord("麻烦 劳烦 烦请 有劳 劳驾 辛苦 请 拜托", toks[k-1].text) && (end == len(toks) || asksRecordOf(toks[end:]))
		toiled := end < len(toks) && containsWord("辛苦 辛苦了 费心 费心了 受累 受累了", toks[end].text)
		if !thanks && !asked && !toiled && !(k > 0 && toks[k-1].text == "辛苦" && end+1 == len(toks) && toks[end].is(cParticle)) || thanks && end < len(toks) && !toks[end].is(cParticle|cEmote) {
			continue
		}
		set(toks[k:end], cFill)
		if asked && end < len(toks) {
			set(toks[k-1:k], cFill) // 请张主任给登记一下
		}
	}
}

// office reports 管理员, 李主任: named by what he does.
func office(name string) bool {
	return containsWord("管理员 联络员 统计员 群主 网格员", name) || strings.HasSuffix(name, "干事") || isTitle(string([]rune(name)[1:]))
}

// asksRecordOf reports 给登记上, 登记一下: what is asked is to be put down, and of nobody
// else.
func asksRecordOf(toks []token) bool {
	for _, t := range toks {
		if t.is(cRecord) {
			return !anyOf(toks, cName)
		}
		if !t.is(cLight | cI | cFor) {
			return false
		}
	}
	return false
}

// saluting: 老师们好 and, behind the deed, 各位领导 greet; they call upon nobody.
func saluting(toks []token) {
	for k, t := range toks {
		greets := k+1 < len(toks) && t.is(cOthers) && containsWord("好 早 早上好 上午好 中午好 下午好 晚上好 新年好 辛苦 辛苦了", toks[k+1].text)
		if greets && (k+2 == len(toks) || !toks[k+2].is(deeds)) {
			set(toks[k:k+2], cFill)
		}
		if k+2 < len(toks) && t.is(cOthers) && containsWord("老师 领导 同事 同仁 家人 家长", toks[k+1].text) && containsWord("好 早 早上好 上午好 中午好 下午好 晚上好 辛苦 辛苦了", toks[k+2].text) {
			set(toks[k:k+3], cFill) // 各位老师下午好
		}
	}
	n := len(toks)
	if n > 2 && (containsWord("各位领导 各位老师 领导们 老师们 各位主任", toks[n-1].text) || n > 3 && toks[n-2].text == "各位" && containsWord("领导 老师 主任", toks[n-1].text)) {
		k := n - 1
		if toks[n-2].text == "各位" {
			k--
		}
		if toks[k-1].is(cParticle) && slices.ContainsFunc(toks[:k], func(t token) bool { return t.is(cCheck | cSignDone | cLate) }) && !anyOf(toks, cUrge|cFuture|cAsk|cYou) && toks[k-1].text != "吧" {
			set(toks[k:], cFill)
		}
	}
}

// meanwhile: 课间抽空签个到 says when he does it, which is now; 抽空签到 may be any time.
func meanwhile(toks, before []token) {
	for k, t := range toks {
		if !containsWord("抽空 抽空儿 得空 趁空", t.text) || !doing(toks, k+1) || anyOf(toks, cOthers|cYou|cAsk|cTime|cUrge) {
			continue
		}
		if k == 0 && ownState(before) || k > 0 && !toks[k-1].is(cI|cLight|cFuture|cHe|cName) {
			set(toks[k:k+1], cFill)
		}
	}
}

// toils: 算账算得头大, 改作业改到手软 complains of other work than checking in.
func toils(toks []token) {
	for k := 1; k < len(toks); k++ {
		if containsWord("头大 手软 头疼 眼花 腿软 腰疼 嗓子哑", toks[k].text) && containsWord("得 到 的", toks[k-1].text) {
			set(toks[k:k+1], cFill)
		}
	}
}

// hastened: 刚开完会赶紧来签到, 手机快没电了赶紧签到 tell what he does, and why; without it
// it is said to others.
func hastened(toks, before []token) {
	for k, t := range toks {
		if k == 0 && anyOf(before, cOthers|cYou|cUrge|cAsk|cFuture|cName) {
			continue
		}
		why := runText(toks[:k])
		if k == 0 {
			why = runText(before)
		}
		if containsWord("赶紧 赶快 抓紧 赶忙 连忙", t.text) && why != "" && doing(toks, k+1) && !anyOf(toks, cOthers|cYou|cAsk|cFuture) && !hasWord(runText(toks), "签到吧 签吧") &&
			!strings.HasSuffix(why, "的") && hasWord(why, "刚 才 终于 总算 好不容易 这不 没电 没信号 没网 有信号 有网 上课 开庭 进山 出车 查房 下地") {
			set(toks[k:k+1], cNow)
		}
	}
}

// howeverBusy: 再忙也要签到 puts nothing off.
func howeverBusy(toks []token) {
	for k, t := range toks {
		if t.text == "再" && k+2 < len(toks) && anyText(toks[k+2:min(k+5, len(toks))], "也") {
			set(toks[k:k+1], cFill)
		}
	}
}

// unbidden: 没等领导催就签到了 denies nothing, and urges nobody.
func unbidden(toks []token) {
	for k := 1; k < len(toks); k++ {
		if toks[k].text != "等" || !toks[k-1].is(cNot) {
			continue
		}
		for j := k + 1; j < min(k+5, len(toks)); j++ {
			if toks[j].text == "就" && anyText(toks[k:j], "催 喊 叫 提醒 点名 说 通知") {
				set(toks[k-1:j+1], cFill)
			}
		}
	}
}

// atOnce: 看到就签到了, 一到单位就签到了 say when it was done. Without 了 it is a
// promise: 连上网就签到.
func atOnce(toks []token) {
	k := slices.IndexFunc(toks, func(t token) bool { return t.is(cCheck) })
	for k > 0 && containsWord("来 去 赶紧 马上 立刻", toks[k-1].text) {
		k--
	}
	if k < 2 || !containsWord("就 就来 就去", toks[k-1].text) {
		return
	}
	deed := k
	for !toks[deed].is(cCheck) {
		deed++
	}
	if deed+1 >= len(toks) || !containsWord("了 咧 啦 过", toks[deed+1].text) || deed+2 < len(toks) && !anyOf(toks[deed+2:deed+3], cParticle|cEmote) {
		return
	}
	lo := 0
	for lo < k-1 && toks[lo].is(cI|cUnit|cDeptEnd) {
		lo++
	}
	said := runText(toks[lo : k-1])
	first, end := containsWord("一 刚", toks[lo].text) || startsWith(said, "一", "刚", "看到", "看见", "收到", "接到", "听到"), strings.ContainsAny(said, "完罢") || strings.ContainsAny(said[max(0, len(said)-3):], "上到好后毕见网电")
	if !first && !end || hasWord(said, "骗 如果 要是 等 应该 是不是 机器人 系统 自动 明 领导 老 他 她 人家 没 不 早") {
		return
	}
	if slices.ContainsFunc(toks[lo:k-1], func(t token) bool {
		return t.is(cHe|cYou|cOthers|cName|cNot|cAsk|cSay|cHear|cGuess|cUrge) && !t.is(cFill) || t.val == "post" || t.val == "kin"
	}) {
		return
	}
	set(toks[lo:k], cFill)
}

// inTime: 赶在截止前, 赶到点前 say when it was done.
func inTime(toks []token) {
	for k, t := range toks {
		if !containsWord("赶在 赶", t.text) {
			continue
		}
		for j := k + 1; j < min(k+5, len(toks)); j++ {
			if containsWord("前 之前 以前 截止前 结束前", toks[j].text) && doing(toks, j+1) {
				set(toks[k:j+1], cFill)
			}
		}
	}
}

// inPerson: 不是代签, 非他人代签 say that nobody else did it.
func inPerson(toks []token) {
	for k := 1; k < len(toks); k++ {
		if !toks[k].is(cProxy) && !(toks[k].is(cFor) && k+1 == len(toks) && toks[k].text == "代") {
			continue
		}
		lo := k
		for lo > 0 && (toks[lo-1].is(cHe|cOthers) || containsWord("他 人 别人 他人", toks[lo-1].text)) {
			lo--
		}
		if lo > 0 && (toks[lo-1].val == "isnot" || containsWord("非 不是 不用 没有 没让 无需 不必", toks[lo-1].text)) {
			set(toks[lo-1:k+1], cFill)
		}
	}
}
