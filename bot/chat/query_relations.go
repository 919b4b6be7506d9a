package chat

import (
	"slices"
	"strings"

	"fanzha/bot"
)

// handedIn reports 联通10月交的活动材料: the material that was handed in. Whether it is all
// there (交的材料齐不齐, 交的材料有照片没) is another question.
func (q *query) handedIn() bool {
	for i, t := range q.toks {
		if !t.is(qTerm) || t.val != "do:hand" && t.val != "do:report" {
			continue
		}
		rest := q.toks[i+1:]
		for len(rest) > 0 && containsWord("上来 过来 来 上 过", rest[0].text) {
			rest = rest[1:]
		}
		if len(rest) < 2 || rest[0].text != "的" || q.asksWhether() {
			return false
		}
		return slices.ContainsFunc(rest, func(u token) bool { return strings.HasPrefix(u.val, "ev:") }) &&
			!slices.ContainsFunc(rest, func(u token) bool { return u.val == "none" || u.val == "do:hand" || u.val == "why" })
	}
	return false
}

// asksWhether reports whether the text ends as a question of yes or no does: 没, 吗.
func (q *query) asksWhether() bool {
	text := strings.TrimRight(string(q.text), "?。!,~ 呢啊呀了")
	return slices.ContainsFunc([]string{"没", "没有", "吗", "么", "不", "没报", "没交"}, func(end string) bool { return strings.HasSuffix(text, end) })
}

// oneKind returns the kind of material that is asked for, "" if several are.
func (q *query) oneKind() string {
	kind := ""
	for _, t := range q.slots {
		if k, ok := strings.CutPrefix(t.val, "ev:"); ok {
			if kind != "" && k != kind && !(k == "材料" && t.text != "材料") {
				return ""
			}
			kind = k
		}
	}
	if kind == "材料" {
		return ""
	}
	return kind
}

// counts reports whether a number is asked for: 几场, 多少家. 哪几场 asks which.
func (q *query) counts() bool {
	return slices.ContainsFunc(q.slots, func(t token) bool { return strings.HasPrefix(t.val, "many:") && !q.which(t.lo) }) ||
		slices.ContainsFunc(q.toks, func(t token) bool {
			return containsWord("几家 多少家 几个 几个单位 多少个单位 几家单位 多少单位", t.text) && !q.which(t.lo)
		})
}

// which reports whether 哪 stands before text[i].
func (q *query) which(i int) bool { return i > 0 && q.text[i-1] == '哪' }

// seen reports 谁看了, 有人看吗, 已读多少: who has read an alert. 看看那条推送 wants to read it.
func (q *query) seen() bool {
	if q.has("list", "") && !q.has("list", "state") {
		return false
	}
	for i, t := range q.toks {
		switch {
		case t.val == "read":
			return true
		case t.text != "看" && t.text != "读":
		case t.hi < len(q.text) && strings.ContainsRune("了过没完", q.text[t.hi]) && !startsWith(string(q.text[t.hi:]), "了看", "了一下"):
			return true
		case i > 0 && (q.toks[i-1].is(qTerm) && containsWord("who none group many", slotOf(q.toks[i-1])) || containsWord("人 家 群 没 都没", q.toks[i-1].text)):
			return true
		}
	}
	return false
}

// slotOf is the slot that t fills.
func slotOf(t token) string {
	slot, _, _ := strings.Cut(t.val, ":")
	return slot
}

// pushed reports whether it is an alert that was sent. 发过 and the like are said of
// reminders too: 给西坡镇发过几回提醒.
func (q *query) pushed() bool {
	if !q.has("push", "") {
		return false
	}
	sent := func(t token) bool { return strings.HasPrefix(t.val, "push") && strings.HasPrefix(t.text, "发") }
	if q.topic() != nil || q.has("many", "items") || slices.ContainsFunc(q.slots, func(t token) bool { return slotOf(t) == "push" && !sent(t) }) {
		return true
	}
	kinds := q.steps()
	return len(kinds) == 1 && kinds[0] == "提醒" && len(q.units)+len(q.tags) == 0 && !q.counts()
}

// steps are the kinds of supervision that are named. 督办 stands for all: beside another
// kind it says nothing.
func (q *query) steps() []string {
	var kinds []string
	general := ""
	for _, t := range q.slots {
		kind, ok := strings.CutPrefix(t.val, "sup:")
		switch {
		case !ok:
		case containsWord("督办 监督 督导", t.text):
			general = kind
		case !slices.Contains(kinds, kind):
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 && general != "" {
		return []string{general}
	}
	return kinds
}

// toCome reports 12月都推啥: a month to come of which nothing can have been pushed.
func (q *query) toCome() bool {
	return q.has("push", "") && !q.has("push", "past") && !q.has("push", "sent") && !q.hasText("了", "过", "咧") &&
		slices.ContainsFunc(q.toks, func(t token) bool {
			return t.is(cDate) && t.when.year == 0 && t.when.day == 0 && t.when.month > int(q.now.Month())
		})
}

// notPersons are what one may ask for by 哪个 of a case: units, not victims.
const notPersons = "单位 乡镇 乡 镇 银行 部门 局 机构 群 公司 企业 学校 运营商 行业 系统 口 月 季度 年 时候 类型 手法 套路 骗局 诈骗 地方 区域 行"

// whichOne reports 哪个客户被骗的, 是哪户上的当: it asks for the victim, not for the unit.
func (q *query) whichOne() bool {
	text := string(q.text)
	for _, w := range []string{"哪个", "哪位", "哪一个", "哪一位", "哪几个", "哪几位", "哪些", "哪名", "哪几名", "哪户", "哪几户", "哪家", "哪一家", "哪村"} {
		_, rest, ok := strings.Cut(text, w)
		if !ok {
			continue
		}
		unit := slices.ContainsFunc(strings.Fields(notPersons), func(n string) bool { return strings.HasPrefix(rest, n) })
		switch {
		case unit:
		case w == "哪家" || w == "哪一家":
			return startsWith(rest, persons()...)
		default:
			return startsWith(rest, persons()...) || strings.HasSuffix(w, "村") || strings.HasSuffix(w, "户")
		}
	}
	return false
}

// persons are who may have been cheated.
func persons() []string {
	return strings.Fields("客户 储户 用户 顾客 业主 住户 老人 老汉 老太 老头 老乡 老板 老婆 大妈 大爷 大娘 大叔 学生 娃 孩子 家长 老师 教师 职工 员工 村民 居民 群众 商户 店主 个体户 会计 出纳 财务 干部 同志 人 妇女 小伙 姑娘 司机 村 社区 小区 的")
}

// ofHall reports words for the place where people are served, 便民服务中心, 政务大厅,
// and those for a bank's or a carrier's, with what they may be.
func ofHall(s string) []string {
	rest := s
	for trimmed := true; trimmed; {
		trimmed = false
		for _, p := range []string{"政务", "便民", "行政", "审批", "办事", "办证", "服务", "综合", "公共", "数字", "一站式", "县", "我县"} {
			if after, ok := strings.CutPrefix(rest, p); ok {
				rest, trimmed = after, true
			}
		}
	}
	public := strings.Contains(s, "政务") || strings.Contains(s, "便民") || strings.Contains(s, "办事") || strings.Contains(s, "办证") || strings.Contains(s, "审批")
	switch {
	case rest == "大厅" || rest == "厅" && rest != s, (rest == "中心" || rest == "窗口" || rest == "") && public:
		return []string{"shuzheng"}
	case rest == "中心" && strings.Contains(s, "服务"):
		return []string{"wangluo", "shuzheng"}
	}
	switch strings.TrimSuffix(s, "里") {
	case "营业厅", "营业大厅", "缴费厅", "手机营业厅":
		return []string{"yidong", "liantong", "dianxin"}
	case "支行", "网点", "营业部", "营业所", "分理处", "储蓄所", "银行网点":
		return []string{"tag:银行"}
	case "支局", "邮":
		return []string{"youzheng", "youchu"}
	}
	return nil
}

// meanings are what the word may mean that is asked for alone.
func (q *query) meanings() []string {
	opts, ok := ambiguous()[q.asked()]
	if !ok && len(q.units) == 0 {
		opts = ofHall(q.asked())
	}
	return slices.DeleteFunc(slices.Clone(opts), func(o string) bool {
		_, known := q.lex.shorts[bot.UnitID(o)]
		return !known && !strings.Contains(o, ":")
	})
}

// onTheRoll reports 名单上几个人: how many a roster holds. A list of what was done or
// missed holds others: 请假名单几个人.
func (q *query) onTheRoll() bool {
	if !q.hasText("名单") || !q.has("many", "people") && !q.has("many", "any") && !q.has("roster", "") {
		return false
	}
	return !slices.ContainsFunc(q.slots, func(t token) bool {
		return containsWord("absent none blank nocheck leavelist latelist proxylist correction act ev thing that rank sup letter victim case data push group", slotOf(t)) || slotOf(t) == "do" && t.val != "do:report" && t.val != "do:hand"
	})
}

// asksDeeds reports 金融单位10月搞了些啥: what was done is what activities there were.
func (q *query) asksDeeds() bool {
	return q.has("do", "hold") && q.hasText("些啥", "些什么", "了啥", "了什么", "过啥", "过什么", "啥了", "什么了")
}

// monthsIn is how many months a range holds, with both ends.
func monthsIn(rng []string) int {
	a, err := bot.ParseMonth(rng[0])
	b, err2 := bot.ParseMonth(rng[1])
	if err != nil || err2 != nil {
		return 0
	}
	return 12*(b.Year-a.Year) + int(b.Month-a.Month) + 1
}

// afield takes 下乡 for what it is beside a deed: 下乡宣传 is an activity, 谁下乡 is away.
func (q *query) afield() {
	deed := slices.ContainsFunc(q.slots, func(t token) bool { return containsWord("act thing", slotOf(t)) || t.val == "many:events" })
	if !deed || q.has("who", "people") {
		return
	}
	named := slices.ContainsFunc(q.slots, func(t token) bool { return slotOf(t) == "act" && t.val != "act:宣传" })
	for i, t := range q.slots {
		if t.text != "下乡" || t.val != "leavelist" {
			continue
		}
		if q.slots[i].val = "act:进农村"; named {
			q.slots = slices.Delete(q.slots, i, i+1)
		}
		return
	}
}
