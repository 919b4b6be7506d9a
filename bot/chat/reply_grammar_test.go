package chat

import "testing"

// TestWhoseDeed names every way in which words before a deed say whose it is:
// the writer's, another's, or one that must be asked about.
func TestWhoseDeed(t *testing.T) {
	here, asked := shortReading{CheckIn, Yes}, shortReading{CheckIn, IfAsked}
	told, heard := shortReading{Nudge, No}, shortReading{Hearsay, No}
	proxy := shortReading{CheckInProxy, Yes}
	for rule, texts := range map[string]map[string]shortReading{
		"addressee":   {"西坡镇的樊粉娥给你们签个到啊": here, "司法局樊丽霞向您签到": here},
		"modifier的":   {"邮政局送报纸的贺满囤来签到": here},
		"called":      {"我叫任志刚是市场监督管理局的我来签个到": here},
		"oneself":     {"三年级班主任签到": here, "学生家长签到": {Unclear, IfAsked}},
		"kin":         {"我儿子学校签到了": asked},
		"elsewhere":   {"去村委会签到": asked, "去单位报到": asked},
		"turn":        {"该我签了": asked, "必须签到": asked},
		"forbids":     {"别光看，签到": asked, "别催，签到": here},
		"bids":        {"我叫上老李一起签到": heard},
		"forHimself":  {"葛小旦在路上开车让我给他签个到": proxy, "领导让签到": heard},
		"entrusted":   {"张彩霞托我签到": proxy},
		"someone":     {"替俩门卫签到": {CheckInProxy, IfAsked}, "替保安段保国签到": proxy},
		"leadsToDeed": {"给我妈也转了，签到": here},
		"tellsYou":    {"李明，你签到": told, "你签了没": {Asking, No}},
		"deadline":    {"今天下午5点前签到完毕": told},
		"manySubject": {"财务人员都签到了吗": heard},
		"witnessed":   {"我看见李明签到了": heard},
		"isNoun":      {"签到那天下雨": {Chitchat, No}},
		"headsAlone":  {"一个人签到": asked},
		"deedAside":   {"忙里偷闲签个到": here, "酒店签到": {Unclear, IfAsked}, "服务员签到了": {Unclear, IfAsked}},
		"whither":     {"今天轮休，在家签到": here, "响应号召签到": here, "在一楼签到": {Unclear, IfAsked}},
		"breathes":    {"这个案例好吓人啊签到": here, "没空去了签到": {Negation, No}},
		"onNotice":    {"看到通知立马签到": here, "接到通知，签到": here, "通知签到": told},
		"howeverBusy": {"再忙也要签到": asked, "忙完再签到": {Promise, No}},
		"conjunction": {"没看懂但签到": here},
		"condition":   {"如果需要签到，我签到": asked},
		"iToo":        {"大家都签了，我也签到": here, "大家都签了": heard},
		"firstThis":   {"下午开会，先签到": here, "下午开会，再签到": {Promise, No}},
		"thanked":     {"收到，感谢提醒": {Ack, IfAsked}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestDenials names every way of saying that it was not done.
func TestDenials(t *testing.T) {
	no := shortReading{Negation, No}
	for rule, texts := range map[string]map[string]shortReading{
		"isnot":        {"我不是来签到的": no, "不是签到": no},
		"notSaid":      {"我可没说我签到了": no},
		"noTimeEven":   {"柜台忙得连签到的工夫都没": no},
		"rhetorical":   {"哪有时间签到": no, "咋也签不上": no, "没必要签到": no},
		"unable":       {"我不会弄这签到": no, "不会弄，签到": {CheckIn, Yes}},
		"gotNothing":   {"我就没收到签到通知": no},
		"tailCant":     {"签到就免了吧": no, "输了签到没用": no, "签到页面打不开": no},
		"takenBack":    {"签到没签进去": no, "我要签到可是打不开": no, "我想签到但签不上": no},
		"forgotten":    {"签到忘了": no, "我本来要签到的，忘了": no, "签到，刚才忘了": {CheckInLate, Yes}},
		"signsPaper":   {"客户签完字就走了": {Chitchat, No}, "今天合同签了": {Chitchat, No}, "单子签好放你桌上了": {Chitchat, No}},
		"negatedLeave": {"芦根生没请假，他在场，麻烦改成参加": {Correction, Yes}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestOtherShapes names the shapes of reports, counts, lists and adverts that
// no single word gives away.
func TestOtherShapes(t *testing.T) {
	for rule, texts := range map[string]map[string]shortReading{
		"marked":     {"✔ 令狐小燕\n✔ 卫建红\n✘ 原素梅": {CheckInList, IfAsked}, "1.王桂花（已签）\n2.刘二狗（已签）": {CheckInList, Yes}},
		"onLeave":    {"应到35人实到31人，其中3人下乡1人病假": {CheckInCount, Yes}, "该到30人，到了24人，5个请假的": {CheckInCount, IfAsked}},
		"arrived":    {"晋商银行9人全勤": {CheckInCount, Yes}},
		"ours":       {"咱们站6人都签到了": {CheckInCount, Yes}},
		"caseFree":   {"枣岭乡本月无电信诈骗发案": {ZeroCase, No}},
		"groupMade":  {"台头镇反诈宣传群已建好": {OtherReport, No}},
		"lectures":   {"检察院昨天走进二中讲反诈课，师生320人听讲": {ActivityReport, Yes}},
		"priced":     {"红富士两块一斤 群里签到的邻居再便宜两毛": {Ad, No}},
		"begs":       {"帮我点一下助力": {Ad, No}, "转让门面房一间": {Ad, No}},
		"keeps":      {"你们存我的名字干啥用": {Privacy, No}, "能不能别把我电话发群里": {Privacy, No}, "名字给我记上": {CheckIn, IfAsked}},
		"asksNumber": {"今天双鹤乡实到多少，报表要用": {StatusQuery, No}},
		"agrees":     {"得嘞，这就传达到各班组": {Ack, No}},
		"void":       {"刚才那个签到不算，我是替别人点的": {Correction, No}},
		"grudging":   {"知道了知道了，签呀签呀": {Unclear, IfAsked}, "签了签了": {CheckIn, IfAsked}},
		"header":     {"【聊天记录】\n席小娟：收到\n庾娜：签到": {QuoteOnly, No}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestSoundAlikes: what a keyboard makes of 签到 is at most as good as 打卡.
func TestSoundAlikes(t *testing.T) {
	checkReadings(t, map[string]shortReading{
		"铅稻": {CheckIn, IfAsked}, "达卡": {CheckIn, IfAsked}, "步签": {CheckInLate, Yes}, "市场监管局 逯文斌 前倒": {CheckIn, Yes},
	})
}
