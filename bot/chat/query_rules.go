package chat

import (
	"cmp"
	"slices"
	"strings"
)

// refuse: victims, personal data, falsified records, naming absentees in a
// group.
func (q *query) refuse() bool {
	who := q.has("who", "people") || q.has("id", "") || q.name() != "" || q.has("list", "names") || q.hasText("谁", "那个人", "信息")
	known := q.topic() != nil || q.has("clue", "") || q.has("cluekind", "") // a telephone call, a swindler's number
	switch {
	case q.has("victim", "") && !(q.has("tech", "") && q.hasText("容易")) && (who && !q.has("tech", "") || q.whichVictim() || q.whichOne()):
		q.out.Why = "victim identity never in the bot"
	case q.has("case", "") && q.hasText("哪个人", "什么人", "谁被"):
		q.out.Why = "victim identity never in the bot"
	case q.has("pii", "") && !known:
		q.out.Why = "not collected"
	case (q.has("edit", "") && !q.madeUp() || q.pads() || q.signsFor()) && !q.has("correction", "") && (len(q.units) > 0 || len(q.tags) > 0 || q.name() != "" || q.has("do", "") || q.has("metric", "") || q.has("thing", "") || q.has("doc", "") || q.has("leavelist", "") || q.has("list", "") || q.hasText("%", "全到", "全签", "补签") || q.has("absent", "")) && !q.has("why", ""):
		q.out.Why = "falsifying evidence"
	case q.has("shame", "") && (q.has("absent", "") || q.has("none", "") || q.has("list", "names") || q.has("who", "people") || q.has("rank", "")):
		q.out.Why = "naming absentees in a group"
	default:
		return false
	}
	return q.say(Refuse)
}

// whichVictim reports 上当的是哪个职工, 被骗的是男是女.
func (q *query) whichVictim() bool {
	return len(q.units) > 0 && q.hasText("哪个被", "哪个上当", "哪个受骗", "哪个让人", "哪个叫人", "哪个教人", "哪个给人", "哪个遭骗", "哪个中招", "哪一个被", "哪一个上当", "哪几个被", "哪几个上当", "哪些被", "几个被骗的是") ||
		q.hasText("是哪", "哪位", "哪个职工", "哪个老师", "哪个同志", "哪个学生", "哪个村民", "哪个人", "哪个员工", "哪个干部", "男是女", "男的女的", "多大")
}

// signsFor reports 帮王芳补签上: it wants somebody entered.
func (q *query) signsFor() bool {
	return q.name() != "" && q.hasText("帮", "给", "替", "把") && q.hasText("补签", "补上签", "签上", "签一下") && !q.has("list", "") && !q.has("who", "") && !q.hasText("了没", "吗", "没有", "给我看", "给我查")
}

// pads reports whether the query wants check-ins added: 补10个, 加几个.
func (q *query) pads() bool {
	for i, t := range q.toks[:max(len(q.toks)-1, 0)] {
		if strings.ContainsAny(t.text, "补加添凑") && (q.toks[i+1].is(cNum) || q.toks[i+1].text == "几个" || q.toks[i+1].text == "个") && q.hasText("给", "帮", "替", "再", "多") {
			return true
		}
	}
	return false
}

// help: how to ask.
func (q *query) help() bool {
	if len(q.text) == 0 || q.asksAbilities() || q.has("help", "") && len(q.units) == 0 && !q.given && len(q.tags) == 0 && q.name() == "" {
		return q.say(Help)
	}
	return false
}

// calendar: is it a working day.
func (q *query) calendar() bool {
	if !q.has("cal", "") || len(q.units) > 0 || q.has("thing", "") || q.has("push", "") || q.has("do", "") {
		return false
	}
	q.withTime()
	if q.has("holiday", "") {
		q.out.Keyword = q.wordOf("holiday")
	} else if !q.given {
		q.out.Date = civil(q.now)
	}
	return q.say(Calendar)
}

// schedule: when, and what, will be pushed.
func (q *query) schedule() bool {
	if !(q.has("push", "") || q.has("next", "") || q.has("plan", "") && q.hasText("推")) || !(q.has("next", "") || q.has("plan", "") || q.has("when", "") || q.ahead() || q.toCome() || q.hasText("还推", "要推", "会推", "还有推送")) || q.has("push", "past") {
		return false
	}
	q.withTime()
	if q.has("next", "") {
		q.out.Which = "next"
	}
	return q.say(Schedule)
}

// export: wants a file.
func (q *query) export() bool {
	kind, isDoc := q.val("doc")
	format, isFmt := q.val("fmt")
	give := q.has("give", "") || q.has("send", "") && !q.has("ev", "") && !q.has("list", "state") && !q.has("absent", "") && !q.has("none", "")
	assessed := q.assessed()
	if assessed && !isDoc {
		kind, isDoc = "表", true
	}
	if !isDoc && !isFmt && !give || kind == "表" && !give && !isFmt && !assessed {
		return false
	}
	if !isDoc && !isFmt && len(q.units) == 0 && len(q.tags) == 0 && !q.given && !q.has("list", "") && !q.has("ev", "") {
		return false
	}
	if kind == "表" {
		kind = ""
	}
	if kind == "" || kind == "考评" {
		if q.hasText("政法委", "平安办", "考评", "考核") {
			kind = "考评"
		}
	}
	if ev, ok := q.val("ev"); ok && kind == "" {
		kind = ev
	}
	q.out.Kind, q.out.Format = kind, format
	if kind != "考评" || len(q.units) == 1 && q.units[0].unit() != "zhengfa" {
		q.withUnits()
	}
	if (kind == "考评" || kind == "年报") && !q.given {
		q.out.Range = yearSpan(q.now.Year(), q.now).rng
	} else {
		q.withMonth()
	}
	return q.say(Export)
}

// supervise: reminders, talks, listed supervision.
func (q *query) supervise() bool {
	kinds := q.steps()
	if len(kinds) == 0 || q.pushed() && !q.hasText("函") || kinds[0] == "催办" && q.assessed() {
		return false
	}
	kind := kinds[0]
	q.out.Kind = kind
	for _, t := range q.slots {
		if t.val == "sup:"+kind {
			q.out.Wording = t.text
		}
	}
	q.withUnits()
	q.withTime()
	if q.counts() {
		q.out.Metric = "count"
	}
	return q.say(Supervise)
}

// receipts: police letters and who has answered them.
func (q *query) receipts() bool {
	paper := q.paper()
	if !q.has("letter", "") && !(paper != "" && q.has("receipt", "")) && !(q.hasWord("回执") || q.hasWord("回函")) {
		return false
	}
	q.out.Kind = cmp.Or(paper, "提示函")
	if paper != "" {
		q.out.Note = "按“提示函”查" // whose receipts are kept
	}
	q.withUnits()
	if n := q.letterNo(); n != "" {
		q.out.Keyword = n
	} else {
		q.withTime()
	}
	if q.has("receipt", "none") || q.has("none", "") {
		q.out.Status = "missing"
	}
	return q.say(ReceiptStatus)
}

// dataNotice: verdict and prosecution figures due each month.
func (q *query) dataNotice() bool {
	kind, ok := q.val("data")
	if !ok && q.hasText("数据") && slices.Contains(q.tags, "数据通报") {
		kind, ok = "数据通报", true
	}
	if !ok && len(q.units) == 1 && q.hasText("数据") && (q.has("do", "report") || q.has("do", "hand")) {
		ok = true // 法院数据报没报
	}
	if !ok {
		return false
	}
	q.out.Kind = kind
	q.withUnits()
	q.withMonth()
	if q.has("who", "") && q.has("none", "") {
		q.out.Status = "missing"
	}
	return q.say(DataNotice)
}

// clues: figures of reported numbers, addresses, apps.
func (q *query) clues() bool {
	kind, ok := q.val("cluekind")
	if !ok && !q.has("clue", "") {
		return false
	}
	if kind == "" && q.hasText("电话", "手机号") {
		kind = "phone"
	}
	q.out.Kind = kind
	q.withUnits()
	q.withMonth()
	return q.say(ClueStats)
}

// cases: which unit had a case; numbers only.
func (q *query) cases() bool {
	zero := q.has("zero", "")
	if !zero && !q.has("case", "") && !q.harmedUnits() {
		return false
	}
	q.withUnits()
	q.withMonth()
	switch {
	case zero || q.has("none", ""):
		q.out.Status = "no_case"
	default:
		q.out.Status = "has_case"
	}
	return q.say(AskZeroCase)
}

// groups: which units have a group, and the bot in it.
func (q *query) groups() bool {
	v, ok := q.val("group")
	inGroup := q.has("bot", "") && !q.addressed()
	unreached := q.has("unreached", "")
	if !ok && !inGroup && !unreached || q.has("push", "") && !unreached {
		return false
	}
	q.withUnits()
	switch {
	case unreached:
		q.out.Status = "unreached"
	case inGroup && len(q.units) == 0 && (q.hasText("掉了", "退了", "退出", "不在", "没了", "不见", "移出") || q.has("none", "") || q.has("absent", "") || v == "none"):
		q.out.Status = "no_bot"
	case v == "none" || q.has("none", "") && len(q.units) == 0:
		q.out.Status = "no_group"
	case v == "idle":
		q.out.Status = "idle"
	}
	if q.counts() || v == "count" && !q.hasText("哪几个") {
		q.out.Metric = "count"
	}
	return q.say(GroupStatus)
}

// addressed reports whether the bot is spoken to, not of: 小助手，教科局签了几个.
func (q *query) addressed() bool {
	return q.hasText("助手") && (q.has("do", "") || q.has("metric", "") || q.has("thing", "") || q.given)
}

// evidence: photos, sign-in sheets; what is there or what is lacking.
func (q *query) evidence() bool {
	kind, ok := q.val("ev")
	if q.has("push", "") && q.seen() {
		return false // 谁没看推送的视频
	}
	if !ok && len(q.units) == 1 && q.has("none", "") && q.hasText("啥", "什么", "哪样") {
		q.withUnits()
		q.withMonth()
		return q.say(EvidenceGap) // 昌宁镇还缺啥
	}
	if !ok {
		return false
	}
	q.withUnits()
	q.withMonth()
	handed := (q.has("do", "hand") || q.has("do", "report") || q.madeUp()) && !q.has("list", "") && !q.hasText("什么", "啥", "些") // 交了哪些 lists
	if !q.handedIn() && (q.has("none", "") || handed && !(q.hasText("几张", "多少张", "几份", "多少份") && !q.asksWhether())) {
		q.out.Kind = kind
		return q.say(EvidenceGap)
	}
	q.out.Kind = q.oneKind()
	return q.say(EvidenceList)
}

// pushes: what was pushed, and whether it arrived.
func (q *query) pushes() bool {
	v, ok := q.val("push")
	if !ok && !(q.has("got", "") && q.has("that", "")) {
		return false
	}
	for _, t := range q.slots {
		if t.val == "push:sent" {
			v = "sent"
		}
	}
	topic := q.topic()
	toGroup := (len(q.units) > 0 || len(q.tags) > 0 || q.has("group", "")) && !q.has("list", "") && !q.has("many", "") && !q.hasText("啥", "什么")
	arrived := v == "sent" || q.has("ok", "") || q.hasWord("到了") || toGroup || q.has("got", "") || q.hasText("发了没", "发了吗", "发没发", "发给谁", "发给了谁", "发到谁") || q.has("none", "") && (q.has("who", "") || len(q.units) > 0 || len(q.tags) > 0)
	seen := q.seen()
	if topic == nil && (arrived || seen) || seen || v == "sent" && q.has("that", "") {
		q.withUnits()
		q.withTime()
		return q.say(PushStatus)
	}
	if topic != nil {
		q.out.Keyword, q.out.Wording = topic.val, topic.text
	} else {
		q.withUnits()
	}
	switch {
	case q.given:
		q.withTime()
	case q.has("latest", ""):
		q.out.Last = 10
	}
	if q.has("many", "") {
		q.out.Metric = "count"
		if topic == nil {
			q.withMonth()
		}
	}
	if n := q.number(); n > 0 && !q.given {
		q.out.Last = n
	}
	return q.say(PushList)
}

// number returns a small number that stands in the query.
func (q *query) number() int {
	for _, t := range q.toks {
		if t.is(cNum) && t.num > 0 && t.num <= 50 {
			return t.num
		}
	}
	return 0
}

func (q *query) topic() *token {
	for i, t := range q.toks {
		if t.is(qTopic) {
			return &q.toks[i]
		}
	}
	return nil
}

// technique: how a kind of scam works and what helps against it.
func (q *query) technique() bool {
	v, ok := q.val("tech")
	topic := q.topic()
	if topic == nil && !ok || len(q.units) > 0 && topic == nil || q.has("thing", "") || q.has("do", "") && topic == nil {
		return false
	}
	if topic != nil {
		q.out.Topic, q.out.Wording = topic.val, topic.text
	}
	for _, t := range q.slots {
		if t.val == "tech:counter" {
			v = "counter"
		}
	}
	switch {
	case v == "counter":
		q.out.Want = "countermeasure"
	case topic == nil && (v == "latest" || q.has("latest", "")):
		q.out.Sort = "latest"
	}
	return q.say(Technique)
}

// explain: why a figure is what it is.
func (q *query) explain() bool {
	if !q.has("why", "") || q.topic() != nil && len(q.units) == 0 {
		return false
	}
	if q.hasText("比上", "比去", "比前") {
		q.given = false // 怎么比上月低: the figure of now
	}
	if q.withUnits(); len(q.units) > 0 || len(q.tags) > 0 {
		q.withMonth()
	} else {
		q.withTime() // how a figure is made, in any month
	}
	if q.has("metric", "rate") || strings.ContainsRune(string(q.text), '%') {
		q.out.Metric = "rate"
	}
	return q.say(Explain)
}

// records: lists of leave, late, proxy and corrected entries.
func (q *query) records() bool {
	lists := []struct {
		slot   string
		intent Intent
	}{{"correction", CorrectionList}, {"proxylist", ProxyList}, {"latelist", LateList}, {"leavelist", LeaveList}}
	for _, l := range lists {
		if q.has(l.slot, "") && !(l.slot == "latelist" && q.has("ev", "") && q.hasWord("补的")) {
			q.withUnits()
			q.withMonth()
			if q.has("many", "") {
				q.out.Metric = "count"
			}
			q.out.Name = q.name()
			return q.say(l.intent)
		}
	}
	return false
}
