package chat

import (
	"slices"
	"strings"
)

// asksAbilities reports 都能问你些啥, 能帮我查些什么: what one may ask at all. It has no
// words but those.
func (q *query) asksAbilities() bool {
	if !q.hasText("能", "可以", "支持") || !q.hasText("问", "查", "干", "做", "答") || !q.hasText("啥", "什么", "哪些", "哪方面") {
		return false
	}
	for _, c := range q.text {
		if isHan(c) && !strings.ContainsRune("我你您咱都支持能可以够问查干做答帮给些啥什么哪方面事情问题内容东西呢吗啊呀的一下到助手小", c) {
			return false
		}
	}
	return true
}

// assessed reports 给平安办报的表, 平安办催的那张表: the form for the yearly assessment.
func (q *query) assessed() bool {
	return q.hasText("政法委", "平安办", "综治办", "平安考评", "平安考核", "平安建设考评") && (q.hasText("考评表", "考核表", "考评材料", "考核材料", "的表", "张表", "份表", "个表", "催的表") || strings.HasSuffix(string(q.text), "要的表"))
}

// harmedUnits reports 哪个单位被骗了, 哪个乡镇有人上当: which units had a case, and
// not who it was.
func (q *query) harmedUnits() bool {
	return q.has("victim", "") && q.hasText("哪个单位", "哪家单位", "哪些单位", "几个单位", "哪个乡镇", "哪些乡镇", "哪个乡", "哪个镇", "哪个银行", "哪家银行", "哪些银行") ||
		q.has("victim", "") && len(q.units)+len(q.tags) > 0 && q.hasText("有人被骗", "有没有人被骗", "有没有被骗", "有人上当", "有没有人上当", "哪家被骗", "哪家上当") ||
		q.has("victim", "") && len(q.units)+len(q.tags) > 0 && q.hasText("骗", "上当") && q.topic() == nil && !q.has("tech", "") && !q.has("why", "") && !q.has("push", "") && !q.has("thing", "") && !q.has("act", "")
}

// madeUp reports 签到表补上没有, 照片补齐了吗: it asks whether what was lacking is there.
// 把签到表补上行吗 asks for the deed.
func (q *query) madeUp() bool {
	text := string(q.text)
	return q.has("ev", "") && q.hasText("补上", "加上", "补齐", "补满") && !q.hasText("把", "给", "帮", "替", "能", "可以", "行吗", "行不") &&
		slices.ContainsFunc([]string{"没", "没有", "没呢", "没啊", "吗", "么", "不", "没补", "了吧"}, func(end string) bool {
			return strings.HasSuffix(strings.TrimRight(text, "?。! "), end)
		})
}

// paper is the paper by which a step of supervision was taken: 督办函, 约谈通知. Who has
// not answered it is asked of the paper, all else of the step.
func (q *query) paper() string {
	for _, t := range q.slots {
		if strings.HasPrefix(t.val, "sup:") && (strings.HasSuffix(t.text, "函") || strings.HasSuffix(t.text, "单") || strings.HasSuffix(t.text, "通知") || strings.HasSuffix(t.text, "通知书")) {
			return t.text
		}
	}
	return ""
}

// letterNo returns the number of a letter: 3号提示函 names no day.
func (q *query) letterNo() string {
	before, _, ok := strings.Cut(strings.ReplaceAll(string(q.text), "公安提示函", "提示函"), "号提示函")
	if !ok {
		return ""
	}
	return before[len(strings.TrimRight(before, "0123456789")):]
}
