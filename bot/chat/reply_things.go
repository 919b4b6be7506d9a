package chat

import (
	"slices"
	"strings"
)

// deliveries are what one receives that is no notice; messages are those that tell of
// money or goods.
const (
	deliveries = "快递 快件 包裹 外卖 货 工资 工钱 钱 款 奖金 礼物 礼品 花 年货 东西 红包 转账 汇款 验证码 取件码 押金 补贴 福利 发票 衣服 鞋 手机 米面油 奶茶 样品 聘书 请柬 喜糖"
	messages   = "到账 工资 扣费 扣款 验证 缴费 银行 快递 取件 话费 积分 还款 账单 催收 物流 入账 消费 欠费 中奖"
)

// gotThing reports 收到快递: what was received is a thing, not the notice.
func (r *reply) gotThing() bool {
	for _, c := range r.clauses {
		for k, t := range c.toks {
			if t.is(cAck) && k+1 < len(c.toks) && odd(c.toks[k+1]) && !c.toks[k+1].is(cForward|cTerm) {
				return true
			}
		}
	}
	return false
}

// gotDelivery reports 尾款收到了, 到账短信收到了: what stands before 收到 is no notice.
func (r *reply) gotDelivery() bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool {
		k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cAck) && strings.Contains(t.text, "收") })
		return k > 0 && isDelivery(strings.TrimRight(runText(c.toks[:k]), "也都刚已还才"))
	})
}

// isDelivery reports whether what was received ends as such things do.
func isDelivery(thing string) bool {
	for _, m := range []string{"短信", "信息", "消息", "提醒", "提示"} {
		if before, ok := strings.CutSuffix(thing, m); ok {
			return hasWord(before, messages)
		}
	}
	return slices.ContainsFunc(strings.Fields(deliveries), func(w string) bool { return strings.HasSuffix(thing, w) }) && !strings.HasSuffix(thing, "骗款")
}

// roomThing reports 会议室钥匙在谁手里, 活动室的灯关了没: what stands in a room is no matter
// of the office.
func roomThing(c clause) bool {
	k := slices.IndexFunc(c.toks, func(t token) bool {
		return containsWord("会议室 活动室 培训室 办公室 值班室 会场", t.text)
	})
	if k < 0 || c.any(cCheck|cSign|cCheckNoun|cPunch) {
		return false
	}
	rest := c.toks[k+1:]
	if len(rest) > 0 && rest[0].text == "的" {
		rest = rest[1:]
	}
	return len(rest) > 1 && isHanUnknown(rest[0]) && !strings.ContainsAny(rest[0].text, "几定改换变订")
}

// dutyAsked reports 今天轮谁值班, 谁下乡捎我一段: who is on duty or away, which is arranged
// elsewhere.
func dutyAsked(c clause) bool {
	if !c.any(cReason) || c.any(deeds&^cHere|cMakeUp|cLeave|cCheckNoun|cTopic) || hasWord(runText(c.toks), "签 算 怎么办 咋办") {
		return false
	}
	k := slices.IndexFunc(c.toks, func(t token) bool { return t.is(cReason) })
	return anyText(c.toks[:k], "谁 哪个 哪位 哪几个") || k+1 < len(c.toks) && hasWord(runText(c.toks[k+1:]), "是谁 有谁 谁去 谁替 谁顶 几点")
}
