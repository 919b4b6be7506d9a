package chat

import (
	"cmp"
	"slices"
	"strings"
)

// rosterCount: how many people a unit has.
func (q *query) rosterCount() bool {
	if q.onTheRoll() {
		q.withUnits()
		return q.say(RosterCount)
	}
	people := q.has("many", "people") || q.has("many", "any")
	if q.has("metric", "expected_actual") || q.hasText("实到") || q.has("none", "") || q.has("absent", "") || q.has("blank", "") || !(q.has("expected", "") && (people || len(q.units) > 0) || q.has("roster", "")) || q.has("do", "") && !q.has("expected", "") {
		return false
	}
	q.withUnits()
	return q.say(RosterCount)
}

// unknownUnit: an organisation that is not one of the county's units. It must
// not fall to the nearest bureau or bank.
func (q *query) unknownUnit() bool {
	if len(q.units) > 0 {
		return false
	}
	for _, t := range q.toks {
		if t.is(qNotUnit) {
			q.out.Raw = t.text
			return q.say(UnknownUnit)
		}
	}
	if raw := q.strangeBody(); raw != "" {
		q.out.Raw = raw
		return q.say(UnknownUnit)
	}
	text := q.text
	if q.meanings() != nil {
		return false
	}
	for i, r := range text {
		if !strings.ContainsRune("局委院办行", r) {
			continue
		}
		lo := i
		for lo > 0 && i-lo < 4 && isHan(text[lo-1]) && q.unknownAt(lo-1) {
			lo--
		}
		if i-lo >= 2 && q.unknownAt(i) {
			q.out.Raw = string(text[lo : i+1])
			return q.say(UnknownUnit)
		}
	}
	return false
}

// strangeBody returns a company, school or the like of which the first
// characters are no known words.
func (q *query) strangeBody() string {
	text := string(q.text)
	for _, end := range []string{"公司", "集团", "大队", "支队", "中学", "小学", "保险", "银行", "合作社", "服务站", "卫生室", "煤业"} {
		head, _, ok := strings.Cut(text, end)
		at := len([]rune(head))
		lo := at
		for lo > 0 && at-lo < 6 && isHan(q.text[lo-1]) && q.unknownAt(lo-1) {
			lo--
		}
		if ok && at-lo >= 2 {
			return string(q.text[lo:at]) + end
		}
	}
	return ""
}

func (q *query) unknownAt(i int) bool {
	for _, t := range q.toks {
		if t.lo <= i && i < t.hi {
			return t.class == cUnknown || t.class == cName
		}
	}
	return false
}

// ambiguous are words that may mean more than one thing when they stand
// alone, with the meanings: unit codes or "topic:…".
func ambiguous() map[string][]string {
	return map[string][]string{
		"电信": {"dianxin", "topic:电信网络诈骗"}, "行政中心": {"shuzheng"}, "工商": {"shijian", "gonghang"},
		"县委": {"xuanchuan", "zhengfa"}, "农业": {"nonghang", "nongshang"}, "中心": {"wangluo", "rongmei", "shuzheng"}, "监管局": {"shijian", "yinbaojian"},
		"信息中心": {"wangluo", "rongmei"}, "政法": {"zhengfa", "tag:政法"}, "宣传": {"xuanchuan", "act:宣传活动"}, "中国": {"zhonghang", "yidong", "liantong", "dianxin"},
	}
}

// asked is the text without what says before and behind it only that one asks, of when
// and by which figure: 查电信, 监管局10月参与率.
func (q *query) asked() string {
	toks := q.toks
	idle := func(t token) bool {
		return t.is(cSep|qTime|cDate) || t.is(qFill) && !t.is(cUnit) || strings.HasPrefix(t.val, "metric:") || t.val == "list:state"
	}
	for len(toks) > 0 && idle(toks[0]) {
		toks = toks[1:]
	}
	for len(toks) > 0 && idle(toks[len(toks)-1]) {
		toks = toks[:len(toks)-1]
	}
	if len(toks) == 0 {
		return ""
	}
	return string(q.text[toks[0].lo:toks[len(toks)-1].hi])
}

// clarify: more than one thing may be meant.
func (q *query) clarify() bool {
	if opts := q.meanings(); opts != nil && (!q.given && !q.has("metric", "") || len(q.units)+len(q.tags) == 0) {
		q.out.Options = opts
		return q.say(Clarify)
	}
	name := q.name()
	if name == "" {
		return false
	}
	for _, t := range strings.Fields(titles) {
		if rest, ok := strings.CutSuffix(name, t); ok && len([]rune(rest)) == 1 && !strings.HasPrefix(name, "老") && !strings.HasPrefix(name, "小") {
			q.out.Surname, q.out.Title = rest, t
			return q.say(Clarify)
		}
	}
	if rs := []rune(name); len(rs) == 2 && (rs[0] == '老' || rs[0] == '小') {
		q.out.Name = name
		return q.say(Clarify)
	}
	if len(q.units) > 0 || q.given || q.strange() > 2 || q.has("do", "") || q.has("many", "") || q.has("list", "") {
		return false
	}
	q.out.Name = name
	return q.say(Clarify)
}

// ranking: units in order of a figure; for the office only.
func (q *query) ranking() bool {
	v, ok := q.val("rank")
	if !ok && !q.asksExtreme() && !(q.hasWord("排") && q.has("metric", "")) {
		return false
	}
	n := q.number()
	if n == 0 && q.hasWord("第一") {
		n = 1
	}
	if (v == "top" || v == "bottom") && n == 0 && !strings.Contains(string(q.text), "名") {
		return false
	}
	q.withMonth()
	q.withUnits()
	if m, ok := q.val("metric"); ok {
		q.out.Metric = m
	}
	if v == "" {
		for _, t := range q.slots {
			if s, val, _ := strings.Cut(t.val, ":"); s == "rank" && val != "" {
				v = val
			}
		}
	}
	if !ok && q.asksExtreme() {
		v = map[rune]string{'高': "high", '多': "high", '低': "low", '少': "low"}[q.text[len(q.text)-1]]
	}
	switch v {
	case "top":
		q.out.Top = n
	case "bottom":
		q.out.Bottom = n
	case "high":
		q.out.Top = max(n, 1)
	case "low":
		q.out.Bottom = max(n, 1)
	}
	return q.say(Ranking)
}

// asksExtreme reports whether the query asks who is high or low in a figure:
// 谁家参与率高.
func (q *query) asksExtreme() bool {
	return len(q.units) == 0 && q.has("who", "") && q.has("metric", "") && strings.ContainsRune("高低多少", q.text[len(q.text)-1]) && !q.hasText("多少")
}

// missingUnits: units that have no activity, no check-in. 挂零 alone means an
// activity; so does 还差哪几家, for it is the duty of every unit.
func (q *query) missingUnits() bool {
	if len(q.units) > 0 {
		return false
	}
	blank, nobody := q.has("blank", ""), q.has("nocheck", "") && !q.has("who", "people")
	none := q.has("none", "") || q.has("absent", "")
	activity := blank || q.has("thing", "") || q.has("do", "hold") || q.has("do", "report") || q.has("act", "") || q.hasWord("没报")
	checkin := nobody || q.has("do", "checkin") || q.has("do", "join") || q.has("absent", "")
	units := q.has("who", "units") || len(q.tags) > 0 || q.has("consec", "")
	people := q.has("who", "people") && checkin && !activity && !units
	if !blank && !nobody && !(none && (activity || units)) || people {
		return false
	}
	q.withMonth()
	q.out.Status = "no_activity"
	if checkin && (!activity || blank && q.has("do", "checkin")) {
		q.out.Status = "no_checkin"
	}
	if q.has("except", "") && len(q.tags) > 0 {
		q.out.ExcludeTag = q.tags[0]
	} else if len(q.tags) > 0 {
		q.out.Tag = q.tags[0]
	}
	if (q.has("consec", "") || slices.ContainsFunc(q.toks, q.silentMonths)) && len(q.span.rng) == 2 {
		q.out.Consecutive = cmp.Or(q.number(), monthsIn(q.span.rng))
	}
	return q.say(MissingUnits)
}

// missingPeople: who has not checked in; for the office, in private.
func (q *query) missingPeople() bool {
	absent := q.has("absent", "") || q.has("nocheck", "") || q.has("none", "") && (q.has("do", "checkin") || q.has("do", "join") || q.has("who", "people"))
	listed := q.has("who", "") || q.has("list", "") || q.has("many", "people") || q.hasText("几个人", "哪几个", "有几个", "哪些个") && (len(q.units) > 0 || q.hasText("几个人")) || q.hasWord("的") && q.toks[len(q.toks)-1].text == "的"
	if !absent || !listed || q.name() != "" {
		return false
	}
	q.withUnits()
	q.withMonth()
	return q.say(MissingPeople)
}

// compare: several units side by side, or all of a kind.
func (q *query) compare() bool {
	if q.has("role", "联合") && q.has("thing", "") && !q.has("vs", "") && !q.has("metric", "") {
		return false // what they did together
	}
	if len(q.units) < 2 && (len(q.tags) == 0 || len(q.units) > 0 || !q.has("vs", "")) {
		return false
	}
	q.withUnits()
	q.withMonth()
	q.metric()
	return q.say(Compare)
}

// metric fills the figure that is wanted.
func (q *query) metric() {
	m, ok := q.val("metric")
	switch {
	case q.has("expected", "") && q.hasText("实到"):
		q.out.Metric = "expected_actual"
	case ok:
		q.out.Metric = m
	case q.has("roster", "") && (q.has("do", "checkin") || q.has("do", "join")), q.has("many", "people"),
		q.has("many", "any") && (q.has("do", "checkin") || q.has("do", "join")):
		q.out.Metric = "present"
	case q.has("many", "events") || q.has("many", "times") && (q.has("thing", "") || q.has("do", "hold")):
		q.out.Metric = "activities"
	case q.has("many", "times"):
		q.out.Metric = "count"
	}
}

// oneActivity: the activity of a certain day.
func (q *query) oneActivity() bool {
	act, isAct := q.val("act")
	that := q.has("that", "") && !q.hasWord("那天") && !q.hasWord("那条")
	if q.span.date == "" && !(that && isAct) || !isAct && !that && !q.has("thing", "") {
		return false
	}
	q.withUnits()
	q.withTime()
	q.out.Act = act
	switch {
	case q.has("list", "names") || q.has("who", "people"):
		q.out.Metric = "names"
	case q.has("many", ""):
		q.out.Metric = "count"
	}
	return q.say(AskActivity)
}

// activityList: which activities there were.
func (q *query) activityList() bool {
	act, isAct := q.val("act")
	role, isRole := q.val("role")
	thing := q.has("thing", "") || q.asksDeeds()
	wants := q.has("list", "") || q.has("many", "") || q.has("metric", "activities") || q.has("do", "hold")
	if !isAct && !isRole && !thing || !wants && !isAct && !thing || len(q.tags) > 0 && !isAct && !(isRole && thing) && !(thing && !q.counts() && (q.has("list", "") && !q.has("list", "state") || q.hasText("啥活动", "什么活动", "些活动") || q.asksDeeds())) {
		return false
	}
	if q.has("metric", "") && !q.has("metric", "activities") || q.has("many", "people") {
		return false
	}
	counts := q.has("many", "") || q.has("metric", "")
	switch {
	case isAct || isRole:
	case len(q.units) == 1 && (counts || (q.has("do", "") || q.hasText("搞活动", "办活动", "开展活动")) && !q.has("list", "") && !q.hasText("什么", "啥")):
		return false // a figure of one unit, or whether it did any
	case len(q.units) == 0 && counts && q.has("scope", "all"):
		return false
	}
	q.withUnits()
	q.withMonth()
	if q.out.Act, q.out.Role = act, role; q.has("role", "联合") {
		q.out.Role = "联合"
	}
	if q.counts() || q.has("metric", "activities") {
		q.out.Metric = "count"
	}
	return q.say(ActivityList)
}

// person: one person's record.
func (q *query) person() bool {
	name, initials := q.name(), q.initials()
	if len(q.units) > 0 && name == "" || name == "" && initials == "" {
		return false
	}
	q.out.Name = name
	if name == "" {
		q.out.Initials = initials
	}
	q.withUnits()
	q.withMonth()
	if q.has("many", "") {
		q.out.Metric = "count"
	}
	if m, ok := q.val("metric"); ok {
		q.out.Metric = m
	}
	return q.say(AskPerson)
}

// byTag: units of a kind.
func (q *query) byTag() bool {
	if len(q.tags) == 0 || len(q.units) > 0 {
		return false
	}
	q.withUnits()
	q.withMonth()
	if q.metric(); q.out.Metric == "" && q.has("thing", "") {
		q.out.Metric = "activities"
	}
	return q.say(TagMonth)
}

// byUnit: one unit.
func (q *query) byUnit() bool {
	if len(q.units) != 1 {
		return false
	}
	q.withUnits()
	q.withMonth()
	q.metric()
	return q.say(UnitMonth)
}

// overview: the whole county.
func (q *query) overview() bool {
	m := q.has("metric", "") || q.has("list", "state") && q.strange() == 0 || q.has("expected", "") || q.has("do", "") && (q.has("many", "") || q.has("list", "")) || q.has("scope", "") || q.has("many", "people") || q.has("do", "checkin")
	if !q.given && !m || q.strange() > 2 || slices.ContainsFunc(q.toks, func(t token) bool { return t.class == qOther }) {
		return false
	}
	q.withMonth()
	q.metric()
	return q.say(Overview)
}
