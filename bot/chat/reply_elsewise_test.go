package chat

import "testing"

// TestRemarksAndOthers: what is said of checking in, by whom, and after what was heard.
func TestRemarksAndOthers(t *testing.T) {
	here, asked, idle, nudge, heard := shortReading{CheckIn, Yes}, shortReading{CheckIn, IfAsked}, shortReading{Chitchat, No}, shortReading{Nudge, No}, shortReading{Hearsay, No}
	for rule, texts := range map[string]map[string]shortReading{
		"remarks":   {"在田里签到不方便": asked, "签到真麻烦": {Sarcasm, No}, "签到很及时": asked, "手机签到，方便得很": here},
		"unsent":    {"昨天的签到还没发": asked, "签到还没统计": asked, "我签到了，照片还没发": here},
		"standsFor": {"代表签到": asked, "我妈在广场签到": asked, "我用我妈手机签到": here, "陪老妈看病，签到": here},
		"atLast":    {"书记说要签到，我来签到": here, "群里说签到，那我签到": here, "听说要签到": heard, "书记说：签到": asked},
		"turnsTo":   {"该你了，签到": asked, "轮到你们签到": nudge, "到我了，签到": here},
		"reminded":  {"小刘催我签到": heard, "小刘催我，我签到": here},
		"template":  {"签到（例：法院祁文秀）": nudge, "签到（法院祁文秀）": here},
		"ofWork":    {"刚劝返一个回来，签到": here, "办完两个案子，签到": here, "来了两个，签到": {CheckInCount, IfAsked}},
		"ownHabit":  {"早起签到第9天": asked, "反诈学习签到第三天": here},
		"oneself":   {"运动员签到": {Unclear, IfAsked}, "打工人签到": here},
		"farmWork":  {"菜地浇水呢，签到": here, "签到浇水领果子": {Unclear, IfAsked}},
		"sent":      {"签到，不知道发没发出去": here, "名单别发出去": {Privacy, No}},
		"beside":    {"灯底下签到": here, "半路上签到": here, "正输着液签到": here, "楼底下签到": {Unclear, IfAsked}},
		"relayedBy": {"转：郭婷：签到": {QuoteOnly, No}, "转发：请大家签到": nudge, "转岗到法院，郭婷签到": here},
		"lectures": {"法院给职中上了堂反诈课，学生90人": {ActivityReport, Yes}, "光华镇在村委开反诈会，群众40人": {ActivityReport, Yes}, "农行柜面宣讲4场，70人次": {ActivityReport, Yes},
			"农行党课宣讲4场，70人次": {ActivityReport, IfAsked}},
		"present":  {"马会玲记的是请假，实际参加了": {Correction, Yes}, "显示缺席，马会玲实际到会了": {Correction, Yes}, "马会玲写的是请假条": {Leave, No}},
		"habitual": {"回回签到": asked, "没漏签到吧": asked, "签到，没漏吧": here},
		"disowned": {"那条签到不是我发的": {Negation, No}, "签到，免了吧": {Negation, No}, "签到，不是代签": here},
		"failing":  {"打不上卡，页面总报错": {Negation, No}, "打不上卡，在这签到": here, "人数报错了，实到15": {Correction, No}},
		"titled":   {"替俺们科长段军签到": {CheckInProxy, Yes}, "反诈学习签到表：马会玲、段军": {CheckInList, Yes}},
		"lodged":   {"学习会场在二楼": idle},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestWhoSigned: where a name ends, and what is no name but a part of a unit.
func TestWhoSigned(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]string{
		"段芳来签到了": "段芳", "法院祁强来签到": "祁强", "张福来签到": "张福来", "西坡镇冯有才签到": "冯有才", "西坡镇 鄂河支行 冯育才来签到": "冯育才", "工行理财室郝梅签到": "郝梅", "农商行鄂河支行马超签到": "马超",
		"财政局监管股卫向前签到": "卫向前", "移动公司渠道部安静签到": "安静", "到岗签到，农行营业厅段芳": "段芳", "司法局扫黑办郝梅签到": "郝梅", "我是法院书记员段芳，到岗签到": "段芳",
	} {
		got := l.ReadReply(text, Context{Now: now})
		if got.Intent != CheckIn || got.Counts != Yes || len(got.Names) != 1 || got.Names[0] != want {
			t.Errorf("%q is %v, counts %v, of %v; want %s", text, got.Intent, got.Counts, got.Names, want)
		}
	}
	checkReadings(t, map[string]shortReading{
		"理财送积分，签到": {Ad, No}, "理财产品签到送豆": {Ad, No}, "会计安排签到": {CheckIn, IfAsked}, "财政局安排签到": {CheckIn, IfAsked},
	})
}
