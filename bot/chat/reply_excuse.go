package chat

import (
	"slices"
	"strings"
)

// The words by which somebody stays away, and those that say why he must.
const (
	staysAway = "不去了 不来了 不过去了 不过来了 不参加了 不去听了 不来听了 不去学了 不到场了 去不了 去不成 来不了 来不成 过不去 过不来 到不了 去不了了 参加不了 参加不成 缺席 不能去 不能来 没法去 没法来 没法参加"
	excuses   = "离不开 离不了 走不开 走不了 走不脱 脱不开 脱不了身 抽不开 抽不出 腾不出 倒不开 没人看 没人管 没人顶 没人替 没人照 缺人 人手 顶班 就我一 只有我 快生 要生 生孩子 出警 接警 备勤 迎检 检查组 防汛 防火 巡逻 巡山 巡查 抢修 开庭 加班 客户多 排队 没车 堵车 修路 封路 下雪 大雪 发烧 输液 骨折 崴 腰疼 牙疼 白事 丧事 办事"
)

// excused reports 防火值班离不了人，学习会不去了: why the writer must stay away, and that he
// stays away from what he was called to.
func (r *reply) excused() bool {
	if r.has(cCheck|cSign|cSignDone|cLate|cPunch|cHear|cGuess) || r.has(cHe|cYou|cOthers) || !hasWord(r.text, staysAway) || r.asked() {
		return false
	}
	for i, c := range r.clauses {
		said := runText(c.toks)
		event := c.any(cTopic) || slices.ContainsFunc(c.toks, func(t token) bool { return strings.HasPrefix(t.val, "act:") || t.is(cLearn|cJoin) }) || hasWord(said, "会 课 学习 培训 讲座 活动")
		if !event || !hasWord(said, staysAway) {
			continue
		}
		for j, why := range r.clauses {
			if (j != i || strings.Contains(said, "因")) && (why.any(cReason|cCant) || hasWord(runText(why.toks), excuses)) {
				return true
			}
		}
	}
	return false
}

// relaysLeave reports 股长让我说一声，贾俊杰出差，请假: somebody had the writer say it, so the
// leave is that of whom he names.
func (r *reply) relaysLeave() bool {
	if len(r.names) == 0 || hasWord(r.text, "我是 我叫 我请假 我请个假 我要请假 我想请假") {
		return false
	}
	for _, bid := range []string{"让我", "叫我", "托我", "喊我", "要我", "求我", "嘱咐我", "交代我", "让俺", "叫俺", "托俺", "托额", "让额"} {
		if _, does, ok := strings.Cut(r.text, bid); ok && startsWith(does, "说", "给", "请", "报", "帮", "捎", "转", "带", "代", "替", "跟", "告", "讲", "知会", "吱") {
			return true
		}
	}
	return hasWord(r.text, "托我请假 捎个话 捎话 捎句话 带个话 带句话 交代报备 代为报备 替他报备 代他报备")
}
