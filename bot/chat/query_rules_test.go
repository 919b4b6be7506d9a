package chat

import "testing"

// TestQueryRules names, for every rule, queries that it must decide, and
// queries that look alike and that it must leave to another.
func TestQueryRules(t *testing.T) {
	cases := map[string]struct{ own, others []string }{
		"不能答":     {[]string{"教科局谁被骗了", "张三身份证号", "把工行改成签满", "没签到的名单发到群里"}, []string{"更正记录", "谁没签到"}},
		"怎么用":     {[]string{"怎么查", "你能查什么", ""}, []string{"教科局怎么才60%"}},
		"日历":      {[]string{"今天是工作日吗", "国庆放几天假"}, []string{"放假期间推送计划"}},
		"提示函回执":   {[]string{"公安提示函回执谁没回"}, []string{"公安 今年"}},
		"判决与起诉数据": {[]string{"法院判决数据报了没"}, []string{"法院"}},
		"解释":      {[]string{"教科局怎么才60%", "为什么农行没算上", "建行搞了两场 怎么没给算"}, []string{"冒充领导怎么防"}},
		"推送计划":    {[]string{"下次推送什么时候", "12月推送计划"}, []string{"最近推了哪些"}},
		"更正、补签、代签、请假记录": {[]string{"更正记录", "11月补签记录", "代签的有哪些", "本月请假名单"}, []string{"教科局谁没签到"}},
		"督办":     {[]string{"挂牌督办有哪些", "教科局提醒过几次"}, []string{"10月通报发我"}},
		"导出":     {[]string{"11月台账 excel", "10月通报发我", "平安办要的表"}, []string{"缺签到表的单位"}},
		"发案":     {[]string{"这个月哪个单位有发案", "10月零发案的单位"}, []string{"本月线索"}},
		"线索统计":   {[]string{"线索上报了多少条", "本月收到多少涉诈网址线索"}, []string{"移动支付诈骗推过没"}},
		"建群与机器人": {[]string{"公安局建群没", "群里没有机器人的单位"}, []string{"学生群推了没"}},
		"活动材料":   {[]string{"缺签到表的单位", "法院本月活动材料", "财政局10月都交了啥材料"}, []string{"教科局本月"}},
		"推送":     {[]string{"移动支付诈骗推过没", "学生群推了没", "最近推了哪些"}, []string{"下次推送什么时候"}},
		"手法与防范":  {[]string{"怎么防冒充领导", "新手法", "电信诈骗", "自称民警打来的电话怎么应对"}, []string{"电信公司11月"}},
		"名册人数":   {[]string{"教科局应到多少人"}, []string{"应到实到", "教科局11月有多少人参加了"}},
		"不是成员单位": {[]string{"税务局本月", "人民银行10月", "县医院签到多少", "畜牧局11月"}, []string{"中国银行11月"}},
		"有几种意思":  {[]string{"电信", "王五", "李主任", "行政中心"}, []string{"电信11月", "王五 10月"}},
		"排名":     {[]string{"排名", "参与率前五", "签到率倒数第一"}, []string{"前天"}},
		"没有的单位":  {[]string{"还有哪些单位没搞活动", "除了银行都谁没报", "一个人都没签的单位"}, []string{"谁没签到"}},
		"没有的人":   {[]string{"谁没签到", "财政局未参加人员"}, []string{"哪些乡镇没签到"}},
		"几个单位对比": {[]string{"教科局+司法局 11月", "移动 联通 电信 对比"}, []string{"农行"}},
		"某次活动":   {[]string{"11.20那次培训参加多少人"}, []string{"教科局11.20"}},
		"活动清单":   {[]string{"进学校活动几场", "联合活动有哪些"}, []string{"金融单位10月活动场次"}},
		"个人":     {[]string{"张三 11月", "zs 11月"}, []string{"jkj 11月", "gh 10月"}},
		"一类单位":   {[]string{"七家银行本月情况", "政法单位本月"}, []string{"哪些银行没搞活动"}},
		"一个单位":   {[]string{"教科局", "nsh 本月", "教課局10月"}, []string{"教科局张三"}},
		"全县":     {[]string{"本月", "昨天", "应到实到"}, []string{"今天吃什么"}},
	}
	l := NewLexicon(testUnits(t))
	for _, rule := range queryRules() {
		c, ok := cases[rule.name]
		if !ok {
			t.Errorf("rule %s has no case", rule.name)
			continue
		}
		for _, text := range c.own {
			if got := l.ReadQuery(text, now); got.Rule != rule.name {
				t.Errorf("%q was decided by %s as %s, want %s", text, got.Rule, got.Intent, rule.name)
			}
		}
		for _, text := range c.others {
			if got := l.ReadQuery(text, now); got.Rule == rule.name {
				t.Errorf("%q was decided by %s as %s, want another rule", text, got.Rule, got.Intent)
			}
		}
	}
}

// TestQueryTimes: words and numbers for times, read on Monday 2026-11-23.
func TestQueryTimes(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]span{
		"教科局":           {month: "2026-11"},
		"教科局十月":         {month: "2026-10"},
		"教科局2026-10":    {month: "2026-10"},
		"教科局2025年3月":    {month: "2025-03"},
		"教科局去年12月":      {month: "2025-12"},
		"教科局上上月":        {month: "2026-09"},
		"教科局一季度":        {rng: []string{"2026-01", "2026-03"}},
		"教科局去年四季度":      {rng: []string{"2025-10", "2025-12"}},
		"教科局上季度":        {rng: []string{"2026-07", "2026-09"}},
		"教科局本季度":        {rng: []string{"2026-10", "2026-11"}},
		"教科局下半年":        {rng: []string{"2026-07", "2026-11"}},
		"教科局今年1-11月":    {rng: []string{"2026-01", "2026-11"}},
		"教科局9月到11月":     {rng: []string{"2026-09", "2026-11"}},
		"教科局11月到2月":     {rng: []string{"2025-11", "2026-02"}},
		"教科局2025年":      {rng: []string{"2025-01", "2025-12"}},
		"教科局近三个月":       {rng: []string{"2026-09", "2026-11"}},
		"教科局9月和10月":     {months: []string{"2026-09", "2026-10"}},
		"教科局9、10月":      {months: []string{"2026-09", "2026-10"}},
		"教科局11.20":      {date: "2026-11-20"},
		"教科局11月20号":     {date: "2026-11-20"},
		"教科局30号":        {date: "2026-10-30"},
		"教科局上周五":        {date: "2026-11-20"},
		"教科局周五":         {date: "2026-11-20"},
		"教科局前天":         {date: "2026-11-21"},
		"教科局本周":         {days: []string{"2026-11-23", "2026-11-23"}},
		"教科局近7天":        {days: []string{"2026-11-17", "2026-11-23"}},
		"教科局202610":     {month: "2026-10"},
		"教科局20261020":   {date: "2026-10-20"},
		"教科局26.10":      {month: "2026-10"},
		"教科局上个礼拜":       {days: []string{"2026-11-16", "2026-11-22"}},
		"教科局前两个月":       {rng: []string{"2026-09", "2026-10"}},
		"教科局近半年":        {rng: []string{"2026-06", "2026-11"}},
		"教科局去年同期":       {month: "2025-11"},
		"教科局2025年三季度":   {rng: []string{"2025-07", "2025-09"}},
		"教科局2025年全年":    {rng: []string{"2025-01", "2025-12"}},
		"教科局一季度到三季度":    {rng: []string{"2026-01", "2026-09"}},
		"教科局前三季度":       {rng: []string{"2026-01", "2026-09"}},
		"教科局国庆以来":       {rng: []string{"2026-10", "2026-11"}},
		"教科局国庆期间":       {days: []string{"2026-10-01", "2026-10-07"}},
		"教科局8月至今":       {rng: []string{"2026-08", "2026-11"}},
		"教科局10月下旬":      {days: []string{"2026-10-21", "2026-10-31"}},
		"教科局本月上半月":      {days: []string{"2026-11-01", "2026-11-15"}},
		"教科局上上周":        {days: []string{"2026-11-09", "2026-11-15"}},
		"教科局11.1到11.15": {days: []string{"2026-11-01", "2026-11-15"}},
	} {
		got := l.ReadQuery(text, now)
		var s Question
		want.fill(&s)
		s.Intent, s.Unit, s.Note, s.Rule, s.Metric = got.Intent, got.Unit, got.Note, got.Rule, got.Metric
		if g, w := asMap(t, got), asMap(t, s); len(g) != len(w) || fmtMap(g) != fmtMap(w) {
			t.Errorf("%q: got %v, want %v", text, g, w)
		}
	}
}

// TestQueryNotes: a choice that was made is said.
func TestQueryNotes(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]string{
		"教体局参与率":   "按“县教科局”查",
		"工商局10月":   "按“县市场监管局”查",
		"12月 教科局":  "12月还没到，按2025年12月查",
		"教科局11月":   "",
		"枣领乡10月":   "按“枣岭乡”查",
		"信用社 12月":  "按“乡宁农商行”查；12月还没到，按2025年12月查",
		"12月推送计划":  "",
		"jkj 11月":  "",
		"县教科局 11月": "",
	} {
		if got := l.ReadQuery(text, now); got.Note != want {
			t.Errorf("%q: note %q, want %q", text, got.Note, want)
		}
	}
}

// TestQueryWays names, for what the rules do beside choosing the intent, a
// query that shows it.
func TestQueryWays(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, c := range []struct{ name, text, want string }{
		{"letters alone are spelled out", "taizhang 10yue", `{"intent":"export","kind":"台账","month":"2026-10","rule":"导出"}`},
		{"a blank column is no activity", "亮红灯的单位", `{"intent":"missing_units","month":"2026-11","rule":"没有的单位","status":"no_activity"}`},
		{"nobody of a unit", "零签到的乡镇", `{"intent":"missing_units","month":"2026-11","rule":"没有的单位","status":"no_checkin","tag":"乡镇"}`},
		{"都没有 denies, 没有 at the end asks", "还有哪几家一场都没有", `{"intent":"missing_units","month":"2026-11","rule":"没有的单位","status":"no_activity"}`},
		{"months of nothing", "两个月没动静的单位", `{"consecutive":2,"intent":"missing_units","range":["2026-10","2026-11"],"rule":"没有的单位","status":"no_activity"}`},
		{"a kind of units is compared", "各银行对比", `{"intent":"compare","month":"2026-11","rule":"几个单位对比","tag":"银行"}`},
		{"a bureau without 局 in a list", "教育、公安和法院 10月", `{"intent":"compare","month":"2026-10","rule":"几个单位对比","unit":["jiaoke","gongan","fayuan"]}`},
		{"a group that nothing reaches", "哪些群收不到推送", `{"intent":"group_status","rule":"建群与机器人","status":"unreached"}`},
		{"the bot spoken to", "小助手，教科局签了几个", `{"intent":"unit_month","metric":"present","month":"2026-11","rule":"一个单位","unit":"jiaoke"}`},
		{"a letter's number is no day", "3号提示函回执", `{"intent":"receipt_status","keyword":"3","kind":"提示函","rule":"提示函回执"}`},
		{"a letter by another name", "督办函谁还没回", `{"intent":"receipt_status","kind":"督办函","note":"按“提示函”查","rule":"提示函回执","status":"missing"}`},
		{"that a letter was sent is a step", "给光华镇发过督办函没", `{"intent":"supervise","kind":"挂牌督办","rule":"督办","unit":"guanghua"}`},
		{"咧 for 了", "帮我看看管头镇这月报咧没", `{"intent":"unit_month","month":"2026-11","rule":"一个单位","unit":"guantou"}`},
		{"a monthly report all the same", "法院本月报导出", `{"intent":"export","kind":"月报","month":"2026-11","rule":"导出","unit":"fayuan"}`},
		{"padding is falsifying", "给农行补10个签到", `{"intent":"refuse","rule":"不能答","why":"falsifying evidence"}`},
		{"a number in a clue is no personal data", "举报的电话号码几个", `{"intent":"clue_stats","kind":"phone","month":"2026-11","rule":"线索统计"}`},
		{"how a figure is made has no month", "参与率咋算的", `{"intent":"explain","metric":"rate","rule":"解释"}`},
		{"how it is reckoned, in any words", "尉庄这个参与率咋算出来的", `{"intent":"explain","metric":"rate","month":"2026-11","rule":"解释","unit":"weizhuang"}`},
		{"how it is computed", "覆盖率如何计算", `{"intent":"explain","metric":"rate","rule":"解释"}`},
		{"how it is", "财政局参与率怎么样", `{"intent":"unit_month","metric":"rate","month":"2026-11","rule":"一个单位","unit":"caizheng"}`},
		{"lower than before: the present figure", "财政局怎么比上月低", `{"intent":"explain","month":"2026-11","rule":"解释","unit":"caizheng"}`},
		{"sent to me to look at is no file", "台头镇10月照片发我看看", `{"intent":"evidence_list","kind":"照片","month":"2026-10","rule":"活动材料","unit":"taitou"}`},
		{"a figure of one unit is no list", "司法局搞了几场活动", `{"intent":"unit_month","metric":"activities","month":"2026-11","rule":"一个单位","unit":"sifa"}`},
		{"a strange company", "华润公司10月", `{"intent":"unknown_unit","raw":"华润公司","rule":"不是成员单位"}`},
		{"a topic alone", "刷单", `{"intent":"technique","rule":"手法与防范","topic":"刷单返利"}`},
		{"bad typing is heard", "浓行10月", `{"intent":"unit_month","month":"2026-10","note":"按“农行”查","rule":"一个单位","unit":"nonghang"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fmtMap(asMap(t, l.ReadQuery(c.text, now))); got != c.want {
				t.Errorf("%q:\n got  %s\n want %s", c.text, got, c.want)
			}
		})
	}
}
