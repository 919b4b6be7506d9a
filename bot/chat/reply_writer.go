package chat

import (
	"slices"
	"strings"
)

// The phrases below are what the writer says of himself, and of whom he writes
// for.

// apposition: 额老汉, 我这老头子 is the writer himself.
func apposition(toks []token) {
	const old = "老汉 老头 老头子 老头儿 老婆子 老太婆 老太太 老人家 老人"
	for k := 0; k+1 < len(toks); k++ {
		if !toks[k].is(cI) {
			continue
		}
		for end := k + 2; end <= min(k+3, len(toks)); end++ {
			if containsWord(old, runText(toks[k+1:end])) {
				set(toks[k:end], cI)
				break
			}
		}
	}
}

// called: 我叫张三，… and 我是台头的叫张三签到 give a name; 我叫张三签到 tells him
// to.
func called(toks []token) {
	for k := 1; k+1 < len(toks); k++ {
		presents := k > 2 && toks[0].is(cI) && toks[1].text == "是"
		if toks[k].text == "叫" && toks[k+1].is(cName) && (presents || toks[k-1].is(cI) && !doing(toks, k+2)) {
			set(toks[k:k+1], cFill)
		}
	}
}

// oneself: 打工人签到, 人民教师来签到: the writer calls himself so.
func oneself(toks []token) {
	end := 0
	for end < len(toks) && (toks[end].is(cNum) || open(toks[end]) || toks[end].text == "小" || toks[end].text == "的") {
		end++
	}
	if end == 0 || !doing(toks, end) || !slices.ContainsFunc(toks[:end], isHanUnknown) && toks[end-1].val != "post" {
		return
	}
	name := ""
	for _, t := range toks[:end] {
		name += t.text
	}
	rs := []rune(name)
	others := slices.ContainsFunc(strings.Fields("运动员 演员 球员 裁判员 学员 会员 专员 评委 嘉宾 人员 学生 村民 居民 群众 客户 商户 用户 业主 家长 病人 工人 别人 有人 那人 外人 服务员 管理员 成员 委员 职工 员工 同事 领导 老师 子女 我们"), func(w string) bool { return strings.HasSuffix(name, w) })
	if !others && name != "娃" && (strings.ContainsRune("人兵民工师姐妹弟哥族党迷户妈爸娃汉众员任士察畜", rs[len(rs)-1]) || strings.HasSuffix(name, "干部")) {
		set(toks[:end], cI)
	}
}

// putDown: 名字给我添上, 加俺一个, 把我勾上: asks to be put down.
func putDown(toks []token) {
	for k, t := range toks {
		if !containsWord("记 添 登 填 写 勾 录 挂 加 算 列 划 计 补 捎 带 添加", t.text) || k+1 == len(toks) {
			continue
		}
		next := toks[k+1]
		tail := next.is(cNum) && next.num == 1 && k+2 < len(toks) && containsWord("个 下 笔 名", toks[k+2].text) || containsWord("上 下 一下 个 一个 一笔 进去 名 上名 到", next.text)
		mine := anyText(toks[:k], "我 俺 额 咱 名 名字 本人") && anyText(toks[:k], "给 把 名字 帮") || k+2 < len(toks) && toks[k+2].is(cI)
		switch {
		case next.is(cI) && !anyText(toks[:k], "没 不 别"):
			set(toks[k:k+2], cRecord)
		case tail && mine:
			set(toks[k:k+2], cRecord)
		}
	}
}

// liaison: 财政局联络员张三 is one of them, and speaks for himself.
func liaison(toks []token) {
	for k := 0; k+1 < len(toks); k++ {
		if toks[k].text == "联络员" && (toks[k+1].is(cName) || k > 0 && toks[k-1].is(cUnit) && doing(toks, k+1)) {
			set(toks[k:k+1], cFill)
		}
	}
}

// onDuty: 大厅值班张三、李四签到: where those are who stand behind it.
func onDuty(toks []token) {
	end := 0
	for end < len(toks) && containsWord("大厅 前台 窗口 柜台 值班 在岗 当班 坐班 早班 晚班 夜班 白班 岗位 今天 今日 今晚", toks[end].text) {
		end++
	}
	if end > 0 && end < len(toks) && toks[end].is(cName) {
		set(toks[:end], cFill)
	}
}

// warnedKin: 提醒家里老人了, 转告爸妈了 urges nobody here.
func warnedKin(toks []token) {
	for k := 0; k+1 < len(toks); k++ {
		if !containsWord("提醒 叮嘱 嘱咐 转告 告诉 告知 叮咛", toks[k].text) {
			continue
		}
		end := k + 1
		for end < len(toks) && (toks[end].is(cI|cParticle|cOf|cReason) || toks[end].val == "kin" || containsWord("家里 家中 家人 老人 父母 爸妈 亲戚 亲友 身边 身边人 孩子 长辈 老人家 家属 和 及", toks[end].text)) {
			end++
		}
		if said := runText(toks[k+1 : end]); hasWord(said, "家 老人 父母 爸 妈 亲 身边 孩子 长辈 邻居 朋友") && !doing(toks, end) {
			set(toks[k:end], cFill)
		}
	}
}

// forgotToWrite: 刚才忘写名字 is no excuse for the hour.
func forgotToWrite(toks []token) {
	for k, t := range toks {
		end := min(k+4, len(toks))
		if !strings.HasPrefix(t.text, "忘") || !hasWord(runText(toks[k:end]), "名字 姓名 单位 名") || hasWord(runText(toks[k:end]), "签") {
			continue
		}
		lo := k
		for lo > 0 && containsWord("刚才 刚 刚刚 我", toks[lo-1].text) {
			lo--
		}
		set(toks[lo:end], cFill)
		return
	}
}

// onBehalf: 受张三委托 is for him.
func onBehalf(toks []token) {
	for k := 0; k+2 < len(toks); k++ {
		if toks[k].text == "受" && toks[k+1].is(cName) && startsWith(runText(toks[k+2:]), "委托", "之托", "所托", "托付") {
			set(toks[k:k+1], cFor)
		}
	}
}

// retired: 退休老教师贺守义 is who he is, and no news of him.
func retired(toks []token) {
	for k := 0; k+1 < len(toks); k++ {
		next := toks[k+1]
		if containsWord("退休 离职 离休 离任", toks[k].text) && (next.is(cName) || next.val == "post" || open(next) && anyOf(toks[k+2:], cName)) {
			set(toks[k:k+1], cFill)
		}
	}
}

// whichPart: 联通装维李师傅签到: a short word that the reader does not know between
// a unit and its person tells of which part he is.
func whichPart(toks []token) {
	for k := 1; k < len(toks); k++ {
		if !toks[k].is(cName) || !doing(toks, k+1) {
			continue
		}
		lo, runes := k, 0
		for lo > 0 && isHanUnknown(toks[lo-1]) {
			lo--
			runes++
		}
		if runes > 0 && runes <= 4 && lo > 0 && toks[lo-1].is(cUnit|cDeptEnd|cSuffix) {
			set(toks[lo:k], cFill)
		}
	}
}

// vowed: 下班前肯定签到 is a promise, no order and no guess.
func vowed(toks []token) {
	for k := 1; k < len(toks); k++ {
		till := k - 1
		if toks[till].is(cI) && till > 0 {
			till-- // 五点前我肯定签到
		}
		if vows(toks[k]) && strings.HasSuffix(toks[till].text, "前") && doing(toks, k+1) && !anyOf(toks[:till], cOthers|cHe|cYou|cName|cUnit) {
			set(toks[till:till+1], cFuture)
			set(toks[k:k+1], cFuture)
		}
	}
	for k, t := range toks {
		if !vows(t) || k+1 == len(toks) || anyOf(toks[:k], ^(cI|cLight|cFill|cParticle|cNow)) {
			continue
		}
		if next := toks[k+1]; next.is(cCheck|cSign|cSignDone|cLate) && !containsWord("了 咧 啦 过", last(toks).text) && !anyOf(toks[k+2:], ^(cParticle|cOf)) {
			set(toks[k:k+1], cFuture) // 肯定签
		}
	}
}

// vows reports whether t promises that something will be done.
func vows(t token) bool { return containsWord("肯定 保证 绝对 一定 铁定 准保", t.text) }

// supposed: 王芳应该是签了 corrects nothing.
func supposed(toks []token) {
	for k := 0; k+1 < len(toks); k++ {
		if containsWord("应该是 应是", toks[k].text) && toks[k+1].is(cSign|cSignDone|cCheck|cHere|cJoin|cNot|cGone) && !toks[k+1].is(cFill) {
			set(toks[k:k+1], cGuess)
		}
	}
}

// reportsHeads: 报2人签到, 上报三名签到: 报 says no more than that it is told.
func reportsHeads(toks []token) {
	for k := 0; k+3 < len(toks); k++ {
		if containsWord("报 上报 报上 现报", toks[k].text) && toks[k+1].is(cNum) && toks[k+2].is(cCounter) && toks[k+3].is(cCheck) && !anyOf(toks[:k], cOthers|cYou|cUrge|cSay|cNot) {
			set(toks[k:k+1], cFill)
		}
	}
}

// callsByName reports 张三，签到！ and 张三签到一下, written by another: it may
// call upon him.
func (r *reply) callsByName() bool {
	if len(r.out.Names) != 1 || r.ctx.Sender.Name == "" || r.out.Names[0] == r.ctx.Sender.Name || r.has(cFor|cProxy|cI|cUnit) {
		return false
	}
	first, rest := r.toks[0], r.toks[1:]
	if !first.is(cName) || len(rest) == 0 {
		return false
	}
	apart := rest[0].is(cSep) && containsWord(", ! :", rest[0].text) && len(rest) > 1 && rest[1].is(cCheck)
	return apart || strings.HasPrefix(strings.TrimPrefix(runText(rest), "来"), "签到一下") || containsWord("签一下到 签个到", rest[0].text)
}

// pleaseRecord: 本人参加了培训，请予登记 asks it of the helper, not of others.
func (r *reply) pleaseRecord() {
	if anyOf(r.toks, cOthers|cYou|cHe) || r.n.all || r.n.others > 0 || !anyOf(r.toks, cI|cName|cLearn|cJoin|cHere|cCheck) {
		return
	}
	for k, t := range r.toks {
		if !containsWord("请 烦请 敬请 恳请 望 还请 辛苦 劳烦 烦劳 有劳 麻烦 麻烦您 劳驾 拜托", t.text) || k > 0 && !r.toks[k-1].is(cSep|cParticle|cCheck|cName|cHere|cJoin) && !(r.toks[k-1].is(cLearn) && (startsWith(r.toks[k-1].text, "已") || hasWord(r.toks[k-1].text, "了 完毕 咧"))) {
			continue
		}
		end := k + 1
		for end < len(r.toks) && containsWord("予 给 予以 给予 帮 帮忙 您 助手 小助手 机器人 一下 下 把 名字 我 俺 额 咱", r.toks[end].text) {
			end++
		}
		if end < len(r.toks) && containsWord("登记 记录 备案 记上 登记一下 登记上 记录一下 记录下 登记下 记一下 记下 登记登记 登记为盼 登个记 录入 录一下 统计上 计入", r.toks[end].text) && (end+1 == len(r.toks) || r.toks[end+1].is(cSep|cParticle|cName|cUnit) || containsWord("一下 下 为盼", r.toks[end+1].text)) {
			set(r.toks[k:end], cFill)
			set(r.toks[end:end+1], cRecord)
		}
		if end < len(r.toks) && anyOf(r.toks[:k], cCheck) && containsWord("查收 审阅 核实 知悉 收悉 查看 过目 检阅 指示 指正 批示", r.toks[end].text) && end+1 == len(r.toks) {
			set(r.toks[k:end+1], cFill) // 签到，请查收
		}
	}
}

// signsBecause reports 替张三签一下，他走不开: why another signs for him is no leave.
func (r *reply) signsBecause() bool {
	_, other := r.helped()
	return other && len(r.names) > 0 && r.clean(cCheck|cSign|cSignDone|cPunch|cRecord)
}

// signsForHim reports 张三在外地，由我代签: the reason is why another signs.
func (r *reply) signsForHim() bool {
	return !r.has(cLeave) && r.anyGood(cProxy, func(a act) bool {
		return strings.Contains(r.clauses[a.clause].toks[a.at].text, "签")
	})
}
